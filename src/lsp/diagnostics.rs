//! Complaints in the protocol's words.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, DocumentDiagnosticParams, DocumentDiagnosticReport,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
};
use rustc_hash::FxHasher;

use super::server::Refusal;
use super::world::{Complaint, Depth, World};
use crate::diagnostic::{self, Severity};

/// What there is to say, by file.
pub fn all(world: &World, depth: Depth) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let complaints = world.complaints(depth).into_iter();
    complaints
        .map(|(path, list)| {
            let list = list.iter().map(|it| diagnostic(it, world)).collect();
            (path, list)
        })
        .collect()
}

/// What there is to say about one file.
fn of_file(world: &World, path: &Path, depth: Depth) -> Vec<Diagnostic> {
    let complaints = world.complaints(depth).remove(path).unwrap_or_default();
    complaints.iter().map(|it| diagnostic(it, world)).collect()
}

/// What the command line says, in the protocol's fields.
pub fn diagnostic(complaint: &Complaint, world: &World) -> Diagnostic {
    let said = &complaint.diagnostic;
    let severity = match said.severity() {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Note => DiagnosticSeverity::Information,
    };
    let is_waste = said.code == diagnostic::Code::Unused;
    let related = said.related.iter().filter(|_| world.client.related);
    let related: Vec<DiagnosticRelatedInformation> = related
        .filter_map(|label| {
            Some(DiagnosticRelatedInformation {
                location: complaint.program.location(label.span, world)?,
                message: label.text.clone(),
            })
        })
        .collect();
    Diagnostic {
        range: complaint.program.range(complaint.span, &world.client),
        severity: Some(severity),
        code: Some(Code::String(said.code.number().to_owned())),
        code_description: Some(CodeDescription {
            href: Uri(said.code.url()),
        }),
        source: Some("beanc".to_owned()),
        message: diagnostic::text(said).into(),
        tags: is_waste.then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        data: Some(serde_json::json!({ "slug": said.code.slug() })),
    }
}

/// Answers a client that asks by itself. What has not changed since it asked
/// last is not said again.
pub fn pulled(
    world: &World,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReport, Refusal> {
    let path = world.path(&params.text_document.uri);
    // Who can be told to ask again gets the rest a little later.
    let depth = match world.client.refreshes {
        true => Depth::Early,
        false => Depth::Whole,
    };
    let items = of_file(world, &path, depth);
    let mark = mark(&items);
    if params.previous_result_id.as_ref() == Some(&mark) {
        let unchanged = UnchangedDocumentDiagnosticReport { result_id: mark };
        return Ok(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: unchanged,
        }
        .into());
    }
    let full = FullDocumentDiagnosticReport {
        result_id: Some(mark),
        items,
    };
    Ok(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: full,
    }
    .into())
}

/// What tells one list of diagnostics from another.
pub fn mark(items: &[Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    for item in items {
        // Strings and numbers alone, which JSON always takes.
        serde_json::to_string(item)
            .unwrap_or_default()
            .hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}
