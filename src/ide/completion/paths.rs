//! Files: what an import reads and what it takes from there, and `file()`.

use std::path::Path;

use smol_str::SmolStr;

use super::{CompletionKind, Context, Token};
use crate::analysis::names::Space;
use crate::disk::normalize;
use crate::ide::library;
use crate::source::Sources;
use crate::stdlib;
use crate::syntax::{self, ast};

impl Context<'_> {
    /// The rest of an import behind its first word.
    pub(super) fn import_rest(&mut self, rest: &[Token<'_>]) {
        match rest {
            [] => {
                self.propose(0, "{ … }", CompletionKind::Keyword)
                    .docs("The names that are taken.")
                    .snippet("{ $0 } from \"${1:./file.bean}\"");
            }
            [Token::Closed] => {
                self.propose(0, "from", CompletionKind::Keyword)
                    .snippet("from \"$0\"")
                    .again(true);
            }
            [Token::Closed, Token::Word("from")] => {
                for path in self.importable("") {
                    let text = format!("\"{}\"", path.0);
                    self.propose(u32::from(path.1), &text, CompletionKind::File);
                }
            }
            _ => {}
        }
    }

    /// What stands between the quotes of an import.
    pub(super) fn import_path(&mut self) {
        let typed = self.place.typed;
        let folder = typed.rfind('/').map_or("", |slash| &typed[..=slash]);
        for (path, library) in self.importable(folder) {
            self.propose(u32::from(library), &path, CompletionKind::File);
        }
        self.folders(folder);
    }

    /// What an import can read, and whether the library has it.
    fn importable(&self, folder: &str) -> Vec<(String, bool)> {
        let mut paths: Vec<(String, bool)> = Vec::new();
        for (name, is_folder) in self.listed(folder) {
            let prefix = if folder.is_empty() { "./" } else { folder };
            let own = self.own_name() == Some(name.as_str())
                && folder.trim_matches(['.', '/']).is_empty();
            if !is_folder && name.ends_with(".bean") && !name.ends_with(".test.bean") && !own {
                paths.push((format!("{prefix}{name}"), false));
            }
        }
        let library = stdlib::files().filter(|it| !it.starts_with("platforms/"));
        paths.extend(library.map(|it| (format!("std/{}", it.trim_end_matches(".bean")), true)));
        paths
    }

    /// The name of the file at hand, without its folder.
    fn own_name(&self) -> Option<&str> {
        let name = self.snapshot.sources().get(self.file)?.name();
        name.rsplit('/').next()
    }

    /// Names in a folder that is written relative to this file.
    fn listed(&self, folder: &str) -> Vec<(String, bool)> {
        let Some(base) = self.base() else {
            return Vec::new();
        };
        let below = normalize(&base.join(folder));
        if below.is_absolute() || below.starts_with("..") {
            return Vec::new();
        }
        let folder = self.snapshot.root().join(below);
        // A folder that cannot be read has nothing to propose.
        let entries = self.disk.entries(&folder).unwrap_or_default();
        let entries = entries.into_iter().map(|entry| {
            let name = entry.name.to_string_lossy().into_owned();
            (name, entry.is_folder)
        });
        entries.filter(|(name, _)| !name.starts_with('.')).collect()
    }

    fn base(&self) -> Option<&Path> {
        self.snapshot.loaded(self.file)?.folder.as_deref()
    }

    fn folders(&mut self, folder: &str) {
        let folders = self.listed(folder).into_iter().filter(|it| it.1);
        for (name, _) in folders {
            let prefix = if folder.is_empty() { "./" } else { folder };
            self.propose(2, &format!("{prefix}{name}/"), CompletionKind::Folder)
                .again(true);
        }
    }

    /// A path in `file("…")`.
    pub(super) fn file_path(&mut self) {
        let typed = self.place.typed;
        let folder = typed.rfind('/').map_or("", |slash| &typed[..=slash]);
        let files = self.listed(folder).into_iter().filter(|it| !it.1);
        for (name, _) in files {
            self.propose(0, &format!("{folder}{name}"), CompletionKind::File);
        }
        let folders = self.listed(folder).into_iter().filter(|it| it.1);
        for (name, _) in folders {
            self.propose(1, &format!("{folder}{name}/"), CompletionKind::Folder)
                .again(true);
        }
    }

    /// Names between the braces of an import.
    pub(super) fn import_names(&mut self) {
        if self.place.tokens.last() == Some(&Token::Word("as")) {
            return;
        }
        let Some(behind) = self.place.item.split_once('}').map(|(_, behind)| behind) else {
            return;
        };
        let Some(path) = behind.split('"').nth(1) else {
            return;
        };
        let Some(items) = self.items_of(path) else {
            return;
        };
        let written = |name: &SmolStr| {
            let frame = self.place.frames.last();
            frame.is_some_and(|it| it.entries.iter().any(|entry| entry.key == name))
        };
        let names: Vec<(Space, SmolStr, String)> =
            items.into_iter().filter(|it| !written(&it.1)).collect();
        for (space, name, docs) in names {
            let kind = match space {
                Space::Param => CompletionKind::Param,
                Space::Input => CompletionKind::Input,
                Space::Let => CompletionKind::Let,
                Space::Item(kind) => CompletionKind::Item(kind),
            };
            self.propose(0, &name, kind).detail(space.word()).docs(docs);
        }
    }

    /// What a file declares that an import could read.
    fn items_of(&self, path: &str) -> Option<Vec<(Space, SmolStr, String)>> {
        if let Some(name) = path.strip_prefix("std/") {
            return library::items(name.trim_end_matches(".bean"));
        }
        let below = normalize(&self.base()?.join(path));
        let full = self.snapshot.root().join(&below);
        if let Some(tree) = self
            .snapshot
            .file(&full)
            .and_then(|file| self.snapshot.tree(file))
        {
            return Some(library::declared(tree));
        }
        let bytes = self.disk.read(&full).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let id = Sources::default().add("", "");
        let tree: ast::File = syntax::parse(id, &text, &mut Default::default());
        Some(library::declared(&tree))
    }
}
