//! Files of the project's root beside its programs: `bean.toml`, `bean.lock`.

use std::path::Path;

use super::errors;
use crate::diagnostic::Diagnostics;
use crate::disk::Disk;
use crate::source::{Sources, Span};

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
            let at = error.utf8_error().valid_up_to();
            diagnostics.report(errors::not_text(nowhere(), name, at));
        }
        Err(error) => {
            diagnostics.report(errors::unreadable(nowhere(), name, &error));
        }
    }
    None
}
