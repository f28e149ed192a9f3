//! What an editor may ask. Programs carry a cursor, `$0`, and stand beside the
//! answer; the functions here are all that knows the questions' API.

mod structure;

use std::path::Path;

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
