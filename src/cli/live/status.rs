//! `beanc status`: how units stand.

use clap::Args;
use futures_util::future::join_all;

use super::{By, Engine, Failure, Outcome, RELEASE, Screen, Session, Which, in_words, wait, when};
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
        let errors: Vec<&Error> = states.iter().filter_map(|it| it.as_ref().err()).collect();
        // Where none can be asked the reason is mostly one, in words of each unit.
        if let [first, ..] = errors.as_slice()
            && errors.len() == states.len()
        {
            return Err((*first).clone().into());
        }
        let mut unknown = Vec::new();
        for (unit, state) in units.iter().zip(states) {
            let said = state.unwrap_or_else(|error| {
                unknown.push(unit.unit.to_string());
                in_words(&error)
            });
            screen.print(&format!("{}  {said}\n", unit.unit))?;
        }
        match unknown.is_empty() {
            true => Ok(Outcome::Clean),
            false => Err(Failure::new(format!(
                "how {} stands could not be said",
                unknown.join(" and ")
            ))),
        }
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
