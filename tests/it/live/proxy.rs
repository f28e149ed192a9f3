//! A proxy in front of an AWS: it remembers who asked for what, and a test
//! decides what happens to requests.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use crate::fate::{self, Fate, Server};
use crate::http::{Exchange, answer};

/// A request, as far as tests ask about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The access key that signed it; empty when nobody did.
    pub key: String,
    /// The service it is for: `s3`, `cloudformation`.
    pub service: String,
    /// `PUT /bucket/versions/v1.zip`
    pub what: String,
    /// The body, unless it is an object's.
    pub body: String,
}

type Fates = dyn Fn(&Asked, usize) -> Fate + Send + Sync;

struct Way {
    to: SocketAddr,
    fates: Mutex<Arc<Fates>>,
    asked: Mutex<Vec<Asked>>,
}

/// The proxy.
pub struct Proxy {
    /// `http://127.0.0.1:PORT`
    pub endpoint: String,
    way: Arc<Way>,
}

impl Proxy {
    /// A proxy that hands everything on to `http://HOST:PORT`.
    pub fn before(endpoint: &str) -> Self {
        let address = endpoint.trim_start_matches("http://");
        let way = Arc::new(Way {
            to: address.parse().expect("it is an address"),
            fates: Mutex::new(Arc::new(|_, _| Fate::Answered)),
            asked: Mutex::default(),
        });
        Self {
            endpoint: format!("http://{}", fate::serve(&way)),
            way,
        }
    }

    /// Decides what happens to requests: by what they ask, and how many there
    /// were before since the last call.
    pub fn treats(&self, fates: impl Fn(&Asked, usize) -> Fate + Send + Sync + 'static) {
        self.asked();
        *self.way.fates.lock().expect("no test panics with it") = Arc::new(fates);
    }

    /// What was asked since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.way.asked.lock().expect("no test panics with it"))
    }
}

impl Server for Way {
    fn fate(&self, request: &Exchange) -> Fate {
        let signed = request.header("authorization").unwrap_or_default();
        // AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …
        let scope = signed.split("Credential=").nth(1).unwrap_or_default();
        let mut scope = scope.split('/').map(str::to_owned);
        let key = scope.next().unwrap_or_default();
        let service = scope.nth(2).unwrap_or_default();
        let asked = Asked {
            key,
            body: match service.as_str() {
                "s3" => String::new(),
                _ => request.text(),
            },
            service,
            what: request.first.trim_end_matches(" HTTP/1.1").to_owned(),
        };
        let before = {
            let mut all = self.asked.lock().expect("no test panics with it");
            all.push(asked.clone());
            all.len() - 1
        };
        let fates = Arc::clone(&self.fates.lock().expect("no test panics with it"));
        fates(&asked, before)
    }

    fn refuse(&self, request: &Exchange, status: u16, code: &str) -> Exchange {
        if request.header("x-amz-target").is_some() {
            let fault = format!(r#"{{"__type": "{code}", "message": "said the proxy"}}"#);
            return answer(status, &[], &fault);
        }
        if request.first.starts_with("HEAD ") {
            return answer(status, &[], "");
        }
        // S3 has an error alone, EC2 and the Query protocol have one in a frame.
        let error = format!("<Error><Code>{code}</Code><Message>said the proxy</Message></Error>");
        let signed = request.header("authorization").unwrap_or_default();
        let fault = if signed.contains("/ec2/") {
            format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>")
        } else if request.first.starts_with("POST / ") {
            format!("<ErrorResponse>{error}<RequestId>r-1</RequestId></ErrorResponse>")
        } else {
            error
        };
        answer(status, &[("content-type", "application/xml")], &fault)
    }

    fn carry_out(&self, request: Exchange) -> io::Result<Exchange> {
        fate::hand_on(request, self.to)
    }
}
