//! Names: of items, keys, labels and paths.

use smol_str::SmolStr;

use super::{Lowering, Pair, Rule, single_quoted};
use crate::syntax::ast::{Path, Word};
use crate::syntax::errors;

impl Lowering<'_> {
    /// A name as it may stand in front of `=` or `{`.
    pub(super) fn key_word(&mut self, pair: Pair<'_>) -> Option<Word> {
        match pair.as_rule() {
            Rule::name => self.name(&pair),
            Rule::single_quoted => self.single_quoted(&pair),
            Rule::err_pieced_name => {
                let span = self.span(&pair);
                self.lose(errors::interpolated_name(span));
                None
            }
            Rule::err_number_name => {
                let span = self.span(&pair);
                self.lose(errors::name_of_digits(span, pair.as_str()));
                None
            }
            _ => self.plain_text(pair),
        }
    }

    pub(super) fn name(&mut self, pair: &Pair<'_>) -> Option<Word> {
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
    pub(super) fn item_name(&mut self, pair: Pair<'_>) -> Option<Word> {
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
            Rule::err_pieced_name => {
                self.lose(errors::interpolated_name(span));
                None
            }
            _ => {
                self.lose(errors::name_of_digits(span, pair.as_str()));
                None
            }
        }
    }

    /// A path that must be one word; the last one is meant otherwise.
    pub(super) fn single_word(&mut self, pair: &Pair<'_>) -> Option<Word> {
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

    pub(super) fn path(&mut self, pair: &Pair<'_>) -> Option<Path> {
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

    pub(super) fn single_quoted(&mut self, pair: &Pair<'_>) -> Option<Word> {
        let span = self.span(pair);
        let inner = single_quoted(pair.as_str())?;
        self.report(errors::single_quotes(span, inner));
        Some(Word {
            text: SmolStr::new(inner),
            span,
        })
    }
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
