//! The types of params and inputs.

use super::{CompletionKind, Context};
use crate::schema::vocabulary;

impl Context<'_> {
    pub(super) fn types(&mut self) {
        for (rank, word) in (0..).zip(&vocabulary::TYPES) {
            self.propose(rank, word.word, CompletionKind::Type)
                .docs(word.doc);
        }
        let rank = u32::try_from(vocabulary::TYPES.len()).unwrap_or_default();
        self.propose(rank, "list", CompletionKind::Type)
            .docs("A list of values of one type.")
            .snippet("list<$0>")
            .again(true);
    }
}
