//! `--deny`, `--warn` and `--allow`: what a command says of lints.

use clap::Args;

use super::Failure;
use crate::diagnostic::lint::{Level, Levels, Lints, NoLint};

/// What commands that judge a program take.
#[derive(Debug, Clone, Args)]
pub struct LintFlags {
    /// Make a lint an error: a slug, a number, a group (reliability, security,
    /// cost, style) or `warnings`; several are separated by commas
    #[arg(long, value_name = "LINT", value_parser = named, value_delimiter = ',')]
    deny: Vec<Lints>,

    /// Make a lint a warning, whatever `bean.toml` says
    #[arg(long, value_name = "LINT", value_parser = named, value_delimiter = ',')]
    warn: Vec<Lints>,

    /// Say nothing of a lint
    #[arg(long, value_name = "LINT", value_parser = named, value_delimiter = ',')]
    allow: Vec<Lints>,
}

fn named(text: &str) -> Result<Lints, String> {
    Lints::read(text).map_err(|why| match why {
        NoLint::Error(_) => "it is an error, and errors have no level".to_owned(),
        NoLint::Unknown(Some(near)) => format!("there is no such lint; did you mean `{near}`?"),
        NoLint::Unknown(None) => "there is no such lint".to_owned(),
    })
}

impl LintFlags {
    /// The levels that the flags set.
    pub fn levels(&self) -> Result<Levels, Failure> {
        let mut levels = Levels::default();
        let given = [
            (Level::Deny, &self.deny),
            (Level::Warn, &self.warn),
            (Level::Allow, &self.allow),
        ];
        for (level, lints) in given {
            for lints in lints {
                let before = levels.set(*lints, level).filter(|before| *before != level);
                if let Some(before) = before {
                    let (lint, one, other) = (lints.word(), before.word(), level.word());
                    return Err(Failure::new(format!(
                        "`{lint}` is given to --{one} and to --{other}"
                    )));
                }
            }
        }
        Ok(levels)
    }
}
