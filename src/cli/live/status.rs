//! `beanc status`: how units stand.

use clap::Args;
use futures_util::future::join_all;

use super::{By, Engine, Failure, Outcome, RELEASE, Screen, Session, Which, wait, when};
use crate::apply::Error;
use crate::cli::program::counted;
use crate::graph::ResourceGraph;

/// Say how units stand
#[derive(Debug, Args)]
pub struct Status {
    /// Which units [default: all of them]
    units: Vec<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    by: By,
}

impl Status {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let units = session.units(&self.units)?;
        let states = units.iter().map(|unit| async {
            match self.by.engine {
                Engine::Cloudformation => of_stack(&session, unit).await,
                Engine::Terraform | Engine::Tofu => of_module(&session, unit, &self.by).await,
            }
        });
        let states = wait(async { Ok(join_all(states).await) })?;
        for (unit, state) in units.iter().zip(states) {
            screen.print(&format!("{}  {}\n", unit.unit, state?))?;
        }
        Ok(Outcome::Clean)
    }
}

const ABSENT: &str = "not deployed";

async fn of_stack(session: &Session, unit: &ResourceGraph) -> Result<String, Error> {
    let cloud = session.cloud(unit).await?;
    let stack = session.stack(unit, &cloud);
    let Some(state) = stack.state().await? else {
        return Ok(ABSENT.to_owned());
    };
    let (status, since, name) = (&state.status, when(state.changed), &stack.name);
    let mut text = format!("{status}  since {since}  (stack {name})");
    if let Some(release) = state.parameters.get("Release") {
        text.push_str(&format!("\n  release {release}"));
    }
    if let Some(reason) = state.reason {
        text.push_str(&format!("\n  {reason}"));
    }
    Ok(text)
}

async fn of_module(session: &Session, unit: &ResourceGraph, by: &By) -> Result<String, Error> {
    let module = session.written(unit, by)?;
    module.init().await?;
    let count = module.count().await?;
    if count == 0 {
        return Ok(ABSENT.to_owned());
    }
    let count = counted(count, "resource");
    let mut text = format!("deployed  {count}  ({})", module.folder.display());
    if unit.inputs.contains_key(RELEASE) {
        let cloud = session.cloud(unit).await?;
        if let Some(release) = cloud.published(&unit.unit.item, RELEASE).await? {
            text.push_str(&format!("\n  release {release}"));
        }
    }
    Ok(text)
}
