//! `beanc deploy`: a version is uploaded and runs.

use clap::Args;

use super::apply::{self, Order};
use super::push::{Source, pushed};
use super::{Failure, How, Outcome, Screen, Session, Which};

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
        let environment = session.environment(unit)?;
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
        let units = [unit.unit.to_string()];
        let order = Order::of(&units, &how, self.yes);
        apply::deploy(&session, &order, screen)
    }
}
