//! A unit as a Terraform root module, driven through the `terraform` or `tofu`
//! command, which keeps the state and asks AWS.

use std::io::Read;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use tokio::process::Command;

use super::change::{Action, Change, Plan, Property, is_stateful, of_update};
use super::cloud::Cloud;
use super::compare::compared;
use super::place::Places;
use super::{Error, logs};
use crate::backend::source_map::join;
use crate::backend::terraform::variable;
use crate::disk::{Disk, RealDisk};
use crate::ordered::IndexMap;

/// The plan of a module, in its folder.
const PLAN: &str = "beanc.tfplan";

/// What a plan takes over, beside the module: it is there only while Terraform
/// looks, since the plan holds it from then on.
const IMPORTS: &str = "beanc.imports.tf.json";

/// What a destruction is planned with, beside the module, as briefly as that.
/// Terraform reads files with such names as changes to the others.
const OVERRIDE: &str = "beanc_override.tf.json";

/// Log groups outlive their module.
const LOG_GROUP: &str = "aws_cloudwatch_log_group";

/// Where an application keeps its versions.
const BUCKET: &str = "aws_s3_bucket";

/// A root module on the disk.
#[derive(Debug)]
pub struct Module {
    /// `terraform` or `tofu`.
    pub command: String,
    /// Where it was built.
    pub folder: PathBuf,
    /// The unit: `environment.shop-prod`.
    pub unit: String,
    /// The module's source map.
    pub places: Places,
    /// Values of its variables, where they are given now.
    pub variables: IndexMap<String, String>,
    /// The region, where the module names none and the program does.
    pub region: Option<String>,
}

/// A step of a resource while a plan is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `aws_lb.shop_prod_load_balancer`
    pub address: String,
    /// `create`, `update`, `delete`
    pub action: String,
    /// What happens to it.
    pub phase: Phase,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It begins.
    Started,
    /// It is done, after this many seconds.
    Done(u64),
    /// It failed.
    Failed,
}

/// What to plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// That everything is as the module says.
    Apply,
    /// That nothing is left.
    Destroy,
}

impl Module {
    /// Prepares the folder: providers and the backend.
    ///
    /// # Errors
    /// What the command says, and when there is no such command.
    pub async fn init(&self) -> Result<(), Error> {
        // Should an earlier plan have been killed.
        self.forget(IMPORTS);
        self.forget(OVERRIDE);
        let arguments = ["init", "-input=false", "-no-color"];
        let (ok, out, said) = self.output(&arguments).await?;
        if ok {
            return Ok(());
        }
        // Older commands complain where they talk.
        let said = if said.trim().is_empty() { out } else { said };
        // What it quotes of the backend: the bucket, or the role.
        Err(Error {
            place: self.quoted("/terraform", &said).map(str::to_owned),
            ..Error::new(format!("{} init failed: {}", self.command, plain(&said)))
        })
    }

    /// What has to change for everything to be as the module says. The plan stays
    /// in the folder until it is carried out.
    ///
    /// Log groups that an earlier deployment has left are taken over, as a stack
    /// does it: Terraform would make them and fail since they are there. AWS is
    /// connected to only when a group is to be made.
    ///
    /// # Errors
    /// What the command says, at the line of the program behind it, and what AWS
    /// answered.
    pub async fn plan(
        &self,
        connect: impl AsyncFnOnce() -> Result<Cloud, Error>,
    ) -> Result<Plan, Error> {
        let shown = self.look(Aim::Apply).await?;
        let shown = match self.left(&shown, connect).await {
            Ok(left) if left.is_empty() => Ok(shown),
            Ok(left) => self.look_taking_over(&left).await,
            Err(error) => Err(error),
        };
        if shown.is_err() {
            self.forget_plan();
        }
        Ok(self.read(shown?))
    }

    /// What goes for nothing to be left, with what the module protects. The plan
    /// stays in the folder as well.
    ///
    /// # Errors
    /// What the command says, at the line of the program behind it.
    pub async fn plan_destruction(&self) -> Result<Plan, Error> {
        let protected = self.protected();
        if protected.is_empty() {
            let shown = self.look(Aim::Destroy).await?;
            return Ok(self.read(shown));
        }
        // Terraform plans no destruction of what is protected.
        let mut blocks: IndexMap<&str, IndexMap<&str, Value>> = IndexMap::default();
        for (kind, name) in protected.iter().filter_map(|it| it.split_once('.')) {
            let open = serde_json::json!({"lifecycle": {"prevent_destroy": false}});
            blocks.entry(kind).or_default().insert(name, open);
        }
        self.put(OVERRIDE, &serde_json::json!({"resource": blocks}))?;
        let shown = self.look(Aim::Destroy).await;
        self.forget(OVERRIDE);
        Ok(self.read(shown?))
    }

    /// The addresses of what the module protects.
    #[must_use]
    pub fn protected(&self) -> Vec<String> {
        let written = self.document().unwrap_or_default();
        let is_protected = |block: &Value| {
            let prevents = block.pointer("/lifecycle/prevent_destroy");
            prevents.and_then(Value::as_bool) == Some(true)
        };
        let protected = blocks(&written).filter(|(_, _, block)| is_protected(block));
        protected
            .map(|(kind, name, _)| format!("{kind}.{name}"))
            .collect()
    }

    /// Has the command look at what there is.
    async fn look(&self, aim: Aim) -> Result<Shown, Error> {
        let out = format!("-out={PLAN}");
        let mut arguments = vec!["plan", "-input=false", "-json", &out];
        if aim == Aim::Destroy {
            arguments.push("-destroy");
        }
        self.run(&arguments, &mut |_| {}).await?;
        let (ok, shown, said) = self.output(&["show", "-json", PLAN]).await?;
        if !ok {
            return Err(Error::new(said.trim().to_owned()));
        }
        serde_json::from_str(&shown).map_err(|error| {
            Error::new(format!("the plan of {} cannot be read: {error}", self.unit))
        })
    }

    /// The log groups that a plan would make, and that are there.
    async fn left(
        &self,
        shown: &Shown,
        connect: impl AsyncFnOnce() -> Result<Cloud, Error>,
    ) -> Result<Vec<Left>, Error> {
        let made: Vec<Left> = shown.resource_changes.iter().filter_map(Left::of).collect();
        if made.is_empty() {
            return Ok(made);
        }
        let cloud = connect().await?;
        let mut left = Vec::new();
        for group in made {
            if logs::is_group(&group.name, &cloud).await? {
                left.push(group);
            }
        }
        Ok(left)
    }

    /// The same as [`Self::look`], and what is left becomes part of the module.
    async fn look_taking_over(&self, left: &[Left]) -> Result<Shown, Error> {
        let imports = left
            .iter()
            // Names of log groups have no letters that mean something in a text of
            // Terraform.
            .map(|it| serde_json::json!({"to": it.address, "id": it.name}));
        let imports = serde_json::json!({"import": imports.collect::<Vec<_>>()});
        self.put(IMPORTS, &imports)?;
        let shown = self.look(Aim::Apply).await;
        self.forget(IMPORTS);
        shown
    }

    /// Writes a file of ours beside the module.
    fn put(&self, file: &str, document: &Value) -> Result<(), Error> {
        let path = self.folder.join(file);
        RealDisk
            .write(&path, format!("{document:#}\n").as_bytes())
            .map_err(|error| Error::new(format!("cannot write {}: {error}", path.display())))
    }

    fn read(&self, plan: Shown) -> Plan {
        let written = self.document().unwrap_or_default();
        let changes = plan.resource_changes.into_iter();
        let changes = changes.filter(|it| it.mode == "managed");
        let places = with_locals(self.places.clone(), &written);
        let changes = changes.filter_map(|it| change(it, &written, &places));
        let changes: Vec<Change> = changes.collect();
        // What is taken over is in no state yet.
        let taken = changes.iter().filter(|it| it.action == Action::Import);
        let taken = taken.count();
        let outputs = plan.output_changes.into_iter();
        let outputs = outputs.filter(|(_, change)| change.actions != ["no-op"]);
        let outputs = outputs.map(|(name, change)| {
            let place = self.places.of(&format!("/output/{name}"));
            let place = place.map(str::to_owned);
            let [before, after] = change.values();
            Property {
                path: name,
                place,
                before: before.as_ref().and_then(text),
                after: after.as_ref().and_then(text),
            }
        });
        Plan {
            unit: self.unit.clone(),
            deployed: self.folder.display().to_string(),
            new: !changes.is_empty()
                && plan
                    .prior_state
                    .is_none_or(|it| managed(&it).count() <= taken),
            changes,
            outputs: outputs.collect(),
            notes: Vec::new(),
        }
    }

    /// Carries the folder's plan out and tells of each step.
    ///
    /// # Errors
    /// The first failure, at the line of the program behind it.
    pub async fn apply(&self, tell: &mut dyn FnMut(&Step)) -> Result<(), Error> {
        let arguments = ["apply", "-input=false", "-json", PLAN];
        let applied = self.run(&arguments, tell).await;
        self.forget_plan();
        applied.map_err(|error| match error.help {
            None => error.help("what was made stays, and the next apply goes on from there"),
            Some(_) => error,
        })
    }

    /// Takes resources out of the state, where they stay in AWS, and plans anew
    /// what goes: the plan in the folder was made with them.
    ///
    /// # Errors
    /// What the command says.
    pub async fn leave(&self, addresses: &[String]) -> Result<(), Error> {
        self.forget_plan();
        let mut arguments = vec!["state", "rm"];
        arguments.extend(addresses.iter().map(String::as_str));
        let (ok, _, said) = self.output(&arguments).await?;
        if !ok {
            let why = plain(&said);
            return Err(Error::new(format!("{} state rm: {why}", self.command)));
        }
        self.look(Aim::Destroy).await.map(|_| ())
    }

    /// Whether a plan waits in the folder.
    #[must_use]
    pub fn has_plan(&self) -> bool {
        RealDisk.exists(&self.folder.join(PLAN))
    }

    /// Removes the plan: it holds the values of variables.
    pub fn forget_plan(&self) {
        self.forget(PLAN);
    }

    #[expect(clippy::disallowed_methods, reason = "these files are ours")]
    fn forget(&self, file: &str) {
        // Nobody misses a file that is not there.
        let _ = std::fs::remove_file(self.folder.join(file));
    }

    /// The module's outputs; those that are secret say only that they are.
    ///
    /// # Errors
    /// What the command says.
    pub async fn outputs(&self) -> Result<IndexMap<String, String>, Error> {
        #[derive(Deserialize)]
        struct Given {
            #[serde(default)]
            sensitive: bool,
            value: Value,
        }
        let (ok, shown, said) = self.output(&["output", "-json"]).await?;
        let outputs: Option<IndexMap<String, Given>> = serde_json::from_str(&shown).ok();
        let outputs = outputs
            .filter(|_| ok)
            .ok_or_else(|| Error::new(said.trim().to_owned()))?;
        let outputs = outputs
            .into_iter()
            .map(|(name, given)| match given.sensitive {
                true => (name, SENSITIVE.to_owned()),
                false => (name, text(&given.value).unwrap_or_default()),
            });
        Ok(outputs.collect())
    }

    /// How many resources the state holds.
    ///
    /// # Errors
    /// What the command says.
    pub async fn count(&self) -> Result<usize, Error> {
        Ok(managed(&self.state().await?).count())
    }

    /// The name of the bucket that the state holds, if it holds one.
    ///
    /// # Errors
    /// What the command says.
    pub async fn bucket(&self) -> Result<Option<String>, Error> {
        let state = self.state().await?;
        let mut resources = managed(&state);
        let bucket = resources.find(|it| it.get("type").and_then(Value::as_str) == Some(BUCKET));
        let name = bucket.and_then(|it| it.pointer("/values/bucket")?.as_str());
        Ok(name.map(str::to_owned))
    }

    async fn state(&self) -> Result<Value, Error> {
        let (ok, shown, said) = self.output(&["show", "-json"]).await?;
        let state: Option<Value> = serde_json::from_str(&shown).ok();
        state.filter(|_| ok).ok_or_else(|| Error::new(plain(&said)))
    }

    /// Runs a command that speaks JSON, a message a line.
    ///
    /// It writes into a file and not into a pipe: should we be killed, it would
    /// die of a broken pipe at its next word, perhaps before it has noted what
    /// it has just made.
    async fn run(&self, arguments: &[&str], tell: &mut dyn FnMut(&Step)) -> Result<(), Error> {
        let failed = |error: std::io::Error| Error::new(format!("{}: {error}", self.command));
        let (out, err) = (Spoken::new(), Spoken::new());
        let (mut out, mut err) = (out.map_err(failed)?, err.map_err(failed)?);
        let mut child = self
            .prepared(arguments)
            .stdout(out.writer().map_err(failed)?)
            .stderr(err.writer().map_err(failed)?)
            .spawn()
            .map_err(|error| self.missing(&error))?;
        let mut first = None;
        let status = loop {
            let ended = tokio::select! {
                status = child.wait() => Some(status.map_err(failed)?),
                () = tokio::time::sleep(LISTEN) => None,
            };
            for line in out.lines().map_err(failed)? {
                let Ok(message) = serde_json::from_str::<Message>(&line) else {
                    continue;
                };
                if let Some(step) = message.step() {
                    tell(&step);
                }
                let complaint = message.diagnostic.filter(|it| it.severity == "error");
                first = first.or(complaint);
            }
            if let Some(status) = ended {
                break status;
            }
        };
        if status.success() {
            return Ok(());
        }
        Err(match first {
            Some(complaint) => self.complaint(&complaint),
            None => Error::new(format!(
                "{} of {} failed: {}",
                self.command,
                self.unit,
                plain(&err.rest().map_err(failed)?)
            )),
        })
    }

    /// The line of what a complaint quotes of a block.
    fn quoted(&self, pointer: &str, complaint: &str) -> Option<&str> {
        let module = self.document()?;
        let block = module.pointer(pointer)?;
        self.places.quoted(block, pointer, complaint)
    }

    /// The module as it is written.
    fn document(&self) -> Option<Value> {
        let module = RealDisk.read(&self.folder.join("main.tf.json")).ok()?;
        serde_json::from_slice(&module).ok()
    }

    /// A complaint of the command, at our line when it has one.
    fn complaint(&self, complaint: &Complaint) -> Error {
        let said = format!("{} {}", complaint.summary, complaint.detail);
        let place = complaint.pointer().and_then(|pointer| {
            let quoted = self.quoted(&pointer, &said);
            quoted.or_else(|| self.places.of(&pointer))
        });
        let mut message = complaint.summary.clone();
        if !complaint.detail.is_empty() {
            let detail = complaint.detail.split_whitespace();
            message.push_str(&format!(": {}", detail.collect::<Vec<_>>().join(" ")));
        }
        let address = complaint.address.as_deref().unwrap_or_default();
        if !address.is_empty() {
            message.push_str(&format!(" ({address})"));
        }
        let error = Error {
            place: place.map(str::to_owned),
            ..Error::new(message)
        };
        if !complaint.summary.contains("state lock") {
            return error;
        }
        let lock = |name| told(&complaint.detail, name);
        let error = match (lock("Who"), lock("Created")) {
            (Some(who), Some(created)) => {
                // Fractions of a second and the zone, which is UTC.
                let since = created.split('.').next().unwrap_or(created);
                Error::new(format!(
                    "{} is being deployed by {who}, since {since} UTC",
                    self.unit
                ))
            }
            _ => error,
        };
        error.help(format!(
            "wait for it to end; a lock that was left behind goes with \
             `{} -chdir={} force-unlock {}`",
            self.command,
            self.folder.display(),
            lock("ID").unwrap_or("ID")
        ))
    }

    /// Runs a command to its end: whether it went well, and what it said.
    async fn output(&self, arguments: &[&str]) -> Result<(bool, String, String), Error> {
        let output = self.prepared(arguments).output().await;
        let output = output.map_err(|error| self.missing(&error))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        Ok((output.status.success(), out, err))
    }

    #[expect(clippy::disallowed_methods, reason = "Terraform is a command")]
    fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = Command::from(std::process::Command::new(&self.command));
        command
            .current_dir(&self.folder)
            .args(arguments)
            .env("TF_IN_AUTOMATION", "1")
            .envs(self.region.iter().map(|region| ("AWS_REGION", region)))
            // On the command line, everybody on the machine could read them.
            .envs(
                self.variables
                    .iter()
                    .map(|(name, value)| (format!("TF_VAR_{}", variable(name)), value)),
            )
            .stdin(Stdio::null());
        command
    }

    fn missing(&self, error: &std::io::Error) -> Error {
        let command = &self.command;
        match error.kind() {
            std::io::ErrorKind::NotFound if self.folder.is_dir() => Error::new(format!(
                "there is no command `{command}`: install it, or choose another --engine"
            )),
            _ => Error::new(format!("cannot run `{command}`: {error}")),
        }
    }
}

/// What becomes of a resource; `written` is the module's document.
fn change(resource: Resource, written: &Value, places: &Places) -> Option<Change> {
    let change = resource.change;
    let actions: Vec<&str> = change.actions.iter().map(String::as_str).collect();
    let action = match actions.as_slice() {
        ["no-op" | "update"] if change.importing.is_some() => Action::Import,
        ["create"] => Action::Create,
        ["update"] => Action::Update,
        ["delete"] if is_kept(change.before.as_ref()) => Action::Forget,
        ["delete"] => Action::Delete,
        ["forget"] => Action::Forget,
        ["delete", "create"] | ["create", "delete"] => Action::Replace,
        _ => return None,
    };
    let pointer = format!("/resource/{}/{}", resource.kind, resource.name);
    let properties = match action {
        Action::Update | Action::Replace | Action::Import => {
            let [before, after] = change.values().map(|it| it.map(decoded));
            let found = compared(before.as_ref(), after.as_ref(), &pointer, places);
            let block = written.pointer(&pointer);
            let changes = found.into_iter().filter(|it| !follows(it, block));
            changes.collect()
        }
        _ => Vec::new(),
    };
    let action = match action {
        Action::Update => of_update(&resource.kind, &properties),
        other => other,
    };
    Some(Change {
        action,
        place: places.of(&pointer).map(str::to_owned),
        stateful: is_stateful(&resource.kind),
        kind: resource.kind,
        id: resource.name,
        properties,
    })
}

/// The resources of a module: their kinds, names and blocks.
fn blocks(written: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let kinds = written.get("resource").and_then(Value::as_object);
    kinds.into_iter().flatten().flat_map(|(kind, blocks)| {
        let blocks = blocks.as_object().into_iter().flatten();
        blocks.map(move |(name, block)| (kind.as_str(), name.as_str(), block))
    })
}

/// Places of a module also where Terraform shows what they are used for: policies
/// and scripts are written among the locals.
fn with_locals(places: Places, written: &Value) -> Places {
    let arguments = blocks(written).flat_map(|(kind, name, block)| {
        let pointer = format!("/resource/{kind}/{name}");
        let arguments = block.as_object().into_iter().flatten();
        arguments.map(move |(key, value)| (join(&pointer, key), value))
    });
    let locals = arguments.filter_map(|(pointer, value)| {
        let (_, local) = value.as_str()?.split_once("encode(local.")?;
        let local = local.strip_suffix(")}")?;
        Some((pointer, join("/locals", local)))
    });
    locals.fold(places, |places, (at, local)| places.also(&at, &local))
}

/// A resource with user data as the script that it is.
fn decoded(mut resource: Value) -> Value {
    if let Some(Value::String(data)) = resource.get_mut("user_data")
        && let Ok(bytes) = STANDARD.decode(data.as_bytes())
        && let Ok(script) = String::from_utf8(bytes)
    {
        *data = script;
    }
    resource
}

/// Whether a property says only what follows from others: what the module does not
/// write and the provider adds, or knows later, such as numbers of versions; and
/// all tags once more.
fn follows(property: &Property, block: Option<&Value>) -> bool {
    let name = property.path.split(['/', '[']).next().unwrap_or_default();
    let is_written = block.is_none_or(|it| it.get(name).is_some());
    let is_added = property.before.is_none() || property.after.as_deref() == Some(UNKNOWN);
    name == "tags_all" || !is_written && is_added
}

const UNKNOWN: &str = "(known when it is there)";
const SENSITIVE: &str = "(a secret)";

/// The resources of a state that are the module's own.
fn managed(state: &Value) -> impl Iterator<Item = &Value> {
    let resources = state.pointer("/values/root_module/resources");
    let resources = resources.and_then(Value::as_array).into_iter().flatten();
    resources.filter(|it| it.get("mode").and_then(Value::as_str) == Some("managed"))
}

/// Whether Terraform leaves a resource where it is when it leaves the state. The
/// plan says of it no less that it is deleted.
fn is_kept(before: Option<&Value>) -> bool {
    let kept = before.and_then(|it| it.get("skip_destroy"));
    kept.and_then(Value::as_bool) == Some(true)
}

/// A log group that an earlier deployment has left.
struct Left {
    /// `aws_cloudwatch_log_group.shop_prod_logs`
    address: String,
    name: String,
}

impl Left {
    /// The log group that a change makes, if it is one.
    fn of(resource: &Resource) -> Option<Self> {
        let Resource {
            mode,
            kind,
            name,
            change,
        } = resource;
        let is_made = mode == "managed" && kind == LOG_GROUP && change.actions == ["create"];
        let group = change.after.as_ref()?.get("name")?.as_str()?;
        is_made.then(|| Self {
            address: format!("{kind}.{name}"),
            name: group.to_owned(),
        })
    }
}

/// What a command writes while it runs.
struct Spoken {
    file: tempfile::NamedTempFile,
    reader: std::fs::File,
    /// The beginning of a line that is not whole yet.
    begun: Vec<u8>,
}

impl Spoken {
    fn new() -> std::io::Result<Self> {
        let file = tempfile::NamedTempFile::new()?;
        let reader = file.reopen()?;
        Ok(Self {
            file,
            reader,
            begun: Vec::new(),
        })
    }

    /// Where the command writes.
    fn writer(&self) -> std::io::Result<Stdio> {
        self.file.reopen().map(Stdio::from)
    }

    /// The lines that were finished since the last call.
    fn lines(&mut self) -> std::io::Result<Vec<String>> {
        self.reader.read_to_end(&mut self.begun)?;
        let end = self.begun.iter().rposition(|byte| *byte == b'\n');
        let rest = self.begun.split_off(end.map_or(0, |at| at + 1));
        let whole = std::mem::replace(&mut self.begun, rest);
        let whole = String::from_utf8_lossy(&whole);
        Ok(whole.lines().map(str::to_owned).collect())
    }

    /// All that is left, with a last line that was never finished.
    fn rest(&mut self) -> std::io::Result<String> {
        self.reader.read_to_end(&mut self.begun)?;
        Ok(String::from_utf8_lossy(&std::mem::take(&mut self.begun)).into_owned())
    }
}

/// What Terraform tells of a lock that somebody else holds, a line each: `Who`,
/// `Created`, `ID`.
fn told<'a>(detail: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = detail.lines().map(str::trim);
    lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim()))
}

/// How often a command is listened to.
const LISTEN: Duration = Duration::from_millis(100);

/// The first complaint of a text for terminals, without its frame.
fn plain(said: &str) -> String {
    let lines = said.lines().map(|line| line.trim_matches(FRAME).trim());
    let mut lines = lines.skip_while(|line| !line.starts_with("Error: "));
    let Some(first) = lines.next() else {
        return said.trim().to_owned();
    };
    let further = lines.take_while(|line| !line.starts_with("Error: "));
    let words = std::iter::once(first.trim_start_matches("Error: "))
        .chain(further)
        .flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

/// What Terraform draws beside complaints.
const FRAME: [char; 4] = ['╷', '│', '╵', ' '];

/// A value in which what a mask marks is replaced by words.
fn masked(value: Option<Value>, mask: &Value, words: &str) -> Option<Value> {
    match (value, mask) {
        (_, Value::Bool(true)) => Some(Value::from(words)),
        (Some(Value::Object(entries)), Value::Object(masks)) => {
            let mut entries = entries;
            for (key, mask) in masks {
                let value = entries.remove(key);
                if let Some(value) = masked(value, mask, words) {
                    entries.insert(key.clone(), value);
                }
            }
            Some(Value::Object(entries))
        }
        (Some(Value::Array(items)), Value::Array(masks)) => {
            let mut masks = masks.iter();
            let nothing = Value::Null;
            let items = items
                .into_iter()
                .filter_map(|item| masked(Some(item), masks.next().unwrap_or(&nothing), words));
            Some(Value::Array(items.collect()))
        }
        (value, _) => value,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

/// `terraform show -json` of a plan, as far as it is read.
#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    resource_changes: Vec<Resource>,
    #[serde(default)]
    output_changes: IndexMap<String, Difference>,
    /// What was there before.
    prior_state: Option<Value>,
}

#[derive(Deserialize)]
struct Resource {
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    change: Difference,
}

#[derive(Deserialize)]
struct Difference {
    actions: Vec<String>,
    before: Option<Value>,
    after: Option<Value>,
    #[serde(default)]
    after_unknown: Value,
    #[serde(default)]
    before_sensitive: Value,
    #[serde(default)]
    after_sensitive: Value,
    /// What is there already and becomes part of the state.
    importing: Option<Value>,
}

impl Difference {
    /// What is there and what comes, without secrets.
    fn values(self) -> [Option<Value>; 2] {
        let before = masked(self.before, &self.before_sensitive, SENSITIVE);
        let after = masked(self.after, &self.after_sensitive, SENSITIVE);
        [before, masked(after, &self.after_unknown, UNKNOWN)]
    }
}

/// A line of `-json`.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type", default)]
    kind: String,
    hook: Option<Hook>,
    diagnostic: Option<Complaint>,
}

#[derive(Deserialize)]
struct Hook {
    resource: Option<Addressed>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    elapsed_seconds: u64,
}

#[derive(Deserialize)]
struct Addressed {
    addr: String,
}

#[derive(Deserialize)]
struct Complaint {
    severity: String,
    summary: String,
    #[serde(default)]
    detail: String,
    address: Option<String>,
    snippet: Option<Snippet>,
}

#[derive(Deserialize)]
struct Snippet {
    /// The block: `resource.aws_lb.shop_prod_load_balancer`
    context: Option<String>,
}

impl Complaint {
    /// Where in the module it is.
    fn pointer(&self) -> Option<String> {
        let address = self.address.as_deref().filter(|it| !it.is_empty());
        if let Some(address) = address {
            // There is one provider: `provider["registry.terraform.io/hashicorp/aws"]`
            if address.starts_with("provider[") {
                return Some("/provider/aws".to_owned());
            }
            // A source has its kind in front of it, as in the file.
            let address = address.replace('.', "/");
            return Some(match address.starts_with("data/") {
                true => format!("/{address}"),
                false => format!("/resource/{address}"),
            });
        }
        let context = self.snippet.as_ref()?.context.as_deref()?;
        let words = context.split([' ', '.']).map(|word| word.trim_matches('"'));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        Some(format!("/{}", words.join("/")))
    }
}

impl Message {
    fn step(&self) -> Option<Step> {
        let hook = self.hook.as_ref()?;
        let phase = match self.kind.as_str() {
            "apply_start" => Phase::Started,
            "apply_complete" => Phase::Done(hook.elapsed_seconds),
            "apply_errored" => Phase::Failed,
            _ => return None,
        };
        Some(Step {
            address: hook.resource.as_ref()?.addr.clone(),
            action: hook.action.clone(),
            phase,
        })
    }
}
