//! Triggers, policies, schedules and alarms.

use smol_str::SmolStr;

use super::{Check, errors};
use crate::model::Tier;
use crate::schema::load_balancer::Kind;
use crate::schema::metric::{Metric, MetricUnit, Threshold};
use crate::schema::scaling::{Alarm, Policy, ScalingSchedule, Trigger};
use crate::schema::{Lately, Named, Setting};
use crate::source::Span;
use crate::units::Duration;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let settings = &check.environment.settings;
    if check.single() {
        let scaling = &settings.scaling;
        let first = [
            scaling.trigger.iter().next().map(|it| ("trigger", it.span)),
            scaling.policy.iter().next().map(|it| ("policy", it.span)),
            scaling
                .schedule
                .iter()
                .next()
                .map(|it| ("schedule", it.span)),
        ];
        for (name, span) in first.into_iter().flatten() {
            let kind = settings.load_balancer.kind.span();
            check
                .diagnostics
                .report(errors::needs_balancer(name, span, kind));
        }
    } else {
        own_backlog(check);
        for trigger in settings.scaling.trigger.iter() {
            self::trigger(check, trigger);
        }
        for policy in settings.scaling.policy.iter() {
            self::policy(check, policy);
        }
        for schedule in settings.scaling.schedule.iter() {
            self::schedule(check, schedule);
        }
    }
    for alarm in settings.alarm.iter() {
        self::alarm(check, alarm);
    }
    for (name, span) in &settings.deployment.rollback_on.value {
        if let Err(why) = settings.alarm.find(&name.0) {
            let names = settings.alarm.iter().map(|it| it.name.as_str());
            check.lacks("alarm", &name.0, *span, names, why);
        }
    }
    if let Some(email) = &settings.notifications.email
        && let (Lately::Now(address), Some(span)) = (&email.value, email.span())
        && !is_email(address)
    {
        check
            .diagnostics
            .report(errors::malformed_address(address, span));
    }
}

fn trigger(check: &mut Check<'_, '_>, trigger: &Named<Trigger>) {
    metric(check, &trigger.metric, trigger.span);
    for threshold in [&trigger.high, &trigger.low].into_iter().flatten() {
        unit(check, &trigger.metric, threshold);
    }
    let is_cpu = trigger.metric.value == Metric::Cpu;
    for (name, threshold) in [("high", &trigger.high), ("low", &trigger.low)] {
        if threshold.is_none() && !is_cpu {
            let metric = trigger.metric.value;
            check
                .diagnostics
                .report(errors::missing_threshold(name, metric, trigger.span));
        }
    }
    // Numbers of two units are not held against each other.
    if let (Some(high), Some(low)) = (&trigger.high, &trigger.low)
        && high.value.unit() == low.value.unit()
        && number(high.value) <= number(low.value)
        && let Some(span) = high.span()
    {
        check
            .diagnostics
            .report(errors::high_below_low(span, low.span()));
    }
    let period = trigger.period.value;
    let allowed = matches!(period.millis(), 10_000 | 30_000) || period.millis() % 60_000 == 0;
    if let Some(span) = trigger.period.span()
        && !allowed
    {
        check.diagnostics.report(errors::odd_period(span, period));
    }
    let whole = period.secs().saturating_mul(trigger.breaches.value);
    if whole > Duration::from_days(1).secs() {
        let span = trigger
            .breaches
            .span()
            .or(trigger.period.span())
            .unwrap_or(trigger.span);
        check
            .diagnostics
            .report(errors::longer_than_a_day(span, whole));
    }
}

/// Metrics that target tracking can keep near a value.
const TRACKED: [Metric; 4] = [
    Metric::Cpu,
    Metric::NetworkIn,
    Metric::NetworkOut,
    Metric::RequestsPerInstance,
];

fn policy(check: &mut Check<'_, '_>, policy: &Named<Policy>) {
    if let Some(messages) = &policy.messages_per_instance {
        let other = [
            policy.target.as_ref().and_then(Setting::span),
            policy.metric.span(),
        ];
        if let Some(other) = other.into_iter().flatten().next() {
            let error = errors::two_targets(messages.span().unwrap_or(policy.span), other);
            check.diagnostics.report(error);
        }
        if let Some((account, place)) = foreign_queue(check) {
            let span = messages.span().unwrap_or(policy.span);
            let error = errors::metrics_of_another_account(&account, span, place);
            check.diagnostics.report(error);
        }
        return;
    }
    if !TRACKED.contains(&policy.metric.value) {
        let span = policy.metric.span().unwrap_or(policy.span);
        check
            .diagnostics
            .report(errors::not_tracked(policy.metric.value, span, &TRACKED));
        return;
    }
    metric(check, &policy.metric, policy.span);
    match &policy.target {
        Some(target) => {
            unit(check, &policy.metric, target);
            // Its alarms ring above the target and below nine tenths of it, and
            // how many instances that takes is a proportion to it (EC2 Auto
            // Scaling User Guide, "Target tracking scaling policies").
            if number(target.value) == 0
                && target.value.unit() == policy.metric.value.unit()
                && let Some(span) = target.span()
            {
                let error = errors::target_of_nothing(policy.metric.value, span);
                check.diagnostics.report(error);
            }
        }
        None => {
            check
                .diagnostics
                .report(errors::missing_target(policy.span));
        }
    }
}

fn schedule(check: &mut Check<'_, '_>, schedule: &Named<ScalingSchedule>) {
    match (&schedule.at, &schedule.cron) {
        (Some(at), Some(_)) => {
            let span = at.span().unwrap_or(schedule.span);
            check.diagnostics.report(errors::one_of(span, "at", "cron"));
        }
        (None, None) => {
            check
                .diagnostics
                .report(errors::one_of(schedule.span, "at", "cron"));
        }
        (Some(at), None) => {
            if let Some(span) = at.span()
                && !is_utc_time(&at.value)
            {
                check
                    .diagnostics
                    .report(errors::malformed_time(&at.value, span));
            }
        }
        (None, Some(cron)) => {
            if let Some(span) = cron.span()
                && let Some(why) = cron_problem(&cron.value)
            {
                check
                    .diagnostics
                    .report(errors::malformed_cron(&cron.value, &why, span));
            }
        }
    }
    if schedule.min.is_none() && schedule.max.is_none() {
        check
            .diagnostics
            .report(errors::one_of(schedule.span, "min", "max"));
    }
    if let (Some(min), Some(max)) = (&schedule.min, &schedule.max)
        && max.value < min.value
        && let Some(span) = max.span()
    {
        check
            .diagnostics
            .report(errors::max_below_min(span, max.value, min));
    }
    beyond(check, schedule);
}

/// A schedule that changes one bound leaves the other as it is: as the group has it, or
/// as another schedule does.
fn beyond(check: &mut Check<'_, '_>, schedule: &Named<ScalingSchedule>) {
    let environment = check.environment;
    let instances = &environment.settings.instances;
    let others = || environment.settings.scaling.schedule.iter();
    let bound = |it: &Option<Setting<i64>>| it.as_ref().map(|it| it.value);
    match (&schedule.min, &schedule.max) {
        (Some(min), None) => {
            let most = others().filter_map(|it| bound(&it.max));
            let most = most.fold(environment.max_instances(), i64::max);
            if let Some(span) = min.span().filter(|_| min.value > most) {
                let place = instances.max.as_ref().and_then(Setting::span);
                let error = errors::beyond_group(span, "min", "max", most, place);
                check.diagnostics.report(error);
            }
        }
        (None, Some(max)) => {
            let least = others().filter_map(|it| bound(&it.min));
            let least = least.fold(instances.min.value, i64::min);
            if let Some(span) = max.span().filter(|_| max.value < least) {
                let error = errors::beyond_group(span, "max", "min", least, instances.min.span());
                check.diagnostics.report(error);
            }
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn alarm(check: &mut Check<'_, '_>, alarm: &Named<Alarm>) {
    metric(check, &alarm.metric, alarm.span);
    match (&alarm.above, &alarm.below) {
        (Some(above), Some(_)) => {
            let span = above.span().unwrap_or(alarm.span);
            check
                .diagnostics
                .report(errors::one_of(span, "above", "below"));
        }
        (None, None) => {
            check
                .diagnostics
                .report(errors::one_of(alarm.span, "above", "below"));
        }
        (Some(threshold), None) | (None, Some(threshold)) => {
            unit(check, &alarm.metric, threshold);
        }
    }
    if alarm.r#for.value.millis() % 60_000 != 0
        && let Some(span) = alarm.r#for.span()
    {
        check
            .diagnostics
            .report(errors::not_whole_minutes(span, alarm.r#for.value));
    }
    if let Some(notify) = &alarm.notify
        && let (Lately::Now(who), Some(span)) = (&notify.value, notify.span())
        && !is_email(who)
        && !who.starts_with("arn:")
    {
        check
            .diagnostics
            .report(errors::malformed_address(who, span));
    }
}

/// What scales when nobody says how looks at the queue.
fn own_backlog(check: &mut Check<'_, '_>) {
    if check.environment.scales_by_default()
        && check.environment.tier == Tier::Worker
        && let Some((account, Some(place))) = foreign_queue(check)
    {
        let error = errors::metrics_of_another_account(&account, place, Some(place));
        check.diagnostics.report(error);
    }
}

/// The account of a queue that is not the environment's, and where it is named.
fn foreign_queue(check: &Check<'_, '_>) -> Option<(SmolStr, Option<Span>)> {
    let existing = check.environment.settings.queue.existing.as_ref()?;
    let account = check.environment.queue_elsewhere()?;
    Some((account, existing.span()))
}

/// Metrics of what the environment has.
fn metric(check: &mut Check<'_, '_>, metric: &Setting<Metric>, block: Span) {
    let span = metric.span().unwrap_or(block);
    match metric.value {
        Metric::QueueDepth
        | Metric::BacklogPerInstance
        | Metric::OldestMessageAge
        | Metric::DeadLetterDepth => {
            let existing = check.environment.settings.queue.existing.as_ref();
            if check.environment.tier != Tier::Worker {
                check
                    .diagnostics
                    .report(errors::metric_of_queue(metric.value, span));
            } else if let (Metric::DeadLetterDepth, Some(existing)) = (metric.value, existing) {
                let error = errors::foreign_dead_letters(span, existing.span());
                check.diagnostics.report(error);
            } else if let Some((account, place)) = foreign_queue(check) {
                let error = errors::metrics_of_another_account(&account, span, place);
                check.diagnostics.report(error);
            }
        }
        Metric::Cpu | Metric::NetworkIn | Metric::NetworkOut => {}
        Metric::RequestsPerInstance
        | Metric::Requests
        | Metric::TargetResponseTime
        | Metric::TargetResponseTimeP50
        | Metric::TargetResponseTimeP90
        | Metric::TargetResponseTimeP95
        | Metric::TargetResponseTimeP99
        | Metric::Target5xx
        | Metric::Target4xx
        | Metric::LoadBalancer5xx => {
            let kind = &check.environment.settings.load_balancer.kind;
            if !check.balanced() {
                let error = errors::needs_balancer(metric.value.word(), span, kind.span());
                check.diagnostics.report(error);
            } else if metric.value == Metric::LoadBalancer5xx
                && check.environment.shared_balancer().is_some()
            {
                check.diagnostics.report(errors::metric_of_all(span));
            } else if kind.value == Kind::Network {
                check
                    .diagnostics
                    .report(errors::metric_of_requests(metric.value, span));
            }
        }
        Metric::HealthyHosts | Metric::UnhealthyHosts => {
            if !check.balanced() {
                let kind = check.environment.settings.load_balancer.kind.span();
                check
                    .diagnostics
                    .report(errors::needs_balancer(metric.value.word(), span, kind));
            }
        }
    }
}

fn unit(check: &mut Check<'_, '_>, metric: &Setting<Metric>, threshold: &Setting<Threshold>) {
    if threshold.value.unit() != metric.value.unit()
        && let Some(span) = threshold.span()
    {
        check
            .diagnostics
            .report(errors::other_unit(metric, threshold.value, span));
    }
    if let (Threshold::Percent(share), Some(span)) = (threshold.value, threshold.span())
        && threshold.value.unit() == metric.value.unit()
        && share.0 > 100
    {
        let error = errors::share_beyond_all(metric.value, share, span);
        check.diagnostics.report(error);
    }
}

/// A threshold in its base unit, for comparing two of one metric.
fn number(threshold: Threshold) -> i64 {
    match threshold {
        Threshold::Percent(percent) => percent.0,
        Threshold::Size(size) => size.bytes(),
        Threshold::Duration(duration) => duration.millis(),
        Threshold::Count(count) => count,
    }
}

/// The word for a unit in messages, with an example.
pub(super) fn example(unit: MetricUnit) -> &'static str {
    match unit {
        MetricUnit::Percent => "a percentage, such as `70%`",
        MetricUnit::Size => "a size, such as `6MiB`",
        MetricUnit::Duration => "a duration, such as `800ms`",
        MetricUnit::Count => "a number, such as `500`",
    }
}

fn is_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((name, domain)) => {
            !name.is_empty()
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !text.contains(char::is_whitespace)
        }
        None => false,
    }
}

/// What is wrong with five fields of cron, as EC2 Auto Scaling reads them.
pub(in crate::analysis) fn cron_problem(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ];
    const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return Some(errors::field_count(fields.len(), 5));
    };
    let known = [
        ("minute", minute, 0, 59, &[][..], 0),
        ("hour", hour, 0, 23, &[][..], 0),
        ("day", day, 1, 31, &[][..], 0),
        ("month", month, 1, 12, &MONTHS[..], 1),
        ("weekday", weekday, 0, 7, &DAYS[..], 0),
    ];
    known
        .into_iter()
        .find_map(|(name, field, least, most, words, first)| {
            let number = |text: &str| {
                let word = words.iter().position(|it| it.eq_ignore_ascii_case(text));
                let number = match word {
                    Some(at) => u32::try_from(at).ok()? + first,
                    None => text.parse().ok()?,
                };
                (least..=most).contains(&number).then_some(number)
            };
            let fits = |part: &str| {
                let (range, step) = part.split_once('/').unwrap_or((part, "1"));
                let steps = step.parse::<u32>().is_ok_and(|step| step > 0);
                let within = range == "*"
                    || match range.split_once('-') {
                        Some((from, to)) => matches!(
                            (number(from), number(to)),
                            (Some(from), Some(to)) if from <= to
                        ),
                        None => number(range).is_some(),
                    };
                steps && within
            };
            let odd = field.split(',').find(|part| !fits(part))?;
            Some(format!("`{odd}` is no {name}: {least} to {most}"))
        })
}

/// `2026-12-24T18:00:00Z`
fn is_utc_time(text: &str) -> bool {
    let pattern = b"0000-00-00T00:00:00Z";
    let digits = text.len() == pattern.len()
        && text
            .bytes()
            .zip(pattern)
            .all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                wanted => byte == *wanted,
            });
    let part = |from: usize, to: usize| text.get(from..to).and_then(|it| it.parse::<u32>().ok());
    digits
        && part(5, 7).is_some_and(|month| (1..=12).contains(&month))
        && part(8, 10).is_some_and(|day| (1..=31).contains(&day))
        && part(11, 13).is_some_and(|hour| hour < 24)
        && part(14, 16).is_some_and(|minute| minute < 60)
        && part(17, 19).is_some_and(|second| second < 60)
}
