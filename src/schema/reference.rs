//! The reference, written from the tables.
//!
//! `beanc explain` prints a part of it, and `docs/reference/` is all of it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::application::Application;
use super::environment::Environment;
use super::network::{ExistingNetwork, Network};
use super::platform::Platform;
use super::{Block, Default, Facts, Property, Schema, Shape, Tiers, Type, WordDoc};
use crate::units::{Duration, Size};

/// Gives the table of a block.
type Table = fn() -> &'static Block;

/// The items of a program that have properties.
const ITEMS: &[(&str, Table)] = &[
    ("application", Application::schema),
    ("network", Network::schema),
    ("existing network", ExistingNetwork::schema),
    ("platform", Platform::schema),
    ("environment", Environment::schema),
];

/// A property and where it is.
struct Entry {
    item: &'static str,
    /// The keys from the item on.
    keys: Vec<&'static str>,
    property: &'static Property,
}

impl Entry {
    /// `environment.instances.max`
    fn path(&self) -> String {
        format!("{}.{}", self.item, self.keys.join("."))
    }

    /// Whether a path means it: the last keys, with the item in front or not.
    fn is_meant_by(&self, path: &[&str]) -> bool {
        let item = match path {
            ["template", ..] => Some("environment"),
            [first, ..] => ITEMS.iter().map(|it| it.0).find(|item| item == first),
            [] => return false,
        };
        match item {
            Some(item) if path.len() > 1 => self.item.ends_with(item) && self.keys == path[1..],
            _ => self.keys.ends_with(path),
        }
    }
}

/// Every property of the language, the outer ones first.
fn entries() -> Vec<Entry> {
    let mut found = Vec::new();
    for (item, block) in ITEMS {
        collect(item, &[], block(), &mut found);
    }
    found.sort_by_key(|entry: &Entry| entry.keys.len());
    found
}

fn collect(item: &'static str, keys: &[&'static str], block: &'static Block, to: &mut Vec<Entry>) {
    for property in block.properties {
        let mut keys = keys.to_vec();
        keys.push(property.name);
        if let Shape::Block(inner) | Shape::Keyed(inner) = property.shape {
            collect(item, &keys, inner(), to);
        }
        to.push(Entry {
            item,
            keys,
            property,
        });
    }
}

/// What can be explained: paths of properties and words of enums.
#[must_use]
pub fn topics() -> Vec<String> {
    let items = ITEMS.iter().map(|(item, _)| (*item).to_owned());
    items.chain(entries().iter().map(Entry::path)).collect()
}

/// The page, in Markdown, of an item, of a property by the end of its path
/// (`instances.max`), or of a word of an enum.
#[must_use]
pub fn explain(topic: &str) -> Option<String> {
    let item = ITEMS.iter().find(|(item, _)| *item == topic);
    if let Some((item, block)) = item {
        let block = block();
        let mut text = format!("# {item}\n\n{}\n", prose(block.docs));
        text.push_str(&contents(block));
        return Some(text);
    }
    let entries = entries();
    let path: Vec<&str> = topic.split('.').collect();
    let mut meant = entries.iter().filter(|entry| entry.is_meant_by(&path));
    let Some(entry) = meant.next() else {
        return word(topic, &entries);
    };
    let mut text = format!("# {}\n\n{}", entry.path(), property(entry.property));
    if let Shape::Block(block) | Shape::Keyed(block) = entry.property.shape {
        text.push_str(&contents(block()));
    }
    let others: Vec<String> = meant.map(|it| format!("`{}`", it.path())).collect();
    if !others.is_empty() {
        let _ = writeln!(text, "\nThere is also {}.", others.join(", "));
    }
    Some(text)
}

/// What there is to say of a property, in Markdown: what it is for, its type,
/// range, default and sources, and what each of its words means.
#[must_use]
pub fn property(property: &Property) -> String {
    let mut text = format!("{}\n{}", prose(property.docs), facts(property));
    if let Shape::Value(ty) | Shape::Map(ty) = property.shape {
        text.push_str(&words(ty));
    }
    text
}

/// The property that takes a word.
fn word(topic: &str, entries: &[Entry]) -> Option<String> {
    let takes = |entry: &&Entry| match entry.property.shape {
        Shape::Value(ty) => words_of(ty).iter().any(|it| it.word == topic),
        Shape::Block(_) | Shape::Keyed(_) | Shape::Map(_) | Shape::Raw => false,
    };
    explain(&entries.iter().find(takes)?.path())
}

/// All of the reference: names of files and their text.
#[must_use]
pub fn pages() -> Vec<(String, String)> {
    let mut index = String::from(
        "# Reference\n\nEvery property of the language, written from the compiler's own tables.\n\n",
    );
    let mut pages = Vec::new();
    for (item, block) in ITEMS {
        let block = block();
        let file = format!("{}.md", item.replace(' ', "-"));
        let _ = writeln!(index, "- [{item}]({file}): {}", prose(block.docs));
        let mut text = format!("# {item}\n\n{}\n", prose(block.docs));
        section(&mut text, &[], block);
        pages.push((file, text));
    }
    pages.insert(0, ("README.md".to_owned(), index));
    pages
}

/// The properties of a block, and behind them those of the blocks in it.
fn section(text: &mut String, keys: &[&str], block: &'static Block) {
    for property in block.properties {
        let path = [keys, &[property.name]].concat().join(".");
        let _ = write!(text, "\n## {path}\n\n{}\n", prose(property.docs));
        text.push_str(&facts(property));
        if let Shape::Value(ty) | Shape::Map(ty) = property.shape {
            text.push_str(&words(ty));
        }
    }
    for property in block.properties {
        if let Shape::Block(inner) | Shape::Keyed(inner) = property.shape {
            section(text, &[keys, &[property.name]].concat(), inner());
        }
    }
}

/// The language as JSON, for other programs: items, and in them blocks and
/// properties with type, range, default, documentation and sources.
#[must_use]
pub fn json() -> String {
    let items = ITEMS.iter().map(|(item, block)| {
        let block = block();
        json!({
            "name": item,
            "docs": prose(block.docs),
            "properties": block.properties.iter().map(described).collect::<Vec<_>>(),
        })
    });
    let language = json!({
        "version": 1,
        "editions": [crate::syntax::EDITION],
        "items": items.collect::<Vec<_>>(),
    });
    format!("{language:#}\n")
}

fn described(property: &Property) -> Value {
    let Property {
        name,
        docs,
        shape,
        facts,
    } = property;
    let mut entry = json!({"name": name, "docs": prose(docs)});
    let mut say = |key: &str, value: Value| {
        if !value.is_null() {
            entry[key] = value;
        }
    };
    match shape {
        Shape::Value(ty) | Shape::Map(ty) => {
            let kind = if matches!(shape, Shape::Map(_)) {
                "map"
            } else {
                "value"
            };
            say("kind", kind.into());
            say("type", ty.to_string().into());
            let range = range(*ty, facts.min, facts.max);
            say(
                "range",
                range
                    .map(|it| it.trim_start_matches(", ").to_owned())
                    .into(),
            );
            let words = words_of(*ty);
            let words: Vec<Value> = words
                .iter()
                .map(|it| json!({"word": it.word, "docs": it.doc.trim()}))
                .collect();
            if !words.is_empty() {
                say("words", words.into());
            }
        }
        Shape::Block(block) | Shape::Keyed(block) => {
            let kind = if matches!(shape, Shape::Keyed(_)) {
                "named blocks"
            } else {
                "block"
            };
            say("kind", kind.into());
            let properties: Vec<Value> = block().properties.iter().map(described).collect();
            say("properties", properties.into());
        }
        Shape::Raw => say("kind", "block".into()),
    }
    match facts.default {
        Default::Required => say("required", true.into()),
        Default::Absent(means) => say("without", (!means.is_empty()).then_some(means).into()),
        given => say(
            "default",
            written(given)
                .map(|it| it.trim_matches('`').to_owned())
                .into(),
        ),
    }
    match facts.tiers {
        Tiers::All => {}
        Tiers::Web => say("tier", "web".into()),
        Tiers::Worker => say("tier", "worker".into()),
    }
    if facts.later {
        say("later", true.into());
    }
    let sources = [
        ("aws", facts.aws),
        ("eb", facts.eb),
        ("differs", facts.differs),
    ];
    for (key, source) in sources {
        say(key, (!source.is_empty()).then_some(source).into());
    }
    entry
}

/// Lines of documentation as a paragraph.
#[must_use]
pub fn prose(docs: &[&str]) -> String {
    let lines: Vec<&str> = docs.iter().map(|line| line.trim()).collect();
    lines.join(" ")
}

/// What a block has, a line each.
fn contents(block: &Block) -> String {
    let mut text = String::from("\n");
    for property in block.properties {
        let name = property.name;
        let head = match property.shape {
            Shape::Value(ty) => format!("`{name}` = {ty}"),
            Shape::Block(_) | Shape::Raw => format!("`{name} {{ … }}`"),
            Shape::Keyed(_) => format!("`{name} NAME {{ … }}`"),
            Shape::Map(ty) => format!("`{name} {{ NAME = … }}`, each {ty}"),
        };
        let docs = prose(property.docs);
        let _ = writeln!(text, "- {head}: {docs}");
    }
    text
}

/// Type, range, default and sources, a line each.
fn facts(property: &Property) -> String {
    let Property { shape, facts, .. } = property;
    let Facts {
        default,
        min,
        max,
        aws,
        eb,
        differs,
        least,
        keys,
        tiers,
        later,
    } = facts;
    let mut lines = Vec::new();
    match shape {
        Shape::Value(ty) => {
            let range = range(*ty, *min, *max).unwrap_or_default();
            lines.push(format!("Type: {ty}{range}{}", late(*ty)));
        }
        Shape::Map(ty) => lines.push(match keys {
            Some(of) => {
                format!(
                    "Type: values by names of `{of}` blocks, each {ty}{}",
                    late(*ty)
                )
            }
            None => format!(
                "Type: values with names of your own, each {ty}{}",
                late(*ty)
            ),
        }),
        Shape::Keyed(_) => lines.push("Type: blocks with names of your own".to_owned()),
        Shape::Block(_) => lines.push("Type: a block".to_owned()),
        Shape::Raw => {}
    }
    match default {
        Default::Required => lines.push("It must be written.".to_owned()),
        Default::Absent("") => {}
        Default::Absent(means) => lines.push(format!("Without it: {means}")),
        given => lines.extend(written(*given).map(|it| format!("Default: {it}"))),
    }
    match tiers {
        Tiers::All => {}
        Tiers::Web => lines.push("Web environments only.".to_owned()),
        Tiers::Worker => lines.push("Worker environments only.".to_owned()),
    }
    if *later {
        lines.push("Not in this version yet.".to_owned());
    }
    if !least.is_empty() {
        lines.push(format!("Not less: {least}"));
    }
    for (what, source) in [("AWS", aws), ("Elastic Beanstalk", eb)] {
        if !source.is_empty() {
            lines.push(format!("{what}: `{source}`"));
        }
    }
    if !differs.is_empty() {
        lines.push(format!("Not as in Elastic Beanstalk: {differs}"));
    }
    let mut text = String::new();
    for line in lines {
        let separator = if text.is_empty() { "\n" } else { "" };
        let _ = writeln!(text, "{separator}- {line}");
    }
    text
}

/// A default as it would be written.
fn written(default: Default) -> Option<String> {
    let text = match default {
        Default::Required | Default::Absent(_) => return None,
        Default::Bool(it) => it.to_string(),
        Default::Int(it) => it.to_string(),
        Default::Text(it) => format!("\"{it}\""),
        Default::Duration(it) => it.to_string(),
        Default::Size(it) => it.to_string(),
        Default::Percent(it) => it.to_string(),
        Default::Word(it) => it.to_owned(),
        Default::EmptyList => "[]".to_owned(),
        Default::Texts(texts) => {
            let texts: Vec<String> = texts.iter().map(|it| format!("\"{it}\"")).collect();
            format!("[{}]", texts.join(", "))
        }
    };
    Some(format!("`{text}`"))
}

/// `, 1s to 4000s`
fn range(ty: Type, min: Option<i64>, max: Option<i64>) -> Option<String> {
    if min.is_none() && max.is_none() {
        return None;
    }
    let limit = |value: i64| match ty {
        Type::Duration => Duration::from_millis(value).to_string(),
        Type::Size => Size::from_bytes(value).to_string(),
        Type::Percent => format!("{value}%"),
        _ => value.to_string(),
    };
    Some(match (min.map(limit), max.map(limit)) {
        (Some(min), Some(max)) => format!(", {min} to {max}"),
        (Some(min), None) => format!(", at least {min}"),
        (None, Some(max)) => format!(", at most {max}"),
        (None, None) => return None,
    })
}

/// What each word of an enum means.
fn words(ty: Type) -> String {
    let words = words_of(ty);
    let mut text = String::new();
    for (at, WordDoc { word, doc }) in words.iter().enumerate() {
        let separator = if at == 0 { "\n" } else { "" };
        let _ = writeln!(text, "{separator}- `{word}`: {}", doc.trim());
    }
    text
}

/// What of a value may come from outside when it is deployed; of all others,
/// nothing may.
fn late(ty: Type) -> &'static str {
    match (
        ty.may_be_late(),
        ty.element().is_some_and(Type::may_be_late),
    ) {
        (true, _) => "; may be an input",
        (false, true) => "; each may be an input",
        (false, false) => "",
    }
}

fn words_of(ty: Type) -> Vec<WordDoc> {
    match ty {
        Type::Words(words) => words.to_vec(),
        Type::Late(ty) | Type::List(ty) => words_of(*ty),
        Type::OneOf(types) => types.iter().flat_map(|ty| words_of(*ty)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_found_by_the_end_of_its_path() {
        for path in [
            "environment.instances.max",
            "instances.max",
            "template.instances.max",
        ] {
            let text = explain(path).unwrap_or_default();
            assert!(
                text.starts_with("# environment.instances.max\n"),
                "{path}: {text}"
            );
        }
        assert!(explain("instances.maximum").is_none());
        assert!(explain("environment.max").is_none());
    }

    #[test]
    fn a_word_leads_to_its_property() {
        let text = explain("rolling_with_additional_batch").unwrap_or_default();
        assert!(
            text.starts_with("# environment.deployment.strategy\n"),
            "{text}"
        );
    }

    #[test]
    fn every_topic_has_a_page() {
        for topic in topics() {
            let text = explain(&topic).unwrap_or_default();
            assert!(text.starts_with(&format!("# {topic}\n")), "{topic}: {text}");
        }
    }
}
