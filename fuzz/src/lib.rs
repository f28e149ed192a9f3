//! What must hold for any bytes, one function per fuzz target.
//!
//! `cargo fuzz run check` mutates inputs until one of these panics or takes too
//! long; the tests of the package (`tests/it/fuzzed.rs`) run them over the
//! corpus, so that what a fuzzer has found once stays mended.

use std::hint::black_box;
use std::path::Path;

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::{Diagnostic, Diagnostics, fixes, json, short, terminal};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use beanc::source::Sources;
use beanc::syntax;

/// Between the files of one input: a program, what it may import, and what an
/// application may bring.
const NEXT_FILE: &str = "\n#---\n";
const FILES: [&str; 4] = ["env.bean", "shared.bean", "Dockerrun.aws.json", "cron.yaml"];

/// Every text has a tree, and its pieces lie in order, one in another.
pub fn parse(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::default();
    let id = sources.add("env.bean", &text);
    let mut diagnostics = Diagnostics::default();
    let file = syntax::parse(id, &text, &mut diagnostics);
    assert!(!file.damaged || diagnostics.has_errors(), "damage is said");
    let mut open: Vec<(usize, usize)> = Vec::new();
    for token in syntax::tokens(&text) {
        assert!(
            text.get(token.start..token.end).is_some(),
            "a piece is text"
        );
        open.truncate(token.depth);
        if let Some((start, end)) = open.last() {
            assert!(*start <= token.start && token.end <= *end, "pieces nest");
        }
        open.push((token.start, token.end));
    }
    printed(&diagnostics.into_sorted(), &sources);
}

/// Every program compiles or is complained about, and what compiles is JSON for
/// both targets, the same twice.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let disk = MemoryDisk::new(FILES.into_iter().zip(text.split(NEXT_FILE)));
    let compile = || driver::compile(Path::new(FILES[0]), &disk, &Options::default());
    let compilation = compile();
    let sources = &compilation.sources;
    printed(&compilation.diagnostics, sources);
    black_box(fixes::apply(&compilation.diagnostics, sources, |_| true));
    assert!(compilation.units.is_empty() || !compilation.has_errors());
    let again = compile();
    assert_eq!(
        compilation.diagnostics, again.diagnostics,
        "said twice the same"
    );
    for (unit, same) in compilation.units.iter().zip(&again.units) {
        for render in [cloudformation::render, terraform::render] {
            let document = render(unit, sources);
            serde_json::from_str::<serde_json::Value>(&document.text).expect("outputs are JSON");
            serde_json::from_str::<serde_json::Value>(&document.map).expect("maps are JSON");
            assert_eq!(
                document,
                render(same, &again.sources),
                "built twice the same"
            );
        }
    }
}

/// Formatting is settled after one time, and means the same.
pub fn format(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (formatted, errors) = formatted(&text);
    let (again, errors_again) = self::formatted(&formatted);
    assert_eq!(again, formatted, "formatting twice is formatting once");
    if errors == 0 {
        assert_eq!(errors_again, 0, "formatting makes no error");
        assert_eq!(
            templates(&formatted),
            templates(&text),
            "the meaning is kept"
        );
    }
}

/// What a program of one file compiles to.
fn templates(text: &str) -> Vec<String> {
    let disk = MemoryDisk::new([(FILES[0], text)]);
    let compilation = driver::compile(Path::new(FILES[0]), &disk, &Options::default());
    let render = |unit| cloudformation::render(unit, &compilation.sources).text;
    compilation.units.iter().map(render).collect()
}

fn formatted(text: &str) -> (String, usize) {
    let mut sources = Sources::default();
    let id = sources.add("env.bean", text);
    let mut diagnostics = Diagnostics::default();
    let formatted = syntax::format(id, text, &mut diagnostics);
    (formatted, diagnostics.error_count())
}

/// Every printer has an answer to every complaint.
fn printed(diagnostics: &[Diagnostic], sources: &Sources) {
    for diagnostic in diagnostics {
        let one = std::slice::from_ref(diagnostic);
        let line = short::render_all(one, sources);
        assert_eq!(line.matches('\n').count(), 1, "a line each: {line}");
    }
    black_box(json::render_all(diagnostics, sources));
    black_box(terminal::render_all(
        diagnostics,
        sources,
        80,
        terminal::Style::Plain,
    ));
}
