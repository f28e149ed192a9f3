//! Keys of a block.

use smol_str::SmolStr;

use super::values::example;
use super::{Around, Completion, CompletionKind, Context, FrameKind};
use crate::ide::lineage::Lineage;
use crate::schema::{Block, Default, Property, Shape, reference, vocabulary};
use crate::syntax::ast::{self, Entry, Item};

/// Behind all properties.
const STATEMENTS: u32 = 200;

impl Context<'_> {
    /// Keys where an entry may begin.
    pub(super) fn keys(&mut self) {
        match self.around() {
            Around::Block(block, named) => self.properties(block, named),
            Around::Map(property) => {
                self.inherited_names(property);
                self.named_blocks(property);
            }
            Around::Unknown => return,
        }
        self.statements();
    }

    fn properties(&mut self, block: &'static Block, named: bool) {
        let Some(item) = self.item.clone() else {
            return;
        };
        let plain = matches!(self.place.behind, Some('=' | '+' | '{'));
        for (at, property) in (0..).zip(block.properties) {
            if property.facts.later || !item.has(property) {
                continue;
            }
            let keyed = matches!(property.shape, Shape::Keyed(_));
            if !keyed && self.is_written(property.name) {
                continue;
            }
            let required = matches!(property.facts.default, Default::Required);
            let rank = if required { at } else { 50 + at };
            let kind = match property.shape {
                Shape::Value(_) => CompletionKind::Property,
                Shape::Block(_) | Shape::Keyed(_) | Shape::Map(_) | Shape::Raw => {
                    CompletionKind::Block
                }
            };
            let proposal = self.propose(rank, property.name, kind);
            proposal
                .detail(detail(property))
                .docs(reference::property(property));
            if !plain {
                written(proposal, property);
            }
        }
        if named && !self.is_written(vocabulary::ENABLED.word) {
            let proposal = self.propose(
                STATEMENTS - 1,
                vocabulary::ENABLED.word,
                CompletionKind::Property,
            );
            proposal.docs(vocabulary::ENABLED.doc);
            if !plain {
                proposal.insert("enabled = ").again(true);
            }
        }
    }

    fn is_written(&self, key: &str) -> bool {
        let frame = self.place.frames.last();
        frame.is_some_and(|it| {
            it.entries
                .iter()
                .any(|entry| entry.key == key && !entry.removes)
        })
    }

    /// What may begin an entry beside keys.
    fn statements(&mut self) {
        let extends = self.item.as_ref().is_some_and(|it| it.extends);
        if extends {
            self.propose(STATEMENTS, "remove", CompletionKind::Keyword)
                .docs("Deletes what was inherited.")
                .insert("remove ")
                .again(true);
            let trail = self.trail().join(".");
            let path = if trail.is_empty() {
                String::new()
            } else {
                format!(".{trail}")
            };
            if matches!(self.around(), Around::Map(_)) {
                self.propose(
                    STATEMENTS + 1,
                    &format!("...base{path}"),
                    CompletionKind::Keyword,
                )
                .docs("All that the parents have here.");
            }
        }
        if self.place.frames.len() == 2 {
            self.propose(STATEMENTS + 2, "assert", CompletionKind::Keyword)
                .docs("Something that must hold, checked at compile time.")
                .snippet("assert ${1:self.} else \"${2:message}\"");
        }
    }

    /// Names of the user's own that a parent has in this map.
    fn inherited_names(&mut self, property: &'static Property) {
        let trail = self.trail();
        for name in self.names_below(&trail) {
            if !self.is_written(&name) {
                self.propose(0, &name, CompletionKind::Property)
                    .detail("inherited")
                    .docs(reference::prose(property.docs))
                    .insert(format!("{name} = "));
            }
        }
    }

    /// Names of blocks that keys of this map are, without the block around it.
    fn named_blocks(&mut self, property: &'static Property) {
        let trail = self.trail();
        let named = property
            .facts
            .keys
            .map_or_else(Vec::new, |of| self.labels(of));
        for (name, _) in named {
            let is_own = trail.get(1) == Some(&name);
            if !is_own && !self.is_written(&name) && !self.list.iter().any(|it| it.label == name) {
                self.propose(0, &name, CompletionKind::Property)
                    .docs(reference::prose(property.docs))
                    .insert(format!("{name} = "));
            }
        }
    }

    /// Keys behind `remove`: those that are inherited.
    pub(super) fn removed_keys(&mut self) {
        let trail = self.trail();
        let properties = match self.around() {
            Around::Block(block, _) => Some(block),
            Around::Map(_) | Around::Unknown => None,
        };
        for name in self.names_below(&trail) {
            let property = properties.and_then(|it| it.property(&name));
            let keyed = property.is_some_and(|it| matches!(it.shape, Shape::Keyed(_)));
            let docs = property.map(|it| reference::prose(it.docs));
            let insert = if keyed {
                format!("{name} ")
            } else {
                name.to_string()
            };
            self.propose(0, &name, CompletionKind::Property)
                .docs(docs.unwrap_or_default())
                .insert(insert)
                .again(keyed);
        }
    }

    /// Labels behind `remove listener`.
    pub(super) fn removed_labels(&mut self, key: &str) {
        let mut trail = self.trail();
        trail.push(key.into());
        for (label, own) in self.labels(&trail.join(".")) {
            if !own {
                self.propose(0, &label, CompletionKind::Label);
            }
        }
    }

    /// What the parents of the item have at a path of keys and labels.
    fn names_below(&self, trail: &[SmolStr]) -> Vec<SmolStr> {
        let Some(owner) = self.owner() else {
            return Vec::new();
        };
        let lineage = Lineage::new(self.snapshot).of(owner);
        let mut names: Vec<SmolStr> = Vec::new();
        for id in lineage.iter().skip(1) {
            let Item::Block(block) = self.names.item(*id) else {
                continue;
            };
            for body in bodies(&block.body, trail) {
                for entry in &body.entries {
                    let key = match entry {
                        Entry::Property(it) => &it.key.text,
                        Entry::Block(it) => &it.key.text,
                        Entry::Spread(_) | Entry::Remove(_) | Entry::Assert(_) => continue,
                    };
                    if !names.contains(key) {
                        names.push(key.clone());
                    }
                }
            }
        }
        names
    }

    /// The names of a keyed block of the item, and whether the item's own text
    /// has them. The path is that of the keys: `load_balancer.listener`.
    pub(super) fn labels(&self, path: &str) -> Vec<(SmolStr, bool)> {
        let mut words: Vec<SmolStr> = path.split('.').map(SmolStr::from).collect();
        let Some(key) = words.pop() else {
            return Vec::new();
        };
        let mut labels: Vec<(SmolStr, bool)> = Vec::new();
        // What was typed a moment ago is in the text and not in the tree.
        if let Some(frame) = self.place.frames.last()
            && frame.kind == FrameKind::Block
            && self.trail().starts_with(&words)
        {
            for frame in &self.place.frames {
                let own = frame.entries.iter().filter(|it| it.key == key);
                for label in own.filter(|it| !it.removes).filter_map(|it| it.label) {
                    labels.push((label.into(), true));
                }
            }
        }
        let owner = self.owner();
        let lineage = owner.map(|id| Lineage::new(self.snapshot).of(id));
        for (at, id) in lineage.into_iter().flatten().enumerate() {
            let Item::Block(block) = self.names.item(id) else {
                continue;
            };
            for body in bodies(&block.body, &words) {
                for entry in &body.entries {
                    if let Entry::Block(it) = entry
                        && it.key.text == key
                        && let Some(label) = it.labels.first()
                        && !labels.iter().any(|(known, _)| *known == label.text)
                    {
                        labels.push((label.text.clone(), at == 0));
                    }
                }
            }
        }
        labels
    }
}

/// The blocks at a path of keys and labels.
fn bodies<'a>(block: &'a ast::Block, trail: &[SmolStr]) -> Vec<&'a ast::Block> {
    let [key, rest @ ..] = trail else {
        return vec![block];
    };
    let nested = block.entries.iter().filter_map(|entry| match entry {
        Entry::Block(it) if it.key.text == *key => Some(it),
        _ => None,
    });
    let inner = nested.flat_map(|it| match (it.labels.first(), rest) {
        (None, rest) => bodies(&it.body, rest),
        (Some(label), [name, rest @ ..]) if label.text == *name => bodies(&it.body, rest),
        (Some(_), _) => Vec::new(),
    });
    inner.collect()
}

/// What a property takes, in a few words.
fn detail(property: &Property) -> String {
    let required = match property.facts.default {
        Default::Required => ", required",
        _ => "",
    };
    match property.shape {
        Shape::Value(ty) => format!("{ty}{required}"),
        Shape::Block(_) => "a block".to_owned(),
        Shape::Keyed(_) => "blocks with names".to_owned(),
        Shape::Map(ty) => format!("names with values, each {ty}"),
        Shape::Raw => String::new(),
    }
}

/// A property as it is written, with places to fill in.
fn written(proposal: &mut Completion, property: &'static Property) {
    let name = property.name;
    match property.shape {
        Shape::Value(ty) => match example(ty, property.facts.default) {
            Some(example) => {
                proposal.snippet(format!("{name} = {example}"));
            }
            // There is a list of what it can be.
            None => {
                proposal.insert(format!("{name} = ")).again(true);
            }
        },
        Shape::Block(inner) => {
            let inside = required(inner());
            proposal.snippet(format!("{name} {{\n{inside}  $0\n}}"));
        }
        Shape::Keyed(inner) => {
            let inside = required(inner());
            proposal.snippet(format!("{name} ${{1:name}} {{\n{inside}  $0\n}}"));
        }
        Shape::Map(_) => {
            proposal.snippet(format!("{name} {{\n  ${{1:NAME}} = $0\n}}"));
        }
        Shape::Raw => {}
    }
}

/// The properties that a block must have, a line each.
fn required(block: &'static Block) -> String {
    let required = block.properties.iter().filter(|property| {
        matches!(property.facts.default, Default::Required)
            && matches!(property.shape, Shape::Value(_))
    });
    let line = |(at, property): (usize, &Property)| format!("  {} = ${at}\n", property.name);
    (2..).zip(required).map(line).collect()
}
