//! Merged blocks against their tables: what comes out has only properties that
//! exist, each with a value of its type and in its range.

use rustc_hash::FxBuildHasher;
use smol_str::SmolStr;

use super::Analysis;
use super::errors::{self, Near};
use super::eval::{Evaluated, schema_of};
use super::foreign;
use super::home::{self, Home};
use super::layers::{LayerId, Merged, Node as Found, Written, library_platform};
use super::names::{ItemId, Space};
use super::params;
use crate::diagnostic::{Diagnostic, Reported};
use crate::model::Tier;
use crate::ordered::IndexMap;
use crate::schema;
use crate::schema::{
    Block, Disabled, Hidden, Late, LatePart, Node, Origin, Property, Resolved, Setting, Shape,
    Type, Value,
};
use crate::source::Span;
use crate::syntax::ast::{AssignOp, Declaration, ItemKind, Word};

/// What a block is checked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    /// The item.
    pub item: ItemId,
    /// Its tier, when it has one.
    pub tier: Option<Tier>,
    /// The layer of what is being looked at, as far as that is known.
    pub layer: Option<LayerId>,
}

impl Owner {
    /// An item, of which nothing is looked at yet.
    pub(super) fn new(item: ItemId, tier: Option<Tier>) -> Self {
        Self {
            item,
            tier,
            layer: None,
        }
    }

    /// The same, looking at something of a layer.
    fn at(self, layer: Option<LayerId>) -> Self {
        Self { layer, ..self }
    }
}

impl<'a> Analysis<'a, '_> {
    /// A merged block with every property checked and evaluated; what is wrong
    /// is reported and left out.
    pub(super) fn resolve(
        &mut self,
        schema: &'static Block,
        merged: &Merged<'a>,
        owner: Owner,
    ) -> Resolved {
        let mut properties =
            IndexMap::with_capacity_and_hasher(merged.entries.len(), FxBuildHasher);
        let mut misspelt = Vec::new();
        for (key, found) in &merged.entries {
            let Some(property) = schema.property(key) else {
                self.unknown(schema, merged, key, owner);
                misspelt.push(key);
                continue;
            };
            if let Some(node) = self.property(schema, property, found, owner) {
                properties.insert(key.clone(), node);
            }
        }
        let span = merged.span.map(|(span, _)| span);
        let required = schema.properties.iter().filter(|property| {
            matches!(property.facts.default, crate::schema::Default::Required)
                && matches!(property.shape, Shape::Value(_))
        });
        for property in required {
            let is_meant =
                |key: &&SmolStr| errors::nearest_property(key, schema) == Some(property.name);
            if !merged.incomplete
                && !merged.entries.contains_key(property.name)
                && !misspelt.iter().any(is_meant)
            {
                let place = self.head(merged, owner);
                self.diagnostics
                    .report(errors::missing_property(schema, property, place));
            }
        }
        Resolved { span, properties }
    }

    /// Where a block begins, for complaints about what it lacks.
    fn head(&self, merged: &Merged<'a>, owner: Owner) -> Span {
        let item = self.names.block(owner.item);
        let head = item.map(crate::syntax::ast::BlockItem::head);
        match (merged.span, item) {
            (Some((span, _)), Some(item)) if span == item.body.span => head.unwrap_or(span),
            (Some((span, _)), _) => merged.name.unwrap_or(span),
            (None, _) => head.unwrap_or_else(|| Span::new(self.names.files[0].tree.id, 0, 0)),
        }
    }

    fn property(
        &mut self,
        schema: &'static Block,
        property: &'static Property,
        found: &Found<'a>,
        owner: Owner,
    ) -> Option<Node> {
        let place = key_of(found);
        let owner = owner.at(layer_of(found));
        if !Tier::may_be_among(owner.tier, property.facts.tiers) {
            if let Some(place) = place {
                let variant = self
                    .names
                    .block(owner.item)
                    .and_then(|item| item.variant.as_ref());
                let error = errors::not_in_tier(property, place, variant);
                self.complain(error, owner);
            }
            return None;
        }
        if property.facts.later {
            if let Some(place) = place {
                let what = format!("`{}`", property.name);
                self.complain(errors::not_yet(place, &what), owner);
            }
            return None;
        }
        match (property.shape, found) {
            (Shape::Raw, _) => {
                if let Some(place) = place {
                    let what = format!("`{}`", property.name);
                    self.complain(errors::not_yet(place, &what), owner);
                }
                None
            }
            (Shape::Value(ty), Found::Value(written)) => {
                let setting = self.setting(written, ty, property, owner).ok()?;
                Some(Node::Value(setting))
            }
            (Shape::Map(ty), Found::Block(block)) => {
                let mut map = IndexMap::default();
                for (name, entry) in &block.entries {
                    match entry {
                        Found::Value(written) => {
                            if let Ok(setting) = self.setting(written, ty, property, owner) {
                                map.insert(name.clone(), setting);
                            }
                        }
                        Found::Block(_) | Found::Keyed(_) => {
                            if let Some(place) = key_of(entry) {
                                let error = errors::value_expected(name, place, &ty);
                                self.complain(error, owner.at(layer_of(entry)));
                            }
                        }
                    }
                }
                Some(Node::Map(map))
            }
            (Shape::Block(inner), Found::Block(block)) => {
                Some(Node::Block(self.resolve(inner(), block, owner)))
            }
            (Shape::Keyed(inner), Found::Keyed(blocks)) => {
                let inner = inner();
                let mut keyed = IndexMap::default();
                let mut disabled = Disabled::default();
                for (label, labelled) in blocks {
                    let mut block = Merged::clone(&labelled.block);
                    if let Err(place) = self.enabled(&mut block, owner) {
                        disabled.insert(label.clone(), place);
                        continue;
                    }
                    let resolved = self.resolve(inner, &block, owner);
                    keyed.insert(label.clone(), (resolved, labelled.span));
                }
                Some(Node::Keyed(keyed, disabled))
            }
            (shape, found) => {
                if let Some(place) = place {
                    let error = errors::wrong_shape(schema, property, &shape, found, place);
                    self.complain(error, owner);
                }
                None
            }
        }
    }

    /// Takes `enabled` out of a keyed block; where it is not, the place that says so,
    /// or none when that is wrong.
    fn enabled(&mut self, block: &mut Merged<'a>, owner: Owner) -> Result<(), Option<Span>> {
        let Some(Found::Value(written)) = block.entries.shift_remove("enabled") else {
            return Ok(());
        };
        let span = written.first().map(|written| written.property.span);
        let place = written.first().map(|written| written.expr().span);
        let value = self.written(&written, Some(owner.item));
        if let Some(nearest) = written.first() {
            let certain = written.len() == 1 && matches!(value, Ok(Value::Bool(_)));
            self.appends(nearest, Type::Bool, certain, owner.at(Some(nearest.layer)));
        }
        match value {
            Ok(Value::Bool(true)) => return Ok(()),
            Ok(Value::Bool(false)) => return Err(span),
            Ok(Value::Late(late)) => {
                if let Some(place) = place {
                    self.diagnostics
                        .report(errors::known_too_late(place, &late));
                }
            }
            Ok(value) => {
                if let Some(place) = place {
                    self.diagnostics
                        .report(errors::not_a_condition(place, &value));
                }
            }
            Err(_) => {}
        }
        Err(None)
    }

    fn setting(
        &mut self,
        written: &[Written<'a>],
        ty: Type,
        property: &'static Property,
        owner: Owner,
    ) -> Evaluated<Setting<Value>> {
        let Some(nearest) = written.first() else {
            return Err(self.said());
        };
        let span = nearest.expr().span;
        let owner = owner.at(Some(nearest.layer));
        let value = self.checked(written, ty, span, property, owner);
        let value = value.inspect_err(|_| self.left_out.push(span))?;
        let hides = written[1..]
            .iter()
            .filter_map(|hidden| {
                let span = hidden.expr().span;
                let by = self.layers.layer(hidden.layer).name.clone();
                let scope = self.scope(hidden.layer, Some(owner.item));
                // A hidden value that is wrong is reported where it counts.
                let text = match &hidden.expr().kind {
                    crate::syntax::ast::ExprKind::Error => return None,
                    _ => self
                        .quietly(|it| it.eval(hidden.expr(), &scope))?
                        .to_string(),
                };
                Some(Hidden {
                    span,
                    by,
                    text: text.into(),
                })
            })
            .collect();
        let by = self.layers.layer(nearest.layer).name.clone();
        Ok(Setting {
            value,
            origin: Origin::written(schema::Written {
                key: nearest.property.key.span,
                span,
                by,
                hides,
            }),
        })
    }

    /// The value that counts, of its type and in its range.
    fn checked(
        &mut self,
        written: &[Written<'a>],
        ty: Type,
        span: Span,
        property: &'static Property,
        owner: Owner,
    ) -> Evaluated {
        let value = self.written(written, Some(owner.item))?;
        let name = match written.first() {
            Some(nearest) => nearest.property.key.text.as_str(),
            None => property.name,
        };
        // A list where none can be is wrong by itself.
        let is_list = matches!(value, Value::List(_));
        let value = self.of_type(value, ty, span, (name, property), owner);
        let value = value.and_then(|value| {
            self.in_range(&value, span, property, owner)?;
            Ok(value)
        });
        if let Some(nearest) = written.first().filter(|_| !is_list) {
            let certain = written.len() == 1 && value.is_ok();
            self.appends(nearest, ty, certain, owner);
        }
        value
    }

    /// Whether `+=` of a property has something to append to. Where nothing was
    /// inherited, `=` is certainly meant.
    fn appends(&mut self, written: &Written<'a>, ty: Type, certain: bool, owner: Owner) {
        let property = written.property;
        if property.op == AssignOp::Set || ty.element().is_some() || ty == Type::Any {
            return;
        }
        let before = property.key.span.after().to(property.value.span.before());
        let sign = self.sources.text(before).find("+=").map(|at| {
            let start = before.start as usize + at;
            Span::new(before.file, start, start + 2)
        });
        self.complain(errors::append_to_value(property, ty, sign, certain), owner);
    }

    /// The value when it is of a type, with words and names resolved. What it is
    /// called is the property's name, or one of the user's own.
    fn of_type(
        &mut self,
        value: Value,
        ty: Type,
        span: Span,
        (name, property): (&str, &'static Property),
        owner: Owner,
    ) -> Evaluated {
        let of = (name, property);
        let matches = match (ty, &value) {
            (Type::Late(inner), Value::Late(late)) => {
                self.of_late_type(late, *inner, span, name, owner)?;
                true
            }
            (Type::Late(inner), _) => return self.of_type(value, *inner, span, of, owner),
            (Type::OneOf(types), _) => {
                let fits = |it: &&Type| roughly(**it, &value);
                match (types.iter().find(fits), &value) {
                    (Some(ty), _) => return self.of_type(value, *ty, span, of, owner),
                    (None, Value::Late(late)) => {
                        let error = errors::fixed_now(name, ty, span, late);
                        return Err(self.complain(error, owner));
                    }
                    (None, _) => false,
                }
            }
            (Type::List(Type::Late(_)), Value::Late(late)) => {
                return Err(self.complain(errors::list_known_too_late(span, late), owner));
            }
            (_, Value::Late(late)) => {
                let error = errors::fixed_now(name, ty, span, late);
                return Err(self.complain(error, owner));
            }
            (Type::List(inner), Value::List(_)) => {
                let Value::List(items) = value else {
                    return Err(self.said());
                };
                let mut checked = Vec::with_capacity(items.len());
                for (item, span) in items {
                    checked.push((self.of_type(item, *inner, span, of, owner)?, span));
                }
                return Ok(Value::List(checked));
            }
            (Type::Words(words), Value::Word(word)) => {
                if !words.is_empty() && !words.iter().any(|it| it.word == word) {
                    let error = errors::unknown_value(property, word, words, span);
                    return Err(self.complain(error, owner));
                }
                true
            }
            (Type::Port, Value::Int(port)) => {
                if !(1..=65_535).contains(port) {
                    let error = errors::out_of_range(property, &value, 1, 65_535, span);
                    return Err(self.complain(error, owner));
                }
                true
            }
            (Type::Item(kind), Value::Reference(reference)) => {
                reference.kind == kind && reference.part.is_empty()
            }
            (Type::Platform, Value::Reference(reference)) => reference.kind == ItemKind::Platform,
            (Type::Platform, Value::Text(name)) => {
                let error = match library_platform(&self.names, name) {
                    Some(id) if self.has_image(id) => return Ok(value),
                    // One that others begin with, and nothing runs on.
                    Some(_) => errors::platform_without_image(name, span),
                    None => errors::unknown_platform(name, span, &self.runnable_platforms()),
                };
                return Err(self.complain(error, owner));
            }
            (Type::Subnets, Value::Reference(reference)) => {
                reference.kind == ItemKind::Network && !reference.part.is_empty()
            }
            (Type::Tagged(word, _), Value::Tagged(written, _)) => word == written,
            (ty, value) => roughly(ty, value),
        };
        if matches {
            return Ok(value);
        }
        let error = match (ty, &value) {
            (Type::Item(kind), Value::Word(word) | Value::Text(word)) => {
                let names = self.names.visible(owner.item.file, Space::Item(kind));
                let word = (word.as_str(), value.describe());
                errors::item_without_kind(property, kind, word, span, &names)
            }
            _ => {
                let written = self.sources.text(span);
                errors::wrong_type(of, &ty, &value, span, written)
            }
        };
        Err(self.complain(error, owner))
    }

    /// Whether what is known at deploy time will be of a type, as far as the
    /// declarations of inputs say.
    fn of_late_type(
        &mut self,
        late: &Late,
        ty: Type,
        span: Span,
        name: &str,
        owner: Owner,
    ) -> Evaluated<()> {
        let is_input = matches!(late.parts.as_slice(), [LatePart::Input(..)]);
        let wanted = if is_input { ty } else { Type::Text };
        if let Some((place, input)) = self.input_of_other_type(late, wanted) {
            let error = errors::wrong_input(name, wanted, place, input);
            return Err(self.complain(error, owner));
        }
        if !is_input && !ty.is_text() {
            return Err(self.complain(errors::text_at_deploy_time(name, ty, span), owner));
        }
        Ok(())
    }

    /// The first input in a value whose type is not what is wanted there.
    pub(super) fn input_of_other_type(
        &self,
        late: &Late,
        wanted: Type,
    ) -> Option<(Span, &'a Declaration)> {
        late.parts.iter().find_map(|part| {
            let LatePart::Input(_, place) = part else {
                return None;
            };
            let input = self.names.declaration(*self.meant.get(place)?)?;
            (!params::may_become(&input.ty, wanted)).then_some((*place, input))
        })
    }

    fn in_range(
        &mut self,
        value: &Value,
        span: Span,
        property: &'static Property,
        owner: Owner,
    ) -> Evaluated<()> {
        let number = match value {
            Value::Int(it) => *it,
            Value::Duration(it) => it.millis(),
            Value::Size(it) => it.bytes(),
            Value::Percent(it) => it.0,
            _ => return Ok(()),
        };
        let (Some(min), Some(max)) = (property.facts.min, property.facts.max) else {
            return Ok(());
        };
        if let Value::Duration(it) = value
            && (min..=max).contains(&number)
            && it.millis() % 1_000 != 0
        {
            let error = errors::not_whole_seconds(property, *it, span);
            return Err(self.complain(error, owner));
        }
        if (min..=max).contains(&number) {
            return Ok(());
        }
        Err(self.complain(errors::out_of_range(property, value, min, max, span), owner))
    }

    fn unknown(
        &mut self,
        schema: &'static Block,
        merged: &Merged<'a>,
        key: &SmolStr,
        owner: Owner,
    ) {
        let Some(found) = merged.entries.get(key) else {
            return;
        };
        let Some(span) = key_of(found) else {
            return;
        };
        // Looking for what was meant takes long, and every heir has the same.
        if !self.unknown.insert(span) {
            self.diagnostics.said_again();
            return;
        }
        let word = Word {
            text: key.clone(),
            span,
        };
        let home = self.home(schema, merged, key, owner);
        let is_sure = home.as_ref().is_some_and(|home| home.is_sure);
        let error = match foreign::find(schema, key).filter(|_| !is_sure) {
            Some(foreign) => {
                let entry = match found {
                    Found::Value(written) => {
                        let whole = written.first().map(|it| it.property.span);
                        whole.zip(self.quietly(|it| it.written(written, Some(owner.item))))
                    }
                    Found::Block(_) | Found::Keyed(_) => None,
                };
                let is_free = |property: &str| {
                    !merged.entries.contains_key(property)
                        && !is_meant_by_others(schema, merged, key, property)
                };
                errors::foreign_name(&word, &foreign, entry, is_free)
            }
            None => match self.names.block(owner.item) {
                Some(item) if key == "name" && std::ptr::eq(schema, schema_of(item)) => {
                    errors::name_in_item(&word, item)
                }
                _ => {
                    let near = self.near(schema, merged, key, found, owner);
                    errors::unknown_property(&word, schema, home, near)
                }
            },
        };
        self.complain(error, owner.at(layer_of(found)));
    }

    /// The property that an unknown key looks like, and whether it may stand in the
    /// key's place: a correction must not be the next mistake.
    fn near(
        &mut self,
        schema: &'static Block,
        merged: &Merged<'a>,
        key: &str,
        found: &Found<'a>,
        owner: Owner,
    ) -> Option<Near> {
        let name = errors::nearest_property(key, schema)?;
        let property = schema.property(name)?;
        if let Some(place) = merged.entries.get(name).and_then(|set| beside(set, found)) {
            return Some(Near::IsSet(name, place));
        }
        let fits = match (property.shape, found) {
            (Shape::Value(ty), Found::Value(written)) => {
                let owner = owner.at(layer_of(found));
                let span = written.first()?.expr().span;
                self.quietly(|it| it.checked(written, ty, span, property, owner))
                    .is_some()
            }
            (Shape::Block(_) | Shape::Map(_), Found::Block(_))
            | (Shape::Keyed(_), Found::Keyed(_)) => true,
            (Shape::Value(_) | Shape::Block(_) | Shape::Map(_) | Shape::Keyed(_), _)
            | (Shape::Raw, _) => false,
        };
        let is_sure = fits
            && Tier::may_be_among(owner.tier, property.facts.tiers)
            && !is_meant_by_others(schema, merged, key, name);
        Some(match is_sure {
            true => Near::Fits(name),
            false => Near::Likely(name),
        })
    }

    /// The block that a property belongs in which stands in another: one in the
    /// block itself, the item, or one beside the block.
    fn home(
        &mut self,
        schema: &'static Block,
        merged: &Merged<'a>,
        key: &str,
        owner: Owner,
    ) -> Option<Home> {
        let item = self.names.block(owner.item)?;
        let root = schema_of(item);
        let inside = home::inside(schema, merged, key, owner.tier);
        if inside.is_some() {
            return inside;
        }
        if schema.name == root.name {
            return home::in_items(item.kind, key)
                .or_else(|| home::among_variables(root, merged, key));
        }
        if root.property(key).is_some() {
            return Some(Home {
                names: vec![root.name],
                written: vec![format!("{} {} {{ … }}", root.name, item.name.text)],
                place: Some(item.name.span),
                is_sure: true,
            });
        }
        let whole = self.merged(owner.item)?;
        home::inside(root, &whole, key, owner.tier)
            .or_else(|| home::among_variables(root, &whole, key))
    }

    /// Takes down what is wrong with something that an item has, once even if
    /// many have it, and says who inherits what it does not say itself.
    fn complain(&mut self, error: Diagnostic, owner: Owner) -> Reported {
        let heir = owner
            .layer
            .filter(|layer| self.layers.layer(*layer).item != owner.item)
            .and_then(|_| self.names.block(owner.item));
        let error = match heir {
            Some(heir) => errors::inherited(error, &heir.name),
            None => error,
        };
        self.diagnostics.report_once(error)
    }
}

/// Whether a property is written and could not be read.
pub(super) fn is_lost(path: &[&str], merged: &Merged<'_>, resolved: &Resolved) -> bool {
    let [key, rest @ ..] = path else {
        return false;
    };
    match (merged.entries.get(*key), resolved.properties.get(*key)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(Found::Block(merged)), Some(Node::Block(resolved))) => {
            is_lost(rest, merged, resolved)
        }
        (Some(_), Some(_)) => false,
    }
}

/// Whether another unknown key of a block stands for a property as well.
fn is_meant_by_others(
    schema: &'static Block,
    merged: &Merged<'_>,
    key: &str,
    property: &str,
) -> bool {
    let others = merged.entries.keys().filter(|it| it.as_str() != key);
    let mut unknown = others.filter(|it| schema.property(it).is_none());
    unknown.any(
        |other| match foreign::find(schema, other).map(|it| it.ours) {
            Some(foreign::Ours::Here(ours)) => ours.name == property,
            Some(_) => false,
            None => errors::nearest_property(other, schema) == Some(property),
        },
    )
}

/// Where an entry is written in the block in which another stands. What is only
/// inherited may be written once more.
fn beside(entry: &Found<'_>, other: &Found<'_>) -> Option<Span> {
    let layer = layer_of(other)?;
    match (entry, other) {
        (Found::Value(written), _) => {
            let same = written.iter().find(|it| it.layer == layer);
            same.map(|it| it.property.key.span)
        }
        (Found::Keyed(blocks), Found::Keyed(others)) => {
            // Blocks with other names stand side by side.
            let same = blocks.get(others.keys().next()?)?;
            is_written_in(&same.block, layer).then_some(same.key)
        }
        (Found::Keyed(_), _) => None,
        (Found::Block(block), _) if is_written_in(block, layer) => block.name,
        (Found::Block(_), _) => None,
    }
}

/// Whether something of a block is written in a layer.
fn is_written_in(block: &Merged<'_>, layer: LayerId) -> bool {
    block.span.is_some_and(|(_, nearest)| nearest == layer)
        || block.entries.values().any(|entry| match entry {
            Found::Value(written) => written.iter().any(|it| it.layer == layer),
            Found::Block(block) => is_written_in(block, layer),
            Found::Keyed(blocks) => blocks.values().any(|it| is_written_in(&it.block, layer)),
        })
}

/// Where the key of an entry stands in its nearest layer.
fn key_of(found: &Found<'_>) -> Option<Span> {
    match found {
        Found::Value(written) => written.first().map(|it| it.property.key.span),
        Found::Block(block) => block.name,
        Found::Keyed(blocks) => blocks.values().next().map(|it| it.key),
    }
}

/// The nearest layer of an entry.
fn layer_of(found: &Found<'_>) -> Option<LayerId> {
    let of_block = |block: &Merged<'_>| block.span.map(|(_, layer)| layer);
    match found {
        Found::Value(written) => written.first().map(|it| it.layer),
        Found::Block(block) => of_block(block),
        Found::Keyed(blocks) => of_block(&blocks.values().next()?.block),
    }
}

/// Whether a value is of the sort that a type wants, before words and
/// references are looked up.
fn roughly(ty: Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Any, _)
        | (Type::Bool, Value::Bool(_))
        | (Type::Count | Type::Port, Value::Int(_))
        | (Type::Text | Type::Arn | Type::Region | Type::InstanceType, Value::Text(_))
        | (Type::Duration, Value::Duration(_))
        | (Type::Size, Value::Size(_))
        | (Type::Percent, Value::Percent(_))
        | (Type::Cidr, Value::Cidr(_))
        | (Type::Prefix, Value::Prefix(_))
        | (Type::Words(_) | Type::Entry(_) | Type::EntryPath(_) | Type::Role, Value::Word(_))
        | (Type::Tagged(..), Value::Tagged(..))
        | (Type::Item(_) | Type::Subnets, Value::Reference(_))
        | (Type::Platform, Value::Text(_) | Value::Reference(_))
        | (Type::Secret, Value::Secret(_))
        | (Type::List(_), Value::List(_))
        | (Type::Late(_), Value::Late(_)) => true,
        (Type::Late(inner), value) => roughly(*inner, value),
        (Type::OneOf(types), value) => types.iter().any(|ty| roughly(*ty, value)),
        _ => false,
    }
}
