//! CloudFormation's YAML: short tags, and text that stays text.
//!
//! `serde_yaml` writes YAML 1.2, AWS reads 1.1, and there `on` is a bool,
//! `12:30` is 750 and `=` is an error. What would be misread goes through
//! `serde_yaml` with a mark in front and gets quotes afterwards: it has no way
//! to be asked for them.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::json::{Json, function_key};

/// The value as YAML. Maps with text keys and plain values cannot fail to be
/// written.
#[must_use]
pub fn to_string(json: &Json) -> String {
    let mark = free_mark(json);
    let yaml = serde_yaml::to_string(&Marked { json, mark }).unwrap_or_default();
    quoted(&yaml, mark)
}

/// A letter for private use that nobody uses.
fn free_mark(json: &Json) -> char {
    let mut marks = '\u{e000}'..='\u{f8ff}';
    marks
        .find(|mark| !uses(json, *mark))
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn uses(json: &Json, letter: char) -> bool {
    match json {
        Json::Bool(_) | Json::Int(_) | Json::Decimal(_) => false,
        Json::Text(text) => text.contains(letter),
        Json::List(items) => items.iter().any(|item| uses(item, letter)),
        Json::Map(entries) => entries
            .iter()
            .any(|(key, value)| key.contains(letter) || uses(value, letter)),
        Json::Function(_, value) => uses(value, letter),
    }
}

/// Whether a reader of YAML 1.1 may take the text for something else: a bool,
/// a number in one of its many forms, a time, or one of two signs. Rather too
/// often than too seldom: quotes do no harm.
fn is_misread(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "yes", "n", "no", "on", "off", "true", "false", "null"];
    let like_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-._: ".contains(c))
        // These are quoted as they are, and no number ends so.
        && !text.ends_with([' ', ':'])
        && !text.contains(": ");
    like_number
        || matches!(text, "=" | "<<" | "~")
        || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The text with quotes around what is marked. Marked text has no letters that
/// need escapes; it ends with its line, or as a key.
fn quoted(yaml: &str, mark: char) -> String {
    let mut pieces = yaml.split(mark);
    let mut output = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let line = piece.find('\n').unwrap_or(piece.len());
        let line = &piece[..line];
        let end = line
            .find(": ")
            .or_else(|| line.strip_suffix(':').map(str::len))
            .unwrap_or(line.len());
        output.push('"');
        output.push_str(&piece[..end]);
        output.push('"');
        output.push_str(&piece[end..]);
    }
    output
}

/// A value whose misleading texts are written with a mark.
struct Marked<'a> {
    json: &'a Json,
    mark: char,
}

impl Marked<'_> {
    fn with<'a>(&self, json: &'a Json) -> Marked<'a> {
        Marked {
            json,
            mark: self.mark,
        }
    }

    fn text(&self, text: &str) -> String {
        match is_misread(text) {
            true => format!("{}{text}", self.mark),
            false => text.to_owned(),
        }
    }
}

impl Serialize for Marked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.json {
            Json::Bool(it) => serializer.serialize_bool(*it),
            Json::Int(number) => serializer.serialize_i64(*number),
            Json::Decimal(number) => serializer.serialize_f64(*number),
            Json::Text(text) => serializer.serialize_str(&self.text(text)),
            Json::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&self.with(item))?;
                }
                list.end()
            }
            Json::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(&self.text(key), &self.with(value))?;
                }
                map.end()
            }
            Json::Function(name, value) => match &**value {
                // `!GetAtt` in its short form takes one text with dots.
                Json::List(parts) if *name == "GetAtt" => {
                    let dotted: Vec<&str> = parts.iter().filter_map(as_text).collect();
                    serializer.serialize_newtype_variant("", 0, name, &dotted.join("."))
                }
                // A short tag directly inside another is not YAML that AWS
                // reads; the outer one is written out.
                value if matches!(value, Json::Function(..)) => {
                    let mut map = serializer.serialize_map(Some(1))?;
                    map.serialize_entry(function_key(name).as_str(), &self.with(value))?;
                    map.end()
                }
                value => serializer.serialize_newtype_variant("", 0, name, &self.with(value)),
            },
        }
    }
}

fn as_text(json: &Json) -> Option<&str> {
    match json {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_short_tags() {
        let get = Json::Function(
            "GetAtt",
            Box::new(Json::List(vec![Json::text("A"), Json::text("Arn")])),
        );
        let encoded = Json::Function(
            "Base64",
            Box::new(Json::Function("Sub", Box::new(Json::text("${A}\nc\n")))),
        );
        let yaml = to_string(&Json::map([("a", get), ("b", encoded)]));
        assert_eq!(
            yaml,
            "a: !GetAtt A.Arn\nb:\n  Fn::Base64: !Sub |\n    ${A}\n    c\n"
        );
    }

    #[test]
    fn text_that_older_readers_take_for_something_else_is_quoted() {
        let texts = [
            "on",
            "NO",
            "y",
            "12:30:45",
            "0777",
            "1_000",
            "2024-01-01",
            "2001-12-14 21:59:43 -5",
            "+1",
            ".5",
            "=",
            "-",
        ];
        let list = Json::List(texts.map(Json::text).to_vec());
        let yaml = to_string(&Json::map([("on", list)]));
        let expected: String = texts.iter().map(|text| format!("- \"{text}\"\n")).collect();
        assert_eq!(yaml, format!("\"on\":\n{expected}"));
    }

    #[test]
    fn other_text_is_left_to_the_writer() {
        let private = "\u{e000}no";
        let json = Json::map([
            ("a", Json::text("once")),
            ("b", Json::text("10: ten")),
            ("c", Json::text("8000-\n9000")),
            ("d", Json::text(private)),
            ("e", Json::text("no")),
        ]);
        let read: serde_yaml::Value = serde_yaml::from_str(&to_string(&json)).expect("it is YAML");
        let texts = ["a", "b", "c", "d", "e"].map(|key| read[key].as_str());
        assert_eq!(
            texts,
            ["once", "10: ten", "8000-\n9000", private, "no"].map(Some)
        );
    }
}
