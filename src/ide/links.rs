//! Paths in a program that lead to other files: imports and `file()`.

use std::path::PathBuf;

use super::Snapshot;
use crate::disk::normalize;
use crate::source::{FileId, Span};
use crate::syntax::ast::{ExprKind, Item, TextPart};
use crate::syntax::tree::Node;

/// A path that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The path between its quotes.
    pub span: Span,
    /// Where it leads.
    pub target: Target,
}

/// Where a [`Link`] leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file of the project, which may be missing.
    Path(PathBuf),
    /// A file of the standard library, by its path behind `std/`.
    Library(String),
}

/// The links of a file, in order.
#[must_use]
pub fn links(snapshot: &Snapshot, file: FileId) -> Vec<Link> {
    let Some(loaded) = snapshot.loaded(file) else {
        return Vec::new();
    };
    let resolve = |written: &str| -> Option<Target> {
        let folder = loaded.folder.as_ref()?;
        let below = normalize(&folder.join(written));
        let outside = below.is_absolute() || below.starts_with("..");
        (!outside).then(|| Target::Path(snapshot.root().join(below)))
    };
    let mut links = Vec::new();
    let mut add = |quoted: Span, target: Option<Target>| {
        let inside = Span {
            start: quoted.start + 1,
            end: quoted.end.saturating_sub(1),
            ..quoted
        };
        if inside.start < inside.end {
            links.extend(target.map(|target| Link {
                span: inside,
                target,
            }));
        }
    };
    for item in &loaded.tree.items {
        if let Item::Import(import) = item {
            let written = import.path.text.as_str();
            let target = match written.strip_prefix("std/") {
                Some(library) => {
                    let path = format!("{}.bean", library.trim_end_matches(".bean"));
                    let known = crate::stdlib::file(&path).is_some();
                    known.then_some(Target::Library(path))
                }
                None => resolve(written),
            };
            add(import.path.span, target);
        }
        Node::Item(item).each(&mut |node| {
            let Node::Expr(expr) = node else { return };
            let ExprKind::Call(call) = &expr.kind else {
                return;
            };
            if call.function.text != "file" {
                return;
            }
            if let Some(argument) = call.arguments.first()
                && let ExprKind::Text(parts) = &argument.kind
                && let [TextPart::Literal(path)] = parts.as_slice()
            {
                add(argument.span, resolve(path));
            }
        });
    }
    links
}
