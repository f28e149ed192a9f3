//! Files of an application's source that say what the compiler has to know.
//!
//! A `source` is a folder or an archive. What is read of an archive is kept for
//! the next compilation, as long as the archive stays the same.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use smol_str::SmolStr;

use super::archive::{self, Unpacked};
use super::errors;
use super::load::Loaded;
use crate::diagnostic::Diagnostics;
use crate::diagnostic::suggest::closest;
use crate::disk::{Disk, Entry, Found as There, Stamp, normalize};
use crate::model::Placed;
use crate::ordered::IndexMap;
use crate::source::{FileId, Sources, Span};
use crate::syntax::MAX_FILE_BYTES;
use crate::syntax::ast::{self, Item, ItemKind};

/// The file in which an application says which containers run.
pub const DOCKERRUN: &str = "Dockerrun.aws.json";

/// The file in which an application says which tasks run when.
pub const CRON: &str = "cron.yaml";

/// The file in which an application says which Node.js it needs.
pub const PACKAGE: &str = "package.json";

/// All of them.
const NAMES: [&str; 3] = [DOCKERRUN, CRON, PACKAGE];

/// What applications bring.
#[derive(Debug, Default)]
pub struct Bundles {
    /// The source of each application, by the application's head.
    sources: IndexMap<Span, PathBuf>,
    /// What is in each source.
    bundles: IndexMap<PathBuf, Bundle>,
    /// The sources that are not there.
    missing: IndexMap<PathBuf, Missing>,
}

/// A source that is not there.
#[derive(Debug)]
pub struct Missing {
    /// As the first application writes it.
    pub source: SmolStr,
    /// Where that is.
    pub span: Span,
    /// What is there and called nearly so.
    pub near: Option<SmolStr>,
}

/// The files of one source, where they are there.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// `Dockerrun.aws.json`, of programs that run containers.
    pub dockerrun: Option<FileId>,
    /// `cron.yaml`.
    pub cron: Option<FileId>,
    /// `package.json`, of programs that run Node.js, where it can be read: what is
    /// wrong with it is npm's to say.
    pub package: Option<FileId>,
    /// Where the first application says that this is its source.
    pub span: Span,
    /// What is in the archive, of sources that are one.
    archive: Option<Archive>,
}

/// What there was in an archive.
#[derive(Debug, Clone)]
struct Archive {
    stamp: Stamp,
    files: Arc<io::Result<[Unpacked; NAMES.len()]>>,
}

impl Bundles {
    /// What the application with this head brings; nothing when its source is not
    /// there, or is not written as plain text.
    #[must_use]
    pub fn of(&self, head: Span) -> Option<&Bundle> {
        self.bundles.get(self.sources.get(&head)?)
    }

    /// That the source of the application with this head is not there.
    #[must_use]
    pub fn missing(&self, head: Span) -> Option<&Missing> {
        self.missing.get(self.sources.get(&head)?)
    }

    /// Where an application names the archive that a file is in. There is no other
    /// place to show.
    #[must_use]
    pub fn archive_of(&self, file: FileId) -> Option<Span> {
        let mut archives = self.bundles.values().filter(|it| it.archive.is_some());
        let found =
            archives.find(|it| [it.dockerrun, it.cron, it.package].contains(&Some(file)))?;
        Some(found.span)
    }

    /// What was in an archive when it was the same.
    fn unpacked(&self, path: &Path, stamp: Stamp) -> Option<Archive> {
        let known = self.bundles.get(path)?.archive.as_ref()?;
        (known.stamp == stamp).then(|| known.clone())
    }
}

/// Reads what the applications of these files bring. A `source` that is not plain
/// text is not looked at.
pub(super) fn read(
    earlier: Option<&Bundles>,
    files: &[Loaded],
    root: &Path,
    disk: &dyn Disk,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Bundles {
    let runs = |platform: &str| {
        let mut names = files.iter().map(|it| sources.file(it.tree.id).name());
        names.any(|it| it.strip_prefix("std/platforms/") == Some(platform))
    };
    let needs = Needs {
        dockerrun: runs("ecs.bean") || runs("docker.bean"),
        package: runs("nodejs.bean"),
    };
    let mut bundles = Bundles::default();
    let mut reader = Reader {
        earlier,
        root,
        disk,
        sources,
        diagnostics,
    };
    for loaded in files {
        let Some(folder) = &loaded.folder else {
            continue;
        };
        for item in &loaded.tree.items {
            if let Item::Block(block) = item
                && block.kind == ItemKind::Application
                && let Some((source, span)) = source_of(block)
            {
                let path = normalize(&folder.join(&*source));
                bundles.sources.insert(block.head(), path.clone());
                if bundles.bundles.contains_key(&path) || bundles.missing.contains_key(&path) {
                    continue;
                }
                match reader.disk.look(&root.join(&path)) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        let near = reader.near(&path, &source);
                        let missing = Missing { source, span, near };
                        bundles.missing.insert(path, missing);
                    }
                    found => {
                        let bundle = reader.bundle(found, &path, (&source, span), &needs);
                        bundles.bundles.extend(bundle.map(|it| (path, it)));
                    }
                }
            }
        }
    }
    bundles
}

/// What the platforms of a program can make use of.
struct Needs {
    dockerrun: bool,
    package: bool,
}

struct Reader<'a> {
    earlier: Option<&'a Bundles>,
    root: &'a Path,
    disk: &'a dyn Disk,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn bundle(
        &mut self,
        found: io::Result<There>,
        path: &Path,
        (source, span): (&str, Span),
        needs: &Needs,
    ) -> Option<Bundle> {
        let archive = match found {
            Ok(There::Folder) => None,
            Ok(There::File(stamp)) if archive::is_archive(path) => Some(self.archive(path, stamp)),
            Ok(There::File(_) | There::Other) => {
                self.diagnostics.report(errors::no_source(span, source));
                return None;
            }
            Err(error) => {
                let error = errors::unreadable(span, source, &error);
                self.diagnostics.report(error);
                return None;
            }
        };
        if let Some(Err(error)) = archive.as_ref().map(|it| it.files.as_ref()) {
            let error = errors::no_archive(span, source, error);
            self.diagnostics.report(error);
        }
        let bytes = |reader: &Self, name: &str| match &archive {
            Some(archive) => archive.file(name),
            None => reader.file(&path.join(name)),
        };
        let mut brought = |name: &str| {
            let bytes = bytes(self, name)?;
            self.text(&path.join(name), bytes, span)
        };
        let dockerrun = needs.dockerrun.then(|| brought(DOCKERRUN)).flatten();
        let cron = brought(CRON);
        let package = needs.package.then(|| bytes(self, PACKAGE)).flatten();
        let package = package
            .and_then(Result::ok)
            .filter(|it| it.len() <= MAX_FILE_BYTES);
        let package = package.and_then(|it| String::from_utf8(it).ok());
        let package = package.map(|text| self.sources.add(&name_of(&path.join(PACKAGE)), &text));
        Some(Bundle {
            dockerrun,
            cron,
            package,
            span,
            archive,
        })
    }

    /// What is beside a source that is not there and called nearly so, as the
    /// source is written.
    fn near(&self, path: &Path, source: &str) -> Option<SmolStr> {
        let name = path.file_name()?.to_str()?;
        let folder = source.strip_suffix(name)?;
        let entries = self.disk.entries(&self.root.join(path.parent()?)).ok()?;
        let fits = |it: &&Entry| it.is_folder || archive::is_archive(Path::new(&it.name));
        let names = entries.iter().filter(fits);
        let near = closest(name, names.filter_map(|it| it.name.to_str()))?;
        Some(format!("{folder}{near}").into())
    }

    fn archive(&self, path: &Path, stamp: Stamp) -> Archive {
        let known = self.earlier.and_then(|it| it.unpacked(path, stamp));
        known.unwrap_or_else(|| {
            let archive = self.disk.open(&self.root.join(path));
            let files = archive.and_then(|it| archive::unpack(it, NAMES, MAX_FILE_BYTES as u64));
            Archive {
                stamp,
                files: Arc::new(files),
            }
        })
    }

    /// A file of a folder, when it is there.
    fn file(&self, path: &Path) -> Option<io::Result<Vec<u8>>> {
        let path = self.root.join(path);
        match self.disk.look(&path).ok()? {
            There::File(_) => Some(self.disk.read(&path)),
            There::Folder | There::Other => None,
        }
    }

    fn text(&mut self, path: &Path, bytes: io::Result<Vec<u8>>, span: Span) -> Option<FileId> {
        let name = name_of(path);
        let error = match bytes {
            Ok(bytes) if bytes.len() > MAX_FILE_BYTES => errors::longer_than_read(span, &name),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => return Some(self.sources.add(&name, &text)),
                Err(error) => errors::not_text(span, &name, &error),
            },
            Err(error) => errors::unreadable(span, &name, &error),
        };
        self.diagnostics.report(error);
        None
    }
}

/// What a file is called: below the project's root, with `/`.
fn name_of(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Archive {
    fn file(&self, name: &str) -> Option<io::Result<Vec<u8>>> {
        let at = NAMES.iter().position(|it| *it == name)?;
        let file = self.files.as_ref().as_ref().ok()?[at].as_ref()?;
        Some(match file {
            Ok(bytes) => Ok(bytes.clone()),
            Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
        })
    }
}

/// Where an application's files are, as it is written, and where that stands;
/// `None` when it is not plain text.
fn source_of(application: &ast::BlockItem) -> Option<(SmolStr, Span)> {
    let mut entries = application.body.entries.iter();
    let written = entries.find_map(|entry| match entry {
        ast::Entry::Property(property) if property.key.text == "source" => Some(&property.value),
        _ => None,
    });
    let Some(value) = written else {
        return Some((".".into(), application.head()));
    };
    match &value.kind {
        ast::ExprKind::Text(parts) => match parts.as_slice() {
            [ast::TextPart::Literal(text)] => Some((text.clone(), value.span)),
            _ => None,
        },
        _ => None,
    }
}

/// Where texts stand in a file whose reader does not say.
pub(super) struct Found<'t> {
    /// The file.
    pub id: FileId,
    /// Its text.
    pub text: &'t str,
}

impl Found<'_> {
    /// A text and where it first stands, with its quotes.
    pub fn text(&self, wanted: &str) -> Placed {
        let quoted = serde_json::Value::from(wanted).to_string();
        let start = self.text.find(&quoted).unwrap_or_default();
        let end = (start + quoted.len()).min(self.text.len());
        (wanted.into(), Span::new(self.id, start, end))
    }

    /// Texts by their names, each where it first stands.
    pub fn pairs(&self, list: IndexMap<SmolStr, SmolStr>) -> Vec<(SmolStr, Placed)> {
        let list = list.into_iter();
        list.map(|(name, value)| (name, self.text(&value)))
            .collect()
    }

    /// Where a text first stands in a part of the file, without quotes; the
    /// part's first line where it does not.
    pub fn within(&self, part: std::ops::Range<usize>, wanted: &str) -> Span {
        let text = &self.text[part.clone()];
        let (at, length) = match text.find(wanted).filter(|_| !wanted.is_empty()) {
            Some(at) => (at, wanted.len()),
            None => (0, text.lines().next().map_or(0, str::len)),
        };
        let start = part.start + at;
        Span::new(self.id, start, start + length)
    }

    /// The character at a line and column, both counted from 1.
    pub fn at(&self, line: usize, column: usize) -> Span {
        let before: usize = self
            .text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let start = (before + column.saturating_sub(1)).min(self.text.len());
        let start = (0..=start)
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or_default();
        Span::new(self.id, start, start)
    }
}
