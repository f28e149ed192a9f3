//! Blocks and their entries.

use super::expression::text_kind;
use super::{Behind, Commas, Lowering, Pair, Rule, error_expr};
use crate::diagnostic::{Diagnostic, Edit};
use crate::source::Span;
use crate::syntax::ast::{
    AssignOp, Block, Entry, Expr, ExprKind, NestedBlock, Property, Remove, Spread, Word,
};
use crate::syntax::{errors, words};

impl Lowering<'_> {
    /// A block. Entries that stand behind its end, when its own brace is
    /// missing, go to `behind`: they belong to the block around it.
    pub(super) fn block(&mut self, pair: Pair<'_>, behind: &mut Vec<Entry>) -> Block {
        let mut span = self.trimmed(&pair);
        let end = self.scan.end(span.start as usize);
        let mut entries = Vec::new();
        let mut commas = Commas::default();
        self.value_missing = false;
        for inner in pair.into_inner() {
            let start = inner.as_span().start();
            if let Some(item) = self.scan.misspelt_item(span.start as usize, start) {
                if item == start {
                    self.unknown_item(inner);
                    self.lacks_items = true;
                }
                // Whatever follows belongs to that item.
                continue;
            }
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
                    let is_behind = end.is_some_and(|end| start >= end);
                    let into = if is_behind {
                        &mut *behind
                    } else {
                        &mut entries
                    };
                    match rule {
                        Rule::entry => self.entry(inner, into),
                        Rule::spread => into.extend(self.spread(inner).map(Entry::Spread)),
                        Rule::remove => into.extend(self.remove(inner).map(Entry::Remove)),
                        Rule::assertion => into.push(Entry::Assert(self.assertion(inner))),
                        _ => self.mark(&inner),
                    }
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

    pub(super) fn spread(&mut self, pair: Pair<'_>) -> Option<Spread> {
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

    pub(super) fn remove(&mut self, pair: Pair<'_>) -> Option<Remove> {
        self.docs = None;
        let span = self.trimmed(&pair);
        let (mut key, mut labels) = (None, Vec::new());
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name | Rule::string | Rule::single_quoted | Rule::err_pieced_name => {
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
                        // With more words some may be names of blocks.
                        let block = match text.split_once('.') {
                            Some((block, entry)) if !entry.contains('.') => {
                                format!("{block} {{ remove {entry} }}")
                            }
                            _ => format!("{} {{ remove … }}", key.text),
                        };
                        self.lose(errors::dotted_key(path, &text, &block, Vec::new()));
                    }
                    return None;
                }
                _ => self.behind(inner, Behind::Entry),
            }
        }
        key.map(|key| Remove { key, labels, span })
    }

    pub(super) fn entry(&mut self, pair: Pair<'_>, entries: &mut Vec<Entry>) {
        let docs = self.take_docs();
        let alone_before = std::mem::take(&mut self.value_missing);
        let Some(mut parts) = self.entry_parts(pair, alone_before) else {
            self.damaged = true;
            return;
        };
        if let Some(error) = self.misplaced(&parts) {
            return self.lose(error);
        }
        let op = self.entry_op(&parts);
        if parts.missing != Missing::Nothing && self.missing(&mut parts, alone_before).is_none() {
            self.damaged = true;
            return;
        }
        let Parts {
            key,
            labels,
            dotted,
            value,
            nested,
            span,
            ..
        } = parts;
        let (entry, behind) = if let Some((body, behind)) = nested {
            let block = NestedBlock {
                key: key.clone(),
                labels,
                body,
                docs,
                span,
            };
            (Entry::Block(block), behind)
        } else if let Some(label) = labels.first() {
            let error = errors::named_value(label.span, &key.text, &label.text);
            return self.lose(error);
        } else {
            let property = Property {
                key: key.clone(),
                op,
                value: value.unwrap_or(error_expr(span.after())),
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

    /// Reads an entry's parts; `None` without a usable key and label.
    fn entry_parts<'a>(&mut self, pair: Pair<'a>, alone_before: bool) -> Option<Parts<'a>> {
        let span = self.trimmed(&pair);
        if let Some(parts) = self.namespace(&pair, span) {
            return Some(parts);
        }
        let mut inners = pair.into_inner();
        let mut parts = Parts {
            key: self.key_word(inners.next()?)?,
            labels: Vec::new(),
            dotted: None,
            assign: None,
            value: None,
            nested: None,
            missing: Missing::Nothing,
            span,
        };
        let (mut gap, mut nameless) = (None, false);
        for inner in inners {
            let inner_span = self.span(&inner);
            match inner.as_rule() {
                Rule::name
                | Rule::string
                | Rule::single_quoted
                | Rule::err_pieced_name
                | Rule::err_number_name => {
                    let label = self.key_word(inner);
                    nameless |= label.is_none();
                    parts.labels.extend(label);
                }
                Rule::err_dotted => parts.dotted = Some(inner),
                Rule::assign => parts.assign = Some(inner),
                Rule::err_brace_below => gap = Some(inner_span),
                Rule::err_missing_eq => parts.missing = Missing::Equals,
                Rule::err_missing_value => parts.missing = Missing::Value,
                Rule::err_no_value => parts.missing = Missing::All,
                Rule::block => {
                    self.brace_below(gap, inner_span);
                    let mut behind = Vec::new();
                    let block = self.block(inner, &mut behind);
                    parts.nested = Some((block, behind));
                }
                Rule::expr => {
                    let mut behind = Vec::new();
                    let expr = self.entry_value(inner, &mut behind);
                    match expr.kind {
                        ExprKind::Map(block) => parts.nested = Some((block, behind)),
                        _ => parts.value = Some(expr),
                    }
                }
                // Its block; the item as a whole is said to be misplaced.
                Rule::err_trailing if self.misplaced(&parts).is_some() => {}
                Rule::err_trailing if parts.missing == Missing::Value => {
                    parts.missing = Missing::Replaced;
                    self.trailing(&inner, Behind::NoValue);
                }
                Rule::err_trailing if parts.missing == Missing::All && !alone_before => {
                    parts.missing = Missing::Replaced;
                    self.behind_key(&inner, span);
                }
                _ => match &mut parts.value {
                    Some(value) => self.behind(inner, Behind::Value(value)),
                    None => self.behind(inner, Behind::Entry),
                },
            }
        }
        (!nameless).then_some(parts)
    }

    /// `aws:autoscaling:asg { … }`: options of Elastic Beanstalk under the name of
    /// their namespace, which the checker knows.
    fn namespace<'a>(&mut self, pair: &Pair<'_>, span: Span) -> Option<Parts<'a>> {
        let text = pair.as_str();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-');
        let name = text.split(|c: char| !is_part(c)).next()?;
        let behind = text[name.len()..].trim_start_matches([' ', '\t']);
        if !name.starts_with("aws:") || name.ends_with(':') || !behind.starts_with(['{', '=']) {
            return None;
        }
        // What is in it has other names here, and is not looked at.
        self.damaged = true;
        let start = span.start as usize;
        let key = Word {
            text: name.into(),
            span: self.at(start, start + name.len()),
        };
        let body = Block {
            entries: Vec::new(),
            span: key.span.after(),
        };
        Some(Parts {
            key,
            labels: Vec::new(),
            dotted: None,
            assign: None,
            value: None,
            nested: Some((body, Vec::new())),
            missing: Missing::Nothing,
            span,
        })
    }

    /// Something that looks like an entry and is a statement of another
    /// language, or an item in the wrong place.
    fn misplaced(&self, parts: &Parts<'_>) -> Option<Diagnostic> {
        let Parts { key, labels, .. } = parts;
        let is_assigned = parts.assign.is_some();
        if self.slice(key.span) != key.text {
            return None;
        }
        // `for 5m` lacks its `=`: alarms have such a property.
        let is_condition = parts.missing == Missing::Equals && key.text != "for";
        if words::is_loop(&key.text)
            && (!labels.is_empty() || parts.nested.is_some() && !is_assigned || is_condition)
        {
            return Some(errors::no_loops(key.span, &key.text));
        }
        (words::ITEMS.contains(&key.text.as_str()) && labels.len() == 1 && is_assigned)
            .then(|| errors::misplaced_item(key.span, &key.text))
    }

    fn entry_op(&mut self, parts: &Parts<'_>) -> AssignOp {
        let Some(assign) = &parts.assign else {
            return AssignOp::Set;
        };
        let (key, is_block) = (&parts.key.text, parts.nested.is_some());
        match parts.labels.last() {
            // The colon of another language's block, and said to be none.
            None if parts.missing == Missing::Value && assign.as_str() == ":" => AssignOp::Set,
            Some(label) if is_block => {
                let equals = self.span(assign);
                self.report(errors::equals_behind_label(equals, key, &label.text));
                AssignOp::Set
            }
            _ => self.assign(assign, key, is_block),
        }
    }

    /// Says what an entry lacks and puts something in its place; `None` when
    /// nothing of the entry can be kept.
    fn missing(&mut self, parts: &mut Parts<'_>, alone_before: bool) -> Option<()> {
        let (key, span) = (&parts.key, parts.span);
        match parts.missing {
            Missing::Nothing => {}
            Missing::Value => {
                self.value_missing = true;
                let what = words::quoted(&key.text);
                let error = errors::missing_value(key.span, &what);
                let is_colon = parts.assign.as_ref().is_some_and(|it| it.as_str() == ":");
                self.lose(match is_colon {
                    true => error.help(format!("a block stands in braces: `{} {{ … }}`", key.text)),
                    false => error,
                });
            }
            Missing::Replaced => self.damaged = true,
            // A text that is never closed: the end of one that began on a line
            // before, or with a line of its own behind it.
            Missing::Equals | Missing::All if self.ends_unclosed(parts.span) => return None,
            // A value alone on its line, which the line before lacks.
            Missing::Equals | Missing::All if alone_before => return None,
            Missing::Equals => {
                let value = parts.value.as_ref()?;
                if parts.labels.is_empty() {
                    let gap = self.gap(key.span, value.span);
                    let written = self.slice(value.span);
                    let error = errors::missing_equals(span, gap, &key.text, written);
                    self.report(error);
                }
            }
            Missing::All => match parts.labels.as_slice() {
                [] => self.lose(errors::key_alone(key.span, &key.text)),
                [label] => {
                    let gap = self.gap(key.span, label.span);
                    let written = self.slice(label.span);
                    if written.starts_with(['"', '\'']) {
                        let error = errors::missing_equals(span, gap, &key.text, written);
                        self.report(error);
                        parts.value = Some(Expr {
                            span: label.span,
                            kind: text_kind(label.text.clone()),
                        });
                    } else {
                        let error = errors::missing_equals_or_block(span, gap, &key.text, written);
                        self.lose(error);
                    }
                    parts.labels.clear();
                }
                [.., last] => {
                    let what = words::quoted(self.slice(key.span.to(last.span)));
                    let end = last.span.after();
                    self.lose(errors::missing_block(end, &what));
                    let empty = Block {
                        entries: Vec::new(),
                        span: end,
                    };
                    parts.nested = Some((empty, Vec::new()));
                }
            },
        }
        Some(())
    }

    /// A block whose brace stands on a line of its own.
    pub(super) fn brace_below(&mut self, gap: Option<Span>, block: Span) {
        if let Some(gap) = gap {
            let start = block.start as usize;
            let brace = self.at(start, start + 1);
            let head = self.text[..gap.start as usize].trim_end_matches([' ', '\t', '\r']);
            let gap = self.at(head.len(), gap.end as usize);
            self.report(errors::brace_on_next_line(gap, brace));
        }
    }

    /// The value of an entry: a map alone is a block, and may be one whose
    /// brace is missing.
    pub(super) fn entry_value(&mut self, pair: Pair<'_>, behind: &mut Vec<Entry>) -> Expr {
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
    pub(super) fn dotted(
        &mut self,
        key: &Word,
        rest: &Pair<'_>,
        entry: Entry,
        entries: &mut Vec<Entry>,
    ) {
        let rest_span = self.span(rest);
        let whole = key.span.to(rest_span);
        let text = self.slice(whole).to_owned();
        let entry_text = match &entry {
            Entry::Property(_) => " = …",
            _ => " { … }",
        };
        let blocks = text.replace('.', " { ");
        let closing = " }".repeat(text.matches('.').count());
        let example = format!("{blocks}{entry_text}{closing}");
        let edit = |span, text| Edit { span, text };
        let edits = vec![edit(whole, blocks), edit(entry.span().after(), closing)];
        self.report(errors::dotted_key(whole, &text, &example, edits));
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
        let span = entry.span();
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
    pub(super) fn assign(&mut self, pair: &Pair<'_>, key: &str, is_block: bool) -> AssignOp {
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
}

/// An entry in the making.
struct Parts<'a> {
    key: Word,
    labels: Vec<Word>,
    /// What stands behind the key's first dot.
    dotted: Option<Pair<'a>>,
    assign: Option<Pair<'a>>,
    value: Option<Expr>,
    /// A block, and entries that stand behind its end.
    nested: Option<(Block, Vec<Entry>)>,
    missing: Missing,
    span: Span,
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

fn entry_start(entry: &Entry) -> usize {
    entry.span().start as usize
}
