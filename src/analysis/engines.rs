//! `engines.node` of `package.json`: which Node.js an application asks for.

use nodejs_semver::Range;
use serde::Deserialize;
use smol_str::SmolStr;

use super::Analysis;
use super::bundle::Found;
use super::layers::{library_platform, library_platforms};
use crate::model::{OtherNode, Platform};
use crate::schema::platform::Family;

/// What is read of the file (npm Docs, package.json).
#[derive(Deserialize)]
struct File {
    engines: Engines,
}

#[derive(Deserialize)]
struct Engines {
    node: SmolStr,
}

impl Analysis<'_, '_> {
    /// What an application asks for when its platform has none of it. What cannot be
    /// read is npm's to refuse, as on an instance (`stdlib/boot/nodejs.sh`).
    pub(super) fn other_node(
        &mut self,
        platform: &Platform,
        application: &str,
    ) -> Option<OtherNode> {
        if platform.family != Family::Nodejs {
            return None;
        }
        let file = self.bundle(application)?.package?;
        let text = self.sources.file(file).text();
        let File { engines } = serde_json::from_str(text).ok()?;
        let runtime = platform.settings.runtime.as_ref()?;
        if !lacks(&engines.node, &runtime.value) {
            return None;
        }
        let begin = text.find("\"engines\"").unwrap_or_default();
        let quoted = serde_json::Value::from(engines.node.as_str()).to_string();
        let found = Found { id: file, text };
        let span = found.within(begin..text.len(), &quoted);
        Some(OtherNode {
            fitting: self.fitting(&engines.node),
            asked: (engines.node, span),
            has: runtime.value.clone(),
        })
    }

    /// The first platform of the library that has a version of a range.
    fn fitting(&mut self, range: &str) -> Option<SmolStr> {
        let names = library_platforms(&self.names);
        names.into_iter().find(|name| {
            let platform = library_platform(&self.names, name).and_then(|id| self.platform(id));
            let platform = platform.filter(|it| it.family == Family::Nodejs);
            let runtime = platform.and_then(|it| Some(it.settings.runtime.as_ref()?.value.clone()));
            runtime.is_some_and(|runtime| !lacks(range, &runtime))
        })
    }
}

/// Whether a branch certainly has no version of a range.
fn lacks(range: &str, branch: &str) -> bool {
    match (Range::parse(range), Range::parse(branch)) {
        (Ok(range), Ok(branch)) => !range.allows_any(&branch),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same answers as npm's own library gives, which instances ask.
    #[test]
    fn ranges_are_read_as_npm_reads_them() {
        for (range, lacks_it) in [
            ("22", false),
            ("22.x", false),
            (">=18", false),
            ("^18 || ^22.1", false),
            ("22.0.1", false),
            (">=20 <23", false),
            ("18 - 22", false),
            ("~22.11", false),
            ("*", false),
            ("", false),
            (">= 20.0.0", false),
            ("lts/*", false),
            ("newest", false),
            ("^18 || 20.x", true),
            (">=24", true),
            ("<22", true),
            ("<=21", true),
            ("20", true),
            (">22", true),
            ("18 - 20", true),
            ("v20.1.0", true),
            (">=16 <=20.x", true),
        ] {
            assert_eq!(lacks(range, "22"), lacks_it, "{range}");
        }
    }
}
