//! What a kind says of itself to Terraform.

use super::{Attribute, Tree};
use smol_str::SmolStr;

/// A kind lowered to Terraform: blocks of resources and data.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// The blocks; all have the resource's label.
    pub list: Vec<Piece>,
    /// How attributes are had: the attribute's name, the piece, the argument.
    pub gives: Vec<(&'static str, usize, &'static str)>,
}

/// One block.
#[derive(Debug, Clone)]
pub struct Piece {
    /// `resource` or `data`.
    pub mode: Mode,
    /// `aws_security_group`
    pub ty: &'static str,
    /// What is put behind the label, with `_`; needed only when one kind has
    /// two blocks of one type.
    pub suffix: &'static str,
    /// The arguments; nested blocks are objects or arrays of objects.
    pub arguments: Vec<(SmolStr, Tree)>,
    /// `lifecycle { create_before_destroy = true }`
    pub create_before_destroy: bool,
    /// Arguments that others change: `ignore_changes`.
    pub ignore_changes: Vec<&'static str>,
    /// The argument that keeps the resource when its block goes.
    pub kept_by: Option<&'static str>,
    gives: Vec<(&'static str, &'static str)>,
}

/// Whether a block makes something or looks something up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// `resource`
    Resource,
    /// `data`
    Data,
}

/// A resource block of this type.
#[must_use]
pub fn block(ty: &'static str) -> Piece {
    Piece {
        mode: Mode::Resource,
        ty,
        suffix: "",
        arguments: Vec::new(),
        create_before_destroy: false,
        ignore_changes: Vec::new(),
        kept_by: None,
        gives: Vec::new(),
    }
}

/// A data block of this type.
#[must_use]
pub fn data(ty: &'static str) -> Piece {
    Piece {
        mode: Mode::Data,
        ..block(ty)
    }
}

impl Piece {
    /// Sets an argument.
    #[must_use]
    pub fn set(mut self, key: &'static str, value: impl Into<Tree>) -> Self {
        self.arguments
            .push((SmolStr::new_static(key), value.into()));
        self
    }

    /// Sets an argument when there is a value.
    #[must_use]
    pub fn maybe<T: Into<Tree>>(self, key: &'static str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self,
        }
    }

    /// What is put behind the label.
    #[must_use]
    pub fn suffix(mut self, suffix: &'static str) -> Self {
        self.suffix = suffix;
        self
    }

    /// A change that replaces it makes the new one first.
    #[must_use]
    pub fn create_before_destroy(mut self) -> Self {
        self.create_before_destroy = true;
        self
    }

    /// Others change this argument.
    #[must_use]
    pub fn ignore_changes(mut self, argument: &'static str) -> Self {
        self.ignore_changes.push(argument);
        self
    }

    /// The argument that keeps the resource when its block goes:
    /// `skip_destroy`.
    #[must_use]
    pub fn kept_by(mut self, argument: &'static str) -> Self {
        self.kept_by = Some(argument);
        self
    }

    /// Says how an attribute is had from this piece.
    #[must_use]
    pub fn gives<K, T>(mut self, attribute: Attribute<K, T>, argument: &'static str) -> Self {
        self.gives.push((attribute.name, argument));
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
        self.gives.extend(
            piece
                .gives
                .drain(..)
                .map(|(name, argument)| (name, at, argument)),
        );
        self.list.push(piece);
        self
    }
}

/// The resource's own name as the prefix of a physical name, cut to at most
/// `limit` characters: `shop-prod-role-`.
#[must_use]
pub fn own_label(limit: usize) -> Tree {
    Tree::OwnName {
        prefix: Some(limit),
    }
}

/// The resource's own name where AWS demands one: `shop-prod-policy-cpu-high`.
#[must_use]
pub fn own_name() -> Tree {
    Tree::OwnName { prefix: None }
}

/// An attribute of the piece with this number of the same kind, written as a
/// reference to it: `aws_s3_bucket.label.id`.
#[must_use]
pub fn sibling(piece: usize, argument: &'static str) -> Tree {
    Tree::Sibling { piece, argument }
}
