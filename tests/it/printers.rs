//! What a complaint looks like: in a terminal, as JSON, on one line.

use std::fmt::Write;

use beanc::diagnostic::terminal::{self, Style};
use beanc::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, Edit, json, short};
use beanc::source::{FileId, Sources, Span};
use beanc::syntax;
use proptest::prelude::*;

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

proptest! {
    /// Whatever the text and wherever the places, there is a report with its
    /// message in it.
    #[test]
    fn no_place_makes_a_printer_fail(
        texts in prop::collection::vec("[ a\té日🎈\u{301}\u{200d}\r\n{]{0,40}", 1..3),
        places in prop::collection::vec((0usize..3, 0usize..60, 0usize..60), 1..5),
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
