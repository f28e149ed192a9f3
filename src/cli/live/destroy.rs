//! `beanc destroy`: units go.

use clap::Args;
use futures_util::future::join_all;

use super::progress::{self, Progress};
use super::text::{self, Detail};
use super::{Engine, Failure, How, Outcome, Screen, Session, Stream, Which, confirmed, wait};
use crate::apply::Error;
use crate::apply::buckets;
use crate::apply::change::{Action, Change, Plan};
use crate::apply::cloud::Cloud;
use crate::apply::terraform::Module;
use crate::cli::program::counted;
use crate::graph::ResourceGraph;
use crate::syntax::ast::ItemKind;

/// Delete what units have made
#[derive(Debug, Args)]
#[command(after_help = "\
What goes and what stays is shown first. Log groups and whatever `protect` names
stay, and so does an application's bucket with the versions and the logs in it;
Terraform's state forgets them, and what is about the bucket.

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
        let looked = units.iter().map(|unit| self.look(&session, unit, &units));
        let looked = wait(async { Ok(join_all(looked).await) })?;
        let mut found = Vec::new();
        let mut failed = false;
        for (unit, looked) in units.iter().zip(looked) {
            match looked {
                Ok(Some(going)) => found.push((*unit, going)),
                Ok(None) => {
                    screen.say(&format!("{}  there is nothing to delete\n", unit.unit))?;
                }
                Err(error) => {
                    session.complain(&error, unit, screen)?;
                    failed = true;
                }
            }
        }
        if failed || found.is_empty() {
            forget(&found);
            return Ok(if failed {
                Outcome::Errors
            } else {
                Outcome::Clean
            });
        }
        let agreed = self.agreed(&found, screen);
        if !matches!(agreed, Ok(true)) {
            forget(&found);
            return agreed.map(|_| Outcome::Errors);
        }
        let lines = progress::lines();
        for (unit, going) in &found {
            let total = going.plan.changes.len();
            let mut progress = Progress::new(unit.unit.to_string(), total, &lines);
            let done = wait(async { Ok(carried_out(&session, unit, going, &mut progress).await) })?;
            if let Err(error) = done {
                session.complain(&error, unit, screen)?;
                forget(&found);
                return Ok(Outcome::Errors);
            }
            progress.close("deleted");
        }
        Ok(Outcome::Clean)
    }

    /// Shows what goes, and asks.
    fn agreed(
        &self,
        found: &[(&ResourceGraph, Going)],
        screen: &mut Screen,
    ) -> Result<bool, Failure> {
        let plans: Vec<Plan> = found.iter().map(|(_, going)| going.plan.clone()).collect();
        let style = screen.style(Stream::Err);
        let width = Screen::room(Stream::Err);
        screen.say(&text::human(&plans, Detail::Changes, width, style))?;
        let names: Vec<String> = found
            .iter()
            .map(|(unit, _)| unit.unit.to_string())
            .collect();
        let question = format!("Delete {}?", names.join(" and "));
        if self.yes || confirmed(&question, screen)? {
            return Ok(true);
        }
        screen.say("Nothing was deleted.\n")?;
        Ok(false)
    }

    /// Units that are deployed, need this one and do not go with it.
    async fn is_free(
        &self,
        session: &Session,
        unit: &ResourceGraph,
        going: &[&ResourceGraph],
    ) -> Result<(), Error> {
        let needs = |it: &&ResourceGraph| it.needs.iter().any(|need| need.unit == unit.unit);
        let stays = |it: &&ResourceGraph| going.iter().all(|other| other.unit != it.unit);
        let units = session.compilation.units.iter();
        for user in units.filter(needs).filter(stays) {
            let cloud = session.cloud(user).await?;
            if cloud.has_published(&user.unit.item).await? {
                return Err(Error::new(format!(
                    "{} is deployed and needs {}",
                    user.unit, unit.unit
                ))
                .help(format!(
                    "`beanc destroy {} {}` deletes both",
                    user.unit, unit.unit
                )));
            }
        }
        Ok(())
    }

    /// The bucket that goes with the unit, and where it is.
    ///
    /// A deletion that failed halfway may have taken the parameter that names it;
    /// Terraform's state knows it to the end.
    async fn bucket(
        &self,
        session: &Session,
        unit: &ResourceGraph,
        work: &Work,
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
        let published = cloud.published(&application.name, "bucket").await?;
        let name = match (published, work) {
            (None, Work::Module(module, _)) => module.bucket().await?,
            (published, _) => published,
        };
        Ok(name.map(|name| (cloud, name)))
    }

    /// What would go; `None` when there is nothing.
    async fn look(
        &self,
        session: &Session,
        unit: &ResourceGraph,
        going: &[&ResourceGraph],
    ) -> Result<Option<Going>, Error> {
        self.is_free(session, unit, going).await?;
        let found = match self.how.by.engine {
            Engine::Cloudformation => {
                let cloud = session.cloud(unit).await?;
                let plan = session.stack(unit, &cloud).deletion().await?;
                plan.map(|plan| (plan, Work::Stack(cloud)))
            }
            Engine::Terraform | Engine::Tofu => self.module(session, unit).await?,
        };
        let Some((mut plan, work)) = found else {
            return Ok(None);
        };
        let bucket = self.bucket(session, unit, &work).await?;
        if let Some((_, name)) = &bucket {
            plan.notes
                .push(format!("bucket {name} goes with everything that is in it"));
        }
        Ok(Some(Going { plan, work, bucket }))
    }

    /// What Terraform would delete.
    async fn module(
        &self,
        session: &Session,
        unit: &ResourceGraph,
    ) -> Result<Option<(Plan, Work)>, Error> {
        let module = session.leaving_module(unit, &self.how).await?;
        module.init().await?;
        let mut plan = module.plan_destruction().await?;
        if plan.is_empty() {
            module.forget_plan();
            return Ok(None);
        }
        let protected = module.protected();
        let keeps_bucket = unit.unit.kind == ItemKind::Application && !self.empty_buckets;
        let mut stays = Vec::new();
        for change in &mut plan.changes {
            let address = format!("{}.{}", change.kind, change.id);
            if protected.contains(&address) || keeps_bucket && is_about_bucket(change) {
                change.action = Action::Forget;
                stays.push(address);
            }
        }
        // This plan takes them along: there is another one without them.
        if !stays.is_empty() {
            module.forget_plan();
        }
        Ok(Some((plan, Work::Module(module, stays))))
    }
}

/// Whether a resource of Terraform is a bucket or about one: its policy, its
/// encryption. A bucket that stays needs all of it.
fn is_about_bucket(change: &Change) -> bool {
    change.kind.starts_with("aws_s3_bucket")
}

/// A unit that goes.
struct Going {
    plan: Plan,
    work: Work,
    /// The bucket that goes with it, and where it is.
    bucket: Option<(Cloud, String)>,
}

enum Work {
    Stack(Cloud),
    /// With the addresses of what stays and Terraform would delete.
    Module(Module, Vec<String>),
}

/// Takes plans back that are not carried out.
fn forget(found: &[(&ResourceGraph, Going)]) {
    for (_, going) in found {
        match &going.work {
            Work::Stack(_) => {}
            Work::Module(module, _) => module.forget_plan(),
        }
    }
}

/// Deletes a unit, and its bucket when that is given.
async fn carried_out(
    session: &Session,
    unit: &ResourceGraph,
    going: &Going,
    progress: &mut Progress,
) -> Result<(), Error> {
    let Going { work, bucket, .. } = going;
    match work {
        Work::Stack(stack_cloud) => {
            let stack = session.stack(unit, stack_cloud);
            stack.delete(&mut |event| progress.event(event)).await?;
            // The stack has left it behind.
            if let Some((cloud, name)) = bucket {
                let count = buckets::empty(name, cloud).await?;
                buckets::delete(name, cloud).await?;
                progress.say(&emptied(name, count));
            }
        }
        Work::Module(module, stays) => {
            if let Some((cloud, name)) = bucket {
                let count = buckets::empty(name, cloud).await?;
                progress.say(&emptied(name, count));
            }
            if !stays.is_empty() {
                module.leave(stays).await?;
            }
            module.apply(&mut |step| progress.step(step)).await?;
        }
    }
    Ok(())
}

fn emptied(bucket: &str, count: usize) -> String {
    format!("bucket {bucket} emptied of {}", counted(count, "object"))
}
