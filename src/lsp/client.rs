//! What the client can do.

use std::path::{Path, PathBuf};

use lsp_types::{InitializeParams, MarkupContent, MarkupKind, Uri, WorkspaceFolders};

use super::position::Encoding;
use crate::uri;

/// Whom we talk to.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are what the protocol asks clients for"
)]
pub struct Client {
    /// What columns count.
    pub encoding: Encoding,
    /// Whether it shows other places that belong to a diagnostic.
    pub related: bool,
    /// Whether it asks for diagnostics by itself.
    pub pulls: bool,
    /// Whether it can be told to ask again.
    pub refreshes: bool,
    /// Whether edits can say which version of a file they are about.
    pub versioned_edits: bool,
    /// Whether it can be asked to watch files.
    pub watches: bool,
    /// Whether definitions can say what they were asked about.
    pub links: bool,
    /// How it shows what words mean.
    pub hover: MarkupKind,
    /// How it shows what proposals mean.
    pub documentation: MarkupKind,
    /// Whether it takes snippets in completions.
    pub snippets: bool,
    /// Whether a proposal can ask it to show the list again: a command that only
    /// one editor has.
    pub suggests_again: bool,
    /// Whether outlines may nest.
    pub nests: bool,
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
    /// Where files of the standard library can be put, for the editor to open.
    pub library: Option<PathBuf>,
}

impl Client {
    /// What a client says of itself when it starts us.
    pub fn new(params: &InitializeParams, library: Option<PathBuf>) -> Self {
        let capabilities = &params.capabilities;
        let general = capabilities.general.as_ref();
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let publish = text.and_then(|it| it.publish_diagnostics.as_ref());
        let pull = text.and_then(|it| it.diagnostic.as_ref());
        let related = [
            publish.and_then(|it| it.diagnostics_capabilities.related_information),
            pull.and_then(|it| it.diagnostics_capabilities.related_information),
        ];
        let refresh = workspace.and_then(|it| it.diagnostics.as_ref());
        let edits = workspace.and_then(|it| it.workspace_edit.as_ref());
        let watched = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        let definition = text.and_then(|it| it.definition.as_ref());
        let completion = text.and_then(|it| it.completion.as_ref());
        let item = completion.and_then(|it| it.completion_item.as_ref());
        let outline = text.and_then(|it| it.document_symbol.as_ref());
        let hover = text.and_then(|it| it.hover.as_ref());
        Self {
            hover: markup(hover.and_then(|it| it.content_format.as_deref())),
            documentation: markup(item.and_then(|it| it.documentation_format.as_deref())),
            links: definition.is_some_and(|it| it.link_support == Some(true)),
            snippets: item.is_some_and(|it| it.snippet_support == Some(true)),
            suggests_again: params
                .client_info
                .as_ref()
                .is_some_and(|it| it.name.contains("Code")),
            nests: outline.is_some_and(|it| it.hierarchical_document_symbol_support == Some(true)),
            library,
            encoding: Encoding::agreed(general.and_then(|it| it.position_encodings.as_deref())),
            related: related.contains(&Some(true)),
            pulls: pull.is_some(),
            refreshes: refresh.is_some_and(|it| it.refresh_support == Some(true)),
            versioned_edits: edits.is_some_and(|it| it.document_changes == Some(true)),
            watches: watched.is_some_and(|it| it.dynamic_registration == Some(true)),
            folders: folders(params),
        }
    }

    /// Whether a file is one of the standard library that was put there.
    pub fn is_library(&self, path: &Path) -> bool {
        let library = self.library.as_ref();
        library.is_some_and(|library| path.starts_with(library))
    }

    /// Where texts are that were never saved.
    pub fn home(&self) -> PathBuf {
        self.folders.first().cloned().unwrap_or_else(|| "/".into())
    }
}

/// Markdown for clients that say they show it.
fn markup(formats: Option<&[MarkupKind]>) -> MarkupKind {
    match formats.unwrap_or_default().contains(&MarkupKind::Markdown) {
        true => MarkupKind::Markdown,
        false => MarkupKind::PlainText,
    }
}

/// What was written in Markdown. It can be read as it is; what would only tell
/// a renderer something is left out of plain text.
pub fn content(markdown: String, kind: &MarkupKind) -> MarkupContent {
    let value = match kind {
        MarkupKind::Markdown => markdown,
        MarkupKind::PlainText | MarkupKind::Custom(_) => {
            let lines = markdown.lines().filter(|it| !it.starts_with("```"));
            lines.collect::<Vec<_>>().join("\n").trim().to_owned()
        }
    };
    MarkupContent {
        kind: kind.clone(),
        value,
    }
}

#[expect(deprecated, reason = "older clients name one folder")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let listed = &params.workspace_folders_initialize_params.workspace_folders;
    let uris: Vec<&Uri> = match listed {
        Some(WorkspaceFolders::WorkspaceFolderList(list)) => {
            list.iter().map(|folder| &folder.uri).collect()
        }
        Some(WorkspaceFolders::Null) | None => params.root_uri.iter().collect(),
    };
    uris.into_iter().filter_map(|it| uri::path(&it.0)).collect()
}
