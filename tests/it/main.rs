//! The one test binary: programs go in, what the compiler says comes out.

mod pages;
mod printers;
mod support;
mod syntax;
