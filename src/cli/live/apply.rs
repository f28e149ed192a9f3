//! `beanc apply`: units become what the program says.

use std::path::PathBuf;

use clap::Args;
use futures_util::future::join_all;

use super::plan::foreseen;
use super::prepared::{Prepared, Work};
use super::progress::{self, Progress};
use super::saved::Saved;
use super::text::{self, Detail};
use super::{Failure, How, Outcome, Screen, Session, Stream, Which, confirmed, wait};
use crate::apply::Error;
use crate::apply::change::{Change, Plan};
use crate::apply::cloud::Cloud;
use crate::apply::cloudformation::{ChangeSet, Deployment, Prepared as Looked};
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
///
/// Units whose changes depend on units in front of them cannot be planned to
/// the end before those are there. What can be told is told with the first
/// question; there is another one only when more changes than was told.
pub(super) fn deploy_after(
    session: &Session,
    order: &Order<'_>,
    first: &mut dyn FnMut() -> Result<(), Failure>,
    screen: &mut Screen,
) -> Result<Outcome, Failure> {
    let levels = Session::levels(session.units(order.units)?);
    // Units in which nothing changes, and then all that the user has agreed to.
    let mut told: Vec<Plan> = Vec::new();
    let mut agreed = false;
    for (number, level) in levels.iter().enumerate() {
        let behind = &levels[number + 1..];
        let Some(ready) = prepared(session, level, order, screen)? else {
            return Ok(Outcome::Errors);
        };
        let plans: Vec<Plan> = ready.iter().map(|(_, it)| it.plan.clone()).collect();
        let is_told = match agreed {
            true => plans.iter().all(|plan| is_covered(plan, &told)),
            false => !behind.is_empty() && plans.iter().all(Plan::is_empty),
        };
        if is_told {
            told.extend(plans);
        } else {
            let ahead = match agreed {
                true => Ok(Vec::new()),
                false => ahead(session, behind, &plans, order),
            };
            let go = match ahead {
                Ok(ahead) => {
                    // What was told already is not told again.
                    let begin = if agreed { told.len() } else { 0 };
                    told.extend(plans.into_iter().chain(ahead));
                    let units = levels[number..].iter().flatten();
                    asked(session, units, &told[begin..], order.yes, screen)
                }
                Err((unit, error)) => session.complain(&error, unit, screen).map(|()| false),
            };
            let go = match go {
                Ok(true) if !agreed => first().map(|()| true),
                go => go,
            };
            if !matches!(go, Ok(true)) {
                // What was saved may be carried out later.
                if order.saved.is_none() {
                    wait(async { Ok(discard(session, &ready).await?) })?;
                }
                return go.map(|_| Outcome::Errors);
            }
            agreed = true;
        }
        if !carried_out(session, ready, screen)? {
            return Ok(Outcome::Errors);
        }
    }
    Ok(Outcome::Clean)
}

/// Has the engine look at units side by side; `None` after saying what is wrong
/// with one of them.
fn prepared<'a>(
    session: &Session,
    level: &[&'a ResourceGraph],
    order: &Order<'_>,
    screen: &mut Screen,
) -> Result<Option<Vec<(&'a ResourceGraph, Prepared)>>, Failure> {
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
    if failed && order.saved.is_none() {
        wait(async { Ok(discard(session, &ready).await?) })?;
    }
    Ok((!failed).then_some(ready))
}

/// What will change in the units behind a level, as far as it can be told.
fn ahead<'a>(
    session: &Session,
    levels: &[Vec<&'a ResourceGraph>],
    before: &[Plan],
    order: &Order<'_>,
) -> Result<Vec<Plan>, (&'a ResourceGraph, Error)> {
    let units: Vec<&ResourceGraph> = levels.iter().flatten().copied().collect();
    if let Some(saved) = order.saved {
        return Ok(units.iter().filter_map(|unit| saved.plan(unit)).collect());
    }
    let plans = units.iter().map(async |unit| {
        let plan = foreseen(session, unit, before, order.how).await;
        plan.map_err(|error| (*unit, error))
    });
    let plans = wait(async { Ok(join_all(plans).await) });
    // Only the runtime can fail here, and it has just worked.
    plans.unwrap_or_default().into_iter().collect()
}

/// Whether a plan does nothing that was not told.
fn is_covered(plan: &Plan, told: &[Plan]) -> bool {
    let known = told.iter().find(|it| it.unit == plan.unit);
    plan.changes.iter().all(|change| {
        known.is_some_and(|known| {
            let same = |it: &Change| it.id == change.id && it.action == change.action;
            known.changes.iter().any(same)
        })
    })
}

/// Takes plans back.
async fn discard(session: &Session, ready: &[(&ResourceGraph, Prepared)]) -> Result<(), Error> {
    for (unit, prepared) in ready {
        prepared.discard(session, unit).await?;
    }
    Ok(())
}

/// Shows what changes and asks, as the targets of the units want it.
fn asked<'a>(
    session: &Session,
    units: impl Iterator<Item = &'a &'a ResourceGraph>,
    plans: &[Plan],
    yes: bool,
    screen: &mut Screen,
) -> Result<bool, Failure> {
    let style = screen.style(Stream::Err);
    let width = Screen::room(Stream::Err);
    screen.say(&text::human(plans, Detail::Changes, width, style))?;
    let changes = |unit: &ResourceGraph| {
        let name = unit.unit.to_string();
        let plan = plans.iter().find(|plan| plan.unit == name);
        plan.is_some_and(|plan| !plan.is_empty() || !plan.notes.is_empty())
    };
    let mut units = units;
    let asks = units.any(|unit| {
        let confirm = session.target(unit).map(|target| target.confirm.value);
        match confirm.unwrap_or(Confirm::Changes) {
            Confirm::Always => true,
            Confirm::Changes => changes(unit),
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
            let total = prepared.plan.changes.len();
            let mut progress = Progress::new(unit.unit.to_string(), total, &lines);
            async move {
                match &prepared.work {
                    Work::Nothing => Ok(()),
                    Work::Stack(cloud, changes) => {
                        executed(session, unit, cloud, changes, &mut progress).await
                    }
                    Work::Anew(cloud, deployment) => {
                        made_anew(session, unit, cloud, deployment, &mut progress).await
                    }
                    Work::Module(module) => {
                        module.apply(&mut |step| progress.step(step)).await?;
                        progress.close("done");
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
            .filter(|(_, it)| matches!(it.work, Work::Stack(..) | Work::Anew(..)))
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

/// Deletes what a creation that failed has left, and makes the stack.
async fn made_anew(
    session: &Session,
    unit: &ResourceGraph,
    cloud: &Cloud,
    deployment: &Deployment,
    progress: &mut Progress,
) -> Result<(), Error> {
    let stack = session.stack(unit, cloud);
    stack.clear(&mut |event| progress.event(event)).await?;
    match stack.prepare(deployment).await? {
        Looked::Waiting(changes) => executed(session, unit, cloud, &changes, progress).await,
        Looked::Nothing | Looked::Anew(_) => Err(stack.outdated()),
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
    let stack = session.stack(unit, cloud);
    let (state, events) = stack
        .execute(changes, &mut |event| progress.event(event))
        .await?;
    if is_success(&state.status) {
        progress.close(&format!("done ({})", state.status));
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
