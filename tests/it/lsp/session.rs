//! Sessions: what is open, what is typed, and what goes wrong.

use serde_json::{Value, json};

use super::client::{Client, codes, edited, place};

const SHARED: &str = "\
edition 2026

param size: string = \"t4g.small\"

application shop {}

template base: web {
  application = application.shop
  platform = \"nodejs-22\"
  instances {
    type = param.size
  }
}
";

const ENVIRONMENTS: &str = "\
edition 2026

import { base } from \"./shared.bean\"

environment shop-prod: web extends base {
  instances {
    min = 2
    max = 4
  }
}
";

#[test]
fn a_session_ends_when_the_client_says_so_or_goes_away() {
    assert_eq!(Client::new(&[]).shut_down().code(), Some(0));
    assert_eq!(Client::new(&[]).hang_up().code(), Some(1));
    let mut rude = Client::new(&[]);
    rude.notify("exit", Value::Null);
    assert_eq!(rude.ended().code(), Some(1));
}

#[test]
fn nothing_is_answered_before_the_client_introduces_itself_or_behind_its_farewell() {
    let mut client = Client::silent(&[]);
    let refused = client.request("textDocument/hover", json!({}));
    assert_eq!(refused.expect_err("it is too early")["code"], -32002);
    client
        .request(
            "initialize",
            json!({ "processId": null, "rootUri": null, "capabilities": {} }),
        )
        .expect("it starts");
    let unknown = client.request("textDocument/moniker", json!({}));
    assert_eq!(unknown.expect_err("we have none")["code"], -32601);
    let wrong = client.request("textDocument/formatting", json!({ "textDocument": 7 }));
    assert_eq!(wrong.expect_err("7 is no document")["code"], -32602);
    client
        .request("shutdown", Value::Null)
        .expect("it is heard");
    let refused = client.request("textDocument/formatting", json!({}));
    assert_eq!(refused.expect_err("it is too late")["code"], -32600);
}

#[test]
fn what_is_typed_is_checked() {
    let mut client = Client::new(&[]);
    client.open("a.bean", "edition 2026\napplication shop {}\n");
    assert!(client.diagnostics("a.bean", 1).is_empty());
    client.edit("a.bean", 2, [1, 18, 1, 18], "\n  versons { keep = 3 }\n");
    let said = client.diagnostics("a.bean", 2);
    assert_eq!(codes(&said), ["E0110"]);
    assert_eq!(place(&said[0]["range"]), "2:2-2:9");
    client.edit("a.bean", 3, [2, 6, 2, 6], "i");
    assert!(client.diagnostics("a.bean", 3).is_empty());
    assert_eq!(client.shut_down().code(), Some(0));
}

/// One crab is two units of UTF-16 and four bytes.
#[test]
fn columns_count_as_the_client_counts() {
    let text = "edition 2026\nlet ok = \"äö 🦀\", lt ö = 1 # 🦀\n";
    for (encodings, start) in [(json!(["utf-16"]), 16), (json!(["utf-8", "utf-16"]), 20)] {
        let capabilities = json!({ "general": { "positionEncodings": encodings } });
        let mut client = Client::with(&[], capabilities, json!({}));
        client.open("a.bean", text);
        let said = client.diagnostics("a.bean", 1);
        let first = said.iter().find(|it| it["range"]["start"]["line"] == 1);
        let first = first.unwrap_or_else(|| panic!("{said:#?}"));
        assert_eq!(first["range"]["start"]["character"], start, "{said:#?}");
    }
    // What is behind the crab is replaced, and nothing else.
    let mut client = Client::new(&[]);
    client.open(
        "a.bean",
        "edition 2026\nlet a = \"🦀ü\"; # ü🦀\napplication b {}\n",
    );
    assert_eq!(codes(&client.diagnostics("a.bean", 1)), ["E0007"]);
    client.edit("a.bean", 2, [1, 13, 1, 14], "");
    let said = client.diagnostics("a.bean", 2);
    assert!(said.is_empty(), "{said:#?}");
}

#[test]
fn unsaved_imports_are_seen_by_those_who_import() {
    let files = [("shared.bean", SHARED), ("envs.bean", ENVIRONMENTS)];
    let mut client = Client::new(&files);
    client.open("envs.bean", ENVIRONMENTS);
    assert!(client.diagnostics("envs.bean", 1).is_empty());
    client.open("shared.bean", SHARED);
    assert!(client.diagnostics("shared.bean", 1).is_empty());
    // The template gets another name, in the editor only.
    client.edit("shared.bean", 2, [6, 9, 6, 13], "basis");
    assert_eq!(client.next_codes("envs.bean"), ["E0104"]);
    assert!(client.diagnostics("shared.bean", 2).is_empty());
    // Closed without saving: the disk counts again.
    client.close("shared.bean");
    assert!(client.next_codes("envs.bean").is_empty());
}

/// The importer is not open: it is found in the workspace.
#[test]
fn importers_that_are_not_open_are_checked_too() {
    let files = [
        ("shared.bean", SHARED),
        (
            "deep/er/envs.bean",
            &ENVIRONMENTS.replace("./shared", "../../shared"),
        ),
        ("bean.lock", ""),
    ];
    let mut client = Client::new(&files);
    client.open(
        "shared.bean",
        &SHARED.replace("template base", "template basis"),
    );
    // Nothing is wrong with the shared file alone.
    assert!(client.diagnostics("shared.bean", 1).is_empty());
    assert_eq!(client.next_codes("deep/er/envs.bean"), ["E0104"]);
    client.replace("shared.bean", 2, SHARED);
    assert!(client.next_codes("deep/er/envs.bean").is_empty());
}

/// Nobody has told of it yet, and who saves something else does not want to hear
/// of it.
#[test]
fn an_importer_that_is_gone_is_not_complained_about() {
    let watching =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let files = [("shared.bean", SHARED), ("envs.bean", ENVIRONMENTS)];
    let mut client = Client::with(&files, watching, json!({}));
    client.open(
        "shared.bean",
        &SHARED.replace("template base", "template basis"),
    );
    assert_eq!(client.next_codes("envs.bean"), ["E0104"]);
    client.settled();
    client.remove("envs.bean");
    let uri = client.uri("shared.bean");
    client.notify(
        "textDocument/didSave",
        json!({ "textDocument": { "uri": uri } }),
    );
    assert!(client.next_codes("envs.bean").is_empty());
    assert!(client.settled().is_empty());
}

/// A mistake in a shared file is one mistake, however many programs have it.
#[test]
fn what_several_programs_share_is_said_once() {
    let files = [
        ("shared.bean", SHARED),
        ("one.bean", ENVIRONMENTS),
        ("two.bean", &ENVIRONMENTS.replace("shop-prod", "shop-test")),
    ];
    let mut client = Client::new(&files);
    client.open("one.bean", ENVIRONMENTS);
    client.open("two.bean", &ENVIRONMENTS.replace("shop-prod", "shop-test"));
    client.open("shared.bean", &SHARED.replace("instances {", "instnces {"));
    assert_eq!(codes(&client.diagnostics("shared.bean", 1)), ["E0110"]);
}

/// A name that only importers use is not unused; one that nobody uses is.
#[test]
fn what_importers_use_is_not_unused() {
    let shared = "\
edition 2026

param used: string = \"t4g.small\"
param waste: int = 2

application shop {}

environment shop-own: web {
  platform = \"nodejs-22\"
}
";
    let importer = "\
edition 2026

import { shop, used } from \"./shared.bean\"

environment shop-other: web {
  platform = \"nodejs-22\"
  instances {
    type = param.used
  }
}
";
    let mut client = Client::new(&[("shared.bean", shared), ("importer.bean", importer)]);
    client.open("importer.bean", importer);
    client.open("shared.bean", shared);
    let said = client.diagnostics("shared.bean", 1);
    let unused: Vec<&Value> = said.iter().filter(|it| it["code"] == "W4001").collect();
    let [only] = unused.as_slice() else {
        panic!("{said:#?}");
    };
    assert_eq!(place(&only["range"])[..3], *"3:6");
    assert_eq!(only["tags"], json!([1]), "editors grey it out");
}

#[test]
fn a_panic_ends_its_request_and_nothing_else() {
    let mut client = Client::new(&[]);
    client.open("a.bean", "edition 2026\nlet a = ;\n");
    let error = client.request("beanc/test/panic", json!({}));
    let error = error.expect_err("it panics");
    assert_eq!(error["code"], -32603);
    assert_eq!(
        error["message"],
        "`beanc/test/panic` panicked: a request asked for this"
    );
    let logged = client.notification("window/logMessage", |it| it["type"] == 1);
    assert_eq!(logged["message"], error["message"]);
    for _ in 0..5 {
        client
            .request("beanc/test/panic", json!({}))
            .expect_err("it panics");
    }
    client.edit("a.bean", 2, [1, 0, 1, 9], "");
    assert!(client.diagnostics("a.bean", 2).is_empty());
    assert_eq!(client.shut_down().code(), Some(0));
}

#[test]
fn a_cancelled_request_is_answered_at_once() {
    let mut client = Client::new(&[]);
    // One more than are worked on at a time: the last one has not begun.
    let asked: Vec<i64> = (0..4)
        .map(|_| client.ask("beanc/test/sleep", json!({ "milliseconds": 2_000 })))
        .collect();
    for id in &asked {
        client.notify("$/cancelRequest", json!({ "id": id }));
    }
    for id in asked {
        let error = client.answer(id).expect_err("it was cancelled");
        assert_eq!(error["code"], -32800);
    }
    client.notify("$/cancelRequest", json!({ "id": "never asked" }));
    // Late answers of what was cancelled are nobody's.
    client
        .request("beanc/test/sleep", json!({ "milliseconds": 2_500 }))
        .expect("it wakes up");
    let answers = client
        .settled()
        .into_iter()
        .filter(|it| it.get("id").is_some());
    assert_eq!(answers.count(), 0);
}

#[test]
fn a_slow_request_keeps_nobody_waiting() {
    let mut client = Client::new(&[]);
    let slow = client.ask("beanc/test/sleep", json!({ "milliseconds": 600_000 }));
    client.open("a.bean", "edition 2026\nlet a = 1\n");
    client.diagnostics("a.bean", 1);
    client.about("textDocument/formatting", "a.bean");
    client.notify("$/cancelRequest", json!({ "id": slow }));
    client.answer(slow).expect_err("it was cancelled");
    // It still sleeps, and that keeps nobody either.
    assert_eq!(client.shut_down().code(), Some(0));
}

#[test]
fn what_is_no_message_ends_nothing() {
    let mut client = Client::new(&[]);
    client.raw(b"Content-Length: 9\r\n\r\n{\"a\": [}]");
    let logged = client.notification("window/logMessage", |_| true);
    assert!(
        logged["message"]
            .as_str()
            .expect("a text")
            .starts_with("a message is not JSON")
    );
    client.raw(b"Content-Length: 10\r\n\r\n{\"id\": 99}");
    let refused = client.answer(99).expect_err("it asks for nothing");
    assert_eq!(refused["code"], -32600);
    client.raw(b"GET / HTTP/1.1\r\n\r\n");
    client.notify("textDocument/didChange", json!({ "no": "document" }));
    client.notify(
        "textDocument/didChange",
        json!({
            "textDocument": { "uri": "file:///never/opened.bean", "version": 2 },
            "contentChanges": [{ "text": "" }],
        }),
    );
    client.notify("$/whatever", json!([]));
    client.open("a.bean", "edition 2026\napplication a {}\n");
    assert!(client.diagnostics("a.bean", 1).is_empty());
    assert_eq!(client.shut_down().code(), Some(0));
}

/// Plain-text accounting has the same extension.
#[test]
fn a_ledger_is_not_complained_about_line_by_line() {
    let ledger = "option \"title\" \"Books\"\n\n2024-01-01 open Assets:Cash EUR\n2024-01-02 * \"Coffee\"\n  Assets:Cash  -3 EUR\n  Expenses:Food\n";
    let mut client = Client::new(&[]);
    client.open("a.bean", ledger);
    assert_eq!(codes(&client.diagnostics("a.bean", 1)), ["E0003"]);
    let edits = client.about("textDocument/formatting", "a.bean");
    assert_eq!(edits, json!([]));
    // The client knows what it is: nothing is said.
    client.open_as("b.bean", ledger, "beancount");
    assert!(client.diagnostics("b.bean", 1).is_empty());
}

#[test]
fn changes_outside_of_the_editor_are_seen() {
    let watching =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let files = [("shared.bean", SHARED), ("envs.bean", ENVIRONMENTS)];
    let mut client = Client::with(&files, watching, json!({}));
    client.open("envs.bean", ENVIRONMENTS);
    assert!(client.diagnostics("envs.bean", 1).is_empty());
    client.write(
        "shared.bean",
        &SHARED.replace("template base", "template basis"),
    );
    let uri = client.uri("shared.bean");
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri, "type": 2 }] }),
    );
    assert_eq!(client.next_codes("envs.bean"), ["E0104"]);
    // Whoever watches nothing saves at times.
    client.write("shared.bean", SHARED);
    let uri = client.uri("envs.bean");
    client.notify(
        "textDocument/didSave",
        json!({ "textDocument": { "uri": uri } }),
    );
    assert_eq!(client.next_codes("envs.bean"), [""; 0]);
}

#[test]
fn changed_settings_of_the_project_change_what_is_shown() {
    let watching =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let text = "\
edition 2026

param spare: int = 1

application shop {}

environment shop-dev: web {
  platform = \"nodejs-22\"
}
";
    let mut client = Client::with(&[("a.bean", text)], watching, json!({}));
    let asked = client.notification("client/registerCapability", |_| true);
    let watchers = asked["registrations"][0]["registerOptions"]["watchers"].as_array();
    let mut watched = watchers.expect("a list").iter();
    assert!(watched.any(|it| it["globPattern"] == "**/bean.toml"));
    client.open("a.bean", text);
    let shown = |said: &[Value]| -> Vec<i64> {
        let unused = said.iter().filter(|it| it["code"] == "W4001");
        let severities = unused.map(|it| it["severity"].as_i64());
        severities.map(|it| it.expect("a number")).collect()
    };
    assert_eq!(shown(&client.diagnostics("a.bean", 1)), [2]);
    let uri = client.uri("bean.toml");
    // It is made, changed twice and deleted.
    for (level, kind, expected) in [
        (Some("deny"), 1, vec![1]),
        (Some("allow"), 2, vec![]),
        (Some("warn"), 2, vec![2]),
        (Some("deny"), 2, vec![1]),
        (None, 3, vec![2]),
    ] {
        match level {
            Some(level) => client.write("bean.toml", &format!("[lints]\nunused = \"{level}\"\n")),
            None => client.remove("bean.toml"),
        }
        client.notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": [{ "uri": uri, "type": kind }] }),
        );
        assert_eq!(
            shown(&client.diagnostics("a.bean", 1)),
            expected,
            "{level:?}"
        );
    }
}

/// The section is ours alone: what is said of others, or of nothing, leaves the
/// params of the beginning.
#[test]
fn changed_settings_are_those_of_our_section() {
    let text = "\
edition 2026

param level: string = \"low\"

assert param.level == \"high\" else \"too low\"
";
    let settings = json!({ "params": { "level": "high" } });
    let mut client = Client::with(&[], json!({}), settings.clone());
    client.open("a.bean", text);
    assert!(client.diagnostics("a.bean", 1).is_empty());
    for (version, changed, expected) in [
        (2, Value::Null, [""; 0].as_slice()),
        (3, json!({ "yaml": { "params": {} } }), &[]),
        (4, json!({ "beanc": {} }), &["E0901"]),
        (5, json!({ "beanc": settings }), &[]),
    ] {
        client.notify(
            "workspace/didChangeConfiguration",
            json!({ "settings": changed }),
        );
        client.replace("a.bean", version, text);
        let said = client.diagnostics("a.bean", version);
        assert_eq!(codes(&said), expected, "{changed}");
    }
}

#[test]
fn a_client_that_asks_is_not_told_unasked() {
    let capabilities = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let files = [("shared.bean", SHARED), ("envs.bean", ENVIRONMENTS)];
    let mut client = Client::with(&files, capabilities, json!({}));
    client.open("envs.bean", ENVIRONMENTS);
    client.open("shared.bean", SHARED);
    let report = client.about("textDocument/diagnostic", "envs.bean");
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"], json!([]));
    let asked_again = json!({
        "textDocument": { "uri": client.uri("envs.bean") },
        "previousResultId": report["resultId"],
    });
    let again = client.request("textDocument/diagnostic", asked_again.clone());
    assert_eq!(again.expect("it is answered")["kind"], "unchanged");
    client.settled();
    // Nobody would ask after this file: nothing was typed there.
    client.edit("shared.bean", 2, [6, 9, 6, 13], "basis");
    client.notification("workspace/diagnostic/refresh", |_| true);
    let again = client.request("textDocument/diagnostic", asked_again);
    let again = again.expect("it is answered");
    assert_eq!(codes(again["items"].as_array().expect("a list")), ["E0104"]);
    let told = client.settled();
    let told = told
        .iter()
        .filter(|it| it["method"] == "textDocument/publishDiagnostics");
    assert_eq!(told.count(), 0);
}

#[test]
fn a_range_is_formatted_alone() {
    let text = "edition 2026\nlet a   = 1\nlet b   = 2\nlet c   = 3\n";
    let mut client = Client::new(&[]);
    client.open("a.bean", text);
    let uri = client.uri("a.bean");
    let edits = client.request(
        "textDocument/rangeFormatting",
        json!({
            "textDocument": { "uri": uri },
            "range": { "start": { "line": 2, "character": 0 }, "end": { "line": 2, "character": 3 } },
            "options": { "tabSize": 8, "insertSpaces": false },
        }),
    );
    let edits = edits.expect("it is answered");
    let formatted = edited(text, edits.as_array().expect("a list"));
    assert_eq!(formatted, text.replace("let b   =", "let b ="));
}

/// A text that was never saved is a program, too.
#[test]
fn an_unsaved_text_is_checked() {
    let mut client = Client::new(&[]);
    client.notify(
        "textDocument/didOpen",
        json!({ "textDocument": { "uri": "untitled:Untitled-1", "languageId": "bean", "version": 1, "text": "edition 2026\nlt a = 1\n" } }),
    );
    let said = client.notification("textDocument/publishDiagnostics", |it| {
        it["uri"] == "untitled:Untitled-1"
    });
    assert_eq!(said["diagnostics"].as_array().expect("a list").len(), 1);
}

/// Fixes say which version of a file they are about where the client wants that.
#[test]
fn edits_are_about_a_version() {
    let capabilities = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
    let mut client = Client::with(&[], capabilities, json!({}));
    client.open(
        "a.bean",
        "edition 2026\napplication a {\n  versons { keep = 3 }\n}\n",
    );
    client.diagnostics("a.bean", 1);
    let uri = client.uri("a.bean");
    let actions = client.request(
        "textDocument/codeAction",
        json!({
            "textDocument": { "uri": uri },
            "range": { "start": { "line": 2, "character": 4 }, "end": { "line": 2, "character": 4 } },
            "context": { "diagnostics": [], "only": ["quickfix"] },
        }),
    );
    let actions = actions.expect("it is answered");
    let change = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri, "version": 1 }));
    assert_eq!(change["edits"][0]["newText"], "versions");
}
