//! Diagnostics as commands of GitHub's workflows, which show them beside the
//! lines of a pull request (GitHub Docs, "Workflow commands").

use super::{Diagnostic, Severity};
use crate::source::Sources;

/// A command and a newline for each complaint.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| render(diagnostic, sources))
        .collect()
}

fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let span = diagnostic.primary.span;
    let (start, end) = (sources.start(span), sources.end(span));
    let level = match diagnostic.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let file = property(sources.file(span.file).name());
    let code = diagnostic.code;
    let title = property(&format!("{} {}", code.number(), code.slug()));
    // Columns are shown for complaints within one line only.
    let columns = match start.line == end.line {
        true => format!(",col={},endColumn={}", start.column, end.column),
        false => String::new(),
    };
    let text = data(&super::text(diagnostic));
    let (line, end_line) = (start.line, end.line);
    format!("::{level} file={file},line={line},endLine={end_line}{columns},title={title}::{text}\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
