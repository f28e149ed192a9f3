//! `beanc plan`: what a deployment would change.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use futures_util::future::join_all;

use super::checks::lack;
use super::prepared::Prepared;
use super::saved::Saved;
use super::text::{self, Detail};
use super::{Engine, Failure, How, Outcome, Screen, Session, Stream, Which, told, wait};
use crate::apply::Error;
use crate::apply::change::Plan as Found;
use crate::graph::ResourceGraph;

/// Show what a deployment would change, and change nothing
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 nothing changes, 2 something changes, 1 it could not be said, as with
arguments that are wrong.

Examples:
  beanc plan
  beanc plan shop-prod --release v2
  beanc plan --engine terraform --format markdown > plan.md
  beanc plan shop-prod --save plan.json && beanc apply --plan plan.json")]
pub struct Plan {
    /// Which units: environment.NAME, network.NAME, application.NAME or just
    /// NAME [default: all of them]
    units: Vec<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    /// Keep the plan for `beanc apply --plan FILE`. Change sets stay with AWS,
    /// Terraform's plan stays in the module's folder
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Show values in full, also of what is made. JSON always has them
    #[arg(long)]
    full: bool,

    /// How it is printed
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// For pull requests
    Markdown,
}

impl Plan {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let result = self.compare(screen);
        told(result, screen)
    }

    fn compare(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open_to_deploy(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let units = session.units(&self.units)?;
        let plans = match &self.save {
            Some(path) => self.saved(&session, &units, path, screen)?,
            None => self.all(&session, &units, screen)?,
        };
        let Some(plans) = plans else {
            return Ok(Outcome::Errors);
        };
        let detail = match self.full {
            true => Detail::Full,
            false => Detail::Changes,
        };
        let text = match self.format {
            Format::Human => {
                let width = Screen::room(Stream::Out);
                text::human(&plans, detail, width, screen.style(Stream::Out))
            }
            Format::Markdown => text::markdown(&plans, detail),
            Format::Json => {
                let json = serde_json::json!({"version": 1, "units": plans});
                format!("{json:#}\n")
            }
        };
        screen.print(&text)?;
        let nothing = |plan: &Found| plan.is_empty() && plan.notes.is_empty();
        Ok(match plans.iter().all(nothing) {
            true => Outcome::Clean,
            false => Outcome::Changes,
        })
    }

    /// Plans side by side, as far as units do not wait for others; `None` after
    /// saying why there are none.
    fn all(
        &self,
        session: &Session,
        units: &[&ResourceGraph],
        screen: &mut Screen,
    ) -> Result<Option<Vec<Found>>, Failure> {
        // CloudFormation does not ask what the units in front have left.
        let levels = match self.how.by.engine {
            Engine::Cloudformation => vec![units.to_vec()],
            Engine::Terraform | Engine::Tofu => Session::levels(units.to_vec()),
        };
        let going: Vec<String> = units.iter().map(|it| it.unit.to_string()).collect();
        let mut found: Vec<Found> = Vec::new();
        for level in levels {
            let plans = level.iter().map(async |unit| match found.is_empty() {
                true => planned(session, unit, &going, &self.how).await,
                false => foreseen(session, unit, &found, &going, &self.how).await,
            });
            let plans = wait(async { Ok(join_all(plans).await) })?;
            for (unit, plan) in level.iter().zip(plans) {
                match plan {
                    Ok(plan) => found.push(plan),
                    Err(error) => {
                        session.complain(&error, unit, screen)?;
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(found))
    }

    /// The same, and keeps them for `beanc apply --plan`.
    fn saved(
        &self,
        session: &Session,
        units: &[&ResourceGraph],
        path: &Path,
        screen: &mut Screen,
    ) -> Result<Option<Vec<Found>>, Failure> {
        let prepared = units
            .iter()
            .map(|unit| Prepared::new(session, unit, &self.how));
        let prepared = wait(async { Ok(join_all(prepared).await) })?;
        let mut saved = Saved::new(self.how.by.engine);
        let mut good = Vec::new();
        let mut failed = false;
        for (unit, prepared) in units.iter().zip(prepared) {
            let kept = prepared.and_then(|it| it.can_be_kept(unit).map(|()| it));
            match kept {
                Ok(prepared) => {
                    saved.add(session, unit, &prepared);
                    good.push((unit, prepared));
                }
                Err(error) => {
                    session.complain(&error, unit, screen)?;
                    failed = true;
                }
            }
        }
        let written = match failed {
            true => Ok(()),
            false => saved.write(path),
        };
        if failed || written.is_err() {
            wait(async {
                for (unit, prepared) in &good {
                    prepared.discard(session, unit).await?;
                }
                Ok(())
            })?;
        }
        written?;
        let plans = good.into_iter().map(|(_, prepared)| prepared.plan);
        Ok((!failed).then(|| plans.collect()))
    }
}

/// What would become of a unit, when it goes with others.
async fn planned(
    session: &Session,
    unit: &ResourceGraph,
    going: &[String],
    how: &How,
) -> Result<Found, Error> {
    session.check_release(unit, how).await?;
    session.check_daemon(unit, how).await?;
    let lacks = session.lacks(unit, going).await?;
    let notes = lacks.iter().map(|need| lack(unit, need));
    let notes: Vec<String> = notes.collect();
    if how.by.engine == Engine::Cloudformation {
        let cloud = session.cloud(unit).await?;
        let deployment = session.deployment(unit, how)?;
        let stack = session.stack(unit, &cloud);
        return match stack.plan(&deployment).await {
            Ok(mut plan) => {
                session.check_engine(unit, &plan, how).await?;
                plan.notes.extend(notes);
                Ok(plan)
            }
            // AWS wants to read what is missing when the stack is there.
            Err(error) if error.place.is_none() && !notes.is_empty() => {
                // Unless the stack itself takes no change.
                stack.changeable().await?;
                Ok(untold(unit, notes))
            }
            Err(error) => Err(error),
        };
    }
    let module = session.running_module(unit, how).await?;
    // Terraform asks for what is not there.
    if !notes.is_empty() {
        return Ok(untold(unit, notes));
    }
    module.init().await?;
    let plan = module.plan(async || session.cloud(unit).await).await;
    module.forget_plan();
    if let Ok(plan) = &plan {
        session.check_engine(unit, plan, how).await?;
    }
    plan
}

/// What would become of a unit once those in front of it have changed, as far
/// as that can be told now; `going` are the names of all that go with it.
pub(super) async fn foreseen(
    session: &Session,
    unit: &ResourceGraph,
    before: &[Found],
    going: &[String],
    how: &How,
) -> Result<Found, Error> {
    let needs = |plan: &&Found| unit.needs.iter().any(|it| it.unit.to_string() == plan.unit);
    let waits = before
        .iter()
        .filter(needs)
        .find(|plan| plan.new || !plan.is_empty());
    if let Some(front) = waits
        && how.by.engine != Engine::Cloudformation
    {
        // What has no value is said before anything is made.
        session.running_module(unit, how).await?;
        // Terraform asks for what is not there yet.
        if front.new {
            return Ok(later(unit, &front.unit));
        }
    }
    match (planned(session, unit, going, how).await, waits) {
        (Err(error), Some(front)) if error.place.is_none() => Ok(later(unit, &front.unit)),
        (plan, _) => plan,
    }
}

/// That a plan has to wait for another unit.
fn later(unit: &ResourceGraph, front: &str) -> Found {
    let note = format!("what changes can be told when {front} is deployed");
    untold(unit, vec![note])
}

/// A plan that says only why it cannot be told.
fn untold(unit: &ResourceGraph, notes: Vec<String>) -> Found {
    Found {
        unit: unit.unit.to_string(),
        notes,
        ..Found::default()
    }
}
