//! Tools that some tests need, found or said to be missing.
//!
//! A test that wants one asks [`require`] and ends when the answer is `None`.
//! The line that says so goes past the capture of the test harness, so nobody
//! takes a skipped test for a passed one; with `CI=true` it is a failure.

#![expect(
    clippy::disallowed_methods,
    reason = "tests of the output run other programs on it"
)]

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The path of `program`, or `None` after saying which test is skipped for want of it.
pub fn require(program: &str) -> Option<PathBuf> {
    found(program, on_path(program))
}

/// A file of a package that brings no program, or `None` after saying so.
pub fn require_file(path: &Path) -> Option<PathBuf> {
    let there = path.exists().then(|| path.to_owned());
    found(&path.display().to_string(), there)
}

/// Python with what `tests/python/requirements.txt` lists, made by `tests/run`.
pub fn python() -> Option<PathBuf> {
    let ours = root().join("target/venv/proof/bin/python");
    found("tests/run --prepare", ours.exists().then_some(ours))
}

/// Python with a grammar of PowerShell, made by `tests/run`.
pub fn powershell() -> Option<PathBuf> {
    let ours = root().join("target/venv/powershell/bin/python");
    found("tests/run --prepare", ours.exists().then_some(ours))
}

/// Python with what `tests/python/requirements-editors.txt` lists, made by `tests/run`.
pub fn editors() -> Option<PathBuf> {
    let ours = root().join("target/venv/editors/bin/python");
    found("tests/run --prepare", ours.exists().then_some(ours))
}

/// The generator of tree-sitter's parsers, compiled by `tests/run`.
pub fn tree_sitter() -> Option<PathBuf> {
    let ours = root().join("target/tools/bin/tree-sitter");
    found("tests/run --prepare", ours.exists().then_some(ours))
}

/// The folder with the packages of `editors/vscode`, fetched by `tests/run`.
pub fn vscode() -> Option<PathBuf> {
    let ours = root().join("target/vscode");
    let there = ours.join("stamp").exists();
    found("tests/run --prepare", there.then_some(ours))
}

/// The runtime of .NET that boots start, fetched by `tests/run`.
pub fn dotnet() -> Option<PathBuf> {
    let ours = root().join("target/dotnet");
    found(
        "tests/run --prepare",
        ours.join("stamp").exists().then_some(ours),
    )
}

/// A runtime of another release of Debian, fetched by `tests/run`.
pub fn of_debian(folder: &str) -> Option<PathBuf> {
    let ours = root().join("target/debian");
    found(
        "tests/run --prepare",
        ours.join("stamp").exists().then(|| ours.join(folder)),
    )
}

/// Python packages that boots install, fetched by `tests/run`.
pub fn wheels() -> Option<PathBuf> {
    let ours = root().join("target/boot-wheels");
    found(
        "tests/run --prepare",
        ours.join("stamp").exists().then_some(ours),
    )
}

/// Whether the test runs as root, which may mount and make networks; says so
/// when it does not.
pub fn superuser() -> bool {
    let output = Command::new("id").arg("-u").output();
    let is_root = output.is_ok_and(|it| it.stdout == b"0\n");
    found("a run as root", is_root.then(PathBuf::new)).is_some()
}

/// The test machinery in `tests/emulator`, called with `arguments`; `None` where
/// its tools are missing.
pub fn emulator<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Option<Output> {
    let python = python()?;
    require("terraform")?;
    let module = ["-m", "emulator"].map(OsString::from);
    let arguments = arguments.into_iter().map(|it| it.as_ref().to_owned());
    Some(run_in(
        "tests",
        &python,
        module.into_iter().chain(arguments),
    ))
}

/// Where Terraform's AWS provider lies; `None` where it or Terraform is missing.
pub fn terraform_plugins() -> Option<String> {
    let python = python()?;
    require("terraform")?;
    let program = "from emulator.surroundings import plugins; print(plugins())";
    let output = run_in("tests", &python, ["-c", program]);
    let folder = String::from_utf8(output.stdout).expect("paths are text");
    let folder = folder.trim();
    found(
        "a mirror of Terraform's AWS provider",
        (!folder.is_empty()).then(|| folder.into()),
    )?;
    Some(folder.to_owned())
}

/// Runs `program` in `folder` of the repository.
pub fn run_in<I: AsRef<OsStr>>(
    folder: &str,
    program: &Path,
    arguments: impl IntoIterator<Item = I>,
) -> Output {
    let folder = root().join(folder);
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command.output().expect("the program starts")
}

/// Fails with everything that a program said, unless it succeeded.
#[track_caller]
pub fn assert_success(output: &Output) {
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn found(what: &str, path: Option<PathBuf>) -> Option<PathBuf> {
    if path.is_none() {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        assert!(
            !in_ci(),
            "`{what}` is missing, and in CI nothing is skipped"
        );
        // Not `eprintln!`, which the harness shows for failed tests only.
        let line = format!("skipped: {test} needs `{what}`\n");
        std::io::stderr()
            .write_all(line.as_bytes())
            .expect("stderr is open");
    }
    path
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
