//! Comments that allow warnings: `# beanc: allow(short-grace) "why"`.
//!
//! Behind something on its line, such a comment is about that line. Alone on a
//! line it is about what comes next: an item with all that is in it, an entry
//! with all that is in it, or a line. Above `edition`, or behind it, it is about
//! the file.

use smol_str::SmolStr;

use super::ast::{Allow, AllowFault, Block, Entry, Item, Word};
use crate::source::Span;

/// What such a comment begins with.
const MARK: &str = "beanc:";

/// Whether a text may have such comments: most have none, and need not be
/// looked through.
pub(super) fn are_in(text: &str) -> bool {
    text.contains(MARK)
}

/// The comments of a file that allow something, `comments` in order.
pub(super) fn read(text: &str, comments: &[Span], items: &[Item]) -> Vec<Allow> {
    let allow = |span: &Span| {
        let (names, fault) = content(text, *span)?;
        Some(Allow {
            names,
            fault,
            span: *span,
            covers: covers(text, *span, items),
        })
    };
    comments.iter().filter_map(allow).collect()
}

/// What stands behind the mark of such a comment.
fn behind_mark(comment: &str) -> Option<&str> {
    let inside = comment
        .strip_prefix("//")
        .or_else(|| comment.strip_prefix('#'))?;
    inside.trim_start().strip_prefix(MARK)
}

/// The names in a list.
fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|it| !it.is_empty())
}

/// The names in the front of such a comment, when another may follow them there.
#[must_use]
pub fn open_list(front: &str) -> Option<Vec<&str>> {
    let rest = behind_mark(front)?.trim_start().strip_prefix("allow")?;
    let list = rest.trim_start().strip_prefix('(')?;
    (!list.contains(')')).then(|| names(list).collect())
}

/// The names in a comment, when it is one of these, and what is wrong with it.
fn content(text: &str, span: Span) -> Option<(Vec<Word>, Option<AllowFault>)> {
    let (start, end) = (span.start as usize, span.end as usize);
    let comment = text.get(start..end)?;
    let rest = behind_mark(comment)?;
    let Some(rest) = rest.trim_start().strip_prefix("allow") else {
        return Some((Vec::new(), Some(AllowFault::NotAllow)));
    };
    let Some((list, behind)) = rest
        .trim_start()
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
    else {
        return Some((Vec::new(), Some(AllowFault::NoNames)));
    };
    // Where a piece of the comment stands in the file.
    let at = |piece: &str| start + (piece.as_ptr() as usize - comment.as_ptr() as usize);
    let word = |name: &str| Word {
        text: SmolStr::new(name),
        span: Span::new(span.file, at(name), at(name) + name.len()),
    };
    let names: Vec<Word> = names(list).map(word).collect();
    let reason = behind.trim().strip_prefix('"');
    let fault = match reason.and_then(|reason| reason.split_once('"')) {
        _ if names.is_empty() => Some(AllowFault::NoNames),
        None => Some(AllowFault::NoReason),
        Some((reason, _)) if reason.trim().is_empty() => Some(AllowFault::NoReason),
        Some((_, behind)) if !behind.trim().is_empty() => Some(AllowFault::Behind),
        Some(_) => None,
    };
    Some((names, fault))
}

fn covers(text: &str, comment: Span, items: &[Item]) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let whole = Span::new(comment.file, 0, text.len());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = text[line..start].trim_start_matches('\u{feff}');
    if !before.trim().is_empty() {
        let is_edition = |item: &Item| {
            let at = item.span().start as usize;
            matches!(item, Item::Edition(_)) && (line..start).contains(&at)
        };
        return match items.iter().any(is_edition) {
            true => whole,
            false => Span::new(comment.file, line, start),
        };
    }
    let next = behind_comments(text, end);
    let place = Span::new(comment.file, next, next);
    let items_before = items.partition_point(|item| item.span().start as usize <= next);
    let item = items_before.checked_sub(1).map(|at| &items[at]);
    match item {
        Some(Item::Edition(it)) if it.span.start == place.start => whole,
        Some(item) if item.span().start == place.start => item.span(),
        Some(Item::Block(item)) if item.span.contains(place) => {
            entry_at(&item.body, place).unwrap_or_else(|| line_of(text, place))
        }
        Some(_) | None => line_of(text, place),
    }
}

/// Where the next thing begins that is neither blank nor a comment.
fn behind_comments(text: &str, mut at: usize) -> usize {
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..];
        if !rest.starts_with('#') && !rest.starts_with("//") {
            return at;
        }
        at += rest.find('\n').unwrap_or(rest.len());
    }
}

/// The entry that begins at a place.
fn entry_at(block: &Block, place: Span) -> Option<Span> {
    let before = block
        .entries
        .partition_point(|entry| entry.span().start <= place.start);
    let entry = &block.entries[before.checked_sub(1)?];
    let span = entry.span();
    match entry {
        _ if span.start == place.start => Some(span),
        Entry::Block(nested) if span.contains(place) => entry_at(&nested.body, place),
        _ => None,
    }
}

fn line_of(text: &str, place: Span) -> Span {
    let at = place.start as usize;
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
    Span::new(place.file, start, end)
}
