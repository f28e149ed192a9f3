//! Bad networks, throttling, two people at once, and a process that is killed:
//! nothing is lost and nothing is made twice.

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};

use super::double::{Double, stack};
use super::place::{Place, Victim, text};
use crate::fate::Fate;

const APPLY: [&str; 5] = ["apply", "blog-test", "--release", "v1", "--yes"];

fn place() -> (Place, Double) {
    let double = Double::start();
    (Place::at(double.endpoint.clone(), None), double)
}

/// Another run ends in the one place where all of them end.
#[track_caller]
fn ends_well(place: &Place, double: &Double) {
    double.treats(|_, _| Fate::Answered);
    place.says(0, &APPLY);
    assert_eq!(double.status().as_deref(), Some("CREATE_COMPLETE"));
    assert_eq!(double.stacks(), 1, "nothing is made twice");
    let plan = place.says(0, &["plan", "blog-test"]);
    assert!(plan.contains("nothing changes"), "{plan}");
}

#[test]
fn apply_gets_through_bad_weather() {
    let (place, double) = place();
    let number = AtomicUsize::new(0);
    double.treats(move |_, _| match number.fetch_add(1, Ordering::Relaxed) {
        0 | 4 => Fate::Refused(400, "Throttling"),
        2 => Fate::Refused(503, "ServiceUnavailable"),
        6 => Fate::Dropped,
        it if it % 2 == 1 => Fate::Slow,
        _ => Fate::Answered,
    });
    let said = place.says(0, &APPLY);
    assert!(said.contains("done (CREATE_COMPLETE)"), "{said}");
    ends_well(&place, &double);
}

#[test]
fn credentials_that_expire_in_the_middle_are_said_and_nothing_is_lost() {
    for action in [
        "CreateChangeSet",
        "DescribeChangeSet",
        "ExecuteChangeSet",
        "DescribeStackEvents",
    ] {
        let (place, double) = place();
        let expired = Mutex::new(false);
        double.treats(move |asked, _| {
            let mut expired = expired.lock().expect("no test panics with it");
            *expired |= asked == action;
            match *expired {
                true => Fate::Refused(403, "ExpiredToken"),
                false => Fate::Answered,
            }
        });
        let said = place.says(1, &APPLY);
        assert!(said.contains("expired"), "{action}: {said}");
        ends_well(&place, &double);
    }
}

/// Starts `beanc apply` and kills it when the double says so.
fn killed(place: &Place, double: &Double, action: &'static str, carried_out: bool) {
    let (tell, told) = mpsc::channel();
    let victim = Victim::default();
    let of_double = victim.clone();
    let tell = Mutex::new(tell);
    double.treats(move |asked, _| {
        if asked != action {
            return Fate::Answered;
        }
        of_double.kill();
        let tell = tell.lock().expect("no test panics with it");
        // Only the first is listened to.
        let _ = tell.send(());
        match carried_out {
            true => Fate::Cut,
            false => Fate::Dropped,
        }
    });
    victim.start(place.beanc(&APPLY));
    told.recv().expect("the action is asked for");
}

#[test]
fn a_process_that_is_killed_leaves_nothing_that_the_next_cannot_go_on_with() {
    let stages = [
        ("DescribeStacks", true),
        ("CreateChangeSet", false),
        ("CreateChangeSet", true),
        ("DescribeChangeSet", true),
        ("ExecuteChangeSet", false),
        ("ExecuteChangeSet", true),
        ("DescribeStackEvents", true),
    ];
    for (action, carried_out) in stages {
        let (place, double) = place();
        killed(&place, &double, action, carried_out);
        ends_well(&place, &double);
    }
}

#[test]
fn an_answer_that_never_arrives_does_not_make_anything_twice() {
    for action in ["CreateChangeSet", "ExecuteChangeSet"] {
        let (place, double) = place();
        double.treats(move |asked, before| match asked == action && before == 0 {
            true => Fate::Cut,
            false => Fate::Answered,
        });
        place.says(0, &APPLY);
        ends_well(&place, &double);
    }
}

#[test]
fn of_two_at_once_one_wins_and_the_other_is_told() {
    let (place, double) = place();
    place.says(0, &APPLY);
    place.program("platform = \"nodejs-22\"", "platform = \"nodejs-24\"");
    double.waits_for(2);
    let start = || {
        let mut command = place.beanc(&APPLY);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("beanc starts")
    };
    let both = [start(), start()];
    let ended = both.map(|it| it.wait_with_output().expect("it ends"));
    let mut codes = [0, 1].map(|it: usize| ended[it].status.code());
    codes.sort_unstable();
    let said = ended.iter().map(|it| text(&it.stderr)).collect::<String>();
    assert_eq!(codes, [Some(0), Some(1)], "{said}");
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("stack blog-test has changed since this was planned"),
        "{said}"
    );
    let plan = place.says(0, &["plan", "blog-test"]);
    assert!(plan.contains("nothing changes"), "{plan}");
}

#[test]
fn ctrl_c_stops_watching_and_says_how_to_go_on() {
    let (place, double) = place();
    double.goes(vec![stack("CREATE_IN_PROGRESS", "User Initiated")]);
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    double.treats(move |asked, before| {
        if asked == "DescribeStackEvents" && before > 0 {
            // Only the first is listened to.
            let _ = tell.lock().expect("no test panics with it").send(());
        }
        Fate::Answered
    });
    let child = place
        .beanc(&APPLY)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("beanc starts");
    told.recv().expect("it follows the stack");
    let interrupted = place
        .command("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.expect("kill is there").success());
    let output = child.wait_with_output().expect("it ends");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("stopped watching; AWS goes on with environment.blog-test"),
        "{said}"
    );
    // Meanwhile, and afterwards.
    let busy = place.says(1, &APPLY);
    assert!(
        busy.contains("is being changed (CREATE_IN_PROGRESS)"),
        "{busy}"
    );
    double.has("CREATE_COMPLETE");
    ends_well(&place, &double);
}
