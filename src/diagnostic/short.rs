//! Diagnostics as one line each, as editors and `grep` like them.

use super::{Diagnostic, Severity};
use crate::source::Sources;

/// `shop.bean:41:5: error[E0110]: …`, a line for each complaint.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| render(diagnostic, sources))
        .collect()
}

fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = sources.place(diagnostic.primary.span);
    let severity = diagnostic.severity().word();
    let (number, message) = (diagnostic.code.number(), &diagnostic.message);
    let message = message.replace(char::is_control, " ");
    format!("{place}: {severity}[{number}]: {message}\n")
}

impl Severity {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}
