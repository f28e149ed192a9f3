//! A lowered value: JSON whose leaves may still be terms.
//!
//! Both targets are written from this; only `backend` knows how a term looks.

use smol_str::SmolStr;

use super::{Expr, ExprList, Lines, Tags, Term};
use crate::source::Span;

/// A lowered value.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// A term, and the user's expression behind it.
    Leaf(Term, Option<Span>),
    /// An array.
    List(Vec<Tree>),
    /// An object, in the order in which it is written.
    Map(Vec<(SmolStr, Tree)>),
    /// A JSON document that AWS takes as one value: an object in
    /// CloudFormation, text in Terraform.
    Document(Box<Tree>),
    /// Text that AWS wants in Base64.
    Base64(Lines),
    /// The resource's own name as a physical name: whole, or as a prefix of at
    /// most so many characters.
    OwnName {
        /// The greatest length of a prefix.
        prefix: Option<usize>,
    },
    /// An attribute of another piece of the same resource.
    Sibling {
        /// Which piece.
        piece: usize,
        /// The target's name of the attribute; empty for `Ref`.
        argument: &'static str,
    },
}

impl Tree {
    /// An object without anything in it.
    #[must_use]
    pub fn map() -> Self {
        Self::Map(Vec::new())
    }

    /// An array.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// The object with this key as well.
    #[must_use]
    pub fn set(self, key: impl Into<SmolStr>, value: impl Into<Self>) -> Self {
        match self {
            Self::Map(mut entries) => {
                entries.push((key.into(), value.into()));
                Self::Map(entries)
            }
            other => other,
        }
    }

    /// The object with this key as well, when there is a value.
    #[must_use]
    pub fn maybe<T: Into<Self>>(self, key: impl Into<SmolStr>, value: Option<T>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// Whether it is an array or object without anything in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::Leaf(..)
            | Self::Document(_)
            | Self::Base64(_)
            | Self::OwnName { .. }
            | Self::Sibling { .. } => false,
        }
    }
}

impl<T: Into<Term>> From<T> for Tree {
    fn from(term: T) -> Self {
        Self::Leaf(term.into(), None)
    }
}

impl<T> From<&Expr<T>> for Tree {
    fn from(expr: &Expr<T>) -> Self {
        Self::Leaf(expr.term.clone(), expr.span)
    }
}

impl<T> From<Expr<T>> for Tree {
    fn from(expr: Expr<T>) -> Self {
        Self::Leaf(expr.term, expr.span)
    }
}

impl<T> From<&ExprList<T>> for Tree {
    fn from(list: &ExprList<T>) -> Self {
        match list {
            ExprList::Items(items) => Self::list(items),
            ExprList::Whole(list) => list.into(),
        }
    }
}

impl<T> From<&Vec<Expr<T>>> for Tree {
    fn from(items: &Vec<Expr<T>>) -> Self {
        Self::list(items)
    }
}

/// As an object: Terraform's form. CloudFormation's is [`super::cfn::tag_list`].
impl From<&Tags> for Tree {
    fn from(tags: &Tags) -> Self {
        Self::Map(
            tags.0
                .iter()
                .map(|(key, value)| (key.clone(), value.into()))
                .collect(),
        )
    }
}
