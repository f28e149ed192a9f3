//! Complaints about what stays broken for a while: one a minute each, and one
//! line when it is over.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long one complaint stands for all of its kind.
const QUIET: Duration = Duration::from_secs(60);

/// One kind of trouble.
#[derive(Debug)]
pub struct Complaint {
    what: &'static str,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    said: Option<Instant>,
    unsaid: u64,
}

impl Complaint {
    /// Nothing is wrong yet with `what`: "the queue does not answer".
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        let state = State {
            since: None,
            said: None,
            unsaid: 0,
        };
        Self {
            what,
            state: Mutex::new(state),
        }
    }

    /// It happened, and `why`.
    pub fn happened(&self, why: &str) {
        let now = super::instant();
        let Ok(mut state) = self.state.lock() else {
            return;
        };
        let since = *state.since.get_or_insert(now);
        if state.said.is_some_and(|it| now.duration_since(it) < QUIET) {
            state.unsaid += 1;
            return;
        }
        let seconds = now.duration_since(since).as_secs();
        let more = std::mem::take(&mut state.unsaid);
        state.said = Some(now);
        tracing::warn!(why, since_seconds = seconds, more, "{}", self.what);
    }

    /// It works again.
    pub fn over(&self) {
        let Ok(mut state) = self.state.lock() else {
            return;
        };
        if let Some(since) = state.since.take() {
            let seconds = super::instant().duration_since(since).as_secs();
            tracing::info!(after_seconds = seconds, "over: {}", self.what);
            // The next trouble may not be told before the minute is over.
            state.unsaid = 0;
        }
    }
}
