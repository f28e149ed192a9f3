//! Is this a Beancount ledger? Plain-text accounting uses `.bean` too.

use std::ops::Range;

/// The first line that only a ledger has, in a text that is one: nothing that
/// belongs to a program stands in front of it.
pub(super) fn directive(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let range = start..start + content.len();
        start += line.len();
        let content = content.trim_start_matches('\u{feff}');
        // `;` begins a comment there, `*` a heading.
        if content.is_empty() || content.starts_with([';', '*', '#']) {
            continue;
        }
        return is_directive(content).then_some(range);
    }
    None
}

fn is_directive(line: &str) -> bool {
    let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let rest = rest.trim_start();
    match word {
        "option" | "plugin" | "include" | "pushtag" | "poptag" | "pushmeta" | "popmeta" => {
            rest.starts_with(['"', '#'])
        }
        _ => is_date(word),
    }
}

/// `2024-01-01`, also with slashes.
fn is_date(word: &str) -> bool {
    let shape: String = word
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    matches!(shape.as_str(), "0000-00-00" | "0000/00/00")
}
