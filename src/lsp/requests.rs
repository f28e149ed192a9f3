//! Which function answers which request.

use lsp_types::{
    CodeActionRequest, CodeLensRequest, CompletionRequest, DefinitionRequest,
    DocumentDiagnosticRequest, DocumentFormattingRequest, DocumentHighlightRequest,
    DocumentLinkRequest, DocumentRangeFormattingRequest, DocumentSymbolRequest,
    FoldingRangeRequest, HoverRequest, InlayHintRequest, LspRequestMethod, PrepareRenameRequest,
    ReferencesRequest, RenameRequest, Request, SelectionRangeRequest, SemanticTokensRangeRequest,
    SemanticTokensRequest, WorkspaceSymbolRequest,
};
use serde_json::Value;

use super::server::Refusal;
use super::world::World;
use super::{actions, completion, diagnostics, formatting, navigation, outline, words};

/// Answers a request, whose parameters are the second argument.
pub type Handler = Box<dyn FnOnce(&World, Value) -> Result<Answer, Refusal> + Send>;

/// What a request comes to.
pub struct Answer {
    /// What it asked for.
    pub value: Value,
    /// What the person behind it should know.
    pub note: Option<String>,
}

/// The function behind a method; none when we do not know it.
pub fn handler(method: &str) -> Option<Handler> {
    Some(match LspRequestMethod::from(method) {
        LspRequestMethod::TextDocumentDiagnostic => {
            on::<DocumentDiagnosticRequest>(diagnostics::pulled)
        }
        LspRequestMethod::TextDocumentCodeAction => on::<CodeActionRequest>(actions::actions),
        LspRequestMethod::TextDocumentFormatting => {
            on::<DocumentFormattingRequest>(formatting::whole)
        }
        LspRequestMethod::TextDocumentRangeFormatting => {
            on::<DocumentRangeFormattingRequest>(formatting::range)
        }
        LspRequestMethod::TextDocumentCompletion => on::<CompletionRequest>(completion::complete),
        LspRequestMethod::TextDocumentInlayHint => on::<InlayHintRequest>(words::hints),
        LspRequestMethod::TextDocumentHover => on::<HoverRequest>(words::hover),
        LspRequestMethod::TextDocumentSemanticTokensFull => {
            on::<SemanticTokensRequest>(words::colours)
        }
        LspRequestMethod::TextDocumentSemanticTokensRange => {
            on::<SemanticTokensRangeRequest>(words::colours_of_range)
        }
        LspRequestMethod::TextDocumentDefinition => {
            on::<DefinitionRequest>(navigation::definitions)
        }
        LspRequestMethod::TextDocumentReferences => on::<ReferencesRequest>(navigation::uses),
        LspRequestMethod::TextDocumentDocumentHighlight => {
            on::<DocumentHighlightRequest>(navigation::highlights)
        }
        LspRequestMethod::TextDocumentPrepareRename => {
            on::<PrepareRenameRequest>(navigation::prepare)
        }
        LspRequestMethod::TextDocumentRename => noted::<RenameRequest>(navigation::renamed),
        LspRequestMethod::TextDocumentDocumentSymbol => {
            on::<DocumentSymbolRequest>(outline::symbols)
        }
        LspRequestMethod::WorkspaceSymbol => on::<WorkspaceSymbolRequest>(outline::workspace),
        LspRequestMethod::TextDocumentFoldingRange => on::<FoldingRangeRequest>(outline::folds),
        LspRequestMethod::TextDocumentSelectionRange => {
            on::<SelectionRangeRequest>(outline::selections)
        }
        LspRequestMethod::TextDocumentDocumentLink => on::<DocumentLinkRequest>(outline::links),
        LspRequestMethod::TextDocumentCodeLens => on::<CodeLensRequest>(outline::lenses),
        _ => return None,
    })
}

/// Whether the answer is about files that may not be known yet.
pub fn is_about_workspace(method: &str) -> bool {
    matches!(
        LspRequestMethod::from(method),
        LspRequestMethod::TextDocumentReferences
            | LspRequestMethod::TextDocumentRename
            | LspRequestMethod::WorkspaceSymbol
    )
}

fn on<R: Request>(answer: fn(&World, R::Params) -> Result<R::Result, Refusal>) -> Handler {
    Box::new(move |world, params| {
        let params = serde_json::from_value(params).map_err(Refusal::params)?;
        let result = answer(world, params)?;
        let value = serde_json::to_value(result).map_err(Refusal::internal)?;
        Ok(Answer { value, note: None })
    })
}

/// A result with what the person behind the request should know.
pub type Noted<T> = Result<(T, Option<String>), Refusal>;

fn noted<R: Request>(answer: fn(&World, R::Params) -> Noted<R::Result>) -> Handler {
    Box::new(move |world, params| {
        let params = serde_json::from_value(params).map_err(Refusal::params)?;
        let (result, note) = answer(world, params)?;
        let value = serde_json::to_value(result).map_err(Refusal::internal)?;
        Ok(Answer { value, note })
    })
}

/// A request that fails in the way that a test asks for.
pub fn test_handler(method: &str) -> Option<Handler> {
    match method {
        "beanc/test/panic" => Some(Box::new(|_, _| panic!("a request asked for this"))),
        // Until it is cancelled.
        "beanc/test/sleep" => Some(Box::new(|_, params| {
            let milliseconds = params.get("milliseconds").and_then(Value::as_u64);
            let pause = std::time::Duration::from_millis(milliseconds.unwrap_or(0));
            std::thread::sleep(pause);
            Ok(Answer {
                value: Value::Null,
                note: None,
            })
        })),
        _ => None,
    }
}
