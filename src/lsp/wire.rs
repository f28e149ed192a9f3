//! Messages on the wire: a header with a length, then JSON.
//!
//! `lsp_server` has the types of messages and a loop that ends with the first
//! one it cannot read. A session in an editor lasts for days, and one client
//! with one bad message should not end it, so the reading is done here: what is
//! no message is said and skipped.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message, RequestId, Response};
use serde::Serialize;

/// The longest message that is read, in bytes. Files are at most 1 MiB.
const MAX_MESSAGE_BYTES: u64 = 64 << 20;

/// What was read.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something else: why it is none, and the answer when it asked for one.
    Malformed(String, Option<Response>),
}

/// The next message, or what stands in its place; `None` at the end.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = length(input)? else {
        return Ok(None);
    };
    if length > MAX_MESSAGE_BYTES {
        let skipped = io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
        let message = format!("a message of {length} bytes was skipped");
        return Ok((skipped == length).then_some(Incoming::Malformed(message, None)));
    }
    let mut body = Vec::new();
    input.by_ref().take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice::<Message>(&body) {
        Ok(message) => Incoming::Message(message),
        Err(_) => malformed(&body),
    }))
}

/// The length of the next message. What is no header is passed over, also on
/// the line of one: the end of a message that was longer than it said.
fn length(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    const NAME: &[u8] = b"content-length:";
    let mut found = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input
            .by_ref()
            .take(MAX_MESSAGE_BYTES)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        let content = line.trim_ascii().to_ascii_lowercase();
        if content.is_empty() && found.is_some() {
            return Ok(found);
        }
        let at = content.windows(NAME.len()).rposition(|it| it == NAME);
        if let Some(at) = at {
            let digits = content[at + NAME.len()..].trim_ascii();
            let number = std::str::from_utf8(digits).ok();
            found = number.and_then(|it| it.parse().ok());
        }
    }
}

/// Says why a body is no message, to the one who asked when it says who.
fn malformed(body: &[u8]) -> Incoming {
    let (reason, response) = match serde_json::from_slice::<serde_json::Value>(body) {
        Err(error) => (format!("a message is not JSON: {error}"), None),
        Ok(value) => {
            let reason = "a message is neither a request nor an answer nor a notification";
            let id = value.get("id").cloned();
            let id = id.and_then(|id| serde_json::from_value::<RequestId>(id).ok());
            let code = ErrorCode::InvalidRequest as i32;
            let response = id.map(|id| Response::new_err(id, code, reason.to_owned()));
            (reason.to_owned(), response)
        }
    };
    Incoming::Malformed(reason, response)
}

/// Writes a message and hands it on.
pub fn write(output: &mut impl Write, message: &Message) -> io::Result<()> {
    #[derive(Serialize)]
    struct Envelope<'a> {
        jsonrpc: &'static str,
        #[serde(flatten)]
        message: &'a Message,
    }
    let body = serde_json::to_vec(&Envelope {
        jsonrpc: "2.0",
        message,
    })?;
    write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
    output.write_all(&body)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8]) -> Vec<String> {
        std::iter::from_fn(|| read(&mut input).expect("memory can be read"))
            .map(|it| match it {
                Incoming::Message(Message::Request(it)) => it.method,
                Incoming::Message(Message::Notification(it)) => it.method,
                Incoming::Message(Message::Response(it)) => it.id.to_string(),
                Incoming::Malformed(reason, answer) => match answer {
                    Some(answer) => format!("({} is answered)", answer.id),
                    None => format!("({reason})"),
                },
            })
            .collect()
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const EXIT: &str = r#"{"jsonrpc":"2.0","method":"exit"}"#;

    #[test]
    fn what_is_no_message_does_not_hide_the_next() {
        let exit = framed(EXIT);
        let before = [
            ("", vec![]),
            ("garbage\r\n", vec![]),
            ("Content-Length: many\r\n\r\n", vec![]),
            (
                "Content-Length: 2\r\n\r\n{}",
                vec!["(a message is neither a request nor an answer nor a notification)"],
            ),
            (
                "Content-Length: 8\r\n\r\n{\"id\":7}",
                vec!["(7 is answered)"],
            ),
            (
                "content-length:3\n\n{\"}",
                vec!["(a message is not JSON: EOF while parsing a string at line 1 column 3)"],
            ),
            // One that is longer than it says.
            (
                "Content-Length: 2\r\n\r\n{} and more",
                vec!["(a message is neither a request nor an answer nor a notification)"],
            ),
        ];
        for (text, mut expected) in before {
            expected.push("exit");
            assert_eq!(all(format!("{text}{exit}").as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_end_of_the_input_may_come_anywhere() {
        let whole = framed(EXIT);
        for end in 0..whole.len() {
            assert!(all(&whole.as_bytes()[..end]).is_empty(), "{end}");
        }
        assert!(all(b"Content-Length: 99999999999\r\n\r\n{}").is_empty());
    }
}
