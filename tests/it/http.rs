//! HTTP in a few lines: what servers read and clients send.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A request or an answer.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// `POST / HTTP/1.1` or `HTTP/1.1 200 OK`.
    pub first: String,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// All of it.
    pub body: Vec<u8>,
}

impl Exchange {
    /// Reads one; `None` at the end of the connection.
    pub fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let Some(mut it) = Self::read_head(stream)? else {
            return Ok(None);
        };
        if it.header("expect").is_some() {
            stream
                .get_mut()
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        match it.header("content-length") {
            Some(length) => {
                it.body = vec![0; length.parse().map_err(io::Error::other)?];
                stream.read_exact(&mut it.body)?;
            }
            None if it.first.starts_with("HTTP") => drop(stream.read_to_end(&mut it.body)?),
            None => {}
        }
        Ok(Some(it))
    }

    /// Reads one without its body.
    fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let mut it = Self::default();
        if stream.read_line(&mut it.first)? == 0 {
            return Ok(None);
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_end();
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            it.headers
                .push((name.to_lowercase(), value.trim().to_owned()));
        }
        it.first = it.first.trim_end().to_owned();
        Ok(Some(it))
    }

    /// The value of a header, whose name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let wanted = |(key, _): &&(String, String)| key == name;
        self.headers
            .iter()
            .find(wanted)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// As bytes of a connection.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.first).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }

    /// Sends it as the answer on a connection that goes on.
    pub fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        stream.write_all(&self.bytes())
    }

    /// Sends it on a connection of its own and reads the answer.
    pub fn send(mut self, to: SocketAddr) -> io::Result<Self> {
        self.headers
            .retain(|(name, _)| !["connection", "content-length", "expect"].contains(&&**name));
        self.headers.push(("connection".into(), "close".into()));
        self.headers
            .push(("content-length".into(), self.body.len().to_string()));
        let mut stream = TcpStream::connect(to)?;
        stream.write_all(&self.bytes())?;
        let mut stream = BufReader::new(stream);
        // The answer to HEAD says how long a body would be that it has not.
        let answer = match self.first.starts_with("HEAD ") {
            true => Self::read_head(&mut stream)?,
            false => Self::read(&mut stream)?,
        };
        answer.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// An answer with a status.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Exchange {
    let mut headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    headers.push(("content-length".into(), body.len().to_string()));
    Exchange {
        first: format!("HTTP/1.1 {status} Said"),
        headers,
        body: body.into(),
    }
}
