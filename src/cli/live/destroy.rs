//! `beanc destroy`: units go.

use clap::Args;

use super::progress::{self, Progress};
use super::text::{self, Detail};
use super::{
    Engine, Failure, How, Outcome, Screen, Session, Stream, Which, confirmed, protected, wait,
};
use crate::apply::Error;
use crate::apply::change::{Action, Plan};
use crate::apply::cloud::Cloud;
use crate::apply::cloudformation::Stack;
use crate::apply::terraform::{Aim, Module};
use crate::graph::ResourceGraph;

/// Delete what units have made
#[derive(Debug, Args)]
#[command(after_help = "\
What goes and what stays is shown first. Buckets, log groups and whatever
`protect` names stay.

Examples:
  beanc destroy shop-staging
  beanc destroy shop-staging main --yes")]
pub struct Destroy {
    /// Which units: environment.NAME, network.NAME, application.NAME or just
    /// NAME
    #[arg(required = true)]
    units: Vec<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Destroy {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let mut units = session.units(&self.units)?;
        // What needs others goes before them.
        units.reverse();
        for unit in units {
            let result = self.destroy(&session, unit, screen);
            match result {
                Ok(true) => {}
                Ok(false) => return Ok(Outcome::Errors),
                Err(Stop::Error(error)) => {
                    session.complain(&error, unit, screen)?;
                    return Ok(Outcome::Errors);
                }
                Err(Stop::Failure(failure)) => return Err(failure),
            }
        }
        Ok(Outcome::Clean)
    }

    /// Deletes a unit; `false` when the user says no.
    fn destroy(
        &self,
        session: &Session,
        unit: &ResourceGraph,
        screen: &mut Screen,
    ) -> Result<bool, Stop> {
        let work = wait(async { Ok(self.look(session, unit).await) })??;
        let (plan, work) = match work {
            Some(found) => found,
            None => {
                let text = format!("{}  there is nothing to delete\n", unit.unit);
                screen.say(&text).map_err(Failure::from)?;
                return Ok(true);
            }
        };
        let style = screen.style(Stream::Err);
        let text = text::human(std::slice::from_ref(&plan), Detail::Changes, style);
        screen.say(&text).map_err(Failure::from)?;
        let question = format!("Delete {}?", unit.unit);
        if !self.yes && !confirmed(&question, screen)? {
            screen
                .say("Nothing was deleted.\n")
                .map_err(Failure::from)?;
            return Ok(false);
        }
        let lines = progress::lines();
        let mut progress = Progress::new(unit.unit.to_string(), &lines);
        wait(async {
            Ok(match &work {
                Work::Stack(cloud) => {
                    let stack = Stack::of(&unit.unit, cloud);
                    stack.delete(&mut |event| progress.event(event)).await
                }
                Work::Module(module) => module.apply(&mut |step| progress.step(step)).await,
            })
        })??;
        progress.say("deleted");
        Ok(true)
    }

    /// What would go; `None` when there is nothing.
    async fn look(
        &self,
        session: &Session,
        unit: &ResourceGraph,
    ) -> Result<Option<(Plan, Work)>, Error> {
        if self.how.engine == Engine::Cloudformation {
            let cloud = session.cloud(unit).await?;
            let plan = Stack::of(&unit.unit, &cloud).deletion().await?;
            return Ok(plan.map(|plan| (plan, Work::Stack(cloud))));
        }
        let module = session.module(unit, &self.how)?;
        module.init().await?;
        let plan = module.plan(Aim::Destroy).await?;
        let kept = plan.changes.iter().find(|change| {
            change.action == Action::Delete
                && protected(unit).any(|names| names.contains(&change.id.as_str()))
        });
        if let Some(kept) = kept {
            module.forget_plan();
            return Err(Error {
                place: kept.place.clone(),
                ..Error::new(format!(
                    "{} would be deleted, and `protect` forbids it",
                    kept.id
                ))
            });
        }
        Ok((!plan.is_empty()).then_some((plan, Work::Module(module))))
    }
}

enum Work {
    Stack(Cloud),
    Module(Module),
}

/// Why a deletion ends here.
enum Stop {
    Error(Error),
    Failure(Failure),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
