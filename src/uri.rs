//! Addresses of files, as editors and reports write them.

use std::path::{Path, PathBuf};

use crate::disk::normalize;

/// The path that a `file:` address means. Anything else has none: it is an
/// unsaved text or something that a client made up.
#[must_use]
pub fn path(uri: &str) -> Option<PathBuf> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find('/')?);
            match host {
                "" | "localhost" => decoded(path)?,
                // A share of Windows.
                host => format!("//{}{}", decoded(host)?, decoded(path)?),
            }
        }
        None => decoded(rest)?,
    };
    let path = match drive(path.strip_prefix('/').unwrap_or_default()) {
        Some(_) => &path[1..],
        None => &path,
    };
    Some(normalize(Path::new(path)))
}

/// The address of a file.
#[must_use]
pub fn from_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = match cfg!(windows) {
        true => text.replace('\\', "/"),
        false => text.into_owned(),
    };
    let mut uri = String::from("file://");
    if drive(&text).is_some() {
        uri.push('/');
    }
    uri + &encoded(&text)
}

/// A path with what RFC 3986 reserves written as `%XX`: a reference from wherever
/// the path starts.
#[must_use]
pub fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// The letter of `c:/…`.
fn drive(path: &str) -> Option<char> {
    let mut chars = path.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    (chars.next() == Some(':')).then_some(letter)
}

/// The text with `%C3%A4` read as the bytes they stand for.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let escaped = match first {
            b'%' => behind
                .get(..2)
                .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
                .and_then(|digits| std::str::from_utf8(digits).ok())
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_go_both_ways() {
        for (uri, expected) in [
            ("file:///home/a/env.bean", "/home/a/env.bean"),
            ("file:///home/a%20b/%C3%BC%25.bean", "/home/a b/ü%.bean"),
            ("file:///home/%F0%9F%A6%80.bean", "/home/🦀.bean"),
        ] {
            assert_eq!(path(uri).as_deref(), Some(Path::new(expected)));
            assert_eq!(from_path(Path::new(expected)), uri);
        }
    }

    #[test]
    fn clients_write_one_file_in_many_ways() {
        for uri in [
            "file:/a/b.bean",
            "FILE:///a/b.bean",
            "file://localhost/a/b.bean",
            "file:///a/./c/../b.bean",
            "file:///a/%62.bean?x#y",
        ] {
            assert_eq!(path(uri).as_deref(), Some(Path::new("/a/b.bean")), "{uri}");
        }
        assert_eq!(
            path("file:///c%3A/a.bean").as_deref(),
            Some(Path::new("c:/a.bean"))
        );
        assert_eq!(
            path("file:///100%.bean").as_deref(),
            Some(Path::new("/100%.bean"))
        );
        for uri in [
            "untitled:Untitled-1",
            "git:/a.bean",
            "",
            "file://x",
            "file:///%FF",
        ] {
            assert_eq!(path(uri), None, "{uri}");
        }
    }
}
