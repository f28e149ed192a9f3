//! `beanc apply`: units become what the program says.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::pin::pin;

use clap::Args;
use futures_util::future::{FutureExt, join_all};
use futures_util::stream::{FuturesUnordered, StreamExt};
use indicatif::MultiProgress;

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
use crate::graph::{ResourceGraph, UnitId};
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
        let Some(session) = Session::open_to_deploy(&self.which, screen)? else {
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
    deploy_after(session, order, &mut |_| Ok(()), screen)
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
    first: &mut dyn FnMut(&mut Screen) -> Result<(), Failure>,
    screen: &mut Screen,
) -> Result<Outcome, Failure> {
    let mut queue = Queue::new(session.units(order.units)?);
    // Units in which nothing changes, and then all that the user has agreed to.
    let mut told: Vec<Plan> = Vec::new();
    let mut agreed = false;
    let Some(mut ready) = prepared(session, &queue.free(), order, screen)? else {
        return Ok(Outcome::Errors);
    };
    while !ready.is_empty() {
        let plans: Vec<Plan> = ready.iter().map(|(_, it)| it.plan.clone()).collect();
        if !agreed && !queue.waiting.is_empty() && plans.iter().all(Plan::is_empty) {
            told.extend(plans);
            for (unit, _) in &ready {
                queue.done(unit);
            }
            let Some(next) = prepared(session, &queue.free(), order, screen)? else {
                return Ok(Outcome::Errors);
            };
            ready = next;
            continue;
        }
        let ahead = match agreed {
            true => Ok(Vec::new()),
            false => ahead(session, &queue.waiting, &plans, order),
        };
        let go = match ahead {
            Ok(ahead) => {
                // What was told already is not told again.
                let begin = if agreed { told.len() } else { 0 };
                told.extend(plans.into_iter().chain(ahead));
                let units = ready.iter().map(|(unit, _)| unit).chain(&queue.waiting);
                asked(session, units, &told[begin..], order.yes, screen)
            }
            Err((unit, error)) => session.complain(&error, unit, screen).map(|()| false),
        };
        let go = match go {
            Ok(true) if !agreed => first(screen).map(|()| true),
            go => go,
        };
        if !matches!(go, Ok(true)) {
            discard(session, &ready, order)?;
            return go.map(|_| Outcome::Errors);
        }
        agreed = true;
        let (well, more) = carried_out(session, ready, &mut queue, &mut told, order, screen)?;
        ready = more;
        if !well {
            discard(session, &ready, order)?;
            return Ok(Outcome::Errors);
        }
    }
    Ok(Outcome::Clean)
}

/// Units whose changes are known.
type Ready<'a> = Vec<(&'a ResourceGraph, Prepared)>;

/// Units that wait for those they need.
struct Queue<'a> {
    /// Units that have not begun, each behind those it needs.
    waiting: Vec<&'a ResourceGraph>,
    /// Units that are not done.
    open: BTreeSet<&'a UnitId>,
}

impl<'a> Queue<'a> {
    fn new(units: Vec<&'a ResourceGraph>) -> Self {
        Self {
            open: units.iter().map(|it| &it.unit).collect(),
            waiting: units,
        }
    }

    /// Takes those out that need wait no longer. What a unit needs of units that
    /// were not asked for is there already.
    fn free(&mut self) -> Vec<&'a ResourceGraph> {
        let open = &self.open;
        let waits = |unit: &&ResourceGraph| unit.needs.iter().any(|it| open.contains(&it.unit));
        let (waiting, free) = self.waiting.iter().partition(|unit| waits(unit));
        self.waiting = waiting;
        free
    }

    fn done(&mut self, unit: &ResourceGraph) {
        self.open.remove(&unit.unit);
    }
}

/// Has the engine look at units side by side; `None` after saying what is wrong
/// with one of them.
fn prepared<'a>(
    session: &Session,
    units: &[&'a ResourceGraph],
    order: &Order<'_>,
    screen: &mut Screen,
) -> Result<Option<Ready<'a>>, Failure> {
    let prepared = units.iter().map(|unit| looked_at(session, unit, order));
    let prepared = wait(async { Ok(join_all(prepared).await) })?;
    let mut ready = Vec::new();
    let mut failed = false;
    for (unit, prepared) in units.iter().zip(prepared) {
        match prepared {
            Ok(prepared) => ready.push((*unit, prepared)),
            Err(error) => {
                session.complain(&error, unit, screen)?;
                failed = true;
            }
        }
    }
    if failed {
        discard(session, &ready, order)?;
    }
    Ok((!failed).then_some(ready))
}

/// Has the engine look at a unit, or finds what was saved of it.
async fn looked_at(
    session: &Session,
    unit: &ResourceGraph,
    order: &Order<'_>,
) -> Result<Prepared, Error> {
    match order.saved {
        Some(saved) => saved.recall(session, unit, order.how).await,
        None => Prepared::new(session, unit, order.how).await,
    }
}

/// What will change in units that wait, as far as it can be told.
fn ahead<'a>(
    session: &Session,
    units: &[&'a ResourceGraph],
    before: &[Plan],
    order: &Order<'_>,
) -> Result<Vec<Plan>, (&'a ResourceGraph, Error)> {
    if let Some(saved) = order.saved {
        return Ok(units.iter().filter_map(|unit| saved.plan(unit)).collect());
    }
    let going = before.iter().map(|plan| plan.unit.clone());
    let going = going.chain(units.iter().map(|it| it.unit.to_string()));
    let going: Vec<String> = going.collect();
    let plans = units.iter().map(async |unit| {
        let plan = foreseen(session, unit, before, &going, order.how).await;
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

/// Takes plans back, unless they were saved: those may be carried out later.
fn discard(
    session: &Session,
    ready: &[(&ResourceGraph, Prepared)],
    order: &Order<'_>,
) -> Result<(), Failure> {
    if order.saved.is_some() {
        return Ok(());
    }
    wait(async {
        for (unit, prepared) in ready {
            prepared.discard(session, unit).await?;
        }
        Ok(())
    })
}

/// Shows what changes.
fn show(plans: &[Plan], screen: &mut Screen) -> std::io::Result<()> {
    let (width, style) = (Screen::room(Stream::Err), screen.style(Stream::Err));
    screen.say(&text::human(plans, Detail::Changes, width, style))
}

/// Shows what changes and asks, as the targets of the units want it.
fn asked<'a>(
    session: &Session,
    units: impl Iterator<Item = &'a &'a ResourceGraph>,
    plans: &[Plan],
    yes: bool,
    screen: &mut Screen,
) -> Result<bool, Failure> {
    show(plans, screen)?;
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

/// A step of the work on a unit.
enum Step {
    /// The engine has looked at it.
    Looked(Result<Box<Prepared>, Error>),
    /// It is deployed.
    Done(Result<(), Error>),
}

/// Carries plans out side by side, and those of the units that wait for them as
/// soon as they can begin. Answers whether all went well, and the units that
/// change more than was told: the user is asked about them when nothing moves.
///
/// After a failure nothing begins any more; what has begun comes to its end.
fn carried_out<'a>(
    session: &Session,
    ready: Ready<'a>,
    queue: &mut Queue<'a>,
    told: &mut Vec<Plan>,
    order: &Order<'_>,
    screen: &mut Screen,
) -> Result<(bool, Ready<'a>), Failure> {
    let lines = progress::lines();
    let stacks = Moving::default();
    let look = |unit: &'a ResourceGraph| {
        let looked = looked_at(session, unit, order);
        looked
            .map(move |it| (unit, Step::Looked(it.map(Box::new))))
            .boxed_local()
    };
    let carry = |unit: &'a ResourceGraph, prepared: Prepared| {
        let done = deployed(session, unit, prepared, &lines, &stacks);
        done.map(move |it| (unit, Step::Done(it))).boxed_local()
    };
    let mut more = Vec::new();
    let mut failed = Vec::new();
    let mut work: FuturesUnordered<_> = ready
        .into_iter()
        .map(|(unit, prepared)| carry(unit, prepared))
        .collect();
    wait(async {
        let mut stopped = pin!(stopped(&stacks));
        loop {
            let step = tokio::select! {
                step = work.next() => step,
                stopped = &mut stopped => return Err(stopped),
            };
            let Some((unit, step)) = step else {
                return Ok(());
            };
            match step {
                Step::Done(Ok(())) => {
                    queue.done(unit);
                    if failed.is_empty() {
                        work.extend(queue.free().into_iter().map(look));
                    }
                }
                Step::Looked(Ok(prepared)) if failed.is_empty() => {
                    if !is_covered(&prepared.plan, told) {
                        if !order.yes {
                            more.push((unit, *prepared));
                            continue;
                        }
                        told.push(prepared.plan.clone());
                        let plan = std::slice::from_ref(&prepared.plan);
                        lines.suspend(|| show(plan, screen))?;
                    }
                    work.push(carry(unit, *prepared));
                }
                Step::Looked(Ok(prepared)) => more.push((unit, *prepared)),
                Step::Done(Err(error)) | Step::Looked(Err(error)) => failed.push((unit, error)),
            }
        }
    })?;
    for (unit, error) in &failed {
        session.complain(error, unit, screen)?;
    }
    Ok((failed.is_empty(), more))
}

/// Carries the plan of a unit out.
async fn deployed(
    session: &Session,
    unit: &ResourceGraph,
    prepared: Prepared,
    lines: &MultiProgress,
    stacks: &Moving,
) -> Result<(), Error> {
    let total = prepared.plan.changes.len();
    let mut progress = Progress::new(unit.unit.to_string(), total, lines);
    let progress = &mut progress;
    match &prepared.work {
        Work::Nothing => Ok(()),
        Work::Stack(cloud, changes) => {
            stacks
                .during(unit, executed(session, unit, cloud, changes, progress))
                .await
        }
        Work::Anew(cloud, deployment) => {
            stacks
                .during(unit, made_anew(session, unit, cloud, deployment, progress))
                .await
        }
        Work::Module(module) => {
            module.apply(&mut |step| progress.step(step)).await?;
            progress.close("done");
            Ok(())
        }
    }
}

/// The units whose stacks change at this moment.
#[derive(Default)]
struct Moving(RefCell<Vec<String>>);

impl Moving {
    /// Does something with a stack, which changes meanwhile.
    async fn during<T>(&self, unit: &ResourceGraph, work: impl Future<Output = T>) -> T {
        let name = unit.unit.to_string();
        self.0.borrow_mut().push(name.clone());
        let result = work.await;
        self.0.borrow_mut().retain(|it| *it != name);
        result
    }
}

/// Waits for Ctrl-C. Stacks go on without us; Terraform is told by the terminal
/// and has to bring its state in order, so it is waited for.
async fn stopped(stacks: &Moving) -> Failure {
    loop {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        let stacks = stacks.0.borrow();
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
        place: session.blamed(unit, &cause.id, why),
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
