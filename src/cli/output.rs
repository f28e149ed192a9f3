//! Writing files: whole or not at all, and nothing over what is not ours.

use std::path::Path;

use super::Failure;
use crate::backend::MARK;
use crate::disk::{Disk, RealDisk};

/// What is in the place of a file that is about to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nothing, or an earlier build's file.
    Ours,
    /// The same file already, byte for byte.
    Same,
    /// A file that no build of ours has written.
    Foreign,
}

impl Place {
    /// Looks at the place where `bytes` are to go.
    pub fn of(path: &Path, bytes: &[u8]) -> Self {
        match RealDisk.read(path) {
            Ok(before) if before == bytes => Self::Same,
            Ok(before) if !is_ours(path, &before) => Self::Foreign,
            Ok(_) | Err(_) => Self::Ours,
        }
    }

    /// Whether the place is taken by a file that no build of ours has written.
    pub fn is_foreign(path: &Path) -> bool {
        RealDisk
            .read(path)
            .is_ok_and(|before| !is_ours(path, &before))
    }
}

/// The mark stands near the beginning of every template and module; a map has
/// no room for one and is known by its form.
fn is_ours(path: &Path, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let contains = |mark: &str| head.windows(mark.len()).any(|it| it == mark.as_bytes());
    let is_map = path.to_string_lossy().ends_with(".map.json");
    bytes.is_empty() || contains(MARK) || is_map && contains("\"entries\"")
}

/// Writes a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let name = path.display();
    RealDisk
        .write(path, bytes)
        .map_err(|error| Failure::new(format!("cannot write {name}: {error}")))
}
