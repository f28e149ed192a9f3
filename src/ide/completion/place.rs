//! Where the cursor is.
//!
//! While somebody types, the tree has holes where the interesting things are,
//! and it is as old as the last keystroke but one. So the place is read from
//! the text itself: one pass over the item around the cursor, by the grammar's
//! rules for brackets, texts and comments.

use std::ops::Range;

use smol_str::SmolStr;

use crate::syntax;

/// The cursor's place.
#[derive(Debug)]
pub(super) struct Place<'t> {
    /// What is open around the cursor, outermost first; the item is the first.
    pub frames: Vec<Frame<'t>>,
    /// The tokens of the statement at hand, up to the cursor. What is being
    /// typed is not among them.
    pub tokens: Vec<Token<'t>>,
    /// What is being typed, as far as the cursor.
    pub typed: &'t str,
    /// The words in front of a dot in front of it.
    pub path: Vec<&'t str>,
    /// What the answer replaces.
    pub replace: Range<usize>,
    /// What stands behind the cursor's word: its first character.
    pub behind: Option<char>,
    /// The item's text from its first word on.
    pub item: &'t str,
    /// Where the innermost text or comment begins that the cursor is in.
    pub within: Within,
    /// The comment as far as what is being typed.
    pub comment: &'t str,
}

/// What the cursor is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Code.
    Code,
    /// A text, between its quotes.
    Text,
    /// A comment.
    Comment,
}

/// Something open.
#[derive(Debug, Clone)]
pub(super) struct Frame<'t> {
    pub kind: FrameKind,
    /// What stands in front of it in its statement.
    pub head: Vec<Token<'t>>,
    /// Entries that are written in it, before and behind the cursor.
    pub entries: Vec<Written<'t>>,
    at: usize,
}

/// What a [`Frame`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// The top of the file.
    File,
    /// `{ … }`
    Block,
    /// `[ … ]`
    List,
    /// `( … )`, with the number of commas so far.
    Parentheses(usize),
    /// `${ … }`
    Interpolation,
}

/// An entry of a block.
#[derive(Debug, Clone)]
pub(super) struct Written<'t> {
    pub key: &'t str,
    pub label: Option<&'t str>,
    /// The first token of its value.
    pub value: Option<&'t str>,
    pub removes: bool,
}

/// A piece of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name, or several with dots between them.
    Word(&'t str),
    /// A text with its quotes.
    Text(&'t str),
    /// A number with its unit.
    Number(&'t str),
    /// `=`, `+=`
    Assign,
    /// `:`, `?`, `<`, `|`, `+` and their like.
    Sign(char),
    /// `...`
    Spread,
    /// A pair of brackets that is closed.
    Closed,
}

impl<'t> Place<'t> {
    /// The beginning of the item around the cursor, up to its first bracket or
    /// to the cursor.
    pub fn head(&self) -> &[Token<'t>] {
        match self.frames.get(1) {
            Some(frame) => &frame.head,
            None => &self.tokens,
        }
    }
}

/// The place of an offset in a text.
pub(super) fn place(text: &str, offset: usize) -> Place<'_> {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let (start, end) = item_around(text, offset);
    let mut scanner = Scanner {
        text,
        at: start,
        end,
        cursor: offset,
        lost: syntax::lost_ends(&text[start..end])
            .into_iter()
            .map(|(open, end)| (open + start, end + start))
            .collect(),
        frames: vec![Frame {
            kind: FrameKind::File,
            head: Vec::new(),
            entries: Vec::new(),
            at: start,
        }],
        statements: vec![Vec::new()],
        texts: Vec::new(),
        found: None,
        typed: false,
    };
    scanner.run();
    let found = scanner.found.take();
    let mut found = found.unwrap_or_else(|| scanner.here(Within::Code));
    found.item = &text[start..end];
    found
}

/// The item that holds an offset: from its head to the next one.
fn item_around(text: &str, offset: usize) -> (usize, usize) {
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let mut start = line_of(offset);
    while start > 0 && !syntax::is_item_head(&text[start..]) {
        start = line_of(start - 1);
    }
    let mut end = offset;
    while let Some(newline) = text[end..].find('\n') {
        end += newline + 1;
        if syntax::is_item_head(&text[end..]) {
            return (start, end);
        }
    }
    (start, text.len())
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    cursor: usize,
    /// Blocks whose brace is missing, and where they end by indentation.
    lost: Vec<(usize, usize)>,
    frames: Vec<Frame<'t>>,
    /// The tokens of the statement at hand in each frame.
    statements: Vec<Vec<Token<'t>>>,
    /// Where the texts begin that are open around interpolations.
    texts: Vec<usize>,
    found: Option<Place<'t>>,
    /// Whether the statement that is being typed is over.
    typed: bool,
}

impl<'t> Scanner<'t> {
    fn run(&mut self) {
        while self.at < self.end {
            if self.at >= self.cursor && self.found.is_none() {
                self.leave_lost(true);
                self.found = Some(self.here(Within::Code));
            }
            if self.found.is_some() && self.is_done() {
                break;
            }
            self.step();
        }
        if self.found.is_none() {
            self.leave_lost(true);
            self.found = Some(self.here(Within::Code));
        }
        self.end_statement();
        self.take_entries();
    }

    fn depth(&self) -> usize {
        self.found.as_ref().map_or(0, |it| it.frames.len())
    }

    /// Whether the block around the cursor is over.
    fn is_done(&self) -> bool {
        let Some(found) = &self.found else {
            return false;
        };
        let inner = found.frames.last().map(|it| it.at);
        let same = self.frames.get(self.depth() - 1).map(|it| it.at);
        self.frames.len() < self.depth() || inner != same
    }

    /// What was written behind the cursor belongs to its block, too.
    fn take_entries(&mut self) {
        let depth = self.depth();
        let Some(found) = &mut self.found else { return };
        let Some(now) = depth.checked_sub(1).and_then(|at| self.frames.get(at)) else {
            return;
        };
        if let Some(frame) = found.frames.last_mut()
            && frame.at == now.at
        {
            frame.entries = now.entries.clone();
        }
    }

    fn here(&self, within: Within) -> Place<'t> {
        let tokens = self.statements.last().cloned().unwrap_or_default();
        Place {
            frames: self.frames.clone(),
            tokens,
            typed: "",
            path: Vec::new(),
            replace: self.cursor..self.cursor,
            behind: behind(self.text, self.cursor),
            item: "",
            within,
            comment: "",
        }
    }

    /// Blocks without a brace end where their indentation ends.
    fn leave_lost(&mut self, at_cursor: bool) {
        while let Some(frame) = self.frames.last() {
            if frame.kind != FrameKind::Block {
                return;
            }
            let open = frame.at;
            let Ok(found) = self.lost.binary_search_by_key(&open, |(open, _)| *open) else {
                return;
            };
            if self.at < self.lost[found].1 {
                return;
            }
            // On an empty line only the cursor's column tells.
            if at_cursor && self.column(self.cursor) > self.indent(open) {
                return;
            }
            self.pop();
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn column(&self, at: usize) -> usize {
        at - self.line(at)
    }

    fn indent(&self, at: usize) -> usize {
        let line = &self.text[self.line(at)..at];
        line.len() - line.trim_start_matches([' ', '\t']).len()
    }

    fn step(&mut self) {
        let rest = &self.text[self.at..self.end];
        let Some(c) = rest.chars().next() else {
            self.at = self.end;
            return;
        };
        if !c.is_whitespace() {
            self.leave_lost(false);
        }
        match c {
            '\n' => self.newline(),
            c if c.is_whitespace() => self.at += c.len_utf8(),
            '#' => self.comment(),
            '/' if rest.starts_with("//") => self.comment(),
            '"' => {
                self.texts.push(self.at);
                self.at += 1;
                self.in_text();
            }
            '{' => self.push(FrameKind::Block),
            '[' => self.push(FrameKind::List),
            '(' => self.push(FrameKind::Parentheses(0)),
            '}' => self.close_brace(),
            ']' | ')' => {
                let inner = self.frames.last().map(|it| it.kind);
                if matches!(inner, Some(FrameKind::List | FrameKind::Parentheses(_))) {
                    self.pop();
                    self.token(Token::Closed);
                }
                self.at += 1;
            }
            ',' => {
                match self.frames.last_mut().map(|it| &mut it.kind) {
                    Some(FrameKind::Parentheses(commas)) => {
                        *commas += 1;
                        self.clear();
                    }
                    Some(FrameKind::List) => self.clear(),
                    Some(FrameKind::Block) => self.end_statement(),
                    Some(FrameKind::File | FrameKind::Interpolation) | None => {
                        self.token(Token::Sign(','));
                    }
                }
                self.at += 1;
            }
            c if c.is_ascii_digit() => {
                let inside =
                    |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '%' | '/' | '.');
                let length = rest.find(|it| !inside(it)).unwrap_or(rest.len());
                self.word(length, Token::Number(&rest[..length]));
            }
            c if c.is_alphabetic() || c == '_' => {
                let length = path_length(rest);
                self.word(length, Token::Word(&rest[..length]));
            }
            '.' if rest.starts_with("...") => {
                self.token(Token::Spread);
                self.at += 3;
            }
            '=' if !rest.starts_with("==") => {
                self.token(Token::Assign);
                self.at += 1;
            }
            '+' if rest.starts_with("+=") => {
                self.token(Token::Assign);
                self.at += 2;
            }
            c => {
                self.token(Token::Sign(c));
                self.at += c.len_utf8();
                if rest.starts_with("==") {
                    self.at += 1;
                }
            }
        }
    }

    /// A word or number; the cursor may be in it or right behind it.
    fn word(&mut self, length: usize, token: Token<'t>) {
        let (start, end) = (self.at, self.at + length);
        let touched = start < self.cursor && self.cursor <= end;
        if touched && self.found.is_none() {
            let mut place = self.here(Within::Code);
            let word = &self.text[start..end];
            let typed = &self.text[start..self.cursor];
            let from = typed.rfind('.').map_or(0, |dot| dot + 1);
            place.path = match from {
                0 => Vec::new(),
                from => typed[..from - 1].split('.').collect(),
            };
            place.typed = &typed[from..];
            let rest = &word[typed.len()..];
            let to = rest.find('.').unwrap_or(rest.len());
            place.replace = start + from..self.cursor + to;
            place.behind = behind(self.text, self.cursor + rest.len());
            self.found = Some(place);
        }
        self.token(token);
        self.at = end;
    }

    fn token(&mut self, token: Token<'t>) {
        if let Some(statement) = self.statements.last_mut() {
            statement.push(token);
        }
    }

    fn clear(&mut self) {
        if let Some(statement) = self.statements.last_mut() {
            statement.clear();
        }
    }

    fn comment(&mut self) {
        let rest = &self.text[self.at..self.end];
        let end = self.at + rest.find('\n').unwrap_or(rest.len());
        if self.at < self.cursor && self.cursor <= end && self.found.is_none() {
            self.found = Some(self.in_comment(end));
        }
        self.at = end;
    }

    /// The cursor in a comment that ends at `end`, where names have hyphens.
    fn in_comment(&self, end: usize) -> Place<'t> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let front = &self.text[self.at..self.cursor];
        let comment = front.trim_end_matches(is_name);
        let behind = &self.text[self.cursor..end];
        let rest = behind.len() - behind.trim_start_matches(is_name).len();
        Place {
            typed: &front[comment.len()..],
            replace: self.at + comment.len()..self.cursor + rest,
            comment,
            ..self.here(Within::Comment)
        }
    }

    /// A text, or the rest of one behind an interpolation.
    fn in_text(&mut self) {
        let start = self.texts.last().copied().unwrap_or(self.at);
        let mut previous = ' ';
        while self.at < self.end {
            let rest = &self.text[self.at..self.end];
            let Some(c) = rest.chars().next() else { break };
            let ends = matches!(c, '"' | '\n') && previous != '\\';
            if self.at >= self.cursor && self.found.is_none() {
                self.found = Some(self.text_here(start));
            }
            if ends || c == '\n' {
                self.at += usize::from(c == '"');
                self.texts.pop();
                self.token(Token::Text(&self.text[start..self.at]));
                return;
            }
            if rest.starts_with("${") && previous != '\\' {
                self.at += 1;
                self.push(FrameKind::Interpolation);
                return;
            }
            previous = if previous == '\\' { ' ' } else { c };
            self.at += c.len_utf8();
        }
        if self.found.is_none() {
            self.found = Some(self.text_here(start));
        }
        self.texts.pop();
    }

    /// The place in a text: all of it is replaced.
    fn text_here(&self, start: usize) -> Place<'t> {
        let mut place = self.here(Within::Text);
        let rest = &self.text[self.cursor..self.end];
        let to = rest.find(['"', '\n']).unwrap_or(rest.len());
        place.typed = &self.text[start + 1..self.cursor];
        place.replace = start + 1..self.cursor + to;
        place.behind = rest[to..].chars().next();
        place
    }

    fn push(&mut self, kind: FrameKind) {
        let head = self.statements.last().cloned().unwrap_or_default();
        self.frames.push(Frame {
            kind,
            head,
            entries: Vec::new(),
            at: self.at,
        });
        self.statements.push(Vec::new());
        self.at += 1;
    }

    fn pop(&mut self) {
        self.end_statement();
        if self.frames.len() > 1 {
            if self.depth() == self.frames.len() {
                self.take_entries();
            }
            let closed = self.frames.pop();
            self.statements.pop();
            // A block is the end of its entry.
            if closed.is_some_and(|it| it.kind == FrameKind::Block) {
                match self.frames.last().map(|it| it.kind) {
                    Some(FrameKind::Block) => self.end_statement(),
                    _ => self.token(Token::Closed),
                }
            }
        }
    }

    fn close_brace(&mut self) {
        // A bracket that was forgotten ends with the block around it.
        while let Some(FrameKind::List | FrameKind::Parentheses(_)) =
            self.frames.last().map(|it| it.kind)
        {
            self.pop();
        }
        match self.frames.last().map(|it| it.kind) {
            Some(FrameKind::Interpolation) => {
                self.pop();
                self.at += 1;
                self.in_text();
            }
            Some(FrameKind::Block) => {
                self.pop();
                self.at += 1;
            }
            _ => self.at += 1,
        }
    }

    fn newline(&mut self) {
        // Texts end with their line, and so do interpolations.
        while self.frames.last().map(|it| it.kind) == Some(FrameKind::Interpolation) {
            self.pop();
            self.texts.pop();
        }
        let inner = self.frames.last().map(|it| it.kind);
        if let Some(FrameKind::Block | FrameKind::File) = inner {
            self.end_statement();
        }
        self.at += 1;
    }

    /// Takes the statement down as an entry of its block.
    fn end_statement(&mut self) {
        let Some(statement) = self.statements.last_mut() else {
            return;
        };
        let tokens = std::mem::take(statement);
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        // The one that is being typed is no entry yet.
        let here = self.found.as_ref().and_then(|found| found.frames.last());
        let typed = here.is_some_and(|it| it.at == frame.at) && !self.typed;
        self.typed |= typed;
        if typed || !matches!(frame.kind, FrameKind::Block | FrameKind::File) {
            return;
        }
        frame.entries.extend(written(&tokens));
    }
}

fn written<'t>(tokens: &[Token<'t>]) -> Option<Written<'t>> {
    let text = |token: &Token<'t>| match token {
        Token::Word(word) | Token::Number(word) => Some(*word),
        Token::Text(text) => Some(text.trim_matches('"')),
        _ => None,
    };
    let (removes, tokens) = match tokens {
        [Token::Word("remove"), rest @ ..] if !rest.is_empty() && rest[0] != Token::Assign => {
            (true, rest)
        }
        tokens => (false, tokens),
    };
    let key = text(tokens.first()?)?;
    let label = tokens.get(1).and_then(text);
    let assign = tokens.iter().position(|it| *it == Token::Assign);
    let value = assign.and_then(|at| text(tokens.get(at + 1)?));
    Some(Written {
        key,
        label,
        value,
        removes,
    })
}

/// The length of the words and dots at the front.
fn path_length(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let inside = |it: char| it.is_alphanumeric() || it == '_' || it == '-';
        let word = rest.find(|it| !inside(it)).unwrap_or(rest.len());
        at += word;
        let dot = text[at..].starts_with('.') && !text[at..].starts_with("..");
        if !dot {
            return at;
        }
        at += 1;
    }
}

/// The first character behind an offset in its line that is no blank.
fn behind(text: &str, at: usize) -> Option<char> {
    let line = text[at..].lines().next().unwrap_or_default();
    line.trim_start_matches([' ', '\t']).chars().next()
}

impl Frame<'_> {
    /// The words of the block's head: key and label, or kind and name.
    pub fn words(&self) -> Vec<SmolStr> {
        let words = self.head.iter().map_while(|token| match token {
            Token::Word(word) => Some(SmolStr::from(*word)),
            Token::Text(text) => Some(text.trim_matches('"').into()),
            _ => None,
        });
        words.collect()
    }
}
