//! Commands that talk to AWS: a program, its units, and where they run.

pub mod abort;
pub mod apply;
mod checks;
pub mod clone;
pub mod deploy;
pub mod destroy;
pub mod drift;
mod edit;
pub mod events;
pub mod health;
pub mod lock;
pub mod logs;
pub mod outputs;
pub mod plan;
mod prepared;
mod progress;
pub mod push;
mod saved;
pub mod status;
pub mod swap;
mod text;
pub mod versions;

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_sdk_cloudformation::primitives::{DateTime, DateTimeFormat as Format};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use super::output::Place;
use super::program::{Params, default_entry, report_all, seen_from_here};
use super::screen::{Screen, Stream};
use super::{Failure, Outcome};
use crate::apply::access::Access;
use crate::apply::cloud::Cloud;
use crate::apply::cloudformation::{Deployment, Stack};
use crate::apply::place::Places;
use crate::apply::terraform::Module;
use crate::apply::versions::Running;
use crate::apply::{Error, without_value};
use crate::backend::{cloudformation, terraform};
use crate::diagnostic::suggest::closest;
use crate::diagnostic::{Code, Diagnostic, terminal};
use crate::disk::{Disk, RealDisk};
use crate::driver::Compilation;
use crate::expand::alarm_name;
use crate::graph::{Keep, Resource, ResourceGraph, logical_id};
use crate::model::{Application, Environment, Input, InputType};
use crate::ordered::IndexMap;
use crate::schema::target::Target;
use crate::source::{Sources, Span};
use crate::syntax::ast::ItemKind;

/// The input that says which version runs, and the name under which an
/// environment says which one it is.
const RELEASE: &str = "release";

/// Which program.
#[derive(Debug, Clone, Args)]
pub struct Which {
    /// The program [default: env.bean, or the only one in this folder]
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,

    #[command(flatten)]
    params: Params,
}

/// Who deploys.
#[derive(Debug, Clone, Args)]
pub struct By {
    /// What carries it out
    #[arg(
        long,
        value_enum,
        env = "BEANC_ENGINE",
        default_value = "cloudformation"
    )]
    engine: Engine,

    /// Where Terraform's modules are written and run
    #[arg(long, value_name = "DIR", default_value = "build")]
    out: PathBuf,
}

/// What is deployed, and by whom.
#[derive(Debug, Clone, Args)]
pub struct How {
    #[command(flatten)]
    by: By,

    /// The value of an `input`; may be given several times
    #[arg(long = "input", value_name = "NAME=VALUE", value_parser = assignment)]
    inputs: Vec<(String, String)>,

    /// The version to run: the value of the input `release`
    #[arg(long, value_name = "LABEL")]
    release: Option<String>,

    /// Whether the version is uploaded by this command, when the user has agreed:
    /// it need not be there before.
    #[arg(skip)]
    uploads: bool,
}

impl How {
    /// The value that an `--input` gives the input `release`.
    fn release_input(&self) -> Option<&str> {
        let mut inputs = self.inputs.iter().filter(|(name, _)| name == RELEASE);
        Some(&inputs.next()?.1)
    }

    /// Whether the user says which version runs.
    fn says_release(&self) -> bool {
        self.release.is_some() || self.release_input().is_some()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum Engine {
    /// Change sets and stacks
    Cloudformation,
    /// The command `terraform`
    Terraform,
    /// The command `tofu`
    Tofu,
}

impl Engine {
    fn command(self) -> &'static str {
        match self {
            Self::Tofu => "tofu",
            Self::Cloudformation | Self::Terraform => "terraform",
        }
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("it takes a name and a value: --input release=v2")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(in_words(&error))
    }
}

/// An error in a line, behind the place that it has in the program.
fn in_words(error: &Error) -> String {
    match &error.place {
        Some(place) => format!("{place}: {error}"),
        None => error.to_string(),
    }
}

/// What becomes of warnings of the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Warnings {
    /// They are told.
    Told,
    /// Nobody asked.
    Silent,
}

/// A program without errors, and what is to be done with it.
struct Session {
    entry: PathBuf,
    compilation: Compilation,
    access: Arc<Access>,
}

impl Session {
    /// Compiles the program to ask how it stands; `None` after saying what is
    /// wrong with it. Warnings are for those who write or deploy it.
    fn open(which: &Which, screen: &mut Screen) -> Result<Option<Self>, Failure> {
        Self::opened(which, Warnings::Silent, screen)
    }

    /// Compiles the program to deploy it; `None` after saying what is wrong with
    /// it.
    fn open_to_deploy(which: &Which, screen: &mut Screen) -> Result<Option<Self>, Failure> {
        Self::opened(which, Warnings::Told, screen)
    }

    fn opened(
        which: &Which,
        warnings: Warnings,
        screen: &mut Screen,
    ) -> Result<Option<Self>, Failure> {
        let entry = match &which.file {
            Some(file) => file.clone(),
            None => default_entry()?,
        };
        let compilation = which.params.compile(&entry)?;
        if warnings == Warnings::Told || compilation.has_errors() {
            report_all(&compilation, &entry, screen)?;
        }
        let session = Self {
            entry,
            compilation,
            access: Arc::default(),
        };
        Ok((!session.compilation.has_errors()).then_some(session))
    }

    /// The entry file's name as `bean.lock` has it: its path below the root.
    fn entry_name(&self) -> SmolStr {
        let entry = self.compilation.reading.files.first();
        let name = entry.map(|entry| self.compilation.sources.file(entry.tree.id).name());
        name.unwrap_or_default().into()
    }

    /// The units with these names, or all of them, each after those it needs.
    fn units(&self, names: &[String]) -> Result<Vec<&ResourceGraph>, Failure> {
        let all = &self.compilation.units;
        for name in names {
            let is_meant = |unit: &&ResourceGraph| is_called(unit, name);
            if !all.iter().any(|unit| is_meant(&unit)) {
                let known: Vec<String> = all.iter().map(|unit| unit.unit.to_string()).collect();
                return Err(Failure::new(unknown_unit(name, &known)));
            }
        }
        let is_chosen = |unit: &&ResourceGraph| {
            names.is_empty() || names.iter().any(|name| is_called(unit, name))
        };
        Ok(all.iter().filter(is_chosen).collect())
    }

    /// The only unit with this name.
    fn unit(&self, name: &str) -> Result<&ResourceGraph, Failure> {
        let units = self.units(&[name.to_owned()])?;
        match units.as_slice() {
            [unit] => Ok(unit),
            several => {
                let names: Vec<String> = several.iter().map(|it| it.unit.to_string()).collect();
                Err(Failure::new(format!(
                    "`{name}` may be {}",
                    names.join(" or ")
                )))
            }
        }
    }

    /// The environment that a unit is.
    fn environment(&self, unit: &ResourceGraph) -> Result<&Environment, Failure> {
        let environments = &self.compilation.program.environments;
        let found = match unit.unit.kind {
            ItemKind::Environment => environments.get(&unit.unit.item).map(Arc::as_ref),
            _ => None,
        };
        found.ok_or_else(|| Failure::new(format!("{} is no environment", unit.unit)))
    }

    /// Units side by side, level by level: each level needs only those before.
    fn levels<'a>(units: Vec<&'a ResourceGraph>) -> Vec<Vec<&'a ResourceGraph>> {
        let mut levels: Vec<Vec<&'a ResourceGraph>> = Vec::new();
        let mut depths: BTreeMap<_, usize> = BTreeMap::new();
        for unit in units {
            let needs = unit.needs.iter().filter_map(|need| depths.get(&need.unit));
            let depth = needs.max().map_or(0, |depth| depth + 1);
            depths.insert(unit.unit.clone(), depth);
            if levels.len() <= depth {
                levels.resize_with(depth + 1, Vec::new);
            }
            levels[depth].push(unit);
        }
        levels
    }

    /// The region of units that name none: the one that all environments name.
    fn region(&self) -> Option<&str> {
        let environments = self.compilation.program.environments.values();
        let mut regions = environments.filter_map(|environment| {
            let region = environment.settings.target.region.as_ref()?;
            Some(region.value.0.as_str())
        });
        let first = regions.next()?;
        regions.all(|other| other == first).then_some(first)
    }

    /// Connects to where a unit runs.
    async fn cloud(&self, unit: &ResourceGraph) -> Result<Cloud, Error> {
        self.connect(self.target(unit)).await
    }

    /// Connects to where units without a target of their own run.
    async fn elsewhere(&self) -> Result<Cloud, Error> {
        self.connect(self.common_target()).await
    }

    async fn connect(&self, target: Option<&Target>) -> Result<Cloud, Error> {
        Cloud::connect(target, self.region(), &self.access, &self.sources()).await
    }

    /// Where a unit is deployed. Applications and networks go where all the
    /// environments go, with the same role.
    fn target<'a>(&'a self, unit: &'a ResourceGraph) -> Option<&'a Target> {
        unit.target.as_ref().or_else(|| self.common_target())
    }

    /// What all targets of the program have in common, as the first says it.
    fn common_target(&self) -> Option<&Target> {
        let mut targets = self.compilation.units.iter().map(|it| it.target.as_ref());
        let first = targets.find_map(|target| target)?;
        let same = |other: &Target| {
            let role = |it: &Target| it.role.as_ref().map(|it| it.value.0.clone());
            let account = |it: &Target| it.account.as_ref().map(|it| it.value.clone());
            role(first) == role(other) && account(first) == account(other)
        };
        let all = self
            .compilation
            .units
            .iter()
            .filter_map(|it| it.target.as_ref());
        all.clone().all(same).then_some(first)
    }

    /// The application of a unit.
    fn application<'a>(&'a self, unit: &'a ResourceGraph) -> Option<&'a str> {
        let program = &self.compilation.program;
        match unit.unit.kind {
            ItemKind::Application => Some(unit.unit.item.as_str()),
            ItemKind::Environment => {
                let environment = program.environments.get(&unit.unit.item)?;
                Some(environment.application.as_str())
            }
            _ => program.applications.keys().next().map(|name| name.as_str()),
        }
    }

    /// The application with a name, or the only one.
    fn application_named(&self, name: Option<&str>) -> Result<&Application, Failure> {
        let applications = &self.compilation.program.applications;
        match name {
            Some(name) => applications.get(name.strip_prefix("application.").unwrap_or(name)),
            None if applications.len() == 1 => applications.values().next(),
            None => None,
        }
        .ok_or_else(|| {
            let names: Vec<&str> = applications.keys().map(|name| name.as_str()).collect();
            Failure::new(match (name, names.is_empty()) {
                (_, true) => "the program declares no application".to_owned(),
                (Some(name), _) => format!(
                    "there is no application `{name}`; there are {}",
                    names.join(", ")
                ),
                (None, _) => format!("name one of the applications {}", names.join(", ")),
            })
        })
    }

    /// Which environments run which version of an application. They may be in
    /// several regions and accounts.
    async fn running(&self, application: &str) -> Result<Running, Error> {
        let environments = &self.compilation.program.environments;
        let application_of = |name: &str| Some(environments.get(name)?.application.as_str());
        let units = self.compilation.units.iter();
        let units = units.filter(|it| application_of(&it.unit.item) == Some(application));
        let place = |target: Option<&Target>| {
            let region = target.and_then(|it| Some(it.region.as_ref()?.value.0.clone()));
            let role = target.and_then(|it| Some(it.role.as_ref()?.value.0.clone()));
            (region, role)
        };
        let mut places = BTreeMap::from([(place(self.common_target()), self.common_target())]);
        places.extend(units.map(|unit| (place(self.target(unit)), self.target(unit))));
        let mut running = Running::new();
        for target in places.into_values() {
            let cloud = self.connect(target).await?;
            for runner in cloud.running().await? {
                // Other applications have labels of their own. An environment
                // that nobody knows may be this one's.
                let told = runner.application.as_deref();
                let known = told.or_else(|| application_of(&runner.environment));
                if known.is_none_or(|known| known == application) {
                    let names = running.entry(runner.label).or_default();
                    names.push(runner.environment);
                }
            }
        }
        for names in running.values_mut() {
            names.sort();
            names.dedup();
        }
        Ok(running)
    }

    /// Values for the inputs of a unit.
    fn inputs(&self, unit: &ResourceGraph, how: &How) -> Result<IndexMap<String, String>, Error> {
        let mut given: IndexMap<String, String> = how.inputs.iter().cloned().collect();
        if let Some(release) = &how.release {
            if !self.compilation.program.inputs.contains_key(RELEASE) {
                return Err(Error::new(
                    "--release gives the input `release`, and the program has none; write \
                     `input release: string` and `release = input.release`",
                ));
            }
            if let Some(other) = how.release_input() {
                return Err(Error::new(format!(
                    "`--release {release}` and `--input release={other}` both say which version \
                     runs; give one of them"
                )));
            }
            given.insert(RELEASE.to_owned(), release.clone());
        }
        for name in given.keys() {
            if !self.compilation.program.inputs.contains_key(name.as_str()) {
                return Err(Error::new(format!("the program has no input `{name}`")));
            }
        }
        given.retain(|name, _| unit.inputs.contains_key(name.as_str()));
        Ok(given)
    }

    /// A unit as CloudFormation gets it.
    fn deployment(&self, unit: &ResourceGraph, how: &How) -> Result<Deployment, Error> {
        let document = cloudformation::render(unit, &self.sources());
        let values = self.inputs(unit, how)?.into_iter();
        let inputs = unit.inputs.keys();
        Ok(Deployment {
            unit: unit.unit.clone(),
            template: document.text,
            places: Places::read(&document.map),
            parameters: values
                .map(|(name, value)| (logical_id::pascal(&name), value))
                .collect(),
            inputs: inputs
                .map(|name| (logical_id::pascal(name), name.to_string()))
                .collect(),
            application: self.application(unit).map(str::to_owned),
            rollback_alarms: self.rollback_alarms(unit),
        })
    }

    /// The names of the alarms that take an update of a unit back.
    fn rollback_alarms(&self, unit: &ResourceGraph) -> Vec<String> {
        let Ok(environment) = self.environment(unit) else {
            return Vec::new();
        };
        let alarms = environment.settings.deployment.rollback_on.value.iter();
        alarms
            .map(|(alarm, _)| alarm_name(&environment.name, &alarm.0))
            .collect()
    }

    /// The stack of a unit.
    fn stack<'a>(&self, unit: &ResourceGraph, cloud: &'a Cloud) -> Stack<'a> {
        Stack::of(&unit.unit, self.application(unit), cloud)
    }

    /// A unit as Terraform gets it, written into its folder.
    fn module(&self, unit: &ResourceGraph, how: &How) -> Result<Module, Error> {
        Ok(Module {
            variables: self.inputs(unit, how)?,
            ..self.written(unit, &how.by)?
        })
    }

    /// The same, to be asked how it stands.
    fn written(&self, unit: &ResourceGraph, by: &By) -> Result<Module, Error> {
        // The map is the one that `build` writes; whoever reads messages looks for
        // files from where they are.
        let document = terraform::render(unit, &self.compilation.sources);
        let seen = terraform::render(unit, &self.sources());
        let folder = by.out.join(unit.unit.to_string());
        let path = folder.join("main.tf.json");
        if Place::before(&path) == Place::Foreign {
            return Err(Error::new(format!(
                "{} was not written by beanc, so it is left alone; choose another --out",
                path.display()
            )));
        }
        written(&path, &document.text)?;
        written(&folder.join("main.map.json"), &document.map)?;
        Ok(Module {
            command: by.engine.command().to_owned(),
            folder,
            unit: unit.unit.to_string(),
            places: Places::read(&seen.map),
            variables: IndexMap::default(),
            region: self.region().map(str::to_owned),
        })
    }

    /// The same, to be planned. The version that runs goes on when no other is
    /// named, as with CloudFormation, whose stacks keep their parameters.
    async fn running_module(&self, unit: &ResourceGraph, how: &How) -> Result<Module, Error> {
        let mut module = self.module(unit, how)?;
        if unit.inputs.contains_key(RELEASE) && !module.variables.contains_key(RELEASE) {
            let cloud = self.cloud(unit).await?;
            if let Some(running) = cloud.published(&unit.unit.item, RELEASE).await? {
                module.variables.insert(RELEASE.to_owned(), running);
            }
        }
        let lacks = |(name, input): &(&SmolStr, &Input)| {
            input.default.is_none() && !module.variables.contains_key(name.as_str())
        };
        if let Some((name, input)) = unit.inputs.iter().find(lacks) {
            let place = self.sources().place(input.span);
            return Err(without_value(name, Some(&place)));
        }
        Ok(module)
    }

    /// The same, to be deleted: values that nobody gives any more do not matter.
    async fn leaving_module(&self, unit: &ResourceGraph, how: &How) -> Result<Module, Error> {
        let mut module = self.module(unit, how)?;
        for (name, input) in &unit.inputs {
            if input.default.is_none() && !module.variables.contains_key(name.as_str()) {
                let any = match &input.ty {
                    InputType::Text | InputType::Plain => "none",
                    InputType::Form(form) => form.any,
                    InputType::Number => "0",
                    InputType::Bool => "false",
                    InputType::OneOf(words) => words.first().map_or("", SmolStr::as_str),
                    InputType::List => "[]",
                };
                module.variables.insert(name.to_string(), any.to_owned());
            }
        }
        Ok(module)
    }

    /// The sources under names that can be opened from here.
    fn sources(&self) -> Sources {
        seen_from_here(&self.compilation, &self.entry)
    }

    /// The line of the program that makes a resource of a unit's stack.
    fn place(&self, unit: &ResourceGraph, id: &str) -> Option<String> {
        let resources = || unit.resources().map(|(_, resource)| resource);
        // One of ours may be several of AWS's, whose names begin alike.
        let begins = |resource: &&Resource| id.starts_with(resource.id.pascal.as_str());
        let resource = resources()
            .find(|resource| resource.id.pascal == id)
            .or_else(|| resources().find(begins))?;
        Some(self.sources().place(resource.origin))
    }

    /// The line that a failure of a resource is about: what it quotes of it, or
    /// the resource.
    fn blamed(&self, unit: &ResourceGraph, id: &str, why: &str) -> Option<String> {
        let document = cloudformation::render(unit, &self.sources());
        let template: Option<Value> = serde_json::from_str(&document.text).ok();
        let places = Places::read(&document.map);
        let pointer = format!("/Resources/{id}");
        let resource = template.as_ref().and_then(|it| it.pointer(&pointer));
        let quoted = resource.and_then(|it| places.quoted(it, &pointer, why));
        quoted.map(str::to_owned).or_else(|| self.place(unit, id))
    }

    /// Says what went wrong, at the line of the program where one is known.
    fn complain(
        &self,
        error: &Error,
        unit: &ResourceGraph,
        screen: &mut Screen,
    ) -> Result<(), Failure> {
        let sources = self.sources();
        let place = error
            .place
            .as_deref()
            .and_then(|place| find(&sources, place));
        let span = place.unwrap_or(unit.origin);
        let diagnostic = Diagnostic::new(Code::DeploymentFailed, span, &error.message)
            .label(format!("in {}", unit.unit));
        let diagnostic = match &error.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        };
        let (width, style) = (Screen::width(Stream::Err), screen.style(Stream::Err));
        screen.say(&terminal::render(&diagnostic, &sources, width, style))?;
        Ok(())
    }
}

fn written(path: &Path, text: &str) -> Result<(), Error> {
    let name = path.display();
    RealDisk
        .write(path, text.as_bytes())
        .map_err(|error| Error::new(format!("cannot write {name}: {error}")))
}

/// That there is nothing of a unit.
fn not_deployed(unit: &ResourceGraph) -> Failure {
    Failure::new(format!("{} is not deployed", unit.unit))
}

/// The span of `file:line:column`, to the end of the line.
fn find(sources: &Sources, place: &str) -> Option<Span> {
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line: usize = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let (id, source) = sources.iter().find(|(_, source)| source.name() == name)?;
    let text = source.text();
    let begin: usize = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let content = text.get(begin..)?.lines().next()?;
    let behind = content
        .char_indices()
        .nth(column.checked_sub(1)?)
        .map_or(0, |(at, _)| at);
    let end = begin + content.trim_end().len();
    Some(Span::new(id, begin + behind, end.max(begin + behind)))
}

/// That there is no such unit, and which was meant. People write the kind of a
/// unit or leave it out.
fn unknown_unit(name: &str, known: &[String]) -> String {
    let item = |unit: &str| unit.rsplit('.').next().unwrap_or_default().to_owned();
    let items: Vec<String> = known.iter().map(|unit| item(unit)).collect();
    let written = match name.contains('.') {
        true => known,
        false => items.as_slice(),
    };
    match closest(name, written.iter().map(String::as_str)) {
        Some(meant) => format!("there is no unit `{name}`; did you mean `{meant}`?"),
        None => format!("there is no unit `{name}`; there are {}", known.join(", ")),
    }
}

fn is_called(unit: &ResourceGraph, name: &str) -> bool {
    unit.unit.item == name || unit.unit.to_string() == name
}

/// The resources of a unit that the user protects, under both their names.
fn protected(unit: &ResourceGraph) -> impl Iterator<Item = [&str; 2]> {
    let resources = unit.resources().map(|(_, resource)| resource);
    let kept = resources.filter(|resource| resource.keep == Keep::Protect);
    kept.map(|resource| [resource.id.pascal.as_str(), resource.id.snake.as_str()])
}

/// Tells a failure where exit code 2 means that something changes.
fn told(result: Result<Outcome, Failure>, screen: &mut Screen) -> Result<Outcome, Failure> {
    match result {
        Err(Failure::Because(message)) => {
            screen.complain(&message);
            Ok(Outcome::Errors)
        }
        result => result,
    }
}

/// Runs what waits for AWS.
fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    runtime.block_on(work)
}

/// Asks a person; `false` for anything but yes. Ctrl-C is no as well: what was
/// prepared is taken back.
fn confirmed(question: &str, screen: &mut Screen) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new(
            "nobody is there to be asked; say --yes when it is meant",
        ));
    }
    screen.say(&format!("{question} Only `yes` is yes: "))?;
    let (tell, told) = tokio::sync::oneshot::channel();
    // A read cannot be given up, so it has a thread of its own.
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        // After Ctrl-C nobody listens any more.
        let _ = tell.send(read.map(|_| answer));
    });
    let answer = wait(async {
        tokio::select! {
            answer = told => Ok(answer.ok()),
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    })?;
    let Some(answer) = answer else {
        screen.say("\n")?;
        return Ok(false);
    };
    let answer =
        answer.map_err(|error| Failure::new(format!("cannot read the answer: {error}")))?;
    Ok(answer.trim() == "yes")
}

/// `2026-11-23 10:51:25`, from seconds since 1970, in UTC.
fn when(seconds: i64) -> String {
    let time = DateTime::from_secs(seconds).fmt(Format::DateTime);
    let time = time.unwrap_or_default().replace('T', " ");
    time.trim_end_matches('Z').to_owned()
}
