//! From a place in an output to the user's expression behind it.

use super::json::write_text;
use crate::resource::Tree;
use crate::source::{Sources, Span};

/// How every map begins: it has no room for a mark.
pub const BEGINNING: &str = "{\n  \"version\": 1,\n  \"entries\": {";

/// Places of an output as JSON pointers (RFC 6901), with the expression that
/// made what stands there. A pointer to a script goes on with the number of a
/// line, as in `/…/UserData#12`.
#[derive(Debug, Default)]
pub struct SourceMap {
    entries: Vec<(String, Span)>,
}

impl SourceMap {
    /// What stands at the pointer comes from there.
    pub fn add(&mut self, pointer: String, span: Span) {
        self.entries.push((pointer, span));
    }

    /// Every leaf of a tree that the user wrote, below a key of a pointer.
    pub fn add_tree(&mut self, pointer: &str, key: &str, tree: &Tree) {
        let mut below = Pointer(String::new(), pointer);
        below.with(key, |pointer| self.leaves(pointer, tree));
    }

    fn leaves(&mut self, pointer: &mut Pointer<'_>, tree: &Tree) {
        match tree {
            Tree::Leaf(_, Some(span)) => self.add(pointer.to_string(), *span),
            Tree::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    if !matches!(item, Tree::Leaf(_, None)) {
                        pointer.with(&at.to_string(), |pointer| self.leaves(pointer, item));
                    }
                }
            }
            Tree::Map(entries) => {
                for (key, value) in entries {
                    if !matches!(value, Tree::Leaf(_, None)) {
                        pointer.with(key, |pointer| self.leaves(pointer, value));
                    }
                }
            }
            Tree::Document(document) => self.leaves(pointer, document),
            Tree::Base64(lines) => {
                for (line, span) in &lines.origins {
                    self.add(line_of(&pointer.to_string(), *line), *span);
                }
            }
            Tree::Leaf(_, None) | Tree::OwnName { .. } | Tree::Sibling { .. } => {}
        }
    }

    /// The map as JSON: pointer to `file:line:column`, sorted by pointer.
    #[must_use]
    pub fn into_json(mut self, sources: &Sources) -> String {
        self.entries.sort_by(|a, b| a.0.cmp(&b.0));
        let mut text = String::from(BEGINNING);
        for (at, (pointer, span)) in self.entries.iter().enumerate() {
            text.push_str(if at == 0 { "\n    " } else { ",\n    " });
            write_text(&mut text, pointer);
            text.push_str(": ");
            write_text(&mut text, &sources.place(*span));
        }
        text.push_str("\n  }\n}\n");
        text
    }
}

/// A pointer in the making: what is below a fixed one. Few of the values that
/// are gone through are the user's, so it is put together only for those.
struct Pointer<'a>(String, &'a str);

impl Pointer<'_> {
    /// Does something one key further down.
    fn with(&mut self, key: &str, visit: impl FnOnce(&mut Self)) {
        let length = self.0.len();
        push_key(&mut self.0, key);
        visit(self);
        self.0.truncate(length);
    }
}

impl std::fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.1, self.0)
    }
}

/// The pointer to a key below another pointer.
#[must_use]
pub fn join(pointer: &str, key: &str) -> String {
    let mut below = String::with_capacity(pointer.len() + key.len() + 1);
    below.push_str(pointer);
    push_key(&mut below, key);
    below
}

/// A line of the text at a pointer, counted from 1.
#[must_use]
pub fn line_of(pointer: &str, line: usize) -> String {
    format!("{pointer}#{line}")
}

fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    if key.contains(['~', '/']) {
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(key);
    }
}
