//! What blocks could come to be that lack something.
//!
//! A block without a property that it needs cannot be read, and would take what
//! else is wrong with it, and with those who name it, out of sight. So it is
//! read with values that the property could have, which differ in whatever a
//! check may look at: what is wrong with all of them is wrong.

use rustc_hash::FxHashSet;
use smol_str::{SmolStr, format_smolstr};

use crate::schema::{
    Block, Default, Node, Origin, Property, Resolved, Setting, Shape, Type, Value,
};
use crate::source::Span;

/// An item's properties with everything that its blocks lack, in several ways.
#[derive(Debug, Default)]
pub(super) struct Guesses {
    /// The properties, once for each way; none when nothing is lacking.
    pub(super) all: Vec<Resolved>,
    /// The blocks that were completed: where their names stand.
    pub(super) blocks: FxHashSet<Span>,
}

/// Guesses what the blocks of an item lack. What the item itself lacks is left
/// out.
pub(super) fn guesses(schema: &'static Block, item: &Resolved) -> Guesses {
    let mut found = Guesses::default();
    if is_complete(schema, item) {
        return found;
    }
    let mut walk = Walk {
        way: 0,
        ways: 0,
        blocks: 0,
        completed: FxHashSet::default(),
    };
    loop {
        walk.blocks = 0;
        let mut guess = item.clone();
        walk.inside(schema, &mut guess);
        if walk.way >= walk.ways {
            break;
        }
        found.all.push(guess);
        walk.way += 1;
    }
    found.blocks = walk.completed;
    found
}

/// Whether all blocks in a block have what they need.
fn is_complete(schema: &'static Block, resolved: &Resolved) -> bool {
    let has_all = |schema: &'static Block, block: &Resolved| {
        lacking(schema, block).next().is_none() && is_complete(schema, block)
    };
    resolved.properties.iter().all(|(key, node)| {
        match (schema.property(key).map(|property| property.shape), node) {
            (Some(Shape::Block(inner)), Node::Block(block)) => has_all(inner(), block),
            (Some(Shape::Keyed(inner)), Node::Keyed(blocks, _)) => {
                blocks.values().all(|(block, _)| has_all(inner(), block))
            }
            (_, _) => true,
        }
    })
}

/// What a block needs and does not have.
fn lacking(schema: &'static Block, block: &Resolved) -> impl Iterator<Item = &'static Property> {
    schema.properties.iter().filter(|property| {
        matches!(property.facts.default, Default::Required)
            && !block.properties.contains_key(property.name)
    })
}

struct Walk {
    /// The number of the guess.
    way: usize,
    /// How many guesses there are: as many as the property with the most has
    /// values.
    ways: usize,
    /// How many properties were guessed in this one.
    blocks: usize,
    completed: FxHashSet<Span>,
}

impl Walk {
    fn inside(&mut self, schema: &'static Block, resolved: &mut Resolved) {
        for (key, node) in &mut resolved.properties {
            match (schema.property(key).map(|property| property.shape), node) {
                (Some(Shape::Block(inner)), Node::Block(block)) => {
                    self.block(inner(), block, block.span);
                }
                (Some(Shape::Keyed(inner)), Node::Keyed(blocks, _)) => {
                    for (block, name) in blocks.values_mut() {
                        self.block(inner(), block, Some(*name));
                    }
                }
                (_, _) => {}
            }
        }
    }

    fn block(&mut self, schema: &'static Block, block: &mut Resolved, place: Option<Span>) {
        let properties: Vec<&'static Property> = lacking(schema, block).collect();
        for property in properties {
            if let Some(value) = self.value(property) {
                let origin = Origin::Default;
                let value = Node::Value(Setting { value, origin });
                block.properties.insert(property.name.into(), value);
                self.completed.extend(place);
            }
        }
        self.inside(schema, block);
    }

    /// A value that a property could have; another for each block and guess.
    fn value(&mut self, property: &Property) -> Option<Value> {
        let Shape::Value(ty) = property.shape else {
            return None;
        };
        self.blocks += 1;
        let values = values(ty, i64::try_from(self.blocks).ok()?);
        self.ways = self.ways.max(values.len());
        values.get(self.way % values.len().max(1)).cloned()
    }
}

/// Values of a type that have as little in common as they can; those with a
/// number of their own are no others' either.
fn values(ty: Type, number: i64) -> Vec<Value> {
    let text = |text: SmolStr| Value::Text(text);
    match ty {
        Type::Port => vec![
            Value::Int(80),
            Value::Int(443),
            Value::Int(10_000 + number),
            Value::Int(60_000 - number),
        ],
        Type::Count => vec![Value::Int(number), Value::Int(1_000 + number)],
        Type::Text => vec![
            text(format_smolstr!("guess{number}.example.com")),
            text(format_smolstr!("/guess/{number}")),
            text("* * * * *".into()),
        ],
        Type::Words(words) => {
            let words = words.iter().map(|it| Value::Word(it.word.into()));
            words.collect()
        }
        Type::OneOf(types) => types.iter().flat_map(|ty| values(*ty, number)).collect(),
        Type::Late(ty) => values(*ty, number),
        // Whatever stood there, a check would take it at its word.
        Type::Bool
        | Type::Duration
        | Type::Size
        | Type::Percent
        | Type::Cidr
        | Type::Prefix
        | Type::Arn
        | Type::Region
        | Type::InstanceType
        | Type::Tagged(..)
        | Type::Item(_)
        | Type::Platform
        | Type::Subnets
        | Type::Entry(_)
        | Type::EntryPath(_)
        | Type::Role
        | Type::Secret
        | Type::List(_)
        | Type::Any => Vec::new(),
    }
}
