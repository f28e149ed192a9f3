//! What every piece of a file is.

use beanc::ide::tokens::{self, TokenKind};

use super::{compare, open};

/// The pieces of the program, a line each.
#[track_caller]
fn check(program: &str, expected: &str) {
    let cursor = open(&[("main.bean", program)]);
    let mut text = String::new();
    for token in tokens::tokens(&cursor.snapshot, cursor.file) {
        let (piece, kind) = (cursor.text(token.span), token.kind);
        let declares = if token.declares { " declared" } else { "" };
        let library = if token.library { " library" } else { "" };
        text.push_str(&format!("{kind:?}{declares}{library} {piece}\n"));
    }
    compare(&text, expected);
}

#[test]
fn items_and_entries_have_their_kinds() {
    check(
        r#"
edition 2026
import { shop as store } from "./shop.bean"
## The stage.
param stage: dev | prod = dev
environment shop-prod: web extends shop-base {
  platform = "nodejs-22" # newest
  instances { min = 2, subnets = network.main.private }
  alarm slow { metric = cpu, above = 70% }
  remove alarm slow
  env { A = "x ${param.stage} \n" }
  health = param.stage == prod ? enhanced : basic
}
output region = aws.region
"#,
        r#"
Keyword edition
Number 2026
Keyword import
Unresolved shop
Keyword as
Unresolved store
Keyword from
Text "./shop.bean"
DocComment ## The stage.
ItemKind param
Param declared stage
Operator :
EnumWord dev
Operator |
EnumWord prod
Operator =
EnumWord dev
ItemKind environment
Item declared shop-prod
Operator :
EnumWord web
Keyword extends
Unresolved shop-base
Property platform
Operator =
Text "nodejs-22"
Comment # newest
Property instances
Property min
Operator =
Number 2
Property subnets
Operator =
Reference network
Unresolved main
Unresolved private
Property alarm
Label declared slow
Property metric
Operator =
EnumWord cpu
Property above
Operator =
Quantity 70%
Keyword remove
Property alarm
Label slow
Property env
Property A
Operator =
Text "x 
Interpolation ${
Reference param
Param stage
Interpolation }
Text  
Escape \n
Text "
Property health
Operator =
Reference param
Param stage
Operator ==
EnumWord prod
Operator ?
EnumWord enhanced
Operator :
EnumWord basic
Keyword output
Constant declared region
Operator =
Reference aws
Attribute region
"#,
    );
}

/// Where the tree has a hole the text is still coloured.
#[test]
fn broken_places_keep_their_colours() {
    check(
        r#"
edition 2026
environment a: web {
  platform =
  instances { min = 2 12abc % }
  env { A = "open ${
  }
}
"#,
        r#"
Keyword edition
Number 2026
ItemKind environment
Item declared a
Operator :
EnumWord web
Property platform
Operator =
Property instances
Property min
Operator =
Number 2
Quantity 12abc
Operator %
Property env
Property A
Operator =
Text "open 
Interpolation ${
"#,
    );
}

/// In order, without overlap, and nothing left over but blanks, brackets,
/// dots and commas.
#[test]
fn the_pieces_are_the_whole_file() {
    for (name, text) in super::programs() {
        let cursor = super::open_text(&name, &text);
        let tokens = tokens::tokens(&cursor.snapshot, cursor.file);
        let mut at = 0;
        let gap = |from: usize, to: usize| {
            let between = &text[from..to];
            let left = between.trim_matches(|c: char| c.is_whitespace() || "{}[](),.;".contains(c));
            let left = left.replace(|c: char| c.is_whitespace() || "{}[](),.;".contains(c), "");
            assert!(left.is_empty(), "{name}: nothing says what {left:?} is");
        };
        for token in &tokens {
            let (start, end) = (token.span.start as usize, token.span.end as usize);
            assert!(at <= start && start < end, "{name}: {token:?} behind {at}");
            gap(at, start);
            at = end;
        }
        gap(at, text.len());
    }
}

/// Nothing in a program without mistakes is a name that nothing has.
#[test]
fn everything_in_the_examples_is_known() {
    for (name, text) in super::programs() {
        let cursor = super::open_text(&name, &text);
        if !cursor.snapshot.diagnostics().is_empty() {
            continue;
        }
        for token in tokens::tokens(&cursor.snapshot, cursor.file) {
            let piece = cursor.text(token.span);
            assert_ne!(token.kind, TokenKind::Unresolved, "{name}: {piece}");
        }
    }
}
