//! `queue` and `schedule`: what a worker environment works on.

use smol_str::SmolStr;

use super::Default::{Bool, Duration as Time, Int, Text, Word};
use super::{ABSENT, Lately, Nested, REQUIRED, Setting, absent, default};
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
        /// The URL of a queue that exists already.
        existing: Option<Setting<Lately<SmolStr>>> = absent("the stack makes its own queue")
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
        /// When: the fields of EventBridge's cron.
        cron: Setting<SmolStr> = REQUIRED,
        /// The path to which it is posted.
        path: Setting<SmolStr> = REQUIRED,
    }
}
