//! The conversation: one thread owns the state and never waits.
//!
//! Notifications change the state in the order in which they come. Requests are
//! answered by other threads from the world as it was when they came, and
//! whoever edits on meanwhile is not kept waiting. A handler that panics has
//! answered its request with that, and nothing else.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CancelParams, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, Id, InitializeParams, LogMessageNotification, LogMessageParams,
    LspNotificationMethod, LspRequestMethod, MessageType, Notification as _, RegistrationRequest,
    Request as _, ShowMessageNotification, ShowMessageParams, WorkspaceFolder,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::checker;
use super::client::Client;
use super::documents::Document;
use super::requests::{self, Answer, Handler};
use super::wire::Incoming;
use super::workspace::{Files, Root, Workspace, search};
use super::world::{Change, World};
use super::{End, Settings, capabilities, start};
use crate::disk::Disk;
use crate::driver::Options;
use crate::uri;

/// So many requests are answered at a time. One that takes long must not keep
/// a completion waiting.
const WORKERS: usize = 3;

/// What the server waits for.
pub enum Event {
    /// The client said something.
    Incoming(Incoming),
    /// A request was answered.
    Answered(RequestId, Result<Answer, Refusal>),
    /// A check panicked.
    Panicked(String),
    /// A folder of the workspace has been looked through.
    Found(Root, Files),
    /// The client is gone.
    Closed,
}

/// Why a request gets no answer.
#[derive(Debug)]
pub struct Refusal {
    code: ErrorCode,
    message: String,
}

impl Refusal {
    /// The parameters are not what the method takes.
    pub fn params(error: impl Display) -> Self {
        Self {
            code: ErrorCode::InvalidParams,
            message: error.to_string(),
        }
    }

    /// What was asked cannot be done, for a reason that a person can read.
    pub fn failed(reason: impl Display) -> Self {
        Self {
            code: ErrorCode::RequestFailed,
            message: reason.to_string(),
        }
    }

    /// Our own fault.
    pub fn internal(error: impl Display) -> Self {
        Self {
            code: ErrorCode::InternalError,
            message: error.to_string(),
        }
    }
}

/// A request on its way to an answer.
struct Job {
    id: RequestId,
    method: String,
    params: Value,
    handler: Handler,
    world: Arc<World>,
}

/// How far the conversation is.
enum Phase {
    /// The client has not introduced itself.
    Before,
    /// It has.
    Running(Arc<World>),
    /// It has said that it will end it.
    Over,
}

/// The state of a session.
pub struct Server {
    disk: Arc<dyn Disk + Send>,
    settings: Settings,
    phase: Phase,
    events: Sender<Event>,
    outbox: Sender<Message>,
    jobs: Sender<Job>,
    checks: Sender<Arc<World>>,
    /// Requests that wait for an answer.
    pending: BTreeSet<RequestId>,
    searches: Searches,
}

/// Folders that are being looked through, and what waits for that.
#[derive(Default)]
struct Searches {
    running: usize,
    /// The files of which something was said meanwhile: what a search has found
    /// there may be out of date.
    changed: BTreeSet<PathBuf>,
    /// Requests about all files of the workspace.
    waiting: Vec<Job>,
}

impl Server {
    /// A session that nothing was said in.
    pub fn new(
        disk: Arc<dyn Disk + Send>,
        settings: Settings,
        events: Sender<Event>,
        outbox: Sender<Message>,
    ) -> Self {
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..WORKERS {
            let waiting = Arc::clone(&waiting);
            let events = events.clone();
            start(&format!("worker {number}"), move || work(&waiting, &events));
        }
        let (checks, worlds) = channel();
        let (outbox_of_checks, events_of_checks) = (outbox.clone(), events.clone());
        start("checker", move || {
            checker::run(&worlds, outbox_of_checks, &events_of_checks);
        });
        Self {
            disk,
            settings,
            phase: Phase::Before,
            events,
            outbox,
            jobs,
            checks,
            pending: BTreeSet::new(),
            searches: Searches::default(),
        }
    }

    /// Goes on until the client ends it.
    pub fn run(mut self, inbox: &Receiver<Event>) -> End {
        while let Ok(event) = inbox.recv() {
            match event {
                Event::Incoming(Incoming::Message(message)) => {
                    if let Some(end) = self.message(message) {
                        return end;
                    }
                }
                Event::Incoming(Incoming::Malformed(reason, answer)) => {
                    self.log(MessageType::Warning, reason);
                    if let Some(answer) = answer {
                        self.say(answer.into());
                    }
                }
                Event::Answered(id, answer) => self.answered(id, answer),
                Event::Panicked(message) => self.log(MessageType::Error, message),
                Event::Found(root, files) => self.found(&root, files),
                Event::Closed => break,
            }
        }
        match self.phase {
            Phase::Over => End::Agreed,
            Phase::Before | Phase::Running(_) => End::Abrupt,
        }
    }

    fn message(&mut self, message: Message) -> Option<End> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(it) => {
                if LspNotificationMethod::from(it.method.as_str()) == LspNotificationMethod::Exit {
                    return Some(match self.phase {
                        Phase::Over => End::Agreed,
                        Phase::Before | Phase::Running(_) => End::Abrupt,
                    });
                }
                self.notification(it);
            }
            // We ask for nothing whose answer matters.
            Message::Response(_) => {}
        }
        None
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let world = match &self.phase {
            Phase::Before => {
                let answer = match LspRequestMethod::from(method.as_str()) {
                    LspRequestMethod::Initialize => self.initialize(params),
                    _ => Err(Refusal {
                        code: ErrorCode::ServerNotInitialized,
                        message: format!("`{method}` comes before `initialize`"),
                    }),
                };
                return self.say(response(id, answer).into());
            }
            Phase::Over => {
                let answer = Err(Refusal {
                    code: ErrorCode::InvalidRequest,
                    message: format!("`{method}` comes behind `shutdown`"),
                });
                return self.say(response(id, answer).into());
            }
            Phase::Running(world) => Arc::clone(world),
        };
        let handler = match LspRequestMethod::from(method.as_str()) {
            LspRequestMethod::Shutdown => {
                self.phase = Phase::Over;
                return self.say(Response::new_ok(id, Value::Null).into());
            }
            LspRequestMethod::Initialize => {
                let answer = Err(Refusal {
                    code: ErrorCode::InvalidRequest,
                    message: "`initialize` comes once".to_owned(),
                });
                return self.say(response(id, answer).into());
            }
            _ if self.settings.test_methods => {
                requests::test_handler(&method).or_else(|| requests::handler(&method))
            }
            _ => requests::handler(&method),
        };
        let Some(handler) = handler else {
            let answer = Err(Refusal {
                code: ErrorCode::MethodNotFound,
                message: format!("`{method}` is not known"),
            });
            return self.say(response(id, answer).into());
        };
        self.pending.insert(id.clone());
        let job = Job {
            id,
            method,
            params,
            handler,
            world,
        };
        if self.searches.running > 0 && requests::is_about_workspace(&job.method) {
            return self.searches.waiting.push(job);
        }
        // Workers outlive the server.
        let _ = self.jobs.send(job);
    }

    fn answered(&mut self, id: RequestId, answer: Result<Answer, Refusal>) {
        // One that was cancelled has its answer.
        if !self.pending.remove(&id) {
            return;
        }
        if let Err(Refusal {
            code: ErrorCode::InternalError,
            message,
        }) = &answer
        {
            self.log(MessageType::Error, message.clone());
        }
        let (value, note) = match answer {
            Ok(Answer { value, note }) => (Ok(value), note),
            Err(refusal) => (Err(refusal), None),
        };
        self.say(response(id, value).into());
        if let Some(message) = note {
            let kind = MessageType::Warning;
            let method = ShowMessageNotification::METHOD.as_str().to_owned();
            let params = ShowMessageParams { kind, message };
            self.say(Notification::new(method, params).into());
        }
    }

    fn initialize(&mut self, params: Value) -> Result<Value, Refusal> {
        let params: InitializeParams = serde_json::from_value(params).map_err(Refusal::params)?;
        let client = Client::new(&params, self.settings.library.clone());
        let result = capabilities::result(&client);
        let options = options(params.initialization_options.as_ref());
        let mut workspace = Workspace::default();
        for folder in &client.folders {
            workspace.add(Root::opened(folder.clone()));
        }
        let mut world = World::new(client, Arc::clone(&self.disk), options);
        for root in workspace.roots() {
            self.search(root.clone());
        }
        world.workspace = Arc::new(workspace);
        self.phase = Phase::Running(Arc::new(world));
        serde_json::to_value(result).map_err(Refusal::internal)
    }

    /// Begins to look through a folder, which may take a while.
    fn search(&mut self, root: Root) {
        self.searches.running += 1;
        let events = self.events.clone();
        let disk = Arc::clone(&self.disk);
        start("search", move || {
            let search = AssertUnwindSafe(|| search(&root, disk.as_ref()));
            let files = catch_unwind(search).unwrap_or_else(|panic| {
                let message = format!("a search panicked: {}", message_of(panic.as_ref()));
                let _ = events.send(Event::Panicked(message));
                Files::default()
            });
            let _ = events.send(Event::Found(root, files));
        });
    }

    fn found(&mut self, root: &Root, files: Files) {
        let Phase::Running(world) = &self.phase else {
            return;
        };
        self.searches.running -= 1;
        let mut workspace = Workspace::clone(&world.workspace);
        workspace.found(root, files);
        for path in &self.searches.changed {
            workspace.look(path, self.disk.as_ref());
        }
        let world = world.next(
            &Change::Files(BTreeSet::new()),
            world.documents.clone(),
            Arc::new(workspace),
            world.options.clone(),
        );
        let world = self.change(world);
        if self.searches.running > 0 {
            return;
        }
        self.searches.changed.clear();
        for job in std::mem::take(&mut self.searches.waiting) {
            let world = Arc::clone(&world);
            let _ = self.jobs.send(Job { world, ..job });
        }
    }

    /// Looks at files of the workspace again.
    fn look(&mut self, workspace: &mut Arc<Workspace>, paths: &BTreeSet<PathBuf>) {
        for path in paths {
            if workspace.covers(path) {
                Arc::make_mut(workspace).look(path, self.disk.as_ref());
            }
        }
        if self.searches.running > 0 {
            self.searches.changed.extend(paths.iter().cloned());
        }
    }

    fn notification(&mut self, notification: Notification) {
        let Phase::Running(world) = &self.phase else {
            return;
        };
        let world = Arc::clone(world);
        let Notification { method, params } = notification;
        let done = match LspNotificationMethod::from(method.as_str()) {
            LspNotificationMethod::Initialized => {
                self.initialized(&world);
                Ok(())
            }
            LspNotificationMethod::CancelRequest => read(params).map(|it| self.cancel(it)),
            LspNotificationMethod::TextDocumentDidOpen => {
                read(params).map(|it| self.open(&world, it))
            }
            LspNotificationMethod::TextDocumentDidChange => {
                read(params).map(|it| self.edit(&world, it))
            }
            LspNotificationMethod::TextDocumentDidClose => {
                read(params).map(|it| self.close(&world, &it))
            }
            LspNotificationMethod::TextDocumentDidSave => {
                self.save(&world);
                Ok(())
            }
            LspNotificationMethod::WorkspaceDidChangeWatchedFiles => {
                read(params).map(|it| self.files(&world, it))
            }
            LspNotificationMethod::WorkspaceDidChangeWorkspaceFolders => {
                read(params).map(|it| self.folders(&world, &it))
            }
            LspNotificationMethod::WorkspaceDidChangeConfiguration => {
                read(params).map(|it: DidChangeConfigurationParams| {
                    // Many clients send something else, or nothing at all.
                    if let Some(settings) = it.settings.get("beanc") {
                        self.everything(&world, options(Some(settings)));
                    }
                })
            }
            // What is new in the protocol, and what does not concern us.
            _ => Ok(()),
        };
        if let Err(error) = done {
            self.log(MessageType::Warning, format!("`{method}`: {error}"));
        }
    }

    fn initialized(&self, world: &World) {
        if !world.client.watches {
            return;
        }
        let id = RequestId::from("register".to_owned());
        let method = RegistrationRequest::METHOD.as_str().to_owned();
        self.say(Request::new(id, method, capabilities::watching()).into());
    }

    fn cancel(&mut self, params: CancelParams) {
        let id = match params.id {
            Id::Int(id) => RequestId::from(id),
            Id::String(id) => RequestId::from(id),
        };
        if self.pending.remove(&id) {
            let answer = Err(Refusal {
                code: ErrorCode::RequestCanceled,
                message: "the request was cancelled".to_owned(),
            });
            self.say(response(id, answer).into());
        }
    }

    fn open(&mut self, world: &World, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let path = world.path(&item.uri);
        let is_ledger = String::from(item.language_id) == "beancount";
        let is_program = !is_ledger && !world.client.is_library(&path);
        let mut workspace = Arc::clone(&world.workspace);
        // Outside of all open folders, its project may import it.
        if is_program && uri::path(&item.uri.0).is_some() && !workspace.covers(&path) {
            let root = Root::around(&path, self.disk.as_ref());
            if Arc::make_mut(&mut workspace).add(root.clone()) {
                self.search(root);
            }
        }
        let mut documents = world.documents.clone();
        let document = Document::new(item.uri, item.version, &item.text, is_program);
        documents.insert(path.clone(), document);
        let change = Change::Files([path].into());
        self.change(world.next(&change, documents, workspace, world.options.clone()));
    }

    fn edit(&mut self, world: &World, params: DidChangeTextDocumentParams) {
        let id = params.text_document;
        let path = world.path(&id.text_document_identifier.uri);
        let Some(document) = world.documents.get(&path) else {
            return;
        };
        let encoding = world.client.encoding;
        let changed = document.changed(id.version, params.content_changes, encoding);
        let mut documents = world.documents.clone();
        documents.insert(path.clone(), changed);
        let change = Change::Files([path].into());
        let workspace = Arc::clone(&world.workspace);
        self.change(world.next(&change, documents, workspace, world.options.clone()));
    }

    fn close(&mut self, world: &World, params: &DidCloseTextDocumentParams) {
        let path = world.path(&params.text_document.uri);
        let mut documents = world.documents.clone();
        documents.remove(&path);
        let mut workspace = Arc::clone(&world.workspace);
        let paths = [path].into();
        self.look(&mut workspace, &paths);
        let change = Change::Files(paths);
        self.change(world.next(&change, documents, workspace, world.options.clone()));
    }

    fn files(&mut self, world: &World, params: DidChangeWatchedFilesParams) {
        let changes = params.changes.iter();
        let mut workspace = Arc::clone(&world.workspace);
        let mut paths = BTreeSet::new();
        for path in changes.filter_map(|it| uri::path(&it.uri.0)) {
            // Of a folder that goes, some clients say nothing else.
            paths.extend(workspace.at(&path).cloned());
            paths.insert(path);
        }
        self.look(&mut workspace, &paths);
        let documents = world.documents.clone();
        let change = Change::Files(paths);
        self.change(world.next(&change, documents, workspace, world.options.clone()));
    }

    fn folders(&mut self, world: &World, params: &DidChangeWorkspaceFoldersParams) {
        let roots = |folders: &[WorkspaceFolder]| -> Vec<Root> {
            let paths = folders.iter().filter_map(|it| uri::path(&it.uri.0));
            paths.map(Root::opened).collect()
        };
        let mut workspace = Workspace::clone(&world.workspace);
        for root in roots(&params.event.removed) {
            workspace.remove(&root);
        }
        for root in roots(&params.event.added) {
            if workspace.add(root.clone()) {
                self.search(root);
            }
        }
        let documents = world.documents.clone();
        let change = Change::Files(BTreeSet::new());
        let options = world.options.clone();
        self.change(world.next(&change, documents, Arc::new(workspace), options));
    }

    /// What files hold that no editor has open is not always watched: here is
    /// the time to see it.
    fn save(&mut self, world: &World) {
        self.everything(world, world.options.clone());
        // Who saves many files at once wants no search for each.
        if !world.client.watches && self.searches.running == 0 {
            for root in world.workspace.roots() {
                self.search(root.clone());
            }
        }
    }

    fn everything(&mut self, world: &World, options: Options) {
        let documents = world.documents.clone();
        let workspace = Arc::clone(&world.workspace);
        self.change(world.next(&Change::Everything, documents, workspace, options));
    }

    /// Goes on with another world, which is checked.
    fn change(&mut self, world: World) -> Arc<World> {
        if let Phase::Running(former) = &self.phase {
            former.outdate();
        }
        let world = Arc::new(world);
        // The checker outlives the server.
        let _ = self.checks.send(Arc::clone(&world));
        self.phase = Phase::Running(Arc::clone(&world));
        world
    }

    fn say(&self, message: Message) {
        // Without a client there is nobody to be told that it is gone.
        let _ = self.outbox.send(message);
    }

    fn log(&self, kind: MessageType, message: String) {
        let method = LogMessageNotification::METHOD.as_str().to_owned();
        let params = LogMessageParams { kind, message };
        self.say(Notification::new(method, params).into());
    }
}

/// Answers requests until there will be no more.
fn work(waiting: &Mutex<Receiver<Job>>, events: &Sender<Event>) {
    loop {
        let job = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(job) = job else { return };
        let Job {
            id,
            method,
            params,
            handler,
            world,
        } = job;
        let answer = catch_unwind(AssertUnwindSafe(|| handler(&world, params)));
        let answer = answer.unwrap_or_else(|panic| {
            let message = message_of(panic.as_ref());
            Err(Refusal::internal(format!("`{method}` panicked: {message}")))
        });
        if events.send(Event::Answered(id, answer)).is_err() {
            return;
        }
    }
}

/// What a panic said.
pub fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word")
}

fn response(id: RequestId, answer: Result<Value, Refusal>) -> Response {
    match answer {
        Ok(value) => Response::new_ok(id, value),
        Err(refusal) => Response::new_err(id, refusal.code as i32, refusal.message),
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(params)
}

/// The compiler's options in a client's settings: `{ "params": { "a": "1" } }`.
fn options(settings: Option<&Value>) -> Options {
    let params = settings.and_then(|it| it.get("params"));
    let params = params.and_then(Value::as_object);
    let params: BTreeMap<&String, &Value> = params.into_iter().flatten().collect();
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Options {
        params: params
            .into_iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        ..Options::default()
    }
}
