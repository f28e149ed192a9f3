//! Properties that have to agree with each other, over the resolved program.
//!
//! Types and ranges of single properties are checked before; here is what two
//! properties, or a property and a fact of AWS, say of each other.

mod dns;
mod errors;
mod instances;
mod load_balancer;
mod names;
mod network;
mod platform;
mod queue;
mod scaling;

use rustc_hash::FxHashSet;

pub(super) use errors::{malformed_cron, unknown_instance_type};
pub(super) use queue::converted;
pub(super) use scaling::cron_problem;

use super::names::Names;
use crate::diagnostic::{Diagnostic, Diagnostics, Label};
use crate::model::{Environment, Network, Program};
use crate::source::Span;

/// What every check is given.
struct Check<'a, 'd> {
    environment: &'a Environment,
    network: Option<&'a Network>,
    diagnostics: &'d mut Diagnostics,
}

impl Check<'_, '_> {
    /// Whether there is a balancer in front of the instances.
    fn balanced(&self) -> bool {
        self.environment.is_balanced()
    }

    /// Whether there is one instance with an address of its own.
    fn single(&self) -> bool {
        self.environment.is_single()
    }
}

/// Reports everything in the program that cannot be so. Of environments that
/// are unfinished, because something in them could not be read, only what has
/// nothing to do with that.
pub(super) fn check(
    program: &Program,
    unfinished: &[Environment],
    names: &Names<'_>,
    diagnostics: &mut Diagnostics,
) {
    for application in program.applications.values() {
        self::names::application(application, diagnostics);
    }
    for network in program.networks.values() {
        network::network(program, network, diagnostics);
    }
    let heads = names.heads();
    let tell = |environment: &Environment, error: Diagnostic, diagnostics: &mut Diagnostics| {
        let place = error.primary.span;
        // What a parent says wrong is said once, with one who has it.
        diagnostics.report_once(match heads.get(&environment.span) {
            Some(item) if !item.span.contains(place) => super::errors::inherited(error, &item.name),
            Some(_) | None => error,
        });
    };
    for environment in program.environments.values() {
        for error in complaints(program, environment) {
            tell(environment, error, diagnostics);
        }
    }
    dns::check(program, diagnostics);
    if unfinished.is_empty() {
        return;
    }
    let faulty: FxHashSet<Span> = diagnostics
        .errors()
        .filter_map(|error| names.block_around(error.primary.span))
        .collect();
    let is_faulty = |label: &Label| {
        let block = names.block_around(label.span);
        block.is_some_and(|block| faulty.contains(&block))
    };
    for environment in unfinished {
        for error in complaints(program, environment) {
            if !is_faulty(&error.primary) && !error.related.iter().any(is_faulty) {
                tell(environment, error, diagnostics);
            }
        }
    }
}

/// What is wrong with an environment.
fn complaints(program: &Program, environment: &Environment) -> Vec<Diagnostic> {
    let network = environment.network.as_ref();
    let network = network.and_then(|name| program.networks.get(name));
    let mut diagnostics = Diagnostics::default();
    let mut check = Check {
        environment,
        network,
        diagnostics: &mut diagnostics,
    };
    names::check(&mut check);
    network::placement(&mut check);
    instances::check(&mut check);
    platform::check(&mut check);
    load_balancer::check(&mut check);
    queue::check(&mut check);
    scaling::check(&mut check);
    diagnostics.into_sorted()
}
