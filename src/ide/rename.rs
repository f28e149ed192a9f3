//! Giving something another name, everywhere at once.
//!
//! A rename is tried before it is offered: when the program would have an
//! error that it has not now, the answer is that error. An environment's
//! resources are named after it, so its new name comes with
//! `renamed_from = old`, which keeps them. Nothing of that kind exists for
//! applications and networks: there the answer says what will be replaced.

use std::path::Path;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Snapshot;
use super::definition::space;
use super::marks::{self, Mark, What};
use super::references::{Reference, Thing, places};
use crate::analysis::names::{ItemId, Space};
use crate::diagnostic::{Code, Edit, Severity};
use crate::disk::MemoryDisk;
use crate::source::{FileId, LineEnd, Span};
use crate::syntax::ast::{Block, BlockItem, Entry, ExprKind, Item, ItemKind, Property};

/// What has to change, and what the user should know before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The changes, by file and position.
    pub edits: Vec<Edit>,
    /// What the new name means for what is deployed.
    pub note: Option<String>,
}

/// What would be renamed at an offset: its place.
///
/// # Errors
/// Why it has no name that could be changed, in a sentence.
pub fn prepare(snapshot: &Snapshot, file: FileId, offset: u32) -> Result<Span, String> {
    let mark = marks::at(snapshot, file, offset).ok_or("there is no name here")?;
    let written = snapshot.sources().text(mark.span);
    let names = snapshot.reading().names();
    match (&mark.what, Thing::of(&mark)) {
        (What::Library(_), _) => Err(of_library(written)),
        (_, Some(Thing::Item(id))) if snapshot.is_library(id.file) => {
            // What it is called here is the program's own.
            match names.named(id) {
                Some((_, word)) if word.text != written => Ok(mark.span),
                _ => Err(of_library(written)),
            }
        }
        (_, Some(Thing::Keyed(keyed))) if snapshot.is_library(keyed.owner.file) => {
            Err(of_library(written))
        }
        (_, Some(_)) => Ok(mark.span),
        (What::Name, None) if output(snapshot, file, offset) => Ok(mark.span),
        (What::Unknown, None) => Err(format!("`{written}` is not declared")),
        (What::Text | What::ImportPath | What::Name, None) => {
            Err("a text has no name that could be changed".to_owned())
        }
        (What::Bool | What::Number | What::Quantity, None) => {
            Err("a value has no name that could be changed".to_owned())
        }
        (_, None) => Err(format!("`{written}` is a word of the language")),
    }
}

fn of_library(written: &str) -> String {
    let name = written.trim_matches('"');
    format!("`{name}` is declared in the standard library")
}

/// Whether the declaration at an offset is an output.
fn output(snapshot: &Snapshot, file: FileId, offset: u32) -> bool {
    let id = super::item_at(snapshot, file, offset);
    let item = id.map(|id| snapshot.reading().names().item(id));
    matches!(item, Some(Item::Output(_)))
}

/// The changes that give what stands at an offset the name `new`.
///
/// # Errors
/// Why that cannot be, in a sentence.
pub fn rename(snapshot: &Snapshot, file: FileId, offset: u32, new: &str) -> Result<Rename, String> {
    let span = prepare(snapshot, file, offset)?;
    let mark = marks::at(snapshot, file, offset).ok_or("there is no name here")?;
    let written = snapshot.sources().text(span);
    let is_quoted = written.starts_with('"');
    let old = SmolStr::from(written.trim_matches('"'));
    let new = if is_quoted {
        new.trim_matches('"')
    } else {
        new
    };
    // What is no name, like a path, need not become one.
    match is_quoted && well_formed(&old).is_err() {
        true => plain(new)?,
        false => well_formed(new)?,
    }
    if old == new {
        return Ok(Rename {
            edits: Vec::new(),
            note: None,
        });
    }
    let (mut edits, mut note) = (Vec::new(), None);
    match Thing::of(&mark) {
        None => edits.push(renamed(snapshot, span, new)),
        Some(Thing::Item(id)) => {
            let declared = snapshot.reading().names().named(id);
            let declared = declared.map(|(_, word)| word.text.clone());
            if declared.as_ref().is_some_and(|it| *it != old) {
                edits = alias(snapshot, file, id, &old, new);
            } else {
                let places = places(snapshot, &Thing::Item(id));
                free(snapshot, id, &places, new)?;
                let named = places.iter().map(|it| it.span);
                edits.extend(
                    named
                        .filter(|span| snapshot.sources().text(*span).trim_matches('"') == old)
                        .map(|span| renamed(snapshot, span, new)),
                );
                if let Item::Block(block) = snapshot.reading().names().item(id) {
                    note = keep(snapshot, block, new, &mut edits);
                } else if space(snapshot, id) == Some(Space::Input) {
                    note = Some(format!(
                        "the stack's parameter `{old}` becomes another one, `{new}`"
                    ));
                }
            }
        }
        Some(thing @ (Thing::Keyed(_) | Thing::Name(..))) => {
            let places = places(snapshot, &thing);
            let named = places.iter().map(|it| renamed(snapshot, it.span, new));
            edits.extend(named);
        }
    }
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    for edit in &mut edits {
        let line_end = LineEnd::of(snapshot.sources().file(edit.span.file).text());
        edit.text = line_end.put_into(std::mem::take(&mut edit.text));
    }
    tried(snapshot, &edits, new)?;
    Ok(Rename { edits, note })
}

/// A name as the grammar reads it.
fn well_formed(name: &str) -> Result<(), String> {
    let first = name.chars().next();
    let inside = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    match first {
        None => Err("a name has at least one letter".to_owned()),
        Some(first) if !first.is_ascii_alphabetic() && first != '_' => {
            Err(format!("`{name}` is no name: names begin with a letter"))
        }
        Some(_) if !name.chars().all(inside) || name.ends_with('-') => Err(format!(
            "`{name}` is no name: names have letters and digits of ASCII, `_`, and `-` between them"
        )),
        Some(_) => Ok(()),
    }
}

/// Text as it stands between quotes, without anything to escape.
fn plain(text: &str) -> Result<(), String> {
    let is_odd = |it: char| it.is_control() || matches!(it, '"' | '\\' | '$');
    match text.is_empty() || text.contains(is_odd) {
        true => Err(format!("`{text}` cannot stand between quotes")),
        false => Ok(()),
    }
}

/// A name replaced, between quotes where it stood between quotes.
fn renamed(snapshot: &Snapshot, span: Span, new: &str) -> Edit {
    let quoted = snapshot.sources().text(span).starts_with('"');
    let text = if quoted {
        format!("\"{new}\"")
    } else {
        new.to_owned()
    };
    Edit { span, text }
}

/// What an imported thing is called in one file.
fn alias(snapshot: &Snapshot, file: FileId, id: ItemId, old: &str, new: &str) -> Vec<Edit> {
    let marks = marks::of_file(snapshot, file);
    let called = |mark: &&Mark<'_>| snapshot.sources().text(mark.span) == old;
    let meant = |mark: &&Mark<'_>| match &mark.what {
        What::Uses(it) | What::Alias(it) => *it == id,
        _ => false,
    };
    let places = marks.iter().filter(meant).filter(called);
    places
        .map(|mark| renamed(snapshot, mark.span, new))
        .collect()
}

/// Whether a name is free in every file that uses the item. The name of an
/// import would be hidden without a word.
fn free(snapshot: &Snapshot, id: ItemId, places: &[Reference], new: &str) -> Result<(), String> {
    let names = snapshot.reading().names();
    let Some(space) = space(snapshot, id) else {
        return Ok(());
    };
    let mut last = None;
    for place in places {
        if last.replace(place.span.file) == Some(place.span.file) {
            continue;
        }
        let Some(number) = snapshot.number(place.span.file) else {
            continue;
        };
        let taken = names.find(number, space, new).filter(|it| *it != id);
        if let Some((_, word)) = taken.and_then(|it| names.named(it)) {
            let (kind, place) = (space.word(), snapshot.sources().place(word.span));
            return Err(format!("there is {kind} `{new}` already: {place}"));
        }
    }
    Ok(())
}

/// Sees to it that what is deployed stays, or says that it does not.
fn keep(
    snapshot: &Snapshot,
    block: &BlockItem,
    new: &str,
    edits: &mut Vec<Edit>,
) -> Option<String> {
    let old = &block.name.text;
    match block.kind {
        ItemKind::Environment => {
            match former(&block.body) {
                None => edits.push(with_entry(
                    snapshot,
                    &block.body,
                    &format!("renamed_from = {old}"),
                )),
                // Back to the name it had: its resources have that still.
                Some(property) if is_word(property, new) => {
                    edits.push(without(snapshot, property));
                }
                // The resources are still called what they were called first.
                Some(_) => {}
            }
            Some(format!(
                "`renamed_from` keeps the resources of `{old}`; the stack itself gets a new name"
            ))
        }
        ItemKind::Application | ItemKind::Network | ItemKind::Resource => Some(format!(
            "resources are named after the {}: those of `{old}` would be replaced",
            block.kind.keyword()
        )),
        ItemKind::Platform | ItemKind::Template => None,
    }
}

fn former(body: &Block) -> Option<&Property> {
    body.entries.iter().find_map(|entry| match entry {
        Entry::Property(it) if it.key.text == "renamed_from" => Some(it),
        _ => None,
    })
}

fn is_word(property: &Property, word: &str) -> bool {
    matches!(&property.value.kind, ExprKind::Word(it) if it == word)
}

/// A body with one more entry at its end.
fn with_entry(snapshot: &Snapshot, body: &Block, entry: &str) -> Edit {
    let text = snapshot.sources().file(body.span.file).text();
    let end = body.span.end as usize;
    let closed = text[..end].ends_with('}');
    let brace = if closed { end - 1 } else { end };
    let line = text[..brace].rfind('\n').map_or(0, |at| at + 1);
    let alone = text[line..brace].trim().is_empty() && line > body.span.start as usize;
    let insert = |at: usize, text: String| Edit {
        span: Span::new(body.span.file, at, at),
        text,
    };
    match body.entries.last() {
        _ if alone => insert(line, format!("  {entry}\n")),
        Some(last) => insert(last.span().end as usize, format!(", {entry}")),
        None => Edit {
            span: body.span,
            text: format!("{{\n  {entry}\n}}"),
        },
    }
}

/// A property gone, with its line when it has one of its own.
fn without(snapshot: &Snapshot, property: &Property) -> Edit {
    let span = property.span;
    let text = snapshot.sources().file(span.file).text();
    let (start, end) = (span.start as usize, span.end as usize);
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let behind = &text[end..];
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t', '\r']).len();
    let alone = text[line..start].trim().is_empty() && behind[blanks..].starts_with('\n');
    let span = match alone {
        true => Span::new(span.file, line, end + blanks + 1),
        false => span,
    };
    Edit {
        span,
        text: String::new(),
    }
}

/// Compiles the program with the changes in memory. Files that the program
/// only reads are missing there before and after.
fn tried(snapshot: &Snapshot, edits: &[Edit], new: &str) -> Result<(), String> {
    let with = |edits: &[Edit]| {
        let sources = snapshot.sources().iter();
        let files = sources.filter(|(_, source)| !source.name().starts_with("std/"));
        let files = files.map(|(id, source)| {
            let path = snapshot.root().join(Path::new(source.name()));
            (path, edited(source.text(), id, edits))
        });
        // It says which folder is the root.
        let lock = (snapshot.root().join("bean.lock"), String::new());
        let disk = MemoryDisk::new(files.chain([lock]));
        Snapshot::new(snapshot.entry(), &disk, snapshot.options())
    };
    let errors = |program: &Snapshot| {
        let mut counted: FxHashMap<Code, Vec<String>> = FxHashMap::default();
        for it in program.diagnostics() {
            if it.severity() == Severity::Error {
                counted.entry(it.code).or_default().push(it.message.clone());
            }
        }
        counted
    };
    let (then, now) = (with(&[]), with(edits));
    let (before, after) = (errors(&then), errors(&now));
    for (code, messages) in after {
        let known = before.get(&code).map_or(0, Vec::len);
        if messages.len() > known {
            let message = messages.into_iter().next_back().unwrap_or_default();
            return Err(format!("it cannot be called `{new}`: {message}"));
        }
    }
    // A task of `cron.yaml` goes by its name as well.
    let resources = |program: &Snapshot| {
        let units = program.units().iter();
        units.map(|it| it.resources().count()).collect::<Vec<_>>()
    };
    match resources(&then) == resources(&now) {
        true => Ok(()),
        false => Err(format!(
            "it cannot be called `{new}`: something that the program reads goes by its old name"
        )),
    }
}

/// A text with the edits of its file carried out.
fn edited(text: &str, file: FileId, edits: &[Edit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits.iter().filter(|it| it.span.file == file) {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        result.push_str(text.get(at..start).unwrap_or_default());
        result.push_str(&edit.text);
        at = end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}
