//! `beanc check --fix`: programs with everything mended that is certain.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::Failure;
use super::program::{Params, seen_from_here};
use crate::diagnostic::fixes;
use crate::disk::{Disk, RealDisk};
use crate::driver::Compilation;

/// How often a program is mended and looked at again: some fixes have to wait
/// for others.
const ROUNDS: usize = 16;

/// Files as they become.
#[derive(Debug, Default)]
pub struct Mended {
    /// New texts by the files' names, with the old ones.
    texts: BTreeMap<String, (String, String)>,
    /// How many complaints are answered.
    pub applied: usize,
    /// How many fixes got in each other's way to the end.
    pub left: usize,
}

impl Mended {
    /// Mends programs in memory until nothing certain is left to be done.
    pub fn of(files: &[PathBuf], params: &Params) -> Result<Self, Failure> {
        let mut mended = Self::default();
        for file in files {
            params.options(file)?;
            for _ in 0..ROUNDS {
                let compilation = mended.compiled(file, params);
                let sources = seen_from_here(&compilation.sources, file);
                let bundles = &compilation.reading.bundles;
                let is_ours = |id| {
                    let is_library = sources.file(id).name().starts_with("std/");
                    !is_library && bundles.archive_of(id).is_none()
                };
                let fixes = fixes::apply(&compilation.diagnostics, &sources, is_ours);
                mended.left = fixes.left;
                if fixes.applied == 0 {
                    break;
                }
                mended.applied += fixes.applied;
                for (id, new) in fixes.texts {
                    let source = sources.file(id);
                    let old = source.text().to_string();
                    let known = mended.texts.entry(source.name().to_owned());
                    known.or_insert((old, String::new())).1 = new;
                }
            }
        }
        Ok(mended)
    }

    /// A program as it becomes.
    pub fn compiled(&self, file: &Path, params: &Params) -> Compilation {
        let texts = self.texts.iter();
        let texts = texts.map(|(name, (_, new))| (name, new.clone().into_bytes()));
        params.compile_with(file, texts)
    }

    /// Writes the files.
    pub fn write(&self) -> Result<(), Failure> {
        for (name, (_, new)) in &self.texts {
            RealDisk
                .write(Path::new(name), new.as_bytes())
                .map_err(|error| Failure::new(format!("cannot write {name}: {error}")))?;
        }
        Ok(())
    }

    /// What changes, as a patch.
    pub fn diff(&self) -> String {
        let diff = |(name, (old, new)): (&String, &(String, String))| {
            let diff = TextDiff::from_lines(old, new);
            let (old, new) = (format!("a/{name}"), format!("b/{name}"));
            diff.unified_diff().header(&old, &new).to_string()
        };
        self.texts.iter().map(diff).collect()
    }
}
