//! What a file says and does not need, and what it leaves unsaid.

use super::{Ground, edit};
use crate::analysis::layers::{Merged, Node};
use crate::analysis::load::Loaded;
use crate::analysis::uses::paths_of;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::Map;
use crate::source::{Sources, Span};
use crate::syntax::ast::{
    AssignOp, Block, BlockItem, Call, Entry, Expr, ExprKind, Item, ItemKind, Property, TextPart,
    Word,
};

/// A value that is what is inherited anyway. Only values that are the same
/// wherever they stand: those that name something may come to something else for
/// each heir.
pub(super) fn needless_override(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    for layer in ground.layers.all() {
        let Some(item) = ground.names.block(layer.item) else {
            continue;
        };
        // Of several parents, a child may have to choose.
        let only = item.extended().len() == 1;
        if let Some(base) = layer.base.as_deref().filter(|_| only) {
            overrides(&item.body, base, ground.sources, found);
        }
    }
}

fn overrides(body: &Block, base: &Merged<'_>, sources: &Sources, found: &mut Vec<Diagnostic>) {
    // What is taken away first is not inherited.
    if body.entries.iter().any(|it| matches!(it, Entry::Remove(_))) {
        return;
    }
    for entry in &body.entries {
        match entry {
            Entry::Property(property) if property.op == AssignOp::Set => {
                let Some(Node::Value(written)) = base.entries.get(&property.key.text) else {
                    continue;
                };
                let Some(inherited) = written.first() else {
                    continue;
                };
                let same = sources.text(inherited.expr().span) == sources.text(property.value.span);
                if same
                    && inherited.property.op == AssignOp::Set
                    && is_literal(&property.value)
                    && is_literal(inherited.expr())
                {
                    let only = body.entries.len() == 1;
                    found.push(inherited_anyway(
                        property,
                        inherited.expr().span,
                        only,
                        sources,
                    ));
                }
            }
            Entry::Block(nested) => {
                match (base.entries.get(&nested.key.text), nested.labels.first()) {
                    (Some(Node::Block(base)), None) => {
                        overrides(&nested.body, base, sources, found)
                    }
                    (Some(Node::Keyed(blocks)), Some(label)) => {
                        if let Some(labelled) = blocks.get(&label.text) {
                            overrides(&nested.body, &labelled.block, sources, found);
                        }
                    }
                    _ => {}
                }
            }
            Entry::Property(_) | Entry::Spread(_) | Entry::Remove(_) | Entry::Assert(_) => {}
        }
    }
}

/// Whether a value is the same wherever it stands.
fn is_literal(expr: &Expr) -> bool {
    let calls = |expr: &Expr| match &expr.kind {
        ExprKind::Call(Call { function, .. }) => function.text != "secret",
        _ => false,
    };
    paths_of(expr).is_empty() && !calls(expr)
}

/// Blocks with nothing in them, nor in the blocks in them. An item may be empty,
/// and so may a block with a name, which says that there is one.
pub(super) fn empty_block(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    for item in our_blocks(ground) {
        // A platform's `build {}` says that there is one.
        if item.kind != ItemKind::Platform {
            empty_in(&item.body, ground.sources, found);
        }
    }
}

fn empty_in(body: &Block, sources: &Sources, found: &mut Vec<Diagnostic>) {
    for entry in &body.entries {
        let Entry::Block(nested) = entry else {
            continue;
        };
        let comments = sources.text(nested.body.span).contains(['#', '/']);
        if nested.labels.is_empty() && is_empty(&nested.body) && !comments {
            found.push(nothing_in_it(&nested.key, nested.span, sources));
        } else {
            empty_in(&nested.body, sources, found);
        }
    }
}

fn is_empty(body: &Block) -> bool {
    body.entries.iter().all(|entry| match entry {
        Entry::Block(nested) => nested.labels.is_empty() && is_empty(&nested.body),
        Entry::Property(_) | Entry::Spread(_) | Entry::Remove(_) | Entry::Assert(_) => false,
    })
}

/// Tags that say nothing.
pub(super) fn empty_tag(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    let program = ground.program;
    let environments = program.environments.values().map(|it| &it.settings.tags);
    let applications = program.applications.values().map(|it| &it.settings.tags);
    for Map(tags) in environments.chain(applications) {
        for (name, tag) in tags {
            if tag.value.known().is_some_and(|it| it.trim().is_empty())
                && let Some(span) = tag.span()
                // Many may inherit it.
                && !found.iter().any(|known| known.primary.span == span)
            {
                found.push(says_nothing(span, name));
            }
        }
    }
}

/// `"${input.release}"`, which is `input.release`.
pub(super) fn needless_interpolation(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    for file in our_files(ground) {
        for item in &file.tree.items {
            match item {
                Item::Let(it) | Item::Output(it) => in_expr(&it.value, found),
                Item::Block(it) => in_block(&it.body, found),
                _ => {}
            }
        }
    }
}

fn in_block(block: &Block, found: &mut Vec<Diagnostic>) {
    for entry in &block.entries {
        match entry {
            Entry::Property(it) => in_expr(&it.value, found),
            Entry::Block(it) => in_block(&it.body, found),
            Entry::Spread(_) | Entry::Remove(_) | Entry::Assert(_) => {}
        }
    }
}

/// Values alone: the arguments of functions are texts.
fn in_expr(expr: &Expr, found: &mut Vec<Diagnostic>) {
    match &expr.kind {
        ExprKind::Text(parts) => {
            // Everything else may be a number or a word, and text only so.
            if let [TextPart::Expr(inner)] = parts.as_slice()
                && let ExprKind::Path(path) = &inner.kind
                && matches!(path.head().text.as_str(), "input" | "aws")
            {
                found.push(text_already(expr.span, &path.text()));
            }
        }
        ExprKind::List(items) => items.iter().for_each(|it| in_expr(it, found)),
        _ => {}
    }
}

/// Inputs, params and outputs without a word on what they are for.
pub(super) fn undocumented(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    for item in &ground.files[0].tree.items {
        found.extend(match item {
            Item::Param(it) if it.docs.is_none() => Some(what_for("param", &it.name)),
            Item::Input(it) if it.docs.is_none() => Some(what_for("input", &it.name)),
            Item::Output(it) if it.docs.is_none() => Some(what_for("output", &it.name)),
            _ => None,
        });
    }
}

fn our_files<'a>(ground: &Ground<'a>) -> impl Iterator<Item = &'a Loaded> {
    ground.files.iter().filter(|file| file.folder.is_some())
}

fn our_blocks<'a>(ground: &Ground<'a>) -> impl Iterator<Item = &'a BlockItem> {
    let items = our_files(ground).flat_map(|file| &file.tree.items);
    items.filter_map(|item| match item {
        Item::Block(block) => Some(block),
        _ => None,
    })
}

// Words

/// The line can go when it is nothing else's, and not the only one of its block.
fn inherited_anyway(
    property: &Property,
    inherited: Span,
    only: bool,
    sources: &Sources,
) -> Diagnostic {
    let message = format!("`{}` is inherited as it is", property.key.text);
    let warning = Diagnostic::new(Code::NeedlessOverride, property.span, message)
        .label("changes nothing now, and hides what changes there")
        .related(inherited, "the same");
    let text = sources.file(property.span.file).text();
    match edit::lines(text, property.span).filter(|_| !only && property.docs.is_none()) {
        Some(lines) => warning.fix("delete it", lines, ""),
        None => warning.help("delete it"),
    }
}

fn nothing_in_it(key: &Word, block: Span, sources: &Sources) -> Diagnostic {
    let message = format!("`{}` is empty, and changes nothing", key.text);
    let warning = Diagnostic::new(Code::EmptyBlock, key.span, message).label("nothing in it");
    let text = sources.file(block.file).text();
    match edit::lines(text, block) {
        Some(lines) => warning.fix("delete it", lines, ""),
        None => warning.help("delete it"),
    }
}

fn says_nothing(span: Span, name: &str) -> Diagnostic {
    let message = format!("the tag `{name}` has no value");
    Diagnostic::new(Code::EmptyTag, span, message)
        .label("reports by tag show it under nothing")
        .help("give it one, or delete it")
}

fn text_already(span: Span, path: &str) -> Diagnostic {
    let message = format!("`{path}` needs no text around it");
    Diagnostic::new(Code::NeedlessInterpolation, span, message)
        .label("nothing else is in this text")
        .fix(format!("write `{path}`"), span, path)
}

fn what_for(what: &str, name: &Word) -> Diagnostic {
    let message = format!("{what} `{}` does not say what it is for", name.text);
    Diagnostic::new(Code::Undocumented, name.span, message)
        .label("no `##` line above it")
        .note("templates and modules show it to whoever deploys them")
}
