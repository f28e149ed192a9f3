//! A file as it was written.
//!
//! There is always a tree: what could not be read is left out or stands as
//! [`ExprKind::Error`], with a diagnostic beside the tree. Everything has its
//! span. Literals are already numbers in their base unit, names are not yet
//! resolved.

use std::fmt;

use smol_str::SmolStr;

use super::reparse::Seam;
use crate::source::{FileId, Span};
use crate::units::{Cidr, Duration, Percent, Prefix, Size};

/// One file.
#[derive(Debug, Clone)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// Its items in the order in which they were written.
    pub items: Vec<Item>,
    /// Whether a part of the file could not be read. Then absence proves
    /// nothing: "never used" and "not declared" stay unsaid.
    pub damaged: bool,
    /// Whether an item may be missing among [`File::items`]. Only then may a
    /// name be declared that nobody finds: a mistake inside an item hides none.
    pub lacks_items: bool,
    /// Comments that allow warnings, in order.
    pub allows: Vec<Allow>,
    /// Where it can be taken up again after an edit.
    pub(super) seams: Vec<Seam>,
}

/// `# beanc: allow(public-ssh) "bastion"`
#[derive(Debug, Clone)]
pub struct Allow {
    /// The lints, as they are named.
    pub names: Vec<Word>,
    /// What is wrong with the comment, if anything is.
    pub fault: Option<AllowFault>,
    /// The comment.
    pub span: Span,
    /// Where warnings are allowed: a line, an entry, an item or the whole file.
    pub covers: Span,
}

/// Why a comment that begins with `beanc:` cannot be read as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowFault {
    /// It says something else than `allow`.
    NotAllow,
    /// No names in parentheses.
    NoNames,
    /// Nothing in quotes behind them.
    NoReason,
    /// Something behind the reason.
    Behind,
}

/// A name or other word, as written but without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: SmolStr,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// `application.shop.bucket`: one word or more, joined by dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The words; at least one.
    pub segments: Vec<Word>,
    /// All of it.
    pub span: Span,
}

impl Path {
    /// The first word, which says what kind of thing is meant.
    #[must_use]
    pub fn head(&self) -> &Word {
        &self.segments[0]
    }

    /// The words joined by dots again.
    #[must_use]
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self
            .segments
            .iter()
            .map(|word| word.text.as_str())
            .collect();
        texts.join(".")
    }
}

/// The `##` lines in front of an item or entry, joined by newlines.
pub type Docs = Option<SmolStr>;

/// Something at the top of a file.
#[derive(Debug, Clone)]
pub enum Item {
    /// `edition 2026`
    Edition(Edition),
    /// `import { shop } from "./shop.bean"`
    Import(Import),
    /// `param log_level: debug | info = info`
    Param(Declaration),
    /// `input release: string`
    Input(Declaration),
    /// `let name = value`
    Let(Binding),
    /// `output name = value`
    Output(Binding),
    /// `assert a > b else "text"`
    Assert(Assertion),
    /// `application`, `environment`, `template`, `network`, `platform` and
    /// `resource`.
    Block(BlockItem),
    /// `test "text" { … }`
    Test(Test),
}

impl Item {
    /// The whole item.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Edition(it) => it.span,
            Self::Import(it) => it.span,
            Self::Param(it) | Self::Input(it) => it.span,
            Self::Let(it) | Self::Output(it) => it.span,
            Self::Assert(it) => it.span,
            Self::Block(it) => it.span,
            Self::Test(it) => it.span,
        }
    }
}

/// `edition 2026`
#[derive(Debug, Clone)]
pub struct Edition {
    /// The year.
    pub year: i64,
    /// Where the year stands.
    pub year_span: Span,
    /// The whole item.
    pub span: Span,
}

/// `import { a, b as c } from "path"`
#[derive(Debug, Clone)]
pub struct Import {
    /// What is taken.
    pub names: Vec<ImportedName>,
    /// The path as written.
    pub path: Word,
    /// The whole item.
    pub span: Span,
}

/// One name of an import.
#[derive(Debug, Clone)]
pub struct ImportedName {
    /// What it is called there.
    pub name: Word,
    /// What it is called here, when that differs.
    pub alias: Option<Word>,
}

/// A `param` or an `input`.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Its name.
    pub name: Word,
    /// Its type.
    pub ty: TypeExpr,
    /// The value when none is given.
    pub default: Option<Expr>,
    /// `##` lines.
    pub docs: Docs,
    /// The whole item.
    pub span: Span,
}

/// The type of a param or input.
#[derive(Debug, Clone)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What a [`TypeExpr`] is.
#[derive(Debug, Clone)]
pub enum TypeExprKind {
    /// `string`, `duration`, …; the name is checked later.
    Name(SmolStr),
    /// `debug | info | warn`; a single quoted text is a union of one.
    Union(Vec<Word>),
    /// `list<T>`
    List(Box<TypeExpr>),
    /// Unreadable, and said so.
    Error,
}

impl fmt::Display for TypeExpr {
    /// As it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            TypeExprKind::Name(name) => f.write_str(name),
            TypeExprKind::Union(words) => {
                for (at, word) in words.iter().enumerate() {
                    let or = if at == 0 { "" } else { " | " };
                    write!(f, "{or}{}", word.text)?;
                }
                Ok(())
            }
            TypeExprKind::List(item) => write!(f, "list<{item}>"),
            TypeExprKind::Error => f.write_str("?"),
        }
    }
}

/// A `let` or an `output`.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Its name.
    pub name: Word,
    /// Its value.
    pub value: Expr,
    /// `##` lines.
    pub docs: Docs,
    /// The whole item.
    pub span: Span,
}

/// `assert condition else "message"`
#[derive(Debug, Clone)]
pub struct Assertion {
    /// What must hold.
    pub condition: Expr,
    /// What is said when it does not.
    pub message: Option<Expr>,
    /// The whole item.
    pub span: Span,
}

/// Which of the block items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// Versions, settings and environments that belong together.
    Application,
    /// Instances that run an application.
    Environment,
    /// An environment that is never emitted.
    Template,
    /// A VPC and its subnets.
    Network,
    /// What an instance runs an application with.
    Platform,
    /// A raw resource.
    Resource,
}

impl ItemKind {
    /// All of them, in the order of the language reference.
    pub const ALL: [Self; 6] = [
        Self::Application,
        Self::Environment,
        Self::Template,
        Self::Network,
        Self::Platform,
        Self::Resource,
    ];

    /// The word in the language.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Environment => "environment",
            Self::Template => "template",
            Self::Network => "network",
            Self::Platform => "platform",
            Self::Resource => "resource",
        }
    }
}

/// `environment shop-prod: web extends web_base { … }`
#[derive(Debug, Clone)]
pub struct BlockItem {
    /// Which kind of item.
    pub kind: ItemKind,
    /// The keyword's place.
    pub kind_span: Span,
    /// Its name.
    pub name: Word,
    /// What stands behind the colon: `web`, `existing`, `"AWS::RDS::DBInstance"`.
    pub variant: Option<Word>,
    /// What stands behind `extends`.
    pub parents: Vec<Parent>,
    /// The braces and all in them.
    pub body: Block,
    /// `##` lines.
    pub docs: Docs,
    /// The whole item.
    pub span: Span,
}

impl BlockItem {
    /// The head line without the body.
    #[must_use]
    pub fn head(&self) -> Span {
        let end = self.parents.last().map(|parent| parent.word().span);
        let end = end
            .or(self.variant.as_ref().map(|word| word.span))
            .unwrap_or(self.name.span);
        self.kind_span.to(end)
    }
}

/// Something to inherit from.
#[derive(Debug, Clone)]
pub enum Parent {
    /// An item of the program.
    Name(Word),
    /// `"nodejs-22"`: a platform of the standard library.
    Text(Word),
}

impl BlockItem {
    /// What it extends. `platform mine: custom` is a platform from nothing,
    /// which the library has under this name.
    #[must_use]
    pub fn extended(&self) -> Vec<Parent> {
        let custom = self
            .variant
            .as_ref()
            .filter(|variant| self.kind == ItemKind::Platform && variant.text == "custom");
        let custom = custom.map(|variant| Parent::Text(variant.clone()));
        custom.into_iter().chain(self.parents.clone()).collect()
    }
}

impl Parent {
    /// The word either way.
    #[must_use]
    pub fn word(&self) -> &Word {
        match self {
            Self::Name(word) | Self::Text(word) => word,
        }
    }
}

/// `{ … }`
#[derive(Debug, Clone)]
pub struct Block {
    /// The entries in the order in which they were written.
    pub entries: Vec<Entry>,
    /// From brace to brace.
    pub span: Span,
}

/// A line of a block.
#[derive(Debug, Clone)]
pub enum Entry {
    /// `key = value`, `key += value`
    Property(Property),
    /// `key label { … }`; also `key = { … }`.
    Block(NestedBlock),
    /// `...base.tags`
    Spread(Spread),
    /// `remove listener http`
    Remove(Remove),
    /// `assert a > b else "text"`
    Assert(Assertion),
}

impl Entry {
    /// The whole entry.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Property(it) => it.span,
            Self::Block(it) => it.span,
            Self::Spread(it) => it.span,
            Self::Remove(it) => it.span,
            Self::Assert(it) => it.span,
        }
    }
}

/// `key = value`
#[derive(Debug, Clone)]
pub struct Property {
    /// The key.
    pub key: Word,
    /// How the value meets an inherited one.
    pub op: AssignOp,
    /// The value; never [`ExprKind::Map`], which is a [`NestedBlock`].
    pub value: Expr,
    /// `##` lines.
    pub docs: Docs,
    /// The whole entry.
    pub span: Span,
}

/// `=` or `+=`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignOp {
    /// `=`: instead of what was inherited.
    Set,
    /// `+=`: behind what was inherited.
    Append,
}

/// `listener https { … }`
#[derive(Debug, Clone)]
pub struct NestedBlock {
    /// The key.
    pub key: Word,
    /// The names behind it.
    pub labels: Vec<Word>,
    /// The braces and all in them.
    pub body: Block,
    /// `##` lines.
    pub docs: Docs,
    /// The whole entry.
    pub span: Span,
}

/// `...path`
#[derive(Debug, Clone)]
pub struct Spread {
    /// What is spread.
    pub path: Path,
    /// The whole entry.
    pub span: Span,
}

/// `remove key label`
#[derive(Debug, Clone)]
pub struct Remove {
    /// The key.
    pub key: Word,
    /// The names behind it.
    pub labels: Vec<Word>,
    /// The whole entry.
    pub span: Span,
}

/// A value.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What an [`Expr`] is.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// `true`
    Bool(bool),
    /// `1_000`
    Int(i64),
    /// `"text ${expr}"`
    Text(Vec<TextPart>),
    /// `1h30m`
    Duration(Duration),
    /// `20GiB`
    Size(Size),
    /// `70%`
    Percent(Percent),
    /// `10.20.0.0/16`, host bits as written.
    Cidr(Cidr),
    /// `/24`
    Prefix(Prefix),
    /// A bare word: the value of an enum.
    Word(SmolStr),
    /// A dotted path: a reference. At least two segments.
    Path(Path),
    /// `cidr(network.main.cidr, /24, 3)`
    Call(Call),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ … }` where a value stands: in a list.
    Map(Block),
    /// `!a`, `-a`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`
    Binary(Box<Expr>, BinaryOp, Box<Expr>),
    /// `a ? b : c`
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Unreadable, and said so.
    Error,
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub enum TextPart {
    /// Text with its escapes already replaced.
    Literal(SmolStr),
    /// `${…}`
    Expr(Expr),
}

/// `function(arguments)`
#[derive(Debug, Clone)]
pub struct Call {
    /// The function's name.
    pub function: Word,
    /// What stands in the parentheses.
    pub arguments: Vec<Expr>,
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
}

impl BinaryOp {
    /// As written in the language.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
        }
    }
}

/// `test "…" { given … expect … }`
#[derive(Debug, Clone)]
pub struct Test {
    /// The keyword's place.
    pub keyword: Span,
    /// What it says it tests.
    pub name: Word,
    /// Its statements.
    pub statements: Vec<TestStatement>,
    /// `##` lines.
    pub docs: Docs,
    /// The whole item.
    pub span: Span,
}

/// A line of a test.
#[derive(Debug, Clone)]
pub enum TestStatement {
    /// `given environment.shop-prod { param certificate = "…" }`
    Given {
        /// What is tested.
        subject: Path,
        /// The params it is compiled with.
        params: Vec<Binding>,
        /// The whole statement.
        span: Span,
    },
    /// `expect self.instances.min >= 3 else "…"`
    Expect(Assertion),
    /// `expect_no_diagnostic warning`, `expect_diagnostic "E0901"`
    Diagnostic {
        /// Whether it must be there or must not.
        expected: bool,
        /// A severity, number or slug.
        which: Word,
        /// The whole statement.
        span: Span,
    },
    /// `snapshot cloudformation`
    Snapshot {
        /// What is compared with its snapshot.
        what: Word,
        /// The whole statement.
        span: Span,
    },
}
