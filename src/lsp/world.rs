//! Everything the server knows at one moment, and what follows from it.
//!
//! Every open file is a program of its own, as `beanc check` would see it. A
//! file of the workspace that imports an open one, on whatever way, is a program
//! as well: what is typed into a shared file is seen by those who import it. A
//! [`World`] never changes. The next one takes over the programs that a change
//! does not concern.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lsp_types::{Location, Range, Uri};

use super::client::Client;
use super::documents::{Desk, Documents};
use super::importers::Importers;
use super::position::Lines;
use crate::diagnostic::{Code, Diagnostic};
use crate::disk::Disk;
use crate::driver::{self, Compilation, Options};
use crate::source::{FileId, Span};

/// What the server knows.
pub struct World {
    /// Whom we talk to.
    pub client: Arc<Client>,
    /// The files that are open.
    pub documents: Documents,
    /// The files that are not.
    pub disk: Arc<dyn Disk + Send>,
    /// Which files of the workspace import which.
    pub importers: Arc<Importers>,
    /// What programs are compiled with.
    pub options: Options,
    programs: Mutex<BTreeMap<PathBuf, Arc<OnceLock<Arc<Program>>>>>,
}

/// What a change concerns.
#[derive(Debug)]
pub enum Change {
    /// These files.
    Files(BTreeSet<PathBuf>),
    /// Anything.
    Everything,
}

/// A program that was compiled.
pub struct Program {
    /// What came of it.
    pub compilation: Compilation,
    /// The folder from which its files are named.
    root: PathBuf,
    /// What was asked of the disk.
    asked: BTreeSet<PathBuf>,
    lines: Vec<OnceLock<Lines>>,
}

/// A complaint, with the program it is about.
#[derive(Clone)]
pub struct Complaint {
    /// The program.
    pub program: Arc<Program>,
    /// Its place among the program's complaints.
    number: usize,
    /// Where it is shown.
    pub span: Span,
}

impl World {
    /// A world without files.
    pub fn new(client: Client, disk: Arc<dyn Disk + Send>, options: Options) -> Self {
        Self {
            client: Arc::new(client),
            documents: Documents::default(),
            disk,
            importers: Arc::default(),
            options,
            programs: Mutex::default(),
        }
    }

    /// The world after a change that `documents`, `importers` and `options` show.
    pub fn next(
        &self,
        change: &Change,
        documents: Documents,
        importers: Arc<Importers>,
        options: Options,
    ) -> Self {
        let is_concerned = |program: &Program| match change {
            Change::Everything => true,
            Change::Files(files) => files.iter().any(|file| program.asked.contains(file)),
        };
        let known = self.programs().clone().into_iter();
        let programs = known
            .filter(|(_, program)| program.get().is_some_and(|it| !is_concerned(it)))
            .collect();
        Self {
            client: Arc::clone(&self.client),
            documents,
            disk: Arc::clone(&self.disk),
            importers,
            options,
            programs: Mutex::new(programs),
        }
    }

    fn programs(
        &self,
    ) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, Arc<OnceLock<Arc<Program>>>>> {
        self.programs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The path of a file that the client names.
    pub fn path(&self, uri: &Uri) -> PathBuf {
        Documents::path(uri, &self.client.home())
    }

    /// The disk as the editor shows it.
    pub fn desk(&self) -> Desk<'_> {
        Desk::new(&self.documents, self.disk.as_ref())
    }

    /// The program with this entry file. Who asks first compiles it, others
    /// wait for that.
    pub fn program(&self, entry: &Path) -> Arc<Program> {
        let cell = {
            let mut programs = self.programs();
            Arc::clone(programs.entry(entry.to_path_buf()).or_default())
        };
        let compile = || Arc::new(Program::compile(entry, self));
        Arc::clone(cell.get_or_init(compile))
    }

    /// The entries of all programs, those that are open first.
    fn entries(&self) -> Vec<PathBuf> {
        let open = self.documents.iter();
        let open = open.filter(|(_, document)| document.is_program);
        let open: Vec<PathBuf> = open.map(|(path, _)| path.clone()).collect();
        let closed = self.importers.of(open.iter().map(PathBuf::as_path));
        let closed = closed
            .into_iter()
            .filter(|path| self.documents.get(path).is_none());
        let closed: Vec<PathBuf> = closed.collect();
        [open, closed].concat()
    }

    /// Every program that has to do with an open file.
    pub fn all(&self) -> Vec<Arc<Program>> {
        let mut programs = Vec::new();
        for entry in self.entries() {
            programs.push(self.program(&entry));
        }
        programs
    }

    /// What there is to say about every file that belongs to a program, each
    /// thing once. The order is that of the command line.
    pub fn complaints(&self) -> BTreeMap<PathBuf, Vec<Complaint>> {
        let programs = self.all();
        let mut complaints: BTreeMap<PathBuf, Vec<Complaint>> = BTreeMap::new();
        let mut said = BTreeSet::new();
        for program in &programs {
            for (number, diagnostic) in program.compilation.diagnostics.iter().enumerate() {
                let Some((path, span)) = program.shown_at(diagnostic) else {
                    continue;
                };
                if !said.insert(gist(&path, span, diagnostic))
                    || self.is_used_elsewhere(&path, diagnostic, program, &programs)
                {
                    continue;
                }
                complaints.entry(path).or_default().push(Complaint {
                    program: Arc::clone(program),
                    number,
                    span,
                });
            }
        }
        for list in complaints.values_mut() {
            list.sort_by_key(|it| (it.span.start, it.span.end, it.diagnostic().severity()));
        }
        complaints
    }

    /// Whether something that is unused as far as its own file goes is imported
    /// by others.
    fn is_used_elsewhere(
        &self,
        path: &Path,
        diagnostic: &Diagnostic,
        program: &Program,
        programs: &[Arc<Program>],
    ) -> bool {
        if diagnostic.code != Code::Unused {
            return false;
        }
        let name = program.compilation.sources.text(diagnostic.primary.span);
        let others = programs.iter().filter(|it| it.entry() != path);
        others
            .flat_map(|it| it.imports())
            .any(|(from, names)| from == path && names.iter().any(|imported| imported == name))
    }
}

/// What makes two complaints the same one.
type Gist = (PathBuf, (u32, u32), Code, String);

fn gist(path: &Path, span: Span, diagnostic: &Diagnostic) -> Gist {
    let code = diagnostic.code;
    if code == Code::ImportCycle {
        // Every program on the circle finds it at another place.
        let mut files: Vec<&str> = diagnostic.message.split('`').skip(1).step_by(2).collect();
        files.sort_unstable();
        return (PathBuf::new(), (0, 0), code, files.concat());
    }
    let place = (span.start, span.end);
    (path.to_path_buf(), place, code, diagnostic.message.clone())
}

impl Program {
    fn compile(entry: &Path, world: &World) -> Self {
        let desk = world.desk();
        let compilation = driver::compile(entry, &desk, &world.options);
        let first = compilation.sources.iter().next();
        let first = first.map(|(_, file)| Path::new(file.name()));
        // Files are named from the root on: what is in front is the root.
        let levels = first.map_or(1, |name| name.components().count());
        let root = entry.ancestors().nth(levels).unwrap_or(entry).to_path_buf();
        let lines = compilation
            .sources
            .iter()
            .map(|_| OnceLock::new())
            .collect();
        Self {
            compilation,
            root,
            asked: desk.asked(),
            lines,
        }
    }

    /// The path of a file; none for those of the library.
    pub fn path(&self, file: FileId) -> Option<PathBuf> {
        let name = self.compilation.sources.file(file).name();
        match name.starts_with("std/") {
            true => None,
            false => Some(self.root.join(name)),
        }
    }

    /// The path of the entry file.
    pub fn entry(&self) -> PathBuf {
        let first = self.compilation.sources.iter().next();
        first
            .and_then(|(id, _)| self.path(id))
            .unwrap_or_else(|| self.root.clone())
    }

    /// The lines and columns of a span.
    pub fn range(&self, span: Span, client: &Client) -> Range {
        let text = self.compilation.sources.file(span.file).text();
        let number = self
            .compilation
            .sources
            .iter()
            .position(|(id, _)| id == span.file);
        let lines = number.and_then(|number| self.lines.get(number));
        match lines {
            Some(lines) => lines.get_or_init(|| Lines::new(text)).range(
                text,
                span.start,
                span.end,
                client.encoding,
            ),
            None => Lines::new(text).range(text, span.start, span.end, client.encoding),
        }
    }

    /// Where a span is; none in files of the library.
    pub fn location(&self, span: Span, world: &World) -> Option<Location> {
        let path = self.path(span.file)?;
        Some(Location {
            uri: world.documents.uri(&path),
            range: self.range(span, &world.client),
        })
    }

    /// Where a complaint is shown: at its place, or at one that has a part in
    /// it when its place is in the library.
    fn shown_at(&self, diagnostic: &Diagnostic) -> Option<(PathBuf, Span)> {
        let related = diagnostic.related.iter().map(|label| label.span);
        let mut spans = std::iter::once(diagnostic.primary.span).chain(related);
        let found = spans.find_map(|span| Some((self.path(span.file)?, span)));
        found.or_else(|| {
            let (id, _) = self.compilation.sources.iter().next()?;
            Some((self.path(id)?, Span::new(id, 0, 0)))
        })
    }

    /// The files that files of this program import, with the names.
    fn imports(&self) -> Vec<(PathBuf, Vec<String>)> {
        let files = self.compilation.sources.iter();
        let files = files.filter_map(|(id, file)| Some((self.path(id)?, file)));
        files
            .filter(|(path, _)| path.extension().is_some_and(|it| it == "bean"))
            .flat_map(|(path, file)| super::importers::imports(&path, file.text()))
            .collect()
    }
}

impl Complaint {
    /// What is said.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.program.compilation.diagnostics[self.number]
    }
}
