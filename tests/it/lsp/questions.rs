//! Questions an editor asks: each once, through the protocol. What the answers
//! are is tested where they are made (`tests/it/ide.rs`); here it is that they
//! arrive, with the right places.

#![expect(clippy::disallowed_methods, reason = "tests read what was written")]

use serde_json::{Value, json};

use super::client::{Client, edited, name_of, place};

/// Names of more than one byte and one unit in front of everything asked about.
const SHARED: &str = "\
edition 2026

## How large 🦀 ü.
param size: string = \"t4g.small\"

application shop {}

template base: web {
  application = application.shop
  platform = \"nodejs-22\"
  env { OWNER = \"🦀\" }
  instances { type = param.size }
}
";

const ENVIRONMENTS: &str = "\
edition 2026

import { base } from \"./shared.bean\"
import { small_web } from \"std/presets\"

environment shop-prod: web extends base {
  env { NAME = \"ü🦀\", Y = \"z\" }
  instances {
    min = 2
    max = 4
  }
}
";

fn client() -> Client {
    let capabilities = json!({
        "textDocument": {
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "definition": { "linkSupport": true },
        },
    });
    let files = [("shared.bean", SHARED), ("envs.bean", ENVIRONMENTS)];
    let mut client = Client::with(&files, capabilities, json!({}));
    client.open("shared.bean", SHARED);
    client.open("envs.bean", ENVIRONMENTS);
    client
}

/// The line and the UTF-16 column of a piece of a text.
fn at(text: &str, piece: &str) -> (usize, usize) {
    let offset = text.find(piece).expect("it is there");
    let line = text[..offset].matches('\n').count();
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    (line, text[start..offset].encode_utf16().count())
}

fn position(name: &str, client: &Client, text: &str, piece: &str) -> Value {
    let (line, character) = at(text, piece);
    json!({
        "textDocument": { "uri": client.uri(name) },
        "position": { "line": line, "character": character },
    })
}

#[test]
fn hover_says_what_a_word_is() {
    let mut client = client();
    let params = position("envs.bean", &client, ENVIRONMENTS, "max = 4");
    let hover = client
        .request("textDocument/hover", params)
        .expect("it is answered");
    // A client that says nothing of Markdown does not get any.
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.contains("max"), "{text}");
    assert!(!text.contains("```"), "{text}");
    assert_eq!(place(&hover["range"]), "9:4-9:7");
    let nowhere = json!({
        "textDocument": { "uri": client.uri("envs.bean") },
        "position": { "line": 1, "character": 0 },
    });
    let hover = client.request("textDocument/hover", nowhere);
    assert_eq!(hover.expect("it is answered"), Value::Null);
}

#[test]
fn markdown_is_for_those_who_show_it() {
    let text = json!({
        "hover": { "contentFormat": ["plaintext", "markdown"] },
        "completion": { "completionItem": { "documentationFormat": ["markdown"] } },
    });
    let capabilities = json!({ "textDocument": text });
    let mut client = Client::with(&[], capabilities, json!({}));
    client.open("shared.bean", SHARED);
    let params = position("shared.bean", &client, SHARED, "platform =");
    let hover = client
        .request("textDocument/hover", params.clone())
        .expect("it is answered");
    assert_eq!(hover["contents"]["kind"], "markdown");
    let shown = hover["contents"]["value"].as_str().expect("a text");
    assert!(shown.contains("```"), "{shown}");
    let proposals = client
        .request("textDocument/completion", params)
        .expect("it is answered");
    let proposals = proposals.as_array().expect("a list");
    let documented = proposals.iter().map(|it| &it["documentation"]["kind"]);
    let mut documented = documented.filter(|it| !it.is_null()).peekable();
    assert!(documented.peek().is_some());
    assert!(documented.all(|it| it == "markdown"));
}

#[test]
fn a_definition_may_be_in_another_file_or_in_the_library() {
    let mut client = client();
    let params = position("envs.bean", &client, ENVIRONMENTS, "base {");
    let links = client
        .request("textDocument/definition", params)
        .expect("it is answered");
    let link = &links[0];
    assert_eq!(
        name_of(link["targetUri"].as_str().expect("a text")),
        "shared.bean"
    );
    assert_eq!(place(&link["targetSelectionRange"]), "7:9-7:13");
    assert_eq!(place(&link["targetRange"])[..4], *"7:0-");
    assert_eq!(place(&link["originSelectionRange"]), "5:35-5:39");
    // A file of the library can be opened like any other.
    let params = position("envs.bean", &client, ENVIRONMENTS, "small_web");
    let links = client
        .request("textDocument/definition", params)
        .expect("it is answered");
    let uri = links[0]["targetUri"].as_str().expect("a text");
    assert_eq!(name_of(uri), "presets.bean");
    let text = std::fs::read_to_string(uri.trim_start_matches("file://")).expect("it is there");
    let (line, _) = at(&text, "template small_web");
    assert_eq!(links[0]["targetRange"]["start"]["line"], line);
}

#[test]
fn references_and_names_go_across_files() {
    let mut client = client();
    let found = references(&mut client, "shared.bean", SHARED, "base: web");
    assert_eq!(
        found,
        [
            "envs.bean 2:9-2:13",
            "envs.bean 5:35-5:39",
            "shared.bean 7:9-7:13"
        ]
    );
    let params = position("shared.bean", &client, SHARED, "base: web");
    let prepared = client.request("textDocument/prepareRename", params.clone());
    let prepared = prepared.expect("it has a name");
    assert_eq!(prepared["placeholder"], "base");
    let mut params = params;
    params["newName"] = json!("basis");
    let edit = client
        .request("textDocument/rename", params.clone())
        .expect("it is answered");
    for (name, text) in [("shared.bean", SHARED), ("envs.bean", ENVIRONMENTS)] {
        let edits = &edit["changes"][client.uri(name)];
        let renamed = edited(text, edits.as_array().expect("a list"));
        assert_eq!(renamed, text.replace("base", "basis"));
    }
    params["newName"] = json!("no name");
    let refused = client
        .request("textDocument/rename", params)
        .expect_err("two words");
    assert_eq!(refused["code"], -32803, "{refused}");
    let params = position("shared.bean", &client, SHARED, "param.size");
    let highlights = client.request("textDocument/documentHighlight", params);
    assert!(highlights.expect("it is answered").is_array());
}

/// The places of a name, as `file line:column-line:column`.
fn references(client: &mut Client, name: &str, text: &str, piece: &str) -> Vec<String> {
    let mut params = position(name, client, text, piece);
    params["context"] = json!({ "includeDeclaration": true });
    let found = client
        .request("textDocument/references", params)
        .expect("it is answered");
    let found = found.as_array().expect("a list").iter();
    let found = found.map(|it| {
        let name = name_of(it["uri"].as_str().expect("a text"));
        format!("{name} {}", place(&it["range"]))
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    found
}

/// What a new name means for what is deployed is said, once, and only then.
#[test]
fn a_new_name_comes_with_what_it_means() {
    let mut client = client();
    for (piece, new, expected) in [
        (
            "shop {}",
            "store",
            Some("resources are named after the application"),
        ),
        ("base: web", "basis", None),
    ] {
        let mut params = position("shared.bean", &client, SHARED, piece);
        params["newName"] = json!(new);
        client
            .request("textDocument/rename", params)
            .expect("it is answered");
        let said = client.settled();
        let mut said = said
            .iter()
            .filter(|it| it["method"] == "window/showMessage");
        let message = said.next().map(|it| it["params"]["message"].to_string());
        assert_eq!(message.is_some(), expected.is_some(), "{message:?}");
        assert!(message.is_none_or(|it| expected.is_some_and(|text| it.contains(text))));
        assert!(said.next().is_none());
    }
}

/// A file that is opened alone belongs to the project around it.
#[test]
fn names_go_across_the_project_without_a_workspace() {
    let importer = ENVIRONMENTS.replace("./shared", "../lib/shared");
    let files = [
        ("lib/shared.bean", SHARED),
        ("deep/envs.bean", &importer),
        ("bean.toml", ""),
        // Neither of these is a program of the project.
        (".hidden/envs.bean", &importer),
        ("target/envs.bean", &importer),
    ];
    let mut client = Client::in_folders(&files, &[]);
    client.open("lib/shared.bean", SHARED);
    let expected = [
        "envs.bean 2:9-2:13",
        "envs.bean 5:35-5:39",
        "shared.bean 7:9-7:13",
    ];
    let found = references(&mut client, "lib/shared.bean", SHARED, "base: web");
    assert_eq!(found, expected);
    let mut params = position("lib/shared.bean", &client, SHARED, "base: web");
    params["newName"] = json!("basis");
    let edit = client.request("textDocument/rename", params);
    let edit = edit.expect("it is answered");
    let edits = &edit["changes"][client.uri("deep/envs.bean")];
    let renamed = edited(&importer, edits.as_array().expect("a list"));
    assert_eq!(renamed, importer.replace("base", "basis"));
    // Without a project, its folder is all.
    let files = [
        ("shared.bean", SHARED),
        ("envs.bean", ENVIRONMENTS),
        ("deep/envs.bean", &importer),
    ];
    let mut client = Client::in_folders(&files, &[]);
    client.open("shared.bean", SHARED);
    let found = references(&mut client, "shared.bean", SHARED, "base: web");
    assert_eq!(found, expected);
}

/// What comes and goes beside the open files, with a client that watches nothing
/// and with one that tells of a folder when its files go.
#[test]
fn importers_come_and_go() {
    let own = "shared.bean 7:9-7:13".to_owned();
    let all = ["envs.bean 2:9-2:13", "envs.bean 5:35-5:39", &own].map(str::to_owned);
    let importer = ENVIRONMENTS.replace("./shared", "../shared");
    let mut client = Client::new(&[("shared.bean", SHARED), ("bean.lock", "")]);
    client.open("shared.bean", SHARED);
    let found = |client: &mut Client| references(client, "shared.bean", SHARED, "base: web");
    assert_eq!(found(&mut client), [own.as_str()]);
    let uri = client.uri("shared.bean");
    let save = json!({ "textDocument": { "uri": uri } });
    client.make_folder("sub");
    client.write("sub/envs.bean", &importer);
    client.notify("textDocument/didSave", save.clone());
    assert_eq!(found(&mut client), all);
    client.remove("sub/envs.bean");
    client.notify("textDocument/didSave", save);
    assert_eq!(found(&mut client), [own.as_str()]);
    let tell = |client: &mut Client, name: &str, kind: u32| {
        let uri = client.uri(name);
        let changes = json!([{ "uri": uri, "type": kind }]);
        client.notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": changes }),
        );
    };
    client.write("sub/envs.bean", &importer);
    tell(&mut client, "sub/envs.bean", 1);
    assert_eq!(found(&mut client), all);
    client.remove("sub/envs.bean");
    tell(&mut client, "sub", 3);
    assert_eq!(found(&mut client), [own.as_str()]);
    // A second folder, which is closed again.
    let mut client = Client::in_folders(
        &[
            ("a/shared.bean", SHARED),
            ("b/envs.bean", &importer.replace("../", "../a/")),
            ("bean.toml", ""),
        ],
        &["a"],
    );
    client.open("a/shared.bean", SHARED);
    let found = |client: &mut Client| references(client, "a/shared.bean", SHARED, "base: web");
    assert_eq!(found(&mut client), [own.as_str()]);
    let uri = client.uri("b");
    let second = json!([{ "uri": uri, "name": "b" }]);
    for (added, removed, expected) in [
        (&second, &json!([]), &all[..]),
        (&json!([]), &second, &[own.clone()][..]),
    ] {
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": { "added": added, "removed": removed } }),
        );
        assert_eq!(found(&mut client), expected);
    }
}

#[test]
fn the_outline_nests() {
    let mut client = client();
    let symbols = client.about("textDocument/documentSymbol", "envs.bean");
    let environment = symbols
        .as_array()
        .expect("a list")
        .last()
        .expect("an environment");
    assert_eq!(environment["name"], "shop-prod");
    assert_eq!(place(&environment["selectionRange"]), "5:12-5:21");
    assert!(environment["children"].as_array().expect("a list").len() >= 2);
    let found = client.request("workspace/symbol", json!({ "query": "shop" }));
    let found = found.expect("it is answered");
    let names: Vec<&str> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["name"].as_str().expect("a name"))
        .collect();
    assert!(
        names.contains(&"shop") && names.contains(&"shop-prod"),
        "{names:?}"
    );
    // Both files are programs, and each thing is found once.
    assert_eq!(names.iter().filter(|name| **name == "shop").count(), 1);
    // A client that knows no nesting gets a list.
    let mut flat = Client::new(&[]);
    flat.open("envs.bean", SHARED);
    let symbols = flat.about("textDocument/documentSymbol", "envs.bean");
    let symbols = symbols.as_array().expect("a list");
    assert!(
        symbols.iter().any(|it| it["containerName"] == "base"),
        "{symbols:#?}"
    );
}

/// What is found by a query, as `name file line:column-line:column`.
fn found(client: &mut Client, query: &str) -> Vec<String> {
    let found = client.request("workspace/symbol", json!({ "query": query }));
    let found = found.expect("it is answered");
    let line = |it: &Value| {
        let location = &it["location"];
        let file = name_of(location["uri"].as_str().expect("a text"));
        let name = it["name"].as_str().expect("a text");
        format!("{name} {file} {}", place(&location["range"]))
    };
    found.as_array().expect("a list").iter().map(line).collect()
}

/// Names are those of every file, whether somebody has opened one or not.
#[test]
fn the_whole_workspace_is_searched_for_names() {
    let other = "edition 2026\n\n# 🦀\nenvironment shop-other: web {\n}\n";
    let large = format!(
        "edition 2026\nlet large_shop = 1\n{}",
        "#\n".repeat(1 << 19)
    );
    let files = [
        ("envs.bean", ENVIRONMENTS),
        ("shared.bean", SHARED),
        ("deep/er/other.bean", other),
        (
            "deep/half.bean",
            "edition 2026\nlet half_shop = \n}\nparam {",
        ),
        ("ledger.bean", "2024-01-01 open Assets:Shop\n"),
        ("large.bean", &large),
        ("target/built.bean", other),
        (".hidden/other.bean", other),
    ];
    let mut client = Client::new(&files);
    let all = [
        "shop-other other.bean 3:12-3:22",
        "shop-prod envs.bean 5:12-5:21",
        "shop shared.bean 5:12-5:16",
        "half_shop half.bean 1:4-1:13",
    ];
    assert_eq!(found(&mut client, "shop"), all);
    assert_eq!(found(&mut client, "OTHER"), all[..1]);
    assert_eq!(found(&mut client, "shopx"), [""; 0]);
    // What is typed wins over what was saved.
    client.open("shared.bean", &SHARED.replace("shop", "shopx"));
    assert_eq!(found(&mut client, "shopx"), ["shopx shared.bean 5:12-5:17"]);
    client.close("shared.bean");
    assert_eq!(found(&mut client, "shopx"), [""; 0]);
    // A change that nobody tells of is seen, and a file that is gone.
    client.write(
        "deep/er/other.bean",
        &format!("\n{}", other.replace("shop-other", "b")),
    );
    assert_eq!(
        found(&mut client, "b"),
        ["b other.bean 4:12-4:13", "base shared.bean 7:9-7:13"]
    );
    client.remove("deep/er/other.bean");
    assert_eq!(found(&mut client, "b"), ["base shared.bean 7:9-7:13"]);
    // Nobody reads as many.
    let many = |from: usize| -> String {
        let lets = (from..from + 700).map(|it| format!("let n{it} = 1\n"));
        format!("edition 2026\n{}", lets.collect::<String>())
    };
    let mut client = Client::new(&[("a.bean", &*many(0)), ("b.bean", &*many(700))]);
    assert_eq!(found(&mut client, "").len(), 1_000);
    assert_eq!(found(&mut client, "n1399"), ["n1399 b.bean 700:4-700:9"]);
}

/// Colours come as differences: added up they are the places.
#[test]
fn colours_are_where_the_words_are() {
    let mut client = client();
    let tokens = client.about("textDocument/semanticTokens/full", "envs.bean");
    let numbers: Vec<u64> = tokens["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it.as_u64().expect("a number"))
        .collect();
    let lines: Vec<Vec<u16>> = ENVIRONMENTS
        .lines()
        .map(|it| it.encode_utf16().collect())
        .collect();
    let (mut line, mut column) = (0, 0);
    let mut words = Vec::new();
    for token in numbers.chunks(5) {
        let [delta_line, delta_start, length, ..] =
            token.iter().map(|it| *it as usize).collect::<Vec<_>>()[..]
        else {
            panic!("five numbers each");
        };
        column = if delta_line == 0 { column } else { 0 } + delta_start;
        line += delta_line;
        words.push(String::from_utf16(&lines[line][column..column + length]).expect("text"));
    }
    for word in [
        "edition",
        "import",
        "shop-prod",
        "extends",
        "base",
        "\"ü🦀\"",
        "\"z\"",
        "Y",
        "max",
        "4",
    ] {
        assert!(
            words.iter().any(|it| it == word),
            "{word} is not among {words:?}"
        );
    }
    let part = client.request(
        "textDocument/semanticTokens/range",
        json!({
            "textDocument": { "uri": client.uri("envs.bean") },
            "range": { "start": { "line": 9, "character": 0 }, "end": { "line": 9, "character": 11 } },
        }),
    );
    let part = part.expect("it is answered");
    let part = part["data"].as_array().expect("a list");
    assert_eq!(part[..2], [json!(9), json!(4)]);
    assert!(part.len() < numbers.len());
}

#[test]
fn folds_selections_links_and_lenses_arrive() {
    let mut client = client();
    let folds = client.about("textDocument/foldingRange", "envs.bean");
    let folds = folds.as_array().expect("a list");
    assert!(
        folds
            .iter()
            .any(|it| it["startLine"] == 5 && it["endLine"] == 11),
        "{folds:#?}"
    );
    let selections = client.request(
        "textDocument/selectionRange",
        json!({
            "textDocument": { "uri": client.uri("envs.bean") },
            "positions": [{ "line": 9, "character": 5 }, { "line": 0, "character": 0 }],
        }),
    );
    let selections = selections.expect("it is answered");
    assert_eq!(place(&selections[0]["range"]), "9:4-9:7");
    let mut outer = &selections[0];
    while !outer["parent"].is_null() {
        outer = &outer["parent"];
    }
    assert_eq!(place(&outer["range"]), "0:0-12:0");
    assert_eq!(selections.as_array().expect("a list").len(), 2);
    let links = client.about("textDocument/documentLink", "envs.bean");
    let targets: Vec<&str> = links
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| name_of(it["target"].as_str().expect("a text")))
        .collect();
    assert_eq!(targets, ["shared.bean", "presets.bean"]);
    let lenses = client.about("textDocument/codeLens", "envs.bean");
    let lens = &lenses[0];
    assert_eq!(lens["command"]["command"], "beanc.showGraph");
    assert_eq!(lens["command"]["arguments"][1], "environment.shop-prod");
    let title = lens["command"]["title"].as_str().expect("a text");
    assert!(
        title.starts_with("emits ") && title.ends_with(" resources"),
        "{title}"
    );
}

/// What is asked about files that nobody has opened, or that are no programs, is
/// answered with nothing.
#[test]
fn questions_about_unknown_files_have_no_answer() {
    let mut client = client();
    client.open_as("ledger.bean", "2024-01-01 open Assets:Cash\n", "beancount");
    for name in ["nowhere.bean", "ledger.bean"] {
        for method in [
            "textDocument/documentSymbol",
            "textDocument/foldingRange",
            "textDocument/documentLink",
            "textDocument/codeLens",
            "textDocument/semanticTokens/full",
        ] {
            let answer = client.about(method, name);
            let nothing = answer.is_null()
                || answer.as_array().is_some_and(Vec::is_empty)
                || answer["data"] == json!([]);
            assert!(
                nothing || name == "ledger.bean",
                "{method} {name}: {answer}"
            );
        }
    }
}

/// Half-typed lines, a moment after the letter: the list does not wait for a
/// check, and yet it is about the text as it is.
#[test]
fn completion_is_about_what_stands_there_now() {
    let snippets = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    for (capabilities, with_snippets) in [(snippets, true), (json!({}), false)] {
        let mut client = Client::with(&[("shared.bean", SHARED)], capabilities, json!({}));
        client.open("envs.bean", ENVIRONMENTS);
        client.edit("envs.bean", 2, [9, 0, 9, 11], "    m");
        let params = json!({
            "textDocument": { "uri": client.uri("envs.bean") },
            "position": { "line": 9, "character": 5 },
        });
        let list = client
            .request("textDocument/completion", params)
            .expect("it is answered");
        let list = list.as_array().expect("a list");
        let find = |label: &str| list.iter().find(|it| it["label"] == label);
        let max = find("max").unwrap_or_else(|| panic!("{list:#?}"));
        assert_eq!(place(&max["textEdit"]["range"]), "9:4-9:5");
        let documentation = max["documentation"].as_str();
        assert!(documentation.is_some_and(|it| !it.is_empty()));
        let text = max["textEdit"]["newText"].as_str().expect("a text");
        assert!(text.starts_with("max"), "{text}");
        assert!(with_snippets || list.iter().all(|it| it["insertTextFormat"] == 1));
        // What is there already does not come again.
        assert!(find("min").is_none());
        // Behind an umlaut and a crab, and a dangling dot.
        client.edit("envs.bean", 3, [6, 29, 6, 32], "param.");
        client.edit(
            "envs.bean",
            4,
            [4, 0, 4, 0],
            "param grösse: int = 1 # 🦀\nparam size: int = 1\n",
        );
        let params = json!({
            "textDocument": { "uri": client.uri("envs.bean") },
            "position": { "line": 8, "character": 35 },
        });
        client.diagnostics("envs.bean", 4);
        let list = client
            .request("textDocument/completion", params)
            .expect("it is answered");
        let labels: Vec<&str> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|it| it["label"].as_str().expect("a text"))
            .collect();
        assert!(labels.contains(&"size"), "{labels:?}");
    }
}

/// What comes from the server ends its lines as the document does.
#[test]
fn inserted_lines_end_as_the_document_does() {
    let text = "\
application shop {}

environment shop-prod: web {
  platform = \"nodejs-22\"
  env { A = \"🦀\" }

}

environment shop-dev: web {
  platform = \"nodejs-22\"
  instances {
    min = 2
";
    let text = text.replace('\n', "\r\n");
    let snippets = json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
    let mut client = Client::with(&[], snippets, json!({}));
    client.open("a.bean", &text);
    let uri = client.uri("a.bean");
    let check = |new: &str| {
        let alone = new.replace("\r\n", "");
        assert!(!alone.contains(['\r', '\n']), "{new:?}");
    };
    for only in ["quickfix", "source.fixAll"] {
        let actions = client.request(
            "textDocument/codeAction",
            json!({
                "textDocument": { "uri": uri },
                "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 12, "character": 0 } },
                "context": { "diagnostics": [], "only": [only] },
            }),
        );
        let actions = actions.expect("it is answered");
        let actions = actions.as_array().expect("a list");
        assert!(!actions.is_empty(), "{only}");
        for action in actions {
            let edits = action["edit"]["changes"][&uri].as_array();
            check(&edited(&text, edits.expect("a list")));
        }
    }
    let edits = client.about("textDocument/formatting", "a.bean");
    check(&edited(&text, edits.as_array().expect("a list")));
    let mut params = position("a.bean", &client, &text, "shop-prod");
    params["newName"] = json!("shop-live");
    let edit = client.request("textDocument/rename", params);
    let edit = edit.expect("it is answered");
    let renamed = edited(&text, edit["changes"][&uri].as_array().expect("a list"));
    assert!(renamed.contains("renamed_from"), "{renamed}");
    check(&renamed);
    let list = client.request(
        "textDocument/completion",
        json!({ "textDocument": { "uri": uri }, "position": { "line": 5, "character": 0 } }),
    );
    let list = list.expect("it is answered");
    let texts = list.as_array().expect("a list").iter();
    let texts = texts.map(|it| it["textEdit"]["newText"].as_str().expect("a text"));
    let of_lines: Vec<&str> = texts.filter(|it| it.contains('\n')).collect();
    assert!(!of_lines.is_empty());
    of_lines.into_iter().for_each(check);
}

#[test]
fn hints_stand_behind_what_they_are_about() {
    let mut client = client();
    let hints = client.request(
        "textDocument/inlayHint",
        json!({
            "textDocument": { "uri": client.uri("envs.bean") },
            "range": { "start": { "line": 5, "character": 0 }, "end": { "line": 11, "character": 1 } },
        }),
    );
    let hints = hints.expect("it is answered");
    let hints = hints.as_array().expect("a list");
    // The template's values are shown where they are not written.
    assert!(
        hints.iter().any(|it| it["label"]
            .as_str()
            .is_some_and(|it| it.contains("t4g.small"))),
        "{hints:#?}"
    );
    for hint in hints {
        let line = hint["position"]["line"].as_u64().expect("a number");
        assert!((5..=11).contains(&line), "{hint:#}");
    }
}
