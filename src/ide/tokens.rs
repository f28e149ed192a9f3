//! What every piece of a file is, for colours.
//!
//! The marks say what words mean; the text between them is looked at here:
//! comments, operators, keywords, and whatever stands where the tree has a
//! hole.

use super::Snapshot;
use super::marks::{self, Mark, What};
use crate::analysis::names::{ItemId, Space};
use crate::source::{FileId, Span};

/// A piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its place; never over the end of a line, except in a block comment.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// Whether it is the place where its name is declared.
    pub declares: bool,
    /// Whether the standard library has it.
    pub library: bool,
}

/// What a [`Token`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// `import`, `extends`, `remove`
    Keyword,
    /// `environment` at the front of an item.
    ItemKind,
    /// The name of an item.
    Item,
    /// The name of a `param`.
    Param,
    /// The name of an `input`.
    Input,
    /// The name of a `let` or an `output`.
    Constant,
    /// The key of an entry, and a property in a reference.
    Property,
    /// The name of a keyed block.
    Label,
    /// A word of an enum.
    EnumWord,
    /// The type of a param or input.
    Type,
    /// The first word of a reference: `param`, `self`.
    Reference,
    /// What an item has once it is deployed.
    Attribute,
    /// A function.
    Function,
    /// `true`, `false`
    Bool,
    /// A number without a unit.
    Number,
    /// `30s`, `20GiB`, `70%`, `10.20.0.0/16`
    Quantity,
    /// A text, without what is interpolated.
    Text,
    /// `\n` in a text.
    Escape,
    /// `${` and its `}`.
    Interpolation,
    /// `=`, `+`, `? :`
    Operator,
    /// `# …`
    Comment,
    /// `## …`
    DocComment,
    /// A name that nothing has.
    Unresolved,
}

/// The pieces of a file, in order and without overlap. Blanks, brackets, dots
/// and commas are in none.
#[must_use]
pub fn tokens(snapshot: &Snapshot, file: FileId) -> Vec<Token> {
    let Some(source) = snapshot.source(file) else {
        return Vec::new();
    };
    let mut lexer = Lexer {
        snapshot,
        file,
        text: source.text(),
        at: 0,
        marks: marks::of_file(snapshot, file).into_iter().peekable(),
        open: Vec::new(),
        tokens: Vec::new(),
    };
    lexer.run();
    lexer.tokens
}

/// What is open around the place at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Brace,
    Interpolation,
}

struct Lexer<'a> {
    snapshot: &'a Snapshot,
    file: FileId,
    text: &'a str,
    at: usize,
    marks: std::iter::Peekable<std::vec::IntoIter<Mark<'a>>>,
    open: Vec<Open>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(c) = self.text[self.at..].chars().next() {
            if !self.marked() {
                self.unmarked(c);
            }
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn push(&mut self, end: usize, kind: TokenKind) {
        let span = self.span(self.at, end);
        self.at = end;
        if !span.is_empty() {
            self.tokens.push(Token {
                span,
                kind,
                declares: false,
                library: false,
            });
        }
    }

    /// Takes what a mark says of this place, when one does.
    fn marked(&mut self) -> bool {
        let at = self.at;
        while self
            .marks
            .next_if(|mark| (mark.span.start as usize) < at)
            .is_some()
        {}
        let here = |mark: &Mark<'_>| mark.span.start as usize == at;
        let Some(mark) = self.marks.next_if(here) else {
            return false;
        };
        let end = mark.span.end as usize;
        let quoted = self.text[at..].starts_with('"');
        match mark.what {
            What::Text | What::Library(_) | What::ImportPath if quoted => self.string(),
            what => {
                let (kind, declares) = self.kind(&what);
                self.push(end, kind);
                if let Some(token) = self.tokens.last_mut() {
                    let item = item(&what);
                    token.library = item.is_some_and(|it| self.snapshot.is_library(it.file));
                    token.declares = declares;
                }
            }
        }
        true
    }

    fn kind(&self, what: &What<'_>) -> (TokenKind, bool) {
        let named = |id: &ItemId| match self.snapshot.reading().names().named(*id) {
            Some((Space::Param, _)) => TokenKind::Param,
            Some((Space::Input, _)) => TokenKind::Input,
            Some((Space::Let, _)) => TokenKind::Constant,
            Some((Space::Item(_), _)) => TokenKind::Item,
            None => TokenKind::Unresolved,
        };
        match what {
            What::Kind(_) => (TokenKind::ItemKind, false),
            What::Declares(id) | What::Alias(id) => (named(id), true),
            What::Uses(id) | What::Imports(id) => (named(id), false),
            What::Library(_) => (TokenKind::Item, false),
            What::Unknown => (TokenKind::Unresolved, false),
            What::Name => (TokenKind::Constant, true),
            What::ImportPath | What::Text => (TokenKind::Text, false),
            What::Head(_) => (TokenKind::Reference, false),
            What::Key(_) | What::KeyUse(..) => (TokenKind::Property, false),
            What::Label(_) => (TokenKind::Label, true),
            What::LabelUse(..) => (TokenKind::Label, false),
            What::Attribute(_) | What::Pseudo(_) => (TokenKind::Attribute, false),
            What::Variant(_) | What::Word(_) | What::Member(_) => (TokenKind::EnumWord, false),
            What::TypeName => (TokenKind::Type, false),
            What::Function => (TokenKind::Function, false),
            What::Bool => (TokenKind::Bool, false),
            What::Number => (TokenKind::Number, false),
            What::Quantity => (TokenKind::Quantity, false),
        }
    }

    /// What no mark speaks of.
    fn unmarked(&mut self, c: char) {
        let rest = &self.text[self.at..];
        let line = rest.find('\n').unwrap_or(rest.len());
        match c {
            '#' => {
                let doc = rest.starts_with("##");
                let kind = if doc {
                    TokenKind::DocComment
                } else {
                    TokenKind::Comment
                };
                let end = self.at + rest[..line].trim_end().len();
                self.push(end, kind);
            }
            '/' if rest.starts_with("//") => {
                let end = self.at + rest[..line].trim_end().len();
                self.push(end, TokenKind::Comment);
            }
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
                self.push(self.at + end, TokenKind::Comment);
            }
            '"' => self.string(),
            '{' => {
                self.open.push(Open::Brace);
                self.at += 1;
            }
            '}' => match self.open.pop() {
                Some(Open::Interpolation) => {
                    self.push(self.at + 1, TokenKind::Interpolation);
                    self.in_string();
                }
                Some(Open::Brace) | None => self.at += 1,
            },
            // Texts end with their line, and so do the interpolations in them.
            '\n' => {
                while self.open.last() == Some(&Open::Interpolation) {
                    self.open.pop();
                }
                self.at += 1;
            }
            '[' | ']' | '(' | ')' | ',' | ';' => self.at += 1,
            '.' if !rest.starts_with("...") => self.at += 1,
            c if c.is_whitespace() || c == '\u{feff}' => self.at += c.len_utf8(),
            c if c.is_ascii_digit() => {
                let inside = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '%');
                let end = rest.find(|it| !inside(it)).unwrap_or(rest.len());
                let unit = rest[..end].ends_with(|it: char| !it.is_ascii_digit());
                let kind = if unit {
                    TokenKind::Quantity
                } else {
                    TokenKind::Number
                };
                self.push(self.at + end, kind);
            }
            c if c.is_alphabetic() || c == '_' => {
                let inside = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-');
                let end = rest.find(|it| !inside(it)).unwrap_or(rest.len());
                let word = &rest[..end];
                let kind = match word {
                    "true" | "false" => TokenKind::Bool,
                    word if KEYWORDS.contains(&word) => TokenKind::Keyword,
                    word if Space::of(word).is_some() => TokenKind::ItemKind,
                    _ => TokenKind::Unresolved,
                };
                self.push(self.at + end, kind);
            }
            _ => {
                let inside = |it: char| !it.is_alphanumeric() && !SINGLE.contains(it);
                let end = rest.find(|it| !inside(it)).unwrap_or(rest.len());
                let end = end.max(c.len_utf8());
                self.push(self.at + end, TokenKind::Operator);
            }
        }
    }

    /// A text from its opening quote on.
    fn string(&mut self) {
        let start = self.at;
        self.at += 1;
        self.string_from(start);
    }

    /// The rest of a text behind an interpolation.
    fn in_string(&mut self) {
        self.string_from(self.at);
    }

    /// A text, of which a piece began at `start`, up to its end or to the next
    /// interpolation.
    fn string_from(&mut self, start: usize) {
        let mut start = start;
        let flush = |lexer: &mut Self, start: usize| {
            let end = lexer.at;
            lexer.at = start;
            lexer.push(end, TokenKind::Text);
        };
        while let Some(c) = self.text[self.at..].chars().next() {
            let rest = &self.text[self.at..];
            match c {
                '"' => {
                    self.at += 1;
                    break;
                }
                '\n' => break,
                '$' if rest.starts_with("${") => {
                    flush(self, start);
                    self.push(self.at + 2, TokenKind::Interpolation);
                    self.open.push(Open::Interpolation);
                    return;
                }
                '\\' => {
                    flush(self, start);
                    let length = escape(rest);
                    self.push(self.at + length, TokenKind::Escape);
                    start = self.at;
                }
                c => self.at += c.len_utf8(),
            }
        }
        flush(self, start);
    }
}

/// Characters that never join an operator.
const SINGLE: &str = " \t\r\n\"#{}[](),;._";

/// Words of the grammar that the tree has no place for.
const KEYWORDS: [&str; 14] = [
    "edition",
    "import",
    "from",
    "as",
    "output",
    "extends",
    "assert",
    "else",
    "remove",
    "test",
    "given",
    "expect",
    "expect_no_diagnostic",
    "expect_diagnostic",
];

/// How long the escape at the front is.
fn escape(text: &str) -> usize {
    let mut characters = text.chars();
    characters.next();
    match characters.next() {
        Some('u') if text[2..].starts_with('{') => match text.find('}') {
            Some(end) if !text[..end].contains(['\n', '"']) => end + 1,
            Some(_) | None => 2,
        },
        Some('\n') | None => 1,
        Some(c) => 1 + c.len_utf8(),
    }
}

/// The declaration that a mark speaks of.
fn item(what: &What<'_>) -> Option<ItemId> {
    match what {
        What::Declares(id)
        | What::Uses(id)
        | What::Imports(id)
        | What::Alias(id)
        | What::Library(id) => Some(*id),
        _ => None,
    }
}
