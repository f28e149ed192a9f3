//! A folder with a program, and an AWS for it.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::proxy::Proxy;
use crate::tools;

/// A program whose environment is one instance: little to wait for.
pub const PROGRAM: &str = r#"edition 2026

input release: string

application blog {
  source = "app"
  versions {
    keep = 3
  }
}

environment blog-test: web {
  platform = "nodejs-22"
  release = input.release
  load_balancer {
    kind = none
  }
}
"#;

/// An emulator, and a folder with a program and its application.
pub struct Place {
    pub folder: TempDir,
    server: Option<Child>,
    endpoint: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        // It holds nothing that anybody would miss.
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Place {
    /// `None` after saying what is missing on this machine.
    pub fn new() -> Option<Self> {
        let python = tools::python()?;
        let mut server = Command::new(python)
            .args(["-m", "emulator", "serve"])
            .current_dir(tools::root().join("tests"))
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the emulator starts");
        let out = server.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(out).lines();
        let address = lines.next().expect("it says where it is");
        let endpoint = address.expect("it is text");
        let place = Self::at(endpoint, Some(server));
        place.wait();
        Some(place)
    }

    /// A folder whose AWS is at an endpoint.
    pub fn at(endpoint: String, server: Option<Child>) -> Self {
        let place = Self {
            folder: tempfile::tempdir().expect("a folder can be made"),
            server,
            endpoint,
        };
        place.write("env.bean", PROGRAM);
        place.write("app/app.js", "require('http').createServer().listen()\n");
        place.write("app/.gitignore", "node_modules\n*.log\n");
        place.write("app/debug.log", "noise\n");
        place.write("app/node_modules/left/index.js", "0\n");
        place
    }

    /// What looks like the daemon for the machines that are not these, as a release
    /// has it beside `beanc`: its file's name, and the machines.
    pub fn foreign_daemon(&self) -> (&'static str, &'static str) {
        let (machine, word) = match std::env::consts::ARCH {
            "aarch64" => (62, "x86_64"),
            _ => (183, "arm64"),
        };
        let mut header = b"\x7fELF\x02\x01".to_vec();
        header.resize(18, 0);
        header.extend([machine, 0]);
        fs::write(self.folder.path().join("foreign"), header).expect("it is writable");
        ("foreign", word)
    }

    /// From now on all requests go through a proxy.
    pub fn behind_proxy(&mut self) -> Proxy {
        let proxy = Proxy::before(&self.endpoint);
        self.endpoint.clone_from(&proxy.endpoint);
        proxy
    }

    /// Until the emulator answers.
    fn wait(&self) {
        let address = self.endpoint.trim_start_matches("http://");
        for _ in 0..600 {
            if std::net::TcpStream::connect(address).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("the emulator does not answer");
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("it is writable");
        fs::write(path, text).expect("it is writable");
    }

    /// Writes the program with something replaced.
    pub fn program(&self, from: &str, to: &str) {
        assert!(PROGRAM.contains(from), "{from}");
        self.write("env.bean", &PROGRAM.replace(from, to));
    }

    fn run(&self, arguments: &[&str], more: &[(&str, &str)]) -> Output {
        let terraform = more.contains(&("BEANC_ENGINE", "terraform"));
        let endpoint = match terraform {
            // Its S3 client puts the bucket in front of a name.
            true => self.endpoint.clone(),
            // The emulator finds templates in buckets under this name only.
            false => self.endpoint.replace("127.0.0.1", "localhost"),
        };
        self.beanc(arguments)
            .env("AWS_ENDPOINT_URL", endpoint)
            .envs(more.iter().copied())
            .output()
            .expect("beanc starts")
    }

    /// `beanc`, ready to be started.
    pub fn beanc(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_beanc"));
        command
            .args(arguments)
            .env("AWS_ENDPOINT_URL", &self.endpoint);
        command
    }

    /// What a Python program prints that has boto3.
    pub fn python(&self, program: &str) -> String {
        let python = tools::python().expect("the emulator runs in it");
        let output = self
            .command(python)
            .args(["-c", program])
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .output();
        let output = output.expect("Python starts");
        tools::assert_success(&output);
        text(&output.stdout)
    }

    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_remove("AWS_PROFILE")
            .env_remove("TF_CLI_CONFIG_FILE")
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_DEFAULT_REGION", "eu-west-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", Path::new("/dev/null"))
            .env("AWS_SHARED_CREDENTIALS_FILE", Path::new("/dev/null"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    /// What a command prints, after it ended with this exit code.
    #[track_caller]
    pub fn says(&self, code: i32, arguments: &[&str]) -> String {
        self.says_with(code, arguments, &[])
    }

    /// The same, with more in its environment.
    #[track_caller]
    pub fn says_with(&self, code: i32, arguments: &[&str], more: &[(&str, &str)]) -> String {
        let output = self.run(arguments, more);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}\n{out}{err}"
        );
        format!("{out}{err}")
    }
}

/// A command that is killed in the middle.
#[derive(Clone, Default)]
pub struct Victim(Arc<Mutex<Option<Child>>>);

impl Victim {
    /// Starts it; whoever wants to kill it waits until it runs.
    pub fn start(&self, mut command: Command) {
        let mut child = self.0.lock().expect("no test panics with it");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        *child = Some(command.spawn().expect("it starts"));
    }

    /// Kills it, unless it is dead already.
    pub fn kill(&self) {
        let mut child = self.0.lock().expect("no test panics with it");
        if let Some(mut child) = child.take() {
            child.kill().expect("it runs");
            child.wait().expect("it ran");
        }
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
pub fn assert_contains(text: &str, parts: &[&str]) {
    // Reports are wrapped.
    let words = text.split_whitespace().filter(|word| *word != "│");
    let text = words.collect::<Vec<_>>().join(" ");
    for part in parts.iter().map(|part| part.replace("  ", " ")) {
        assert!(text.contains(&part), "`{part}` is not in\n{text}");
    }
}
