//! What may stand at the cursor.
//!
//! One file for each kind of place. The place is read from the text as it is
//! now, which may be a few keystrokes ahead of the snapshot: nothing here waits
//! for the compiler. What is proposed comes from the tables of the language and
//! from the names of the snapshot; likely things come first, and what is
//! written already does not come again.

mod allows;
mod items;
mod parents;
mod paths;
mod place;
mod properties;
mod references;
mod types;
mod values;

use smol_str::SmolStr;

use super::Snapshot;
use crate::analysis::names::{ItemId, Names, Space};
use crate::disk::Disk;
use crate::model::Tier;
use crate::schema::network::ExistingNetwork;
use crate::schema::{Block, Property, Schema, Shape};
use crate::source::{FileId, Span};
use crate::syntax::ast::ItemKind;
use place::{Frame, FrameKind, Place, Token, Within};

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows, and what is compared with what was typed.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside it: its type, its value.
    pub detail: String,
    /// Its documentation, in Markdown.
    pub docs: String,
    /// What comes in place of `replace`. Lines behind the first are indented
    /// from where that one is.
    pub insert: String,
    /// Whether `insert` has places to fill in, as `$1` and `${1:text}`.
    pub snippet: bool,
    /// What goes.
    pub replace: Span,
    /// Its place in the list: smaller first, then by label.
    pub rank: u32,
    /// Whether there is more to propose behind it.
    pub again: bool,
}

/// What a [`Completion`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// `environment`, `extends`
    Keyword,
    /// The key of a value.
    Property,
    /// The key of a block.
    Block,
    /// The word of an enum.
    EnumWord,
    /// A literal: `true`, `"nodejs-22"`, `30s`.
    Value,
    /// An item.
    Item(ItemKind),
    /// A `param`.
    Param,
    /// An `input`.
    Input,
    /// A `let`.
    Let,
    /// The first word of a reference.
    Reference,
    /// The name of a keyed block.
    Label,
    /// What an item has once it is deployed.
    Attribute,
    /// A function.
    Function,
    /// The type of a param.
    Type,
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// The proposals for an offset of a file whose text is `text` by now, best
/// first. `disk` is asked for names of files and for files that are imported
/// and not yet read.
#[must_use]
pub fn complete(
    snapshot: &Snapshot,
    disk: &dyn Disk,
    file: FileId,
    text: &str,
    offset: u32,
) -> Vec<Completion> {
    let place = place::place(text, offset as usize);
    let Some(number) = snapshot.number(file) else {
        return Vec::new();
    };
    let mut cx = Context {
        snapshot,
        disk,
        names: snapshot.reading().names(),
        file,
        number,
        item: Head::of(&place),
        place: &place,
        list: Vec::new(),
    };
    cx.complete();
    let mut list = cx.list;
    list.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    list.dedup_by(|a, b| a.label == b.label && a.kind == b.kind);
    list
}

/// What every kind of place is given.
struct Context<'c> {
    snapshot: &'c Snapshot,
    disk: &'c dyn Disk,
    names: Names<'c>,
    file: FileId,
    number: usize,
    place: &'c Place<'c>,
    /// The block item around the cursor.
    item: Option<Head>,
    list: Vec<Completion>,
}

/// The head of a block item.
#[derive(Debug, Clone)]
struct Head {
    kind: ItemKind,
    name: SmolStr,
    variant: Option<SmolStr>,
    extends: bool,
}

impl Head {
    fn of(place: &Place<'_>) -> Option<Self> {
        let [Token::Word(kind), name, rest @ ..] = place.head() else {
            return None;
        };
        let kind = *ItemKind::ALL.iter().find(|it| it.keyword() == *kind)?;
        let name = match name {
            Token::Word(name) => SmolStr::from(*name),
            Token::Text(name) => name.trim_matches('"').into(),
            _ => return None,
        };
        let variant = match rest {
            [Token::Sign(':'), Token::Word(variant), ..] => Some(SmolStr::from(*variant)),
            _ => None,
        };
        Some(Self {
            kind,
            name,
            variant,
            extends: rest.contains(&Token::Word("extends")),
        })
    }

    fn tier(&self) -> Option<Tier> {
        match self.variant.as_deref() {
            Some("web") => Some(Tier::Web),
            Some("worker") => Some(Tier::Worker),
            _ => None,
        }
    }

    fn schema(&self) -> Option<&'static Block> {
        match (self.kind, &self.variant) {
            (ItemKind::Resource, _) => None,
            (ItemKind::Network, Some(_)) => Some(ExistingNetwork::schema()),
            (kind, _) => Some(crate::analysis::eval::item_schema(kind)),
        }
    }

    /// Whether the item's tier has a property.
    fn has(&self, property: &Property) -> bool {
        Tier::may_be_among(self.tier(), property.facts.tiers)
    }
}

/// The block around the cursor, as the language knows it.
enum Around {
    /// With these properties; the flag says whether it has a name.
    Block(&'static Block, bool),
    /// With names of the user's own.
    Map(&'static Property),
    /// Nothing is known of it.
    Unknown,
}

impl<'c> Context<'c> {
    fn complete(&mut self) {
        let place = self.place;
        if place.within == Within::Comment {
            return self.allows();
        }
        let Some(frame) = place.frames.last() else {
            return;
        };
        if place.within == Within::Text {
            return self.in_text();
        }
        match frame.kind {
            FrameKind::File => self.in_head(),
            FrameKind::Block if is_import(&place.frames) => self.import_names(),
            FrameKind::Block => self.in_block(),
            FrameKind::List | FrameKind::Parentheses(_) | FrameKind::Interpolation => {
                self.expression();
            }
        }
    }

    /// In a text, between its quotes.
    fn in_text(&mut self) {
        let place = self.place;
        match (place.frames.last(), place.tokens.as_slice()) {
            (Some(frame), [Token::Word("import"), ..]) if frame.kind == FrameKind::File => {
                self.import_path();
            }
            (Some(frame), tokens)
                if frame.kind == FrameKind::File && tokens.contains(&Token::Word("extends")) =>
            {
                self.parents(true);
            }
            (Some(frame), _) if matches!(frame.kind, FrameKind::Parentheses(_)) => {
                match frame.head.last() {
                    Some(Token::Word("file")) => self.file_path(),
                    Some(Token::Word("secret")) => self.secret_store(),
                    _ => {}
                }
            }
            _ => self.text_value(),
        }
    }

    /// On the line of an item's head.
    fn in_head(&mut self) {
        match self.place.tokens.as_slice() {
            [] if self.place.path.is_empty() => self.items(),
            [Token::Word("import"), rest @ ..] => self.import_rest(rest),
            [Token::Word("param" | "input"), _, rest @ ..] => match rest {
                [Token::Sign(':')] => self.types(),
                [.., Token::Sign('<')] if !rest.contains(&Token::Assign) => self.types(),
                _ if rest.contains(&Token::Assign) => self.expression(),
                _ => {}
            },
            [Token::Word("let" | "output"), _, Token::Assign, ..] | [Token::Word("assert"), ..] => {
                self.expression()
            }
            [Token::Word(kind), _, rest @ ..] if Space::of(kind).is_some() => match rest {
                [Token::Sign(':')] => self.variants(),
                [.., Token::Word("extends")] => self.parents(false),
                [.., Token::Sign(',')] if rest.contains(&Token::Word("extends")) => {
                    self.parents(false);
                }
                [] | [Token::Sign(':'), _] => self.behind_name(),
                _ => {}
            },
            _ => {}
        }
    }

    /// In a block, where an entry may begin or has begun.
    fn in_block(&mut self) {
        let place = self.place;
        match place.tokens.as_slice() {
            [] if place.path.is_empty() => self.keys(),
            [Token::Word("remove")] if place.path.is_empty() => self.removed_keys(),
            [Token::Word("remove"), Token::Word(key)] => self.removed_labels(key),
            [Token::Spread] => self.expression(),
            [Token::Word("assert"), ..] => self.expression(),
            tokens if tokens.contains(&Token::Assign) => self.expression(),
            _ => {}
        }
    }

    // What is around

    /// The block around the cursor.
    fn around(&self) -> Around {
        let Some(schema) = self.item.as_ref().and_then(Head::schema) else {
            return Around::Unknown;
        };
        let blocks = self.place.frames.iter().skip(2);
        let mut around = Around::Block(schema, false);
        for frame in blocks {
            if frame.kind != FrameKind::Block {
                continue;
            }
            let words = frame.words();
            let Around::Block(block, _) = around else {
                return Around::Unknown;
            };
            let Some(property) = words.first().and_then(|key| block.property(key)) else {
                return Around::Unknown;
            };
            around = match property.shape {
                Shape::Block(inner) => Around::Block(inner(), false),
                Shape::Keyed(inner) => Around::Block(inner(), true),
                Shape::Map(_) => Around::Map(property),
                Shape::Value(_) | Shape::Raw => return Around::Unknown,
            };
        }
        around
    }

    /// The keys and labels that lead to the block around the cursor.
    fn trail(&self) -> Vec<SmolStr> {
        let blocks = self.place.frames.iter().skip(2);
        let blocks = blocks.filter(|frame| frame.kind == FrameKind::Block);
        blocks.flat_map(Frame::words).collect()
    }

    /// The item around the cursor as the snapshot has it.
    fn owner(&self) -> Option<ItemId> {
        let item = self.item.as_ref()?;
        self.names
            .find(self.number, Space::Item(item.kind), &item.name)
    }

    // Proposals

    fn replace(&self) -> Span {
        let range = &self.place.replace;
        Span::new(self.file, range.start, range.end)
    }

    /// Proposes something that is written as it is called.
    fn propose(&mut self, rank: u32, label: &str, kind: CompletionKind) -> &mut Completion {
        let replace = self.replace();
        self.list.push(Completion {
            label: label.to_owned(),
            kind,
            detail: String::new(),
            docs: String::new(),
            insert: label.to_owned(),
            snippet: false,
            replace,
            rank,
            again: false,
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }
}

impl Completion {
    fn detail(&mut self, detail: impl Into<String>) -> &mut Self {
        self.detail = detail.into();
        self
    }

    fn docs(&mut self, docs: impl Into<String>) -> &mut Self {
        self.docs = docs.into();
        self
    }

    fn insert(&mut self, text: impl Into<String>) -> &mut Self {
        self.insert = text.into();
        self
    }

    fn snippet(&mut self, text: impl Into<String>) -> &mut Self {
        self.insert = text.into();
        self.snippet = true;
        self
    }

    fn again(&mut self, again: bool) -> &mut Self {
        self.again = again;
        self
    }
}

fn is_import(frames: &[Frame<'_>]) -> bool {
    let [_, block] = frames else { return false };
    matches!(block.head.first(), Some(Token::Word("import")))
}
