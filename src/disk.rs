//! The only door to files.
//!
//! The compiler sees a [`Disk`]; the binary opens a [`RealDisk`], tests and
//! editors use a [`MemoryDisk`].

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::Metadata;
use std::hash::Hasher;
use std::io::{self, Read, Seek, Write};
use std::path::{Component, Path, PathBuf};

/// What the compiler may ask of files. Paths are relative to a root that the
/// implementation knows, or absolute.
pub trait Disk: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// What the operating system says; [`io::ErrorKind::NotFound`] when there
    /// is no such file, [`io::ErrorKind::InvalidData`] when there is something
    /// that nobody should wait for.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The bytes of a file that may be large, to read some of them.
    ///
    /// # Errors
    /// What the operating system says.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Contents + '_>>;

    /// Whether a file is there.
    fn exists(&self, path: &Path) -> bool;

    /// What is at a path; links are followed.
    ///
    /// # Errors
    /// What the operating system says; [`io::ErrorKind::NotFound`] when there
    /// is nothing.
    fn look(&self, path: &Path) -> io::Result<Found>;

    /// What is in a folder, by name.
    ///
    /// # Errors
    /// What the operating system says.
    fn entries(&self, folder: &Path) -> io::Result<Vec<Entry>>;

    /// Writes a whole file or nothing: to a temporary neighbour that is then
    /// renamed. Makes the folders that are missing; a file that is there keeps
    /// its permissions, and is left alone when they forbid to write it.
    ///
    /// # Errors
    /// What the operating system says.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
}

/// The bytes of an open file.
pub trait Contents: Read + Seek {}

impl<T: Read + Seek> Contents for T {}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A folder.
    Folder,
    /// A file.
    File(Stamp),
    /// A pipe, a socket or a device, which nobody should wait for.
    Other,
}

/// Tells one content of a file from the next without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The file's length in bytes.
    pub length: u64,
    /// When it was written; of files in memory, what is in it.
    mark: u128,
}

impl Stamp {
    /// That of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = std::hash::DefaultHasher::new();
        hasher.write(bytes);
        Self {
            length: bytes.len() as u64,
            mark: hasher.finish().into(),
        }
    }
}

/// What is in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name in the folder.
    pub name: OsString,
    /// Whether it is a folder itself. Links to folders are none: they may lead
    /// round in circles.
    pub is_folder: bool,
}

/// Files of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl RealDisk {
    /// Removes a file. The compiler asks no disk for this: a build does, of what
    /// an earlier one has written.
    ///
    /// # Errors
    /// What the operating system says.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the door the lint guards"
    )]
    pub fn remove(self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    /// Whether a file that is there may be written.
    ///
    /// # Errors
    /// Why not.
    pub fn may_write(self, path: &Path) -> io::Result<()> {
        writable(path, &std::fs::metadata(path)?)
    }

    /// Writes a file of the user's back: whole or not at all where that can be, and
    /// it stays the same file for everybody. One that has several names, that is
    /// somebody else's or whose folder takes no other file is written over.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn rewrite(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let target = target(path);
        let path = target.as_deref().unwrap_or(path);
        let known = std::fs::metadata(path)?;
        writable(path, &known)?;
        if has_other_names(&known) {
            return overwrite(path, bytes);
        }
        replace(path, bytes, Some(&known), Owner::Kept).or_else(|error| match error.kind() {
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::ResourceBusy => overwrite(path, bytes),
            // Where there is no room for another file, half of this one is worse.
            _ => Err(error),
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the door the lint guards"
)]
impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.look(path)? {
            // The first has no end until somebody writes one, the last may have none.
            Found::Other => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "it is a pipe, a socket or a device",
            )),
            Found::File(_) | Found::Folder => std::fs::read(path),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Contents + '_>> {
        Ok(Box::new(std::fs::File::open(path)?))
    }

    fn exists(&self, path: &Path) -> bool {
        std::fs::exists(path).unwrap_or(false)
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        let found = std::fs::metadata(or_here(path))?;
        if found.is_dir() {
            return Ok(Found::Folder);
        }
        if !found.is_file() {
            return Ok(Found::Other);
        }
        // Where files have no times, their lengths have to do.
        let since = found.modified().ok();
        let since = since.and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
        Ok(Found::File(Stamp {
            length: found.len(),
            mark: since.map_or(0, |it| it.as_nanos()),
        }))
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(or_here(folder))? {
            let entry = entry?;
            entries.push(Entry {
                name: entry.file_name(),
                is_folder: entry.file_type()?.is_dir(),
            });
        }
        entries.sort();
        Ok(entries)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let target = target(path);
        let path = target.as_deref().unwrap_or(path);
        let Ok(known) = std::fs::metadata(path) else {
            return replace(path, bytes, None, Owner::Tried);
        };
        if !known.is_file() && !known.is_dir() {
            // A file in the place of a pipe or a device would be heard by nobody.
            return std::fs::write(path, bytes);
        }
        writable(path, &known)?;
        replace(path, bytes, Some(&known), Owner::Tried)
    }
}

/// What a path leads to. A link stays one: what it leads to is written.
fn target(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

/// Asks before a file is replaced: to a new file in its place, its permissions
/// would mean nothing.
fn writable(path: &Path, known: &Metadata) -> io::Result<()> {
    if known.permissions().readonly() {
        let why = "it is read-only";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).open(path).map(drop)
}

/// Whether a new file has to belong to whom the old one belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Kept,
    Tried,
}

/// Writes a temporary neighbour, and gives it the file's name. Of one that is there
/// it gets the permissions and, where we may say so, the owner.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door the lint guards"
)]
fn replace(path: &Path, bytes: &[u8], known: Option<&Metadata>, owner: Owner) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file would get; the process's umask still applies.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.prefix(".beanc-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some(known) = known {
        match give(file.as_file(), known) {
            Err(error) if owner == Owner::Kept => return Err(error),
            Ok(()) | Err(_) => {}
        }
        file.as_file().set_permissions(known.permissions())?;
    }
    file.persist(path)?;
    Ok(())
}

/// Gives a file to the owner and the group of another.
#[cfg(unix)]
fn give(file: &std::fs::File, known: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = file.metadata()?;
    match (now.uid(), now.gid()) == (known.uid(), known.gid()) {
        true => Ok(()),
        false => fchown(file, Some(known.uid()), Some(known.gid())),
    }
}

#[cfg(not(unix))]
fn give(_: &std::fs::File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Whether a file has other names as well.
#[cfg(unix)]
fn has_other_names(known: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(known) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Writes over what is in a file. When that fails in the middle, what was there is
/// written back.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door the lint guards"
)]
fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let before = std::fs::read(path)?;
    let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
    let mut put = |bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)
    };
    put(bytes).inspect_err(|_| {
        // It is that error that is told.
        let _ = put(&before);
    })
}

/// The path, with the working folder written out: to the operating system an
/// empty path is none.
fn or_here(path: &Path) -> &Path {
    match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    }
}

/// Files in memory.
#[derive(Debug, Default)]
pub struct MemoryDisk {
    files: std::sync::Mutex<BTreeMap<PathBuf, Vec<u8>>>,
}

impl MemoryDisk {
    /// A disk with these files.
    #[must_use]
    pub fn new<P: AsRef<Path>, T: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files
            .into_iter()
            .map(|(path, text)| (normalize(path.as_ref()), text.as_ref().to_vec()))
            .collect();
        Self {
            files: std::sync::Mutex::new(files),
        }
    }

    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, Vec<u8>>> {
        self.files
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Disk for MemoryDisk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let found = self.files().get(&normalize(path)).cloned();
        found.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Contents + '_>> {
        Ok(Box::new(io::Cursor::new(self.read(path)?)))
    }

    fn exists(&self, path: &Path) -> bool {
        self.files().contains_key(&normalize(path))
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        let path = normalize(path);
        let files = self.files();
        if let Some(bytes) = files.get(&path) {
            return Ok(Found::File(Stamp::of(bytes)));
        }
        match files.keys().any(|file| file.starts_with(&path)) {
            true => Ok(Found::Folder),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let folder = normalize(folder);
        let files = self.files();
        let below = files
            .keys()
            .filter_map(|path| path.strip_prefix(&folder).ok());
        let mut entries: Vec<Entry> = below
            .filter_map(|path| {
                let mut components = path.components();
                Some(Entry {
                    name: components.next()?.as_os_str().to_owned(),
                    is_folder: components.next().is_some(),
                })
            })
            .collect();
        entries.dedup();
        match entries.is_empty() {
            true => Err(io::ErrorKind::NotFound.into()),
            false => Ok(entries),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.files().insert(normalize(path), bytes.to_vec());
        Ok(())
    }
}

/// A disk with some files as they would be, or as an editor shows them. Writing
/// goes to the disk below.
#[derive(Debug)]
pub struct Overlay<'d, D> {
    disk: &'d D,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl<'d, D: Disk> Overlay<'d, D> {
    /// The disk with these files in front of its own.
    #[must_use]
    pub fn new<P: AsRef<Path>>(disk: &'d D, files: impl IntoIterator<Item = (P, Vec<u8>)>) -> Self {
        let files = files
            .into_iter()
            .map(|(path, bytes)| (normalize(path.as_ref()), bytes))
            .collect();
        Self { disk, files }
    }
}

impl<D: Disk> Disk for Overlay<'_, D> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.files.get(&normalize(path)) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.disk.read(path),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Contents + '_>> {
        match self.files.get(&normalize(path)) {
            Some(bytes) => Ok(Box::new(io::Cursor::new(bytes))),
            None => self.disk.open(path),
        }
    }

    fn exists(&self, path: &Path) -> bool {
        self.files.contains_key(&normalize(path)) || self.disk.exists(path)
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        match self.files.get(&normalize(path)) {
            Some(bytes) => Ok(Found::File(Stamp::of(bytes))),
            None => self.disk.look(path),
        }
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        self.disk.entries(folder)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.disk.write(path, bytes)
    }
}

/// The path without `.` and with `..` taken back, on paper only: symbolic
/// links are not followed, so the answer is the same on every machine. A path
/// that climbs above its start keeps the leading `..`.
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match result.components().next_back() {
                Some(Component::Normal(_)) => {
                    result.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                Some(Component::CurDir | Component::ParentDir) | None => result.push(".."),
            },
            Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                result.push(component);
            }
        }
    }
    result
}

/// How a path is called from a folder on: both are given from the same start,
/// without `.` and `..`. The path itself where there is no way, as from one drive
/// to another.
#[must_use]
pub fn relative(path: &Path, folder: &Path) -> PathBuf {
    let both = path.components().zip(folder.components());
    let common = both.take_while(|(one, other)| one == other).count();
    let down = path.components().skip(common);
    let above = folder.components().skip(common);
    let is_start = |it| matches!(it, Component::Prefix(_) | Component::RootDir);
    if down.clone().chain(above.clone()).any(is_start) {
        return path.to_path_buf();
    }
    above.map(|_| Component::ParentDir).chain(down).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_hides_what_is_below() {
        let below = MemoryDisk::new([("a.bean", "old"), ("b.bean", "b")]);
        let disk = Overlay::new(&below, [("./a.bean", b"new".to_vec())]);
        let read = |path: &str| disk.read(Path::new(path)).expect("it is there");
        assert_eq!(read("a.bean"), b"new");
        assert_eq!(read("b.bean"), b"b");
        assert_eq!(
            below.read(Path::new("a.bean")).expect("it is there"),
            b"old"
        );
        assert!(!disk.exists(Path::new("c.bean")));
    }

    #[test]
    #[cfg(unix)]
    fn what_has_no_end_is_not_read() {
        let error = RealDisk.read(Path::new("/dev/zero")).expect_err("a device");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn normalizing_is_lexical_and_shows_a_climb() {
        assert_eq!(
            normalize(Path::new("a/./b/../c.bean")),
            Path::new("a/c.bean")
        );
        assert_eq!(
            normalize(Path::new("a/../../c.bean")),
            Path::new("../c.bean")
        );
    }

    #[test]
    fn a_relative_path_goes_up_and_down() {
        let from = |path, folder| relative(Path::new(path), Path::new(folder));
        assert_eq!(from("/p/sub/a.bean", "/p/sub"), Path::new("a.bean"));
        assert_eq!(from("/p/a.bean", "/p/sub/x"), Path::new("../../a.bean"));
        assert_eq!(from("/p/q/a.bean", "/p/sub"), Path::new("../q/a.bean"));
        assert_eq!(from("/p", "/p"), Path::new(""));
        assert_eq!(from("a.bean", "/p"), Path::new("a.bean"));
    }
}
