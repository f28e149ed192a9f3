//! The one way to write a file: what changes, what never does.

#![expect(clippy::disallowed_methods, reason = "tests read the programs")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::{Code, Diagnostics, short};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use beanc::source::{LineEnd, Sources};
use beanc::stdlib;
use beanc::syntax::{self, ast};
use proptest::prelude::*;

use crate::cases;
use crate::syntax::{EXAMPLES, damaged_example, soup};

fn format(text: &str) -> (String, Diagnostics) {
    let mut sources = Sources::default();
    let id = sources.add("test.bean", text);
    let mut diagnostics = Diagnostics::default();
    let formatted = syntax::format(id, text, &mut diagnostics);
    (formatted, diagnostics)
}

/// What a file says, without where: imports and their names in any order.
fn meaning(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let id = sources.add("test.bean", text);
    let file = syntax::parse(id, text, &mut Diagnostics::default());
    let mut imports = Vec::new();
    let mut others = Vec::new();
    for item in &file.items {
        match item {
            ast::Item::Import(it) => {
                let mut names: Vec<String> = it.names.iter().map(placeless).collect();
                names.sort();
                imports.push(format!("{} {names:?}", it.path.text));
            }
            item => others.push(placeless(item)),
        }
    }
    imports.sort();
    imports.extend(others);
    imports
}

/// The debugging text of a part of the tree without its spans, which are
/// written `0:12..15`.
fn placeless(part: &impl std::fmt::Debug) -> String {
    let text = format!("{part:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("..") {
        let digit = |it: char| it.is_ascii_digit() || it == ':';
        let begin = rest[..at].trim_end_matches(digit).len();
        let behind = rest[at + 2..].trim_start_matches(|it: char| it.is_ascii_digit());
        out.push_str(&rest[..begin]);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// What comments say, in their order; those above imports move with them.
fn comments(text: &str) -> Vec<&str> {
    let tokens = syntax::tokens(text);
    let comments = tokens.iter().filter(|token| token.is_comment);
    let signs = |it: char| matches!(it, '#' | '/' | ' ');
    let mut found: Vec<&str> = comments
        .map(|it| text[it.start..it.end].trim_end().trim_start_matches(signs))
        .collect();
    if text.contains("import") {
        found.sort_unstable();
    }
    found
}

/// What holds for every text.
#[track_caller]
fn holds(text: &str) {
    let (formatted, diagnostics) = format(text);
    let (again, _) = format(&formatted);
    assert_eq!(
        again, formatted,
        "formatting twice is formatting once\n{text}"
    );
    assert_eq!(
        comments(&formatted),
        comments(text),
        "comments are kept\n{text}"
    );
    if !diagnostics.has_errors() {
        assert_eq!(
            meaning(&formatted),
            meaning(text),
            "the meaning is kept\n{text}"
        );
    }
}

#[track_caller]
fn becomes(text: &str, expected: &str) {
    assert_eq!(format(text).0, expected);
    holds(text);
}

#[test]
fn spaces_lines_and_indentation_are_settled() {
    becomes(
        "edition   2026\n\n\n\napplication  shop{source=\"app\"}\nenvironment shop-prod:web   \
         extends a ,b{\n\n   platform=\"nodejs-22\"   # the newest\n instances{min=2,max=8\n}\n\n\n\
         # last\n\n}\n\n\n",
        "edition 2026\n\napplication shop { source = \"app\" }\nenvironment shop-prod: web \
         extends a, b {\n  platform = \"nodejs-22\" # the newest\n  instances {\n    min = 2\n    \
         max = 8\n  }\n\n  # last\n}\n",
    );
}

#[test]
fn a_block_stays_on_one_line_with_two_plain_values_that_fit() {
    becomes(
        "environment a: web {\n  instances { min = 1, max = 2 }\n  health { path = \"/\", \
         interval = 5s, timeout = 2s }\n  scaling {}\n  logs {\n  }\n  x { y = [1, 2] }\n}\n",
        "environment a: web {\n  instances { min = 1, max = 2 }\n  health {\n    path = \"/\"\n    \
         interval = 5s\n    timeout = 2s\n  }\n  scaling {}\n  logs {}\n  x {\n    y = [1, 2]\n  \
         }\n}\n",
    );
}

#[test]
fn lists_are_broken_where_they_were_or_where_they_are_too_long() {
    let long = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"";
    becomes(
        &format!(
            "let a = [ 1,2 , 3,]\nlet b = [\n1, # one\n 2]\nlet c = [{long}, {long}, {long}]\n"
        ),
        &format!(
            "let a = [1, 2, 3]\nlet b = [\n  1, # one\n  2,\n]\nlet c = [\n  {long},\n  {long},\n  \
             {long},\n]\n"
        ),
    );
}

#[test]
fn operators_and_calls_have_their_spaces() {
    becomes(
        "let a=! b&&-3<4*( 5+6 )\nlet c = param.stage==prod?4:1\nlet d=file( \"x\" )\n\
         assert a>b else\"no\"\nparam level:debug|info=info\nparam l : list < string >\n",
        "let a = !b && -3 < 4 * (5 + 6)\nlet c = param.stage == prod ? 4 : 1\nlet d = \
         file(\"x\")\nassert a > b else \"no\"\nparam level: debug | info = info\nparam l: \
         list<string>\n",
    );
}

#[test]
fn a_byte_order_mark_stays_where_it_is() {
    becomes("\u{feff}let  a=1\n", "\u{feff}let a = 1\n");
    becomes("\n\u{feff}\n", "\n\u{feff}\n");
    becomes("\u{feff}\u{feff}\n", "\u{feff}\u{feff}\n");
}

#[test]
fn maps_are_blocks_and_comments_begin_with_one_sign() {
    becomes(
        "application blog { # a\n  tags = { a = \"1\" } // b\n  //# c\n  //d\n  versions={\nkeep=1,\n}\n\
         /// e\n}\n",
        "application blog { # a\n  tags { a = \"1\" } # b\n  # # c\n  #d\n  versions {\n    keep = \
         1\n  }\n  #/ e\n}\n",
    );
    // In a list there is no other way, and an item with a mistake stays.
    becomes("let a = [{ b = 1 }]\n", "let a = [{ b = 1 }]\n");
    becomes(
        "application blog { tags += { a = \"1\" } // b\n}\n",
        "application blog { tags += { a = \"1\" } // b\n}\n",
    );
}

#[test]
fn imports_are_sorted_with_the_comments_above_them() {
    becomes(
        "edition 2026\n# b\nimport {z,a as y} from \"./b.bean\"\nimport { x } from \"./a.bean\" # \
         a\n\nimport { q } from \"std/presets\"\n",
        "edition 2026\nimport { x } from \"./a.bean\" # a\n# b\nimport { a as y, z } from \
         \"./b.bean\"\n\nimport { q } from \"std/presets\"\n",
    );
}

#[test]
fn an_item_with_a_syntax_error_stays_byte_for_byte() {
    becomes(
        "let  a=1\nenvironment b:web{\n   size = 20GB\n\n\n  x  =1 }\nlet  c=2\n",
        "let a = 1\nenvironment b:web{\n   size = 20GB\n\n\n  x  =1 }\nlet c = 2\n",
    );
}

#[test]
fn blanks_that_make_a_mistake_stay() {
    for mistake in [
        "let x = 1>not ",
        "let x = !not  # c",
        "let x = not \t, let y=2",
    ] {
        holds(&format!("{mistake}\nedition 2026\n"));
        holds(&format!("edition 2026\r\n{mistake}\r\nlet  z = 1"));
    }
}

/// Git and the editor decide how lines end, and want no change of it in a review.
#[test]
fn lines_end_as_they_did() {
    let dos = |text: &str| text.replace('\n', "\r\n");
    let same = |text: &str| assert_eq!(format(&dos(text)).0, dos(&format(text).0));
    for program in cases::PROGRAMS {
        let program = fs::read_to_string(cases::folder().join(program));
        same(&program.expect("the program is there"));
    }
    for code in Code::ALL {
        let page = code.parsed_page();
        page.wrong.iter().for_each(|example| same(example.text));
    }
    // The first line decides, also for those that had another end.
    assert_eq!(
        format("\nedition 2026\r\n\n\nlet  a = 1\nlet b = 2\r\n").0,
        "edition 2026\r\n\r\nlet a = 1\r\nlet b = 2\r\n"
    );
    assert_eq!(
        format("edition 2026\nlet a=1 # c\r\n").0,
        "edition 2026\nlet a = 1 # c\n"
    );
}

#[test]
fn every_program_of_the_repository_means_the_same_afterwards() {
    for program in cases::PROGRAMS {
        let program = fs::read_to_string(cases::folder().join(program));
        holds(&program.expect("the program is there"));
    }
    for code in Code::ALL {
        let page = code.parsed_page();
        for example in page.wrong.iter().chain(&page.right) {
            holds(example.text);
        }
    }
    for example in EXAMPLES {
        holds(example);
        holds(&example.replace('\n', "\r\n"));
    }
}

/// The library is the first example that people read.
#[test]
fn the_library_is_formatted() {
    let mut wrong = String::new();
    let platforms = stdlib::platform_files().map(|(_, path)| path);
    for path in platforms.chain(["presets.bean"]) {
        let text = stdlib::file(path).expect("the library has it");
        if format(text).0 != text {
            writeln!(wrong, "stdlib/{path}").expect("text can be written");
        }
    }
    assert_eq!(wrong, "", "`beanc fmt` has not been run");
}

/// A program of a few properties, each of which may be there, with blanks,
/// newlines, commas and comments where they may stand.
fn program() -> impl Strategy<Value = String> {
    let entries = [
        "release@=@input.release",
        "instances@{ $min@=@2@, max@=@1 + 3$ }",
        "tags@=@{ Team@=@\"a  b\"$ }",
        "env@{ $A@=@\"x # no comment ${input.release}\"$B@=@true$ }",
        "load_balancer@{ $listener http@{ port@=@80 }$health@{ path@=@\"/up\"$ }$ }",
        "logs@{ files@=@[ $\"/var/log/a\"@,$\"/var/log/b\"$ ]$ }",
        "deployment@{ batch@=@param.stage@==@prod@?@1@:@50%@$ }",
    ];
    let chosen = proptest::sample::subsequence(entries.to_vec(), 0..=entries.len());
    let blanks = proptest::collection::vec(prop_oneof!["", " ", "  ", "\t"], 1..9);
    let ends = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\n\n\n"),
        Just(" # why\n"),
        Just(" // why\n  # and how\n\n"),
    ];
    let ends = proptest::collection::vec(ends, 1..7);
    (chosen.prop_shuffle(), blanks, ends).prop_map(|(chosen, blanks, ends)| {
        let (mut blanks, mut ends) = (blanks.iter().cycle(), ends.iter().cycle());
        let head = "edition 2026$param stage:@dev@|@prod@=@dev$input release:@string$\
                    application blog@{ }$environment blog-prod:@web@{$platform@=@\"nodejs-22\"$";
        let body: String = chosen.iter().map(|entry| format!("{entry}$")).collect();
        let template = format!("{head}{body}}}$");
        let mut text = String::new();
        let mut rest = template.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '@' => text.push_str(blanks.next().map_or("", String::as_str)),
                '$' if rest.peek() != Some(&'{') => {
                    text.push_str(ends.next().copied().unwrap_or("\n"));
                }
                c => text.push(c),
            }
        }
        text
    })
}

/// Everything that a program compiles to.
fn compiled(text: &str) -> Vec<String> {
    let disk = MemoryDisk::new([("main.bean", text)]);
    let compilation = driver::compile(Path::new("main.bean"), &disk, &Options::default());
    let said = short::render_all(&compilation.diagnostics, &compilation.sources);
    assert!(!compilation.has_errors(), "{said}\n{text}");
    let units = compilation.units.iter();
    let both = units.flat_map(|unit| {
        let template = cloudformation::render(unit, &compilation.sources);
        let module = terraform::render(unit, &compilation.sources);
        [template.text, module.text]
    });
    both.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn programs_compile_to_the_same_bytes_afterwards(text in program()) {
        holds(&text);
        let formatted = format(&text).0;
        prop_assert_eq!(compiled(&text), compiled(&formatted), "{}", formatted);
    }

    #[test]
    fn a_faulty_item_stays_byte_for_byte(
        fault in prop_oneof![
            Just("let  x  ="), Just("let   x=20GB"), Just("application  a{ b ; c }"),
            Just("environment  a:web{\n   x  =1,,\n y=  2 }"), Just("let  x  = 'a'"),
            Just("environment  a:web{\n   x  =1 }\n   y=  2\n}"), Just("let  x-${a}  = 1"),
        ],
        text in program(),
    ) {
        let text = format!("{text}{fault}\nlet   last=1\n");
        let (formatted, diagnostics) = format(&text);
        prop_assert!(diagnostics.has_errors());
        prop_assert!(formatted.contains(fault), "{}", formatted);
        let end = LineEnd::of(&text).text();
        prop_assert!(formatted.ends_with(&format!("let last = 1{end}")), "{}", formatted);
    }
}

proptest! {
    #[test]
    fn any_text_is_formatted(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_soup_of_pieces_is_formatted(text in soup()) {
        holds(&text);
    }

    #[test]
    fn any_damaged_example_is_formatted(text in damaged_example()) {
        holds(&text);
    }
}
