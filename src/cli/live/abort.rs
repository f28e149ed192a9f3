//! `beanc abort`: an update is cancelled.

use clap::Args;

use super::{By, Engine, Failure, Outcome, Screen, Session, Which, wait};

/// Cancel what a unit's stack is doing, or go on with a rollback that got stuck
#[derive(Debug, Args)]
pub struct Abort {
    /// The unit
    unit: String,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    by: By,
}

impl Abort {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        if self.by.engine != Engine::Cloudformation {
            return Err(Failure::new(
                "Terraform stops with Ctrl-C where it runs, and notes what it has made",
            ));
        }
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.unit)?;
        let done = wait(async {
            let cloud = session.cloud(unit).await?;
            Ok(session.stack(unit, &cloud).abort().await?)
        })?;
        screen.say(&format!("{}  {done}\n", unit.unit))?;
        Ok(Outcome::Clean)
    }
}
