//! The one way to write a file: LANGUAGE section 7, without options.
//!
//! Two spaces; an entry a line; a block on one line only where its author wrote
//! it so, with at most two plain values, and where it fits; lists likewise; at
//! most one blank line, where there was one. Nothing changes its place but
//! imports, which are sorted. An item with a syntax error stays byte for byte.
//! Lines end as they did: Git and the editor decide that.

use pest::Parser;

use super::lower::blank;
use super::lower::grammar::{BeanParser, Rule};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::source::{FileId, LineEnd, Span};

type Pair<'a> = pest::iterators::Pair<'a, Rule>;

/// The longest line that is made of what could be several, in characters.
const WIDTH: usize = 80;

/// The most entries of a block on one line.
const ENTRIES: usize = 2;

/// What the grammar takes for nothing. Other kinds of white space, such as a form
/// feed, are mistakes like any other character.
const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

/// How far the inside of a block is indented.
const STEP: usize = 2;

/// The file as it should be written; what is wrong with its syntax is said to
/// `diagnostics`. A file that cannot be read as a program stays as it is.
pub fn format(id: FileId, text: &str, diagnostics: &mut Diagnostics) -> String {
    let mut found = Diagnostics::default();
    super::parse(id, text, &mut found);
    let errors = found.clone().into_sorted();
    diagnostics.append(found);
    if text.len() > super::MAX_FILE_BYTES || super::stranger::find(text).is_some() {
        return text.to_owned();
    }
    // That the edition is missing is no fault of the first item.
    let is_fault =
        |it: &&Diagnostic| it.severity() == Severity::Error && it.code != Code::MissingEdition;
    let faults = errors.iter().filter(is_fault);
    let format = Format {
        text,
        line_end: LineEnd::of(text),
        wrong: faults.map(|it| it.primary.span).collect(),
    };
    let scan = super::scan::scan(text);
    let blanked = blank(text, &scan);
    let parsed = BeanParser::parse(Rule::file, blanked.as_deref().unwrap_or(text));
    match parsed.ok().and_then(|mut pairs| pairs.next()) {
        Some(file) => format.file(file),
        // The grammar takes every text.
        None => text.to_owned(),
    }
}

struct Format<'a> {
    /// What was written.
    text: &'a str,
    /// How its lines end, and go on to end.
    line_end: LineEnd,
    /// Where something is wrong, in order.
    wrong: Vec<Span>,
}

/// A piece of a sequence: an entry, a comment, or what is left as it is.
struct Line {
    /// Whether a blank line stood in front of it.
    blank: bool,
    /// Whether it stands behind what opens the sequence.
    behind: bool,
    text: String,
    /// What imports are sorted by.
    import: Option<String>,
    is_comment: bool,
}

impl Format<'_> {
    fn file(&self, file: Pair<'_>) -> String {
        let mut lines = self.lines(file, 0, &|it, pair| it.item(pair));
        sort_imports(&mut lines);
        // A byte order mark is what some editors know a file by.
        let mark = self.text.starts_with('\u{feff}').then_some('\u{feff}');
        let mut text = String::from_iter(mark);
        // Behind a newline it is a mistake, and would be a mark without.
        let first = lines.first();
        if mark.is_none() && first.is_some_and(|it| it.text.starts_with('\u{feff}')) {
            text.push_str(self.line_end.text());
        }
        for (number, line) in lines.iter().enumerate() {
            if number > 0 && line.blank {
                text.push_str(self.line_end.text());
            }
            text.push_str(&line.text);
            text.push_str(self.line_end.text());
        }
        text
    }

    /// What stands in a file or between brackets, a line each; `from` is the
    /// end of what opens it.
    fn lines(
        &self,
        parent: Pair<'_>,
        from: usize,
        entry: &dyn Fn(&Self, Pair<'_>) -> String,
    ) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut end = from;
        let at_top = parent.as_rule() == Rule::file;
        let mut was_raw = false;
        for pair in parent.into_inner() {
            let rule = pair.as_rule();
            if rule == Rule::EOI || rule == Rule::comma && !at_top {
                continue;
            }
            let span = pair.as_span();
            let gap = self.text.get(end..span.start()).unwrap_or_default();
            let newlines = gap.bytes().filter(|byte| *byte == b'\n').count();
            let same_line = newlines == 0 && (!lines.is_empty() || !at_top);
            // What is never closed reaches to the next item.
            end = span.start()
                + self.text[span.start()..span.end()]
                    .trim_end_matches(BLANK)
                    .len();
            if rule == Rule::comment {
                let comment = &comment(self.text[span.start()..span.end()].trim_end());
                match lines.last_mut() {
                    Some(line) if same_line => {
                        if !line.text.ends_with([' ', '\t']) {
                            line.text.push(' ');
                        }
                        line.text.push_str(comment);
                    }
                    last => {
                        let is_first = last.is_none();
                        lines.push(Line {
                            blank: newlines > 1 && !is_first,
                            behind: same_line && is_first,
                            text: comment.clone(),
                            import: None,
                            is_comment: true,
                        });
                    }
                }
                was_raw = false;
                continue;
            }
            let is_raw = at_top && (rule == Rule::comma || self.is_wrong(&pair));
            let import = (rule == Rule::import && !is_raw).then(|| path_of(&pair));
            let text = match is_raw {
                true => {
                    // Blanks at the end can be what is wrong: `not` is an operator
                    // only in front of one.
                    let rest = &self.text[end..span.end()];
                    end += rest.len() - rest.trim_start_matches([' ', '\t']).len();
                    self.text[span.start()..end].to_owned()
                }
                false if at_top => self.line_end.put_into(entry(self, pair)),
                false => entry(self, pair),
            };
            match lines.last_mut() {
                // What is left as it is stays where it is.
                Some(line) if same_line && (is_raw || was_raw) => {
                    line.text.push_str(gap);
                    line.text.push_str(&text);
                    line.import = None;
                }
                last => {
                    let is_first = last.is_none();
                    // Which brace is one too many its place says.
                    let margin = match is_raw {
                        true => &gap[gap.trim_end_matches([' ', '\t']).len()..],
                        false => "",
                    };
                    lines.push(Line {
                        blank: newlines > 1 && !is_first,
                        behind: false,
                        text: format!("{margin}{text}"),
                        import,
                        is_comment: false,
                    });
                }
            }
            was_raw = is_raw;
        }
        lines
    }

    /// Whether something is wrong with an item.
    fn is_wrong(&self, pair: &Pair<'_>) -> bool {
        let span = pair.as_span();
        let (start, end) = (span.start(), span.end());
        let touches = |wrong: &Span| {
            let (from, to) = (wrong.start as usize, wrong.end as usize);
            match wrong.is_empty() {
                true => start < from && from <= end,
                false => from < end && start < to,
            }
        };
        let first = self.wrong.partition_point(|it| (it.end as usize) < start);
        let near = self.wrong[first..].iter();
        is_error(pair.as_rule())
            || near.take_while(|it| it.start as usize <= end).any(touches)
            || pair
                .clone()
                .into_inner()
                .flatten()
                .any(|it| is_error(it.as_rule()))
    }

    fn item(&self, pair: Pair<'_>) -> String {
        self.entry(pair, 0)
    }

    /// An item, an entry or a statement that begins at `indent`.
    fn entry(&self, pair: Pair<'_>, indent: usize) -> String {
        let rule = pair.as_rule();
        let mut out = String::new();
        match rule {
            Rule::edition => out.push_str("edition "),
            Rule::import => out.push_str("import "),
            Rule::assertion => out.push_str("assert "),
            Rule::test => out.push_str("test "),
            Rule::given => out.push_str("given "),
            Rule::given_param => out.push_str("param "),
            Rule::expectation => out.push_str("expect "),
            Rule::snapshot => out.push_str("snapshot "),
            Rule::remove => out.push_str("remove "),
            Rule::spread => out.push_str("..."),
            Rule::expr => return self.value(pair, indent, indent, 1),
            _ => {}
        }
        let mut parts = pair.into_inner().enumerate().peekable();
        while let Some((number, part)) = parts.next() {
            let text = part.as_str().trim_end();
            match part.as_rule() {
                // `key = { … }` is a block like any other.
                Rule::assign if rule == Rule::entry && text == "=" => {
                    if !parts.peek().is_some_and(|(_, value)| is_block(value)) {
                        push_word(&mut out, "=");
                    }
                }
                Rule::assign => push_word(&mut out, if text == "+=" { "+=" } else { "=" }),
                Rule::expr => {
                    space(&mut out);
                    let column = indent + width(&out);
                    out.push_str(&self.value(part, indent, column, 0));
                }
                Rule::block | Rule::test_body | Rule::given_body => {
                    space(&mut out);
                    let column = indent + width(&out);
                    out.push_str(&self.block(part, indent, column, 0));
                }
                Rule::import_names => {
                    let column = indent + width(&out);
                    out.push_str(&self.names(part, indent, column));
                }
                Rule::colon => out.push(':'),
                Rule::r#type => push_word(&mut out, &types(part)),
                Rule::extends => push_word(&mut out, &parents(part)),
                Rule::imported => out.push_str(&imported(part)),
                // The tier or the kind behind an item's name.
                Rule::path | Rule::string if rule == Rule::block_item && number == 2 => {
                    out.push(':');
                    push_word(&mut out, text);
                }
                _ => {
                    let is_spread = rule == Rule::spread;
                    match is_spread {
                        true => out.push_str(text),
                        false => push_word(&mut out, text),
                    }
                }
            }
        }
        out
    }

    /// `{ … }` behind a column; `extra` characters follow it on its last line.
    fn block(&self, pair: Pair<'_>, indent: usize, column: usize, extra: usize) -> String {
        let wrote = self.written(&pair);
        if let Some(flat) = self.flat_block(&pair)
            && (flat.len() == 2 || !wrote.contains('\n') && column + width(&flat) + extra <= WIDTH)
        {
            return flat;
        }
        let from = pair.as_span().start() + 1;
        let inside = indent + STEP;
        let lines = self.lines(pair, from, &|it, pair| it.entry(pair, inside));
        broken("{", &lines, indent, "}")
    }

    /// `{ a, b as c }` of an import.
    fn names(&self, pair: Pair<'_>, indent: usize, column: usize) -> String {
        let has_comment = has_comment(&pair);
        let wrote = self.written(&pair);
        let from = pair.as_span().start() + 1;
        let mut lines = self.lines(pair, from, &|_, pair| imported(pair));
        if !has_comment {
            lines.sort_by(|one, other| one.text.cmp(&other.text));
            lines.iter_mut().for_each(|line| line.blank = false);
            let names: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
            let flat = match names.is_empty() {
                true => "{}".to_owned(),
                false => format!("{{ {} }}", names.join(", ")),
            };
            if !wrote.contains('\n') && column + width(&flat) <= WIDTH {
                return flat;
            }
        }
        with_commas(&mut lines);
        broken("{", &lines, indent, "}")
    }

    /// A value behind a column; `extra` characters follow it on its last line.
    fn value(&self, pair: Pair<'_>, indent: usize, column: usize, extra: usize) -> String {
        let mut out = String::new();
        let mut tight = true;
        for part in pair.into_inner() {
            let rule = part.as_rule();
            if rule == Rule::infix {
                push_word(&mut out, part.as_str());
                tight = false;
                continue;
            }
            if !tight {
                space(&mut out);
            }
            let column = match out.rfind('\n') {
                Some(newline) => width(&out[newline + 1..]),
                None => column + width(&out),
            };
            out.push_str(&self.operand(part, indent, column, extra));
            tight = true;
        }
        out
    }

    fn operand(&self, pair: Pair<'_>, indent: usize, column: usize, extra: usize) -> String {
        match pair.as_rule() {
            Rule::list => self.list(pair, ("[", "]"), indent, column, extra),
            Rule::arguments => self.list(pair, ("(", ")"), indent, column, extra),
            Rule::block => self.block(pair, indent, column, extra),
            Rule::group => match self.flat(pair.clone()) {
                Some(flat) if column + width(&flat) + extra <= WIDTH => flat,
                Some(flat) if !self.written(&pair).contains('\n') => flat,
                Some(_) | None => self.written(&pair).to_owned(),
            },
            _ => self.written(&pair).trim_end().to_owned(),
        }
    }

    /// `[ … ]` or `( … )`.
    fn list(
        &self,
        pair: Pair<'_>,
        (open, close): (&str, &str),
        indent: usize,
        column: usize,
        extra: usize,
    ) -> String {
        let wrote = self.written(&pair);
        if let Some(flat) = self.flat(pair.clone())
            && (flat.len() == 2 || !wrote.contains('\n') && column + width(&flat) + extra <= WIDTH)
        {
            return flat;
        }
        let from = pair.as_span().start() + 1;
        let inside = indent + STEP;
        let lines = self.lines(pair, from, &|it, pair| {
            let mut text = it.entry(pair, inside);
            text.push(',');
            text
        });
        broken(open, &lines, indent, close)
    }

    /// A piece of a value on one line; `None` where comments or blocks that
    /// have to be broken keep it from that.
    fn flat(&self, pair: Pair<'_>) -> Option<String> {
        let (open, close) = match pair.as_rule() {
            Rule::list => ("[", "]"),
            Rule::arguments | Rule::group => ("(", ")"),
            Rule::block => return self.flat_block(&pair),
            Rule::expr => ("", ""),
            _ => return Some(self.written(&pair).trim_end().to_owned()),
        };
        let is_list = matches!(pair.as_rule(), Rule::list | Rule::arguments);
        let mut out = open.to_owned();
        let mut tight = true;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::comment => return None,
                Rule::comma => {}
                // At the beginning, and behind another, it is a sign.
                Rule::infix if !tight || out.len() == open.len() => {
                    if !tight {
                        space(&mut out);
                    }
                    out.push_str(part.as_str());
                    tight = true;
                }
                Rule::infix => {
                    push_word(&mut out, part.as_str());
                    tight = false;
                }
                _ => {
                    let text = self.flat(part)?;
                    if is_list && out.len() > open.len() {
                        out.push_str(", ");
                    } else if !tight {
                        space(&mut out);
                    }
                    out.push_str(&text);
                    tight = true;
                }
            }
        }
        out.push_str(close);
        Some(out)
    }

    /// A block on one line, if it may be: at most two entries with plain
    /// values.
    fn flat_block(&self, pair: &Pair<'_>) -> Option<String> {
        let mut entries = Vec::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::comma => {}
                Rule::entry | Rule::given_param if is_plain(&part) => {
                    entries.push(self.entry(part, 0));
                }
                _ => return None,
            }
        }
        match entries.len() {
            0 => Some("{}".to_owned()),
            1..=ENTRIES => Some(format!("{{ {} }}", entries.join(", "))),
            _ => None,
        }
    }

    /// The bytes of a pair.
    fn written(&self, pair: &Pair<'_>) -> &str {
        &self.text[pair.as_span().start()..pair.as_span().end()]
    }
}

/// Whether a value is a block and nothing else.
fn is_block(value: &Pair<'_>) -> bool {
    let mut inside = value.clone().into_inner();
    let first = inside.next().map(|it| it.as_rule());
    first == Some(Rule::block) && inside.next().is_none() && value.as_rule() == Rule::expr
}

/// A comment as it is written: with `#`. One that would become documentation by
/// that keeps its distance.
fn comment(text: &str) -> String {
    match text.strip_prefix("//") {
        Some(rest) if rest.starts_with('#') => format!("# {rest}"),
        Some(rest) => format!("#{rest}"),
        None => text.to_owned(),
    }
}

/// An entry with a value that is neither block nor list.
fn is_plain(entry: &Pair<'_>) -> bool {
    let mut parts = entry.clone().into_inner();
    let value = parts.find(|it| matches!(it.as_rule(), Rule::expr | Rule::block));
    value.is_some_and(|value| {
        value.as_rule() == Rule::expr
            && !value
                .into_inner()
                .flatten()
                .any(|it| matches!(it.as_rule(), Rule::block | Rule::list | Rule::comment))
    })
}

fn has_comment(pair: &Pair<'_>) -> bool {
    let mut inside = pair.clone().into_inner().flatten();
    inside.any(|it| it.as_rule() == Rule::comment)
}

/// Lines between brackets that stand on lines of their own.
fn broken(open: &str, lines: &[Line], indent: usize, close: &str) -> String {
    let mut text = open.to_owned();
    for line in lines {
        if line.behind {
            text.push(' ');
        } else {
            text.push_str(if line.blank { "\n\n" } else { "\n" });
            text.extend(std::iter::repeat_n(' ', indent + STEP));
        }
        text.push_str(&line.text);
    }
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
    text.push_str(close);
    text
}

/// A comma behind each name, in front of its comment.
fn with_commas(lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| !line.is_comment) {
        let end = line.text.find(" #").or_else(|| line.text.find(" //"));
        let end = end.unwrap_or(line.text.len());
        line.text.insert(end, ',');
    }
}

/// Sorts runs of imports by their path; comments above one go with it.
fn sort_imports(lines: &mut Vec<Line>) {
    let mut sorted: Vec<Line> = Vec::with_capacity(lines.len());
    let mut run: Vec<(String, Vec<Line>)> = Vec::new();
    let mut waiting: Vec<Line> = Vec::new();
    let close = |run: &mut Vec<(String, Vec<Line>)>, sorted: &mut Vec<Line>| {
        let blank = run.first().is_some_and(|(_, lines)| lines[0].blank);
        run.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (number, (_, mut lines)) in run.drain(..).enumerate() {
            lines[0].blank = blank && number == 0;
            sorted.append(&mut lines);
        }
    };
    for line in lines.drain(..) {
        if line.blank {
            close(&mut run, &mut sorted);
            sorted.append(&mut waiting);
        }
        match &line.import {
            Some(path) => {
                let path = path.clone();
                waiting.push(line);
                run.push((path, std::mem::take(&mut waiting)));
            }
            None if line.is_comment => waiting.push(line),
            None => {
                close(&mut run, &mut sorted);
                sorted.append(&mut waiting);
                sorted.push(line);
            }
        }
    }
    close(&mut run, &mut sorted);
    sorted.append(&mut waiting);
    *lines = sorted;
}

/// What an import is from.
fn path_of(import: &Pair<'_>) -> String {
    let mut parts = import.clone().into_inner();
    let path = parts.find(|it| it.as_rule() == Rule::string);
    path.map(|it| it.as_str().to_owned()).unwrap_or_default()
}

/// `a` or `a as b`.
fn imported(pair: Pair<'_>) -> String {
    let names: Vec<&str> = pair.into_inner().map(|it| it.as_str()).collect();
    names.join(" as ")
}

/// `extends a, b`.
fn parents(pair: Pair<'_>) -> String {
    let parents = pair.into_inner().filter(|it| it.as_rule() != Rule::comma);
    let parents: Vec<&str> = parents.map(|it| it.as_str()).collect();
    format!("extends {}", parents.join(", "))
}

/// `debug | info`, `list<string>`.
fn types(pair: Pair<'_>) -> String {
    let mut out = String::new();
    let mut tight = true;
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::bar => push_word(&mut out, "|"),
            Rule::angle_open => out.push('<'),
            Rule::angle_close => out.push('>'),
            _ if tight => out.push_str(part.as_str()),
            _ => push_word(&mut out, part.as_str()),
        }
        tight = part.as_rule() == Rule::angle_open;
    }
    out
}

/// A word behind others.
fn push_word(out: &mut String, word: &str) {
    space(out);
    out.push_str(word);
}

fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with([' ', '(', '[']) {
        out.push(' ');
    }
}

/// In characters.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn is_error(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::err_missing_separator
            | Rule::err_missing_comma
            | Rule::err_trailing
            | Rule::err_junk
            | Rule::err_head
            | Rule::err_interpolation
            | Rule::err_property
            | Rule::err_item
            | Rule::err_dotted
            | Rule::err_pieced_name
            | Rule::err_number_name
            | Rule::err_block_comment
            | Rule::err_brace_below
            | Rule::err_brace
            | Rule::err_bracket
            | Rule::err_semicolon
            | Rule::err_missing_value
            | Rule::err_missing_eq
            | Rule::err_missing_name
            | Rule::err_missing_type
            | Rule::err_missing_variant
            | Rule::err_missing_block
            | Rule::err_no_value
            | Rule::err_unclosed_block
            | Rule::err_unclosed_list
            | Rule::err_unclosed_arguments
            | Rule::err_unclosed_group
            | Rule::err_unclosed_string
            | Rule::err_unclosed_interpolation
    )
}
