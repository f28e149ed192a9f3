//! `queue` and `schedule`: what a worker environment works on.

use smol_str::SmolStr;

use super::Default::{Bool, Duration as Time, Int, Text, Word};
use super::{ABSENT, Nested, REQUIRED, Setting, absent, default};
use crate::units::Duration;
use crate::{block, words};

block! {
    /// The queue that a worker environment takes messages from.
    Queue "queue" {
        /// The path to which each message is posted.
        path: Setting<SmolStr> = default(Text("/")).eb("aws:elasticbeanstalk:sqsd HttpPath"),
        /// How many messages an instance works on at once.
        concurrency: Setting<i64> = default(Int(50)).range(1, 100)
            .eb("aws:elasticbeanstalk:sqsd HttpConnections"),
        /// The content type of the posts.
        mime_type: Setting<SmolStr> = default(Text("application/json"))
            .eb("aws:elasticbeanstalk:sqsd MimeType"),
        /// How long a connection to the application may take.
        connect_timeout: Setting<Duration> = default(Time(Duration::from_secs(5)))
            .between(Duration::from_secs(1), Duration::from_mins(1))
            .eb("aws:elasticbeanstalk:sqsd ConnectTimeout"),
        /// How long the application may take to answer.
        inactivity_timeout: Setting<Duration> = default(Time(Duration::from_secs(299)))
            .between(Duration::from_secs(1), Duration::from_hours(10))
            .eb("aws:elasticbeanstalk:sqsd InactivityTimeout"),
        /// How long a message stays invisible to others.
        visibility_timeout: Setting<Duration> = default(Time(Duration::from_mins(5)))
            .between(Duration::from_secs(0), Duration::from_hours(12))
            .eb("aws:elasticbeanstalk:sqsd VisibilityTimeout"),
        /// How long a message stays invisible after an error.
        error_visibility_timeout: Setting<Duration> = default(Time(Duration::from_secs(2)))
            .between(Duration::from_secs(0), Duration::from_hours(12))
            .eb("aws:elasticbeanstalk:sqsd ErrorVisibilityTimeout"),
        /// How long a message is kept.
        retention: Setting<Duration> = default(Time(Duration::from_days(4)))
            .between(Duration::from_mins(1), Duration::from_days(14))
            .eb("aws:elasticbeanstalk:sqsd RetentionPeriod"),
        /// What becomes of messages that fail again and again.
        dead_letter: Nested<DeadLetter> = ABSENT,
        /// The URL or ARN of a queue that exists already.
        existing: Option<Setting<SmolStr>> = absent("the stack makes its own queue")
            .eb("aws:elasticbeanstalk:sqsd WorkerQueueURL"),
        /// Whether messages keep their order.
        fifo: Setting<bool> = default(Bool(false)),
        /// What takes messages from the queue.
        daemon: Setting<Daemon> = default(Word("sqsd")),
    }
}

block! {
    /// What becomes of messages that fail again and again.
    DeadLetter "dead_letter" {
        /// After how many attempts a message is set aside.
        after: Setting<i64> = default(Int(10)).range(1, 1_000)
            .eb("aws:elasticbeanstalk:sqsd MaxRetries"),
        /// How long it is kept there.
        retention: Setting<Duration> = default(Time(Duration::from_days(14)))
            .between(Duration::from_mins(1), Duration::from_days(14)),
    }
}

words! {
    /// What takes messages from a queue.
    Daemon {
        /// The daemon that `beanc` brings.
        Sqsd = "sqsd",
        /// The application itself.
        None = "none",
    }
}

block! {
    /// A message that is sent at a time, again and again.
    Task "schedule" {
        /// When, in UTC: the six fields of EventBridge's cron.
        cron: Setting<SmolStr> = REQUIRED,
        /// The path to which it is posted.
        path: Setting<SmolStr> = REQUIRED,
    }
}

impl Queue {
    /// Whether messages keep their order.
    #[must_use]
    pub fn is_fifo(&self) -> bool {
        let existing = self.existing.as_ref();
        self.fifo.value || existing.is_some_and(|it| it.value.ends_with(".fifo"))
    }
}

/// Which queue a URL or an ARN means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Its region.
    pub region: SmolStr,
    /// Its account.
    pub account: SmolStr,
    /// Its name.
    pub name: SmolStr,
}

impl Address {
    /// Reads `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME` or
    /// `arn:aws:sqs:REGION:ACCOUNT:NAME`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (region, account, name) = if let Some(rest) = text.strip_prefix("https://sqs.") {
            let (host, path) = rest.split_once('/')?;
            let (region, suffix) = host.split_once('.')?;
            let (account, name) = path.split_once('/')?;
            suffix.starts_with("amazonaws.com").then_some(())?;
            (region, account, name)
        } else {
            let mut parts = text.splitn(6, ':');
            let head = [parts.next()?, parts.next()?, parts.next()?];
            matches!(head, ["arn", _, "sqs"]).then_some(())?;
            (parts.next()?, parts.next()?, parts.next()?)
        };
        let is_account = account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit());
        let letters = name.strip_suffix(".fifo").unwrap_or(name);
        let is_name = !letters.is_empty()
            && name.len() <= 80
            && letters
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        (is_account && is_name && !region.is_empty()).then(|| Self {
            region: region.into(),
            account: account.into(),
            name: name.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_named_by_url_or_arn() {
        let read = |text: &str| Address::read(text).map(|it| it.name);
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo";
        assert_eq!(read(url).as_deref(), Some("jobs.fifo"));
        let arn = "arn:aws-cn:sqs:cn-north-1:123456789012:jobs";
        assert_eq!(read(arn).as_deref(), Some("jobs"));
        for odd in [
            "jobs",
            "https://sqs.eu-west-1.amazonaws.com/jobs",
            "https://sqs.eu-west-1.example.com/123456789012/jobs",
            "arn:aws:sns:eu-west-1:123456789012:jobs",
            "arn:aws:sqs:eu-west-1:123456789012:jobs/more",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
