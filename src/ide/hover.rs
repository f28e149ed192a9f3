//! What there is to say of a place: documentation, facts, and what a value
//! comes to with where that comes from.

use smol_str::SmolStr;

use super::Snapshot;
use super::definition::{Target, written};
use super::lens;
use super::lineage::Lineage;
use super::marks::{self, Asked, Key, Keyed, What, schema_of};
use crate::analysis::names::ItemId;
use crate::analysis::show::{self, Line};
use crate::ordered::IndexMap;
use crate::schema::{Block, Resolved, WordDoc, functions, reference, vocabulary};
use crate::source::{FileId, Span};
use crate::syntax::ast::{BlockItem, Declaration, Item, ItemKind, TypeExpr};

/// What is shown over a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// The place.
    pub span: Span,
    /// The text, in Markdown.
    pub markdown: String,
}

/// What there is to say of the place at an offset.
#[must_use]
pub fn hover(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<Hover> {
    let mark = marks::at(snapshot, file, offset)?;
    let sections = match &mark.what {
        What::Kind(kind) => vec![doc(&vocabulary::ITEMS, kind.keyword())?],
        What::Head(word) => vec![doc(&vocabulary::HEADS, &word.text)?],
        What::Variant(block) => {
            let word = &block.variant.as_ref()?.text;
            vec![doc(variants(block.kind), word)?]
        }
        What::Declares(id)
        | What::Uses(id)
        | What::Imports(id)
        | What::Alias(id)
        | What::Library(id) => of_item(snapshot, *id),
        What::Key(key) => of_key(snapshot, key, Asked::All),
        What::KeyUse(key, asked) => of_key(snapshot, key, *asked),
        What::Label(keyed) => of_keyed(snapshot, keyed, Asked::All),
        What::LabelUse(keyed, asked) => of_keyed(snapshot, keyed, *asked),
        What::Attribute(attribute) => {
            let title = format!("**{}**", attribute.name);
            let late = "Known once it is deployed.";
            let late = (attribute.name != "name").then(|| late.to_owned());
            let doc = attribute.doc.to_owned();
            [title, doc].into_iter().chain(late).collect()
        }
        What::Pseudo(it) => {
            let title = format!("**aws.{}**", it.name());
            vec![title, vocabulary::pseudo(*it).to_owned()]
        }
        What::Word(Some(word)) => vec![titled(word)],
        What::Word(None) if snapshot.sources().text(mark.span) == vocabulary::DEFAULT.word => {
            vec![titled(&vocabulary::DEFAULT)]
        }
        What::Member(ty) => vec![format!("One of {}", one_of(snapshot, ty))],
        What::TypeName => {
            let name = snapshot.sources().text(mark.span);
            vec![doc(&vocabulary::TYPES, name)?]
        }
        What::Function => {
            let function = functions::find(snapshot.sources().text(mark.span))?;
            vec![code(function.call), function.doc.to_owned()]
        }
        What::Unknown
        | What::Name
        | What::ImportPath
        | What::Word(None)
        | What::Bool
        | What::Number
        | What::Quantity
        | What::Text => return None,
    };
    Some(Hover {
        span: mark.span,
        markdown: joined(&sections),
    })
}

/// Sections as paragraphs.
pub(super) fn joined(sections: &[String]) -> String {
    let trimmed: Vec<&str> = sections.iter().map(|it| it.trim()).collect();
    trimmed.join("\n\n")
}

/// What may stand behind the colon of an item.
pub(super) fn variants(kind: ItemKind) -> &'static [WordDoc] {
    match kind {
        ItemKind::Environment | ItemKind::Template => &vocabulary::TIERS,
        ItemKind::Network => &vocabulary::NETWORKS,
        ItemKind::Platform => &vocabulary::PLATFORMS,
        ItemKind::Application | ItemKind::Resource => &[],
    }
}

fn titled(word: &WordDoc) -> String {
    format!("**{}**: {}", word.word, word.doc.trim())
}

fn doc(words: &[WordDoc], word: &str) -> Option<String> {
    words.iter().find(|it| it.word == word).map(titled)
}

/// A piece of the language, for an editor to colour.
pub(super) fn code(text: &str) -> String {
    format!("```bean\n{text}\n```")
}

fn one_of(snapshot: &Snapshot, ty: &TypeExpr) -> String {
    format!("`{}`", snapshot.sources().text(ty.span))
}

/// What an item is: its head, its own documentation, and what came of it.
pub(super) fn of_item(snapshot: &Snapshot, id: ItemId) -> Vec<String> {
    let names = snapshot.reading().names();
    let sources = snapshot.sources();
    let value = |id: &ItemId| {
        let value = snapshot.reading().constants.get(id)?;
        Some(format!("Value: `{value}`"))
    };
    let declaration = |it: &Declaration| {
        let end = it.default.as_ref().map_or(it.ty.span, |it| it.span);
        let whole = Span {
            end: end.end.max(it.ty.span.end),
            ..it.span
        };
        let text = sources.text(whole).trim_end();
        [Some(code(text)), it.docs.clone().map(String::from)]
    };
    let sections = match names.item(id) {
        Item::Param(it) => {
            let [head, docs] = declaration(it);
            vec![head, docs, value(&id)]
        }
        Item::Input(it) => {
            let [head, docs] = declaration(it);
            let when = "Given at deploy time.".to_owned();
            vec![head, docs, Some(when)]
        }
        Item::Let(it) => {
            let head = format!("let {} = {}", it.name.text, sources.text(it.value.span));
            let docs = it.docs.clone().map(String::from);
            vec![Some(code(&head)), docs, value(&id)]
        }
        Item::Block(it) => {
            let head = code(sources.text(it.head()));
            let docs = it.docs.clone().map(String::from);
            let kind = doc(&vocabulary::ITEMS, it.kind.keyword());
            let emits = lens::emits(snapshot, it).map(|text| format!("It {text}."));
            let place = snapshot
                .is_library(id.file)
                .then(|| "From the standard library.".to_owned());
            vec![Some(head), docs, kind, emits, place]
        }
        Item::Edition(_) | Item::Import(_) | Item::Output(_) | Item::Assert(_) | Item::Test(_) => {
            Vec::new()
        }
    };
    sections.into_iter().flatten().collect()
}

fn of_key(snapshot: &Snapshot, key: &Key, asked: Asked) -> Vec<String> {
    let words = key.words();
    let names = snapshot.reading().names();
    let owner = key.owner.and_then(|id| names.block(id));
    let kind = owner.map(|it| it.kind.keyword());
    let mut sections = Vec::new();
    let title = match (kind, key.own_name) {
        (Some(kind), _) => format!("**{kind}.{}**", words.join(".")),
        (None, _) => format!("**{}**", words.join(".")),
    };
    sections.push(title);
    match key.property {
        Some(property) if !key.own_name => sections.push(reference::property(property)),
        Some(property) => sections.push(reference::prose(property.docs)),
        None if key.name == vocabulary::ENABLED.word => {
            sections.push(vocabulary::ENABLED.doc.to_owned());
        }
        None => {}
    }
    sections.extend(key.owner.and_then(|id| value(snapshot, id, &words, asked)));
    sections
}

fn of_keyed(snapshot: &Snapshot, keyed: &Keyed, asked: Asked) -> Vec<String> {
    let names = snapshot.reading().names();
    let words = keyed.words();
    let key = keyed.path.rsplit('.').next().unwrap_or_default();
    let property = keyed.property.or_else(|| {
        let schema = schema_of(names.block(keyed.owner)?)?;
        super::property_at(schema, &words[..words.len() - 1])
    });
    let title = format!("**{key} {}**", keyed.name);
    let docs = property.map(|it| reference::prose(it.docs));
    let value = value(snapshot, keyed.owner, &words, asked);
    [Some(title), docs, value].into_iter().flatten().collect()
}

/// The longest table of values under a block.
const MOST_LINES: usize = 24;

/// What an item has at and below a path, or what its parents have there.
fn value(snapshot: &Snapshot, id: ItemId, words: &[SmolStr], asked: Asked) -> Option<String> {
    match asked {
        Asked::All => table(&lines(snapshot, id, words)?),
        Asked::Parents => inherited(snapshot, id, words),
    }
}

/// What the parents of an item have at and below a path: what those say that
/// say anything, else the default.
fn inherited(snapshot: &Snapshot, id: ItemId, words: &[SmolStr]) -> Option<String> {
    let lineage = Lineage::new(snapshot);
    let parents = lineage.parents(id).iter();
    let said = parents.filter_map(|parent| {
        let places = written(snapshot, &lineage, *parent, words, Asked::All);
        let first = places.first()?;
        // Of templates in other files only that is known which is written.
        match lines(snapshot, *parent, words) {
            Some(lines) => table(&lines),
            None => Some(code(&as_written(snapshot, first))),
        }
    });
    let said: Vec<String> = said.collect();
    if !said.is_empty() {
        return Some(joined(&said));
    }
    let names = snapshot.reading().names();
    let parent = names.block(*lineage.parents(id).first()?)?;
    let nothing = Resolved {
        span: None,
        properties: IndexMap::default(),
    };
    let item = (schema_of(parent)?, &nothing);
    table(&lines_of(snapshot, parent, item, words))
}

/// An entry as it stands in the text, below its place.
fn as_written(snapshot: &Snapshot, target: &Target) -> String {
    let sources = snapshot.sources();
    let span = target.whole;
    let before = &sources.file(span.file).text()[..span.start as usize];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let margin = before.len() - line - before[line..].trim_start().len();
    let names = snapshot.reading().names();
    let item = super::item_at(snapshot, span.file, span.start);
    let by = item
        .and_then(|id| names.named(id))
        .map(|(_, word)| &word.text);
    let by = by.map(|name| format!("{name}, ")).unwrap_or_default();
    let mut text = format!("# set in {by}{}", sources.place(target.place));
    for (at, line) in sources.text(span).lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let margin = if at == 0 { 0 } else { margin.min(indent) };
        text.push('\n');
        text.push_str(&line[margin..]);
    }
    text
}

/// Lines as `beanc show` prints them.
fn table(lines: &[Line]) -> Option<String> {
    let shown: Vec<String> = lines
        .iter()
        .take(MOST_LINES)
        .map(
            |Line {
                 path,
                 value,
                 origin,
             }| match (value.as_str(), origin.as_str()) {
                ("", origin) => format!("{path}  # {origin}"),
                (value, "") => format!("{path} = {value}"),
                (value, origin) => format!("{path} = {value}  # {origin}"),
            },
        )
        .collect();
    let more = lines.len().saturating_sub(MOST_LINES);
    let more = (more > 0).then(|| format!("# and {more} more: `beanc show`"));
    let shown: Vec<String> = shown.into_iter().chain(more).collect();
    (!shown.is_empty()).then(|| code(&shown.join("\n")))
}

/// The lines that `beanc show` prints of a path below an item.
pub(super) fn lines(snapshot: &Snapshot, id: ItemId, words: &[SmolStr]) -> Option<Vec<Line>> {
    let item = snapshot.reading().resolved.get(&id)?;
    let names = snapshot.reading().names();
    let block = names.block(id)?;
    let item = (item.schema, &item.properties);
    Some(lines_of(snapshot, block, item, words))
}

fn lines_of(
    snapshot: &Snapshot,
    block: &BlockItem,
    (schema, properties): (&'static Block, &Resolved),
    words: &[SmolStr],
) -> Vec<Line> {
    let rest: Vec<&str> = words.iter().map(SmolStr::as_str).collect();
    show::below(
        snapshot.sources(),
        (schema, show::tier_of(block)),
        properties,
        &block.name.text,
        &rest,
    )
}
