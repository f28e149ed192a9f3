//! Places in resolved values, after text in front of them has changed.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{
    Attribute, Keyed, Late, LatePart, Lately, Map, Named, Nested, Node, Origin, Reference,
    Resolved, Schema, Secret, Setting, Unread, Value, Written,
};
use crate::ordered::IndexMap;
use crate::source::{Shift, Span};
use crate::units::{Cidr, Duration, Percent, Prefix, Size};

/// What knows where it is written. Structs are taken apart whole, so that a new
/// field cannot be forgotten.
pub trait Moved {
    /// Brings every place in it to where it is now.
    fn shift(&mut self, by: Shift);
}

/// Implements [`Moved`] for types without places.
#[macro_export]
macro_rules! placeless {
    ($($ty:ty),* $(,)?) => {$(
        impl $crate::schema::Moved for $ty {
            fn shift(&mut self, _: $crate::source::Shift) {}
        }
    )*};
}

placeless! {
    bool, i64, u16, SmolStr, Duration, Size, Percent, Cidr, Prefix, Secret, Unread,
}

impl Moved for Span {
    fn shift(&mut self, by: Shift) {
        *self = by.span(*self);
    }
}

impl<T: Moved> Moved for Option<T> {
    fn shift(&mut self, by: Shift) {
        if let Some(it) = self {
            it.shift(by);
        }
    }
}

impl<T: Moved> Moved for Vec<T> {
    fn shift(&mut self, by: Shift) {
        for it in self {
            it.shift(by);
        }
    }
}

impl<T: Moved> Moved for (T, Span) {
    fn shift(&mut self, by: Shift) {
        self.0.shift(by);
        self.1.shift(by);
    }
}

impl<T: Moved> Moved for IndexMap<SmolStr, T> {
    fn shift(&mut self, by: Shift) {
        for it in self.values_mut() {
            it.shift(by);
        }
    }
}

impl<T: Moved> Moved for Setting<T> {
    fn shift(&mut self, by: Shift) {
        let Self { value, origin } = self;
        value.shift(by);
        if let Origin::Written(written) = origin
            && written.spans().any(|span| by.span(span) != span)
        {
            for span in Arc::make_mut(written).spans_mut() {
                span.shift(by);
            }
        }
    }
}

impl Written {
    fn spans(&self) -> impl Iterator<Item = Span> {
        let hidden = self.hides.iter().map(|it| it.span);
        [self.key, self.span].into_iter().chain(hidden)
    }

    fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        let hidden = self.hides.iter_mut().map(|it| &mut it.span);
        [&mut self.key, &mut self.span].into_iter().chain(hidden)
    }
}

impl<B: Schema> Moved for Nested<B> {
    fn shift(&mut self, by: Shift) {
        let Self { span, block } = self;
        span.shift(by);
        block.shift(by);
    }
}

impl<B: Schema> Moved for Keyed<B> {
    fn shift(&mut self, by: Shift) {
        let Self(blocks, disabled) = self;
        blocks.shift(by);
        disabled.shift(by);
    }
}

impl<B: Schema> Moved for Named<B> {
    fn shift(&mut self, by: Shift) {
        let Self { name, span, block } = self;
        name.shift(by);
        span.shift(by);
        block.shift(by);
    }
}

impl<T: Moved> Moved for Map<T> {
    fn shift(&mut self, by: Shift) {
        let Self(values) = self;
        values.shift(by);
    }
}

impl<T: Moved> Moved for Lately<T> {
    fn shift(&mut self, by: Shift) {
        match self {
            Self::Now(it) => it.shift(by),
            Self::Later(late) => late.shift(by),
        }
    }
}

impl Moved for Resolved {
    fn shift(&mut self, by: Shift) {
        let Self { span, properties } = self;
        span.shift(by);
        properties.shift(by);
    }
}

impl Moved for Node {
    fn shift(&mut self, by: Shift) {
        match self {
            Self::Value(it) => it.shift(by),
            Self::Block(it) => it.shift(by),
            Self::Keyed(blocks, disabled) => {
                blocks.shift(by);
                disabled.shift(by);
            }
            Self::Map(it) => it.shift(by),
        }
    }
}

impl Moved for Value {
    fn shift(&mut self, by: Shift) {
        match self {
            Self::List(it) => it.shift(by),
            Self::Map(it) => it.shift(by),
            Self::Reference(it) => it.shift(by),
            Self::Late(it) => it.shift(by),
            Self::Tagged(_, it) => it.shift(by),
            Self::Bool(_)
            | Self::Int(_)
            | Self::Text(_)
            | Self::Duration(_)
            | Self::Size(_)
            | Self::Percent(_)
            | Self::Cidr(_)
            | Self::Prefix(_)
            | Self::Word(_)
            | Self::Secret(_) => {}
        }
    }
}

impl Moved for Reference {
    fn shift(&mut self, by: Shift) {
        self.span.shift(by);
    }
}

impl Moved for Late {
    fn shift(&mut self, by: Shift) {
        for part in &mut self.parts {
            match part {
                LatePart::Input(_, span) | LatePart::Attribute(Attribute { span, .. }) => {
                    span.shift(by);
                }
                LatePart::Literal(_) | LatePart::Aws(_) => {}
            }
        }
    }
}
