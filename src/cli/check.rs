//! `beanc check`: what is wrong with programs, without writing anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::fix::Mended;
use super::lints::LintFlags;
use super::program::{Count, Params, counted, seen_from_here};
use super::screen::{Screen, Stream};
use super::{Failure, Failures, Outcome};
use crate::diagnostic::{Diagnostic, Gist, github, json, junit, sarif, short, terminal};
use crate::source::{Sources, Span};

/// Say what is wrong with programs, and write nothing
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc check env.bean
  beanc check environments/*.bean --format short
  beanc check - < env.bean
  beanc check env.bean --fix
  beanc check env.bean --deny warnings --allow unused
  beanc check env.bean --format json | jq -r .message
  beanc check *.bean --format sarif > beanc.sarif")]
pub struct Check {
    /// The programs; `-` is the standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How complaints are printed
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    /// Apply the fixes that are certain
    #[arg(long)]
    fix: bool,

    /// With --fix: print what would change, and write nothing; beside a --format for
    /// programs, to the standard error
    #[arg(long, requires = "fix")]
    dry_run: bool,

    #[command(flatten)]
    lints: LintFlags,

    #[command(flatten)]
    params: Params,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With excerpts and help
    Human,
    /// An object a line, with everything in it
    Json,
    /// A line each: file:line:column: error[CODE]: message
    Short,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// Commands of GitHub's workflows
    Github,
    /// A report of tests, for build servers
    Junit,
}

/// A program's name, what there is to say about it, and its files as they are called.
type Checked = (String, Vec<Diagnostic>, Sources);

impl Check {
    pub fn run(mut self, screen: &mut Screen) -> Result<Outcome, Failure> {
        self.params = self.params.judged_by(&self.lints)?;
        let is_input = |file: &PathBuf| file.as_path() == Path::new("-");
        if self.fix && self.files.iter().any(is_input) {
            return Err(Failure::new(
                "fixes are written into files, and the standard input is none",
            ));
        }
        if self.files.iter().filter(|file| is_input(file)).count() > 1 {
            return Err(Failure::new("the standard input can be read once"));
        }
        let mended = match self.fix {
            true => Some(Mended::of(&self.files, &self.params)?),
            false => None,
        };
        if let Some(mended) = &mended
            && !self.dry_run
        {
            mended.write()?;
        }
        let compile = |file: &PathBuf| match &mended {
            Some(mended) => mended.compiled(file, &self.params),
            None if is_input(file) => self.params.compile_input(),
            None => self.params.compile(file),
        };
        // One file is what hooks and editors ask for: it is not worth a thread.
        let compilations: Vec<_> = match self.files.as_slice() {
            [only] => vec![compile(only)],
            several => several.par_iter().map(compile).collect(),
        };
        let mut said = BTreeSet::new();
        let mut checked = Vec::new();
        // A file that cannot be read does not keep the others from being checked.
        let mut failures = Failures::default();
        for (file, compilation) in self.files.iter().zip(compilations) {
            let compilation = match compilation {
                Ok(compilation) => compilation,
                Err(failure) if self.files.len() > 1 => {
                    failures.add(failure, screen)?;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let sources = seen_from_here(&compilation, file);
            // What two programs import is complained about once.
            let new: Vec<Diagnostic> = compilation
                .diagnostics
                .iter()
                .filter(|it| said.insert(gist(it, &sources)))
                .cloned()
                .collect();
            checked.push((file.display().to_string(), new, sources));
        }
        let mut count = Count::default();
        let all = checked.iter().flat_map(|(_, new, _)| new);
        all.for_each(|diagnostic| count.add(diagnostic));
        let told = self.tell(&checked, mended.as_ref(), count, screen);
        match (told, failures.last) {
            (Err(failure @ Failure::Because(_)), _) => Err(failure),
            (_, Some(why)) => Err(Failure::Because(why)),
            // The programs are no better when nobody reads to the end.
            (Ok(()) | Err(Failure::Unheard), None) => Ok(match count.errors {
                0 => Outcome::Clean,
                _ => Outcome::Errors,
            }),
        }
    }

    fn tell(
        &self,
        checked: &[Checked],
        mended: Option<&Mended>,
        count: Count,
        screen: &mut Screen,
    ) -> Result<(), Failure> {
        match mended.filter(|_| self.dry_run).map(Mended::diff) {
            // The other formats are read by programs, which ask for nothing else.
            Some(diff) if self.format != Format::Human => screen.say(&diff)?,
            Some(diff) => screen.print(&diff)?,
            None => {}
        }
        for (_, new, sources) in checked {
            screen.print(&self.rendered(new, sources, screen))?;
        }
        screen.print(&self.document(checked))?;
        if let Some(mended) = mended {
            let verb = match (self.dry_run, mended.applied) {
                (true, _) => "would be",
                (false, 1) => "was",
                (false, _) => "were",
            };
            let mut said = format!("{} {verb} applied", counted_fixes(mended.applied));
            if mended.left > 0 {
                let verb = if mended.left == 1 { "gets" } else { "get" };
                let left = counted_fixes(mended.left);
                said += &format!(", {left} {verb} in the way of others");
            }
            screen.say(&format!("{said}\n"))?;
        }
        if self.format == Format::Human {
            let files = counted(checked.len(), "program");
            screen.print(&match count.words().as_str() {
                "" => format!("{files} checked, nothing to complain about\n"),
                words => format!("{files} checked: {words}\n"),
            })?;
        }
        Ok(())
    }

    fn rendered(&self, list: &[Diagnostic], sources: &Sources, screen: &Screen) -> String {
        match self.format {
            Format::Human => {
                let (width, style) = (Screen::width(Stream::Out), screen.style(Stream::Out));
                terminal::render_all(list, sources, width, style)
            }
            Format::Json => json::render_all(list, sources),
            Format::Short => short::render_all(list, sources),
            Format::Github => github::render_all(list, sources),
            Format::Sarif | Format::Junit => String::new(),
        }
    }

    /// What is said of all programs together.
    fn document(&self, checked: &[Checked]) -> String {
        match self.format {
            Format::Sarif => {
                let programs = checked.iter();
                let programs = programs.map(|(_, list, sources)| (list.as_slice(), sources));
                sarif::render(&programs.collect::<Vec<_>>())
            }
            Format::Junit => {
                let suite = |(name, diagnostics, sources)| junit::Suite {
                    name,
                    diagnostics,
                    sources,
                };
                let suites = checked
                    .iter()
                    .map(|(name, list, sources)| suite((name.as_str(), list.as_slice(), sources)));
                junit::render(&suites.collect::<Vec<_>>())
            }
            Format::Human | Format::Json | Format::Short | Format::Github => String::new(),
        }
    }
}

/// What makes two programs' complaints the same one; its place is the first outside of
/// the library.
fn gist(diagnostic: &Diagnostic, sources: &Sources) -> Gist<String> {
    let own = diagnostic.primary.span;
    let related = diagnostic.related.iter().map(|label| label.span);
    let name = |span: Span| sources.file(span.file).name();
    let mut spans = std::iter::once(own).chain(related);
    let span = spans.find(|span| !name(*span).starts_with("std/"));
    let span = span.unwrap_or(own);
    diagnostic.gist(name(span).to_owned(), span)
}

/// `1 fix`, `2 fixes`
fn counted_fixes(count: usize) -> String {
    match count {
        1 => "1 fix".to_owned(),
        _ => format!("{count} fixes"),
    }
}
