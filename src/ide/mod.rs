//! What an editor may ask, answered in plain types.
//!
//! A [`Snapshot`] is a program at one moment; every question is a function of a
//! snapshot, a file and an offset in bytes, in a file of its own. Positions in
//! UTF-16, protocols and open documents are the server's business.
//!
//! One snapshot is one program: a file that several programs import is in a
//! snapshot of each, and who renames something in it asks all of them.

pub mod folding;
pub mod links;
pub mod selection;
pub mod symbols;
mod tree;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::analysis::Reading;
use crate::analysis::load::Loaded;
use crate::diagnostic::Diagnostic;
use crate::disk::Disk;
use crate::driver::{self, Compilation, Options};
use crate::source::{FileId, Source, Sources};
use crate::syntax::ast;

/// A program as it is at one moment: what `beanc check` sees, and all that the
/// compiler found out on the way.
#[derive(Debug)]
pub struct Snapshot {
    compilation: Compilation,
    /// The places of files in the list of those that were parsed.
    numbers: FxHashMap<FileId, usize>,
}

impl Snapshot {
    /// The program whose entry file is `entry`.
    #[must_use]
    pub fn new(entry: &Path, disk: &dyn Disk, options: &Options) -> Self {
        Self::of(driver::compile(entry, disk, options))
    }

    /// The program after an edit. Files that have not changed are not parsed
    /// again.
    #[must_use]
    pub fn next(&self, entry: &Path, disk: &dyn Disk, options: &Options) -> Self {
        Self::of(driver::recompile(&self.compilation, entry, disk, options))
    }

    fn of(compilation: Compilation) -> Self {
        let files = compilation.reading.files.iter().enumerate();
        let numbers = files
            .map(|(number, loaded)| (loaded.tree.id, number))
            .collect();
        Self {
            compilation,
            numbers,
        }
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
        &self.compilation.diagnostics
    }

    /// All that came of compiling the program.
    #[must_use]
    pub fn compilation(&self) -> &Compilation {
        &self.compilation
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

    /// Where a file is; none for those of the standard library.
    #[must_use]
    pub fn path(&self, file: FileId) -> Option<PathBuf> {
        let name = self.sources().get(file)?.name();
        (!name.starts_with("std/")).then(|| self.root().join(name))
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

    fn reading(&self) -> &Reading {
        &self.compilation.reading
    }
}
