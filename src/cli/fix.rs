//! `beanc check --fix`: programs with everything mended that is certain.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::program::{Params, seen_from_here, whole};
use super::{Failure, output};
use crate::diagnostic::fixes;
use crate::driver::Compilation;

/// How often a program is mended and looked at again: some fixes have to wait
/// for others.
const ROUNDS: usize = 16;

/// Files as they become.
#[derive(Debug, Default)]
pub struct Mended {
    texts: BTreeMap<PathBuf, Text>,
    /// How many complaints are answered.
    pub applied: usize,
    /// How many fixes got in each other's way to the end.
    pub left: usize,
}

/// The text of a file that changes.
#[derive(Debug)]
struct Text {
    /// What the file is called.
    name: String,
    old: String,
    new: String,
}

impl Mended {
    /// Mends programs in memory until nothing certain is left to be done.
    pub fn of(files: &[PathBuf], params: &Params) -> Result<Self, Failure> {
        let mut mended = Self::default();
        for file in files {
            params.options(file)?;
            for _ in 0..ROUNDS {
                let compilation = mended.compiled(file, params)?;
                let sources = seen_from_here(&compilation, file);
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
                    let name = source.name().to_owned();
                    let known = mended.texts.entry(whole(Path::new(&name))?);
                    let text = known.or_insert_with(|| Text {
                        name,
                        old: source.text().to_string(),
                        new: String::new(),
                    });
                    text.new = new;
                }
            }
        }
        Ok(mended)
    }

    /// A program as it becomes.
    pub fn compiled(&self, file: &Path, params: &Params) -> Result<Compilation, Failure> {
        let texts = self.texts.iter();
        let texts = texts.map(|(path, text)| (path, text.new.clone().into_bytes()));
        params.compile_with(file, texts)
    }

    /// Writes the files.
    pub fn write(&self) -> Result<(), Failure> {
        let texts = self.texts.values();
        output::rewrite(texts.map(|it| (Path::new(&it.name), it.new.as_str())))
    }

    /// What changes, as a patch.
    pub fn diff(&self) -> String {
        let diff = |Text { name, old, new }: &Text| {
            let diff = TextDiff::from_lines(old, new);
            let (old, new) = (format!("a/{name}"), format!("b/{name}"));
            diff.unified_diff().header(&old, &new).to_string()
        };
        self.texts.values().map(diff).collect()
    }
}
