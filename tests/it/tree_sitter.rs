//! The tree-sitter grammar of `editors/tree-sitter-bean` against the compiler's
//! parser: a text has a tree without an error exactly when the parser has
//! nothing to say about it.

#![expect(
    clippy::disallowed_methods,
    reason = "a C compiler makes the parser, another program runs it"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use beanc::diagnostic::{Code, Diagnostics};
use beanc::source::Sources;
use beanc::syntax;

use crate::tools;

/// What a grammar cannot count: brackets and operators, bytes, and the digits
/// of a 64-bit number.
const UNCOUNTED: [Code; 3] = [
    Code::NestingTooDeep,
    Code::FileTooLarge,
    Code::NumberTooLarge,
];

/// What the compiler's parser says about a text.
fn complaints(text: &str) -> Vec<Code> {
    let mut sources = Sources::default();
    let id = sources.add("program.bean", text);
    let mut diagnostics = Diagnostics::default();
    syntax::parse(id, text, &mut diagnostics);
    let list = diagnostics.into_sorted();
    list.into_iter().map(|it| it.code).collect()
}

/// Programs by name.
#[derive(Default)]
struct Programs(BTreeMap<String, String>);

impl Programs {
    /// Everything in the repository that is, or almost is, a program.
    fn all() -> Self {
        let mut programs = Self::default();
        let root = tools::root();
        for folder in ["docs", "stdlib", "tests/cases", "src/cli"] {
            programs.files(&root.join(folder));
        }
        programs.markdown(&root.join("README.md"));
        programs.markdown(&root.join("CHANGELOG.md"));
        for entry in std::fs::read_dir(root.join("tests/it")).expect("the folder is there") {
            let path = entry.expect("it is readable").path();
            if path.extension().is_some_and(|it| it == "rs") {
                programs.raw_texts(&path);
            }
        }
        for code in Code::ALL {
            let page = code.parsed_page();
            for (what, examples) in [("wrong", &page.wrong), ("right", &page.right)] {
                for example in examples {
                    let (number, file) = (code.number(), example.file);
                    programs.add(format!("{number} {what} {file}"), example.text);
                }
            }
        }
        programs
    }

    fn add(&mut self, name: impl Into<String>, text: &str) {
        self.0.insert(name.into(), text.to_owned());
    }

    fn files(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it is readable").path();
            if path.is_dir() {
                self.files(&path);
            } else if path.extension().is_some_and(|it| it == "md") {
                self.markdown(&path);
            } else if path.extension().is_some_and(|it| it == "bean") {
                self.add(name(&path), &read(&path));
            }
        }
    }

    fn markdown(&mut self, path: &Path) {
        let text = read(path);
        let fenced = text.split("```bean").skip(1);
        for (number, program) in fenced.enumerate() {
            let program = program.split_once('\n').map_or("", |it| it.1);
            let program = program.split("```").next().unwrap_or_default();
            self.add(format!("{} {number}", name(path)), program);
        }
    }

    /// The programs in tests, which carry expectations in comments.
    fn raw_texts(&mut self, path: &Path) {
        let text = read(path);
        for (number, program) in text.split("r#\"").skip(1).enumerate() {
            let program = program.split("\"#").next().unwrap_or_default();
            if program.contains("edition ") {
                self.add(format!("{} {number}", name(path)), program);
            }
        }
    }

    /// Each program with one piece gone, twice, or in the place of another.
    fn mutated(&self, each: usize) -> Self {
        let mut mutants = Self::default();
        let mut random = 2026_u64;
        for (name, text) in &self.0 {
            let pieces = pieces(text);
            if pieces.len() < 3 {
                continue;
            }
            for number in 0..each {
                let mut below = |limit: usize| {
                    random = random
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    (random >> 33) as usize % limit
                };
                let mut mutant: Vec<&str> = pieces.clone();
                let at = below(mutant.len());
                match below(4) {
                    0 => {
                        mutant.remove(at);
                    }
                    1 => mutant.insert(at, pieces[at]),
                    2 => mutant[at] = pieces[below(pieces.len())],
                    _ => mutant.insert(at, PIECES[below(PIECES.len())]),
                }
                mutants.add(format!("{name}, change {number}"), &mutant.concat());
            }
        }
        mutants
    }
}

/// What is put into programs where it may not belong.
const PIECES: &[&str] = &[
    " ",
    "\n",
    "\n\n",
    ",",
    ";",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "=",
    "+=",
    ":",
    "==",
    " - ",
    "-",
    "!",
    "?",
    " + ",
    "*",
    "/",
    "&&",
    "||",
    "<",
    ">=",
    "...",
    ".",
    "..",
    "#",
    "//",
    "/*",
    "'",
    "${",
    "\\",
    "\\n",
    "$",
    "%",
    "5m",
    "1h30m",
    "20GiB",
    "70%",
    "10.0.0.0/8",
    "/24",
    "1_000",
    "007",
    "true",
    "null",
    "not ",
    " and ",
    "if ",
    "else ",
    "let ",
    "remove ",
    "assert ",
    "extends ",
    "list<string>",
    "param x: int\n",
    "edition 2026\n",
    "word",
    "a.b",
    "f(x)",
    "é",
    "\u{feff}",
    "\t",
    "\r",
];

/// Words, numbers and single characters: what joined is the text again.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let length = match first {
            ' ' => rest.len() - rest.trim_start_matches(' ').len(),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            _ if is_word(first) => rest.len() - rest.trim_start_matches(is_word).len(),
            _ => first.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file is there")
}

fn name(path: &Path) -> String {
    let path = path.strip_prefix(tools::root()).unwrap_or(path);
    path.display().to_string()
}

fn grammar() -> PathBuf {
    tools::root().join("editors/tree-sitter-bean")
}

/// Fails with every program about which the two disagree.
#[track_caller]
fn they_agree(programs: &Programs) -> Option<()> {
    let python = tools::editors()?;
    let compiler = tools::require("cc")?;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let library = folder.path().join("bean.so");
    let mut command = Command::new(compiler);
    let sources = grammar().join("src");
    command.args(["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o"]);
    command.arg(&library).arg("-I").arg(&sources);
    command.args([sources.join("parser.c"), sources.join("scanner.c")]);
    tools::assert_success(&command.output().expect("the compiler starts"));
    let mut lines = String::new();
    let mut accepted = 0;
    for (name, text) in &programs.0 {
        let complaints = complaints(text);
        if complaints.iter().any(|code| UNCOUNTED.contains(code)) {
            continue;
        }
        accepted += usize::from(complaints.is_empty());
        let accepted = complaints.is_empty();
        let line = serde_json::json!({ "name": name, "text": text, "accepted": accepted });
        writeln!(lines, "{line}").expect("a string takes everything");
    }
    let count = lines.lines().count();
    assert!(
        accepted > count / 10 && accepted < count,
        "{accepted} of {count} programs are good: nothing is compared"
    );
    let file = folder.path().join("programs");
    std::fs::write(&file, &lines).expect("it is writable");
    if let Some(copy) = std::env::var_os("KEEP_PROGRAMS") {
        std::fs::write(copy, &lines).expect("it is writable");
    }
    let script = tools::root().join("tests/python/tree_sitter_bean.py");
    let output = tools::run_in(".", &python, [&script, &library, &file]);
    tools::assert_success(&output);
    let disagreements = String::from_utf8(output.stdout).expect("output is text");
    let mut report = String::new();
    for line in disagreements.lines().take(20) {
        let said: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
        let name = said["name"].as_str().expect("it has a name");
        let text = &programs.0[name];
        let (place, codes) = (&said["place"], complaints(text));
        write!(
            report,
            "\n{name}: the compiler says {codes:?}, the tree has an error at {place}\n{text}\n"
        )
        .expect("a string takes everything");
    }
    let wrong = disagreements.lines().count();
    assert!(wrong == 0, "{wrong} of {count} programs:\n{report}");
    Some(())
}

#[test]
fn it_takes_and_refuses_what_the_compiler_does() {
    they_agree(&Programs::all());
}

/// The repository's programs make few mistakes; changed at random they make
/// all of them.
#[test]
fn it_agrees_about_changed_programs() {
    they_agree(&Programs::all().mutated(40));
}

/// The parser is what its grammar says, and the trees of its own tests are
/// right. Without the generator, which takes minutes to compile, the rest of
/// the tests still run on the parser that is committed.
#[test]
fn the_parser_is_generated_from_its_grammar() {
    let Some(generator) = tools::tree_sitter() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&generator);
        command.args(arguments).current_dir(grammar());
        let output = command
            .env("XDG_CACHE_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .output();
        let output = output.expect("the generator starts");
        tools::assert_success(&output);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let made = folder.path().join("src");
    run(&["generate", "--output", &made.display().to_string()]);
    for file in ["parser.c", "grammar.json", "node-types.json"] {
        assert!(
            read(&made.join(file)) == read(&grammar().join("src").join(file)),
            "src/{file} is another: `tree-sitter generate` makes it"
        );
    }
    let said = run(&["test"]);
    assert!(said.contains("; failed parses: 0;"), "{said}");
    for query in [
        "highlights",
        "injections",
        "locals",
        "folds",
        "indents",
        "textobjects",
    ] {
        let path = format!("queries/{query}.scm");
        for program in ["02-worker.bean", "shop.test.bean"] {
            let program = format!("../../tests/cases/examples/{program}");
            run(&["query", "--quiet", &path, &program]);
        }
    }
}
