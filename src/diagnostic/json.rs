//! Diagnostics for programs: one JSON object per line, with everything in it.
//!
//! Lines and columns count from 1 and columns count characters; offsets count
//! bytes from 0. What is here stays: fields are added, never renamed.

use schemars::{JsonSchema, schema_for};
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

/// The JSON Schema of a line.
#[must_use]
pub fn schema() -> String {
    let schema = schema_for!(Record<'_>);
    // It has names and numbers alone, which JSON always takes.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// A complaint about a program.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
struct Record<'a> {
    /// The stable number: `E0110`.
    code: &'static str,
    /// The stable name: `unknown-property`.
    slug: &'static str,
    /// `error`, `warning` or `note`.
    severity: &'static str,
    /// What is wrong, in a line.
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    /// Words under the place.
    label: &'a str,
    /// Other places that have a part in it.
    related: Vec<Related<'a>>,
    /// Background.
    notes: &'a [String],
    /// What to do, best first.
    helps: Vec<Advice<'a>>,
    /// The page that explains it.
    docs: String,
}

/// A range of a file.
#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    /// Relative to where the command was started.
    file: &'a str,
    /// Its first character.
    start: Position,
    /// Behind its last character.
    end: Position,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
struct Position {
    /// The line, from 1.
    line: usize,
    /// The character in the line, from 1.
    column: usize,
    /// The byte in the file, from 0.
    offset: u32,
}

/// Another place.
#[derive(Serialize, JsonSchema)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    /// What it has to do with it.
    label: &'a str,
}

/// A piece of advice.
#[derive(Serialize, JsonSchema)]
struct Advice<'a> {
    /// In words.
    text: &'a str,
    /// How sure the edits are: `machine-applicable`, `maybe-incorrect`,
    /// `has-placeholders` or `unspecified`.
    applicability: &'static str,
    /// What carries it out; none when it is words only.
    edits: Vec<Replacement<'a>>,
}

/// Bytes that give way to a text.
#[derive(Serialize, JsonSchema)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    /// What comes instead.
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
