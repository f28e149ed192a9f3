//! Terraform for real, through a proxy: two at once, bad networks, credentials
//! that expire and a kill in the middle.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};

use super::place::{Place, Victim, assert_contains, text};
use super::proxy::{Asked, Proxy};
use crate::fate::Fate;
use crate::tools;

/// A network is a unit of which Terraform makes little, and which has a state.
const NETWORK: &str = r#"edition 2026

application blog {}

network main {
  cidr = 10.0.0.0/16
  subnets public {}
  flow_logs = false
  target {
    region = "eu-west-1"
    state {
      bucket = "states"
    }
  }
}
"#;

const APPLY: [&str; 3] = ["apply", "main", "--yes"];

/// A place whose Terraform goes through a proxy, and what `init` needs.
struct World {
    place: Place,
    proxy: Proxy,
    init: String,
}

impl World {
    fn new() -> Option<Self> {
        let plugins = tools::terraform_plugins()?;
        let mut place = Place::new()?;
        place.write("env.bean", NETWORK);
        place.python(
            "import boto3; boto3.client('s3').create_bucket(Bucket='states', \
             CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})",
        );
        let proxy = place.behind_proxy();
        Some(Self {
            place,
            proxy,
            init: format!("-plugin-dir={plugins}"),
        })
    }

    fn beanc(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.beanc(arguments);
        command
            .env("BEANC_ENGINE", "terraform")
            .env("TF_CLI_ARGS_init", &self.init);
        command
    }

    /// What a command says, after it ended with this exit code.
    #[track_caller]
    fn says(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.beanc(arguments).output().expect("beanc starts");
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{said}");
        said
    }

    /// Another run ends where all of them end: with one network, and nothing
    /// left to do.
    #[track_caller]
    fn ends_well(&self) {
        self.proxy.treats(|_, _| Fate::Answered);
        self.says(0, &APPLY);
        let made = self.place.python(
            "import boto3; ec2 = boto3.client('ec2')\n\
             named = [{'Name': 'tag:bean:item', 'Values': ['network.main']}]\n\
             print(len(ec2.describe_vpcs(Filters=named)['Vpcs']), \
             len(ec2.describe_subnets(Filters=named)['Subnets']))",
        );
        assert_eq!(made.trim(), "1 2", "nothing is made twice");
        assert_contains(&self.says(0, &["plan", "main"]), &["nothing changes"]);
    }
}

fn is_lock(asked: &Asked) -> bool {
    asked.what.starts_with("PUT") && asked.what.contains(".tflock")
}

/// A request that makes something of the network.
fn makes(asked: &Asked, what: &str) -> bool {
    asked.service == "ec2" && asked.body.contains(&format!("Action=Create{what}&"))
}

#[test]
fn of_two_at_once_one_has_the_lock_and_the_other_is_told_whose_it_is() {
    let Some(world) = World::new() else { return };
    // The first gets no further than its lock until the second has ended.
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let (tell, locked) = mpsc::channel();
    let tell = Mutex::new(tell);
    let of_proxy = Arc::clone(&gate);
    let is_locked = AtomicBool::new(false);
    world.proxy.treats(move |asked, _| {
        if asked.key != "FIRST" {
            return Fate::Answered;
        }
        if is_lock(asked) {
            is_locked.store(true, Ordering::Relaxed);
        } else if is_locked.load(Ordering::Relaxed) && asked.service != "s3" {
            // Only the first is listened to.
            let _ = tell.lock().expect("no test panics with it").send(());
            let (open, opened) = &*of_proxy;
            let open = open.lock().expect("no test panics with it");
            let open = opened.wait_while(open, |open| !*open);
            drop(open.expect("no test panics with it"));
        }
        Fate::Answered
    });
    let first = world
        .beanc(&APPLY)
        .env("AWS_ACCESS_KEY_ID", "FIRST")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("beanc starts");
    locked.recv().expect("it has the lock");
    // Somebody else has a folder of their own, and the same state.
    let second = world
        .beanc(&[&APPLY[..], &["--out", "elsewhere"]].concat())
        .output();
    let (open, opened) = &*gate;
    *open.lock().expect("no test panics with it") = true;
    opened.notify_all();
    let second = second.expect("beanc starts");
    let said = text(&second.stderr);
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert_contains(
        &said,
        &[
            "E0890",
            "network.main is being deployed by",
            "since 20",
            "wait for it to end; a lock that was left behind goes with \
             `terraform -chdir=elsewhere/network.main force-unlock",
        ],
    );
    assert!(!said.contains("PreconditionFailed"), "{said}");
    let first = first.wait_with_output().expect("it ends");
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    world.ends_well();
}

#[test]
fn terraform_gets_through_bad_weather_and_goes_on_after_it() {
    let Some(world) = World::new() else { return };
    // Throttled, refused, cut off and slow by turns, and then fair.
    world.proxy.treats(|asked, before| match before % 9 {
        0 if asked.service == "ec2" => Fate::Refused(503, "RequestLimitExceeded"),
        3 if asked.what.starts_with("GET") => Fate::Refused(503, "SlowDown"),
        5 if asked.what.starts_with("GET") => Fate::Dropped,
        7 => Fate::Slow,
        _ => Fate::Answered,
    });
    let said = world.says(0, &APPLY);
    assert_contains(&said, &["network.main  done"]);
    world.ends_well();

    // Credentials have their end in the middle of a change.
    world.place.write(
        "env.bean",
        &NETWORK.replace(
            "  subnets public {}",
            "  subnets public {}\n  subnets private {}",
        ),
    );
    let over = AtomicBool::new(false);
    world.proxy.treats(move |asked, _| {
        if makes(asked, "Subnet") {
            over.store(true, Ordering::Relaxed);
        }
        match over.load(Ordering::Relaxed) && asked.service != "s3" {
            true => Fate::Refused(403, "ExpiredToken"),
            false => Fate::Answered,
        }
    });
    let said = world.says(1, &APPLY);
    assert_contains(
        &said,
        &[
            "network.main  changes",
            "E0890",
            "ExpiredToken",
            "what was made stays, and the next apply goes on from there",
            "[env.bean:",
        ],
    );
    world.place.write("env.bean", NETWORK);
    world.ends_well();
}

#[test]
fn log_groups_of_a_destroyed_module_are_taken_over() {
    let Some(world) = World::new() else { return };
    let with_logs = NETWORK.replace("flow_logs = false", "flow_logs = true");
    world.place.write("env.bean", &with_logs);
    let group = "aws_cloudwatch_log_group main_flow_log_group";
    let made = world.says(0, &APPLY);
    assert_contains(&made, &[&format!("+ {group} is made")]);
    let write = |what: &str| {
        world.place.python(&format!(
            "import boto3; logs = boto3.client('logs')\n\
             groups = logs.describe_log_groups()['logGroups']\n\
             name, = [group['logGroupName'] for group in groups]\n{what}"
        ))
    };
    write("logs.create_log_stream(logGroupName=name, logStreamName='kept')");
    let destroyed = world.says(0, &["destroy", "main", "--yes"]);
    assert_contains(&destroyed, &[&format!("< {group} stays behind")]);

    // Its entries stay with it, and it is as the module says again.
    write("logs.put_retention_policy(logGroupName=name, retentionInDays=1)");
    let plan = world.says(2, &["plan", "main"]);
    assert_contains(
        &plan,
        &["network.main  new", &format!("> {group} is taken over")],
    );
    assert!(!plan.contains(&format!("+ {group}")), "{plan}");
    let folder = world.place.folder.path().join("build/network.main");
    let imports = || folder.join("beanc.imports.tf.json").exists();
    assert!(!imports(), "the module is what `build` writes");
    let made = world.says(0, &APPLY);
    assert_contains(&made, &[&format!("> {group} is taken over"), "done"]);
    assert!(!imports());
    let kept = write(
        "streams = logs.describe_log_streams(logGroupName=name)['logStreams']\n\
         print([it['logStreamName'] for it in streams], groups[0]['retentionInDays'] > 1)",
    );
    assert_eq!(kept.trim(), "['kept'] True");
    world.ends_well();
}

#[test]
fn log_groups_that_a_stack_has_left_are_taken_over() {
    let Some(plugins) = tools::terraform_plugins() else {
        return;
    };
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v1"]);
    let apply = ["apply", "blog-test", "--release", "v1", "--yes"];
    place.says(0, &apply);
    place.says(0, &["destroy", "blog-test", "--yes"]);
    let groups = || {
        place.python(
            "import boto3; groups = boto3.client('logs').describe_log_groups()['logGroups']\n\
             print(*[(it['logGroupName'], it['creationTime']) for it in groups], sep='\\n')",
        )
    };
    let left = groups();
    let init = format!("-plugin-dir={plugins}");
    let more = [("BEANC_ENGINE", "terraform"), ("TF_CLI_ARGS_init", &init)];
    let made = place.says_with(0, &apply, &more);
    assert!(!made.contains("+ aws_cloudwatch_log_group"), "{made}");
    let taken = made.matches("> aws_cloudwatch_log_group").count();
    assert_eq!(taken, left.lines().count(), "{made}");
    assert!(taken > 1, "each file of the instances has one: {left}");
    assert_eq!(groups(), left, "they are the same");
    let plan = ["plan", "blog-test", "--release", "v1"];
    assert_contains(&place.says_with(0, &plan, &more), &["nothing changes"]);
}

#[test]
fn a_kill_in_the_middle_of_terraform_loses_nothing() {
    let Some(world) = World::new() else { return };
    let victim = Victim::default();
    let of_proxy = victim.clone();
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    world.proxy.treats(move |asked, _| {
        if makes(asked, "Vpc") {
            of_proxy.kill();
            let _ = tell.lock().expect("no test panics with it").send(());
        }
        Fate::Answered
    });
    victim.start(world.beanc(&APPLY));
    told.recv().expect("something is made");
    // Terraform goes on to its end and gives its lock back; until then others
    // are told that it is there.
    for _ in 0..120 {
        let output = world
            .beanc(&["plan", "main", "--out", "elsewhere"])
            .output();
        let said = text(&output.expect("beanc starts").stderr);
        if !said.contains("is being deployed by") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
    world.ends_well();
}

#[test]
fn a_bucket_that_stays_stays_whole() {
    let Some(plugins) = tools::terraform_plugins() else {
        return;
    };
    let Some(place) = Place::new() else { return };
    let init = format!("-plugin-dir={plugins}");
    let more = [
        ("BEANC_ENGINE", "terraform"),
        ("TF_CLI_ARGS_init", init.as_str()),
    ];
    let says = |arguments: &[&str]| place.says_with(0, arguments, &more);
    says(&["apply", "blog", "--yes"]);
    says(&["push", "--label", "v1"]);
    let destroyed = says(&["destroy", "blog", "--yes"]);
    assert_contains(
        &destroyed,
        &[
            "< aws_s3_bucket blog_bucket stays behind",
            "< aws_s3_bucket_policy blog_bucket_policy stays behind",
            "- aws_ssm_parameter",
            "application.blog  deleted",
        ],
    );
    let left = place.python(
        "import boto3; s3 = boto3.client('s3')\n\
         it, = [bucket['Name'] for bucket in s3.list_buckets()['Buckets']]\n\
         s3.get_bucket_policy(Bucket=it)\n\
         s3.get_bucket_encryption(Bucket=it)\n\
         s3.get_bucket_lifecycle_configuration(Bucket=it)\n\
         s3.get_public_access_block(Bucket=it)\n\
         print(s3.get_bucket_versioning(Bucket=it)['Status'], \
         s3.list_objects_v2(Bucket=it)['KeyCount'])",
    );
    assert_eq!(left.trim(), "Enabled 1");
    assert_contains(&says(&["destroy", "blog", "--yes"]), &["nothing to delete"]);
    assert_contains(
        &place.says_with(2, &["outputs", "blog"], &more),
        &["application.blog is not deployed"],
    );

    // The name of the next is known from the state where nothing else has it.
    says(&["apply", "blog", "--yes"]);
    says(&["push", "--label", "v1"]);
    place.python(
        "import boto3; ssm = boto3.client('ssm')\n\
         found = ssm.get_parameters_by_path(Path='/bean/', Recursive=True)['Parameters']\n\
         ssm.delete_parameters(Names=[it['Name'] for it in found])",
    );
    let destroyed = says(&["destroy", "blog", "--empty-buckets", "--yes"]);
    assert_contains(
        &destroyed,
        &[
            "- aws_s3_bucket blog_bucket is deleted",
            "emptied of 1 object",
        ],
    );
    let left = "import boto3; print(len(boto3.client('s3').list_buckets()['Buckets']))";
    assert_eq!(place.python(left).trim(), "1", "only the first");
}

#[test]
fn what_is_protected_stays_and_the_rest_goes() {
    let Some(plugins) = tools::terraform_plugins() else {
        return;
    };
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v1"]);
    place.program("  release =", "  protect = [address]\n  release =");
    let init = format!("-plugin-dir={plugins}");
    let more = [
        ("BEANC_ENGINE", "terraform"),
        ("TF_CLI_ARGS_init", init.as_str()),
    ];
    let says = |arguments: &[&str]| place.says_with(0, arguments, &more);
    says(&["apply", "blog-test", "--release", "v1", "--yes"]);
    let left = "import boto3; ec2 = boto3.client('ec2')\n\
                groups = boto3.client('autoscaling').describe_auto_scaling_groups()\n\
                print(len(ec2.describe_addresses()['Addresses']), \
                len(groups['AutoScalingGroups']))";
    assert_eq!(place.python(left).trim(), "1 1");
    let destroyed = says(&["destroy", "blog-test", "--yes"]);
    assert_contains(
        &destroyed,
        &[
            "< aws_eip blog_test_address stays behind",
            "- aws_autoscaling_group blog_test_auto_scaling_group is deleted",
            "environment.blog-test  deleted",
        ],
    );
    assert_eq!(
        place.python(left).trim(),
        "1 0",
        "the address alone is left"
    );
    let again = says(&["destroy", "blog-test", "--yes"]);
    assert_contains(&again, &["nothing to delete"]);
    let folder = place.folder.path().join("build/environment.blog-test");
    assert!(!folder.join("beanc_override.tf.json").exists());
}
