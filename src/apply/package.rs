//! An application's source as one archive.
//!
//! The same files give the same bytes: sorted, without times, owners or the
//! machine's file modes, so a version is known by what is in it.

use std::fmt::Display;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Error;

/// Elastic Beanstalk's limit of a version's archive; ours is the same.
pub const LARGEST_BYTES: u64 = 512 << 20;

/// What never belongs into a version.
const NEVER: [&str; 6] = [
    ".git",
    ".elasticbeanstalk",
    ".terraform",
    ".DS_Store",
    "__MACOSX",
    "bean.lock",
];

/// A version that can be uploaded.
#[derive(Debug)]
pub struct Package {
    /// The archive.
    pub bytes: Vec<u8>,
    /// How many files it holds; `None` for archives that were packed before.
    pub files: Option<usize>,
    /// The SHA-256 of the archive in hexadecimal.
    pub digest: String,
}

/// The SHA-256 of bytes in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Packs a folder, or takes an archive: a zip as it is, a jar or war as the
/// only file of a zip. What `ignore` names stays out, and what `.ebignore`
/// names, or `.gitignore` where there is no `.ebignore`.
///
/// # Errors
/// What cannot be read, and when nothing is left or it is too large.
pub fn package(source: &Path, ignore: &[&str]) -> Result<Package, Error> {
    let name = source.display();
    if source.is_dir() {
        return packed(source, ignore);
    }
    let bytes = read(source)?;
    let file = source.file_name().unwrap_or_default().to_string_lossy();
    let extension = source.extension().unwrap_or_default().to_ascii_lowercase();
    match extension.to_str() {
        Some("zip") => finished(bytes, None),
        Some("jar" | "war") => {
            let mut archive = Archive::new();
            archive.add(&file, &bytes, false)?;
            finished(archive.finish()?, Some(1))
        }
        _ => Err(Error::new(format!(
            "{name} is no folder and no zip, jar or war"
        ))),
    }
}

fn packed(folder: &Path, ignore: &[&str]) -> Result<Package, Error> {
    let name = folder.display();
    let unreadable = |error: &dyn Display| unpackable(&name.to_string(), error);
    let mut overrides = OverrideBuilder::new(folder);
    for pattern in ignore {
        // An override names what is taken; one with `!` what is not.
        overrides
            .add(&format!("!{pattern}"))
            .map_err(|error| unreadable(&error))?;
    }
    let overrides = overrides.build().map_err(|error| unreadable(&error))?;
    let has_own = folder.join(".ebignore").is_file();
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false)
        .require_git(false)
        .git_ignore(!has_own)
        .overrides(overrides)
        .filter_entry(|entry| !NEVER.iter().any(|never| entry.file_name() == *never));
    if has_own {
        walk.add_custom_ignore_filename(".ebignore");
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| unreadable(&error))?;
        if entry.file_type().is_some_and(|it| !it.is_dir()) {
            files.push(entry.into_path());
        }
    }
    let named = |path: &PathBuf| -> String {
        let below = path.strip_prefix(folder).unwrap_or(path);
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    };
    let mut files: Vec<(String, PathBuf)> = files.into_iter().map(|it| (named(&it), it)).collect();
    files.sort();
    if files.is_empty() {
        return Err(Error::new(format!("there is nothing to package in {name}")));
    }
    let mut archive = Archive::new();
    for (name, path) in &files {
        match path.read_link() {
            Ok(target) => archive.link(name, &target.to_string_lossy())?,
            Err(_) => archive.add(name, &read(path)?, is_executable(path))?,
        }
    }
    finished(archive.finish()?, Some(files.len()))
}

fn finished(bytes: Vec<u8>, files: Option<usize>) -> Result<Package, Error> {
    let size = bytes.len() as u64;
    if size > LARGEST_BYTES {
        return Err(Error::new(format!(
            "the version has {} MiB; {} are the most",
            size >> 20,
            LARGEST_BYTES >> 20
        )));
    }
    let digest = digest(&bytes);
    Ok(Package {
        bytes,
        files,
        digest,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "an application's source may be anything"
)]
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path)
        .map_err(|error| Error::new(format!("cannot read {}: {error}", path.display())))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|it| it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "sh")
}

fn unpackable(name: &str, error: &dyn Display) -> Error {
    Error::new(format!("cannot package {name}: {error}"))
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
}

struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    fn new() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }

    fn add(&mut self, name: &str, bytes: &[u8], executable: bool) -> Result<(), Error> {
        let options = options().unix_permissions(if executable { 0o755 } else { 0o644 });
        let started = self.0.start_file(name, options);
        started.map_err(|error| unpackable(name, &error))?;
        let written = self.0.write_all(bytes);
        written.map_err(|error| unpackable(name, &error))
    }

    fn link(&mut self, name: &str, target: &str) -> Result<(), Error> {
        let added = self.0.add_symlink(name, target, options());
        added.map_err(|error| unpackable(name, &error))
    }

    fn finish(self) -> Result<Vec<u8>, Error> {
        let finished = self.0.finish();
        finished
            .map(Cursor::into_inner)
            .map_err(|error| Error::new(format!("cannot finish the package: {error}")))
    }
}
