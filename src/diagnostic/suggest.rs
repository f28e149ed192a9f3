//! «Did you mean»: which of the valid names a misspelt one was meant to be.

/// The candidate closest to `written`, when one is close enough to name.
///
/// One edit per three characters (a swap of neighbours is one), lengths no
/// more than two apart; a difference in case alone always counts as close.
/// Names under three characters are never guessed: a wrong guess costs more
/// than none. The first of equally close candidates wins. When none is that
/// close, a name of several words that lacks some of a candidate's words is
/// taken for it: `rolling_with_batch` for `rolling_with_additional_batch`.
pub fn closest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    let mut longer: Option<&str> = None;
    let length = written.chars().count();
    for candidate in candidates {
        if candidate.eq_ignore_ascii_case(written) {
            return Some(candidate);
        }
        let limit = length.max(candidate.chars().count()) / 3;
        if longer.is_none() && lacks_words(written, candidate) {
            longer = Some(candidate);
        }
        if length < 3 || candidate.chars().count().abs_diff(length) > 2 {
            continue;
        }
        let distance = distance(written, candidate);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate).or(longer)
}

/// Whether all words of a name stand in a longer name, in the same order.
fn lacks_words(written: &str, candidate: &str) -> bool {
    let mut words = candidate.split(['_', '-']);
    written.contains(['_', '-'])
        && written
            .split(['_', '-'])
            .all(|word| words.any(|it| it.eq_ignore_ascii_case(word)))
}

/// Optimal string alignment: insertions, deletions, replacements and swaps of
/// neighbours. `-` and `_` are the same letter here.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| -> Vec<char> {
        let same = |c: char| {
            if c == '-' {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        };
        text.chars().map(same).collect()
    };
    let (a, b) = (letters(a), letters(b));
    let mut two_back = vec![0; b.len() + 1];
    let mut back: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = back[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(back[j] + 1).min(row[j - 1] + 1);
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if swapped {
                row[j] = row[j].min(two_back[j - 2] + 1);
            }
        }
        two_back = std::mem::replace(&mut back, row);
    }
    back[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let names = ["idle_timeout", "drain", "scheme", "min"];
        assert_eq!(closest("idle_timout", names), Some("idle_timeout"));
        assert_eq!(closest("shceme", names), Some("scheme"));
        assert_eq!(closest("MIN", names), Some("min"));
        assert_eq!(closest("println", ["nil"]), None);
        assert_eq!(closest("mn", names), None);
        let names = ["rolling", "rolling_with_additional_batch"];
        assert_eq!(closest("rolling_with_batch", names), Some(names[1]));
    }
}
