//! The emulator, a proxy in front of it that fails on request, and queues.

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fate::{self, Fate, Server};
use crate::http::{Exchange, answer};
use crate::tools;

/// An AWS emulator that ends with its last user.
pub struct Emulator {
    process: Child,
    address: SocketAddr,
}

static SHARED: Mutex<Weak<Emulator>> = Mutex::new(Weak::new());

impl Emulator {
    /// The one that other tests use at this moment, or a new one.
    pub fn shared() -> Option<Arc<Self>> {
        let mut shared = SHARED
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Some(running);
        }
        let emulator = Self::own()?;
        *shared = Arc::downgrade(&emulator);
        Some(emulator)
    }

    /// A new one, for a test that keeps it busy.
    pub fn own() -> Option<Arc<Self>> {
        let python = tools::python()?;
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let process = Command::new(python)
            .args(["-m", "emulator", "serve", "--port", &port.to_string()])
            .current_dir(tools::root().join("tests"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let emulator = Arc::new(Self {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        });
        let begin = Instant::now();
        while TcpStream::connect(emulator.address).is_err() {
            assert!(
                begin.elapsed() < Duration::from_secs(120),
                "the emulator did not start"
            );
            thread::sleep(Duration::from_millis(200));
        }
        Some(emulator)
    }

    /// A new queue.
    pub fn queue(self: &Arc<Self>, name: &str) -> Queue {
        let mut queue = Queue {
            emulator: Arc::clone(self),
            url: String::new(),
        };
        let attributes = if name.ends_with(".fifo") {
            json!({"FifoQueue": "true", "ContentBasedDeduplication": "true"})
        } else {
            json!({})
        };
        let made = queue.call(
            "CreateQueue",
            json!({"QueueName": name, "Attributes": attributes}),
        );
        queue.url = made["QueueUrl"].as_str().unwrap().to_owned();
        queue
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A queue of the emulator.
pub struct Queue {
    emulator: Arc<Emulator>,
    /// Its URL.
    pub url: String,
}

impl Queue {
    fn call(&self, operation: &str, input: Value) -> Value {
        let header = |name: &str, value: String| (name.to_owned(), value);
        let request = Exchange {
            first: "POST / HTTP/1.1".into(),
            headers: vec![
                header("host", self.emulator.address.to_string()),
                header("content-type", "application/x-amz-json-1.0".into()),
                header("x-amz-target", format!("AmazonSQS.{operation}")),
                header("authorization", "AWS4-HMAC-SHA256 Credential=TEST/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0".into()),
            ],
            body: input.to_string().into_bytes(),
        };
        let answer = request.send(self.emulator.address).unwrap();
        assert!(
            answer.first.contains(" 200 "),
            "{operation}: {} {}",
            answer.first,
            answer.text()
        );
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Sends messages, ten at a time.
    pub fn send(&self, bodies: impl IntoIterator<Item = String>) {
        let entries: Vec<Value> = bodies
            .into_iter()
            .enumerate()
            .map(|(id, body)| json!({"Id": id.to_string(), "MessageBody": body}))
            .collect();
        for batch in entries.chunks(10) {
            self.call(
                "SendMessageBatch",
                json!({"QueueUrl": self.url, "Entries": batch}),
            );
        }
    }

    /// Sends one message with more to it.
    pub fn send_with(&self, body: &str, more: Value) {
        let mut input = json!({"QueueUrl": self.url, "MessageBody": body});
        let fields = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(fields);
        self.call("SendMessage", input);
    }

    /// How many messages there are: to be received, and received.
    pub fn left(&self) -> (usize, usize) {
        let names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ];
        let answer = self.call(
            "GetQueueAttributes",
            json!({"QueueUrl": self.url, "AttributeNames": names}),
        );
        let [visible, hidden] = names.map(|name| {
            let text = answer["Attributes"][name].as_str();
            text.and_then(|it| it.parse().ok()).unwrap_or(0)
        });
        (visible, hidden)
    }
}

/// What a proxy does with requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Hands them on.
    Fair,
    /// Answers 503.
    Failing,
    /// Answers that there were too many.
    Throttling,
    /// Takes them and says nothing.
    Hanging,
    /// Takes none but those of the access key `FRESH`.
    Expired,
    /// Hands them on, and says that messages were first received long ago.
    Ancient,
}

/// A proxy in front of the emulator.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    way: Arc<Way>,
}

/// The way to the emulator.
struct Way {
    weather: Mutex<Weather>,
    to: SocketAddr,
    calls: Mutex<BTreeMap<String, usize>>,
}

impl Proxy {
    pub fn start(emulator: &Arc<Emulator>) -> Self {
        let way = Arc::new(Way {
            weather: Mutex::new(Weather::Fair),
            to: emulator.address,
            calls: Mutex::default(),
        });
        let port = fate::serve(&way).port();
        Self { port, way }
    }

    pub fn set(&self, weather: Weather) {
        *self.way.weather.lock().unwrap() = weather;
    }

    /// How often an operation of the queue was asked for.
    pub fn calls(&self, operation: &str) -> usize {
        let calls = self.way.calls.lock().unwrap();
        calls.get(operation).copied().unwrap_or(0)
    }
}

impl Server for Way {
    fn fate(&self, request: &Exchange) -> Fate {
        let operation = request.header("x-amz-target").unwrap_or_default();
        let operation = operation.rsplit('.').next().unwrap_or_default();
        let mut calls = self.calls.lock().unwrap();
        *calls.entry(operation.to_owned()).or_default() += 1;
        drop(calls);
        let fresh = request
            .header("authorization")
            .is_some_and(|it| it.contains("FRESH"));
        match *self.weather.lock().unwrap() {
            Weather::Failing => Fate::Refused(503, "ServiceUnavailable"),
            Weather::Throttling => Fate::Refused(400, "ThrottlingException"),
            Weather::Hanging => Fate::Hung,
            Weather::Expired if !fresh => Fate::Refused(403, "ExpiredToken"),
            Weather::Expired | Weather::Fair | Weather::Ancient => Fate::Answered,
        }
    }

    fn refuse(&self, _: &Exchange, status: u16, code: &str) -> Exchange {
        let fault = format!(
            "{{\"__type\": \"com.amazonaws.sqs#{code}\", \"message\": \"said the proxy\"}}"
        );
        answer(status, &[], &fault)
    }

    fn carry_out(&self, request: Exchange) -> io::Result<Exchange> {
        let mut reply = fate::hand_on(request, self.to)?;
        if *self.weather.lock().unwrap() == Weather::Ancient {
            backdate(&mut reply);
        }
        Ok(reply)
    }
}

fn backdate(reply: &mut Exchange) {
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else {
        return;
    };
    for message in body["Messages"].as_array_mut().into_iter().flatten() {
        message["Attributes"]["ApproximateFirstReceiveTimestamp"] = json!("1000000000000");
    }
    reply.body = body.to_string().into_bytes();
    let length = reply.body.len().to_string();
    reply.headers.retain(|(name, _)| name != "content-length");
    reply.headers.push(("content-length".into(), length));
}
