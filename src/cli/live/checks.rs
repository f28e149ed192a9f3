//! What is refused before anything is asked of an engine: it would fail in the
//! middle, and say less.

use serde_json::Value;

use super::{Engine, How, Session};
use crate::apply::change::Plan;
use crate::apply::cloud::Cloud;
use crate::apply::versions::Versions;
use crate::apply::{Error, daemon};
use crate::backend::cloudformation;
use crate::diagnostic::suggest::closest;
use crate::expand::{fleet, parameter_name};
use crate::graph::{Need, ResourceGraph};
use crate::model::Environment;
use crate::platform::boot::DAEMON_VERSION;
use crate::platform::built_image;
use crate::schema::{LatePart, Lately, Setting};
use crate::syntax::ast::ItemKind;

impl Session {
    /// That the inputs are the program's, and that the version is there that a
    /// unit is to run: without it, instances would start in vain until the
    /// deployment is taken back.
    pub(super) async fn check_release(&self, unit: &ResourceGraph, how: &How) -> Result<(), Error> {
        let Some(label) = self.label(unit, how)? else {
            return Ok(());
        };
        let Ok(environment) = self.environment(unit) else {
            return Ok(());
        };
        if how.uploads && how.release.as_ref() == Some(&label) {
            return Ok(());
        }
        let name = &environment.application;
        let cloud = self.cloud(unit).await?;
        // Without a bucket there is nothing to look into yet.
        let Ok(versions) = self.versions(environment, &cloud).await else {
            return Ok(());
        };
        if !versions.lacks(&label).await {
            return Ok(());
        }
        let known = versions.list().await.unwrap_or_default();
        let known = known.iter().map(|version| version.label.as_str());
        let help = match closest(&label, known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!(
                "`beanc versions` lists those that are there, `beanc push --label {label}` makes \
                 one"
            ),
        };
        let sources = self.sources();
        let release = environment.settings.release.as_ref();
        Err(Error {
            place: release.and_then(|it| Some(sources.place(it.span()?))),
            ..Error::new(format!("there is no version {label} of {name}"))
        }
        .help(help))
    }

    /// That the daemon is there that instances of a worker environment fetch, for
    /// their machines.
    pub(super) async fn check_daemon(&self, unit: &ResourceGraph, how: &How) -> Result<(), Error> {
        let Ok(environment) = self.environment(unit) else {
            return Ok(());
        };
        // An upload looks by itself: it may bring the daemon.
        if !environment.runs_daemon() || how.uploads {
            return Ok(());
        }
        let cloud = self.cloud(unit).await?;
        // Without a bucket there is nothing to look into yet.
        let Ok(versions) = self.versions(environment, &cloud).await else {
            return Ok(());
        };
        match daemon::is_missing(environment, &versions.bucket, &cloud).await {
            true => Err(self.no_daemon(environment)),
            false => Ok(()),
        }
    }

    /// The versions that an environment can run.
    async fn versions<'c>(
        &self,
        environment: &Environment,
        cloud: &'c Cloud,
    ) -> Result<Versions<'c>, Error> {
        let name = &environment.application;
        let application = self.compilation.program.applications.get(name);
        let bucket = application.and_then(|it| it.settings.bucket.as_ref());
        let bucket = bucket.map(|it| it.value.as_str());
        Versions::of(name, bucket, cloud).await
    }

    /// Machines of a worker environment that would find no daemon.
    pub(super) fn no_daemon(&self, environment: &Environment) -> Error {
        let sources = self.sources();
        let instances = &environment.settings.instances;
        let written = instances.r#type.as_ref().and_then(Setting::span);
        let written = written.or(instances.architecture.as_ref().and_then(Setting::span));
        let machines = fleet::architecture(environment).word();
        Error {
            place: Some(sources.place(written.unwrap_or(environment.span))),
            ..Error::new(format!(
                "the bucket of {} has no daemon bean-sqsd {DAEMON_VERSION} for {machines}, \
                 which instances of {} fetch",
                environment.application, environment.name
            ))
        }
        .help(format!(
            "`beanc push --daemon FILE` uploads one for {machines}; \
             `queue {{ daemon = none }}` does without"
        ))
    }

    /// The label of the version that a unit is to run, as far as it is said now:
    /// by the program, by an input, or by its default.
    fn label(&self, unit: &ResourceGraph, how: &How) -> Result<Option<String>, Error> {
        let given = self.inputs(unit, how)?;
        let environment = self.environment(unit).ok();
        // Versions of containers are their images'.
        let environment = environment.filter(|it| it.task.is_none() || it.is_bundled());
        let release = environment.and_then(|it| it.settings.release.as_ref());
        let late = match release.map(|it| &it.value) {
            Some(Lately::Now(label)) => return Ok(Some(label.to_string())),
            Some(Lately::Later(late)) => late,
            None => return Ok(None),
        };
        let part = |part: &LatePart| match part {
            LatePart::Literal(text) => Some(text.to_string()),
            LatePart::Input(name, _) => {
                let default = || self.compilation.program.inputs.get(name)?.default.as_ref();
                let given = given.get(name.as_str()).cloned();
                given.or_else(|| default().map(ToString::to_string))
            }
            LatePart::Attribute(_) | LatePart::Aws(_) => None,
        };
        let parts: Option<Vec<String>> = late.parts.iter().map(part).collect();
        Ok(parts.map(|parts| parts.concat()))
    }

    /// What a unit needs of units that neither are deployed nor go with it. What
    /// cannot be looked up is taken to be there.
    pub(super) async fn lacks<'a>(
        &self,
        unit: &'a ResourceGraph,
        going: &[String],
    ) -> Result<Vec<&'a Need>, Error> {
        let mut lacks: Vec<&Need> = Vec::new();
        for need in &unit.needs {
            let is_known = lacks.iter().any(|it| it.unit == need.unit);
            if is_known || going.contains(&need.unit.to_string()) {
                continue;
            }
            let item = &need.unit.item;
            let name = match need.unit.kind {
                ItemKind::Platform => built_image(item),
                _ => parameter_name(item, &need.attribute),
            };
            let cloud = self.cloud(unit).await?;
            let found = cloud.parameter(&name).await;
            if matches!(found, Ok(None)) {
                lacks.push(need);
            }
        }
        Ok(lacks)
    }

    /// That all is there that a unit needs.
    pub(super) async fn check_needs(&self, unit: &ResourceGraph) -> Result<(), Error> {
        let lacks = self.lacks(unit, &[]).await?;
        let Some(need) = lacks.first() else {
            return Ok(());
        };
        let sources = self.sources();
        let units = lacks.iter().map(|need| need.unit.to_string());
        let units: Vec<String> = units.chain([unit.unit.to_string()]).collect();
        let all = match units.len() {
            2 => "both",
            _ => "all of them",
        };
        Err(Error {
            place: need.span.map(|span| sources.place(span)),
            ..Error::new(lack(unit, need))
        }
        .help(format!("`beanc apply {}` deploys {all}", units.join(" "))))
    }

    /// That a unit which is new to an engine was not deployed by the other one: all
    /// of it would be made once more, as far as names allow it.
    pub(super) async fn check_engine(
        &self,
        unit: &ResourceGraph,
        plan: &Plan,
        how: &How,
    ) -> Result<(), Error> {
        if !plan.new {
            return Ok(());
        }
        let cloud = self.cloud(unit).await?;
        let stack = self.stack(unit, &cloud);
        let name = &unit.unit;
        // Who may not ask may deploy all the same.
        let has_stack = stack.is_there().await.unwrap_or(false);
        let left = self.left(unit);
        let left = match left {
            Some(left) => cloud.parameter(&left).await.ok().flatten().map(|_| left),
            None => None,
        };
        match (how.by.engine, has_stack, left) {
            (Engine::Terraform | Engine::Tofu, true, _) => Err(Error::new(format!(
                "{name} is deployed already, by the stack {}",
                stack.name
            ))
            .help(format!(
                "`--engine cloudformation` goes on with it; to have Terraform make it anew, \
                 `beanc destroy {name} --engine cloudformation` first"
            ))),
            (Engine::Terraform | Engine::Tofu, false, Some(left)) => Err(Error::new(format!(
                "{name} is deployed already, and this state of Terraform does not have it: \
                 {left} is there"
            ))
            .help(
                "deploy from where its state is, and keep it where others find it: \
                 `target { state }`; if nothing else is left of it, delete the parameter",
            )),
            (Engine::Cloudformation, false, Some(left)) => Err(Error::new(format!(
                "{name} is deployed already, and not by a stack: {left} is there"
            ))
            .help(
                "`--engine terraform` goes on with it; if nothing else is left of it, delete \
                 the parameter",
            )),
            (Engine::Cloudformation, true, _) | (_, false, None) => Ok(()),
        }
    }

    /// A parameter that a unit leaves in Parameter Store, whoever deploys it.
    fn left(&self, unit: &ResourceGraph) -> Option<String> {
        let template = cloudformation::render(unit, &self.sources()).text;
        let template: Value = serde_json::from_str(&template).ok()?;
        let mut resources = template.get("Resources")?.as_object()?.values();
        resources.find_map(|resource| {
            let is_parameter = resource.get("Type")? == "AWS::SSM::Parameter";
            let name = resource.pointer("/Properties/Name")?.as_str()?;
            is_parameter.then(|| name.to_owned())
        })
    }
}

/// That something is missing which a unit needs.
pub(super) fn lack(unit: &ResourceGraph, need: &Need) -> String {
    format!(
        "{} needs `{}` of {}, which is not deployed here",
        unit.unit, need.attribute, need.unit
    )
}
