//! What AWS refuses of a unit as a whole is said before anything is written.

use std::path::Path;

use beanc::backend::cloudformation;
use beanc::diagnostic::Severity;
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Compilation, Options};

fn codes(environment: &str) -> Vec<&'static str> {
    codes_with(environment, "")
}

fn codes_with(environment: &str, items: &str) -> Vec<&'static str> {
    let compilation = compiled(&format!(
        "edition 2026\n\napplication blog {{}}\n\nenvironment test-env: web {{\n  \
         platform = \"nodejs-22\"\n{environment}}}\n{items}"
    ));
    numbers(&compilation)
}

fn compiled(program: &str) -> Compilation {
    let disk = MemoryDisk::new([("test.bean", program)]);
    driver::compile(Path::new("test.bean"), &disk, &Options::default())
}

fn numbers(compilation: &Compilation) -> Vec<&'static str> {
    let diagnostics = compilation.diagnostics.iter();
    diagnostics.map(|it| it.code.number()).collect()
}

#[test]
fn user_data_has_sixteen_kibibytes() {
    let property = |bytes: usize| format!("  env {{\n    LONG = \"{}\"\n  }}\n", "x".repeat(bytes));
    assert_eq!(codes(&property(1_000)), [""; 0]);
    assert_eq!(codes(&property(16_384)), ["E0805"]);
}

#[test]
fn a_stack_has_five_hundred_resources() {
    let rules = |count: usize| {
        let rules: String = (0..count)
            .map(|at| format!("      rule r{at} {{ path = [\"/{at}\"] }}\n"))
            .collect();
        format!("  load_balancer {{\n    listener http {{\n      port = 80\n{rules}    }}\n  }}\n")
    };
    assert_eq!(codes(&rules(90)), [""; 0]);
    assert_eq!(codes(&rules(480)), ["E0803"]);
}

/// The first line and what tells the stack stand in front of the script.
#[test]
fn user_data_is_measured_as_it_is_sent() {
    let property = |bytes: usize| format!("  env {{\n    LONG = \"{}\"\n  }}\n", "x".repeat(bytes));
    let fits = |bytes: &usize| codes(&property(*bytes)).is_empty();
    let most = (1_000..16_384).collect::<Vec<_>>().partition_point(fits) + 999;
    assert!(most > 7_500, "properties have {most} bytes");
    let compilation = compiled(&format!(
        "edition 2026\n\napplication blog {{}}\n\nenvironment test-env: web {{\n  \
         platform = \"nodejs-22\"\n{}}}\n",
        property(most)
    ));
    let unit = compilation.units.last().expect("an environment");
    let template = cloudformation::render(unit, &compilation.sources).text;
    let template: serde_json::Value = serde_json::from_str(&template).expect("it is JSON");
    let data = &template["Resources"]["TestEnvLaunchTemplate"]["Properties"]["LaunchTemplateData"];
    let substituted = &data["UserData"]["Fn::Base64"]["Fn::Sub"];
    let mut script = substituted.as_str().expect("packed text").to_owned();
    while let Some((before, rest)) = script.split_once("${") {
        let (_, behind) = rest.split_once('}').expect("it is closed");
        script = format!("{before}{behind}");
    }
    assert_eq!(script.len(), 16_384);
}

/// What instances run is there to be read, unless it is long or its platform's is.
#[test]
fn scripts_of_ordinary_environments_are_not_packed() {
    let release = "  release = \"v1\"\n";
    let process = "  release = \"v1\"\n  load_balancer {\n    process api { port = 8081 }\n    listener http {\n      \
                   port = 80\n      rule api { path = [\"/api/*\"], to = api }\n    }\n  }\n";
    for (platform, more) in [
        ("nodejs-22", ""),
        ("nodejs-22", release),
        ("nodejs-22", process),
        ("python-3.13", process),
        ("go-1", process),
        ("corretto-21", process),
        ("dotnet-10", process),
    ] {
        let compilation = compiled(&format!(
            "edition 2026\n\napplication blog {{}}\n\nenvironment test-env: web {{\n  \
             platform = \"{platform}\"\n{more}}}\n"
        ));
        let unit = compilation.units.last().expect("an environment");
        let template = cloudformation::render(unit, &compilation.sources).text;
        assert!(template.contains("wait_until_healthy"), "{platform}{more}");
    }
}

#[test]
fn a_stack_has_two_hundred_parameters() {
    let inputs = |count: usize| -> (String, String) {
        let items = (0..count).map(|at| format!("input i{at}: string\n"));
        let uses = (0..count).map(|at| format!("    V{at} = input.i{at}\n"));
        let uses: String = uses.collect();
        (format!("  env {{\n{uses}  }}\n"), items.collect())
    };
    let (env, items) = inputs(150);
    assert_eq!(codes_with(&env, &items), [""; 0]);
    let (env, items) = inputs(201);
    assert_eq!(codes_with(&env, &items), ["E0507"]);
}

#[test]
fn a_stack_has_two_hundred_outputs() {
    let outputs = |count: usize| -> String {
        (0..count)
            .map(|at| format!("output o{at} = environment.test-env.url\n"))
            .collect()
    };
    assert_eq!(codes_with("", &outputs(150)), [""; 0]);
    assert_eq!(codes_with("", &outputs(201)), ["E0507"]);
}

#[test]
fn a_description_has_two_hundred_characters() {
    let codes = |length: usize| {
        let description = "ä".repeat(length);
        let application = format!("application blog {{\n  description = \"{description}\"\n}}\n");
        numbers(&compiled(&format!("edition 2026\n\n{application}")))
    };
    assert_eq!(codes(200), [""; 0]);
    assert_eq!(codes(201), ["E0505"]);
}

/// Stacks meet in Parameter Store, and every region of an account has its own.
#[test]
fn who_needs_another_stands_where_that_is() {
    let said = |stage: &str, prod: &str| {
        let compilation = compiled(&format!(
            "edition 2026\napplication shop {{}}\n\
             environment stage: web {{\n  platform = \"nodejs-22\"\n  target {{ {stage} }}\n}}\n\
             environment prod: web {{\n  platform = \"nodejs-22\"\n  target {{ {prod} }}\n  \
             env {{ A = environment.stage.url, B = \"${{environment.stage.name}}\" }}\n}}\n"
        ));
        let said = compilation.diagnostics.iter();
        let errors = said.filter(|it| it.severity() == Severity::Error);
        errors
            .map(|it| format!("{} {}", it.code.number(), it.message))
            .collect::<Vec<_>>()
    };
    let (ireland, virginia) = ("region = \"eu-west-1\"", "region = \"us-east-1\"");
    assert_eq!(said(ireland, ireland), [""; 0]);
    assert_eq!(said(ireland, "confirm = never"), [""; 0]);
    assert_eq!(
        said(ireland, virginia),
        ["E0513 `stage` is in region `eu-west-1`, and `prod` in `us-east-1`"]
    );
    assert_eq!(
        said("account = \"111122223333\"", "account = \"444455556666\""),
        ["E0513 `stage` is in account `111122223333`, and `prod` in `444455556666`"]
    );
    let named = "dns { name = \"stage.example.org\", zone = \"example.org\" }";
    let known = format!("{ireland} }}\n  {named}\n  tags {{ A = \"b\"");
    assert_eq!(said(&known, virginia), [""; 0]);
}
