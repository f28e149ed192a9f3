//! `bean.toml`, the settings of a project: which lints are wanted.
//!
//! ```toml
//! [lints]
//! security = "deny"
//! unused = "allow"
//! ```

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::project::{in_order, placed};
use super::{errors, project};
use crate::diagnostic::Diagnostics;
use crate::diagnostic::lint::{Level, Levels, Lints};
use crate::disk::Disk;
use crate::source::{FileId, Sources, Span};

/// The file's name, at the project's root.
pub(super) const FILE: &str = "bean.toml";

/// The only table of this version.
const LINTS: &str = "lints";

/// What the project says of lints; what is wrong is reported and left out.
pub(super) fn read(
    root: &Path,
    disk: &dyn Disk,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Levels {
    let mut levels = Levels::default();
    let Some(text) = project::text(root, FILE, disk, sources, diagnostics) else {
        return levels;
    };
    let id = sources.add(FILE, &text);
    let (table, problems) = DeTable::parse_recoverable(&text);
    for problem in &problems {
        let place = problem.span().unwrap_or(0..0);
        let place = Span::new(id, place.start, place.end);
        diagnostics.report(errors::malformed_toml(place, problem.message()));
    }
    for (key, value) in table.get_ref() {
        let place = placed(id, key);
        if key.get_ref() != LINTS {
            diagnostics.report(errors::unknown_settings(key.get_ref(), place));
            continue;
        }
        let Some(table) = value.get_ref().as_table() else {
            diagnostics.report(errors::not_a_table(place));
            continue;
        };
        lints(id, table, &mut levels, diagnostics);
    }
    levels
}

fn lints(id: FileId, table: &DeTable<'_>, levels: &mut Levels, diagnostics: &mut Diagnostics) {
    for (key, value) in in_order(table) {
        let name = key.get_ref();
        let lints = Lints::read(name).map_err(|why| {
            diagnostics.report(errors::no_such_lint(name, why, placed(id, key)));
        });
        let level = level(value).ok_or_else(|| {
            diagnostics.report(errors::no_level(placed(id, value)));
        });
        if let (Ok(lints), Ok(level)) = (lints, level)
            && levels.set(lints, level).is_some()
        {
            // `W4001` and `unused`: one lint under two names.
            let error = errors::level_twice(lints.word(), placed(id, key));
            diagnostics.report(error);
        }
    }
}

fn level(value: &Spanned<DeValue<'_>>) -> Option<Level> {
    let word = value.get_ref().as_str()?;
    Level::ALL.into_iter().find(|level| level.word() == word)
}
