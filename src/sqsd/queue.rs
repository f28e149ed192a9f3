//! The queue, through the AWS SDK: every call is bounded in time and says what
//! kind of failure it met. Trying again is the caller's business.

use std::fmt;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry as ChangeEntry,
    DeleteMessageBatchRequestEntry as DeleteEntry, MessageSystemAttributeName,
};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use tokio::sync::RwLock;

use super::message::Message;
use super::options::Config;

/// The most messages that one call takes (`ReceiveMessage`, batches).
pub const BATCH: usize = 10;

/// How long a connection to SQS may take.
const CONNECT: Duration = Duration::from_secs(3);

/// How long SQS may take to answer, beside the time it waits for messages.
const ANSWER: Duration = Duration::from_secs(5);

/// A client of one queue.
#[derive(Debug)]
pub struct Queue {
    url: String,
    region: Option<String>,
    wait: Duration,
    visibility: Duration,
    client: RwLock<Client>,
}

/// A call that failed.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong, with AWS's code where there is one.
    pub text: String,
    /// What kind of failure it is.
    pub kind: FailureKind,
}

/// What a failure means for the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The credentials are missing, expired or refused: fresh ones may work.
    Credentials,
    /// The receipt is too old: someone else has the message by now.
    Gone,
    /// The service or the network: later it may work.
    Passing,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Queue {
    /// The queue of `config`; nothing is asked of it yet.
    pub async fn new(config: &Config) -> Self {
        Self {
            url: config.queue_url.clone(),
            region: config
                .region
                .clone()
                .or_else(|| region_of(&config.queue_url)),
            wait: config.wait,
            visibility: config.visibility_timeout,
            client: RwLock::new(
                client(
                    config
                        .region
                        .clone()
                        .or_else(|| region_of(&config.queue_url)),
                )
                .await,
            ),
        }
    }

    /// Looks for credentials anew: the SDK keeps those that name no end.
    pub async fn renew_credentials(&self) {
        let fresh = client(self.region.clone()).await;
        *self.client.write().await = fresh;
    }

    /// At most `most` messages, as soon as there is one.
    ///
    /// # Errors
    /// What the service or the network said.
    pub async fn receive(&self, most: usize) -> Result<Vec<Message>, Failure> {
        let client = self.client.read().await.clone();
        let request = client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(number(most.clamp(1, BATCH)))
            .wait_time_seconds(seconds(self.wait))
            .visibility_timeout(seconds(self.visibility))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All");
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_timeout(self.wait + ANSWER)
            .build();
        let settings = aws_sdk_sqs::config::Builder::new().timeout_config(timeouts);
        let answer = request.customize().config_override(settings).send().await;
        let messages = answer
            .map_err(|it| failure(&it))?
            .messages
            .unwrap_or_default();
        let received = super::instant();
        Ok(messages
            .into_iter()
            .filter_map(|it| Message::new(it, received))
            .collect())
    }

    /// Deletes at most ten messages by their receipts; the positions of those
    /// that are still there and may be tried again.
    ///
    /// # Errors
    /// When none was deleted.
    pub async fn delete(&self, receipts: &[String]) -> Result<Vec<usize>, Failure> {
        let client = self.client.read().await.clone();
        let entry = |(at, receipt): (usize, &String)| {
            let entry = DeleteEntry::builder()
                .id(at.to_string())
                .receipt_handle(receipt);
            entry.build().expect("id and receipt are set")
        };
        let entries = receipts.iter().enumerate().map(entry).collect();
        let request = client
            .delete_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries));
        let answer = request.send().await.map_err(|it| failure(&it))?;
        // A fault of the sender is an old receipt: nothing helps.
        let again = answer.failed.iter().filter(|it| !it.sender_fault);
        Ok(again.filter_map(|it| it.id.parse().ok()).collect())
    }

    /// Shows a message again, or hides it for longer: `after` counts from now.
    ///
    /// # Errors
    /// What the service or the network said.
    pub async fn show_after(&self, receipt: &str, after: Duration) -> Result<(), Failure> {
        let client = self.client.read().await.clone();
        let request = client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt)
            .visibility_timeout(seconds(after));
        request.send().await.map(drop).map_err(|it| failure(&it))
    }

    /// Shows at most ten messages at once.
    ///
    /// # Errors
    /// What the service or the network said.
    pub async fn show_now(&self, receipts: &[String]) -> Result<(), Failure> {
        let client = self.client.read().await.clone();
        let entry = |(at, receipt): (usize, &String)| {
            let entry = ChangeEntry::builder()
                .id(at.to_string())
                .receipt_handle(receipt);
            entry
                .visibility_timeout(0)
                .build()
                .expect("id and receipt are set")
        };
        let entries = receipts.iter().enumerate().map(entry).collect();
        let request = client
            .change_message_visibility_batch()
            .queue_url(&self.url);
        let answer = request.set_entries(Some(entries)).send().await;
        answer.map(drop).map_err(|it| failure(&it))
    }
}

/// A client that finds credentials in the ordinary places. It does not try
/// again by itself: the daemon does, and knows when to stop.
async fn client(region: Option<String>) -> Client {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_timeout(ANSWER)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(region) = region {
        loader = loader.region(Region::new(region));
    }
    Client::new(&loader.load().await)
}

/// The region that a queue's URL names: `https://sqs.REGION.amazonaws.com/…`.
fn region_of(url: &str) -> Option<String> {
    let host = url.split("://").nth(1)?.split('/').next()?;
    let region = host.strip_prefix("sqs.")?.split(".amazonaws.com").next()?;
    host.contains(".amazonaws.com").then(|| region.to_owned())
}

fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn failure<E>(error: &SdkError<E>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let text = match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => DisplayErrorContext(error).to_string(),
    };
    let kind = match error.code().unwrap_or_default() {
        "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "AccessDenied"
        | "AccessDeniedException"
        | "MissingAuthenticationToken"
        | "SignatureDoesNotMatch" => FailureKind::Credentials,
        "ReceiptHandleIsInvalid"
        | "InvalidParameterValue"
        | "MessageNotInflight"
        | "AWS.SimpleQueueService.MessageNotInflight" => FailureKind::Gone,
        // Before anything was sent: no provider had credentials.
        _ if text.contains("credentials") => FailureKind::Credentials,
        _ => FailureKind::Passing,
    };
    Failure { text, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_stands_in_the_url() {
        let region = |url| region_of(url);
        assert_eq!(
            region("https://sqs.eu-west-1.amazonaws.com/1/q").as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(
            region("https://sqs.cn-north-1.amazonaws.com.cn/1/q").as_deref(),
            Some("cn-north-1")
        );
        assert_eq!(region("http://127.0.0.1:5000/1/q"), None);
    }
}
