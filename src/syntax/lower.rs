//! The grammar's pairs to the tree: items and entries. Values are in
//! [`expression`].
//!
//! This is the only module that knows the grammar's rules. Every `err_…` pair
//! becomes a diagnostic here, and as much of the tree around it as is sure.

mod expression;

use pest::Parser;
use smol_str::SmolStr;

use super::ast::{
    Assertion, AssignOp, Binding, Block, BlockItem, Declaration, Docs, Edition, Entry, Expr,
    ExprKind, File, Import, ImportedName, Item, ItemKind, NestedBlock, Parent, Path, Property,
    Remove, Spread, Test, TestStatement, TypeExpr, TypeExprKind, Word,
};
use super::scan::Scan;
use super::{errors, words};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

mod grammar {
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

/// The text without the insides of brackets that are nested too deeply.
fn blank(text: &str, scan: &Scan) -> Option<String> {
    if scan.too_deep.is_empty() {
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
    Some(blanked)
}

/// Parses a text whose brackets were looked at before.
pub(super) fn lower(id: FileId, text: &str, scan: &Scan, diagnostics: &mut Diagnostics) -> File {
    let blanked = blank(text, scan);
    let parsed = blanked.as_deref().unwrap_or(text);
    let mut lowering = Lowering {
        id,
        text: parsed,
        scan,
        diagnostics: Vec::new(),
        damaged: false,
        docs: None,
        operators: 0,
        unclosed_end: None,
        value_missing: false,
        stray: false,
        last_item_end: None,
        first_edition: None,
        edition_asked: false,
    };
    let mut items = Vec::new();
    match BeanParser::parse(Rule::file, parsed) {
        Ok(mut file) => {
            if let Some(file) = file.next() {
                lowering.file(file, &mut items);
            }
        }
        Err(_) => {
            lowering.lose(errors::unreadable(Span::new(id, 0, 0)));
        }
    }
    lowering.brackets(diagnostics);
    for diagnostic in lowering.diagnostics {
        diagnostics.report(diagnostic);
    }
    File {
        id,
        items,
        damaged: lowering.damaged,
    }
}

struct Lowering<'a> {
    id: FileId,
    text: &'a str,
    scan: &'a Scan,
    diagnostics: Vec<Diagnostic>,
    damaged: bool,
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
    last_item_end: Option<Span>,
    first_edition: Option<Span>,
    /// The missing edition has been said in other words.
    edition_asked: bool,
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
        Span::new(self.id, span.start(), span.end())
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
        if let Some(first) = self.scan.too_deep.first() {
            self.damaged = true;
            // What stands around the blanked insides may complain about them.
            let scan = self.scan;
            self.diagnostics.retain(|it| {
                scan.too_deep_around(it.primary.span.start as usize)
                    .is_none()
            });
            let bracket = self.at(first.open, first.start);
            diagnostics.report(errors::too_deep(bracket));
        }
        for unclosed in &self.scan.unclosed {
            self.damaged = true;
            let brace = self.at(unclosed.open, unclosed.open + 1);
            let line = self.text[..unclosed.open]
                .rfind('\n')
                .map_or(0, |at| at + 1);
            let head = &self.text[line..unclosed.open];
            let key = head.rsplit(['{', '}', ',']).next().unwrap_or(head).trim();
            let indent: String = self.text[line..]
                .chars()
                .take_while(|c| matches!(c, ' ' | '\t'))
                .collect();
            let expected = self.at(unclosed.expected, unclosed.expected);
            let at_item = unclosed.seen < self.text.len()
                && !self.text[unclosed.seen..].starts_with([' ', '\t', '}'])
                && self.text[unclosed.seen..].starts_with('\n');
            diagnostics.report(errors::unclosed_block(
                brace,
                key,
                expected,
                at_item,
                format!("\n{indent}}}"),
            ));
        }
    }

    /// A list, parenthesis or text without its end, unless that is the same
    /// mistake as one inside it.
    fn unclosed(&mut self, end: usize, diagnostic: Diagnostic) {
        self.damaged = true;
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
        self.report(errors::block_comment(shown, closed));
    }

    // The file

    fn file(&mut self, file: Pair<'_>, items: &mut Vec<Item>) {
        let mut first = None;
        for pair in file.into_inner() {
            let rule = pair.as_rule();
            if rule == Rule::EOI {
                break;
            }
            if !matches!(rule, Rule::comment | Rule::err_block_comment) && first.is_none() {
                first = Some(self.span(&pair));
                if rule != Rule::edition {
                    self.first_is_no_edition(&pair);
                }
            }
            self.item(pair, items);
        }
        if first.is_none() {
            let start = self.at(0, 0);
            self.lose(errors::missing_edition(
                start,
                self.at(self.start(), self.start()),
            ));
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
            Rule::err_brace if self.stray => return,
            Rule::err_brace => {
                self.mark(&pair);
                self.stray = true;
                return;
            }
            _ => return self.mark(&pair),
        };
        self.stray = false;
        self.value_missing = false;
        self.docs = None;
        let end = span.end as usize;
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
        let text = pair.as_str().trim_end();
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

    // Items

    fn edition(&mut self, pair: Pair<'_>) -> Option<Edition> {
        let span = self.trimmed(&pair);
        let mut year = None;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::assign => self.report(errors::edition_with_equals(inner_span, span)),
                Rule::expr => year = Some((self.slice(inner_span).to_owned(), inner_span)),
                Rule::err_missing_value => {}
                _ => self.behind(inner, Behind::Entry),
            }
        }
        if self.edition_asked || self.first_edition.is_some() {
            if self.first_edition.is_some() || !self.edition_asked {
                self.lose(errors::second_edition(span, self.first_edition));
            } else {
                // It is there, only too late: say that and not that it is missing.
                self.diagnostics
                    .retain(|it| it.code != crate::diagnostic::Code::MissingEdition);
                self.lose(errors::second_edition(span, None));
            }
            self.first_edition = self.first_edition.or(Some(span));
            return None;
        }
        self.first_edition = Some(span);
        let Some((text, year_span)) = year else {
            self.lose(errors::missing_year(span));
            return None;
        };
        if text.parse() != Ok(errors::EDITION) {
            self.lose(errors::unsupported_edition(year_span, &text));
        }
        Some(Edition {
            year: text.parse().unwrap_or(errors::EDITION),
            year_span,
            span,
        })
    }

    fn import(&mut self, pair: Pair<'_>) -> Option<Import> {
        let span = self.trimmed(&pair);
        let head = self.at(span.start as usize, span.start as usize + "import".len());
        let (mut names, mut path, mut listed, mut from) = (Vec::new(), None, None, None);
        let mut rest = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::import_names => {
                    listed = Some(self.span(&inner));
                    self.import_names(inner, &mut names);
                }
                Rule::from => from = Some(self.span(&inner)),
                Rule::string => path = self.plain_text(inner),
                Rule::err_missing_value => {}
                Rule::err_trailing => rest = Some(inner),
                _ => self.behind(inner, Behind::Entry),
            }
        }
        match (listed, from, path) {
            (Some(_), Some(_), Some(path)) => {
                if let Some(rest) = rest {
                    self.behind(rest, Behind::Entry);
                }
                return Some(Import { names, path, span });
            }
            (Some(listed), None, Some(path)) => {
                let error = errors::malformed_import(
                    listed.after(),
                    "`from` is missing in front of the path",
                );
                self.report(error.fix("insert `from`", path.span.before(), "from "));
                return Some(Import { names, path, span });
            }
            (None, _, Some(path)) => self.lose(errors::malformed_import(
                path.span,
                "an `import` says which names it takes",
            )),
            (Some(_), _, None) => self.lose(errors::malformed_import(
                span.after(),
                "an `import` needs the path of a file in quotes",
            )),
            (None, _, None) => self.lose(errors::malformed_import(
                head,
                "an `import` needs names and the path of a file in quotes",
            )),
        }
        None
    }

    fn import_names(&mut self, pair: Pair<'_>, names: &mut Vec<ImportedName>) {
        let mut commas = Commas::default();
        for inner in pair.into_inner() {
            commas.see(self, &inner);
            match inner.as_rule() {
                Rule::imported => {
                    let mut words = Vec::with_capacity(2);
                    for part in inner.into_inner() {
                        match part.as_rule() {
                            Rule::name => words.extend(self.name(&part)),
                            Rule::err_missing_name => {
                                let span = self.span(&part);
                                self.lose(errors::missing_name(span, "what stands behind `as`"));
                            }
                            _ => self.behind(part, Behind::Entry),
                        }
                    }
                    let mut words = words.into_iter();
                    if let Some(name) = words.next() {
                        let alias = words.next();
                        names.push(ImportedName { name, alias });
                    }
                }
                Rule::err_junk => self.junk(&inner),
                Rule::err_unclosed_block => self.damaged = true,
                _ => self.mark(&inner),
            }
        }
    }

    fn declaration(&mut self, pair: Pair<'_>) -> Option<Item> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let (mut is_param, mut name, mut colon, mut ty, mut default) =
            (true, None, false, None, None);
        let mut named_end = span.after();
        let mut ty_missing = None;
        let mut junk = None;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::declaration_kind => is_param = inner.as_str() == "param",
                Rule::path | Rule::string | Rule::number | Rule::single_quoted => {
                    named_end = inner_span.after();
                    name = self.item_name(inner);
                }
                Rule::err_missing_name => {
                    let what = if is_param { "a `param`" } else { "an `input`" };
                    self.lose(errors::missing_name(inner_span, what));
                }
                Rule::colon => colon = true,
                Rule::r#type => {
                    if !colon && let Some(name) = &name {
                        let error = errors::missing_colon(named_end, &name.text);
                        self.report(error);
                    }
                    ty = Some(self.type_expr(inner));
                }
                Rule::err_missing_type => ty_missing = Some(named_end),
                Rule::assign => {
                    let name = name.as_ref().map_or("it", |name| name.text.as_str());
                    self.assign(&inner, name, false);
                }
                Rule::expr => default = Some(self.expr(inner)),
                Rule::err_missing_value => {
                    self.value_missing = true;
                    self.lose(errors::missing_value(inner_span, "the default"));
                }
                Rule::err_trailing if ty_missing.is_some() => junk = Some(inner_span),
                _ => match &mut default {
                    Some(default) => self.behind(inner, Behind::Value(default)),
                    None => self.behind(inner, Behind::Entry),
                },
            }
        }
        let name = name?;
        if let Some(place) = ty_missing {
            let what = if is_param { "param" } else { "input" };
            match junk {
                Some(junk) => {
                    let error = errors::malformed_type(junk, self.slice(junk).trim_end());
                    self.lose(error);
                }
                None => self.lose(errors::missing_type(place, what, &name.text)),
            }
        }
        let ty = ty.unwrap_or(TypeExpr {
            kind: TypeExprKind::Error,
            span: named_end,
        });
        let declaration = Declaration {
            name,
            ty,
            default,
            docs,
            span,
        };
        Some(if is_param {
            Item::Param(declaration)
        } else {
            Item::Input(declaration)
        })
    }

    /// A type is a flat run of words and signs.
    fn type_expr(&mut self, pair: Pair<'_>) -> TypeExpr {
        let span = self.trimmed(&pair);
        let tokens: Vec<Pair<'_>> = pair.into_inner().collect();
        if let Some(kind) = self.type_kind(&tokens, 0) {
            return TypeExpr { kind, span };
        }
        let error = errors::malformed_type(span, self.slice(span));
        self.lose(error);
        TypeExpr {
            kind: TypeExprKind::Error,
            span,
        }
    }

    fn type_kind(&mut self, tokens: &[Pair<'_>], depth: usize) -> Option<TypeExprKind> {
        match tokens {
            [name] if name.as_rule() == Rule::name => {
                Some(TypeExprKind::Name(SmolStr::new(name.as_str())))
            }
            [list, open, inner @ .., close]
                if list.as_str() == "list"
                    && open.as_rule() == Rule::angle_open
                    && close.as_rule() == Rule::angle_close
                    && depth < super::MAX_NESTING =>
            {
                let kind = self.type_kind(inner, depth + 1)?;
                let (first, last) = (inner.first()?, inner.last()?);
                let span = self.span(first).to(self.span(last));
                Some(TypeExprKind::List(Box::new(TypeExpr { kind, span })))
            }
            _ => {
                let mut members = Vec::with_capacity(tokens.len() / 2 + 1);
                for (at, token) in tokens.iter().enumerate() {
                    match (at % 2, token.as_rule()) {
                        (0, Rule::name) => members.extend(self.name(token)),
                        (0, Rule::string) => members.extend(self.plain_text(token.clone())),
                        (1, Rule::bar) if at + 1 < tokens.len() => {}
                        _ => return None,
                    }
                }
                Some(TypeExprKind::Union(members))
            }
        }
    }

    /// `let` and `output`, and a `param` inside `given`.
    fn binding(&mut self, pair: Pair<'_>) -> Option<Item> {
        let is_let = pair.as_str().starts_with("let");
        let binding = self.name_and_value(pair, if is_let { "a `let`" } else { "an `output`" })?;
        Some(if is_let {
            Item::Let(binding)
        } else {
            Item::Output(binding)
        })
    }

    fn name_and_value(&mut self, pair: Pair<'_>, what: &str) -> Option<Binding> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let (mut name, mut value, mut missing_eq) = (None, None, None);
        let mut missing = false;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::binding_kind => {}
                Rule::path | Rule::string | Rule::number | Rule::single_quoted => {
                    name = self.item_name(inner);
                }
                Rule::err_missing_name => {
                    self.lose(errors::missing_name(inner_span, what));
                }
                Rule::assign => {
                    let name = name.as_ref().map_or("it", |name| name.text.as_str());
                    self.assign(&inner, name, false);
                }
                Rule::err_missing_eq => missing_eq = Some(inner_span),
                Rule::expr => {
                    if let (Some(_), Some(name)) = (missing_eq.take(), &name) {
                        let (whole, gap) = (span, self.gap(name.span, inner_span));
                        let error =
                            errors::missing_equals(whole, gap, &name.text, self.slice(inner_span));
                        self.report(error);
                    }
                    value = Some(self.expr(inner));
                }
                Rule::err_missing_value => {
                    value = Some(error_expr(inner_span));
                    missing = true;
                }
                Rule::err_trailing if std::mem::take(&mut missing) => {
                    self.trailing(&inner, Behind::NoValue);
                }
                _ => match &mut value {
                    Some(value) => self.behind(inner, Behind::Value(value)),
                    None => self.behind(inner, Behind::Entry),
                },
            }
        }
        if let (true, Some(name)) = (missing, &name) {
            self.value_missing = true;
            let what = words::quoted(&name.text);
            self.lose(errors::missing_value(name.span, &what));
        }
        Some(Binding {
            name: name?,
            value: value?,
            docs,
            span,
        })
    }

    /// `assert` and `expect`.
    fn assertion(&mut self, pair: Pair<'_>) -> Assertion {
        self.docs = None;
        let span = self.trimmed(&pair);
        let keyword = pair
            .as_str()
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        let what = words::quoted(keyword);
        let keyword = self.at(span.start as usize, span.start as usize + keyword.len());
        let (mut condition, mut message, mut behind_else) = (None, None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::else_word => behind_else = Some(self.span(&inner)),
                Rule::expr => {
                    let expr = self.expr(inner);
                    if behind_else.is_some() {
                        message = Some(expr);
                    } else {
                        condition = Some(expr);
                    }
                }
                Rule::err_missing_value => match behind_else {
                    Some(place) => self.lose(errors::missing_value(place, "`else`")),
                    None => self.lose(errors::missing_value(keyword, &what)),
                },
                _ => self.behind(inner, Behind::Assertion),
            }
        }
        Assertion {
            condition: condition.unwrap_or(error_expr(keyword.after())),
            message,
            span,
        }
    }

    fn block_item(&mut self, pair: Pair<'_>) -> Option<BlockItem> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let mut kind = ItemKind::Application;
        let mut kind_span = span.before();
        let (mut name, mut variant, mut parents, mut body) = (None, None, Vec::new(), None);
        let mut head_end = span.before();
        let (mut named, mut well_named) = (false, false);
        let mut gap = None;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::item_kind => {
                    let word = inner.as_str();
                    let known = ItemKind::ALL
                        .into_iter()
                        .find(|kind| kind.keyword() == word);
                    kind = known.unwrap_or(kind);
                    kind_span = inner_span;
                }
                Rule::err_missing_name => {
                    named = true;
                    let article = if kind.keyword().starts_with(['a', 'e']) {
                        "an"
                    } else {
                        "a"
                    };
                    let what = format!("{article} {}", kind.keyword());
                    self.lose(errors::missing_name(kind_span.after(), &what));
                }
                Rule::path | Rule::string | Rule::number | Rule::single_quoted if !named => {
                    named = true;
                    let before = self.diagnostics.len();
                    name = self.item_name(inner);
                    well_named = name.is_some() && self.diagnostics.len() == before;
                }
                Rule::path => variant = self.single_word(&inner),
                Rule::string => variant = self.plain_text(inner),
                Rule::err_missing_variant => {
                    self.lose(errors::missing_variant(inner_span, kind));
                }
                Rule::extends => self.extends(inner, &mut parents),
                Rule::err_head => {
                    // Behind a name that is none it is the same mistake.
                    if well_named {
                        let text = self.slice(inner_span).trim_end();
                        let place = self.at(
                            inner_span.start as usize,
                            inner_span.start as usize + text.len(),
                        );
                        self.lose(errors::unexpected_in_head(place, text));
                    }
                }
                Rule::err_brace_below => gap = Some(inner_span),
                Rule::block => {
                    if let Some(gap) = gap {
                        let brace =
                            self.at(inner_span.start as usize, inner_span.start as usize + 1);
                        self.report(errors::brace_on_next_line(gap, brace));
                    }
                    let mut behind = Vec::new();
                    body = Some(self.block(inner, &mut behind));
                }
                Rule::err_missing_block => {
                    self.damaged = true;
                    if let Some(name) = &name {
                        let what = format!("{} {}", kind.keyword(), words::quoted(&name.text));
                        self.report(errors::missing_block(head_end.after(), &what));
                    }
                }
                _ => self.behind(inner, Behind::Entry),
            }
            if inner_span.end > inner_span.start {
                head_end = self.at(
                    inner_span.start as usize,
                    inner_span.start as usize + self.slice(inner_span).trim_end().len(),
                );
            }
        }
        Some(BlockItem {
            kind,
            kind_span,
            name: name?,
            variant,
            parents,
            body: body.unwrap_or(Block {
                entries: Vec::new(),
                span: span.after(),
            }),
            docs,
            span,
        })
    }

    fn extends(&mut self, pair: Pair<'_>, parents: &mut Vec<Parent>) {
        let mut commas = Commas::default();
        commas.something();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::path => parents.extend(self.single_word(&inner).map(Parent::Name)),
                Rule::string => parents.extend(self.plain_text(inner).map(Parent::Text)),
                Rule::single_quoted => parents.extend(self.single_quoted(&inner).map(Parent::Text)),
                Rule::err_missing_name => {
                    let span = self.span(&inner);
                    self.lose(errors::missing_name(span, "what stands behind `extends`"));
                }
                _ => {}
            }
        }
    }

    // Tests in the language

    fn test(&mut self, pair: Pair<'_>) -> Option<Test> {
        let docs = self.take_docs();
        let span = self.trimmed(&pair);
        let keyword = self.at(span.start as usize, span.start as usize + "test".len());
        let (mut name, mut statements, mut gap) = (None, Vec::new(), None);
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::string => name = self.plain_text(inner),
                Rule::err_missing_name => {
                    self.lose(errors::missing_name(keyword, "a `test`"));
                }
                Rule::err_head => {
                    if name.is_some() {
                        let text = self.slice(inner_span).to_owned();
                        self.lose(errors::unexpected_in_head(inner_span, &text));
                    }
                }
                Rule::err_brace_below => gap = Some(inner_span),
                Rule::test_body => {
                    if let Some(gap) = gap {
                        let brace =
                            self.at(inner_span.start as usize, inner_span.start as usize + 1);
                        self.report(errors::brace_on_next_line(gap, brace));
                    }
                    self.statements(inner, &mut statements);
                }
                Rule::err_missing_block => {
                    self.lose(errors::missing_block(span.after(), "a `test`"));
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        Some(Test {
            keyword,
            name: name?,
            statements,
            docs,
            span,
        })
    }

    fn statements(&mut self, pair: Pair<'_>, statements: &mut Vec<TestStatement>) {
        let mut commas = Commas::default();
        for inner in pair.into_inner() {
            commas.see(self, &inner);
            match inner.as_rule() {
                Rule::given => statements.extend(self.given(inner)),
                Rule::expectation => {
                    statements.push(TestStatement::Expect(self.assertion(inner)));
                }
                Rule::diagnostic => {
                    let expected = !inner.as_str().starts_with("expect_no");
                    let span = self.trimmed(&inner);
                    let which = self.statement_word(inner, "a code or severity");
                    statements.extend(which.map(|which| TestStatement::Diagnostic {
                        expected,
                        which,
                        span,
                    }));
                }
                Rule::snapshot => {
                    let span = self.trimmed(&inner);
                    let what = self.statement_word(inner, "`cloudformation` or `terraform`");
                    statements.extend(what.map(|what| TestStatement::Snapshot { what, span }));
                }
                Rule::err_junk => {
                    let span = self.trimmed(&inner);
                    let text = self.slice(span).to_owned();
                    let first = text.split_whitespace().next().unwrap_or_default();
                    let place = self.at(span.start as usize, span.start as usize + first.len());
                    self.lose(errors::malformed_test(place, first));
                }
                Rule::err_unclosed_block => self.damaged = true,
                _ => self.mark(&inner),
            }
        }
    }

    fn given(&mut self, pair: Pair<'_>) -> Option<TestStatement> {
        self.docs = None;
        let span = self.trimmed(&pair);
        let (mut subject, mut params) = (None, Vec::new());
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::path => subject = self.path(&inner),
                Rule::err_missing_value => {
                    let keyword = self.at(span.start as usize, span.start as usize + "given".len());
                    self.lose(errors::missing_subject(keyword));
                }
                Rule::given_body => {
                    let mut commas = Commas::default();
                    for inner in inner.into_inner() {
                        commas.see(self, &inner);
                        match inner.as_rule() {
                            Rule::given_param => {
                                params.extend(self.name_and_value(inner, "a `param`"));
                            }
                            Rule::err_junk => self.junk(&inner),
                            Rule::err_unclosed_block => self.damaged = true,
                            _ => self.mark(&inner),
                        }
                    }
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        Some(TestStatement::Given {
            subject: subject?,
            params,
            span,
        })
    }

    fn statement_word(&mut self, pair: Pair<'_>, what: &str) -> Option<Word> {
        self.docs = None;
        let mut word = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::diagnostic_kind => {}
                Rule::name => word = self.name(&inner),
                Rule::string => word = self.plain_text(inner),
                Rule::err_missing_name => {
                    let span = self.span(&inner);
                    let error = errors::missing_value(span, "this statement");
                    self.lose(error.help(format!("it takes {what}")));
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        word
    }

    // Blocks

    /// A block. Entries that stand behind its end, when its own brace is
    /// missing, go to `behind`: they belong to the block around it.
    fn block(&mut self, pair: Pair<'_>, behind: &mut Vec<Entry>) -> Block {
        let mut span = self.trimmed(&pair);
        let end = self.scan.end(span.start as usize);
        let mut entries = Vec::new();
        let mut commas = Commas::default();
        self.value_missing = false;
        for inner in pair.into_inner() {
            commas.see(self, &inner);
            let rule = inner.as_rule();
            match rule {
                Rule::comment
                | Rule::comma
                | Rule::err_semicolon
                | Rule::err_block_comment
                | Rule::err_bracket => self.mark(&inner),
                Rule::err_unclosed_block => self.damaged = true,
                Rule::err_junk => {
                    self.docs = None;
                    if std::mem::take(&mut self.value_missing) {
                        self.damaged = true;
                    } else {
                        self.junk(&inner);
                    }
                }
                _ => {
                    let start = inner.as_span().start();
                    let is_behind = end.is_some_and(|end| start >= end);
                    let into = if is_behind {
                        &mut *behind
                    } else {
                        &mut entries
                    };
                    self.entry_into(inner, into);
                    // What an inner block could not hold may be behind this one too.
                    if let Some(end) = end
                        && !is_behind
                    {
                        let from = entries.partition_point(|entry| entry_start(entry) < end);
                        behind.extend(entries.drain(from..));
                    }
                }
            }
        }
        if let Some(end) = end {
            span = self.at(span.start as usize, end.max(span.start as usize));
        }
        self.value_missing = false;
        Block { entries, span }
    }

    fn entry_into(&mut self, pair: Pair<'_>, entries: &mut Vec<Entry>) {
        match pair.as_rule() {
            Rule::entry => self.entry(pair, entries),
            Rule::spread => entries.extend(self.spread(pair).map(Entry::Spread)),
            Rule::remove => entries.extend(self.remove(pair).map(Entry::Remove)),
            Rule::assertion => entries.push(Entry::Assert(self.assertion(pair))),
            _ => self.mark(&pair),
        }
    }

    fn spread(&mut self, pair: Pair<'_>) -> Option<Spread> {
        self.docs = None;
        let span = self.trimmed(&pair);
        let mut path = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::path => path = self.path(&inner),
                Rule::err_missing_value => {
                    let dots = self.at(span.start as usize, span.start as usize + 3);
                    self.lose(errors::missing_value(dots, "`...`"));
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        path.map(|path| Spread { path, span })
    }

    fn remove(&mut self, pair: Pair<'_>) -> Option<Remove> {
        self.docs = None;
        let span = self.trimmed(&pair);
        let (mut key, mut labels) = (None, Vec::new());
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name | Rule::string | Rule::single_quoted => {
                    let word = self.key_word(inner);
                    if key.is_none() {
                        key = word;
                    } else {
                        labels.extend(word);
                    }
                }
                Rule::err_dotted => {
                    if let Some(key) = &key {
                        let rest = self.span(&inner);
                        let path = key.span.to(rest);
                        let text = self.slice(path).to_owned();
                        let block = text.replacen('.', " { remove ", 1);
                        self.lose(errors::dotted_key(path, &text, &format!("{block} }}")));
                    }
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        key.map(|key| Remove { key, labels, span })
    }

    fn entry(&mut self, pair: Pair<'_>, entries: &mut Vec<Entry>) {
        let docs = self.take_docs();
        let alone_before = std::mem::take(&mut self.value_missing);
        let span = self.trimmed(&pair);
        let mut parts = pair.into_inner();
        let mut labels = Vec::new();
        let Some(first) = parts.next() else { return };
        let key = self.key_word(first);
        let mut dotted: Option<Pair<'_>> = None;
        let mut op = AssignOp::Set;
        let (mut assign, mut gap) = (None, None);
        let mut value: Option<Expr> = None;
        let mut nested: Option<(Block, Vec<Entry>)> = None;
        let mut missing = Missing::Nothing;
        for inner in parts {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::name | Rule::string | Rule::single_quoted => {
                    labels.extend(self.key_word(inner));
                }
                Rule::err_dotted => dotted = Some(inner),
                Rule::assign => assign = Some(inner),
                Rule::err_brace_below => gap = Some(inner_span),
                Rule::err_missing_eq => missing = Missing::Equals,
                Rule::err_missing_value => missing = Missing::Value,
                Rule::err_no_value => missing = Missing::All,
                Rule::block => {
                    if let Some(gap) = gap {
                        let brace =
                            self.at(inner_span.start as usize, inner_span.start as usize + 1);
                        self.report(errors::brace_on_next_line(gap, brace));
                    }
                    let mut behind = Vec::new();
                    let block = self.block(inner, &mut behind);
                    nested = Some((block, behind));
                }
                Rule::expr => {
                    let mut behind = Vec::new();
                    let expr = self.entry_value(inner, &mut behind);
                    match expr.kind {
                        ExprKind::Map(block) => nested = Some((block, behind)),
                        _ => value = Some(expr),
                    }
                }
                Rule::err_trailing if missing == Missing::Value => {
                    missing = Missing::Replaced;
                    self.trailing(&inner, Behind::NoValue);
                }
                Rule::err_trailing if missing == Missing::All && !alone_before => {
                    missing = Missing::Replaced;
                    self.behind_key(&inner, span);
                }
                _ => match &mut value {
                    Some(value) => self.behind(inner, Behind::Value(value)),
                    None => self.behind(inner, Behind::Entry),
                },
            }
        }
        let Some(key) = key else {
            self.damaged = true;
            return;
        };
        if let Some(assign) = &assign {
            if let (Some(label), Some(_)) = (labels.last(), &nested) {
                let text = format!("{}", label.text);
                let equals = self.span(assign);
                self.report(errors::equals_behind_label(equals, &key.text, &text));
            } else {
                op = self.assign(assign, &key.text, nested.is_some());
            }
        }
        match missing {
            Missing::Nothing => {}
            Missing::Value => {
                self.value_missing = true;
                let what = words::quoted(&key.text);
                self.lose(errors::missing_value(key.span, &what));
                value = Some(error_expr(span.after()));
            }
            Missing::Replaced => {
                self.damaged = true;
                value = Some(error_expr(span.after()));
            }
            Missing::Equals => {
                if alone_before {
                    self.damaged = true;
                    return;
                }
                if let (Some(value), None) = (&value, labels.first()) {
                    let gap = self.gap(key.span, value.span);
                    let error =
                        errors::missing_equals(span, gap, &key.text, self.slice(value.span));
                    self.report(error);
                } else if let Some(label) = labels.first() {
                    let error = errors::named_value(label.span, &key.text, &label.text);
                    self.lose(error);
                    return;
                } else {
                    self.damaged = true;
                }
            }
            Missing::All => {
                self.damaged = true;
                if alone_before {
                    return;
                }
                match labels.as_slice() {
                    [] => self.report(errors::key_alone(key.span, &key.text)),
                    [label] => {
                        let gap = self.gap(key.span, label.span);
                        let written = self.slice(label.span).to_owned();
                        let quoted = written.starts_with(['"', '\'']);
                        self.report(if quoted {
                            errors::missing_equals(span, gap, &key.text, &written)
                        } else {
                            errors::missing_equals_or_block(span, gap, &key.text, &written)
                        });
                        let label = labels.remove(0);
                        value = Some(Expr {
                            span: label.span,
                            kind: if quoted {
                                expression::text_kind(label.text)
                            } else {
                                self.bare_word(label.text)
                            },
                        });
                    }
                    [.., last] => {
                        let what = words::quoted(self.slice(key.span.to(last.span)));
                        self.report(errors::missing_block(last.span.after(), &what));
                        nested = Some((
                            Block {
                                entries: Vec::new(),
                                span: last.span.after(),
                            },
                            Vec::new(),
                        ));
                    }
                }
            }
        }
        let (entry, behind) = if let Some((body, behind)) = nested {
            let block = NestedBlock {
                key: key.clone(),
                labels,
                body,
                docs,
                span,
            };
            (Entry::Block(block), behind)
        } else {
            if let Some(label) = labels.first() {
                let error = errors::named_value(label.span, &key.text, &label.text);
                self.lose(error);
                return;
            }
            let value = value.unwrap_or(error_expr(span.after()));
            let property = Property {
                key: key.clone(),
                op,
                value,
                docs,
                span,
            };
            (Entry::Property(property), Vec::new())
        };
        match dotted {
            Some(rest) => self.dotted(&key, &rest, entry, entries),
            None => entries.push(entry),
        }
        entries.extend(behind);
    }

    /// The value of an entry: a map alone is a block, and may be one whose
    /// brace is missing.
    fn entry_value(&mut self, pair: Pair<'_>, behind: &mut Vec<Entry>) -> Expr {
        let mut parts = pair.clone().into_inner();
        match (parts.next(), parts.next()) {
            (Some(only), None) if only.as_rule() == Rule::block => {
                let block = self.block(only, behind);
                Expr {
                    span: block.span,
                    kind: ExprKind::Map(block),
                }
            }
            _ => self.expr(pair),
        }
    }

    /// `a.b = 1` is an error, and understood as `a { b = 1 }`.
    fn dotted(&mut self, key: &Word, rest: &Pair<'_>, entry: Entry, entries: &mut Vec<Entry>) {
        let rest_span = self.span(rest);
        let whole = key.span.to(rest_span);
        let text = self.slice(whole).to_owned();
        let entry_text = match &entry {
            Entry::Property(_) => " = …",
            _ => " { … }",
        };
        let blocks = text.replace('.', " { ");
        let closing = " }".repeat(text.matches('.').count());
        self.report(errors::dotted_key(
            whole,
            &text,
            &format!("{blocks}{entry_text}{closing}"),
        ));
        let mut words: Vec<Word> = rest
            .clone()
            .into_inner()
            .map(|name| self.word(&name))
            .collect();
        let Some(innermost) = words.pop() else { return };
        words.insert(0, key.clone());
        let mut entry = match entry {
            Entry::Property(property) => Entry::Property(Property {
                key: innermost,
                ..property
            }),
            Entry::Block(block) => Entry::Block(NestedBlock {
                key: innermost,
                ..block
            }),
            other => other,
        };
        let span = entry_span(&entry);
        for key in words.into_iter().rev() {
            entry = Entry::Block(NestedBlock {
                key,
                labels: Vec::new(),
                body: Block {
                    entries: vec![entry],
                    span,
                },
                docs: None,
                span,
            });
        }
        entries.push(entry);
    }

    /// The sign of an entry; complains about signs of other languages.
    fn assign(&mut self, pair: &Pair<'_>, key: &str, is_block: bool) -> AssignOp {
        let span = self.span(pair);
        match pair.as_str() {
            "=" => AssignOp::Set,
            "+=" if is_block => {
                self.report(errors::append_to_block(span, key));
                AssignOp::Set
            }
            "+=" => AssignOp::Append,
            ":" if is_block => {
                self.report(errors::stray_colon_before_block(span, key));
                AssignOp::Set
            }
            ":" => {
                self.report(errors::stray_colon(span, key));
                AssignOp::Set
            }
            other => {
                self.report(errors::wrong_assignment(span, other));
                AssignOp::Set
            }
        }
    }

    // Names

    /// A name as it may stand in front of `=` or `{`.
    fn key_word(&mut self, pair: Pair<'_>) -> Option<Word> {
        match pair.as_rule() {
            Rule::name => self.name(&pair),
            Rule::single_quoted => self.single_quoted(&pair),
            _ => self.plain_text(pair),
        }
    }

    fn name(&mut self, pair: &Pair<'_>) -> Option<Word> {
        let word = self.word(pair);
        if !word.text.is_ascii() {
            self.lose(errors::malformed_name(
                word.span,
                &word.text,
                "names are ASCII",
                None,
            ));
        }
        Some(word)
    }

    /// The name of an item: one word.
    fn item_name(&mut self, pair: Pair<'_>) -> Option<Word> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::path => self.single_word(&pair),
            Rule::string => {
                let word = self.plain_text(pair)?;
                let mut characters = word.text.chars();
                let valid = characters
                    .next()
                    .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                    && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
                if valid {
                    self.report(errors::text_as_name(span, &word.text));
                    return Some(word);
                }
                let better = better_name(&word.text);
                self.lose(errors::malformed_name(
                    span,
                    &word.text,
                    "names have no quotes",
                    better.as_deref(),
                ));
                None
            }
            Rule::single_quoted => {
                let text = pair.as_str().trim_matches('\'');
                self.lose(errors::malformed_name(
                    span,
                    text,
                    "names have no quotes",
                    better_name(text).as_deref(),
                ));
                None
            }
            _ => {
                self.lose(errors::malformed_name(
                    span,
                    pair.as_str(),
                    "names begin with a letter",
                    None,
                ));
                None
            }
        }
    }

    /// A path that must be one word; the last one is meant otherwise.
    fn single_word(&mut self, pair: &Pair<'_>) -> Option<Word> {
        let path = self.path(pair)?;
        if path.segments.len() == 1 {
            return path.segments.into_iter().next();
        }
        let last = path.segments.last().cloned()?;
        self.report(errors::malformed_name(
            path.span,
            pair.as_str(),
            "a name is one word",
            Some(&last.text),
        ));
        Some(last)
    }

    fn path(&mut self, pair: &Pair<'_>) -> Option<Path> {
        let span = self.span(pair);
        let text = pair.as_str();
        let mut segments =
            Vec::with_capacity(1 + text.bytes().filter(|byte| *byte == b'.').count());
        let mut start = span.start as usize;
        for segment in text.split('.') {
            let segment_span = self.at(start, start + segment.len());
            if segment.is_empty() {
                self.lose(errors::missing_segment(segment_span));
                return None;
            }
            if !segment.is_ascii() {
                self.lose(errors::malformed_name(
                    segment_span,
                    segment,
                    "names are ASCII",
                    None,
                ));
            }
            segments.push(Word {
                text: SmolStr::new(segment),
                span: segment_span,
            });
            start += segment.len() + 1;
        }
        Some(Path { segments, span })
    }

    fn single_quoted(&mut self, pair: &Pair<'_>) -> Option<Word> {
        let span = self.span(pair);
        let inner = single_quoted(pair.as_str())?;
        self.report(errors::single_quotes(span, inner));
        Some(Word {
            text: SmolStr::new(inner),
            span,
        })
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
        } else if let Some(inner) = single_quoted(&text) {
            errors::single_quotes(self.at(start, start + inner.len() + 2), inner)
        } else if first.is_ascii() && !first.is_ascii_control() {
            errors::unexpected_text(shown, &text, place)
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

/// Which part of an entry is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Nothing,
    Equals,
    Value,
    /// What stands in the value's place has been complained about.
    Replaced,
    /// Neither sign nor value nor block.
    All,
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

fn entry_span(entry: &Entry) -> Span {
    match entry {
        Entry::Property(it) => it.span,
        Entry::Block(it) => it.span,
        Entry::Spread(it) => it.span,
        Entry::Remove(it) => it.span,
        Entry::Assert(it) => it.span,
    }
}

fn entry_start(entry: &Entry) -> usize {
    entry_span(entry).start as usize
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end()
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '%')));
    &text[..end.unwrap_or(text.len())]
}

/// The inside of a text in single quotes at the front.
fn single_quoted(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('\'')?;
    rest.split_once('\'').map(|(inner, _)| inner)
}

/// A name made of a text that is none, when something is left of it.
fn better_name(text: &str) -> Option<String> {
    let name: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let name = name.trim_matches('-').to_owned();
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        .then_some(name)
}
