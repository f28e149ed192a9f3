//! From a place in an output back to the user's line.

use serde::Deserialize;

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
}

#[cfg(test)]
mod tests {
    use super::*;

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
