//! The application on this machine: posts to it, and what its answer means.

use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::{DateTime, Format as DateTimeFormat};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderMap, RETRY_AFTER};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::message::Message;
use super::options::Config;

/// How long connections without a request are kept. Shorter than the 75 s of
/// nginx, so that it is mostly this side that closes.
const IDLE: Duration = Duration::from_secs(30);

/// What became of a post.
#[derive(Debug)]
pub enum Answer {
    /// 200: the message is done.
    Done,
    /// Another status; some say when to come again.
    Refused {
        /// The status.
        status: StatusCode,
        /// What `Retry-After` said, of 429 and 503 only.
        again: Option<Duration>,
    },
    /// No connection could be made.
    Unreachable,
    /// The connection broke before the whole answer was there.
    Broken,
    /// The inactivity timeout went by.
    Silent,
    /// The message cannot be posted: its path is none.
    Impossible,
}

/// The application.
#[derive(Debug)]
pub struct App {
    client: Client<HttpConnector, Full<Bytes>>,
    authority: String,
    connect_timeout: Duration,
    inactivity_timeout: Duration,
}

impl App {
    /// The application on the port of `config`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(config.connect_timeout));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http1_title_case_headers(true)
            .build(connector);
        Self {
            client,
            authority: format!("localhost:{}", config.port),
            connect_timeout: config.connect_timeout,
            inactivity_timeout: config.inactivity_timeout,
        }
    }

    /// Posts `message` and waits for the whole answer.
    pub async fn post(&self, message: &Message, config: &Config) -> Answer {
        let Some(path) = message.path(config) else {
            return Answer::Impossible;
        };
        match timeout(
            self.inactivity_timeout,
            self.exchange(message, path, config),
        )
        .await
        {
            Ok(answer) => answer,
            Err(_) => Answer::Silent,
        }
    }

    /// A connection that the application closes while the request is on its way
    /// (mostly one that idled too long) gets a second try at once, as in
    /// Beanstalk's daemon.
    async fn exchange(&self, message: &Message, path: &str, config: &Config) -> Answer {
        match self.once(message, path, config).await {
            Answer::Broken => self.once(message, path, config).await,
            answer => answer,
        }
    }

    async fn once(&self, message: &Message, path: &str, config: &Config) -> Answer {
        let mut request = Request::new(Full::new(Bytes::from(message.posted_body())));
        *request.method_mut() = hyper::Method::POST;
        let uri = Uri::builder()
            .scheme("http")
            .authority(self.authority.as_str());
        let Ok(uri) = uri.path_and_query(path).build() else {
            return Answer::Impossible;
        };
        *request.uri_mut() = uri;
        *request.headers_mut() = message.headers(config);
        match self.client.request(request).await {
            Ok(response) => understood(response).await,
            Err(error) if error.is_connect() => Answer::Unreachable,
            Err(_) => Answer::Broken,
        }
    }

    /// Whether something listens on the port.
    pub async fn is_reachable(&self) -> bool {
        let connection = TcpStream::connect(self.authority.as_str());
        matches!(timeout(self.connect_timeout, connection).await, Ok(Ok(_)))
    }
}

/// Reads the answer to its end: half an answer is none, and the connection
/// serves the next message.
async fn understood(response: Response<Incoming>) -> Answer {
    let (head, mut body) = response.into_parts();
    while let Some(frame) = body.frame().await {
        if frame.is_err() {
            return Answer::Broken;
        }
    }
    match head.status {
        StatusCode::OK => Answer::Done,
        status => {
            let says_when = matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            );
            let again = says_when
                .then(|| retry_after(&head.headers, super::now()))
                .flatten();
            Answer::Refused { status, again }
        }
    }
}

/// What `Retry-After` says (RFC 9110, section 10.2.3): seconds or a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::from_str(text, DateTimeFormat::HttpDate).ok()?;
    let date = SystemTime::try_from(date).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        retry_after(&headers, now)
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(
            read("Sun, 06 Nov 1994 08:50:07 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
    }
}
