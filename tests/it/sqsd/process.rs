//! Daemons as processes.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use super::app::App;
use super::cloud::Proxy;
use crate::http::Exchange;

/// A running daemon; it is ended with the test.
pub struct Daemon {
    process: Child,
    health: u16,
    output: PathBuf,
}

/// The binary under test.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bean-sqsd"));
    command.env_clear();
    command
}

impl Daemon {
    /// One that reads the queue at `url` through `proxy` for `app`.
    pub fn start(url: &str, proxy: &Proxy, app: &App, flags: &[&str]) -> Self {
        Self::start_with(
            url,
            proxy,
            app.port,
            flags,
            &[
                ("AWS_ACCESS_KEY_ID", "TEST"),
                ("AWS_SECRET_ACCESS_KEY", "TEST"),
            ],
        )
    }

    /// The same with variables of its own.
    pub fn start_with(
        url: &str,
        proxy: &Proxy,
        port: u16,
        flags: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let health = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let output = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sqsd-{health}"));
        let process = command()
            .args([
                "--queue-url",
                url,
                "--port",
                &port.to_string(),
                "--wait",
                "1s",
            ])
            .args([
                "--health",
                &format!("127.0.0.1:{health}"),
                "--log-level",
                "debug",
            ])
            .args(flags)
            .env(
                "AWS_ENDPOINT_URL",
                format!("http://127.0.0.1:{}", proxy.port),
            )
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied())
            .stdout(File::create(output.with_extension("out")).unwrap())
            .stderr(File::create(output.with_extension("err")).unwrap())
            .spawn()
            .unwrap();
        Self {
            process,
            health,
            output,
        }
    }

    /// `GET /healthz`: the first line of the answer and its body.
    pub fn health(&self) -> (String, String) {
        let request = Exchange {
            first: "GET /healthz HTTP/1.1".into(),
            headers: vec![("host".into(), "localhost".into())],
            ..Exchange::default()
        };
        match request.send(([127, 0, 0, 1], self.health).into()) {
            Ok(answer) => (answer.first.clone(), answer.text()),
            Err(error) => (error.to_string(), String::new()),
        }
    }

    /// Ends it without a warning.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the daemon ends", 60, || {
            status = self.process.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.output.with_extension("err")).unwrap()
    }

    /// The metrics that it wrote so far.
    pub fn metrics(&self) -> String {
        fs::read_to_string(self.output.with_extension("out")).unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        if thread::panicking() {
            eprintln!("{}", self.log());
        }
    }
}

/// Waits until `holds`, for `seconds` at most.
#[track_caller]
pub fn eventually(what: &str, seconds: u64, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(
            begin.elapsed() < Duration::from_secs(seconds),
            "not within {seconds} s: {what}"
        );
        thread::sleep(Duration::from_millis(100));
    }
}
