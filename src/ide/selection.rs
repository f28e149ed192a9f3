//! What «expand selection» selects.

use super::Snapshot;
use crate::source::{FileId, Span};
use crate::syntax::ast::ExprKind;
use crate::syntax::tree::Node;

/// The pieces around an offset, innermost first, the file last.
#[must_use]
pub fn ranges(snapshot: &Snapshot, file: FileId, offset: u32) -> Vec<Span> {
    let (Some(tree), Some(source)) = (snapshot.tree(file), snapshot.source(file)) else {
        return Vec::new();
    };
    let whole = Span::new(file, 0, source.text().len());
    let mut around = vec![whole];
    let mut push = |span: Span| {
        if around.last().is_some_and(|last| *last != span) {
            around.push(span);
        }
    };
    // A cursor behind a word still means it.
    let holds = |span: Span| span.start <= offset && offset <= span.end;
    let behind = tree.items.partition_point(|it| it.span().start <= offset);
    let item = behind.checked_sub(1).and_then(|at| tree.items.get(at));
    let mut node = item.map(Node::Item).filter(|it| holds(it.span()));
    while let Some(inner) = node {
        push(inner.span());
        let span = inner.span();
        let text = source.text();
        // Between the brackets or quotes, before what is around them.
        let bracketed = match inner {
            Node::Block(_) => true,
            Node::Expr(expr) => matches!(expr.kind, ExprKind::Text(_) | ExprKind::List(_)),
            _ => false,
        };
        let inside = Span {
            start: span.start + 1,
            end: span.end.saturating_sub(1),
            ..span
        };
        let closed = text[span.start as usize..span.end as usize].ends_with(['}', ']', '"']);
        if bracketed && closed && inside.start <= inside.end && holds(inside) {
            push(inside);
        }
        node = inner.children().into_iter().rfind(|it| holds(it.span()));
    }
    around.reverse();
    around
}
