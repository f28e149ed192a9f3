//! Deployed for real to an emulator of AWS, both ways, and compared.

use std::ffi::OsString;

use crate::built::Shelf;
use crate::tools::{assert_success, emulator};

/// Programs to deploy, each with a change that a user might make next. They go
/// side by side, since most of the time passes in waits of the AWS provider.
const DEPLOYED: [(&str, &str, &str); 11] = [
    (
        "examples/00-minimal.bean",
        "platform =",
        "instances { max = 6 }\n  platform =",
    ),
    (
        "programs/single-instance.bean",
        "WORKERS = 2",
        "WORKERS = 3",
    ),
    ("examples/02-worker.bean", "max = 20", "max = 24"),
    ("programs/containers.bean", "cpu = 512", "cpu = 640"),
    ("programs/dockerrun.bean", "\"here\"", "\"there\""),
    (
        "programs/inputs.bean",
        "of ${input.main}",
        "by ${input.main}",
    ),
    ("programs/presets.bean", "oncall@", "others@"),
    // Its bounds are left to schedules, with Terraform also where the program changes.
    ("programs/scaling.bean", "high = 6MiB", "high = 8MiB"),
    ("programs/shared-balancer.bean", "max = 4", "max = 5"),
    ("programs/web-https.bean", "max = 8", "max = 9"),
    ("programs/workers.bean", "max = 3", "max = 4"),
];

#[test]
fn both_ways_make_the_same_and_keep_it_through_an_update() {
    let shelf = Shelf::new("deployed");
    let given = "verify --param release=v1 --update-param release=v2".split(' ');
    let mut arguments: Vec<OsString> = given.map(OsString::from).collect();
    arguments.extend(DEPLOYED.map(|(program, ..)| shelf.build(program).into()));
    for (program, from, to) in DEPLOYED {
        arguments.push("--update".into());
        arguments.push(shelf.build_changed(program, from, to).into());
    }
    if let Some(output) = emulator(arguments) {
        assert_success(&output);
    }
}
