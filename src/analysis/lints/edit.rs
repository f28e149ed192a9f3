//! Deletions that leave a file as `beanc fmt` would write it.

use crate::source::Span;

/// The whole lines of what stands there alone, with a blank line when one would
/// be too much without them; none when something else is on the lines.
pub(super) fn lines(text: &str, span: Span) -> Option<Span> {
    let start = text[..span.start as usize]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let end = text[span.end as usize..].find('\n');
    let end = end.map_or(text.len(), |at| span.end as usize + at + 1);
    let before = &text[start..span.start as usize];
    let behind = &text[span.end as usize..end];
    if !before.trim_start_matches('\u{feff}').trim().is_empty() || !behind.trim().is_empty() {
        return None;
    }
    // A mark at the beginning of the file stays.
    let start = start + if before.starts_with('\u{feff}') { 3 } else { 0 };
    let above = text[..start].strip_suffix('\n').map(|above| {
        let line = above.rfind('\n').map_or(0, |at| at + 1);
        (line, above[line..].trim())
    });
    let below = text[end..].split('\n').next().map(str::trim);
    let is_end = |below: Option<&str>| {
        below.is_some_and(|it| it.is_empty() || it.starts_with(['}', ']', ')']))
    };
    match above {
        // A blank line above, and a blank line or an end below.
        Some((line, "")) if is_end(below) => Some(Span::new(span.file, line, end)),
        // Nothing or a beginning above, and a blank line below.
        Some((_, above)) if below == Some("") && above.ends_with(['{', '[', '(']) => {
            Some(Span::new(span.file, start, end + line_end(&text[end..])))
        }
        None if below == Some("") => {
            Some(Span::new(span.file, start, end + line_end(&text[end..])))
        }
        Some(_) | None => Some(Span::new(span.file, start, end)),
    }
}

/// The length of the first line, its end included.
fn line_end(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |at| at + 1)
}
