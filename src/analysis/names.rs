//! Which declaration a name means.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::errors;
use super::load::Loaded;
use crate::diagnostic::{Diagnostics, Edit};
use crate::disk;
use crate::ordered::IndexMap;
use crate::source::{Sources, Span};
use crate::stdlib;
use crate::syntax::ast::{
    Binding, BlockItem, Declaration, Entry, ImportedName, Item, ItemKind, Word,
};

/// A declaration by its file and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId {
    /// The file.
    pub file: usize,
    /// Its number in the file.
    pub item: usize,
}

/// The kinds of names that a reference can begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// `param.`
    Param,
    /// `input.`
    Input,
    /// `let.`
    Let,
    /// `application.` and the other kinds of block items.
    Item(ItemKind),
}

impl Space {
    /// The space that a reference's first word means.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "param" => Self::Param,
            "input" => Self::Input,
            "let" => Self::Let,
            word => Self::Item(*ItemKind::ALL.iter().find(|kind| kind.keyword() == word)?),
        })
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let items = ItemKind::ALL.map(Self::Item);
        [Self::Param, Self::Input, Self::Let]
            .into_iter()
            .chain(items)
    }

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Param => "param",
            Self::Input => "input",
            Self::Let => "let",
            Self::Item(kind) => kind.keyword(),
        }
    }
}

/// A declaration that a file does not import.
#[derive(Debug)]
pub struct Elsewhere {
    /// Its name; none in the library.
    pub place: Option<Span>,
    /// What would import it.
    pub import: String,
    /// The same as an edit.
    pub edit: Edit,
}

/// All declarations of a program.
#[derive(Debug, Clone)]
pub struct Names<'a> {
    /// The files; the entry is the first.
    pub files: &'a [Loaded],
    /// The project's root.
    pub root: PathBuf,
    /// The table.
    pub declared: Arc<Declared>,
}

/// The declarations of each file.
pub type Declared = Vec<IndexMap<(Space, SmolStr), ItemId>>;

impl<'a> Names<'a> {
    /// The table of all declarations; names that are taken are reported.
    pub fn new(files: &'a [Loaded], root: PathBuf, diagnostics: &mut Diagnostics) -> Self {
        let declared: Declared = files
            .iter()
            .enumerate()
            .map(|(file, loaded)| declarations(file, loaded, diagnostics))
            .collect();
        Self {
            files,
            root,
            declared: Arc::new(declared),
        }
    }

    /// The declaration that a name means in a file: its own, or one it
    /// imports.
    #[must_use]
    pub fn find(&self, file: usize, space: Space, name: &str) -> Option<ItemId> {
        let key = (space, SmolStr::from(name));
        if let Some(id) = self.declared[file].get(&key) {
            return Some(*id);
        }
        let imported = self.files[file].imports.get(name)?;
        self.declared[imported.file]
            .get(&(space, imported.name.clone()))
            .copied()
    }

    /// A declaration of a file by its name, whatever it is.
    #[must_use]
    pub fn declared_as(&self, file: usize, name: &str) -> Option<ItemId> {
        let declared = &self.declared[file];
        let of = |space| declared.get(&(space, SmolStr::from(name))).copied();
        Space::all().find_map(of)
    }

    /// Names of a space that a file can use.
    #[must_use]
    pub fn visible(&self, file: usize, space: Space) -> Vec<SmolStr> {
        let own = self.declared[file].keys().filter(|(it, _)| *it == space);
        let own = own.map(|(_, name)| name.clone());
        let imported = self.files[file].imports.iter().filter(|(_, imported)| {
            self.declared[imported.file].contains_key(&(space, imported.name.clone()))
        });
        own.chain(imported.map(|(name, _)| name.clone())).collect()
    }

    /// Whether an item of a file or of those it imports may be unreadable, so
    /// that the absence of a name proves nothing.
    #[must_use]
    pub fn lacks_items(&self, file: usize) -> bool {
        let imported = self.files[file]
            .imports
            .values()
            .map(|imported| imported.file);
        std::iter::once(file)
            .chain(imported)
            .any(|file| self.files[file].tree.lacks_items)
    }

    /// Whether an import of this name failed.
    #[must_use]
    pub fn missing(&self, file: usize, name: &str) -> bool {
        self.files[file].missing.contains(name)
    }

    /// Whether any import of a file failed.
    #[must_use]
    pub fn lacks_imports(&self, file: usize) -> bool {
        !self.files[file].missing.is_empty()
    }

    /// What another file declares, or the library, and this one does not import.
    #[must_use]
    pub fn elsewhere(
        &self,
        file: usize,
        space: Space,
        name: &str,
        sources: &Sources,
    ) -> Option<Elsewhere> {
        let folder = self.files[file].folder.as_ref()?;
        let key = (space, SmolStr::from(name));
        let others = self.files.iter().enumerate();
        let mut others = others.filter(|(other, it)| *other != file && it.folder.is_some());
        let found = others.find_map(|(other, it)| {
            let id = self.declared[other].get(&key)?;
            let (_, word) = self.named(*id)?;
            let name = sources.file(it.tree.id).name();
            // Files cannot import each other.
            (!self.reads(other, file)).then_some((other, word.span, name))
        });
        let (place, path, list) = match (found, space) {
            (Some((other, place, path)), _) => {
                let path = disk::relative(Path::new(path), folder);
                let path = path.to_string_lossy().replace('\\', "/");
                let path = match path.starts_with("../") {
                    true => path,
                    false => format!("./{path}"),
                };
                (Some(place), path, self.list_from(file, other))
            }
            (None, Space::Item(ItemKind::Template)) => {
                let path = stdlib::home_of_template(name)?;
                let mut others = self.files.iter().enumerate();
                let known = others.find(|(_, it)| {
                    let known = sources.file(it.tree.id).name().strip_suffix(".bean");
                    it.folder.is_none() && known == Some(&path)
                });
                let list = known.and_then(|(other, _)| self.list_from(file, other));
                (None, path, list)
            }
            (None, _) => return None,
        };
        let import = format!("import {{ {name} }} from \"{path}\"");
        let edit = match list {
            Some(last) => Edit {
                span: last.after(),
                text: format!(", {name}"),
            },
            None => {
                let (behind, gap) = self.place_of_imports(file)?;
                let text = sources.file(behind.file).text();
                let line = text.get(behind.end as usize..)?.lines().next();
                let at = behind.end as usize + line.map_or(0, str::len);
                Edit {
                    span: Span::new(behind.file, at, at),
                    text: format!("{gap}{import}"),
                }
            }
        };
        Some(Elsewhere {
            place,
            import,
            edit,
        })
    }

    /// Whether a file imports another, on whatever way.
    fn reads(&self, file: usize, other: usize) -> bool {
        let mut seen: FxHashSet<usize> = FxHashSet::default();
        let mut waiting = vec![file];
        while let Some(next) = waiting.pop() {
            if next == other {
                return true;
            }
            if seen.insert(next) {
                let imports = self.files[next].imports.values();
                waiting.extend(imports.map(|imported| imported.file));
            }
        }
        false
    }

    /// The last name that a file takes from another.
    fn list_from(&self, file: usize, other: usize) -> Option<Span> {
        let imported = &self.files[file].imports;
        let is_of = |it: &ImportedName| {
            let here = it.alias.as_ref().unwrap_or(&it.name);
            imported.get(&here.text).is_some_and(|it| it.file == other)
        };
        let items = self.files[file].tree.items.iter();
        let mut lists = items.filter_map(|item| match item {
            Item::Import(import) => Some(&import.names),
            _ => None,
        });
        let last = lists.find(|names| names.iter().any(is_of))?.last()?;
        Some(last.alias.as_ref().unwrap_or(&last.name).span)
    }

    /// What another import stands behind, and what stands between.
    fn place_of_imports(&self, file: usize) -> Option<(Span, &'static str)> {
        let items = self.files[file].tree.items.iter().rev();
        let places = items.filter_map(|item| match item {
            Item::Import(import) => Some((import.span, "\n")),
            Item::Edition(edition) => Some((edition.span, "\n\n")),
            _ => None,
        });
        places.max_by_key(|(span, _)| span.end)
    }

    /// The item behind an id.
    #[must_use]
    pub fn item(&self, id: ItemId) -> &'a Item {
        &self.files[id.file].tree.items[id.item]
    }

    /// The block item behind an id.
    #[must_use]
    pub fn block(&self, id: ItemId) -> Option<&'a BlockItem> {
        match self.item(id) {
            Item::Block(block) => Some(block),
            _ => None,
        }
    }

    /// The environments of all files by their heads.
    #[must_use]
    pub fn heads(&self) -> IndexMap<Span, &'a BlockItem> {
        let items = self.files.iter().flat_map(|file| &file.tree.items);
        let environment = |item: &'a Item| match item {
            Item::Block(block) if block.kind == ItemKind::Environment => {
                Some((block.head(), block))
            }
            _ => None,
        };
        items.filter_map(environment).collect()
    }

    /// The innermost block that holds a place; an item's head belongs to its
    /// body.
    #[must_use]
    pub fn block_around(&self, place: Span) -> Option<Span> {
        let item = self.block(self.around(place)?)?;
        let mut block = &item.body;
        while let Some(inner) = block.entries.iter().find_map(|entry| match entry {
            Entry::Block(nested) if nested.span.contains(place) => Some(&nested.body),
            _ => None,
        }) {
            block = inner;
        }
        Some(block.span)
    }

    /// The item that holds a place.
    #[must_use]
    pub fn around(&self, place: Span) -> Option<ItemId> {
        let mut files = self.files.iter();
        let file = files.position(|file| file.tree.id == place.file)?;
        let items = &self.files[file].tree.items;
        let behind = items.partition_point(|item| item.span().start <= place.start);
        let item = behind.checked_sub(1)?;
        let holds = items.get(item)?.span().contains(place);
        holds.then_some(ItemId { file, item })
    }

    /// The param or input behind an id.
    #[must_use]
    pub fn declaration(&self, id: ItemId) -> Option<&'a Declaration> {
        match self.item(id) {
            Item::Param(declaration) | Item::Input(declaration) => Some(declaration),
            _ => None,
        }
    }

    /// The `let` behind an id.
    #[must_use]
    pub fn binding(&self, id: ItemId) -> Option<&'a Binding> {
        match self.item(id) {
            Item::Let(binding) => Some(binding),
            _ => None,
        }
    }

    /// The space and the name of a declaration.
    #[must_use]
    pub fn named(&self, id: ItemId) -> Option<(Space, &'a Word)> {
        named(self.item(id))
    }

    /// Every declaration of a file's own in a space, in order.
    pub fn own(&self, file: usize, space: Space) -> impl Iterator<Item = ItemId> + '_ {
        self.declared[file]
            .iter()
            .filter(move |((it, _), _)| *it == space)
            .map(|(_, id)| *id)
    }
}

/// The space and the name of what an item declares.
pub(super) fn named(item: &Item) -> Option<(Space, &Word)> {
    match item {
        Item::Param(it) => Some((Space::Param, &it.name)),
        Item::Input(it) => Some((Space::Input, &it.name)),
        Item::Let(it) => Some((Space::Let, &it.name)),
        Item::Block(it) => Some((Space::Item(it.kind), &it.name)),
        Item::Edition(_) | Item::Import(_) | Item::Output(_) | Item::Assert(_) | Item::Test(_) => {
            None
        }
    }
}

fn declarations(
    file: usize,
    loaded: &Loaded,
    diagnostics: &mut Diagnostics,
) -> IndexMap<(Space, SmolStr), ItemId> {
    let mut declared: IndexMap<(Space, SmolStr), ItemId> = IndexMap::default();
    // Environments and templates share their names: either can be extended.
    let shared = |space| match space {
        Space::Item(ItemKind::Template) => Space::Item(ItemKind::Environment),
        space => space,
    };
    // Targets write `-` as `_`, so names that differ only there are one.
    let mut taken: IndexMap<(Space, String), (Space, &Word)> = IndexMap::default();
    for (number, item) in loaded.tree.items.iter().enumerate() {
        let Some((space, name)) = named(item) else {
            continue;
        };
        let key = (shared(space), name.text.replace('-', "_"));
        if let Some((of, first)) = taken.get(&key) {
            diagnostics.report(if first.text == name.text {
                errors::duplicate_item(space.word(), name, (of.word(), first.span))
            } else {
                errors::names_collide(name, first)
            });
            // Who uses it by its own name makes no other mistake.
            if first.text != name.text {
                let id = ItemId { file, item: number };
                declared.entry((space, name.text.clone())).or_insert(id);
            }
            continue;
        }
        taken.insert(key, (space, name));
        declared.insert((space, name.text.clone()), ItemId { file, item: number });
    }
    declared
}
