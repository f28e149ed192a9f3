//! What expressions come to.
//!
//! One pass over a finite tree: no loops, no functions of the user's own, so
//! evaluation always ends; values that need each other are found by the stack
//! of expressions that are open. An error is reported where it is and absorbs
//! everything that depends on it.

use std::sync::Arc;

use smol_str::SmolStr;

use super::errors;
use super::layers::{LayerId, Merged, Node, Written};
use super::names::{ItemId, Space};
use super::show::tier_of;
use super::{Analysis, asked};
use crate::diagnostic::Reported;
use crate::facts;
use crate::model::default_max;
use crate::ordered::IndexMap;
use crate::schema::attributes::AttributeDoc;
use crate::schema::functions;
use crate::schema::load_balancer::{Door, is_wildcard};
use crate::schema::{
    self, Attribute, Block, Late, LatePart, Property, Pseudo, Reference, Schema, Secret,
    SecretStore, Shape, Tiers, Value,
};
use crate::source::Span;
use crate::syntax::ast::{
    AssignOp, BinaryOp, BlockItem, Call, Expr, ExprKind, ItemKind, Path, TextPart, UnaryOp, Word,
};
use crate::units::{Cidr, Duration, Percent, Prefix, Size};

/// Where an expression stands: which names it sees.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The file.
    pub file: usize,
    /// The item that `self` means.
    pub own: Option<ItemId>,
    /// What `base` means.
    pub base: Option<Arc<Merged<'a>>>,
}

/// How many values may wait for each other. Expressions nest less deep than
/// this; what is deeper is a chain of lets or properties.
const DEEPEST: usize = 256;

/// How much a value may hold, in bytes of text and items of lists: templates
/// take less.
const LARGEST: usize = 1 << 20;

/// What an expression comes to that says it itself.
fn literal(expr: &Expr) -> Option<Value> {
    Some(match &expr.kind {
        ExprKind::Bool(it) => Value::Bool(*it),
        ExprKind::Int(it) => Value::Int(*it),
        ExprKind::Duration(it) => Value::Duration(*it),
        ExprKind::Size(it) => Value::Size(*it),
        ExprKind::Percent(it) => Value::Percent(*it),
        ExprKind::Cidr(it) => Value::Cidr(*it),
        ExprKind::Prefix(it) => Value::Prefix(*it),
        ExprKind::Word(word) => Value::Word(word.clone()),
        ExprKind::Text(parts) => match parts.as_slice() {
            [TextPart::Literal(text)] => Value::Text(text.clone()),
            _ => return None,
        },
        ExprKind::Path(_)
        | ExprKind::Call(_)
        | ExprKind::List(_)
        | ExprKind::Map(_)
        | ExprKind::Unary(..)
        | ExprKind::Binary(..)
        | ExprKind::Conditional(..)
        | ExprKind::Error => return None,
    })
}

/// An answer, or the proof that somebody was told why there is none.
pub type Evaluated<T = Value> = Result<T, Reported>;

impl<'a> Analysis<'a, '_> {
    /// The scope of a layer's expressions in an item.
    pub(super) fn scope(&self, layer: LayerId, own: Option<ItemId>) -> Scope<'a> {
        let layer = self.layers.layer(layer);
        Scope {
            file: layer.file,
            own,
            base: layer.base.clone(),
        }
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &'a Expr, scope: &Scope<'a>) -> Evaluated {
        // The address tells expressions of one text in two layers apart from
        // one that needs itself.
        let this = asked(expr, scope.own);
        if let Some(start) = self.open.iter().position(|(open, _)| *open == this) {
            let way = self.open[start..].iter();
            let way: Vec<&Path> = way
                .filter_map(|(_, open)| match &open.kind {
                    ExprKind::Path(path) => Some(path),
                    _ => None,
                })
                .collect();
            let error = errors::needs_itself(expr.span, &way);
            return Err(self.diagnostics.report(error));
        }
        if self.open.len() >= DEEPEST {
            return Err(self.too_deep(expr.span));
        }
        self.open.push((this, expr));
        let value = self.value(expr, scope);
        self.open.pop();
        match value {
            // Lets that double each other are large before they are many.
            Ok(value) if weight(&value) > LARGEST => {
                Err(self.diagnostics.report(errors::too_large(expr.span)))
            }
            value => value,
        }
    }

    /// Of a chain that is too long every part is at the end of one that is
    /// still too long: it is said once.
    fn too_deep(&mut self, span: Span) -> Reported {
        if self.said_too_deep {
            return self.said();
        }
        self.said_too_deep = !self.quiet;
        let error = errors::long_chain_of_values(span, DEEPEST);
        self.diagnostics.report(error)
    }

    /// The value of an expression that several others may ask for, worked out
    /// once for each item.
    fn once(
        &mut self,
        expr: &'a Expr,
        own: Option<ItemId>,
        work: impl FnOnce(&mut Self) -> Evaluated,
    ) -> Evaluated {
        let key = asked(expr, own);
        if let Some(known) = self.values.get(&key) {
            return known.clone();
        }
        let value = work(self);
        if value.is_err() && self.quiet {
            self.unsaid.push(key);
        }
        self.values.insert(key, value.clone());
        value
    }

    fn value(&mut self, expr: &'a Expr, scope: &Scope<'a>) -> Evaluated {
        if let Some(value) = literal(expr) {
            return Ok(value);
        }
        Ok(match &expr.kind {
            ExprKind::Text(parts) => return self.text(parts, scope),
            ExprKind::Path(path) => return self.path(path, scope),
            ExprKind::Call(call) => return self.call(call, expr.span, scope),
            ExprKind::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                let mut failed = None;
                for item in items {
                    match self.eval(item, scope) {
                        Ok(value) => values.push((value, item.span)),
                        Err(reported) => failed = Some(reported),
                    }
                }
                match failed {
                    Some(reported) => return Err(reported),
                    None => Value::List(values),
                }
            }
            ExprKind::Map(block) => {
                let mut map = IndexMap::default();
                for entry in &block.entries {
                    if let crate::syntax::ast::Entry::Property(property) = entry {
                        let value = self.eval(&property.value, scope)?;
                        map.insert(property.key.text.clone(), (value, property.value.span));
                    }
                }
                Value::Map(map)
            }
            ExprKind::Unary(op, operand) => {
                let value = self.now(operand, scope)?;
                match (op, value) {
                    (UnaryOp::Not, Value::Bool(it)) => Value::Bool(!it),
                    (UnaryOp::Negate, Value::Int(it)) => Value::Int(it.saturating_neg()),
                    (op, value) => {
                        let error = errors::bad_operand(*op, operand.span, &value);
                        return Err(self.diagnostics.report(error));
                    }
                }
            }
            ExprKind::Binary(left, op, right) => return self.binary(left, *op, right, expr, scope),
            ExprKind::Conditional(condition, yes, no) => match self.now(condition, scope)? {
                Value::Bool(true) => return self.eval(yes, scope),
                Value::Bool(false) => return self.eval(no, scope),
                value => {
                    let error = errors::not_a_condition(condition.span, &value);
                    return Err(self.diagnostics.report(error));
                }
            },
            // It was reported when it was read. The others are literals.
            ExprKind::Error
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Percent(_)
            | ExprKind::Cidr(_)
            | ExprKind::Prefix(_)
            | ExprKind::Word(_) => return Err(self.said()),
        })
    }

    /// A value that has to be known now.
    fn now(&mut self, expr: &'a Expr, scope: &Scope<'a>) -> Evaluated {
        match self.eval(expr, scope)? {
            Value::Late(late) => Err(self
                .diagnostics
                .report(errors::known_too_late(expr.span, &late))),
            Value::Secret(_) => Err(self.diagnostics.report(errors::secret_compared(expr.span))),
            value => Ok(value),
        }
    }

    fn text(&mut self, parts: &'a [TextPart], scope: &Scope<'a>) -> Evaluated {
        let mut pieces: Vec<LatePart> = Vec::new();
        let mut text = String::new();
        let mut failed = None;
        for part in parts {
            let expr = match part {
                TextPart::Literal(literal) => {
                    text.push_str(literal);
                    continue;
                }
                TextPart::Expr(expr) => expr,
            };
            let value = match self.eval(expr, scope) {
                Ok(value) => value,
                Err(reported) => {
                    failed = Some(reported);
                    continue;
                }
            };
            match value {
                Value::Late(late) => {
                    for part in late.parts {
                        match part {
                            LatePart::Literal(literal) => text.push_str(&literal),
                            part => {
                                if !text.is_empty() {
                                    let literal = std::mem::take(&mut text);
                                    pieces.push(LatePart::Literal(literal.into()));
                                }
                                pieces.push(part);
                            }
                        }
                    }
                }
                Value::Secret(_) => {
                    failed = Some(self.diagnostics.report(errors::secret_exposed(expr.span)));
                }
                Value::Text(it) | Value::Word(it) => text.push_str(&it),
                value @ (Value::Bool(_)
                | Value::Int(_)
                | Value::Duration(_)
                | Value::Size(_)
                | Value::Percent(_)
                | Value::Cidr(_)
                | Value::Prefix(_)) => text.push_str(&value.to_string()),
                value @ (Value::List(_)
                | Value::Map(_)
                | Value::Reference(_)
                | Value::Tagged(..)) => {
                    let error = errors::not_text_in_text(expr.span, &value);
                    failed = Some(self.diagnostics.report(error));
                }
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        if pieces.is_empty() {
            return Ok(Value::Text(text.into()));
        }
        if !text.is_empty() {
            pieces.push(LatePart::Literal(text.into()));
        }
        Ok(Value::Late(Late { parts: pieces }))
    }

    fn binary(
        &mut self,
        left: &'a Expr,
        op: BinaryOp,
        right: &'a Expr,
        whole: &Expr,
        scope: &Scope<'a>,
    ) -> Evaluated {
        let a = self.now(left, scope)?;
        // `&&` and `||` do not look at their right side when the left decides.
        match (op, &a) {
            (BinaryOp::And, Value::Bool(false)) => return Ok(a),
            (BinaryOp::Or, Value::Bool(true)) => return Ok(a),
            _ => {}
        }
        let b = self.now(right, scope)?;
        match combine(op, &a, &b) {
            Some(Some(value)) => Ok(value),
            Some(None) => Err(self.diagnostics.report(errors::overflow(whole.span))),
            None => Err(self.diagnostics.report(errors::bad_operands(
                op,
                (left.span, &a),
                (right.span, &b),
            ))),
        }
    }

    fn path(&mut self, path: &Path, scope: &Scope<'a>) -> Evaluated {
        let [head, rest @ ..] = path.segments.as_slice() else {
            return Err(self.said());
        };
        match head.text.as_str() {
            "aws" => self.pseudo(path, rest, scope),
            "self" => match scope.own {
                Some(own) => self.property_of(own, rest, path),
                None => Err(self.diagnostics.report(errors::no_self(head))),
            },
            "base" => match &scope.base {
                Some(base) => {
                    let base = Arc::clone(base);
                    if let Some(value) = self.in_merged(&base, rest, path, scope.own)? {
                        return Ok(value);
                    }
                    if let Some(own) = scope.own
                        && let Some(value) = self.derived(&base, rest, own)?
                    {
                        return Ok(value);
                    }
                    let item = scope.own.and_then(|own| self.names.block(own));
                    let schema = item.map(schema_of);
                    schema
                        .and_then(|schema| default_at(schema, rest))
                        .ok_or_else(|| {
                            let unknown = schema.and_then(|schema| unknown_in(schema, rest));
                            let error = errors::nothing_in_base(path, unknown);
                            self.diagnostics.report(error)
                        })
                }
                None => Err(self.diagnostics.report(errors::no_base(head))),
            },
            // `alarm.latency` names an entry of the item's own.
            "alarm" => match rest {
                [name] => Ok(Value::Word(name.text.clone())),
                _ => Err(self.diagnostics.report(errors::unresolved_head(path))),
            },
            word => match Space::of(word) {
                Some(space) => self.named(space, path, scope),
                None => Err(self.diagnostics.report(errors::unresolved_head(path))),
            },
        }
    }

    fn pseudo(&mut self, path: &Path, rest: &[Word], scope: &Scope<'a>) -> Evaluated {
        let [word] = rest else {
            return Err(self.diagnostics.report(errors::unknown_pseudo(path)));
        };
        let Some(pseudo) = Pseudo::ALL.into_iter().find(|it| it.name() == word.text) else {
            return Err(self.diagnostics.report(errors::unknown_pseudo(path)));
        };
        let known = match pseudo {
            Pseudo::Region | Pseudo::Account => self.of_target(pseudo.name(), scope),
            Pseudo::Partition | Pseudo::DnsSuffix => {
                let region = match self.of_target(Pseudo::Region.name(), scope) {
                    Some(Value::Text(region)) => facts::region(&region),
                    _ => None,
                };
                region.and_then(|region| {
                    let text = match pseudo {
                        Pseudo::DnsSuffix => region.dns_suffix()?,
                        _ => region.partition,
                    };
                    Some(Value::Text(text.into()))
                })
            }
        };
        Ok(known.unwrap_or(Value::Late(Late {
            parts: vec![LatePart::Aws(pseudo)],
        })))
    }

    /// What the item says of where it is deployed, when that is known now.
    fn of_target(&mut self, property: &str, scope: &Scope<'a>) -> Option<Value> {
        let own = scope.own?;
        let merged = self.merged(own)?;
        let Some(Node::Block(target)) = merged.entries.get("target") else {
            return None;
        };
        let Some(Node::Value(written)) = target.entries.get(property) else {
            return None;
        };
        match self.written(written, Some(own)) {
            Ok(Value::Late(_)) | Err(_) => None,
            known => known.ok(),
        }
    }

    /// `param.x`, `application.x`, `environment.x.url`
    fn named(&mut self, space: Space, path: &Path, scope: &Scope<'a>) -> Evaluated {
        let Some(name) = path.segments.get(1) else {
            return Err(self.diagnostics.report(errors::unresolved_head(path)));
        };
        let Some(id) = self.names.find(scope.file, space, &name.text) else {
            if self.names.lacks_items(scope.file) || self.names.missing(scope.file, &name.text) {
                return Err(self.said());
            }
            let names = &self.names;
            let elsewhere = names.elsewhere(scope.file, space, &name.text, self.sources);
            let elsewhere = elsewhere.as_ref();
            let visible = self.names.visible(scope.file, space);
            let error = errors::unresolved(space.word(), name, elsewhere, &visible);
            return Err(self.diagnostics.report(error));
        };
        let rest = &path.segments[2..];
        match space {
            Space::Param => {
                self.leaf(rest, path)?;
                self.used.constants.insert(id);
                self.param(id)
            }
            Space::Let => {
                self.leaf(rest, path)?;
                self.used.constants.insert(id);
                self.binding(id)
            }
            Space::Input => {
                self.leaf(rest, path)?;
                let Some(input) = self.names.declaration(id) else {
                    return Err(self.said());
                };
                // An import may call it something else than the targets do.
                let part = LatePart::Input(input.name.text.clone(), path.span);
                self.used.inputs.insert(id);
                self.meant.insert(path.span, id);
                Ok(Value::Late(Late { parts: vec![part] }))
            }
            Space::Item(kind) => {
                self.used.items.insert(id);
                self.meant.insert(path.span, id);
                self.item_path(kind, id, rest, path)
            }
        }
    }

    /// The value of a `let`.
    pub(super) fn binding(&mut self, id: ItemId) -> Evaluated {
        let Some(binding) = self.names.binding(id) else {
            return Err(self.said());
        };
        let scope = Scope {
            file: id.file,
            own: None,
            base: None,
        };
        self.once(&binding.value, None, |it| {
            let outer = std::mem::take(&mut it.used);
            let value = it.eval(&binding.value, &scope);
            let used = std::mem::replace(&mut it.used, outer);
            it.of_lets.extend(&used);
            it.used.extend(&used);
            value
        })
    }

    /// Params, inputs and lets have nothing behind their name.
    fn leaf(&mut self, rest: &[Word], path: &Path) -> Evaluated<()> {
        match rest.first() {
            None => Ok(()),
            Some(word) => Err(self.diagnostics.report(errors::nothing_behind(word, path))),
        }
    }

    fn item_path(&mut self, kind: ItemKind, id: ItemId, rest: &[Word], path: &Path) -> Evaluated {
        let Some(item) = self.names.block(id) else {
            return Err(self.said());
        };
        let name = item.name.text.clone();
        let reference = |part: &str| {
            Value::Reference(Reference {
                kind,
                item: name.clone(),
                part: part.into(),
                span: path.span,
            })
        };
        match (kind, rest) {
            (ItemKind::Resource, _) => Err(self
                .diagnostics
                .report(errors::not_yet(path.span, "a raw resource"))),
            (_, []) => Ok(reference("")),
            (ItemKind::Network, [group]) if self.has_group(id, &group.text) => {
                Ok(reference(&group.text))
            }
            (ItemKind::Network, [group, ids])
                if ids.text == "ids" && self.has_group(id, &group.text) =>
            {
                Ok(late_attribute(
                    kind,
                    &name,
                    &format!("{}.ids", group.text),
                    path.span,
                ))
            }
            (ItemKind::Network, [group, further, behind @ ..])
                if self.has_group(id, &group.text) =>
            {
                let error = match behind.first() {
                    Some(word) if further.text == "ids" => errors::nothing_behind(word, path),
                    _ => errors::unknown_of_group(group, further, item),
                };
                Err(self.diagnostics.report(error))
            }
            (_, rest) => self.property_of(id, rest, path),
        }
    }

    fn has_group(&mut self, id: ItemId, group: &str) -> bool {
        let merged = self.merged(id);
        merged.is_some_and(|merged| self.groups(&merged).iter().any(|it| it == group))
    }

    /// The names of a network's groups of subnets.
    fn groups(&self, merged: &Merged<'a>) -> Vec<SmolStr> {
        match merged.entries.get("subnets") {
            Some(Node::Keyed(groups)) => groups.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// A property of an item as it is known now, or an attribute that it has
    /// once it is deployed.
    fn property_of(&mut self, id: ItemId, rest: &[Word], path: &Path) -> Evaluated {
        let (Some(item), Some(merged)) = (self.names.block(id), self.merged(id)) else {
            return Err(self.said());
        };
        if let Some(value) = self.in_merged(&merged, rest, path, Some(id))? {
            return Ok(value);
        }
        let schema = schema_of(item);
        if let Some(value) = default_at(schema, rest) {
            return Ok(value);
        }
        if let Some(value) = self.derived(&merged, rest, id)? {
            return Ok(value);
        }
        let name = &item.name.text;
        let attributes = crate::schema::attributes::of(item.kind);
        let words: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
        let joined = words.join(".");
        let has = |attribute: &AttributeDoc| match tier_of(item) {
            Some(tier) => tier.is_among(attribute.tiers),
            None => attribute.tiers != Tiers::Worker,
        };
        let attribute = attributes.iter().find(|it| it.name == joined);
        match (rest, attribute) {
            // Known now, so that a template can say it for its children.
            ([word], Some(_)) if word.text == "name" => Ok(Value::Text(name.clone())),
            ([attribute], Some(known)) => {
                if let Some(value) = self.chosen_address(id, &merged, attribute)? {
                    return Ok(value);
                }
                if !has(known) {
                    let error = errors::no_address(attribute, name);
                    return Err(self.diagnostics.report(error));
                }
                if attribute.text.starts_with("load_balancer_") && self.is_single(&merged, id) {
                    let error = errors::no_balancer(attribute, name);
                    return Err(self.diagnostics.report(error));
                }
                if attribute.text == "load_balancer_dns_name" && self.is_nameless(&merged, id) {
                    let error = errors::no_balancer_name(attribute, name);
                    return Err(self.diagnostics.report(error));
                }
                Ok(late_attribute(item.kind, name, &attribute.text, path.span))
            }
            (_, Some(known)) => {
                if !has(known) {
                    let error = errors::no_queue(path, name);
                    return Err(self.diagnostics.report(error));
                }
                Ok(late_attribute(item.kind, name, &joined, path.span))
            }
            (_, None) => {
                let below = deployed_below(path);
                let error = match declared(schema, rest) {
                    Declared::Value(property) => {
                        Some(errors::not_set(path, property, item.kind, name))
                    }
                    Declared::Block => Some(errors::whole_block(path, &below)),
                    Declared::Nothing if !below.is_empty() => {
                        Some(errors::whole_block(path, &below))
                    }
                    // `self.instances.foo`: the block is there, `foo` is not.
                    Declared::Nothing => unknown_below(schema, rest)
                        .map(|(block, word)| errors::unknown_property_of(word, block)),
                };
                if let Some(error) = error {
                    return Err(self.diagnostics.report(error));
                }
                let word = rest.first().unwrap_or(path.head());
                let groups = self.groups(&merged);
                let groups: Vec<&str> = groups.iter().map(SmolStr::as_str).collect();
                let attributes = attributes.iter().filter(|it| has(it));
                let attributes: Vec<&str> = attributes.map(|it| it.name).collect();
                let kind = (item.kind, schema);
                let error = errors::unknown_attribute(word, kind, name, &attributes, &groups);
                Err(self.diagnostics.report(error))
            }
        }
    }

    /// The default of a property of an environment that follows from others.
    fn derived(
        &mut self,
        merged: &Merged<'a>,
        words: &[Word],
        id: ItemId,
    ) -> Evaluated<Option<Value>> {
        let kind = self.names.block(id).map(|item| item.kind);
        let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let is_max = matches!(
            (kind, words.as_slice()),
            (
                Some(ItemKind::Environment | ItemKind::Template),
                ["instances", "max"]
            )
        );
        if !is_max {
            return Ok(None);
        }
        if !self.is_worker(id) && self.is_single(merged, id) {
            return Ok(Some(Value::Int(1)));
        }
        let min = match merged.entries.get("instances") {
            Some(Node::Block(instances)) => instances.entries.get("min"),
            _ => None,
        };
        let min = match min {
            Some(Node::Value(written)) => self.written(written, Some(id))?,
            _ => Value::Int(1),
        };
        Ok(match min {
            Value::Int(min) => Some(Value::Int(default_max(min))),
            _ => None,
        })
    }

    /// Whether an item is a worker environment.
    fn is_worker(&self, id: ItemId) -> bool {
        let variant = self.names.block(id).and_then(|item| item.variant.as_ref());
        variant.is_some_and(|variant| variant.text == "worker")
    }

    /// Whether an environment is a single instance without a balancer.
    fn is_single(&mut self, merged: &Merged<'a>, id: ItemId) -> bool {
        matches!(self.balancer_kind(merged, id), Some(Value::Word(kind)) if kind == "none")
    }

    /// Whether an environment shares a balancer whose own name it does not say.
    fn is_nameless(&mut self, merged: &Merged<'a>, id: ItemId) -> bool {
        let Some(Node::Block(balancer)) = merged.entries.get("load_balancer") else {
            return false;
        };
        !balancer.entries.contains_key("dns_name")
            && matches!(self.balancer_kind(merged, id), Some(Value::Tagged(..)))
    }

    /// What is written as the kind of an environment's balancer.
    fn balancer_kind(&mut self, merged: &Merged<'a>, id: ItemId) -> Option<Value> {
        let Some(Node::Block(balancer)) = merged.entries.get("load_balancer") else {
            return None;
        };
        let Some(Node::Value(written)) = balancer.entries.get("kind") else {
            return None;
        };
        self.written(written, Some(id)).ok()
    }

    /// The address of an environment whose name the user chose is known before
    /// anything is made.
    fn chosen_address(
        &mut self,
        id: ItemId,
        merged: &Merged<'a>,
        attribute: &Word,
    ) -> Evaluated<Option<Value>> {
        let Some(Node::Block(dns)) = merged.entries.get("dns") else {
            return Ok(None);
        };
        let Some(Node::Value(written)) = dns.entries.get("name") else {
            return Ok(None);
        };
        let Some(nearest) = written.first() else {
            return Ok(None);
        };
        let place = nearest.property.key.span;
        let scope = self.scope(nearest.layer, Some(id));
        let Ok(Value::Text(name)) = self.eval(nearest.expr(), &scope) else {
            return Ok(None);
        };
        let address = match attribute.text.as_str() {
            "domain" => name.clone(),
            "url" => match self.door(merged, id) {
                Some(door) => {
                    let (before, behind) = door.around_host();
                    format!("{before}{name}{behind}").into()
                }
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        if is_wildcard(&name) {
            let error = errors::many_addresses(attribute, &name, place);
            return Err(self.diagnostics.report(error));
        }
        Ok(Some(Value::Text(address)))
    }

    /// The listener that people are sent to; `None` when that cannot be said.
    fn door(&mut self, merged: &Merged<'a>, id: ItemId) -> Option<Door> {
        let Some(Node::Block(balancer)) = merged.entries.get("load_balancer") else {
            return Some(Door::PLAIN);
        };
        let Some(Node::Keyed(listeners)) = balancer.entries.get("listener") else {
            return Some(Door::PLAIN);
        };
        let mut doors = Vec::with_capacity(listeners.len());
        for listener in listeners.values() {
            let entries = &listener.block.entries;
            let Some(Node::Value(port)) = entries.get("port") else {
                return None;
            };
            let Ok(Value::Int(port)) = self.written(port, Some(id)) else {
                return None;
            };
            let has = |key: &str| entries.contains_key(key);
            doors.push(Door::new(port, has("certificate"), has("arn")));
        }
        Some(Door::best(doors.into_iter()))
    }

    /// The value at a path of a merged block; `None` when nothing is written
    /// there.
    fn in_merged(
        &mut self,
        merged: &Merged<'a>,
        words: &[Word],
        path: &Path,
        own: Option<ItemId>,
    ) -> Evaluated<Option<Value>> {
        let [word, rest @ ..] = words else {
            let mut names = deployed_below(path);
            names.extend(merged.entries.keys().map(SmolStr::as_str));
            return Err(self.diagnostics.report(errors::whole_block(path, &names)));
        };
        match merged.entries.get(&word.text) {
            None => Ok(None),
            Some(Node::Value(written)) => match rest {
                [] => self.written(written, own).map(Some),
                [further, ..] => Err(self
                    .diagnostics
                    .report(errors::nothing_behind(further, path))),
            },
            Some(Node::Block(block)) => self.in_merged(block, rest, path, own),
            Some(Node::Keyed(blocks)) => match rest {
                [label, rest @ ..] => match blocks.get(&label.text) {
                    Some(labelled) => self.in_merged(&labelled.block, rest, path, own),
                    None => Ok(None),
                },
                [] => {
                    let names: Vec<&str> = blocks.keys().map(SmolStr::as_str).collect();
                    Err(self.diagnostics.report(errors::whole_block(path, &names)))
                }
            },
        }
    }

    /// What the layers of one property come to: the nearest `=` and every `+=`
    /// in front of it.
    pub(super) fn written(&mut self, written: &[Written<'a>], own: Option<ItemId>) -> Evaluated {
        let [nearest, rest @ ..] = written else {
            return Err(self.said());
        };
        if nearest.property.op == AssignOp::Set
            && let Some(value) = literal(nearest.expr())
        {
            return Ok(value);
        }
        self.once(nearest.expr(), own, |it| it.layered(*nearest, rest, own))
    }

    fn layered(
        &mut self,
        nearest: Written<'a>,
        rest: &[Written<'a>],
        own: Option<ItemId>,
    ) -> Evaluated {
        let scope = self.scope(nearest.layer, own);
        let value = self.eval(nearest.expr(), &scope)?;
        if nearest.property.op == AssignOp::Set {
            return Ok(value);
        }
        // What is no list is reported where the type of the property is known.
        let Value::List(further) = value else {
            return Ok(value);
        };
        let mut list = match rest {
            [] => Vec::new(),
            rest => match self.written(rest, own)? {
                Value::List(list) => list,
                value => {
                    let error = errors::append_to_scalar(nearest.property, &value);
                    return Err(self.diagnostics.report(error));
                }
            },
        };
        for (value, span) in further {
            if !list.iter().any(|(known, _)| *known == value) {
                list.push((value, span));
            }
        }
        Ok(Value::List(list))
    }

    fn call(&mut self, call: &'a Call, span: Span, scope: &Scope<'a>) -> Evaluated {
        let name = call.function.text.as_str();
        let Some(function) = functions::find(name) else {
            let names = functions::ALL.iter().map(|it| it.name);
            return Err(self
                .diagnostics
                .report(errors::unknown_function(&call.function, names)));
        };
        let arity = &function.arguments;
        if !arity.contains(&call.arguments.len()) {
            let error = errors::wrong_arity(function, span, call.arguments.len());
            return Err(self.diagnostics.report(error));
        }
        if name == "secret" {
            return self.secret(call, scope);
        }
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.now(argument, scope)?);
        }
        let result = match (name, arguments.as_slice()) {
            ("upper", [Value::Text(it) | Value::Word(it)]) => {
                Some(Value::Text(it.to_uppercase().into()))
            }
            ("lower", [Value::Text(it) | Value::Word(it)]) => {
                Some(Value::Text(it.to_lowercase().into()))
            }
            ("join", [Value::List(items), Value::Text(between)]) => {
                let added = between.len().saturating_mul(items.len());
                if added > LARGEST {
                    return Err(self.diagnostics.report(errors::too_large(span)));
                }
                texts(items).map(|texts| Value::Text(texts.join(between.as_str()).into()))
            }
            ("concat", lists) => concat(lists),
            ("count" | "length", [Value::List(items)]) => {
                i64::try_from(items.len()).ok().map(Value::Int)
            }
            ("count" | "length", [Value::Map(entries)]) => {
                i64::try_from(entries.len()).ok().map(Value::Int)
            }
            ("length", [Value::Text(it)]) => i64::try_from(it.chars().count()).ok().map(Value::Int),
            ("min", values) => extreme(values, BinaryOp::Less),
            ("max", values) => extreme(values, BinaryOp::Greater),
            ("json", [value]) => json(value).map(|json| Value::Text(json.to_string().into())),
            (
                "cidr",
                [
                    Value::Cidr(range),
                    Value::Prefix(prefix),
                    Value::Int(number),
                ],
            ) => match subnet(*range, *prefix, *number) {
                Some(subnet) => Some(Value::Cidr(subnet)),
                None => {
                    let error = errors::no_such_subnet(span, *range, *prefix, *number);
                    return Err(self.diagnostics.report(error));
                }
            },
            ("file", [Value::Text(path)]) => {
                let place = call.arguments[0].span;
                return self.file(path, place, scope);
            }
            ("shared", [Value::Text(arn)]) => Some(Value::Tagged(
                "shared".into(),
                Box::new(Value::Text(arn.clone())),
            )),
            _ => None,
        };
        if result.is_none()
            && let Some(late) = arguments.iter().find_map(late_within)
        {
            return Err(self.diagnostics.report(errors::known_too_late(span, late)));
        }
        match result {
            Some(value) => Ok(value),
            None => Err(self.unfit(function, call, span, arguments)),
        }
    }

    /// Says what a function does not take.
    fn unfit(
        &mut self,
        function: &functions::Function,
        call: &Call,
        span: Span,
        arguments: Vec<Value>,
    ) -> Reported {
        let places = call.arguments.iter().map(|argument| argument.span);
        let arguments: Vec<(Value, Span)> = arguments.into_iter().zip(places).collect();
        if let ("join", [(Value::Text(_), text), (Value::List(_), list)]) =
            (function.name, arguments.as_slice())
        {
            let of = |place: Span| self.sources.text(place);
            let turned = format!("{}, {}", of(*list), of(*text));
            let error = errors::list_behind_text(function, text.to(*list), turned);
            return self.diagnostics.report(error);
        }
        let wrong = arguments.iter().enumerate().find_map(|(at, argument)| {
            let parameter = Parameter::of(function.name, at)?;
            (!(parameter.fits)(&argument.0)).then_some((at, parameter, argument))
        });
        let error = match wrong {
            Some((at, parameter, (value, place))) => {
                let written = self.sources.text(*place);
                errors::wrong_argument(function, at, &parameter, (value, *place), written)
            }
            None => errors::wrong_arguments(function, span, &arguments),
        };
        self.diagnostics.report(error)
    }

    /// A secret's name has to be known: the role may read exactly that one.
    fn secret(&mut self, call: &'a Call, scope: &Scope<'a>) -> Evaluated {
        let place = call.arguments[0].span;
        let name = match self.eval(&call.arguments[0], scope)? {
            Value::Text(name) => name,
            Value::Late(late) => {
                return Err(self
                    .diagnostics
                    .report(errors::known_too_late(place, &late)));
            }
            value => {
                return Err(self
                    .diagnostics
                    .report(errors::malformed_secret(place, &value)));
            }
        };
        let further = match call.arguments.get(1) {
            None => None,
            Some(key) => match self.now(key, scope)? {
                Value::Text(key) => Some(key),
                value => {
                    return Err(self
                        .diagnostics
                        .report(errors::malformed_secret(key.span, &value)));
                }
            },
        };
        let secret = match name.split_once(':') {
            Some(("ssm", path)) if path.starts_with('/') && path.len() > 1 && further.is_none() => {
                Some(Secret {
                    store: SecretStore::Ssm,
                    name: path.into(),
                    json_key: None,
                })
            }
            Some(("secretsmanager", rest)) if !rest.is_empty() => {
                let (name, key) = match rest.split_once('#') {
                    Some((name, key)) => (name, Some(SmolStr::from(key))),
                    None => (rest, None),
                };
                let json_key = further.or(key);
                let complete =
                    !name.is_empty() && json_key.as_ref().is_none_or(|key| !key.is_empty());
                let store = SecretStore::SecretsManager;
                complete.then(|| Secret {
                    store,
                    name: name.into(),
                    json_key,
                })
            }
            _ => None,
        };
        match secret {
            Some(secret) => Ok(Value::Secret(secret)),
            None => {
                let error = errors::malformed_secret(place, &Value::Text(name));
                Err(self.diagnostics.report(error))
            }
        }
    }

    fn file(&mut self, path: &str, place: Span, scope: &Scope<'a>) -> Evaluated {
        use crate::disk::normalize;
        let folder = self.names.files[scope.file].folder.as_ref();
        let below = folder.map(|folder| normalize(&folder.join(path)));
        let below = below.filter(|path| !path.is_absolute() && !path.starts_with(".."));
        let Some(below) = below else {
            return Err(self
                .diagnostics
                .report(errors::outside_project(place, path)));
        };
        self.used.reads_files = true;
        match self.disk.read(&self.names.root.join(&below)) {
            Ok(bytes) if bytes.len() > crate::syntax::MAX_FILE_BYTES => Err(self
                .diagnostics
                .report(errors::file_too_large(place, path, bytes.len()))),
            Ok(bytes) => String::from_utf8(bytes)
                .map(|text| Value::Text(text.into()))
                .map_err(|error| {
                    self.diagnostics
                        .report(errors::not_text(place, path, &error))
                }),
            Err(error) => Err(self
                .diagnostics
                .report(errors::unreadable(place, path, &error))),
        }
    }
}

/// What a function takes in one place, when that has nothing to do with the others.
pub(super) struct Parameter {
    /// For people: `a list`.
    pub what: &'static str,
    /// The type of properties that is the same.
    pub ty: Option<schema::Type>,
    fits: fn(&Value) -> bool,
}

impl Parameter {
    fn of(function: &str, at: usize) -> Option<Self> {
        use schema::Type;
        let (what, ty, fits): (_, _, fn(&Value) -> bool) = match (function, at) {
            ("upper" | "lower", 0) => ("text", Some(Type::Text), |it| {
                matches!(it, Value::Text(_) | Value::Word(_))
            }),
            ("file" | "shared", 0) | ("join", 1) => {
                ("text", Some(Type::Text), |it| matches!(it, Value::Text(_)))
            }
            ("join", 0) => ("a list", None, |it| matches!(it, Value::List(_))),
            ("count", 0) => ("a list or a block", None, |it| {
                matches!(it, Value::List(_) | Value::Map(_))
            }),
            ("length", 0) => ("text, a list or a block", Some(Type::Text), |it| {
                matches!(it, Value::Text(_) | Value::List(_) | Value::Map(_))
            }),
            ("cidr", 0) => ("an address range", Some(Type::Cidr), |it| {
                matches!(it, Value::Cidr(_))
            }),
            ("cidr", 1) => ("a prefix length", Some(Type::Prefix), |it| {
                matches!(it, Value::Prefix(_))
            }),
            ("cidr", 2) => ("a whole number", Some(Type::Count), |it| {
                matches!(it, Value::Int(_))
            }),
            _ => return None,
        };
        Some(Self { what, ty, fits })
    }
}

/// The table of a kind of item.
#[must_use]
pub fn item_schema(kind: ItemKind) -> &'static Block {
    match kind {
        ItemKind::Application => schema::application::Application::schema(),
        ItemKind::Network => schema::network::Network::schema(),
        ItemKind::Platform => schema::platform::Platform::schema(),
        ItemKind::Environment | ItemKind::Template | ItemKind::Resource => {
            schema::environment::Environment::schema()
        }
    }
}

/// The table of an item.
pub(super) fn schema_of(item: &BlockItem) -> &'static Block {
    let variant = item.variant.as_ref();
    match item.kind {
        ItemKind::Network if variant.is_some_and(|it| it.text == "existing") => {
            schema::network::ExistingNetwork::schema()
        }
        kind => item_schema(kind),
    }
}

/// The property at a path below a block that has values, and their type.
pub(super) fn value_at(
    block: &'static Block,
    words: &[Word],
) -> Option<(&'static Property, schema::Type)> {
    let [word, rest @ ..] = words else {
        return None;
    };
    let property = block.property(&word.text)?;
    match (property.shape, rest) {
        (Shape::Value(ty), []) | (Shape::Map(ty), [_]) => Some((property, ty)),
        (Shape::Block(inner), rest) | (Shape::Keyed(inner), [_, rest @ ..]) => {
            value_at(inner(), rest)
        }
        (Shape::Value(_) | Shape::Keyed(_) | Shape::Map(_) | Shape::Raw, _) => None,
    }
}

/// The default of the property at a path below a block.
fn default_at(block: &'static Block, words: &[Word]) -> Option<Value> {
    let (property, _) = value_at(block, words)?;
    match property.shape {
        Shape::Value(_) => property.facts.default.value(),
        Shape::Block(_) | Shape::Keyed(_) | Shape::Map(_) | Shape::Raw => None,
    }
}

/// What the language has at a path below a block.
enum Declared {
    Value(&'static Property),
    Block,
    Nothing,
}

/// The first word of a path that its block does not have.
fn unknown_in<'w>(block: &'static Block, words: &'w [Word]) -> Option<(&'static Block, &'w Word)> {
    match words {
        [word, ..] if block.property(&word.text).is_none() => Some((block, word)),
        _ => unknown_below(block, words),
    }
}

/// The first word of a path that a block on the way does not have; `None` when
/// it is the outermost block.
fn unknown_below<'w>(
    block: &'static Block,
    words: &'w [Word],
) -> Option<(&'static Block, &'w Word)> {
    let [word, rest @ ..] = words else {
        return None;
    };
    let (inner, rest) = match (block.property(&word.text)?.shape, rest) {
        (Shape::Block(inner), rest) | (Shape::Keyed(inner), [_, rest @ ..]) => (inner(), rest),
        _ => return None,
    };
    let next = rest.first()?;
    match inner.property(&next.text) {
        None => Some((inner, next)),
        Some(_) => unknown_below(inner, rest),
    }
}

fn declared(block: &'static Block, words: &[Word]) -> Declared {
    if let Some((property, _)) = value_at(block, words) {
        return Declared::Value(property);
    }
    let [word, rest @ ..] = words else {
        return Declared::Block;
    };
    let Some(property) = block.property(&word.text) else {
        return Declared::Nothing;
    };
    match (property.shape, rest) {
        (Shape::Block(inner), rest) => declared(inner(), rest),
        (Shape::Keyed(_) | Shape::Map(_) | Shape::Raw, []) => Declared::Block,
        (Shape::Keyed(inner), [_, rest @ ..]) => declared(inner(), rest),
        (Shape::Value(_) | Shape::Map(_) | Shape::Raw, _) => Declared::Nothing,
    }
}

/// What a block of another item has once that is deployed: `url` of
/// `environment.NAME.queue`.
fn deployed_below(path: &Path) -> Vec<&'static str> {
    let [kind, _, rest @ ..] = path.segments.as_slice() else {
        return Vec::new();
    };
    let Some(Space::Item(kind)) = Space::of(&kind.text) else {
        return Vec::new();
    };
    let rest: Vec<&str> = rest.iter().map(|word| word.text.as_str()).collect();
    let block = rest.join(".") + ".";
    let attributes = crate::schema::attributes::of(kind).iter();
    attributes
        .filter_map(|attribute| attribute.name.strip_prefix(block.as_str()))
        .collect()
}

fn late_attribute(kind: ItemKind, item: &SmolStr, attribute: &str, span: Span) -> Value {
    let attribute = Attribute {
        kind,
        item: item.clone(),
        attribute: attribute.into(),
        span,
    };
    Value::Late(Late {
        parts: vec![LatePart::Attribute(attribute)],
    })
}

/// Two values combined: `None` when the operator does not take them,
/// `Some(None)` when the result is too large.
fn combine(op: BinaryOp, a: &Value, b: &Value) -> Option<Option<Value>> {
    use BinaryOp as Op;
    if let Op::Equal | Op::NotEqual = op {
        let same_kind = std::mem::discriminant(a) == std::mem::discriminant(b)
            || matches!(
                (a, b),
                (Value::Word(_), Value::Text(_)) | (Value::Text(_), Value::Word(_))
            );
        let equal = match (a, b) {
            (Value::Word(a), Value::Text(b)) | (Value::Text(a), Value::Word(b)) => a == b,
            (a, b) => a == b,
        };
        return same_kind.then_some(Some(Value::Bool(equal == (op == Op::Equal))));
    }
    if let (Value::Bool(a), Value::Bool(b)) = (a, b) {
        return match op {
            Op::And => Some(Some(Value::Bool(*a && *b))),
            Op::Or => Some(Some(Value::Bool(*a || *b))),
            _ => None,
        };
    }
    if let (Value::Text(a), Value::Text(b), Op::Add) = (a, b, op) {
        return Some(Some(Value::Text(format!("{a}{b}").into())));
    }
    // Quantities: numbers in their base unit and a way back.
    type Back = fn(i64) -> Value;
    let quantity = |value: &Value| -> Option<(i64, Back)> {
        Some(match value {
            Value::Int(it) => (*it, Value::Int),
            Value::Duration(it) => (it.millis(), |it| Value::Duration(Duration::from_millis(it))),
            Value::Size(it) => (it.bytes(), |it| Value::Size(Size::from_bytes(it))),
            Value::Percent(it) => (it.0, |it| Value::Percent(Percent(it))),
            _ => return None,
        })
    };
    let ((x, back), (y, back_of_b)) = (quantity(a)?, quantity(b)?);
    let same = std::mem::discriminant(a) == std::mem::discriminant(b);
    let compared = |ordered: bool| same.then_some(Some(Value::Bool(ordered)));
    match op {
        Op::Less => compared(x < y),
        Op::LessOrEqual => compared(x <= y),
        Op::Greater => compared(x > y),
        Op::GreaterOrEqual => compared(x >= y),
        Op::Add if same => Some(x.checked_add(y).map(back)),
        Op::Subtract if same => Some(x.checked_sub(y).map(back)),
        Op::Multiply => match (a, b) {
            (_, Value::Int(_)) => Some(x.checked_mul(y).map(back)),
            (Value::Int(_), _) => Some(x.checked_mul(y).map(back_of_b)),
            _ => None,
        },
        Op::Add | Op::Subtract | Op::Or | Op::And | Op::Equal | Op::NotEqual => None,
    }
}

fn texts(items: &[(Value, Span)]) -> Option<Vec<String>> {
    let text = |(value, _): &(Value, Span)| match value {
        Value::Text(it) | Value::Word(it) => Some(it.to_string()),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Percent(_)
        | Value::Cidr(_)
        | Value::Prefix(_) => Some(value.to_string()),
        _ => None,
    };
    items.iter().map(text).collect()
}

/// Texts as one text, or lists as one list.
fn concat(values: &[Value]) -> Option<Value> {
    if values
        .iter()
        .all(|value| matches!(value, Value::Text(_) | Value::Word(_)))
    {
        let text: String = values
            .iter()
            .filter_map(|value| match value {
                Value::Text(it) | Value::Word(it) => Some(it.as_str()),
                _ => None,
            })
            .collect();
        return Some(Value::Text(text.into()));
    }
    let mut all = Vec::new();
    for value in values {
        let Value::List(items) = value else {
            return None;
        };
        all.extend(items.iter().cloned());
    }
    Some(Value::List(all))
}

fn extreme(values: &[Value], wins: BinaryOp) -> Option<Value> {
    let items: Vec<&Value> = match values {
        [Value::List(items)] => items.iter().map(|(value, _)| value).collect(),
        values => values.iter().collect(),
    };
    let (first, rest) = items.split_first()?;
    let mut best = *first;
    for value in rest {
        if let Some(Value::Bool(true)) = combine(wins, value, best)? {
            best = value;
        }
    }
    Some(best.clone())
}

/// The subnet with a number in a range, counted from 0.
fn subnet(range: Cidr, prefix: Prefix, number: i64) -> Option<Cidr> {
    let number = u64::try_from(number).ok()?;
    if number >= subnets_in(range, prefix) {
        return None;
    }
    // Fewer than 2³² of them, each 2^(32 - prefix) addresses long.
    let offset = number << (32 - prefix.0);
    let first = u32::from(range.0.network()).checked_add(u32::try_from(offset).ok()?)?;
    Cidr::new(first.into(), prefix.0)
}

/// How many subnets with a prefix a range has.
pub(super) fn subnets_in(range: Cidr, prefix: Prefix) -> u64 {
    match prefix.0.checked_sub(range.0.prefix_len()) {
        Some(bits) if prefix.0 <= 32 => 1 << bits,
        _ => 0,
    }
}

/// Bytes of text and items of lists in a value.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Word(text) => text.len(),
        Value::List(items) => items.iter().map(|(item, _)| 1 + weight(item)).sum(),
        Value::Map(entries) => {
            let entry = |(key, (value, _)): (&SmolStr, &(Value, Span))| key.len() + weight(value);
            entries.iter().map(entry).sum()
        }
        Value::Late(late) => {
            let part = |part: &LatePart| match part {
                LatePart::Literal(text) => text.len(),
                LatePart::Input(..) | LatePart::Attribute(_) | LatePart::Aws(_) => 1,
            };
            late.parts.iter().map(part).sum()
        }
        Value::Tagged(_, argument) => weight(argument),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Percent(_)
        | Value::Cidr(_)
        | Value::Prefix(_)
        | Value::Reference(_)
        | Value::Secret(_) => 0,
    }
}

/// A part of a value that is known at deploy time only.
fn late_within(value: &Value) -> Option<&Late> {
    match value {
        Value::Late(late) => Some(late),
        Value::List(items) => items.iter().find_map(|(item, _)| late_within(item)),
        Value::Map(entries) => entries.values().find_map(|(value, _)| late_within(value)),
        Value::Tagged(_, argument) => late_within(argument),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Text(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Percent(_)
        | Value::Cidr(_)
        | Value::Prefix(_)
        | Value::Word(_)
        | Value::Reference(_)
        | Value::Secret(_) => None,
    }
}

/// A value as JSON; references and late values have none.
fn json(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::Bool(it) => (*it).into(),
        Value::Int(it) => (*it).into(),
        Value::Text(it) | Value::Word(it) => it.as_str().into(),
        Value::Duration(_)
        | Value::Size(_)
        | Value::Percent(_)
        | Value::Cidr(_)
        | Value::Prefix(_) => value.to_string().into(),
        Value::List(items) => items
            .iter()
            .map(|(item, _)| json(item))
            .collect::<Option<_>>()?,
        Value::Map(entries) => {
            let mut map = serde_json::Map::new();
            for (key, (value, _)) in entries {
                map.insert(key.to_string(), json(value)?);
            }
            map.into()
        }
        Value::Reference(_) | Value::Secret(_) | Value::Late(_) | Value::Tagged(..) => return None,
    })
}
