//! What a file declares, and where something by a name is declared.

use super::Snapshot;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Block, Entry, File, Item, ItemKind, Word};

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name: `shop-prod`, `listener https`, `min`.
    pub name: String,
    /// What stands beside it: the kind of an item with its tier.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub whole: Span,
    /// Its name's place.
    pub place: Span,
    /// What is inside.
    pub children: Vec<Self>,
}

/// What a [`Symbol`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// `param`
    Param,
    /// `input`
    Input,
    /// `let`
    Let,
    /// `output`
    Output,
    /// `application`, `environment`, …
    Item(ItemKind),
    /// `test`
    Test,
    /// `instances { … }`
    Block,
    /// `listener https { … }`
    Keyed,
    /// `min = 2`
    Property,
}

/// The outline of a file.
#[must_use]
pub fn document(snapshot: &Snapshot, file: FileId) -> Vec<Symbol> {
    let items = snapshot.tree(file).map_or(&[][..], |tree| &tree.items);
    items.iter().filter_map(of_item).collect()
}

/// A symbol, and the item in which it is when it is none itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The symbol, without what is inside it.
    pub symbol: Symbol,
    /// The name of the item around it.
    pub container: Option<String>,
}

/// Items and named blocks of a file, in order.
#[must_use]
pub fn names(file: &File) -> Vec<Found> {
    let mut found = Vec::new();
    for symbol in file.items.iter().filter_map(of_item) {
        collect(symbol, None, &mut found);
    }
    found
}

fn collect(mut symbol: Symbol, container: Option<&str>, found: &mut Vec<Found>) {
    let children = std::mem::take(&mut symbol.children);
    let around = container.unwrap_or(&symbol.name).to_owned();
    if !matches!(symbol.kind, SymbolKind::Block | SymbolKind::Property) {
        found.push(Found {
            symbol,
            container: container.map(str::to_owned),
        });
    }
    for child in children {
        collect(child, Some(&around), found);
    }
}

/// How well a name fits what somebody looks for; the better, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It begins with that.
    Front,
    /// It has the letters, in this order.
    Letters,
}

/// Whether a name has the letters of a query, in this order, and how.
#[must_use]
pub fn fit(name: &str, query: &str) -> Option<Fit> {
    let lower = |text: &str| {
        text.chars()
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let (name, query) = (lower(name), lower(query));
    if name.starts_with(&query) {
        return Some(Fit::Front);
    }
    let mut letters = name.chars();
    let has = |wanted| letters.any(|letter| letter == wanted);
    query.chars().all(has).then_some(Fit::Letters)
}

fn of_item(item: &Item) -> Option<Symbol> {
    let symbol = |kind, detail: &str, name: &Word, whole: Span, children| Symbol {
        name: name.text.to_string(),
        detail: detail.to_owned(),
        kind,
        whole,
        place: name.span,
        children,
    };
    Some(match item {
        Item::Param(it) => symbol(SymbolKind::Param, "param", &it.name, it.span, Vec::new()),
        Item::Input(it) => symbol(SymbolKind::Input, "input", &it.name, it.span, Vec::new()),
        Item::Let(it) => symbol(SymbolKind::Let, "let", &it.name, it.span, Vec::new()),
        Item::Output(it) => symbol(SymbolKind::Output, "output", &it.name, it.span, Vec::new()),
        Item::Test(it) => symbol(SymbolKind::Test, "test", &it.name, it.span, Vec::new()),
        Item::Block(it) => {
            let detail = match &it.variant {
                Some(variant) => format!("{}: {}", it.kind.keyword(), variant.text),
                None => it.kind.keyword().to_owned(),
            };
            let kind = SymbolKind::Item(it.kind);
            symbol(kind, &detail, &it.name, it.span, in_block(&it.body))
        }
        Item::Edition(_) | Item::Import(_) | Item::Assert(_) => return None,
    })
}

fn in_block(block: &Block) -> Vec<Symbol> {
    let symbol = |entry: &Entry| {
        let (name, kind, place, children) = match entry {
            Entry::Property(it) => {
                let name = it.key.text.to_string();
                (name, SymbolKind::Property, it.key.span, Vec::new())
            }
            Entry::Block(it) => {
                let labels = it.labels.iter().map(|label| label.text.as_str());
                let words: Vec<&str> = std::iter::once(it.key.text.as_str())
                    .chain(labels)
                    .collect();
                let (kind, place) = match it.labels.last() {
                    Some(label) => (SymbolKind::Keyed, label.span),
                    None => (SymbolKind::Block, it.key.span),
                };
                (words.join(" "), kind, place, in_block(&it.body))
            }
            Entry::Spread(_) | Entry::Remove(_) | Entry::Assert(_) => return None,
        };
        Some(Symbol {
            name,
            detail: String::new(),
            kind,
            whole: entry.span(),
            place,
            children,
        })
    };
    block.entries.iter().filter_map(symbol).collect()
}
