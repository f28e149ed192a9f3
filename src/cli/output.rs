//! Writing files: whole or not at all, and nothing over what is not ours.

use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::Failure;
use crate::backend::MARK;
use crate::disk::{Disk, RealDisk};
use crate::syntax::ast::ItemKind;

/// What is in the place of a file that is about to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nothing, or an earlier build's file.
    Ours,
    /// The same file already, byte for byte.
    Same,
    /// A file that no build of ours has written.
    Foreign,
    /// Something over which no file can be written, and what that is.
    Blocked(&'static str),
}

impl Place {
    /// Looks at the place where `bytes` are to go.
    pub fn of(path: &Path, bytes: &[u8]) -> Self {
        match RealDisk.read(path) {
            Ok(before) if before == bytes => Self::Same,
            before => Self::with(path, before),
        }
    }

    /// Looks at a place before it is known what is to go there.
    pub fn before(path: &Path) -> Self {
        Self::with(path, RealDisk.read(path))
    }

    fn with(path: &Path, before: io::Result<Vec<u8>>) -> Self {
        match before.map_err(|error| error.kind()) {
            Ok(before) if !is_ours(path, &before) => Self::Foreign,
            Err(io::ErrorKind::IsADirectory) => Self::Blocked("is a folder"),
            Err(io::ErrorKind::NotADirectory) => {
                Self::Blocked("would be in a folder that is a file")
            }
            Ok(_) | Err(_) => Self::Ours,
        }
    }
}

/// The mark stands near the beginning of every template and module; a map has
/// no room for one and is known by its form.
fn is_ours(path: &Path, bytes: &[u8]) -> bool {
    let is_map = path.to_string_lossy().ends_with(".map.json");
    bytes.is_empty() || is_marked(bytes) || is_map && begins_with(bytes, "\"entries\"")
}

fn is_marked(bytes: &[u8]) -> bool {
    begins_with(bytes, MARK)
}

/// Whether a text is near the beginning.
fn begins_with(bytes: &[u8], text: &str) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    head.windows(text.len()).any(|it| it == text.as_bytes())
}

/// Removes a template or module of an earlier build; whether there was one.
/// What has no mark stays.
pub fn remove(path: &Path) -> Result<bool, Failure> {
    if !RealDisk.read(path).is_ok_and(|bytes| is_marked(&bytes)) {
        return Ok(false);
    }
    let name = path.display();
    RealDisk
        .remove(path)
        .map_err(|error| Failure::new(format!("cannot remove {name}: {error}")))?;
    Ok(true)
}

/// What units of deployment are made from.
const KINDS: [ItemKind; 4] = [
    ItemKind::Application,
    ItemKind::Network,
    ItemKind::Environment,
    ItemKind::Platform,
];

/// The folders of units that an earlier build of a program has written and that
/// it has no more. Several programs may be built into one folder: the maps say
/// whose units they are.
pub fn left_behind(out: &Path, entry: &str, units: &FxHashSet<String>) -> Vec<PathBuf> {
    let folders = RealDisk.entries(out).unwrap_or_default().into_iter();
    let folders = folders.filter(|it| it.is_folder);
    let is_of_unit = |name: &str| {
        let kind = name.split_once('.').map(|(kind, _)| kind);
        KINDS.iter().any(|it| kind == Some(it.keyword()))
    };
    let holds = |folder: &Path, names: &[&str], test: &dyn Fn(&[u8]) -> bool| {
        let files = names.iter().map(|name| RealDisk.read(&folder.join(name)));
        files.flatten().any(|bytes| test(&bytes))
    };
    let place = format!(": \"{entry}:");
    let names_entry = |map: &[u8]| String::from_utf8_lossy(map).contains(&place);
    let is_left = |folder: &PathBuf| {
        let files = ["template.json", "template.yaml", "main.tf.json"];
        let maps = ["template.map.json", "main.map.json"];
        holds(folder, &files, &is_marked) && holds(folder, &maps, &names_entry)
    };
    folders
        .filter_map(|folder| folder.name.into_string().ok())
        .filter(|name| is_of_unit(name) && !units.contains(name))
        .map(|name| out.join(name))
        .filter(is_left)
        .collect()
}

/// Writes a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    told(path, RealDisk.write(path, bytes))
}

/// Writes files of the user's back; none of them when one may not be written.
pub fn rewrite<'a>(
    files: impl IntoIterator<Item = (&'a Path, &'a str)> + Clone,
) -> Result<(), Failure> {
    for (path, _) in files.clone() {
        told(path, RealDisk.may_write(path))?;
    }
    for (path, text) in files {
        told(path, RealDisk.rewrite(path, text.as_bytes()))?;
    }
    Ok(())
}

/// Says which file could not be written.
fn told(path: &Path, result: io::Result<()>) -> Result<(), Failure> {
    let name = path.display();
    result.map_err(|error| Failure::new(format!("cannot write {name}: {error}")))
}
