//! The worker daemon, binary `bean-sqsd`: posts the messages of a queue to the
//! application on the same machine.
//!
//! The contract is that of Elastic Beanstalk's daemon: 200 deletes a message,
//! every other answer shows it again after the error visibility timeout, no
//! answer leaves it to the visibility timeout. All daemons of an environment
//! read one queue and know nothing of each other.
//!
//! A message goes this way: [`receive`] takes it when there is a free slot,
//! [`work`] posts it through [`app`] and keeps it invisible meanwhile, and
//! [`deletions`] deletes it. [`queue`] alone knows the AWS SDK's calls. At least
//! once is kept everywhere: whatever is given up comes back.

#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own, which the compiler never calls: it has clocks, files and the environment"
)]

pub mod options;
pub mod message;
pub mod app;
pub mod queue;
pub mod pause;
pub mod complaints;
pub mod metrics;
pub mod daemon;
pub mod deletions;
pub mod work;
pub mod receive;
pub mod health;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use options::{Config, Request};

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let matches = options::command().get_matches();
    let read = |path: &str| match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    // A variable that is not UTF-8 is none of ours.
    let variables = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    match options::configure(&matches, variables, read) {
        Ok(Request::Show(config)) => match io::stdout().write_all(config.to_toml().as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Ok(Request::Run(config)) => run(*config),
        Err(errors) => {
            for error in errors {
                eprintln!("bean-sqsd: {error}");
            }
            ExitCode::from(2)
        }
    }
}

/// One thread: what the daemon does is wait, and the processors belong to the
/// application.
fn run(config: Config) -> ExitCode {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_max_level(config.log_level)
        .with_writer(io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => match runtime.block_on(daemon::run(config)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tracing::error!(%error, "the daemon cannot run");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            tracing::error!(%error, "the daemon cannot start");
            ExitCode::FAILURE
        }
    }
}

fn now() -> SystemTime {
    SystemTime::now()
}

fn instant() -> Instant {
    Instant::now()
}

/// Compares with the snapshot of the calling test.
#[cfg(test)]
#[track_caller]
fn snapshot(text: &str) {
    let test = std::thread::current();
    let name = test.name().and_then(|it| it.rsplit("::").next());
    let name = name.expect("tests have names").to_owned();
    insta::with_settings!({
        snapshot_path => "../../snapshots/sqsd",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}
