//! Terraform and OpenTofu as commands: which one is run, with what, and what
//! becomes of its words. A script stands in for them, so that it can be made to
//! fail; the walkthrough runs the real `terraform`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use super::double::Double;
use super::place::{Place, assert_contains};

/// Notes how it is called, and plans and makes one address.
const SCRIPT: &str = r#"#!/bin/sh
echo "$(basename "$0") $* release=$TF_VAR_release" >> ../../calls
case "$1" in
show) echo '{"resource_changes": [{"mode": "managed", "type": "aws_eip",
  "name": "blog_test_address", "change": {"actions": ["create"], "before": null,
  "after": {"domain": "vpc"}}}]}' ;;
apply) BODY ;;
plan) PLAN ;;
esac
"#;

const MADE: &str = r#"echo '{"type": "apply_complete", "hook": {"resource": {"addr":
"aws_eip.blog_test_address"}, "action": "create", "elapsed_seconds": 12}}' | tr -d '\n'; echo"#;

/// A folder in which both commands are scripts.
fn place(plan: &str, apply: &str) -> (Place, String, Double) {
    let double = Double::start();
    let place = Place::at(double.endpoint.clone(), None);
    for command in ["terraform", "tofu"] {
        let name = format!("bin/{command}");
        let script = SCRIPT.replace("BODY", apply).replace("PLAN", plan);
        place.write(&name, &script);
        let file = place.folder.path().join(&name);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(file, mode).expect("it is ours");
    }
    let bin = place.folder.path().join("bin");
    let path = std::env::var("PATH").unwrap_or_default();
    (place, format!("{}:{path}", bin.display()), double)
}

const APPLY: [&str; 5] = ["apply", "blog-test", "--release", "v1", "--yes"];

#[test]
fn the_command_is_the_one_that_was_chosen() {
    for engine in ["tofu", "terraform"] {
        let (place, path, _double) = place("true", MADE);
        let more = [("PATH", path.as_str()), ("BEANC_ENGINE", engine)];
        let said = place.says_with(0, &APPLY, &more);
        assert_contains(
            &said,
            &[
                "+ aws_eip blog_test_address is made (env.bean:",
                "✓ aws_eip.blog_test_address made in 12 s",
                "environment.blog-test done",
            ],
        );
        let calls = fs::read_to_string(place.folder.path().join("calls"));
        // Values are not on the command line, where everybody can read them.
        assert_eq!(
            calls.expect("it was called"),
            format!(
                "{engine} init -input=false -no-color release=v1\n\
                 {engine} plan -input=false -json -out=beanc.tfplan release=v1\n\
                 {engine} show -json beanc.tfplan release=v1\n\
                 {engine} apply -input=false -json beanc.tfplan release=v1\n"
            )
        );
        for command in [["events", "blog-test"], ["abort", "blog-test"]] {
            assert_contains(&place.says_with(2, &command, &more), &["Terraform"]);
        }
    }
}

#[test]
fn a_lock_of_somebody_else_is_explained() {
    let plan = r#"echo '{"type": "diagnostic", "diagnostic": {"severity": "error",
 "summary": "Error acquiring the state lock", "detail": "ID: 17"}}' | tr -d '\n'; echo; exit 1"#;
    let (place, path, _double) = place(plan, MADE);
    let more = [("PATH", path.as_str()), ("BEANC_ENGINE", "terraform")];
    assert_contains(
        &place.says_with(1, &APPLY, &more),
        &[
            "Error acquiring the state lock: ID: 17",
            "wait for it to end",
            "force-unlock 17`",
        ],
    );
}

#[test]
fn a_complaint_of_a_block_has_its_line() {
    let plan = r#"echo '{"type": "diagnostic", "diagnostic": {"severity": "error",
 "summary": "Invalid value", "detail": "no good",
 "snippet": {"context": "resource.aws_eip.blog_test_address"}}}' | tr -d '\n'; echo; exit 1"#;
    let (place, path, _double) = place(plan, MADE);
    let more = [("PATH", path.as_str()), ("BEANC_ENGINE", "terraform")];
    assert_contains(
        &place.says_with(1, &APPLY, &more),
        &["Invalid value: no good", "[env.bean:16:12]"],
    );
}

#[test]
fn terraform_comes_to_its_end_when_beanc_is_killed() {
    let slow = r#"touch ../../begun; sleep 1; echo '{}'; sleep 1; echo '{}'; touch ../../ended"#;
    let (place, path, _double) = place("true", slow);
    let child = place
        .beanc(&APPLY)
        .env("PATH", &path)
        .env("BEANC_ENGINE", "terraform")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.expect("beanc starts");
    let is_there = |name: &str| {
        let file = place.folder.path().join(name);
        (0..300).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            file.exists()
        })
    };
    assert!(is_there("begun"), "it carries the plan out");
    child.kill().expect("it runs");
    child.wait().expect("it ran");
    assert!(is_there("ended"), "it is not stopped by its next word");
}
