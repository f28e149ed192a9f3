//! What stands above items: how much comes of them.

use super::Snapshot;
use crate::source::{FileId, Span};
use crate::syntax::ast::{BlockItem, Item};

/// A line above an item, with something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The item's head.
    pub span: Span,
    /// What it says: `emits 24 resources`.
    pub title: String,
    /// The unit of deployment that it speaks of, as `beanc graph` takes it:
    /// `environment.shop-prod`.
    pub unit: String,
}

/// The lenses of a file, in order. There are none while the program has an
/// error: nothing is emitted then.
#[must_use]
pub fn lenses(snapshot: &Snapshot, file: FileId) -> Vec<Lens> {
    let items = snapshot.tree(file).map_or(&[][..], |tree| &tree.items);
    let lens = |item: &Item| {
        let Item::Block(block) = item else {
            return None;
        };
        Some(Lens {
            span: block.head(),
            title: emits(snapshot, block)?,
            unit: snapshot.unit(block.head())?.unit.to_string(),
        })
    };
    items.iter().filter_map(lens).collect()
}

/// `emits 24 resources`, for items that are units of deployment.
pub(super) fn emits(snapshot: &Snapshot, block: &BlockItem) -> Option<String> {
    let unit = snapshot.unit(block.head())?;
    let count = unit.resources().count();
    Some(match count {
        1 => "emits 1 resource".to_owned(),
        count => format!("emits {count} resources"),
    })
}
