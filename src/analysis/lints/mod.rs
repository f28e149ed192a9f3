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
mod observing;
mod queue;
mod rollout;
mod scaling;
mod secrets;
mod source;
mod surplus;
mod traffic;
mod unused;
mod verdict;

pub use verdict::Verdict;

use super::bundle::Bundles;
use super::checks::{Faults, Heirs, Unfinished};
use super::layers::Layers;
use super::load::Loaded;
use super::names::Names;
use super::parts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::{Environment, Network, Program};
use crate::source::{Sources, Span};

/// Every lint that looks at programs, in the order of the numbers.
const LINTS: &[(Code, Look)] = &[
    (
        Code::InterruptedDeployment,
        Look::Environment(rollout::interrupted_deployment),
    ),
    (Code::OneNatGateway, Look::Network(network::one_nat_gateway)),
    (
        Code::SilentDeadLetters,
        Look::Whole(queue::silent_dead_letters),
    ),
    (
        Code::NeverSetAside,
        Look::Environment(queue::never_set_aside),
    ),
    (Code::ShortGrace, Look::Environment(instances::short_grace)),
    (Code::OneAttempt, Look::Environment(queue::one_attempt)),
    (Code::SingleZone, Look::Network(network::single_zone)),
    (
        Code::AloneBehindBalancer,
        Look::Environment(instances::alone_behind_balancer),
    ),
    (
        Code::NoRoomToScale,
        Look::Environment(scaling::no_room_to_scale),
    ),
    (
        Code::FlappingTrigger,
        Look::Environment(scaling::flapping_trigger),
    ),
    (
        Code::ShortCooldown,
        Look::Environment(scaling::short_cooldown),
    ),
    (
        Code::ScaledToNothing,
        Look::Environment(scaling::scaled_to_nothing),
    ),
    (Code::ShortDrain, Look::Environment(traffic::short_drain)),
    (
        Code::SlowHealthCheck,
        Look::Environment(traffic::slow_health_check),
    ),
    (
        Code::LenientHealthCheck,
        Look::Environment(traffic::lenient_health_check),
    ),
    (
        Code::ShortDeploymentTimeout,
        Look::Environment(rollout::short_deployment_timeout),
    ),
    (Code::OnlySpot, Look::Environment(instances::only_spot)),
    (Code::OneSpotPool, Look::Whole(instances::one_spot_pool)),
    (Code::UntoldAlarm, Look::Whole(observing::untold_alarm)),
    (
        Code::EverythingAtOnce,
        Look::Environment(rollout::everything_at_once),
    ),
    (Code::NoRollback, Look::Whole(rollout::no_rollback)),
    (
        Code::ShortLogRetention,
        Look::Environment(observing::short_log_retention),
    ),
    (
        Code::UnreachableRule,
        Look::Environment(traffic::unreachable_rule),
    ),
    (
        Code::SchedulesCollide,
        Look::Environment(scaling::schedules_collide),
    ),
    (
        Code::FloatingImage,
        Look::Environment(observing::floating_image),
    ),
    (
        Code::DefaultHealthPath,
        Look::Whole(traffic::default_health_path),
    ),
    (
        Code::UnwatchedQueue,
        Look::Environment(queue::unwatched_queue),
    ),
    (Code::NoRedirect, Look::Whole(traffic::no_redirect)),
    (Code::SilentTopic, Look::Whole(observing::silent_topic)),
    (Code::MissingSource, Look::Program(source::missing_source)),
    (
        Code::OtherNode,
        Look::Environment(source::other_node_version),
    ),
    (Code::PlainHttp, Look::Whole(traffic::plain_http)),
    (
        Code::LiteralSecret,
        Look::Environment(secrets::literal_secret),
    ),
    (
        Code::PortWithoutCertificate,
        Look::Whole(traffic::port_without_certificate),
    ),
    (Code::KeyPair, Look::Environment(instances::key_pair)),
    (Code::OldTls, Look::Environment(traffic::old_tls)),
    (
        Code::DowngradeRedirect,
        Look::Environment(traffic::downgrade_redirect),
    ),
    (
        Code::PublicInstances,
        Look::Environment(network::public_instances),
    ),
    (
        Code::NoAccessLogs,
        Look::Environment(traffic::no_access_logs),
    ),
    (Code::NoFlowLogs, Look::Network(network::no_flow_logs)),
    (Code::SecretInput, Look::Program(secrets::secret_input)),
    (Code::NoHttps, Look::Whole(traffic::no_https)),
    (Code::NatForTests, Look::Network(network::nat_for_tests)),
    (
        Code::PreviousGeneration,
        Look::Environment(instances::previous_generation),
    ),
    (
        Code::OlderVolume,
        Look::Environment(instances::older_volume),
    ),
    (
        Code::BurstableSpot,
        Look::Environment(instances::burstable_spot),
    ),
    (
        Code::GravitonFits,
        Look::Environment(instances::graviton_fits),
    ),
    (Code::UnseenMetrics, Look::Whole(instances::unseen_metrics)),
    (Code::PaidIops, Look::Environment(instances::paid_iops)),
    (Code::IdleNat, Look::Program(network::idle_nat)),
    (Code::Unused, Look::Program(unused::unused)),
    (
        Code::NeedlessOverride,
        Look::Program(surplus::needless_override),
    ),
    (Code::EmptyBlock, Look::Program(surplus::empty_block)),
    (Code::EmptyTag, Look::Program(surplus::empty_tag)),
    (Code::Undocumented, Look::Program(surplus::undocumented)),
    (
        Code::NeedlessInterpolation,
        Look::Program(surplus::needless_interpolation),
    ),
    (Code::UnusedProcess, Look::Whole(traffic::unused_process)),
];

/// What a lint looks at.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// At each environment.
    Environment(fn(&Scene<'_>, &mut Vec<Diagnostic>)),
    /// At each environment of which everything could be read, for what it
    /// lacks: elsewhere that may be what could not be read.
    Whole(fn(&Scene<'_>, &mut Vec<Diagnostic>)),
    /// At each network.
    Network(fn(&Program, &Network, &mut Vec<Diagnostic>)),
    /// At a program without errors, once.
    Program(fn(&Ground<'_>, &mut Vec<Diagnostic>)),
}

/// An environment and what it stands in.
struct Scene<'a> {
    environment: &'a Environment,
    network: Option<&'a Network>,
    /// The whole item.
    item: Option<Span>,
    sources: &'a Sources,
}

/// A program and its files.
pub(super) struct Ground<'a> {
    pub(super) program: &'a Program,
    /// Environments of which something could not be read.
    pub(super) unfinished: &'a [Unfinished],
    /// Where values stand that could not be read.
    pub(super) left_out: &'a [Span],
    pub(super) files: &'a [Loaded],
    pub(super) sources: &'a Sources,
    pub(super) names: &'a Names<'a>,
    pub(super) layers: &'a Layers<'a>,
    pub(super) bundles: &'a Bundles,
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
    let faults = Faults::new(ground.names, ground.left_out, diagnostics, |_| false);
    let mut found = Vec::new();
    for (_, look) in LINTS {
        match look {
            Look::Network(look) => program
                .networks
                .values()
                .for_each(|network| look(program, network, &mut found)),
            Look::Program(look) if !has_errors => look(ground, &mut found),
            Look::Program(_) | Look::Environment(_) | Look::Whole(_) => {}
        }
    }
    verdict::comments(ground.files, &mut found);
    for finding in found.drain(..).filter(is_ours) {
        diagnostics.report(finding);
    }
    let finished = program.environments.values().map(|it| (&**it, true));
    // Where it is unknown what things mean, they give no cause for doubt either.
    let unfinished = ground.unfinished.iter();
    let unfinished = unfinished.filter(|it| it.lost.is_empty() && !it.is_guessed);
    let unfinished = unfinished.map(|it| (&it.environment, false));
    let environments: Vec<(&Environment, bool)> = finished.chain(unfinished).collect();
    let found = parts::each(&environments, |(environment, is_finished)| {
        let network = environment.network.as_ref();
        let scene = Scene {
            environment,
            network: network.and_then(|name| program.networks.get(name)),
            item: heirs.item(environment).map(|item| item.span),
            sources: ground.sources,
        };
        let mut found = Vec::new();
        for (_, look) in LINTS {
            match look {
                Look::Environment(look) => look(&scene, &mut found),
                Look::Whole(look) if *is_finished => look(&scene, &mut found),
                Look::Whole(_) | Look::Network(_) | Look::Program(_) => {}
            }
        }
        found
    });
    for ((environment, is_finished), found) in environments.into_iter().zip(found) {
        for finding in found.into_iter().filter(is_ours) {
            let is_moot = match is_finished {
                true => faults.are_at(finding.primary.span),
                false => faults.touch(&finding),
            };
            if !is_moot {
                heirs.tell(environment, finding, diagnostics);
            }
        }
    }
}

/// Whether a name says that nobody depends on what has it.
fn is_for_tests(name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "dev", "test", "testing", "sandbox", "demo", "try", "preview", "ci",
    ];
    let mut words = name.split(['-', '_']);
    words.any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is not in the list would never look.
    #[test]
    fn every_lint_looks_or_is_about_comments() {
        let of_comments = [Code::UnusedAllow, Code::MalformedAllow, Code::UnknownLint];
        let mut all: Vec<Code> = LINTS
            .iter()
            .map(|(code, _)| *code)
            .chain(of_comments)
            .collect();
        all.sort();
        assert_eq!(all, Code::lints().collect::<Vec<_>>());
    }
}
