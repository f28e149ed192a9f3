//! The one test binary: programs go in, what the compiler says comes out.

mod layers;
mod pages;
mod printers;
mod support;
mod syntax;
