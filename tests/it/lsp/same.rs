//! What the editor is told is what the command line says, to the word.

#![expect(clippy::disallowed_methods, reason = "tests run the program")]

use std::path::Path;
use std::process::Command;

use beanc::diagnostic::Code;
use serde_json::{Value, json};

use super::client::{Client, edited, name_of, place};

/// Asks for diagnostics itself, and shows related places.
fn pulling() -> Value {
    json!({ "textDocument": {
        "diagnostic": { "relatedInformation": true },
        "publishDiagnostics": { "relatedInformation": true },
    } })
}

/// The lines of `beanc check --format json` on the first of some files.
fn checked(folder: &Path, entry: &str, params: &[(&str, &str)]) -> Vec<Value> {
    let params = params
        .iter()
        .map(|(name, value)| format!("--param={name}={value}"));
    let output = Command::new(env!("CARGO_BIN_EXE_beanc"))
        .args(["check", "--format", "json", entry])
        .args(params)
        .current_dir(folder)
        .output()
        .expect("beanc starts");
    let lines = String::from_utf8(output.stdout).expect("JSON is text");
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// A range of the command line (characters from 1) as the editor counts.
fn converted(range: &Value, text: &str) -> String {
    let position = |position: &Value| {
        let line = position["line"].as_u64().expect("a number") as usize - 1;
        let column = position["column"].as_u64().expect("a number") as usize - 1;
        let line_text = text.split('\n').nth(line).unwrap_or_default();
        let units: usize = line_text.chars().take(column).map(char::len_utf16).sum();
        format!("{line}:{units}")
    };
    format!("{}-{}", position(&range["start"]), position(&range["end"]))
}

/// One line for each thing that is said: all fields that a person sees.
fn from_command_line(said: &Value, text: impl Fn(&str) -> String) -> String {
    let word = |value: &Value| value.as_str().expect("a text").to_owned();
    let place = |it: &Value| {
        format!(
            "{} {}",
            word(&it["file"]),
            converted(it, &text(&word(&it["file"])))
        )
    };
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let mut message = vec![word(&said["message"])];
    message.extend(Some(word(&said["label"])).filter(|it| !it.is_empty()));
    message.extend(
        list(&said["notes"])
            .iter()
            .map(|it| format!("note: {}", word(it))),
    );
    let helps = list(&said["helps"]);
    message.extend(
        helps
            .iter()
            .map(|it| format!("help: {}", word(&it["text"]))),
    );
    let related = list(&said["related"]).into_iter();
    // Files of the library have no address.
    let related = related.filter(|it| !word(&it["file"]).starts_with("std/"));
    let related: Vec<String> = related
        .map(|it| format!("{}: {}", place(&it), word(&it["label"])))
        .collect();
    let fixes = helps.iter().filter(|it| it["edits"] != json!([]));
    let mut is_first = true;
    let fixes: Vec<String> = fixes
        .map(|it| {
            let certain = it["applicability"] == "machine-applicable";
            let preferred = certain && is_first;
            is_first &= !certain;
            let edits: Vec<String> = list(&it["edits"])
                .iter()
                .map(|edit| format!("{} {:?}", place(edit), word(&edit["text"])))
                .collect();
            format!("{} {preferred} {edits:?}", word(&it["text"]))
        })
        .collect();
    format!(
        "{} {} {} {message:?}\n  related {related:?}\n  docs {}\n  fixes {fixes:?}\n",
        place(said),
        word(&said["severity"]),
        word(&said["code"]),
        word(&said["docs"]),
    )
}

fn from_editor(name: &str, said: &Value, actions: &[Value]) -> String {
    let word = |value: &Value| value.as_str().expect("a text").to_owned();
    let severity = match said["severity"].as_i64() {
        Some(1) => "error",
        Some(2) => "warning",
        _ => "note",
    };
    let message: Vec<String> = word(&said["message"])
        .split('\n')
        .map(str::to_owned)
        .collect();
    let related = said["relatedInformation"].as_array().cloned();
    let related: Vec<String> = related
        .unwrap_or_default()
        .iter()
        .map(|it| {
            let location = &it["location"];
            let uri = word(&location["uri"]);
            format!(
                "{} {}: {}",
                name_of(&uri),
                place(&location["range"]),
                word(&it["message"])
            )
        })
        .collect();
    let ours = actions.iter().filter(|it| it["diagnostics"][0] == *said);
    let fixes: Vec<String> = ours
        .map(|action| {
            let changes = action["edit"]["changes"].as_object().expect("edits");
            let edits: Vec<String> = changes
                .iter()
                .flat_map(|(uri, edits)| {
                    let edits = edits.as_array().expect("a list").iter();
                    edits.map(move |edit| {
                        let text = edit["newText"].as_str().expect("a text");
                        format!("{} {} {text:?}", name_of(uri), place(&edit["range"]))
                    })
                })
                .collect();
            format!(
                "{} {} {edits:?}",
                word(&action["title"]),
                action["isPreferred"] == true
            )
        })
        .collect();
    format!(
        "{name} {} {severity} {} {message:?}\n  related {related:?}\n  docs {}\n  fixes {fixes:?}\n",
        place(&said["range"]),
        word(&said["code"]),
        word(&said["codeDescription"]["href"]),
    )
}

/// Over every code, so that tomorrow's is covered today.
#[test]
fn every_page_says_the_same_in_the_editor() {
    let mut different = Vec::new();
    let mut compared = 0;
    for code in Code::ALL {
        let page = code.parsed_page();
        let Some(entry) = page.wrong.first() else {
            continue;
        };
        // What `build --locked` alone asks for is said nowhere else.
        if *code == Code::NotLocked {
            continue;
        }
        let files: Vec<(&str, &str)> = page.wrong.iter().map(|it| (it.file, it.text)).collect();
        let params: Vec<(&str, &str)> =
            page.wrong.iter().flat_map(|it| it.params.clone()).collect();
        let settings: Value = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let mut client = Client::with(&files, pulling(), json!({ "params": settings }));
        let text = |name: &str| {
            let found = files.iter().find(|(file, _)| *file == name);
            found.map_or_else(String::new, |(_, text)| (*text).to_owned())
        };
        let mut expected: Vec<String> = checked(&client.path(""), entry.file, &params)
            .iter()
            .map(|said| from_command_line(said, text))
            .collect();
        client.open(entry.file, entry.text);
        let mut found = Vec::new();
        for (name, text) in &files {
            let report = client.about("textDocument/diagnostic", name);
            let uri = client.uri(name);
            let end = json!({ "line": text.lines().count() + 1, "character": 0 });
            let actions = client.request(
                "textDocument/codeAction",
                json!({
                    "textDocument": { "uri": uri },
                    "range": { "start": { "line": 0, "character": 0 }, "end": end },
                    "context": { "diagnostics": [] },
                }),
            );
            let actions = actions.expect("it is answered");
            let actions = actions.as_array().expect("a list");
            for said in report["items"].as_array().expect("a list") {
                found.push(from_editor(name, said, actions));
            }
        }
        assert!(!expected.is_empty(), "{} says nothing", code.number());
        compared += expected.len();
        expected.sort();
        found.sort();
        if expected != found {
            different.push(format!(
                "{}:\non the command line\n{}\nin the editor\n{}",
                code.number(),
                expected.concat(),
                found.concat()
            ));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(compared >= 100, "only {compared} complaints were compared");
}

const UNTIDY: &str =
    "edition 2026\nlet b   =   2 // two\n\n\n\nlet ä = \"🦀\"\napplication shop{}\n";

#[test]
fn formatting_is_what_the_command_does() {
    let mut client = Client::new(&[("a.bean", UNTIDY)]);
    client.open("a.bean", UNTIDY);
    let edits = client.about("textDocument/formatting", "a.bean");
    let formatted = edited(UNTIDY, edits.as_array().expect("a list"));
    let output = Command::new(env!("CARGO_BIN_EXE_beanc"))
        .args(["fmt", "a.bean"])
        .current_dir(client.path(""))
        .output()
        .expect("beanc starts");
    assert!(output.stdout.is_empty());
    let written = std::fs::read_to_string(client.path("a.bean")).expect("it is there");
    assert_ne!(written, UNTIDY);
    assert_eq!(formatted, written);
}

#[test]
fn everything_certain_is_mended_as_the_command_does() {
    let text = "edition 2026\nnetwork main {\n  cidr 10.20.1.5/16;\n  subnets public { size = /24 internet = direct }\n}\n";
    let mut client = Client::new(&[("a.bean", text)]);
    client.open("a.bean", text);
    let actions = client.request(
        "textDocument/codeAction",
        json!({
            "textDocument": { "uri": client.uri("a.bean") },
            "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } },
            "context": { "diagnostics": [], "only": ["source"] },
        }),
    );
    let actions = actions.expect("it is answered");
    assert_eq!(actions[0]["kind"], "source.fixAll", "{actions:#}");
    let edits = &actions[0]["edit"]["changes"][client.uri("a.bean")];
    let mended = edited(text, edits.as_array().expect("a list"));
    let output = Command::new(env!("CARGO_BIN_EXE_beanc"))
        .args(["check", "--fix", "a.bean"])
        .current_dir(client.path(""))
        .output()
        .expect("beanc starts");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let written = std::fs::read_to_string(client.path("a.bean")).expect("it is there");
    assert_ne!(written, text);
    assert_eq!(mended, written);
}
