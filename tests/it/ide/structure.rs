//! Outlines, folding, selections and links.

use std::path::Path;

use beanc::disk::MemoryDisk;
use beanc::driver::Options;
use beanc::ide::links::{self, Target};
use beanc::ide::symbols::{self, Fit, Symbol};
use beanc::ide::{Snapshot, folding, selection};

use super::{compare, open};

#[track_caller]
fn check_outline(program: &str, expected: &str) {
    fn write(symbols: &[Symbol], depth: usize, text: &mut String) {
        for symbol in symbols {
            let indent = "  ".repeat(depth);
            text.push_str(format!("{indent}{} {}", symbol.name, symbol.detail).trim_end());
            text.push('\n');
            write(&symbol.children, depth + 1, text);
        }
    }
    let cursor = open(&[("main.bean", program)]);
    let mut text = String::new();
    write(
        &symbols::document(&cursor.snapshot, cursor.file),
        0,
        &mut text,
    );
    compare(&text, expected);
}

/// The folded parts, each as its first line and how many follow.
#[track_caller]
fn check_folds(program: &str, expected: &str) {
    let cursor = open(&[("main.bean", program)]);
    let mut text = String::new();
    for fold in folding::folds(&cursor.snapshot, cursor.file) {
        let inside = cursor.text(fold.span);
        let sources = cursor.snapshot.sources();
        let (line, more) = (sources.start(fold.span).line, inside.lines().count() - 1);
        text.push_str(&format!("{line}+{more} {:?}\n", fold.kind));
    }
    compare(&text, expected);
}

/// The selections from the cursor outwards, a line each; `⏎` is a newline.
#[track_caller]
fn check_selection(program: &str, expected: &str) {
    let cursor = open(&[("main.bean", program)]);
    let mut text = String::new();
    for span in selection::ranges(&cursor.snapshot, cursor.file, cursor.offset) {
        text.push_str(&cursor.text(span).replace('\n', "⏎"));
        text.push('\n');
    }
    compare(&text, expected);
}

#[test]
fn an_outline_has_items_blocks_and_properties() {
    check_outline(
        r#"
edition 2026
import { a } from "./a.bean"
param stage: string = "dev"
application shop {}
environment shop-prod: web {
  platform = "nodejs-22"
  load_balancer {
    listener https { port = 443 }
  }
}
output url = environment.shop-prod.url
"#,
        "
stage param
shop application
shop-prod environment: web
  platform
  load_balancer
    listener https
      port
url output
",
    );
}

#[test]
fn an_outline_survives_an_unclosed_block() {
    check_outline(
        r#"
edition 2026
environment a: web {
  instances {
    min = 1
environment b: web {
}
"#,
        "
a environment: web
  instances
    min
b environment: web
",
    );
}

#[test]
fn items_and_named_blocks_have_names() {
    let cursor = open(&[(
        "main.bean",
        "edition 2026\nparam size: int = 1\ntemplate web_base: web {\n  instances {\n    min = 1\n  }\n  \
         alarm base_load {\n  }\n}\napplication shop {}\n",
    )]);
    let tree = cursor.snapshot.tree(cursor.file).expect("it was read");
    let line = |it: symbols::Found| match it.container {
        Some(container) => format!("{} in {container}", it.symbol.name),
        None => it.symbol.name,
    };
    let names: Vec<String> = symbols::names(tree).into_iter().map(line).collect();
    assert_eq!(
        names,
        ["size", "web_base", "alarm base_load in web_base", "shop"]
    );
}

#[test]
fn names_are_looked_for_by_letters_in_order() {
    for (name, query, expected) in [
        ("web_base", "WEB", Some(Fit::Front)),
        ("web_base", "", Some(Fit::Front)),
        ("web_base", "WB", Some(Fit::Letters)),
        ("alarm base_load", "base", Some(Fit::Letters)),
        ("web_base", "bw", None),
        ("web_base", "basement", None),
    ] {
        assert_eq!(symbols::fit(name, query), expected, "{name} {query}");
    }
}

#[test]
fn blocks_lists_comments_and_imports_fold() {
    check_folds(
        r#"
edition 2026
import { a } from "./a.bean"
import { b } from "./b.bean"
# one
# two
application shop {
  ignore = [
    "a",
  ]
  tags { a = "b" }
}
"#,
        "
2+1 Imports
4+1 Comment
6+5 Block
7+2 Block
",
    );
}

#[test]
fn a_selection_grows_from_word_to_file() {
    check_selection(
        r#"
edition 2026
application shop {
  tags { Team = "a ${param.te$0am} b" }
}
"#,
        r#"
team
param.team
a ${param.team} b
"a ${param.team} b"
Team = "a ${param.team} b"
 Team = "a ${param.team} b" 
{ Team = "a ${param.team} b" }
tags { Team = "a ${param.team} b" }
⏎  tags { Team = "a ${param.team} b" }⏎
{⏎  tags { Team = "a ${param.team} b" }⏎}
application shop {⏎  tags { Team = "a ${param.team} b" }⏎}
edition 2026⏎application shop {⏎  tags { Team = "a ${param.team} b" }⏎}⏎
"#,
    );
}

#[test]
fn imports_and_files_are_links() {
    let program = r#"edition 2026
import { shop } from "./parts/shop.bean"
import { small_web } from "std/presets"
import { x } from "../outside.bean"
let policy = file("policies/a.json")
"#;
    let cursor = open(&[("app/main.bean", program), ("app/bean.lock", "")]);
    let links = links::links(&cursor.snapshot, cursor.file);
    let line = |it: &links::Link| match &it.target {
        Target::Path(path) => format!("{} -> {}", cursor.text(it.span), path.display()),
        Target::Library(path) => format!("{} -> library {path}", cursor.text(it.span)),
    };
    let lines: Vec<String> = links.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "./parts/shop.bean -> app/parts/shop.bean",
            "std/presets -> library presets.bean",
            "policies/a.json -> app/policies/a.json",
        ]
    );
}

/// The editor sees what the command line sees, also after an edit.
#[test]
fn a_snapshot_after_an_edit_is_as_good_as_new() {
    let shared = "edition 2026\ntemplate base: web {\n  platform = \"nodejs-22\"\n}\n";
    let main = "edition 2026\nimport { base } from \"./shared.bean\"\napplication shop {}\n\
                environment test-env: web extends base {\n  instances { max = 2 }\n}\n";
    let broken = main.replace("max", "maxi");
    let disk = |main: &str| MemoryDisk::new([("main.bean", main), ("shared.bean", shared)]);
    let entry = Path::new("main.bean");
    let options = Options::default();
    let first = Snapshot::new(entry, &disk(main), &options);
    let second = first.next(entry, &disk(&broken), &options);
    let third = second.next(entry, &disk(main), &options);
    let anew = Snapshot::new(entry, &disk(&broken), &options);
    assert!(first.diagnostics().is_empty(), "{:?}", first.diagnostics());
    assert_eq!(second.diagnostics(), anew.diagnostics());
    assert_eq!(second.diagnostics().len(), 1);
    assert_eq!(third.diagnostics(), first.diagnostics());
}
