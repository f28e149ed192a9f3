//! The life of one message: posted, kept invisible meanwhile, and then what its
//! answer says.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::sleep;

use super::app::Answer;
use super::daemon::{Daemon, Stage};
use super::deletions::Deletion;
use super::message::Message;
use super::metrics::Outcome;
use super::options::{Config, LONGEST_INVISIBLE};
use super::pause::doubled;
use super::queue::FailureKind;

/// What the queue is told of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is deleted.
    Deleted,
    /// It is shown again after a time.
    Shown(Duration),
    /// Nothing: the visibility timeout shows it.
    Left,
}

/// Works on `message`, which takes up `slot`.
pub async fn one(
    daemon: Arc<Daemon>,
    message: Message,
    slot: OwnedSemaphorePermit,
    deletions: mpsc::Sender<Deletion>,
) {
    let config = &daemon.config;
    if message.known_for(super::now()) > config.retention {
        tracing::warn!(
            message_id = message.id,
            receives = message.receives,
            "older than the retention: deleted unprocessed"
        );
        daemon.metrics.expired();
        return delete(&deletions, message.receipt).await;
    }
    daemon.metrics.begun(message.age(super::now()));
    let begin = super::instant();
    let answer = tokio::select! {
        answer = answer(&daemon, &message) => Some(answer),
        () = daemon.reached(Stage::Stopping) => None,
    };
    let end = super::instant();
    let latency = end.duration_since(begin);
    let (outcome, fate) = match &answer {
        Some(answer) => judged(answer, &message, config),
        None => (Outcome::Returned, Fate::Shown(Duration::ZERO)),
    };
    daemon.metrics.ended(outcome, latency);
    if let Some(Answer::Unreachable) = &answer {
        daemon.app_is_away();
    } else {
        told(&message, answer.as_ref(), latency);
    }
    match fate {
        Fate::Deleted => delete(&deletions, message.receipt).await,
        Fate::Shown(after) => {
            // SQS counts its twelve hours from the receive.
            let left = LONGEST_INVISIBLE.saturating_sub(end.duration_since(message.received));
            daemon.show_after(&message.receipt, after.min(left)).await;
        }
        Fate::Left => {}
    }
    drop(slot);
}

/// Deletes it some time soon. The channel is open as long as anybody works.
async fn delete(deletions: &mpsc::Sender<Deletion>, receipt: String) {
    let _ = deletions.send(Deletion { receipt }).await;
}

/// The application's answer. A request that takes long keeps its message
/// invisible.
async fn answer(daemon: &Daemon, message: &Message) -> Answer {
    let post = daemon.app.post(message, &daemon.config);
    tokio::pin!(post);
    let usual = daemon.config.visibility_timeout / 3;
    let mut beat = usual;
    loop {
        tokio::select! {
            answer = &mut post => return answer,
            () = sleep(beat), if !usual.is_zero() => {}
        }
        // Waited for even when the answer comes meanwhile: an extension that
        // arrives after "show it again" would undo that.
        let extension = daemon
            .queue
            .show_after(&message.receipt, daemon.config.visibility_timeout);
        tokio::pin!(extension);
        let (answer, extended) = tokio::select! {
            answer = &mut post => (Some(answer), extension.await),
            extended = &mut extension => (None, extended),
        };
        beat = match extended {
            Ok(()) => {
                daemon.answered();
                usual
            }
            Err(failure) if failure.kind == FailureKind::Gone => {
                tracing::warn!(
                    message_id = message.id,
                    why = failure.text,
                    "somebody else may get a message that is worked on"
                );
                usual
            }
            Err(failure) => {
                daemon.failed(&failure).await;
                usual / 8
            }
        };
        if let Some(answer) = answer {
            return answer;
        }
    }
}

fn judged(answer: &Answer, message: &Message, config: &Config) -> (Outcome, Fate) {
    let shown = |after| (Outcome::Failed, Fate::Shown(after));
    match answer {
        Answer::Done => (Outcome::Processed, Fate::Deleted),
        Answer::Refused {
            again: Some(again), ..
        } => shown(*again),
        Answer::Refused { again: None, .. } | Answer::Broken | Answer::Impossible => {
            shown(pause_of(message.receives, config))
        }
        // It is not the message that fails.
        Answer::Unreachable => shown(config.error_visibility_timeout),
        Answer::Silent => (Outcome::Unanswered, Fate::Left),
    }
}

/// How long a message that was received `receives` times waits for the next.
fn pause_of(receives: u32, config: &Config) -> Duration {
    let usual = config.error_visibility_timeout;
    match config.backoff_max {
        Some(most) => {
            let base = usual.max(Duration::from_secs(1));
            doubled(base, receives.saturating_sub(1), most.max(base))
        }
        None => usual,
    }
}

fn told(message: &Message, answer: Option<&Answer>, latency: Duration) {
    let Message { id, receives, .. } = message;
    let millis = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    let failed = |status: Option<u16>, what| {
        tracing::warn!(message_id = id, receives, status, millis, "{what}");
    };
    match answer {
        Some(Answer::Done) => tracing::debug!(message_id = id, receives, millis, "processed"),
        Some(Answer::Refused { status, .. }) => failed(Some(status.as_u16()), "refused"),
        Some(Answer::Broken) => failed(None, "the connection broke before the answer was whole"),
        Some(Answer::Silent) => failed(None, "no answer within the inactivity timeout"),
        Some(Answer::Impossible) => failed(
            None,
            "its path is none: `beanstalk.sqsd.path` begins with `/`",
        ),
        Some(Answer::Unreachable) => failed(None, "the application does not listen"),
        None => failed(None, "interrupted, goes back to the queue"),
    }
}
