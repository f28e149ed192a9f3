//! The binary as people run it: what it prints, what it writes, how it exits.

#![expect(
    clippy::disallowed_methods,
    reason = "the binary is run in a folder of its own"
)]

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder to run commands in.
struct Folder(TempDir);

/// What a command did.
struct Run {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder can be made"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder"))
            .expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[], None)
    }

    #[track_caller]
    fn run_with(&self, arguments: &[&str], env: &[(&str, &str)], input: Option<&Path>) -> Run {
        let input = match input {
            Some(path) => Stdio::from(std::fs::File::open(path).expect("the input is there")),
            None => Stdio::null(),
        };
        let output = Command::new(env!("CARGO_BIN_EXE_beanc"))
            .args(arguments)
            .current_dir(self.0.path())
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
    for command in ["explain", "init", "completions"] {
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
