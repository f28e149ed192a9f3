//! What an editor may ask, answered in plain types.
//!
//! A [`Snapshot`] is a program at one moment; every question is a function of a
//! snapshot, a file and an offset in bytes, in a file of its own. Positions in
//! UTF-16, protocols and open documents are the server's business.
//!
//! One snapshot is one program: a file that several programs import is in a
//! snapshot of each, and who renames something in it asks all of them.

pub mod completion;
pub mod definition;
pub mod folding;
pub mod hints;
pub mod hover;
pub mod lens;
pub mod links;
pub(crate) mod library;
mod lineage;
mod marks;
pub mod references;
pub mod rename;
pub mod selection;
pub mod symbols;
pub mod tokens;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::analysis::Reading;
use crate::analysis::load::Loaded;
use crate::analysis::names::ItemId;
use crate::diagnostic::Diagnostic;
use crate::disk::Disk;
use crate::driver::{self, Compilation, Expansion, Options};
use crate::graph::ResourceGraph;
use crate::schema::{Block, Property, Shape};
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::ast;

/// A program as it is at one moment: what `beanc check` sees, and all that the
/// compiler found out on the way.
#[derive(Debug)]
pub struct Snapshot {
    entry: PathBuf,
    options: Options,
    compilation: Compilation,
    /// The places of files in the list of those that were parsed.
    numbers: FxHashMap<FileId, usize>,
    /// What only the resources show, made when it is asked for.
    expanded: OnceLock<Expanded>,
}

/// What a program comes to.
#[derive(Debug)]
struct Expanded {
    expansion: Expansion,
    /// The units of deployment by the heads of their items.
    heads: FxHashMap<Span, usize>,
}

impl Expanded {
    fn new(expansion: Expansion) -> Self {
        let units = expansion.units.iter().enumerate();
        let heads = units.map(|(number, unit)| (unit.origin, number)).collect();
        Self { expansion, heads }
    }
}

impl Snapshot {
    /// The program whose entry file is `entry`.
    #[must_use]
    pub fn new(entry: &Path, disk: &dyn Disk, options: &Options) -> Self {
        Self::of(entry, options, driver::check(None, entry, disk, options))
    }

    /// The program after an edit. Files that have not changed are not parsed
    /// again.
    #[must_use]
    pub fn next(&self, entry: &Path, disk: &dyn Disk, options: &Options) -> Self {
        let compilation = driver::check(Some(&self.compilation), entry, disk, options);
        Self::of(entry, options, compilation)
    }

    fn of(entry: &Path, options: &Options, compilation: Compilation) -> Self {
        let files = compilation.reading.files.iter().enumerate();
        let numbers = files
            .map(|(number, loaded)| (loaded.tree.id, number))
            .collect();
        Self {
            entry: entry.to_path_buf(),
            options: options.clone(),
            compilation,
            numbers,
            expanded: OnceLock::new(),
        }
    }

    /// The entry file, as it was given.
    #[must_use]
    pub fn entry(&self) -> &Path {
        &self.entry
    }

    /// What it was compiled with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Every file that was read, with what applications bring.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.compilation.sources
    }

    /// Everything there is to say, by file and position: what `beanc check`
    /// says, to the word.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.expanded().expansion.diagnostics
    }

    /// The part of it that is known before any resource is: nearly always all.
    #[must_use]
    pub fn early_diagnostics(&self) -> &[Diagnostic] {
        &self.compilation.diagnostics
    }

    /// Everything there is to say, when somebody has asked for it before.
    #[must_use]
    pub fn known_diagnostics(&self) -> Option<&[Diagnostic]> {
        let expanded = self.expanded.get()?;
        Some(&expanded.expansion.diagnostics)
    }

    /// The units of deployment, each after those it needs; none when there is
    /// an error.
    #[must_use]
    pub fn units(&self) -> &[ResourceGraph] {
        &self.expanded().expansion.units
    }

    /// All that came of checking the program, which has no units yet.
    #[must_use]
    pub fn compilation(&self) -> &Compilation {
        &self.compilation
    }

    /// Looks at the resources, as everything that speaks of them does, unless
    /// `stop` says on the way that nobody wants to know any more.
    pub fn expand_unless(&self, stop: &(dyn Fn() -> bool + Sync)) {
        if self.expanded.get().is_none()
            && let Some(expansion) = driver::expand_unless(&self.compilation, stop)
        {
            self.expanded.get_or_init(|| Expanded::new(expansion));
        }
    }

    fn expanded(&self) -> &Expanded {
        self.expanded
            .get_or_init(|| Expanded::new(driver::expand(&self.compilation)))
    }

    /// The folder outside of which nothing is read.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.reading().root
    }

    /// The file with this path; none when the program does not read it.
    #[must_use]
    pub fn file(&self, path: &Path) -> Option<FileId> {
        let below = path.strip_prefix(self.root()).unwrap_or(path);
        let name = below.to_string_lossy().replace('\\', "/");
        let mut files = self.sources().iter();
        files
            .find(|(_, file)| file.name() == name)
            .map(|(id, _)| id)
    }

    /// Where a file is; none for those of the standard library, and of archives.
    #[must_use]
    pub fn path(&self, file: FileId) -> Option<PathBuf> {
        let name = self.sources().get(file)?.name();
        let is_own = !name.starts_with("std/") && self.archive_of(file).is_none();
        is_own.then(|| self.root().join(name))
    }

    /// Where an application names the archive that a file is in.
    #[must_use]
    pub fn archive_of(&self, file: FileId) -> Option<Span> {
        self.reading().bundles.archive_of(file)
    }

    /// The tree of a file; none when it was not parsed.
    #[must_use]
    pub fn tree(&self, file: FileId) -> Option<&ast::File> {
        Some(&self.loaded(file)?.tree)
    }

    fn loaded(&self, file: FileId) -> Option<&Loaded> {
        self.reading().files.get(self.number(file)?)
    }

    fn number(&self, file: FileId) -> Option<usize> {
        self.numbers.get(&file).copied()
    }

    fn source(&self, file: FileId) -> Option<&Source> {
        self.sources().get(file)
    }

    /// The unit of deployment of the item with this head.
    fn unit(&self, head: Span) -> Option<&ResourceGraph> {
        let Expanded { expansion, heads } = self.expanded();
        expansion.units.get(*heads.get(&head)?)
    }

    fn is_library(&self, file: usize) -> bool {
        let loaded = self.reading().files.get(file);
        loaded.is_some_and(|loaded| loaded.folder.is_none())
    }

    /// Every declaration of the program and of the library's files it reads.
    fn items(&self) -> impl Iterator<Item = (ItemId, &ast::Item)> {
        let files = self.reading().files.iter().enumerate();
        files.flat_map(|(file, loaded)| {
            let items = loaded.tree.items.iter().enumerate();
            items.map(move |(item, declared)| (ItemId { file, item }, declared))
        })
    }

    fn reading(&self) -> &Reading {
        &self.compilation.reading
    }
}

/// The property at a path of keys and labels below a block.
fn property_at(schema: &'static Block, words: &[SmolStr]) -> Option<&'static Property> {
    let [word, rest @ ..] = words else {
        return None;
    };
    let property = schema.property(word)?;
    if rest.is_empty() {
        return Some(property);
    }
    match property.shape {
        Shape::Block(inner) => property_at(inner(), rest),
        Shape::Keyed(inner) => property_at(inner(), &rest[1..]),
        Shape::Value(_) | Shape::Map(_) | Shape::Raw => None,
    }
}

/// The declaration around an offset.
fn item_at(snapshot: &Snapshot, file: FileId, offset: u32) -> Option<ItemId> {
    let number = snapshot.number(file)?;
    let items = &snapshot.reading().files[number].tree.items;
    let behind = items.partition_point(|it| it.span().start <= offset);
    Some(ItemId {
        file: number,
        item: behind.checked_sub(1)?,
    })
}

/// The names of a block's entries with this key: `listener`.
fn names_in(block: &ast::Block, key: &str) -> Vec<SmolStr> {
    let names = block.entries.iter().filter_map(|entry| match entry {
        ast::Entry::Block(it) if it.key.text == key => it.labels.first(),
        _ => None,
    });
    names.map(|label| label.text.clone()).collect()
}
