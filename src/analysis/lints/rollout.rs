//! How new versions reach the instances.

use super::Scene;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::Setting;
use crate::schema::deployment::{Batch, Strategy};
use crate::schema::metric::Metric;
use crate::source::Span;
use crate::units::Duration;

/// A batch of the only instance leaves none.
pub(super) fn interrupted_deployment(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    let strategy = &settings.deployment.strategy;
    let min = &settings.instances.min;
    if strategy.value == Strategy::Rolling
        && !scene.environment.is_single()
        && min.value == 1
        && let Some(span) = strategy.span()
    {
        found.push(interrupted(span, min));
    }
}

/// Several instances that go at once: the others do not help.
pub(super) fn everything_at_once(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    let min = &settings.instances.min;
    if !scene.environment.is_balanced() || min.value == 1 {
        return;
    }
    let deployment = &settings.deployment;
    let all = match (deployment.strategy.value, deployment.batch.value) {
        (Strategy::AllAtOnce, _) => deployment.strategy.span(),
        (Strategy::Rolling, Batch::Percent(share)) if share.0 >= 100 => deployment.batch.span(),
        (Strategy::Rolling, Batch::Count(count)) if count >= min.value => deployment.batch.span(),
        _ => None,
    };
    found.extend(all.map(|span| all_go_at_once(span, min)));
}

/// What Amazon Linux takes from its start to the first answer of an application
/// that has to be installed is more, on the instance types that people use.
const SHORTEST_DEPLOYMENT: Duration = Duration::from_mins(2);

/// Deployments that are given up before an instance can answer.
pub(super) fn short_deployment_timeout(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let timeout = &scene.environment.settings.deployment.timeout;
    if timeout.value < SHORTEST_DEPLOYMENT
        && let Some(span) = timeout.span()
    {
        found.push(given_up_early(span, timeout.value));
    }
}

/// Alarms about answers that do not take a deployment back.
pub(super) fn no_rollback(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    if !scene.environment.is_balanced() || !settings.deployment.rollback_on.value.is_empty() {
        return;
    }
    let mut alarms = settings.alarm.iter();
    let of_answers = alarms.find(|alarm| {
        matches!(
            alarm.metric.value,
            Metric::Target5xx
                | Metric::LoadBalancer5xx
                | Metric::TargetResponseTime
                | Metric::TargetResponseTimeP90
                | Metric::TargetResponseTimeP95
                | Metric::TargetResponseTimeP99
                | Metric::UnhealthyHosts
        )
    });
    found.extend(of_answers.map(|alarm| not_taken_back(alarm.span, &alarm.name)));
}

// Words

fn interrupted(span: Span, min: &Setting<i64>) -> Diagnostic {
    let message = "each deployment interrupts the service";
    let warning = Diagnostic::new(Code::InterruptedDeployment, span, message)
        .label("the only instance goes before its successor answers, some minutes later");
    let warning = match min.span() {
        Some(place) => warning.related(place, "one instance"),
        None => warning.note("`min` is 1 by default"),
    };
    warning.help("use `rolling_with_additional_batch` or `immutable`, or `min = 2`")
}

fn all_go_at_once(span: Span, min: &Setting<i64>) -> Diagnostic {
    let message = "each deployment takes all instances away at once";
    let warning = Diagnostic::new(Code::EverythingAtOnce, span, message)
        .label("nothing answers until the new ones do, some minutes later");
    let warning = match min.span() {
        Some(place) => warning.related(place, format!("{} that could stay", min.value)),
        None => warning,
    };
    warning.help("use `rolling_with_additional_batch` or `immutable`, or a smaller `batch`")
}

fn given_up_early(span: Span, timeout: Duration) -> Diagnostic {
    let message =
        format!("a deployment is given up when an instance does not answer within {timeout}");
    Diagnostic::new(Code::ShortDeploymentTimeout, span, message)
        .label("starting and installing takes longer, most likely")
        .help("leave it out for `15m`; what answers earlier does not wait")
}

fn not_taken_back(span: Span, name: &str) -> Diagnostic {
    let message = format!("no deployment is taken back when `{name}` rings");
    Diagnostic::new(Code::NoRollback, span, message)
        .label("a bad version stays until somebody reads of it")
        .help(format!("`deployment {{ rollback_on = [alarm.{name}] }}`"))
}
