//! The files of a program: the entry and all that it imports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::Reading;
use super::errors;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::suggest::closest;
use crate::disk::{Disk, normalize};
use crate::ordered::IndexMap;
use crate::source::{FileId, Sources, Span};
use crate::stdlib;
use crate::syntax::ast::{self, Item};
use crate::syntax::{self, Kept, MAX_FILE_BYTES};

/// A file with what it imports.
#[derive(Debug)]
pub struct Loaded {
    /// Its tree.
    pub tree: Arc<ast::File>,
    /// What is wrong with its text by itself.
    pub said: Diagnostics,
    /// The folder it is in, below the project's root; none for files of the
    /// standard library, which see no files.
    pub folder: Option<PathBuf>,
    /// Imported names with the file they come from and their name there.
    pub imports: IndexMap<SmolStr, Imported>,
    /// Names of imports that failed, which was said: nothing more is said of
    /// what refers to them.
    pub missing: FxHashSet<SmolStr>,
    /// What the tree has of the one in the compilation before.
    pub kept: Option<Kept>,
}

/// An imported name.
#[derive(Debug, PartialEq)]
pub struct Imported {
    /// The file it comes from, by number.
    pub file: usize,
    /// What it is called there.
    pub name: SmolStr,
    /// Where it is imported.
    pub span: Span,
}

/// The files of an earlier compilation. One that has kept its number, its name
/// and its text has kept its tree.
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// How they were read.
    pub reading: &'a Reading,
}

impl Earlier<'_> {
    /// The tree of a file, and what is wrong with its text: what is still true of
    /// them is kept.
    fn parse(
        &self,
        id: FileId,
        now: &Sources,
        said: &mut Diagnostics,
    ) -> Option<(Arc<ast::File>, Option<Kept>)> {
        let (then, now) = (self.sources.get(id)?, now.file(id));
        let mut files = self.reading.files.iter();
        let loaded = files.find(|file| file.tree.id == id)?;
        if then.name() != now.name() {
            return None;
        }
        if then.text() == now.text() {
            said.append(loaded.said.clone());
            let kept = Kept::whole(&loaded.tree);
            return Some((Arc::clone(&loaded.tree), Some(kept)));
        }
        let earlier = syntax::Earlier {
            text: then.text(),
            tree: &loaded.tree,
            said: &loaded.said,
        };
        let (tree, kept) = syntax::reparse(earlier, now.text(), said);
        Some((Arc::new(tree), kept))
    }
}

/// How many files may import each other in a row.
const LONGEST_CHAIN: usize = 64;

/// Reads files and remembers which it has.
pub struct Loader<'a> {
    earlier: Option<Earlier<'a>>,
    disk: &'a dyn Disk,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
    root: PathBuf,
    /// Files by their path below the root, or `std/…`.
    known: IndexMap<PathBuf, usize>,
    /// Files that are being read, outermost first.
    open: Vec<PathBuf>,
    files: Vec<Option<Loaded>>,
}

/// Reads the entry file and all that it imports. The entry is the first; the
/// second answer is the project's root, outside of which nothing is read.
pub fn load(
    earlier: Option<Earlier<'_>>,
    entry: &Path,
    disk: &dyn Disk,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> (Vec<Loaded>, PathBuf) {
    let entry = normalize(entry);
    let root = root(&entry, disk);
    let mut loader = Loader {
        earlier,
        disk,
        sources,
        diagnostics,
        root: root.clone(),
        known: IndexMap::default(),
        open: Vec::new(),
        files: Vec::new(),
    };
    let below = entry
        .strip_prefix(&root)
        .map(Path::to_path_buf)
        .unwrap_or(entry);
    if below.starts_with("std") {
        // Its name would be that of a file of the library.
        let name = below.to_string_lossy().replace('\\', "/");
        let place = Span::new(loader.sources.add(&name, ""), 0, 0);
        loader.diagnostics.report(errors::in_library(place, &name));
    } else {
        loader.file(&below, None);
        loader.platforms();
    }
    let files = loader.files.into_iter().flatten().collect();
    (files, root)
}

/// The root of a program's project: the nearest folder above its entry file with
/// `bean.toml` or `bean.lock`, or the one that the file is in. Of folders above
/// the one from where a relative path starts nothing is known.
#[must_use]
pub fn root(entry: &Path, disk: &dyn Disk) -> PathBuf {
    let folder = || normalize(entry).parent().map(Path::to_path_buf);
    let root = project(entry, disk).or_else(folder);
    root.unwrap_or_default()
}

/// The nearest folder above a file with `bean.toml` or `bean.lock`.
#[must_use]
pub fn project(file: &Path, disk: &dyn Disk) -> Option<PathBuf> {
    let is_root = |folder: &&Path| {
        let has = |name| disk.exists(&folder.join(name));
        has(crate::model::lock::FILE) || has(super::settings::FILE)
    };
    let file = normalize(file);
    let root = file.parent()?.ancestors().find(is_root);
    root.map(Path::to_path_buf)
}

impl Loader<'_> {
    /// The number of the file with this path, read when it is not yet.
    fn file(&mut self, path: &Path, wanted: Option<Span>) -> Option<usize> {
        if let Some(number) = self.known.get(path) {
            return Some(*number);
        }
        let name = path.to_string_lossy().replace('\\', "/");
        let (text, folder) = match name.strip_prefix("std/") {
            Some(library) => (stdlib::file(library)?.to_owned(), None),
            None => {
                let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
                (self.text(path, &name, wanted)?, Some(folder))
            }
        };
        let id = self.sources.add(&name, &text);
        let earlier = self.earlier.as_ref();
        let mut said = Diagnostics::default();
        let again = earlier.and_then(|it| it.parse(id, self.sources, &mut said));
        let (tree, kept) =
            again.unwrap_or_else(|| (Arc::new(syntax::parse(id, &text, &mut said)), None));
        self.diagnostics.append(said.clone());
        let number = self.files.len();
        self.known.insert(path.to_path_buf(), number);
        self.files.push(None);
        self.open.push(path.to_path_buf());
        let mut missing = FxHashSet::default();
        let imports = self.imports(&tree, folder.as_deref(), &mut missing);
        self.open.pop();
        self.files[number] = Some(Loaded {
            tree,
            said,
            folder,
            imports,
            missing,
            kept,
        });
        Some(number)
    }

    /// The library's files with the platforms that the program asks for by
    /// name. A name begins with its family, so only those files are read. One is
    /// read for environments without a platform: what else is wrong with them is
    /// wrong on any.
    fn platforms(&mut self) {
        let mut wanted: Vec<SmolStr> = Vec::new();
        let mut all = false;
        let (mut some_have, mut some_lack, mut some_inherit) = (false, false, false);
        for loaded in self.files.iter().flatten() {
            for item in &loaded.tree.items {
                let Item::Block(block) = item else { continue };
                wanted.extend(
                    block
                        .extended()
                        .into_iter()
                        .filter_map(|parent| match parent {
                            ast::Parent::Text(word) => Some(word.text),
                            ast::Parent::Name(_) => None,
                        }),
                );
                let has = |test: fn(&ast::Entry) -> bool| block.body.entries.iter().any(test);
                if has(|it| matches!(it, ast::Entry::Property(it) if it.key.text == "platform")) {
                    some_have = true;
                } else if block.kind == ast::ItemKind::Environment {
                    let inherits = !block.extended().is_empty()
                        || has(|it| matches!(it, ast::Entry::Spread(_)));
                    some_inherit |= inherits;
                    some_lack |= !inherits;
                }
                for entry in &block.body.entries {
                    match platform_of(entry) {
                        Platform::None => {}
                        Platform::Named(name) => wanted.push(name),
                        Platform::Any => all = true,
                    }
                }
            }
        }
        let of_family = |name: &SmolStr, family: &str| {
            let rest = name.strip_prefix(family);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        // For a name that no family has all are read: «did you mean».
        all |= wanted
            .iter()
            .any(|name| !stdlib::platform_files().any(|(family, _)| of_family(name, family)));
        if some_lack || some_inherit && !some_have {
            wanted.extend(
                stdlib::platform_files()
                    .next()
                    .map(|(family, _)| family.into()),
            );
        }
        for (family, path) in stdlib::platform_files() {
            if all || wanted.iter().any(|name| of_family(name, family)) {
                self.file(&Path::new("std").join(path), None);
            }
        }
    }

    fn text(&mut self, path: &Path, name: &str, wanted: Option<Span>) -> Option<String> {
        let bytes = self.disk.read(&self.root.join(path));
        // Complaints about the entry file have no other place to point at.
        let mut place = || wanted.unwrap_or_else(|| Span::new(self.sources.add(name, ""), 0, 0));
        match bytes {
            Ok(bytes) if bytes.len() > MAX_FILE_BYTES => {
                let place = place();
                self.diagnostics
                    .report(errors::file_too_large(place, name, bytes.len()));
                None
            }
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Some(text),
                Err(error) => {
                    let place = place();
                    self.diagnostics
                        .report(errors::not_text(place, name, &error));
                    None
                }
            },
            Err(error) => {
                let place = place();
                self.diagnostics
                    .report(errors::unreadable(place, name, &error));
                None
            }
        }
    }

    fn imports(
        &mut self,
        tree: &ast::File,
        folder: Option<&Path>,
        missing: &mut FxHashSet<SmolStr>,
    ) -> IndexMap<SmolStr, Imported> {
        let mut imports: IndexMap<SmolStr, Imported> = IndexMap::default();
        for item in &tree.items {
            let Item::Import(import) = item else { continue };
            let local = |name: &ast::ImportedName| {
                let local = name.alias.as_ref().unwrap_or(&name.name);
                local.clone()
            };
            let Some(file) = self.imported(import, folder) else {
                missing.extend(import.names.iter().map(|name| local(name).text));
                continue;
            };
            for name in &import.names {
                let local = local(name);
                if !self.declares(file, &name.name.text) {
                    let names = self.declared(file);
                    let error = errors::not_in_file(&name.name, &import.path.text, &names);
                    self.diagnostics.report(error);
                    // The rest of the file may well spell it right.
                    let meant = closest(&name.name.text, names.iter().map(SmolStr::as_str));
                    missing.extend(meant.map(SmolStr::from));
                    missing.insert(local.text);
                    continue;
                }
                let imported = Imported {
                    file,
                    name: name.name.text.clone(),
                    span: local.span,
                };
                if let Some(first) = imports.insert(local.text.clone(), imported) {
                    self.diagnostics
                        .report(errors::imported_twice(&local, first.span));
                }
            }
        }
        imports
    }

    fn imported(&mut self, import: &ast::Import, folder: Option<&Path>) -> Option<usize> {
        let written = import.path.text.as_str();
        let path = match (written.starts_with("std/"), folder) {
            // `std/presets` is `std/presets.bean`: nobody says which kind of
            // file the library keeps.
            (true, _) => Path::new(written).with_extension("bean"),
            (false, Some(folder)) => normalize(&folder.join(written)),
            (false, None) => return None,
        };
        let span = import.path.span;
        if path.is_absolute() || path.starts_with("..") {
            self.diagnostics
                .report(errors::outside_project(span, written));
            return None;
        }
        let library = path.strip_prefix("std").ok().map(Path::to_string_lossy);
        if library.is_some_and(|it| stdlib::file(&it).is_none()) {
            self.diagnostics
                .report(errors::no_such_library(span, written));
            return None;
        }
        if let Some(start) = self.open.iter().position(|open| *open == path) {
            let way: Vec<String> = self.open[start..]
                .iter()
                .map(|path| path.to_string_lossy().into_owned())
                .collect();
            self.diagnostics.report(errors::import_cycle(span, &way));
            return None;
        }
        if self.open.len() >= LONGEST_CHAIN {
            let error = errors::long_chain_of_imports(span, LONGEST_CHAIN);
            self.diagnostics.report(error);
            return None;
        }
        self.file(&path, Some(span))
    }

    /// Whether a file has an item of this name; one that lacks items is believed to.
    fn declares(&self, file: usize, name: &str) -> bool {
        let Some(loaded) = &self.files[file] else {
            return true;
        };
        loaded.tree.lacks_items
            || loaded
                .tree
                .items
                .iter()
                .any(|item| declared_name(item).is_some_and(|it| it == name))
    }

    fn declared(&self, file: usize) -> Vec<SmolStr> {
        let items = self.files[file]
            .iter()
            .flat_map(|loaded| &loaded.tree.items);
        items.filter_map(declared_name).cloned().collect()
    }
}

/// The name under which others can import an item.
fn declared_name(item: &Item) -> Option<&SmolStr> {
    match item {
        Item::Param(it) | Item::Input(it) => Some(&it.name.text),
        Item::Let(it) => Some(&it.name.text),
        Item::Block(it) => Some(&it.name.text),
        Item::Edition(_) | Item::Import(_) | Item::Output(_) | Item::Assert(_) | Item::Test(_) => {
            None
        }
    }
}

/// What an entry says of the library's platforms.
enum Platform {
    /// Nothing.
    None,
    /// `platform = "nodejs-22"`
    Named(SmolStr),
    /// `platform = param.platform`: any of them.
    Any,
}

fn platform_of(entry: &ast::Entry) -> Platform {
    let ast::Entry::Property(property) = entry else {
        return Platform::None;
    };
    if property.key.text != "platform" {
        return Platform::None;
    }
    match &property.value.kind {
        ast::ExprKind::Text(parts) => match parts.as_slice() {
            [ast::TextPart::Literal(name)] => Platform::Named(name.clone()),
            _ => Platform::Any,
        },
        ast::ExprKind::Path(path) if path.head().text == "platform" => Platform::None,
        _ => Platform::Any,
    }
}
