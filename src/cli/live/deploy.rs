//! `beanc deploy`: a version is uploaded and runs.

use clap::Args;

use super::push::{Source, pushed};
use super::{Failure, How, Outcome, Screen, Session, Which, apply};

/// Upload the application and deploy an environment with it
#[derive(Debug, Args)]
#[command(after_help = "\
The same as `beanc push` followed by `beanc apply ENVIRONMENT --release LABEL`.

Examples:
  beanc deploy shop-prod
  beanc deploy shop-prod --label v2 --yes")]
pub struct Deploy {
    /// The environment
    environment: String,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    #[command(flatten)]
    source: Source,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Deploy {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.environment)?;
        let environment = session
            .compilation
            .program
            .environments
            .get(&unit.unit.item);
        let Some(environment) = environment else {
            return Err(Failure::new(format!("{} is no environment", unit.unit)));
        };
        let label = pushed(
            &session,
            Some(&environment.application),
            &self.source,
            screen,
        )?;
        let how = How {
            release: Some(label),
            ..self.how
        };
        apply::deploy(&session, &[unit.unit.to_string()], &how, self.yes, screen)
    }
}
