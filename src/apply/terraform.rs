//! A unit as a Terraform root module, driven through the `terraform` or `tofu`
//! command, which keeps the state and asks AWS.

use std::path::PathBuf;
use std::process::Stdio;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::Error;
use super::change::{Action, Change, Plan, Property, is_stateful, of_update};
use super::place::Places;
use super::template::compared;
use crate::disk::{Disk, RealDisk};

/// The plan of a module, in its folder.
const PLAN: &str = "beanc.tfplan";

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
pub enum Aim {
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
        let arguments = ["init", "-input=false", "-no-color"];
        let (ok, _, said) = self.output(&arguments).await?;
        if ok {
            return Ok(());
        }
        Err(Error::new(format!(
            "{} init of {} failed:\n{}",
            self.command,
            self.unit,
            said.trim()
        )))
    }

    /// What would change. The plan stays in the folder until it is carried out.
    ///
    /// # Errors
    /// What the command says, at the line of the program behind it.
    pub async fn plan(&self, aim: Aim) -> Result<Plan, Error> {
        let out = format!("-out={PLAN}");
        let mut arguments = vec!["plan", "-input=false", "-json", &out];
        if aim == Aim::Destroy {
            arguments.push("-destroy");
        }
        let variables: Vec<String> = self
            .variables
            .iter()
            .map(|(name, value)| format!("-var={name}={value}"))
            .collect();
        arguments.extend(variables.iter().map(String::as_str));
        self.run(&arguments, &mut |_| {}).await?;
        let (ok, shown, said) = self.output(&["show", "-json", PLAN]).await?;
        if !ok {
            return Err(Error::new(said.trim().to_owned()));
        }
        let plan: Shown = serde_json::from_str(&shown).map_err(|error| {
            Error::new(format!("the plan of {} cannot be read: {error}", self.unit))
        })?;
        Ok(self.read(plan))
    }

    fn read(&self, plan: Shown) -> Plan {
        let changes = plan.resource_changes.into_iter();
        let changes = changes.filter(|it| it.mode == "managed");
        let changes: Vec<Change> = changes.filter_map(|it| self.change(it)).collect();
        let outputs = plan.output_changes.into_iter();
        let outputs = outputs.filter(|(_, change)| change.actions != ["no-op"]);
        let outputs = outputs.map(|(name, change)| Property {
            place: self
                .places
                .of(&format!("/output/{name}"))
                .map(str::to_owned),
            path: name,
            before: change.before.as_ref().and_then(text),
            after: match change.after_unknown {
                Value::Bool(true) => Some(UNKNOWN.to_owned()),
                _ => change.after.as_ref().and_then(text),
            },
        });
        Plan {
            unit: self.unit.clone(),
            deployed: self.folder.display().to_string(),
            new: !changes.is_empty() && changes.iter().all(|it| it.action == Action::Create),
            changes,
            outputs: outputs.collect(),
            notes: Vec::new(),
        }
    }

    fn change(&self, resource: Resource) -> Option<Change> {
        let change = resource.change;
        let actions: Vec<&str> = change.actions.iter().map(String::as_str).collect();
        let action = match actions.as_slice() {
            ["create"] => Action::Create,
            ["update"] => Action::Update,
            ["delete"] => Action::Delete,
            ["forget"] => Action::Forget,
            ["delete", "create"] | ["create", "delete"] => Action::Replace,
            _ => return None,
        };
        let pointer = format!("/resource/{}/{}", resource.kind, resource.name);
        let properties = match action {
            Action::Update | Action::Replace => {
                let before = masked(change.before, &change.before_sensitive, SENSITIVE);
                let after = masked(change.after, &change.after_sensitive, SENSITIVE);
                let after = masked(after, &change.after_unknown, UNKNOWN);
                compared(before.as_ref(), after.as_ref(), &pointer, &self.places)
            }
            _ => Vec::new(),
        };
        let action = match action {
            Action::Update => of_update(&resource.kind, &properties),
            other => other,
        };
        Some(Change {
            action,
            place: self.places.of(&pointer).map(str::to_owned),
            stateful: is_stateful(&resource.kind),
            kind: resource.kind,
            id: resource.name,
            properties,
        })
    }

    /// Carries the folder's plan out and tells of each step.
    ///
    /// # Errors
    /// The first failure, at the line of the program behind it.
    pub async fn apply(&self, tell: &mut dyn FnMut(&Step)) -> Result<(), Error> {
        let arguments = ["apply", "-input=false", "-json", PLAN];
        let applied = self.run(&arguments, tell).await;
        self.forget_plan();
        applied
    }

    /// Whether a plan waits in the folder.
    #[must_use]
    pub fn has_plan(&self) -> bool {
        RealDisk.exists(&self.folder.join(PLAN))
    }

    /// Removes the plan: it holds the values of variables.
    #[expect(clippy::disallowed_methods, reason = "the plan is ours")]
    pub fn forget_plan(&self) {
        // Nobody misses a plan that is not there.
        let _ = std::fs::remove_file(self.folder.join(PLAN));
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

    /// Runs a command that speaks JSON, a message a line.
    async fn run(&self, arguments: &[&str], tell: &mut dyn FnMut(&Step)) -> Result<(), Error> {
        let mut child = self
            .prepared(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.missing(&error))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let failed = |error: std::io::Error| Error::new(format!("{}: {error}", self.command));
        let said = async {
            let mut said = String::new();
            if let Some(mut err) = err {
                err.read_to_string(&mut said).await.map_err(failed)?;
            }
            Ok::<_, Error>(said)
        };
        let messages = async {
            let mut first = None;
            let Some(out) = out else { return Ok(first) };
            let mut lines = BufReader::new(out).lines();
            while let Some(line) = lines.next_line().await.map_err(failed)? {
                let Ok(message) = serde_json::from_str::<Message>(&line) else {
                    continue;
                };
                if let Some(step) = message.step() {
                    tell(&step);
                }
                let complaint = message.diagnostic.filter(|it| it.severity == "error");
                first = first.or(complaint);
            }
            Ok::<_, Error>(first)
        };
        let (said, first) = tokio::try_join!(said, messages)?;
        let status = child.wait().await.map_err(failed)?;
        if status.success() {
            return Ok(());
        }
        Err(match first {
            Some(complaint) => self.complaint(&complaint),
            None => Error::new(format!(
                "{} of {} failed: {}",
                self.command,
                self.unit,
                said.trim()
            )),
        })
    }

    /// A complaint of the command, at our line when it has one.
    fn complaint(&self, complaint: &Complaint) -> Error {
        let address = complaint.address.as_deref().unwrap_or_default();
        let pointer = format!("/resource/{}", address.replace('.', "/"));
        let place = self.places.of(&pointer).filter(|_| !address.is_empty());
        let mut message = complaint.summary.clone();
        if !complaint.detail.is_empty() {
            message.push_str(&format!(": {}", complaint.detail.trim()));
        }
        if !address.is_empty() {
            message.push_str(&format!(" ({address})"));
        }
        Error {
            place: place.map(str::to_owned),
            ..Error::new(message)
        }
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

const UNKNOWN: &str = "(known when it is there)";
const SENSITIVE: &str = "(a secret)";

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
