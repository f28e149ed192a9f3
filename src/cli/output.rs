//! Writing files: whole or not at all, and nothing over what is not ours.

use std::path::Path;

use super::Failure;
use crate::backend::MARK;
use crate::disk::{Disk, RealDisk};

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was not there, or was another.
    New,
    /// It was there, byte for byte; nothing was written.
    Unchanged,
}

/// Whether a file is there that no build of ours has written.
pub fn is_foreign(path: &Path) -> bool {
    RealDisk
        .read(path)
        .is_ok_and(|bytes| !is_ours(path, &bytes))
}

fn is_ours(path: &Path, bytes: &[u8]) -> bool {
    let contains = |mark: &str| bytes.windows(mark.len()).any(|it| it == mark.as_bytes());
    let is_map = path.to_string_lossy().ends_with(".map.json");
    bytes.is_empty() || contains(MARK) || is_map && contains("\"entries\"")
}

/// Writes a file unless it is there already.
pub fn update(path: &Path, bytes: &[u8]) -> Result<Written, Failure> {
    if RealDisk.read(path).is_ok_and(|before| before == bytes) {
        return Ok(Written::Unchanged);
    }
    write(path, bytes)?;
    Ok(Written::New)
}

/// Writes a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.display();
    RealDisk
        .write(path, bytes)
        .map_err(|error| Failure::new(format!("cannot write {name}: {error}")))
}
