//! Stacks that fail, roll back and get stuck, as AWS documents it: what people
//! read, and what the next command does.

use super::double::{Double, Verdict, stack, step};
use super::place::{PROGRAM, Place, assert_contains};

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
    // What is left is not deleted unasked.
    let plan = place.says(2, &["plan", "blog-test", "--release", "v1"]);
    assert_contains(
        &plan,
        &[
            "environment.blog-test new (blog-test)",
            "note: stack blog-test is what is left of a creation that failed (ROLLBACK_COMPLETE), \
             and is deleted first",
        ],
    );
    let kept = ["plan", "blog-test", "--release", "v1", "--save", "p.json"];
    assert_contains(&place.says(1, &kept), &["takes no plan that could be kept"]);
    place.says(2, &APPLY[..4]);
    assert_eq!(double.log(), [""; 0]);
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
fn a_stack_that_somebody_else_plans_is_left_alone() {
    let (place, double) = place();
    let destroy = ["destroy", "blog-test", "--yes"];
    double.is_planned("theirs");
    for command in [&destroy[..], &APPLY] {
        assert_contains(
            &place.says(1, command),
            &["stack blog-test was not made by beanc, so it is left alone"],
        );
    }
    assert_eq!(double.log(), [""; 0]);

    // What a plan of ours has left goes.
    let (place, double) = self::place();
    double.is_planned("beanc-1");
    place.says(0, &destroy);
    assert_eq!(double.log(), ["DeleteStack"]);
    double.has("REVIEW_IN_PROGRESS");
    assert_contains(
        &place.says(1, &destroy),
        &["stack blog-test was not made by beanc"],
    );
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

#[test]
fn an_input_without_a_value_is_said_where_it_is_declared() {
    let (place, double) = place();
    snapshot(
        "input_without_value",
        &report(&place.says(1, &["apply", "blog-test", "--yes"])),
    );
    assert_eq!(double.log(), [""; 0]);
}

#[test]
fn another_version_is_a_restart_and_says_which() {
    let (place, _double) = place();
    place.says(0, &APPLY);
    let plan = place.says(2, &["plan", "blog-test", "--release", "v2"]);
    assert_contains(
        &plan,
        &[
            "↻ LaunchTemplate BlogTestLaunchTemplate changes, and instances are replaced",
            "LaunchTemplateData/UserData: BEAN_RELEASE='v1' → BEAN_RELEASE='v2'",
            "~ Parameter BlogTestParameterRelease changes in place",
            "Value: v1 → v2",
        ],
    );
}

#[test]
fn the_environment_of_another_application_is_left_alone() {
    let (place, double) = place();
    place.says(0, &APPLY);
    double.is_tagged("beanc:application", "shop");
    assert_contains(
        &place.says(1, &APPLY),
        &["stack blog-test belongs to environment.blog-test of application shop, not of blog"],
    );
}

/// AWS takes an update back whose alarms it does not find, so they are named
/// from the second deployment on.
#[test]
fn alarms_take_an_update_back() {
    let (place, double) = place();
    let watched = PROGRAM.replace(
        "  release = input",
        "  alarm busy { metric = cpu; above = 90% }\n  \
         deployment { rollback_on = [alarm.busy] }\n  release = input",
    );
    place.write("env.bean", &watched.replace("; ", "\n"));
    place.says(0, &APPLY);
    let trigger = "RollbackConfiguration.RollbackTriggers.member.1.Arn";
    assert_eq!(double.asked(trigger), None);
    place.says(2, &["plan", "blog-test", "--release", "v2"]);
    assert_eq!(
        double.asked(trigger).as_deref(),
        Some("arn:aws:cloudwatch:eu-west-1:1:alarm:bean-blog-test-busy")
    );
    // Without them, those of before are forgotten.
    place.write("env.bean", PROGRAM);
    place.says(2, &["plan", "blog-test"]);
    assert_eq!(
        double
            .asked("RollbackConfiguration.RollbackTriggers")
            .as_deref(),
        Some("")
    );
}

#[test]
fn warnings_are_for_those_who_deploy() {
    let (place, _double) = place();
    place.write("env.bean", &format!("{PROGRAM}\ninput unused: string\n"));
    let told = |code, arguments: &[&str]| place.says(code, arguments).matches("unused").count();
    assert!(told(2, &["plan", "blog-test", "--release", "v1"]) > 0);
    assert!(told(0, &APPLY) > 0);
    for asks in [
        &["status", "blog-test"][..],
        &["events", "blog-test"],
        &["outputs", "blog-test"],
    ] {
        assert_eq!(told(0, asks), 0, "{asks:?}");
    }
    // What keeps a program from being asked about is said by all.
    place.write("env.bean", &PROGRAM.replace("nodejs-22", "nodejs-0"));
    assert_contains(&place.says(1, &["status"]), &["nodejs-0"]);
}

#[test]
fn a_unit_whose_needs_are_not_deployed_is_planned_and_not_made() {
    let (place, double) = place();
    let networked = PROGRAM.replace("  release =", "  network = network.main\n  release =");
    let network =
        "network main {\n  cidr = 10.0.0.0/16\n  subnets public {\n    internet = direct\n  }\n}\n";
    place.write("env.bean", &format!("{networked}\n{network}"));
    let lacks =
        "environment.blog-test needs `public.ids` of network.main, which is not deployed here";
    let alone = place.says(2, &["plan", "blog-test", "--release", "v1"]);
    assert_contains(&alone, &["environment.blog-test  new", lacks]);
    let said = place.says(1, &APPLY);
    assert_contains(
        &said,
        &[
            lacks,
            "`beanc apply network.main environment.blog-test` deploys both",
            "env.bean:14:13",
        ],
    );
    assert_eq!(double.log(), [""; 0], "nothing is begun");
    // With what it needs nothing is missing.
    let both = place.says(2, &["plan", "main", "blog-test", "--release", "v1"]);
    assert!(!both.contains("not deployed here"), "{both}");
}
