//! Edits that are right for certain, applied together.

use std::collections::BTreeMap;

use super::{Applicability, Diagnostic, Edit, Help};
use crate::source::{FileId, Sources};

/// What came of applying fixes.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The files that change, as they become.
    pub texts: BTreeMap<FileId, String>,
    /// How many complaints were answered.
    pub applied: usize,
    /// How many have to wait, because their edits overlap with others.
    pub left: usize,
}

/// Applies the first certain help of each diagnostic, in their order. Edits
/// that touch one that is applied are left, and so are those of files that
/// `is_ours` does not know.
pub fn apply(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    is_ours: impl Fn(FileId) -> bool,
) -> Fixes {
    let mut fixes = Fixes::default();
    let mut accepted: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let Some(help) = diagnostic.helps.iter().find(|help| is_certain(help)) else {
            continue;
        };
        if !help.edits.iter().all(|edit| is_ours(edit.span.file)) {
            continue;
        }
        let overlaps = |edit: &Edit| {
            let known = accepted.get(&edit.span.file);
            known.is_some_and(|known| known.iter().any(|other| touch(edit, other)))
        };
        if help.edits.iter().any(overlaps) {
            fixes.left += 1;
            continue;
        }
        fixes.applied += 1;
        for edit in &help.edits {
            accepted.entry(edit.span.file).or_default().push(edit);
        }
    }
    for (file, mut edits) in accepted {
        // From the end on, so that the places in front stay where they are.
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        let mut text = sources.file(file).text().to_string();
        for edit in edits {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        fixes.texts.insert(file, text);
    }
    fixes
}

/// Whether a help may be carried out without asking.
fn is_certain(help: &Help) -> bool {
    help.applicability == Applicability::MachineApplicable && !help.edits.is_empty()
}

/// Whether two edits have a byte, or the place between two, in common.
fn touch(one: &Edit, other: &Edit) -> bool {
    one.span.start <= other.span.end && other.span.start <= one.span.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    #[test]
    fn edits_that_touch_wait_for_the_next_round() {
        let mut sources = Sources::default();
        let id = sources.add("a.bean", "one two three");
        let fix = |start, end, text: &str| {
            let span = Span::new(id, start, end);
            Diagnostic::new(Code::UnknownProperty, span, "wrong").fix("so", span, text)
        };
        let diagnostics = [fix(0, 3, "1"), fix(2, 5, "x"), fix(8, 13, "3")];
        let fixes = apply(&diagnostics, &sources, |_| true);
        assert_eq!((fixes.applied, fixes.left), (2, 1));
        assert_eq!(fixes.texts.get(&id).map(String::as_str), Some("1 two 3"));
        assert!(apply(&diagnostics, &sources, |_| false).texts.is_empty());
    }
}
