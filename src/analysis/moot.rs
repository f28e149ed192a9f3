//! Complaints that another one makes moot: who mends what that says has mended them
//! too, or would have mended them for nothing.

use rustc_hash::FxHashSet;

use super::names::Names;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind};

/// Leaves of one mistake the message that says what to do.
pub(super) fn leave_one(names: &Names<'_>, diagnostics: &mut Diagnostics) {
    let of = |code: Code| -> Vec<Span> {
        let errors = diagnostics.errors().filter(|it| it.code == code);
        errors.map(|it| it.primary.span).collect()
    };
    let shapes = of(Code::WrongShape);
    let parents = of(Code::UnknownParent);
    let values = diagnostics
        .errors()
        .filter(|it| it.code != Code::UnquotedText);
    let values: FxHashSet<Span> = values.map(|it| it.primary.span).collect();
    let regions: FxHashSet<Span> = of(Code::UnknownRegion).into_iter().collect();
    let heads = match of(Code::NotYet).is_empty() {
        true => Vec::new(),
        false => resource_heads(names),
    };
    let is_moot = |it: &Diagnostic| {
        let place = it.primary.span;
        match it.code {
            // `env [ … ]`: it is a block, with or without `=`.
            Code::MissingEquals => shapes
                .iter()
                .any(|shape| shape.file == place.file && shape.start == place.start),
            // `extends application.shop`: as one word it is no parent either.
            // `resource "aws_s3_bucket" "b"`: nothing is made of it.
            Code::MalformedName => {
                parents.iter().any(|parent| place.contains(*parent))
                    || heads.iter().any(|head| head.contains(place))
            }
            // `platform = nodejs:22`: there is none of this name in quotes either.
            Code::UnquotedText => values.contains(&place),
            // Nothing is in a region that does not exist.
            Code::OtherRegion => it.related.iter().any(|label| regions.contains(&label.span)),
            _ => false,
        }
    };
    diagnostics.drop_moot(is_moot);
}

/// What stands in front of the bodies of raw resources.
fn resource_heads(names: &Names<'_>) -> Vec<Span> {
    let items = names.files.iter().flat_map(|file| &file.tree.items);
    let heads = items.filter_map(|item| match item {
        Item::Block(block) if block.kind == ItemKind::Resource => Some(Span {
            end: block.body.span.start,
            ..block.span
        }),
        _ => None,
    });
    heads.collect()
}
