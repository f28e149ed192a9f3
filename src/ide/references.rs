//! Every place that means the same thing.

use smol_str::SmolStr;

use super::Snapshot;
use super::lineage::Lineage;
use super::marks::{self, Keyed, Mark, What};
use crate::analysis::names::ItemId;
use crate::source::{FileId, Span};

/// A place that means a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The name there.
    pub span: Span,
    /// Whether it is declared or written there, rather than used.
    pub declares: bool,
}

/// Every place in the program that means what stands at an offset, by file and
/// position. An editor that marks them in one file takes those of that file.
#[must_use]
pub fn references(snapshot: &Snapshot, file: FileId, offset: u32) -> Vec<Reference> {
    let Some(mark) = marks::at(snapshot, file, offset) else {
        return Vec::new();
    };
    match Thing::of(&mark) {
        Some(thing) => places(snapshot, &thing),
        None => Vec::new(),
    }
}

/// Something that has a name in several places.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    Item(ItemId),
    Keyed(Keyed),
    /// A key of the user's own, in a map of an item: an environment property.
    Name(ItemId, Vec<SmolStr>),
}

impl Thing {
    pub fn of(mark: &Mark<'_>) -> Option<Self> {
        Some(match &mark.what {
            What::Declares(id)
            | What::Uses(id)
            | What::Imports(id)
            | What::Alias(id)
            | What::Library(id) => Self::Item(*id),
            What::Label(keyed) | What::LabelUse(keyed, _) => Self::Keyed(keyed.clone()),
            What::Key(key) | What::KeyUse(key, _) if key.own_name => {
                Self::Name(key.owner?, key.words())
            }
            _ => return None,
        })
    }
}

/// Every place that means a thing, by file and position.
pub(super) fn places(snapshot: &Snapshot, thing: &Thing) -> Vec<Reference> {
    let files = snapshot.reading().files.iter();
    let marks = files.flat_map(|loaded| marks::of_file(snapshot, loaded.tree.id));
    let mut places: Vec<Reference> = match thing {
        Thing::Item(wanted) => marks
            .filter_map(|mark| {
                let (id, declares) = match &mark.what {
                    What::Declares(id) => (id, true),
                    What::Uses(id) | What::Imports(id) | What::Alias(id) | What::Library(id) => {
                        (id, false)
                    }
                    _ => return None,
                };
                (id == wanted).then_some(Reference {
                    span: mark.span,
                    declares,
                })
            })
            .collect(),
        Thing::Keyed(wanted) => {
            let of = |mark: &Mark<'_>| match &mark.what {
                What::Label(it) => Some((it.clone(), true)),
                What::LabelUse(it, _) => Some((it.clone(), false)),
                _ => None,
            };
            let same = |it: &Keyed| it.path == wanted.path && it.name == wanted.name;
            let found = marks.filter_map(|mark| {
                let (keyed, declares) = of(&mark).filter(|(it, _)| same(it))?;
                Some((keyed.owner, mark.span, declares))
            });
            in_family(snapshot, wanted.owner, found.collect())
        }
        Thing::Name(owner, words) => {
            let found = marks.filter_map(|mark| match &mark.what {
                What::Key(key) if key.own_name && key.words() == *words => {
                    Some((key.owner?, mark.span, true))
                }
                What::KeyUse(key, _) if key.own_name && key.words() == *words => {
                    Some((key.owner?, mark.span, false))
                }
                _ => None,
            });
            in_family(snapshot, *owner, found.collect())
        }
    };
    places.sort_by_key(|it| it.span);
    places
}

/// Those places whose items share the name with `owner` through inheritance.
fn in_family(
    snapshot: &Snapshot,
    owner: ItemId,
    found: Vec<(ItemId, Span, bool)>,
) -> Vec<Reference> {
    let speaking: Vec<ItemId> = found.iter().map(|(id, _, _)| *id).collect();
    let family = Lineage::new(snapshot).family(owner, &speaking);
    found
        .into_iter()
        .filter(|(id, _, _)| family.contains(id))
        .map(|(_, span, declares)| Reference { span, declares })
        .collect()
}
