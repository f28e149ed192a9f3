//! `beanc events`: what happened to a unit's stack.

use clap::Args;

use super::{By, Engine, Failure, Outcome, Screen, Session, Which, not_deployed, wait, when};
use crate::apply::event::{Event, is_final};

/// Print what happened to a unit's stack, oldest first
#[derive(Debug, Args)]
pub struct Events {
    /// The unit
    unit: String,

    /// Go on until the stack is at rest
    #[arg(long)]
    follow: bool,

    /// How many events are printed at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    last: usize,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    by: By,
}

impl Events {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        if self.by.engine != Engine::Cloudformation {
            return Err(Failure::new(
                "Terraform keeps no events: `beanc status` says how units stand",
            ));
        }
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        let unit = session.unit(&self.unit)?;
        wait(async {
            let cloud = session.cloud(unit).await?;
            let stack = session.stack(unit, &cloud);
            let Some(state) = stack.state().await? else {
                return Err(not_deployed(unit));
            };
            let events = stack.events().await?;
            let from = events.len().saturating_sub(self.last);
            for event in &events[from..] {
                screen.print(&line(&session.place(unit, &event.id), event))?;
            }
            screen.flush()?;
            if self.follow && !is_final(&state.status) {
                let last = events.last().map(|event| event.number.clone());
                let mut failed = Ok(());
                stack
                    .follow(&state.id, last.as_deref(), &mut |event| {
                        let text = line(&session.place(unit, &event.id), event);
                        let printed = screen.print(&text).and_then(|()| screen.flush());
                        failed = std::mem::replace(&mut failed, Ok(())).and(printed);
                    })
                    .await?;
                failed?;
            }
            Ok(Outcome::Clean)
        })
    }
}

fn line(place: &Option<String>, event: &Event) -> String {
    let kind = event.kind.rsplit("::").next().unwrap_or(&event.kind);
    let mut text = format!(
        "{}  {:24}  {kind} {}",
        when(event.time),
        event.status,
        event.id
    );
    if let Some(place) = place {
        text.push_str(&format!("  ({place})"));
    }
    if let Some(reason) = &event.reason {
        text.push_str(&format!("\n    {reason}"));
    }
    text.push('\n');
    text
}
