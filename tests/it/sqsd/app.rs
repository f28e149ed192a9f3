//! An application that answers as a test wants.

use std::collections::BTreeMap;
use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Exchange, answer};

/// What the application does with a request.
pub enum Reply {
    /// Answers.
    Status(u16),
    /// Answers and says when to come again.
    Later(u16, &'static str),
    /// Answers after a time.
    Slow(Duration),
    /// Says 200 and closes before the body is whole.
    Half,
    /// Closes without a word.
    Close,
    /// Says nothing for a long time.
    Hang,
}

/// What a test sees of an application.
#[derive(Clone)]
pub struct App {
    /// Where it listens.
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

/// The requests of an application, and how often each message came.
#[derive(Default)]
struct Seen {
    requests: Vec<(Instant, Exchange)>,
    times: BTreeMap<String, usize>,
}

impl App {
    /// One that answers with `reply`, which is told the request and how often
    /// this message came before.
    pub fn start(reply: impl Fn(&Exchange, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").unwrap(), reply)
    }

    /// The same on a port that was taken before.
    pub fn listen(
        listener: TcpListener,
        reply: impl Fn(&Exchange, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let app = Self {
            port: listener.local_addr().unwrap().port(),
            seen: Arc::default(),
        };
        let (shared, reply) = (app.clone(), Arc::new(reply));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (app, reply) = (shared.clone(), Arc::clone(&reply));
                thread::spawn(move || app.converse(stream, &*reply));
            }
        });
        app
    }

    fn converse(&self, mut stream: TcpStream, reply: &dyn Fn(&Exchange, usize) -> Reply) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while let Ok(Some(request)) = Exchange::read(&mut reader) {
            let id = request
                .header("x-aws-sqsd-msgid")
                .unwrap_or_default()
                .to_owned();
            let before = {
                let mut seen = self.seen.lock().unwrap();
                seen.requests.push((Instant::now(), request.clone()));
                let times = seen.times.entry(id).or_default();
                *times += 1;
                *times - 1
            };
            let answered = match reply(&request, before) {
                Reply::Status(status) => answer(status, &[], "said").write(&mut stream),
                Reply::Later(status, when) => {
                    answer(status, &[("retry-after", when)], "").write(&mut stream)
                }
                Reply::Slow(time) => {
                    thread::sleep(time);
                    answer(200, &[], "").write(&mut stream)
                }
                Reply::Half => {
                    drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
                    return;
                }
                Reply::Close => return,
                Reply::Hang => {
                    thread::sleep(Duration::from_secs(60));
                    return;
                }
            };
            if answered.is_err() {
                return;
            }
        }
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Exchange> {
        self.seen
            .lock()
            .unwrap()
            .requests
            .iter()
            .map(|(_, it)| it.clone())
            .collect()
    }

    /// How often each body came.
    pub fn bodies(&self) -> BTreeMap<String, usize> {
        let mut bodies = BTreeMap::new();
        for (_, request) in self.seen.lock().unwrap().requests.iter() {
            *bodies.entry(request.text()).or_default() += 1;
        }
        bodies
    }

    /// When the requests with this body came, since the first of them.
    pub fn times(&self, body: &str) -> Vec<Duration> {
        let seen = self.seen.lock().unwrap();
        let times: Vec<Instant> = seen
            .requests
            .iter()
            .filter(|(_, it)| it.text() == body)
            .map(|(at, _)| *at)
            .collect();
        times.iter().map(|it| it.duration_since(times[0])).collect()
    }
}
