//! What a kind says of itself to CloudFormation.

use super::{Attribute, Expr, Tags, Term, Tree};
use smol_str::SmolStr;

/// A kind lowered to CloudFormation: one resource, or several.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// The resources; the first has the logical id, others a suffix.
    pub list: Vec<Piece>,
    /// How attributes are had: the attribute's name, the piece, the way.
    pub gives: Vec<(&'static str, usize, Give)>,
}

/// One CloudFormation resource.
#[derive(Debug, Clone)]
pub struct Piece {
    /// What is put behind the logical id; empty for the first.
    pub suffix: &'static str,
    /// `AWS::EC2::SecurityGroup`
    pub ty: &'static str,
    /// `Properties`
    pub properties: Vec<(SmolStr, Tree)>,
    /// Attributes beside the properties: `CreationPolicy`, `UpdatePolicy`,
    /// `Metadata`.
    pub policies: Vec<(&'static str, Tree)>,
    /// Whether deletion policies must be written down: it holds data.
    pub stateful: bool,
    /// Whether what uses the resource has to wait for this piece as well.
    pub awaited: bool,
    gives: Vec<(&'static str, Give)>,
}

/// How an attribute of a piece is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Give {
    /// `{ "Ref": … }`
    Ref,
    /// `{ "Fn::GetAtt": […, name] }`
    GetAtt(&'static str),
}

/// A resource of this type.
#[must_use]
pub fn resource(ty: &'static str) -> Piece {
    Piece {
        suffix: "",
        ty,
        properties: Vec::new(),
        policies: Vec::new(),
        stateful: false,
        awaited: false,
        gives: Vec::new(),
    }
}

/// `Ref`
#[must_use]
pub fn reference() -> Give {
    Give::Ref
}

/// `Fn::GetAtt`
#[must_use]
pub fn get_att(name: &'static str) -> Give {
    Give::GetAtt(name)
}

impl Piece {
    /// Sets a property.
    #[must_use]
    pub fn set(mut self, key: &'static str, value: impl Into<Tree>) -> Self {
        self.properties
            .push((SmolStr::new_static(key), value.into()));
        self
    }

    /// Sets a property when there is a value.
    #[must_use]
    pub fn maybe<T: Into<Tree>>(self, key: &'static str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Sets `CreationPolicy`, `UpdatePolicy` or `Metadata` when there is one.
    #[must_use]
    pub fn policy(mut self, key: &'static str, value: Option<Tree>) -> Self {
        self.policies.extend(value.map(|value| (key, value)));
        self
    }

    /// It holds data: deletion policies are always written down.
    #[must_use]
    pub fn stateful(mut self) -> Self {
        self.stateful = true;
        self
    }

    /// What uses the resource has to wait for this piece as well.
    #[must_use]
    pub fn awaited(mut self) -> Self {
        self.awaited = true;
        self
    }

    /// A further resource beside the first.
    #[must_use]
    pub fn suffix(mut self, suffix: &'static str) -> Self {
        self.suffix = suffix;
        self
    }

    /// Says how an attribute is had from this piece.
    #[must_use]
    pub fn gives<K, T>(mut self, attribute: Attribute<K, T>, give: Give) -> Self {
        self.gives.push((attribute.name, give));
        self
    }
}

impl From<Piece> for Pieces {
    fn from(piece: Piece) -> Self {
        Self::default().and(piece)
    }
}

impl Pieces {
    /// The same with one more piece.
    #[must_use]
    pub fn and(mut self, mut piece: Piece) -> Self {
        let at = self.list.len();
        self.gives
            .extend(piece.gives.drain(..).map(|(name, give)| (name, at, give)));
        self.list.push(piece);
        self
    }
}

/// Tags as a list of `Key` and `Value`.
#[must_use]
pub fn tag_list(tags: &Tags) -> Tree {
    Tree::List(
        tags.0
            .iter()
            .map(|(key, value)| Tree::map().set("Key", key.clone()).set("Value", value))
            .collect(),
    )
}

/// The resource's own name where AWS demands one: `ShopComponent`.
#[must_use]
pub fn own_name() -> Tree {
    Tree::OwnName { prefix: None }
}

/// An attribute of the piece with this number of the same kind.
#[must_use]
pub fn sibling(piece: usize, attribute: &'static str) -> Tree {
    Tree::Sibling {
        piece,
        argument: attribute,
    }
}

/// `Metadata` that keeps rules of cfn-lint from being applied.
#[must_use]
pub fn ignored(rules: &[&'static str]) -> Tree {
    let rules = Tree::list(rules.iter().copied());
    let config = Tree::map().set("config", Tree::map().set("ignore_checks", rules));
    Tree::map().set("cfn-lint", config)
}

/// A number, or yes or no, where CloudFormation wants text.
#[must_use]
pub fn as_text<T>(expr: &Expr<T>) -> Tree {
    match &expr.term {
        Term::Int(number) => Tree::Leaf(Term::from(number.to_string()), expr.span),
        Term::Bool(it) => Tree::Leaf(Term::from(it.to_string()), expr.span),
        _ => expr.into(),
    }
}
