//! `beanc destroy`: units go.

use clap::Args;

use super::progress::{self, Progress};
use super::text::{self, Detail};
use super::{
    Engine, Failure, How, Outcome, Screen, Session, Stream, Which, confirmed, protected, wait,
};
use crate::apply::Error;
use crate::apply::buckets;
use crate::apply::change::{Action, Plan};
use crate::apply::cloud::Cloud;
use crate::apply::cloudformation::Stack;
use crate::apply::terraform::{Aim, Module};
use crate::cli::program::counted;
use crate::graph::ResourceGraph;
use crate::syntax::ast::ItemKind;

/// Delete what units have made
#[derive(Debug, Args)]
#[command(after_help = "\
What goes and what stays is shown first. Log groups and whatever `protect` names
stay, and so does an application's bucket with the versions and the logs in it.

Examples:
  beanc destroy shop-staging
  beanc destroy shop --empty-buckets
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

    /// Delete the bucket of an application too, with everything in it
    #[arg(long)]
    empty_buckets: bool,

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
        let (mut plan, work) = match work {
            Some(found) => found,
            None => {
                let text = format!("{}  there is nothing to delete\n", unit.unit);
                screen.say(&text).map_err(Failure::from)?;
                return Ok(true);
            }
        };
        let bucket = wait(async { Ok(self.bucket(session, unit).await) })??;
        if let Some((_, name)) = &bucket {
            plan.notes
                .push(format!("bucket {name} goes with everything that is in it"));
        }
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
        wait(async { Ok(carried_out(unit, &work, bucket, &mut progress).await) })??;
        progress.say("deleted");
        Ok(true)
    }

    /// The bucket that goes with the unit, and where it is.
    async fn bucket(
        &self,
        session: &Session,
        unit: &ResourceGraph,
    ) -> Result<Option<(Cloud, String)>, Error> {
        let applications = &session.compilation.program.applications;
        let application = match unit.unit.kind {
            ItemKind::Application => applications.get(&unit.unit.item),
            _ => None,
        };
        // A bucket that the program only names is somebody else's.
        let ours = application.filter(|it| it.settings.bucket.is_none());
        let Some(application) = ours.filter(|_| self.empty_buckets) else {
            return Ok(None);
        };
        let cloud = session.cloud(unit).await?;
        let name = cloud.published(&application.name, "bucket").await?;
        Ok(name.map(|name| (cloud, name)))
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
        let module = session.running_module(unit, &self.how).await?;
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

/// Deletes a unit, and its bucket when that is given.
async fn carried_out(
    unit: &ResourceGraph,
    work: &Work,
    bucket: Option<(Cloud, String)>,
    progress: &mut Progress,
) -> Result<(), Error> {
    match work {
        Work::Stack(stack_cloud) => {
            let stack = Stack::of(&unit.unit, stack_cloud);
            stack.delete(&mut |event| progress.event(event)).await?;
            // The stack has left it behind.
            if let Some((cloud, name)) = &bucket {
                let count = buckets::empty(name, cloud).await?;
                buckets::delete(name, cloud).await?;
                progress.say(&emptied(name, count));
            }
        }
        Work::Module(module) => {
            if let Some((cloud, name)) = &bucket {
                let count = buckets::empty(name, cloud).await?;
                progress.say(&emptied(name, count));
            }
            module.apply(&mut |step| progress.step(step)).await?;
        }
    }
    Ok(())
}

fn emptied(bucket: &str, count: usize) -> String {
    format!("bucket {bucket} emptied of {}", counted(count, "object"))
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
