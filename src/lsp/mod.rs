//! The language server: `beanc` for editors.
//!
//! Only this module knows the protocol. What an editor may ask is answered by
//! [`crate::ide`] in plain types; here are the conversation,
//! the open files and the conversion of places and words:
//!
//! - `wire` reads and writes messages;
//! - `server` is the conversation: one thread owns the state, others check and
//!   answer;
//! - `world` is what is known at one moment, and the programs in it;
//! - `documents`, `workspace`, `client` are its parts;
//! - `position` and `uri` convert places;
//! - everything else answers one kind of question.

mod actions;
mod capabilities;
mod checker;
mod client;
mod completion;
mod diagnostics;
mod documents;
mod formatting;
mod navigation;
mod outline;
mod position;
mod requests;
mod server;
mod wire;
mod words;
mod workspace;
mod world;

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use crate::disk::Disk;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client said that it would end it.
    Agreed,
    /// The client went away, or ended it without a word before.
    Abrupt,
}

/// What a session is started with.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where files of the standard library can be put when somebody wants to see
    /// them.
    pub library: Option<PathBuf>,
    /// Whether the methods are there that test how a request fails.
    pub test_methods: bool,
}

/// So deep does the compiler recurse, with room to spare: as much as a main
/// thread has.
const STACK_BYTES: usize = 8 << 20;

/// A thread that can compile. The system refuses one only when it has nothing
/// left, and then the session cannot go on.
fn start(name: &str, run: impl FnOnce() + Send + 'static) {
    thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK_BYTES)
        .spawn(run)
        .expect("the system has room for a thread");
}

/// Holds a conversation until the client ends it or its end of `input` closes.
///
/// # Errors
/// When nothing can be written, or no thread can be started.
pub fn serve(
    mut input: impl BufRead + Send + 'static,
    output: &mut impl Write,
    disk: Arc<dyn Disk + Send>,
    settings: Settings,
) -> io::Result<End> {
    let (events, inbox) = mpsc::channel();
    let (outbox, outgoing) = mpsc::channel();
    let from_client = events.clone();
    thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || {
            // An error is an end, too.
            while let Ok(Some(incoming)) = wire::read(&mut input) {
                if from_client.send(server::Event::Incoming(incoming)).is_err() {
                    return;
                }
            }
            // Nobody is left to be told when this fails.
            let _ = from_client.send(server::Event::Closed);
        })?;
    let server = thread::Builder::new()
        .name("server".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || server::Server::new(disk, settings, events, outbox).run(&inbox))?;
    // Here is where the output belongs to. It ends when the last thread that
    // may say something does.
    let mut written = Ok(());
    for message in outgoing {
        written = wire::write(output, &message);
        if written.is_err() {
            break;
        }
    }
    written?;
    Ok(server.join().unwrap_or(End::Abrupt))
}
