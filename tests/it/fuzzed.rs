//! What fuzzers found once stays mended: their corpus, run without them.

#![expect(clippy::disallowed_methods, reason = "tests read the corpus")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

#[path = "../../fuzz/src/lib.rs"]
mod targets;

/// Runs a target over its folder of the corpus, and names every file that it
/// fails on.
#[track_caller]
fn holds(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|file| file.expect("it can be listed").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus of `{name}` is empty");
    let fails = |file: &std::path::PathBuf| {
        let bytes = fs::read(file).expect("it can be read");
        catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err()
    };
    files.retain(fails);
    assert!(files.is_empty(), "`{name}` fails on {files:#?}");
}

#[test]
fn the_corpus_of_the_parser_holds() {
    holds("parse", targets::parse);
}

#[test]
fn the_corpus_of_the_check_holds() {
    holds("check", targets::check);
}

#[test]
fn the_corpus_of_the_formatter_holds() {
    holds("format", targets::format);
}

#[test]
fn the_corpus_of_the_language_server_holds() {
    holds("lsp", targets::lsp);
}
