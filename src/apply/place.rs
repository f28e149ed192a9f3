//! From a place in an output back to the user's line.

use serde::Deserialize;
use serde_json::Value;

use crate::backend::source_map::line_of;
use crate::ordered::IndexMap;

/// A source map, as `build` writes it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Places {
    entries: IndexMap<String, String>,
}

impl Places {
    /// Reads a map; one that cannot be read knows no places.
    #[must_use]
    pub fn read(map: &str) -> Self {
        serde_json::from_str(map).unwrap_or_default()
    }

    /// The line behind a pointer, or behind the nearest one above it.
    #[must_use]
    pub fn of(&self, pointer: &str) -> Option<&str> {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.entries.get(pointer) {
                return Some(place);
            }
            (pointer, _) = pointer.rsplit_once('/')?;
        }
    }

    /// The same, and what stands at a pointer stands at another as well.
    #[must_use]
    pub fn also(mut self, at: &str, pointer: &str) -> Self {
        let below = |key: &str| {
            let rest = key.strip_prefix(pointer)?;
            let is_below = rest.is_empty() || rest.starts_with(['/', '#']);
            is_below.then(|| format!("{at}{rest}"))
        };
        let entries = self.entries.iter();
        let entries = entries.filter_map(|(key, place)| Some((below(key)?, place.clone())));
        let entries: Vec<(String, String)> = entries.collect();
        self.entries.extend(entries);
        self
    }

    /// The line behind all that stands at a pointer: the first below it of what the
    /// user wrote, or the nearest above it.
    #[must_use]
    pub fn of_whole(&self, pointer: &str) -> Option<&str> {
        let is_below = |key: &str| {
            let rest = key.strip_prefix(pointer);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let below = || {
            let mut entries = self.entries.iter();
            entries.find(|(key, _)| is_below(key))
        };
        let exact = self.entries.get(pointer);
        let found = exact.or_else(|| below().map(|(_, place)| place));
        found.map_or_else(|| self.of(pointer), |place| Some(place))
    }

    /// The line behind a line of the script at a pointer, counted from 1.
    #[must_use]
    pub fn of_line(&self, pointer: &str, line: usize) -> Option<&str> {
        let exact = self.entries.get(&line_of(pointer, line));
        exact.map_or_else(|| self.of(pointer), |place| Some(place))
    }

    /// The line behind the text of a resource that a complaint about it quotes:
    /// the longest, which says most.
    #[must_use]
    pub fn quoted(&self, resource: &Value, pointer: &str, complaint: &str) -> Option<&str> {
        let mut found: Option<(usize, String)> = None;
        search(resource, pointer, complaint, &mut found);
        self.of(&found?.1)
    }
}

/// Texts that are shorter are in a complaint by chance.
const SHORTEST: usize = 5;

fn search(value: &Value, pointer: &str, complaint: &str, found: &mut Option<(usize, String)>) {
    let mut below = |key: &str, value: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        search(value, &format!("{pointer}/{key}"), complaint, found);
    };
    match value {
        Value::Object(entries) => {
            // Every resource has the name of its unit in its tags.
            let entries = entries.iter();
            let entries = entries.filter(|(key, _)| !matches!(key.as_str(), "Tags" | "tags"));
            entries.for_each(|(key, value)| below(key, value));
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                below(&at.to_string(), item);
            }
        }
        Value::String(text) => {
            let longest = found.as_ref().map_or(SHORTEST - 1, |(length, _)| *length);
            if text.len() > longest && complaint.contains(text) {
                *found = Some((text.len(), pointer.to_owned()));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_complaint_quotes_is_where_it_points() {
        let places = Places::read(
            r#"{"version": 1, "entries": {"/R/A": "a.bean:3:1", "/R/A/Properties/Zone": "a.bean:5:10"}}"#,
        );
        let resource = serde_json::json!({
            "Type": "Record",
            "Properties": {"Name": "b.example", "Zone": "Z0NOWHERE", "Tags": [{"Value": "no such zone"}]},
        });
        let of = |complaint: &str| places.quoted(&resource, "/R/A", complaint);
        assert_eq!(of("no such zone: Z0NOWHERE"), Some("a.bean:5:10"));
        assert_eq!(of("b.example is taken"), Some("a.bean:3:1"));
        assert_eq!(of("no such zone"), None);
    }

    #[test]
    fn what_is_added_and_lines_of_scripts_have_places() {
        let places = Places::read(
            r#"{"version": 1, "entries": {"/R/A": "a.bean:3:1", "/R/A/List/1/X/0": "a.bean:5:10", "/R/A/List/10/X": "a.bean:6:1", "/R/A/Data#2": "a.bean:7:1"}}"#,
        );
        assert_eq!(places.of_whole("/R/A/List/1"), Some("a.bean:5:10"));
        assert_eq!(places.of_whole("/R/A/List/2"), Some("a.bean:3:1"));
        assert_eq!(places.of_line("/R/A/Data", 2), Some("a.bean:7:1"));
        assert_eq!(places.of_line("/R/A/Data", 3), Some("a.bean:3:1"));
    }

    #[test]
    fn the_nearest_pointer_above_counts() {
        let places = Places::read(
            r#"{"version": 1, "entries": {"/Resources/A": "a.bean:3:1", "/Resources/A/Properties/Size": "a.bean:4:5"}}"#,
        );
        assert_eq!(
            places.of("/Resources/A/Properties/Size"),
            Some("a.bean:4:5")
        );
        assert_eq!(
            places.of("/Resources/A/Properties/Name/0"),
            Some("a.bean:3:1")
        );
        assert_eq!(places.of("/Resources/B"), None);
    }
}
