//! Where a property belongs that stands in a block which does not have it.

use super::eval::item_schema;
use super::layers::{Merged, Node};
use crate::model::Tier;
use crate::schema::load_balancer::OF_SHARED;
use crate::schema::{Block, Property, Shape};
use crate::source::Span;
use crate::syntax::ast::{ExprKind, ItemKind};

/// The block in which a property belongs, or the few of which any may be meant.
#[derive(Debug)]
pub(super) struct Home {
    /// What they are called.
    pub names: Vec<&'static str>,
    /// How each is written, with what is around it: `listener https { … }`.
    pub written: Vec<String>,
    /// Where the only one is written already.
    pub place: Option<Span>,
    /// Whether it is right in the block at hand, and without a name or there
    /// already.
    pub is_sure: bool,
}

/// More blocks than these, and none of them is likely the one that was meant.
const MOST: usize = 3;

/// The blocks in this one that have a property: those right in it, or the only one
/// that is deeper.
pub(super) fn inside(
    block: &'static Block,
    merged: &Merged<'_>,
    key: &str,
    tier: Option<Tier>,
) -> Option<Home> {
    let ways = ways(block, key, tier, shares(block, merged));
    let names: Vec<&'static str> = ways
        .iter()
        .filter_map(|way| Some(way.last()?.name))
        .collect();
    if names.is_empty() || names.len() > MOST {
        return None;
    }
    let place = match ways.as_slice() {
        [only] => place(only, merged),
        _ => None,
    };
    Some(Home {
        names,
        written: ways.iter().map(|way| written(way, merged)).collect(),
        place,
        is_sure: ways.iter().all(|way| is_sure(way, merged)),
    })
}

/// The blocks that lead to those with a property: the ways to the nearest, or the
/// only way when none is near.
fn ways(
    block: &'static Block,
    key: &str,
    tier: Option<Tier>,
    shares: bool,
) -> Vec<Vec<&'static Property>> {
    let mut ways = all_ways(block, key, tier);
    let is_of_shared = |way: &Vec<&'static Property>| {
        way.last()
            .is_some_and(|it| OF_SHARED.contains(&(it.name, key)))
    };
    if !shares {
        ways.retain(|way| !is_of_shared(way));
    }
    let is_near = |way: &Vec<&'static Property>| way.len() == 1;
    if ways.iter().any(is_near) {
        ways.retain(is_near);
    } else if ways.len() > 1 {
        ways.clear();
    }
    ways
}

/// Whether an environment, or a balancer's own block, says that the balancer is
/// shared.
fn shares(block: &'static Block, merged: &Merged<'_>) -> bool {
    let balancer = match merged.entries.get("load_balancer") {
        Some(Node::Block(balancer)) => balancer,
        _ if block.property("kind").is_some() => merged,
        _ => return false,
    };
    let Some(Node::Value(kind)) = balancer.entries.get("kind") else {
        return false;
    };
    let nearest = kind.first().map(|written| &written.expr().kind);
    matches!(nearest, Some(ExprKind::Call(_)))
}

/// Every way to a block with a property, the shortest first.
fn all_ways(block: &'static Block, key: &str, tier: Option<Tier>) -> Vec<Vec<&'static Property>> {
    let mut ways = Vec::new();
    let mut level = vec![(Vec::new(), block)];
    while !level.is_empty() {
        let mut next = Vec::new();
        for (way, block) in level {
            for property in block.properties {
                let (Shape::Block(inner) | Shape::Keyed(inner)) = property.shape else {
                    continue;
                };
                let may_have = |property: &Property| Tier::may_be_among(tier, property.facts.tiers);
                if !may_have(property) {
                    continue;
                }
                let mut way: Vec<&'static Property> = way.clone();
                way.push(property);
                let own = inner().property(key);
                if own.is_some_and(may_have) {
                    ways.push(way.clone());
                }
                next.push((way, inner()));
            }
        }
        level = next;
    }
    ways
}

/// The blocks of a way as they would be written, the labels those that are there.
fn written(way: &[&'static Property], merged: &Merged<'_>) -> String {
    let mut heads = Vec::with_capacity(way.len());
    let mut around = Some(merged);
    for property in way {
        let found = around.and_then(|block| block.entries.get(property.name));
        let (head, inner) = match (property.shape, found) {
            (Shape::Keyed(_), Some(Node::Keyed(blocks))) if blocks.len() == 1 => {
                match blocks.first() {
                    Some((label, only)) => (
                        format!("{} {label}", property.name),
                        Some(only.block.as_ref()),
                    ),
                    None => (property.name.to_owned(), None),
                }
            }
            (Shape::Keyed(_), _) => (format!("{} NAME", property.name), None),
            (_, Some(Node::Block(block))) => (property.name.to_owned(), Some(block.as_ref())),
            (_, _) => (property.name.to_owned(), None),
        };
        heads.push(head);
        around = inner;
    }
    let mut text = "…".to_owned();
    for head in heads.iter().rev() {
        text = format!("{head} {{ {text} }}");
    }
    text
}

fn is_sure(way: &[&'static Property], merged: &Merged<'_>) -> bool {
    match way {
        [only] => match only.shape {
            Shape::Keyed(_) => merged.entries.contains_key(only.name),
            _ => true,
        },
        _ => false,
    }
}

/// The only kind of other items that has a property which is in no block of this
/// one.
pub(super) fn in_items(kind: ItemKind, key: &str) -> Option<Home> {
    if !all_ways(item_schema(kind), key, None).is_empty() {
        return None;
    }
    let others = [ItemKind::Application, ItemKind::Network, ItemKind::Platform];
    let others = others.into_iter().filter(|other| *other != kind);
    let mut having = others.filter(|other| item_schema(*other).property(key).is_some());
    let (Some(only), None) = (having.next(), having.next()) else {
        return None;
    };
    Some(Home {
        names: vec![only.keyword()],
        written: vec![format!("{} NAME {{ … }}", only.keyword())],
        place: None,
        is_sure: false,
    })
}

/// `NODE_ENV = "production"` in the item itself: environment properties stand in
/// `env`.
pub(super) fn among_variables(
    root: &'static Block,
    merged: &Merged<'_>,
    key: &str,
) -> Option<Home> {
    let env = root.property("env")?;
    let is_part = |it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_';
    let is_variable = key.starts_with(|first: char| first.is_ascii_uppercase())
        && key.len() > 1
        && key.chars().all(is_part);
    is_variable.then(|| Home {
        names: vec![env.name],
        written: vec![written(&[env], merged)],
        place: place(&[env], merged),
        is_sure: false,
    })
}

/// Where the last block of a way is written, when there is one of it.
fn place(way: &[&'static Property], merged: &Merged<'_>) -> Option<Span> {
    let mut around = merged;
    let mut place = None;
    for property in way {
        match around.entries.get(property.name)? {
            Node::Block(block) => {
                place = block.name;
                around = block;
            }
            Node::Keyed(blocks) => {
                let (_, only) = blocks.first().filter(|_| blocks.len() == 1)?;
                place = Some(only.span);
                around = &only.block;
            }
            Node::Value(_) => return None,
        }
    }
    place
}
