//! `beanc plan`: what a deployment would change.

use clap::{Args, ValueEnum};

use super::text::{self, Detail};
use super::{Engine, Failure, How, Outcome, Screen, Session, Stream, Which, told, wait};
use crate::apply::Error;
use crate::apply::change::Plan as Found;
use crate::apply::cloudformation::Stack;
use crate::apply::terraform::Aim;
use crate::graph::ResourceGraph;

/// Show what a deployment would change, and change nothing
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 nothing changes, 2 something changes, 1 it could not be said.

Examples:
  beanc plan
  beanc plan shop-prod --release v2
  beanc plan --engine terraform --format markdown > plan.md")]
pub struct Plan {
    /// Which units: environment.NAME, network.NAME, application.NAME or just
    /// NAME [default: all of them]
    units: Vec<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    /// Show values in full
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
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let units = session.units(&self.units)?;
        let mut plans = Vec::new();
        for level in Session::levels(units) {
            let planned = wait(async { Ok(self.planned(&session, &level).await) })?;
            for (unit, plan) in level.iter().zip(planned) {
                match plan {
                    Ok(plan) => plans.push(plan),
                    Err(error) => {
                        session.complain(&error, unit, screen)?;
                        return Ok(Outcome::Errors);
                    }
                }
            }
        }
        let text = match self.format {
            Format::Human => {
                let detail = if self.full {
                    Detail::Full
                } else {
                    Detail::Changes
                };
                text::human(&plans, detail, screen.style(Stream::Out))
            }
            Format::Markdown => text::markdown(&plans),
            Format::Json => {
                let json = serde_json::json!({"version": 1, "units": plans});
                format!("{json:#}\n")
            }
        };
        screen.print(&text)?;
        Ok(match plans.iter().all(Found::is_empty) {
            true => Outcome::Clean,
            false => Outcome::Changes,
        })
    }

    async fn planned(
        &self,
        session: &Session,
        level: &[&ResourceGraph],
    ) -> Vec<Result<Found, Error>> {
        let plans = level.iter().map(|unit| planned(session, unit, &self.how));
        futures_util::future::join_all(plans).await
    }
}

/// What would become of a unit.
async fn planned(session: &Session, unit: &ResourceGraph, how: &How) -> Result<Found, Error> {
    if how.engine == Engine::Cloudformation {
        let cloud = session.cloud(unit).await?;
        let deployment = session.deployment(unit, how)?;
        return Stack::of(&unit.unit, &cloud).plan(&deployment).await;
    }
    let module = session.module(unit, how)?;
    module.init().await?;
    let plan = module.plan(Aim::Apply).await;
    module.forget_plan();
    plan
}
