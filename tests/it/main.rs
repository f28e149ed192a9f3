//! The one test binary: programs go in, what the compiler says comes out.

mod printers;
mod support;
mod syntax;
