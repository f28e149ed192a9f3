//! `beanc apply`: units become what the program says.

use clap::Args;
use futures_util::future::join_all;

use super::progress::{self, Progress};
use super::text::{self, Detail};
use super::{
    Engine, Failure, How, Outcome, Screen, Session, Stream, Which, confirmed, protected, wait,
};
use crate::apply::Error;
use crate::apply::change::Plan;
use crate::apply::cloud::Cloud;
use crate::apply::cloudformation::{ChangeSet, Stack};
use crate::apply::event::{is_success, root_cause};
use crate::apply::terraform::{Aim, Module};
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
  beanc apply --engine terraform")]
pub struct Apply {
    /// Which units: environment.NAME, network.NAME, application.NAME or just
    /// NAME [default: all of them]
    units: Vec<String>,

    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    how: How,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Apply {
    pub fn run(self, screen: &mut Screen) -> Result<Outcome, Failure> {
        let Some(session) = Session::open(&self.which, screen)? else {
            return Ok(Outcome::Errors);
        };
        deploy(&session, &self.units, &self.how, self.yes, screen)
    }
}

/// Deploys units with these names, or all of them.
pub(super) fn deploy(
    session: &Session,
    names: &[String],
    how: &How,
    yes: bool,
    screen: &mut Screen,
) -> Result<Outcome, Failure> {
    for level in Session::levels(session.units(names)?) {
        let prepared = wait(async {
            Ok(join_all(level.iter().map(|unit| prepare(session, unit, how))).await)
        })?;
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
            false => agreed(session, &ready, yes, screen),
        };
        if !matches!(go, Ok(true)) {
            wait(async {
                for (unit, prepared) in &ready {
                    prepared.discard(unit).await?;
                }
                Ok(())
            })?;
            return go.map(|_| Outcome::Errors);
        }
        if !carried_out(session, ready, screen)? {
            return Ok(Outcome::Errors);
        }
    }
    Ok(Outcome::Clean)
}

/// A unit whose changes are known.
struct Prepared {
    plan: Plan,
    work: Work,
}

enum Work {
    Nothing,
    Stack(Cloud, ChangeSet),
    Module(Module),
}

impl Prepared {
    /// Takes the plan back.
    async fn discard(&self, unit: &ResourceGraph) -> Result<(), Error> {
        match &self.work {
            Work::Nothing => {}
            Work::Stack(cloud, changes) => Stack::of(&unit.unit, cloud).discard(changes).await?,
            Work::Module(module) => module.forget_plan(),
        }
        Ok(())
    }
}

async fn prepare(session: &Session, unit: &ResourceGraph, how: &How) -> Result<Prepared, Error> {
    let prepared = if how.engine == Engine::Cloudformation {
        let cloud = session.cloud(unit).await?;
        let deployment = session.deployment(unit, how)?;
        let stack = Stack::of(&unit.unit, &cloud);
        match stack.prepare(&deployment).await? {
            Some(changes) => Prepared {
                plan: changes.plan.clone(),
                work: Work::Stack(cloud, changes),
            },
            None => Prepared {
                plan: stack.nothing(&deployment),
                work: Work::Nothing,
            },
        }
    } else {
        let module = session.module(unit, how)?;
        module.init().await?;
        let plan = module.plan(Aim::Apply).await?;
        let work = match plan.is_empty() {
            true => {
                module.forget_plan();
                Work::Nothing
            }
            false => Work::Module(module),
        };
        Prepared { plan, work }
    };
    if let Some(error) = protests(unit, &prepared.plan) {
        prepared.discard(unit).await?;
        return Err(error);
    }
    Ok(prepared)
}

/// What the user protects is neither replaced nor deleted.
fn protests(unit: &ResourceGraph, plan: &Plan) -> Option<Error> {
    let change = plan.changes.iter().find(|change| {
        change.action.destroys() && protected(unit).any(|names| names.contains(&change.id.as_str()))
    })?;
    Some(Error {
        place: change.place.clone(),
        ..Error::new(format!(
            "{} {}, and `protect` forbids it",
            change.id,
            change.action.words()
        ))
    })
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
                    Work::Module(module) => module.apply(&mut |step| progress.step(step)).await,
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
        return Err(Error::new(format!("{why}; {outcome}")));
    };
    let kind = cause.kind.rsplit("::").next().unwrap_or(&cause.kind);
    let why = cause.reason.as_deref().unwrap_or("no reason given");
    Err(Error {
        place: session.place(unit, &cause.id),
        ..Error::new(format!("{kind} {} failed: {why}; {outcome}", cause.id))
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
