//! Completions in real shells, and manual pages before a real reader.

#![expect(
    clippy::disallowed_methods,
    reason = "shells and readers are programs of their own"
)]

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::tools;

const BEANC: &str = env!("CARGO_BIN_EXE_beanc");

/// What is typed in front of the Tab, and what then stands on the screen: a
/// command, an option, one of a few values, and an option of values alone.
const PRESSED: [(&str, &str); 4] = [
    ("beanc ch", "beanc check "),
    ("beanc check --fo", "beanc check --format"),
    ("beanc check --format sa", "--format sarif"),
    ("beanc completions powe", "completions powershell"),
];

fn beanc(arguments: &[&str]) -> String {
    let output = Command::new(BEANC).args(arguments).output();
    let output = output.expect("the binary runs");
    tools::assert_success(&output);
    String::from_utf8(output.stdout).expect("output is text")
}

/// What a shell's completions are, in a file of the name that it expects.
fn script(folder: &TempDir, shell: &str, name: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, beanc(&["completions", shell])).expect("it is writable");
    path.display().to_string()
}

#[track_caller]
fn completes(shell: &str, name: &str) {
    let (Some(python), Some(_)) = (tools::editors(), tools::require(shell)) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let script = script(&folder, shell, name);
    let mut arguments = vec!["tests/python/completions.py", shell, BEANC, &script];
    arguments.extend(PRESSED.iter().flat_map(|(line, screen)| [*line, *screen]));
    tools::assert_success(&tools::run_in(".", &python, arguments));
}

#[test]
fn tab_completes_in_bash() {
    completes("bash", "beanc.bash");
}

#[test]
fn tab_completes_in_zsh() {
    completes("zsh", "_beanc");
}

#[test]
fn tab_completes_in_fish() {
    completes("fish", "beanc.fish");
}

/// PowerShell itself is no package of Debian's; a grammar of it is at hand.
#[test]
fn completions_for_powershell_are_powershell() {
    let Some(python) = tools::powershell() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = script(&folder, "powershell", "beanc.ps1");
    let text = std::fs::read_to_string(&path).expect("it was written");
    assert!(text.contains("[CompletionResult]::new('check', 'check'"));
    // A block as the only argument may do without parentheses, which the
    // grammar does not know.
    let call = ".Where{ $_.CompletionText -like \"$wordToComplete*\" }";
    assert_eq!(text.matches(call).count(), 1);
    let known = call.replace('{', "({").replace(" }", " })");
    std::fs::write(&path, text.replace(call, &known)).expect("it is writable");
    let output = tools::run_in(".", &python, ["tests/python/powershell.py", &path]);
    tools::assert_success(&output);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(said["errors"], serde_json::json!([]));
}

fn pages() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    beanc(&["man", &folder.path().display().to_string()]);
    folder
}

/// Nothing about which the strictest reader of manual pages would warn.
#[test]
fn manual_pages_have_nothing_to_complain_about() {
    let Some(reader) = tools::require("mandoc") else {
        return;
    };
    let folder = pages();
    for entry in std::fs::read_dir(folder.path()).expect("it was written") {
        let page = entry.expect("it is readable").path();
        let mut command = Command::new(&reader);
        // Without a date in the title, the one warning that is meant.
        let output = command
            .args(["-T", "lint", "-W", "warning"])
            .arg(&page)
            .output();
        let output = output.expect("the reader starts");
        let said = String::from_utf8_lossy(&output.stdout);
        let said: Vec<_> = said
            .lines()
            .filter(|line| !line.contains("missing date"))
            .collect();
        assert!(said.is_empty(), "{}: {said:#?}", page.display());
    }
}

#[test]
fn a_manual_page_as_people_read_it() {
    let Some(reader) = tools::require("mandoc") else {
        return;
    };
    let folder = pages();
    let mut command = Command::new(reader);
    let page = Path::new("beanc-fmt.1");
    let output = command
        .args(["-T", "ascii", "-O", "width=78"])
        .arg(page)
        .current_dir(folder.path())
        .output();
    let output = output.expect("the reader starts");
    tools::assert_success(&output);
    // Bold is a letter over itself.
    let text = String::from_utf8(output.stdout).expect("output is text");
    let mut plain = String::new();
    for character in text.chars() {
        match character {
            '\u{8}' => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    insta::with_settings!({
        snapshot_path => "../../snapshots/commands",
        prepend_module_to_snapshot => false,
        omit_expression => true,
        filters => [(r"\d+\.\d+\.\d+", "[version]")],
    }, {
        insta::assert_snapshot!("manual_page", plain);
    });
}
