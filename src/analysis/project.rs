//! Files of the project's root beside its programs: `bean.toml`, `bean.lock`.

use std::borrow::Cow;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::errors;
use crate::diagnostic::Diagnostics;
use crate::disk::Disk;
use crate::source::{FileId, Sources, Span};

/// The text of one; nothing when it is not there or cannot be read, which is
/// reported.
pub(super) fn text(
    root: &Path,
    name: &'static str,
    disk: &dyn Disk,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let path = root.join(name);
    if !disk.exists(&path) {
        return None;
    }
    let mut nowhere = || Span::new(sources.add(name, ""), 0, 0);
    match disk.read(&path).map(String::from_utf8) {
        Ok(Ok(text)) => return Some(text),
        Ok(Err(error)) => {
            diagnostics.report(errors::not_text(nowhere(), name, &error));
        }
        Err(error) => {
            diagnostics.report(errors::unreadable(nowhere(), name, &error));
        }
    }
    None
}

/// A key of a table with its value.
pub(super) type Entry<'t, 'v> = (&'t Spanned<Cow<'v, str>>, &'t Spanned<DeValue<'v>>);

/// The table sorts its keys; complaints come in the order of the file.
pub(super) fn in_order<'t, 'v>(table: &'t DeTable<'v>) -> Vec<Entry<'t, 'v>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// Where a key or a value stands.
pub(super) fn placed<T>(file: FileId, value: &Spanned<T>) -> Span {
    let span = value.span();
    Span::new(file, span.start, span.end)
}
