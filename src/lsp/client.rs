//! What the client can do.

use std::path::PathBuf;

use lsp_types::{InitializeParams, Uri, WorkspaceFolders};

use super::position::Encoding;
use super::uri;

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
    /// The folders that are open.
    pub folders: Vec<PathBuf>,
}

impl Client {
    /// What a client says of itself when it starts us.
    pub fn new(params: &InitializeParams) -> Self {
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
        Self {
            encoding: Encoding::agreed(general.and_then(|it| it.position_encodings.as_deref())),
            related: related.contains(&Some(true)),
            pulls: pull.is_some(),
            refreshes: refresh.is_some_and(|it| it.refresh_support == Some(true)),
            versioned_edits: edits.is_some_and(|it| it.document_changes == Some(true)),
            watches: watched.is_some_and(|it| it.dynamic_registration == Some(true)),
            folders: folders(params),
        }
    }

    /// Where texts are that were never saved.
    pub fn home(&self) -> PathBuf {
        self.folders.first().cloned().unwrap_or_else(|| "/".into())
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
