//! `GET /healthz`: whether the queue answers and the application listens.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::net::TcpListener;

use super::daemon::Daemon;

/// How long one connection may take: a check is a moment.
const CONNECTION: Duration = Duration::from_secs(10);

/// Listens where checks are answered.
///
/// # Errors
/// When the address is taken or not of this machine.
pub async fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Answers checks for ever.
pub async fn serve(listener: TcpListener, daemon: Arc<Daemon>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of files, mostly: the next moment may be better.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let daemon = Arc::clone(&daemon);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let daemon = Arc::clone(&daemon);
                async move { Ok::<_, Infallible>(answer(&request, &daemon).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            // What goes wrong here is the caller's to notice.
            let _ = tokio::time::timeout(CONNECTION, connection).await;
        });
    }
}

async fn answer(request: &Request<Incoming>, daemon: &Daemon) -> Response<Full<Bytes>> {
    if (request.method(), request.uri().path()) != (&Method::GET, "/healthz") {
        let mut response = Response::new(Full::new(Bytes::from_static(b"GET /healthz is all\n")));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    }
    let queue = daemon.queue_answers();
    let application = daemon.app.is_reachable().await;
    let healthy = queue && application;
    let body = json!({
        "healthy": healthy,
        "queue": queue,
        "application": application,
        "in_flight": daemon.metrics.in_flight(),
    });
    let mut response = Response::new(Full::new(Bytes::from(format!("{body}\n"))));
    if !healthy {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
