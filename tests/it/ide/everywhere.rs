//! Every question at every place of every program, whole and cut off.

use std::path::Path;

use beanc::disk::{Disk, MemoryDisk, RealDisk};
use beanc::driver::Options;
use beanc::ide::{
    Snapshot, completion, definition, folding, hints, hover, lens, links, references, rename,
    selection, symbols, tokens,
};
use beanc::source::FileId;

use super::{edited, open_text, programs};

/// Questions about one place.
fn ask_at(snapshot: &Snapshot, file: FileId, offset: u32) {
    let _ = hover::hover(snapshot, file, offset);
    let _ = definition::definition(snapshot, file, offset);
    let _ = selection::ranges(snapshot, file, offset);
    let _ = rename::prepare(snapshot, file, offset);
    let text = snapshot.sources().file(file).text();
    let _ = completion::complete(snapshot, &RealDisk, file, text, offset);
}

/// Questions about a file.
fn ask_all(snapshot: &Snapshot, file: FileId) {
    let _ = tokens::tokens(snapshot, file);
    let _ = folding::folds(snapshot, file);
    let _ = symbols::document(snapshot, file);
    let _ = snapshot.tree(file).map(symbols::names);
    let _ = links::links(snapshot, file);
    let _ = lens::lenses(snapshot, file);
    let _ = hints::hints(snapshot, file, 0, u32::MAX);
}

#[test]
fn every_question_has_an_answer_at_every_place() {
    for (name, text) in programs() {
        let cursor = open_text(&name, &text);
        ask_all(&cursor.snapshot, cursor.file);
        let offsets = text.char_indices().map(|(at, _)| at).step_by(3);
        for offset in offsets.chain([text.len(), text.len() + 9]) {
            let offset = u32::try_from(offset).expect("programs are short");
            ask_at(&cursor.snapshot, cursor.file, offset);
        }
        for offset in (0..text.len()).step_by(97) {
            let offset = u32::try_from(offset).expect("programs are short");
            let _ = references::references(&cursor.snapshot, cursor.file, offset);
        }
    }
}

#[test]
fn a_program_that_is_cut_off_has_answers_as_well() {
    for (name, text) in programs() {
        for (offset, _) in text.char_indices().step_by(61) {
            let cut = &text[..offset];
            let cursor = open_text(&name, cut);
            ask_all(&cursor.snapshot, cursor.file);
            for back in [0, 1, 2, 5, 20] {
                let at = u32::try_from(offset.saturating_sub(back)).expect("programs are short");
                ask_at(&cursor.snapshot, cursor.file, at);
            }
        }
    }
}

/// Whatever has a name and can be renamed is still the same program after it:
/// renamed back, it is the same text.
#[test]
fn every_name_of_the_examples_can_be_changed() {
    let mut renamed = 0;
    for (name, text) in programs() {
        let cursor = open_text(&name, &text);
        if !cursor.snapshot.diagnostics().is_empty() {
            continue;
        }
        let mut declared = Vec::new();
        for token in tokens::tokens(&cursor.snapshot, cursor.file) {
            if token.declares {
                declared.push(token.span);
            }
        }
        for span in declared {
            let old = cursor.text(span);
            let new = format!("{}-x", old.trim_matches('"'));
            let rename = match rename::rename(&cursor.snapshot, cursor.file, span.start, &new) {
                Ok(rename) => rename,
                Err(reason) if reason.starts_with("it cannot be called") => continue,
                Err(reason) => panic!("{name}: {old}: {reason}"),
            };
            let files = cursor.snapshot.sources().iter();
            let files = files.filter(|(_, source)| !source.name().starts_with("std/"));
            let disk = MemoryDisk::new(files.map(|(id, source)| {
                let path = cursor.snapshot.root().join(source.name());
                (path, edited(source.text(), id, &rename.edits))
            }));
            let after = Snapshot::new(cursor.snapshot.entry(), &disk, cursor.snapshot.options());
            let units = |snapshot: &Snapshot| {
                let units = snapshot.units().iter();
                units.map(|it| it.resources().count()).collect::<Vec<_>>()
            };
            assert!(
                after.units().len() == cursor.snapshot.units().len(),
                "{name}: {old}: {:?}",
                after.diagnostics()
            );
            assert_eq!(units(&after), units(&cursor.snapshot), "{name}: {old}");
            renamed += 1;
        }
    }
    assert!(renamed > 50, "{renamed} names were changed");
}

/// The real files of the library open as well.
#[test]
fn the_library_has_answers() {
    let disk = RealDisk;
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/stdlib/presets.bean"));
    assert!(disk.exists(path));
    let snapshot = Snapshot::new(path, &disk, &Options::default());
    let file = snapshot.file(path).expect("it is read");
    ask_all(&snapshot, file);
}
