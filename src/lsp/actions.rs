//! What can be done about complaints: the helps of the command line, as edits.

use std::path::{Path, PathBuf};

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse, Diagnostic as Shown,
    OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit, TextDocumentIdentifier,
    TextEdit, WorkspaceEdit,
};

use super::diagnostics;
use super::formatting;
use super::server::Refusal;
use super::world::{Complaint, Depth, World};
use crate::diagnostic::{Applicability, Edit, Help, fixes};
use crate::disk::Overlay;
use crate::driver;

/// How often a file is mended and looked at again, as `beanc check --fix` does:
/// some fixes have to wait for others.
const ROUNDS: usize = 16;

/// The actions for a range of a file.
pub fn actions(
    world: &World,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionResponse>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let only = params.context.only.as_deref();
    let mut found = Vec::new();
    if wants(only, &CodeActionKind::QuickFix) {
        let complaints = world
            .complaints(Depth::Early)
            .remove(&path)
            .unwrap_or_default();
        for complaint in &complaints {
            let shown = diagnostics::diagnostic(complaint, world);
            if touch(shown.range, params.range) {
                found.extend(fixes_of(complaint, &shown, world));
            }
        }
    }
    // Only who asks for it gets everything mended at once.
    if only.is_some() && wants(only, &CodeActionKind::SourceFixAll) {
        found.extend(fix_all(world, &path));
    }
    Ok(Some(found.into_iter().map(Into::into).collect()))
}

/// Whether a client wants a kind of actions: `source` means `source.fixAll` too.
fn wants(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let Some(only) = only else {
        return true;
    };
    let kind = String::from(kind.clone());
    only.iter().any(|wanted| {
        let wanted = String::from(wanted.clone());
        let rest = kind.strip_prefix(&wanted);
        wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

fn touch(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

/// Each help of a complaint that is an edit.
fn fixes_of(complaint: &Complaint, shown: &Shown, world: &World) -> Vec<CodeAction> {
    let helps = complaint.diagnostic.helps.iter();
    let helps = helps.filter(|help| !help.edits.is_empty());
    let mut preferred = false;
    helps
        .filter_map(|help| {
            let edit = edit(help, complaint, world)?;
            // The first that is certain is what `check --fix` applies.
            let is_certain = help.applicability == Applicability::MachineApplicable;
            let is_preferred = is_certain && !preferred;
            preferred |= is_certain;
            Some(CodeAction {
                title: help.text.clone(),
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![shown.clone()]),
                is_preferred: is_preferred.then_some(true),
                edit: Some(edit),
                ..CodeAction::default()
            })
        })
        .collect()
}

/// The edits of a help; none when one of them is in the library.
fn edit(help: &Help, complaint: &Complaint, world: &World) -> Option<WorkspaceEdit> {
    let program = &complaint.program;
    let mut edits: Vec<(PathBuf, Vec<TextEdit>)> = Vec::new();
    for Edit { span, text } in &help.edits {
        let path = program.snapshot.path(span.file)?;
        let edit = TextEdit {
            range: program.range(*span, &world.client),
            new_text: text.clone(),
        };
        match edits.iter_mut().find(|(known, _)| *known == path) {
            Some((_, list)) => list.push(edit),
            None => edits.push((path, vec![edit])),
        }
    }
    Some(workspace_edit(world, edits))
}

/// Edits of files, in the form that the client takes.
pub fn workspace_edit(
    world: &World,
    edits: impl IntoIterator<Item = (PathBuf, Vec<TextEdit>)>,
) -> WorkspaceEdit {
    let edits = edits.into_iter();
    if !world.client.versioned_edits {
        let changes = edits.map(|(path, edits)| (world.documents.uri(&path), edits));
        return WorkspaceEdit {
            changes: Some(changes.collect()),
            ..WorkspaceEdit::default()
        };
    }
    let changes = edits.map(|(path, edits)| {
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version: world.documents.get(&path).map(|it| it.version),
            text_document_identifier: TextDocumentIdentifier {
                uri: world.documents.uri(&path),
            },
        };
        let edits = edits.into_iter().map(Into::into).collect();
        TextDocumentEdit {
            text_document,
            edits,
        }
        .into()
    });
    WorkspaceEdit {
        document_changes: Some(changes.collect()),
        ..WorkspaceEdit::default()
    }
}

/// Everything in a file that is certain, until nothing is left to be done.
fn fix_all(world: &World, path: &Path) -> Option<CodeAction> {
    let document = world.documents.get(path)?;
    let mut text = document.text.to_string();
    for _ in 0..ROUNDS {
        let desk = world.desk();
        let disk = Overlay::new(&desk, [(path, text.clone().into_bytes())]);
        let compilation = driver::compile(path, &disk, &world.options);
        let (entry, _) = compilation.sources.iter().next()?;
        let is_here = |id| id == entry;
        let fixes = fixes::apply(&compilation.diagnostics, &compilation.sources, is_here);
        let Some(mended) = fixes.texts.into_values().next() else {
            break;
        };
        text = mended;
    }
    let edits = formatting::edits(document, &text, world.client.encoding);
    if edits.is_empty() {
        return None;
    }
    Some(CodeAction {
        title: "apply all fixes that are certain".to_owned(),
        kind: Some(CodeActionKind::SourceFixAll),
        edit: Some(workspace_edit(world, [(path.to_path_buf(), edits)])),
        ..CodeAction::default()
    })
}
