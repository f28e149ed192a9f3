//! Text of several lines, such as a script.

use super::{References, Term};
use crate::source::Span;

/// A text, and the user's expressions behind its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// The text.
    pub text: Term,
    /// The expressions behind lines, which are counted from 1, in their order.
    pub origins: Vec<(usize, Span)>,
}

impl Lines {
    /// The same behind other text, and in front of more.
    #[must_use]
    pub fn within(self, front: impl IntoIterator<Item = Term>, behind: Term) -> Self {
        let front: Vec<Term> = front.into_iter().collect();
        let added: usize = front.iter().map(breaks).sum();
        let origins = self.origins.into_iter();
        Self {
            text: Term::join(front.into_iter().chain([self.text, behind])),
            origins: origins.map(|(line, span)| (line + added, span)).collect(),
        }
    }
}

/// How many lines end in a term: what only the deployment knows has none.
fn breaks(term: &Term) -> usize {
    match term {
        Term::Text(text) => text.matches('\n').count(),
        Term::Join(terms) => terms.iter().map(breaks).sum(),
        _ => 0,
    }
}

impl References for Lines {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        self.text.references(visit);
    }
}
