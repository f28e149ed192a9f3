//! `bean-sqsd` against the plainest loop with the same SDK: messages a second,
//! processor time for a thousand of them, memory.
//!
//! Queue and application are threads of this program, and what is measured are
//! processes of their own, one after the other, so that what they take can be
//! told apart. Compare columns of one run; the queue answers from memory, which
//! SQS does not.

#![expect(
    clippy::disallowed_methods,
    reason = "processes are measured, on real files and a real clock"
)]

#[allow(dead_code, reason = "only servers are needed here")]
#[path = "../tests/it/http.rs"]
mod http;

use std::collections::{BTreeSet, VecDeque};
use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use http::{Exchange, answer};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client as Http;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// How many messages each process gets.
const MESSAGES: usize = 20_000;

/// What this program is called with to be the plain loop.
const PLAIN: &str = "--plain";

/// The bytes of a message.
const BODY: &str = r#"{"order": 4711, "state": "paid", "items": ["book", "pen", "lamp"]}"#;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, queue, app, width] = arguments.as_slice()
        && word == PLAIN
    {
        let width = width.parse().expect("a number");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        return runtime
            .expect("a runtime starts")
            .block_on(plain(queue, app, width));
    }
    println!(
        "{:<24}{:>12}{:>16}{:>10}{:>10}",
        "", "messages/s", "CPU ms/1,000", "ratio", "peak MiB"
    );
    let base = measured("plain loop, 1 at once", None, |queue, app| {
        loop_of(queue, app, 1)
    });
    measured("plain loop, 10 at once", Some(base), |queue, app| {
        loop_of(queue, app, 10)
    });
    for width in [10, 50, 100] {
        let name = format!("bean-sqsd, {width} at once");
        measured(&name, Some(base), |queue, app| daemon_of(queue, app, width));
    }
}

/// Has a process work through a full queue, prints what it took, and answers
/// the processor time for a thousand messages.
fn measured(name: &str, base: Option<f64>, start: impl Fn(u16, u16) -> Command) -> f64 {
    let queue = Arc::new(Queue::full());
    let seen = Arc::new(AtomicUsize::new(0));
    let queue_port = {
        let queue = Arc::clone(&queue);
        served(move |request| queue.answer(request))
    };
    let app_port = {
        let seen = Arc::clone(&seen);
        served(move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
            answer(200, &[], "")
        })
    };
    let begin = Instant::now();
    let mut process = start(queue_port, app_port)
        .env("AWS_ACCESS_KEY_ID", "bench")
        .env("AWS_SECRET_ACCESS_KEY", "bench")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{queue_port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    while queue.deleted() < MESSAGES {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "{name}: it does not end"
        );
        thread::sleep(Duration::from_millis(5));
    }
    let seconds = begin.elapsed().as_secs_f64();
    let (cpu, memory) = (cpu_ms(&process), peak_mib(&process));
    process.kill().expect("it can be ended");
    process.wait().expect("it can be waited for");
    assert_eq!(
        seen.load(Ordering::Relaxed),
        MESSAGES,
        "{name}: each is posted once"
    );
    let thousands = MESSAGES as f64 / 1000.0;
    let each = cpu / thousands;
    let ratio = each / base.unwrap_or(each);
    println!(
        "{name:<24}{:>12.0}{each:>16.1}{ratio:>10.2}{memory:>10.1}",
        MESSAGES as f64 / seconds
    );
    each
}

fn daemon_of(queue: u16, app: u16, width: usize) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bean-sqsd"));
    let url = format!("http://127.0.0.1:{queue}/000000000000/jobs");
    command.args(["--queue-url", &url, "--port", &app.to_string()]);
    command.args([
        "--concurrency",
        &width.to_string(),
        "--health",
        "127.0.0.1:0",
    ]);
    command
}

fn loop_of(queue: u16, app: u16, width: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("it has a path"));
    let url = format!("http://127.0.0.1:{queue}/000000000000/jobs");
    command.args([PLAIN, &url, &app.to_string(), &width.to_string()]);
    command
}

/// Receive ten, post them, delete them: what anybody would write first.
async fn plain(queue: &str, app: &str, width: usize) {
    let client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let endpoint = std::env::var("AWS_ENDPOINT_URL").expect("the queue is somewhere");
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(client)
        .region(Region::new("eu-west-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("bench", "bench", None, None, "bench"))
        .build();
    let (sqs, http) = (
        Client::from_conf(config),
        Http::builder(TokioExecutor::new()),
    );
    let http: Http<_, Full<Bytes>> = http.build_http();
    loop {
        let received = sqs
            .receive_message()
            .queue_url(queue)
            .max_number_of_messages(10);
        let received = received.wait_time_seconds(20).send().await;
        let messages = received
            .expect("the queue answers")
            .messages
            .unwrap_or_default();
        for some in messages.chunks(width) {
            let all = some.iter().map(async |message| {
                let body = message.body().unwrap_or_default().to_owned();
                let request = hyper::Request::post(format!("http://127.0.0.1:{app}/"))
                    .header("content-type", "application/json")
                    .body(Full::new(Bytes::from(body)))
                    .expect("it is a request");
                let answer = http
                    .request(request)
                    .await
                    .expect("the application answers");
                let answer = answer.into_body().collect().await;
                answer.expect("the answer is whole");
                let handle = message.receipt_handle().unwrap_or_default();
                let deleted = sqs.delete_message().queue_url(queue).receipt_handle(handle);
                deleted.send().await.expect("the queue answers");
            });
            futures_util::future::join_all(all).await;
        }
    }
}

/// As much of SQS as a daemon asks for, in memory.
struct Queue {
    waiting: Mutex<VecDeque<usize>>,
    deleted: Mutex<BTreeSet<String>>,
}

impl Queue {
    fn full() -> Self {
        Self {
            waiting: Mutex::new((0..MESSAGES).collect()),
            deleted: Mutex::new(BTreeSet::new()),
        }
    }

    fn deleted(&self) -> usize {
        self.deleted.lock().expect("nobody panicked").len()
    }

    fn answer(&self, request: &Exchange) -> Exchange {
        let input: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let operation = request.header("x-amz-target").unwrap_or_default();
        let output = match operation.rsplit('.').next() {
            Some("ReceiveMessage") => self.receive(&input),
            Some("DeleteMessage") => self.delete([&input]),
            Some("DeleteMessageBatch") => {
                self.delete(input["Entries"].as_array().into_iter().flatten())
            }
            _ => json!({"Successful": [], "Failed": []}),
        };
        let kind = [("content-type", "application/x-amz-json-1.0")];
        answer(200, &kind, &output.to_string())
    }

    fn receive(&self, input: &Value) -> Value {
        let most = input["MaxNumberOfMessages"].as_u64().unwrap_or(1);
        let mut waiting = self.waiting.lock().expect("nobody panicked");
        let count = waiting.len().min(usize::try_from(most).unwrap_or(1));
        let numbers: Vec<usize> = waiting.drain(..count).collect();
        drop(waiting);
        if numbers.is_empty() {
            thread::sleep(Duration::from_secs(1));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("it is after 1970").as_millis().to_string();
        let message = |number: &usize| {
            json!({
                "MessageId": format!("{number:08}-0000-0000-0000-000000000000"),
                "ReceiptHandle": number.to_string(),
                "Body": BODY,
                "Attributes": {
                    "ApproximateReceiveCount": "1",
                    // What is older than its retention is not posted.
                    "SentTimestamp": now,
                    "ApproximateFirstReceiveTimestamp": now,
                    "SenderId": "bench",
                },
            })
        };
        json!({"Messages": numbers.iter().map(message).collect::<Vec<_>>()})
    }

    fn delete<'a>(&self, entries: impl IntoIterator<Item = &'a Value>) -> Value {
        let mut deleted = self.deleted.lock().expect("nobody panicked");
        let entries = entries.into_iter().map(|entry| {
            deleted.insert(
                entry["ReceiptHandle"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            );
            json!({"Id": entry["Id"]})
        });
        json!({"Successful": entries.collect::<Vec<_>>(), "Failed": []})
    }
}

/// A server with a thread for each connection; answers its port.
fn served(reply: impl Fn(&Exchange) -> Exchange + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    let reply = Arc::new(reply);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let reply = Arc::clone(&reply);
            thread::spawn(move || talk(stream, &*reply));
        }
    });
    port
}

fn talk(mut stream: TcpStream, reply: &dyn Fn(&Exchange) -> Exchange) {
    // Answers are small, and somebody waits for each.
    stream.set_nodelay(true).expect("it is open");
    let mut reader = BufReader::new(stream.try_clone().expect("it is open"));
    while let Ok(Some(request)) = Exchange::read(&mut reader) {
        if reply(&request).write(&mut stream).is_err() {
            return;
        }
    }
}

/// Processor time of a process so far, in milliseconds.
fn cpu_ms(process: &Child) -> f64 {
    // proc(5): utime and stime are the 14th and 15th field, in ticks of 10 ms.
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id()));
    let stat = stat.expect("Linux keeps the figures");
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    let ticks: f64 = fields
        .skip(11)
        .take(2)
        .filter_map(|it| it.parse::<f64>().ok())
        .sum();
    ticks * 10.0
}

/// The most memory a process had at once, in MiB.
fn peak_mib(process: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()));
    let status = status.expect("Linux keeps the figures");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
