//! The stages in order, once, for the command line and the editor alike.

use std::path::Path;

use crate::analysis::load::Earlier;
use crate::analysis::{self, Reading};
use crate::backend::limits;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::disk::Disk;
use crate::expand;
use crate::graph::{ResourceGraph, names, units};
use crate::model::Program;
use crate::source::Sources;

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
    stages(None, entry, disk, options)
}

/// The same after an edit: files that have not changed since an earlier
/// compilation are not parsed again.
pub fn recompile(
    earlier: &Compilation,
    entry: &Path,
    disk: &dyn Disk,
    options: &Options,
) -> Compilation {
    let earlier = Earlier {
        sources: &earlier.sources,
        files: &earlier.reading.files,
    };
    stages(Some(earlier), entry, disk, options)
}

fn stages(
    earlier: Option<Earlier<'_>>,
    entry: &Path,
    disk: &dyn Disk,
    options: &Options,
) -> Compilation {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let (program, reading, verdict) = analysis::analyze(
        earlier,
        entry,
        disk,
        options,
        &mut sources,
        &mut diagnostics,
    );
    let mut units = if diagnostics.has_errors() {
        Vec::new()
    } else {
        let expanded = expand::expand(&program);
        for unit in &expanded {
            names::check(unit, &mut diagnostics);
        }
        let units = units::in_order(expanded, &mut diagnostics);
        limits::check(&units, &sources, &mut diagnostics);
        units
    };
    // A cycle or a limit is known only now.
    if diagnostics.has_errors() {
        units.clear();
    }
    let diagnostics = verdict.over(diagnostics.into_sorted(), &sources);
    Compilation {
        sources,
        diagnostics,
        program,
        reading,
        units,
    }
}
