//! Takes messages from the queue, never more than there are free slots.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::daemon::{Daemon, Stage};
use super::deletions::Deletion;
use super::message::Message;
use super::pause::Pause;
use super::queue::{BATCH, Failure};
use super::work;

/// How long a slot waits for others, so that a busy daemon asks for ten
/// messages at once and not ten times for one.
const GATHER: Duration = Duration::from_millis(10);

/// One answer of the queue, with the slots it was asked for.
struct Poll {
    asked: usize,
    slots: OwnedSemaphorePermit,
    messages: Result<Vec<Message>, Failure>,
}

/// Takes messages and starts work on each until the daemon stops. Ends when
/// the last request to the queue has ended: one that was dropped half-way
/// could have messages that nobody knows of until they time out.
pub async fn run(daemon: Arc<Daemon>, deletions: mpsc::Sender<Deletion>) {
    let limits = Limits::new(&daemon);
    let mut polls = JoinSet::new();
    let mut wanted = 1;
    let mut pause = Pause::new(Duration::from_millis(200), Duration::from_secs(20));
    let mut not_before = Instant::now();
    loop {
        let poll = tokio::select! {
            biased;
            () = daemon.reached(Stage::Draining) => break,
            Some(poll) = polls.join_next() => poll,
            (asked, slots) = free(&daemon, not_before, limits.batch, wanted > 1), if polls.len() < wanted => {
                polls.spawn(poll(Arc::clone(&daemon), asked, slots));
                continue;
            }
        };
        // A poll that panicked was told by the runtime; its slots are free.
        let Ok(Poll {
            asked,
            mut slots,
            messages,
        }) = poll
        else {
            continue;
        };
        match messages {
            Ok(messages) => {
                daemon.answered();
                pause.reset();
                not_before = Instant::now();
                // A full answer says that there is more; an empty one, that
                // one request is enough to notice the next message.
                wanted = match messages.len() {
                    0 => 1,
                    full if full >= asked => (wanted + 1).min(limits.polls),
                    _ => wanted,
                };
                for message in messages {
                    // More than was asked for never comes.
                    let Some(slot) = slots.split(1) else { break };
                    tokio::spawn(work::one(
                        Arc::clone(&daemon),
                        message,
                        slot,
                        deletions.clone(),
                    ));
                }
            }
            Err(failure) => {
                daemon.metrics.receive_error();
                daemon.failed(&failure).await;
                wanted = 1;
                not_before = Instant::now() + pause.grown();
            }
        }
    }
    while let Some(poll) = polls.join_next().await {
        let Ok(Poll {
            messages: Ok(messages),
            ..
        }) = poll
        else {
            continue;
        };
        give_back(&daemon, &messages).await;
    }
}

/// How much is asked for.
struct Limits {
    batch: usize,
    polls: usize,
}

impl Limits {
    /// Of a FIFO queue one message at a time: while it is worked on, SQS keeps
    /// the rest of its group. In a batch the rest would be received with it,
    /// and a first message that fails would use up their receives too.
    fn new(daemon: &Daemon) -> Self {
        let slots = usize::try_from(daemon.config.concurrency).unwrap_or(1);
        if daemon.config.is_fifo() {
            Self {
                batch: 1,
                polls: slots.min(BATCH),
            }
        } else {
            Self {
                batch: BATCH,
                polls: slots.div_ceil(BATCH),
            }
        }
    }
}

/// Waits for a free slot, and takes what is free up to `most`.
async fn free(
    daemon: &Daemon,
    not_before: Instant,
    most: usize,
    busy: bool,
) -> (usize, OwnedSemaphorePermit) {
    sleep_until(not_before).await;
    daemon.app_listens().await;
    let first = Arc::clone(&daemon.slots).acquire_owned().await;
    let mut slots = first.expect("nobody closes the semaphore");
    if busy && daemon.slots.available_permits() + 1 < most {
        sleep(GATHER).await;
    }
    let more = daemon.slots.available_permits().min(most - 1);
    if let Ok(count) = u32::try_from(more)
        && let Ok(others) = Arc::clone(&daemon.slots).try_acquire_many_owned(count)
    {
        slots.merge(others);
    }
    (slots.num_permits(), slots)
}

async fn poll(daemon: Arc<Daemon>, asked: usize, slots: OwnedSemaphorePermit) -> Poll {
    let messages = daemon.queue.receive(asked).await;
    Poll {
        asked,
        slots,
        messages,
    }
}

/// Messages that came after the signal to stop.
async fn give_back(daemon: &Daemon, messages: &[Message]) {
    let receipts: Vec<String> = messages.iter().map(|it| it.receipt.clone()).collect();
    if receipts.is_empty() {
        return;
    }
    if let Err(failure) = daemon.queue.show_now(&receipts).await {
        daemon.failed(&failure).await;
    }
}
