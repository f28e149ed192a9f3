//! Values of resources: known, or known once something else exists.

use std::marker::PhantomData;

use smol_str::SmolStr;

use super::References;
use crate::schema::Pseudo;
use crate::source::Span;

/// A resource's place in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A value of type `T` as AWS will see it.
#[derive(Debug)]
pub struct Expr<T> {
    /// What it is.
    pub term: Term,
    /// The user's expression behind it; none for what `expand` decided.
    pub span: Option<Span>,
    ty: PhantomData<fn() -> T>,
}

impl<T> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self {
            term: self.term.clone(),
            span: self.span,
            ty: PhantomData,
        }
    }
}

impl<T> Expr<T> {
    /// A value made of a term; the caller answers for the type.
    pub fn new(term: impl Into<Term>) -> Self {
        Self {
            term: term.into(),
            span: None,
            ty: PhantomData,
        }
    }

    /// The same, with the user's expression behind it.
    #[must_use]
    pub fn at(mut self, span: Option<Span>) -> Self {
        self.span = span;
        self
    }

    /// The same value as another type: an ARN where text is wanted.
    #[must_use]
    pub fn cast<U>(self) -> Expr<U> {
        Expr {
            term: self.term,
            span: self.span,
            ty: PhantomData,
        }
    }
}

impl<T, V: Into<Term>> From<V> for Expr<T> {
    fn from(value: V) -> Self {
        Self::new(value)
    }
}

impl<T> References for Expr<T> {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        self.term.references(visit);
    }
}

/// Several values of type `T`.
#[derive(Debug, Clone)]
pub enum ExprList<T> {
    /// One by one.
    Items(Vec<Expr<T>>),
    /// A term that is a list: a parameter or an input.
    Whole(Expr<T>),
}

impl<T> ExprList<T> {
    /// The values as one text, with commas between them.
    #[must_use]
    pub fn into_text(self) -> Term {
        match self {
            Self::Whole(list) => Term::Commas(Box::new(list.term)),
            Self::Items(items) => Term::join(items.into_iter().enumerate().flat_map(|(at, it)| {
                let comma = if at == 0 { "" } else { "," };
                [Term::from(comma), it.term]
            })),
        }
    }
}

impl<T> References for ExprList<T> {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Items(items) => items.references(visit),
            Self::Whole(list) => list.references(visit),
        }
    }
}

/// What an [`Expr`] is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// Text, as it is: targets escape it.
    Text(SmolStr),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// Yes or no.
    Bool(bool),
    /// An attribute of another resource of the same graph.
    Attribute {
        /// The resource.
        node: NodeId,
        /// Which of its attributes.
        name: &'static str,
        /// The user's expression that wants it; none when `expand` does.
        span: Option<Span>,
    },
    /// A value given at deploy time.
    Input(SmolStr),
    /// A parameter of Systems Manager, read at deploy time.
    Parameter(Parameter),
    /// What the target knows of itself.
    Pseudo(Pseudo),
    /// An availability zone of the region.
    Zone {
        /// Its number, from 0.
        number: usize,
        /// Its name where the region is known.
        name: Option<&'static str>,
    },
    /// The name of the stack; for lowerings to CloudFormation alone.
    StackName,
    /// The id of the stack; for lowerings to CloudFormation alone.
    StackId,
    /// The pieces one behind the other, as text.
    Join(Vec<Term>),
    /// The members of a list with commas between them, as text.
    Commas(Box<Term>),
}

/// A parameter of Systems Manager.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Parameter {
    /// Its name: `/bean/main/id`.
    pub name: SmolStr,
    /// What it holds.
    pub ty: ParameterType,
}

/// What a parameter holds, so that a target can check it before anything is
/// made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParameterType {
    /// Text.
    Text,
    /// The id of a machine image.
    Image,
    /// The id of a VPC.
    Vpc,
    /// The ids of subnets, separated by commas.
    Subnets,
    /// The id of a security group.
    SecurityGroup,
}

impl Term {
    /// The terms one behind the other; neighbouring texts become one.
    pub fn join(terms: impl IntoIterator<Item = Self>) -> Self {
        let mut joined: Vec<Self> = Vec::new();
        let mut push = |term: Self| match (joined.last_mut(), term) {
            (_, Self::Text(text)) if text.is_empty() => {}
            (Some(Self::Text(last)), Self::Text(text)) => *last = format!("{last}{text}").into(),
            (_, term) => joined.push(term),
        };
        for term in terms {
            match term {
                Self::Join(terms) => terms.into_iter().for_each(&mut push),
                term => push(term),
            }
        }
        match joined.len() {
            0 => Self::Text(SmolStr::default()),
            1 => joined.remove(0),
            _ => Self::Join(joined),
        }
    }

    /// The same, where it is the user's expression at `place` that wants the
    /// attributes in it.
    #[must_use]
    pub fn wanted_at(self, place: Span) -> Self {
        match self {
            Self::Attribute { node, name, .. } => Self::Attribute {
                node,
                name,
                span: Some(place),
            },
            Self::Join(terms) => {
                let terms = terms.into_iter().map(|term| term.wanted_at(place));
                Self::Join(terms.collect())
            }
            term => term,
        }
    }
}

impl From<&str> for Term {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Term {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<SmolStr> for Term {
    fn from(text: SmolStr) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Term {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Term {
    fn from(it: bool) -> Self {
        Self::Bool(it)
    }
}

impl From<Pseudo> for Term {
    fn from(pseudo: Pseudo) -> Self {
        Self::Pseudo(pseudo)
    }
}

impl From<Parameter> for Term {
    fn from(parameter: Parameter) -> Self {
        Self::Parameter(parameter)
    }
}

/// A resource of kind `K` in the graph at hand. Only adding a resource to a
/// graph makes one, so what it names exists and was added before.
#[derive(Debug)]
pub struct Ref<K> {
    node: NodeId,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for Ref<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Ref<K> {}

impl<K> Ref<K> {
    /// For the graph: the resource that was just added there.
    pub(crate) fn new(node: NodeId) -> Self {
        Self {
            node,
            kind: PhantomData,
        }
    }

    /// Its place in the graph.
    #[must_use]
    pub fn node(self) -> NodeId {
        self.node
    }

    /// One of its attributes.
    #[must_use]
    pub fn attr<T>(self, attribute: Attribute<K, T>) -> Expr<T> {
        Expr::new(Term::Attribute {
            node: self.node,
            name: attribute.name,
            span: None,
        })
    }
}

impl<K> From<Ref<K>> for NodeId {
    fn from(resource: Ref<K>) -> Self {
        resource.node
    }
}

/// What a resource of kind `K` gives to others: a value of type `T`.
#[derive(Debug)]
pub struct Attribute<K, T> {
    /// Its name, the same for both targets.
    pub name: &'static str,
    ty: PhantomData<fn() -> (K, T)>,
}

impl<K, T> Clone for Attribute<K, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, T> Copy for Attribute<K, T> {}

impl<K, T> Attribute<K, T> {
    /// An attribute with this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            ty: PhantomData,
        }
    }
}

/// Declares names for what an [`Expr`] holds.
macro_rules! types {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        $($(#[doc = $doc])* #[derive(Debug, Clone, Copy)] pub enum $name {})*
    };
}

types! {
    /// Any text.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// Yes or no.
    Bool,
    /// An Amazon resource name.
    Arn,
    /// A range of addresses.
    Cidr,
    /// `vpc-…`
    VpcId,
    /// `subnet-…`
    SubnetId,
    /// `sg-…`
    GroupId,
    /// `ami-…`
    ImageId,
    /// The id of something that only its own kind of resource refers to.
    Id,
    /// The name of something.
    Name,
}
