//! The one test binary: programs go in, what the compiler says comes out.

mod built;
mod bundles;
mod cases;
mod boot;
mod checks;
mod deployed;
#[cfg(feature = "lsp")]
mod editors;
#[cfg(any(feature = "apply", feature = "sqsd"))]
mod fate;
mod folder;
mod formatting;
#[cfg(feature = "lsp")]
mod fuzzed;
#[cfg(any(feature = "apply", feature = "sqsd"))]
mod http;
mod hooks;
mod judged;
mod analysis;
mod commands;
mod ide;
mod kept;
mod layers;
mod limits;
mod lints;
#[cfg(feature = "apply")]
mod live;
mod locked;
#[cfg(feature = "lsp")]
mod lsp;
mod pages;
mod platforms;
mod printers;
mod reference;
mod resources;
mod samples;
mod shared;
mod shells;
#[cfg(feature = "sqsd")]
mod sqsd;
mod support;
mod syntax;
mod tools;
mod tree_sitter;
#[cfg(feature = "apply")]
mod walkthrough;
