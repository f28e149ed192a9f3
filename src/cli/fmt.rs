//! `beanc fmt`: files are written the one way.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use super::program::{counted, read, report};
use super::screen::Screen;
use super::{Failure, Failures, Outcome, output};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::source::Sources;
use crate::syntax;

/// Write files the one way
#[derive(Debug, Args)]
#[command(after_help = "\
An item with a syntax error stays as it is, and is complained about.

Exit codes: 0 all is well, 1 a file has syntax errors or, with --check, is not
formatted, 2 the command could not run.

Examples:
  beanc fmt env.bean
  beanc fmt --check environments/*.bean
  beanc fmt --stdin < env.bean")]
pub struct Fmt {
    /// The files; `-` is the standard input
    #[arg(required_unless_present = "stdin", value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Write nothing, and name the files that would change
    #[arg(long)]
    check: bool,

    /// Read the standard input, write the standard output
    #[arg(long, conflicts_with = "files")]
    stdin: bool,
}

/// What a file becomes.
struct Formatted {
    text: String,
    changed: bool,
    /// Whether some of it stays as it is.
    faulty: bool,
}

impl Fmt {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let is_input = |path: &PathBuf| path.as_path() == Path::new("-");
        let well = match self.files.as_slice() {
            _ if self.stdin => self.input(screen)?,
            [only] if is_input(only) => self.input(screen)?,
            files if files.iter().any(is_input) => {
                return Err(Failure::new("the standard input is formatted alone"));
            }
            _ => self.all_files(screen)?,
        };
        Ok(match well {
            true => Outcome::Clean,
            false => Outcome::Errors,
        })
    }

    /// Formats the standard input; whether all is well with it.
    fn input(&self, screen: &mut Screen) -> Result<bool, Failure> {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::new(format!("cannot read the standard input: {error}")))?;
        let formatted = formatted(Path::new("<stdin>"), bytes, screen)?;
        if !self.check {
            screen.print(&formatted.text)?;
        }
        let would_change = self.check && formatted.changed;
        Ok(!formatted.faulty && !would_change)
    }

    /// Formats the files; whether all is well with them. One that cannot be read or
    /// written does not keep the others from it.
    fn all_files(&self, screen: &mut Screen) -> Result<bool, Failure> {
        let (mut changed, mut faulty) = (0, 0);
        let mut failures = Failures::default();
        for path in &self.files {
            match self.file(path, screen) {
                Ok(formatted) => {
                    changed += usize::from(formatted.changed);
                    faulty += usize::from(formatted.faulty);
                }
                Err(failure) => failures.add(failure, screen)?,
            }
        }
        if failures.last.is_none() || self.files.len() > 1 {
            screen.say(&self.summary(changed, faulty))?;
        }
        match failures.last {
            Some(why) => Err(Failure::Because(why)),
            None if self.check => Ok(faulty == 0 && changed == 0),
            None => Ok(faulty == 0),
        }
    }

    fn file(&self, path: &Path, screen: &mut Screen) -> Result<Formatted, Failure> {
        let formatted = formatted(path, read(path)?, screen)?;
        match formatted.changed {
            true if self.check => screen.print(&format!("{}\n", path.display()))?,
            true => output::rewrite([(path, formatted.text.as_str())])?,
            false => {}
        }
        Ok(formatted)
    }

    fn summary(&self, changed: usize, faulty: usize) -> String {
        let count = self.files.len();
        let files = counted(count, "file");
        let mut text = match (changed, faulty) {
            (0, 0) if count == 1 => format!("{files} is as it should be"),
            (0, 0) => format!("{files} are as they should be"),
            _ if self.check => format!("{changed} of {files} would change"),
            _ => format!("{changed} of {files} changed"),
        };
        match faulty {
            0 => {}
            1 => text.push_str(", 1 has syntax errors"),
            _ => text.push_str(&format!(", {faulty} have syntax errors")),
        }
        text.push('\n');
        text
    }
}

/// A file as it should be; says what is wrong with its syntax.
fn formatted(path: &Path, bytes: Vec<u8>, screen: &mut Screen) -> Result<Formatted, Failure> {
    let name = path.display().to_string();
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("cannot read {name}: it is not UTF-8")))?;
    let mut sources = Sources::default();
    let id = sources.add(&name, &text);
    let mut found = Diagnostics::default();
    let new = syntax::format(id, &text, &mut found);
    let is_error = |it: &Diagnostic| it.severity() == Severity::Error;
    let errors: Vec<Diagnostic> = found.into_sorted().into_iter().filter(is_error).collect();
    report(&errors, &sources, screen)?;
    Ok(Formatted {
        changed: new != text,
        text: new,
        faulty: !errors.is_empty(),
    })
}
