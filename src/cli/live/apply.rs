//! `beanc apply`: units become what the program says.

use std::path::PathBuf;

use clap::Args;
use futures_util::future::join_all;

use super::prepared::{Prepared, Work};
use super::progress::{self, Progress};
use super::saved::Saved;
use super::text::{self, Detail};
use super::{Failure, How, Outcome, Screen, Session, Stream, Which, confirmed, wait};
use crate::apply::Error;
use crate::apply::change::Plan;
use crate::apply::cloud::Cloud;
use crate::apply::cloudformation::{ChangeSet, Stack};
use crate::apply::event::{is_success, root_cause};
use crate::graph::ResourceGraph;
use crate::schema::target::Confirm;

/// Deploy units, each after those it needs
#[derive(Debug, Args)]
#[command(after_help = "\
What changes is shown before anything does, and you are asked, as
`target { confirm }` says. Ctrl-C stops watching; what AWS has begun goes on,
and the next apply finds it.

Examples:
  beanc apply
  beanc apply shop-prod --release v2 --yes
  beanc plan --save plan.json; beanc apply --plan plan.json
  beanc apply --engine terraform")]
pub struct Apply {
    /// Which units: environment.NAME, network.NAME, application.NAME or just
    /// NAME [default: all of them]
    units: Vec<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    /// Carry out what `beanc plan --save FILE` has kept, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["units", "inputs", "release"])]
    plan: Option<PathBuf>,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Apply {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        if let Some(path) = &self.plan {
            let saved = Saved::read(path)?;
            let names = saved.names();
            let order = Order {
                saved: Some(&saved),
                ..Order::of(&names, &self.how, self.yes)
            };
            return deploy(&session, &order, screen);
        }
        let order = Order::of(&self.units, &self.how, self.yes);
        deploy(&session, &order, screen)
    }
}

/// What is to be deployed.
pub(super) struct Order<'a> {
    /// Names of units; without any, all of them.
    pub units: &'a [String],
    /// How it is done.
    pub how: &'a How,
    /// Whether the user has agreed already.
    pub yes: bool,
    /// What was planned before, when nothing else is to be done.
    pub saved: Option<&'a Saved>,
}

impl<'a> Order<'a> {
    /// Whatever has to change now.
    pub(super) fn of(units: &'a [String], how: &'a How, yes: bool) -> Self {
        Self {
            units,
            how,
            yes,
            saved: None,
        }
    }
}

/// Deploys units.
pub(super) fn deploy(
    session: &Session,
    order: &Order<'_>,
    screen: &mut Screen,
) -> Result<Outcome, Failure> {
    deploy_after(session, order, &mut || Ok(()), screen)
}

/// Deploys units; `first` is done when the user has agreed and before anything
/// changes.
pub(super) fn deploy_after(
    session: &Session,
    order: &Order<'_>,
    first: &mut dyn FnMut() -> Result<(), Failure>,
    screen: &mut Screen,
) -> Result<Outcome, Failure> {
    for (number, level) in Session::levels(session.units(order.units)?)
        .into_iter()
        .enumerate()
    {
        let prepared = level.iter().map(async |unit| match order.saved {
            Some(saved) => saved.recall(session, unit, order.how).await,
            None => Prepared::new(session, unit, order.how).await,
        });
        let prepared = wait(async { Ok(join_all(prepared).await) })?;
        let mut ready = Vec::new();
        let mut failed = false;
        for (unit, prepared) in level.iter().zip(prepared) {
            match prepared {
                Ok(prepared) => ready.push((*unit, prepared)),
                Err(error) => {
                    session.complain(&error, unit, screen)?;
                    failed = true;
                }
            }
        }
        let go = match failed {
            true => Ok(false),
            false => agreed(session, &ready, order.yes, screen),
        };
        let go = match (go, number) {
            (Ok(true), 0) => first().map(|()| true),
            (go, _) => go,
        };
        if !matches!(go, Ok(true)) {
            // What was saved may be carried out later.
            if order.saved.is_none() {
                wait(async { Ok(discard(&ready).await?) })?;
            }
            return go.map(|_| Outcome::Errors);
        }
        if !carried_out(session, ready, screen)? {
            return Ok(Outcome::Errors);
        }
    }
    Ok(Outcome::Clean)
}

/// Takes plans back.
async fn discard(ready: &[(&ResourceGraph, Prepared)]) -> Result<(), Error> {
    for (unit, prepared) in ready {
        prepared.discard(unit).await?;
    }
    Ok(())
}

/// Shows what changes and asks, as the targets want it.
fn agreed(
    session: &Session,
    ready: &[(&ResourceGraph, Prepared)],
    yes: bool,
    screen: &mut Screen,
) -> Result<bool, Failure> {
    let plans: Vec<Plan> = ready.iter().map(|(_, it)| it.plan.clone()).collect();
    let style = screen.style(Stream::Err);
    screen.say(&text::human(&plans, Detail::Changes, style))?;
    let asks = ready.iter().any(|(unit, prepared)| {
        let confirm = session.target(unit).map(|target| target.confirm.value);
        match confirm.unwrap_or(Confirm::Changes) {
            Confirm::Always => true,
            Confirm::Changes => !prepared.plan.is_empty(),
            Confirm::Never => false,
        }
    });
    if yes || !asks {
        return Ok(true);
    }
    let agreed = confirmed("Go on?", screen)?;
    if !agreed {
        screen.say("Nothing was changed.\n")?;
    }
    Ok(agreed)
}

/// Carries plans out side by side; whether all of them came to their end.
fn carried_out(
    session: &Session,
    ready: Vec<(&ResourceGraph, Prepared)>,
    screen: &mut Screen,
) -> Result<bool, Failure> {
    let lines = progress::lines();
    let results = wait(async {
        let work = ready.iter().map(|(unit, prepared)| {
            let mut progress = Progress::new(unit.unit.to_string(), &lines);
            async move {
                match &prepared.work {
                    Work::Nothing => Ok(()),
                    Work::Stack(cloud, changes) => {
                        executed(session, unit, cloud, changes, &mut progress).await
                    }
                    Work::Module(module) => {
                        module.apply(&mut |step| progress.step(step)).await?;
                        progress.say("done");
                        Ok(())
                    }
                }
            }
        });
        let all = join_all(work);
        tokio::select! {
            results = all => Ok(results),
            stopped = stopped(&ready) => Err(stopped),
        }
    })?;
    let mut well = true;
    for ((unit, _), result) in ready.iter().zip(results) {
        match result {
            Ok(()) => {}
            Err(error) => {
                session.complain(&error, unit, screen)?;
                well = false;
            }
        }
    }
    Ok(well)
}

/// Waits for Ctrl-C. Stacks go on without us; Terraform is told by the terminal
/// and has to bring its state in order, so it is waited for.
async fn stopped(ready: &[(&ResourceGraph, Prepared)]) -> Failure {
    loop {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        let stacks: Vec<String> = ready
            .iter()
            .filter(|(_, it)| matches!(it.work, Work::Stack(..)))
            .map(|(unit, _)| unit.unit.to_string())
            .collect();
        if let Some(first) = stacks.first() {
            return Failure::new(format!(
                "stopped watching; AWS goes on with {}. `beanc events {first} --follow` watches \
                 again, `beanc abort {first}` cancels",
                stacks.join(" and ")
            ));
        }
    }
}

/// Executes a change set; a failure is the first cause, at its line.
async fn executed(
    session: &Session,
    unit: &ResourceGraph,
    cloud: &Cloud,
    changes: &ChangeSet,
    progress: &mut Progress,
) -> Result<(), Error> {
    let stack = Stack::of(&unit.unit, cloud);
    let (state, events) = stack
        .execute(changes, &mut |event| progress.event(event))
        .await?;
    if is_success(&state.status) {
        progress.say(&format!("done ({})", state.status));
        return Ok(());
    }
    let outcome = outcome(&state.status);
    let Some(cause) = root_cause(&events) else {
        let why = state.reason.unwrap_or_else(|| state.status.clone());
        return Err(Error::new(why).help(outcome));
    };
    let kind = cause.kind.rsplit("::").next().unwrap_or(&cause.kind);
    let why = cause.why().unwrap_or("no reason given");
    Err(Error {
        place: session.place(unit, &cause.id),
        ..Error::new(format!("{kind} {} failed: {why}", cause.id)).help(outcome)
    })
}

/// How a stack ended up, in words.
fn outcome(status: &str) -> &'static str {
    match status {
        "ROLLBACK_COMPLETE" => "what was made is deleted again, and the next apply begins anew",
        "UPDATE_ROLLBACK_COMPLETE" => "everything is as it was before",
        "UPDATE_ROLLBACK_FAILED" => "the way back failed too: `beanc abort` tries it again",
        "ROLLBACK_FAILED" => "some of what was made could not be deleted",
        "DELETE_FAILED" => "some of it could not be deleted",
        _ => "the stack is not as it should be",
    }
}
