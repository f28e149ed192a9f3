//! What the server can do, in the protocol's words.

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeLensOptions, CompletionOptions, DiagnosticOptions,
    DidChangeWatchedFilesNotification, DidChangeWatchedFilesRegistrationOptions,
    DocumentLinkOptions, FileSystemWatcher, InitializeResult, Notification, Registration,
    RegistrationParams, RenameOptions, SaveOptions, SemanticTokensOptions, ServerCapabilities,
    ServerInfo, TextDocumentSyncKind, TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceOptions,
};

use super::client::Client;
use super::{completion, words};

/// What we say of ourselves.
pub fn result(client: &Client) -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        save: Some(SaveOptions { include_text: None }.into()),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::SourceFixAll]),
        ..CodeActionOptions::default()
    };
    let diagnostics = DiagnosticOptions {
        identifier: Some("beanc".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: false,
        ..DiagnosticOptions::default()
    };
    let rename = RenameOptions {
        prepare_provider: Some(true),
        ..RenameOptions::default()
    };
    let colours = SemanticTokensOptions {
        legend: words::legend(),
        range: Some(true.into()),
        full: Some(true.into()),
        ..SemanticTokensOptions::default()
    };
    let completion = CompletionOptions {
        trigger_characters: Some(completion::TRIGGERS.map(str::to_owned).into()),
        ..CompletionOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            position_encoding: Some(client.encoding.kind()),
            text_document_sync: Some(sync.into()),
            code_action_provider: Some(actions.into()),
            completion_provider: Some(completion),
            hover_provider: Some(true.into()),
            inlay_hint_provider: Some(true.into()),
            definition_provider: Some(true.into()),
            references_provider: Some(true.into()),
            document_highlight_provider: Some(true.into()),
            rename_provider: Some(rename.into()),
            document_symbol_provider: Some(true.into()),
            workspace_symbol_provider: Some(true.into()),
            folding_range_provider: Some(true.into()),
            selection_range_provider: Some(true.into()),
            document_link_provider: Some(DocumentLinkOptions::default()),
            code_lens_provider: Some(CodeLensOptions::default()),
            semantic_tokens_provider: Some(colours.into()),
            document_formatting_provider: Some(true.into()),
            document_range_formatting_provider: Some(true.into()),
            // Who asks is not told unasked, and would see everything twice.
            diagnostic_provider: client.pulls.then(|| diagnostics.into()),
            workspace: Some(WorkspaceOptions {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(true.into()),
                }),
                ..WorkspaceOptions::default()
            }),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "beanc".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

/// The files beside programs that they read, and programs that are not open.
const WATCHED: [&str; 7] = [
    "**/*.bean",
    "**/bean.toml",
    "**/bean.lock",
    "**/Dockerrun.aws.json",
    "**/cron.yaml",
    "**/package.json",
    // Applications that are packed.
    "**/*.{zip,jar,war}",
];

/// Asks to be told when files change outside of the editor.
pub fn watching() -> RegistrationParams {
    let watchers = WATCHED.map(|pattern| FileSystemWatcher {
        glob_pattern: pattern.to_owned().into(),
        kind: None,
    });
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: watchers.into(),
    };
    RegistrationParams {
        registrations: vec![Registration {
            id: "files".to_owned(),
            method: DidChangeWatchedFilesNotification::METHOD
                .as_str()
                .to_owned(),
            register_options: serde_json::to_value(options).ok(),
        }],
    }
}
