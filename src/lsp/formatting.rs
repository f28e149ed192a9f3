//! `beanc fmt`, as edits of the lines that change.

use std::ops::Range;

use lsp_types::{DocumentFormattingParams, DocumentRangeFormattingParams, TextEdit};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::documents::Document;
use super::position::Encoding;
use super::server::Refusal;
use super::world::World;
use crate::diagnostic::Diagnostics;
use crate::source::Sources;
use crate::syntax;

/// Files of more lines than the root of this are replaced as wholes.
const MOST_COMPARISONS: usize = 100_000_000;

/// A whole file. Items with a syntax error stay as they are.
pub fn whole(
    world: &World,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let document = world.documents.get(&path);
    Ok(document.map(|it| edits(it, &formatted(it), world.client.encoding)))
}

/// The lines of a range, as they become when the whole file is formatted.
pub fn range(
    world: &World,
    params: DocumentRangeFormattingParams,
) -> Result<Option<Vec<TextEdit>>, Refusal> {
    let path = world.path(&params.text_document.uri);
    let Some(document) = world.documents.get(&path) else {
        return Ok(None);
    };
    let lsp_types::Range { start, end } = params.range;
    let touches = |edit: &TextEdit| {
        let lines = (edit.range.start.line, edit.range.end.line);
        let last = match edit.range.end.character {
            // What ends in front of a line has nothing to do with it.
            0 if lines.1 > lines.0 => lines.1 - 1,
            _ => lines.1,
        };
        lines.0 <= end.line && start.line <= last
    };
    let edits = edits(document, &formatted(document), world.client.encoding);
    Ok(Some(edits.into_iter().filter(touches).collect()))
}

fn formatted(document: &Document) -> String {
    let id = Sources::default().add("", "");
    syntax::format(id, &document.text, &mut Diagnostics::default())
}

/// What turns a file into `new`: the lines that differ, so that the cursor and
/// the marks of everything else stay where they are.
pub fn edits(document: &Document, new: &str, encoding: Encoding) -> Vec<TextEdit> {
    let text: &str = &document.text;
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (
        text.split_inclusive('\n').collect(),
        new.split_inclusive('\n').collect(),
    );
    let mut starts = vec![0];
    for line in &old_lines {
        starts.push(starts.last().copied().unwrap_or(0) + line.len());
    }
    let position = |line: usize| {
        let offset = u32::try_from(starts[line]).unwrap_or(u32::MAX);
        document.lines.position(text, offset, encoding)
    };
    // Comparing takes as many steps as lines times differences.
    if old_lines.len().saturating_mul(new_lines.len()) > MOST_COMPARISONS && text != new {
        return vec![TextEdit {
            range: lsp_types::Range {
                start: position(0),
                end: position(old_lines.len()),
            },
            new_text: new.to_owned(),
        }];
    }
    let mut edits = Vec::new();
    let mut edit = |old: Range<usize>, new: Range<usize>| {
        edits.push(TextEdit {
            range: lsp_types::Range {
                start: position(old.start),
                end: position(old.end),
            },
            new_text: new_lines[new].concat(),
        });
    };
    for op in capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines) {
        let (old, new) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { .. } => {}
            // Line by line, so that a range can have its own.
            DiffOp::Replace { .. } if old.len() == new.len() => {
                for (old, new) in old.zip(new) {
                    edit(old..old + 1, new..new + 1);
                }
            }
            DiffOp::Replace { .. } | DiffOp::Delete { .. } | DiffOp::Insert { .. } => {
                edit(old, new);
            }
        }
    }
    edits
}
