//! The files of the workspace, open or not, and which of them import which.
//!
//! A folder is looked through once, by a thread of its own ([`search`]). From
//! then on files are looked at one by one, when something is said of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::Range;

use super::position::{Encoding, Lines};
use crate::analysis::load;
use crate::diagnostic::Diagnostics;
use crate::disk::{Disk, Found, Stamp, normalize};
use crate::ide::symbols;
use crate::source::{Sources, Span};
use crate::syntax::ast::{File, Item};
use crate::syntax::{self, MAX_FILE_BYTES};

/// Folders of a workspace that hold no programs of its own.
const PASSED_OVER: [&str; 4] = ["node_modules", "target", "vendor", "venv"];

/// So many files are looked at in a folder and below it: somebody may open the
/// root of a machine.
const MOST_ENTRIES: usize = 50_000;

/// A folder whose files are the workspace's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    folder: PathBuf,
    reach: Reach,
}

/// How much of a folder is the workspace's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// What is in it and in the folders below.
    Tree,
    /// What is right in it.
    Folder,
}

impl Root {
    /// A folder that the client has open.
    pub fn opened(folder: PathBuf) -> Self {
        Self {
            folder,
            reach: Reach::Tree,
        }
    }

    /// What has to do with a file that is in no open folder: its project. A file
    /// without one can be imported from its own folder alone, and what is below
    /// that may be somebody's home.
    pub fn around(file: &Path, disk: &dyn Disk) -> Self {
        match load::project(file, disk) {
            Some(folder) => Self::opened(folder),
            None => Self {
                folder: file.parent().unwrap_or(Path::new("")).to_path_buf(),
                reach: Reach::Folder,
            },
        }
    }

    /// Whether a file would be found here.
    fn covers(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.folder) else {
            return false;
        };
        let mut folders = below.ancestors().skip(1).filter_map(Path::file_name);
        is_program(path)
            && match self.reach {
                Reach::Tree => !folders.any(|it| is_passed_over(&it.to_string_lossy())),
                Reach::Folder => folders.next().is_none(),
            }
    }
}

fn is_program(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "bean")
}

fn is_passed_over(folder: &str) -> bool {
    folder.starts_with('.') || PASSED_OVER.contains(&folder)
}

/// The files below a root, each with those it imports. The nearest come first,
/// and are all there are where there are too many.
pub fn search(root: &Root, disk: &dyn Disk) -> Files {
    let mut files = Files::default();
    let mut waiting = VecDeque::from([root.folder.clone()]);
    let mut seen = 0;
    while let Some(folder) = waiting.pop_front() {
        // What may not be read holds nothing for us.
        for entry in disk.entries(&folder).unwrap_or_default() {
            seen += 1;
            if seen > MOST_ENTRIES {
                return files;
            }
            let path = folder.join(&entry.name);
            if entry.is_folder {
                if root.reach == Reach::Tree && !is_passed_over(&entry.name.to_string_lossy()) {
                    waiting.push_back(path);
                }
            } else if is_program(&path)
                && let Some(imports) = look(&path, disk)
            {
                files.insert(path, imports);
            }
        }
    }
    files
}

/// Files with those that each of them imports.
pub type Files = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// What a file imports; nothing when it cannot be read.
fn look(path: &Path, disk: &dyn Disk) -> Option<BTreeSet<PathBuf>> {
    let (text, _) = text(path, disk)?;
    // Nearly every text of a workspace is settled by this.
    if !text.contains("import") {
        return Some(BTreeSet::new());
    }
    let imports = imports(path, &parsed(&text)).into_iter();
    Some(imports.map(|(from, _)| from).collect())
}

/// The text of a file that is none too large, nor something that nobody should
/// wait for; and what tells it from the next.
fn text(path: &Path, disk: &dyn Disk) -> Option<(String, Stamp)> {
    let Found::File(stamp) = disk.look(path).ok()? else {
        return None;
    };
    if stamp.length > MAX_FILE_BYTES as u64 {
        return None;
    }
    let text = String::from_utf8(disk.read(path).ok()?).ok()?;
    Some((text, stamp))
}

fn parsed(text: &str) -> File {
    let id = Sources::default().add("", "");
    syntax::parse(id, text, &mut Diagnostics::default())
}

/// Something that a file declares.
#[derive(Debug)]
pub struct Name {
    /// What it is, without what is inside it.
    pub found: symbols::Found,
    /// Where its name stands.
    pub range: Range,
}

/// What a file declared when it was looked at.
#[derive(Debug)]
struct Outline {
    stamp: Stamp,
    names: Arc<[Name]>,
}

fn names(text: &str, encoding: Encoding) -> Vec<Name> {
    let lines = Lines::new(text);
    let names = symbols::names(&parsed(text)).into_iter();
    names
        .map(|found| {
            let Span { start, end, .. } = found.symbol.place;
            let range = lines.range(text, start, end, encoding);
            Name { found, range }
        })
        .collect()
}

/// The files that a file imports, with the names it takes from them. Those of
/// the library are left out.
pub fn imports(path: &Path, tree: &File) -> Vec<(PathBuf, Vec<String>)> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for item in &tree.items {
        if let Item::Import(import) = item
            && !import.path.text.starts_with("std/")
        {
            let names = import.names.iter().map(|it| it.name.text.to_string());
            let from = normalize(&folder.join(import.path.text.as_str()));
            found.push((from, names.collect()));
        }
    }
    found
}

/// The files that are known.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    roots: Vec<Root>,
    files: Files,
    /// What they declare, as far as somebody has asked.
    outlines: Arc<Mutex<BTreeMap<PathBuf, Outline>>>,
    /// Who imports each.
    importers: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Workspace {
    /// Takes in a folder, whose files are to be searched for. False when it was
    /// there before.
    pub fn add(&mut self, root: Root) -> bool {
        let is_new = !self.roots.contains(&root);
        if is_new {
            self.roots.push(root);
        }
        is_new
    }

    /// Leaves out a folder and its files.
    pub fn remove(&mut self, root: &Root) {
        self.roots.retain(|it| it != root);
        let left = self.files.keys().filter(|path| !self.covers(path));
        for path in left.cloned().collect::<Vec<_>>() {
            self.set(&path, None);
        }
    }

    /// The folders.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Whether a file belongs to the workspace.
    pub fn covers(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root.covers(path))
    }

    /// Takes over what a search of a folder has found.
    pub fn found(&mut self, root: &Root, files: Files) {
        let gone = self.files.keys();
        let gone = gone.filter(|path| root.covers(path) && !files.contains_key(*path));
        for path in gone.cloned().collect::<Vec<_>>() {
            self.set(&path, None);
        }
        for (path, imports) in files {
            // The folder may have been left out meanwhile.
            if self.covers(&path) {
                self.set(&path, Some(imports));
            }
        }
    }

    /// The files.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.keys()
    }

    /// What a file declares. It is read when it was not, or has changed since.
    pub fn names(&self, path: &Path, disk: &dyn Disk, encoding: Encoding) -> Arc<[Name]> {
        let outlines = || self.outlines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = outlines().get(path)
            && disk
                .look(path)
                .is_ok_and(|it| it == Found::File(known.stamp))
        {
            return Arc::clone(&known.names);
        }
        let Some((text, stamp)) = text(path, disk) else {
            return Arc::default();
        };
        let names: Arc<[Name]> = names(&text, encoding).into();
        let outline = Outline {
            stamp,
            names: Arc::clone(&names),
        };
        outlines().insert(path.to_path_buf(), outline);
        names
    }

    /// Looks at a file again.
    pub fn look(&mut self, path: &Path, disk: &dyn Disk) {
        if self.covers(path) {
            self.set(path, look(path, disk));
        }
    }

    /// The files that are known at a path: itself, or those below it.
    pub fn at<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a PathBuf> {
        let paths = self.files.keys();
        paths.filter(move |file| file.starts_with(path))
    }

    fn set(&mut self, path: &Path, imports: Option<BTreeSet<PathBuf>>) {
        for file in self.files.remove(path).unwrap_or_default() {
            if let Some(importers) = self.importers.get_mut(&file) {
                importers.remove(path);
            }
        }
        let Some(imports) = imports else {
            let outlines = self.outlines.lock();
            let mut outlines = outlines.unwrap_or_else(PoisonError::into_inner);
            outlines.remove(path);
            return;
        };
        for file in &imports {
            let importers = self.importers.entry(file.clone()).or_default();
            importers.insert(path.to_path_buf());
        }
        self.files.insert(path.to_path_buf(), imports);
    }

    /// The files that import one of these, on whatever way, in order.
    pub fn importers_of<'a>(&self, files: impl IntoIterator<Item = &'a Path>) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<PathBuf> = files.into_iter().map(Path::to_path_buf).collect();
        while let Some(file) = waiting.pop() {
            for importer in self.importers.get(&file).into_iter().flatten() {
                if found.insert(importer.clone()) {
                    waiting.push(importer.clone());
                }
            }
        }
        found
    }
}
