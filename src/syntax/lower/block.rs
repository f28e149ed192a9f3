//! Blocks and their entries.

use super::expression::text_kind;
use super::{Behind, Commas, Lowering, Pair, Rule, error_expr};
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

    pub(super) fn entry_into(&mut self, pair: Pair<'_>, entries: &mut Vec<Entry>) {
        match pair.as_rule() {
            Rule::entry => self.entry(pair, entries),
            Rule::spread => entries.extend(self.spread(pair).map(Entry::Spread)),
            Rule::remove => entries.extend(self.remove(pair).map(Entry::Remove)),
            Rule::assertion => entries.push(Entry::Assert(self.assertion(pair))),
            _ => self.mark(&pair),
        }
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

    pub(super) fn entry(&mut self, pair: Pair<'_>, entries: &mut Vec<Entry>) {
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
                                text_kind(label.text)
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
