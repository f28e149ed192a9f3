//! Values: literals, texts, calls, lists, and operators by their precedence.

use smol_str::SmolStr;

use super::{Commas, Lowering, Pair, Rule, error_expr};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Call, Expr, ExprKind, TextPart, UnaryOp, Word};
use crate::syntax::{errors, literal, words};

/// More operators than this around a value, and the tree would be too deep.
const MAX_OPERATORS: usize = 128;

/// A piece of an expression before precedence is known.
enum Piece {
    Operand(Expr),
    Prefix(UnaryOp, Span),
    Infix(Infix, Span),
    /// An operand that is not there, and said so.
    Missing(Span),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Infix {
    Binary(BinaryOp),
    Question,
    Colon,
    /// An operator the language does not have.
    Unknown,
}

/// The pieces of one expression with a place in them.
struct Pieces {
    list: std::iter::Peekable<std::vec::IntoIter<Piece>>,
    /// Where the last piece ended.
    end: Span,
}

impl Lowering<'_> {
    /// A value.
    pub(super) fn expr(&mut self, pair: Pair<'_>) -> Expr {
        let mut parts = pair.clone().into_inner();
        let Some(first) = parts.next() else {
            return error_expr(self.span(&pair));
        };
        let second = parts.next();
        let span = self.trimmed(&pair);
        if let Some(name) = intrinsic(self.slice(span)) {
            let start = span.start as usize;
            self.lose(errors::intrinsic(self.at(start, start + name.len()), name));
            // What stands behind it is its argument.
            self.unclosed_end = Some(span.end as usize);
            return error_expr(span);
        }
        if second.is_some() && is_aws_type(self.slice(span)) {
            let text = self.slice(span).to_owned();
            self.report(errors::type_without_quotes(span, &text));
            return Expr {
                kind: text_kind(text.into()),
                span,
            };
        }
        if second.is_some()
            && let Some(length) = with_colons(&self.text[span.start as usize..], self.slice(span))
        {
            let span = self.at(span.start as usize, span.start as usize + length);
            let text = self.slice(span).to_owned();
            self.report(errors::unquoted_text(span, &text));
            return Expr {
                kind: text_kind(text.into()),
                span,
            };
        }
        match second {
            None => self.operand(first, None),
            Some(arguments) if arguments.as_rule() == Rule::arguments && parts.next().is_none() => {
                self.operand(first, Some(arguments))
            }
            Some(_) => {
                let span = self.trimmed(&pair);
                self.operators(span, pair.into_inner().collect())
            }
        }
    }

    /// An expression with operators. Inside parentheses it is flat.
    fn operators(&mut self, span: Span, parts: Vec<Pair<'_>>) -> Expr {
        let is_operator = |pair: &&Pair<'_>| matches!(pair.as_rule(), Rule::infix | Rule::prefix);
        let count = parts.iter().filter(is_operator).count();
        if self.operators + count > MAX_OPERATORS {
            self.lose(errors::too_many_operators(span, MAX_OPERATORS));
            return error_expr(span);
        }
        self.operators += count;
        let pieces = self.pieces(parts);
        self.operators -= count;
        if pieces.is_empty() {
            return error_expr(span);
        }
        let mut pieces = Pieces {
            list: pieces.into_iter().peekable(),
            end: span.before(),
        };
        let expr = self.conditional(&mut pieces);
        match self.leftover(&mut pieces) {
            true => error_expr(span),
            false => Expr {
                kind: expr.kind,
                span,
            },
        }
    }

    fn pieces(&mut self, parts: Vec<Pair<'_>>) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::with_capacity(parts.len());
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            let wants_operand =
                !matches!(pieces.last(), Some(Piece::Operand(_) | Piece::Missing(_)));
            let piece = match part.as_rule() {
                Rule::prefix => Piece::Prefix(self.prefix(&part), span),
                // In parentheses the grammar cannot tell the two.
                Rule::infix if part.as_str() == "-" && wants_operand => {
                    Piece::Prefix(UnaryOp::Negate, span)
                }
                Rule::infix => {
                    if wants_operand {
                        self.lose(errors::missing_operand(span, part.as_str()));
                        pieces.push(Piece::Missing(span.before()));
                    }
                    Piece::Infix(self.infix(&part), span)
                }
                Rule::err_missing_value => {
                    self.operand_missing(&pieces);
                    Piece::Missing(span)
                }
                _ => {
                    let arguments = parts.next_if(|next| next.as_rule() == Rule::arguments);
                    if wants_operand {
                        Piece::Operand(self.operand(part, arguments))
                    } else {
                        let error = errors::unexpected_text(span, part.as_str(), " behind a value");
                        self.lose(error);
                        continue;
                    }
                }
            };
            pieces.push(piece);
        }
        if let Some(Piece::Infix(..) | Piece::Prefix(..)) = pieces.last() {
            self.operand_missing(&pieces);
            let end = match pieces.last() {
                Some(Piece::Infix(_, span) | Piece::Prefix(_, span)) => span.after(),
                _ => return pieces,
            };
            pieces.push(Piece::Missing(end));
        }
        pieces
    }

    fn operand_missing(&mut self, pieces: &[Piece]) {
        let operator = match pieces.last() {
            Some(Piece::Infix(Infix::Question | Infix::Colon, span)) => {
                let error = errors::missing_branch(*span);
                return self.lose(error);
            }
            Some(Piece::Infix(_, span) | Piece::Prefix(_, span)) => *span,
            _ => return,
        };
        let text = self.slice(operator).to_owned();
        self.lose(errors::missing_operand(operator, &text));
    }

    fn prefix(&mut self, pair: &Pair<'_>) -> UnaryOp {
        match pair.as_str() {
            "-" => UnaryOp::Negate,
            "!" => UnaryOp::Not,
            _ => {
                let span = self.span(pair);
                let rest = &self.text[span.end as usize..];
                let blanks = rest.len() - rest.trim_start_matches(' ').len();
                let with_blank = self.at(span.start as usize, span.end as usize + blanks);
                self.report(errors::word_not(span, with_blank));
                UnaryOp::Not
            }
        }
    }

    fn infix(&mut self, pair: &Pair<'_>) -> Infix {
        let span = self.span(pair);
        let text = pair.as_str();
        let (op, meant) = match text {
            "?" => return Infix::Question,
            ":" => return Infix::Colon,
            "||" => (BinaryOp::Or, None),
            "&&" => (BinaryOp::And, None),
            "==" => (BinaryOp::Equal, None),
            "!=" => (BinaryOp::NotEqual, None),
            "<" => (BinaryOp::Less, None),
            "<=" => (BinaryOp::LessOrEqual, None),
            ">" => (BinaryOp::Greater, None),
            ">=" => (BinaryOp::GreaterOrEqual, None),
            "+" => (BinaryOp::Add, None),
            "*" => (BinaryOp::Multiply, None),
            "-" => {
                let blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
                let bytes = self.text.as_bytes();
                let before = blank(bytes.get((span.start as usize).wrapping_sub(1)));
                let after = blank(bytes.get(span.end as usize));
                // Such a text without quotes has its own message.
                let is_text = self.text[span.end as usize..].starts_with("${");
                if !(before && after || is_text) {
                    self.report(errors::minus_without_spaces(span, before, after));
                }
                (BinaryOp::Subtract, None)
            }
            "and" => {
                self.report(errors::word_operator(span, "and", "&&"));
                (BinaryOp::And, None)
            }
            "or" => {
                self.report(errors::word_operator(span, "or", "||"));
                (BinaryOp::Or, None)
            }
            "=" | "===" => (BinaryOp::Equal, Some("==")),
            "!==" | "<>" => (BinaryOp::NotEqual, Some("!=")),
            "&" => (BinaryOp::And, Some("&&")),
            "|" => (BinaryOp::Or, Some("||")),
            _ => {
                self.lose(errors::unknown_operator(span, text, None));
                return Infix::Unknown;
            }
        };
        if let Some(meant) = meant {
            self.report(errors::unknown_operator(span, text, Some(meant)));
        }
        Infix::Binary(op)
    }

    fn conditional(&mut self, pieces: &mut Pieces) -> Expr {
        let condition = self.binary(pieces, 1);
        let Some(question) = pieces.take(Infix::Question) else {
            return condition;
        };
        let then = self.conditional(pieces);
        let Some(_) = pieces.take(Infix::Colon) else {
            // A missing value behind `?` has been said already.
            if !matches!(then.kind, ExprKind::Error) {
                self.lose(errors::missing_branch(question));
            }
            return error_expr(condition.span.to(then.span));
        };
        let otherwise = self.conditional(pieces);
        let span = condition.span.to(otherwise.span);
        let (condition, then, otherwise) =
            (Box::new(condition), Box::new(then), Box::new(otherwise));
        Expr {
            kind: ExprKind::Conditional(condition, then, otherwise),
            span,
        }
    }

    /// Operators that bind at least as tightly as `least`.
    fn binary(&mut self, pieces: &mut Pieces, least: u8) -> Expr {
        let mut left = self.unary(pieces);
        let mut comparison: Option<Span> = None;
        while let Some((op, span)) = pieces.binary(least) {
            let right = self.binary(pieces, precedence(op) + 1);
            let whole = left.span.to(right.span);
            let Infix::Binary(op) = op else {
                left = error_expr(whole);
                continue;
            };
            if precedence(Infix::Binary(op)) == 3 {
                if let Some(first) = comparison {
                    self.lose(errors::chained_comparison(span, first, op.symbol()));
                    left = error_expr(whole);
                    continue;
                }
                comparison = Some(span);
            }
            left = Expr {
                kind: ExprKind::Binary(Box::new(left), op, Box::new(right)),
                span: whole,
            };
        }
        left
    }

    fn unary(&mut self, pieces: &mut Pieces) -> Expr {
        match pieces.next() {
            Some(Piece::Operand(expr)) => expr,
            Some(Piece::Prefix(op, span)) => {
                let operand = self.unary(pieces);
                let whole = span.to(operand.span);
                Expr {
                    kind: ExprKind::Unary(op, Box::new(operand)),
                    span: whole,
                }
            }
            Some(Piece::Missing(span)) => error_expr(span),
            Some(Piece::Infix(_, span)) => error_expr(span.before()),
            None => error_expr(pieces.end),
        }
    }

    /// What precedence could not use is a `:` without its `?`, if anything.
    fn leftover(&mut self, pieces: &mut Pieces) -> bool {
        let Some(Piece::Infix(Infix::Colon, span)) = pieces.next() else {
            return false;
        };
        // That there is nothing behind it has been said.
        if !matches!(pieces.next(), Some(Piece::Missing(_))) {
            self.lose(errors::colon_without_question(span));
        }
        true
    }

    fn operand(&mut self, pair: Pair<'_>, arguments: Option<Pair<'_>>) -> Expr {
        let span = self.span(&pair);
        if let Some(arguments) = arguments {
            return self.call(&pair, arguments);
        }
        let kind = match pair.as_rule() {
            Rule::reference => return self.reference(&pair),
            Rule::string => ExprKind::Text(self.text_parts(pair)),
            Rule::number => self.number(span, pair.as_str(), literal::number(pair.as_str())),
            Rule::prefix_length => match literal::prefix(pair.as_str()) {
                Some(result) => self.number(span, pair.as_str(), result),
                None => {
                    self.report(errors::unquoted_text(span, pair.as_str()));
                    text_kind(SmolStr::new(pair.as_str()))
                }
            },
            Rule::single_quoted => match self.single_quoted(&pair) {
                Some(word) => text_kind(word.text),
                None => ExprKind::Error,
            },
            Rule::list => {
                let unclosed = |lowering: &mut Self, span: Span| {
                    let bracket = lowering.at(span.start as usize, span.start as usize + 1);
                    errors::unclosed_list(bracket, span.after())
                };
                ExprKind::List(self.elements(pair, unclosed))
            }
            Rule::block => {
                let mut behind = Vec::new();
                let mut block = self.block(pair, &mut behind);
                block.entries.append(&mut behind);
                ExprKind::Map(block)
            }
            Rule::group => return self.group(pair),
            _ => {
                self.mark(&pair);
                ExprKind::Error
            }
        };
        Expr { kind, span }
    }

    fn number(
        &mut self,
        span: Span,
        text: &str,
        result: Result<ExprKind, literal::Fault>,
    ) -> ExprKind {
        let fault = match result {
            Ok(kind) => return kind,
            Err(fault) => fault,
        };
        self.report(errors::number(span, text, &fault));
        // A unit that is known elsewhere leaves no doubt about the value.
        if let literal::Fault::ForeignUnit { amount, meant, .. } = &fault
            && let Ok(kind) = literal::with_unit(amount, *meant)
        {
            return kind;
        }
        self.damaged = true;
        ExprKind::Error
    }

    fn reference(&mut self, pair: &Pair<'_>) -> Expr {
        let span = self.span(pair);
        let text = pair.as_str();
        let kind = if text.contains('.') {
            self.path(pair).map_or(ExprKind::Error, ExprKind::Path)
        } else if words::is_null(text) {
            self.lose(errors::no_null(span, text));
            ExprKind::Error
        } else if let Some(word) = self.name(pair) {
            self.bare_word(word.text)
        } else {
            ExprKind::Error
        };
        Expr { kind, span }
    }

    /// A word alone: `true`, `false` or the value of an enum.
    pub(super) fn bare_word(&self, text: SmolStr) -> ExprKind {
        match text.as_str() {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            _ => ExprKind::Word(text),
        }
    }

    fn call(&mut self, function: &Pair<'_>, arguments: Pair<'_>) -> Expr {
        let span = self.span(function).to(self.trimmed(&arguments));
        let unclosed = |lowering: &mut Self, span: Span| {
            let bracket = lowering.at(span.start as usize, span.start as usize + 1);
            errors::unclosed_parenthesis(bracket, span.after())
        };
        let Some(function) = self.single_word(function) else {
            return error_expr(span);
        };
        let arguments = self.elements(arguments, unclosed);
        Expr {
            kind: ExprKind::Call(Call {
                function: Word {
                    text: function.text,
                    span: function.span,
                },
                arguments,
            }),
            span,
        }
    }

    /// The elements of a list or of the parentheses of a call.
    fn elements(
        &mut self,
        pair: Pair<'_>,
        unclosed: impl Fn(&mut Self, Span) -> crate::diagnostic::Diagnostic,
    ) -> Vec<Expr> {
        let span = self.trimmed_lines(&pair);
        let end = pair.as_span().end();
        let docs = self.docs.take();
        let mut elements: Vec<Expr> = Vec::new();
        let mut commas = Commas::default();
        for inner in pair.into_inner() {
            commas.see(self, &inner);
            match inner.as_rule() {
                Rule::expr => elements.push(self.expr(inner)),
                Rule::err_junk => self.junk(&inner),
                Rule::err_unclosed_list | Rule::err_unclosed_arguments => {
                    let error = unclosed(self, span);
                    self.unclosed(end, error);
                }
                Rule::comma => {}
                _ => match elements.last_mut() {
                    Some(last) => self.behind(inner, super::Behind::Value(last)),
                    None => self.mark(&inner),
                },
            }
        }
        self.docs = docs;
        elements
    }

    /// Parentheses around an expression. Their pieces are flat, because an
    /// expression in them may go over several lines.
    fn group(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.trimmed_lines(&pair);
        let end = pair.as_span().end();
        let docs = self.docs.take();
        let mut parts = Vec::new();
        let mut complained = false;
        for inner in pair.into_inner() {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::comma => {
                    complained = true;
                    self.lose(errors::unexpected_text(
                        inner_span,
                        ",",
                        " inside parentheses",
                    ));
                }
                Rule::err_junk => {
                    complained = true;
                    self.junk(&inner);
                }
                Rule::err_unclosed_group => {
                    complained = true;
                    let bracket = self.at(span.start as usize, span.start as usize + 1);
                    let error = errors::unclosed_parenthesis(bracket, span.after());
                    self.unclosed(end, error);
                }
                Rule::comment | Rule::err_semicolon | Rule::err_block_comment => self.mark(&inner),
                _ => parts.push(inner),
            }
        }
        self.docs = docs;
        if parts.is_empty() && !complained {
            self.lose(errors::empty_parentheses(span));
        }
        if parts.is_empty() || complained {
            return error_expr(span);
        }
        self.operators(span, parts)
    }

    /// The place of a pair without blanks and newlines at its end.
    fn trimmed_lines(&self, pair: &Pair<'_>) -> Span {
        let start = pair.as_span().start();
        self.at(start, start + pair.as_str().trim_end().len())
    }

    // Texts

    /// A text that must be plain: a key, a path, a type.
    pub(super) fn plain_text(&mut self, pair: Pair<'_>) -> Option<Word> {
        let span = self.span(&pair);
        let mut parts = self.text_parts(pair);
        let text = match parts.len() {
            0 => SmolStr::default(),
            1 => match parts.pop() {
                Some(TextPart::Literal(text)) => text,
                _ => {
                    self.lose(errors::interpolated_name(span));
                    return None;
                }
            },
            _ => {
                self.lose(errors::interpolated_name(span));
                return None;
            }
        };
        Some(Word { text, span })
    }

    fn text_parts(&mut self, pair: Pair<'_>) -> Vec<TextPart> {
        let whole = self.span(&pair);
        let mut parts = Vec::new();
        // Text with escapes comes in pieces that are one again.
        let mut literal: Option<String> = None;
        let mut inners = pair.into_inner().peekable();
        while let Some(inner) = inners.next() {
            let span = self.span(&inner);
            match inner.as_rule() {
                Rule::text => {
                    let next = inners.peek().map(Pair::as_rule);
                    match &mut literal {
                        Some(literal) => literal.push_str(inner.as_str()),
                        None if next == Some(Rule::escape) => {
                            literal = Some(inner.as_str().to_owned());
                        }
                        None => parts.push(TextPart::Literal(SmolStr::new(inner.as_str()))),
                    }
                }
                Rule::escape => {
                    let character = self.escape(span, inner.as_str());
                    literal.get_or_insert_default().extend(character);
                }
                Rule::interpolation => {
                    parts.extend(literal.take().map(|text| TextPart::Literal(text.into())));
                    let expr = self.interpolation(inner);
                    parts.push(TextPart::Expr(expr));
                }
                _ => {
                    let quote = self.at(whole.start as usize, whole.start as usize + 1);
                    let end = self.at(
                        whole.start as usize,
                        whole.start as usize + self.slice(whole).trim_end().len(),
                    );
                    let error = errors::unclosed_text(quote, end.after());
                    self.unclosed(whole.end as usize, error);
                }
            }
        }
        parts.extend(literal.map(|text| TextPart::Literal(text.into())));
        parts
    }

    fn escape(&mut self, span: Span, text: &str) -> Option<char> {
        match &text[1..] {
            "\"" => return Some('"'),
            "\\" => return Some('\\'),
            "n" => return Some('\n'),
            "t" => return Some('\t'),
            "$" if self.text[span.end as usize..].starts_with('{') => return Some('$'),
            other => {
                if let Some(digits) = other.strip_prefix("u{") {
                    let digits = digits.strip_suffix('}').unwrap_or(digits);
                    let number = u32::from_str_radix(digits, 16).ok();
                    if let Some(character) = number.and_then(char::from_u32) {
                        return Some(character);
                    }
                }
            }
        }
        self.lose(errors::bad_escape(span, text));
        None
    }

    fn interpolation(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.trimmed(&pair);
        let end = pair.as_span().end();
        let dollar = self.at(span.start as usize, span.start as usize + 2);
        let inners: Vec<Pair<'_>> = pair.into_inner().collect();
        let is_unclosed = inners
            .last()
            .is_some_and(|last| last.as_rule() == Rule::err_unclosed_interpolation);
        if is_unclosed {
            // The closing quote was read as the beginning of another text:
            // what stands behind it has nothing of its own to say.
            let quote = self.slice(span)[2..].find('"').map(|at| at + 2);
            let place = quote.map_or(span.after(), |at| {
                let at = span.start as usize + at;
                self.at(at, at)
            });
            self.unclosed(end, errors::unclosed_interpolation(dollar, place));
            return error_expr(span);
        }
        let mut value = None;
        for inner in inners {
            let inner_span = self.trimmed(&inner);
            match inner.as_rule() {
                Rule::expr => value = Some(self.expr(inner)),
                Rule::err_missing_value => {}
                Rule::err_interpolation => {
                    let text = inner.as_str().trim_end().to_owned();
                    value = Some(error_expr(inner_span));
                    self.lose(errors::interpolation_rest(inner_span, &text));
                }
                _ => self.mark(&inner),
            }
        }
        value.unwrap_or_else(|| {
            self.lose(errors::empty_interpolation(span));
            error_expr(span)
        })
    }
}

impl Pieces {
    fn next(&mut self) -> Option<Piece> {
        let piece = self.list.next()?;
        self.end = match &piece {
            Piece::Operand(expr) => expr.span.after(),
            Piece::Prefix(_, span) | Piece::Infix(_, span) | Piece::Missing(span) => span.after(),
        };
        Some(piece)
    }

    fn take(&mut self, wanted: Infix) -> Option<Span> {
        match self.list.peek() {
            Some(Piece::Infix(infix, span)) if *infix == wanted => {
                let span = *span;
                self.next();
                Some(span)
            }
            _ => None,
        }
    }

    /// The next operator, when it takes two operands and binds tightly enough.
    fn binary(&mut self, least: u8) -> Option<(Infix, Span)> {
        match self.list.peek() {
            Some(Piece::Infix(infix, span)) if precedence(*infix) >= least => {
                let next = (*infix, *span);
                self.next();
                Some(next)
            }
            _ => None,
        }
    }
}

/// How tightly an operator binds; the two of a conditional not at all.
fn precedence(infix: Infix) -> u8 {
    match infix {
        Infix::Question | Infix::Colon => 0,
        Infix::Binary(BinaryOp::Or) => 1,
        Infix::Binary(BinaryOp::And) => 2,
        Infix::Binary(
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessOrEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterOrEqual,
        ) => 3,
        Infix::Binary(BinaryOp::Add | BinaryOp::Subtract) => 4,
        Infix::Binary(BinaryOp::Multiply) | Infix::Unknown => 5,
    }
}

/// A text without anything special in it.
pub(super) fn text_kind(text: SmolStr) -> ExprKind {
    if text.is_empty() {
        return ExprKind::Text(Vec::new());
    }
    ExprKind::Text(vec![TextPart::Literal(text)])
}

/// `AWS::S3::Bucket`
fn is_aws_type(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c: char| c.is_ascii_alphanumeric());
    text.contains("::") && text.split("::").all(is_word)
}

/// The length of `ssm:/shop/key`, `nginx:1.27` or `arn:aws:s3:::shop`, which are no
/// values without quotes; of an address, behind whose scheme a comment begins, with
/// the rest of it. `rest` is the text from where `value` begins.
fn with_colons(rest: &str, value: &str) -> Option<usize> {
    let is_sign = |it: char| it.is_ascii_alphanumeric() || ":/._-@*".contains(it);
    let whole =
        value.starts_with(|it: char| it.is_ascii_alphabetic()) && value.chars().all(is_sign);
    if !whole || !value.contains(':') {
        return None;
    }
    match (value.ends_with(':'), rest.get(value.len()..)?) {
        (true, behind) if behind.starts_with("//") => {
            let is_part = |it: char| is_sign(it) || "?&=%#~+".contains(it);
            rest.find(|it| !is_part(it)).or(Some(rest.len()))
        }
        (true, _) => None,
        (false, _) => Some(value.len()),
    }
}

/// A function of CloudFormation in its short form: `!Ref`.
fn intrinsic(text: &str) -> Option<&'static str> {
    const NAMES: [&str; 8] = [
        "!Ref",
        "!GetAtt",
        "!Sub",
        "!Join",
        "!ImportValue",
        "!If",
        "!FindInMap",
        "!Select",
    ];
    let text = text.split([' ', '.', '(', '[']).next()?;
    NAMES.into_iter().find(|name| *name == text)
}
