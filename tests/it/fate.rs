//! What becomes of requests: a server, or a proxy in front of one, that answers,
//! is slow, cuts connections and refuses as a test wants it.

use std::io::{self, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::http::Exchange;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is carried out and answered.
    Answered,
    /// It is carried out, and the answer comes a few bytes at a time.
    Slow,
    /// It is carried out, and the connection closes in front of the answer.
    Cut,
    /// It is answered with a status and a code, and not carried out.
    Refused(u16, &'static str),
    /// It is not carried out, and the connection closes.
    Dropped,
    /// It is not carried out, and nothing is said.
    Hung,
}

/// How long nothing is said.
const HUNG: Duration = Duration::from_secs(30);

/// Who decides, refuses and carries out.
pub trait Server: Send + Sync + 'static {
    /// What happens to a request.
    fn fate(&self, request: &Exchange) -> Fate;

    /// The answer to a request that is refused.
    fn refuse(&self, request: &Exchange, status: u16, code: &str) -> Exchange;

    /// The answer to a request; an error closes the connection.
    fn carry_out(&self, request: Exchange) -> io::Result<Exchange>;
}

/// Serves on a port of its own until the test binary ends.
pub fn serve<S: Server>(server: &Arc<S>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let server = Arc::clone(server);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            // A client that goes away is none of the server's business.
            thread::spawn(move || drop(talk(stream, &*server)));
        }
    });
    address
}

fn talk(mut stream: TcpStream, server: &impl Server) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = Exchange::read(&mut reader)? {
        let fate = server.fate(&request);
        let reply = match fate {
            Fate::Refused(status, code) => server.refuse(&request, status, code),
            Fate::Dropped => return Ok(()),
            Fate::Hung => {
                thread::sleep(HUNG);
                return Ok(());
            }
            Fate::Answered | Fate::Slow | Fate::Cut => server.carry_out(request)?,
        };
        match fate {
            Fate::Cut => return Ok(()),
            Fate::Slow => {
                for some in reply.bytes().chunks(97) {
                    stream.write_all(some)?;
                    thread::sleep(Duration::from_millis(2));
                }
            }
            Fate::Answered | Fate::Refused(..) | Fate::Dropped | Fate::Hung => {
                reply.write(&mut stream)?;
            }
        }
    }
    Ok(())
}

/// Hands a request on to a server of HTTP, and makes its answer one of a
/// connection that goes on.
pub fn hand_on(request: Exchange, to: SocketAddr) -> io::Result<Exchange> {
    let is_head = request.first.starts_with("HEAD ");
    let mut reply = request.send(to)?;
    let length = reply.body.len().to_string();
    reply
        .headers
        .retain(|(name, _)| name != "connection" && (is_head || name != "content-length"));
    if !is_head {
        reply.headers.push(("content-length".into(), length));
    }
    Ok(reply)
}
