//! `beanc status`: how units stand.

use clap::Args;
use futures_util::future::join_all;

use super::{Failure, Outcome, Screen, Session, Which, wait, when};

/// Say how the stacks of units stand
#[derive(Debug, Args)]
pub struct Status {
    /// Which units [default: all of them]
    units: Vec<String>,

    #[command(flatten)]
    which: Which,
}

impl Status {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let units = session.units(&self.units)?;
        let states = wait(async {
            let states = units.iter().map(|unit| async {
                let cloud = session.cloud(unit).await?;
                let stack = session.stack(unit, &cloud);
                let state = stack.state().await?;
                Ok::<_, Failure>((stack.name, state))
            });
            join_all(states)
                .await
                .into_iter()
                .collect::<Result<Vec<_>, _>>()
        })?;
        for (unit, (stack, state)) in units.iter().zip(states) {
            let text = match state {
                None => format!("{}  not deployed\n", unit.unit),
                Some(state) => {
                    let mut text = format!(
                        "{}  {}  since {}  (stack {stack})\n",
                        unit.unit,
                        state.status,
                        when(state.changed)
                    );
                    if let Some(release) = state.parameters.get("Release") {
                        text.push_str(&format!("  release {release}\n"));
                    }
                    if let Some(reason) = state.reason {
                        text.push_str(&format!("  {reason}\n"));
                    }
                    text
                }
            };
            screen.print(&text)?;
        }
        Ok(Outcome::Clean)
    }
}
