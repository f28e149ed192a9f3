//! What a file names.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::syntax::ast::{
    Assertion, Block, Entry, Expr, ExprKind, Item, Parent, Path, TestStatement, TextPart,
};

/// Every name that stands behind the head of a path, or in `extends`.
pub(super) fn named_in<'a>(items: impl IntoIterator<Item = &'a Item>) -> FxHashSet<&'a SmolStr> {
    let mut used = FxHashSet::default();
    let mut paths = Vec::new();
    for item in items {
        match item {
            Item::Param(it) | Item::Input(it) => {
                paths.extend(it.default.iter().flat_map(paths_of));
            }
            Item::Let(it) | Item::Output(it) => paths.extend(paths_of(&it.value)),
            Item::Assert(it) => in_assertion(it, &mut paths),
            Item::Block(block) => {
                in_block(&block.body, &mut paths);
                used.extend(block.parents.iter().filter_map(|parent| match parent {
                    Parent::Name(word) => Some(&word.text),
                    Parent::Text(_) => None,
                }));
            }
            Item::Test(test) => {
                for statement in &test.statements {
                    match statement {
                        TestStatement::Given {
                            subject, params, ..
                        } => {
                            paths.push(subject);
                            for param in params {
                                paths.extend(paths_of(&param.value));
                            }
                        }
                        TestStatement::Expect(it) => in_assertion(it, &mut paths),
                        TestStatement::Diagnostic { .. } | TestStatement::Snapshot { .. } => {}
                    }
                }
            }
            Item::Edition(_) | Item::Import(_) => {}
        }
    }
    used.extend(
        paths
            .into_iter()
            .filter_map(|path| Some(&path.segments.get(1)?.text)),
    );
    used
}

/// The paths in an expression, in the order in which they are written.
pub(super) fn paths_of(expr: &Expr) -> Vec<&Path> {
    let mut paths = Vec::new();
    in_expr(expr, &mut paths);
    paths
}

fn in_expr<'a>(expr: &'a Expr, paths: &mut Vec<&'a Path>) {
    match &expr.kind {
        ExprKind::Path(path) => paths.push(path),
        ExprKind::Text(parts) => {
            for part in parts {
                if let TextPart::Expr(expr) = part {
                    in_expr(expr, paths);
                }
            }
        }
        ExprKind::Call(call) => call.arguments.iter().for_each(|it| in_expr(it, paths)),
        ExprKind::List(items) => items.iter().for_each(|it| in_expr(it, paths)),
        ExprKind::Map(block) => in_block(block, paths),
        ExprKind::Unary(_, operand) => in_expr(operand, paths),
        ExprKind::Binary(left, _, right) => {
            in_expr(left, paths);
            in_expr(right, paths);
        }
        ExprKind::Conditional(condition, yes, no) => {
            in_expr(condition, paths);
            in_expr(yes, paths);
            in_expr(no, paths);
        }
        ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Duration(_)
        | ExprKind::Size(_)
        | ExprKind::Percent(_)
        | ExprKind::Cidr(_)
        | ExprKind::Prefix(_)
        | ExprKind::Word(_)
        | ExprKind::Error => {}
    }
}

fn in_block<'a>(block: &'a Block, paths: &mut Vec<&'a Path>) {
    for entry in &block.entries {
        match entry {
            Entry::Property(property) => in_expr(&property.value, paths),
            Entry::Block(nested) => in_block(&nested.body, paths),
            Entry::Spread(spread) => paths.push(&spread.path),
            Entry::Assert(assertion) => in_assertion(assertion, paths),
            Entry::Remove(_) => {}
        }
    }
}

fn in_assertion<'a>(assertion: &'a Assertion, paths: &mut Vec<&'a Path>) {
    in_expr(&assertion.condition, paths);
    if let Some(message) = &assertion.message {
        in_expr(message, paths);
    }
}
