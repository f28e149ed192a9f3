//! What the language has: every block and property, once.
//!
//! A block is declared with [`block!`](crate::block): a Rust struct whose
//! fields are the properties, with their documentation, type, range, default
//! and AWS source. The struct is what `expand` reads; the table that the macro
//! makes beside it is what the checker, `beanc explain`, did-you-mean and the
//! generated reference read. One file per block family.

pub mod ty;
pub mod value;
pub mod moved;
pub mod attributes;
pub mod application;
pub mod network;
pub mod platform;
pub mod container;
pub mod environment;
pub mod target;
pub mod instances;
pub mod scaling;
pub mod metric;
pub mod load_balancer;
pub mod queue;
pub mod deployment;
pub mod functions;
pub mod reference;
pub mod vocabulary;

use std::any::type_name;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::ordered::IndexMap;
use crate::source::{Shift, Span};
use crate::syntax::ast::ItemKind;
use crate::units::{Cidr, Duration, Percent, Prefix, Size};

pub use moved::Moved;
pub use ty::{Type, WordDoc};
pub use value::{Attribute, Late, LatePart, Pseudo, Reference, Secret, SecretStore, Value};

/// A property's table entry.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// The key.
    pub name: &'static str,
    /// What it is for, a line of Markdown each.
    pub docs: &'static [&'static str],
    /// Whether it is a value, a block, or many of either.
    pub shape: Shape,
    /// Everything else that is known of it.
    pub facts: Facts,
}

/// What stands behind a key.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `key = value`
    Value(Type),
    /// `key { … }`
    Block(fn() -> &'static Block),
    /// `key NAME { … }`, any number of them.
    Keyed(fn() -> &'static Block),
    /// `key { NAME = value }` with names of the user's own.
    Map(Type),
    /// `key … { … }` whose inside this version does not read.
    Raw,
}

/// A block's table.
#[derive(Debug)]
pub struct Block {
    /// What it is called in messages.
    pub name: &'static str,
    /// What it is for, a line of Markdown each.
    pub docs: &'static [&'static str],
    /// Its properties in the order of the reference.
    pub properties: &'static [Property],
}

impl Block {
    /// The property with this key.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }
}

/// What is known of a property beside its type.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// What holds when nothing is written.
    pub default: Default,
    /// The least value, in the type's base unit.
    pub min: Option<i64>,
    /// The greatest value, in the type's base unit.
    pub max: Option<i64>,
    /// What AWS calls it, or where the fact is documented:
    /// `AWS::AutoScaling::AutoScalingGroup MinSize`.
    pub aws: &'static str,
    /// Beanstalk's option, `namespace/Option`, when there is one.
    pub eb: &'static str,
    /// Why it is not as in Beanstalk, where it is not.
    pub differs: &'static str,
    /// Why nothing less is allowed, where AWS would take it.
    pub least: &'static str,
    /// The blocks of the environment whose names are keys of this map.
    pub keys: Option<&'static str>,
    /// Which tiers have it.
    pub tiers: Tiers,
    /// Whether its meaning comes with a later version of `beanc`.
    pub later: bool,
}

/// What holds when nothing is written.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// It must be written.
    Required,
    /// It may be absent; the text says what happens then.
    Absent(&'static str),
    /// This value, as written in the language.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A text.
    Text(&'static str),
    /// A duration.
    Duration(Duration),
    /// A size.
    Size(Size),
    /// A percentage.
    Percent(Percent),
    /// A word of an enum.
    Word(&'static str),
    /// A list without anything in it.
    EmptyList,
    /// A list of texts.
    Texts(&'static [&'static str]),
}

impl Default {
    /// The value, when it is one.
    #[must_use]
    pub fn value(self) -> Option<Value> {
        Some(match self {
            Self::Required | Self::Absent(_) => return None,
            Self::Bool(it) => Value::Bool(it),
            Self::Int(it) => Value::Int(it),
            Self::Text(it) => Value::Text(it.into()),
            Self::Duration(it) => Value::Duration(it),
            Self::Size(it) => Value::Size(it),
            Self::Percent(it) => Value::Percent(it),
            Self::Word(it) => Value::Word(it.into()),
            Self::EmptyList => Value::List(Vec::new()),
            Self::Texts(texts) => {
                // Nobody points at a default: the span is never shown.
                let nowhere = Span::new(crate::source::Sources::default().add("", ""), 0, 0);
                let text = |it: &&str| (Value::Text((*it).into()), nowhere);
                Value::List(texts.iter().map(text).collect())
            }
        })
    }
}

/// The tiers that have a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tiers {
    /// All of them.
    All,
    /// Web environments only.
    Web,
    /// Worker environments only.
    Worker,
}

/// Facts of an optional property without a default.
pub const ABSENT: Facts = Facts {
    default: Default::Absent(""),
    min: None,
    max: None,
    aws: "",
    eb: "",
    differs: "",
    least: "",
    keys: None,
    tiers: Tiers::All,
    later: false,
};

/// Facts of a property that must be written.
pub const REQUIRED: Facts = Facts {
    default: Default::Required,
    ..ABSENT
};

/// Facts of a property with this default.
#[must_use]
pub const fn default(default: Default) -> Facts {
    Facts { default, ..ABSENT }
}

/// Facts of an optional property; the text says what happens without it.
#[must_use]
pub const fn absent(means: &'static str) -> Facts {
    Facts {
        default: Default::Absent(means),
        ..ABSENT
    }
}

impl Facts {
    /// The least and greatest value, in the type's base unit: seconds' worth
    /// of milliseconds for durations, bytes for sizes.
    #[must_use]
    pub const fn range(self, min: i64, max: i64) -> Self {
        Self {
            min: Some(min),
            max: Some(max),
            ..self
        }
    }

    /// The least and greatest duration.
    #[must_use]
    pub const fn between(self, min: Duration, max: Duration) -> Self {
        self.range(min.millis(), max.millis())
    }

    /// The least and greatest size.
    #[must_use]
    pub const fn sizes(self, min: Size, max: Size) -> Self {
        self.range(min.bytes(), max.bytes())
    }

    /// What AWS calls it.
    #[must_use]
    pub const fn aws(self, aws: &'static str) -> Self {
        Self { aws, ..self }
    }

    /// Beanstalk's option: `namespace/Option`.
    #[must_use]
    pub const fn eb(self, eb: &'static str) -> Self {
        Self { eb, ..self }
    }

    /// Why it is not as in Beanstalk, in a sentence or two.
    #[must_use]
    pub const fn differs(self, differs: &'static str) -> Self {
        Self { differs, ..self }
    }

    /// Why nothing less is allowed, where AWS would take it.
    #[must_use]
    pub const fn least(self, least: &'static str) -> Self {
        Self { least, ..self }
    }

    /// Its keys are names of these blocks of the environment.
    #[must_use]
    pub const fn keys(self, of: &'static str) -> Self {
        Self {
            keys: Some(of),
            ..self
        }
    }

    /// Web environments only.
    #[must_use]
    pub const fn web(self) -> Self {
        Self {
            tiers: Tiers::Web,
            ..self
        }
    }

    /// Worker environments only.
    #[must_use]
    pub const fn worker(self) -> Self {
        Self {
            tiers: Tiers::Worker,
            ..self
        }
    }

    /// Recognised, but its meaning comes with a later version.
    #[must_use]
    pub const fn later(self) -> Self {
        Self {
            later: true,
            ..self
        }
    }
}

/// A block that analysis has resolved against its table: only what was
/// written, every value of the right type and in range, words valid,
/// references resolved.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Where the block is written; the child's place when it is inherited and
    /// changed. `None` when it was not written anywhere.
    pub span: Option<Span>,
    /// What was written, by key.
    pub properties: IndexMap<SmolStr, Node>,
}

/// What was written behind a key.
#[derive(Debug, Clone)]
pub enum Node {
    /// A value.
    Value(Setting<Value>),
    /// A block.
    Block(Resolved),
    /// Keyed blocks, and the names of those that are not enabled.
    Keyed(IndexMap<SmolStr, (Resolved, Span)>, Disabled),
    /// A map of values.
    Map(IndexMap<SmolStr, Setting<Value>>),
}

/// Names of keyed blocks that are written and not enabled, each with the place that
/// says so; none where that could not be read, which was reported.
pub type Disabled = IndexMap<SmolStr, Option<Span>>;

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// Where it is written, when it is.
    pub fn span(&self) -> Option<Span> {
        match &self.origin {
            Origin::Default => None,
            Origin::Written(written) => Some(written.span),
        }
    }

    /// Where the name stands that it is given, when it is written.
    pub fn key(&self) -> Option<Span> {
        match &self.origin {
            Origin::Default => None,
            Origin::Written(written) => Some(written.key),
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The edition's default.
    Default,
    /// It is written in a file. Shared, since most properties of most programs
    /// are not written: without it they are three times as large.
    Written(Arc<Written>),
}

impl Origin {
    /// That of a value which somebody wrote.
    #[must_use]
    pub fn written(written: Written) -> Self {
        Self::Written(Arc::new(written))
    }
}

/// Where a value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The name of the property, or what stands for it.
    pub key: Span,
    /// The value's expression.
    pub span: Span,
    /// The name of the item in whose body it stands.
    pub by: SmolStr,
    /// What it stands in front of, nearest first.
    pub hides: Vec<Hidden>,
}

/// A value that a nearer layer hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Its expression.
    pub span: Span,
    /// The item in whose body it stands.
    pub by: SmolStr,
    /// The value as it would be written.
    pub text: SmolStr,
}

/// A block of the language as a Rust struct.
pub trait Schema: Moved + Sized {
    /// Its table.
    fn schema() -> &'static Block;

    /// The struct from what analysis resolved, with defaults filled in.
    /// `None` when a property is missing or of the wrong type, which analysis
    /// has then reported.
    fn read(resolved: &Resolved) -> Option<Self>;
}

/// The type of one property's value.
pub trait Scalar: Moved + Sized {
    /// Its type in the language.
    const TYPE: Type;

    /// The Rust value, when the value is of the type.
    fn from_value(value: &Value) -> Option<Self>;
}

/// The type of a field of a block's struct.
pub trait Field: Moved + Sized {
    /// What stands behind the key.
    const SHAPE: Shape;

    /// The field from what was written, or from the default.
    fn read(property: &Property, node: Option<&Node>) -> Option<Self>;
}

impl<T: Scalar> Field for Setting<T> {
    const SHAPE: Shape = Shape::Value(T::TYPE);

    fn read(property: &Property, node: Option<&Node>) -> Option<Self> {
        match node {
            Some(Node::Value(Setting { value, origin })) => Some(Self {
                value: T::from_value(value)?,
                origin: origin.clone(),
            }),
            Some(Node::Block(_) | Node::Keyed(..) | Node::Map(_)) => None,
            None => {
                let value = property.facts.default.value()?;
                let read = T::from_value(&value);
                debug_assert!(
                    read.is_some(),
                    "default of {} is no {}",
                    property.name,
                    type_name::<T>()
                );
                Some(Self {
                    value: read?,
                    origin: Origin::Default,
                })
            }
        }
    }
}

impl<T: Scalar> Field for Option<Setting<T>> {
    const SHAPE: Shape = Shape::Value(T::TYPE);

    fn read(property: &Property, node: Option<&Node>) -> Option<Self> {
        match node {
            None => Some(None),
            Some(_) => Setting::read(property, node).map(Some),
        }
    }
}

/// A nested block.
#[derive(Debug, Clone)]
pub struct Nested<B> {
    /// Where it is written; `None` when only defaults hold.
    pub span: Option<Span>,
    /// The block.
    pub block: B,
}

impl<B> std::ops::Deref for Nested<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.block
    }
}

impl<B: Schema> Field for Nested<B> {
    const SHAPE: Shape = Shape::Block(B::schema);

    fn read(_: &Property, node: Option<&Node>) -> Option<Self> {
        match node {
            Some(Node::Block(resolved)) => Some(Self {
                span: resolved.span,
                block: B::read(resolved)?,
            }),
            Some(Node::Value(_) | Node::Keyed(..) | Node::Map(_)) => None,
            None => {
                let nothing = Resolved {
                    span: None,
                    properties: IndexMap::default(),
                };
                Some(Self {
                    span: None,
                    block: B::read(&nothing)?,
                })
            }
        }
    }
}

impl<B: Schema> Field for Option<Nested<B>> {
    const SHAPE: Shape = Shape::Block(B::schema);

    fn read(property: &Property, node: Option<&Node>) -> Option<Self> {
        match node {
            None => Some(None),
            Some(_) => Nested::read(property, node).map(Some),
        }
    }
}

/// Blocks with names of the user's own, in the order in which they were
/// written.
#[derive(Debug, Clone)]
pub struct Keyed<B>(pub IndexMap<SmolStr, Named<B>>, Disabled);

/// An entry of a [`Keyed`].
#[derive(Debug, Clone)]
pub struct Named<B> {
    /// The name.
    pub name: SmolStr,
    /// Where the name stands.
    pub span: Span,
    /// The block.
    pub block: B,
}

impl<B> std::ops::Deref for Named<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.block
    }
}

impl<B> Keyed<B> {
    /// The entries in order.
    pub fn iter(&self) -> indexmap::map::Values<'_, SmolStr, Named<B>> {
        self.0.values()
    }

    /// The entry with this name.
    pub fn get(&self, name: &str) -> Option<&Named<B>> {
        self.0.get(name)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entry with this name, or why there is none.
    pub fn find(&self, name: &str) -> Result<&Named<B>, Lacking> {
        match (self.0.get(name), self.1.get(name)) {
            (Some(entry), _) => Ok(entry),
            (None, Some(place)) => Err(Lacking::Disabled(*place)),
            (None, None) => Err(Lacking::Unknown),
        }
    }
}

/// Why a [`Keyed`] has no entry with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// None is written.
    Unknown,
    /// It is not enabled, as this place says; none where that could not be read.
    Disabled(Option<Span>),
}

impl<B: Schema> Field for Keyed<B> {
    const SHAPE: Shape = Shape::Keyed(B::schema);

    fn read(_: &Property, node: Option<&Node>) -> Option<Self> {
        let (entries, disabled) = match node {
            Some(Node::Keyed(entries, disabled)) => (entries, disabled),
            Some(Node::Value(_) | Node::Block(_) | Node::Map(_)) => return None,
            None => return Some(Self(IndexMap::default(), Disabled::default())),
        };
        // One that lacks something is left out, like everything that is wrong.
        let read = |(name, (resolved, span)): (&SmolStr, &(Resolved, Span))| {
            let block = B::read(resolved)?;
            Some((
                name.clone(),
                Named {
                    name: name.clone(),
                    span: *span,
                    block,
                },
            ))
        };
        let read = entries.iter().filter_map(read).collect();
        Some(Self(read, disabled.clone()))
    }
}

/// Values with names of the user's own, in the order in which they were
/// written.
#[derive(Debug, Clone)]
pub struct Map<T>(pub IndexMap<SmolStr, Setting<T>>);

impl<T> std::default::Default for Map<T> {
    fn default() -> Self {
        Self(IndexMap::default())
    }
}

impl<T: Scalar> Field for Map<T> {
    const SHAPE: Shape = Shape::Map(T::TYPE);

    fn read(_: &Property, node: Option<&Node>) -> Option<Self> {
        let entries = match node {
            Some(Node::Map(entries)) => entries,
            Some(Node::Value(_) | Node::Block(_) | Node::Keyed(..)) => return None,
            None => return Some(Self(IndexMap::default())),
        };
        let read = |(name, setting): (&SmolStr, &Setting<Value>)| {
            let value = T::from_value(&setting.value)?;
            Some((
                name.clone(),
                Setting {
                    value,
                    origin: setting.origin.clone(),
                },
            ))
        };
        entries.iter().map(read).collect::<Option<_>>().map(Self)
    }
}

/// A block that this version recognises and does not read yet.
#[derive(Debug, Clone, Copy)]
pub struct Unread;

impl Field for Unread {
    const SHAPE: Shape = Shape::Raw;

    fn read(_: &Property, _: Option<&Node>) -> Option<Self> {
        Some(Self)
    }
}

/// Declares a block: a struct with one field per property, and its table.
///
/// ```text
/// block! {
///     /// The virtual machines the application runs on.
///     Instances "instances" {
///         /// How many run at least.
///         min: Setting<i64> = default(Int(1)).range(1, 10_000).aws("…"),
///         /// The disk they start from.
///         root_volume: Nested<RootVolume> = ABSENT,
///     }
/// }
/// ```
#[macro_export]
macro_rules! block {
    ($(#[doc = $doc:literal])* $name:ident $word:literal {
        $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty = $facts:expr,)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $name { $($(#[doc = $field_doc])* pub $field: $ty,)* }

        impl $crate::schema::Moved for $name {
            fn shift(&mut self, by: $crate::source::Shift) {
                $($crate::schema::Moved::shift(&mut self.$field, by);)*
            }
        }

        impl $crate::schema::Schema for $name {
            fn schema() -> &'static $crate::schema::Block {
                static BLOCK: $crate::schema::Block = $crate::schema::Block {
                    name: $word,
                    docs: &[$($doc,)*],
                    properties: &[$($crate::schema::Property {
                        name: $crate::schema::key(stringify!($field)),
                        docs: &[$($field_doc,)*],
                        shape: <$ty as $crate::schema::Field>::SHAPE,
                        facts: $facts,
                    },)*],
                };
                &BLOCK
            }

            fn read(resolved: &$crate::schema::Resolved) -> Option<Self> {
                let mut properties = Self::schema().properties.iter();
                $(
                    let property = properties.next()?;
                    let node = resolved.properties.get(property.name);
                    let $field = <$ty as $crate::schema::Field>::read(property, node)?;
                )*
                Some(Self { $($field,)* })
            }
        }
    };
}

/// A field's name as a key: `r#type` is `type`.
#[must_use]
pub const fn key(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// A value that may be known at deploy time only.
#[derive(Debug, Clone, PartialEq)]
pub enum Lately<T> {
    /// Known now.
    Now(T),
    /// Known at deploy time.
    Later(Late),
}

impl<T> Lately<T> {
    /// The value, when it is known now.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Now(value) => Some(value),
            Self::Later(_) => None,
        }
    }
}

impl<T: std::fmt::Display> std::fmt::Display for Lately<T> {
    /// For people: what is late as it is written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Now(value) => value.fmt(f),
            Self::Later(late) => late.fmt(f),
        }
    }
}

macro_rules! scalars {
    ($($rust:ty, $ty:ident, $variant:ident;)*) => {$(
        impl Scalar for $rust {
            const TYPE: Type = Type::$ty;

            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(it) => Some(it.clone()),
                    _ => None,
                }
            }
        }
    )*};
}

scalars! {
    bool, Bool, Bool;
    i64, Count, Int;
    SmolStr, Text, Text;
    Duration, Duration, Duration;
    Size, Size, Size;
    Percent, Percent, Percent;
    Cidr, Cidr, Cidr;
    Prefix, Prefix, Prefix;
    Secret, Secret, Secret;
}

macro_rules! wrapped {
    ($($(#[doc = $doc:literal])* $name:ident($inner:ty), $ty:expr, $pattern:pat => $result:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(pub $inner);

        impl Moved for $name {
            fn shift(&mut self, by: Shift) {
                self.0.shift(by);
            }
        }

        impl Scalar for $name {
            const TYPE: Type = $ty;

            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    $pattern => Some(Self($result)),
                    _ => None,
                }
            }
        }
    )*};
}

wrapped! {
    /// An application of the program.
    ApplicationRef(Reference), Type::Item(ItemKind::Application), Value::Reference(it) => it.clone();
    /// A network of the program.
    NetworkRef(Reference), Type::Item(ItemKind::Network), Value::Reference(it) => it.clone();
    /// A TCP port.
    Port(u16), Type::Port, Value::Int(it) => u16::try_from(*it).ok()?;
    /// An Amazon resource name.
    Arn(SmolStr), Type::Arn, Value::Text(it) => it.clone();
    /// A region's code.
    Region(SmolStr), Type::Region, Value::Text(it) => it.clone();
    /// An EC2 instance type.
    InstanceType(SmolStr), Type::InstanceType, Value::Text(it) => it.clone();
    /// The role of a generated resource.
    Role(SmolStr), Type::Role, Value::Word(it) => it.clone();
    /// Subnets of a network.
    Subnets(Reference), Type::Subnets, Value::Reference(it) => it.clone();
}

impl std::fmt::Display for InstanceType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Scalar> Scalar for Lately<T> {
    const TYPE: Type = Type::Late(&T::TYPE);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Late(late) => Some(Self::Later(late.clone())),
            now => T::from_value(now).map(Self::Now),
        }
    }
}

impl<T: Scalar> Scalar for Vec<(T, Span)> {
    const TYPE: Type = Type::List(&T::TYPE);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::List(items) => items
                .iter()
                .map(|(item, span)| Some((T::from_value(item)?, *span)))
                .collect(),
            _ => None,
        }
    }
}
