//! Environments of which something could not be read.
//!
//! What is missing is mostly left out. A few properties decide what the others
//! mean, and blocks are nothing without others: where one of those could not be
//! read, only what is wrong whatever it comes to be is said.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::{Heirs, complaints};
use crate::diagnostic::Diagnostic;
use crate::model::{Environment, Program, Tier};
use crate::ordered::IndexSet;
use crate::schema::instances::Purchase;
use crate::schema::load_balancer::Kind;
use crate::source::{Sources, Span};

/// An environment of which something could not be read.
pub(in crate::analysis) struct Unfinished {
    /// What could be read.
    pub(in crate::analysis) environment: Environment,
    /// What could not be read and decides what the rest means.
    pub(in crate::analysis) lost: Vec<Decisive>,
    /// The environment with all that its blocks could be which lack something;
    /// none when none does.
    pub(in crate::analysis) guesses: Vec<Environment>,
    /// Where the names of these blocks stand.
    pub(in crate::analysis) completed: FxHashSet<Span>,
    /// Whether it cannot be read without these blocks, and is the first guess.
    pub(in crate::analysis) is_guessed: bool,
}

/// A property that decides what others mean.
#[derive(Debug, Clone, Copy)]
pub(in crate::analysis) enum Decisive {
    Network,
    Balancer,
    Purchase,
}

impl Decisive {
    /// Those of a tier, each with its path.
    pub(in crate::analysis) fn of(tier: Tier) -> &'static [(Self, &'static [&'static str])] {
        const ALL: [(Decisive, &[&str]); 3] = [
            (Decisive::Network, &["network"]),
            (Decisive::Purchase, &["instances", "purchase"]),
            (Decisive::Balancer, &["load_balancer", "kind"]),
        ];
        match tier {
            Tier::Web => &ALL,
            Tier::Worker => &ALL[..2],
        }
    }

    /// The environment with everything that this could come to be.
    fn guesses(self, program: &Program, environment: &Environment) -> Vec<Environment> {
        let guess = |change: &dyn Fn(&mut Environment)| {
            let mut guess = environment.clone();
            change(&mut guess);
            guess
        };
        match self {
            Self::Network => {
                let names = program.networks.keys().cloned().map(Some);
                let all = names.chain([None]);
                all.map(|name| guess(&|it| it.network.clone_from(&name)))
                    .collect()
            }
            Self::Balancer => {
                let shared = SmolStr::new_static(
                    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/any/0123456789abcdef",
                );
                let kinds = [Kind::Application, Kind::Network, Kind::None];
                let all = kinds.into_iter().chain([Kind::Shared(shared)]);
                all.map(|kind| {
                    guess(&|it| it.settings.load_balancer.block.kind.value.clone_from(&kind))
                })
                .collect()
            }
            Self::Purchase => {
                let all = [Purchase::OnDemand, Purchase::Spot, Purchase::Mixed];
                all.iter()
                    .map(|way| guess(&|it| it.settings.instances.block.purchase.value = *way))
                    .collect()
            }
        }
    }
}

impl Unfinished {
    /// What is wrong with it whatever is missing comes to be.
    pub(super) fn complaints(
        &self,
        program: &Program,
        heirs: &Heirs<'_>,
        sources: &Sources,
    ) -> Vec<Diagnostic> {
        let Some((first, rest)) = self.guesses.split_first() else {
            return self.of(&self.environment, program, heirs, sources);
        };
        let mut sure = self.of(first, program, heirs, sources);
        for other in rest {
            if sure.is_empty() {
                break;
            }
            // One that speaks of what was guessed is not the same.
            let other = self.of(other, program, heirs, sources);
            sure.retain(|it| other.contains(it));
        }
        sure
    }

    /// What is wrong with a guess whatever is lost comes to be.
    fn of(
        &self,
        guess: &Environment,
        program: &Program,
        heirs: &Heirs<'_>,
        sources: &Sources,
    ) -> Vec<Diagnostic> {
        let Some((first, rest)) = self.lost.split_first() else {
            return complaints(program, guess, heirs, sources);
        };
        let mut guesses = first.guesses(program, guess);
        for lost in rest {
            guesses = guesses
                .iter()
                .flat_map(|guess| lost.guesses(program, guess))
                .collect();
        }
        let mut guesses = guesses
            .iter()
            .map(|guess| complaints(program, guess, heirs, sources));
        let mut sure = guesses.next().unwrap_or_default();
        for other in guesses {
            let places = other.iter().map(|it| (it.code, it.primary.span));
            let places: IndexSet<_> = places.collect();
            sure.retain(|it| places.contains(&(it.code, it.primary.span)));
        }
        sure
    }
}
