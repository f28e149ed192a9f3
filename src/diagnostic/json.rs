//! Diagnostics for programs: one JSON object per line, with everything in it.
//!
//! Lines and columns count from 1 and columns count characters; offsets count
//! bytes from 0. What is here stays: fields are added, never renamed.

use serde::Serialize;

use super::{Applicability, Diagnostic, Edit, Help, Label};
use crate::source::{LineColumn, Sources, Span};

/// An object and a newline for each complaint.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut output = String::new();
    for diagnostic in diagnostics {
        // Strings and numbers alone, which JSON always takes.
        if let Ok(line) = serde_json::to_string(&Record::new(diagnostic, sources)) {
            output.push_str(&line);
            output.push('\n');
        }
    }
    output
}

#[derive(Serialize)]
struct Record<'a> {
    code: &'static str,
    slug: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    related: Vec<Related<'a>>,
    notes: &'a [String],
    helps: Vec<Advice<'a>>,
    docs: String,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: u32,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
}

#[derive(Serialize)]
struct Advice<'a> {
    text: &'a str,
    applicability: &'static str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

impl<'a> Record<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Self {
        let code = diagnostic.code;
        let related = |label: &'a Label| Related {
            place: Place::new(label.span, sources),
            label: &label.text,
        };
        Self {
            code: code.number(),
            slug: code.slug(),
            severity: diagnostic.severity().word(),
            message: &diagnostic.message,
            place: Place::new(diagnostic.primary.span, sources),
            label: &diagnostic.primary.text,
            related: diagnostic.related.iter().map(related).collect(),
            notes: &diagnostic.notes,
            helps: diagnostic
                .helps
                .iter()
                .map(|help| Advice::new(help, sources))
                .collect(),
            docs: code.url(),
        }
    }
}

impl<'a> Advice<'a> {
    fn new(help: &'a Help, sources: &'a Sources) -> Self {
        let replacement = |edit: &'a Edit| Replacement {
            place: Place::new(edit.span, sources),
            text: &edit.text,
        };
        Self {
            text: &help.text,
            applicability: match help.applicability {
                Applicability::MachineApplicable => "machine-applicable",
                Applicability::MaybeIncorrect => "maybe-incorrect",
                Applicability::HasPlaceholders => "has-placeholders",
                Applicability::Unspecified => "unspecified",
            },
            edits: help.edits.iter().map(replacement).collect(),
        }
    }
}

impl<'a> Place<'a> {
    fn new(span: Span, sources: &'a Sources) -> Self {
        Self {
            file: sources.file(span.file).name(),
            start: Position::new(sources.start(span), span.start),
            end: Position::new(sources.end(span), span.end),
        }
    }
}

impl Position {
    fn new(LineColumn { line, column }: LineColumn, offset: u32) -> Self {
        Self {
            line,
            column,
            offset,
        }
    }
}
