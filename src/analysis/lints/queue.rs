//! Queues, and what becomes of messages that fail.

use super::Scene;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Tier;
use crate::schema::metric::Metric;
use crate::schema::queue::Queue;
use crate::source::Span;
use crate::units::Duration;

/// The queue, when it is the environment's own.
fn own_queue<'a>(scene: &Scene<'a>) -> Option<&'a Queue> {
    let queue = &scene.environment.settings.queue.block;
    let is_own = scene.environment.tier == Tier::Worker && queue.existing.is_none();
    is_own.then_some(queue)
}

/// People are told of other things, and not of messages that failed for good.
/// With `notifications` they are told of these without being asked.
pub(super) fn silent_dead_letters(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    let told = &settings.notifications;
    let mut alarms = settings.alarm.iter();
    if own_queue(scene).is_some()
        && told.email.is_none()
        && told.topic.is_none()
        && !settings.alarm.is_empty()
        && alarms.all(|alarm| alarm.metric.value != Metric::DeadLetterDepth)
    {
        let place = settings.queue.dead_letter.span;
        found.push(nobody_told(place.unwrap_or(scene.environment.span)));
    }
}

/// People are told of what goes wrong, but not of messages that nobody works on:
/// the alarm that `notifications` bring is left out where the queue's metrics
/// are in another account.
pub(super) fn unwatched_queue(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    let told = &settings.notifications;
    let told = match (&told.topic, &told.email) {
        (Some(topic), _) => topic.span(),
        (None, Some(email)) => email.span(),
        (None, None) => return,
    };
    if let Some(account) = scene.environment.queue_elsewhere()
        && let Some(existing) = settings.queue.existing.as_ref()
        && let Some(place) = existing.span()
    {
        found.push(watched_elsewhere(&account, place, told));
    }
}

/// Messages whose time is up before they have failed often enough: between two
/// attempts lies `error_visibility_timeout`, and SQS deletes what is older than
/// `retention` (SQS Developer Guide, dead-letter queues).
pub(super) fn never_set_aside(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let Some(queue) = own_queue(scene) else {
        return;
    };
    let (after, pause) = (&queue.dead_letter.after, &queue.error_visibility_timeout);
    let until = pause.value.millis().saturating_mul(after.value - 1);
    if until >= queue.retention.value.millis()
        && let Some(span) = after.span().or(pause.span()).or(queue.retention.span())
    {
        let until = Duration::from_millis(until);
        found.push(deleted_before(
            span,
            after.value,
            until,
            queue.retention.value,
        ));
    }
}

/// A message that fails once may have met an instance that went away.
pub(super) fn one_attempt(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let after = &scene.environment.settings.queue.dead_letter.after;
    if own_queue(scene).is_some()
        && after.value == 1
        && let Some(span) = after.span()
    {
        found.push(tried_once(span));
    }
}

// Words

fn nobody_told(span: Span) -> Diagnostic {
    let message = "nobody is told of messages that fail for good";
    Diagnostic::new(Code::SilentDeadLetters, span, message)
        .label("they are deleted after `dead_letter.retention`, looked at or not")
        .help("`notifications`, or `alarm dead_letters { metric = dead_letter_depth, above = 0 }`")
}

fn watched_elsewhere(account: &str, span: Span, told: Option<Span>) -> Diagnostic {
    let message = "nobody is told when messages of this queue grow old";
    let found = Diagnostic::new(Code::UnwatchedQueue, span, message)
        .label(format!("its metrics are seen in account `{account}` alone"))
        .note("the alarm on the age of the oldest message is left out")
        .help("an alarm in that account, on `ApproximateAgeOfOldestMessage`");
    match told {
        Some(told) => found.related(told, "told of everything else"),
        None => found,
    }
}

fn deleted_before(span: Span, after: i64, until: Duration, retention: Duration) -> Diagnostic {
    let message = "messages that fail are deleted before they are set aside";
    Diagnostic::new(Code::NeverSetAside, span, message)
        .label(format!("{after} attempts take {until}"))
        .note(format!(
            "the queue keeps a message for {retention} (`retention`)"
        ))
        .help("fewer attempts (`dead_letter { after }`), or a shorter `error_visibility_timeout`")
}

fn tried_once(span: Span) -> Diagnostic {
    let message = "a message that fails once is never tried again";
    Diagnostic::new(Code::OneAttempt, span, message)
        .label("also when the instance went away while it worked")
        .help("each deployment replaces instances: allow a few attempts, such as `after = 5`")
}
