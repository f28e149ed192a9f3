//! Two values side by side: what differs, leaf by leaf.
//!
//! Values are told whole; what is too long for a terminal is cut where it is
//! printed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::change::Property;
use super::place::Places;
use crate::backend::source_map::join;

/// What elements of lists are known by, in either target's spelling. The first
/// that all elements of a list have, each another, counts.
const LABELS: [&str; 14] = [
    "Sid",
    "Key",
    "key",
    "Name",
    "name",
    "Id",
    "id",
    "PolicyName",
    "LifecycleHookName",
    "ResourceType",
    "resource_type",
    "DeviceName",
    "device_name",
    "AttributeName",
];

/// Every leaf in which two values differ that stand under a pointer.
#[must_use]
pub fn compared(
    before: Option<&Value>,
    after: Option<&Value>,
    pointer: &str,
    places: &Places,
) -> Vec<Property> {
    let mut comparison = Comparison {
        places,
        found: Vec::new(),
    };
    let whole = Spot {
        pointer: pointer.to_owned(),
        path: String::new(),
    };
    comparison.compare(before, after, &whole);
    comparison.found
}

/// Where values stand.
struct Spot {
    /// In the target's document, as its map has it.
    pointer: String,
    /// In the resource, as it is told: `Properties/Tags[Name]/Value`.
    path: String,
}

impl Spot {
    fn below(&self, key: &str) -> Self {
        let path = match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}/{key}"),
        };
        Self {
            pointer: join(&self.pointer, key),
            path,
        }
    }

    /// An element of the list that comes.
    fn element(&self, at: usize, label: Option<&str>) -> Self {
        let numbered = self.below(&at.to_string());
        match label {
            Some(label) => Self {
                path: format!("{}[{label}]", self.path),
                ..numbered
            },
            None => numbered,
        }
    }

    /// The only element of a list.
    fn only(&self) -> Self {
        Self {
            path: self.path.clone(),
            ..self.element(0, None)
        }
    }

    /// An element that goes: where it was, something else is now.
    fn gone(&self, at: usize, label: Option<&str>) -> Self {
        Self {
            pointer: self.pointer.clone(),
            ..self.element(at, label)
        }
    }
}

struct Comparison<'a> {
    places: &'a Places,
    found: Vec<Property>,
}

impl Comparison<'_> {
    /// Adds every leaf that differs.
    fn compare(&mut self, before: Option<&Value>, after: Option<&Value>, spot: &Spot) {
        let is_something = |value: &&Value| !value.is_null();
        let (before, after) = (before.filter(is_something), after.filter(is_something));
        let (old, new) = (before.map(document), after.map(document));
        if old == new {
            return;
        }
        match (old.as_deref(), new.as_deref()) {
            (Some(Value::Object(old)), Some(Value::Object(new)))
                if !is_function(old) && !is_function(new) =>
            {
                let added = new.keys().filter(|key| !old.contains_key(*key));
                for key in old.keys().chain(added) {
                    self.compare(old.get(key), new.get(key), &spot.below(key));
                }
            }
            (Some(Value::Array(old)), Some(Value::Array(new))) => self.lists(old, new, spot),
            // What is made is told leaf by leaf as well.
            (None, Some(Value::Object(new))) if !is_function(new) => {
                for (key, value) in new {
                    self.compare(None, Some(value), &spot.below(key));
                }
            }
            _ => match (before.and_then(script), after.and_then(script)) {
                (Some(old), Some(new)) => self.lines(&old, &new, spot),
                _ => self.leaf(before, after, spot),
            },
        }
    }

    /// Lists whose elements are known by something are compared element by
    /// element, the others as texts are by their lines.
    fn lists(&mut self, old: &[Value], new: &[Value], spot: &Spot) {
        let label = label(old.iter().chain(new));
        let named = label.and_then(|it| Some((labels(old, it)?, labels(new, it)?)));
        match (old, new, &named) {
            // Many lists never have more than one element.
            ([was], [is], _) if named.as_ref().is_none_or(|(were, are)| were == are) => {
                return self.compare(Some(was), Some(is), &spot.only());
            }
            (_, _, Some((were, are))) => return self.labelled((old, were), (new, are), spot),
            (_, _, None) => {}
        }
        let [before, after] =
            [old, new].map(|list| -> Vec<String> { list.iter().map(Value::to_string).collect() });
        for change in capture_diff_slices(Algorithm::Myers, &before, &after) {
            let (_, were, are) = change.as_tag_tuple();
            if matches!(change, DiffOp::Equal { .. }) {
                continue;
            }
            let both = were.len().min(are.len());
            for (was, is) in were.clone().zip(are.clone()) {
                self.compare(Some(&old[was]), Some(&new[is]), &spot.element(is, None));
            }
            for was in were.skip(both) {
                self.leaf(Some(&old[was]), None, &spot.gone(was, None));
            }
            for is in are.skip(both) {
                self.leaf(None, Some(&new[is]), &spot.element(is, None));
            }
        }
    }

    fn labelled(
        &mut self,
        (old, were): (&[Value], &[&str]),
        (new, are): (&[Value], &[&str]),
        spot: &Spot,
    ) {
        let told = self.found.len();
        for (at, (value, name)) in new.iter().zip(are).enumerate() {
            let spot = spot.element(at, Some(name));
            match were.iter().position(|it| it == name) {
                Some(was) => self.compare(Some(&old[was]), Some(value), &spot),
                None => self.leaf(None, Some(value), &spot),
            }
        }
        for (at, (value, name)) in old.iter().zip(were).enumerate() {
            if !are.contains(name) {
                self.leaf(Some(value), None, &spot.gone(at, Some(name)));
            }
        }
        // Only their order is another.
        if self.found.len() == told {
            self.push(spot, Some(were.join(", ")), Some(are.join(", ")));
        }
    }

    fn leaf(&mut self, before: Option<&Value>, after: Option<&Value>, spot: &Spot) {
        self.push(spot, before.map(shown), after.map(shown));
    }

    /// The lines that only one of two scripts has, side by side where one takes
    /// the place of another.
    fn lines(&mut self, old: &str, new: &str, spot: &Spot) {
        let [before, after] = [old, new].map(|text| text.lines().map(content).collect::<Vec<_>>());
        let heads = heads(new);
        for change in capture_diff_slices(Algorithm::Myers, &before, &after) {
            let (_, were, are) = change.as_tag_tuple();
            if matches!(change, DiffOp::Equal { .. }) {
                continue;
            }
            // What goes from a list goes where the list is.
            let above = are.start.checked_sub(1).map_or(0, |above| heads[above]);
            for (was, is) in paired((&before, were), (&after, are)) {
                let line = is.unwrap_or(above) + 1;
                self.found.push(Property {
                    path: spot.path.clone(),
                    place: self.places.of_line(&spot.pointer, line).map(str::to_owned),
                    before: was.map(|at| before[at].to_owned()),
                    after: is.map(|at| after[at].to_owned()),
                });
            }
        }
    }

    fn push(&mut self, spot: &Spot, before: Option<String>, after: Option<String>) {
        let place = match after {
            Some(_) => self.places.of_whole(&spot.pointer),
            None => self.places.of(&spot.pointer),
        };
        self.found.push(Property {
            path: spot.path.clone(),
            place: place.map(str::to_owned),
            before,
            after,
        });
    }
}

/// A path of a resource, with numbers of elements, as it is told.
#[must_use]
pub fn told_path(resource: &Value, path: &str) -> String {
    let mut told = String::new();
    let mut value = Some(resource);
    for key in path.split('/').filter(|key| !key.is_empty()) {
        let list = value.and_then(Value::as_array);
        let at = key.parse::<usize>().ok();
        let name = list.zip(at).and_then(|(list, at)| {
            let label = label(list.iter())?;
            labels(list, label)?.get(at).copied()
        });
        let is_only = at.is_some() && list.is_some_and(|it| it.len() == 1);
        match name {
            _ if is_only => {}
            Some(name) => told.push_str(&format!("[{name}]")),
            None if told.is_empty() => told.push_str(key),
            None => told.push_str(&format!("/{key}")),
        }
        value = match (list, at) {
            (Some(list), Some(at)) => list.get(at),
            _ => value.and_then(|it| it.get(key)),
        };
    }
    told
}

/// What all these elements are known by.
fn label<'a>(elements: impl Iterator<Item = &'a Value> + Clone) -> Option<&'static str> {
    elements.clone().next()?;
    let is_label = |key: &&str| {
        elements
            .clone()
            .all(|it| it.get(key).is_some_and(Value::is_string))
    };
    LABELS.into_iter().find(is_label)
}

/// What the elements are called, unless two have one name.
fn labels<'a>(list: &'a [Value], label: &str) -> Option<Vec<&'a str>> {
    let names: Vec<&str> = list
        .iter()
        .filter_map(|it| it.get(label)?.as_str())
        .collect();
    let different: BTreeSet<&str> = names.iter().copied().collect();
    (different.len() == names.len()).then_some(names)
}

/// A value, or what stands in a text of JSON: Terraform has policies as texts.
fn document(value: &Value) -> Cow<'_, Value> {
    let text = value.as_str().filter(|it| it.starts_with(['{', '[']));
    let parsed = text.and_then(|it| serde_json::from_str::<Value>(it).ok());
    match parsed {
        Some(parsed @ (Value::Object(_) | Value::Array(_))) => Cow::Owned(parsed),
        _ => Cow::Borrowed(value),
    }
}

/// `{"Ref": …}`, `{"Fn::Sub": …}`
fn is_function(object: &Map<String, Value>) -> bool {
    let mut keys = object.keys();
    match (keys.next(), keys.next()) {
        (Some(only), None) => only == "Ref" || only.starts_with("Fn::"),
        _ => false,
    }
}

/// The text of several lines that a value is, such as user data.
fn script(value: &Value) -> Option<String> {
    text(value).filter(|text| text.contains('\n'))
}

/// The text that a value is, or a function writes: `${…}` stands for what only
/// the deployment knows.
fn text(value: &Value) -> Option<String> {
    let object = match value {
        Value::String(text) => return Some(text.clone()),
        Value::Object(object) if is_function(object) => object,
        _ => return None,
    };
    match object.iter().next()? {
        (name, value) if name == "Fn::Base64" => text(value),
        (name, Value::String(text)) if name == "Fn::Sub" => Some(text.clone()),
        (name, Value::Array(parts)) if name == "Fn::Sub" => {
            let [Value::String(text), Value::Object(bound)] = parts.as_slice() else {
                return None;
            };
            let put = |text: String, (name, value): (&String, &Value)| match value {
                Value::String(value) => text.replace(&format!("${{{name}}}"), value),
                _ => text,
            };
            Some(bound.iter().fold(text.clone(), put))
        }
        _ => None,
    }
}

/// A line of a script without what is around it: the last of a list differs from
/// the others only in the list's end, and an empty one in that alone.
fn content(line: &str) -> &str {
    let content = line.trim();
    if let Some(head) = content.strip_suffix(')').filter(|it| it.ends_with('(')) {
        return head;
    }
    let is_last = match line.strip_prefix("  ") {
        Some(value) if value.starts_with('\'') => content.ends_with("')"),
        Some(value) if value.starts_with('[') => content.ends_with("'))"),
        _ => return content,
    };
    match is_last {
        true => &content[..content.len() - 1],
        false => content.trim_end_matches(','),
    }
}

/// Of each line of a script the one in which its statement begins, from 0.
fn heads(script: &str) -> Vec<usize> {
    let mut head = 0;
    let lines = script.lines().enumerate();
    let heads = lines.map(|(at, line)| {
        if !line.starts_with("  ") {
            head = at;
        }
        head
    });
    heads.collect()
}

/// Lines that go and lines that come in their place, by their numbers: those that
/// give one name another value side by side, and so the rest as far as it has no
/// names.
fn paired(
    (old, were): (&[&str], Range<usize>),
    (new, are): (&[&str], Range<usize>),
) -> Vec<(Option<usize>, Option<usize>)> {
    let mut left: Vec<usize> = were.collect();
    let mut pairs = Vec::new();
    for is in are {
        let name = assigned(new[is]);
        let was = left.iter().position(|was| assigned(old[*was]) == name);
        pairs.push((was.map(|at| left.remove(at)), Some(is)));
    }
    pairs.extend(left.into_iter().map(|was| (Some(was), None)));
    pairs
}

/// The name to which a line gives a value: of a variable, or of an entry of a
/// list.
fn assigned(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim_start_matches("[regex]::Unescape(");
    let name = name.trim_start_matches(['\'', '$']).trim_end();
    let is_name = |name: &&str| {
        let mut letters = name.chars();
        letters.all(|it| it.is_ascii_alphanumeric() || "_-./:".contains(it))
    };
    Some(name).filter(is_name)
}

/// A value as people read it.
pub fn shown(value: &Value) -> String {
    if let Some(text) = text(value) {
        return text;
    }
    match value {
        Value::Object(object) if is_function(object) => match object.values().next() {
            Some(Value::String(of)) => format!("{{{of}}}"),
            Some(Value::Array(parts)) if object.contains_key("Fn::GetAtt") => {
                let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
                format!("{{{}}}", parts.join("."))
            }
            _ => value.to_string(),
        },
        value => sorted(value).to_string(),
    }
}

/// A value whose objects have their keys in order, with functions as the texts
/// that they write: either engine's, and as it is after AWS had it.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) if is_function(object) => Value::from(shown(value)),
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key, sorted(value)));
            let entries: BTreeMap<&String, Value> = entries.collect();
            let entries = entries.into_iter();
            entries.map(|(key, value)| (key.clone(), value)).collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(before: &Value, after: &Value) -> Vec<String> {
        let found = compared(Some(before), Some(after), "", &Places::default());
        let show = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
        let said = found
            .into_iter()
            .map(|it| format!("{}: {} → {}", it.path, show(it.before), show(it.after)));
        said.collect()
    }

    #[test]
    fn elements_that_have_names_are_known_by_them() {
        let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
        assert_eq!(
            said(
                &json!({"Tags": [tag("a", "1"), tag("b", "2"), tag("c", "3")]}),
                &json!({"Tags": [tag("new", "0"), tag("a", "1"), tag("b", "4")]}),
            ),
            [
                r#"Tags[new]: nothing → {"Key":"new","Value":"0"}"#,
                "Tags[b]/Value: 2 → 4",
                r#"Tags[c]: {"Key":"c","Value":"3"} → nothing"#,
            ]
        );
        assert_eq!(
            said(
                &json!([tag("a", "1"), tag("b", "2")]),
                &json!([tag("b", "2"), tag("a", "1")])
            ),
            [": a, b → b, a"]
        );
        assert_eq!(
            said(
                &json!({"A": [{"Ebs": [tag("a", "1")]}]}),
                &json!({"A": [{"Ebs": [tag("a", "2")]}]})
            ),
            ["A/Ebs/Value: 1 → 2"]
        );
        assert_eq!(
            said(&json!([tag("a", "1")]), &json!([tag("b", "1")])),
            [
                r#"[b]: nothing → {"Key":"b","Value":"1"}"#,
                r#"[a]: {"Key":"a","Value":"1"} → nothing"#,
            ]
        );
    }

    #[test]
    fn elements_without_names_are_compared_like_lines() {
        assert_eq!(
            said(&json!(["a", "b", "c"]), &json!(["new", "a", "B", "c"])),
            ["0: nothing → new", "2: b → B"]
        );
        // Two have one name.
        let rule = |name: &str, port: u16| json!({"Name": name, "Port": port});
        assert_eq!(
            said(
                &json!([rule("a", 1), rule("a", 2)]),
                &json!([rule("a", 1), rule("a", 3)])
            ),
            ["1/Port: 2 → 3"]
        );
    }

    #[test]
    fn policies_that_are_texts_are_compared_by_their_statements() {
        let policy = |buckets: &[&str]| {
            let read = json!({"Sid": "Read", "Effect": "Allow", "Resource": buckets});
            let text = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Write", "Resource": "*"}, read]});
            json!({"policy": text.to_string()})
        };
        assert_eq!(
            said(&policy(&["a"]), &policy(&["a", "b"])),
            ["policy/Statement[Read]/Resource/1: nothing → b"]
        );
    }

    #[test]
    fn scripts_are_told_by_the_lines_that_differ() {
        let data = |list: &str| {
            let text = json!(["BEAN_A='1'\nBEAN_LIST=(\n  '${Value0}", {"Value0": format!("{list})\nrun\n")}]);
            json!({"UserData": {"Fn::Base64": {"Fn::Sub": text}}})
        };
        assert_eq!(
            said(&data("a=1'\n  'b=2'"), &data("a=1'\n  'b=3'\n  'c=4'")),
            ["UserData: 'b=2' → 'b=3'", "UserData: nothing → 'c=4'"]
        );
        assert_eq!(
            said(
                &json!({"s": "A='1'\nL=(\n  'a=1'\n  'b=2')\nM=()\n"}),
                &json!({"s": "A='2'\nL=(\n  'b=3')\nM=(\n  'c')\n"})
            ),
            [
                "s: A='1' → A='2'",
                "s: 'b=2' → 'b=3'",
                "s: 'a=1' → nothing",
                "s: nothing → 'c'"
            ]
        );
        // However many there are, and however long.
        let long = "x".repeat(500);
        let many: Vec<String> = (0..9).map(|at| format!("{long}{at}\n")).collect();
        let found = said(&json!({"s": "a\nb\n"}), &json!({"s": many.concat()}));
        assert_eq!(found.len(), 9);
        assert!(found[8].ends_with(&format!("nothing → {long}8")));
    }

    #[test]
    fn numbers_of_elements_are_told_by_their_names() {
        let resource =
            json!({"Properties": {"Tags": [{"Key": "a"}, {"Key": "b"}], "Zones": ["b"]}});
        let told = |path| told_path(&resource, path);
        assert_eq!(told("/Properties/Tags/0/Value"), "Properties/Tags[a]/Value");
        assert_eq!(told("/Properties/Zones/0"), "Properties/Zones");
        assert_eq!(told("/Properties/Other/1/X"), "Properties/Other/1/X");
    }
}
