//! The command `bean-sqsd`. What it does is in [`beanc::sqsd`].

use std::process::ExitCode;

fn main() -> ExitCode {
    beanc::sqsd::main()
}
