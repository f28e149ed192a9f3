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
    let letters = Letters::of(written);
    let length = letters.all.len();
    for candidate in candidates {
        if candidate.eq_ignore_ascii_case(written) {
            return Some(candidate);
        }
        // Nothing else is nearer than this.
        if matches!(best, Some((1, _))) {
            continue;
        }
        if longer.is_none() && lacks_words(written, candidate) {
            longer = Some(candidate);
        }
        if length < 3 || candidate.len() + 2 < length {
            continue;
        }
        let other = Letters::of(candidate);
        let limit = length.max(other.all.len()) / 3;
        let nearer = best.map_or(limit, |(least, _)| limit.min(least - 1));
        if other.all.len().abs_diff(length) > 2 || letters.least_distance(&other) > nearer {
            continue;
        }
        let distance = distance(&letters.all, &other.all);
        if distance <= nearer {
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

/// A name for comparison: small letters, `-` and `_` the same.
struct Letters {
    all: Vec<char>,
    /// How often each occurs, some together.
    counts: [u8; 32],
}

impl Letters {
    fn of(name: &str) -> Self {
        let mut all = Vec::with_capacity(name.len());
        let mut counts = [0_u8; 32];
        for c in name.chars() {
            let c = match c {
                '-' => '_',
                c => c.to_ascii_lowercase(),
            };
            let count = &mut counts[c as usize % 32];
            *count = count.saturating_add(1);
            all.push(c);
        }
        Self { all, counts }
    }

    /// No distance is less: an edit changes the number of two letters at most.
    fn least_distance(&self, other: &Self) -> usize {
        let both = self.counts.iter().zip(&other.counts);
        let differences = both.map(|(a, b)| usize::from(a.abs_diff(*b)));
        differences.sum::<usize>().div_ceil(2)
    }
}

/// Optimal string alignment: insertions, deletions, replacements and swaps of
/// neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is passed over for its letters would have been too far.
        #[test]
        fn the_least_distance_is_none_too_many(a in "[a-cA-C_é-]{0,9}", b in "[a-cA-C_é-]{0,9}") {
            let (a, b) = (Letters::of(&a), Letters::of(&b));
            prop_assert!(a.least_distance(&b) <= distance(&a.all, &b.all));
        }
    }

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
