//! Files of an application's source that say what the compiler has to know.

use smol_str::SmolStr;

use crate::model::Placed;
use crate::ordered::IndexMap;
use crate::source::{FileId, Span};

/// The file in which an application says which containers run.
pub const DOCKERRUN: &str = "Dockerrun.aws.json";

/// The file in which an application says which tasks run when.
pub const CRON: &str = "cron.yaml";

/// What applications bring, by their `source` as it is written.
pub type Bundles = IndexMap<SmolStr, Bundle>;

/// The files of one application, where they are there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bundle {
    /// `Dockerrun.aws.json`, of programs that run containers.
    pub dockerrun: Option<FileId>,
    /// `cron.yaml`.
    pub cron: Option<FileId>,
}

/// Where texts stand in a file whose reader does not say.
pub(super) struct Found<'t> {
    /// The file.
    pub id: FileId,
    /// Its text.
    pub text: &'t str,
}

impl Found<'_> {
    /// A text and where it first stands, with its quotes.
    pub fn text(&self, wanted: &str) -> Placed {
        let quoted = serde_json::Value::from(wanted).to_string();
        let start = self.text.find(&quoted).unwrap_or_default();
        let end = (start + quoted.len()).min(self.text.len());
        (wanted.into(), Span::new(self.id, start, end))
    }

    /// Where a text first stands in a part of the file, without quotes; the
    /// part's first line where it does not.
    pub fn within(&self, part: std::ops::Range<usize>, wanted: &str) -> Span {
        let text = &self.text[part.clone()];
        let (at, length) = match text.find(wanted).filter(|_| !wanted.is_empty()) {
            Some(at) => (at, wanted.len()),
            None => (0, text.lines().next().map_or(0, str::len)),
        };
        let start = part.start + at;
        Span::new(self.id, start, start + length)
    }

    /// The character at a line and column, both counted from 1.
    pub fn at(&self, line: usize, column: usize) -> Span {
        let before: usize = self
            .text
            .split_inclusive('\n')
            .take(line.saturating_sub(1))
            .map(str::len)
            .sum();
        let start = (before + column.saturating_sub(1)).min(self.text.len());
        let start = (0..=start)
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or_default();
        Span::new(self.id, start, start)
    }
}
