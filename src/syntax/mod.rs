//! Text to tree.
//!
//! The grammar (`grammar/bean.pest`) is total: every text has a tree, and
//! what is wrong with it is said beside the tree.

pub mod ast;

/// The longest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// How deep blocks, lists and parentheses may nest.
pub const MAX_NESTING: usize = 64;
