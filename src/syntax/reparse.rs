//! A file after an edit, read again where that is needed.
//!
//! Editors ask after every keystroke, and reading a long file from the start
//! takes longer than everything else that follows from one letter. What comes
//! out is what [`super::parse`] makes of the new text; `tests/it/syntax.rs` holds
//! the two against each other.
//!
//! The reader leaves a [`Seam`] where it remembers nothing of what came before:
//! from there on the tree depends on the text that follows and on nothing else.
//! So a tree is kept in front of the last seam before the edit, and from the
//! first seam behind it at which the reader has forgotten everything again.

use super::allow;
use super::ast::{Allow, File, Item};
use super::lower;
use super::moved::{Move, spans_of};
use super::scan;
use super::{MAX_FILE_BYTES, parse, stranger};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::{Shift, Span};

/// A place between two items, or in front of a comment, where the reader has
/// nothing in mind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seam {
    /// The start of a line.
    pub at: usize,
    /// How many items are in front.
    pub items: usize,
}

/// So many seams are tried: a brace that is not closed yet takes the comments of
/// the next item in.
const MOST_READ_ON: usize = 3;

/// A file that was read.
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its tree.
    pub tree: &'a File,
    /// What was wrong with it.
    pub said: &'a Diagnostics,
}

/// What a tree has of the one before the edit: items that are the same but for
/// their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// So many items in front.
    pub front: usize,
    /// The number of the first of those behind, which are all others.
    pub behind: usize,
    /// What its number was.
    pub was: usize,
    /// How far these have moved.
    pub shift: Shift,
}

impl Kept {
    /// All of a tree.
    #[must_use]
    pub fn whole(tree: &File) -> Self {
        let all = tree.items.len();
        Self {
            front: all,
            behind: all,
            was: all,
            shift: Shift::none(tree.id),
        }
    }
}

/// The tree of `text`, which is an earlier text after an edit, and what of it was
/// kept when it was not read from the start.
pub fn reparse(
    earlier: Earlier<'_>,
    text: &str,
    diagnostics: &mut Diagnostics,
) -> (File, Option<Kept>) {
    match again(earlier, text, diagnostics) {
        Some((file, kept)) => (file, Some(kept)),
        None => (parse(earlier.tree.id, text, diagnostics), None),
    }
}

/// The same where a part can be kept.
fn again(earlier: Earlier<'_>, text: &str, diagnostics: &mut Diagnostics) -> Option<(File, Kept)> {
    if text.len() > MAX_FILE_BYTES || stranger::find(text).is_some() {
        return None;
    }
    // Of these one is said in a file, and hides the others.
    if earlier
        .said
        .iter()
        .any(|it| it.code == Code::NestingTooDeep)
    {
        return None;
    }
    let id = earlier.tree.id;
    let seams = earlier.tree.seams.as_slice();
    let (old_length, new_length) = (earlier.text.len(), text.len());
    let (front, back) = common(earlier.text.as_bytes(), text.as_bytes());
    // What is kept was read without a complaint.
    let wrong = wrong_places(earlier.said);
    let (wrong_start, wrong_end) = wrong.unwrap_or((old_length, 0));
    // In front one item more is read again than the edit touches: it was read by
    // looking a little ahead.
    let in_front = seams.partition_point(|seam| seam.at <= front.min(wrong_start));
    let first = in_front.saturating_sub(2);
    let from = match in_front {
        0 | 1 => None,
        _ => seams.get(first).copied(),
    };
    let (start, items_in_front) = from.map_or((0, 0), |seam| (seam.at, seam.items));
    // The newline in front of a seam is kept with it.
    let changed_end = (old_length - back).max(wrong_end).max(start);
    let second = seams.partition_point(|seam| seam.at <= changed_end);
    let candidates = &seams[second..seams.len().min(second + MOST_READ_ON)];
    let behind = Move::new(old_length, new_length);
    // One item more, so that the reader sees what it saw before.
    let next = seams.get(second + MOST_READ_ON);
    let end = next.map_or(new_length, |next| behind.offset(next.at));
    let piece = text.get(start..end)?;
    let scan = scan::scan(piece);
    if !scan.too_deep.is_empty() || scan.open_ended {
        return None;
    }
    let here = Move::new(0, start);
    let mut found = Diagnostics::default();
    let edition = from.and_then(|_| edition_of(earlier.tree));
    if from.is_some() && edition.is_none() {
        return None;
    }
    let read = lower::lower(id, piece, &scan, edition, &mut found);
    // Has the reader forgotten everything where it had before?
    let met = candidates.iter().enumerate().find_map(|(number, to)| {
        let at = |seam: &Seam| here.offset(seam.at) == behind.offset(to.at);
        Some((second + number, read.seams.iter().position(at)?))
    });
    let (second, until) = match met {
        Some(met) => met,
        None if end == new_length => (seams.len(), read.seams.len()),
        None => return None,
    };
    let to = seams.get(second);
    let last = read.seams.get(until).copied();
    let limit = last.map_or(usize::MAX, |seam| seam.at);
    let found = found.into_sorted();
    // A complaint behind the seam is about an end that is none, and one about
    // the edition has a place in front of the piece.
    if found
        .iter()
        .any(|it| it.primary.span.start as usize >= limit || it.code == Code::SecondEdition)
    {
        return None;
    }
    let mut items: Vec<Item> = Vec::with_capacity(earlier.tree.items.len() + read.items.len());
    items.extend_from_slice(&earlier.tree.items[..items_in_front]);
    let read_items = last.map_or(read.items.len(), |seam| seam.items);
    for mut item in read.items.into_iter().take(read_items) {
        here.item(&mut item);
        items.push(item);
    }
    let middle = items.len();
    let kept_items = to.map_or(earlier.tree.items.len(), |seam| seam.items);
    for item in &earlier.tree.items[kept_items..] {
        let mut item = item.clone();
        behind.item(&mut item);
        items.push(item);
    }
    let of_piece = read.seams[..until].iter().map(|seam| Seam {
        at: here.offset(seam.at),
        items: items_in_front + seam.items,
    });
    let of_rest = seams[second..].iter().map(|seam| Seam {
        at: behind.offset(seam.at),
        items: middle + seam.items - kept_items,
    });
    // What allows cover is worked out from the whole file.
    let allows = match allow::are_in(text) {
        true => {
            let spans =
                |allows: &[Allow]| -> Vec<Span> { allows.iter().map(|it| it.span).collect() };
            let (old, new) = (spans(&earlier.tree.allows), spans(&read.allows));
            let in_front = old.iter().filter(|it| (it.start as usize) < start);
            let of_piece = new.iter().filter(|it| (it.start as usize) < limit);
            let of_rest = old
                .iter()
                .filter(|it| to.is_some_and(|to| it.start as usize >= to.at));
            let comments: Vec<Span> = in_front
                .copied()
                .chain(of_piece.map(|it| here.moved(*it)))
                .chain(of_rest.map(|it| behind.moved(*it)))
                .collect();
            allow::read(text, &comments, &items)
        }
        false => Vec::new(),
    };
    let in_front = seams[..first].iter().copied();
    let seams = in_front.chain(of_piece).chain(of_rest).collect();
    for mut diagnostic in found {
        here.diagnostic(&mut diagnostic);
        diagnostics.report(diagnostic);
    }
    let kept = Kept {
        front: items_in_front,
        behind: middle,
        was: kept_items,
        shift: match to {
            Some(to) => behind.shift(id, to.at),
            None => Shift::none(id),
        },
    };
    let file = File {
        id,
        items,
        damaged: read.damaged,
        lacks_items: read.lacks_items,
        allows,
        seams,
    };
    Some((file, kept))
}

fn edition_of(tree: &File) -> Option<Span> {
    tree.items.iter().find_map(|item| match item {
        Item::Edition(edition) => Some(edition.span),
        _ => None,
    })
}

/// How many bytes two texts have in common at the front and at the back.
fn common(old: &[u8], new: &[u8]) -> (usize, usize) {
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = (&old[front..], &new[front..]);
    let back = rest.0.iter().rev().zip(rest.1.iter().rev());
    (front, back.take_while(|(a, b)| a == b).count())
}

/// From the first to the last byte that a complaint is about.
fn wrong_places(said: &Diagnostics) -> Option<(usize, usize)> {
    let mut all: Option<(usize, usize)> = None;
    for diagnostic in said.iter() {
        spans_of(&mut diagnostic.clone(), |span| {
            let (start, end) = (span.start as usize, span.end as usize);
            let known = all.unwrap_or((start, end));
            all = Some((known.0.min(start), known.1.max(end)));
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    /// That what comes out is right is tested in `tests/it/syntax.rs`; here, that
    /// something is kept at all.
    #[test]
    fn the_rest_of_the_file_is_kept() {
        let item =
            |number: usize| format!("\n## Number {number}.\nlet a{number} = [\n  {number},\n]\n");
        let old = format!("edition 2026\n{}", (0..100).map(item).collect::<String>());
        let id = Sources::default().add("test.bean", &old);
        let mut said = Diagnostics::default();
        let tree = parse(id, &old, &mut said);
        assert_eq!(tree.seams.len(), 100);
        let at = old.find("a50").expect("it is there");
        for (end, new) in [
            (at, "x"),
            (at + 3, ""),
            (at, "b = 7\n\nlet "),
            (at + 6, " = {"),
            (at + 6, "\"never closed\n"),
        ] {
            let text = format!("{}{new}{}", &old[..at], &old[end..]);
            let earlier = Earlier {
                text: &old,
                tree: &tree,
                said: &said,
            };
            let mut said = Diagnostics::default();
            let (file, kept) = again(earlier, &text, &mut said).expect("it is kept");
            assert!(
                kept.front > 40 && file.items.len() - kept.behind > 40,
                "{kept:?}"
            );
            // And again from there: a mistake is mended.
            let earlier = Earlier {
                text: &text,
                tree: &file,
                said: &said,
            };
            let mut none = Diagnostics::default();
            let (file, _) = again(earlier, &old, &mut none).expect("it is kept");
            assert_eq!(format!("{file:?}"), format!("{tree:?}"));
            assert!(none.into_sorted().is_empty());
        }
    }
}
