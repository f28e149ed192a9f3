//! What may be typed. Nobody is kept waiting here: names come from the program
//! as it was a moment ago when it is being checked.

use lsp_types::{
    Command, CompletionItem, CompletionItemKind as Kind, CompletionParams, CompletionResponse,
    InsertTextFormat, MarkupKind, TextEdit,
};

use super::client::{Client, content};
use super::documents::Document;
use super::server::Refusal;
use super::world::World;
use crate::ide::completion::{self, Completion, CompletionKind};
use crate::source::LineEnd;
use crate::syntax::ast::ItemKind;

/// What editors show the list for without being asked, beside letters.
pub const TRIGGERS: [&str; 4] = [".", "\"", "/", " "];

/// The proposals for a place.
pub fn complete(
    world: &World,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>, Refusal> {
    let place = params.text_document_position_params;
    let path = world.path(&place.text_document.uri);
    let Some(document) = world.documents.get(&path).filter(|it| it.is_program) else {
        return Ok(None);
    };
    let program = world.program_of_late(&path);
    let Some(file) = program.snapshot.file(&path) else {
        return Ok(None);
    };
    let (text, client) = (&document.text, &world.client);
    let offset = document.lines.offset(text, place.position, client.encoding);
    let list = completion::complete(&program.snapshot, &world.desk(), file, text, offset);
    let items = list.into_iter().enumerate();
    let items = items.map(|(number, it)| item(number, it, document, client));
    Ok(Some(items.collect::<Vec<_>>().into()))
}

fn item(
    number: usize,
    completion: Completion,
    document: &Document,
    client: &Client,
) -> CompletionItem {
    let Completion {
        label,
        kind,
        detail,
        docs,
        insert,
        snippet,
        replace,
        rank: _,
        again,
    } = completion;
    let (start, end) = (replace.start, replace.end);
    let range = document
        .lines
        .range(&document.text, start, end, client.encoding);
    let replaced = document.text.get(start as usize..end as usize);
    // Editors compare the label with what it replaces, quotes included.
    let quoted = replaced.is_some_and(|it| it.starts_with('"')) && !label.starts_with('"');
    let (new_text, format) = match (snippet, client.snippets) {
        (false, _) => (insert, InsertTextFormat::PlainText),
        (true, true) => (insert, InsertTextFormat::Snippet),
        (true, false) => (filled_in(&insert), InsertTextFormat::PlainText),
    };
    let command = (again && client.suggests_again).then(|| Command {
        title: "suggest".to_owned(),
        tooltip: None,
        command: "editor.action.triggerSuggest".to_owned(),
        arguments: None,
    });
    CompletionItem {
        filter_text: quoted.then(|| format!("\"{label}")),
        label,
        kind: Some(kind_of(kind)),
        detail: Some(detail).filter(|it| !it.is_empty()),
        documentation: Some(docs)
            .filter(|it| !it.is_empty())
            .map(|it| content(it, &client.documentation))
            .map(|it| match it.kind {
                MarkupKind::Markdown => it.into(),
                // Who names no form at all knows strings only.
                MarkupKind::PlainText | MarkupKind::Custom(_) => it.value.into(),
            }),
        // The order is ours, whatever the labels are.
        sort_text: Some(format!("{number:05}")),
        insert_text_format: Some(format),
        text_edit: Some(
            TextEdit {
                range,
                new_text: LineEnd::of(&document.text).put_into(new_text),
            }
            .into(),
        ),
        command,
        ..CompletionItem::default()
    }
}

fn kind_of(kind: CompletionKind) -> Kind {
    match kind {
        CompletionKind::Keyword | CompletionKind::Reference => Kind::Keyword,
        CompletionKind::Property => Kind::Property,
        CompletionKind::Block => Kind::Struct,
        CompletionKind::EnumWord => Kind::EnumMember,
        CompletionKind::Value => Kind::Value,
        CompletionKind::Item(ItemKind::Template) => Kind::Interface,
        CompletionKind::Item(ItemKind::Platform | ItemKind::Network) => Kind::Module,
        CompletionKind::Item(
            ItemKind::Application | ItemKind::Environment | ItemKind::Resource,
        ) => Kind::Class,
        CompletionKind::Param | CompletionKind::Input => Kind::Variable,
        CompletionKind::Let => Kind::Constant,
        CompletionKind::Label => Kind::Reference,
        CompletionKind::Attribute => Kind::Field,
        CompletionKind::Function => Kind::Function,
        CompletionKind::Type => Kind::TypeParameter,
        CompletionKind::File => Kind::File,
        CompletionKind::Folder => Kind::Folder,
    }
}

/// A snippet with its proposals in place, for clients that know no snippets:
/// `$1` and `$0` are nothing, `${1:text}` is `text`, `${1|one,other|}` is `one`,
/// and `\$` is a dollar.
fn filled_in(snippet: &str) -> String {
    let mut text = String::with_capacity(snippet.len());
    let mut open = 0_usize;
    let mut rest = snippet.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.extend(rest.next()),
            '$' if rest.peek() == Some(&'{') => {
                rest.next();
                while rest.next_if(char::is_ascii_digit).is_some() {}
                if rest.next_if_eq(&'|').is_some() {
                    let mut choices = rest.by_ref().take_while(|it| *it != '|');
                    text.extend(choices.by_ref().take_while(|it| *it != ','));
                    choices.for_each(drop);
                }
                rest.next_if_eq(&':');
                open += 1;
            }
            '$' => while rest.next_if(char::is_ascii_digit).is_some() {},
            '}' if open > 0 => open -= 1,
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_become_text() {
        for (snippet, text) in [
            ("plain", "plain"),
            ("a = $0", "a = "),
            (
                "a {\n  ${1:b} = \"${2}\"\n  $0\n\\}",
                "a {\n  b = \"\"\n  \n}",
            ),
            ("\"\\${param.$1\\}\"", "\"${param.}\""),
            ("a: ${2|web,worker|} {\n}", "a: web {\n}"),
            ("${1|one|}$0", "one"),
        ] {
            assert_eq!(filled_in(snippet), text);
        }
    }
}
