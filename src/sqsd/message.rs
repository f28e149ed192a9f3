//! A message of the queue, and the request that it becomes.
//!
//! The headers are those of Elastic Beanstalk's daemon (AWS, "Elastic Beanstalk
//! worker environments"), so that applications move over unchanged.

use std::time::{Duration, Instant, SystemTime};

use aws_sdk_sqs::types::{Message as Received, MessageSystemAttributeName as System};
use aws_smithy_types::date_time::{DateTime, Format as DateTimeFormat};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use super::options::{self, Config};

/// What applications that look at the user agent expect, and who it really is.
const AGENT: &str = concat!("aws-sqsd/3.0 (bean-sqsd/", env!("CARGO_PKG_VERSION"), ")");

/// Attributes of scheduled tasks begin like this; they do not become
/// `X-Aws-Sqsd-Attr-*`.
const TASK: &str = "beanstalk.sqsd.";

/// A received message.
#[derive(Debug, Clone)]
pub struct Message {
    /// The id that SQS gave it.
    pub id: String,
    /// What deletes this receipt of it.
    pub receipt: String,
    /// Its body, unchanged.
    pub body: String,
    /// Of a FIFO queue: what keeps its order.
    pub group: Option<String>,
    /// How often it was received, this time included.
    pub receives: u32,
    /// When this daemon received it.
    pub received: Instant,
    first_received_millis: Option<i64>,
    sent_millis: Option<i64>,
    sender: Option<String>,
    /// Name and text of each attribute that has a text.
    attributes: Vec<(String, String)>,
}

impl Message {
    /// What SQS handed out at `received`; `None` without a receipt, which SQS
    /// always gives.
    #[must_use]
    pub fn new(message: Received, received: Instant) -> Option<Self> {
        let system = message.attributes.unwrap_or_default();
        let number = |name| {
            system
                .get(&name)
                .and_then(|it: &String| it.parse::<i64>().ok())
        };
        let mut attributes: Vec<_> = message
            .message_attributes
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.string_value?)))
            .collect();
        attributes.sort();
        Some(Self {
            id: message.message_id.unwrap_or_default(),
            receipt: message.receipt_handle?,
            body: message.body.unwrap_or_default(),
            group: system.get(&System::MessageGroupId).cloned(),
            receives: number(System::ApproximateReceiveCount)
                .and_then(|it| u32::try_from(it).ok())
                .unwrap_or(1),
            received,
            first_received_millis: number(System::ApproximateFirstReceiveTimestamp),
            sent_millis: number(System::SentTimestamp),
            sender: system.get(&System::SenderId).cloned(),
            attributes,
        })
    }

    /// How long ago it was sent.
    #[must_use]
    pub fn age(&self, now: SystemTime) -> Duration {
        since(self.sent_millis, now)
    }

    /// How long ago anybody received it first.
    #[must_use]
    pub fn known_for(&self, now: SystemTime) -> Duration {
        since(self.first_received_millis, now)
    }

    /// Where it goes: its own path, or that of the configuration. `None` when
    /// its own is no path.
    #[must_use]
    pub fn path<'a>(&'a self, config: &'a Config) -> Option<&'a str> {
        match self.task("path") {
            Some(own) => options::is_path(own).then_some(own),
            None => Some(&config.path),
        }
    }

    /// What is posted: nothing for a scheduled task, whose body is for people.
    #[must_use]
    pub fn posted_body(&self) -> String {
        match self.task("task_name") {
            Some(_) => String::new(),
            None => self.body.clone(),
        }
    }

    /// The headers of the request.
    #[must_use]
    pub fn headers(&self, config: &Config) -> HeaderMap {
        let mut headers = HeaderMap::new();
        // A text that no header can hold (a line break) is left out.
        let mut set = |name: &str, value: &str| {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes())
                && let Ok(value) = HeaderValue::from_bytes(value.as_bytes())
            {
                headers.insert(name, value);
            }
        };
        for (name, text) in &self.attributes {
            if !name.starts_with(TASK) {
                set(&format!("X-Aws-Sqsd-Attr-{name}"), text);
            }
        }
        set("X-Aws-Sqsd-Msgid", &self.id);
        set("X-Aws-Sqsd-Queue", config.queue_name());
        set("X-Aws-Sqsd-Receive-Count", &self.receives.to_string());
        set("X-Aws-Sqsd-Path", self.path(config).unwrap_or_default());
        if let Some(time) = self.first_received_millis.and_then(iso_8601) {
            set("X-Aws-Sqsd-First-Received-At", &time);
        }
        if let Some(time) = self.sent_millis.and_then(iso_8601) {
            set("X-Aws-Sqsd-Sent-At", &time);
        }
        if let Some(sender) = &self.sender {
            set("X-Aws-Sqsd-Sender-Id", sender);
        }
        if let Some(task) = self.task("task_name") {
            set("X-Aws-Sqsd-Taskname", task);
        }
        if let Some(time) = self.task("scheduled_time") {
            set("X-Aws-Sqsd-Scheduled-At", time);
        }
        set(CONTENT_TYPE.as_str(), &config.mime_type);
        set(USER_AGENT.as_str(), AGENT);
        headers
    }

    /// What a schedule wrote: `path`, `task_name` or `scheduled_time`.
    fn task(&self, name: &str) -> Option<&str> {
        let wanted = |(key, _): &&(String, String)| key.strip_prefix(TASK) == Some(name);
        self.attributes
            .iter()
            .find(wanted)
            .map(|(_, text)| text.as_str())
    }
}

fn since(millis: Option<i64>, now: SystemTime) -> Duration {
    let then = millis
        .and_then(|it| u64::try_from(it).ok())
        .map(Duration::from_millis);
    let then = then.map(|it| SystemTime::UNIX_EPOCH + it);
    // A clock that is behind the queue's makes messages of the future.
    then.and_then(|it| now.duration_since(it).ok())
        .unwrap_or_default()
}

/// `2026-11-23T12:25:07Z`, whole seconds.
fn iso_8601(millis: i64) -> Option<String> {
    DateTime::from_secs(millis.div_euclid(1_000))
        .fmt(DateTimeFormat::DateTime)
        .ok()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::disallowed_methods,
        reason = "messages carry the time of their receive"
    )]

    use aws_sdk_sqs::types::MessageAttributeValue;

    use super::super::snapshot;
    use super::*;

    fn text(value: &str) -> MessageAttributeValue {
        MessageAttributeValue::builder()
            .data_type("String")
            .string_value(value)
            .build()
            .unwrap()
    }

    fn config() -> Config {
        let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs";
        let matches = options::command().get_matches_from(["bean-sqsd", "--queue-url", url]);
        match options::configure(&matches, std::iter::empty(), |_| Ok(None)) {
            Ok(options::Request::Run(config)) => *config,
            other => panic!("{other:?}"),
        }
    }

    fn sent() -> aws_sdk_sqs::types::builders::MessageBuilder {
        Received::builder()
            .message_id("m-1")
            .receipt_handle("r-1")
            .body("{\"order\": 7}\n")
            .attributes(System::ApproximateReceiveCount, "3")
            .attributes(System::ApproximateFirstReceiveTimestamp, "1763900707123")
            .attributes(System::SentTimestamp, "1763900700000")
            .attributes(System::SenderId, "AIDA")
    }

    fn request(message: Received) -> String {
        let config = config();
        let message = Message::new(message, Instant::now()).unwrap();
        let mut lines: Vec<String> = message
            .headers(&config)
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        format!(
            "POST {:?}\n{}\n\n{}",
            message.path(&config),
            lines.join("\n"),
            message.posted_body()
        )
    }

    #[test]
    fn a_message_is_posted_with_its_attributes() {
        let message = sent()
            .message_attributes("tenant", text("acme"))
            .message_attributes("bad", text("two\r\nlines"))
            .build();
        snapshot(&request(message));
    }

    #[test]
    fn a_scheduled_task_is_posted_to_its_path_without_a_body() {
        let message = sent()
            .message_attributes("beanstalk.sqsd.path", text("/tasks/report"))
            .message_attributes("beanstalk.sqsd.task_name", text("report"))
            .message_attributes(
                "beanstalk.sqsd.scheduled_time",
                text("2026-11-23T12:00:00Z"),
            )
            .build();
        snapshot(&request(message));
    }

    #[test]
    fn a_path_that_is_none_is_not_posted_to() {
        let message = sent()
            .message_attributes("beanstalk.sqsd.path", text("report tasks"))
            .build();
        assert_eq!(
            Message::new(message, Instant::now())
                .unwrap()
                .path(&config()),
            None
        );
    }
}
