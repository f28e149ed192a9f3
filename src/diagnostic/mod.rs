//! What the compiler says to people.
//!
//! [`Diagnostic`] is the only type for it; the terminal, JSON and the editor
//! are printers of the same value. Wording is decided in each stage's
//! `errors.rs`; this module knows none.

pub mod code;
mod cut;
pub mod fixes;
pub mod github;
pub mod json;
pub mod junit;
pub mod lint;
pub mod page;
pub mod sarif;
pub mod short;
pub mod suggest;
pub mod terminal;

pub use code::Code;

use rustc_hash::FxHashMap;

use crate::source::Span;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The output cannot be correct, or AWS would refuse it.
    Error,
    /// Probably wrong. Every warning can be allowed.
    Warning,
    /// Worth knowing.
    Note,
}

/// One complaint: what is wrong, where, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// What is wrong in the user's words: one line, no full stop, source text
    /// in backticks.
    pub message: String,
    /// The smallest place that must change.
    pub primary: Label,
    /// The facts that make it wrong, elsewhere.
    pub related: Vec<Label>,
    /// Background: whose limit it is, when it would have failed.
    pub notes: Vec<String>,
    /// What to do about it, best first.
    pub helps: Vec<Help>,
    /// What the code says, unless a warning is denied.
    severity: Severity,
}

/// A place with a few words under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words; may be empty on a primary label.
    pub text: String,
}

/// A piece of advice, as an edit where one is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// The advice in words.
    pub text: String,
    /// The edits that carry it out; none when it is only text.
    pub edits: Vec<Edit>,
    /// How sure we are of the edits.
    pub applicability: Applicability,
}

/// Replace the bytes under `span` by `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes; empty to insert.
    pub span: Span,
    /// What comes instead; empty to delete.
    pub text: String,
}

/// How sure a [`Help`] is of its edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// Right for certain: `check --fix` may apply it.
    MachineApplicable,
    /// Likely right: an editor may offer it.
    MaybeIncorrect,
    /// A snippet with places to fill in.
    HasPlaceholders,
    /// Words only.
    Unspecified,
}

/// What makes two programs' complaints the same one.
pub type Gist<F> = (F, (u32, u32), Code, String);

impl Diagnostic {
    /// A complaint about `span`.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            related: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            severity: code.severity(),
        }
    }

    /// Words under the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place that has a part in it.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Background in a sentence.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Advice in words.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        let applicability = Applicability::Unspecified;
        self.helps.push(Help {
            text: text.into(),
            edits: Vec::new(),
            applicability,
        });
        self
    }

    /// Advice that is certainly right: `text` in place of `span`.
    #[must_use]
    pub fn fix(self, help: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let edit = Edit {
            span,
            text: text.into(),
        };
        self.advice(help, Applicability::MachineApplicable, [edit])
    }

    /// Advice that is likely right: `text` in place of `span`.
    #[must_use]
    pub fn suggestion(self, help: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let edit = Edit {
            span,
            text: text.into(),
        };
        self.advice(help, Applicability::MaybeIncorrect, [edit])
    }

    /// Advice with any number of edits.
    #[must_use]
    pub fn advice(
        mut self,
        help: impl Into<String>,
        applicability: Applicability,
        edits: impl IntoIterator<Item = Edit>,
    ) -> Self {
        let edits = edits.into_iter().collect();
        self.helps.push(Help {
            text: help.into(),
            edits,
            applicability,
        });
        self
    }

    /// What makes it the same as another program's complaint, shown at a place of a
    /// file. Who inherits a mistake is no other mistake.
    #[must_use]
    pub fn gist<F: Default>(&self, file: F, span: Span) -> Gist<F> {
        if self.code == Code::ImportCycle {
            // Every program on the circle finds it at another place.
            let mut files: Vec<&str> = self.message.split('`').skip(1).step_by(2).collect();
            files.sort_unstable();
            return (F::default(), (0, 0), self.code, files.concat());
        }
        let place = (span.start, span.end);
        (file, place, self.code, self.message.clone())
    }

    /// Whether it is an error, a warning or a note.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// The same as an error, because somebody denies it.
    #[must_use]
    pub fn denied(self, note: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            ..self.note(note)
        }
    }
}

/// A complaint in plain lines, without its place: the message, what stands under
/// the place, notes and helps.
#[must_use]
pub fn text(diagnostic: &Diagnostic) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    if !diagnostic.primary.text.is_empty() {
        lines.push(diagnostic.primary.text.clone());
    }
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    lines.extend(notes);
    let helps = diagnostic.helps.iter();
    lines.extend(helps.map(|help| format!("help: {}", help.text)));
    lines.join("\n")
}

/// Proof that somebody was told. Only [`Diagnostics::report`] makes one, so a
/// function that returns `Err(Reported)` cannot have failed in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported(());

/// Everything said so far.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    errors: usize,
    said: Said,
}

/// Where in the list each place and code is.
type Said = FxHashMap<(Code, Span), Vec<usize>>;

impl Diagnostics {
    /// Takes a complaint down.
    pub fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        if diagnostic.severity() == Severity::Error {
            self.errors += 1;
        }
        let key = (diagnostic.code, diagnostic.primary.span);
        self.said.entry(key).or_default().push(self.list.len());
        self.list.push(diagnostic);
        Reported(())
    }

    /// Takes a complaint down unless the same was said of the same place. The
    /// places that have a part in it may differ: a mistake that many inherit
    /// is one mistake.
    pub fn report_once(&mut self, diagnostic: Diagnostic) -> Reported {
        let same = |at: &usize| {
            let known = &self.list[*at];
            known.primary == diagnostic.primary && known.message == diagnostic.message
        };
        let key = (diagnostic.code, diagnostic.primary.span);
        if self.said.get(&key).is_some_and(|it| it.iter().any(same)) {
            self.errors += usize::from(diagnostic.severity() == Severity::Error);
            return Reported(());
        }
        self.report(diagnostic)
    }

    /// Counts an error that was taken down before and that somebody else has as
    /// well.
    pub fn said_again(&mut self) {
        self.errors += 1;
    }

    /// Proof for what failed because of something that was reported earlier,
    /// possibly by another stage.
    #[must_use]
    pub fn already_reported(&self) -> Reported {
        Reported(())
    }

    /// Takes over everything another stage or thread said.
    pub fn append(&mut self, other: Self) {
        // Errors that were said already count as well.
        let errors = self.errors + other.errors;
        for diagnostic in other.list {
            self.report(diagnostic);
        }
        self.errors = errors;
    }

    /// Takes over what another part of the same stage said and is to be kept,
    /// as far as it is new.
    pub fn append_once(&mut self, other: Self, keep: impl Fn(&Diagnostic) -> bool) {
        let errors = self.errors + other.errors;
        for diagnostic in other.list.into_iter().filter(keep) {
            self.report_once(diagnostic);
        }
        self.errors = errors;
    }

    /// Drops complaints of one code where one of another code has been made of
    /// the same place: what is wrong there makes the first mistake moot.
    pub fn give_way(&mut self, moot: Code, to: Code) {
        self.drop(|it, said| it.code == moot && said.contains_key(&(to, it.primary.span)));
    }

    /// Drops complaints that others make moot.
    pub fn drop_moot(&mut self, is_moot: impl Fn(&Diagnostic) -> bool) {
        self.drop(|it, _| is_moot(it));
    }

    fn drop(&mut self, is_moot: impl Fn(&Diagnostic, &Said) -> bool) {
        let said = &self.said;
        if !self.list.iter().any(|it| is_moot(it, said)) {
            return;
        }
        // They stay counted: whoever compares counts has seen an error there.
        let list = std::mem::take(&mut self.list);
        let kept: Vec<Diagnostic> = list.into_iter().filter(|it| !is_moot(it, said)).collect();
        self.said.clear();
        for (at, it) in kept.iter().enumerate() {
            let key = (it.code, it.primary.span);
            self.said.entry(key).or_default().push(at);
        }
        self.list = kept;
    }

    /// Whether any complaint is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// All complaints, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// The errors, in the order in which they were found.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        let is_error = |it: &&Diagnostic| it.severity() == Severity::Error;
        self.list.iter().filter(is_error)
    }

    /// How many errors there are: a stage compares before and after.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors
    }

    /// All of it, by file and position, without repetitions.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut list = self.list;
        sort(&mut list);
        list.dedup();
        list
    }
}

/// A word of the language as sentences have it: `an environment`, `a template`.
#[must_use]
pub fn with_article(noun: &str) -> String {
    match noun.starts_with(['a', 'e', 'i']) {
        true => format!("an {noun}"),
        false => format!("a {noun}"),
    }
}

/// By file and position.
pub fn sort(list: &mut [Diagnostic]) {
    list.sort_by(|a, b| {
        let key = |it: &Diagnostic| (it.primary.span, it.severity(), it.code);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
}
