//! Where something is declared or written.

use smol_str::SmolStr;

use super::Snapshot;
use super::lineage::{Lineage, parents};
use super::marks::{self, Key, Keyed, Mark, What};
use crate::analysis::names::{ItemId, Space};
use crate::disk::normalize;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Block, Entry, Item};

/// A place to go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The name.
    pub place: Span,
    /// All that belongs to it.
    pub whole: Span,
}

/// What stands at an offset, and where it is declared. For a property it is
/// where the nearest parent sets it; for a reference to one, where it is set.
#[must_use]
pub fn definition(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<(Span, Vec<Target>)> {
    let mark = marks::at(snapshot, file, offset)?;
    let targets = targets(snapshot, file, &mark);
    (!targets.is_empty()).then_some((mark.span, targets))
}

fn targets(snapshot: &Snapshot, file: FileId, mark: &Mark<'_>) -> Vec<Target> {
    match &mark.what {
        What::Declares(id)
        | What::Uses(id)
        | What::Imports(id)
        | What::Alias(id)
        | What::Library(id) => item(snapshot, *id).into_iter().collect(),
        What::Label(keyed) | What::LabelUse(keyed) => label(snapshot, keyed).into_iter().collect(),
        What::Key(key) => inherited(snapshot, key).into_iter().collect(),
        What::KeyUse(key) => written(snapshot, key).into_iter().collect(),
        What::Head(word) => {
            let Some(id) = super::item_at(snapshot, file, mark.span.start) else {
                return Vec::new();
            };
            let names = snapshot.reading().names();
            match (word.text.as_str(), names.block(id)) {
                ("self", Some(_)) => item(snapshot, id).into_iter().collect(),
                ("base", Some(block)) => {
                    let parents = parents(&names, id.file, block);
                    let targets = parents.into_iter();
                    targets.filter_map(|id| item(snapshot, id)).collect()
                }
                _ => Vec::new(),
            }
        }
        What::Member(ty) => vec![Target {
            place: ty.span,
            whole: ty.span,
        }],
        What::ImportPath => imported_file(snapshot, file, mark).into_iter().collect(),
        What::Kind(_)
        | What::Variant(_)
        | What::Unknown
        | What::Name
        | What::Attribute(_)
        | What::Pseudo(_)
        | What::Word(_)
        | What::TypeName
        | What::Function
        | What::Bool
        | What::Number
        | What::Quantity
        | What::Text => Vec::new(),
    }
}

/// The beginning of a file that was read because of an import.
fn imported_file(snapshot: &Snapshot, file: FileId, mark: &Mark<'_>) -> Option<Target> {
    let loaded = snapshot.loaded(file)?;
    let written = snapshot.sources().text(mark.span).trim_matches('"');
    let name = match written.strip_prefix("std/") {
        Some(library) => format!("std/{}.bean", library.trim_end_matches(".bean")),
        None => {
            let path = normalize(&loaded.folder.as_ref()?.join(written));
            path.to_string_lossy().replace('\\', "/")
        }
    };
    let mut files = snapshot.sources().iter();
    let (id, _) = files.find(|(_, file)| file.name() == name)?;
    let start = Span::new(id, 0, 0);
    Some(Target {
        place: start,
        whole: start,
    })
}

fn item(snapshot: &Snapshot, id: ItemId) -> Option<Target> {
    let names = snapshot.reading().names();
    let (_, word) = names.named(id)?;
    Some(Target {
        place: word.span,
        whole: names.item(id).span(),
    })
}

/// The nearest place that writes a keyed block.
fn label(snapshot: &Snapshot, keyed: &Keyed) -> Option<Target> {
    let mut words: Vec<SmolStr> = keyed.path.split('.').map(SmolStr::from).collect();
    words.push(keyed.name.clone());
    let lineage = Lineage::new(snapshot).of(keyed.owner);
    nearest(snapshot, &lineage, &words)
}

/// Where a property of a reference is written.
fn written(snapshot: &Snapshot, key: &Key) -> Option<Target> {
    let lineage = Lineage::new(snapshot).of(key.owner?);
    nearest(snapshot, &lineage, &key.words())
}

/// Where a property was written that this place hides.
fn inherited(snapshot: &Snapshot, key: &Key) -> Option<Target> {
    let lineage = Lineage::new(snapshot).of(key.owner?);
    nearest(snapshot, lineage.get(1..)?, &key.words())
}

fn nearest(snapshot: &Snapshot, lineage: &[ItemId], words: &[SmolStr]) -> Option<Target> {
    let names = snapshot.reading().names();
    lineage.iter().find_map(|id| match names.item(*id) {
        Item::Block(block) => find(&block.body, words),
        _ => None,
    })
}

/// The entry at a path of keys and labels.
fn find(block: &Block, words: &[SmolStr]) -> Option<Target> {
    let [word, rest @ ..] = words else {
        return None;
    };
    block.entries.iter().find_map(|entry| {
        let whole = entry.span();
        match entry {
            Entry::Property(it) if it.key.text == *word && rest.is_empty() => Some(Target {
                place: it.key.span,
                whole,
            }),
            Entry::Block(it) if it.key.text == *word => match (it.labels.first(), rest) {
                (_, []) => Some(Target {
                    place: it.key.span,
                    whole,
                }),
                (None, rest) => find(&it.body, rest),
                (Some(label), [name, rest @ ..]) if label.text == *name => match rest {
                    [] => Some(Target {
                        place: label.span,
                        whole,
                    }),
                    rest => find(&it.body, rest),
                },
                (Some(_), _) => None,
            },
            _ => None,
        }
    })
}

/// The first block at a path of keys and labels.
pub(super) fn find_body<'a>(block: &'a Block, words: &[SmolStr]) -> Option<&'a Block> {
    let [word, rest @ ..] = words else {
        return Some(block);
    };
    block.entries.iter().find_map(|entry| match entry {
        Entry::Block(it) if it.key.text == *word => match (it.labels.first(), rest) {
            (None, rest) => find_body(&it.body, rest),
            (Some(label), [name, rest @ ..]) if label.text == *name => find_body(&it.body, rest),
            (Some(_), _) => None,
        },
        _ => None,
    })
}

/// The space that a declaration's name is in.
pub(super) fn space(snapshot: &Snapshot, id: ItemId) -> Option<Space> {
    let names = snapshot.reading().names();
    names.named(id).map(|(space, _)| space)
}
