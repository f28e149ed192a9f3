//! The binary as people run it: what it prints, what it writes, how it exits.

#![expect(
    clippy::disallowed_methods,
    reason = "the binary is run in a folder of its own"
)]

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::folder::Folder;

/// What a command did.
struct Run {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Folder {
    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[], None)
    }

    #[track_caller]
    fn run_with(&self, arguments: &[&str], env: &[(&str, &str)], input: Option<&Path>) -> Run {
        self.run_in("", arguments, env, input)
    }

    /// The same from a folder below.
    #[track_caller]
    fn run_in(
        &self,
        below: &str,
        arguments: &[&str],
        env: &[(&str, &str)],
        input: Option<&Path>,
    ) -> Run {
        let input = match input {
            Some(path) => Stdio::from(std::fs::File::open(path).expect("the input is there")),
            None => Stdio::null(),
        };
        let output = Command::new(env!("CARGO_BIN_EXE_beanc"))
            .args(arguments)
            .current_dir(self.path(below))
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(env.iter().copied())
            .stdin(input)
            .output()
            .expect("the binary runs");
        Run {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).expect("output is text"),
            err: String::from_utf8(output.stderr).expect("output is text"),
        }
    }
}

impl Run {
    /// Everything, as a snapshot has it.
    fn all(&self) -> String {
        let Self { status, out, err } = self;
        let status = status.expect("it was not killed");
        format!("exit code {status}\n----- out\n{out}----- err\n{err}")
    }
}

fn snapshot(name: &str, content: &str) {
    insta::with_settings!({
        snapshot_path => "../../snapshots/commands",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, content);
    });
}

#[test]
fn help_fits_and_shows_examples() {
    let folder = Folder::new(&[]);
    let mut text = folder.run(&["--help"]).out;
    let commands = [
        "build",
        "check",
        "fmt",
        "show",
        "explain",
        "graph",
        "init",
        "schema",
        "man",
        "completions",
    ];
    for command in commands {
        let help = folder.run(&[command, "--help"]).out;
        assert!(help.contains("Examples:"), "{help}");
        text.push_str(&format!("\n===== {command}\n{help}"));
    }
    snapshot("help", &text);
}

#[test]
fn wrong_usage_exits_with_2() {
    let folder = Folder::new(&[]);
    for arguments in [&["biuld"][..], &["explain"], &["completions", "csh"], &[]] {
        let run = folder.run(arguments);
        assert_eq!(run.status, Some(2), "{arguments:?}: {}", run.all());
        assert!(run.out.is_empty() && !run.err.is_empty());
    }
}

/// Where 2 says that something changes, a slip of the finger must not.
#[test]
fn wrong_usage_of_what_tells_changes_exits_with_1() {
    let folder = Folder::new(&[]);
    for arguments in [
        &["plan", "--nosuch"][..],
        &["--color", "never", "plan", "--format", "xml"],
        &["drift"],
        &["lock", "--chekc"],
        &["lock", "nowhere.bean", "--check"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.status, Some(1), "{arguments:?}: {}", run.all());
        assert!(run.out.is_empty() && !run.err.is_empty());
    }
    assert_eq!(folder.run(&["plan", "--help"]).status, Some(0));
}

#[test]
fn explain_finds_codes_by_number_and_name() {
    let folder = Folder::new(&[]);
    let by_number = folder.run(&["explain", "e0110"]);
    assert_eq!(by_number.status, Some(0));
    assert!(by_number.out.starts_with("# E0110 unknown-property\n"));
    let by_name = folder.run(&["explain", "unknown-property"]);
    assert_eq!(by_name.out, by_number.out);
    let nothing = folder.run(&["explain", "unknown-propety"]);
    assert_eq!(nothing.status, Some(2));
    assert!(nothing.err.contains("did you mean `unknown-property`?"));
}

#[test]
fn explain_knows_properties_and_words() {
    let folder = Folder::new(&[]);
    snapshot(
        "explain_property",
        &folder.run(&["explain", "instances.max"]).all(),
    );
    let word = folder.run(&["explain", "rolling_with_additional_batch"]);
    assert!(word.out.starts_with("# environment.deployment.strategy\n"));
    let nothing = folder.run(&["explain", "instances.maxx"]);
    assert!(
        nothing.err.contains("did you mean `instances.max`?"),
        "{}",
        nothing.all()
    );
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let folder = Folder::new(&[]);
    let colored = |arguments: &[&str], env: &[(&str, &str)]| {
        folder
            .run_with(arguments, env, None)
            .out
            .contains("\u{1b}[1m")
    };
    let plain = ["explain", "E0110"];
    let always = ["explain", "E0110", "--color", "always"];
    let never = ["explain", "E0110", "--color", "never"];
    assert!(!colored(&plain, &[]));
    assert!(colored(&plain, &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&plain, &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored(
        &plain,
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    assert!(colored(&always, &[("NO_COLOR", "1")]));
    assert!(!colored(&never, &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn every_shell_has_completions() {
    let folder = Folder::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = folder.run(&["completions", shell]);
        assert_eq!(run.status, Some(0));
        assert!(run.out.contains("explain"), "{shell}: {}", run.out);
    }
}

#[test]
fn explain_knows_what_others_call_things() {
    let folder = Folder::new(&[]);
    let page = |topic: &str| {
        let run = folder.run(&["explain", topic]);
        assert_eq!(run.status, Some(0), "{}", run.all());
        run.out
    };
    for topic in ["MaxSize", "max_size", "aws:autoscaling:asg MaxSize"] {
        let page = page(topic);
        assert!(page.contains("# environment.instances.max\n"), "{page}");
    }
    let page_of_namespace = page("aws:autoscaling:asg");
    assert!(
        page_of_namespace.contains("- `MinSize`: `environment.instances.min`\n"),
        "{page_of_namespace}"
    );
    let none = page("managed_actions_enabled");
    assert!(none.contains("no property here"), "{none}");
    assert!(page("php-8.4").contains("PHP 8.4 on Amazon Linux 2023"));
    let run = folder.run(&["explain", "aws:foo"]);
    assert_eq!(run.status, Some(2));
}

#[test]
fn init_writes_a_program_and_overwrites_none() {
    let folder = Folder::new(&[]);
    let run = folder.run(&["init", "--yes", "--name", "shop"]);
    assert_eq!(run.status, Some(0), "{}", run.all());
    snapshot("init", &folder.read("env.bean"));
    folder.write("env.bean", "mine");
    let again = folder.run(&["init", "--yes", "--name", "shop"]);
    assert_eq!(again.status, Some(2));
    assert!(again.err.contains("env.bean is there already"));
    assert_eq!(folder.read("env.bean"), "mine");
}

#[test]
fn init_takes_no_name_that_cannot_be_one() {
    let folder = Folder::new(&[]);
    for name in ["9lives", "a b", "é", "shop-", &"a".repeat(36)] {
        let run = folder.run(&["init", "--yes", "--name", name]);
        assert_eq!(run.status, Some(2), "{name}");
        assert!(!folder.path("env.bean").exists());
    }
}

#[test]
fn a_file_that_is_not_there_keeps_no_other_from_being_checked() {
    let folder = Folder::new(&[("good.bean", MINIMAL), ("bad.bean", BROKEN)]);
    let files = ["check", "none.bean", "good.bean", "gone.bean", "bad.bean"];
    let run = folder.run(&files);
    assert_eq!(run.status, Some(2), "{}", run.all());
    let all = run.all();
    for file in ["none.bean", "gone.bean"] {
        assert!(all.contains(&format!("cannot read {file}")), "{all}");
    }
    assert!(all.contains("E0004"), "{all}");
    assert!(all.contains("2 programs checked: 1 error"), "{all}");
    let json = folder.run(&[&files[..], &["--format", "json"]].concat());
    assert_eq!(json.status, Some(2));
    assert!(
        json.out.starts_with('{') || json.out.starts_with('['),
        "{}",
        json.out
    );
}

/// The README's ten lines.
const MINIMAL: &str = include_str!("../cases/examples/00-minimal.bean");

const BROKEN: &str = "\
edition 2026

application shop {}

environment shop-prod: web {
  platform = \"nodejs-22\"
  tags {
    team \"web\"
  }
}
";

#[test]
fn what_init_writes_has_nothing_to_complain_about() {
    let clean = |answers: &[&str]| {
        let folder = Folder::new(&[]);
        let init = [&["init", "--yes", "--name", "shop"], answers].concat();
        let run = folder.run(&init);
        assert_eq!(run.status, Some(0), "{}", run.all());
        let check = folder.run(&["check", "env.bean"]);
        assert_eq!(
            check.out,
            "1 program checked, nothing to complain about\n",
            "{init:?}: {}",
            check.all()
        );
        assert_eq!(folder.run(&["fmt", "--check", "env.bean"]).status, Some(0));
    };
    for size in ["single", "balanced"] {
        clean(&["--size", size]);
        clean(&["--size", size, "--region", "eu-west-1"]);
    }
    for platform in [
        "nodejs-24",
        "python-3.13",
        "php-8.4",
        "ruby-3.4",
        "go-1",
        "corretto-21",
        "tomcat-11-corretto-21",
        "dotnet-10",
        "docker",
        "ecs",
        "windows-2025",
    ] {
        clean(&["--platform", platform, "--size", "single"]);
        clean(&["--platform", platform]);
        if !platform.starts_with("windows") {
            clean(&["--platform", platform, "--tier", "worker"]);
        }
    }
}

#[test]
fn init_says_what_there_is_of_what_it_was_given() {
    let folder = Folder::new(&[]);
    let said = |answers: &[&str]| {
        let run = folder.run(&[&["init", "--yes"], answers].concat());
        assert_eq!(run.status, Some(2));
        assert!(!folder.path("env.bean").exists());
        run.err
    };
    let error = said(&["--platform", "node-22"]);
    assert!(error.contains("did you mean `nodejs-22`?"), "{error}");
    let error = said(&["--platform", "windows-2025", "--tier", "worker"]);
    assert!(error.contains("windows-2025 has no workers"), "{error}");
    let error = said(&["--tier", "worker", "--size", "single"]);
    assert!(error.contains("--size is of web environments"), "{error}");
}

#[test]
fn build_writes_a_folder_for_each_unit_and_says_so() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    let build = folder.run(&["build", "env.bean"]);
    snapshot("build", &build.all());
    for unit in ["application.blog", "environment.test-env"] {
        for file in [
            "template.json",
            "template.map.json",
            "main.tf.json",
            "main.map.json",
        ] {
            let text = folder.read(&format!("build/{unit}/{file}"));
            assert!(text.starts_with('{') && text.ends_with("}\n"), "{file}");
        }
    }
}

#[test]
fn public_addresses_of_instances_are_paid_for_as_well() {
    let network = "network main {\n  cidr = 10.0.0.0/16\n  \
                   subnets public { internet = direct }\n  subnets private { internet = nat }\n}\n";
    let told = |subnets: &str| {
        let named = format!(
            "  network = network.main\n  instances {{ subnets = network.main.{subnets} }}\n}}"
        );
        let body = MINIMAL.trim_end().trim_end_matches('}');
        let folder = Folder::new(&[("env.bean", &format!("{body}{named}\n{network}"))]);
        let said = folder.run(&["build", "env.bean"]);
        assert_eq!(said.status, Some(0), "{}", said.all());
        said.err
            .contains("in test-env, each with a public IPv4 address\n")
    };
    assert!(told("public"));
    assert!(!told("private"));
}

#[test]
fn unchanged_files_are_not_written() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    folder.run(&["build", "env.bean"]);
    let template = folder.path("build/application.blog/template.json");
    let written = |path: &Path| {
        let metadata = std::fs::metadata(path).expect("the file is there");
        metadata.modified().expect("files have times")
    };
    let before = written(&template);
    let again = folder.run(&["build", "env.bean"]);
    assert!(again.err.contains("4 files unchanged"), "{}", again.all());
    assert_eq!(written(&template), before);
    folder.write("build/application.blog/template.json", "");
    let third = folder.run(&["build", "env.bean"]);
    assert!(
        third.err.contains("1 of 4 files written"),
        "{}",
        third.all()
    );
}

#[test]
fn nothing_is_overwritten_that_is_not_ours() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    let mine = "build/environment.test-env/main.tf.json";
    folder.write(mine, "{}");
    let refused = folder.run(&["build", "env.bean"]);
    assert_eq!(refused.status, Some(2));
    assert!(
        refused.err.contains("was not written by beanc"),
        "{}",
        refused.all()
    );
    assert_eq!(folder.read(mine), "{}");
    assert!(!folder.path("build/application.blog").exists());
    let forced = folder.run(&["build", "env.bean", "--force"]);
    assert_eq!(forced.status, Some(0), "{}", forced.all());
    assert_ne!(folder.read(mine), "{}");
}

/// A folder in the place of a file would end the build halfway.
#[test]
fn nothing_is_written_where_not_everything_can_be() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    folder.write("build/environment.test-env/template.json/mine", "");
    for flags in [
        &["build", "env.bean"][..],
        &["build", "env.bean", "--force"],
    ] {
        let refused = folder.run(flags);
        assert_eq!(refused.status, Some(2), "{}", refused.all());
        let why = "template.json is a folder, so nothing is written";
        assert!(refused.err.contains(why), "{}", refused.all());
    }
    assert!(!folder.path("build/application.blog").exists());
    let folder = Folder::new(&[("env.bean", MINIMAL), ("build/environment.test-env", "")]);
    let refused = folder.run(&["build", "env.bean"]);
    let why = "would be in a folder that is a file, so nothing is written";
    assert!(refused.err.contains(why), "{}", refused.all());
    assert!(!folder.path("build/application.blog").exists());
}

#[test]
fn a_folder_is_no_program() {
    let folder = Folder::new(&[
        ("one.bean", MINIMAL),
        ("d.bean/mine", ""),
        ("env.bean/mine", ""),
    ]);
    let shown = folder.run(&["show", "test-env.instances.min"]);
    assert_eq!(shown.status, Some(0), "{}", shown.all());
    folder.write("two.bean", MINIMAL);
    let shown = folder.run(&["show", "test-env.instances.min"]);
    let why = "name one: one.bean, two.bean\n";
    assert!(shown.err.ends_with(why), "{}", shown.all());
}

#[test]
fn a_folder_has_one_template() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    let (json, yaml) = (
        folder.path("build/application.blog/template.json"),
        folder.path("build/application.blog/template.yaml"),
    );
    folder.run(&["build", "env.bean"]);
    // A module says nothing of templates.
    let format = ["build", "env.bean", "--format", "yaml"];
    folder.run(&[&format[..], &["--target", "terraform"]].concat());
    assert!(json.exists() && !yaml.exists());
    let said = folder.run(&format);
    assert!(!json.exists() && yaml.exists());
    let path = Path::new("build/application.blog").join("template.json");
    let removed = format!("  {} (removed)\n", path.display());
    assert!(said.err.contains(&removed), "{}", said.all());
    // What has no mark is not ours to remove.
    folder.write("build/application.blog/template.json", "{}");
    let said = folder.run(&format);
    assert!(!said.err.contains("(removed)"), "{}", said.all());
    assert_eq!(folder.read("build/application.blog/template.json"), "{}");
}

#[test]
fn folders_that_are_left_from_an_earlier_build_are_named() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    folder.write("build/environment.mine/template.json", "{}");
    folder.write("build/notes/template.json", "");
    let left = "left from an earlier build";
    let said = folder.run(&["build", "env.bean"]);
    assert!(!said.err.contains(left), "{}", said.all());
    // Of another program, and of a part of this one.
    folder.write("other.bean", &MINIMAL.replace("test-env", "other"));
    let said = folder.run(&["build", "other.bean"]);
    assert!(!said.err.contains(left), "{}", said.all());
    let said = folder.run(&["build", "env.bean", "--unit", "application.blog"]);
    assert!(!said.err.contains(left), "{}", said.all());
    folder.write("env.bean", &MINIMAL.replace("test-env", "prod"));
    let said = folder.run(&["build", "env.bean"]);
    let path = Path::new("build").join("environment.test-env");
    let line = format!("{left}: {}\n", path.display());
    assert!(said.err.contains(&line), "{}", said.all());
    assert_eq!(said.err.matches(left).count(), 1, "{}", said.all());
    assert!(
        folder
            .path("build/environment.test-env/template.json")
            .exists()
    );
    let said = folder.run(&[
        "build",
        "env.bean",
        "--unit",
        "prod",
        "--target",
        "terraform",
        "--stdout",
    ]);
    assert!(!said.err.contains(left), "{}", said.all());
}

#[test]
fn stdout_takes_one_output() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    let all = folder.run(&["build", "env.bean", "--stdout"]);
    assert_eq!(all.status, Some(2));
    assert!(all.err.contains("--unit"), "{}", all.all());
    let both = folder.run(&["build", "env.bean", "--stdout", "--unit", "test-env"]);
    assert!(both.err.contains("--target"), "{}", both.all());
    let one = ["build", "env.bean", "--stdout", "--unit", "test-env"];
    for (target, extra, beginning) in [
        ("cloudformation", None, "{"),
        ("terraform", None, "{"),
        (
            "cloudformation",
            Some("--format=yaml"),
            "AWSTemplateFormatVersion: ",
        ),
    ] {
        let mut arguments = one.to_vec();
        arguments.extend(["--target", target]);
        arguments.extend(extra);
        let run = folder.run(&arguments);
        assert_eq!(run.status, Some(0), "{}", run.all());
        assert!(run.out.starts_with(beginning) && run.err.is_empty());
        assert!(!folder.path("build").exists());
    }
    let unknown = folder.run(&["build", "env.bean", "--stdout", "--unit", "prod"]);
    assert!(
        unknown
            .err
            .contains("application.blog, environment.test-env"),
        "{}",
        unknown.all()
    );
}

#[test]
fn a_program_with_errors_builds_nothing() {
    let folder = Folder::new(&[("env.bean", BROKEN)]);
    let build = folder.run(&["build", "env.bean"]);
    assert_eq!(build.status, Some(1));
    assert!(
        build.err.contains("E0004 missing-equals"),
        "{}",
        build.all()
    );
    assert!(build.err.contains("1 error"));
    assert!(!folder.path("build").exists());
}

#[test]
fn check_counts_and_exits_with_1() {
    let folder = Folder::new(&[("a.bean", BROKEN), ("b.bean", MINIMAL)]);
    let both = folder.run(&["check", "a.bean", "b.bean"]);
    snapshot("check", &both.all());
    assert_eq!(folder.run(&["check", "b.bean"]).status, Some(0));
    let missing = folder.run(&["check", "b.bean", "c.bean"]);
    assert_eq!(missing.status, Some(2));
    assert!(missing.err.contains("c.bean: there is no such file"));
}

#[test]
fn check_speaks_to_programs() {
    let folder = Folder::new(&[("a.bean", BROKEN)]);
    let short = folder.run(&["check", "a.bean", "--format", "short"]);
    assert!(short.out.starts_with("a.bean:8:5: error[E0004]: "));
    assert_eq!(short.out.lines().count(), 1, "{}", short.all());
    let json = folder.run(&["check", "a.bean", "--format", "json"]);
    for line in json.out.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        assert_eq!(object["code"], "E0004");
    }
}

#[test]
fn lints_are_named_one_by_one_or_in_a_list() {
    let program = MINIMAL.replace(
        "environment",
        "let nobody = 3\n\nlet somebody = param.b\n\nparam b: int = 2\n\nenvironment",
    );
    let folder = Folder::new(&[("a.bean", &program)]);
    let check = |lints: &[&str]| {
        let arguments = [&["check", "a.bean", "--format", "short"], lints].concat();
        folder.run(&arguments)
    };
    let list = check(&["--deny", "security,unused,W4005"]);
    assert_eq!(list.status, Some(1), "{}", list.all());
    let flags = ["--deny", "security", "--deny", "unused", "--deny", "W4005"];
    assert_eq!(list.out, check(&flags).out);
    let wrong = check(&["--deny", "security,unusd"]);
    assert_eq!(wrong.status, Some(2), "{}", wrong.all());
    assert!(
        wrong.err.contains("did you mean `unused`?"),
        "{}",
        wrong.all()
    );
}

/// Where the first byte is that is none, and what has written it.
#[test]
fn a_file_in_another_encoding_is_recognized() {
    let folder = Folder::new(&[]);
    let latin = b"edition 2026\n\napplication shop { description = \"Gr\xfc\xdfe\" }\n";
    for (bytes, note) in [
        (&latin[..], "the byte FC in line 3 begins no character"),
        (
            b"\xff\xfee\0d\0",
            "it begins like UTF-16, which Windows PowerShell",
        ),
    ] {
        std::fs::write(folder.path("a.bean"), bytes).expect("it can be written");
        let run = folder.run(&["check", "a.bean"]);
        assert_eq!(run.status, Some(1), "{}", run.all());
        assert!(run.out.contains(&format!("note: {note}")), "{}", run.all());
    }
}

/// A program with more mistakes than a pipe holds.
fn many_mistakes() -> String {
    let lets = (0..5000).map(|number| format!("let a{number} = param.b{number}\n"));
    format!("edition 2026\n{}", lets.collect::<String>())
}

/// `beanc check … | head` must let nothing pass.
#[test]
fn who_stops_reading_changes_no_verdict() {
    let folder = Folder::new(&[("a.bean", &many_mistakes()), ("good.bean", MINIMAL)]);
    for (program, status) in [("a.bean", 1), ("good.bean", 0)] {
        for format in ["human", "json", "short", "sarif", "github", "junit"] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_beanc"))
                .args(["check", program, "--format", format])
                .current_dir(folder.path(""))
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary runs");
            drop(child.stdout.take());
            let ended = child.wait_with_output().expect("it ends");
            assert_eq!(ended.status.code(), Some(status), "{program} as {format}");
            assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
        }
    }
}

/// A report that was cut off is no report.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let folder = Folder::new(&[("a.bean", BROKEN), ("good.bean", MINIMAL)]);
    for arguments in [
        &["check", "a.bean", "--format", "sarif"][..],
        &["check", "good.bean"],
        &["explain", "E0110"],
        &["graph", "good.bean"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let ended = Command::new(env!("CARGO_BIN_EXE_beanc"))
            .args(arguments)
            .current_dir(folder.path(""))
            .stdout(full.expect("Linux has it"))
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("cannot write the output: "), "{said}");
    }
}

/// Editors open what is named, from where they are.
#[test]
fn files_are_named_as_seen_from_here() {
    let shared = "edition 2026\n\napplication shop {\n  versions: { keep = 20 }\n}\n";
    let program = "edition 2026\n\nimport { shop } from \"./lib/shared.bean\"\n";
    let folder = Folder::new(&[
        ("programs/lib/shared.bean", shared),
        ("programs/a.bean", program),
    ]);
    let run = folder.run(&["check", "programs/a.bean", "--format", "short"]);
    assert!(
        run.out.starts_with("programs/lib/shared.bean:4:11: "),
        "{}",
        run.all()
    );
}

/// The project begins where `bean.toml` is, also when somebody works below.
#[test]
fn a_project_is_the_same_from_every_folder_of_it() {
    let shared = "edition 2026\n\napplication shop {\n  versions: { keep = 20 }\n}\n";
    let program = "\
edition 2026

import { shop } from \"../shared.bean\"

let nobody = 3

environment shop-prod: web {
  application = application.shop
  platform = \"nodejs-22\"
}
";
    let folder = Folder::new(&[
        ("bean.toml", "[lints]\nunused = \"allow\"\n"),
        ("shared.bean", shared),
        ("sub/a.bean", program),
        ("sub/deep/none", ""),
    ]);
    let from = |below: &str, arguments: &[&str]| folder.run_in(below, arguments, &[], None);
    let short = |run: Run| {
        let names = run.out.lines().map(|line| line.split(':').next());
        let names: Vec<&str> = names.flatten().collect();
        (names.join(" "), run.err)
    };
    for (below, entry, shared) in [
        ("", "sub/a.bean", "shared.bean"),
        ("", "./sub/../sub/a.bean", "shared.bean"),
        ("sub", "a.bean", "../shared.bean"),
        ("sub/deep", "../a.bean", "../../shared.bean"),
    ] {
        let check = from(below, &["check", entry, "--format", "short"]);
        assert_eq!(short(check), (shared.to_owned(), String::new()), "{below}");
        let dry = from(below, &["check", entry, "--fix", "--dry-run"]);
        assert!(
            dry.out.starts_with(&format!("--- a/{shared}\n")),
            "{}",
            dry.all()
        );
        let show = from(below, &["show", "shop-prod.application", entry]);
        assert!(show.err.contains(&format!("[{shared}:")), "{}", show.all());
    }
    // A name of the machine's is one because it was given.
    let whole = folder.path("sub/a.bean").display().to_string();
    let check = from("sub", &["check", &whole, "--format", "short"]);
    assert_eq!(
        short(check).0,
        folder.path("shared.bean").display().to_string()
    );
    let input = folder.path("sub/a.bean");
    let input = folder.run_in("sub", &["check", "-"], &[], Some(&input));
    assert!(input.out.contains("[../shared.bean:"), "{}", input.all());
    // However it is called, it is one file and mended once.
    let fixed = from("sub", &["check", "--fix", "a.bean", &whole]);
    assert_eq!(fixed.status, Some(0), "{}", fixed.all());
    assert!(fixed.err.contains("1 fix was"), "{}", fixed.all());
    assert_eq!(folder.read("shared.bean"), shared.replace(": {", " {"));
    let show = from("sub", &["show", "shop-prod.platform", "a.bean"]);
    assert!(show.out.contains("shop-prod, a.bean:9:"), "{}", show.all());

    let build = |below: &str, entry: &str, out: &str| {
        let out = folder.path(out);
        let out_name = out.display().to_string();
        let build = from(below, &["build", entry, "--out", &out_name]);
        assert_eq!(build.status, Some(0), "{}", build.all());
        let unit = out.join("environment.shop-prod");
        ["template.json", "template.map.json", "main.tf.json"]
            .map(|name| std::fs::read_to_string(unit.join(name)).expect("it was written"))
    };
    let outputs = build("", "sub/a.bean", "build");
    assert!(outputs[1].contains("\"sub/a.bean:"), "{}", outputs[1]);
    assert_eq!(build("sub", "a.bean", "build"), outputs);
    assert_eq!(build("sub/deep", &whole, "build"), outputs);
}

#[test]
fn show_tells_where_a_value_comes_from() {
    let program = "\
edition 2026

application shop {}

param log_level: debug | info = info

template base: web {
  platform = \"nodejs-22\"
  instances { min = 1, max = 2 }
}

environment shop-prod: web extends base {
  instances { max = 12 }
}
";
    let folder = Folder::new(&[("shop.bean", program)]);
    let mut text = String::new();
    for path in [
        "shop-prod.instances.max",
        "shop-prod.instances",
        "param.log_level",
    ] {
        text.push_str(&format!(
            "===== {path}\n{}",
            folder.run(&["show", path]).all()
        ));
    }
    snapshot("show", &text);
    // Of the properties of environments, those of its tier.
    let all = folder.run(&["show", "shop-prod"]);
    assert!(!all.out.contains("shop-prod.queue"), "{}", all.out);
    let nothing = folder.run(&["show", "shop-prod.instances.maxx"]);
    assert_eq!(nothing.status, Some(2), "{}", nothing.all());
    assert!(
        nothing
            .err
            .contains("did you mean `shop-prod.instances.max`?")
    );
    folder.write("other.bean", "edition 2026\n");
    let which = folder.run(&["show", "shop-prod"]);
    assert!(
        which.err.contains("name one: other.bean, shop.bean"),
        "{}",
        which.all()
    );
}

/// What two programs import is complained about once.
#[test]
fn check_says_everything_once() {
    let shared = "edition 2026\n\napplication shop {\n  versions: { keep = 20 }\n}\n";
    let program = |name: &str| {
        format!(
            "edition 2026\n\nimport {{ shop }} from \"./shared.bean\"\n\n\
             environment {name}: web {{\n  application = application.shop\n  platform = \"nodejs-22\"\n}}\n"
        )
    };
    let folder = Folder::new(&[
        ("shared.bean", shared),
        ("a.bean", &program("one-env")),
        ("b.bean", &program("two-env")),
    ]);
    let run = folder.run(&["check", "a.bean", "b.bean", "--format", "short"]);
    assert_eq!(run.out.lines().count(), 1, "{}", run.all());
}

/// Who inherits a mistake is no other mistake.
#[test]
fn check_says_once_what_two_programs_inherit() {
    let shared = "edition 2026\n\ntemplate shared: web {\n  idle_timout = 3\n}\n";
    let program = |name: &str| {
        format!(
            "edition 2026\n\nimport {{ shared }} from \"./shared.bean\"\n\n\
             application {name} {{}}\n\n\
             environment {name}-prod: web extends shared {{\n  platform = \"nodejs-22\"\n}}\n"
        )
    };
    let folder = Folder::new(&[
        ("shared.bean", shared),
        ("a.bean", &program("one")),
        ("b.bean", &program("two")),
    ]);
    for (format, mark) in [
        ("human", "E0110 "),
        ("short", "E0110"),
        ("json", "\"code\":"),
        ("sarif", "\"ruleId\":"),
        ("github", "::error"),
        ("junit", "<failure"),
    ] {
        let run = folder.run(&["check", "a.bean", "b.bean", "--format", format]);
        assert_eq!(run.out.matches(mark).count(), 1, "{}", run.all());
        if format == "human" {
            assert!(
                run.out.contains("2 programs checked: 1 error\n"),
                "{}",
                run.all()
            );
        }
    }
}

#[test]
fn check_reads_the_standard_input() {
    let folder = Folder::new(&[("a.bean", BROKEN)]);
    let input = folder.path("a.bean");
    let run = folder.run_with(&["check", "-", "--format", "short"], &[], Some(&input));
    assert_eq!(run.status, Some(1));
    assert!(
        run.out.starts_with("<stdin>:8:5: error[E0004]: "),
        "{}",
        run.all()
    );
    // It ends, and a second program would be an empty one.
    let twice = folder.run_with(&["check", "-", "-"], &[], Some(&input));
    assert_eq!(twice.status, Some(2), "{}", twice.all());
}

#[test]
fn params_are_given_on_the_command_line() {
    let program = format!("{MINIMAL}\nparam size: int = 1\nassert param.size > 0\n");
    let folder = Folder::new(&[("env.bean", &program)]);
    assert_eq!(
        folder
            .run(&["check", "env.bean", "--param", "size=2"])
            .status,
        Some(0)
    );
    assert_eq!(
        folder
            .run(&["check", "env.bean", "--param", "size=0"])
            .status,
        Some(1)
    );
    assert_eq!(
        folder.run(&["check", "env.bean", "--param", "size"]).status,
        Some(2)
    );
}

#[test]
fn graphs_are_drawn_in_four_ways() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    for format in ["dot", "mermaid", "json", "svg"] {
        let graph = ["graph", "env.bean", "--format", format];
        let one = folder.run(&[&graph[..], &["--unit", "application.blog"]].concat());
        assert_eq!(one.status, Some(0), "{}", one.all());
        snapshot(&format!("graph_{format}"), &one.out);
        let all = folder.run(&graph);
        assert!(all.out.contains("application.blog") && all.out.contains("environment.test-env"));
        let file = format!("graph.{format}");
        folder.run(&["graph", "env.bean", "--out", &file]);
        assert_eq!(folder.read(&file), all.out);
    }
}

#[test]
fn nobody_hears_of_a_reader_that_left() {
    let folder = Folder::new(&[("env.bean", MINIMAL)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_beanc"))
        .args(["graph", "env.bean", "--format", "json"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let mut said = String::new();
    let mut pipe = child.stderr.take().expect("it is piped");
    pipe.read_to_string(&mut said).expect("output is text");
    assert_eq!(said, "");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// What the documentation shows is what the compiler takes.
#[test]
fn programs_in_the_documentation_have_nothing_to_complain_about() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["README.md", "docs/language.md"] {
        let text = std::fs::read_to_string(root.join(page)).expect("the page is there");
        let programs = text.split("```bean\n").skip(1);
        let programs: Vec<_> = programs.filter_map(|it| it.split("```").next()).collect();
        assert!(!programs.is_empty());
        for program in programs {
            let folder = Folder::new(&[("env.bean", program)]);
            let run = folder.run(&["check", "env.bean"]);
            assert_eq!(run.status, Some(0), "{page}:\n{program}\n{}", run.all());
            assert!(run.out.contains("nothing to complain about"), "{}", run.out);
        }
    }
    let readme = std::fs::read_to_string(root.join("README.md")).expect("it is there");
    let example = std::fs::read_to_string(root.join("docs/blog.bean")).expect("it is there");
    assert!(readme.contains(&format!("```bean\n{example}```")));
}

/// `UPDATE_DOCS=1 cargo test picture` draws it anew.
#[test]
fn the_picture_in_the_readme_is_what_graph_draws() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let picture = docs.join("blog.svg");
    let program = std::fs::read_to_string(docs.join("blog.bean")).expect("it is there");
    let drawn = Folder::new(&[("blog.bean", &program)])
        .run(&["graph", "blog.bean"])
        .out;
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(&picture, &drawn).expect("it can be written");
    }
    let committed = std::fs::read_to_string(&picture).unwrap_or_default();
    assert!(
        committed == drawn,
        "docs/blog.svg is another: UPDATE_DOCS=1 cargo test picture draws it"
    );
}

#[test]
fn fmt_writes_files_the_one_way() {
    let good = "edition 2026\n\napplication blog {}\n";
    let folder = Folder::new(&[("good.bean", good), ("bad.bean", "edition   2026\n")]);
    let checked = folder.run(&["fmt", "--check", "good.bean", "bad.bean"]);
    assert_eq!(checked.status, Some(1), "{}", checked.all());
    assert_eq!(checked.out, "bad.bean\n");
    assert_eq!(checked.err, "1 of 2 files would change\n");
    assert_eq!(folder.read("bad.bean"), "edition   2026\n");
    let run = folder.run(&["fmt", "good.bean", "bad.bean"]);
    assert_eq!(
        (run.status, run.out.as_str()),
        (Some(0), ""),
        "{}",
        run.all()
    );
    assert_eq!(folder.read("bad.bean"), "edition 2026\n");
    let again = folder.run(&["fmt", "--check", "bad.bean"]);
    assert_eq!(again.status, Some(0));
    assert_eq!(again.err, "1 file is as it should be\n");

    // What is wrong stays, and the rest does not.
    folder.write("half.bean", "edition   2026\nlet a   = \n");
    let run = folder.run(&["fmt", "half.bean"]);
    assert_eq!(run.status, Some(1), "{}", run.all());
    assert!(run.err.contains("E0005"), "{}", run.all());
    assert!(
        run.err
            .ends_with("1 of 1 file changed, 1 has syntax errors\n"),
        "{}",
        run.all()
    );
    assert_eq!(folder.read("half.bean"), "edition 2026\nlet a   = \n");

    folder.write("input", "edition   2026\n");
    let run = folder.run_with(&["fmt", "--stdin"], &[], Some(&folder.path("input")));
    assert_eq!(run.out, "edition 2026\n", "{}", run.all());
    let nothing = folder.run(&["fmt", "none.bean"]);
    assert_eq!(nothing.status, Some(2));
    assert_eq!(
        nothing.err,
        "beanc: cannot read none.bean: there is no such file\n"
    );
    assert_eq!(folder.run(&["fmt"]).status, Some(2));
    let input = folder.path("input");
    let run = folder.run_with(&["fmt", "-"], &[], Some(&input));
    assert_eq!(run.out, "edition 2026\n", "{}", run.all());
    let run = folder.run_with(&["fmt", "-", "good.bean"], &[], Some(&input));
    assert_eq!(run.status, Some(2), "{}", run.all());

    // The others are formatted all the same.
    folder.write("bad.bean", "edition   2026\n");
    let some = folder.run(&["fmt", "none.bean", "bad.bean", "neither.bean"]);
    assert_eq!(
        (some.status, some.err.as_str()),
        (
            Some(2),
            "beanc: cannot read none.bean: there is no such file\n\
             1 of 3 files changed\n\
             beanc: cannot read neither.bean: there is no such file\n"
        )
    );
    assert_eq!(folder.read("bad.bean"), "edition 2026\n");
}

#[test]
#[cfg(unix)]
fn a_file_that_is_rewritten_keeps_its_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("a.bean", "edition   2026\n")]);
    let secret = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.path("a.bean"), secret).expect("the file is ours");
    std::os::unix::fs::symlink("a.bean", folder.path("link.bean")).expect("links can be made");
    assert_eq!(folder.run(&["fmt", "link.bean"]).status, Some(0));
    assert_eq!(folder.read("a.bean"), "edition 2026\n");
    let mode = std::fs::metadata(folder.path("a.bean"))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(folder.path("link.bean").is_symlink());
}

/// Who makes a file read-only does not want it to be another one a moment later.
#[test]
fn a_file_that_is_read_only_is_left_alone() {
    let broken = "edition  2026\n\napplication shop {\n  versions: { keep = 20 }\n}\n";
    let good = "edition 2026\n\napplication shop {}\n";
    let folder = Folder::new(&[("a.bean", broken), ("b.bean", broken), ("good.bean", good)]);
    let read_only = |name: &str, value: bool| {
        let path = folder.path(name);
        let mut permissions = std::fs::metadata(&path).expect("it is there").permissions();
        permissions.set_readonly(value);
        std::fs::set_permissions(&path, permissions).expect("the file is ours");
    };
    read_only("b.bean", true);
    read_only("good.bean", true);
    for arguments in [
        &["check", "--fix", "a.bean", "b.bean"][..],
        &["fmt", "b.bean"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.status, Some(2), "{}", run.all());
        assert!(
            run.err
                .contains("beanc: cannot write b.bean: it is read-only\n"),
            "{}",
            run.all()
        );
        // The files of a program change together.
        for name in ["a.bean", "b.bean"] {
            assert_eq!(folder.read(name), broken);
        }
    }
    // Nothing has to be written for these.
    for arguments in [
        &["fmt", "good.bean"][..],
        &["check", "--fix", "good.bean"],
        &["check", "--fix", "--dry-run", "b.bean"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.status, Some(0), "{}", run.all());
    }
    let out = ["build", "good.bean"];
    assert_eq!(folder.run(&out).status, Some(0));
    let template = "build/application.shop/template.json";
    folder.write(
        "good2.bean",
        &good.replace("{}", "{\n  description = \"Shop\"\n}"),
    );
    read_only(template, true);
    let run = folder.run(&["build", "good2.bean"]);
    assert_eq!(run.status, Some(2), "{}", run.all());
    assert!(
        run.err.contains("template.json: it is read-only"),
        "{}",
        run.all()
    );
    // Windows removes no file that is read-only.
    for name in ["b.bean", "good.bean", template] {
        read_only(name, false);
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_is_rewritten_stays_the_same_file() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let folder = Folder::new(&[
        ("a.bean", "edition   2026\n"),
        ("b.bean", "edition   2026\n"),
    ]);
    let found = |name: &str| std::fs::metadata(folder.path(name)).expect("it is there");
    // It has two names, and a text that gets shorter.
    std::fs::hard_link(folder.path("a.bean"), folder.path("other.bean")).expect("links");
    let before = found("other.bean").ino();
    assert_eq!(folder.run(&["fmt", "a.bean"]).status, Some(0));
    assert_eq!(folder.read("other.bean"), "edition 2026\n");
    assert_eq!(
        (found("a.bean").ino(), found("a.bean").nlink()),
        (before, 2)
    );
    // It is somebody else's, where we may do that.
    if chown(folder.path("b.bean"), Some(4711), Some(4712)).is_ok() {
        let mode = std::fs::Permissions::from_mode(0o664);
        std::fs::set_permissions(folder.path("b.bean"), mode).expect("we may");
        assert_eq!(folder.run(&["fmt", "b.bean"]).status, Some(0));
        assert_eq!(folder.read("b.bean"), "edition 2026\n");
        let after = found("b.bean");
        assert_eq!(
            (after.uid(), after.gid(), after.mode() & 0o777),
            (4711, 4712, 0o664)
        );
    }
    let left = std::fs::read_dir(folder.path("")).expect("it is a folder");
    assert_eq!(left.count(), 3);
}

/// A file in the place of `/dev/null` would be the end of it for everybody.
#[test]
#[cfg(unix)]
fn what_is_no_file_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = Folder::new(&[("a.bean", MINIMAL)]);
    let pipe = folder.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).expect("somebody writes")
    });
    let run = folder.run(&["graph", "a.bean", "--format", "dot", "--out", "pipe"]);
    assert_eq!(run.status, Some(0), "{}", run.all());
    let heard = reader.join().expect("it read");
    assert!(heard.starts_with("digraph"), "{heard}");
    let kind = std::fs::symlink_metadata(&pipe).expect("it is there");
    assert!(kind.file_type().is_fifo());
}

#[test]
fn check_fixes_what_is_certain() {
    let program = "edition 2026\n\napplication blog {}\n\nenvironment blog-prod: web {\n  \
                   platform = 'nodejs-22'\n  instances: {\n    min = 2 max = 4\n    \
                   colour = red\n  }\n}\n";
    let folder = Folder::new(&[("env.bean", program)]);
    let dry = folder.run(&["check", "env.bean", "--fix", "--dry-run"]);
    snapshot("check_fix_dry_run", &dry.all());
    assert_eq!(folder.read("env.bean"), program);
    // A document stays one.
    for format in ["json", "sarif"] {
        let dry = folder.run(&[
            "check",
            "env.bean",
            "--fix",
            "--dry-run",
            "--format",
            format,
        ]);
        let document: serde_json::Result<serde_json::Value> = serde_json::from_str(&dry.out);
        assert!(document.is_ok(), "{}", dry.all());
        assert!(dry.err.starts_with("--- a/env.bean\n"), "{}", dry.all());
    }
    let run = folder.run(&["check", "env.bean", "--fix", "--format", "short"]);
    assert_eq!(run.status, Some(1), "{}", run.all());
    assert_eq!(run.out.lines().count(), 1, "{}", run.all());
    let fixed = folder.read("env.bean");
    assert!(
        fixed.contains("  platform = \"nodejs-22\"\n  instances {"),
        "{fixed}"
    );
    // What is left is for people.
    assert!(fixed.contains("colour = red"), "{fixed}");
    let again = folder.run(&["check", "env.bean", "--fix", "--format", "short"]);
    assert!(
        again.err.contains("0 fixes were applied"),
        "{}",
        again.all()
    );
    let input = folder.path("env.bean");
    let run = folder.run_with(&["check", "-", "--fix"], &[], Some(&input));
    assert_eq!(run.status, Some(2), "{}", run.all());
}

#[test]
fn schema_describes_the_language() {
    let folder = Folder::new(&[]);
    let run = folder.run(&["schema", "language"]);
    let language: serde_json::Value = serde_json::from_str(&run.out).expect("it is JSON");
    let items = language["items"].as_array().expect("there are items");
    let environment = items.iter().find(|it| it["name"] == "environment");
    let properties = environment.expect("it is one")["properties"].as_array();
    let instances = properties.and_then(|it| it.iter().find(|it| it["name"] == "instances"));
    let inside = instances.expect("it has them")["properties"].as_array();
    let max = inside.and_then(|it| it.iter().find(|it| it["name"] == "max"));
    snapshot(
        "schema_of_a_property",
        &format!("{:#}\n", max.expect("there is a limit")),
    );
    assert_eq!(folder.run(&["schema", "diagnostics"]).status, Some(0));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new(&[]);
    let run = folder.run(&["man", "pages"]);
    assert_eq!(run.status, Some(0), "{}", run.all());
    let help = folder.run(&["--help"]).out;
    let commands = help
        .split("Commands:")
        .nth(1)
        .and_then(|it| it.split("Options:").next());
    for command in commands.expect("there are some").lines() {
        let Some(name) = command.split_whitespace().next().filter(|it| *it != "help") else {
            continue;
        };
        let page = folder.read(&format!("pages/beanc-{name}.1"));
        assert!(page.contains(&format!("beanc\\-{name}")), "{page}");
    }
    assert!(folder.read("pages/beanc.1").contains(".SH SUBCOMMANDS"));
}
