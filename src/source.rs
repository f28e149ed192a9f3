//! Source files and places in them.
//!
//! A [`Span`] is four bytes of file and two of offsets, so that every token,
//! value and emitted resource can afford to carry one.

use std::fmt;
use std::sync::Arc;

/// A file in a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the bytes are in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end` of `file`.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        // Files are at most 1 MiB (`syntax::MAX_FILE_BYTES`), so offsets fit.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            file,
            start: offset(start),
            end: offset(end),
        }
    }

    /// The smallest span that covers both, which are in one file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The empty span in front of this one.
    #[must_use]
    pub fn before(self) -> Self {
        Self {
            end: self.start,
            ..self
        }
    }

    /// The empty span behind this one.
    #[must_use]
    pub fn after(self) -> Self {
        Self {
            start: self.end,
            ..self
        }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies inside.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// How places move when text in front of them grows or shrinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The file.
    pub file: FileId,
    /// What begins here or behind moves.
    pub from: u32,
    /// So many bytes towards the file's end.
    pub by: i64,
}

impl Shift {
    /// Nothing of a file moves.
    #[must_use]
    pub fn none(file: FileId) -> Self {
        Self {
            file,
            from: u32::MAX,
            by: 0,
        }
    }

    /// A place's new place.
    #[must_use]
    pub fn span(self, span: Span) -> Span {
        if span.file != self.file || span.start < self.from {
            return span;
        }
        let offset = |at: u32| u32::try_from(i64::from(at) + self.by).unwrap_or(u32::MAX);
        Span {
            file: span.file,
            start: offset(span.start),
            end: offset(span.end),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineEnd {
    /// That of a text, which the first line says that is not blank.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']);
        match text.split_once('\n') {
            Some((first, _)) if first.ends_with('\r') => Self::CrLf,
            Some(_) | None => Self::Lf,
        }
    }

    /// The end of a line.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }

    /// A text of ours, whose lines end with `\n`, with these ends. What is taken
    /// over from a file has them already.
    #[must_use]
    pub fn put_into(self, text: String) -> String {
        if self == Self::Lf || !text.contains('\n') {
            return text;
        }
        let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
        lines.collect::<Vec<_>>().join(self.text())
    }
}

/// One file's name and text.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    line_starts: Vec<u32>,
}

impl Source {
    fn new(name: &str, text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
            .collect();
        Self {
            name: name.into(),
            text: text.into(),
            line_starts,
        }
    }

    /// The name shown to people: relative to the project root, with `/`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Where an offset in bytes is.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        let before = self.text.get(start..end).unwrap_or_default();
        // A byte order mark is no character of the text, to editors neither.
        let before = match start {
            0 => before.trim_start_matches('\u{feff}'),
            _ => before,
        };
        let column = before.chars().count() + 1;
        LineColumn { line, column }
    }
}

/// All files of one compilation, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file and names it from now on.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Source::new(name, text));
        id
    }

    /// The file behind an id that [`Sources::add`] gave.
    #[must_use]
    pub fn file(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// The file behind an id, when there is one.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The text under a span.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .text()
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Line and column of a span's first byte.
    #[must_use]
    pub fn start(&self, span: Span) -> LineColumn {
        self.file(span.file).line_column(span.start)
    }

    /// Line and column behind a span's last byte.
    #[must_use]
    pub fn end(&self, span: Span) -> LineColumn {
        self.file(span.file).line_column(span.end)
    }

    /// `shop.bean:12:3`, for one-line outputs.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let LineColumn { line, column } = self.start(span);
        format!("{}:{line}:{column}", self.file(span.file).name())
    }

    /// The same files under other names, for readers who stand elsewhere.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&str) -> String) -> Self {
        let renamed = |file: &Source| Source {
            name: name(&file.name).into(),
            ..file.clone()
        };
        Self {
            files: self.files.iter().map(renamed).collect(),
        }
    }

    /// Every file with its id.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_how_lines_end() {
        for text in ["", "a", "a\nb\r\n", "\r\n\n a\n", "a\rb"] {
            assert_eq!(LineEnd::of(text), LineEnd::Lf, "{text:?}");
        }
        for text in ["a\r\nb\n", "\u{feff}\na\r\n"] {
            assert_eq!(LineEnd::of(text), LineEnd::CrLf, "{text:?}");
        }
        assert_eq!(LineEnd::CrLf.put_into("a\nb\r\n".into()), "a\r\nb\r\n");
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        let mut sources = Sources::default();
        let file = sources.add("a.bean", "\u{feff}a = 1\n");
        assert_eq!(sources.place(Span::new(file, 0, 3)), "a.bean:1:1");
        assert_eq!(sources.place(Span::new(file, 3, 4)), "a.bean:1:1");
        assert_eq!(sources.place(Span::new(file, 4, 4)), "a.bean:1:2");
    }

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a.bean", "é = 1\nzwei = ü\n");
        assert_eq!(sources.place(Span::new(file, 0, 2)), "a.bean:1:1");
        assert_eq!(sources.place(Span::new(file, 2, 3)), "a.bean:1:2");
        assert_eq!(sources.place(Span::new(file, 14, 16)), "a.bean:2:8");
        assert_eq!(sources.place(Span::new(file, 17, 17)), "a.bean:3:1");
    }
}
