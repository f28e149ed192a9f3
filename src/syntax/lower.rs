//! The grammar's pairs to the tree.
//!
//! Only this module and `format` know the grammar's rules; the submodules go
//! with the tree: [`item`], [`block`], [`expression`], [`name`]. Every `err_…` pair
//! becomes a diagnostic here, and as much of the tree around it as is sure.

mod block;
mod expression;
mod item;
mod name;
mod test_item;

use pest::Parser;
use smol_str::SmolStr;

use super::ast::{Docs, Expr, ExprKind, File, Item, Word};
use super::reparse::Seam;
use super::scan::{Scan, Unclosed};
use super::{allow, errors, words};
use crate::diagnostic::{Diagnostic, Diagnostics, Edit};
use crate::source::{FileId, Span};

pub(super) mod grammar {
    //! What pest makes of the grammar.
    #![allow(missing_docs, reason = "the rules are documented in the grammar")]

    /// The parser; its rules are in `grammar/bean.pest`.
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/bean.pest"]
    pub struct BeanParser;
}

use grammar::{BeanParser, Rule};

type Pair<'a> = pest::iterators::Pair<'a, Rule>;

/// A piece of a file: what it is and which bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// How many pieces are around it.
    pub depth: usize,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
    /// Whether it is a comment.
    pub is_comment: bool,
}

/// Every piece of a file, outer ones before inner ones, comments included:
/// what lies between the pieces and is in none is blanks and punctuation.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let scan = super::scan::scan(text);
    let blanked = blank(text, &scan);
    let mut tokens = Vec::new();
    let mut ends: Vec<usize> = Vec::new();
    if let Ok(pairs) = BeanParser::parse(Rule::file, blanked.as_deref().unwrap_or(text)) {
        for pair in pairs.flatten() {
            let span = pair.as_span();
            while ends.last().is_some_and(|end| *end <= span.start()) {
                ends.pop();
            }
            tokens.push(Token {
                depth: ends.len(),
                start: span.start(),
                end: span.end(),
                is_comment: pair.as_rule() == Rule::comment,
            });
            if !span.as_str().is_empty() {
                ends.push(span.end());
            }
        }
    }
    tokens
}

/// The text without the insides of brackets that are nested too deeply and without
/// braces that are one too many, and with texts on one line.
pub(super) fn blank(text: &str, scan: &Scan) -> Option<String> {
    if scan.too_deep.is_empty() && scan.continued.is_empty() && scan.surplus.is_empty() {
        return None;
    }
    let mut blanked = String::with_capacity(text.len());
    let mut at = 0;
    for deep in &scan.too_deep {
        blanked.push_str(&text[at..deep.start]);
        let inside = text[deep.start..deep.end].bytes();
        blanked.extend(inside.map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = deep.end;
    }
    blanked.push_str(&text[at..]);
    for (start, end) in scan.continued.iter().flat_map(|text| &text.line_ends) {
        blanked.replace_range(*start..*end, &" ".repeat(end - start));
    }
    for brace in &scan.surplus {
        blanked.replace_range(brace.at..=brace.at, " ");
    }
    Some(blanked)
}

/// Parses a text whose brackets were looked at before. It is a piece of a file
/// when `edition` says where the edition stands in front of it.
pub(super) fn lower(
    id: FileId,
    text: &str,
    scan: &Scan,
    edition: Option<Span>,
    diagnostics: &mut Diagnostics,
) -> File {
    let blanked = blank(text, scan);
    let parsed = blanked.as_deref().unwrap_or(text);
    let mut lowering = Lowering {
        id,
        text: parsed,
        scan,
        diagnostics: Vec::new(),
        damaged: false,
        lacks_items: false,
        docs: None,
        operators: 0,
        unclosed_end: None,
        value_missing: false,
        stray: false,
        may_go_on: false,
        last_item_end: None,
        first_edition: edition,
        edition_asked: false,
        seams: Vec::new(),
    };
    let mut items = Vec::new();
    let mut comments = Vec::new();
    match BeanParser::parse(Rule::file, parsed) {
        Ok(mut file) => {
            if let Some(file) = file.next() {
                if allow::are_in(text) {
                    let inside = file.clone().into_inner().flatten();
                    let found = inside.filter(|it| it.as_rule() == Rule::comment);
                    comments.extend(found.map(|it| lowering.trimmed(&it)));
                }
                lowering.file(file, &mut items);
            }
        }
        Err(_) => {
            lowering.lose(errors::unreadable(Span::new(id, 0, 0)));
            lowering.lacks_items = true;
        }
    }
    lowering.brackets(diagnostics);
    for diagnostic in lowering.diagnostics {
        diagnostics.report(diagnostic);
    }
    File {
        id,
        allows: allow::read(text, &comments, &items),
        items,
        damaged: lowering.damaged,
        lacks_items: lowering.lacks_items,
        seams: lowering.seams,
    }
}

struct Lowering<'a> {
    id: FileId,
    text: &'a str,
    scan: &'a Scan,
    diagnostics: Vec<Diagnostic>,
    damaged: bool,
    lacks_items: bool,
    /// `##` lines that wait for their item or entry.
    docs: Option<String>,
    /// Operators around the expression at hand.
    operators: usize,
    /// Where the last unclosed bracket ended: those around it end there too
    /// and are the same mistake.
    unclosed_end: Option<usize>,
    /// A value was missing at the end of the line before: it may stand alone
    /// on this one, which is the same mistake.
    value_missing: bool,
    /// Stray entries at the top of the file: the first was reported.
    stray: bool,
    /// There was an unknown item, which may be a block of the item above: the next
    /// `}` is that item's then.
    may_go_on: bool,
    last_item_end: Option<Span>,
    first_edition: Option<Span>,
    /// The missing edition has been said in other words.
    edition_asked: bool,
    /// Where nothing of what came before is remembered.
    seams: Vec<Seam>,
}

/// What stands behind a value that is not part of it.
enum Behind<'a> {
    Entry,
    Assertion,
    /// Where the value should stand, and does not.
    NoValue,
    /// The last element's value, which a unit may follow.
    Value(&'a mut Expr),
}

impl Lowering<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports a mistake after which a part of the file is missing.
    fn lose(&mut self, diagnostic: Diagnostic) {
        self.damaged = true;
        self.diagnostics.push(diagnostic);
    }

    fn span(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        let (start, end) = (span.start(), span.end());
        // What is missing at the end of a line stands in front of all of its end.
        let splits = |at| self.text[..at].ends_with('\r') && self.text[at..].starts_with('\n');
        match start == end && splits(start) {
            true => self.at(start - 1, start - 1),
            false => self.at(start, end),
        }
    }

    fn at(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }

    fn slice(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    fn word(&self, pair: &Pair<'_>) -> Word {
        Word {
            text: SmolStr::new(pair.as_str()),
            span: self.span(pair),
        }
    }

    fn comment(&mut self, pair: &Pair<'_>) {
        let Some(line) = pair.as_str().strip_prefix("##") else {
            return;
        };
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
        match &mut self.docs {
            Some(docs) => {
                docs.push('\n');
                docs.push_str(line);
            }
            None => self.docs = Some(line.to_owned()),
        }
    }

    fn take_docs(&mut self) -> Docs {
        self.docs.take().map(SmolStr::from)
    }

    // Brackets, which the scan knows better than the tree

    fn brackets(&mut self, diagnostics: &mut Diagnostics) {
        let scan = self.scan;
        self.lacks_items |= !scan.too_deep.is_empty() || !scan.unclosed.is_empty();
        if let Some(first) = self.scan.too_deep.first() {
            self.damaged = true;
            // What stands around the blanked insides may complain about them.
            self.diagnostics.retain(|it| {
                scan.too_deep_around(it.primary.span.start as usize)
                    .is_none()
            });
            let bracket = self.at(first.open, first.start);
            diagnostics.report(errors::too_deep(bracket));
        }
        for text in &self.scan.continued {
            self.damaged = true;
            let quote = self.at(text.open, text.open + 1);
            let ends = text.line_ends.iter();
            let ends = ends.map(|(start, end)| self.at(*start, *end));
            let error = errors::text_over_lines(quote, ends);
            diagnostics.report(error);
        }
        for brace in &self.scan.surplus {
            self.damaged = true;
            let at = |offset| self.at(offset, offset + 1);
            diagnostics.report(errors::surplus_brace(at(brace.at), at(brace.seen)));
        }
        for unclosed in &self.scan.unclosed {
            self.damaged = true;
            if let Some(error) = self.unclosed_block(unclosed) {
                diagnostics.report(error);
            }
        }
    }

    fn unclosed_block(&self, unclosed: &Unclosed) -> Option<Diagnostic> {
        let innermost = unclosed.braces.first()?;
        let line = |open: usize| self.text[..open].rfind('\n').map_or(0, |at| at + 1);
        let head = &self.text[line(innermost.open)..innermost.open];
        let key = head.rsplit(['{', '}', ',']).next().unwrap_or(head).trim();
        let seen = match self.text.as_bytes().get(unclosed.seen) {
            None => errors::Seen::End,
            Some(b'\n') => errors::Seen::Item,
            Some(_) => errors::Seen::Outdent,
        };
        let mut edits: Vec<Edit> = Vec::new();
        for brace in &unclosed.braces {
            let blanks = self.text[line(brace.open)..].chars();
            let indent: String = blanks.take_while(|c| matches!(c, ' ' | '\t')).collect();
            let span = self.at(brace.expected, brace.expected);
            let text = format!("\n{indent}}}");
            match edits.last_mut().filter(|last| last.span == span) {
                Some(last) => last.text.push_str(&text),
                None => edits.push(Edit { span, text }),
            }
        }
        Some(errors::unclosed_block(
            self.at(innermost.open, innermost.open + 1),
            key,
            (unclosed.braces.len() - 1, seen),
            self.at(innermost.expected, innermost.expected),
            edits,
            unclosed.certain,
        ))
    }

    /// A list, parenthesis or text without its end, unless that is the same
    /// mistake as one inside it.
    fn unclosed(&mut self, end: usize, diagnostic: Diagnostic) {
        self.damaged = true;
        self.lacks_items = true;
        if self.unclosed_end != Some(end) && self.scan.too_deep_around(end).is_none() {
            self.report(diagnostic);
        }
        self.unclosed_end = Some(end);
    }

    /// Marks that stand between things: comments, commas and what people
    /// write for them. `separated` is whether something stands in front.
    fn mark(&mut self, pair: &Pair<'_>) {
        match pair.as_rule() {
            Rule::comment => self.comment(pair),
            Rule::err_semicolon => {
                let span = self.span(pair);
                let rest = self.text[span.end as usize..].trim_start_matches([' ', '\t', '\r']);
                let ends = rest.is_empty() || rest.starts_with(['\n', '}', '#', ',']);
                self.report(if ends {
                    errors::delete_semicolon(span)
                } else {
                    errors::semicolon_for_comma(span)
                });
            }
            Rule::err_block_comment => self.block_comment(pair),
            Rule::err_bracket | Rule::err_brace => {
                let span = self.span(pair);
                // The partner's absence has been said already.
                if !self.follows_unclosed(span) {
                    self.lose(errors::unmatched_bracket(span, pair.as_str()));
                }
            }
            _ => {}
        }
    }

    /// Whether the last unclosed bracket or text ended where this does.
    fn ends_unclosed(&self, span: Span) -> bool {
        let end = self.text[..span.end as usize].trim_end().len();
        let unclosed = self.unclosed_end;
        unclosed.is_some_and(|unclosed| unclosed >= end && unclosed >= span.start as usize)
    }

    /// Whether nothing stands between the last unclosed bracket and here.
    fn follows_unclosed(&mut self, span: Span) -> bool {
        let Some(end) = self.unclosed_end.take() else {
            return false;
        };
        let between = self.text.get(end..span.start as usize);
        let follows = between.is_some_and(|between| between.trim_ascii().is_empty());
        if follows {
            self.unclosed_end = Some(span.end as usize);
        }
        follows
    }

    fn block_comment(&mut self, pair: &Pair<'_>) {
        let span = self.span(pair);
        let first = pair.as_str().lines().next().unwrap_or_default().trim_end();
        let shown = self.at(span.start as usize, span.start as usize + first.len());
        let closed = pair.as_str().len() >= 4 && pair.as_str().ends_with("*/");
        let behind = &self.text[span.end as usize..];
        let stands_alone = behind.trim_start_matches([' ', '\t', '\r']).is_empty()
            || behind
                .trim_start_matches([' ', '\t', '\r'])
                .starts_with('\n');
        let inner = first
            .strip_prefix("/*")
            .and_then(|it| it.strip_suffix("*/"));
        let line = inner
            .filter(|_| closed && stands_alone && shown == span)
            .map(|inner| format!("# {}", inner.trim()));
        self.report(errors::block_comment(shown, closed, line));
    }

    // The file

    fn file(&mut self, file: Pair<'_>, items: &mut Vec<Item>) {
        // In a piece of a file something stands in front.
        let mut first = self.first_edition;
        let mut behind_comment = false;
        for pair in file.into_inner() {
            let rule = pair.as_rule();
            if rule == Rule::EOI {
                break;
            }
            if first.is_some() && !behind_comment {
                self.seam(&pair, items.len());
            }
            behind_comment = rule == Rule::comment;
            if !matches!(rule, Rule::comment | Rule::err_block_comment) && first.is_none() {
                first = Some(self.span(&pair));
                if rule != Rule::edition {
                    self.first_is_no_edition(&pair);
                }
            }
            let before = std::mem::take(&mut self.damaged);
            let count = items.len();
            self.item(pair, items);
            let has_name = items.len() > count && !matches!(items.last(), Some(Item::Import(_)));
            self.lacks_items |= self.damaged && !has_name;
            self.damaged |= before;
        }
        if first.is_none() {
            let start = self.at(0, 0);
            self.lose(errors::missing_edition(
                start,
                self.at(self.start(), self.start()),
            ));
        }
    }

    /// Takes down that the reader has nothing in mind here, if that is so.
    fn seam(&mut self, pair: &Pair<'_>, items: usize) {
        let at = pair.as_span().start();
        let in_mind = self.docs.is_some()
            || self.value_missing
            || self.stray
            || self.may_go_on
            || self.unclosed_end.is_some_and(|end| {
                // Behind anything else, nobody asks for it any more.
                let between = self.text.get(end..at);
                between.is_none_or(|between| between.trim_ascii().is_empty())
            })
            || self.edition_asked
            || self.first_edition.is_none();
        let line_start = self.text[..at]
            .bytes()
            .next_back()
            .is_none_or(|it| it == b'\n');
        if line_start && !in_mind {
            self.seams.push(Seam { at, items });
        }
    }

    /// Where text begins, behind a byte order mark.
    fn start(&self) -> usize {
        self.text.len() - self.text.trim_start_matches('\u{feff}').len()
    }

    fn first_is_no_edition(&mut self, pair: &Pair<'_>) {
        let word = pair
            .as_str()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next();
        let misspelt = pair.as_rule() == Rule::err_item
            && word.and_then(errors::item_suggestion) == Some("edition");
        if misspelt {
            self.edition_asked = true;
            return;
        }
        let span = self.span(pair);
        let head = pair.as_str().lines().next().unwrap_or_default();
        let head = head.trim_end_matches(['{', ' ', '\r']);
        let shown = self.at(span.start as usize, span.start as usize + head.len());
        let start = self.at(self.start(), self.start());
        self.lose(errors::missing_edition(shown, start));
        self.edition_asked = true;
    }

    fn item(&mut self, pair: Pair<'_>, items: &mut Vec<Item>) {
        let rule = pair.as_rule();
        let span = self.span(&pair);
        let item = match rule {
            Rule::edition => self.edition(pair).map(Item::Edition),
            Rule::import => self.import(pair).map(Item::Import),
            Rule::declaration => self.declaration(pair),
            Rule::binding => self.binding(pair),
            Rule::assertion => Some(Item::Assert(self.assertion(pair))),
            Rule::block_item => self.block_item(pair).map(Item::Block),
            Rule::test => self.test(pair).map(Item::Test),
            Rule::err_item => return self.unknown_item(pair),
            Rule::err_property => return self.stray_property(&pair),
            Rule::err_junk => return self.top_junk(&pair),
            Rule::comma => {
                if !std::mem::replace(&mut self.stray, true) {
                    self.lose(errors::extra_comma(span));
                }
                return;
            }
            Rule::err_brace if self.stray || self.may_go_on => return,
            Rule::err_brace => {
                self.mark(&pair);
                self.stray = true;
                return;
            }
            _ => return self.mark(&pair),
        };
        self.stray = false;
        self.may_go_on = false;
        self.value_missing = false;
        self.docs = None;
        let end = self.text[..span.end as usize].trim_end().len();
        self.last_item_end = (rule == Rule::block_item && self.text[..end].ends_with('}'))
            .then(|| self.at(end - 1, end));
        items.extend(item);
    }

    fn stray_property(&mut self, pair: &Pair<'_>) {
        self.damaged = true;
        self.docs = None;
        if std::mem::replace(&mut self.stray, true) {
            return;
        }
        let Some(key) = pair.clone().into_inner().next() else {
            return;
        };
        let key_span = self.span(&key);
        self.report(if words::ITEMS.contains(&key.as_str()) {
            errors::missing_name(key_span.after(), &words::quoted(key.as_str()))
        } else {
            errors::stray_property(key_span, key.as_str(), self.last_item_end)
        });
    }

    fn unknown_item(&mut self, pair: Pair<'_>) {
        self.damaged = true;
        self.docs = None;
        let Some(name) = pair.into_inner().next() else {
            return;
        };
        let known = errors::item_suggestion(name.as_str()).is_some()
            || words::foreign_item(name.as_str()).is_some()
            || words::is_loop(name.as_str());
        if std::mem::take(&mut self.value_missing) || self.stray && !known {
            return;
        }
        let span = self.span(&name);
        if words::ITEMS.contains(&name.as_str()) {
            self.report(errors::missing_name(
                span.after(),
                &words::quoted(name.as_str()),
            ));
        } else {
            self.may_go_on = !known && self.last_item_end.is_some();
            self.report(errors::unknown_item(span, name.as_str()));
        }
    }

    fn top_junk(&mut self, pair: &Pair<'_>) {
        self.damaged = true;
        if std::mem::take(&mut self.value_missing) || std::mem::replace(&mut self.stray, true) {
            return;
        }
        self.junk(pair);
    }

    /// Text where an entry or item should begin.
    fn junk(&mut self, pair: &Pair<'_>) {
        self.damaged = true;
        let span = self.span(pair);
        // White space of other kinds is what is complained about.
        let text = pair.as_str().trim_end_matches([' ', '\t', '\r', '\n']);
        let shown = self.at(
            span.start as usize,
            span.start as usize + first_line(text).len(),
        );
        let Some(first) = text.chars().next() else {
            return;
        };
        let error = match first {
            '{' => errors::nameless_block(self.at(shown.start as usize, shown.start as usize + 1)),
            '\'' => match single_quoted(text) {
                Some(inner) => {
                    let length = inner.len() + 2;
                    let place = self.at(shown.start as usize, shown.start as usize + length);
                    errors::single_quotes(place, inner)
                }
                None => errors::unexpected_text(shown, text, ""),
            },
            '+' | '-' | '*' | '/' | '?' | ':' | '=' | '&' | '|' | '<' | '>' | '!' => {
                let symbol = text.split([' ', '\t']).next().unwrap_or(text);
                errors::leading_operator(shown, symbol)
            }
            it if it.is_ascii_alphanumeric() || matches!(it, '"' | '[' | '(' | '.' | '_') => {
                errors::unexpected_text(shown, text, "")
            }
            it => {
                let place = self.at(shown.start as usize, shown.start as usize + it.len_utf8());
                errors::unexpected_character(place, it)
            }
        };
        self.report(error);
    }

    // What stands behind

    /// Anything behind an entry or value that is no part of it.
    fn behind(&mut self, pair: Pair<'_>, behind: Behind<'_>) {
        match pair.as_rule() {
            Rule::err_missing_separator | Rule::err_missing_comma => {
                let span = self.span(&pair);
                let before = self.text[..span.start as usize].trim_end_matches([' ', '\t', '\r']);
                let gap = self.at(before.len(), before.len());
                self.report(errors::missing_comma(gap));
            }
            Rule::err_trailing => self.trailing(&pair, behind),
            _ => self.mark(&pair),
        }
    }

    fn trailing(&mut self, pair: &Pair<'_>, behind: Behind<'_>) {
        let span = self.trimmed(pair);
        let text = self.slice(span).to_owned();
        let word = first_word(&text);
        let first = text.chars().next().unwrap_or(' ');
        let (start, line) = (span.start as usize, first_line(&text).len());
        let shown = self.at(start, start + line);
        let after_assertion = matches!(behind, Behind::Assertion);
        let after_value = matches!(behind, Behind::Value(_));
        let place = match behind {
            Behind::NoValue => " where a value should stand",
            Behind::Entry | Behind::Assertion | Behind::Value(_) => " behind the value",
        };
        if let Behind::Value(value) = behind
            && let ExprKind::Int(_) = value.kind
            && let Some(unit) = words::foreign_unit(word)
            && text.len() == word.len()
        {
            let amount = self.slice(value.span).to_owned();
            let whole = value.span.to(span);
            let written = self.slice(whole).to_owned();
            if let Ok(kind) = super::literal::with_unit(&amount, unit) {
                self.report(errors::foreign_unit(whole, &written, &amount, word, unit));
                *value = Expr { kind, span: whole };
                return;
            }
        } else if after_assertion && first == '"' {
            self.damaged = true;
            return self.report(errors::missing_else(shown));
        }
        self.damaged = true;
        if self.follows_unclosed(span) {
            return;
        }
        let error = if words::is_loop(word) {
            errors::no_loops(self.at(start, start + word.len()), word)
        } else if let Some(inner) = interpolated(&text) {
            let before = self.text[..start].chars().next_back();
            match before.is_none_or(|it| it.is_whitespace() || matches!(it, '=' | '[' | '(' | ','))
            {
                true => errors::interpolation_alone(shown, inner),
                false => errors::interpolation_behind(shown),
            }
        } else if let Some(inner) = single_quoted(&text) {
            errors::single_quotes(self.at(start, start + inner.len() + 2), inner)
        } else if first.is_ascii() && !first.is_ascii_control() {
            let error = errors::unexpected_text(shown, &text, place);
            if after_value && first == '{' {
                error.help("a block is an entry of its own: `name { … }` on the next line")
            } else {
                error
            }
        } else {
            errors::unexpected_character(self.at(start, start + first.len_utf8()), first)
        };
        self.report(error);
    }

    /// Text behind a key that is neither value nor block.
    fn behind_key(&mut self, pair: &Pair<'_>, entry: Span) {
        self.damaged = true;
        let span = self.trimmed(pair);
        let text = self.slice(span).to_owned();
        let key = self.slice(entry);
        let word = first_word(key).to_owned();
        if words::is_loop(&word) {
            let start = entry.start as usize;
            return self.report(errors::no_loops(self.at(start, start + word.len()), &word));
        }
        let first = text.chars().next().unwrap_or(' ');
        let start = span.start as usize;
        let shown = self.at(start, start + first_line(&text).len());
        let error = if first.is_ascii_graphic() {
            errors::unexpected_text(shown, &text, " behind the key")
        } else {
            errors::unexpected_character(self.at(start, start + first.len_utf8()), first)
        };
        self.report(error);
    }

    /// The place of a pair without blanks at its end.
    fn trimmed(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        let length = pair.as_str().trim_end_matches([' ', '\t', '\r']).len();
        self.at(span.start(), span.start() + length)
    }

    fn gap(&self, left: Span, right: Span) -> Span {
        self.at(left.end as usize, right.start as usize)
    }
}

/// Whether a comma has something in front of it. Of several commas in a row
/// the first that has not is reported.
#[derive(Debug, Default)]
struct Commas {
    filled: bool,
    reported: bool,
}

impl Commas {
    fn something(&mut self) {
        self.filled = true;
    }

    fn see(&mut self, lowering: &mut Lowering<'_>, pair: &Pair<'_>) {
        match pair.as_rule() {
            Rule::comment | Rule::err_block_comment => {}
            Rule::comma => {
                let filled = std::mem::take(&mut self.filled);
                if !filled && !std::mem::replace(&mut self.reported, true) {
                    let span = lowering.span(pair);
                    lowering.report(errors::extra_comma(span));
                }
            }
            _ => {
                self.filled = true;
                self.reported = false;
            }
        }
    }
}

fn error_expr(span: Span) -> Expr {
    Expr {
        kind: ExprKind::Error,
        span,
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end()
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '%')));
    &text[..end.unwrap_or(text.len())]
}

/// `input.x` of `${input.x}`, and nothing else.
fn interpolated(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    let is_one = !inner.trim().is_empty() && !inner.contains(['{', '}', '\n']);
    is_one.then(|| inner.trim())
}

/// The inside of a text in single quotes at the front.
fn single_quoted(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('\'')?;
    rest.split_once('\'').map(|(inner, _)| inner)
}
