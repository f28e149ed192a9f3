//! The command `beanc`. What it does is in [`beanc::cli`].

use std::process::ExitCode;

/// Programs are many small pieces that one thread makes and, in the language
/// server, another one takes apart. The system's allocator lets them wait for
/// each other there: a keystroke took twice as long.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    beanc::cli::main()
}
