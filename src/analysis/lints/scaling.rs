//! How a group grows and shrinks.

use super::Scene;
use super::instances::SHORTEST_START;
use crate::diagnostic::{Code, Diagnostic};
use crate::ordered::IndexMap;
use crate::schema::Setting;
use crate::schema::metric::{Metric, Threshold};
use crate::schema::scaling::{CPU_HIGH, CPU_LOW, Trigger};
use crate::source::Span;
use crate::units::{Duration, Percent, Size};

/// Triggers and policies of a group that has no room.
pub(super) fn no_room_to_scale(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    let scaling = &settings.scaling;
    let min = settings.instances.min.value;
    let has_room = scene.environment.max_instances() != min;
    // Schedules may make room.
    if has_room || scene.environment.is_single() || !scaling.schedule.is_empty() {
        return;
    }
    let max = settings.instances.max.as_ref().and_then(Setting::span);
    let triggers = scaling.trigger.iter().map(|it| (it.span, &it.name, false));
    let policies = scaling.policy.iter().map(|it| (it.span, &it.name, true));
    let first = triggers.chain(policies).next();
    found.extend(first.map(|(span, name, is_policy)| {
        let warning = never_scales(span, name, min, max);
        match is_policy {
            true => warning.note("it is left out of what is built"),
            false => warning,
        }
    }));
}

/// Thresholds so close that an instance that was added is removed again: a
/// metric that instances share falls when there is one more (EC2 Auto Scaling
/// User Guide, simple scaling: leave room between the alarms).
pub(super) fn flapping_trigger(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    if scene.environment.is_single() {
        return;
    }
    let min = settings.instances.min.value;
    for trigger in settings.scaling.trigger.iter() {
        let is_shared = matches!(
            trigger.metric.value,
            Metric::Cpu
                | Metric::NetworkIn
                | Metric::NetworkOut
                | Metric::RequestsPerInstance
                | Metric::BacklogPerInstance
        );
        let Some((high, low)) = thresholds(trigger).filter(|_| is_shared) else {
            continue;
        };
        // An error that is said where it stands.
        if number(high) <= number(low) {
            continue;
        }
        let more = min + trigger.add.value;
        let then = shared(high, min, more);
        let place = [&trigger.low, &trigger.high].into_iter().flatten();
        if number(then) < number(low)
            && let Some(span) = place
                .filter_map(Setting::span)
                .next()
                .or(trigger.add.span())
        {
            found.push(comes_and_goes(span, high, then, (min, more)));
        }
    }
}

fn thresholds(trigger: &Trigger) -> Option<(Threshold, Threshold)> {
    let is_cpu = trigger.metric.value == Metric::Cpu;
    let or = |threshold: &Option<Setting<Threshold>>, default: Percent| match threshold {
        Some(threshold) => Some(threshold.value),
        None => is_cpu.then_some(Threshold::Percent(default)),
    };
    let thresholds = or(&trigger.high, CPU_HIGH)?;
    let low = or(&trigger.low, CPU_LOW)?;
    (thresholds.unit() == low.unit()).then_some((thresholds, low))
}

/// What `few` instances have each, on `many`.
fn shared(threshold: Threshold, few: i64, many: i64) -> Threshold {
    let share = |it: i64| it.saturating_mul(few) / many;
    match threshold {
        Threshold::Percent(it) => Threshold::Percent(Percent(share(it.0))),
        Threshold::Size(it) => Threshold::Size(Size::from_bytes(share(it.bytes()))),
        Threshold::Duration(it) => Threshold::Duration(Duration::from_millis(share(it.millis()))),
        Threshold::Count(it) => Threshold::Count(share(it)),
    }
}

fn number(threshold: Threshold) -> i64 {
    match threshold {
        Threshold::Percent(it) => it.0,
        Threshold::Size(it) => it.bytes(),
        Threshold::Duration(it) => it.millis(),
        Threshold::Count(it) => it,
    }
}

fn text(threshold: Threshold) -> String {
    match threshold {
        Threshold::Percent(it) => it.to_string(),
        Threshold::Size(it) => it.to_string(),
        Threshold::Duration(it) => it.to_string(),
        Threshold::Count(it) => it.to_string(),
    }
}

/// Pauses shorter than a start: the next instance is added before the last one
/// does any work (EC2 Auto Scaling User Guide, cooldowns and warm-up).
pub(super) fn short_cooldown(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let scaling = &scene.environment.settings.scaling;
    let triggers = scaling.trigger.iter().map(|it| &it.cooldown);
    let policies = scaling.policy.iter().map(|it| &it.cooldown);
    for cooldown in triggers.chain(policies) {
        if cooldown.value < SHORTEST_START
            && let Some(span) = cooldown.span()
        {
            found.push(next_too_early(span, cooldown.value));
        }
    }
}

/// A schedule that ends all instances, and none that starts any.
pub(super) fn scaled_to_nothing(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let schedules = &scene.environment.settings.scaling.schedule;
    let max = |it: &crate::schema::scaling::ScalingSchedule| it.max.as_ref().map(|it| it.value);
    if schedules
        .iter()
        .any(|it| max(it).is_some_and(|max| max > 0))
    {
        return;
    }
    let ends = schedules.iter().filter_map(|it| it.max.as_ref());
    let first = ends.filter_map(Setting::span).next();
    found.extend(first.map(never_raised));
}

/// Schedules of one moment: which of them is last is left to chance.
pub(super) fn schedules_collide(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let mut first: IndexMap<String, Span> = IndexMap::default();
    for schedule in scene.environment.settings.scaling.schedule.iter() {
        let Some(when) = schedule.cron.as_ref().or(schedule.at.as_ref()) else {
            continue;
        };
        let Some(span) = when.span() else { continue };
        let fields: Vec<&str> = when.value.split_whitespace().collect();
        match first.get(&fields.join(" ")) {
            Some(place) => found.push(at_one_time(span, *place)),
            None => {
                first.insert(fields.join(" "), span);
            }
        }
    }
}

// Words

fn never_scales(span: Span, name: &str, bound: i64, max: Option<Span>) -> Diagnostic {
    let message = format!("`{name}` can neither add nor remove an instance");
    let warning = Diagnostic::new(Code::NoRoomToScale, span, message)
        .label(format!("`min` and `max` are both {bound}"));
    let warning = match max {
        Some(place) => warning.related(place, "no more than there are at least"),
        None => warning,
    };
    warning.help("raise `max`, or delete it")
}

fn comes_and_goes(
    span: Span,
    high: Threshold,
    then: Threshold,
    (few, many): (i64, i64),
) -> Diagnostic {
    let message = "an instance that is added is removed again, and added again";
    Diagnostic::new(Code::FlappingTrigger, span, message)
        .label("too close to each other")
        .note(format!(
            "{} on {few} is {} on {many}: below `low`",
            text(high),
            text(then)
        ))
        .help("raise `high`, or lower `low`")
}

fn next_too_early(span: Span, cooldown: Duration) -> Diagnostic {
    let message = format!("the next instance is added after {cooldown}, before the last one works");
    Diagnostic::new(Code::ShortCooldown, span, message)
        .label("starting and installing takes longer, most likely")
        .note("the metric stays high until the new instance takes its share")
        .help("about the time of a start is usual: `5m`")
}

fn never_raised(span: Span) -> Diagnostic {
    let message = "nothing starts an instance again after this";
    Diagnostic::new(Code::ScaledToNothing, span, message)
        .label("from then on there is none")
        .help("add a schedule that raises `max`")
}

fn at_one_time(span: Span, first: Span) -> Diagnostic {
    let message = "two schedules change the group at one moment";
    Diagnostic::new(Code::SchedulesCollide, span, message)
        .label("which of them is last is left to chance")
        .related(first, "the other")
        .help("make one of them, or move one by a minute")
}
