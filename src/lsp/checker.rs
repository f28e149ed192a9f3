//! Checks every world, and tells the client what changed by it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lsp_server::{Message, Notification, Request, RequestId};
use lsp_types::{
    Diagnostic, DiagnosticRefreshRequest, Notification as _, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, Request as _,
};
use rayon::ThreadPoolBuilder;

use super::server::{Event, message_of};
use super::world::{Depth, World};
use super::{diagnostics, start};

/// Nobody types for so long: now there is time for the resources.
const PAUSE: Duration = Duration::from_millis(120);

/// Checks the newest world again and again, until there will be no more. What
/// only the resources show is another thread's business: somebody who types on
/// does not wait for it.
pub fn run(worlds: &Receiver<Arc<World>>, outbox: Sender<Message>, events: &Sender<Event>) {
    let checker = Arc::new(Mutex::new(Checker {
        outbox,
        published: BTreeMap::new(),
        pulled: BTreeMap::new(),
        refreshes: 0,
    }));
    let (pauses, paused) = channel::<Arc<World>>();
    let (other, events_of_other) = (Arc::clone(&checker), events.clone());
    start("resources", move || {
        // All on this thread: the other cores are there for the next key. Without
        // a pool of one thread all of them are used, which is no mistake.
        let pool = ThreadPoolBuilder::new().num_threads(1).use_current_thread();
        let _alone = pool.build();
        for world in paused {
            look(&other, &world, &events_of_other);
        }
    });
    let mut next = worlds.recv().ok();
    while let Some(mut world) = next.take() {
        // What somebody typed on meanwhile is out of date.
        while let Ok(newer) = worlds.try_recv() {
            world = newer;
        }
        carefully(events, || {
            let all = diagnostics::all(&world, Depth::Early);
            locked(&checker).tell(&world, all);
        });
        next = match worlds.recv_timeout(PAUSE) {
            Ok(newer) => Some(newer),
            Err(RecvTimeoutError::Timeout) => {
                // It ends when this thread does.
                let _ = pauses.send(world);
                worlds.recv().ok()
            }
            Err(RecvTimeoutError::Disconnected) => None,
        };
    }
}

/// Looks at the resources of a world, as long as there is no newer one.
fn look(checker: &Mutex<Checker>, world: &World, events: &Sender<Event>) {
    carefully(events, || {
        world.expand();
        if world.is_outdated() {
            return;
        }
        let all = diagnostics::all(world, Depth::Whole);
        let mut checker = locked(checker);
        // What was said of a newer one is not taken back.
        if !world.is_outdated() {
            checker.tell(world, all);
        }
    });
}

/// A panic is one check that said nothing.
fn carefully(events: &Sender<Event>, check: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(check)) {
        let message = format!("a check panicked: {}", message_of(panic.as_ref()));
        // Without a server there is nobody to be told.
        let _ = events.send(Event::Panicked(message));
    }
}

fn locked(checker: &Mutex<Checker>) -> MutexGuard<'_, Checker> {
    checker.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What tells one state of a file from another: its version, and a mark of what
/// there is to say about it.
type State = (Option<i32>, String);

struct Checker {
    outbox: Sender<Message>,
    /// What the client was told.
    published: BTreeMap<PathBuf, State>,
    /// What a client that asks by itself is told.
    pulled: BTreeMap<PathBuf, State>,
    refreshes: i32,
}

impl Checker {
    /// Tells what there is to say of a world, by file, as far as it is new.
    fn tell(&mut self, world: &World, mut all: BTreeMap<PathBuf, Vec<Diagnostic>>) {
        for (path, _) in world.documents.iter() {
            all.entry(path.clone()).or_default();
        }
        for path in self.published.keys() {
            all.entry(path.clone()).or_default();
        }
        let mut is_stale = false;
        for (path, list) in all {
            let version = world.documents.get(&path).map(|it| it.version);
            let state = (version, diagnostics::mark(&list));
            if version.is_some() && world.client.pulls {
                // What was said while it was closed is said twice now.
                if self.published.remove(&path).is_some() {
                    self.publish(world, &path, version, Vec::new());
                }
                let known = self.pulled.insert(path, state.clone());
                // The client asks after its own edits, not after those of
                // what a file imports.
                is_stale |= known.is_some_and(|it| it.0 == state.0 && it.1 != state.1);
                continue;
            }
            self.pulled.remove(&path);
            let known = self.published.get(&path);
            if known == Some(&state) || known.is_none() && version.is_none() && list.is_empty() {
                continue;
            }
            match version.is_none() && list.is_empty() {
                true => self.published.remove(&path),
                false => self.published.insert(path.clone(), state),
            };
            self.publish(world, &path, version, list);
        }
        if is_stale && world.client.refreshes {
            self.refreshes += 1;
            let id = RequestId::from(format!("refresh {}", self.refreshes));
            let method = DiagnosticRefreshRequest::METHOD.as_str().to_owned();
            self.say(Request::new(id, method, ()).into());
        }
    }

    fn publish(
        &self,
        world: &World,
        path: &Path,
        version: Option<i32>,
        diagnostics: Vec<Diagnostic>,
    ) {
        let params = PublishDiagnosticsParams {
            uri: world.documents.uri(path),
            version,
            diagnostics,
        };
        let method = PublishDiagnosticsNotification::METHOD.as_str().to_owned();
        self.say(Notification::new(method, params).into());
    }

    fn say(&self, message: Message) {
        // Without a client there is nobody to be told that it is gone.
        let _ = self.outbox.send(message);
    }
}
