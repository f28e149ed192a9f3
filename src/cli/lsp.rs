//! `beanc lsp`: the language server for editors.

use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::screen::Screen;
use super::{Failure, Outcome};
use crate::disk::RealDisk;
use crate::lsp::{self, End, Settings};

/// Answer an editor, over the standard input and output
#[derive(Debug, Args)]
#[command(after_help = "\
Editors start this themselves: docs/editors.md says how to set them up.

Exit codes: 0 the editor ended the session, 1 it went away without a word.")]
pub struct Lsp {
    /// What many clients say to every server; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,

    /// Offer the methods that test how a request fails
    #[arg(long, hide = true)]
    test_methods: bool,
}

impl Lsp {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let settings = Settings {
            library: library(),
            test_methods: self.test_methods,
        };
        let input = BufReader::new(std::io::stdin());
        let end = lsp::serve(input, &mut screen.out(), Arc::new(RealDisk), settings)?;
        Ok(match end {
            End::Agreed => Outcome::Clean,
            End::Abrupt => Outcome::Errors,
        })
    }
}

/// Where the user's programs keep what they can make again.
#[expect(
    clippy::disallowed_methods,
    reason = "the command line reads the environment"
)]
fn library() -> Option<PathBuf> {
    let set = |name| {
        let value = std::env::var(name).ok().map(PathBuf::from);
        value.filter(|path| path.is_absolute())
    };
    let cache = set("XDG_CACHE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .or_else(|| Some(set("HOME")?.join(".cache")))?;
    Some(cache.join("beanc").join(env!("CARGO_PKG_VERSION")))
}
