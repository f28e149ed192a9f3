//! Units whose changes are known and wait to be carried out.

use super::{Engine, How, Session, protected};
use crate::apply::Error;
use crate::apply::change::Plan;
use crate::apply::cloud::Cloud;
use crate::apply::cloudformation::{self, ChangeSet, Deployment};
use crate::apply::terraform::Module;
use crate::graph::ResourceGraph;

/// A unit whose changes are known.
pub(super) struct Prepared {
    /// What changes.
    pub plan: Plan,
    /// What carries it out.
    pub work: Work,
}

/// What carries a plan out.
pub(super) enum Work {
    /// Nothing changes.
    Nothing,
    /// A change set of a stack.
    Stack(Cloud, ChangeSet),
    /// What is left of a creation that failed goes, and the stack is made.
    Anew(Cloud, Box<Deployment>),
    /// A plan in a module's folder.
    Module(Module),
}

impl Prepared {
    /// Has the engine look at a unit.
    pub(super) async fn new(
        session: &Session,
        unit: &ResourceGraph,
        how: &How,
    ) -> Result<Self, Error> {
        session.check_needs(unit).await?;
        session.check_release(unit, how).await?;
        session.check_daemon(unit, how).await?;
        let prepared = match how.by.engine {
            Engine::Cloudformation => Self::stack(session, unit, how).await?,
            Engine::Terraform | Engine::Tofu => Self::module(session, unit, how).await?,
        };
        let checked = match protests(unit, &prepared.plan) {
            Some(error) => Err(error),
            None => session.check_engine(unit, &prepared.plan, how).await,
        };
        if checked.is_err() {
            prepared.discard(session, unit).await?;
        }
        checked.map(|()| prepared)
    }

    async fn stack(session: &Session, unit: &ResourceGraph, how: &How) -> Result<Self, Error> {
        let cloud = session.cloud(unit).await?;
        let deployment = session.deployment(unit, how)?;
        let stack = session.stack(unit, &cloud);
        Ok(match stack.prepare(&deployment).await? {
            cloudformation::Prepared::Waiting(changes) => Self {
                plan: changes.plan.clone(),
                work: Work::Stack(cloud, changes),
            },
            cloudformation::Prepared::Anew(plan) => Self {
                plan,
                work: Work::Anew(cloud, Box::new(deployment)),
            },
            cloudformation::Prepared::Nothing => Self {
                plan: stack.nothing(&deployment),
                work: Work::Nothing,
            },
        })
    }

    async fn module(session: &Session, unit: &ResourceGraph, how: &How) -> Result<Self, Error> {
        let module = session.running_module(unit, how).await?;
        module.init().await?;
        let plan = module.plan(async || session.cloud(unit).await).await?;
        let work = match plan.is_empty() {
            true => {
                module.forget_plan();
                Work::Nothing
            }
            false => Work::Module(module),
        };
        Ok(Self { plan, work })
    }

    /// Whether the plan can be carried out by a later command.
    pub(super) fn can_be_kept(&self, unit: &ResourceGraph) -> Result<(), Error> {
        match &self.work {
            Work::Nothing | Work::Stack(..) | Work::Module(_) => Ok(()),
            Work::Anew(..) => Err(Error::new(
                "the stack is what is left of a creation that failed, and takes no plan that \
                 could be kept",
            )
            .help(format!(
                "`beanc destroy {0}` deletes it, and `beanc apply {0}` deletes it and begins anew",
                unit.unit
            ))),
        }
    }

    /// Takes the plan back.
    pub(super) async fn discard(
        &self,
        session: &Session,
        unit: &ResourceGraph,
    ) -> Result<(), Error> {
        match &self.work {
            Work::Nothing | Work::Anew(..) => {}
            Work::Stack(cloud, changes) => session.stack(unit, cloud).discard(changes).await?,
            Work::Module(module) => module.forget_plan(),
        }
        Ok(())
    }
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
