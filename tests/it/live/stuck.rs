//! Stacks that fail, roll back and get stuck, as AWS documents it: what people
//! read, and what the next command does.

use super::double::{Double, Verdict, stack, step};
use super::place::{PROGRAM, Place};

const GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";
const TEMPLATE: &str = "AWS::EC2::LaunchTemplate";

fn place() -> (Place, Double) {
    let double = Double::start();
    (Place::at(double.endpoint.clone(), None), double)
}

const APPLY: [&str; 5] = ["apply", "blog-test", "--release", "v1", "--yes"];

/// What people see at the end: reports, without what changes and each step.
fn report(said: &str) -> String {
    let begin = said.find("E0890").unwrap_or_default();
    said[begin..].to_owned()
}

#[track_caller]
fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../../../snapshots/apply",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn a_creation_that_fails_is_explained_and_begun_anew() {
    let (place, double) = place();
    double.goes(vec![
        stack("CREATE_IN_PROGRESS", "User Initiated"),
        step("BlogTestLaunchTemplate", TEMPLATE, "CREATE_COMPLETE", ""),
        step(
            "BlogTestAutoScalingGroup",
            GROUP,
            "CREATE_FAILED",
            "Resource handler returned message: \"You have requested more vCPU capacity than your \
             current vCPU limit of 0 allows for the instance bucket that the specified instance \
             type belongs to.\" (RequestToken: 1, HandlerErrorCode: NotStabilized)",
        ),
        step(
            "BlogTestAddress",
            "AWS::EC2::EIP",
            "CREATE_FAILED",
            "Resource creation cancelled",
        ),
        stack(
            "ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create: [BlogTestAddress, \
             BlogTestAutoScalingGroup]. Rollback requested by user.",
        ),
        step("BlogTestLaunchTemplate", TEMPLATE, "DELETE_COMPLETE", ""),
        stack("ROLLBACK_COMPLETE", ""),
    ]);
    snapshot("creation_fails", &report(&place.says(1, &APPLY)));
    assert_eq!(double.log(), ["CreateChangeSet", "ExecuteChangeSet"]);
    let again = place.says(0, &APPLY);
    assert!(again.contains("done (CREATE_COMPLETE)"), "{again}");
    assert_eq!(
        double.log(),
        ["DeleteStack", "CreateChangeSet", "ExecuteChangeSet"]
    );
}

/// A stack that is there, and a program that changes it.
fn deployed() -> (Place, Double) {
    let (place, double) = place();
    place.says(0, &APPLY);
    place.program("platform = \"nodejs-22\"", "platform = \"nodejs-24\"");
    double.log();
    (place, double)
}

#[test]
fn an_update_that_fails_is_rolled_back_and_explained() {
    let (place, double) = deployed();
    let why = "Received 0 SUCCESS signal(s) out of 1.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement";
    double.goes(vec![
        stack("UPDATE_IN_PROGRESS", "User Initiated"),
        step("BlogTestLaunchTemplate", TEMPLATE, "UPDATE_COMPLETE", ""),
        step("BlogTestAutoScalingGroup", GROUP, "UPDATE_FAILED", why),
        stack(
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to update: [BlogTestAutoScalingGroup].",
        ),
        stack("UPDATE_ROLLBACK_COMPLETE", ""),
    ]);
    snapshot("update_fails", &report(&place.says(1, &APPLY)));
    let again = place.says(0, &APPLY);
    assert!(again.contains("done (UPDATE_COMPLETE)"), "{again}");
}

#[test]
fn a_rollback_that_gets_stuck_is_gone_on_with() {
    let (place, double) = deployed();
    double.goes(vec![
        step(
            "BlogTestAutoScalingGroup",
            GROUP,
            "UPDATE_FAILED",
            "no capacity",
        ),
        stack("UPDATE_ROLLBACK_IN_PROGRESS", ""),
        step(
            "BlogTestAutoScalingGroup",
            GROUP,
            "UPDATE_FAILED",
            "still no capacity",
        ),
        stack(
            "UPDATE_ROLLBACK_FAILED",
            "The following resource(s) failed to update: [BlogTestAutoScalingGroup].",
        ),
    ]);
    snapshot("rollback_fails", &report(&place.says(1, &APPLY)));
    snapshot("rollback_failed_before", &report(&place.says(1, &APPLY)));
    let aborted = place.says(0, &["abort", "blog-test"]);
    assert!(aborted.contains("the rollback goes on"), "{aborted}");
    assert!(double.log().contains(&"ContinueUpdateRollback".to_owned()));
    place.says(0, &APPLY);
}

#[test]
fn a_stack_that_is_being_changed_is_left_alone() {
    let (place, double) = deployed();
    double.has("UPDATE_IN_PROGRESS");
    snapshot("in_progress", &report(&place.says(1, &APPLY)));
    assert_eq!(double.log(), Vec::<String>::new());
    let aborted = place.says(0, &["abort", "blog-test"]);
    assert!(
        aborted.contains("the update is cancelled and rolled back"),
        "{aborted}"
    );
    place.says(0, &APPLY);

    double.has("DELETE_FAILED");
    snapshot("deletion_failed_before", &report(&place.says(1, &APPLY)));
}

#[test]
fn a_plan_that_was_never_carried_out_is_in_nobodys_way() {
    let (place, double) = place();
    double.has("REVIEW_IN_PROGRESS");
    let plan = place.says(2, &["plan", "blog-test", "--release", "v1"]);
    assert!(plan.contains("environment.blog-test  new"), "{plan}");
    place.says(0, &APPLY);
    assert_eq!(double.log(), ["CreateChangeSet", "ExecuteChangeSet"]);
    // And one that changes nothing leaves nothing behind.
    let again = place.says(0, &["plan", "blog-test"]);
    assert!(again.contains("nothing changes"), "{again}");
    assert_eq!(double.log(), ["CreateChangeSet", "DeleteChangeSet"]);
}

#[test]
fn replacements_are_said_as_aws_sees_them_and_protected_ones_refused() {
    let (place, double) = place();
    place.program("    kind = none\n", "    kind = none\n");
    place.says(0, &APPLY);
    place.program("platform = \"nodejs-22\"", "platform = \"nodejs-24\"");
    double.says(&[Verdict {
        id: "BlogTestLaunchTemplate",
        replacement: "Conditional",
    }]);
    let plan = place.says(2, &["plan", "blog-test"]);
    assert!(
        plan.contains("±? LaunchTemplate BlogTestLaunchTemplate may be replaced"),
        "{plan}"
    );
    double.says(&[Verdict {
        id: "BlogTestLaunchTemplate",
        replacement: "True",
    }]);
    let plan = place.says(2, &["plan", "blog-test"]);
    assert!(
        plan.contains("± LaunchTemplate BlogTestLaunchTemplate is replaced"),
        "{plan}"
    );

    let protected = PROGRAM
        .replace("platform = \"nodejs-22\"", "platform = \"nodejs-24\"")
        .replace(
            "  release = input",
            "  protect = [launch_template]\n  release = input",
        );
    place.write("env.bean", &protected);
    double.log();
    snapshot("protected", &report(&place.says(1, &APPLY)));
    assert_eq!(double.log(), ["CreateChangeSet", "DeleteChangeSet"]);
}
