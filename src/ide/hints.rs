//! What is not written and holds all the same, between the lines.
//!
//! A hint is worth its room where people would otherwise look into another
//! file: what a block inherits, what a value stands in front of, what an
//! expression comes to, and the few defaults that decide what is paid for or
//! how it fails. Everything else is in the hover.

use smol_str::SmolStr;

use super::Snapshot;
use super::marks::schema_of;
use crate::analysis::names::ItemId;
use crate::schema::{Block, Node, Origin, Resolved, Setting, Shape, Value};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Entry, Expr, ExprKind, Item};

/// A few words between the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The offset at which they stand.
    pub at: u32,
    /// The words.
    pub text: String,
    /// What they are.
    pub kind: HintKind,
    /// More about it: the places of what is inherited.
    pub tooltip: String,
}

/// What a [`Hint`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HintKind {
    /// What a block has from its parents.
    Inherited,
    /// What a value stands in front of.
    Hidden,
    /// A default.
    Default,
    /// What an expression comes to.
    Value,
}

/// Defaults that decide what is paid for, or what happens when something
/// fails: by the name of the block.
const TELLING: [(&str, &[&str]); 6] = [
    ("instances", &["min"]),
    ("load_balancer", &["scheme"]),
    ("deployment", &["strategy"]),
    ("queue", &["visibility_timeout", "retention"]),
    ("alarm", &["for"]),
    ("subnets", &["internet"]),
];

/// The longest value that is shown, and how many of a block.
const LONGEST: usize = 40;
const MOST: usize = 3;

/// The hints between two offsets of a file, in order.
#[must_use]
pub fn hints(snapshot: &Snapshot, file: FileId, start: u32, end: u32) -> Vec<Hint> {
    let (Some(number), Some(tree)) = (snapshot.number(file), snapshot.tree(file)) else {
        return Vec::new();
    };
    let behind = tree.items.partition_point(|it| it.span().end < start);
    let mut hints = Vec::new();
    let items = tree.items.iter().enumerate().skip(behind);
    for (item, declared) in items.take_while(|(_, it)| it.span().start <= end) {
        let id = ItemId { file: number, item };
        match declared {
            Item::Block(block) => {
                let Some(resolved) = snapshot.reading().resolved.get(&id) else {
                    continue;
                };
                let Some(schema) = schema_of(block) else {
                    continue;
                };
                let mut walk = Walk {
                    snapshot,
                    owner: &block.name.text,
                    hints: &mut hints,
                };
                walk.block(&block.body, schema, &resolved.properties);
            }
            Item::Let(binding) => {
                if let Some(value) = snapshot.reading().constants.get(&id) {
                    hints.extend(computed(&binding.value, value));
                }
            }
            _ => {}
        }
    }
    hints.retain(|hint| start <= hint.at && hint.at <= end);
    hints.sort_by_key(|hint| hint.at);
    hints
}

struct Walk<'a> {
    snapshot: &'a Snapshot,
    /// The item's name.
    owner: &'a SmolStr,
    hints: &'a mut Vec<Hint>,
}

impl Walk<'_> {
    fn block(&mut self, block: &ast::Block, schema: &'static Block, resolved: &Resolved) {
        self.around(block, schema, resolved);
        for entry in &block.entries {
            match entry {
                Entry::Property(it) => {
                    if let Some(Node::Value(setting)) = resolved.properties.get(&it.key.text) {
                        self.value(&it.value, setting);
                    }
                }
                Entry::Block(it) => {
                    let Some(property) = schema.property(&it.key.text) else {
                        continue;
                    };
                    let node = resolved.properties.get(&it.key.text);
                    match (property.shape, node) {
                        (Shape::Block(inner), Some(Node::Block(resolved))) => {
                            self.block(&it.body, inner(), resolved);
                        }
                        (Shape::Keyed(inner), Some(Node::Keyed(entries, _))) => {
                            let label = it.labels.first();
                            let found = label.and_then(|label| entries.get(&label.text));
                            if let Some((resolved, _)) = found {
                                self.block(&it.body, inner(), resolved);
                            }
                        }
                        (Shape::Map(_), Some(Node::Map(entries))) => self.map(&it.body, entries),
                        _ => {}
                    }
                }
                Entry::Spread(_) | Entry::Remove(_) | Entry::Assert(_) => {}
            }
        }
    }

    fn map(
        &mut self,
        block: &ast::Block,
        entries: &crate::ordered::IndexMap<SmolStr, Setting<Value>>,
    ) {
        for entry in &block.entries {
            if let Entry::Property(it) = entry
                && let Some(setting) = entries.get(&it.key.text)
            {
                self.value(&it.value, setting);
            }
        }
        let inherited: Vec<(&SmolStr, &Setting<Value>)> = entries
            .iter()
            .filter(|(key, _)| !writes(block, key))
            .collect();
        self.inherited(block, &inherited);
    }

    /// What a block has beside what is written in it.
    fn around(&mut self, block: &ast::Block, schema: &'static Block, resolved: &Resolved) {
        let inherited: Vec<(&SmolStr, &Setting<Value>)> = resolved
            .properties
            .iter()
            .filter(|(key, _)| !writes(block, key))
            .filter_map(|(key, node)| match node {
                Node::Value(setting) => Some((key, setting)),
                Node::Block(_) | Node::Keyed(..) | Node::Map(_) => None,
            })
            .collect();
        self.inherited(block, &inherited);
        let telling = TELLING.iter().find(|(name, _)| *name == schema.name);
        let telling = telling.map_or(&[][..], |(_, keys)| keys);
        let defaults: Vec<String> = telling
            .iter()
            .filter(|key| !resolved.properties.contains_key(**key) && !writes(block, key))
            .filter_map(|key| {
                let value = schema.property(key)?.facts.default.value()?;
                Some(format!("{key} = {value}"))
            })
            .collect();
        if !defaults.is_empty() {
            self.hints.push(Hint {
                at: inside(self.snapshot, block),
                text: defaults.join(", "),
                kind: HintKind::Default,
                tooltip: "Defaults of edition 2026.".to_owned(),
            });
        }
    }

    fn inherited(&mut self, block: &ast::Block, inherited: &[(&SmolStr, &Setting<Value>)]) {
        let mut by: Vec<(&SmolStr, Vec<String>)> = Vec::new();
        let mut places = Vec::new();
        for (key, setting) in inherited {
            let Origin::Written(written) = &setting.origin else {
                continue;
            };
            let name = &written.by;
            if name == self.owner {
                continue;
            }
            let text = format!("{key} = {}", short(&setting.value));
            let place = self.snapshot.sources().place(written.span);
            places.push(format!("- `{key} = {}`: {name}, {place}", setting.value));
            match by.iter_mut().find(|(known, _)| *known == name) {
                Some((_, texts)) => texts.push(text),
                None => by.push((name, vec![text])),
            }
        }
        if by.is_empty() {
            return;
        }
        let groups = by.iter().map(|(name, texts)| {
            let more = if texts.len() > MOST { ", …" } else { "" };
            let shown: Vec<&str> = texts.iter().take(MOST).map(String::as_str).collect();
            format!("{}{more} from {name}", shown.join(", "))
        });
        let groups: Vec<String> = groups.collect();
        self.hints.push(Hint {
            at: inside(self.snapshot, block),
            text: groups.join("; "),
            kind: HintKind::Inherited,
            tooltip: places.join("\n"),
        });
    }

    /// What a value stands in front of, or comes to.
    fn value(&mut self, expr: &Expr, setting: &Setting<Value>) {
        let Origin::Written(written) = &setting.origin else {
            return;
        };
        if written.span != expr.span {
            return;
        }
        self.hints.extend(computed(expr, &setting.value));
        if let Some(hidden) = written.hides.first() {
            let place = self.snapshot.sources().place(hidden.span);
            self.hints.push(Hint {
                at: expr.span.end,
                text: format!("{} in {}", cut(&hidden.text), hidden.by),
                kind: HintKind::Hidden,
                tooltip: format!("`{}` in {}, {place}", hidden.text, hidden.by),
            });
        }
    }
}

/// What an expression comes to, when it does not say so itself.
fn computed(expr: &Expr, value: &Value) -> Option<Hint> {
    let computes = match &expr.kind {
        ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::Conditional(..) => true,
        ExprKind::Text(parts) => parts.len() > 1,
        ExprKind::Path(_) => !matches!(value, Value::Reference(_)),
        ExprKind::Call(call) => {
            !matches!(call.function.text.as_str(), "secret" | "file" | "shared")
        }
        _ => false,
    };
    let text = value.to_string();
    let known = match (value, &expr.kind) {
        (Value::Late(_) | Value::Secret(_), _) => false,
        // The name of an alarm says nothing new.
        (Value::Word(_), ExprKind::Path(path)) => path.head().text != "alarm",
        _ => true,
    };
    (computes && known && text.chars().count() <= LONGEST).then(|| Hint {
        at: expr.span.end,
        text: format!("= {text}"),
        kind: HintKind::Value,
        tooltip: String::new(),
    })
}

/// Whether a block says something about a key itself.
fn writes(block: &ast::Block, key: &str) -> bool {
    block.entries.iter().any(|entry| match entry {
        Entry::Property(it) => it.key.text == *key,
        Entry::Block(it) => it.key.text == *key,
        Entry::Remove(it) => it.key.text == *key,
        Entry::Spread(_) | Entry::Assert(_) => false,
    })
}

/// Behind the opening brace, or behind a block of one line.
fn inside(snapshot: &Snapshot, block: &ast::Block) -> u32 {
    let Span { start, end, .. } = block.span;
    match snapshot.sources().text(block.span).contains('\n') {
        true => (start + 1).min(end),
        false => end,
    }
}

fn short(value: &Value) -> String {
    cut(&value.to_string())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
