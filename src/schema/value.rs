//! Resolved values: what analysis hands to the typed blocks.
//!
//! [`Value`] is what an expression evaluates to. It lives between the
//! evaluator and [`super::Scalar::from_value`]; the model holds Rust types.

use std::fmt;

use smol_str::SmolStr;

use crate::ordered::IndexMap;
use crate::source::Span;
use crate::syntax::ast::ItemKind;
use crate::units::{Cidr, Duration, Percent, Prefix, Size};

/// What an expression evaluates to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `"text"`, all of it known now.
    Text(SmolStr),
    /// `30s`
    Duration(Duration),
    /// `20GiB`
    Size(Size),
    /// `70%`
    Percent(Percent),
    /// `10.20.0.0/16`
    Cidr(Cidr),
    /// `/24`
    Prefix(Prefix),
    /// `gp3`
    Word(SmolStr),
    /// `[a, b]`
    List(Vec<(Value, Span)>),
    /// `{ a = 1 }`
    Map(IndexMap<SmolStr, (Value, Span)>),
    /// `application.shop`, `network.main.private`, `alarm.latency`
    Reference(Reference),
    /// `secret("ssm:/path")`
    Secret(Secret),
    /// Known at deploy time only.
    Late(Late),
    /// `shared("arn:…")`: a word with an argument.
    Tagged(SmolStr, Box<Value>),
}

/// A named thing that a value points at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// What kind of item.
    pub kind: ItemKind,
    /// The item's name.
    pub item: SmolStr,
    /// What of it: `private` of a network; empty for the item itself.
    pub part: SmolStr,
    /// The expression that said so.
    pub span: Span,
}

/// A text that an instance reads when it boots; only its name is known here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Secret {
    /// Where it is kept.
    pub store: SecretStore,
    /// Its name there: a parameter's path or a secret's name or ARN.
    pub name: SmolStr,
    /// The key in a JSON secret.
    pub json_key: Option<SmolStr>,
}

/// Where a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretStore {
    /// AWS Systems Manager Parameter Store.
    Ssm,
    /// AWS Secrets Manager.
    SecretsManager,
}

impl Secret {
    /// As the boot script wants it: `ssm:/path`, `secretsmanager:name#key`.
    #[must_use]
    pub fn locator(&self) -> String {
        let store = match self.store {
            SecretStore::Ssm => "ssm",
            SecretStore::SecretsManager => "secretsmanager",
        };
        match &self.json_key {
            Some(key) => format!("{store}:{}#{key}", self.name),
            None => format!("{store}:{}", self.name),
        }
    }
}

/// A text made of pieces, some of which are known at deploy time only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Late {
    /// The pieces; at least one is not a literal.
    pub parts: Vec<LatePart>,
}

/// A piece of a [`Late`] text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LatePart {
    /// Known now.
    Literal(SmolStr),
    /// `input.release`
    Input(SmolStr, Span),
    /// `environment.api.url`, `self.url`
    Attribute(Attribute),
    /// `aws.region` and its like.
    Aws(Pseudo),
}

/// Something an item has once it is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// What kind of item.
    pub kind: ItemKind,
    /// The item's name.
    pub item: SmolStr,
    /// The attribute's path below the item, with dots: `url`, `private.ids`.
    pub attribute: SmolStr,
    /// The expression that wants it.
    pub span: Span,
}

/// What the target knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pseudo {
    /// `aws.region`: `eu-west-1`
    Region,
    /// `aws.account`: twelve digits.
    Account,
    /// `aws.partition`: `aws`, `aws-cn`, `aws-us-gov`.
    Partition,
    /// `amazonaws.com` or what stands for it in the partition.
    DnsSuffix,
}

impl Value {
    /// What it is, for people: `a duration`.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Bool(true) => "`true`",
            Self::Bool(false) => "`false`",
            Self::Int(_) => "a number",
            Self::Text(_) => "text",
            Self::Duration(_) => "a duration",
            Self::Size(_) => "a size",
            Self::Percent(_) => "a percentage",
            Self::Cidr(_) => "an address range",
            Self::Prefix(_) => "a prefix length",
            Self::Word(_) => "a word",
            Self::List(_) => "a list",
            Self::Map(_) => "a block",
            Self::Reference(_) => "a reference",
            Self::Secret(_) => "a secret",
            Self::Late(_) => "text known at deploy time",
            Self::Tagged(..) => "a word with an argument",
        }
    }
}

impl fmt::Display for Value {
    /// As it would be written in the language; secrets show their name only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(it) => it.fmt(f),
            Self::Int(it) => it.fmt(f),
            Self::Text(it) => write!(f, "\"{}\"", escape(it)),
            Self::Duration(it) => it.fmt(f),
            Self::Size(it) => it.fmt(f),
            Self::Percent(it) => it.fmt(f),
            Self::Cidr(it) => it.fmt(f),
            Self::Prefix(it) => it.fmt(f),
            Self::Word(it) => it.fmt(f),
            Self::List(items) => {
                f.write_str("[")?;
                for (at, (item, _)) in items.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{ ")?;
                for (at, (key, (item, _))) in entries.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{key} = {item}")?;
                }
                f.write_str(" }")
            }
            Self::Reference(it) => it.fmt(f),
            Self::Secret(it) => write!(f, "secret(\"{}\")", escape(&it.locator())),
            Self::Late(it) => it.fmt(f),
            Self::Tagged(word, argument) => write!(f, "{word}({argument})"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind.keyword(), self.item)?;
        if self.part.is_empty() {
            Ok(())
        } else {
            write!(f, ".{}", self.part)
        }
    }
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [single] = self.parts.as_slice() {
            return single.fmt(f);
        }
        f.write_str("\"")?;
        for part in &self.parts {
            match part {
                LatePart::Literal(text) => f.write_str(&escape(text))?,
                LatePart::Input(..) | LatePart::Attribute(_) | LatePart::Aws(_) => {
                    write!(f, "${{{part}}}")?;
                }
            }
        }
        f.write_str("\"")
    }
}

impl fmt::Display for LatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => write!(f, "\"{}\"", escape(text)),
            Self::Input(name, _) => write!(f, "input.{name}"),
            Self::Attribute(it) => write!(f, "{}.{}.{}", it.kind.keyword(), it.item, it.attribute),
            Self::Aws(pseudo) => write!(f, "aws.{}", pseudo.name()),
        }
    }
}

impl Pseudo {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Region,
        Self::Account,
        Self::Partition,
        Self::DnsSuffix,
    ];

    /// The word behind `aws.`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Account => "account",
            Self::Partition => "partition",
            Self::DnsSuffix => "dns_suffix",
        }
    }
}

/// The text as it stands between quotes in the language.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\t' => result.push_str("\\t"),
            c if c.is_control() => result.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => result.push(c),
        }
    }
    result.replace("${", "\\${")
}
