//! Plans: the same edit is told in the same way, whoever carries it out.

use std::collections::BTreeSet;
use std::thread;

use serde_json::Value;

use super::place::{PROGRAM, Place, assert_contains};
use crate::tools;

/// The program with these properties of the environment.
fn program(properties: &str) -> String {
    PROGRAM.replace(
        "  load_balancer {",
        &format!("  env {{\n{properties}  }}\n  load_balancer {{"),
    )
}

/// What a plan tells of an environment's changes: each value that differs, with
/// its line. Names of resources and properties are the engine's own, and only
/// Terraform knows what a stack asks AWS for.
fn told(plan: &str) -> BTreeSet<String> {
    let plan: Value = serde_json::from_str(plan).expect("it is JSON");
    let changes = plan["units"][0]["changes"].as_array().expect("a list");
    let properties = changes
        .iter()
        .flat_map(|it| it["properties"].as_array().expect("a list"));
    let text = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
    let told = properties.map(|it| {
        let [before, after, place] = ["before", "after", "place"].map(|key| text(&it[key]));
        format!("{before} → {after}  ({place})")
            .replace("${AWS::Partition}", "aws")
            .replace("${AWS::Region}", "eu-west-1")
            .replace("${AWS::AccountId}", "123456789012")
    });
    // The number of the template's next version.
    told.filter(|it| !it.contains("known when")).collect()
}

#[test]
fn both_engines_tell_an_edit_in_the_same_lines() {
    let Some(plugins) = tools::terraform_plugins() else {
        return;
    };
    let (Some(stacks), Some(modules)) = (Place::new(), Place::new()) else {
        return;
    };
    let init = format!("-plugin-dir={plugins}");
    let terraform = [
        ("BEANC_ENGINE", "terraform"),
        ("TF_CLI_ARGS_init", init.as_str()),
    ];
    let planned = |place: &Place, more: &[(&str, &str)]| {
        let before = "    COLOR = \"blue\"\n    GREETING = \"hello\"\n";
        place.write("env.bean", &program(before));
        // The same in both: what is asked is how its environment changes.
        place.says(0, &["apply", "blog", "--yes"]);
        for (label, port) in [("v1", "80"), ("v2", "81")] {
            place.write("app/app.js", port);
            place.says(0, &["push", "--label", label]);
        }
        let apply = ["apply", "blog-test", "--release", "v1", "--yes"];
        place.says_with(0, &apply, more);
        let after = "    GREETING = \"good morning\"\n    TOKEN = secret(\"ssm:/shop/token\")\n";
        place.write("env.bean", &program(after));
        let plan = ["plan", "blog-test", "--release", "v2"];
        let human = place.says_with(2, &plan, more);
        let plan = [&plan[..], &["--format", "json"]].concat();
        (human, place.says_with(2, &plan, more))
    };
    let (stack, module) = thread::scope(|scope| {
        let stack = scope.spawn(|| planned(&stacks, &[]));
        let module = planned(&modules, &terraform);
        (stack.join().expect("it is planned"), module)
    });
    let told = [stack.1, module.1].map(|json| told(&json));
    assert_eq!(told[0], told[1]);
    let statement = r#"{"Action":"ssm:GetParameter","Effect":"Allow","Resource":"arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token","Sid":"ReadParameters"}"#;
    let expected = [
        "'COLOR=blue' → nothing  (env.bean:12:1)",
        "'GREETING=hello' → 'GREETING=good morning'  (env.bean:16:16)",
        "BEAN_RELEASE='v1' → BEAN_RELEASE='v2'  (env.bean:14:13)",
        "nothing → 'TOKEN=ssm:/shop/token'  (env.bean:17:13)",
        &format!("nothing → {statement}  (env.bean:17:13)"),
        "v1 → v2  (env.bean:14:13)",
    ];
    assert_eq!(told[0], expected.map(str::to_owned).into());
    assert_contains(
        &stack.0,
        &[
            "LaunchTemplateData/UserData: 'GREETING=hello' → 'GREETING=good morning'",
            "Policies/PolicyDocument/Statement[ReadParameters]: nothing →",
        ],
    );
    assert_contains(
        &module.0,
        &[
            "user_data: 'GREETING=hello' → 'GREETING=good morning'",
            "policy/Statement[ReadParameters]: nothing →",
        ],
    );
}

#[test]
fn what_the_other_engine_has_deployed_is_not_made_again() {
    let Some(plugins) = tools::terraform_plugins() else {
        return;
    };
    let Some(place) = Place::new() else { return };
    let init = format!("-plugin-dir={plugins}");
    let terraform = [
        ("BEANC_ENGINE", "terraform"),
        ("TF_CLI_ARGS_init", init.as_str()),
    ];
    let network = "edition 2026\n\napplication blog {}\n\nnetwork main {\n  \
                   cidr = 10.0.0.0/16\n  subnets public {}\n  flow_logs = false\n}\n";
    place.write("env.bean", network);
    let plan = ["plan", "main"];
    let apply = ["apply", "main", "--yes"];
    let vpcs = || {
        let named = "[{'Name': 'tag:bean:item', 'Values': ['network.main']}]";
        let vpcs = place.python(&format!(
            "import boto3; print(len(boto3.client('ec2').describe_vpcs(Filters={named})['Vpcs']))"
        ));
        vpcs.trim().to_owned()
    };

    place.says(0, &apply);
    let refused = [
        "network.main is deployed already, by the stack main-network",
        "`beanc destroy network.main --engine cloudformation` first",
    ];
    assert_contains(&place.says_with(1, &plan, &terraform), &refused);
    assert_contains(&place.says_with(1, &apply, &terraform), &refused);
    assert_eq!(vpcs(), "1");
    place.says(0, &["destroy", "main", "--yes"]);

    place.says_with(0, &apply, &terraform);
    let refused = [
        "network.main is deployed already, and not by a stack: /bean/main/id is there",
        "`--engine terraform` goes on with it",
    ];
    assert_contains(&place.says(1, &plan), &refused);
    assert_contains(&place.says(1, &apply), &refused);
    assert_eq!(vpcs(), "1");
    assert_contains(
        &place.says(0, &["status", "main"]),
        &["network.main  not deployed"],
    );
    // Whose state is elsewhere is told as well.
    let elsewhere = [&plan[..], &["--out", "elsewhere"]].concat();
    assert_contains(
        &place.says_with(1, &elsewhere, &terraform),
        &["this state of Terraform does not have it"],
    );
    assert_contains(&place.says_with(0, &plan, &terraform), &["nothing changes"]);
}
