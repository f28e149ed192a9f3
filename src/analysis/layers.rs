//! What an item is made of: its own body over those of its parents.
//!
//! Nothing is evaluated here. A [`Merged`] block holds for each property the
//! expressions that were written for it, nearest first, each with the layer it
//! belongs to; which of them counts, and what it comes to, is decided when the
//! property is asked for.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::errors;
use super::names::{ItemId, Names, Space};
use crate::diagnostic::{Diagnostics, Reported};
use crate::ordered::IndexMap;
use crate::source::{Sources, Span};
use crate::syntax::ast::{
    Assertion, AssignOp, Block, BlockItem, Entry, Expr, ExprKind, ItemKind, Parent, Property, Word,
};
use crate::syntax::tree;

/// A block with everything that was written for it in any layer.
#[derive(Debug, Clone, Default)]
pub struct Merged<'a> {
    /// The nearest place where it is written, and the layer.
    pub span: Option<(Span, LayerId)>,
    /// Where its name stands in that place: the label of a keyed block, the
    /// key of another one. None for an item's own body.
    pub name: Option<Span>,
    /// What was written, by key.
    pub entries: IndexMap<SmolStr, Node<'a>>,
    /// Assertions of all layers.
    pub asserts: Vec<(&'a Assertion, LayerId)>,
    /// Whether a parent is missing, which was reported: what is not there may
    /// be in it.
    pub incomplete: bool,
}

/// What was written behind a key.
#[derive(Debug, Clone)]
pub enum Node<'a> {
    /// Values, nearest first.
    Value(Values<'a>),
    /// A block without labels; shared with the parent as long as the child
    /// says nothing in it.
    Block(Arc<Merged<'a>>),
    /// Blocks by their label.
    Keyed(IndexMap<SmolStr, Labelled<'a>>),
}

/// The values of a property, shared with the parents as long as the child does
/// not set it.
pub type Values<'a> = Arc<[Written<'a>]>;

/// A keyed block.
#[derive(Debug, Clone)]
pub struct Labelled<'a> {
    /// Where its label stands in the nearest layer.
    pub span: Span,
    /// Where the key in front of the label stands there.
    pub key: Span,
    /// What was written in it; shared as a block without labels is.
    pub block: Arc<Merged<'a>>,
}

/// A value that was written for a property.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// The entry.
    pub property: &'a Property,
    /// The layer it belongs to.
    pub layer: LayerId,
}

impl<'a> Written<'a> {
    /// The value.
    #[must_use]
    pub fn expr(&self) -> &'a Expr {
        &self.property.value
    }
}

/// The number of a layer in [`Layers`].
pub type LayerId = usize;

/// One item's own body and what it stands on.
#[derive(Debug, Clone)]
pub struct Layer<'a> {
    /// The item.
    pub item: ItemId,
    /// The file it is written in.
    pub file: usize,
    /// The item's name.
    pub name: SmolStr,
    /// What its parents come to: `base`. None without parents.
    pub base: Option<Arc<Merged<'a>>>,
}

/// All layers of a program, made as items are asked for.
#[derive(Clone)]
pub struct Layers<'a> {
    layers: Vec<Layer<'a>>,
    /// Those of items that others merged.
    others: IndexMap<ItemId, Layer<'a>>,
    merged: IndexMap<ItemId, Option<Arc<Merged<'a>>>>,
    /// Items that are being merged, outermost first.
    open: Vec<ItemId>,
    said_too_deep: bool,
}

/// How many items may extend each other in a row.
const MOST_GENERATIONS: usize = 64;

/// Properties that speak of one stack and are therefore not inherited.
const NEVER_INHERITED: [&str; 3] = ["target", "dns", "renamed_from"];

impl<'a> Layers<'a> {
    /// No layers yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            layers: Vec::new(),
            others: IndexMap::default(),
            merged: IndexMap::default(),
            open: Vec::new(),
            said_too_deep: false,
        }
    }

    /// A layer.
    #[must_use]
    pub fn layer(&self, id: LayerId) -> &Layer<'a> {
        &self.layers[id]
    }

    /// All layers, in the order in which they were made.
    pub fn all(&self) -> impl Iterator<Item = &Layer<'a>> {
        self.layers.iter().chain(self.others.values())
    }

    /// Takes over the layers of items that others, who began with these, merged.
    pub fn join(&mut self, other: Self) {
        self.said_too_deep |= other.said_too_deep;
        for layer in other.layers {
            if !self.merged.contains_key(&layer.item) {
                self.others.entry(layer.item).or_insert(layer);
            }
        }
    }

    /// Whether a chain of parents was too long.
    #[must_use]
    pub fn said_too_deep(&self) -> bool {
        self.said_too_deep
    }

    /// What an item is made of; `None` when it extends itself, which was
    /// reported.
    pub fn merged(
        &mut self,
        id: ItemId,
        names: &Names<'a>,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Option<Arc<Merged<'a>>> {
        if let Some(known) = self.merged.get(&id) {
            return known.clone();
        }
        let item = names.block(id)?;
        self.open.push(id);
        let mut parents = Vec::new();
        let mut known: Vec<(ItemId, Span)> = Vec::new();
        let mut incomplete = false;
        let extended = item.extended();
        for (at, parent) in extended.iter().enumerate() {
            let Ok(parent_id) = self.parent(id, item, parent, names, sources, diagnostics) else {
                incomplete = true;
                continue;
            };
            // The second time it gives nothing more.
            let span = parent.word().span;
            if let Some((_, first)) = known.iter().find(|(known, _)| *known == parent_id) {
                let cut = without_parent(item, &extended, at, sources);
                diagnostics.report(errors::repeated_parent(parent.word(), *first, cut));
                continue;
            }
            known.push((parent_id, span));
            match self.merged(parent_id, names, sources, diagnostics) {
                Some(merged) => {
                    incomplete |= merged.incomplete;
                    parents.push((parent.clone(), merged));
                }
                None => incomplete = true,
            }
        }
        let base = (!parents.is_empty()).then(|| {
            let mut inherited = Inherited {
                item,
                sources,
                diagnostics,
                layers: &self.layers,
            };
            let mut base = inherited.all(&parents);
            base.entries
                .retain(|key, _| !NEVER_INHERITED.contains(&key.as_str()));
            Arc::new(base)
        });
        let layer = self.layers.len();
        let name = item.name.text.clone();
        self.layers.push(Layer {
            item: id,
            file: id.file,
            name,
            base: base.clone(),
        });
        let mut merged = base.as_deref().cloned().unwrap_or_default();
        let mut over = Over {
            layer,
            incomplete,
            base: base.as_deref(),
            diagnostics,
        };
        over.block(&mut merged, &item.body);
        merged.span = Some((item.body.span, layer));
        merged.incomplete = incomplete;
        self.open.pop();
        let merged = Some(Arc::new(merged));
        self.merged.insert(id, merged.clone());
        merged
    }

    fn parent(
        &mut self,
        id: ItemId,
        item: &BlockItem,
        parent: &Parent,
        names: &Names<'a>,
        sources: &Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<ItemId, Reported> {
        let word = parent.word();
        let Some(found) = parent_of(id, item, parent, names) else {
            if names.lacks_items(id.file) || names.missing(id.file, &word.text) {
                return Err(diagnostics.already_reported());
            }
            let candidates: Vec<SmolStr> = match parent {
                Parent::Text(_) => library_platforms(names),
                Parent::Name(_) => parent_kinds(item.kind)
                    .iter()
                    .flat_map(|space| names.visible(id.file, Space::Item(*space)))
                    .filter(|name| *name != item.name.text)
                    .collect(),
            };
            let quoted = matches!(parent, Parent::Text(_));
            let mut spaces = parent_kinds(item.kind).iter().filter(|_| !quoted);
            let elsewhere = spaces
                .find_map(|it| names.elsewhere(id.file, Space::Item(*it), &word.text, sources));
            let elsewhere = elsewhere.as_ref();
            let error = errors::unknown_parent(word, item.kind, &candidates, elsewhere, quoted);
            return Err(diagnostics.report(error));
        };
        if let Some(start) = self.open.iter().position(|open| *open == found) {
            let way: Vec<SmolStr> = self.open[start..]
                .iter()
                .filter_map(|open| names.block(*open))
                .map(|block| block.name.text.clone())
                .collect();
            return Err(diagnostics.report(errors::inheritance_cycle(word, &way)));
        }
        if self.open.len() >= MOST_GENERATIONS {
            // Its children are at the end of chains that are still too long.
            if self.said_too_deep {
                return Err(diagnostics.already_reported());
            }
            self.said_too_deep = true;
            return Err(diagnostics.report(errors::long_chain_of_parents(word, MOST_GENERATIONS)));
        }
        let block = names.block(found);
        let other = block.and_then(|block| block.variant.as_ref());
        if let (Some(own), Some(other)) = (&item.variant, other)
            && own.text != other.text
        {
            return Err(diagnostics.report(errors::other_tier(word, own, other)));
        }
        Ok(found)
    }
}

impl Default for Layers<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// What goes from the text when an item no longer extends the parent at a place,
/// which is not the first: the comma in front goes as well, or `extends` behind
/// a variant that is a parent itself. `None` where a comment would go with it.
fn without_parent(
    item: &BlockItem,
    extended: &[Parent],
    at: usize,
    sources: &Sources,
) -> Option<Span> {
    let word = extended[at].word().span;
    let before = extended[at - 1].word().span;
    let after = extended.get(at + 1).map(|next| next.word().span.start);
    let first = item
        .parents
        .first()
        .is_some_and(|it| it.word().span == word);
    let cut = match after {
        Some(after) if first => Span { end: after, ..word },
        Some(_) | None => before.after().to(word),
    };
    (!sources.text(cut).contains('#')).then_some(cut)
}

/// The item that another one extends.
#[must_use]
pub fn parent_of(
    id: ItemId,
    item: &BlockItem,
    parent: &Parent,
    names: &Names<'_>,
) -> Option<ItemId> {
    match parent {
        Parent::Text(word) => library_platform(names, &word.text),
        Parent::Name(word) => parent_kinds(item.kind)
            .iter()
            .find_map(|kind| names.find(id.file, Space::Item(*kind), &word.text)),
    }
}

/// What an item of a kind may extend.
#[must_use]
pub fn parent_kinds(kind: ItemKind) -> &'static [ItemKind] {
    match kind {
        ItemKind::Environment | ItemKind::Template => &[ItemKind::Template, ItemKind::Environment],
        ItemKind::Platform => &[ItemKind::Platform],
        ItemKind::Application => &[ItemKind::Application],
        ItemKind::Network => &[ItemKind::Network],
        ItemKind::Resource => &[],
    }
}

/// The library's platform with this public name.
#[must_use]
pub fn library_platform(names: &Names<'_>, name: &str) -> Option<ItemId> {
    library(names)
        .find(|(_, public)| public == name)
        .map(|(id, _)| id)
}

/// The public names of the library's platforms.
#[must_use]
pub fn library_platforms(names: &Names<'_>) -> Vec<SmolStr> {
    library(names).map(|(_, public)| public).collect()
}

/// The library's platforms with their public names.
fn library<'n>(names: &'n Names<'_>) -> impl Iterator<Item = (ItemId, SmolStr)> + 'n {
    let files = (0..names.files.len()).filter(|file| names.files[*file].folder.is_none());
    let items = files.flat_map(|file| names.own(file, Space::Item(ItemKind::Platform)));
    items.filter_map(|id| Some((id, public_name(names.block(id)?))))
}

/// The name by which a platform is asked for: `name`, or the item's own.
#[must_use]
pub fn public_name(item: &BlockItem) -> SmolStr {
    let written = item.body.entries.iter().find_map(|entry| match entry {
        Entry::Property(property) if property.key.text == "name" => match &property.value.kind {
            ExprKind::Text(parts) => match parts.as_slice() {
                [crate::syntax::ast::TextPart::Literal(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    written.unwrap_or_else(|| item.name.text.clone())
}

/// The parent that is being joined, and those before it.
#[derive(Clone, Copy)]
struct Side<'s, 'a> {
    parent: &'s Parent,
    before: &'s [(Parent, Arc<Merged<'a>>)],
}

/// What the layers of a property at a path write, labels of blocks included.
fn written_at<'m, 'a>(merged: &'m Merged<'a>, path: &[SmolStr]) -> Option<&'m [Written<'a>]> {
    let [key, rest @ ..] = path else {
        return None;
    };
    match (merged.entries.get(key)?, rest) {
        (Node::Value(written), []) => Some(written),
        (Node::Block(block), rest) => written_at(block, rest),
        (Node::Keyed(blocks), [label, rest @ ..]) => written_at(&blocks.get(label)?.block, rest),
        (Node::Value(_) | Node::Keyed(_), _) => None,
    }
}

/// Parents becoming one base.
struct Inherited<'m, 'a, 's> {
    item: &'a BlockItem,
    sources: &'s Sources,
    diagnostics: &'m mut Diagnostics,
    layers: &'m [Layer<'a>],
}

impl<'a> Inherited<'_, 'a, '_> {
    /// All parents as one, in an order that does not matter: where two set a
    /// property differently the child has to decide.
    fn all(&mut self, parents: &[(Parent, Arc<Merged<'a>>)]) -> Merged<'a> {
        if let [(_, only)] = parents {
            return Merged {
                incomplete: false,
                ..Merged::clone(only)
            };
        }
        let mut all = Merged::default();
        for (at, (parent, merged)) in parents.iter().enumerate() {
            let side = Side {
                parent,
                before: &parents[..at],
            };
            self.join(&mut all, merged, side, &mut Vec::new());
        }
        all
    }

    fn join(
        &mut self,
        all: &mut Merged<'a>,
        other: &Merged<'a>,
        side: Side<'_, 'a>,
        path: &mut Vec<SmolStr>,
    ) {
        all.span = all.span.or(other.span);
        all.name = all.name.or(other.name);
        for assertion in &other.asserts {
            if !all
                .asserts
                .iter()
                .any(|known| std::ptr::eq(known.0, assertion.0))
            {
                all.asserts.push(*assertion);
            }
        }
        for (key, node) in &other.entries {
            path.push(key.clone());
            match (all.entries.get_mut(key), node) {
                (None, node) => {
                    all.entries.insert(key.clone(), node.clone());
                }
                (Some(Node::Block(known)), Node::Block(other)) => {
                    self.join(Arc::make_mut(known), other, side, path);
                }
                (Some(Node::Keyed(known)), Node::Keyed(other)) => {
                    for (label, other) in other {
                        path.push(label.clone());
                        match known.get_mut(label) {
                            Some(known) => {
                                let known = Arc::make_mut(&mut known.block);
                                self.join(known, &other.block, side, path);
                            }
                            None => {
                                known.insert(label.clone(), other.clone());
                            }
                        }
                        path.pop();
                    }
                }
                (Some(Node::Value(known)), Node::Value(other)) => {
                    self.agree(known, other, side, path);
                }
                // A block in one parent and a value in another: whichever is
                // wrong is reported where it stands.
                (Some(_), _) => {}
            }
            path.pop();
        }
    }

    fn agree(
        &mut self,
        known: &[Written<'a>],
        other: &[Written<'a>],
        side: Side<'_, 'a>,
        path: &[SmolStr],
    ) {
        let (Some(first), Some(second)) = (known.first(), other.first()) else {
            return;
        };
        let (a, b) = (first.expr().span, second.expr().span);
        let same = a == b || self.sources.text(a) == self.sources.text(b);
        if same || NEVER_INHERITED.contains(&path[0].as_str()) {
            return;
        }
        let asks = self.child_asks(path);
        if asks.is_none() && self.child_sets(path) {
            return;
        }
        let from = |parent: Option<&Parent>, written: &Written<'a>, place| {
            let by = self.layers[written.layer].name.clone();
            let parent = parent.map_or_else(|| by.clone(), |it| it.word().text.clone());
            errors::Saying {
                parent,
                by,
                place,
                text: self.sources.text(place),
            }
        };
        let mut before = side.before.iter();
        let earlier = before.find(|(_, merged)| {
            let written = written_at(merged, path).and_then(<[_]>::first);
            written.is_some_and(|written| written.expr().span == a)
        });
        let earlier = earlier.map(|(parent, _)| parent);
        let error = errors::parents_disagree(
            side.parent.word(),
            &path.join("."),
            &from(earlier, first, a),
            &from(Some(side.parent), second, b),
            asks,
        );
        self.diagnostics.report(error);
    }

    /// Where the child's own body asks for what the parents say of a property: by a path
    /// of `base` to it or to what is around it, or by `+=`.
    fn child_asks(&self, path: &[SmolStr]) -> Option<Span> {
        let mut found = None;
        let mut spreads: Vec<Span> = Vec::new();
        tree::Node::Block(&self.item.body).each(&mut |node| {
            // What is spread gives way to what is written.
            if let tree::Node::Entry(Entry::Spread(spread)) = node {
                spreads.push(spread.path.span);
            }
            if let tree::Node::Path(asked) = node
                && !spreads.contains(&asked.span)
                && let [head, rest @ ..] = asked.segments.as_slice()
                && head.text == "base"
                && !rest.is_empty()
                && rest.iter().zip(path).all(|(word, key)| word.text == *key)
            {
                found = found.or(Some(asked.span));
            }
        });
        found.or_else(|| {
            let property = said(&self.item.body, path)?;
            (property.op == AssignOp::Append).then_some(property.key.span)
        })
    }

    /// Whether the child's own body says something about a property.
    fn child_sets(&self, path: &[SmolStr]) -> bool {
        let mut block = &self.item.body;
        let mut rest = path;
        'outer: while let [key, behind @ ..] = rest {
            for entry in &block.entries {
                match entry {
                    Entry::Property(property) if property.key.text == *key => return true,
                    Entry::Remove(remove) if remove.key.text == *key => {
                        let label = remove.labels.first().map(|label| &label.text);
                        if label.is_none() || label == behind.first() {
                            return true;
                        }
                    }
                    Entry::Block(nested) if nested.key.text == *key => {
                        let labels = nested.labels.len();
                        let label = nested.labels.first().map(|label| &label.text);
                        if label.is_none() || label == behind.first() {
                            block = &nested.body;
                            rest = &behind[labels.min(behind.len())..];
                            continue 'outer;
                        }
                    }
                    _ => {}
                }
            }
            return false;
        }
        false
    }
}

/// What a body says of a property.
fn said<'a>(body: &'a Block, path: &[SmolStr]) -> Option<&'a Property> {
    let [key, behind @ ..] = path else {
        return None;
    };
    body.entries.iter().find_map(|entry| match entry {
        Entry::Property(property) if property.key.text == *key && behind.is_empty() => {
            Some(property)
        }
        Entry::Block(nested) if nested.key.text == *key => match nested.labels.first() {
            None => said(&nested.body, behind),
            Some(label) if Some(&label.text) == behind.first() => said(&nested.body, &behind[1..]),
            Some(_) => None,
        },
        _ => None,
    })
}

/// How an entry is removed from a block in this one that has it.
fn within(merged: &Merged<'_>, key: &str, label: Option<&str>) -> Option<String> {
    merged.entries.iter().find_map(|(name, node)| {
        let Node::Block(inner) = node else {
            return None;
        };
        let has = match (inner.entries.get(key)?, label) {
            (_, None) => true,
            (Node::Keyed(blocks), Some(label)) => blocks.contains_key(label),
            (Node::Value(_) | Node::Block(_), Some(_)) => false,
        };
        let label = label.map(|label| format!(" {label}")).unwrap_or_default();
        has.then(|| format!("{name} {{ remove {key}{label} }}"))
    })
}

/// A body laid over what was inherited.
struct Over<'m, 'a> {
    layer: LayerId,
    /// A parent is missing, so what is not there may be the parent's.
    incomplete: bool,
    base: Option<&'m Merged<'a>>,
    diagnostics: &'m mut Diagnostics,
}

impl<'a> Over<'_, 'a> {
    fn block(&mut self, merged: &mut Merged<'a>, body: &'a Block) {
        merged.span = Some((body.span, self.layer));
        // A key may be written once in a body; keyed blocks once a label.
        let mut own: FxHashMap<(&str, Option<&str>), Span> = FxHashMap::default();
        for entry in &body.entries {
            match entry {
                Entry::Property(property) => {
                    let key = (property.key.text.as_str(), None);
                    if let Some(first) = own.insert(key, property.key.span) {
                        let error = errors::duplicate_property(&property.key, first);
                        self.diagnostics.report(error);
                        continue;
                    }
                    self.property(merged, property);
                }
                Entry::Block(nested) => {
                    let label = nested.labels.first();
                    let key = (
                        nested.key.text.as_str(),
                        label.map(|label| label.text.as_str()),
                    );
                    let place = label.unwrap_or(&nested.key);
                    if let Some(first) = own.insert(key, place.span) {
                        self.diagnostics
                            .report(errors::duplicate_property(place, first));
                        continue;
                    }
                    if let Some(further) = nested.labels.get(1) {
                        self.diagnostics
                            .report(errors::too_many_labels(&nested.key, further));
                        continue;
                    }
                    self.nested(merged, nested);
                }
                Entry::Spread(spread) => self.spread(merged, spread),
                Entry::Remove(remove) => {
                    let label = remove.labels.first();
                    let removed = match (merged.entries.get_mut(&remove.key.text), label) {
                        (Some(Node::Keyed(blocks)), Some(label)) => {
                            blocks.shift_remove(&label.text).is_some()
                        }
                        (Some(_), None) => merged.entries.shift_remove(&remove.key.text).is_some(),
                        (Some(Node::Value(_) | Node::Block(_)), Some(_)) | (None, _) => false,
                    };
                    if !removed && !self.incomplete {
                        let (word, keys): (&Word, Vec<&str>) =
                            match (merged.entries.get(&remove.key.text), label) {
                                (Some(Node::Keyed(blocks)), Some(label)) => {
                                    (label, blocks.keys().map(SmolStr::as_str).collect())
                                }
                                (Some(_), Some(label)) => (label, Vec::new()),
                                (_, _) => (
                                    &remove.key,
                                    merged.entries.keys().map(SmolStr::as_str).collect(),
                                ),
                            };
                        let inner = match (merged.entries.get(&remove.key.text), label) {
                            (Some(Node::Block(block)), Some(label)) => {
                                let has = block.entries.contains_key(&label.text);
                                let (key, label) = (&remove.key.text, &label.text);
                                has.then(|| format!("{key} {{ remove {label} }}"))
                            }
                            _ => within(merged, &remove.key.text, label.map(|it| &*it.text)),
                        };
                        self.diagnostics.report(errors::nothing_to_remove(
                            word,
                            &keys,
                            inner.as_deref(),
                        ));
                    }
                }
                Entry::Assert(assertion) => merged.asserts.push((assertion, self.layer)),
            }
        }
    }

    fn property(&mut self, merged: &mut Merged<'a>, property: &'a Property) {
        let key = &property.key.text;
        // `default` takes back what was inherited.
        if matches!(&property.value.kind, ExprKind::Word(word) if word == "default") {
            merged.entries.shift_remove(key);
            return;
        }
        let written = Written {
            property,
            layer: self.layer,
        };
        match merged.entries.get_mut(key) {
            Some(Node::Value(values)) => {
                let all = std::iter::once(written).chain(values.iter().copied());
                *values = all.collect();
            }
            // `+=` on nothing appends to an empty list.
            Some(Node::Block(_) | Node::Keyed(_)) | None => {
                merged
                    .entries
                    .insert(key.clone(), Node::Value(Arc::new([written])));
            }
        }
    }

    fn nested(&mut self, merged: &mut Merged<'a>, nested: &'a crate::syntax::ast::NestedBlock) {
        let key = nested.key.text.clone();
        match nested.labels.first() {
            None => {
                if !matches!(merged.entries.get(&key), Some(Node::Block(_))) {
                    merged
                        .entries
                        .insert(key.clone(), Node::Block(Arc::default()));
                }
                if let Some(Node::Block(block)) = merged.entries.get_mut(&key) {
                    let block = Arc::make_mut(block);
                    block.name = Some(nested.key.span);
                    self.block(block, &nested.body);
                }
            }
            Some(label) => {
                if !matches!(merged.entries.get(&key), Some(Node::Keyed(_))) {
                    merged
                        .entries
                        .insert(key.clone(), Node::Keyed(IndexMap::default()));
                }
                if let Some(Node::Keyed(blocks)) = merged.entries.get_mut(&key) {
                    let labelled = blocks
                        .entry(label.text.clone())
                        .or_insert_with(|| Labelled {
                            span: label.span,
                            key: nested.key.span,
                            block: Arc::default(),
                        });
                    labelled.span = label.span;
                    labelled.key = nested.key.span;
                    let block = Arc::make_mut(&mut labelled.block);
                    block.name = Some(label.span);
                    self.block(block, &nested.body);
                }
            }
        }
    }

    /// Entries of the base stand in front of those written behind the spread.
    fn spread(&mut self, merged: &mut Merged<'a>, spread: &'a crate::syntax::ast::Spread) {
        let [head, rest @ ..] = spread.path.segments.as_slice() else {
            return;
        };
        if head.text != "base" {
            self.diagnostics
                .report(errors::spread_of_other(&spread.path));
            return;
        }
        let mut block = self.base;
        let mut words = rest.iter();
        while let (Some(found), Some(word)) = (block, words.next()) {
            block = match found.entries.get(&word.text) {
                Some(Node::Block(block)) => Some(block),
                Some(Node::Keyed(blocks)) => words
                    .next()
                    .and_then(|label| blocks.get(&label.text))
                    .map(|labelled| labelled.block.as_ref()),
                Some(Node::Value(_)) | None => None,
            };
        }
        // An environment without tags spreads none: that is no mistake.
        for (key, node) in block.iter().flat_map(|block| &block.entries) {
            if !merged.entries.contains_key(key) {
                merged.entries.insert(key.clone(), node.clone());
            }
        }
    }
}
