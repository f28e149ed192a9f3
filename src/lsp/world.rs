//! Everything the server knows at one moment, and what follows from it.
//!
//! Every open file is a program of its own, as `beanc check` would see it. A
//! file of the workspace that imports an open one, on whatever way, is a program
//! as well: what is typed into a shared file is seen by those who import it. A
//! [`World`] never changes. The next one takes over the programs that a change
//! does not concern, and of the others what it can.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use lsp_types::{Location, Range, Uri};

use super::client::Client;
use super::documents::{Desk, Documents};
use super::position::Lines;
use super::start;
use super::workspace::{Workspace, imports};
use crate::diagnostic::{Code, Diagnostic};
use crate::disk::Disk;
use crate::driver::Options;
use crate::ide::Snapshot;
use crate::source::{FileId, Span};
use crate::uri;

/// What the server knows.
pub struct World {
    /// Whom we talk to.
    pub client: Arc<Client>,
    /// The files that are open.
    pub documents: Documents,
    /// The files that are not.
    pub disk: Arc<dyn Disk + Send>,
    /// The files of the workspace.
    pub workspace: Arc<Workspace>,
    /// What programs are compiled with.
    pub options: Options,
    programs: Mutex<Programs>,
    /// Whether there is a newer one.
    is_outdated: AtomicBool,
    /// Where programs go that nobody asks any more.
    waste: Sender<Programs>,
}

/// The programs of a world by their entry files.
type Programs = BTreeMap<PathBuf, Slot>;

/// A place for a program.
#[derive(Clone, Default)]
struct Slot {
    /// The program as it is, once somebody has asked.
    now: Arc<OnceLock<Arc<Program>>>,
    /// As it was before an edit.
    earlier: Option<Arc<Program>>,
}

/// What a change concerns.
#[derive(Debug)]
pub enum Change {
    /// These files.
    Files(BTreeSet<PathBuf>),
    /// Anything.
    Everything,
}

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What is known before any resource is, of programs whose resources had
    /// nothing more to say the last time.
    Early,
    /// Everything.
    Whole,
}

/// A program that was checked.
pub struct Program {
    /// What came of it.
    pub snapshot: Snapshot,
    /// What was asked of the disk.
    asked: BTreeSet<PathBuf>,
    lines: Vec<OnceLock<Lines>>,
    /// Whether its resources had nothing more to say when they were last looked
    /// at.
    was_quiet: bool,
}

/// A complaint, with the program it is about.
pub struct Complaint {
    /// The program.
    pub program: Arc<Program>,
    /// What is said.
    pub diagnostic: Diagnostic,
    /// Where it is shown.
    pub span: Span,
}

impl World {
    /// A world without files.
    pub fn new(client: Client, disk: Arc<dyn Disk + Send>, options: Options) -> Self {
        let (waste, wasted) = channel::<Programs>();
        start("sweeper", move || wasted.into_iter().for_each(drop));
        Self {
            client: Arc::new(client),
            documents: Documents::default(),
            disk,
            workspace: Arc::default(),
            options,
            programs: Mutex::default(),
            is_outdated: AtomicBool::new(false),
            waste,
        }
    }

    /// The world after a change that `documents`, `workspace` and `options` show.
    pub fn next(
        &self,
        change: &Change,
        documents: Documents,
        workspace: Arc<Workspace>,
        options: Options,
    ) -> Self {
        let is_concerned = |program: &Program| match change {
            Change::Everything => true,
            Change::Files(files) => files.iter().any(|file| program.asked.contains(file)),
        };
        let known = self.programs().clone();
        let next = Self {
            client: Arc::clone(&self.client),
            documents,
            disk: Arc::clone(&self.disk),
            workspace,
            options,
            programs: Mutex::default(),
            is_outdated: AtomicBool::new(false),
            waste: self.waste.clone(),
        };
        let mut programs = BTreeMap::new();
        for entry in next.entries() {
            let Some(slot) = known.get(&entry) else {
                continue;
            };
            let slot = match slot.now.get() {
                Some(program) if !is_concerned(program) => slot.clone(),
                Some(program) => Slot {
                    now: Arc::default(),
                    earlier: Some(Arc::clone(program)),
                },
                None => Slot {
                    now: Arc::default(),
                    earlier: slot.earlier.clone(),
                },
            };
            programs.insert(entry, slot);
        }
        *next.programs() = programs;
        next
    }

    /// Says that there is a newer one.
    pub fn outdate(&self) {
        self.is_outdated.store(true, Ordering::Relaxed);
    }

    /// Whether there is a newer one.
    pub fn is_outdated(&self) -> bool {
        self.is_outdated.load(Ordering::Relaxed)
    }

    /// Looks at the resources of all programs, until there is a newer world.
    pub fn expand(&self) {
        for program in self.all() {
            program.snapshot.expand_unless(&|| self.is_outdated());
        }
    }

    fn programs(&self) -> MutexGuard<'_, Programs> {
        self.programs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, entry: &Path) -> Slot {
        self.programs()
            .entry(entry.to_path_buf())
            .or_default()
            .clone()
    }

    /// The path of a file that the client names.
    pub fn path(&self, uri: &Uri) -> PathBuf {
        Documents::path(uri, &self.client.home())
    }

    /// The disk as the editor shows it.
    pub fn desk(&self) -> Desk<'_> {
        Desk::new(&self.documents, self.disk.as_ref())
    }

    /// The program with this entry file. Who asks first checks it, others wait
    /// for that.
    pub fn program(&self, entry: &Path) -> Arc<Program> {
        let Slot { now, earlier } = self.slot(entry);
        let check = || Arc::new(Program::new(entry, self, earlier.as_deref()));
        Arc::clone(now.get_or_init(check))
    }

    /// The program with this entry file as it is, or as it was a moment ago: for
    /// those who cannot wait.
    pub fn program_of_late(&self, entry: &Path) -> Arc<Program> {
        let slot = self.slot(entry);
        match slot.now.get().or(slot.earlier.as_ref()) {
            Some(program) => Arc::clone(program),
            None => self.program(entry),
        }
    }

    /// The program that answers questions about a file: its own when it is open,
    /// else one that reads it.
    pub fn program_of(&self, path: &Path) -> Option<(Arc<Program>, FileId)> {
        if self.documents.get(path).is_some() {
            let program = self.program(path);
            let file = program.snapshot.file(path)?;
            return Some((program, file));
        }
        self.programs_with(path).into_iter().next()
    }

    /// Every program that reads a file.
    pub fn programs_with(&self, path: &Path) -> Vec<(Arc<Program>, FileId)> {
        let with = |program: Arc<Program>| {
            let file = program.snapshot.file(path)?;
            Some((program, file))
        };
        self.all().into_iter().filter_map(with).collect()
    }

    /// The entries of all programs, those that are open first.
    fn entries(&self) -> Vec<PathBuf> {
        let open = self.documents.iter();
        let open = open.filter(|(_, document)| document.is_program);
        let open: Vec<PathBuf> = open.map(|(path, _)| path.clone()).collect();
        let closed = self
            .workspace
            .importers_of(open.iter().map(PathBuf::as_path));
        let closed = closed
            .into_iter()
            .filter(|path| self.documents.get(path).is_none());
        let closed: Vec<PathBuf> = closed.collect();
        [open, closed].concat()
    }

    /// Every program that has to do with an open file.
    pub fn all(&self) -> Vec<Arc<Program>> {
        let entries = self.entries();
        entries.iter().map(|entry| self.program(entry)).collect()
    }

    /// What there is to say about every file that belongs to a program, each
    /// thing once. The order is that of the command line.
    pub fn complaints(&self, depth: Depth) -> BTreeMap<PathBuf, Vec<Complaint>> {
        let mut programs = self.all();
        // A closed one may be gone from the disk before anybody has said so.
        programs.retain(|program| program.files().next().is_some());
        let mut complaints: BTreeMap<PathBuf, Vec<Complaint>> = BTreeMap::new();
        let mut said = BTreeSet::new();
        for program in &programs {
            for diagnostic in program.diagnostics(depth) {
                let Some((path, span)) = program.shown_at(diagnostic) else {
                    continue;
                };
                if !said.insert(diagnostic.gist(path.clone(), span))
                    || self.is_used_elsewhere(&path, diagnostic, program, &programs)
                {
                    continue;
                }
                complaints.entry(path).or_default().push(Complaint {
                    program: Arc::clone(program),
                    diagnostic: diagnostic.clone(),
                    span,
                });
            }
        }
        for list in complaints.values_mut() {
            list.sort_by_key(|it| (it.span.start, it.span.end, it.diagnostic.severity()));
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
        let name = program.snapshot.sources().text(diagnostic.primary.span);
        let others = programs.iter().filter(|it| it.snapshot.entry() != path);
        others
            .flat_map(|it| it.imports())
            .any(|(from, names)| from == path && names.iter().any(|imported| imported == name))
    }

    /// The address of a file of the standard library, which is written to where
    /// the editor can open it.
    pub fn library(&self, name: &str, text: &str) -> Option<Uri> {
        let path = self.client.library.as_ref()?.join(name);
        let is_there = self.disk.read(&path).is_ok_and(|it| it == text.as_bytes());
        if !is_there {
            self.disk.write(&path, text.as_bytes()).ok()?;
        }
        Some(Uri(uri::from_path(&path)))
    }
}

/// A program of many items takes as long to be taken apart as a keystroke may
/// take: somebody else does it.
impl Drop for World {
    fn drop(&mut self) {
        let programs = std::mem::take(&mut *self.programs());
        // Without a sweeper they end here.
        let _ = self.waste.send(programs);
    }
}

impl Program {
    fn new(entry: &Path, world: &World, earlier: Option<&Self>) -> Self {
        let desk = world.desk();
        let snapshot = match earlier {
            Some(earlier) => earlier.snapshot.next(entry, &desk, &world.options),
            None => Snapshot::new(entry, &desk, &world.options),
        };
        let files = snapshot.sources().iter();
        Self {
            lines: files.map(|_| OnceLock::new()).collect(),
            asked: desk.asked(),
            was_quiet: earlier.is_some_and(Self::is_quiet),
            snapshot,
        }
    }

    /// Whether its resources have nothing more to say, as far as anybody knows.
    fn is_quiet(&self) -> bool {
        let early = self.snapshot.early_diagnostics();
        match self.snapshot.known_diagnostics() {
            Some(all) => all.len() == early.len(),
            None => self.was_quiet,
        }
    }

    fn diagnostics(&self, depth: Depth) -> &[Diagnostic] {
        match depth {
            Depth::Early if self.is_quiet() => self.snapshot.early_diagnostics(),
            Depth::Early | Depth::Whole => self.snapshot.diagnostics(),
        }
    }

    /// The text of a file and its lines.
    fn lines(&self, file: FileId) -> Option<(&str, &Lines)> {
        let mut files = self.snapshot.sources().iter().zip(&self.lines);
        let ((_, source), lines) = files.find(|((id, _), _)| *id == file)?;
        let text = source.text();
        Some((text, lines.get_or_init(|| Lines::new(text))))
    }

    /// The lines and columns of a span.
    pub fn range(&self, span: Span, client: &Client) -> Range {
        let Some((text, lines)) = self.lines(span.file) else {
            return Range::default();
        };
        lines.range(text, span.start, span.end, client.encoding)
    }

    /// The offset of a place in a file.
    pub fn offset(&self, file: FileId, position: lsp_types::Position, client: &Client) -> u32 {
        let found = self.lines(file);
        found.map_or(0, |(text, lines)| {
            lines.offset(text, position, client.encoding)
        })
    }

    /// Where a span is.
    pub fn location(&self, span: Span, world: &World) -> Option<Location> {
        let span = self.snapshot.archive_of(span.file).unwrap_or(span);
        let uri = match self.snapshot.path(span.file) {
            Some(path) => world.documents.uri(&path),
            None => {
                let source = self.snapshot.sources().file(span.file);
                world.library(source.name(), source.text())?
            }
        };
        Some(Location {
            uri,
            range: self.range(span, &world.client),
        })
    }

    /// Where a complaint is shown: at its place, or at one that has a part in
    /// it when its place is in the library; at what names the archive when its
    /// place is in one.
    fn shown_at(&self, diagnostic: &Diagnostic) -> Option<(PathBuf, Span)> {
        let related = diagnostic.related.iter().map(|label| label.span);
        let own = diagnostic.primary.span;
        let own = self.snapshot.archive_of(own.file).unwrap_or(own);
        let mut spans = std::iter::once(own).chain(related);
        let found = spans.find_map(|span| Some((self.snapshot.path(span.file)?, span)));
        found.or_else(|| {
            let (id, _) = self.snapshot.sources().iter().next()?;
            Some((self.snapshot.path(id)?, Span::new(id, 0, 0)))
        })
    }

    /// The files that were read, without those of the library.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        let files = self.snapshot.compilation().reading.files.iter();
        files.filter_map(|loaded| self.snapshot.path(loaded.tree.id))
    }

    /// The files that files of this program import, with the names.
    fn imports(&self) -> Vec<(PathBuf, Vec<String>)> {
        let files = self.snapshot.compilation().reading.files.iter();
        let trees = files.map(|loaded| &loaded.tree);
        let trees = trees.filter_map(|tree| Some((self.snapshot.path(tree.id)?, tree)));
        trees
            .flat_map(|(path, tree)| imports(&path, tree))
            .collect()
    }
}
