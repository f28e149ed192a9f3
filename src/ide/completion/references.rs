//! What may stand behind a dot.

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::{CompletionKind, Context, Token};
use crate::analysis::names::{ItemId, Space};
use crate::analysis::show::tier_of;
use crate::analysis::uses::paths_of;
use crate::ide::definition::find_body;
use crate::ide::lineage::Lineage;
use crate::ide::marks::schema_of;
use crate::ide::{hover, names_in};
use crate::model::Tier;
use crate::schema::{Pseudo, Shape, attributes, reference, vocabulary};
use crate::syntax::ast::{Item, ItemKind};

/// Attributes stand in front of properties.
const PROPERTIES: u32 = 50;

impl Context<'_> {
    pub(super) fn behind_dot(&mut self) {
        let path = self.place.path.clone();
        match path.as_slice() {
            ["aws"] => {
                for (rank, pseudo) in (0..).zip(Pseudo::ALL) {
                    self.propose(rank, pseudo.name(), CompletionKind::Attribute)
                        .docs(vocabulary::pseudo(pseudo));
                }
            }
            ["alarm"] => {
                for (label, _) in self.labels("alarm") {
                    self.propose(0, &label, CompletionKind::Label);
                }
            }
            ["self" | "base", rest @ ..] => {
                if let Some(owner) = self.owner() {
                    self.properties_at(owner, rest, path[0] == "self");
                }
            }
            [head] => {
                if let Some(space) = Space::of(head) {
                    self.named(space);
                }
            }
            [head, name, rest @ ..] => {
                let space = Space::of(head);
                let id = space.and_then(|it| self.names.find(self.number, it, name));
                if let Some(id) = id {
                    self.properties_at(id, rest, true);
                }
            }
            [] => {}
        }
    }

    /// Names of a kind that the value at hand can use: not the one whose value it
    /// is, nor those that come to it on any way.
    pub(super) fn nameable(&self, space: Space) -> Vec<SmolStr> {
        let mut names = self.names.visible(self.number, space);
        if let Some(own) = self.declared() {
            let users = self.users(own);
            names.retain(|name| {
                let id = self.names.find(self.number, space, name);
                id.is_none_or(|id| !users.contains(&id))
            });
        }
        names
    }

    /// The `param` or `let` whose value is being written.
    fn declared(&self) -> Option<ItemId> {
        let [Token::Word(space), Token::Word(name), ..] = self.place.head() else {
            return None;
        };
        match Space::of(space)? {
            space @ (Space::Param | Space::Let) => self.names.find(self.number, space, name),
            Space::Input | Space::Item(_) => None,
        }
    }

    /// A declaration and all whose values need its own.
    fn users(&self, own: ItemId) -> FxHashSet<ItemId> {
        let mut direct: FxHashMap<ItemId, Vec<ItemId>> = FxHashMap::default();
        for (id, item) in self.snapshot.items() {
            let value = match item {
                Item::Let(it) => Some(&it.value),
                Item::Param(it) => it.default.as_ref(),
                _ => None,
            };
            for path in value.map(paths_of).unwrap_or_default() {
                let [head, name, ..] = path.segments.as_slice() else {
                    continue;
                };
                let space = Space::of(&head.text);
                let used = space.and_then(|space| self.names.find(id.file, space, &name.text));
                if let Some(used) = used {
                    direct.entry(used).or_default().push(id);
                }
            }
        }
        let mut all = FxHashSet::default();
        let mut next = vec![own];
        while let Some(id) = next.pop() {
            if all.insert(id) {
                next.extend(direct.get(&id).into_iter().flatten());
            }
        }
        all
    }

    /// Names of a kind that the file can use.
    fn named(&mut self, space: Space) {
        let kind = match space {
            Space::Param => CompletionKind::Param,
            Space::Input => CompletionKind::Input,
            Space::Let => CompletionKind::Let,
            Space::Item(kind) => CompletionKind::Item(kind),
        };
        for name in self.nameable(space) {
            let id = self.names.find(self.number, space, &name);
            let value = id.and_then(|id| self.snapshot.reading().constants.get(&id));
            let value = value.map(ToString::to_string).unwrap_or_default();
            let docs = id.map(|id| hover::joined(&hover::of_item(self.snapshot, id)));
            self.propose(0, &name, kind)
                .detail(value)
                .docs(docs.unwrap_or_default());
        }
    }

    /// The groups of subnets of a network.
    pub(super) fn groups(&self, network: &str) -> Vec<SmolStr> {
        let space = Space::Item(ItemKind::Network);
        let Some(id) = self.names.find(self.number, space, network) else {
            return Vec::new();
        };
        let lineage = Lineage::new(self.snapshot).of(id);
        let mut groups: Vec<SmolStr> = Vec::new();
        for id in lineage {
            if let Item::Block(block) = self.names.item(id) {
                for name in names_in(&block.body, "subnets") {
                    if !groups.contains(&name) {
                        groups.push(name);
                    }
                }
            }
        }
        groups
    }

    /// Properties and attributes below an item.
    fn properties_at(&mut self, id: ItemId, rest: &[&str], attributes: bool) {
        let Some(block) = self.names.block(id) else {
            return;
        };
        if block.kind == ItemKind::Network {
            match rest {
                [] => {
                    for group in self.groups(&block.name.text) {
                        self.propose(1, &group, CompletionKind::Label)
                            .detail("subnets");
                    }
                }
                [_] => {
                    self.propose(0, "ids", CompletionKind::Attribute)
                        .docs("The ids of the subnets.");
                }
                _ => {}
            }
        }
        let tier = tier_of(block);
        if attributes {
            let prefix: String = rest.iter().map(|word| format!("{word}.")).collect();
            let all = attributes::of(block.kind).iter();
            for attribute in all.filter(|it| Tier::may_be_among(tier, it.tiers)) {
                let Some(name) = attribute.name.strip_prefix(&prefix) else {
                    continue;
                };
                let (first, more) = name.split_once('.').unwrap_or((name, ""));
                let proposal = self.propose(0, first, CompletionKind::Attribute);
                proposal.docs(attribute.doc);
                if !more.is_empty() {
                    proposal.insert(format!("{first}.")).again(true);
                }
            }
        }
        let Some(mut schema) = schema_of(block) else {
            return;
        };
        let mut words = rest.iter();
        let mut trail: Vec<SmolStr> = Vec::new();
        while let Some(word) = words.next() {
            let Some(property) = schema.property(word) else {
                return;
            };
            trail.push((*word).into());
            schema = match property.shape {
                Shape::Block(inner) => inner(),
                Shape::Keyed(inner) => match words.next() {
                    Some(label) => {
                        trail.push((*label).into());
                        inner()
                    }
                    None => return self.labels_of(id, &trail),
                },
                Shape::Map(_) => return self.keys_of(id, &trail),
                Shape::Value(_) | Shape::Raw => return,
            };
        }
        for (at, property) in (0..).zip(schema.properties) {
            if property.facts.later || !Tier::may_be_among(tier, property.facts.tiers) {
                continue;
            }
            let value = matches!(property.shape, Shape::Value(_));
            let kind = match value {
                true => CompletionKind::Property,
                false => CompletionKind::Block,
            };
            let proposal = self.propose(PROPERTIES + at, property.name, kind);
            proposal.docs(reference::property(property));
            if !value {
                proposal.insert(format!("{}.", property.name)).again(true);
            }
        }
    }

    fn labels_of(&mut self, id: ItemId, trail: &[SmolStr]) {
        let [above @ .., key] = trail else { return };
        self.names_of(id, above, |body| names_in(body, key));
    }

    fn keys_of(&mut self, id: ItemId, trail: &[SmolStr]) {
        self.names_of(id, trail, |body| {
            let keys = body.entries.iter().filter_map(|entry| match entry {
                crate::syntax::ast::Entry::Property(it) => Some(it.key.text.clone()),
                _ => None,
            });
            keys.collect()
        });
    }

    fn names_of(
        &mut self,
        id: ItemId,
        trail: &[SmolStr],
        names: impl Fn(&crate::syntax::ast::Block) -> Vec<SmolStr>,
    ) {
        for id in Lineage::new(self.snapshot).of(id) {
            if let Item::Block(block) = self.names.item(id)
                && let Some(body) = find_body(&block.body, trail)
            {
                for name in names(body) {
                    self.propose(0, &name, CompletionKind::Label);
                }
            }
        }
    }
}
