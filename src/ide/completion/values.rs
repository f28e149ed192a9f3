//! Values: what the type of a property or param allows, and what can stand for
//! a value of that type.

use smol_str::SmolStr;

use super::{Around, CompletionKind, Context, FrameKind, Token};
use crate::analysis::names::Space;
use crate::facts;
use crate::ide::marks::{entry_of, words_of};
use crate::ide::{hover, library};
use crate::model::Tier;
use crate::schema::metric::{Metric, MetricUnit, Threshold};
use crate::schema::{Default, Scalar, Shape, Type, WordDoc, functions, vocabulary};
use crate::syntax::ast::{ItemKind, TypeExpr, TypeExprKind};

/// What a value should be.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Of this type; the default is what holds without it.
    Type(Type, Default),
    /// Of the type of a param or input, as it is written.
    Declared(Declared),
    /// Anything that can stand in a text.
    Piece,
    /// Anything.
    Any,
}

/// The type of a param or input.
#[derive(Debug, Clone)]
pub(super) enum Declared {
    Name(SmolStr),
    Union(Vec<SmolStr>),
}

/// References stand behind values of the type itself.
const REFERENCES: u32 = 100;
const FUNCTIONS: u32 = 150;
const HEADS: u32 = 160;

impl Context<'_> {
    /// A value, or a part of one.
    pub(super) fn expression(&mut self) {
        if !self.place.path.is_empty() {
            return self.behind_dot();
        }
        if self.place.tokens.as_slice() == [Token::Spread] {
            self.propose(0, "base", CompletionKind::Reference)
                .insert("base.")
                .again(true);
            return;
        }
        // Behind a whole value there is nothing but an operator.
        match self.place.tokens.last() {
            Some(Token::Word(word)) if !matches!(*word, "assert" | "else" | "and" | "or") => return,
            Some(Token::Text(_) | Token::Number(_) | Token::Closed) => return,
            _ => {}
        }
        let wanted = self.wanted();
        match &wanted {
            Wanted::Type(ty, default) => self.of_type(*ty, *default),
            Wanted::Declared(declared) => self.of_declared(declared),
            Wanted::Piece | Wanted::Any => {}
        }
        self.stand_ins(&wanted);
    }

    /// What should stand at the cursor.
    fn wanted(&self) -> Wanted {
        let mut tokens = self.place.tokens.as_slice();
        // `param.stage == |`
        if let [.., Token::Word(path), Token::Sign('=' | '!')] = tokens {
            return self.of_path(path).unwrap_or(Wanted::Any);
        }
        let mut frames = self.place.frames.iter().rev();
        let mut frame = frames.next();
        let mut in_list = false;
        while let Some(inner) = frame {
            match inner.kind {
                FrameKind::Interpolation => return Wanted::Piece,
                FrameKind::Parentheses(_) => return Wanted::Any,
                FrameKind::List => {
                    in_list = true;
                    tokens = &inner.head;
                    frame = frames.next();
                }
                FrameKind::Block | FrameKind::File => break,
            }
        }
        let Some(frame) = frame else {
            return Wanted::Any;
        };
        match (frame.kind, tokens) {
            (
                FrameKind::File,
                [
                    Token::Word("param" | "input"),
                    _,
                    Token::Sign(':'),
                    rest @ ..,
                ],
            ) => declared_type(rest).map_or(Wanted::Any, Wanted::Declared),
            (FrameKind::Block, [Token::Word(key), ..]) if *key != "assert" => {
                self.of_key(key, in_list)
            }
            _ => Wanted::Any,
        }
    }

    fn of_key(&self, key: &str, in_list: bool) -> Wanted {
        match self.around() {
            Around::Block(block, named) => match block.property(key) {
                Some(property) => match property.shape {
                    Shape::Value(ty) => {
                        let default = match in_list {
                            true => Default::Absent(""),
                            false => property.facts.default,
                        };
                        let item = in_list.then(|| ty.element()).flatten();
                        Wanted::Type(self.narrowed(item.unwrap_or(ty)), default)
                    }
                    _ => Wanted::Any,
                },
                None if named && key == vocabulary::ENABLED.word => {
                    Wanted::Type(Type::Bool, Default::Bool(true))
                }
                None => Wanted::Any,
            },
            Around::Map(property) => match property.shape {
                Shape::Map(ty) => Wanted::Type(ty, Default::Absent("")),
                _ => Wanted::Any,
            },
            Around::Unknown => Wanted::Any,
        }
    }

    /// A threshold has the unit of the metric beside it.
    fn narrowed(&self, ty: Type) -> Type {
        if ty != Threshold::TYPE {
            return ty;
        }
        let frame = self.place.frames.last();
        let metric = frame.and_then(|frame| {
            let entry = frame.entries.iter().find(|it| it.key == "metric")?;
            entry.value
        });
        let unit = match metric {
            Some(metric) => metric_of(metric).map(Metric::unit),
            // The default of triggers and policies.
            None => None,
        };
        match unit {
            Some(MetricUnit::Percent) => Type::Percent,
            Some(MetricUnit::Size) => Type::Size,
            Some(MetricUnit::Duration) => Type::Duration,
            Some(MetricUnit::Count) => Type::Count,
            None => ty,
        }
    }

    /// The type of what a reference means.
    fn of_path(&self, path: &str) -> Option<Wanted> {
        let words: Vec<&str> = path.split('.').collect();
        let (space, name) = match words.as_slice() {
            ["self" | "base", keys @ ..] => {
                let mut schema = self.item.as_ref()?.schema()?;
                let mut keys = keys.iter();
                loop {
                    let property = schema.property(keys.next()?)?;
                    schema = match property.shape {
                        Shape::Value(ty) => {
                            return Some(Wanted::Type(ty, property.facts.default));
                        }
                        Shape::Block(inner) => inner(),
                        Shape::Keyed(inner) => {
                            keys.next()?;
                            inner()
                        }
                        Shape::Map(_) | Shape::Raw => return None,
                    };
                }
            }
            [head, name] => (Space::of(head)?, *name),
            _ => return None,
        };
        let id = self.names.find(self.number, space, name)?;
        let declaration = self.names.declaration(id)?;
        declared_of(&declaration.ty).map(Wanted::Declared)
    }

    // Values of a type

    fn of_type(&mut self, ty: Type, default: Default) {
        match ty {
            Type::Late(ty) => self.of_type(*ty, default),
            Type::OneOf(types) => {
                for ty in types {
                    self.of_type(*ty, default);
                }
            }
            Type::Bool => {
                for word in ["true", "false"] {
                    let is_default = matches!(default, Default::Bool(it) if it.to_string() == word);
                    self.propose(u32::from(!is_default), word, CompletionKind::Value)
                        .detail(if is_default { "default" } else { "" });
                }
            }
            Type::Words(words) => self.words(ty, words, default),
            Type::Tagged(word, _) => {
                let docs = functions::find(word).map(|it| it.doc).unwrap_or_default();
                self.propose(40, &format!("{word}(…)"), CompletionKind::Function)
                    .docs(docs)
                    .snippet(format!("{word}(\"$0\")"));
            }
            Type::Item(kind) => self.items_of_kind(kind),
            Type::Platform => {
                self.items_of_kind(ItemKind::Platform);
                for platform in library::runnable() {
                    self.propose(
                        10 + platform.age,
                        &format!("\"{}\"", platform.name),
                        CompletionKind::Value,
                    )
                    .detail("platform of the library")
                    .docs(platform.docs.clone());
                }
            }
            Type::Subnets => self.subnets(),
            Type::Entry(path) => {
                for label in self.other_labels(path) {
                    self.propose(0, &label, CompletionKind::Label);
                }
            }
            Type::EntryPath(path) => {
                for label in self.other_labels(path) {
                    self.propose(0, &format!("{path}.{label}"), CompletionKind::Label);
                }
            }
            Type::InstanceType => self.instance_types(true),
            Type::Region => self.regions(true),
            Type::Secret => {
                let secret = functions::find("secret");
                self.propose(45, "secret(…)", CompletionKind::Function)
                    .docs(secret.map(|it| it.doc).unwrap_or_default())
                    .snippet("secret(\"${1:ssm:/}$0\")");
            }
            Type::List(_) => {
                self.propose(0, "[…]", CompletionKind::Value)
                    .snippet("[$0]")
                    .again(true);
            }
            Type::Role => {
                for role in self.roles() {
                    self.propose(0, &role, CompletionKind::EnumWord);
                }
            }
            Type::Count
            | Type::Text
            | Type::Duration
            | Type::Size
            | Type::Percent
            | Type::Cidr
            | Type::Prefix
            | Type::Port
            | Type::Arn => self.literal(ty, default),
            Type::Any => {}
        }
        let inherits = self.item.as_ref().is_some_and(|it| it.extends);
        if inherits && self.place.frames.last().map(|it| it.kind) == Some(FrameKind::Block) {
            self.propose(90, vocabulary::DEFAULT.word, CompletionKind::Keyword)
                .docs(vocabulary::DEFAULT.doc);
        }
    }

    fn words(&mut self, ty: Type, words: &'static [WordDoc], default: Default) {
        let tier = self.item.as_ref().and_then(super::Head::tier);
        for (at, word) in (1..).zip(words) {
            if ty == Metric::TYPE
                && metric_of(word.word).is_some_and(|it| !Tier::may_be_among(tier, it.tiers()))
            {
                continue;
            }
            let is_default = matches!(default, Default::Word(it) if it == word.word);
            let rank = if is_default { 0 } else { at };
            self.propose(rank, word.word, CompletionKind::EnumWord)
                .detail(if is_default { "default" } else { "" })
                .docs(word.doc.trim());
        }
    }

    /// A literal with a unit, or a text: the default and an example.
    fn literal(&mut self, ty: Type, default: Default) {
        if let Some(value) = default.value() {
            self.propose(0, &value.to_string(), CompletionKind::Value)
                .detail("default");
        } else if let Some(example) = sample(ty) {
            self.propose(20, example, CompletionKind::Value)
                .detail("for example")
                .snippet(placeholder(example));
        }
    }

    /// The names of a keyed block, without the one whose own value this is.
    fn other_labels(&self, path: &str) -> Vec<SmolStr> {
        let mut own = self.trail();
        let keys = path.split('.').count();
        own.truncate(keys + 1);
        let own = match own.split_last() {
            Some((label, above)) if above.iter().map(SmolStr::as_str).eq(path.split('.')) => {
                Some(label.clone())
            }
            _ => None,
        };
        let labels = self.labels(path).into_iter().map(|(label, _)| label);
        labels.filter(|label| own.as_ref() != Some(label)).collect()
    }

    fn items_of_kind(&mut self, kind: ItemKind) {
        for name in self.names.visible(self.number, Space::Item(kind)) {
            let is_own = self
                .item
                .as_ref()
                .is_some_and(|item| item.kind == kind && item.name == name);
            if is_own {
                continue;
            }
            let id = self.names.find(self.number, Space::Item(kind), &name);
            let docs = id.map(|id| hover::joined(&hover::of_item(self.snapshot, id)));
            let text = format!("{}.{name}", kind.keyword());
            self.propose(0, &text, CompletionKind::Item(kind))
                .docs(docs.unwrap_or_default());
        }
    }

    /// Subnets of every network, those of the environment's own first.
    fn subnets(&mut self) {
        let own = self.place.frames.get(1).and_then(|frame| {
            let entry = frame.entries.iter().find(|it| it.key == "network")?;
            entry.value
        });
        for name in self
            .names
            .visible(self.number, Space::Item(ItemKind::Network))
        {
            let path = format!("network.{name}");
            let rank = u32::from(own != Some(path.as_str()));
            for group in self.groups(&name) {
                self.propose(rank, &format!("{path}.{group}"), CompletionKind::Label);
            }
        }
    }

    /// The roles of the item's resources, or those that hold something while
    /// an error keeps the item from having any.
    fn roles(&self) -> Vec<SmolStr> {
        let block = self.owner().and_then(|id| self.names.block(id));
        match block.and_then(|block| self.snapshot.unit(block.head())) {
            Some(unit) => {
                let roles = unit.resources().map(|(_, it)| SmolStr::from(&*it.id.role));
                roles.collect()
            }
            None => ROLES.iter().map(|role| SmolStr::from(*role)).collect(),
        }
    }

    fn instance_types(&mut self, quoted: bool) {
        let typed = self.place.typed;
        let prefix = if quoted { "" } else { typed };
        let matching = facts::instance_types().filter(|name| name.starts_with(prefix));
        let matching: Vec<_> = matching.filter_map(facts::instance_type).collect();
        let few = matching.len() <= 150;
        for ty in matching {
            // Of hundreds the sizes that most people want.
            let size = ty.name.rsplit('.').next().unwrap_or_default();
            let usual =
                ty.current && matches!(size, "micro" | "small" | "medium" | "large" | "xlarge");
            if !few && !usual {
                continue;
            }
            let text = if quoted {
                format!("\"{}\"", ty.name)
            } else {
                ty.name.to_owned()
            };
            let memory = f64::from(ty.memory) / 1024.0;
            let rank = match (ty.burstable, ty.current) {
                (true, true) => 1,
                (false, true) => 2,
                (_, false) => 3,
            };
            self.propose(rank, &text, CompletionKind::Value)
                .detail(format!(
                    "{} processors, {memory} GiB, {}",
                    ty.processors,
                    ty.architecture().word()
                ));
        }
    }

    fn regions(&mut self, quoted: bool) {
        for code in facts::regions() {
            let text = if quoted {
                format!("\"{code}\"")
            } else {
                code.to_owned()
            };
            self.propose(0, &text, CompletionKind::Value);
        }
    }

    /// What stands between the quotes of a value.
    pub(super) fn text_value(&mut self) {
        let wanted = self.wanted();
        let ty = match &wanted {
            Wanted::Type(ty, _) => Some(*ty),
            Wanted::Declared(Declared::Name(name)) => match name.as_str() {
                "region" => Some(Type::Region),
                "instance_type" => Some(Type::InstanceType),
                _ => None,
            },
            _ => None,
        };
        if let Some(ty) = ty {
            self.text_of_type(ty);
        }
    }

    fn text_of_type(&mut self, ty: Type) {
        match ty {
            Type::Platform => {
                for platform in library::runnable() {
                    self.propose(platform.age, &platform.name, CompletionKind::Value)
                        .docs(platform.docs.clone());
                }
            }
            Type::InstanceType => self.instance_types(false),
            Type::Region => self.regions(false),
            Type::Late(ty) | Type::List(ty) => self.text_of_type(*ty),
            Type::OneOf(types) => types.iter().for_each(|ty| self.text_of_type(*ty)),
            _ => {}
        }
    }

    /// Where a secret may be kept.
    pub(super) fn secret_store(&mut self) {
        let stores = [
            ("ssm:/", "A parameter of the Parameter Store, by its path."),
            (
                "secretsmanager:",
                "A secret of the Secrets Manager, by its name or ARN; `#key` behind it takes one key of a JSON secret.",
            ),
        ];
        for (rank, (store, doc)) in (0..).zip(stores) {
            self.propose(rank, store, CompletionKind::Value).docs(doc);
        }
    }

    fn of_declared(&mut self, declared: &Declared) {
        match declared {
            Declared::Union(words) => {
                for (rank, word) in (0..).zip(words) {
                    self.propose(rank, word, CompletionKind::EnumWord);
                }
            }
            Declared::Name(name) => {
                if let Some(ty) = Type::declared(name) {
                    self.of_type(ty, Default::Absent(""));
                }
            }
        }
    }

    // What can stand for a value

    fn stand_ins(&mut self, wanted: &Wanted) {
        // Where a value may come late it mostly does.
        let late = matches!(wanted, Wanted::Type(ty, _) if takes_late(*ty));
        let input = if late { 0 } else { 3 };
        for (space, rank) in [(Space::Param, 1), (Space::Let, 2), (Space::Input, input)] {
            for name in self.nameable(space) {
                let Some(id) = self.names.find(self.number, space, &name) else {
                    continue;
                };
                let fits = self.fits(id, space, wanted);
                if fits == Some(false) {
                    continue;
                }
                let likely = if fits == Some(true) { 0 } else { 10 };
                let kind = match space {
                    Space::Param => CompletionKind::Param,
                    Space::Input => CompletionKind::Input,
                    Space::Let | Space::Item(_) => CompletionKind::Let,
                };
                let docs = hover::joined(&hover::of_item(self.snapshot, id));
                let text = format!("{}.{name}", space.word());
                self.propose(REFERENCES + likely + rank, &text, kind)
                    .docs(docs);
            }
        }
        for function in &functions::ALL {
            let special = matches!(function.name, "secret" | "shared");
            if special {
                continue;
            }
            self.propose(FUNCTIONS, function.name, CompletionKind::Function)
                .detail(function.call)
                .docs(function.doc)
                .snippet(format!("{}($0)", function.name));
        }
        let in_item = self.item.is_some();
        let inherits = self.item.as_ref().is_some_and(|it| it.extends);
        for word in &vocabulary::HEADS {
            let useful = match word.word {
                "self" => in_item,
                "base" => inherits,
                _ => true,
            };
            if useful {
                self.propose(HEADS, word.word, CompletionKind::Reference)
                    .docs(word.doc)
                    .insert(format!("{}.", word.word))
                    .again(true);
            }
        }
    }

    /// Whether a declaration has the wanted type; `None` when that is open.
    fn fits(
        &self,
        id: crate::analysis::names::ItemId,
        space: Space,
        wanted: &Wanted,
    ) -> Option<bool> {
        let ty = match wanted {
            Wanted::Type(ty, _) => *ty,
            Wanted::Piece => return Some(true),
            Wanted::Declared(_) | Wanted::Any => return None,
        };
        // What is known at deploy time cannot stand everywhere.
        if space == Space::Input {
            return Some(takes_late(ty));
        }
        let declaration = self.names.declaration(id)?;
        match declared_of(&declaration.ty)? {
            Declared::Union(words) => {
                let own: Vec<&str> = words_of(ty).map(|it| it.word).collect();
                match own.is_empty() {
                    true => Some(takes(ty, Type::Text)),
                    false => Some(words.iter().all(|it| own.contains(&it.as_str()))),
                }
            }
            Declared::Name(name) => Type::declared(&name).map(|it| takes(ty, it)),
        }
    }
}

/// The metric with a name.
fn metric_of(word: &str) -> Option<Metric> {
    Metric::from_value(&crate::schema::Value::Word(word.into()))
}

/// Roles of resources that hold something.
const ROLES: [&str; 6] = [
    "bucket",
    "load_balancer",
    "queue",
    "dead_letter",
    "group",
    "vpc",
];

/// The type behind a colon, up to an `=`.
fn declared_type(tokens: &[Token<'_>]) -> Option<Declared> {
    let end = tokens.iter().position(|it| *it == Token::Assign)?;
    let words = tokens[..end].iter().filter_map(|token| match token {
        Token::Word(word) => Some(SmolStr::from(*word)),
        Token::Text(text) => Some(text.trim_matches('"').into()),
        _ => None,
    });
    let mut words: Vec<SmolStr> = words.collect();
    match words.as_slice() {
        [only] if Type::declared(only).is_some() => Some(Declared::Name(words.remove(0))),
        [list, only] if list == "list" => Some(Declared::Name(only.clone())),
        [] => None,
        _ => Some(Declared::Union(words)),
    }
}

fn declared_of(ty: &TypeExpr) -> Option<Declared> {
    match &ty.kind {
        TypeExprKind::Name(name) => Some(Declared::Name(name.clone())),
        TypeExprKind::Union(words) => Some(Declared::Union(
            words.iter().map(|word| word.text.clone()).collect(),
        )),
        TypeExprKind::List(_) | TypeExprKind::Error => None,
    }
}

/// Whether a property of type `ty` takes values of type `other`.
fn takes(ty: Type, other: Type) -> bool {
    let text = |ty| {
        matches!(
            ty,
            Type::Text | Type::Arn | Type::Region | Type::InstanceType
        )
    };
    let number = |ty| matches!(ty, Type::Count | Type::Port);
    match ty {
        Type::Late(ty) => takes(*ty, other),
        Type::OneOf(types) => types.iter().any(|ty| takes(*ty, other)),
        Type::Platform => other == Type::Text,
        ty => ty == other || text(ty) && text(other) || number(ty) && number(other),
    }
}

fn takes_late(ty: Type) -> bool {
    match ty {
        Type::Late(_) => true,
        Type::OneOf(types) => types.iter().any(|ty| takes_late(*ty)),
        _ => false,
    }
}

/// A value of a type, for people who have not seen one.
fn sample(ty: Type) -> Option<&'static str> {
    Some(match ty {
        Type::Count => "1",
        Type::Text => "\"\"",
        Type::Duration => "30s",
        Type::Size => "20GiB",
        Type::Percent => "70%",
        Type::Cidr => "10.20.0.0/16",
        Type::Prefix => "/24",
        Type::Port => "80",
        Type::Arn => "\"arn:aws:\"",
        _ => return None,
    })
}

/// A value with the cursor where it is changed.
fn placeholder(value: &str) -> String {
    match value.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some("") => "\"$0\"".to_owned(),
        Some(inner) => format!("\"${{0:{}}}\"", escaped(inner)),
        None => format!("${{0:{}}}", escaped(value)),
    }
}

/// A text in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('$', "\\$")
        .replace('}', "\\}")
}

/// What a key's snippet has as its value; none when a list of proposals says
/// it better.
pub(super) fn example(ty: Type, default: Default) -> Option<String> {
    let listed = |ty: Type| {
        matches!(
            ty,
            Type::Bool
                | Type::Words([_, ..])
                | Type::Tagged(..)
                | Type::Item(_)
                | Type::Platform
                | Type::Subnets
                | Type::InstanceType
                | Type::Region
                | Type::Role
                | Type::Secret
        ) || entry_of(ty).is_some()
    };
    match ty {
        ty if listed(ty) => None,
        Type::Late(ty) => example(*ty, default),
        Type::List(item) if listed(*item) => Some("[$0]".to_owned()),
        Type::List(_) => Some("[$0]".to_owned()),
        Type::OneOf(types) if types.iter().any(|ty| listed(*ty)) => None,
        Type::OneOf(_) => default.value().map(|it| placeholder(&it.to_string())),
        ty => match default.value() {
            Some(value) => Some(placeholder(&value.to_string())),
            None => sample(ty).map(placeholder),
        },
    }
}
