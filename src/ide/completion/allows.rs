//! The lints that a comment allows: `# beanc: allow(short-grace) "why"`.

use rustc_hash::FxHashSet;

use super::{CompletionKind, Context};
use crate::diagnostic::{Code, lint};
use crate::source::Span;
use crate::syntax;

impl Context<'_> {
    /// Lints by their names, what is said of this file first.
    pub(super) fn allows(&mut self) {
        let Some(written) = syntax::open_allow(self.place.comment) else {
            return;
        };
        let here = self.replace();
        // Of the comment itself something is said as long as it is half typed.
        let is_meant = |span: Span| span.file == self.file && !span.contains(here);
        let said = self.snapshot.early_diagnostics().iter();
        let said = said.filter(|it| is_meant(it.primary.span));
        let said: FxHashSet<Code> = said.map(|it| it.code).collect();
        for code in Code::lints().filter(|code| !written.contains(&code.slug())) {
            let rank = u32::from(!said.contains(&code));
            self.propose(rank, code.slug(), CompletionKind::EnumWord)
                .detail(code.number())
                .docs(lint::summary(code));
        }
    }
}
