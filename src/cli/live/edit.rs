//! A program as it would be: files are edited in memory, compiled, deployed as
//! far as the question to the user, and only then written.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{Failure, Screen, Session, Which, report_all};
use crate::cli::output;
use crate::source::{LineEnd, Sources, Span};

/// Files of a program with something replaced.
#[derive(Debug)]
pub(super) struct Edit {
    sources: Sources,
    texts: BTreeMap<String, String>,
}

impl Edit {
    /// Nothing is replaced yet.
    pub(super) fn of(session: &Session) -> Self {
        Self {
            sources: session.sources(),
            texts: BTreeMap::new(),
        }
    }

    /// Replaces several places, none of which overlaps another.
    pub(super) fn replace(&mut self, mut places: Vec<(Span, String)>) {
        // From the end of a file on, so that the other places stay where they are.
        places.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
        for (span, new) in places {
            let source = self.sources.file(span.file);
            let text = self.texts.entry(source.name().to_owned());
            let text = text.or_insert_with(|| source.text().to_string());
            text.replace_range(span.start as usize..span.end as usize, &new);
        }
    }

    /// Adds an item to the end of the file that a place is in.
    pub(super) fn append(&mut self, place: Span, item: &str) {
        let source = self.sources.file(place.file);
        let old = source.text();
        let space = match (old.is_empty(), old.ends_with('\n')) {
            (true, _) => "",
            (false, true) => "\n",
            (false, false) => "\n\n",
        };
        let added = LineEnd::of(old).put_into(format!("{space}{item}"));
        let new = format!("{old}{added}");
        self.texts.insert(source.name().to_owned(), new);
    }

    /// The program as it would be; `None` after saying what would be wrong
    /// with it.
    pub(super) fn compiled(
        &self,
        session: &Session,
        which: &Which,
        screen: &mut Screen,
    ) -> Result<Option<Session>, Failure> {
        let entry = session.entry.clone();
        let files = self.texts.iter();
        let files = files.map(|(name, text)| (name, text.clone().into_bytes()));
        let compilation = which.params.compile_with(&entry, files)?;
        report_all(&compilation, &entry, screen)?;
        let edited = Session {
            entry,
            compilation,
            access: Arc::clone(&session.access),
        };
        Ok((!edited.compilation.has_errors()).then_some(edited))
    }

    /// Writes the files.
    pub(super) fn write(&self) -> Result<(), Failure> {
        let texts = self.texts.iter();
        output::rewrite(texts.map(|(name, text)| (Path::new(name), text.as_str())))
    }
}
