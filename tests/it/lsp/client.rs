//! A client of the language server: the smallest that can hold a conversation.
//!
//! It talks JSON with the real program and shares nothing with the server, so
//! that a misunderstanding of the protocol cannot be on both sides.

#![expect(clippy::disallowed_methods, reason = "tests run the program")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::folder::Folder;

/// Nothing takes as long, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What was said while something else was waited for.
    unread: VecDeque<Value>,
    folder: Folder,
    requests: i64,
}

impl Client {
    /// A client with these files in its workspace, which has introduced itself
    /// as most do.
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, json!({}), json!({}))
    }

    /// A client with capabilities of its own, and settings.
    pub fn with(files: &[(&str, &str)], capabilities: Value, settings: Value) -> Self {
        let mut client = Self::silent(files);
        let uri = client.uri("");
        let answer = client.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": uri,
                "workspaceFolders": [{ "uri": uri, "name": "test" }],
                "capabilities": capabilities,
                "initializationOptions": settings,
            }),
        );
        assert_eq!(answer.expect("it starts")["serverInfo"]["name"], "beanc");
        client.notify("initialized", json!({}));
        client
    }

    /// A client with these of its files' folders open; none is a file that was
    /// opened alone.
    pub fn in_folders(files: &[(&str, &str)], folders: &[&str]) -> Self {
        let mut client = Self::silent(files);
        let folder = |name: &&str| json!({ "uri": client.uri(name), "name": name });
        let folders: Vec<Value> = folders.iter().map(folder).collect();
        let answer = client.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": null,
                "workspaceFolders": if folders.is_empty() { Value::Null } else { folders.into() },
                "capabilities": {},
            }),
        );
        answer.expect("it starts");
        client.notify("initialized", json!({}));
        client
    }

    /// A client that has said nothing yet.
    pub fn silent(files: &[(&str, &str)]) -> Self {
        let folder = Folder::new(files);
        let mut child = Command::new(env!("CARGO_BIN_EXE_beanc"))
            .args(["lsp", "--test-methods"])
            .env("XDG_CACHE_HOME", folder.path("cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("beanc starts");
        let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            input: child.stdin.take(),
            child,
            messages,
            unread: VecDeque::new(),
            folder,
            requests: 0,
        }
    }

    /// Where a file of the workspace is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path(name)
    }

    /// The address of a file of the workspace.
    pub fn uri(&self, name: &str) -> String {
        let path = self.path(name);
        let path = path.to_string_lossy();
        format!("file://{}", path.trim_end_matches('/'))
    }

    /// Writes a file behind the server's back, which reads whenever it likes: as
    /// most programs do, in a way that shows nobody half a file.
    pub fn write(&self, name: &str, text: &str) {
        let whole = self.path("being written");
        std::fs::write(&whole, text).expect("there is room for a file");
        std::fs::rename(whole, self.path(name)).expect("it is the same folder");
    }

    /// Makes a folder behind the server's back.
    pub fn make_folder(&self, name: &str) {
        std::fs::create_dir(self.path(name)).expect("there is room for a folder");
    }

    /// Deletes a file behind the server's back.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).expect("it was there");
    }

    /// Says bytes that may be no message.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("it was not closed");
        input.write_all(bytes).expect("the server listens");
        input.flush().expect("the server listens");
    }

    fn say(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.say(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, without waiting for the answer.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.requests += 1;
        let id = self.requests;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The answer to what was asked; an error is an object with `code` and
    /// `message`.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let message = self.wait(|it| it.get("method").is_none() && it["id"] == id);
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// A request about a file.
    pub fn about(&mut self, method: &str, name: &str) -> Value {
        let params = json!({
            "textDocument": { "uri": self.uri(name) },
            // Formatting wants these, and nobody else minds.
            "options": { "tabSize": 8, "insertSpaces": false },
        });
        self.request(method, params).expect("it is answered")
    }

    pub fn open(&mut self, name: &str, text: &str) {
        self.open_as(name, text, "bean");
    }

    pub fn open_as(&mut self, name: &str, text: &str, language: &str) {
        let uri = self.uri(name);
        self.notify(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": language, "version": 1, "text": text } }),
        );
    }

    /// Replaces a range, given as lines and UTF-16 columns.
    pub fn edit(&mut self, name: &str, version: i32, range: [u32; 4], text: &str) {
        let [start_line, start, end_line, end] = range;
        let change = json!({
            "range": {
                "start": { "line": start_line, "character": start },
                "end": { "line": end_line, "character": end },
            },
            "text": text,
        });
        self.change(name, version, change);
    }

    /// Replaces the whole text.
    pub fn replace(&mut self, name: &str, version: i32, text: &str) {
        self.change(name, version, json!({ "text": text }));
    }

    fn change(&mut self, name: &str, version: i32, change: Value) {
        let uri = self.uri(name);
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [change] }),
        );
    }

    pub fn close(&mut self, name: &str) {
        let uri = self.uri(name);
        self.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        );
    }

    /// What the server says of a version of an open file.
    pub fn diagnostics(&mut self, name: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(name);
        let message = self.notification("textDocument/publishDiagnostics", |params| {
            params["uri"] == uri && params["version"] == version
        });
        message["diagnostics"].as_array().expect("a list").clone()
    }

    /// The codes in what the server says next of a file.
    pub fn next_codes(&mut self, name: &str) -> Vec<String> {
        let uri = self.uri(name);
        let message = self.notification("textDocument/publishDiagnostics", |it| it["uri"] == uri);
        codes(message["diagnostics"].as_array().expect("a list"))
    }

    /// The next notification, or request of the server, that `is_meant`; its
    /// parameters.
    pub fn notification(&mut self, method: &str, is_meant: impl Fn(&Value) -> bool) -> Value {
        let message = self.wait(|it| it["method"] == method && is_meant(&it["params"]));
        message["params"].clone()
    }

    /// The first message that `is_meant`. What comes before it stays unread.
    fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&is_meant) {
            return self.unread.remove(at).expect("it was found");
        }
        loop {
            let message = self
                .messages
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("not among these: {:#?}", self.unread));
            if is_meant(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    /// Everything that was said and not read yet, once the server has answered
    /// what it is asked now: it has done what it was told before.
    pub fn settled(&mut self) -> Vec<Value> {
        // It answers requests beside its checks: a check's end shows in what
        // it publishes, which callers have waited for.
        let _ = self.request("beanc/test/sleep", json!({ "milliseconds": 200 }));
        self.unread.drain(..).collect()
    }

    /// Ends the session as clients do.
    pub fn shut_down(mut self) -> ExitStatus {
        assert_eq!(self.request("shutdown", Value::Null), Ok(Value::Null));
        self.notify("exit", Value::Null);
        self.child.wait().expect("it ends")
    }

    /// Goes away without a word.
    pub fn hang_up(mut self) -> ExitStatus {
        self.input = None;
        self.child.wait().expect("it ends")
    }

    /// Waits for the end of the program.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
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
    serde_json::from_slice(&body).ok()
}

/// The codes of diagnostics.
pub fn codes(diagnostics: &[Value]) -> Vec<String> {
    let codes = diagnostics.iter().map(|it| it["code"].as_str());
    codes.map(|it| it.expect("a code").to_owned()).collect()
}

/// `1:2-1:8`, counted from 0 as the protocol does.
pub fn place(range: &Value) -> String {
    let (start, end) = (&range["start"], &range["end"]);
    format!(
        "{}:{}-{}:{}",
        start["line"], start["character"], end["line"], end["character"]
    )
}

/// A text with edits applied, as an editor does: all are about the old text.
pub fn edited(text: &str, edits: &[Value]) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().expect("a number") as usize;
        let column = position["character"].as_u64().expect("a number") as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = 0;
        for (at, c) in text[start..].char_indices() {
            if units >= column || c == '\n' {
                return start + at;
            }
            units += c.len_utf16();
        }
        text.len()
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            let new = edit["newText"].as_str().expect("a text");
            (offset(&range["start"]), offset(&range["end"]), new)
        })
        .collect();
    edits.sort_by_key(|(start, end, _)| (*start, *end));
    let mut result = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        result.replace_range(start..end, new);
    }
    result
}

/// Whether a path is below another, for messages.
pub fn name_of(uri: &str) -> &str {
    Path::new(uri)
        .file_name()
        .and_then(|it| it.to_str())
        .unwrap_or(uri)
}
