//! Environments that an edit leaves as they are, taken over from the compilation
//! before.
//!
//! While somebody types in one environment, hundreds of others stay what they
//! were, except for their places. What an environment comes to follows from its
//! own text, from that of the items it extends, from the environments whose
//! properties it names, and from what all of them see: other files, params, the
//! other kinds of items. So environments are taken over after an edit that
//! touches environments and templates alone.
//!
//! Only what nothing was said about is taken over: there is nothing to say again.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::layers::parent_of;
use super::load::{Earlier, Loaded};
use super::names::{ItemId, Names, Space, named};
use super::{Analysis, Options, Reading};
use crate::diagnostic::{Code, Diagnostics};
use crate::model::Environment;
use crate::ordered::IndexSet;
use crate::schema::Moved as _;
use crate::source::Sources;
use crate::syntax::Kept;
use crate::syntax::ast::{Item, ItemKind};

/// What was looked at for an environment, or for a whole program.
#[derive(Debug, Clone, Default)]
pub(super) struct Used {
    /// Inputs that were named.
    pub(super) inputs: IndexSet<ItemId>,
    /// Block items that were named.
    pub(super) items: IndexSet<ItemId>,
    /// Params and lets that were named. What these name in turn belongs to whoever
    /// named them first.
    pub(super) constants: IndexSet<ItemId>,
    /// The platform of an environment.
    pub(super) platform: Option<ItemId>,
    /// Whether a file's text became a value.
    pub(super) reads_files: bool,
}

impl Used {
    pub(super) fn extend(&mut self, other: &Self) {
        self.inputs.extend(&other.inputs);
        self.items.extend(&other.items);
        self.constants.extend(&other.constants);
        self.platform = other.platform;
        self.reads_files |= other.reads_files;
    }

    /// The same of items that have other numbers now.
    fn renumbered(&self, now: impl Fn(ItemId) -> Option<ItemId>) -> Option<Self> {
        let all = |ids: &IndexSet<ItemId>| -> Option<IndexSet<ItemId>> {
            ids.iter().map(|id| now(*id)).collect()
        };
        Some(Self {
            inputs: all(&self.inputs)?,
            items: all(&self.items)?,
            constants: all(&self.constants)?,
            platform: match self.platform {
                Some(id) => Some(now(id)?),
                None => None,
            },
            reads_files: self.reads_files,
        })
    }
}

/// An environment that nothing was said about.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) environment: Arc<Environment>,
    pub(super) used: Used,
    /// Whether there may be something to say about its layers, which are not made
    /// where there is not.
    pub(super) has_layers_to_see: bool,
}

/// What a compilation takes over from the one before.
pub(super) struct TakenOver<'e> {
    earlier: &'e Reading,
    kept: Kept,
    /// The environments that are what they were, by their numbers now.
    same: FxHashMap<ItemId, Same>,
}

/// An environment that is what it was.
struct Same {
    was: ItemId,
    used: Used,
    /// Whether something of it has another place.
    has_moved: bool,
}

impl<'e> TakenOver<'e> {
    /// What can be taken over; nothing where an edit changes what all environments
    /// see.
    pub(super) fn new(
        earlier: Option<Earlier<'e>>,
        names: &Names<'_>,
        sources: &Sources,
        options: &Options,
    ) -> Option<Self> {
        let Earlier {
            sources: sources_before,
            reading: earlier,
        } = earlier?;
        let kept = names.files[0].kept?;
        let is_same = earlier.params == options.params
            && earlier.root == names.root
            && !earlier.of_lets.reads_files
            && same_texts(sources_before, sources)
            && same_files(&earlier.files, names.files)
            && touches_nobody_else(&kept, earlier, names);
        if !is_same {
            return None;
        }
        let mut taken = Self {
            earlier,
            kept,
            same: FxHashMap::default(),
        };
        taken.same = taken.environments(names);
        Some(taken)
    }

    /// The number that an item had, unless it is new.
    fn was(&self, id: ItemId) -> Option<ItemId> {
        self.renumbered(id, self.kept.behind, self.kept.was)
    }

    /// The number that an item has now, unless it is gone.
    fn now(&self, id: ItemId) -> Option<ItemId> {
        self.renumbered(id, self.kept.was, self.kept.behind)
    }

    /// An item's number when those from one on are counted from another.
    fn renumbered(&self, id: ItemId, from: usize, to: usize) -> Option<ItemId> {
        if id.file != 0 || id.item < self.kept.front {
            return Some(id);
        }
        let item = to + id.item.checked_sub(from)?;
        Some(ItemId { item, ..id })
    }

    /// Whether an item has another place.
    fn has_moved(&self, id: ItemId) -> bool {
        id.file == 0 && id.item >= self.kept.behind && self.kept.shift.by != 0
    }

    fn environments(&self, names: &Names<'_>) -> FxHashMap<ItemId, Same> {
        let mut same = FxHashMap::default();
        let Some(of_lets) = self.earlier.of_lets.renumbered(|it| self.now(it)) else {
            return same;
        };
        let mut chains = FxHashMap::default();
        // Who has to be read again, and who names whom.
        let mut changed = Vec::new();
        let mut named_by: FxHashMap<ItemId, Vec<ItemId>> = FxHashMap::default();
        for id in names.files.iter().enumerate().flat_map(block_items) {
            if names
                .block(id)
                .is_none_or(|it| it.kind != ItemKind::Environment)
            {
                continue;
            }
            let found = self.was(id).and_then(|was| {
                let known = self.earlier.known.get(&was)?;
                if known.used.reads_files {
                    return None;
                }
                let used = known.used.renumbered(|it| self.now(it))?;
                let has_moved = self.chain(id, names, &mut chains)?;
                // What these come to has places of its own, wherever that is.
                let has_further = !used.constants.is_empty()
                    || names_values(&used, names)
                    || used.platform.is_some_and(|it| it.file == 0);
                let has_moved = has_moved || has_further && self.kept.shift.by != 0;
                Some(Same {
                    was,
                    used,
                    has_moved,
                })
            });
            let Some(found) = found else {
                changed.push(id);
                continue;
            };
            // Which of the lets an item is named by is not known.
            let of_lets = of_lets
                .items
                .iter()
                .filter(|_| !found.used.constants.is_empty());
            for item in found.used.items.iter().chain(of_lets) {
                named_by.entry(*item).or_default().push(id);
            }
            same.insert(id, found);
        }
        // Templates are not known by themselves: who names one is read again.
        changed.extend(named_by.keys().filter(|id| {
            names
                .block(**id)
                .is_some_and(|it| it.kind == ItemKind::Template)
        }));
        while let Some(id) = changed.pop() {
            for by in named_by.remove(&id).unwrap_or_default() {
                if same.remove(&by).is_some() {
                    changed.push(by);
                }
            }
        }
        same
    }

    /// Whether an item, or one that it extends, has another place; nothing when
    /// one of them is not what it was.
    fn chain(
        &self,
        id: ItemId,
        names: &Names<'_>,
        known: &mut FxHashMap<ItemId, Option<bool>>,
    ) -> Option<bool> {
        if let Some(found) = known.get(&id) {
            return *found;
        }
        // Who extends itself is read again.
        known.insert(id, None);
        let found = self.was(id).and_then(|_| {
            let item = names.block(id)?;
            let mut has_moved = self.has_moved(id);
            for parent in item.extended() {
                let parent = parent_of(id, item, &parent, names)?;
                has_moved |= self.chain(parent, names, known)?;
            }
            Some(has_moved)
        });
        known.insert(id, found);
        found
    }
}

/// Whether an environment names another, of which it may have a value.
fn names_values(used: &Used, names: &Names<'_>) -> bool {
    let kinds = used.items.iter().filter_map(|id| names.block(*id));
    kinds.into_iter().any(|it| it.kind == ItemKind::Environment)
}

/// Numbers of a file's block items.
fn block_items((file, loaded): (usize, &Loaded)) -> impl Iterator<Item = ItemId> {
    let items = loaded.tree.items.iter().enumerate();
    let blocks = items.filter(|(_, item)| matches!(item, Item::Block(_)));
    blocks.map(move |(item, _)| ItemId { file, item })
}

/// Whether all files but the entry are what they were.
fn same_texts(before: &Sources, now: &Sources) -> bool {
    before.iter().count() == now.iter().count()
        && before
            .iter()
            .zip(now.iter())
            .enumerate()
            .all(|(number, ((_, before), (_, now)))| {
                before.name() == now.name() && (number == 0 || before.text() == now.text())
            })
}

/// Whether the files see of each other what they saw.
fn same_files(before: &[Loaded], now: &[Loaded]) -> bool {
    let imports = |file: &Loaded| -> Vec<_> {
        let all = file.imports.iter();
        all.map(|(name, from)| (name.clone(), from.file, from.name.clone()))
            .collect()
    };
    before.len() == now.len()
        && before.iter().zip(now).all(|(before, now)| {
            before.tree.id == now.tree.id
                && before.folder == now.folder
                && before.missing == now.missing
                && imports(before) == imports(now)
        })
}

/// Whether an edit touches environments and templates alone.
fn touches_nobody_else(kept: &Kept, earlier: &Reading, names: &Names<'_>) -> bool {
    let is_free = |files: &[Loaded], declared: usize, touched: &[Item]| {
        let items = files[0].tree.items.iter();
        // Of two with one name, the edit may decide which is meant.
        items.filter(|item| named(item).is_some()).count() == declared
            && touched.iter().all(|item| match item {
                Item::Block(block) => {
                    matches!(block.kind, ItemKind::Environment | ItemKind::Template)
                        && !files[0].imports.contains_key(&block.name.text)
                }
                _ => false,
            })
    };
    let (before, now) = (&earlier.files, names.files);
    is_free(
        before,
        earlier.declared[0].len(),
        &before[0].tree.items[kept.front..kept.was],
    ) && is_free(
        now,
        names.declared[0].len(),
        &now[0].tree.items[kept.front..kept.behind],
    )
}

/// Remembers of which environments there was nothing to say about their layers.
pub(super) fn remember_layers(
    known: &mut FxHashMap<ItemId, Known>,
    names: &Names<'_>,
    diagnostics: &Diagnostics,
) {
    // Those lints look at programs without errors only.
    if diagnostics.has_errors() {
        return;
    }
    let findings = diagnostics
        .iter()
        .filter(|it| it.code == Code::NeedlessOverride);
    let items: FxHashSet<Option<ItemId>> =
        findings.map(|it| names.around(it.primary.span)).collect();
    // A template of another file has layers for those who extend it.
    let everywhere = items.iter().any(|id| id.is_none_or(|id| id.file != 0));
    for (id, known) in known {
        known.has_layers_to_see = everywhere || items.contains(&Some(*id));
    }
}

impl Analysis<'_, '_> {
    /// An environment as it was in the compilation before, when it still is so.
    pub(super) fn take_over(&mut self, id: ItemId) -> Option<Arc<Environment>> {
        let taken = self.taken_over?;
        let same = taken.same.get(&id)?;
        let known = taken.earlier.known.get(&same.was)?;
        let resolved = taken.earlier.resolved.get(&same.was)?;
        let used = same.used.clone();
        let platform = self.platform(used.platform?)?;
        let mut environment = Arc::clone(&known.environment);
        let mut resolved = Arc::clone(resolved);
        if same.has_moved {
            let shift = taken.kept.shift;
            let moved = Arc::make_mut(&mut environment);
            moved.span.shift(shift);
            moved.settings.shift(shift);
            Arc::make_mut(&mut resolved).properties.shift(shift);
            moved.platform = platform;
        }
        if known.has_layers_to_see {
            self.merged(id);
        }
        // What these name, they do for whoever is the first.
        for constant in &used.constants {
            let _ = match self.names.named(*constant) {
                Some((Space::Let, _)) => self.binding(*constant),
                _ => self.param(*constant),
            };
        }
        self.used.extend(&used);
        self.resolved.insert(id, resolved);
        let known = Known {
            environment: Arc::clone(&environment),
            used,
            has_layers_to_see: known.has_layers_to_see,
        };
        self.known.insert(id, known);
        Some(environment)
    }
}
