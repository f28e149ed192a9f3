//! The words of the language for people: what a message calls a thing, and
//! what people from elsewhere call it.

use crate::diagnostic::suggest::closest;

/// What an item may begin with, in the order of the language reference.
pub(super) const ITEMS: &[&str] = &[
    "edition",
    "import",
    "param",
    "input",
    "let",
    "output",
    "assert",
    "application",
    "environment",
    "template",
    "network",
    "platform",
    "resource",
    "test",
];

/// What people from other tools write at the front of an item, and what they
/// find here.
const FOREIGN_ITEMS: &[(&[&str], &str)] = &[
    (
        &[
            "variable",
            "variables",
            "parameter",
            "parameters",
            "Parameters",
        ],
        "a value that is baked in is a `param`, one that stays open until the deployment an `input`",
    ),
    (
        &["locals", "local", "const", "var", "def"],
        "a name for a value is `let name = value`",
    ),
    (
        &["outputs", "Outputs"],
        "each output is an item of its own: `output name = value`",
    ),
    (
        &["data"],
        "nothing is looked up during a build; pass what exists as an `input`",
    ),
    (
        &["module", "include", "from", "require", "use"],
        "other files are read with `import { name } from \"./file.bean\"`",
    ),
    (
        &["provider", "terraform", "backend"],
        "where to deploy is said by `target { … }` in the environment",
    ),
    (
        &["service", "app", "Resources", "Mappings", "Conditions"],
        "an `application` holds versions, an `environment` runs them, a `resource` is raw",
    ),
    (&["vpc"], "a VPC and its subnets are a `network`"),
    (
        &["function", "fn", "func", "macro"],
        "there are no functions; `template` and `extends` share what environments have in common",
    ),
];

/// What a word at the front of an item means to people who know another tool.
pub(super) fn foreign_item(word: &str) -> Option<&'static str> {
    let knows = |(words, _): &&(&[&str], &'static str)| words.contains(&word);
    FOREIGN_ITEMS.iter().find(knows).map(|(_, advice)| *advice)
}

/// The same for a misspelt word.
pub(super) fn near_foreign_item(word: &str) -> Option<&'static str> {
    let words = FOREIGN_ITEMS.iter().flat_map(|(words, _)| words.iter());
    foreign_item(closest(word, words.copied())?)
}

/// Words that begin a loop or a branch elsewhere.
pub(super) fn is_loop(word: &str) -> bool {
    matches!(
        word,
        "for" | "for_each" | "foreach" | "while" | "if" | "else" | "elif" | "switch" | "dynamic"
    )
}

/// What other languages write where a value is absent.
pub(super) fn is_null(word: &str) -> bool {
    matches!(word, "null" | "None" | "nil" | "undefined" | "NULL")
}

/// A unit of the language and how many of it are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// As written in the language.
    pub name: &'static str,
    /// Seven for a week in days.
    pub times: i64,
}

/// The unit of the language that somebody means who writes this one.
pub(super) fn foreign_unit(written: &str) -> Option<Unit> {
    let once = |name| Some(Unit { name, times: 1 });
    match written.to_ascii_lowercase().as_str() {
        "tib" | "tb" | "ti" | "t" => once("TiB"),
        "gib" | "gb" | "gi" | "g" => once("GiB"),
        "mib" | "mb" | "mi" => once("MiB"),
        "kib" | "kb" | "ki" | "k" => once("KiB"),
        "b" | "byte" | "bytes" => once("B"),
        "d" | "day" | "days" => once("d"),
        "w" | "week" | "weeks" => Some(Unit {
            name: "d",
            times: 7,
        }),
        "h" | "hr" | "hrs" | "hour" | "hours" => once("h"),
        // `M` alone could be minutes or mebibytes.
        "m" if written == "m" => once("m"),
        "min" | "mins" | "minute" | "minutes" => once("m"),
        "s" | "sec" | "secs" | "second" | "seconds" => once("s"),
        "ms" | "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" => once("ms"),
        "%" | "percent" | "pct" => once("%"),
        _ => None,
    }
}

/// Text in backticks, shortened when it is long or runs over a line.
pub(super) fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let mut characters = line.char_indices();
    match characters.nth(32) {
        Some((end, _)) => format!("`{}…`", line[..end].trim_end()),
        None if text.trim().len() > line.len() => format!("`{line}…`"),
        None => format!("`{line}`"),
    }
}
