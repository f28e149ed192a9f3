//! `beanc health`: how an environment's instances are.

use clap::Args;

use super::{Failure, Outcome, Screen, Session, Which, not_deployed, wait};
use crate::apply::health;

/// Say how the instances of an environment are
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 all instances are well, 1 some are not.")]
pub struct Health {
    /// The environment
    environment: String,

    #[command(flatten)]
    which: Which,
}

impl Health {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.environment)?;
        session.environment(unit)?;
        let found = wait(async {
            let cloud = session.cloud(unit).await?;
            Ok(health::health(&unit.unit.item, &cloud).await?)
        })?;
        let Some(health) = found else {
            return Err(not_deployed(unit));
        };
        let well = health.instances.iter().filter(|it| it.is_well()).count();
        let wanted = health.wanted;
        screen.print(&format!(
            "{}  {well} of {wanted} instances are well\n",
            unit.unit
        ))?;
        for instance in &health.instances {
            let problem = instance.problem.as_deref().unwrap_or("healthy");
            let (id, zone, state) = (&instance.id, &instance.zone, &instance.state);
            screen.print(&format!("  {id}  {zone}  {state:<12}  {problem}\n"))?;
        }
        Ok(match health.is_well() {
            true => Outcome::Clean,
            false => Outcome::Errors,
        })
    }
}
