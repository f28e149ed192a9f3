//! What a file names.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::syntax::ast::{Expr, Item, Parent, Path};
use crate::syntax::tree::Node;

/// Every name that stands behind the head of a path, or in `extends`.
pub(super) fn named_in<'a>(items: impl IntoIterator<Item = &'a Item>) -> FxHashSet<&'a SmolStr> {
    let mut used = FxHashSet::default();
    for item in items {
        if let Item::Block(block) = item {
            used.extend(block.parents.iter().filter_map(|parent| match parent {
                Parent::Name(word) => Some(&word.text),
                Parent::Text(_) => None,
            }));
        }
        let paths = paths_in(Node::Item(item));
        used.extend(
            paths
                .into_iter()
                .filter_map(|path| Some(&path.segments.get(1)?.text)),
        );
    }
    used
}

/// The paths in an expression, in the order in which they are written.
#[must_use]
pub fn paths_of(expr: &Expr) -> Vec<&Path> {
    paths_in(Node::Expr(expr))
}

fn paths_in(node: Node<'_>) -> Vec<&Path> {
    let mut paths = Vec::new();
    node.each(&mut |node| {
        if let Node::Path(path) = node {
            paths.push(path);
        }
    });
    paths
}
