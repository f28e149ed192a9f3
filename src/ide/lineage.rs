//! Who inherits from whom, for names that several layers share.

use rustc_hash::FxHashMap;

use super::Snapshot;
use crate::analysis::layers::parent_of;
use crate::analysis::names::{ItemId, Names};
use crate::ordered::IndexMap;
use crate::syntax::ast::{BlockItem, Item};

/// The parents of every block item of a program.
pub(super) struct Lineage {
    parents: FxHashMap<ItemId, Vec<ItemId>>,
}

impl Lineage {
    pub fn new(snapshot: &Snapshot) -> Self {
        let names = snapshot.reading().names();
        let items = snapshot.items();
        let blocks = items.filter_map(|(id, item)| match item {
            Item::Block(block) => Some((id, parents(&names, id, block))),
            _ => None,
        });
        Self {
            parents: blocks.collect(),
        }
    }

    /// The items that an item extends, as they are written.
    pub fn parents(&self, id: ItemId) -> &[ItemId] {
        self.parents.get(&id).map_or(&[], Vec::as_slice)
    }

    /// An item and all that it stands on, nearest first.
    pub fn of(&self, id: ItemId) -> Vec<ItemId> {
        let mut all = vec![id];
        let mut next = 0;
        while let Some(id) = all.get(next).copied() {
            next += 1;
            for parent in self.parents(id) {
                if !all.contains(parent) {
                    all.push(*parent);
                }
            }
        }
        all
    }

    /// The items among `speaking` that mean the same by one name as `id` does.
    /// In every item the layers that it is made of agree on their names, so
    /// those that speak of a name in one lineage speak of one thing.
    pub fn family(&self, id: ItemId, speaking: &[ItemId]) -> Vec<ItemId> {
        let mut groups: IndexMap<ItemId, usize> = IndexMap::default();
        for (number, item) in speaking.iter().enumerate() {
            groups.entry(*item).or_insert(number);
        }
        // A union of sets, by the number of the set's first member.
        let mut of: Vec<usize> = (0..groups.len()).collect();
        fn root(of: &mut [usize], mut at: usize) -> usize {
            while of[at] != at {
                of[at] = of[of[at]];
                at = of[at];
            }
            at
        }
        for item in self.parents.keys() {
            let lineage = self.of(*item);
            let mut members = lineage.iter().filter_map(|it| groups.get_index_of(it));
            let Some(first) = members.next() else {
                continue;
            };
            for other in members {
                let (a, b) = (root(&mut of, first), root(&mut of, other));
                of[a.max(b)] = a.min(b);
            }
        }
        // Who does not speak of it itself means what its parents mean.
        let Some(own) = self.of(id).iter().find_map(|it| groups.get_index_of(it)) else {
            return Vec::new();
        };
        let own = root(&mut of, own);
        let members = groups.keys().enumerate();
        let members: Vec<(usize, ItemId)> = members.map(|(at, id)| (at, *id)).collect();
        members
            .into_iter()
            .filter(|(at, _)| root(&mut of, *at) == own)
            .map(|(_, id)| id)
            .collect()
    }
}

/// The items that a block item extends.
fn parents(names: &Names<'_>, id: ItemId, block: &BlockItem) -> Vec<ItemId> {
    let extended = block.extended();
    let parents = extended.iter();
    parents
        .filter_map(|parent| parent_of(id, block, parent, names))
        .collect()
}
