//! Deletes what is done, ten at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

use super::daemon::Daemon;
use super::pause::Pause;
use super::queue::{BATCH, FailureKind};

/// How long a message waits for others to be deleted with, at most.
const GATHER: Duration = Duration::from_secs(2);

/// The same of a FIFO queue, where the next message of the group waits for it.
const GATHER_FIFO: Duration = Duration::from_millis(20);

/// How many batches are on their way at once.
const FLIGHTS: usize = 8;

/// How long a deletion is tried. After that the message comes back: it is
/// processed twice, but not lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// The same while the daemon stops.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(10);

/// A message to delete.
#[derive(Debug)]
pub struct Deletion {
    /// Its receipt.
    pub receipt: String,
}

/// Deletes all that comes, until nobody can send more.
pub async fn run(daemon: Arc<Daemon>, mut incoming: mpsc::Receiver<Deletion>) {
    // A deletion that gathers must not outlast the invisibility.
    let gather = match daemon.config.is_fifo() {
        true => GATHER_FIFO,
        false => GATHER.min(daemon.config.visibility_timeout / 4),
    };
    let mut flights = JoinSet::new();
    while let Some(first) = incoming.recv().await {
        let mut batch = vec![first];
        let end = tokio::time::Instant::now() + gather;
        while batch.len() < BATCH {
            tokio::select! {
                biased;
                next = incoming.recv() => match next {
                    Some(next) => batch.push(next),
                    None => break,
                },
                // Nothing is worked on, so nothing will join.
                () = std::future::ready(()), if daemon.metrics.in_flight() == 0 => break,
                () = sleep_until(end) => break,
            }
        }
        while flights.len() >= FLIGHTS {
            flights.join_next().await;
        }
        flights.spawn(delete(Arc::clone(&daemon), batch));
    }
    while flights.join_next().await.is_some() {}
}

/// Deletes a batch, and what could not be deleted again and again.
async fn delete(daemon: Arc<Daemon>, mut batch: Vec<Deletion>) {
    let begin = super::instant();
    let mut pause = Pause::new(Duration::from_millis(100), Duration::from_secs(10));
    loop {
        let receipts: Vec<String> = batch.iter().map(|it| it.receipt.clone()).collect();
        match daemon.queue.delete(&receipts).await {
            Ok(again) => {
                let mut at = 0;
                batch.retain(|_| {
                    at += 1;
                    again.contains(&(at - 1))
                });
                daemon.answered();
            }
            Err(error) if error.kind == FailureKind::Gone => batch.clear(),
            Err(error) => daemon.failed(&error).await,
        }
        if batch.is_empty() {
            return daemon.deletion_fails.over();
        }
        if is_late(&daemon, begin) {
            let messages = batch.len();
            tracing::error!(
                messages,
                "processed messages could not be deleted and will come again"
            );
            return;
        }
        daemon.deletion_fails.happened("some were not deleted");
        sleep(pause.grown()).await;
    }
}

fn is_late(daemon: &Daemon, begin: Instant) -> bool {
    let patience = if daemon.stops() {
        PATIENCE_AT_THE_END
    } else {
        PATIENCE
    };
    super::instant().duration_since(begin) > patience
}
