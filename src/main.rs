//! The command `beanc`. What it does is in [`beanc::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    beanc::cli::main()
}
