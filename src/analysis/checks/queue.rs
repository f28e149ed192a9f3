//! Queues of workers and the tasks that write to them.

use super::{Check, errors};
use crate::model::Tier;
use crate::schema::queue::{Address, Daemon, Queue, Task};
use crate::schema::{Named, Setting};

/// Fields of EventBridge's cron: name, least, greatest, words.
const FIELDS: [(&str, u32, u32, &[&str]); 6] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day", 1, 31, &[]),
    (
        "month",
        1,
        12,
        &[
            "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
        ],
    ),
    ("weekday", 1, 7, &WEEKDAYS),
    ("year", 1970, 2199, &[]),
];

const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

pub(super) fn check(check: &mut Check<'_, '_>) {
    if check.environment.tier != Tier::Worker {
        return;
    }
    let queue = &check.environment.settings.queue;
    address(check, queue);
    times(check, queue);
    daemon(check, queue);
    for task in check.environment.settings.schedule.iter() {
        self::task(check, task);
    }
    let path = [(&queue.path.value, queue.path.span())];
    let tasks = check.environment.settings.schedule.iter();
    let tasks = tasks.map(|task| (&task.path.value, task.path.span()));
    for (path, span) in path.into_iter().chain(tasks) {
        if let Some(span) = span
            && !path.starts_with('/')
        {
            check
                .diagnostics
                .report(errors::path_without_slash(path, span));
        }
    }
}

fn address(check: &mut Check<'_, '_>, queue: &Queue) {
    let Some(existing) = &queue.existing else {
        return;
    };
    let target = check.environment.settings.target.region.as_ref();
    if let Some(span) = existing.span() {
        match (Address::read(&existing.value), target) {
            (None, _) => {
                let error = errors::malformed_queue(&existing.value, span);
                check.diagnostics.report(error);
            }
            (Some(Address { region: at, .. }), Some(region)) if at != region.value.0 => {
                let place = region.span();
                let error = errors::other_region("sqs", &at, &region.value.0, span, place);
                check.diagnostics.report(error);
            }
            (Some(_), _) => {}
        }
    }
    let own = [
        ("fifo", queue.fifo.span()),
        ("dead_letter", queue.dead_letter.span),
    ];
    for (name, span) in own {
        if let Some(span) = span {
            let error = errors::not_of_existing(name, span, existing.span());
            check.diagnostics.report(error);
        }
    }
}

/// How the times of a queue go together.
fn times(check: &mut Check<'_, '_>, queue: &Queue) {
    let (visibility, inactivity) = (&queue.visibility_timeout, &queue.inactivity_timeout);
    if queue.daemon.value == Daemon::Sqsd
        && visibility.value <= inactivity.value
        && let Some(span) = visibility.span().or(inactivity.span())
    {
        let other = visibility.span().and(inactivity.span());
        let error = errors::redelivered(span, visibility.value, inactivity.value, other);
        check.diagnostics.report(error);
    }
    let (kept, retention) = (&queue.dead_letter.retention, &queue.retention);
    if queue.existing.is_none()
        && kept.value <= retention.value
        && let Some(span) = kept.span().or(retention.span())
    {
        let other = kept.span().and(retention.span());
        // The greatest there is may be the same on both sides.
        if kept.value.days() < 14 || retention.value.days() < 14 {
            let error = errors::dead_letters_vanish(span, kept.value, retention.value, other);
            check.diagnostics.report(error);
        }
    }
}

/// What the daemon is told it understands, and where there is none nobody is told
/// anything.
fn daemon(check: &mut Check<'_, '_>, queue: &Queue) {
    let mime_type = &queue.mime_type;
    if let Some(span) = mime_type.span() {
        let is_printable = mime_type.value.chars().all(|c| matches!(c, ' '..='~'));
        if !mime_type.value.contains('/') || !is_printable {
            let error = errors::no_mime_type(&mime_type.value, span);
            check.diagnostics.report(error);
        }
    }
    if queue.daemon.value == Daemon::Sqsd {
        return;
    }
    for (name, span) in [
        ("path", queue.path.span()),
        ("concurrency", queue.concurrency.span()),
        ("mime_type", mime_type.span()),
        ("connect_timeout", queue.connect_timeout.span()),
        ("inactivity_timeout", queue.inactivity_timeout.span()),
        (
            "error_visibility_timeout",
            queue.error_visibility_timeout.span(),
        ),
    ] {
        if let Some(span) = span {
            let error = errors::for_the_daemon(name, span, queue.daemon.span());
            check.diagnostics.report(error);
        }
    }
}

fn task(check: &mut Check<'_, '_>, task: &Named<Task>) {
    let cron: &Setting<_> = &task.cron;
    let (Some(span), Some(why)) = (cron.span(), problem(&cron.value)) else {
        return;
    };
    let converted = converted(&cron.value);
    let error = errors::malformed_event_cron(&cron.value, &why, span, converted);
    check.diagnostics.report(error);
}

/// What is wrong with six fields of cron, as EventBridge reads them
/// (EventBridge Scheduler User Guide, cron-based schedules).
fn problem(text: &str) -> Option<String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [_, _, day, _, weekday, _] = fields.as_slice() else {
        return Some(errors::field_count(fields.len(), 6));
    };
    let open = [day, weekday].iter().filter(|it| ***it == "?").count();
    if open != 1 {
        return Some("exactly one of day and weekday is `?`".to_owned());
    }
    fields
        .iter()
        .zip(FIELDS)
        .find_map(|(field, (name, least, most, words))| {
            let number = |text: &str| -> Option<u32> {
                let word = words.iter().position(|it| it.eq_ignore_ascii_case(text));
                let number = match word {
                    Some(at) => u32::try_from(at).ok()? + 1,
                    None => text.parse().ok()?,
                };
                (least..=most).contains(&number).then_some(number)
            };
            let fits = |part: &str| {
                let (range, step) = part.split_once('/').unwrap_or((part, "1"));
                let steps = step.parse::<u32>().is_ok_and(|step| step > 0);
                let special = match name {
                    "day" => {
                        matches!(range, "?" | "L" | "LW")
                            || range
                                .strip_suffix('W')
                                .is_some_and(|it| number(it).is_some())
                    }
                    "weekday" => {
                        range == "?"
                            || range == "L"
                            || range
                                .strip_suffix('L')
                                .is_some_and(|it| number(it).is_some())
                            || range.split_once('#').is_some_and(|(it, nth)| {
                                number(it).is_some() && matches!(nth, "1" | "2" | "3" | "4" | "5")
                            })
                    }
                    _ => false,
                };
                let within = range == "*"
                    || special
                    || match range.split_once('-') {
                        Some((from, to)) => number(from).is_some() && number(to).is_some(),
                        None => number(range).is_some(),
                    };
                steps && within
            };
            let odd = field.split(',').find(|part| !fits(part))?;
            Some(format!("`{odd}` is no {name}: {least} to {most}"))
        })
}

/// Five fields of cron, as `cron.yaml` has them, in EventBridge's six: days of
/// the week count from Sunday, 0 there and 1 here. `None` where the two cannot
/// say the same.
pub fn converted(text: &str) -> Option<String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return None;
    };
    let (day, weekday) = match (*day, *weekday) {
        (day, "*") => (day.to_owned(), "?".to_owned()),
        ("*", weekday) => ("?".to_owned(), weekdays(weekday)?),
        // Cron takes either of them then, EventBridge only one.
        _ => return None,
    };
    let cron = format!("{minute} {hour} {day} {month} {weekday} *");
    problem(&cron).is_none().then_some(cron)
}

/// Days of the week as cron counts them, from Sunday, which is 0 and 7, as
/// EventBridge does, from Sunday, which is 1. A range that goes over the end of the
/// week, or has a step that would begin at another day, is a list there.
fn weekdays(field: &str) -> Option<String> {
    let number = |text: &str| -> Option<u8> {
        let word = WEEKDAYS.iter().position(|it| it.eq_ignore_ascii_case(text));
        let number = match word {
            Some(at) => u8::try_from(at).ok()?,
            None => text.parse().ok()?,
        };
        (number <= 7).then_some(number)
    };
    let mut days = [false; 7];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u8>().ok().filter(|it| *it > 0)?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (0, 6),
            Some((from, to)) => (number(from)?, number(to)?),
            // With a step, up to the end of the week.
            None if step > 1 => (number(range)?, 6),
            None => (number(range)?, number(range)?),
        };
        // `FRI-MON` goes over the end of the week; cron's 7 is behind it already.
        let to = if to < from { to + 7 } else { to };
        for day in (from..=to).step_by(step.into()) {
            days[usize::from(day % 7)] = true;
        }
    }
    let numbers = (1..=7).filter(|day| days[*day - 1]);
    let numbers: Vec<usize> = numbers.collect();
    match numbers.as_slice() {
        [] => None,
        [1, 2, 3, 4, 5, 6, 7] => Some("*".to_owned()),
        [first, .., last] if last - first + 1 == numbers.len() && numbers.len() > 2 => {
            Some(format!("{first}-{last}"))
        }
        numbers => {
            let numbers = numbers.iter().map(ToString::to_string);
            Some(numbers.collect::<Vec<_>>().join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which days a field of EventBridge means, Sunday first.
    fn meant(field: &str) -> [bool; 7] {
        let mut days = [false; 7];
        for part in field.split(',') {
            let (from, to) = match part.split_once('-') {
                _ if part == "*" => (1, 7),
                Some((from, to)) => (from.parse().expect("a day"), to.parse().expect("a day")),
                None => (part.parse().expect("a day"), part.parse().expect("a day")),
            };
            assert!(1 <= from && from <= to && to <= 7, "{field}");
            (from..=to).for_each(|day: usize| days[day - 1] = true);
        }
        days
    }

    #[test]
    fn every_range_of_weekdays_means_the_same_days() {
        for from in 0..=7_usize {
            for to in 0..=7_usize {
                for step in 1..=7_usize {
                    let last = if to < from { to + 7 } else { to };
                    let mut expected = [false; 7];
                    let days = (from..=last).step_by(step);
                    days.for_each(|day| expected[day % 7] = true);
                    let field = format!("{from}-{to}/{step}");
                    let converted = weekdays(&field).expect("it has days");
                    assert_eq!(meant(&converted), expected, "{field}: {converted}");
                    if let (Some(from), Some(to)) = (WEEKDAYS.get(from), WEEKDAYS.get(to)) {
                        let words = format!("{}-{to}/{step}", from.to_ascii_lowercase());
                        assert_eq!(weekdays(&words).as_ref(), Some(&converted), "{words}");
                    }
                }
            }
        }
        for (field, converted) in [
            ("1-5", "2-6"),
            ("MON-FRI", "2-6"),
            ("5-7", "1,6,7"),
            ("6-7", "1,7"),
            ("FRI-MON", "1,2,6,7"),
            ("0-6", "*"),
            ("1-7", "*"),
            ("0,7", "1"),
            ("*/2", "1,3,5,7"),
            ("2/2", "3,5,7"),
            ("Sat,sun", "1,7"),
            ("1,3-5", "2,4,5,6"),
        ] {
            assert_eq!(weekdays(field).as_deref(), Some(converted), "{field}");
        }
        for odd in [
            "8", "1-8", "", "1,", "-", "1-", "1/0", "MOON", "1-2-3", "L", "5#1",
        ] {
            assert_eq!(weekdays(odd), None, "{odd}");
        }
    }

    #[test]
    fn five_fields_become_six() {
        assert_eq!(converted("0 2 * * *").as_deref(), Some("0 2 * * ? *"));
        assert_eq!(
            converted("*/5 * * * 1-5").as_deref(),
            Some("*/5 * ? * 2-6 *")
        );
        assert_eq!(converted("0 7 1,15 * *").as_deref(), Some("0 7 1,15 * ? *"));
        assert_eq!(converted("0 7 * * 0,7").as_deref(), Some("0 7 ? * 1 *"));
        assert_eq!(converted("0 7 * * 5-7").as_deref(), Some("0 7 ? * 1,6,7 *"));
        assert_eq!(converted("0 7 1 * 1"), None);
        assert_eq!(converted("0 77 * * *"), None);
    }

    #[test]
    fn eventbridge_reads_six_fields() {
        for fine in [
            "0 2 * * ? *",
            "0/15 8-17 ? * MON-FRI *",
            "0 0 L * ? 2026-2030",
            "30 6 ? JAN,JUL 6#3 *",
            "30 6 15W * ? *",
        ] {
            assert_eq!(problem(fine), None, "{fine}");
        }
        for odd in [
            "0 2 * * *",
            "0 2 * * * *",
            "0 24 * * ? *",
            "0 2 32 * ? *",
            "0 2 ? * 8 *",
        ] {
            assert!(problem(odd).is_some(), "{odd}");
        }
    }
}
