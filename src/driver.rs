//! The stages in order, once, for the command line and the editor alike.

use std::path::Path;

use crate::analysis::load::Earlier;
use crate::analysis::{self, Reading, Verdict};
use crate::backend::limits;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::disk::Disk;
use crate::expand;
use crate::graph::{ResourceGraph, names, roles, units};
use crate::model::Program;
use crate::source::{LineEnd, Sources};

pub use crate::analysis::Options;

/// What came of compiling a program.
#[derive(Debug)]
pub struct Compilation {
    /// Every file that was read.
    pub sources: Sources,
    /// Everything there is to say, by file and position.
    pub diagnostics: Vec<Diagnostic>,
    /// The program as far as it could be resolved.
    pub program: Program,
    /// How its files were read.
    pub reading: Reading,
    /// The units of deployment, each after those it needs; empty when there
    /// was an error that is not a warning denied.
    pub units: Vec<ResourceGraph>,
    /// What was found, before anything was allowed or denied.
    found: Diagnostics,
    verdict: Verdict,
    /// Whether every image has to be pinned.
    locked: bool,
}

/// What only the resources show.
#[derive(Debug)]
pub struct Expansion {
    /// Everything there is to say: what was said before, and what AWS would
    /// refuse.
    pub diagnostics: Vec<Diagnostic>,
    /// The units of deployment, each after those it needs; empty when there
    /// was an error that is not a warning denied.
    pub units: Vec<ResourceGraph>,
}

impl Compilation {
    /// Whether there was an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|it| it.severity() == Severity::Error)
    }
}

/// Compiles the program whose entry file is `entry`. Stops in front of the
/// expansion when there was an error.
pub fn compile(entry: &Path, disk: &dyn Disk, options: &Options) -> Compilation {
    let mut compilation = check(None, entry, disk, options);
    let Expansion { diagnostics, units } = expand(&compilation);
    compilation.diagnostics = diagnostics;
    compilation.units = units;
    compilation
}

/// The stages up to the expansion, which editors do at every letter: there is
/// hardly ever more to say. After an edit, files that have not changed since an
/// earlier compilation are not parsed again, and of those that have only what the
/// edit touches.
pub fn check(
    earlier: Option<&Compilation>,
    entry: &Path,
    disk: &dyn Disk,
    options: &Options,
) -> Compilation {
    let earlier = earlier.map(|earlier| Earlier {
        sources: &earlier.sources,
        reading: &earlier.reading,
    });
    let mut sources = Sources::default();
    let mut found = Diagnostics::default();
    let (program, reading, verdict) =
        analysis::analyze(earlier, entry, disk, options, &mut sources, &mut found);
    Compilation {
        diagnostics: judged(&verdict, found.clone(), &sources),
        sources,
        program,
        reading,
        units: Vec::new(),
        found,
        verdict,
        locked: options.locked,
    }
}

/// What is behind [`check`].
#[must_use]
pub fn expand(checked: &Compilation) -> Expansion {
    expand_unless(checked, &|| false).unwrap_or_else(|| Expansion {
        diagnostics: checked.diagnostics.clone(),
        units: Vec::new(),
    })
}

/// The same; nothing when there was an error before, or when `stop` says on the
/// way that nobody wants to know any more.
pub fn expand_unless(checked: &Compilation, stop: &(dyn Fn() -> bool + Sync)) -> Option<Expansion> {
    if checked.found.has_errors() {
        return None;
    }
    let mut found = checked.found.clone();
    let expanded = expand::expand_unless(&checked.program, stop)?;
    for unit in &expanded {
        names::check(unit, &mut found);
    }
    roles::check(&checked.program, &expanded, &mut found);
    if checked.locked {
        expand::pins::check(&checked.program, &mut found);
    }
    units::together(&expanded, &mut found);
    let mut units = units::in_order(expanded, &mut found);
    for unit in &units {
        if stop() {
            return None;
        }
        limits::check(unit, &checked.sources, &mut found);
    }
    // A cycle or a limit is known only now.
    if found.has_errors() {
        units.clear();
    }
    Some(Expansion {
        diagnostics: judged(&checked.verdict, found, &checked.sources),
        units,
    })
}

/// What is said in the end, with edits that end lines as their files do.
fn judged(verdict: &Verdict, found: Diagnostics, sources: &Sources) -> Vec<Diagnostic> {
    let mut left = verdict.over(found.into_sorted(), sources);
    let helps = left.iter_mut().flat_map(|it| &mut it.helps);
    for edit in helps.flat_map(|help| &mut help.edits) {
        if edit.text.contains('\n') {
            let line_end = LineEnd::of(sources.file(edit.span.file).text());
            edit.text = line_end.put_into(std::mem::take(&mut edit.text));
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::disk::MemoryDisk;

    #[test]
    fn who_does_not_want_to_know_any_more_waits_no_longer() {
        let mut text = String::from("edition 2026\napplication shop {}\n");
        for number in 0..50 {
            text += &format!(
                "environment shop-{number}: web {{\n  platform = \"nodejs-22\"\n  release = \"1\"\n}}\n"
            );
        }
        let disk = MemoryDisk::new([("shop.bean", &text)]);
        let checked = check(None, Path::new("shop.bean"), &disk, &Options::default());
        let asked = AtomicUsize::new(0);
        let after = |most: usize| {
            asked.store(0, Ordering::Relaxed);
            let stop = || asked.fetch_add(1, Ordering::Relaxed) >= most;
            expand_unless(&checked, &stop).map(|it| it.units.len())
        };
        assert_eq!(after(usize::MAX), Some(51), "{:?}", checked.diagnostics);
        let all = asked.load(Ordering::Relaxed);
        for most in [0, 10, 50, 60, all - 1] {
            assert_eq!(after(most), None);
        }
        assert_eq!(after(all), Some(51));
    }
}
