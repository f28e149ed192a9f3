//! The machines: what they are and how long they may take.

use super::Scene;
use crate::diagnostic::{Code, Diagnostic};
use crate::facts::{self, InstanceType};
use crate::source::Span;
use crate::units::Duration;

/// Below this, a start that installs anything is not over.
const SHORTEST_START: Duration = Duration::from_mins(1);

/// Instances that are replaced before they can answer.
pub(super) fn short_grace(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let grace = &scene.environment.settings.instances.replace_unhealthy_after;
    if grace.value < SHORTEST_START
        && let Some(span) = grace.span()
    {
        found.push(replaced_too_early(span, grace.value));
    }
}

/// Types that EC2 lists as of a previous generation.
pub(super) fn previous_generation(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for (ty, span) in types(scene) {
        if !ty.current {
            let nearest = facts::nearest(ty, ty.architecture()).map(|ty| ty.name);
            found.push(of_before(ty, span, nearest));
        }
    }
}

/// The instance types that are written, with their places.
fn types<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (&'static InstanceType, Span)> + 'a {
    let instances = &scene.environment.settings.instances;
    let main = instances.r#type.as_ref();
    let main = main.and_then(|ty| Some((&ty.value.0, ty.span()?)));
    let further = instances.mixed.types.value.iter();
    let further = further.map(|(ty, span)| (&ty.0, *span));
    let all = main.into_iter().chain(further);
    all.filter_map(|(name, span)| Some((facts::instance_type(name)?, span)))
}

// Words

fn replaced_too_early(span: Span, grace: Duration) -> Diagnostic {
    let message = format!("new instances have {grace} to become healthy");
    Diagnostic::new(Code::ShortGrace, span, message)
        .label("installing and starting takes longer, most likely")
        .note("an instance that is replaced before it answers is followed by the next, for ever")
        .help("two to five minutes are usual: `5m`")
}

fn of_before(ty: &InstanceType, span: Span, nearest: Option<&'static str>) -> Diagnostic {
    let message = format!("`{}` is of a previous generation", ty.name);
    let warning = Diagnostic::new(Code::PreviousGeneration, span, message)
        .label("slower and dearer than what replaced it");
    match nearest {
        Some(near) => warning.suggestion(
            format!("`{near}` is the nearest current type"),
            span,
            format!("\"{near}\""),
        ),
        None => warning,
    }
}
