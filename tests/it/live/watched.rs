//! What is looked at while it goes on, or long after: drift, events, logs.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::{Mutex, mpsc};

use super::double::{Double, stack, step};
use super::place::{Place, assert_contains};
use crate::fate::Fate;

const GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";
const APPLY: [&str; 5] = ["apply", "blog-test", "--release", "v1", "--yes"];

fn deployed() -> (Place, Double) {
    let double = Double::start();
    let place = Place::at(double.endpoint.clone(), None);
    place.says(0, &APPLY);
    (place, double)
}

const DRIFT: &str = "\
<member><StackId>arn</StackId><LogicalResourceId>BlogTestAutoScalingGroup</LogicalResourceId>
<ResourceType>AWS::AutoScaling::AutoScalingGroup</ResourceType>
<PropertyDifferences><member><PropertyPath>/MaxSize</PropertyPath>
<ExpectedValue>1</ExpectedValue><ActualValue>9</ActualValue>
<DifferenceType>NOT_EQUAL</DifferenceType></member></PropertyDifferences>
<StackResourceDriftStatus>MODIFIED</StackResourceDriftStatus>
<Timestamp>2026-11-23T10:00:00Z</Timestamp></member>
<member><StackId>arn</StackId><LogicalResourceId>BlogTestAddress</LogicalResourceId>
<ResourceType>AWS::EC2::EIP</ResourceType>
<StackResourceDriftStatus>DELETED</StackResourceDriftStatus>
<Timestamp>2026-11-23T10:00:00Z</Timestamp></member>";

#[test]
fn drift_is_told_at_the_lines_that_are_no_longer_so() {
    let (place, double) = deployed();
    let said = place.says(0, &["drift", "blog-test"]);
    assert_contains(&said, &["environment.blog-test  is as it was deployed"]);
    double.has_drift(Ok(DRIFT));
    let said = place.says(2, &["drift", "blog-test"]);
    assert_eq!(
        said,
        "\
environment.blog-test  was changed  (blog-test)
  ~ AutoScalingGroup BlogTestAutoScalingGroup was changed  (env.bean:12:1)
      MaxSize: 1 → 9  (env.bean:12:1)
  - EIP BlogTestAddress was deleted  (env.bean:16:12)
"
    );
    double.has_drift(Err("the role may not read the group"));
    let said = place.says(1, &["drift", "blog-test"]);
    assert_contains(
        &said,
        &["looking for drift of stack blog-test: the role may not read the group"],
    );
    // Nothing else was touched.
    let looks = ["DetectStackDrift"; 3];
    let log = double.log();
    assert_eq!(log[log.len() - 3..], looks);
}

/// A command that goes on, and what it prints.
struct Follower {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Follower {
    fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut child = place
            .beanc(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("beanc starts");
        let out = child.stdout.take().expect("it is piped");
        Self {
            child,
            lines: BufReader::new(out).lines(),
        }
    }

    /// The next line; `None` when there will be no more.
    fn line(&mut self) -> Option<String> {
        let line = self.lines.next()?;
        Some(line.expect("it is text"))
    }
}

#[test]
fn events_are_followed_until_the_stack_is_at_rest() {
    let (place, double) = deployed();
    double.happens(&stack("UPDATE_IN_PROGRESS", "User Initiated"));
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    double.treats(move |action, _| {
        if action == "DescribeStackEvents" {
            // The second look is that of somebody who follows.
            let _ = tell.lock().expect("no test panics with it").send(());
        }
        Fate::Answered
    });
    let mut follower = Follower::start(&place, &["events", "blog-test", "--follow"]);
    // What was before: two steps, and why the second was made.
    let mut lines: Vec<String> = (0..3).filter_map(|_| follower.line()).collect();
    told.recv().expect("events are asked for");
    told.recv().expect("and again");
    double.happens(&step(
        "BlogTestAutoScalingGroup",
        GROUP,
        "UPDATE_FAILED",
        "no capacity",
    ));
    lines.extend(follower.line());
    lines.extend(follower.line());
    double.happens(&stack("UPDATE_ROLLBACK_IN_PROGRESS", ""));
    double.happens(&stack("UPDATE_ROLLBACK_COMPLETE", ""));
    lines.extend(std::iter::from_fn(|| follower.line()));
    let code = follower.child.wait().expect("it ends").code();
    assert_eq!(code, Some(0));
    let words = |line: &String| {
        let words = line.trim_start_matches("2026-11-23 10:00:00");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let lines: Vec<String> = lines.iter().map(words).collect();
    assert_eq!(
        lines,
        [
            "CREATE_COMPLETE Stack blog-test",
            "UPDATE_IN_PROGRESS Stack blog-test",
            "User Initiated",
            "UPDATE_FAILED AutoScalingGroup BlogTestAutoScalingGroup (env.bean:12:1)",
            "no capacity",
            "UPDATE_ROLLBACK_IN_PROGRESS Stack blog-test",
            "UPDATE_ROLLBACK_COMPLETE Stack blog-test",
        ]
    );
    // At rest, there is nothing to follow.
    double.treats(|_, _| Fate::Answered);
    let said = place.says(0, &["events", "blog-test", "--follow", "--last", "1"]);
    assert_contains(&said, &["UPDATE_ROLLBACK_COMPLETE"]);
}

#[test]
fn logs_are_followed_and_each_line_is_told_once() {
    let Some(place) = Place::new() else { return };
    let write = |lines: &[(&str, i32)]| {
        let lines: Vec<String> = lines
            .iter()
            .map(|(text, ago)| format!("{{'timestamp': now - {ago}000, 'message': '{text}'}}"))
            .collect();
        place.python(&format!(
            "import boto3, time; logs = boto3.client('logs'); now = int(time.time() * 1000)\n\
             group = '/bean/blog-test/var/log/web.stdout.log'\n\
             try:\n\
             \x20   logs.create_log_group(logGroupName=group)\n\
             \x20   logs.create_log_stream(logGroupName=group, logStreamName='i-1')\n\
             except logs.exceptions.ResourceAlreadyExistsException: pass\n\
             logs.put_log_events(logGroupName=group, logStreamName='i-1', logEvents=[{}])",
            lines.join(", ")
        ));
    };
    write(&[("hours ago", 7200), ("first", 60)]);
    let said = place.says(0, &["logs", "blog-test"]);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_contains(&said, &["i-1  web.stdout.log  first"]);
    let mut follower = Follower::start(
        &place,
        &[
            "logs",
            "blog-test",
            "/var/log/web.stdout.log",
            "--follow",
            "--since",
            "3h",
        ],
    );
    let mut next = || {
        let line = follower.line().expect("it goes on");
        line.rsplit("  ").next().unwrap_or_default().to_owned()
    };
    assert_eq!([next(), next()], ["hours ago", "first"]);
    write(&[("second", 10)]);
    assert_eq!(next(), "second");
    // One that comes late, and one at the same time as another.
    write(&[("late", 15), ("third", 10), ("fourth", 0)]);
    let mut rest = [next(), next(), next()];
    rest.sort();
    assert_eq!(rest, ["fourth", "late", "third"]);
    write(&[("last", 0)]);
    assert_eq!(next(), "last", "nothing is told twice");
    follower
        .child
        .kill()
        .expect("it goes on until it is stopped");
    follower.child.wait().expect("it ends");
}
