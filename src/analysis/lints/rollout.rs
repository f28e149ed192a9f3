//! How new versions reach the instances.

use super::Scene;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::Setting;
use crate::schema::deployment::Strategy;
use crate::source::Span;

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
