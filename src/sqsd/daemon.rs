//! One daemon: what its parts share, and its life from start to drain.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{interval_at, sleep, timeout};

use super::app::App;
use super::complaints::Complaint;
use super::metrics::Metrics;
use super::options::Config;
use super::pause::Pause;
use super::queue::{Failure, FailureKind, Queue};
use super::{deletions, health, receive};

/// How long ago the queue may have answered for it to be healthy.
const CONTACT: Duration = Duration::from_secs(60);

/// How often credentials are looked for anew, at most.
const RENEWAL: Duration = Duration::from_secs(2);

/// How often the application is tried while it does not listen.
const PROBE: Duration = Duration::from_millis(500);

/// How often a change of visibility is tried.
const TRIES: u32 = 5;

/// What the last steps of a stop may take: returning messages, deleting.
const LAST_STEPS: Duration = Duration::from_secs(15);

/// How far a daemon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It takes messages.
    Running,
    /// It takes none, and lets requests end.
    Draining,
    /// It ends requests, and returns their messages.
    Stopping,
}

/// What the parts of a daemon share.
#[derive(Debug)]
pub struct Daemon {
    /// What it works with.
    pub config: Config,
    /// The queue.
    pub queue: Queue,
    /// The application.
    pub app: App,
    /// What is counted.
    pub metrics: Metrics,
    /// A permit for every message that may be worked on.
    pub slots: Arc<Semaphore>,
    /// Deletions fail.
    pub deletion_fails: Complaint,
    stage: watch::Sender<Stage>,
    contact: Mutex<Option<Instant>>,
    renewed: Mutex<Option<Instant>>,
    queue_fails: Complaint,
    app_away: AtomicBool,
    app_fails: Complaint,
}

impl Daemon {
    /// Waits until the daemon is at least as far as `stage`.
    pub async fn reached(&self, stage: Stage) {
        // An error says that the daemon is gone: nothing follows.
        let _ = self.stage.subscribe().wait_for(|it| *it >= stage).await;
    }

    /// Whether the signal to stop came.
    pub fn stops(&self) -> bool {
        *self.stage.borrow() != Stage::Running
    }

    /// The queue answered.
    pub fn answered(&self) {
        if let Ok(mut contact) = self.contact.lock() {
            *contact = Some(super::instant());
        }
        self.queue_fails.over();
    }

    /// The queue did not answer as it should.
    pub async fn failed(&self, failure: &Failure) {
        self.queue_fails.happened(&failure.text);
        if failure.kind == FailureKind::Credentials && self.may_renew() {
            self.queue.renew_credentials().await;
        }
    }

    fn may_renew(&self) -> bool {
        let now = super::instant();
        let Ok(mut renewed) = self.renewed.lock() else {
            return false;
        };
        let may = renewed.is_none_or(|it| now.duration_since(it) >= RENEWAL);
        if may {
            *renewed = Some(now);
        }
        may
    }

    /// Whether the queue was heard of lately, or need not be since every slot
    /// is taken.
    pub fn queue_answers(&self) -> bool {
        let contact = self.contact.lock().ok().and_then(|it| *it);
        let lately = |it: Instant| super::instant().duration_since(it) < CONTACT;
        contact.is_some_and(lately) || self.slots.available_permits() == 0
    }

    /// A post found nobody listening.
    pub fn app_is_away(&self) {
        self.app_away.store(true, Ordering::Relaxed);
        self.app_fails
            .happened("messages wait in the queue until it does");
    }

    /// Waits while the application does not listen: taking messages would only
    /// use up their receives.
    pub async fn app_listens(&self) {
        while self.app_away.load(Ordering::Relaxed) {
            if self.app.is_reachable().await {
                self.app_away.store(false, Ordering::Relaxed);
                self.app_fails.over();
                return;
            }
            self.app_fails
                .happened("messages wait in the queue until it does");
            sleep(PROBE).await;
        }
    }

    /// Shows a message after a time, tried a few times: if all fail, the
    /// visibility timeout does it.
    pub async fn show_after(&self, receipt: &str, after: Duration) {
        let mut pause = Pause::new(Duration::from_millis(100), Duration::from_secs(2));
        for _ in 0..TRIES {
            match self.queue.show_after(receipt, after).await {
                Ok(()) => return self.answered(),
                Err(failure) if failure.kind == FailureKind::Gone => return,
                Err(failure) => self.failed(&failure).await,
            }
            sleep(pause.grown()).await;
        }
    }
}

/// Runs a daemon until a signal stops it.
///
/// # Errors
/// When the address of the health check cannot be had.
pub async fn run(config: Config) -> io::Result<()> {
    let mut signals = Signals::new()?;
    let listener =
        match config.health {
            Some(address) => Some(health::listen(address).await.map_err(|error| {
                io::Error::new(error.kind(), format!("health {address}: {error}"))
            })?),
            None => None,
        };
    let slots = usize::try_from(config.concurrency).unwrap_or(1);
    let daemon = Arc::new(Daemon {
        queue: Queue::new(&config).await,
        app: App::new(&config),
        metrics: Metrics::default(),
        slots: Arc::new(Semaphore::new(slots)),
        deletion_fails: Complaint::new("processed messages cannot be deleted"),
        stage: watch::Sender::new(Stage::Running),
        contact: Mutex::new(None),
        renewed: Mutex::new(None),
        queue_fails: Complaint::new("the queue does not answer as it should"),
        app_away: AtomicBool::new(true),
        app_fails: Complaint::new("the application does not listen"),
        config,
    });
    let Config {
        queue_url,
        port,
        path,
        ..
    } = &daemon.config;
    tracing::info!(
        queue_url,
        port,
        path,
        concurrency = slots,
        "bean-sqsd begins"
    );
    if let Some(listener) = listener {
        tokio::spawn(health::serve(listener, Arc::clone(&daemon)));
    }
    tokio::spawn(measure(Arc::clone(&daemon)));
    // Room for what ends while a batch is on its way; when it is full, workers
    // wait, and so does the queue.
    let (deletions, incoming) = mpsc::channel(2 * slots);
    let deleting = tokio::spawn(deletions::run(Arc::clone(&daemon), incoming));
    let receiving = tokio::spawn(receive::run(Arc::clone(&daemon), deletions));

    signals.next().await;
    daemon.stage.send_replace(Stage::Draining);
    let running = daemon.metrics.in_flight();
    tracing::info!(running, "bean-sqsd stops: it lets requests end");
    let drained = async {
        // What panics there is told by the runtime.
        let _ = receiving.await;
        let all = daemon.config.concurrency;
        let _all = daemon.slots.acquire_many(all).await;
        let _ = deleting.await;
    };
    tokio::pin!(drained);
    let in_time = tokio::select! {
        it = timeout(daemon.config.drain_timeout, &mut drained) => it.is_ok(),
        () = signals.next() => false,
    };
    if !in_time {
        let running = daemon.metrics.in_flight();
        tracing::warn!(
            running,
            "requests did not end in time: their messages go back"
        );
        daemon.stage.send_replace(Stage::Stopping);
        if timeout(LAST_STEPS, drained).await.is_err() {
            tracing::warn!("what is left comes back after the visibility timeout");
        }
    }
    daemon.metrics.write(&daemon.config);
    tracing::info!("bean-sqsd ends");
    Ok(())
}

async fn measure(daemon: Arc<Daemon>) {
    let every = daemon.config.metrics_every;
    let mut ticks = interval_at(tokio::time::Instant::now() + every, every);
    loop {
        ticks.tick().await;
        daemon.metrics.write(&daemon.config);
    }
}

/// The signals that stop a daemon.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
