//! What words mean: hover, colours, and what stands between them.

use lsp_types::{
    Hover, HoverParams, InlayHint, InlayHintParams, SemanticToken, SemanticTokens,
    SemanticTokensLegend, SemanticTokensParams, SemanticTokensRangeParams,
};

use super::client::content;
use super::navigation::place;
use super::server::Refusal;
use super::world::{Program, World};
use crate::ide::tokens::{self, Token, TokenKind};
use crate::ide::{hints, hover};
use crate::source::{FileId, Span};

/// What there is to say of a place.
pub fn hover(world: &World, params: HoverParams) -> Result<Option<Hover>, Refusal> {
    let Some(place) = place(world, &params.text_document_position_params) else {
        return Ok(None);
    };
    let program = &place.program;
    let hover = hover::hover(&program.snapshot, place.file, place.offset);
    Ok(hover.map(|it| Hover {
        contents: content(it.markdown, &world.client.hover).into(),
        range: Some(program.range(it.span, &world.client)),
    }))
}

/// What is inherited, computed or left out, between the words of a range.
pub fn hints(world: &World, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    let start = program.offset(file, params.range.start, &world.client);
    let end = program.offset(file, params.range.end, &world.client);
    let hints = hints::hints(&program.snapshot, file, start, end).into_iter();
    let hints = hints.map(|hint| {
        let at = Span::new(file, hint.at as usize, hint.at as usize);
        InlayHint {
            position: program.range(at, &world.client).start,
            label: hint.text.into(),
            kind: None,
            text_edits: None,
            tooltip: Some(hint.tooltip)
                .filter(|it| !it.is_empty())
                .map(Into::into),
            padding_left: Some(true),
            padding_right: None,
            data: None,
        }
    });
    Ok(Some(hints.collect()))
}

/// The protocol's names of kinds of tokens that we use. The last ones are our
/// own; themes that do not know them leave them as text.
const TYPES: [&str; 16] = [
    "keyword",
    "class",
    "parameter",
    "variable",
    "property",
    "namespace",
    "enumMember",
    "type",
    "function",
    "number",
    "string",
    "operator",
    "comment",
    "escapeSequence",
    "boolean",
    "unresolvedReference",
];

/// The protocol's names of what can be said of a token beside its kind.
const MODIFIERS: [&str; 4] = ["declaration", "defaultLibrary", "documentation", "readonly"];

const DECLARATION: u32 = 1;
const LIBRARY: u32 = 1 << 1;
const DOCUMENTATION: u32 = 1 << 2;
const READONLY: u32 = 1 << 3;

/// The names, in the order of their numbers.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.map(str::to_owned).into(),
        token_modifiers: MODIFIERS.map(str::to_owned).into(),
    }
}

/// The name of a kind, and what belongs to it.
fn named(kind: TokenKind) -> (&'static str, u32) {
    match kind {
        TokenKind::Keyword | TokenKind::ItemKind | TokenKind::Reference => ("keyword", 0),
        TokenKind::Interpolation => ("operator", 0),
        TokenKind::Item => ("class", 0),
        TokenKind::Param | TokenKind::Input => ("parameter", 0),
        TokenKind::Constant => ("variable", READONLY),
        TokenKind::Property => ("property", 0),
        TokenKind::Attribute => ("property", READONLY),
        TokenKind::Label => ("namespace", 0),
        TokenKind::EnumWord => ("enumMember", 0),
        TokenKind::Type => ("type", 0),
        TokenKind::Function => ("function", 0),
        TokenKind::Bool => ("boolean", 0),
        TokenKind::Number | TokenKind::Quantity => ("number", 0),
        TokenKind::Text => ("string", 0),
        TokenKind::Escape => ("escapeSequence", 0),
        TokenKind::Operator => ("operator", 0),
        TokenKind::Comment => ("comment", 0),
        TokenKind::DocComment => ("comment", DOCUMENTATION),
        TokenKind::Unresolved => ("unresolvedReference", 0),
    }
}

/// The colours of a whole file.
pub fn colours(
    world: &World,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokens>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    Ok(Some(encoded(world, &program, file, |_| true)))
}

/// The colours of a part of a file.
pub fn colours_of_range(
    world: &World,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokens>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some((program, file)) = world.program_of(&path) else {
        return Ok(None);
    };
    let start = program.offset(file, params.range.start, &world.client);
    let end = program.offset(file, params.range.end, &world.client);
    let inside = |token: &Token| token.span.start <= end && start <= token.span.end;
    Ok(Some(encoded(world, &program, file, inside)))
}

/// Tokens as the protocol wants them: each counted from the one in front.
fn encoded(
    world: &World,
    program: &Program,
    file: FileId,
    wanted: impl Fn(&Token) -> bool,
) -> SemanticTokens {
    let mut data = Vec::new();
    let mut last = lsp_types::Position::default();
    let tokens = tokens::tokens(&program.snapshot, file).into_iter();
    for token in tokens.filter(wanted) {
        let range = program.range(token.span, &world.client);
        // Over the end of a line there is no length.
        if range.start.line != range.end.line {
            continue;
        }
        let (name, modifiers) = named(token.kind);
        let number = TYPES.iter().position(|known| *known == name).unwrap_or(0);
        let start = range.start;
        data.push(SemanticToken {
            delta_line: start.line - last.line,
            delta_start: match start.line == last.line {
                true => start.character - last.character,
                false => start.character,
            },
            length: range.end.character - start.character,
            token_type: u32::try_from(number).unwrap_or(0),
            token_modifiers_bitset: modifiers
                | if token.declares { DECLARATION } else { 0 }
                | if token.library { LIBRARY } else { 0 },
        });
        last = start;
    }
    SemanticTokens {
        result_id: None,
        data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name that is not in the list would be the number of another.
    #[test]
    fn every_kind_has_a_name_in_the_list() {
        for kind in [
            TokenKind::Keyword,
            TokenKind::ItemKind,
            TokenKind::Item,
            TokenKind::Param,
            TokenKind::Input,
            TokenKind::Constant,
            TokenKind::Property,
            TokenKind::Label,
            TokenKind::EnumWord,
            TokenKind::Type,
            TokenKind::Reference,
            TokenKind::Attribute,
            TokenKind::Function,
            TokenKind::Bool,
            TokenKind::Number,
            TokenKind::Quantity,
            TokenKind::Text,
            TokenKind::Escape,
            TokenKind::Interpolation,
            TokenKind::Operator,
            TokenKind::Comment,
            TokenKind::DocComment,
            TokenKind::Unresolved,
        ] {
            assert!(TYPES.contains(&named(kind).0), "{kind:?}");
        }
    }
}
