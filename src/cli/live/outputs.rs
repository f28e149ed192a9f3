//! `beanc outputs`: what a unit gives back.

use std::collections::BTreeMap;

use clap::Args;

use super::{Engine, Failure, How, Outcome, Screen, Session, Which, not_deployed, wait};

/// Print the outputs of a unit, or one of them
#[derive(Debug, Args)]
pub struct Outputs {
    /// The unit
    unit: String,

    /// Only the value of this output
    name: Option<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,
}

impl Outputs {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.unit)?;
        let outputs: BTreeMap<String, String> = wait(async {
            if self.how.by.engine != Engine::Cloudformation {
                let module = session.module(unit, &self.how)?;
                module.init().await?;
                if module.count().await? == 0 {
                    return Err(not_deployed(unit));
                }
                return Ok(module.outputs().await?.into_iter().collect());
            }
            let cloud = session.cloud(unit).await?;
            let state = session.stack(unit, &cloud).state().await?;
            Ok(state.ok_or_else(|| not_deployed(unit))?.outputs)
        })?;
        if let Some(name) = &self.name {
            // CloudFormation's names are in PascalCase.
            let same = |known: &str| {
                known.eq_ignore_ascii_case(&name.replace(['_', '-'], "")) || known == name
            };
            let found = outputs.iter().find(|(known, _)| same(known));
            let Some((_, value)) = found else {
                let names: Vec<&str> = outputs.keys().map(String::as_str).collect();
                let others = match names.as_slice() {
                    [] => format!("{} has none", unit.unit),
                    names => format!("there are {}", names.join(", ")),
                };
                return Err(Failure::new(format!(
                    "there is no output `{name}`; {others}"
                )));
            };
            screen.print(&format!("{value}\n"))?;
            return Ok(Outcome::Clean);
        }
        for (name, value) in outputs {
            screen.print(&format!("{name} = {value}\n"))?;
        }
        Ok(Outcome::Clean)
    }
}
