//! What is probably wrong with a program that could be deployed as it is.
//!
//! One file for each subject; there, a lint is a function that looks, with the
//! sources of its thresholds, and under it the words for what it finds. A new
//! one is a code with its page, such a function, and a line in [`LINTS`].
//!
//! A finding is a promise: probably wrong, in most programs that have it. What
//! is a matter of taste waits until it is asked for (`ON_REQUEST` in
//! [`crate::diagnostic::lint`]).

mod edit;
mod instances;
mod network;
mod rollout;
mod secrets;
mod traffic;
mod unused;
mod verdict;

pub use verdict::Verdict;

use super::checks::{Faults, Heirs};
use super::load::Loaded;
use super::names::Names;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Environment, Network, Program};
use crate::source::Sources;

/// Every lint that looks at programs, in the order of the numbers.
const LINTS: &[(Code, Look)] = &[
    (
        Code::InterruptedDeployment,
        Look::Environment(rollout::interrupted_deployment),
    ),
    (Code::OneNatGateway, Look::Network(network::one_nat_gateway)),
    (Code::ShortGrace, Look::Environment(instances::short_grace)),
    (Code::PlainHttp, Look::Environment(traffic::plain_http)),
    (
        Code::LiteralSecret,
        Look::Environment(secrets::literal_secret),
    ),
    (
        Code::PortWithoutCertificate,
        Look::Environment(traffic::port_without_certificate),
    ),
    (
        Code::PreviousGeneration,
        Look::Environment(instances::previous_generation),
    ),
    (Code::Unused, Look::Program(unused::unused)),
];

/// What a lint looks at.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// At each environment.
    Environment(fn(&Scene<'_>, &mut Vec<Diagnostic>)),
    /// At each network.
    Network(fn(&Program, &Network, &mut Vec<Diagnostic>)),
    /// At a program without errors, once.
    Program(fn(&Ground<'_>, &mut Vec<Diagnostic>)),
}

/// An environment and what it stands in.
struct Scene<'a> {
    environment: &'a Environment,
}

/// A program and its files.
pub(super) struct Ground<'a> {
    pub(super) program: &'a Program,
    /// Environments of which something could not be read.
    pub(super) unfinished: &'a [Environment],
    pub(super) files: &'a [Loaded],
    pub(super) sources: &'a Sources,
    pub(super) names: &'a Names<'a>,
}

/// Looks for everything that is probably wrong.
pub(super) fn check(ground: &Ground<'_>, heirs: &Heirs<'_>, diagnostics: &mut Diagnostics) {
    let program = ground.program;
    // The library is not the user's to change.
    let is_ours = |finding: &Diagnostic| {
        let name = ground.sources.file(finding.primary.span.file).name();
        !name.starts_with("std/")
    };
    let has_errors = diagnostics.has_errors();
    let faults = Faults::new(ground.names, diagnostics);
    let mut found = Vec::new();
    for (_, look) in LINTS {
        match look {
            Look::Network(look) => program
                .networks
                .values()
                .for_each(|network| look(program, network, &mut found)),
            Look::Program(look) if !has_errors => look(ground, &mut found),
            Look::Program(_) | Look::Environment(_) => {}
        }
    }
    verdict::comments(ground.files, &mut found);
    for finding in found.drain(..).filter(is_ours) {
        diagnostics.report(finding);
    }
    let finished = program.environments.values().map(|it| (it, true));
    let unfinished = ground.unfinished.iter().map(|it| (it, false));
    for (environment, is_finished) in finished.chain(unfinished) {
        let scene = Scene { environment };
        for (_, look) in LINTS {
            if let Look::Environment(look) = look {
                look(&scene, &mut found);
            }
        }
        for finding in found.drain(..).filter(is_ours) {
            if is_finished || !faults.touch(&finding) {
                heirs.tell(environment, finding, diagnostics);
            }
        }
    }
}
