//! What is declared or imported for nothing.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::Ground;
use crate::analysis::load::{Imported, Loaded};
use crate::analysis::uses::named_in;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Sources, Span};
use crate::syntax::ast::{File, Import, Item, ItemKind, Word};

/// Warns of imports that a file does not use, and of what the entry file, the
/// first, declares and does not use. For programs without errors: a misspelt
/// name makes the right one look unused.
pub(super) fn unused(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    let Ground { files, sources, .. } = *ground;
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
                imported(import, sources, found, |name| {
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
                    found.push(declared_for_nothing(what, name));
                }
            }
        }
    }
}

fn imported(
    import: &Import,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
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
                let line_end = match behind {
                    _ if behind.starts_with('\n') => 1,
                    _ if behind.starts_with("\r\n") => 2,
                    _ => 0,
                };
                (start, end + line_end)
            }
        };
        let waste = Span {
            start,
            end,
            ..import.span
        };
        found.push(imported_for_nothing(local, waste));
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

// Words

fn declared_for_nothing(what: &str, name: &Word) -> Diagnostic {
    let message = format!("{what} `{}` is never used", name.text);
    Diagnostic::new(Code::Unused, name.span, message)
        .label("nothing in this file names it")
        .help("delete it, or use it")
}

/// `waste` is what goes with the name.
fn imported_for_nothing(name: &Word, waste: Span) -> Diagnostic {
    let message = format!("`{}` is imported and never used", name.text);
    Diagnostic::new(Code::Unused, name.span, message)
        .label("nothing in this file names it")
        .fix("delete it", waste, "")
}
