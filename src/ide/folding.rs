//! What can be folded away: blocks, lists, comments and imports.

use super::Snapshot;
use crate::source::{FileId, Span};
use crate::syntax::ast::{ExprKind, Item};
use crate::syntax::tree::Node;

/// A part of a file that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// From the bracket to its partner, or all lines of a comment.
    pub span: Span,
    /// What it is.
    pub kind: FoldKind,
}

/// What a [`Fold`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldKind {
    /// A block or a list.
    Block,
    /// Comments on lines of their own, one below the other.
    Comment,
    /// Imports, one below the other.
    Imports,
}

/// The parts of a file that run over more than one line, in order.
#[must_use]
pub fn folds(snapshot: &Snapshot, file: FileId) -> Vec<Fold> {
    let (Some(tree), Some(source)) = (snapshot.tree(file), snapshot.source(file)) else {
        return Vec::new();
    };
    let text: &str = source.text();
    let mut spans = Vec::new();
    for item in &tree.items {
        Node::Item(item).each(&mut |node| match node {
            Node::Block(block) => spans.push((block.span, FoldKind::Block)),
            Node::Expr(expr) if matches!(expr.kind, ExprKind::List(_)) => {
                spans.push((expr.span, FoldKind::Block));
            }
            _ => {}
        });
        // Statements of a test have no block of their own.
        if let Item::Test(test) = item
            && let Some(brace) = source.text()[test.name.span.end as usize..].find('{')
        {
            let start = test.name.span.end as usize + brace;
            let span = Span::new(file, start, test.span.end as usize);
            spans.push((span, FoldKind::Block));
        }
    }
    spans.extend(comments(file, text).map(|span| (span, FoldKind::Comment)));
    spans.extend(imports(&tree.items).map(|span| (span, FoldKind::Imports)));
    let several_lines = |span: &Span| {
        let inside = text.get(span.start as usize..span.end as usize);
        inside.is_some_and(|inside| inside.contains('\n'))
    };
    let mut folds: Vec<Fold> = spans
        .into_iter()
        .filter(|(span, _)| several_lines(span))
        .map(|(span, kind)| Fold { span, kind })
        .collect();
    folds.sort_by_key(|fold| fold.span);
    folds
}

/// Runs of lines that hold nothing but a comment.
fn comments(file: FileId, text: &str) -> impl Iterator<Item = Span> {
    let mut runs: Vec<Span> = Vec::new();
    let mut start = 0;
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        let is_comment = content.starts_with('#') || content.starts_with("//");
        if is_comment {
            let span = Span::new(file, start + indent, start + indent + content.len());
            match runs.last_mut().filter(|_| open) {
                Some(run) => *run = run.to(span),
                None => runs.push(span),
            }
        }
        open = is_comment;
        start += line.len();
    }
    runs.into_iter()
}

/// Runs of imports with nothing between them.
fn imports(items: &[Item]) -> impl Iterator<Item = Span> {
    let is_import = |item: &Item| matches!(item, Item::Import(_));
    items
        .chunk_by(move |a, b| is_import(a) && is_import(b))
        .filter(move |run| run.len() > 1 && is_import(&run[0]))
        .filter_map(|run| Some(run.first()?.span().to(run.last()?.span())))
}
