//! What people see of a running service, and what is kept of it.

use super::{Scene, is_for_tests};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Tier;
use crate::schema::{Lately, Setting};
use crate::source::Span;
use crate::units::Duration;

/// Alarms that ring where nobody hears them, and take nothing back.
pub(super) fn untold_alarm(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    if settings.notifications.email.is_some() || settings.notifications.topic.is_some() {
        return;
    }
    let takes_back = &settings.deployment.rollback_on.value;
    for alarm in settings.alarm.iter().filter(|alarm| alarm.notify.is_none()) {
        if takes_back.iter().all(|(name, _)| name.0 != alarm.name) {
            found.push(nobody_hears(alarm.span, &alarm.name));
        }
    }
}

/// People who are to be told, and nothing that tells them anything. The queue of a
/// worker has alarms of its own.
pub(super) fn silent_topic(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    let (email, topic) = (&settings.notifications.email, &settings.notifications.topic);
    let place = email.as_ref().and_then(Setting::span);
    let place = place.or_else(|| topic.as_ref().and_then(Setting::span));
    if let Some(span) = place
        && scene.environment.tier == Tier::Web
        && settings.alarm.iter().all(|alarm| alarm.notify.is_some())
    {
        found.push(nothing_to_tell(span));
    }
}

/// A Friday's logs should be there on Monday.
const OVER_A_WEEKEND: Duration = Duration::from_days(3);

/// Logs that are gone before somebody looks.
pub(super) fn short_log_retention(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let retention = &scene.environment.settings.logs.retention;
    if retention.value <= OVER_A_WEEKEND
        && !is_for_tests(&scene.environment.name)
        && let Some(span) = retention.span()
    {
        found.push(gone_on_monday(span, retention.value));
    }
}

/// Images that are another thing tomorrow.
pub(super) fn floating_image(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for container in scene.environment.settings.container.iter() {
        let Setting { value, .. } = &container.image;
        if let (Lately::Now(image), Some(span)) = (value, container.image.span())
            && floats(image)
        {
            found.push(another_tomorrow(span));
        }
    }
}

/// Whether an image has no tag, or the one that always moves.
fn floats(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    let tag = name.split_once(':').map(|(_, tag)| tag);
    !image.contains('@') && tag.is_none_or(|tag| tag == "latest")
}

// Words

fn nothing_to_tell(span: Span) -> Diagnostic {
    let message = "no alarm tells these people anything";
    Diagnostic::new(Code::SilentTopic, span, message)
        .label("waits for the alarms of the environment, and there are none")
        .help(
            "add one, `alarm sick { metric = unhealthy_hosts, above = 0 }`, or leave the topic out",
        )
}

fn nobody_hears(span: Span, name: &str) -> Diagnostic {
    let message = format!("nobody hears when `{name}` rings");
    Diagnostic::new(Code::UntoldAlarm, span, message)
        .label("neither `notify` here nor `notifications` in the environment")
        .help("`notifications { email = \"oncall@example.com\" }`")
}

fn gone_on_monday(span: Span, retention: Duration) -> Diagnostic {
    let message = format!("logs are deleted after {retention}");
    Diagnostic::new(Code::ShortLogRetention, span, message)
        .label("what fails on a Friday cannot be looked up on Monday")
        .help("two weeks or more are usual: `14d`")
}

fn another_tomorrow(span: Span) -> Diagnostic {
    let message = "which version of this image runs depends on when an instance starts";
    Diagnostic::new(Code::FloatingImage, span, message)
        .label("no tag, or `latest`")
        .note("a deployment with the same tag changes nothing, and nothing can be taken back")
        .help("name a version: `:1.29`, or an input behind the colon")
}
