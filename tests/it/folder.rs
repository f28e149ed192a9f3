//! Folders for tests to work in.

#![expect(clippy::disallowed_methods, reason = "the folders are real")]

use std::path::PathBuf;

use tempfile::TempDir;

/// A folder of one test, which goes with it.
pub struct Folder(TempDir);

impl Folder {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder can be made"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// Where a file of this name is, or would be; the folder itself when the
    /// name is empty.
    pub fn path(&self, name: &str) -> PathBuf {
        match name {
            "" => self.0.path().to_owned(),
            name => self.0.path().join(name),
        }
    }

    /// Writes a file, and makes the folders it is in.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder"))
            .expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }

    /// What stands in a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }
}
