//! Diagnostics as SARIF 2.1.0 (OASIS), which code scanners exchange.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Applicability, Code, Diagnostic, Help, Label, Severity};
use crate::ordered::IndexSet;
use crate::source::{Sources, Span};
use crate::uri;

/// A whole document of one run: complaints of programs, each with its sources.
#[must_use]
pub fn render(programs: &[(&[Diagnostic], &Sources)]) -> String {
    let all = programs.iter().flat_map(|(list, _)| list.iter());
    let codes: IndexSet<Code> = all.map(|it| it.code).collect();
    let mut prints = Fingerprints::default();
    let results = programs.iter().flat_map(|(list, sources)| {
        let list = list.iter().map(move |diagnostic| (diagnostic, *sources));
        list.collect::<Vec<_>>()
    });
    let results = results
        .map(|(diagnostic, sources)| Found::new(diagnostic, sources, &codes, &mut prints))
        .collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "beanc",
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: codes.iter().map(|code| Rule::new(*code)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    // Strings and numbers alone, which JSON always takes.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    help: Message,
    help_uri: String,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Words<'a>>,
    physical_location: Physical,
}

#[derive(Serialize)]
struct Words<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize, Clone, PartialEq, Eq)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Message,
    artifact_changes: Vec<Change>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

impl Message {
    fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            markdown: None,
        }
    }
}

impl Rule {
    fn new(code: Code) -> Self {
        let page = code.page();
        // Behind the heading, the first paragraph says what it means.
        let meaning = page.split("\n\n").nth(1).unwrap_or_default();
        Self {
            id: code.number(),
            name: code.slug(),
            short_description: Message::of(meaning.replace('\n', " ")),
            help: Message {
                text: page.to_owned(),
                markdown: Some(page),
            },
            help_uri: code.url(),
            default_configuration: Configuration {
                level: level(code.severity()),
            },
        }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

impl<'a> Found<'a> {
    fn new(
        diagnostic: &'a Diagnostic,
        sources: &Sources,
        codes: &IndexSet<Code>,
        prints: &mut Fingerprints,
    ) -> Self {
        let code = diagnostic.code;
        let related = |(number, label): (usize, &'a Label)| Location {
            id: Some(number + 1),
            message: Some(Words { text: &label.text }),
            physical_location: Physical::new(label.span, sources),
        };
        let fixes = diagnostic.helps.iter().filter(|it| is_fix(it));
        let print = prints.of(diagnostic, sources);
        Self {
            rule_id: code.number(),
            rule_index: codes.get_index_of(&code).unwrap_or_default(),
            level: level(diagnostic.severity()),
            message: Message::of(super::text(diagnostic)),
            locations: [Location {
                id: None,
                message: None,
                physical_location: Physical::new(diagnostic.primary.span, sources),
            }],
            related_locations: diagnostic.related.iter().enumerate().map(related).collect(),
            fixes: fixes.map(|help| Fix::new(help, sources)).collect(),
            partial_fingerprints: BTreeMap::from([("beancLine/v1", print)]),
        }
    }
}

/// Whether a help can be carried out as it stands.
fn is_fix(help: &Help) -> bool {
    let whole = matches!(
        help.applicability,
        Applicability::MachineApplicable | Applicability::MaybeIncorrect
    );
    whole && !help.edits.is_empty()
}

impl Fix {
    fn new(help: &Help, sources: &Sources) -> Self {
        let mut changes: Vec<Change> = Vec::new();
        for edit in &help.edits {
            let artifact = Artifact::of(edit.span, sources);
            let replacement = Replacement {
                deleted_region: Region::of(edit.span, sources),
                inserted_content: Message::of(&edit.text),
            };
            match changes
                .iter_mut()
                .find(|it| it.artifact_location == artifact)
            {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(Change {
                    artifact_location: artifact,
                    replacements: vec![replacement],
                }),
            }
        }
        Self {
            description: Message::of(&help.text),
            artifact_changes: changes,
        }
    }
}

impl Physical {
    fn new(span: Span, sources: &Sources) -> Self {
        Self {
            artifact_location: Artifact::of(span, sources),
            region: Region::of(span, sources),
        }
    }
}

impl Artifact {
    /// A relative reference, or the address of a file that is called by its whole
    /// path.
    fn of(span: Span, sources: &Sources) -> Self {
        let name = sources.file(span.file).name();
        let path = Path::new(name);
        let uri = match path.is_absolute() {
            true => uri::from_path(path),
            false => uri::encoded(name),
        };
        Self { uri }
    }
}

impl Region {
    fn of(span: Span, sources: &Sources) -> Self {
        let (start, end) = (sources.start(span), sources.end(span));
        Self {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// What a complaint is known by when the lines above it change: its code, its
/// file, its line's words, and which of several such it is.
#[derive(Default)]
struct Fingerprints {
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    fn of(&mut self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        let span = diagnostic.primary.span;
        let source = sources.file(span.file);
        let line = source.text().lines().nth(sources.start(span).line - 1);
        let line = line.unwrap_or_default().trim();
        let (code, name) = (diagnostic.code.number(), source.name());
        let key = format!("{code}\n{name}\n{line}\n{}", diagnostic.message);
        let count = self.seen.entry(key.clone()).or_default();
        *count += 1;
        let digest = Sha256::digest(format!("{key}\n{count}"));
        digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
