//! What becomes of an environment behind a load balancer that exists already.

use std::collections::BTreeSet;
use std::path::Path;

use beanc::backend::cloudformation;
use beanc::diagnostic::short;
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use serde_json::Value;

const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/50dc6c495c0c9188";
const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/front/\
                        50dc6c495c0c9188/f2f7dc8efc522ab2";

/// A program with environments whose balancers have these bodies.
fn program(environments: &[(&str, &str)]) -> String {
    let mut text = "edition 2026\napplication shop {}\nnetwork office: existing {\n  \
                    vpc = \"vpc-0a1b2c3d4e5f60718\"\n  subnets private { ids = \
                    [\"subnet-0a1b2c3d4e5f60711\", \"subnet-0a1b2c3d4e5f60712\"] }\n}\n"
        .to_owned();
    for (name, body) in environments {
        text.push_str(&format!(
            "environment {name}: web {{\n  platform = \"nodejs-24\"\n  network = network.office\n  \
             load_balancer {{\n    kind = shared(\"{BALANCER}\")\n    \
             security_groups = [\"sg-0a1b2c3d4e5f60713\"]\n{body}\n  }}\n}}\n"
        ));
    }
    text.replace("LISTENER", LISTENER)
}

/// The template of an environment.
#[track_caller]
fn template(program: &str, environment: &str) -> Value {
    let disk = MemoryDisk::new([("main.bean", program)]);
    let compilation = driver::compile(Path::new("main.bean"), &disk, &Options::default());
    let said = short::render_all(&compilation.diagnostics, &compilation.sources);
    assert!(!compilation.has_errors(), "{said}\n{program}");
    let name = format!("environment.{environment}");
    let unit = compilation
        .units
        .iter()
        .find(|unit| unit.unit.to_string() == name);
    let unit = unit.expect("it is a unit");
    let text = cloudformation::render(unit, &compilation.sources).text;
    serde_json::from_str(&text).expect("it is JSON")
}

/// The resources of a type.
fn of_type<'a>(template: &'a Value, kind: &str) -> Vec<&'a Value> {
    let resources = template["Resources"].as_object().expect("there are some");
    let found = resources.values().filter(|it| it["Type"] == kind);
    found.map(|it| &it["Properties"]).collect()
}

#[test]
fn nothing_of_the_balancer_is_made_or_changed() {
    let program = program(&[(
        "shop-prod",
        "listener https {\n port = 443\n arn = \"LISTENER\"\n rule web { host = [\"shop.example.com\"] }\n }",
    )]);
    let template = template(&program, "shop-prod");
    for kind in ["LoadBalancer", "Listener"] {
        let kind = format!("AWS::ElasticLoadBalancingV2::{kind}");
        assert_eq!(of_type(&template, &kind).len(), 0, "{kind}");
    }
    let rules = of_type(&template, "AWS::ElasticLoadBalancingV2::ListenerRule");
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0]["ListenerArn"], LISTENER);
    // Nothing of the network's public side is asked for.
    assert!(!template.to_string().contains("public"));
}

#[test]
fn every_group_of_the_balancer_reaches_every_process_and_no_other_port() {
    let program = program(&[(
        "shop-prod",
        "process admin { port = 9000 }\nlistener https {\n port = 443\n arn = \"LISTENER\"\n \
         rule admin {\n host = [\"admin.example.com\"]\n to = admin\n }\n \
         rule web { host = [\"shop.example.com\"] }\n }",
    )]);
    let program = program.replace(
        "[\"sg-0a1b2c3d4e5f60713\"]",
        "[\"sg-0a1b2c3d4e5f60713\", \"sg-0a1b2c3d4e5f60714\"]",
    );
    let template = template(&program, "shop-prod");
    let ways = |kind: &str, peer: &str| -> BTreeSet<(String, i64)> {
        let rules = of_type(&template, kind).into_iter();
        let rules = rules.filter(|rule| rule[peer].is_string());
        rules
            .map(|rule| {
                assert_eq!(rule["FromPort"], rule["ToPort"]);
                let port = rule["FromPort"].as_i64().expect("a port");
                (rule[peer].as_str().expect("an id").to_owned(), port)
            })
            .collect()
    };
    let expected: BTreeSet<(String, i64)> = ["sg-0a1b2c3d4e5f60713", "sg-0a1b2c3d4e5f60714"]
        .into_iter()
        .flat_map(|group| [(group.to_owned(), 80), (group.to_owned(), 9000)])
        .collect();
    let kinds = [
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SecurityGroupEgress",
    ];
    assert_eq!(ways(kinds[0], "SourceSecurityGroupId"), expected);
    assert_eq!(ways(kinds[1], "GroupId"), expected);
}

/// The rules of an environment with their priorities.
fn priorities(template: &Value) -> Vec<i64> {
    let rules = of_type(template, "AWS::ElasticLoadBalancingV2::ListenerRule");
    let priority = |rule: &&Value| rule["Priority"].as_i64().expect("a number");
    rules.iter().map(priority).collect()
}

#[test]
fn a_neighbour_moves_no_rules() {
    let rules = |host: &str| {
        format!(
            "listener https {{\n port = 443\n arn = \"LISTENER\"\n rule a {{ path = [\"/a/*\"] }}\n \
             rule b {{ path = [\"/b/*\"] }}\n rule c {{ host = [\"{host}\"] }}\n }}"
        )
    };
    let (shop, blog) = (rules("shop.example.com"), rules("blog.example.com"));
    let alone = template(&program(&[("shop-prod", &shop)]), "shop-prod");
    let both = program(&[("blog-prod", &blog), ("shop-prod", &shop)]);
    let ours = priorities(&alone);
    assert_eq!(priorities(&template(&both, "shop-prod")), ours);
    // In the order in which they are written, and none of the neighbour's.
    assert!(
        ours.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "{ours:?}"
    );
    let theirs = priorities(&template(&both, "blog-prod"));
    assert!(theirs.iter().all(|priority| !ours.contains(priority)));
    assert!(
        ours.iter()
            .chain(&theirs)
            .all(|it| (1..=50_000).contains(it))
    );
}

#[test]
fn the_url_is_what_a_rule_or_the_balancer_answers_to() {
    let url = |port: u16, rule: &str, more: &str| {
        let body = format!(
            "{more}\nlistener front {{\n port = {port}\n arn = \"LISTENER\"\n rule web {{ {rule} }}\n }}"
        );
        let template = template(&program(&[("shop-prod", &body)]), "shop-prod");
        template["Outputs"]["Url"]["Value"]
            .as_str()
            .expect("it is known")
            .to_owned()
    };
    let name = "dns_name = \"front-1234567890.eu-west-1.elb.amazonaws.com\"";
    let host = "host = [\"*.example.com\", \"shop.example.com\"]";
    assert_eq!(url(443, host, ""), "https://shop.example.com");
    assert_eq!(url(80, host, name), "http://shop.example.com");
    assert_eq!(
        url(443, "path = [\"/shop/*\"]", name),
        "https://front-1234567890.eu-west-1.elb.amazonaws.com"
    );
    assert_eq!(
        url(80, "host = [\"*.example.com\"]", &format!("{name}\n")),
        "http://front-1234567890.eu-west-1.elb.amazonaws.com"
    );
}
