//! What an editor may ask. Programs carry a cursor, `$0`, and stand beside the
//! answer; the functions here are all that knows the questions' API.

#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

mod colours;
mod completion;
mod everywhere;
mod hints;
mod meaning;
mod rename;
mod structure;

use std::path::Path;

use beanc::diagnostic::Edit;
use beanc::disk::MemoryDisk;
use beanc::driver::Options;
use beanc::ide::Snapshot;
use beanc::source::{FileId, Span};

/// A program with the cursor in one of its files.
struct Cursor {
    snapshot: Snapshot,
    file: FileId,
    offset: u32,
}

impl Cursor {
    fn text(&self, span: Span) -> &str {
        self.snapshot.sources().text(span)
    }
}

/// The first file is the entry; the cursor is in the one with `$0`, or at the
/// beginning of the entry.
#[track_caller]
fn open(files: &[(&str, &str)]) -> Cursor {
    let mut cursor = (files[0].0, 0);
    let mut without: Vec<(&str, String)> = Vec::new();
    for (name, text) in files {
        let text = text.trim_start_matches('\n');
        if let Some(at) = text.find("$0") {
            cursor = (name, at);
        }
        without.push((name, text.replacen("$0", "", 1)));
    }
    let disk = MemoryDisk::new(without);
    let snapshot = Snapshot::new(Path::new(files[0].0), &disk, &Options::default());
    let file = snapshot.file(Path::new(cursor.0));
    let file = file.unwrap_or_else(|| panic!("{} is not read", cursor.0));
    let offset = u32::try_from(cursor.1).expect("programs are short");
    Cursor {
        snapshot,
        file,
        offset,
    }
}

/// Fails unless an answer is the expected one.
#[track_caller]
fn compare(actual: &str, expected: &str) {
    let expected = expected.trim_start_matches('\n').trim_end();
    assert!(
        actual.trim_end() == expected,
        "the answer is\n\n{actual}\ninstead of\n\n{expected}\n"
    );
}

/// The programs of `tests/cases`, as names and texts.
fn programs() -> Vec<(String, String)> {
    let folders = ["examples", "programs"].map(|it| format!("{CASES}/{it}"));
    let mut programs = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(&folder).expect("the cases are there");
        for entry in entries {
            let path = entry.expect("the folder can be read").path();
            if path.extension().is_some_and(|it| it == "bean") {
                let text = std::fs::read_to_string(&path).expect("the case can be read");
                programs.push((path.display().to_string(), text));
            }
        }
    }
    programs.sort();
    programs
}

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");

/// A program of `tests/cases` with another text, and the cursor in front. Its
/// params have values, so that more of it can be read.
fn open_text(path: &str, text: &str) -> Cursor {
    let disk = beanc::disk::RealDisk;
    let disk = beanc::disk::Overlay::new(&disk, [(path, text.as_bytes().to_vec())]);
    let certificate = "arn:aws:acm:eu-west-1:111111111111:certificate/abc";
    let options = Options {
        params: vec![("certificate".into(), certificate.into())],
        ..Options::default()
    };
    let given = text.contains("param certificate");
    let options = if given { options } else { Options::default() };
    let snapshot = Snapshot::new(Path::new(path), &disk, &options);
    let file = snapshot.file(Path::new(path));
    Cursor {
        file: file.unwrap_or_else(|| panic!("{path} is not read")),
        snapshot,
        offset: 0,
    }
}

/// A text with the edits of its file carried out.
fn edited(text: &str, file: FileId, edits: &[Edit]) -> String {
    let mut result = text.to_owned();
    for edit in edits.iter().rev().filter(|it| it.span.file == file) {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        result.replace_range(start..end, &edit.text);
    }
    result
}
