//! Plans that are kept in a file, to be looked at and carried out later.
//!
//! The file holds no values of the deployment, only what names the change sets
//! (or, with Terraform, that the module's folder has a plan), what was planned,
//! and a digest of the template it was planned for.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::prepared::{Prepared, Work};
use super::{Engine, Failure, How, Session};
use crate::apply::Error;
use crate::apply::change::Plan;
use crate::apply::cloudformation::ChangeSet;
use crate::apply::package::digest;
use crate::backend::{cloudformation, terraform};
use crate::disk::{Disk, RealDisk};
use crate::graph::ResourceGraph;

/// The form of the file.
const VERSION: u32 = 1;

/// Plans of several units.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saved {
    version: u32,
    engine: Engine,
    units: Vec<Unit>,
}

/// The plan of a unit.
#[derive(Debug, Serialize, Deserialize)]
struct Unit {
    plan: Plan,
    /// SHA-256 of what was planned.
    digest: String,
    /// What AWS calls the change set and its stack.
    change_set: Option<Named>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Named {
    id: String,
    stack: String,
}

impl Saved {
    /// No plans yet.
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            version: VERSION,
            engine,
            units: Vec::new(),
        }
    }

    /// Adds a unit's plan.
    pub(super) fn add(&mut self, session: &Session, unit: &ResourceGraph, prepared: &Prepared) {
        let change_set = match &prepared.work {
            Work::Stack(_, changes) => Some(Named {
                id: changes.id.clone(),
                stack: changes.stack.clone(),
            }),
            Work::Nothing | Work::Anew(..) | Work::Module(_) => None,
        };
        self.units.push(Unit {
            plan: prepared.plan.clone(),
            digest: planned(session, unit, self.engine),
            change_set,
        });
    }

    /// The names of its units.
    pub(super) fn names(&self) -> Vec<String> {
        self.units.iter().map(|it| it.plan.unit.clone()).collect()
    }

    /// What was planned for a unit.
    pub(super) fn plan(&self, unit: &ResourceGraph) -> Option<Plan> {
        let name = unit.unit.to_string();
        let found = self.units.iter().find(|it| it.plan.unit == name)?;
        Some(found.plan.clone())
    }

    /// Writes it.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let name = path.display();
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Failure::new(format!("cannot write {name}: {error}")))?;
        RealDisk
            .write(path, format!("{text}\n").as_bytes())
            .map_err(|error| Failure::new(format!("cannot write {name}: {error}")))
    }

    /// Reads it.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let bytes = RealDisk
            .read(path)
            .map_err(|error| Failure::new(format!("cannot read {name}: {error}")))?;
        let saved = serde_json::from_slice(&bytes).ok();
        saved
            .filter(|it: &Self| it.version == VERSION)
            .ok_or_else(|| {
                Failure::new(format!(
                    "{name} is no plan of this version of beanc: `beanc plan --save {name}` makes \
                     one"
                ))
            })
    }

    /// What was planned for a unit, ready to be carried out, if the program
    /// still says the same.
    pub(super) async fn recall(
        &self,
        session: &Session,
        unit: &ResourceGraph,
        how: &How,
    ) -> Result<Prepared, Error> {
        let name = unit.unit.to_string();
        let found = self.units.iter().find(|it| it.plan.unit == name);
        let found = found.filter(|it| it.digest == planned(session, unit, self.engine));
        let Some(found) = found else {
            return Err(Error::new(format!(
                "the program says something else of {name} than when it was planned"
            ))
            .help("plan again"));
        };
        let plan = found.plan.clone();
        let work = match (&found.change_set, self.engine) {
            _ if plan.is_empty() => Work::Nothing,
            (Some(named), _) => {
                let changes = ChangeSet {
                    id: named.id.clone(),
                    stack: named.stack.clone(),
                    plan: plan.clone(),
                };
                let cloud = session.cloud(unit).await?;
                let stack = session.stack(unit, &cloud);
                if !stack.is_waiting(&changes).await? {
                    return Err(stack.outdated());
                }
                Work::Stack(cloud, changes)
            }
            (None, engine) => {
                let mut how = how.clone();
                how.by.engine = engine;
                let module = session.module(unit, &how)?;
                if !module.has_plan() {
                    return Err(Error::new(format!(
                        "{} holds no plan, or it was carried out",
                        module.folder.display()
                    ))
                    .help("plan again"));
                }
                Work::Module(module)
            }
        };
        Ok(Prepared { plan, work })
    }
}

/// The digest of what an engine is given for a unit.
fn planned(session: &Session, unit: &ResourceGraph, engine: Engine) -> String {
    let document = match engine {
        Engine::Cloudformation => cloudformation::render(unit, &session.sources()),
        Engine::Terraform | Engine::Tofu => terraform::render(unit, &session.sources()),
    };
    digest(document.text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::package::SAVED_PLAN;

    #[test]
    fn a_saved_plan_is_known_by_its_beginning() {
        let text = serde_json::to_string_pretty(&Saved::new(Engine::Terraform));
        assert!(text.expect("it is JSON").starts_with(SAVED_PLAN));
    }
}
