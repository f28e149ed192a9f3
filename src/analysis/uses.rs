//! What a file names, and what it declares or imports for nothing.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::errors;
use super::load::{Imported, Loaded};
use crate::diagnostic::Diagnostics;
use crate::source::{Sources, Span};
use crate::syntax::ast::{
    Assertion, Block, Entry, Expr, ExprKind, File, Import, Item, ItemKind, Parent, Path,
    TestStatement, TextPart,
};

/// Warns of imports that a file does not use, and of what the entry file, the
/// first, declares and does not use. For programs without errors: a misspelt
/// name makes the right one look unused.
pub(super) fn check(files: &[Loaded], sources: &Sources, diagnostics: &mut Diagnostics) {
    for (number, loaded) in files.iter().enumerate() {
        let of_library = loaded.folder.is_none();
        if of_library || loaded.tree.damaged {
            continue;
        }
        let used = named_in(&loaded.tree.items);
        // Environments find the only application by themselves.
        let finds_application = has(&loaded.tree, &[ItemKind::Environment, ItemKind::Template]);
        for item in &loaded.tree.items {
            if let Item::Import(import) = item {
                imported(import, sources, diagnostics, |name| {
                    let imported = loaded.imports.get(name);
                    let application = imported.is_some_and(|imported| {
                        declares_application(&files[imported.file].tree, &imported.name)
                    });
                    let with_another =
                        || imported.is_some_and(|it| comes_with_another(it, loaded, &used, files));
                    used.contains(name) || (finds_application && application) || with_another()
                });
            }
        }
        // A file without environments declares for others.
        if number == 0 && has(&loaded.tree, &[ItemKind::Environment]) {
            for item in &loaded.tree.items {
                let (what, name) = match item {
                    Item::Param(it) => ("param", &it.name),
                    Item::Input(it) => ("input", &it.name),
                    Item::Let(it) => ("let", &it.name),
                    _ => continue,
                };
                if !used.contains(&name.text) {
                    diagnostics.report(errors::unused(what, name));
                }
            }
        }
    }
}

fn imported(
    import: &Import,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
    is_used: impl Fn(&SmolStr) -> bool,
) {
    let spans: Vec<Span> = import
        .names
        .iter()
        .map(|name| match &name.alias {
            Some(alias) => name.name.span.to(alias.span),
            None => name.name.span,
        })
        .collect();
    for (at, name) in import.names.iter().enumerate() {
        let local = name.alias.as_ref().unwrap_or(&name.name);
        if is_used(&local.text) {
            continue;
        }
        // With its comma, or the whole line when it is the only one.
        let (start, end) = match (at.checked_sub(1), spans.get(at + 1)) {
            (Some(before), _) => (spans[before].end, spans[at].end),
            (None, Some(next)) => (spans[at].start, next.start),
            (None, None) => {
                let Span { start, end, .. } = import.span;
                let text = sources.file(import.span.file).text();
                let behind = text.get(end as usize..).unwrap_or_default();
                (start, end + u32::from(behind.starts_with('\n')))
            }
        };
        let waste = Span {
            start,
            end,
            ..import.span
        };
        diagnostics.report(errors::unused_import(local, waste));
    }
}

fn has(file: &File, kinds: &[ItemKind]) -> bool {
    file.items
        .iter()
        .any(|item| matches!(item, Item::Block(block) if kinds.contains(&block.kind)))
}

fn declares_application(file: &File, name: &SmolStr) -> bool {
    file.items.iter().any(|item| {
        matches!(item, Item::Block(block)
            if block.kind == ItemKind::Application && block.name.text == *name)
    })
}

/// Whether something else that is imported from there, and used, names it:
/// readers see what the template that they extend stands on.
fn comes_with_another(
    imported: &Imported,
    importer: &Loaded,
    used: &FxHashSet<&SmolStr>,
    files: &[Loaded],
) -> bool {
    let others = importer.imports.iter().filter(|(name, other)| {
        other.file == imported.file && other.name != imported.name && used.contains(name)
    });
    let others: Vec<&SmolStr> = others.map(|(_, other)| &other.name).collect();
    let items = files[imported.file].tree.items.iter();
    items
        .filter(|item| matches!(item, Item::Block(block) if others.contains(&&block.name.text)))
        .any(|item| named_in([item]).contains(&imported.name))
}

/// Every name that stands behind the head of a path, or in `extends`.
fn named_in<'a>(items: impl IntoIterator<Item = &'a Item>) -> FxHashSet<&'a SmolStr> {
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
