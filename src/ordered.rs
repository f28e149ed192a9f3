//! Maps and sets that keep the order in which things came, which is what makes
//! the same input the same bytes.
//!
//! Their keys are names from the user's own files, so they are hashed by a
//! function that is quick with short texts and does not defend itself against
//! keys that somebody chose to collide.

use rustc_hash::FxBuildHasher;

/// A map that keeps the order of its entries.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, FxBuildHasher>;

/// A set that keeps the order of its members.
pub type IndexSet<T> = indexmap::IndexSet<T, FxBuildHasher>;
