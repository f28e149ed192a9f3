//! A look at the brackets before the grammar recurses over them.
//!
//! One linear pass follows brackets, texts and comments exactly as
//! `bean.pest` does. It finds what the grammar cannot: nesting that is too
//! deep, which is blanked out so that the parser never sees it, and which of
//! several braces was forgotten or is one too many, which indentation tells.

use super::{MAX_NESTING, errors, words};

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Insides of brackets that are nested too deeply, as byte ranges, with
    /// the bracket itself in front.
    pub too_deep: Vec<TooDeep>,
    /// Texts that go on behind the end of their line.
    pub continued: Vec<Continued>,
    /// Whether an end was looked for and the file ended first: what follows a
    /// piece of a file may hold it.
    pub open_ended: bool,
    /// One for every place where braces were forgotten.
    pub unclosed: Vec<Unclosed>,
    /// Closing braces that are one too many, with the indentation against them;
    /// sorted.
    pub surplus: Vec<Surplus>,
    /// Where blocks end by their indentation, in items with a forgotten
    /// brace: the brace's offset and the end, sorted by offset.
    pub ends: Vec<(usize, usize)>,
    /// Where a misspelt item begins inside of a block that was not closed in
    /// front of it. The grammar reads these as entries; sorted.
    pub misspelt_items: Vec<usize>,
    /// The deepest nesting in the text.
    pub depth: usize,
}

/// A bracket with too many around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooDeep {
    /// Offset of the bracket.
    pub open: usize,
    /// Where what it holds begins.
    pub start: usize,
    /// Where what it holds ends.
    pub end: usize,
}

/// A text over several lines. Texts end on their line; read as one, it is one
/// mistake, and its other lines are no entries.
#[derive(Debug, Clone)]
pub(super) struct Continued {
    /// Offset of its first quote.
    pub open: usize,
    /// The ends of its lines, as byte ranges: newlines, each with the backslash
    /// that may be in front.
    pub line_ends: Vec<(usize, usize)>,
}

/// Braces without their partners, which were expected in one place.
#[derive(Debug, Clone)]
pub(super) struct Unclosed {
    /// The braces, innermost first; there is one at least.
    pub braces: Vec<Brace>,
    /// What showed it: the next item, a line of the block around it, or the
    /// end of the file.
    pub seen: usize,
    /// Whether the indentation of the whole item agrees.
    pub certain: bool,
}

/// A brace without its partner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brace {
    /// Its offset.
    pub open: usize,
    /// Where its partner was expected: behind the last line that belongs to
    /// the block.
    pub expected: usize,
}

/// A closing brace that ends a block too early.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surplus {
    /// Its offset.
    pub at: usize,
    /// Offset of the one that closes nothing because of it.
    pub seen: usize,
}

impl Scan {
    /// Where the block that opens at `open` ends, when its own brace is
    /// missing or belongs to another block.
    pub fn end(&self, open: usize) -> Option<usize> {
        let at = self.ends.binary_search_by_key(&open, |(open, _)| *open);
        at.ok().map(|at| self.ends[at].1)
    }

    /// The last misspelt item of a block that was not closed, which lies between
    /// two places.
    pub fn misspelt_item(&self, start: usize, end: usize) -> Option<usize> {
        let next = self.misspelt_items.partition_point(|at| *at <= end);
        let last = self.misspelt_items[..next].last().copied();
        last.filter(|at| *at > start)
    }

    /// The bracket that is nested too deeply and reaches over `at`.
    pub fn too_deep_around(&self, at: usize) -> Option<&TooDeep> {
        let next = self.too_deep.partition_point(|deep| deep.end < at);
        self.too_deep.get(next).filter(|deep| deep.open <= at)
    }
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Brace(usize),
    Bracket,
    Parenthesis,
    Text(usize),
    Interpolation,
}

/// What matters for indentation, in the order of the text.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A line that begins with something else than a closing brace.
    Line { start: usize, indent: usize },
    /// `{` and the indentation of its line.
    Open { at: usize, indent: usize },
    /// `}`; the indentation when it is the first thing of its line.
    Close { at: usize, indent: Option<usize> },
}

/// A block that is open.
#[derive(Debug, Clone, Copy)]
struct OpenBlock {
    /// Offset of its brace.
    at: usize,
    /// The indentation of the brace's line.
    indent: usize,
    /// The number of that line in its item.
    line: usize,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Open>,
    /// Entries of the stack that count as nesting.
    depth: usize,
    line_start: usize,
    indent: usize,
    /// Nothing but blanks so far on this line.
    fresh: bool,
    /// Of what is open, since the last item head.
    events: Vec<Event>,
    /// Of what was closed since then.
    closed: Vec<Event>,
    too_deep_open: Option<(usize, usize)>,
    /// Where the text ends that goes on over lines.
    text_end: usize,
    /// Behind a misspelt item that the grammar reads as part of the one before.
    astray: bool,
    found: Scan,
}

/// Follows the brackets of a whole file.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        stack: Vec::new(),
        depth: 0,
        line_start: 0,
        indent: 0,
        fresh: true,
        events: Vec::new(),
        closed: Vec::new(),
        too_deep_open: None,
        text_end: 0,
        astray: false,
        found: Scan::default(),
    };
    scanner.begin_line();
    while scanner.at < scanner.bytes.len() {
        scanner.step();
    }
    scanner.end_item(scanner.bytes.len());
    scanner.found.ends.sort_unstable();
    scanner.found
}

impl Scanner<'_> {
    fn step(&mut self) {
        let byte = self.bytes[self.at];
        if byte == b'\n' {
            self.newline();
        } else if matches!(self.stack.last(), Some(Open::Text(_))) {
            self.text(byte);
        } else {
            self.code(byte);
        }
    }

    fn text(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.pop();
                self.at += 1;
            }
            // A newline behind a backslash still ends the text.
            b'\\' if !matches!(self.bytes[self.at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]) => {
                self.at += 2;
            }
            b'$' if self.looking_at(b"${") => {
                self.push(Open::Interpolation, 2);
                self.at += 2;
            }
            _ => self.at += 1,
        }
    }

    fn code(&mut self, byte: u8) {
        let in_interpolation = self.stack.last() == Some(&Open::Interpolation);
        if matches!(byte, b' ' | b'\t' | b'\r') {
            self.at += 1;
            return;
        }
        if self.looking_at(b"/*") {
            return self.block_comment();
        }
        if !in_interpolation && (byte == b'#' || self.looking_at(b"//")) {
            return self.comment();
        }
        let first = std::mem::take(&mut self.fresh);
        if first && byte != b'}' && !self.stack.is_empty() {
            let (start, indent) = (self.line_start, self.indent);
            self.events.push(Event::Line { start, indent });
        }
        match byte {
            b'"' => self.push(Open::Text(self.at), 1),
            b'\'' => return self.single_quoted(),
            b'{' => {
                let (at, indent) = (self.at, self.indent);
                self.events.push(Event::Open { at, indent });
                self.push(Open::Brace(at), 1);
            }
            b'[' => self.push(Open::Bracket, 1),
            b'(' => self.push(Open::Parenthesis, 1),
            b'}' => self.close_brace(first),
            b']' => self.close(Open::Bracket, Open::Parenthesis),
            b')' => self.close(Open::Parenthesis, Open::Bracket),
            _ => {}
        }
        self.at += 1;
    }

    fn push(&mut self, open: Open, width: usize) {
        self.stack.push(open);
        if matches!(open, Open::Text(_)) {
            return;
        }
        self.depth += 1;
        self.found.depth = self.found.depth.max(self.depth);
        if self.depth == MAX_NESTING + 1 && self.too_deep_open.is_none() {
            self.too_deep_open = Some((self.at, self.at + width));
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        if matches!(open, Open::Text(_)) {
            return;
        }
        self.depth -= 1;
        if self.depth == MAX_NESTING
            && let Some((open, start)) = self.too_deep_open.take()
        {
            let end = self.at;
            self.found.too_deep.push(TooDeep { open, start, end });
        }
    }

    /// `]` and `)` end an open bracket of the other kind inside their own,
    /// and nothing beyond a brace.
    fn close(&mut self, own: Open, other: Open) {
        while self.stack.last() == Some(&other) {
            self.pop();
        }
        if self.stack.last() == Some(&own) {
            self.pop();
        }
    }

    fn close_brace(&mut self, first: bool) {
        if self.stack.is_empty() {
            return self.close_nothing(first);
        }
        self.leave_brackets();
        if matches!(self.stack.last(), Some(Open::Brace(_))) {
            let indent = first.then_some(self.indent);
            self.events.push(Event::Close {
                at: self.at,
                indent,
            });
        }
        self.pop();
        if self.stack.is_empty() {
            self.closed.append(&mut self.events);
        }
    }

    /// Of the braces of an item that has one too many, looks for the one without
    /// which the indentation agrees with all others.
    fn close_nothing(&mut self, first: bool) {
        let mut events = std::mem::take(&mut self.closed);
        let Ok(Some(at)) = self.odd_brace(&events) else {
            return;
        };
        events.retain(|event| !matches!(event, Event::Close { at: close, .. } if *close == at));
        events.push(Event::Close {
            at: self.at,
            indent: first.then_some(self.indent),
        });
        if self.odd_brace(&events) == Ok(None) {
            let seen = self.at;
            self.found.surplus.push(Surplus { at, seen });
        }
    }

    /// The first closing brace that stands neither on the line that opened its
    /// block nor under its beginning. Fails where more is closed than was opened.
    fn odd_brace(&self, events: &[Event]) -> Result<Option<usize>, ()> {
        let mut opened: Vec<(usize, usize)> = Vec::new();
        for event in events {
            match event {
                Event::Line { .. } => {}
                Event::Open { at, indent } => opened.push((*at, *indent)),
                Event::Close { at, indent } => {
                    let (open, outer) = opened.pop().ok_or(())?;
                    let agrees = match indent {
                        Some(indent) => *indent == outer,
                        None => !self.bytes[open..*at].contains(&b'\n'),
                    };
                    if !agrees {
                        return Ok(Some(*at));
                    }
                }
            }
        }
        Ok(None)
    }

    fn leave_brackets(&mut self) {
        while matches!(self.stack.last(), Some(Open::Bracket | Open::Parenthesis)) {
            self.pop();
        }
    }

    fn newline(&mut self) {
        if self.text_goes_on() {
            self.at += 1;
            return;
        }
        self.leave_texts();
        let next = self.at + 1;
        if item_head(&self.bytes[next..]) {
            self.astray = false;
            self.closed.clear();
            if !self.stack.is_empty() {
                self.end_item(self.at);
            }
        } else if self.stack.is_empty() {
            if self.astray && misspelt_head(&self.bytes[next..]) {
                self.found.misspelt_items.push(next);
            }
        } else {
            // Where nothing is indented it may be an entry.
            if misspelt_head(&self.bytes[next..]) && self.is_indented() {
                self.found.misspelt_items.push(next);
                self.astray = true;
                self.end_item(self.at);
            } else {
                self.entry_ends_brackets(next);
            }
        }
        self.at += 1;
        self.begin_line();
    }

    /// Whether a text that should have ended with this line ends on another.
    fn text_goes_on(&mut self) -> bool {
        let open = match self.stack.as_slice() {
            // Not the one that begins with the quote behind an open `${`.
            [.., Open::Interpolation, Open::Text(_)] => return false,
            [.., Open::Text(open)] => *open,
            _ => return false,
        };
        if self.at >= self.text_end {
            match end_of_text(&self.bytes[self.at..]) {
                TextEnd::At(length) => self.text_end = self.at + length,
                TextEnd::None => return false,
                TextEnd::BehindFile => {
                    self.found.open_ended = true;
                    return false;
                }
            }
            self.found.continued.push(Continued {
                open,
                line_ends: Vec::new(),
            });
        }
        let before = &self.bytes[..self.at];
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        let backslashes = before.iter().rev();
        let backslashes = backslashes.take_while(|byte| **byte == b'\\').count();
        if let Some(text) = self.found.continued.last_mut() {
            let start = before.len() - backslashes % 2;
            text.line_ends.push((start, self.at + 1));
        }
        true
    }

    /// Texts end with their line, and so do the interpolations in them.
    fn leave_texts(&mut self) {
        while matches!(self.stack.last(), Some(Open::Text(_) | Open::Interpolation)) {
            self.pop();
        }
    }

    fn entry_ends_brackets(&mut self, next: usize) {
        let in_brackets =
            |open: Option<&Open>| matches!(open, Some(Open::Bracket | Open::Parenthesis));
        if !in_brackets(self.stack.last()) || !entry_head(&self.bytes[next..]) {
            return;
        }
        while in_brackets(self.stack.last()) {
            self.leave_brackets();
            self.leave_texts();
        }
    }

    fn begin_line(&mut self) {
        self.line_start = self.at;
        let blanks = |byte: &&u8| matches!(byte, b' ' | b'\t');
        self.indent = self.bytes[self.at..].iter().take_while(blanks).count();
        self.at += self.indent;
        self.fresh = true;
    }

    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(rest.len());
    }

    fn block_comment(&mut self) {
        let rest = &self.bytes[self.at + 2..];
        let end = rest.windows(2).position(|pair| pair == b"*/");
        self.at += end.map_or(2 + rest.len(), |end| end + 4);
    }

    fn single_quoted(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b'\'' | b'"' | b'\n'));
        self.at += match end {
            Some(end) if rest[end] == b'\'' => end + 2,
            _ => 1,
        };
    }

    fn looking_at(&self, what: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(what)
    }

    /// Everything still open at an item head or the end of the file was
    /// forgotten.
    fn end_item(&mut self, at: usize) {
        let missing = self
            .stack
            .iter()
            .filter(|open| matches!(open, Open::Brace(_)))
            .count();
        let too_deep_here = self.too_deep_open.is_some();
        while !self.stack.is_empty() {
            self.pop();
        }
        if missing > 0 && !too_deep_here {
            self.blame(at, missing);
        }
        self.events.clear();
    }

    /// Decides by indentation which of the item's braces were forgotten.
    ///
    /// A line that stands no deeper than the line that opened a block is not
    /// inside it, and a closing brace at the front of its line belongs to the
    /// opening line with its indentation. Where nothing is indented this says
    /// nothing, and the innermost brace is blamed.
    fn blame(&mut self, end: usize, missing: usize) {
        let mut missing = missing;
        let mut open: Vec<OpenBlock> = Vec::new();
        let indented = self.is_indented();
        let mut agrees = !self.mixes_blanks();
        let mut line = 0;
        let first = self.found.unclosed.len();
        for event in &self.events {
            let (from, limit) = match event {
                Event::Open { at, indent } => {
                    let (at, indent) = (*at, *indent);
                    open.push(OpenBlock { at, indent, line });
                    continue;
                }
                Event::Line { start, indent } => (*start, Some(*indent)),
                Event::Close { at, indent } => (*at, indent.map(|indent| indent + 1)),
            };
            line += usize::from(limit.is_some());
            let mut braces = Vec::new();
            while let (Some(limit), true) = (limit, indented && missing > 0)
                && let Some(block) = open.last().copied()
                && block.indent >= limit
                && open.len() > 1
            {
                open.pop();
                missing -= 1;
                let expected = self.end_of_block(block.indent, from);
                self.found.ends.push((block.at, expected));
                let open = block.at;
                braces.push(Brace { open, expected });
            }
            if !braces.is_empty() {
                self.found.unclosed.push(Unclosed {
                    braces,
                    seen: from,
                    certain: false,
                });
            }
            match event {
                Event::Close { at, indent } => {
                    if let Some(block) = open.pop() {
                        self.found.ends.push((block.at, at + 1));
                        agrees &= match indent {
                            Some(indent) => *indent == block.indent,
                            None => block.line == line,
                        };
                    }
                }
                Event::Line { indent, .. } => {
                    agrees &= open.last().is_none_or(|block| block.indent < *indent);
                }
                Event::Open { .. } => {}
            }
        }
        if !open.is_empty() {
            let expected = |block: &OpenBlock| Brace {
                open: block.at,
                expected: self.end_of_block(block.indent, end),
            };
            let braces: Vec<Brace> = open.iter().rev().map(expected).collect();
            // The grammar reads on behind an item that is misspelt.
            if self.found.misspelt_items.last() == Some(&(end + 1)) {
                let ends = braces.iter().map(|it| (it.open, it.expected));
                self.found.ends.extend(ends);
            }
            self.found.unclosed.push(Unclosed {
                braces,
                seen: end,
                certain: false,
            });
        }
        for unclosed in &mut self.found.unclosed[first..] {
            unclosed.certain = agrees;
        }
    }

    /// Whether some lines of the item are indented by tabs and some by spaces.
    fn mixes_blanks(&self) -> bool {
        let has = |blank: u8| {
            self.events.iter().any(|event| match event {
                Event::Line { start, indent } => {
                    self.bytes[*start..start + indent].contains(&blank)
                }
                Event::Open { .. } | Event::Close { .. } => false,
            })
        };
        has(b'\t') && has(b' ')
    }

    /// Whether blocks are indented in this item: its first inner line stands
    /// deeper than the line of the first brace.
    fn is_indented(&self) -> bool {
        let outer = self.events.iter().find_map(|event| match event {
            Event::Open { indent, .. } => Some(*indent),
            Event::Line { .. } | Event::Close { .. } => None,
        });
        let inner = self.events.iter().find_map(|event| match event {
            Event::Line { indent, .. } => Some(*indent),
            Event::Open { .. } | Event::Close { .. } => None,
        });
        matches!((outer, inner), (Some(outer), Some(inner)) if inner > outer)
    }

    /// Where a block ends that is over at a place: behind its last line. Comments
    /// that stand no deeper than the line that opened it are about what follows.
    fn end_of_block(&self, indent: usize, over: usize) -> usize {
        let mut end = self.end_of_text_before(over);
        loop {
            let line = self.bytes[..end].iter().rposition(|byte| *byte == b'\n');
            let Some(start) = line.map(|newline| newline + 1) else {
                return end;
            };
            let text = &self.bytes[start..end];
            let blanks = count_blanks(text);
            let is_comment = matches!(&text[blanks..], [b'#', ..] | [b'/', b'/', ..]);
            if !is_comment || blanks > indent {
                return end;
            }
            end = self.end_of_text_before(start);
        }
    }

    fn end_of_text_before(&self, at: usize) -> usize {
        let before = &self.bytes[..at];
        before
            .iter()
            .rposition(|byte| !byte.is_ascii_whitespace())
            .map_or(0, |last| last + 1)
    }
}

/// Where a text ends whose line has ended.
enum TextEnd {
    /// So many bytes from the end of its line.
    At(usize),
    /// Nowhere: its quote was forgotten.
    None,
    /// Not before the file does.
    BehindFile,
}

/// Looks for the end of a text behind the end of its line: a quote with
/// something in front that asks for no value, and nothing behind. Whatever
/// begins an entry or an item or closes a bracket is no text.
fn end_of_text(rest: &[u8]) -> TextEnd {
    let mut at = 0;
    while at < rest.len() {
        let line = &rest[at + 1..];
        let length = line.iter().position(|byte| *byte == b'\n');
        let length = length.unwrap_or(line.len());
        let begins = line[..length].trim_ascii();
        if item_head(line) || entry_head(line) || matches!(begins, [b'}' | b']' | b')', ..]) {
            return TextEnd::None;
        }
        if let Some(quote) = line[..length].iter().position(|byte| *byte == b'"') {
            let (before, behind) = (line[..quote].trim_ascii(), &line[quote + 1..length]);
            let asks = matches!(
                before.last(),
                Some(b'=' | b'(' | b'[' | b'{' | b',' | b':' | b'+' | b'\\')
            );
            let ends = matches!(
                behind.trim_ascii(),
                [] | [b',' | b'}' | b']' | b')' | b';' | b'#' | b'+', ..] | [b'/', b'/', ..]
            );
            return match ends && !asks {
                true => TextEnd::At(at + 1 + quote),
                false => TextEnd::None,
            };
        }
        at += 1 + length;
    }
    TextEnd::BehindFile
}

/// `item_head` of the grammar.
pub(super) fn item_head(rest: &[u8]) -> bool {
    let word = rest
        .iter()
        .take_while(|byte| byte.is_ascii_lowercase())
        .count();
    let (word, rest) = rest.split_at(word);
    let blanks = count_blanks(rest);
    let next = rest.get(blanks).copied().unwrap_or(b'\n');
    match word {
        b"application" | b"environment" | b"template" | b"network" | b"platform" | b"resource"
        | b"param" | b"input" | b"let" | b"output" => blanks > 0 && is_name_start(next),
        b"edition" => blanks > 0 && next.is_ascii_digit(),
        b"import" => next == b'{',
        b"test" => blanks > 0 && next == b'"',
        _ => false,
    }
}

/// Whether what stands at the front of a line can hardly be anything but the head
/// of an item: a word that is almost that of one, and a name.
fn misspelt_head(rest: &[u8]) -> bool {
    let word = rest.iter().take_while(|it| is_name_part(**it)).count();
    let (word, rest) = rest.split_at(word);
    let blanks = count_blanks(rest);
    let has_name = blanks > 0 && rest.get(blanks).is_some_and(|it| is_name_start(*it));
    let Some(word) = std::str::from_utf8(word).ok().filter(|_| has_name) else {
        return false;
    };
    !words::ITEMS.contains(&word) && errors::item_suggestion(word).is_some()
}

/// `entry_head` of the grammar.
fn entry_head(rest: &[u8]) -> bool {
    let rest = &rest[count_blanks(rest)..];
    let Some(rest) = behind_name(rest) else {
        return false;
    };
    match rest {
        [b'=', b'=', ..] => false,
        [b'=' | b'{', ..] | [b'+', b'=', ..] => true,
        _ => behind_name(rest).is_some_and(|rest| rest.first() == Some(&b'{')),
    }
}

/// What follows a name and blanks.
fn behind_name(rest: &[u8]) -> Option<&[u8]> {
    if !rest.first().is_some_and(|first| is_name_start(*first)) {
        return None;
    }
    let part = rest.iter().take_while(|byte| is_name_part(**byte)).count();
    let rest = &rest[part..];
    Some(&rest[count_blanks(rest)..])
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn count_blanks(rest: &[u8]) -> usize {
    rest.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}
