//! Long lines of an excerpt: what is far from every label is cut out.

/// What stands for a part that was cut out.
const MARK: char = '…';

/// What a label keeps on each side of it, in characters, where it shares its
/// line with others.
const SIDE: usize = 12;

/// A text without the far parts of long lines.
pub(super) struct Cut {
    /// The text, with marks where something is missing.
    pub(super) text: String,
    /// What is missing, from where to where, in order.
    parts: Vec<(usize, usize)>,
}

impl Cut {
    /// Cuts the lines on which the spans begin and end, and those right beside
    /// them, to `room` characters. `None` when there is nothing to cut.
    pub(super) fn new(text: &str, spans: &[(usize, usize)], room: usize) -> Option<Self> {
        let mut lines: Vec<(usize, usize)> = spans
            .iter()
            .flat_map(|(start, end)| [*start, *end])
            .flat_map(|at| around(text, at))
            .filter(|(start, end)| text[*start..*end].chars().count() > room)
            .collect();
        lines.sort_unstable();
        lines.dedup();
        let mut parts = Vec::new();
        for line in lines {
            let mut at = line.0;
            for (start, end) in kept(text, line, spans, room) {
                parts.push((at, start));
                at = end;
            }
            parts.push((at, line.1));
        }
        // A mark in the place of one letter shortens nothing.
        parts.retain(|(start, end)| text[*start..*end].chars().nth(1).is_some());
        if parts.is_empty() {
            return None;
        }
        let mut short = String::with_capacity(text.len());
        let mut at = 0;
        for (start, end) in &parts {
            short.push_str(&text[at..*start]);
            short.push(MARK);
            at = *end;
        }
        short.push_str(&text[at..]);
        Some(Self { text: short, parts })
    }

    /// Where a place of the text is now; one that is missing is behind its mark.
    pub(super) fn place(&self, at: usize) -> usize {
        let gone = self.parts.iter().take_while(|(start, _)| *start < at);
        gone.fold(at, |place, (start, end)| {
            place + MARK.len_utf8() - (end.min(&at) - start)
        })
    }

    /// Where a place of [`Self::text`] was.
    pub(super) fn source(&self, place: usize) -> usize {
        self.parts.iter().fold(place, |at, (start, end)| {
            if at >= start + MARK.len_utf8() {
                at + (end - start) - MARK.len_utf8()
            } else {
                at
            }
        })
    }
}

/// The line of a place, the one above it and the one below.
fn around(text: &str, at: usize) -> impl Iterator<Item = (usize, usize)> {
    let line = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
        (start, end)
    };
    let here = line(at);
    let above = here.0.checked_sub(1).map(line);
    let below = (here.1 < text.len()).then(|| line(here.1 + 1));
    above.into_iter().chain([here]).chain(below)
}

/// The parts of a line that stay, in order and apart from each other.
fn kept(
    text: &str,
    line: (usize, usize),
    spans: &[(usize, usize)],
    room: usize,
) -> Vec<(usize, usize)> {
    // A mark on each side.
    let room = room.saturating_sub(2);
    let is_here = |at: usize| (line.0..=line.1).contains(&at);
    let mut labels: Vec<(usize, usize)> = spans
        .iter()
        .filter_map(|(start, end)| match (is_here(*start), is_here(*end)) {
            (true, true) => Some((*start, *end)),
            (true, false) => Some((*start, *start)),
            (false, true) => Some((*end, *end)),
            (false, false) => None,
        })
        .collect();
    labels.sort_unstable();
    let (Some(first), Some(last)) = (labels.first(), labels.iter().map(|it| it.1).max()) else {
        return vec![(line.0, forward(text, line.0, room, line.1))];
    };
    let width = |start: usize, end: usize| text[start..end].chars().count();
    let whole = width(first.0, last);
    if whole <= room {
        // Not more than half of what is left goes to the left: the label's words
        // need a place below it.
        let free = room - whole;
        let left = width(line.0, first.0).min(free / 2);
        let start = backward(text, first.0, left, line.0);
        let end = forward(text, last, free - left, line.1);
        return vec![(start, end)];
    }
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (start, end) in labels {
        let most = forward(text, start, room.saturating_sub(2 * SIDE), line.1);
        let from = backward(text, start, SIDE, line.0);
        let to = match end <= most {
            true => forward(text, end, SIDE, line.1),
            false => most,
        };
        match kept.last_mut() {
            Some(before) if before.1 >= from => before.1 = before.1.max(to),
            Some(_) | None => kept.push((from, to)),
        }
    }
    kept
}

/// So many characters on, and no further than `limit`.
fn forward(text: &str, at: usize, count: usize, limit: usize) -> usize {
    let mut signs = text[at..limit].char_indices();
    signs.nth(count).map_or(limit, |(offset, _)| at + offset)
}

/// So many characters back, and no further than `limit`.
fn backward(text: &str, at: usize, count: usize, limit: usize) -> usize {
    let Some(last) = count.checked_sub(1) else {
        return at;
    };
    let mut signs = text[limit..at].char_indices().rev();
    signs.nth(last).map_or(limit, |(offset, _)| limit + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, spans: &[(usize, usize)], room: usize) -> String {
        Cut::new(text, spans, room).map_or_else(|| "whole".to_owned(), |it| it.text)
    }

    #[test]
    fn what_is_far_from_the_label_goes() {
        let line = "key = \"0123456789012345678901234567890123456789\" behind";
        assert_eq!(cut(line, &[(0, 3)], 80), "whole");
        assert_eq!(cut(line, &[(0, 3)], 20), "key = \"01234567890…");
        assert_eq!(cut(line, &[(49, 55)], 20), "…6789\" behind");
        assert_eq!(cut(line, &[(27, 29)], 20), "…234567890123456789…");
        // Lines beside it are cut at their ends, those further off are not.
        let text = format!("{line}\nshort\nshort\n{line}");
        assert_eq!(
            cut(&text, &[(56, 61)], 20),
            format!("key = \"01234567890…\nshort\nshort\n{line}")
        );
    }

    #[test]
    fn every_label_stays_in_its_place() {
        let text = "ä".repeat(300) + "one" + &"ö".repeat(300) + "two" + &"ü".repeat(300);
        let one = (600, 603);
        let two = (1203, 1206);
        let cut = Cut::new(&text, &[one, two], 70).expect("it is long");
        let shown = |(start, end): (usize, usize)| &cut.text[cut.place(start)..cut.place(end)];
        assert_eq!((shown(one), shown(two)), ("one", "two"));
        assert_eq!(cut.source(cut.place(two.0)), two.0);
        assert_eq!(cut.text.matches(MARK).count(), 3);
        // One that is too long itself ends where it is cut.
        let cut = Cut::new(&text, &[(0, text.len())], 70).expect("it is long");
        assert_eq!(&cut.text[..cut.place(text.len())], cut.text);
    }
}
