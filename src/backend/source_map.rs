//! From a place in an output to the user's expression behind it.

use std::collections::BTreeMap;

use super::json::Json;
use crate::resource::Tree;
use crate::source::{Sources, Span};

/// Places of an output as JSON pointers (RFC 6901), with the expression that
/// made what stands there.
#[derive(Debug, Default)]
pub struct SourceMap {
    entries: BTreeMap<String, Span>,
}

impl SourceMap {
    /// What stands at the pointer comes from there.
    pub fn add(&mut self, pointer: String, span: Span) {
        self.entries.insert(pointer, span);
    }

    /// Every leaf of a tree that the user wrote.
    pub fn add_tree(&mut self, pointer: &str, tree: &Tree) {
        match tree {
            Tree::Leaf(_, Some(span)) => self.add(pointer.to_owned(), *span),
            Tree::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.add_tree(&format!("{pointer}/{at}"), item);
                }
            }
            Tree::Map(entries) => {
                for (key, value) in entries {
                    self.add_tree(&join(pointer, key), value);
                }
            }
            Tree::Document(document) => self.add_tree(pointer, document),
            Tree::Leaf(_, None) | Tree::Base64(_) | Tree::OwnName { .. } | Tree::Sibling { .. } => {
            }
        }
    }

    /// The map as JSON: pointer to `file:line:column`, sorted by pointer.
    #[must_use]
    pub fn to_json(&self, sources: &Sources) -> String {
        let entries = self
            .entries
            .iter()
            .map(|(pointer, span)| (pointer, Json::text(sources.place(*span))));
        Json::map([
            ("version", Json::Int(1)),
            (
                "entries",
                Json::map(entries.map(|(pointer, place)| (pointer.as_str(), place))),
            ),
        ])
        .pretty()
    }
}

/// The pointer to a key below another pointer.
#[must_use]
pub fn join(pointer: &str, key: &str) -> String {
    if key.contains(['~', '/']) {
        return format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
    }
    format!("{pointer}/{key}")
}
