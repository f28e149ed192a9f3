//! Compiling a program for a command, and saying what is wrong with it.

use std::fmt::Write;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use super::lints::LintFlags;
use super::screen::{Screen, Stream};
use crate::diagnostic::lint::Levels;
use crate::diagnostic::{Diagnostic, Severity, terminal};
use crate::disk::{Disk, Overlay, RealDisk, normalize, relative};
use crate::driver::{self, Compilation, Options};
use crate::source::Sources;

/// What every command that compiles takes.
#[derive(Debug, Clone, Args)]
pub struct Params {
    /// The value of a `param`; may be given several times
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = assignment)]
    params: Vec<(String, String)>,

    /// What is said of lints, by commands that judge a program.
    #[arg(skip)]
    lints: Levels,

    /// Whether every image has to be pinned.
    #[arg(skip)]
    locked: bool,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("it takes a name and a value: --param log_level=debug")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

impl Params {
    /// The same with what is said of lints.
    pub fn judged_by(self, flags: &LintFlags) -> Result<Self, Failure> {
        let lints = flags.levels()?;
        Ok(Self { lints, ..self })
    }

    /// The same where every image has to be pinned, or need not be.
    pub fn locked(self, locked: bool) -> Self {
        Self { locked, ..self }
    }

    /// Compiles a program from the machine's files.
    pub fn compile(&self, entry: &Path) -> Result<Compilation, Failure> {
        let options = self.options(entry)?;
        Ok(driver::compile(&whole(entry)?, &RealDisk, &options))
    }

    /// The compiler's options for a program that can be read.
    pub fn options(&self, entry: &Path) -> Result<Options, Failure> {
        // Without its entry file there is no program to complain about.
        read(entry)?;
        Ok(self.given())
    }

    /// Compiles the program that stands in the standard input. What it imports
    /// is looked up from the current folder on.
    pub fn compile_input(&self) -> Result<Compilation, Failure> {
        let mut text = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut text)
            .map_err(|error| Failure::new(format!("cannot read the standard input: {error}")))?;
        self.compile_with(Path::new(INPUT), [(INPUT, text)])
    }

    /// Compiles a program with some files as they would be.
    pub fn compile_with<P: AsRef<Path>>(
        &self,
        entry: &Path,
        files: impl IntoIterator<Item = (P, Vec<u8>)>,
    ) -> Result<Compilation, Failure> {
        let files = files.into_iter();
        let files = files.map(|(path, bytes)| Ok((whole(path.as_ref())?, bytes)));
        let files: Vec<_> = files.collect::<Result<_, Failure>>()?;
        let disk = Overlay::new(&RealDisk, files);
        Ok(driver::compile(&whole(entry)?, &disk, &self.given()))
    }

    fn given(&self) -> Options {
        Options {
            params: self.params.clone(),
            lints: self.lints.clone(),
            locked: self.locked,
        }
    }
}

/// What is in a file that somebody names.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    RealDisk.read(path).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
            _ => error.to_string(),
        };
        let name = path.display();
        Failure::new(format!("cannot read {name}: {reason}"))
    })
}

/// What the program from the standard input is called.
const INPUT: &str = "<stdin>";

/// A path from the machine's root on. The project's root may be above the current
/// folder, and is looked for in all that the path names.
pub fn whole(path: &Path) -> Result<PathBuf, Failure> {
    let path = std::path::absolute(path)
        .map_err(|error| Failure::new(format!("cannot find the current folder: {error}")))?;
    Ok(normalize(&path))
}

/// How a file of a program is called by somebody who calls the program `entry`:
/// from the current folder on, or whole as the program is.
pub fn called(path: &Path, entry: &Path) -> PathBuf {
    match whole(Path::new(".")) {
        Ok(here) if entry.is_relative() => relative(path, &here),
        Ok(_) | Err(_) => path.to_path_buf(),
    }
}

/// The sources under names that can be opened from the current folder. The
/// compiler names files from the project's root, so that its output does not
/// depend on where it was started.
pub fn seen_from_here(compilation: &Compilation, entry: &Path) -> Sources {
    named_from_here(&compilation.sources, &compilation.reading.root, entry)
}

/// The same of a program that was not compiled; `root` is its project's.
pub fn named_from_here(sources: &Sources, root: &Path, entry: &Path) -> Sources {
    sources.renamed(|name| match name.starts_with("std/") {
        true => name.to_owned(),
        false => {
            let path = called(&root.join(name), entry);
            path.to_string_lossy().replace('\\', "/")
        }
    })
}

/// How many complaints of each weight there are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    pub errors: usize,
    pub warnings: usize,
}

impl Count {
    pub fn add(&mut self, diagnostic: &Diagnostic) {
        match diagnostic.severity() {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => {}
        }
    }

    /// `2 errors, 1 warning`
    pub fn words(self) -> String {
        let mut words = Vec::new();
        for (count, noun) in [(self.errors, "error"), (self.warnings, "warning")] {
            if count > 0 {
                words.push(counted(count, noun));
            }
        }
        words.join(", ")
    }
}

/// `1 error`, `2 errors`
pub fn counted(count: usize, noun: &str) -> String {
    let mut text = format!("{count} {noun}");
    if count != 1 {
        text.push('s');
    }
    text
}

/// Says all complaints about a program to a person.
pub fn report_all(compilation: &Compilation, entry: &Path, screen: &mut Screen) -> io::Result<()> {
    let sources = seen_from_here(compilation, entry);
    report(&compilation.diagnostics, &sources, screen)
}

/// Says complaints to a person, and how many they are. The sources are named as
/// they are to be seen.
pub fn report(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    screen: &mut Screen,
) -> io::Result<()> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    let (width, style) = (Screen::width(Stream::Err), screen.style(Stream::Err));
    let mut text = terminal::render_all(diagnostics, sources, width, style);
    let mut count = Count::default();
    for diagnostic in diagnostics {
        count.add(diagnostic);
    }
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", count.words());
    screen.say(&text)
}

/// The program that is meant when none is named: `env.bean`, or the only one
/// in the current folder.
pub fn default_entry() -> Result<PathBuf, Failure> {
    let entries = RealDisk
        .entries(Path::new("."))
        .map_err(|error| Failure::new(format!("cannot read the current folder: {error}")))?;
    let files = entries.into_iter().filter(|entry| !entry.is_folder);
    let programs = files.map(|file| PathBuf::from(file.name)).filter(|path| {
        let name = path.to_string_lossy();
        name.ends_with(".bean") && !name.ends_with(".test.bean")
    });
    let found: Vec<PathBuf> = programs.collect();
    let usual = PathBuf::from("env.bean");
    if found.contains(&usual) {
        return Ok(usual);
    }
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Failure::new("there is no .bean file here: name one")),
        several => {
            let names: Vec<_> = several.iter().map(|it| it.display().to_string()).collect();
            let names = names.join(", ");
            Err(Failure::new(format!(
                "there are several programs here, name one: {names}"
            )))
        }
    }
}
