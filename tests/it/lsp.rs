//! The language server, talked to as editors do: the real program over its
//! standard input and output.

mod client;
mod questions;
mod session;
mod same;
