//! Text to tree.
//!
//! The grammar (`grammar/bean.pest`) is total: every text has a tree, and
//! what is wrong with it is said beside the tree.

mod allow;
pub mod ast;
mod errors;
mod format;
mod literal;
mod lower;
mod moved;
mod reparse;
mod scan;
mod stranger;
pub mod tree;
mod words;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};

pub use allow::open_list as open_allow;
pub use errors::EDITION;
pub use format::format;
pub use lower::{Token, tokens};
pub use reparse::{Earlier, Kept, reparse};

/// The longest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// How deep blocks, lists and parentheses may nest.
pub const MAX_NESTING: usize = 64;

/// What a text says that should perhaps stand without quotes: a number, a
/// quantity, an address range or the length of a prefix.
#[must_use]
pub fn literal(text: &str) -> Option<ast::ExprKind> {
    match literal::prefix(text) {
        Some(prefix) => prefix.ok(),
        None if text.starts_with(|it: char| it.is_ascii_digit()) => literal::number(text).ok(),
        None => None,
    }
}

/// Whether a text is one word that begins like a number, with any unit.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '%');
    text.starts_with(|c: char| c.is_ascii_digit() || c == '/') && text.chars().all(is_part)
}

/// Whether a text is names with dots between them.
#[must_use]
pub fn is_path(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_part)
    };
    text.split('.').all(is_name)
}

/// Whether an item begins at the front of a text, which is the front of a line.
#[must_use]
pub fn is_item_head(text: &str) -> bool {
    scan::item_head(text.as_bytes())
}

/// Blocks in an item whose braces do not match, by the offset of the brace, and
/// where each ends by its indentation; in order.
#[must_use]
pub fn lost_ends(item: &str) -> Vec<(usize, usize)> {
    let found = scan::scan(item);
    let mut ends = found.ends.clone();
    for brace in found.unclosed.iter().flat_map(|it| &it.braces) {
        if let Err(at) = ends.binary_search_by_key(&brace.open, |(open, _)| *open) {
            ends.insert(at, (brace.open, brace.expected));
        }
    }
    ends
}

/// The tree of a file; what is wrong with the text is said to `diagnostics`.
pub fn parse(id: FileId, text: &str, diagnostics: &mut Diagnostics) -> ast::File {
    let nothing = ast::File {
        id,
        items: Vec::new(),
        damaged: true,
        lacks_items: true,
        allows: Vec::new(),
        seams: Vec::new(),
    };
    if text.len() > MAX_FILE_BYTES {
        diagnostics.report(errors::file_too_large(Span::new(id, 0, 0), text.len()));
        return nothing;
    }
    if let Some((stranger, line)) = stranger::find(text) {
        diagnostics.report(errors::stranger(
            stranger,
            Span::new(id, line.start, line.end),
        ));
        return nothing;
    }
    let scan = scan::scan(text);
    lower::lower(id, text, &scan, None, diagnostics)
}
