//! The files that are open in the editor, which win over those of the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::position::{Encoding, Lines};
use crate::disk::{Contents, Disk, Entry, Found, Stamp, normalize};
use crate::uri;

/// A file that is open.
#[derive(Debug)]
pub struct Document {
    /// Its address, as the client writes it.
    pub uri: Uri,
    /// The client's count of its changes.
    pub version: i32,
    /// What stands in it now.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: Lines,
    /// Whether it is a program to be checked: not a file of the standard
    /// library, and not, as the client says, a ledger of Beancount, whose files
    /// are called `.bean` as well.
    pub is_program: bool,
}

impl Document {
    /// An open file.
    pub fn new(uri: Uri, version: i32, text: &str, is_program: bool) -> Self {
        Self {
            uri,
            version,
            lines: Lines::new(text),
            text: text.into(),
            is_program,
        }
    }

    /// The file after changes, each of which is about what the ones before it
    /// made of the text.
    pub fn changed(
        &self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Self {
        let mut text = self.text.to_string();
        let mut lines = self.lines.clone();
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let offset = |position| lines.offset(&text, position, encoding) as usize;
                    let (start, end) = (offset(change.range.start), offset(change.range.end));
                    text.replace_range(start..end.max(start), &change.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                    text = change.text;
                }
            }
            lines = Lines::new(&text);
        }
        Self {
            uri: self.uri.clone(),
            version,
            text: text.into(),
            lines,
            is_program: self.is_program,
        }
    }
}

/// All files that are open, by their paths.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    open: BTreeMap<PathBuf, Arc<Document>>,
}

impl Documents {
    /// Where a file is. A text that was never saved gets a name in `folder`, so
    /// that it is a program like any other.
    pub fn path(uri: &Uri, folder: &Path) -> PathBuf {
        uri::path(&uri.0).unwrap_or_else(|| {
            let name = uri.0.replace(['/', '\\'], "_");
            normalize(&folder.join(name))
        })
    }

    /// The file at a path, when it is open.
    pub fn get(&self, path: &Path) -> Option<&Arc<Document>> {
        self.open.get(path)
    }

    /// Opens a file, or replaces what is open.
    pub fn insert(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, Arc::new(document));
    }

    /// Closes a file.
    pub fn remove(&mut self, path: &Path) -> Option<Arc<Document>> {
        self.open.remove(path)
    }

    /// Every open file with its path.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Arc<Document>)> {
        self.open.iter()
    }

    /// The address of a file: as the client writes it where it does.
    pub fn uri(&self, path: &Path) -> Uri {
        match self.open.get(path) {
            Some(document) => document.uri.clone(),
            None => Uri(uri::from_path(path)),
        }
    }
}

/// The disk as the editor shows it; remembers what it was asked for.
pub struct Desk<'a> {
    documents: &'a Documents,
    disk: &'a dyn Disk,
    asked: Mutex<BTreeSet<PathBuf>>,
}

impl<'a> Desk<'a> {
    /// The open files in front of those of the disk.
    pub fn new(documents: &'a Documents, disk: &'a dyn Disk) -> Self {
        Self {
            documents,
            disk,
            asked: Mutex::default(),
        }
    }

    /// The files that were read or looked for.
    pub fn asked(self) -> BTreeSet<PathBuf> {
        self.asked
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, path: &Path) -> PathBuf {
        let path = normalize(path);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.contains(&path) {
            asked.insert(path.clone());
        }
        path
    }
}

impl Disk for Desk<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.documents.get(&self.ask(path)) {
            Some(document) => Ok(document.text.as_bytes().to_vec()),
            None => self.disk.read(path),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Contents + '_>> {
        self.ask(path);
        self.disk.open(path)
    }

    fn look(&self, path: &Path) -> io::Result<Found> {
        match self.documents.get(&self.ask(path)) {
            Some(document) => Ok(Found::File(Stamp::of(document.text.as_bytes()))),
            None => self.disk.look(path),
        }
    }

    fn exists(&self, path: &Path) -> bool {
        self.documents.get(&self.ask(path)).is_some() || self.disk.exists(path)
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        self.disk.entries(folder)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.disk.write(path, bytes)
    }
}

#[cfg(test)]
mod tests {
    use lsp_types::{
        Position, Range, TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument,
    };

    use super::*;

    #[expect(deprecated, reason = "the field is there to be left out")]
    fn replace(start: (u32, u32), end: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let position = |(line, character)| Position { line, character };
        TextDocumentContentChangePartial {
            range: Range {
                start: position(start),
                end: position(end),
            },
            range_length: None,
            text: text.into(),
        }
        .into()
    }

    #[test]
    fn changes_build_on_each_other() {
        let whole = TextDocumentContentChangeWholeDocument {
            text: "ä🦀\nb\n".into(),
        };
        let document = Document::new(Uri("file:///a".into()), 1, "old", true);
        let changed = document.changed(
            2,
            vec![
                whole.into(),
                replace((0, 1), (0, 3), "c\nd"),
                replace((1, 1), (2, 0), "e"),
                // Backwards and beyond the end: nothing is replaced.
                replace((9, 9), (0, 0), "!"),
            ],
            Encoding::Utf16,
        );
        assert_eq!(&*changed.text, "äc\ndeb\n!");
        assert_eq!(changed.version, 2);
    }
}
