//! The types of properties, params and inputs.

use std::fmt;

use crate::syntax::ast::ItemKind;

/// What a property takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `true`, `false`
    Bool,
    /// A whole number without a unit.
    Count,
    /// `"text"`
    Text,
    /// `30s`
    Duration,
    /// `20GiB`
    Size,
    /// `70%`
    Percent,
    /// `10.20.0.0/16`
    Cidr,
    /// `/24`
    Prefix,
    /// A TCP port, 1 to 65535.
    Port,
    /// `"arn:aws:…"`
    Arn,
    /// `"eu-west-1"`
    Region,
    /// `"t4g.small"`
    InstanceType,
    /// One of these words.
    Words(&'static [WordDoc]),
    /// A word with one argument: `shared("arn:…")`.
    Tagged(&'static str, &'static Type),
    /// `application.shop`: an item of this kind.
    Item(ItemKind),
    /// `"nodejs-22"` or `platform.mine`.
    Platform,
    /// `network.main.private`
    Subnets,
    /// The name of an entry of a keyed block of the same environment, as a
    /// word: `redirect = https`. The path says which, from the environment:
    /// `load_balancer.listener`.
    Entry(&'static str),
    /// `alarm.latency`: the same, written with the keyed block in front.
    EntryPath(&'static str),
    /// The role of a generated resource: `bucket`, `load_balancer`.
    Role,
    /// `secret("ssm:/path")`
    Secret,
    /// A list of them.
    List(&'static Type),
    /// One of them; the first that fits.
    OneOf(&'static [Type]),
    /// The same, but it may also be known at deploy time only.
    Late(&'static Type),
    /// Any value at all: raw properties.
    Any,
}

impl Type {
    /// The type of properties that takes what a param or an input of this type may
    /// be.
    #[must_use]
    pub fn declared(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::Text,
            "int" => Self::Count,
            "bool" => Self::Bool,
            "duration" => Self::Duration,
            "size" => Self::Size,
            "percent" => Self::Percent,
            "cidr" => Self::Cidr,
            "port" => Self::Port,
            "arn" => Self::Arn,
            "region" => Self::Region,
            "instance_type" => Self::InstanceType,
            _ => return None,
        })
    }

    /// Whether a value may be known at deploy time only.
    #[must_use]
    pub fn may_be_late(self) -> bool {
        match self {
            Self::Late(_) => true,
            Self::OneOf(types) => types.iter().any(|ty| ty.may_be_late()),
            _ => false,
        }
    }

    /// Whether its values are text.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Arn | Self::Region | Self::InstanceType
        )
    }

    /// The type of a list's elements; none when it takes no list.
    #[must_use]
    pub fn element(self) -> Option<Self> {
        match self {
            Self::List(item) => Some(*item),
            Self::Late(ty) => ty.element(),
            Self::OneOf(types) => types.iter().find_map(|ty| ty.element()),
            _ => None,
        }
    }
}

/// A word of an enum and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordDoc {
    /// The word.
    pub word: &'static str,
    /// What it means, in a sentence.
    pub doc: &'static str,
}

impl fmt::Display for Type {
    /// For people: `a duration`, `one of rolling, immutable`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("`true` or `false`"),
            Self::Count => f.write_str("a whole number"),
            Self::Text => f.write_str("text"),
            Self::Duration => f.write_str("a duration"),
            Self::Size => f.write_str("a size"),
            Self::Percent => f.write_str("a percentage"),
            Self::Cidr => f.write_str("an address range"),
            Self::Prefix => f.write_str("a prefix length"),
            Self::Port => f.write_str("a port"),
            Self::Arn => f.write_str("an ARN"),
            Self::Region => f.write_str("a region"),
            Self::InstanceType => f.write_str("an instance type"),
            Self::Words(words) => {
                let words: Vec<String> = words.iter().map(|it| format!("`{}`", it.word)).collect();
                match words.as_slice() {
                    [] => f.write_str("a word"),
                    [only] => f.write_str(only),
                    [first @ .., last] => write!(f, "{} or {last}", first.join(", ")),
                }
            }
            Self::Tagged(word, _) => write!(f, "`{word}(…)`"),
            Self::Item(kind) => write!(f, "a reference `{}.NAME`", kind.keyword()),
            Self::Platform => f.write_str("a platform's name or `platform.NAME`"),
            Self::Subnets => f.write_str("subnets `network.NAME.SUBNETS`"),
            Self::Entry(block) => {
                write!(
                    f,
                    "the name of a {}",
                    block.rsplit('.').next().unwrap_or(block)
                )
            }
            Self::EntryPath(block) => write!(f, "a reference `{block}.NAME`"),
            Self::Role => f.write_str("the role of a generated resource"),
            Self::Secret => f.write_str("a secret"),
            Self::List(Self::Text) => f.write_str("a list of texts"),
            Self::List(item) => write!(f, "a list, each {item}"),
            Self::OneOf(types) => {
                for (at, ty) in types.iter().enumerate() {
                    let or = match at {
                        0 => "",
                        1 if types.len() == 2 => " or ",
                        at if at + 1 == types.len() => ", or ",
                        _ => ", ",
                    };
                    write!(f, "{or}{ty}")?;
                }
                Ok(())
            }
            Self::Late(ty) => ty.fmt(f),
            Self::Any => f.write_str("any value"),
        }
    }
}

/// Declares an enum of the language: each variant is a word with its meaning.
#[macro_export]
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $word_doc:literal])* $variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $word_doc])* $variant,)* }

        impl $name {
            /// The word in the language.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        $crate::placeless!($name);

        impl $crate::schema::Scalar for $name {
            const TYPE: $crate::schema::Type = $crate::schema::Type::Words(&[
                $($crate::schema::WordDoc { word: $word, doc: concat!($($word_doc,)*) },)*
            ]);

            fn from_value(value: &$crate::schema::Value) -> Option<Self> {
                match value {
                    $crate::schema::Value::Word(word) => match word.as_str() {
                        $($word => Some(Self::$variant),)*
                        _ => None,
                    },
                    _ => None,
                }
            }
        }
    };
}
