//! Which files of the workspace import which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostics;
use crate::disk::{Disk, normalize};
use crate::source::Sources;
use crate::syntax::ast::{File, Item};
use crate::syntax::{self, MAX_FILE_BYTES};

/// Folders of a workspace that hold no programs of its own.
const PASSED_OVER: [&str; 4] = ["node_modules", "target", "vendor", "venv"];

/// So many files are looked at in a workspace: somebody may open the root of a
/// machine.
const MOST_ENTRIES: usize = 50_000;

/// The files that are known, each with those it imports.
#[derive(Debug, Clone, Default)]
pub struct Importers {
    imports: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    /// The same the other way round.
    importers: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Importers {
    /// Looks through folders.
    pub fn find(folders: &[PathBuf], disk: &dyn Disk) -> Self {
        let mut importers = Self::default();
        importers.add(folders, disk);
        importers
    }

    /// Looks through more folders.
    pub fn add(&mut self, folders: &[PathBuf], disk: &dyn Disk) {
        let mut waiting: Vec<PathBuf> = folders.to_vec();
        let mut seen = 0;
        while let Some(folder) = waiting.pop() {
            // What may not be read holds nothing for us.
            for entry in disk.entries(&folder).unwrap_or_default() {
                seen += 1;
                if seen > MOST_ENTRIES {
                    return;
                }
                let name = entry.name.to_string_lossy();
                let path = folder.join(&entry.name);
                if entry.is_folder {
                    if !name.starts_with('.') && !PASSED_OVER.contains(&&*name) {
                        waiting.push(path);
                    }
                } else if name.ends_with(".bean") {
                    self.look(&path, disk);
                }
            }
        }
    }

    /// Looks at the files of one folder that are not known yet.
    pub fn look_around(&mut self, folder: &Path, disk: &dyn Disk) {
        for entry in disk.entries(folder).unwrap_or_default() {
            let path = folder.join(&entry.name);
            let is_program = path.extension().is_some_and(|it| it == "bean");
            if !entry.is_folder && is_program && !self.imports.contains_key(&path) {
                self.look(&path, disk);
            }
        }
    }

    /// Looks at a file again.
    pub fn look(&mut self, path: &Path, disk: &dyn Disk) {
        let bytes = disk.read(path).ok();
        let bytes = bytes.filter(|bytes| bytes.len() <= MAX_FILE_BYTES);
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        for file in self.imports.remove(path).unwrap_or_default() {
            if let Some(importers) = self.importers.get_mut(&file) {
                importers.remove(path);
            }
        }
        let Some(text) = text else { return };
        let imports = imports(path, &text).into_iter().map(|(from, _)| from);
        let imports: BTreeSet<PathBuf> = imports.collect();
        for file in &imports {
            let importers = self.importers.entry(file.clone()).or_default();
            importers.insert(path.to_path_buf());
        }
        self.imports.insert(path.to_path_buf(), imports);
    }

    /// The files that import one of these, on whatever way, in order.
    pub fn of<'a>(&self, files: impl IntoIterator<Item = &'a Path>) -> BTreeSet<PathBuf> {
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

/// The files that a text at `path` imports, with the names it takes from them.
/// Those of the library are left out.
pub fn imports(path: &Path, text: &str) -> Vec<(PathBuf, Vec<String>)> {
    // Nearly every text of a workspace is settled by this.
    if !text.contains("import") {
        return Vec::new();
    }
    let id = Sources::default().add("", "");
    imported(path, &syntax::parse(id, text, &mut Diagnostics::default()))
}

/// The same for a file that was parsed.
pub fn imported(path: &Path, tree: &File) -> Vec<(PathBuf, Vec<String>)> {
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
