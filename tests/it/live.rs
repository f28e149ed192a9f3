//! From a folder to running stacks: the commands that talk to AWS, against an
//! emulator of it.

#![expect(clippy::disallowed_methods, reason = "tests of the commands run them")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::tools;

/// A program whose environment is one instance: little to wait for.
const PROGRAM: &str = r#"edition 2026

input release: string

application blog {
  source = "app"
  versions {
    keep = 3
  }
}

environment blog-test: web {
  platform = "nodejs-22"
  release = input.release
  load_balancer {
    kind = none
  }
}
"#;

/// An emulator, and a folder with a program and its application.
struct Place {
    folder: TempDir,
    server: Child,
    endpoint: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        // It holds nothing that anybody would miss.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Place {
    /// `None` after saying what is missing on this machine.
    fn new() -> Option<Self> {
        let python = tools::python()?;
        let mut server = Command::new(python)
            .args(["-m", "emulator", "serve"])
            .current_dir(tools::root().join("tests"))
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the emulator starts");
        let out = server.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(out).lines();
        let address = lines.next().expect("it says where it is");
        let endpoint = address.expect("it is text");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let place = Self {
            folder,
            server,
            endpoint,
        };
        place.wait();
        place.write("env.bean", PROGRAM);
        place.write("app/app.js", "require('http').createServer().listen()\n");
        place.write("app/.gitignore", "node_modules\n*.log\n");
        place.write("app/debug.log", "noise\n");
        place.write("app/node_modules/left/index.js", "0\n");
        Some(place)
    }

    /// Until the emulator answers.
    fn wait(&self) {
        let address = self.endpoint.trim_start_matches("http://");
        for _ in 0..600 {
            if std::net::TcpStream::connect(address).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("the emulator does not answer");
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("it is writable");
        fs::write(path, text).expect("it is writable");
    }

    /// Writes the program with something replaced.
    fn program(&self, from: &str, to: &str) {
        assert!(PROGRAM.contains(from), "{from}");
        self.write("env.bean", &PROGRAM.replace(from, to));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_beanc"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("AWS_PROFILE")
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", Path::new("/dev/null"))
            .env("AWS_SHARED_CREDENTIALS_FILE", Path::new("/dev/null"))
            // moto finds templates in buckets under this name only.
            .env(
                "AWS_ENDPOINT_URL",
                self.endpoint.replace("127.0.0.1", "localhost"),
            )
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("beanc starts")
    }

    /// What a command prints, after it ended with this exit code.
    #[track_caller]
    fn says(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}\n{out}{err}"
        );
        format!("{out}{err}")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn assert_contains(text: &str, parts: &[&str]) {
    // Reports are wrapped.
    let words = text.split_whitespace().filter(|word| *word != "│");
    let text = words.collect::<Vec<_>>().join(" ");
    for part in parts.iter().map(|part| part.replace("  ", " ")) {
        assert!(text.contains(&part), "`{part}` is not in\n{text}");
    }
}

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
    let versions = place.says(0, &["versions"]);
    assert_contains(&versions, &["v4", "v3", "v2", "blog-test"]);
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
        &["~ LaunchTemplate BlogTestLaunchTemplate changes in place"],
    );
    let plan = place.says(2, &["plan", "blog-test", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("it is JSON");
    assert_eq!(plan["units"][0]["unit"], "environment.blog-test");
    assert_eq!(plan["units"][0]["changes"][0]["action"], "update");
    place.write("env.bean", PROGRAM);

    let events = place.says(0, &["events", "blog-test", "--last", "1"]);
    assert_contains(&events, &["UPDATE_COMPLETE", "Stack blog-test"]);
    assert_contains(
        &place.says(2, &["abort", "blog-test"]),
        &["there is none (UPDATE_COMPLETE)"],
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
    let deployed = place.says(0, &["apply", "--release", "v4", "--yes"]);
    assert_contains(&deployed, &["done (CREATE_COMPLETE)"]);
}

#[test]
fn a_stack_that_fails_is_answered_at_its_line() {
    let Some(place) = Place::new() else { return };
    place.says(0, &["apply", "blog", "--yes"]);
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
fn inputs_and_units_that_do_not_exist_are_refused() {
    let Some(place) = Place::new() else { return };
    let said = place.says(1, &["plan", "shop"]);
    assert_contains(
        &said,
        &["there is no unit `shop`; there are application.blog"],
    );
    let said = place.says(1, &["plan", "--input", "colour=red"]);
    assert_contains(&said, &["the program has no input `colour`"]);
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
             instances {{ architecture = {architecture} }}\n}}\n"
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
    // What is there is not sent again; what is given is.
    let mut header = b"\x7fELF\x02\x01".to_vec();
    header.resize(18, 0);
    header.extend([if other == "arm64" { 183 } else { 62 }, 0]);
    fs::write(place.folder.path().join("foreign"), header).expect("it is writable");
    let said = place.says(0, &["push", "--label", "v1", "--daemon", "foreign"]);
    assert_contains(&said, &[&format!("for {other} uploaded")]);
    assert!(!said.contains(&format!("for {ours} uploaded")), "{said}");
    let said = place.says(2, &["push", "--label", "v1", "--daemon", "env.bean"]);
    assert_contains(&said, &["env.bean is no program for Linux"]);
}
