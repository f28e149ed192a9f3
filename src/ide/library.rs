//! What the standard library has, read once.
//!
//! A program reads only the files of the library that it names; proposals come
//! from all of them.

use std::sync::OnceLock;

use smol_str::SmolStr;

use crate::analysis::layers::public_name;
use crate::analysis::names::Space;
use crate::source::Sources;
use crate::stdlib;
use crate::syntax::ast::{BlockItem, Entry, File, Item, ItemKind};
use crate::syntax::{self};

/// A platform of the library.
#[derive(Debug)]
pub(crate) struct Platform {
    /// The name by which it is asked for.
    pub name: SmolStr,
    /// `##` lines.
    pub docs: String,
    /// Its place among those of its family: the newest is the first.
    pub age: u32,
    /// Whether it has an image that instances could start from, or takes over
    /// that of another one.
    has_image: bool,
}

fn trees() -> &'static [(&'static str, File)] {
    static TREES: OnceLock<Vec<(&'static str, File)>> = OnceLock::new();
    TREES.get_or_init(|| {
        let mut sources = Sources::default();
        let files = stdlib::files();
        let parsed = files.filter_map(|path| {
            let text = stdlib::file(path)?;
            let id = sources.add(path, text);
            Some((path, syntax::parse(id, text, &mut Default::default())))
        });
        parsed.collect()
    })
}

/// The library's platforms, in the order of its files.
pub(super) fn platforms() -> &'static [Platform] {
    static PLATFORMS: OnceLock<Vec<Platform>> = OnceLock::new();
    PLATFORMS.get_or_init(|| {
        let mut platforms = Vec::new();
        for (path, tree) in trees() {
            if !path.starts_with("platforms/") {
                continue;
            }
            let blocks = tree.items.iter().filter_map(|item| match item {
                Item::Block(block) if block.kind == ItemKind::Platform => Some(block),
                _ => None,
            });
            for (age, block) in (0..).zip(blocks) {
                platforms.push(Platform {
                    name: public_name(block),
                    docs: block.docs.clone().map(String::from).unwrap_or_default(),
                    age,
                    has_image: !block.parents.is_empty() || has_image(block),
                });
            }
        }
        platforms
    })
}

/// Whether a platform says itself what its instances start from.
fn has_image(block: &BlockItem) -> bool {
    block.body.entries.iter().any(|entry| match entry {
        Entry::Block(it) => it.key.text == "image",
        _ => false,
    })
}

/// Those of them that an environment can run on, in the order of the files.
pub(crate) fn runnable() -> impl Iterator<Item = &'static Platform> {
    platforms().iter().filter(|it| it.has_image)
}

/// What a file of the library declares, by its path without the ending.
pub(super) fn items(name: &str) -> Option<Vec<(Space, SmolStr, String)>> {
    let path = format!("{name}.bean");
    let (_, tree) = trees().iter().find(|(known, _)| *known == path)?;
    Some(declared(tree))
}

/// What a file declares, with its documentation.
pub(super) fn declared(tree: &File) -> Vec<(Space, SmolStr, String)> {
    let text = |docs: &Option<SmolStr>| docs.clone().map(String::from).unwrap_or_default();
    let items = tree.items.iter().filter_map(|item| match item {
        Item::Param(it) => Some((Space::Param, it.name.text.clone(), text(&it.docs))),
        Item::Input(it) => Some((Space::Input, it.name.text.clone(), text(&it.docs))),
        Item::Let(it) => Some((Space::Let, it.name.text.clone(), text(&it.docs))),
        Item::Block(it) => Some((Space::Item(it.kind), it.name.text.clone(), text(&it.docs))),
        Item::Edition(_) | Item::Import(_) | Item::Output(_) | Item::Assert(_) | Item::Test(_) => {
            None
        }
    });
    items.collect()
}
