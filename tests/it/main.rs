//! The one test binary: programs go in, what the compiler says comes out.

mod support;
mod syntax;
