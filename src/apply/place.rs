//! From a place in an output back to the user's line.

use serde::Deserialize;
use serde_json::Value;

use crate::ordered::IndexMap;

/// A source map, as `build` writes it.
#[derive(Debug, Default, Deserialize)]
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
