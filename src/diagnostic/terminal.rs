//! Diagnostics for people in front of a terminal, drawn by miette.
//!
//! miette reads a label's text from one source per report, and a complaint
//! here may point into several files. So a report gets a `Panorama`: the
//! files it points into laid behind one another, in which no excerpt reaches
//! from one file into the next.

use std::borrow::Cow;
use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};
use textwrap::{WordSeparator, WordSplitter};

use super::cut::Cut;
use super::{Applicability, Code, Diagnostic, Help, Label, Severity};
use crate::source::{FileId, Source, Sources, Span};

/// With colours or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// The terminal's sixteen colours, so that its theme decides.
    Color,
}

/// How many complaints of one kind are shown before the rest is counted.
const MOST_OF_ONE_CODE: usize = 20;

/// A block that is complained about as a whole is shown up to this many lines,
/// a longer one by its first line.
const MOST_LINES: usize = 6;

/// All complaints, one below the other. After twenty of one kind the rest is
/// counted.
#[must_use]
pub fn render_all(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    width: usize,
    style: Style,
) -> String {
    let mut shown: Vec<(Code, usize)> = Vec::new();
    let mut output = String::new();
    for diagnostic in diagnostics {
        let code = diagnostic.code;
        let at = shown.iter().position(|(seen, _)| *seen == code);
        let at = at.unwrap_or_else(|| {
            shown.push((code, 0));
            shown.len() - 1
        });
        shown[at].1 += 1;
        if shown[at].1 <= MOST_OF_ONE_CODE {
            output.push_str(&render(diagnostic, sources, width, style));
            output.push('\n');
        }
    }
    for (code, count) in shown {
        if let more @ 1.. = count.saturating_sub(MOST_OF_ONE_CODE) {
            let (number, slug) = (code.number(), code.slug());
            output.push_str(&format!(
                "{number} {slug}\n\n  and {more} more of the same kind\n\n"
            ));
        }
    }
    output
}

/// One complaint: code, message, the places, notes and help.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, width: usize, style: Style) -> String {
    let panorama = Panorama::new(diagnostic, sources, width);
    let report = Report {
        diagnostic,
        message: printable(&diagnostic.message),
        labels: panorama.labels(diagnostic, width),
        panorama: &panorama,
    };
    let mut output = String::new();
    // Writing to a string cannot fail, and the panorama has every label.
    let drawn = handler(width, style).render_report(&mut output, &report);
    debug_assert!(drawn.is_ok(), "{diagnostic:?}");
    output.retain(|c| c != BYTE_ORDER_MARK);
    let Label { span, text } = &diagnostic.primary;
    if sources.file(span.file).text().is_empty() && !text.is_empty() {
        // There is no line that it could stand under.
        paragraph(&mut output, "note", text, width, style);
    }
    for note in &diagnostic.notes {
        paragraph(&mut output, "note", note, width, style);
    }
    for help in &diagnostic.helps {
        paragraph(&mut output, "help", &advice(help), width, style);
    }
    output
}

fn handler(width: usize, style: Style) -> GraphicalReportHandler {
    let theme = match style {
        Style::Plain => GraphicalTheme::unicode_nocolor(),
        Style::Color => GraphicalTheme::unicode(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_urls(false)
        .without_cause_chain()
        .without_syntax_highlighting()
        .with_break_words(false)
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .tab_width(2)
}

fn advice(help: &Help) -> Cow<'_, str> {
    match help.applicability {
        Applicability::MachineApplicable => format!("{}  [fix available]", help.text).into(),
        Applicability::MaybeIncorrect
        | Applicability::HasPlaceholders
        | Applicability::Unspecified => Cow::from(&help.text),
    }
}

/// Lines end at spaces alone: names contain hyphens, and what is quoted is
/// meant to be copied.
fn wrapping<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width.max(24))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false)
}

/// `  help: …`, wrapped and indented behind the colon.
fn paragraph(output: &mut String, word: &str, text: &str, width: usize, style: Style) {
    let head = match style {
        Style::Plain => format!("  {word}: "),
        Style::Color => format!("  \u{1b}[36m{word}:\u{1b}[0m "),
    };
    let options = wrapping(width)
        .initial_indent(&head)
        .subsequent_indent("        ");
    for (at, line) in printable(text).lines().enumerate() {
        let options = match at {
            0 => options.clone(),
            _ => options.clone().initial_indent("        "),
        };
        output.push_str(&textwrap::fill(line, options));
        output.push('\n');
    }
}

/// At the beginning of a file it is no character: it is drawn without width, and
/// taken out of what is drawn.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text with marks in place of what would move the cursor, colour the
/// screen or turn the direction of reading. Every mark is as many bytes long
/// as what it stands for, so offsets stay right.
fn printable(text: &str) -> Cow<'_, str> {
    let is_safe = |c: char| match c {
        '\n' | '\t' => true,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' => false,
        BYTE_ORDER_MARK => false,
        _ => !c.is_control(),
    };
    if text.chars().all(is_safe) {
        return Cow::from(text);
    }
    let mark = |(at, c): (usize, char)| match c {
        c if is_safe(c) || at == 0 && c == BYTE_ORDER_MARK => c,
        '\r' => ' ',
        c if c.len_utf8() == 1 => '?',
        c if c.len_utf8() == 2 => '·',
        _ => '\u{fffd}',
    };
    text.char_indices().map(mark).collect()
}

/// The files of one report behind one another.
struct Panorama<'a> {
    files: Vec<Shown<'a>>,
    /// Where the primary label is drawn, and where its place begins in its file.
    heading: (usize, usize),
}

/// A file in a [`Panorama`].
struct Shown<'a> {
    id: FileId,
    source: &'a Source,
    text: Cow<'a, str>,
    /// The same without the far parts of long lines.
    cut: Option<Cut>,
    /// Offset of its first byte.
    base: usize,
}

impl<'a> Panorama<'a> {
    /// The primary label's file comes first: miette draws in this order.
    fn new(diagnostic: &Diagnostic, sources: &'a Sources, width: usize) -> Self {
        let mut files: Vec<Shown<'_>> = Vec::new();
        let labels = || std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
        for label in labels() {
            let id = label.span.file;
            if files.iter().all(|file| file.id != id) {
                let source = sources.file(id);
                // One byte between the files: the place behind the last byte of
                // one is not the first place of the next.
                let base = files
                    .last()
                    .map_or(0, |last| last.base + last.shown().len() + 1);
                let mut file = Shown {
                    id,
                    source,
                    text: printable(source.text()),
                    cut: None,
                    base,
                };
                let here = labels().filter(|label| label.span.file == id);
                let spans: Vec<_> = here.map(|label| file.visible(label.span)).collect();
                let last = spans.iter().map(|(_, end)| *end).max().unwrap_or_default();
                // In front of it: a space, the number, a bar and a space; behind
                // it one column stays free.
                let number = (file.line(last) + 2).to_string().len();
                let room = width.saturating_sub(number + 5).max(40);
                file.cut = Cut::new(&file.text, &spans, room);
                files.push(file);
            }
        }
        let spans: Vec<Span> = labels().map(|label| label.span).collect();
        // The primary label's file is the first.
        let heading = files.first().map_or((0, 0), |file| {
            let (drawn, _) = file.between(diagnostic.primary.span, &spans);
            (file.place(drawn), file.visible(diagnostic.primary.span).0)
        });
        Self { files, heading }
    }

    fn labels(&self, diagnostic: &Diagnostic, width: usize) -> Vec<LabeledSpan> {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
        let spans: Vec<Span> = labels.clone().map(|label| label.span).collect();
        labels
            .enumerate()
            .filter_map(|(at, label)| {
                let file = self.files.iter().find(|file| file.id == label.span.file)?;
                let (start, end) = file.between(label.span, &spans);
                let number = file.line(end).to_string().len();
                let (start, end) = (file.place(start), file.place(end));
                // To the left of the words: number, bar, half the place, arrow.
                let left =
                    number + 8 + (column(file.shown(), start) + column(file.shown(), end)) / 2;
                let room = wrapping(width.saturating_sub(left));
                let text = textwrap::fill(&printable(&label.text), room);
                let text = Some(text).filter(|text| !text.is_empty());
                let span = SourceSpan::from((file.base + start, end - start));
                Some(match at {
                    0 => LabeledSpan::new_primary_with_span(text, span),
                    _ => LabeledSpan::new_with_span(text, span),
                })
            })
            .collect()
    }
}

impl Shown<'_> {
    /// The part of a span that is drawn: inside the file, on whole characters,
    /// on a line with something on it, and not taller than [`MOST_LINES`].
    fn visible(&self, span: Span) -> (usize, usize) {
        let boundary = |at: u32| {
            let at = (at as usize).min(self.text.len());
            (0..=at)
                .rev()
                .find(|at| self.text.is_char_boundary(*at))
                .unwrap_or(0)
        };
        let (start, end) = (boundary(span.start), boundary(span.end));
        let end = end.max(start);
        if start == self.text.len() {
            // Nothing is there to point at: the last character's end it is.
            let last = self.text.trim_end().len();
            return (last, last);
        }
        let covered = &self.text[start..end];
        if covered.lines().count() > MOST_LINES {
            let first = covered.lines().next().map_or(0, str::len);
            return (start, start + first);
        }
        (start, start + covered.trim_end_matches(['\n', '\r']).len())
    }

    /// What is drawn of a label around others on its line: the longest part of it
    /// that is not theirs. One line has no room for two marks at one place.
    fn between(&self, span: Span, all: &[Span]) -> (usize, usize) {
        let (start, end) = self.visible(span);
        if self.text[start..end].contains('\n') {
            return (start, end);
        }
        let others = all.iter().filter(|it| it.file == span.file && **it != span);
        let mut inner: Vec<(usize, usize)> = others
            .map(|other| self.visible(*other))
            .filter(|other| start <= other.0 && other.1 <= end && other.0 < other.1)
            .collect();
        inner.sort_unstable();
        let mut at = start;
        let mut parts = Vec::new();
        for (from, to) in inner.into_iter().chain([(end, end)]) {
            if let Some(part) = self.text.get(at..from) {
                let left = at + part.len() - part.trim_start().len();
                parts.push((left, left + part.trim().len()));
            }
            at = at.max(to);
        }
        let longest = parts.into_iter().rev().max_by_key(|(from, to)| to - from);
        longest
            .filter(|(from, to)| from < to)
            .unwrap_or((start, end))
    }

    /// The line of a place of the text, from 0.
    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count()
    }

    /// What is drawn.
    fn shown(&self) -> &str {
        self.cut.as_ref().map_or(&self.text, |cut| &cut.text)
    }

    /// Where a place of the text is in what is drawn.
    fn place(&self, at: usize) -> usize {
        self.cut.as_ref().map_or(at, |cut| cut.place(at))
    }

    /// Where the line of `at` begins, `lines` lines up.
    fn line_start(&self, at: usize, lines: usize) -> usize {
        self.shown()[..at]
            .rmatch_indices('\n')
            .nth(lines)
            .map_or(0, |(newline, _)| newline + 1)
    }

    /// Behind the newline of the line of `at`, `lines` lines down.
    fn line_end(&self, at: usize, lines: usize) -> usize {
        let text = self.shown();
        text[at..]
            .match_indices('\n')
            .nth(lines)
            .map_or(text.len(), |(newline, _)| at + newline + 1)
    }
}

impl SourceCode for Panorama<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let file = self
            .files
            .iter()
            .rfind(|file| file.base <= span.offset())
            .ok_or(MietteError::OutOfBounds)?;
        let start = span.offset() - file.base;
        let end = start + span.len();
        if end > file.shown().len() {
            // It reaches into the next file.
            return Err(MietteError::OutOfBounds);
        }
        // Without context miette asks for a place, otherwise for lines.
        let (from, to) = match (lines_before, lines_after) {
            (0, 0) => (start, end),
            (before, after) => (file.line_start(start, before), file.line_end(end, after)),
        };
        let text = &file.shown()[from..to];
        let place = match (lines_before, lines_after) {
            (0, 0) if span.offset() == self.heading.0 => self.heading.1,
            _ => file.cut.as_ref().map_or(from, |cut| cut.source(from)),
        };
        let contents = MietteSpanContents::new_named(
            file.source.name().to_owned(),
            text.as_bytes(),
            (file.base + from, text.len()).into(),
            file.line(place),
            column(&file.text, place),
            text.lines().count(),
        );
        Ok(Box::new(contents))
    }
}

/// Characters in front of `at` on its line.
fn column(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let before = text[line..at].chars();
    before.filter(|c| *c != BYTE_ORDER_MARK).count()
}

/// A [`Diagnostic`] as miette wants to see it.
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    message: Cow<'a, str>,
    labels: Vec<LabeledSpan>,
    panorama: &'a Panorama<'a>,
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let code = self.diagnostic.code;
        Some(Box::new(format!("{} {}", code.number(), code.slug())))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity() {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.panorama)
    }
}
