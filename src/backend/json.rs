//! JSON for people: what fits on a line stays on it.
//!
//! `serde_json` prints either one line or a line for every bracket; templates
//! are read in reviews, and short objects on one line also keep a whole web
//! environment below the 51,200 bytes that CloudFormation takes inline.

use smol_str::SmolStr;

/// A JSON value whose objects keep their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `true`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `0.8`
    Decimal(f64),
    /// `"text"`
    Text(SmolStr),
    /// `[…]`
    List(Vec<Json>),
    /// `{…}`
    Map(Vec<(SmolStr, Json)>),
    /// A CloudFormation function: `{"Ref": …}` in JSON, `!Ref …` in YAML.
    Function(&'static str, Box<Json>),
}

/// The width up to which an object or array stays on one line.
const WIDTH: usize = 100;

/// What a web environment takes, so that its text is not moved while it grows.
const TYPICAL_BYTES: usize = 1 << 16;

impl Json {
    /// An object from its entries.
    pub fn map<K: Into<SmolStr>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// Text.
    pub fn text(text: impl Into<SmolStr>) -> Self {
        Self::Text(text.into())
    }

    /// The value over as many lines as it needs, with a newline at the end.
    #[must_use]
    pub fn pretty(&self) -> String {
        let mut output = String::with_capacity(TYPICAL_BYTES);
        self.write(&mut output, 0, 0);
        output.push('\n');
        output
    }

    /// `used` is what already stands on the line, `indent` the line's indent.
    fn write(&self, output: &mut String, indent: usize, used: usize) {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Decimal(_) | Self::Text(_) => {
                self.write_line(output);
            }
            Self::Function(name, value) => {
                if self.fits(used) {
                    self.write_line(output);
                } else {
                    let entry = [(function_key(name), (**value).clone())];
                    Self::map(entry).write(output, indent, used);
                }
            }
            Self::List(items) => {
                if self.fits(used) {
                    self.write_line(output);
                    return;
                }
                output.push('[');
                for (at, item) in items.iter().enumerate() {
                    new_line(output, at, indent + 2);
                    item.write(output, indent + 2, indent + 3);
                }
                close(output, ']', indent);
            }
            Self::Map(entries) => {
                if self.fits(used) {
                    self.write_line(output);
                    return;
                }
                output.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    new_line(output, at, indent + 2);
                    let start = output.len();
                    write_text(output, key);
                    output.push_str(": ");
                    let used = indent + 3 + output.len() - start;
                    value.write(output, indent + 2, used);
                }
                close(output, '}', indent);
            }
        }
    }

    /// Whether the value fits behind `used` on a line. Objects in objects are
    /// opened: one level on a line is read at a glance, two are not.
    fn fits(&self, used: usize) -> bool {
        let mut left = WIDTH.saturating_sub(used);
        self.measure(&mut left, 2)
    }

    /// Takes the value's width from what is left; `false` as soon as that is
    /// not enough, so that long values are not read to their ends.
    fn measure(&self, left: &mut usize, depth: usize) -> bool {
        let mut take = |width: usize| match left.checked_sub(width) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        };
        match self {
            Self::Bool(_) => take(5),
            Self::Int(number) => take(number.to_string().len()),
            Self::Decimal(_) => take(8),
            Self::Text(text) => take(text.len() + 2),
            Self::Function(name, value) => take(name.len() + 12) && value.measure(left, depth),
            Self::List(items) => {
                depth > 0
                    && take(2)
                    && items.iter().all(|item| {
                        item.measure(left, depth - 1)
                            && left.checked_sub(2).is_some_and(|rest| {
                                *left = rest;
                                true
                            })
                    })
            }
            Self::Map(entries) => {
                depth > 0
                    && take(4)
                    && entries.iter().all(|(key, value)| {
                        left.checked_sub(key.len() + 6).is_some_and(|rest| {
                            *left = rest;
                            true
                        }) && value.measure(left, depth - 1)
                    })
            }
        }
    }

    fn write_line(&self, output: &mut String) {
        match self {
            Self::Bool(it) => output.push_str(if *it { "true" } else { "false" }),
            Self::Int(number) => output.push_str(&number.to_string()),
            Self::Decimal(number) => output.push_str(&number.to_string()),
            Self::Text(text) => write_text(output, text),
            Self::Function(name, value) => {
                output.push_str("{ ");
                write_text(output, &function_key(name));
                output.push_str(": ");
                value.write_line(output);
                output.push_str(" }");
            }
            Self::List(items) => {
                output.push('[');
                for (at, item) in items.iter().enumerate() {
                    output.push_str(if at == 0 { "" } else { ", " });
                    item.write_line(output);
                }
                output.push(']');
            }
            Self::Map(entries) if entries.is_empty() => output.push_str("{}"),
            Self::Map(entries) => {
                output.push_str("{ ");
                for (at, (key, value)) in entries.iter().enumerate() {
                    output.push_str(if at == 0 { "" } else { ", " });
                    write_text(output, key);
                    output.push_str(": ");
                    value.write_line(output);
                }
                output.push_str(" }");
            }
        }
    }
}

fn new_line(output: &mut String, at: usize, indent: usize) {
    output.push_str(if at == 0 { "\n" } else { ",\n" });
    output.extend(std::iter::repeat_n(' ', indent));
}

fn close(output: &mut String, bracket: char, indent: usize) {
    output.push('\n');
    output.extend(std::iter::repeat_n(' ', indent));
    output.push(bracket);
}

/// A string as JSON has it.
pub fn write_text(output: &mut String, text: &str) {
    output.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_escaped) {
        output.push_str(&rest[..at]);
        let byte = rest.as_bytes()[at];
        match byte {
            b'"' => output.push_str("\\\""),
            b'\\' => output.push_str("\\\\"),
            b'\n' => output.push_str("\\n"),
            b'\t' => output.push_str("\\t"),
            b'\r' => output.push_str("\\r"),
            // What is escaped is one byte long.
            control => output.push_str(&format!("\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    output.push_str(rest);
    output.push('"');
}

/// A table: scripts of some ten thousand bytes go through here, twice for
/// each environment.
fn is_escaped(byte: u8) -> bool {
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 0x20 {
            table[byte] = true;
            byte += 1;
        }
        table[b'"' as usize] = true;
        table[b'\\' as usize] = true;
        table[0x7f] = true;
        table
    };
    TABLE[usize::from(byte)]
}

/// `Ref` has no prefix, all others have `Fn::`.
pub fn function_key(name: &'static str) -> SmolStr {
    if name == "Ref" {
        SmolStr::new_static("Ref")
    } else {
        format!("Fn::{name}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_objects_stay_on_a_line_and_text_is_escaped() {
        let reference = Json::Function("Ref", Box::new(Json::text("Vpc")));
        let json = Json::map([
            ("a", Json::map([("b", reference)])),
            ("c", Json::List((0..40).map(Json::Int).collect())),
            ("d", Json::text("\u{1}\"é\n")),
        ]);
        let text = json.pretty();
        assert!(
            text.starts_with("{\n  \"a\": { \"b\": { \"Ref\": \"Vpc\" } },\n  \"c\": [\n    0,")
        );
        assert!(text.ends_with("\"d\": \"\\u0001\\\"é\\n\"\n}\n"), "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(read["c"][39], 39);
    }
}
