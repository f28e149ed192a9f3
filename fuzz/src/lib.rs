//! What must hold for any bytes, one function per fuzz target.
//!
//! `cargo fuzz run check` mutates inputs until one of these panics or takes too
//! long; the tests of the package (`tests/it/fuzzed.rs`) run them over the
//! corpus, so that what a fuzzer has found once stays mended.

use std::hint::black_box;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use beanc::backend::{cloudformation, terraform};
use beanc::diagnostic::{Diagnostic, Diagnostics, fixes, json, short, terminal};
use beanc::disk::MemoryDisk;
use beanc::driver::{self, Options};
use beanc::lsp::{self, End, Settings};
use beanc::source::Sources;
use beanc::syntax;
use serde_json::{Value, json};

/// Between the files of one input: a program, what it may import, and what an
/// application may bring.
const NEXT_FILE: &str = "\n#---\n";
const FILES: [&str; 4] = ["env.bean", "shared.bean", "Dockerrun.aws.json", "cron.yaml"];

/// Every text has a tree, and its pieces lie in order, one in another.
pub fn parse(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::default();
    let id = sources.add("env.bean", &text);
    let mut diagnostics = Diagnostics::default();
    let file = syntax::parse(id, &text, &mut diagnostics);
    assert!(!file.damaged || diagnostics.has_errors(), "damage is said");
    let mut open: Vec<(usize, usize)> = Vec::new();
    for token in syntax::tokens(&text) {
        assert!(
            text.get(token.start..token.end).is_some(),
            "a piece is text"
        );
        open.truncate(token.depth);
        if let Some((start, end)) = open.last() {
            assert!(*start <= token.start && token.end <= *end, "pieces nest");
        }
        open.push((token.start, token.end));
    }
    printed(&diagnostics.into_sorted(), &sources);
}

/// Every program compiles or is complained about, and what compiles is JSON for
/// both targets, the same twice.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let disk = MemoryDisk::new(FILES.into_iter().zip(text.split(NEXT_FILE)));
    let compile = || driver::compile(Path::new(FILES[0]), &disk, &Options::default());
    let compilation = compile();
    let sources = &compilation.sources;
    printed(&compilation.diagnostics, sources);
    black_box(fixes::apply(&compilation.diagnostics, sources, |_| true));
    assert!(compilation.units.is_empty() || !compilation.has_errors());
    let again = compile();
    assert_eq!(
        compilation.diagnostics, again.diagnostics,
        "said twice the same"
    );
    for (unit, same) in compilation.units.iter().zip(&again.units) {
        for render in [cloudformation::render, terraform::render] {
            let document = render(unit, sources);
            serde_json::from_str::<Value>(&document.text).expect("outputs are JSON");
            serde_json::from_str::<Value>(&document.map).expect("maps are JSON");
            assert_eq!(
                document,
                render(same, &again.sources),
                "built twice the same"
            );
        }
    }
}

/// Formatting is settled after one time, and means the same.
pub fn format(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (formatted, errors) = formatted(&text);
    let (again, errors_again) = self::formatted(&formatted);
    assert_eq!(again, formatted, "formatting twice is formatting once");
    if errors == 0 {
        assert_eq!(errors_again, 0, "formatting makes no error");
        assert_eq!(
            templates(&formatted),
            templates(&text),
            "the meaning is kept"
        );
    }
}

/// What a program of one file compiles to.
fn templates(text: &str) -> Vec<String> {
    let disk = MemoryDisk::new([(FILES[0], text)]);
    let compilation = driver::compile(Path::new(FILES[0]), &disk, &Options::default());
    let render = |unit| cloudformation::render(unit, &compilation.sources).text;
    compilation.units.iter().map(render).collect()
}

/// The language server survives any conversation: every request has one answer,
/// none failed by a fault of ours, and the session ends as it was asked to.
///
/// The input is a file to open, and behind [`NEXT_FILE`] what an editor does
/// with it, five bytes at a time.
pub fn lsp(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (opened, steps) = text.split_once(NEXT_FILE).unwrap_or((&text, ""));
    let uri = "file:///project/env.bean";
    let document = json!({ "uri": uri });
    let mut said = vec![
        request(0, "initialize", json!({ "capabilities": {} })),
        notification("initialized", json!({})),
        notification(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "bean", "version": 1, "text": opened } }),
        ),
    ];
    let mut id = 0;
    for step in steps.as_bytes().chunks_exact(5) {
        let [kind, line, column, length, choice] = *step else {
            continue;
        };
        let position = json!({ "line": line, "character": column });
        let end = json!({ "line": line, "character": u16::from(column) + u16::from(length) });
        let range = json!({ "start": position, "end": end });
        if kind % 3 == 0 {
            let typed = TYPED[usize::from(choice) % TYPED.len()];
            let change = json!({ "range": range, "text": typed });
            said.push(notification(
                "textDocument/didChange",
                json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [change] }),
            ));
        } else if kind == u8::MAX {
            said.push(notification("$/cancelRequest", json!({ "id": id })));
        } else {
            id += 1;
            said.push(request(
                id,
                ASKED[usize::from(choice) % ASKED.len()],
                json!({
                    "textDocument": document, "position": position, "positions": [position],
                    "range": range, "newName": "other", "query": "e",
                    "context": { "diagnostics": [], "includeDeclaration": true },
                    "options": { "tabSize": 2, "insertSpaces": true },
                }),
            ));
        }
    }
    let end = [
        request(id + 1, "shutdown", json!(null)),
        notification("exit", json!(null)),
    ];
    let heard = Heard::default();
    let input = Patient {
        bytes: said.concat().into_bytes(),
        end: Some(end.concat().into_bytes()),
        read: 0,
        requests: id + 1,
        heard: heard.clone(),
    };
    let mut output = heard.clone();
    let disk = Arc::new(MemoryDisk::default());
    let end = lsp::serve(input, &mut output, disk, Settings::default()).expect("memory takes all");
    assert_eq!(end, End::Agreed);
    let mut answered = vec![0; id + 2];
    for message in messages(&heard.bytes()) {
        let body = message.to_string();
        assert_ne!(message["error"]["code"], -32603, "a fault of ours: {body}");
        assert!(!body.contains(" panicked: "), "a fault of ours: {body}");
        if message.get("method").is_none() {
            let id = message["id"].as_u64().expect("an answer says what to");
            answered[usize::try_from(id).expect("it is one of ours")] += 1;
        }
    }
    assert!(
        answered.iter().all(|it| *it == 1),
        "an answer each: {answered:?}"
    );
}

/// The messages that have been written whole.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = Value> {
    std::iter::from_fn(move || {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
        let header = str::from_utf8(&bytes[..end]).expect("a header is text");
        let length = header.strip_prefix("Content-Length: ");
        let length: usize = length.and_then(|it| it.parse().ok()).expect("a length");
        let (message, rest) = bytes[end + 4..].split_at_checked(length)?;
        bytes = rest;
        Some(serde_json::from_slice(message).expect("a message is JSON"))
    })
}

/// What the server has said.
#[derive(Clone, Default)]
struct Heard(Arc<(Mutex<Vec<u8>>, Condvar)>);

impl Heard {
    fn bytes(&self) -> Vec<u8> {
        self.0.0.lock().expect("nobody panics with it").clone()
    }

    /// Waits for so many answers: what is still asked when a session ends is
    /// not answered.
    fn wait_for(&self, answers: usize) {
        let (bytes, more) = &*self.0;
        let few = |bytes: &mut Vec<u8>| {
            let said = messages(bytes).filter(|it| it.get("method").is_none());
            said.count() < answers
        };
        let held = bytes.lock().expect("nobody panics with it");
        // Longer than any fuzzer waits: what takes so long is kept as slow, and
        // never taken for an answer that did not come.
        let limit = Duration::from_secs(60);
        drop(more.wait_timeout_while(held, limit, few));
    }
}

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .0
            .lock()
            .expect("nobody panics with it")
            .extend(bytes);
        self.0.1.notify_all();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the client says; it ends the session when it has its answers.
struct Patient {
    bytes: Vec<u8>,
    end: Option<Vec<u8>>,
    read: usize,
    requests: usize,
    heard: Heard,
}

impl BufRead for Patient {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.bytes.len()
            && let Some(end) = self.end.take()
        {
            self.heard.wait_for(self.requests);
            self.bytes.extend(end);
        }
        Ok(&self.bytes[self.read..])
    }

    fn consume(&mut self, amount: usize) {
        self.read += amount;
    }
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// What is typed.
const TYPED: [&str; 16] = [
    "",
    "",
    " ",
    "\n",
    "{",
    "}",
    "\"",
    "${",
    ".",
    "=",
    "application.",
    "environment a: web {",
    "ü🦀",
    "#",
    "extends ",
    "  platform = \"nodejs-22\"\n",
];

/// What is asked.
const ASKED: [&str; 20] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/documentSymbol",
    "workspace/symbol",
    "textDocument/semanticTokens/full",
    "textDocument/inlayHint",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/documentLink",
    "textDocument/codeLens",
    "textDocument/codeAction",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/documentHighlight",
    "textDocument/diagnostic",
    "textDocument/unheardOf",
];

fn request(id: usize, method: &str, params: Value) -> String {
    framed(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
}

fn notification(method: &str, params: Value) -> String {
    framed(json!({ "jsonrpc": "2.0", "method": method, "params": params }))
}

fn framed(message: Value) -> String {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

fn formatted(text: &str) -> (String, usize) {
    let mut sources = Sources::default();
    let id = sources.add("env.bean", text);
    let mut diagnostics = Diagnostics::default();
    let formatted = syntax::format(id, text, &mut diagnostics);
    (formatted, diagnostics.error_count())
}

/// Every printer has an answer to every complaint.
fn printed(diagnostics: &[Diagnostic], sources: &Sources) {
    for diagnostic in diagnostics {
        let one = std::slice::from_ref(diagnostic);
        let line = short::render_all(one, sources);
        assert_eq!(line.matches('\n').count(), 1, "a line each: {line}");
    }
    black_box(json::render_all(diagnostics, sources));
    black_box(terminal::render_all(
        diagnostics,
        sources,
        80,
        terminal::Style::Plain,
    ));
}
