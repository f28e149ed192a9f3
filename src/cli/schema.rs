//! `beanc schema`: the compiler's own tables, for other programs.

use clap::{Args, ValueEnum};

use super::screen::Screen;
use super::{Failure, Outcome};
use crate::diagnostic::json;
use crate::schema::reference;

/// Print what other programs need to know of the language and of outputs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  beanc schema language | jq '.items[].name'
  beanc schema diagnostics > diagnostics.schema.json")]
pub struct Schema {
    /// What is described
    #[arg(value_enum)]
    topic: Topic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Topic {
    /// Items, blocks and properties: type, range, default, documentation
    Language,
    /// A JSON Schema of the lines of `beanc check --format json`
    Diagnostics,
}

impl Schema {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        screen.print(&match self.topic {
            Topic::Language => reference::json(),
            Topic::Diagnostics => json::schema(),
        })?;
        Ok(Outcome::Clean)
    }
}
