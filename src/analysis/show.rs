//! What a property comes to and where that comes from: `beanc show`.

use smol_str::SmolStr;

use super::Analysis;
use super::check::Owner;
use super::eval::item_schema;
use super::names::{ItemId, Names, Space};
use super::{Options, bundle, load};
use crate::diagnostic::Diagnostics;
use crate::disk::Disk;
use crate::model::Tier;
use crate::schema::{Block, Default, Node, Origin, Property, Resolved, Setting, Shape, Value};
use crate::source::Sources;
use crate::syntax::ast::{BlockItem, Item, ItemKind};
use std::path::Path;

/// One line of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The property's path.
    pub path: String,
    /// Its value as it would be written; empty where nothing holds.
    pub value: String,
    /// Where it comes from, nearest first: `set in envs.bean:34`, `default`.
    pub origin: String,
}

/// The properties at and below a path such as `shop-prod.instances.max` or
/// `environment.shop-prod`; empty when there is nothing by that name. Files are
/// called in it as `seen` calls them.
pub fn show(
    path: &str,
    entry: &Path,
    disk: &dyn Disk,
    options: &Options,
    seen: impl FnOnce(&Sources) -> Sources,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Line> {
    let (files, root) = load::load(None, entry, disk, sources, diagnostics);
    if files.is_empty() {
        return Vec::new();
    }
    let bundles = bundle::read(None, &files, &root, disk, sources, diagnostics);
    let names = Names::new(&files, root, diagnostics);
    let words: Vec<&str> = path.split('.').collect();
    let Some((id, rest)) = find(&names, &words) else {
        return Vec::new();
    };
    let sources = seen(sources);
    let mut analysis = Analysis::new(names, disk, options, &sources, diagnostics, &bundles);
    analysis.lines(id, path, &rest)
}

/// The declaration that the first words of a path name, and the words behind
/// it. The kind may be left out where the name says enough.
fn find<'w>(names: &Names<'_>, words: &[&'w str]) -> Option<(ItemId, Vec<&'w str>)> {
    let [first, rest @ ..] = words else {
        return None;
    };
    if let (Some(space), [name, rest @ ..]) = (Space::of(first), rest)
        && let Some(id) = names.find(0, space, name)
    {
        return Some((id, rest.to_vec()));
    }
    let spaces = [
        Space::Item(ItemKind::Environment),
        Space::Item(ItemKind::Template),
    ]
    .into_iter()
    .chain(ItemKind::ALL.map(Space::Item))
    .chain([Space::Param, Space::Let, Space::Input]);
    let id = spaces
        .filter_map(|space| names.find(0, space, first))
        .next()?;
    Some((id, rest.to_vec()))
}

impl Analysis<'_, '_> {
    fn lines(&mut self, id: ItemId, path: &str, rest: &[&str]) -> Vec<Line> {
        let block = match self.names.item(id) {
            Item::Block(block) => block,
            Item::Param(_) => {
                let value = self.param(id).ok();
                return self.single(path, value, id);
            }
            Item::Let(_) => {
                let value = self.binding(id).ok();
                return self.single(path, value, id);
            }
            Item::Input(_) => {
                let value = "given at deploy time".to_owned();
                let origin = String::new();
                return vec![Line {
                    path: path.to_owned(),
                    value,
                    origin,
                }];
            }
            Item::Edition(_)
            | Item::Import(_)
            | Item::Output(_)
            | Item::Assert(_)
            | Item::Test(_) => {
                return Vec::new();
            }
        };
        let Some(merged) = self.merged(id) else {
            return Vec::new();
        };
        let tier = tier_of(block);
        let existing = block.kind == ItemKind::Network && block.variant.is_some();
        let schema = if existing {
            <crate::schema::network::ExistingNetwork as crate::schema::Schema>::schema()
        } else {
            item_schema(block.kind)
        };
        let resolved = self.resolve(schema, &merged, Owner::new(id, tier));
        let base = path
            .strip_suffix(&rest.join("."))
            .unwrap_or(path)
            .trim_end_matches('.');
        below(self.sources, (schema, tier), &resolved, base, rest)
    }

    fn single(&self, path: &str, value: Option<Value>, id: ItemId) -> Vec<Line> {
        let span = match self.names.item(id) {
            Item::Param(it) | Item::Input(it) => it.span,
            Item::Let(it) => it.span,
            _ => return Vec::new(),
        };
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        let origin = format!("declared in {}", self.sources.place(span));
        vec![Line {
            path: path.to_owned(),
            value,
            origin,
        }]
    }
}

/// The tier that an item says it is of.
#[must_use]
pub fn tier_of(block: &BlockItem) -> Option<Tier> {
    match block.variant.as_ref()?.text.as_str() {
        "web" => Some(Tier::Web),
        "worker" => Some(Tier::Worker),
        _ => None,
    }
}

/// The properties of a resolved block, of those that its tier has, at and below
/// the words `rest`. `path` is what stands in front of them in the answer.
#[must_use]
pub fn below(
    sources: &Sources,
    (schema, tier): (&'static Block, Option<Tier>),
    resolved: &Resolved,
    path: &str,
    rest: &[&str],
) -> Vec<Line> {
    let mut lines = Vec::new();
    Below { sources, tier }.block(schema, Some(resolved), path, rest, &mut lines);
    lines
}

struct Below<'a> {
    sources: &'a Sources,
    tier: Option<Tier>,
}

impl Below<'_> {
    fn block(
        &self,
        schema: &'static Block,
        resolved: Option<&Resolved>,
        path: &str,
        rest: &[&str],
        lines: &mut Vec<Line>,
    ) {
        let wanted = |property: &&Property| {
            !property.facts.later
                && Tier::may_be_among(self.tier, property.facts.tiers)
                && rest.first().is_none_or(|word| *word == property.name)
        };
        let further = rest.get(1..).unwrap_or_default();
        for property in schema.properties.iter().filter(wanted) {
            let path = format!("{path}.{}", property.name);
            let node = resolved.and_then(|resolved| resolved.properties.get(property.name));
            match (property.shape, node) {
                (Shape::Value(_), Some(Node::Value(setting))) => {
                    lines.push(self.line(path, setting));
                }
                (Shape::Value(_), _) => lines.extend(unset(path, property, !rest.is_empty())),
                (Shape::Block(inner), node) => {
                    let resolved = match node {
                        Some(Node::Block(resolved)) => Some(resolved),
                        _ => None,
                    };
                    self.block(inner(), resolved, &path, further, lines);
                }
                (Shape::Keyed(inner), Some(Node::Keyed(entries, _))) => {
                    let label = further.first();
                    let entries = entries
                        .iter()
                        .filter(|(name, _)| label.is_none_or(|it| *it == name.as_str()));
                    for (name, (resolved, _)) in entries {
                        let path = format!("{path}.{name}");
                        let rest = further.get(1..).unwrap_or_default();
                        self.block(inner(), Some(resolved), &path, rest, lines);
                    }
                }
                (Shape::Map(_), Some(Node::Map(entries))) => {
                    let name = further.first();
                    let wanted = |key: &SmolStr| name.is_none_or(|it| *it == key.as_str());
                    for (name, setting) in entries.iter().filter(|(name, _)| wanted(name)) {
                        lines.push(self.line(format!("{path}.{name}"), setting));
                    }
                }
                (Shape::Keyed(_) | Shape::Map(_) | Shape::Raw, _) => {}
            }
        }
    }

    fn line(&self, path: String, setting: &Setting<Value>) -> Line {
        let origin = match &setting.origin {
            Origin::Default => "default of edition 2026".to_owned(),
            Origin::Written(written) => {
                let place = self.sources.place(written.span);
                let mut origin = format!("set in {}, {place}", written.by);
                for hidden in &written.hides {
                    let place = self.sources.place(hidden.span);
                    origin.push_str(&format!("; {} in {}, {place}", hidden.text, hidden.by));
                }
                origin
            }
        };
        Line {
            path,
            value: setting.value.to_string(),
            origin,
        }
    }
}

/// A property that nobody set; those without a default only when asked for.
fn unset(path: String, property: &Property, asked: bool) -> Option<Line> {
    match property.facts.default {
        Default::Absent(means) if asked => {
            let origin = if means.is_empty() {
                "not set".to_owned()
            } else {
                format!("not set: {means}")
            };
            Some(Line {
                path,
                value: String::new(),
                origin,
            })
        }
        Default::Absent(_) | Default::Required => None,
        default => {
            let value = default.value()?.to_string();
            Some(Line {
                path,
                value,
                origin: "default of edition 2026".to_owned(),
            })
        }
    }
}
