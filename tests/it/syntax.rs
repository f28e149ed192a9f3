//! Text to tree: what parses, what does not, and what is said about it.

use beanc::diagnostic::{Diagnostic, Diagnostics};
use beanc::source::{FileId, Sources};
use beanc::syntax::{self, ast};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::support;

fn parse(text: &str) -> (ast::File, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let id = sources.add("test.bean", text);
    let mut diagnostics = Diagnostics::default();
    let file = syntax::parse(id, text, &mut diagnostics);
    (file, diagnostics.into_sorted())
}

fn diagnose(sources: &mut Sources, id: FileId) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    let text = sources.file(id).text().clone();
    syntax::parse(id, &text, &mut diagnostics);
    diagnostics.into_sorted()
}

#[track_caller]
fn check(program: &str) {
    support::check(program, diagnose);
}

const EXAMPLES: &[&str] = &[
    include_str!("../cases/examples/00-minimal.bean"),
    include_str!("../cases/examples/01-web.bean"),
    include_str!("../cases/examples/02-worker.bean"),
    include_str!("../cases/examples/03-shared.bean"),
    include_str!("../cases/examples/04-envs.bean"),
    include_str!("../cases/examples/05-escape.bean"),
    include_str!("../cases/examples/shop.test.bean"),
];

#[test]
fn the_examples_parse_without_a_word() {
    for example in EXAMPLES {
        check(example);
        let (file, _) = parse(example);
        assert!(!file.damaged);
    }
}

// Any text at all

/// What must hold for every text: it parses, every piece lies inside the
/// piece around it, and what is outside of all pieces is blank.
fn reads(text: &str) {
    let (file, diagnostics) = parse(text);
    let tokens = syntax::tokens(text);
    assert!(!tokens.is_empty(), "there is always a tree");
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut covered = 0;
    for token in &tokens {
        assert!(token.start <= token.end && token.end <= text.len());
        assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
        while open.len() > token.depth {
            open.pop();
        }
        if let Some((start, end)) = open.last() {
            assert!(*start <= token.start && token.end <= *end, "pieces nest");
        }
        // The file is one piece; the next level is what the file consists of.
        if token.depth == 1 && token.end > token.start {
            let gap = &text[covered.min(token.start)..token.start];
            let gap = gap.trim_start_matches('\u{feff}');
            assert!(gap.trim().is_empty(), "{gap:?} belongs to nothing");
            covered = covered.max(token.end);
        }
        open.push((token.start, token.end));
    }
    for diagnostic in &diagnostics {
        let span = diagnostic.primary.span;
        assert!(text.get(span.start as usize..span.end as usize).is_some());
        assert!(!diagnostic.message.contains("err_") && !diagnostic.message.contains("Rule"));
        for edit in diagnostic.helps.iter().flat_map(|help| &help.edits) {
            assert!(
                text.get(edit.span.start as usize..edit.span.end as usize)
                    .is_some()
            );
        }
    }
    assert!(
        !file.damaged || !diagnostics.is_empty(),
        "damage is reported"
    );
    drop(file);
}

/// Runs on a thread with the stack that worker threads have.
fn on_a_small_stack(job: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(job);
    thread.unwrap().join().unwrap();
}

#[test]
fn any_depth_of_brackets_is_read() {
    on_a_small_stack(|| {
        let closers = [
            ("{", "}"),
            ("[", "]"),
            ("(", ")"),
            ("\"${", "}\""),
            ("a {", "}"),
            ("f(", ")"),
        ];
        for (open, close) in closers {
            for head in ["", "let a = ", "edition 2026\napplication a {\n  b = "] {
                for count in [63, 64, 65, 10_000] {
                    let opened = open.repeat(count);
                    reads(&format!("{head}{opened}"));
                    reads(&format!("{head}{opened}1{}", close.repeat(count)));
                    reads(&format!("{head}{opened}\nlet b = 1\n"));
                }
            }
        }
        for piece in [
            "!", "-", "not ", "1 + ", "a ? ", "a ? b : ", "list<", "a.", "x <", "* ", ": ",
        ] {
            reads(&format!("let a = {}", piece.repeat(20_000)));
            reads(&format!("let a = ({}", piece.repeat(20_000)));
            reads(&format!("param a: {}", piece.repeat(20_000)));
        }
    });
}

#[test]
fn brackets_that_fool_the_scan_do_not_exist() {
    on_a_small_stack(|| {
        let traps = [
            "\"${[\n a = 1\n ] # ",
            "\"${[\n a = 1\n } ",
            "\"${a and \"",
            "\"${a \"",
            "\"${ [ ) # \" ",
            "'",
            "it's \"",
            "\"${ it's } and it's\" ",
            "/* \n",
            "\"${ /* } \n",
            "a = //\"\n",
            "\"\\",
            "\"\\u{41",
            "\"${\n(\nb {\n",
            "[\n edition 2026\n(",
        ];
        for trap in traps {
            for bracket in ["[", "(", "{", "\"${"] {
                reads(&format!("{trap}{}", bracket.repeat(5_000)));
                reads(&format!("x {{ y = {trap}{}", bracket.repeat(5_000)));
            }
        }
    });
}

#[test]
fn strange_files_are_read() {
    for text in [
        "",
        "\u{feff}",
        "\u{feff}edition 2026\n",
        "\0\0\0",
        "edition 2026\0",
        "\r\r\n\n\r",
        "ä ö ü = {\n",
        "größe = 1\n",
        "edition 2026\nlet “a” = 1\n",
        "\"",
        "'",
        "#",
        "/",
        "/*",
        "/**",
        "\\",
        "$",
        "${",
        "\"$",
        "\"\\",
        "...",
        "a.",
        "a..b",
        "1.",
        "1e",
        "test",
        "test \"",
        "import {",
        "param",
        "param a:",
        "environment a: web {\n  x = \"${",
    ] {
        reads(text);
    }
    for filler in [
        "a", "=", "\"", "{", " ", "#", "\t", "é", "\\", "'", ",", "1_", "/", "$", "${", "\"${",
    ] {
        reads(&filler.repeat(50_000));
    }
    reads(&format!("let a = \"{}\"", "x".repeat((1 << 20) - 10)));
    let (_, diagnostics) = parse(&"x".repeat((1 << 20) + 1));
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    for example in EXAMPLES {
        let dos = example.replace('\n', "\r\n");
        let (file, diagnostics) = parse(&format!("\u{feff}{dos}"));
        assert_eq!(diagnostics, []);
        assert_eq!(file.items.len(), parse(example).0.items.len());
    }
}

/// Pieces of programs in any order: what a bracket soup is made of.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "\"${",
    "${",
    "}\"",
    "'",
    "#",
    "//",
    "/*",
    "*/",
    "\n",
    "\n",
    "\n  ",
    " ",
    "=",
    "+=",
    ":",
    ",",
    ";",
    "...",
    "?",
    "-",
    "!",
    "a",
    "b = 1",
    "key {",
    "1h30m",
    "5 min",
    "10.0.0.0/8",
    "\\",
    "\\u{41}",
    "\\${",
    "edition 2026",
    "\nedition 2026\n",
    "\nlet x = 1",
    "\nenvironment a: web {",
    "import { a } from \"x\"",
    "test \"t\" {",
    "given",
    "param p: int = ",
    "remove listener http",
    "assert a > b else \"c\"",
    "and",
    "not ",
    "null",
    "\u{feff}",
    "\0",
    "é",
    "\r\n",
    "list<",
    ">",
    "|",
];

fn soup() -> impl Strategy<Value = String> {
    vec(select(PIECES), 0..200).prop_map(|pieces| pieces.concat())
}

/// An example after a few accidents: ranges cut out, doubled, or cut off.
fn damaged_example() -> impl Strategy<Value = String> {
    let accident = (0_u8..3, any::<Index>(), 0_usize..60);
    (select(EXAMPLES), vec(accident, 1..6)).prop_map(|(example, accidents)| {
        let mut text: Vec<char> = example.chars().collect();
        for (kind, at, length) in accidents {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            match kind {
                0 => drop(text.drain(at..end)),
                1 => {
                    let copy = text[at..end].to_vec();
                    text.splice(at..at, copy);
                }
                _ if length < 5 => text.truncate(at),
                _ => {
                    let other = end.min(text.len() - 1);
                    text.swap(at, other);
                }
            }
        }
        text.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn any_text_is_read(text in any::<String>()) {
        reads(&text);
    }

    #[test]
    fn any_soup_of_pieces_is_read(text in soup()) {
        reads(&text);
    }

    #[test]
    fn any_damaged_example_is_read(text in damaged_example()) {
        reads(&text);
    }
}
