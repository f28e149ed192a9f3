//! What runs before a commit and in a workflow: the hooks with the real
//! pre-commit, and the steps of the action.

#![expect(
    clippy::disallowed_methods,
    reason = "git, pre-commit and shells are programs of their own"
)]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use crate::folder::Folder;
use crate::tools;

const BEANC: &str = env!("CARGO_BIN_EXE_beanc");

const WRONG: &str = "edition 2026\n\napplication blog {\n  descripton = \"Notes\"\n}\n";
const UGLY: &str = "edition 2026\napplication blog{description=\"Notes\"}\n";
const GOOD: &str = "edition 2026\n\napplication blog {\n  description = \"Notes\"\n}\n";

/// The folder has repositories in it, and is the home of what runs there.
impl Folder {
    fn start<I: AsRef<OsStr>>(
        &self,
        folder: &str,
        program: &Path,
        arguments: impl IntoIterator<Item = I>,
    ) -> Output {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path(folder));
        for (name, value) in [
            ("GIT_AUTHOR_NAME", "Somebody"),
            ("GIT_AUTHOR_EMAIL", "somebody@example.com"),
            ("GIT_COMMITTER_NAME", "Somebody"),
            ("GIT_COMMITTER_EMAIL", "somebody@example.com"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("NO_COLOR", "1"),
        ] {
            command.env(name, value);
        }
        command
            .env("GIT_CONFIG_GLOBAL", self.path("gitconfig"))
            .env("PRE_COMMIT_HOME", self.path("pre-commit"))
            .output()
            .expect("the program starts")
    }

    /// Git's answer in `folder`, or a failed test.
    #[track_caller]
    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = self.start(folder, Path::new("git"), arguments);
        tools::assert_success(&output);
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    #[track_caller]
    fn commit(&self, folder: &str) -> String {
        self.git(folder, &["init", "--quiet"]);
        self.git(folder, &["add", "--all"]);
        self.git(folder, &["commit", "--quiet", "--no-verify", "-m", "all"]);
        self.git(folder, &["rev-parse", "HEAD"])
    }
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// A repository with our hooks, as people name it in their configuration.
///
/// pre-commit compiles its package with the real `cargo install`. Ours would
/// take minutes, so the package here is one of the same name and program that
/// starts the compiler which is being tested; the hooks are our file unchanged.
fn hooks(desk: &Folder) -> String {
    let ours = tools::root().join(".pre-commit-hooks.yaml");
    let ours = std::fs::read_to_string(ours).expect("it is there");
    desk.write("hooks/.pre-commit-hooks.yaml", &ours);
    desk.write(
        "hooks/Cargo.toml",
        "[package]\nname = \"beanc\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    );
    desk.write(
        "hooks/src/main.rs",
        &format!(
            "use std::os::unix::process::CommandExt;\n\
             fn main() {{\n    \
                 let arguments = std::env::args_os().skip(1);\n    \
                 panic!(\"{{}}\", std::process::Command::new({BEANC:?}).args(arguments).exec());\n\
             }}\n"
        ),
    );
    desk.commit("hooks")
}

#[test]
fn hooks_run_in_the_real_pre_commit() {
    let Some(python) = tools::editors() else {
        return;
    };
    let desk = Folder::new(&[]);
    let revision = hooks(&desk);
    let folder = desk.path("hooks");
    desk.write(
        "work/.pre-commit-config.yaml",
        &format!(
            "repos:\n  - repo: {}\n    rev: {revision}\n    hooks:\n      \
             - id: beanc-check\n      - id: beanc-fmt\n",
            folder.display()
        ),
    );
    desk.write("work/env.bean", WRONG);
    desk.write("work/ugly.bean", UGLY);
    desk.write("work/notes.txt", "edition 2026 is no program here\n");
    desk.commit("work");
    let run = || {
        let arguments = ["-m", "pre_commit", "run", "--all-files", "--color=never"];
        desk.start("work", &python, arguments)
    };

    // Something is wrong, and something is written another way.
    let output = run();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("E0110"), "{said}");
    assert!(
        said.contains("`application` has no property `descripton`"),
        "{said}"
    );
    assert!(said.contains("files were modified by this hook"), "{said}");
    assert_eq!(
        desk.read("work/ugly.bean"),
        "edition 2026\napplication blog { description = \"Notes\" }\n"
    );

    // What was written is well; what is wrong is still for people.
    let output = run();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("files were modified"), "{said}");

    desk.write("work/env.bean", GOOD);
    let output = run();
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for name in ["beanc check", "beanc fmt"] {
        let passed = |line: &str| line.starts_with(name) && line.ends_with("Passed");
        assert!(said.lines().any(passed), "{said}");
    }
}

/// As `git commit` does it, with the hook that pre-commit installs.
#[test]
fn a_commit_with_errors_is_stopped() {
    let Some(python) = tools::editors() else {
        return;
    };
    let desk = Folder::new(&[]);
    // Without the compiler's package: the command that is there.
    desk.write(
        "work/.pre-commit-config.yaml",
        &format!(
            "repos:\n  - repo: local\n    hooks:\n      - id: beanc-check\n        name: beanc check\n        \
             language: system\n        entry: {BEANC} check\n        files: \\.bean$\n"
        ),
    );
    desk.commit("work");
    let output = desk.start("work", &python, ["-m", "pre_commit", "install"]);
    tools::assert_success(&output);
    desk.write("work/env.bean", WRONG);
    desk.git("work", &["add", "env.bean"]);
    let output = desk.start("work", Path::new("git"), ["commit", "-m", "wrong"]);
    assert!(
        !output.status.success() && text(&output).contains("E0110"),
        "{}",
        text(&output)
    );
    desk.write("work/env.bean", GOOD);
    desk.git("work", &["add", "env.bean"]);
    desk.git("work", &["commit", "-m", "good"]);
}

/// By the schemas of the hooks and the action, which check-jsonschema brings.
#[test]
fn definitions_fit_their_schemas() {
    let Some(python) = tools::editors() else {
        return;
    };
    let check = |arguments: &[&str]| {
        let arguments = ["-m", "check_jsonschema"].iter().chain(arguments);
        tools::assert_success(&tools::run_in(".", &python, arguments));
    };
    check(&["--builtin-schema", "vendor.github-actions", "action.yml"]);
    check(&[
        "--builtin-schema",
        "vendor.github-workflows",
        ".github/workflows/ci.yml",
    ]);
    let arguments = [
        "-m",
        "pre_commit",
        "validate-manifest",
        ".pre-commit-hooks.yaml",
    ];
    tools::assert_success(&tools::run_in(".", &python, arguments));
}

/// What the steps of the action do with some files: status and output of each.
fn steps(python: &Path, files: &[(&str, &str)], given: &[&str]) -> Vec<(i64, String)> {
    let desk = Folder::new(&[]);
    for (name, text) in files {
        desk.write(&format!("work/{name}"), text);
    }
    // The package is not on the registry of this machine's choice: a `cargo`
    // that says how it was called, and the compiler under test.
    let programs = desk.path("programs");
    desk.write("programs/cargo", "#!/bin/sh\necho \"cargo $*\"\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(programs.join("cargo"), mode).expect("it is ours");
    std::os::unix::fs::symlink(BEANC, programs.join("beanc")).expect("links can be made");
    let path = std::env::var("PATH").expect("there is one");
    let root = tools::root();
    let mut command = Command::new(python);
    command
        .arg(root.join("tests/python/action.py"))
        .arg(root.join("action.yml"))
        .args(given)
        .env("PATH", format!("{}:{path}", programs.display()))
        .current_dir(desk.path("work"));
    let output = command.output().expect("Python starts");
    tools::assert_success(&output);
    let lines = String::from_utf8(output.stdout).expect("output is text");
    let step = |line: &str| {
        let step: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
        let status = step["status"].as_i64().expect("it is a number");
        (
            status,
            step["output"].as_str().expect("it is text").to_owned(),
        )
    };
    lines.lines().map(step).collect()
}

#[test]
fn the_action_installs_checks_and_looks_at_the_formatting() {
    let Some(python) = tools::editors() else {
        return;
    };
    let files = [("env.bean", GOOD), ("more/other.bean", GOOD)];
    let done = steps(&python, &files, &["files=env.bean more/*.bean"]);
    let [(0, install), (0, _), (0, _)] = done.as_slice() else {
        panic!("{done:#?}");
    };
    let call = "cargo install beanc --locked --no-default-features --version *\n";
    assert_eq!(install, call);

    let done = steps(&python, &[("env.bean", WRONG)], &["files=env.bean"]);
    let [(0, _), (1, said)] = done.as_slice() else {
        panic!("{done:#?}");
    };
    assert!(said.starts_with("::error file=env.bean,line=4,"), "{said}");

    let ugly = [("env.bean", UGLY)];
    let done = steps(&python, &ugly, &["files=env.bean"]);
    assert!(
        matches!(done.as_slice(), [(0, _), (0, _), (1, _)]),
        "{done:#?}"
    );
    let done = steps(
        &python,
        &ugly,
        &["files=env.bean", "format=false", "version=0.1.0"],
    );
    let [(0, install), (0, _)] = done.as_slice() else {
        panic!("{done:#?}");
    };
    assert!(install.ends_with("--version 0.1.0\n"), "{install}");
}
