//! From a folder to running stacks: the commands that talk to AWS, against an
//! emulator of it and, where that cannot do what AWS does, against a double of
//! CloudFormation.

#![expect(clippy::disallowed_methods, reason = "tests of the commands run them")]

mod credentials;
mod double;
mod faults;
pub mod place;
mod plans;
mod proxy;
mod pushed;
mod sources;
#[cfg(unix)]
mod stand_in;
mod stuck;
mod terraform;
mod watched;

use std::fs;
use std::sync::{Arc, Condvar, Mutex};

use place::{PROGRAM, Place, assert_contains};

use crate::fate::Fate;

#[test]
fn an_application_lives_from_its_first_version_to_its_end() {
    let Some(place) = Place::new() else { return };
    assert_contains(
        &place.says(2, &["push"]),
        &["blog has no bucket yet: `beanc apply application.blog` makes it"],
    );
    let plan = place.says(2, &["plan", "--release", "v1"]);
    assert_contains(
        &plan,
        &[
            "application.blog  new  (blog-application)",
            "+ Bucket BlogBucket is made  (env.bean:5:1)",
            "+ AutoScalingGroup BlogTestAutoScalingGroup is made",
        ],
    );
    assert_contains(
        &place.says(2, &["apply", "blog"]),
        &["nobody is there to be asked; say --yes when it is meant"],
    );
    assert_contains(
        &place.says(0, &["status"]),
        &["application.blog  not deployed"],
    );
    place.says(0, &["apply", "blog", "--yes"]);

    // Versions.
    let pushed = place.says(0, &["push", "--label", "v1"]);
    assert_contains(&pushed, &["version v1 of blog uploaded (2 files,"]);
    let again = place.says(0, &["push", "--label", "v1"]);
    assert_contains(&again, &["version v1 of blog is there already"]);
    place.write("app/app.js", "require('http').createServer().listen(80)\n");
    let other = place.says(2, &["push", "--label", "v1"]);
    assert_contains(&other, &["version v1 is there with other content"]);
    assert_contains(
        &place.says(2, &["push", "--label", "v 2"]),
        &["a label has letters, digits"],
    );

    // The environment, and what runs in it.
    let deployed = place.says(0, &["apply", "--release", "v1", "--yes"]);
    assert_contains(
        &deployed,
        &["environment.blog-test  done (CREATE_COMPLETE)"],
    );
    assert_contains(&place.says(0, &["plan"]), &["nothing changes"]);
    let address = place.says(0, &["outputs", "blog-test", "url"]);
    assert!(address.starts_with("http://"), "{address}");
    assert_contains(
        &place.says(0, &["status", "blog-test"]),
        &["CREATE_COMPLETE", "release v1"],
    );

    let health = place.says(0, &["health", "blog-test"]);
    assert_contains(&health, &["1 of 1 instances are well", "InService healthy"]);
    assert_eq!(place.says(0, &["logs", "blog-test", "--since", "1h"]), "");
    assert_contains(
        &place.says(2, &["logs", "blog-test", "/nowhere"]),
        &["keeps no log /nowhere; there are /flow, /var/log/bean-boot.log"],
    );
    // The emulator does not look for drift; what it says is passed on.
    assert_contains(
        &place.says(1, &["drift", "blog-test"]),
        &["looking for drift of stack blog-test"],
    );

    // Three are kept, and the one that runs.
    for (label, port) in [("v2", "81"), ("v3", "82"), ("v4", "83")] {
        place.write("app/app.js", port);
        place.says(0, &["push", "--label", label]);
    }
    // Labels are an application's own; who does not tell may be of this one.
    place.python(
        "import boto3; ssm = boto3.client('ssm')\n\
         put = lambda name, value: ssm.put_parameter(Name='/bean/' + name, Value=value, Type='String')\n\
         put('shop-prod/release', 'v3')\n\
         put('shop-prod/application', 'shop')\n\
         put('elder/release', 'v2')",
    );
    let versions = place.says(0, &["versions"]);
    assert_contains(&versions, &["v4", "v3", "v2", "blog-test", "elder"]);
    assert!(!versions.contains("shop-prod"), "{versions}");
    let first = versions.lines().find(|line| line.starts_with("v1 "));
    assert!(
        first.is_some_and(|line| line.ends_with("blog-test")),
        "{versions}"
    );

    // A deployment is a push and an apply with its release.
    let deployed = place.says(0, &["deploy", "blog-test", "--label", "v4", "--yes"]);
    assert_contains(
        &deployed,
        &[
            "version v4 of blog is there already",
            "done (UPDATE_COMPLETE)",
        ],
    );
    assert_contains(&place.says(0, &["status", "blog-test"]), &["release v4"]);

    // What changes is told by its line, for people and for programs.
    place.program("platform = \"nodejs-22\"", "platform = \"nodejs-24\"");
    let plan = place.says(2, &["plan", "blog-test"]);
    assert_contains(
        &plan,
        &["↻ LaunchTemplate BlogTestLaunchTemplate changes, and instances are replaced"],
    );
    let plan = place.says(2, &["plan", "blog-test", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("it is JSON");
    assert_eq!(plan["units"][0]["unit"], "environment.blog-test");
    assert_eq!(plan["units"][0]["changes"][0]["action"], "restart");
    place.write("env.bean", PROGRAM);

    let events = place.says(0, &["events", "blog-test", "--last", "1"]);
    assert_contains(&events, &["UPDATE_COMPLETE", "Stack blog-test"]);
    assert_contains(
        &place.says(2, &["abort", "blog-test"]),
        &["there is none (UPDATE_COMPLETE)"],
    );

    // What others need stays.
    assert_contains(
        &place.says(1, &["destroy", "blog", "--empty-buckets", "--yes"]),
        &[
            "environment.blog-test is deployed and needs application.blog",
            "`beanc destroy environment.blog-test application.blog` deletes both",
        ],
    );

    // The end.
    let destroyed = place.says(0, &["destroy", "blog-test", "blog", "--yes"]);
    assert_contains(
        &destroyed,
        &[
            "environment.blog-test  deleted",
            "< Bucket BlogBucket stays behind, outside of the stack",
        ],
    );
    assert_contains(
        &place.says(0, &["destroy", "blog-test", "--yes"]),
        &["there is nothing to delete"],
    );

    // And anew: the log groups that stayed are taken over.
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v4"]);
    let deployed = place.says(0, &["apply", "--release", "v4", "--yes"]);
    assert_contains(&deployed, &["done (CREATE_COMPLETE)"]);
}

#[test]
fn a_deployment_uploads_when_it_is_agreed_and_nothing_to_go_back() {
    let Some(place) = Place::new() else { return };
    let nothing = ["deploy", "blog-test", "--label", "v1"];
    assert_contains(&place.says(2, &nothing), &["blog has no bucket yet"]);
    place.says(0, &["apply", "blog", "--yes"]);
    assert_contains(
        &place.says(2, &nothing),
        &[
            "environment.blog-test  new",
            "nobody is there to be asked; say --yes when it is meant",
        ],
    );
    place.program("  release = input.release\n", "");
    let said = place.says(2, &["deploy", "blog-test", "--label", "v1", "--yes"]);
    assert_contains(
        &said,
        &["deploy gives the new version to the input `release`, and environment.blog-test"],
    );
    assert!(!said.contains("--release"), "nobody gave it: {said}");
    place.write("env.bean", PROGRAM);
    let both = ["deploy", "blog-test", "--input", "release=v2", "--yes"];
    assert_contains(
        &place.says(2, &both),
        &["deploy gives the input `release` the version that it uploads"],
    );
    assert!(!place.says(0, &["versions"]).contains("v1"));

    let first = place.says(0, &["deploy", "blog-test", "--label", "v1", "--yes"]);
    let (plan, uploaded) = (first.find("is made"), first.find("version v1 of blog up"));
    assert!(plan.is_some() && plan < uploaded, "{first}");
    place.write("app/app.js", "2");
    assert_contains(
        &place.says(2, &["deploy", "blog-test", "--label", "v1", "--yes"]),
        &["version v1 is there with other content"],
    );
    place.says(0, &["deploy", "blog-test", "--label", "v2", "--yes"]);
    assert_contains(&place.says(0, &["status", "blog-test"]), &["release v2"]);

    // The way back.
    place.write("app/app.js", "3");
    let back = place.says(0, &["deploy", "blog-test", "--release", "v1", "--yes"]);
    assert!(!back.contains("uploaded"), "{back}");
    assert_contains(&place.says(0, &["status", "blog-test"]), &["release v1"]);
    assert_eq!(place.says(0, &["versions"]).matches("blog-test").count(), 1);
    for (more, code, why) in [
        (
            ["--input", "release=v2"],
            1,
            "`--release v1` and `--input release=v2` both say which version runs",
        ),
        (
            ["--label", "v3"],
            2,
            "--release runs a version that is there, and --label is about one to upload",
        ),
    ] {
        let deploy = ["deploy", "blog-test", "--release", "v1", "--yes"];
        assert_contains(&place.says(code, &[&deploy[..], &more].concat()), &[why]);
    }
}

#[test]
fn a_stack_that_fails_is_answered_at_its_line() {
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v1"]);
    place.program(
        "  release = input.release",
        "  release = input.release\n  network = network.gone",
    );
    let program = fs::read_to_string(place.folder.path().join("env.bean")).expect("it is there");
    let network = "network gone: existing {\n  vpc = \"vpc-0123456789abcdef0\"\n  subnets public {\n    \
                   ids = [\"subnet-0123456789abcdef0\"]\n  }\n}\n";
    place.write("env.bean", &format!("{program}\n{network}"));
    let failed = place.says(1, &["apply", "--release", "v1", "--yes"]);
    assert_contains(
        &failed,
        &[
            "E0890 deployment-failed",
            "what was made is deleted again",
            "[env.bean:",
        ],
    );
    // The next begins anew.
    place.write("env.bean", PROGRAM);
    let deployed = place.says(0, &["apply", "--release", "v1", "--yes"]);
    assert_contains(
        &deployed,
        &["environment.blog-test  done (CREATE_COMPLETE)"],
    );
}

#[test]
fn stacks_of_others_are_left_alone() {
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
    // The same name from another program: the unit is the same, the account's
    // stack is not touched by a unit of another kind or name.
    place.write(
        "other.bean",
        "edition 2026\napplication other {}\nenvironment blog-application: web {\n  platform = \"nodejs-22\"\n}\n",
    );
    let refused = place.says(1, &["plan", "blog-application", "--file", "other.bean"]);
    assert_contains(
        &refused,
        &[
            "stack blog-application belongs to application.blog, not to environment.blog-application",
        ],
    );
}

#[test]
fn a_unit_that_cannot_be_asked_does_not_hide_the_others() {
    let Some(place) = Place::new() else { return };
    let make = |name: &str, tags: &str| {
        place.python(&format!(
            "import boto3; boto3.client('cloudformation').create_stack(StackName='{name}', \
             Tags=[{tags}], TemplateBody='{{\"Resources\": {{\"It\": {{\"Type\": \
             \"AWS::SNS::Topic\"}}}}}}')"
        ));
    };
    make("blog-application", "");
    let tag = |key: &str, value: &str| format!("{{'Key': 'beanc:{key}', 'Value': '{value}'}}");
    let ours = [
        tag("unit", "environment.blog-test"),
        tag("application", "blog"),
    ];
    make("blog-test", &ours.join(", "));
    let said = place.says(2, &["status"]);
    assert_contains(
        &said,
        &[
            "application.blog  stack blog-application was not made by beanc",
            "environment.blog-test  CREATE_COMPLETE",
            "how application.blog stands could not be said",
        ],
    );
    let said = place.says(2, &["outputs", "blog-test", "nosuch"]);
    let none = "there is no output `nosuch`; environment.blog-test has none";
    assert_contains(&said, &[none]);
}

#[test]
fn inputs_and_units_that_do_not_exist_are_refused() {
    let Some(place) = Place::new() else { return };
    let said = place.says(1, &["plan", "shop"]);
    assert_contains(
        &said,
        &["there is no unit `shop`; there are application.blog"],
    );
    for (name, meant) in [
        ("blog-tset", "blog-test"),
        ("aplication.blog", "application.blog"),
    ] {
        let said = place.says(1, &["plan", name]);
        let meant = format!("there is no unit `{name}`; did you mean `{meant}`?");
        assert_contains(&said, &[&meant]);
    }
    let said = place.says(1, &["plan", "--input", "colour=red"]);
    assert_contains(&said, &["the program has no input `colour`"]);
    for command in ["health", "logs"] {
        let said = place.says(2, &[command, "blog"]);
        assert_contains(&said, &["application.blog is no environment"]);
        let said = place.says(2, &[command, "blog-test"]);
        assert_contains(&said, &["environment.blog-test is not deployed"]);
    }
}

#[test]
fn workers_get_their_daemon_with_a_push() {
    let Some(place) = Place::new() else { return };
    let (ours, other) = match std::env::consts::ARCH {
        "aarch64" => ("arm64", "x86_64"),
        _ => ("x86_64", "arm64"),
    };
    let worker = |name: &str, architecture: &str| {
        format!(
            "environment {name}: worker {{\n  platform = \"nodejs-22\"\n  \
             release = input.release\n  instances {{ architecture = {architecture} }}\n}}\n"
        )
    };
    let program = format!(
        "{PROGRAM}\n{}{}",
        worker("blog-here", ours),
        worker("blog-there", other)
    );
    place.write("env.bean", &program);
    place.says(0, &["apply", "blog", "--yes"]);
    let said = place.says(0, &["push", "--label", "v1"]);
    assert_contains(
        &said,
        &[
            &format!("for {ours} uploaded"),
            &format!("`beanc push --daemon FILE` uploads one for {other}"),
        ],
    );
    // Its instances would start in vain.
    let refused = [
        format!("has no daemon bean-sqsd 0.1.0 for {other}, which instances of blog-there fetch"),
        "`beanc push --daemon FILE` uploads one".to_owned(),
    ];
    let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    let said = place.says(1, &["apply", "blog-there", "--yes"]);
    assert_contains(&said, &refused);
    let said = place.says(2, &["deploy", "blog-there", "--label", "v1", "--yes"]);
    assert_contains(&said, &refused);
    // What is there is not sent again; what is given is.
    let (file, machines) = place.foreign_daemon();
    assert_eq!(machines, other);
    let said = place.says(0, &["push", "--label", "v1", "--daemon", file]);
    assert_contains(&said, &[&format!("for {other} uploaded")]);
    assert!(!said.contains(&format!("for {ours} uploaded")), "{said}");
    place.says(2, &["plan", "blog-there", "--release", "v1"]);
    let said = place.says(2, &["push", "--label", "v1", "--daemon", "env.bean"]);
    assert_contains(&said, &["env.bean is no program for Linux"]);
}

#[test]
fn a_plan_that_was_saved_is_carried_out_once_and_as_it_was() {
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
    let nothing = place.says(1, &["plan", "blog-test", "--release", "v1"]);
    assert_contains(
        &nothing,
        &[
            "there is no version v1 of blog",
            "`beanc push --label v1` makes one",
        ],
    );
    place.says(0, &["push", "--label", "v1"]);
    // However it is said which version runs, with what may have been meant.
    let meant = ["there is no version v11 of blog", "did you mean `v1`?"];
    let plan = ["plan", "blog-test", "--input", "release=v11"];
    assert_contains(&place.says(1, &plan), &meant);
    place.program("release = input.release", "release = \"v11\"");
    let said = place.says(1, &["apply", "blog-test", "--yes"]);
    assert_contains(&said, &meant);
    assert_contains(&said, &["env.bean:14:13"]);
    place.write("env.bean", PROGRAM);
    place.says(
        2,
        &[
            "plan",
            "blog-test",
            "--release",
            "v1",
            "--save",
            "plan.json",
        ],
    );
    let applied = place.says(0, &["apply", "--plan", "plan.json", "--yes"]);
    assert_contains(&applied, &["environment.blog-test  done (CREATE_COMPLETE)"]);
    let again = place.says(1, &["apply", "--plan", "plan.json", "--yes"]);
    assert_contains(
        &again,
        &["stack blog-test has changed since this was planned"],
    );

    // Another program than the one that was planned.
    place.program("platform = \"nodejs-22\"", "platform = \"nodejs-24\"");
    place.says(2, &["plan", "blog-test", "--save", "plan.json"]);
    place.write("env.bean", PROGRAM);
    let other = place.says(1, &["apply", "--plan", "plan.json", "--yes"]);
    assert_contains(
        &other,
        &["the program says something else of environment.blog-test than when it was planned"],
    );
    let none = place.says(2, &["apply", "--plan", "env.bean", "--yes"]);
    assert_contains(&none, &["env.bean is no plan of this version of beanc"]);
}

#[test]
fn what_cannot_be_swapped_or_cloned_says_why() {
    let Some(place) = Place::new() else { return };
    let dns = |name: &str, weight: &str| {
        format!(
            "environment {name}: web extends blog-test {{\n  dns {{\n    name = \"b.example.com\"\n    \
             zone = \"example.com\"\n    weight = {weight}\n  }}\n}}\n"
        )
    };
    let program = format!(
        "{PROGRAM}\nlet half = 50\n{}{}{}{}",
        dns("blog-blue", "100"),
        dns("blog-green", "0"),
        dns("blog-teal", "0"),
        dns("blog-grey", "let.half"),
    );
    place.write("env.bean", &program);
    for (arguments, why) in [
        (
            ["swap", "blog-blue", "blog-test"],
            "environment.blog-test has no name in the DNS",
        ),
        (
            ["swap", "blog-blue", "blog-grey"],
            "has a `weight` that is no plain number",
        ),
        (
            ["swap", "blog-green", "blog-teal"],
            "have the same weight: there is nothing to swap",
        ),
        (
            ["swap", "blog-blue", "blog-green"],
            "environment.blog-green is not deployed",
        ),
        (["swap", "blog-blue", "blog-blue"], "name two environments"),
        (
            ["swap", "blog-blue", "blog"],
            "application.blog is no environment",
        ),
        (
            ["clone", "blog-blue", "blog-green"],
            "there is an environment blog-green already",
        ),
        (
            ["clone", "blog", "blog-red"],
            "application.blog is no environment",
        ),
    ] {
        assert_contains(&place.says(2, &arguments), &[why]);
    }
    let long = "the-shop-of-our-customers-in-central-europe";
    let said = place.says(1, &["clone", "blog-blue", long]);
    assert_contains(&said, &["is too long"]);
    let file = fs::read_to_string(place.folder.path().join("env.bean"));
    assert_eq!(file.expect("it is there"), program);
    let said = place.says(2, &["scale", "blog-blue", "3"]);
    assert_contains(
        &said,
        &["change `instances { min, max }` and `beanc apply`"],
    );
}

#[test]
fn images_are_pinned_until_the_lock_is_made_anew() {
    let Some(place) = Place::new() else { return };
    let program = PROGRAM.replace(
        "  release = input.release\n",
        "  target { region = \"eu-west-1\" }\n",
    );
    let program = program.replace("input release: string\n", "");
    place.write("env.bean", &program);
    let lock = || fs::read_to_string(place.folder.path().join("bean.lock"));
    assert_contains(
        &place.says(1, &["build", "env.bean", "--locked"]),
        &["E0153 not-locked", "`beanc lock` pins them"],
    );

    let checked = place.says(2, &["lock", "env.bean", "--check"]);
    assert_contains(&checked, &["bean.lock  is not what AWS has today"]);
    assert!(lock().is_err(), "--check writes nothing");
    let locked = place.says(0, &["lock", "env.bean"]);
    assert_contains(&locked, &["bean.lock  1 image pinned"]);
    let first = lock().expect("it was written");
    let image = first.split('"').find(|text| text.starts_with("ami-"));
    let image = image.expect("an image is pinned").to_owned();
    assert_contains(
        &place.says(0, &["lock", "--check"]),
        &["1 image pinned, nothing is newer"],
    );

    // A build has what the lock says, and needs no network.
    let offline = [("AWS_ENDPOINT_URL", "http://127.0.0.1:1")];
    let built = |arguments: &[&str]| place.says_with(0, arguments, &offline);
    for target in ["cloudformation", "terraform"] {
        let unit = ["--unit", "blog-test", "--stdout", "--locked"];
        let mut arguments = vec!["build", "env.bean", "--target", target];
        arguments.extend(unit);
        assert!(built(&arguments).contains(&image), "{target}");
    }

    // And so has what runs.
    place.says(0, &["apply", "--yes"]);
    let running = place.python(
        "import boto3\nec2 = boto3.client('ec2')\n\
         for each in ec2.describe_launch_template_versions(Versions=['$Latest'])['LaunchTemplateVersions']:\n    \
         print(each['LaunchTemplateData']['ImageId'])\n",
    );
    assert_eq!(running.trim(), image);

    // Another image than today's is replaced, and said so.
    let other = "ami-00000000000000000";
    place.write("bean.lock", &first.replace(&image, other));
    assert_contains(&built(&["build", "env.bean", "--locked"]), &["2 units"]);
    let again = place.says(0, &["lock"]);
    assert_contains(&again, &[&format!("eu-west-1  {other} → {image}")]);
    assert_eq!(lock().expect("it is there"), first);

    // What AWS does not have is told at its line, and the lock stays whole.
    let windows = program.replace("nodejs-22", "windows-2025");
    place.write("env.bean", &windows);
    let gone = place.says(1, &["lock"]);
    assert_contains(
        &gone,
        &[
            "E0153 not-locked",
            "AWS has no image of `windows-2025` in eu-west-1",
            "[env.bean:",
            "platform = \"windows-2025\"",
            "`/aws/service/ami-windows-latest/",
            "`bean.lock` stays as it was",
        ],
    );
    assert_eq!(lock().expect("it is there"), first);
    let silent = place.says_with(
        1,
        &["lock"],
        &[
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ACCESS_KEY_ID", ""),
            ("AWS_SECRET_ACCESS_KEY", ""),
        ],
    );
    assert_contains(&silent, &["no credentials were found"]);
}

/// CloudFormation takes templates of up to 51,200 bytes in a request, and
/// larger ones from a bucket.
#[test]
fn a_template_that_is_too_large_to_be_sent_goes_through_the_bucket() {
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v1"]);
    let tags = |value: &str| {
        let tag = |number: usize| format!("    tag{number} = \"{}\"\n", value.repeat(200));
        let tags: String = (0..30).map(tag).collect();
        PROGRAM.replace(
            "  release = input",
            &format!("  tags {{\n{tags}  }}\n  release = input"),
        )
    };
    place.write("env.bean", &tags("a"));
    let deployed = place.says(0, &["apply", "blog-test", "--release", "v1", "--yes"]);
    assert_contains(&deployed, &["done (CREATE_COMPLETE)"]);
    let templates = || {
        place.python(
            "import boto3; s3 = boto3.client('s3')\n\
             bucket = s3.list_buckets()['Buckets'][0]['Name']\n\
             found = s3.list_objects_v2(Bucket=bucket, Prefix='artifacts/templates/')\n\
             print(*(it['Size'] for it in found['Contents']))",
        )
    };
    let first = templates();
    let bytes: usize = first.trim().parse().expect("there is one");
    assert!(bytes > 51_200, "{bytes}");
    assert_contains(&place.says(0, &["plan", "blog-test"]), &["nothing changes"]);
    assert_eq!(templates(), first, "the same template is kept once");
    place.write("env.bean", &tags("b"));
    let updated = place.says(0, &["apply", "blog-test", "--yes"]);
    assert_contains(&updated, &["done (UPDATE_COMPLETE)"]);
    assert_eq!(templates().split_whitespace().count(), 2);
}

/// A unit begins when those it needs are done, whatever others still do.
#[test]
fn a_unit_does_not_wait_for_what_it_does_not_need() {
    let Some(mut place) = Place::new() else {
        return;
    };
    let proxy = place.behind_proxy();
    let program = format!(
        "{PROGRAM}\nnetwork main {{\n  cidr = 10.0.0.0/16\n  subnets public {{ internet = direct }}\n}}\n\
         environment blog-in-main: web extends blog-test {{\n  network = network.main\n}}\n"
    );
    place.write("env.bean", &program);
    // The network is not seen to be done before the environment that does not
    // need it is.
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let of_proxy = Arc::clone(&gate);
    let order = Arc::new(Mutex::new(Vec::new()));
    let of_order = Arc::clone(&order);
    proxy.treats(move |asked, _| {
        let is = |action: &str| asked.body.contains(&format!("Action={action}&"));
        let (done, told) = &*of_proxy;
        if is("ExecuteChangeSet") {
            let stacks = [
                "blog-application",
                "main-network",
                "blog-test",
                "blog-in-main",
            ];
            let of = |stack: &&str| asked.body.contains(&format!("stack%2F{stack}%2F"));
            let stack = stacks.into_iter().find(of).expect("it is one of ours");
            of_order.lock().expect("no test panics with it").push(stack);
            if stack == "blog-test" {
                *done.lock().expect("no test panics with it") = true;
                told.notify_all();
            }
        }
        let of_network = asked.body.contains("stack%2Fmain-network%2F");
        let executed = of_order
            .lock()
            .expect("no test panics with it")
            .contains(&"main-network");
        if is("DescribeStackEvents") && of_network && executed {
            let done = done.lock().expect("no test panics with it");
            let limit = std::time::Duration::from_secs(50);
            let waited = told.wait_timeout_while(done, limit, |done| !*done);
            drop(waited.expect("no test panics with it"));
        }
        Fate::Answered
    });
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v1"]);
    order.lock().expect("no test panics with it").clear();
    // The application changes as well, so that both begin with something.
    let changed = program.replace("keep = 3", "keep = 3\n    max_age = 30d");
    place.write("env.bean", &changed);
    let said = place.says(0, &["apply", "--release", "v1", "--yes"]);
    assert_contains(
        &said,
        &[
            "application.blog  done (UPDATE_COMPLETE)",
            "network.main  done (CREATE_COMPLETE)",
            "environment.blog-test  done (CREATE_COMPLETE)",
            "environment.blog-in-main  done (CREATE_COMPLETE)",
        ],
    );
    let order = order.lock().expect("no test panics with it").clone();
    let at = |stack: &str| order.iter().position(|it| *it == stack);
    assert_eq!(order.len(), 4, "{order:?}");
    assert!(at("blog-application") < at("blog-test"), "{order:?}");
    assert!(at("blog-test") < at("blog-in-main"), "{order:?}");
    assert_eq!(order.last(), Some(&"blog-in-main"), "{order:?}");
}

/// What a failure leaves is not built upon: nothing begins after it.
#[test]
fn nothing_begins_after_a_failure() {
    let Some(mut place) = Place::new() else {
        return;
    };
    let proxy = place.behind_proxy();
    place.says(0, &["apply", "blog", "--yes"]);
    place.says(0, &["push", "--label", "v1"]);
    place.program("keep = 3", "keep = 3\n    max_age = 30d");
    proxy.treats(|asked, _| {
        let executes = asked.body.contains("Action=ExecuteChangeSet&");
        match executes && asked.body.contains("blog-application") {
            true => Fate::Refused(403, "AccessDenied"),
            false => Fate::Answered,
        }
    });
    let said = place.says(1, &["apply", "--release", "v1", "--yes"]);
    assert_contains(&said, &["changing stack blog-application", "AccessDenied"]);
    assert!(!said.contains("blog-test  done"), "{said}");
    assert_contains(
        &place.says(0, &["status", "blog-test"]),
        &["environment.blog-test  not deployed"],
    );
}
