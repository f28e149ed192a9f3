//! Where something is declared or written.

use smol_str::SmolStr;

use super::Snapshot;
use super::lineage::Lineage;
use super::marks::{self, Asked, Key, Keyed, Mark, What};
use crate::analysis::names::{ItemId, Space};
use crate::disk::normalize;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Block, Entry};

/// A place to go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The name.
    pub place: Span,
    /// All that belongs to it.
    pub whole: Span,
}

/// What stands at an offset, and where it is declared. For a property it is
/// where the parents set it, each line of them at its nearest; for a reference
/// to one, where it is set, which behind `base` is the same.
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
        What::Label(keyed) => of_keyed(snapshot, keyed, Asked::All),
        What::LabelUse(keyed, asked) => of_keyed(snapshot, keyed, *asked),
        What::Key(key) => of_key(snapshot, key, Asked::Parents),
        What::KeyUse(key, asked) => of_key(snapshot, key, *asked),
        What::Head(word) => {
            let Some(id) = super::item_at(snapshot, file, mark.span.start) else {
                return Vec::new();
            };
            let is_block = snapshot.reading().names().block(id).is_some();
            match word.text.as_str() {
                "self" if is_block => item(snapshot, id).into_iter().collect(),
                "base" => {
                    let lineage = Lineage::new(snapshot);
                    let parents = lineage.parents(id).iter();
                    parents.filter_map(|id| item(snapshot, *id)).collect()
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

fn of_key(snapshot: &Snapshot, key: &Key, asked: Asked) -> Vec<Target> {
    let targets = key.owner.map(|owner| {
        let lineage = Lineage::new(snapshot);
        written(snapshot, &lineage, owner, &key.words(), asked)
    });
    targets.unwrap_or_default()
}

fn of_keyed(snapshot: &Snapshot, keyed: &Keyed, asked: Asked) -> Vec<Target> {
    let lineage = Lineage::new(snapshot);
    written(snapshot, &lineage, keyed.owner, &keyed.words(), asked)
}

/// The nearest places that write what is at a path of keys and labels: the
/// item's own, or one in each line of its parents.
pub(super) fn written(
    snapshot: &Snapshot,
    lineage: &Lineage,
    owner: ItemId,
    words: &[SmolStr],
    asked: Asked,
) -> Vec<Target> {
    let mut search = Search {
        snapshot,
        lineage,
        words,
        seen: Vec::new(),
        found: Vec::new(),
    };
    match asked {
        Asked::All => search.item(owner),
        Asked::Parents => search.parents(owner),
    }
    search.found
}

struct Search<'s> {
    snapshot: &'s Snapshot,
    lineage: &'s Lineage,
    words: &'s [SmolStr],
    /// Two parents may have one of their own in common, and a wrong program
    /// may go round in a circle.
    seen: Vec<ItemId>,
    found: Vec<Target>,
}

impl Search<'_> {
    fn item(&mut self, id: ItemId) {
        if self.seen.contains(&id) {
            return;
        }
        self.seen.push(id);
        let said = match self.snapshot.reading().names().block(id) {
            Some(block) => said(&block.body, self.words),
            None => None,
        };
        match said {
            Some(Said::Written(target)) => self.found.push(target),
            Some(Said::Removed) => {}
            None => self.parents(id),
        }
    }

    fn parents(&mut self, id: ItemId) {
        for parent in self.lineage.parents(id) {
            self.item(*parent);
        }
    }
}

/// What a body says of a path.
enum Said {
    Written(Target),
    /// Whatever the parents say of it.
    Removed,
}

fn said(block: &Block, words: &[SmolStr]) -> Option<Said> {
    let [word, rest @ ..] = words else {
        return None;
    };
    block.entries.iter().find_map(|entry| {
        let written = |place| {
            let whole = entry.span();
            Some(Said::Written(Target { place, whole }))
        };
        match entry {
            Entry::Property(it) if it.key.text == *word && rest.is_empty() => written(it.key.span),
            Entry::Block(it) if it.key.text == *word => match (it.labels.first(), rest) {
                (_, []) => written(it.key.span),
                (None, rest) => said(&it.body, rest),
                (Some(label), [name, rest @ ..]) if label.text == *name => match rest {
                    [] => written(label.span),
                    rest => said(&it.body, rest),
                },
                (Some(_), _) => None,
            },
            Entry::Remove(it) if it.key.text == *word => match (it.labels.first(), rest.first()) {
                (None, _) => Some(Said::Removed),
                (Some(label), Some(name)) if label.text == *name => Some(Said::Removed),
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
