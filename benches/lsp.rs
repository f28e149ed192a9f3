//! What a keystroke costs: a typing session with the real `beanc lsp`, and the
//! same with other language servers that are installed.
//!
//! The file has 5,000 lines. After each keystroke the client sends the change
//! and asks for completion, as editors do, and what is measured is the time
//! until the diagnostics of that text and the proposals have been read from the
//! server's output. Between keystrokes lies what lies there when people type,
//! so that some of them meet the check of the resources that a pause starts.
//! Behind it, 10,000 edits, each of them checked, show whether memory grows.
//!
//! The others get a CloudFormation template of as many lines, without a schema:
//! they check the form of YAML and JSON and nothing else. They are looked for
//! in `PATH`, or where `YAML_LANGUAGE_SERVER` and `JSON_LANGUAGE_SERVER` say;
//! with `BEANC`, another binary of ours is measured.

#![expect(
    clippy::disallowed_methods,
    reason = "a process is measured, on a real clock"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

mod program;

/// How many lines a file has, at least.
const LINES: usize = 5_000;

/// How many edits memory is watched over.
const EDITS: usize = 10_000;

/// A server that says nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// In what is typed: the key that deletes backwards.
const BACKSPACE: char = '\u{8}';

fn main() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(3).collect();
    println!("load average before: {}", load.join(" "));
    println!(
        "{:<28}{:>8}{:>12}{:>9}{:>9}{:>9}{:>9}",
        "", "lines", "keystrokes", "p50 ms", "p99 ms", "max ms", ">16 ms"
    );
    let program = program();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let built = || env!("CARGO_BIN_EXE_beanc").into();
    let mut beanc = Command::new(std::env::var_os("BEANC").unwrap_or_else(built));
    beanc
        .arg("lsp")
        .env("XDG_CACHE_HOME", folder.path().join("cache"));
    let mut editor = Editor::new(beanc, folder.path(), "shop.bean", "bean", &program);
    let session = [
        // A block in an environment in the middle of the file.
        (
            "    NUMBER = \"200\"\n",
            "    LOG_LEVEL = \"debug\"\n    REGION = \"eu-west-1\"\n",
        ),
        // A value, which goes and comes back as another.
        (
            "environment shop-300: web extends base {\n  release = input.release\n  instances {\n    type = \"t4g.small\"",
            "\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}medium\"",
        ),
        // What every environment inherits.
        ("      path = \"/healthz\"\n", "      interval = 15s\n"),
        // Another environment at the end.
        (
            "",
            "\nenvironment shop-new: web extends base {\n  release = input.release\n  \
             instances {\n    type = \"t4g.large\"\n    min = 2\n    max = 8\n  }\n  env {\n    \
             STAGE = \"trial\"\n    SHOP = \"${environment.shop-7.url}/v2\"\n  }\n}\n",
        ),
    ];
    let times = editor.session(&session).expect("beanc answers");
    let said = editor.diagnostics.as_array().expect("something was said");
    assert!(
        said.iter().all(|it| it["severity"] != 1),
        "what was typed is right: {said:#?}"
    );
    times.print("beanc lsp", &editor);
    let before = editor.resident_mib();
    let begin = Instant::now();
    editor.edits(EDITS);
    println!(
        "{:<28}{EDITS} edits in {:.0} s: {before:.1} MiB before, {:.1} MiB behind",
        "",
        begin.elapsed().as_secs_f64(),
        editor.resident_mib()
    );
    editor.end();

    let yaml = yaml();
    other(
        "yaml-language-server",
        "YAML_LANGUAGE_SERVER",
        ("template.yaml", "yaml", &yaml),
        &[
            (
                "  Queue200:\n    Type: AWS::SQS::Queue\n",
                "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n",
            ),
            (
                "",
                "  QueueNew:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: new\n",
            ),
        ],
    );
    let json = json();
    other(
        "vscode-json-language-server",
        "JSON_LANGUAGE_SERVER",
        ("template.json", "json", &json),
        &[(
            "    \"Queue200\": {\n",
            "      \"DeletionPolicy\": \"Retain\",\n      \"UpdateReplacePolicy\": \"Retain\",\n",
        )],
    );
}

/// The session with another server, where it is installed.
fn other(name: &str, variable: &str, file: (&str, &str, &str), session: &[(&str, &str)]) {
    let given = std::env::var_os(variable).map(PathBuf::from);
    let Some(path) = given.or_else(|| on_path(name)) else {
        println!("{name:<28} left out: it is not in PATH, and {variable} is not set");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut command = Command::new(path);
    command.arg("--stdio");
    let (file, language, text) = file;
    let mut editor = Editor::new(command, folder.path(), file, language, text);
    match editor.session(session) {
        Some(times) => times.print(name, &editor),
        None => println!("{name:<28} left out: it did not answer in time"),
    }
    editor.end();
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// A program of [`LINES`] lines or a few more.
fn program() -> String {
    let lines = |environments| program::program(environments).lines().count();
    let (head, each) = (lines(0), lines(1) - lines(0));
    program::program((LINES - head).div_ceil(each) as u64)
}

fn yaml() -> String {
    let mut text = String::from("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n");
    for number in 0..(LINES - 2).div_ceil(7) {
        let _ = write!(
            text,
            "  Queue{number}:\n    Type: AWS::SQS::Queue\n    Properties:\n      \
             QueueName: shop-{number}\n      VisibilityTimeout: 30\n      \
             MessageRetentionPeriod: 345600\n      SqsManagedSseEnabled: true\n"
        );
    }
    text
}

fn json() -> String {
    let mut text =
        String::from("{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n  \"Resources\": {\n");
    let count = (LINES - 5) / 9;
    for number in 0..=count {
        let comma = if number == count { "" } else { "," };
        let _ = write!(
            text,
            "    \"Queue{number}\": {{\n      \"Type\": \"AWS::SQS::Queue\",\n      \
             \"Properties\": {{\n        \"QueueName\": \"shop-{number}\",\n        \
             \"VisibilityTimeout\": 30,\n        \"MessageRetentionPeriod\": 345600,\n        \
             \"SqsManagedSseEnabled\": true\n      }}\n    }}{comma}\n"
        );
    }
    text.push_str("  }\n}\n");
    text
}

/// What each keystroke took, in milliseconds.
#[derive(Default)]
struct Times {
    diagnostics: Vec<f64>,
    completion: Vec<f64>,
}

impl Times {
    fn print(mut self, name: &str, editor: &Editor) {
        let lines = editor.text.lines().count();
        for (what, times) in [
            ("diagnostics", &mut self.diagnostics),
            ("completion", &mut self.completion),
        ] {
            times.sort_by(f64::total_cmp);
            let at = |share: usize| times[(times.len() * share).div_ceil(100) - 1];
            let late = times.iter().filter(|it| **it > 16.0).count();
            println!(
                "{name:<28}{lines:>8}{:>12}{:>9.1}{:>9.1}{:>9.1}{late:>9}  {what}",
                times.len(),
                at(50),
                at(99),
                at(100)
            );
        }
    }
}

/// A client with one file open.
struct Editor {
    child: Child,
    input: ChildStdin,
    messages: Receiver<(Instant, Value)>,
    uri: String,
    text: String,
    version: i32,
    requests: i64,
    /// What was last said of the file.
    diagnostics: Value,
    /// What the pauses between keystrokes follow from.
    seed: u64,
}

impl Editor {
    /// Starts a server and opens a file, which it has looked at then.
    fn new(mut command: Command, folder: &Path, file: &str, language: &str, text: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let folder = format!("file://{}", folder.display());
        let mut editor = Self {
            input: child.stdin.take().expect("it is a pipe"),
            child,
            messages,
            uri: format!("{folder}/{file}"),
            text: text.to_owned(),
            version: 1,
            requests: 0,
            diagnostics: Value::Null,
            seed: 2026,
        };
        let id = editor.ask(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": folder,
                "workspaceFolders": [{ "uri": folder, "name": "bench" }],
                "capabilities": {
                    "textDocument": {
                        "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
                        "completion": { "completionItem": { "snippetSupport": true } },
                    },
                },
            }),
        );
        let answer = editor.wait(|it| it["id"] == id && it.get("method").is_none());
        answer.expect("it introduces itself");
        editor.notify("initialized", json!({}));
        // No schemas of anybody: they would be fetched from the network.
        let settings = json!({ "yaml": { "schemaStore": { "enable": false } } });
        editor.notify(
            "workspace/didChangeConfiguration",
            json!({ "settings": settings }),
        );
        let document =
            json!({ "uri": editor.uri, "languageId": language, "version": 1, "text": text });
        editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
        // Not every server says something of a file without a mistake at once.
        let uri = editor.uri.clone();
        editor.wait(|it| is_about(it, &uri, 1));
        thread::sleep(Duration::from_secs(1));
        editor
    }

    /// Types what stands behind a place of the text, at that place (at the end
    /// for an empty one), key by key. Nothing when the server does not answer.
    fn session(&mut self, session: &[(&str, &str)]) -> Option<Times> {
        let mut times = Times::default();
        for (behind, typed) in session {
            let mut offset = match *behind {
                "" => self.text.len(),
                place => self.text.find(place).expect("the text has it") + place.len(),
            };
            for key in typed.chars() {
                let start = match key {
                    BACKSPACE => offset - 1,
                    _ => offset,
                };
                let inserted = match key {
                    BACKSPACE => String::new(),
                    key => key.to_string(),
                };
                let pause = self.pause();
                thread::sleep(pause);
                let change = self.edited(start, offset, &inserted);
                offset = start + inserted.len();
                let uri = self.uri.clone();
                let place = json!({
                    "textDocument": { "uri": uri },
                    "position": self.position(offset),
                });
                let begin = Instant::now();
                self.notify("textDocument/didChange", change);
                let id = self.ask("textDocument/completion", place);
                let (mut said, mut proposed) = (None, None);
                while said.is_none() || proposed.is_none() {
                    let version = self.version;
                    let (at, message) = self.wait(|it| {
                        is_about(it, &uri, version) || it["id"] == id && it.get("method").is_none()
                    })?;
                    let took = (at - begin).as_secs_f64() * 1000.0;
                    match message.get("method") {
                        Some(_) => {
                            self.diagnostics = message["params"]["diagnostics"].clone();
                            said = said.or(Some(took));
                        }
                        None => proposed = Some(took),
                    }
                }
                times.diagnostics.extend(said);
                times.completion.extend(proposed);
            }
        }
        Some(times)
    }

    /// Writes and deletes a comment in the middle of the file, one character
    /// after the other, each change checked.
    fn edits(&mut self, count: usize) {
        let uri = self.uri.clone();
        let middle = self.text.len() / 2;
        let place = middle + self.text[middle..].find("\n\n").expect("items are apart") + 1;
        let comment = "# Ten years of orders are here.";
        let mut length = 0;
        let mut is_growing = true;
        for _ in 0..count {
            let change = if is_growing {
                length += 1;
                let at = place + length - 1;
                self.edited(at, at, &comment[length - 1..length])
            } else {
                length -= 1;
                let at = place + length;
                self.edited(at, at + 1, "")
            };
            self.notify("textDocument/didChange", change);
            is_growing = match length {
                0 => true,
                it if it == comment.len() => false,
                _ => is_growing,
            };
            let version = self.version;
            self.wait(|it| is_about(it, &uri, version))
                .expect("beanc answers");
        }
    }

    /// How long somebody takes for the next key: 20 to 200 ms.
    fn pause(&mut self) -> Duration {
        // Knuth's constants for a generator of 64 bits.
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(20 + (self.seed >> 33) % 181)
    }

    /// Changes the text; what is said of that to the server.
    fn edited(&mut self, start: usize, end: usize, text: &str) -> Value {
        let range = json!({ "start": self.position(start), "end": self.position(end) });
        self.text.replace_range(start..end, text);
        self.version += 1;
        let document = json!({ "uri": self.uri, "version": self.version });
        let change = json!({ "range": range, "text": text });
        json!({ "textDocument": document, "contentChanges": [change] })
    }

    /// The line and column of an offset; the texts are ASCII.
    fn position(&self, offset: usize) -> Value {
        let before = &self.text[..offset];
        let line = before.matches('\n').count();
        let column = offset - before.rfind('\n').map_or(0, |it| it + 1);
        json!({ "line": line, "character": column })
    }

    fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.requests += 1;
        let id = self.requests;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.say(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn say(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())
            .expect("the server listens");
    }

    /// The first message that `is_meant`, and when it was there; what the server
    /// asks is answered on the way.
    fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Option<(Instant, Value)> {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok((at, message)) if is_meant(&message) => return Some((at, message)),
                Ok((_, message)) => self.oblige(&message),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn oblige(&mut self, message: &Value) {
        let (Some(id), Some(method)) = (message.get("id"), message.get("method")) else {
            return;
        };
        let result = match method.as_str() {
            // No settings, for each section that is asked for.
            Some("workspace/configuration") => {
                let items = message["params"]["items"].as_array();
                items.into_iter().flatten().map(|_| Value::Null).collect()
            }
            _ => Value::Null,
        };
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    }

    /// The memory of the server, in MiB.
    fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("Linux keeps the figures");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    }

    fn end(mut self) {
        let id = self.ask("shutdown", Value::Null);
        self.wait(|it| it["id"] == id && it.get("method").is_none());
        self.notify("exit", Value::Null);
        self.child.wait().expect("it ends");
    }
}

/// Whether a message says what there is to say of a version of a file. Servers
/// that name no version are asked one at a time.
fn is_about(message: &Value, uri: &str, version: i32) -> bool {
    let params = &message["params"];
    message["method"] == "textDocument/publishDiagnostics"
        && params["uri"] == uri
        && params
            .get("version")
            .is_none_or(|it| it.is_null() || *it == version)
}

fn read(output: &mut impl BufRead) -> Option<(Instant, Value)> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(digits) = line.strip_prefix("Content-Length: ") {
            length = digits.parse().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    let at = Instant::now();
    Some((at, serde_json::from_slice(&body).ok()?))
}
