//! What a complaint looks like: in a terminal, on one line, and for other
//! programs.

#![expect(
    clippy::disallowed_methods,
    reason = "another program validates what is printed"
)]

use std::fmt::Write;

use beanc::diagnostic::terminal::{self, Style};
use beanc::diagnostic::{
    Applicability, Code, Diagnostic, Diagnostics, Edit, github, json, junit, sarif, short,
};
use beanc::driver::Compilation;
use beanc::source::{FileId, Sources, Span};
use beanc::syntax;
use proptest::prelude::*;

use crate::{pages, tools};

/// Two files that disagree.
fn shop() -> (Sources, Vec<Diagnostic>) {
    let shop = "\
edition 2026

import { shop } from \"./shared.bean\"

environment shop-prod: web {
  application = application.shp
  load_balancer {
    scheme = internet_facing
    idle_timout = 1m
    drain = 30s
  }
}
";
    let shared = "edition 2026\n\n## What we sell.\napplication shop {\n}\n";
    let mut sources = Sources::default();
    let shop = sources.add("shop.bean", shop);
    let shared = sources.add("shared.bean", shared);
    let reference = find(&sources, shop, "shp");
    let unresolved = Diagnostic::new(
        Code::UnknownProperty,
        reference,
        "there is no application named `shp`",
    )
    .label("not declared in this file or its imports")
    .related(find_nth(&sources, shared, "shop", 0), "this one is")
    .note("names are looked up in this file and in what it imports by name")
    .fix("did you mean `application.shop`?", reference, "shop");
    let timeout = find(&sources, shop, "idle_timout");
    let typo = Diagnostic::new(
        Code::UnknownProperty,
        timeout,
        "`load_balancer` has no property `idle_timout`",
    )
    .label("not a property of an application load balancer")
    .fix("did you mean `idle_timeout`?", timeout, "idle_timeout")
    .help("`beanc explain load_balancer` lists them all");
    (sources, vec![unresolved, typo])
}

fn find(sources: &Sources, file: FileId, text: &str) -> Span {
    find_nth(sources, file, text, 0)
}

fn find_nth(sources: &Sources, file: FileId, text: &str, nth: usize) -> Span {
    let (at, _) = sources
        .file(file)
        .text()
        .match_indices(text)
        .nth(nth)
        .expect("the text is in the file");
    Span::new(file, at, at + text.len())
}

fn snapshot(name: &str, content: &str) {
    insta::with_settings!({
        snapshot_path => "../../snapshots/printers",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, content);
    });
}

#[test]
fn labels_in_two_files_stand_in_one_report() {
    let (sources, diagnostics) = shop();
    for (name, width, style) in [
        ("terminal_80", 80, Style::Plain),
        ("terminal_120", 120, Style::Plain),
        ("terminal_80_color", 80, Style::Color),
    ] {
        let text = terminal::render_all(&diagnostics, &sources, width, style);
        snapshot(name, &text.replace('\u{1b}', "␛"));
    }
}

#[test]
fn json_has_everything() {
    let (sources, diagnostics) = shop();
    snapshot("json", &json::render_all(&diagnostics, &sources));
}

#[test]
fn short_is_a_line_each() {
    let (sources, diagnostics) = shop();
    snapshot("short", &short::render_all(&diagnostics, &sources));
}

/// The places that are easy to get wrong: nothing wide, behind the end, over
/// several lines, behind tabs and wide characters, two on one line, far apart.
#[test]
fn difficult_places_are_pointed_at() {
    let text = "\
edition 2026

environment größe: web {
\tplatform = \"日本語-22\" # 🎈
\tenv { A = 1, B = 2 }
  instances {
    min = 1
    max = 2
  }



  health = basic
  tags { }
";
    let mut sources = Sources::default();
    let file = sources.add("tést.bean", text);
    let at = |text: &str| find(&sources, file, text);
    let end = text.len();
    let block = at("instances").to(at("max = 2\n  }"));
    let places = [
        ("nothing wide", Span::new(file, 12, 12), None),
        ("behind the end", Span::new(file, end, end), None),
        ("past the end", Span::new(file, end + 7, end + 9), None),
        ("not ASCII", at("größe"), None),
        ("wide characters behind a tab", at("日本語-22"), None),
        ("inside a character", Span::new(file, 29, 30), None),
        ("two on a line", at("A = 1"), Some(at("B = 2"))),
        ("several lines", block, None),
        ("one around another", block, Some(at("max"))),
        ("far apart", at("größe"), Some(at("basic"))),
        ("the whole file", Span::new(file, 0, end), None),
        ("an end of line", Span::new(file, 12, 13), None),
    ];
    let mut output = String::new();
    for (what, place, related) in places {
        let mut diagnostic =
            Diagnostic::new(Code::UnknownProperty, place, what).label("this is the place");
        if let Some(related) = related {
            diagnostic = diagnostic.related(related, "this has a part in it");
        }
        output.push_str(&terminal::render(&diagnostic, &sources, 80, Style::Plain));
        output.push('\n');
    }
    snapshot("difficult_places", &output);
}

#[test]
fn long_texts_are_wrapped() {
    let mut sources = Sources::default();
    let text =
        "environment a: web {\n    DSN = \"postgres://app:${secret(\"ssm:/shop/db\")}@db\"\n}";
    let file = sources.add("a.bean", text);
    let place = find(&sources, file, "${secret(\"ssm:/shop/db\")}");
    let diagnostic = Diagnostic::new(
        Code::UnknownProperty,
        place,
        "this would write a secret into the template, where everybody who may read the stack reads it",
    )
    .label("secrets are read by the instance at boot, so their text is unknown here")
    .note("CloudFormation keeps the text of every template it was ever given, and so does Terraform's state")
    .help("pass the parts separately and join them in the app, or store the whole DSN as one secret: `DSN = secret(\"ssm:/shop/dsn\")`");
    let mut output = String::new();
    for width in [60, 80, 120] {
        writeln!(output, "{width} columns\n").expect("a string takes everything");
        output.push_str(&terminal::render(
            &diagnostic,
            &sources,
            width,
            Style::Plain,
        ));
        output.push('\n');
    }
    snapshot("long_texts", &output);
}

/// A file cannot speak to the terminal through a complaint about it.
#[test]
fn control_characters_do_not_reach_the_terminal() {
    let mut sources = Sources::default();
    let file = sources.add("a.bean", "x = \u{1b}[31m\u{202e}evil\u{85}\r\n");
    let diagnostic = Diagnostic::new(
        Code::UnknownProperty,
        Span::new(file, 0, 1),
        "\u{1b}]0;evil\u{7}",
    );
    let text = terminal::render(&diagnostic, &sources, 80, Style::Plain);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{85}', '\r', '\u{7}']));
    let line = short::render_all(&[diagnostic], &sources);
    assert_eq!(line.matches(char::is_control).count(), 1, "{line:?}");
}

/// Some editors of Windows write one, and none shows it.
#[test]
fn a_byte_order_mark_is_not_seen() {
    let render = |mark: &str| {
        let mut sources = Sources::default();
        let file = sources.add("a.bean", &format!("{mark}port 443\nlet a = 1\n"));
        let place = Span::new(file, mark.len(), mark.len() + 4);
        let diagnostic = Diagnostic::new(Code::MissingEquals, place, "`port` needs `=`");
        let list = [diagnostic.label("here")];
        let terminal = terminal::render_all(&list, &sources, 80, Style::Plain);
        let sarif = sarif::render(&[(&list, &sources)]);
        let sarif = sarif.lines().filter(|line| line.contains("Column"));
        let sarif: Vec<String> = sarif.map(str::to_owned).collect();
        (terminal, short::render_all(&list, &sources), sarif)
    };
    assert_eq!(render("\u{feff}"), render(""));
}

/// There is no line for the words under the place.
#[test]
fn words_about_an_empty_file_are_said() {
    let mut sources = Sources::default();
    let place = Span::new(sources.add("a.bean", ""), 0, 0);
    let complaint = Diagnostic::new(Code::UnreadableFile, place, "`a.bean` cannot be read");
    let complaint = complaint.label("it may not be read");
    let text = terminal::render(&complaint, &sources, 80, Style::Plain);
    assert!(text.contains("\n  note: it may not be read\n"), "{text}");
}

#[test]
fn many_of_one_kind_are_counted() {
    let mut sources = Sources::default();
    let file = sources.add("a.bean", &"port 443\n".repeat(23));
    let complaint = |line: usize| {
        let place = Span::new(file, line * 9, line * 9 + 8);
        Diagnostic::new(Code::MissingEquals, place, "`port` needs `=`")
    };
    let diagnostics: Vec<_> = (0..23).map(complaint).collect();
    let text = terminal::render_all(&diagnostics, &sources, 80, Style::Plain);
    assert_eq!(text.matches("`port` needs `=`").count(), 20);
    assert!(
        text.ends_with("E0004 missing-equals\n\n  and 3 more of the same kind\n\n"),
        "{text}"
    );
}

/// What people hit daily, as they see it.
#[test]
fn syntax_errors_at_80_columns() {
    let text = "\
edition 2026

application shop {
  versions: { keep = 20 }
}

environment shop-prod: web {
  platform \"nodejs-22\"
  load_balancer {
    idle_timeout = 60sec
    listener https {
      port 443
  }
}

servce mail {
}
";
    let mut sources = Sources::default();
    let file = sources.add("shop.bean", text);
    let mut diagnostics = Diagnostics::default();
    syntax::parse(file, text, &mut diagnostics);
    let diagnostics = diagnostics.into_sorted();
    let text = terminal::render_all(&diagnostics, &sources, 80, Style::Plain);
    snapshot("syntax_errors", &text);
}

/// Of a long line is shown what is near the places, and where they are is told
/// as ever.
#[test]
fn long_lines_at_80_columns() {
    let list: Vec<String> = (10..60).map(|it| format!("\"subnet-0{it}\"")).collect();
    let list = list.join(", ");
    let text = format!("edition 2026\n\nlet all = [{list}, 1x]\nlet more = [{list}]\n");
    let mut sources = Sources::default();
    let file = sources.add("shop.bean", &text);
    let mut diagnostics = Diagnostics::default();
    syntax::parse(file, &text, &mut diagnostics);
    let place = |word: &str| {
        let at = text.find(word).expect("it is there");
        Span::new(file, at, at + word.len())
    };
    diagnostics.report(
        Diagnostic::new(
            Code::UnknownProperty,
            place("\"subnet-045\""),
            "one is wrong",
        )
        .label("this one")
        .related(place("\"subnet-012\""), "because of this one"),
    );
    let shown = terminal::render_all(&diagnostics.into_sorted(), &sources, 80, Style::Plain);
    assert!(shown.lines().all(|it| it.chars().count() <= 80), "{shown}");
    snapshot("long_lines", &shown);
}

proptest! {
    /// Whatever the text and wherever the places, there is a report with its
    /// message in it.
    #[test]
    fn no_place_makes_a_printer_fail(
        texts in prop::collection::vec("[ a\té日🎈\u{301}\u{200d}\r\n{]{0,40}|[ a\té日\r\n]{100,300}", 1..3),
        places in prop::collection::vec((0usize..3, 0usize..400, 0usize..60), 1..5),
        width in 0usize..130,
    ) {
        let mut sources = Sources::default();
        let files: Vec<_> = texts.iter().map(|text| sources.add("a.bean", text)).collect();
        let mut places = places.into_iter().map(|(file, start, length)| {
            Span::new(files[file % files.len()], start, start + length)
        });
        let place = places.next().expect("there is at least one");
        let mut diagnostic = Diagnostic::new(Code::UnknownProperty, place, "wrong").label("here");
        for place in places {
            let edit = Edit { span: place, text: String::new() };
            diagnostic = diagnostic
                .related(place, "and a little more here")
                .advice("do", Applicability::MaybeIncorrect, [edit]);
        }
        let diagnostics = [diagnostic];
        let text = terminal::render_all(&diagnostics, &sources, width, Style::Plain);
        prop_assert!(text.contains("wrong"), "{}", text);
        prop_assert!(!text.contains("Failed to read"), "{}", text);
        prop_assert_eq!(json::render_all(&diagnostics, &sources).lines().count(), 1);
        prop_assert_eq!(short::render_all(&diagnostics, &sources).lines().count(), 1);
    }
}

/// All that is printed for other programs, about two files that disagree.
#[test]
fn for_other_programs() {
    let (sources, diagnostics) = shop();
    let suites = [
        junit::Suite {
            name: "shop.bean",
            diagnostics: &diagnostics,
            sources: &sources,
        },
        junit::Suite {
            name: "good.bean",
            diagnostics: &[],
            sources: &sources,
        },
    ];
    snapshot("github", &github::render_all(&diagnostics, &sources));
    snapshot("junit", &junit::render(&suites));
    snapshot("sarif", &sarif::render(&[(&diagnostics, &sources)]));
}

#[test]
fn what_would_end_a_command_of_a_workflow_is_escaped() {
    let mut sources = Sources::default();
    let id = sources.add("a,b:c.bean", "x");
    let complaint = Diagnostic::new(Code::UnknownProperty, Span::new(id, 0, 1), "50% of\r\nit");
    let said = github::render_all(&[complaint], &sources);
    assert!(said.contains("file=a%2Cb%3Ac.bean,"), "{said}");
    assert!(said.ends_with("::50%25 of%0D%0Ait\n"), "{said}");
}

/// Scanners take a path that begins with `/` for one below something.
#[test]
#[cfg(unix)]
fn a_whole_path_is_an_address() {
    for (name, uri) in [
        ("/home/a b/ü.bean", "file:///home/a%20b/%C3%BC.bean"),
        ("a b/ü.bean", "a%20b/%C3%BC.bean"),
    ] {
        let mut sources = Sources::default();
        let id = sources.add(name, "x");
        let complaint = Diagnostic::new(Code::UnknownProperty, Span::new(id, 0, 1), "wrong");
        let report = sarif::render(&[(&[complaint], &sources)]);
        assert!(report.contains(&format!("\"uri\": \"{uri}\"")), "{report}");
    }
}

/// What a complaint is known by does not change with the lines above it, and
/// two complaints are not known by the same.
#[test]
fn fingerprints_stay() {
    let print = |text: &str| {
        let mut sources = Sources::default();
        let id = sources.add("a.bean", text);
        let found = text.match_indices("wrong");
        let complaints: Vec<Diagnostic> = found
            .map(|(at, it)| Span::new(id, at, at + it.len()))
            .map(|span| Diagnostic::new(Code::UnknownProperty, span, "so it is"))
            .collect();
        let report = sarif::render(&[(&complaints, &sources)]);
        let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
        let results = report["runs"][0]["results"]
            .as_array()
            .expect("there are some");
        let prints = results
            .iter()
            .map(|it| it["partialFingerprints"].to_string());
        prints.collect::<Vec<_>>()
    };
    let before = print("wrong\nwrong\n");
    assert_ne!(before[0], before[1]);
    assert_eq!(print("# new\n\n  wrong\nwrong\n"), before);
}

/// Documents against their published schemas, by a validator that is not ours.
#[test]
fn documents_fit_their_schemas() {
    let Some(python) = tools::python() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let examples: Vec<Compilation> = pages::wrong_examples().map(|(_, it)| it).collect();
    let all: Vec<(&[Diagnostic], &Sources)> = examples
        .iter()
        .map(|it| (it.diagnostics.as_slice(), &it.sources))
        .collect();
    let lines: String = all
        .iter()
        .map(|(list, sources)| json::render_all(list, sources))
        .collect();
    let sarif = sarif::render(&all);
    let suites = all.iter().map(|(diagnostics, sources)| junit::Suite {
        name: "main.bean",
        diagnostics,
        sources,
    });
    let junit = junit::render(&suites.collect::<Vec<_>>());
    let published = include_str!("../schemas/sarif-2.1.0.json");
    for (name, text) in [
        ("lines", lines.as_str()),
        ("schema", &json::schema()),
        ("sarif", &sarif),
        ("published", published),
        ("junit", &junit),
    ] {
        std::fs::write(folder.path().join(name), text).expect("it is writable");
    }
    let program = "import json, jsonschema, xml.etree.ElementTree\n\
        read = lambda name: open(name, encoding='utf-8').read()\n\
        schema = json.loads(read('schema'))\n\
        for line in read('lines').splitlines():\n    jsonschema.validate(json.loads(line), schema)\n\
        jsonschema.validate(json.loads(read('sarif')), json.loads(read('published')))\n\
        suites = xml.etree.ElementTree.parse('junit').getroot()\n\
        assert suites.tag == 'testsuites' and list(suites.iter('testcase')), 'no cases'\n\
        try:\n    jsonschema.validate({}, schema)\n\
        except jsonschema.ValidationError: pass\n\
        else: raise SystemExit('the schema takes anything')\n";
    let output = std::process::Command::new(python)
        .args(["-c", program])
        .current_dir(folder.path())
        .output()
        .expect("Python starts");
    tools::assert_success(&output);
}
