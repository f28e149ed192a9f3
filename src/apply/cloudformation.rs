//! A unit as a CloudFormation stack.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_cloudformation::error::ProvideErrorMetadata;
use aws_sdk_cloudformation::types::{
    Capability, ChangeAction, ChangeSetStatus, ChangeSetType, ExecutionStatus, Parameter,
    PolicyAction, Replacement, ResourceChange, RollbackConfiguration, RollbackTrigger,
    StackDriftDetectionStatus, StackEvent, StackResourceDrift, StackResourceDriftStatus,
    StackStatus, Tag,
};
use serde_json::Value;

use super::Error;
use super::change::{Action, Change, Plan, is_stateful, of_update};
use super::cloud::{Cloud, refused};
use super::compare::told_path;
use super::event::{Event, is_final};
use super::place::Places;
use super::template::{differences, with_values};
use crate::backend::limits::INLINE_BYTES;
use crate::graph::UnitId;
use crate::syntax::ast::ItemKind;

/// The tag that ties a stack to its unit.
const UNIT_TAG: &str = "beanc:unit";

/// The tag that ties the stack of an environment to its application: two
/// programs may both have an environment `prod`.
const APPLICATION_TAG: &str = "beanc:application";

/// The longest pause between two looks at a stack.
const PAUSE: Duration = Duration::from_secs(3);

/// What a unit becomes when it is deployed.
#[derive(Debug)]
pub struct Deployment {
    /// The unit.
    pub unit: UnitId,
    /// The template.
    pub template: String,
    /// Its source map.
    pub places: Places,
    /// Values of its parameters, where they are given now. Those that are not
    /// keep what they were.
    pub parameters: BTreeMap<String, String>,
    /// What the program calls its parameters.
    pub inputs: BTreeMap<String, String>,
    /// The application whose bucket takes templates that are too large to be
    /// sent.
    pub application: Option<String>,
    /// The names of alarms that take an update back when they ring during it.
    pub rollback_alarms: Vec<String>,
}

/// A stack.
#[derive(Debug, Clone)]
pub struct Stack<'a> {
    cloud: &'a Cloud,
    /// Its name.
    pub name: String,
    unit: String,
    /// Whose it is besides, when it is an environment's.
    application: Option<String>,
}

/// How a stack stands.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// AWS's name of it, which is also that of a stack that is gone.
    pub id: String,
    /// `UPDATE_COMPLETE`, …
    pub status: String,
    /// Why it is so.
    pub reason: Option<String>,
    /// When it last changed, in seconds since 1970.
    pub changed: i64,
    /// Whether no tag says whose it is: it holds nothing but plans.
    is_untagged: bool,
    /// Its parameters.
    pub parameters: BTreeMap<String, String>,
    /// Its outputs.
    pub outputs: BTreeMap<String, String>,
}

impl State {
    /// Whether the stack holds nothing but plans.
    fn is_empty(&self) -> bool {
        self.status == StackStatus::ReviewInProgress.as_str()
    }

    /// Whether it is what is left of a creation that failed: it takes no
    /// changes, and has to go before there is another.
    fn is_remains(&self) -> bool {
        matches!(
            self.status.as_str(),
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED"
        )
    }
}

/// What is to be done with a unit.
#[derive(Debug)]
pub enum Prepared {
    /// Nothing changes.
    Nothing,
    /// Changes wait.
    Waiting(ChangeSet),
    /// What is left of a creation that failed has to be deleted first, which is
    /// not done unasked.
    Anew(Plan),
}

/// Changes that AWS has looked at.
#[derive(Debug)]
pub struct ChangeSet {
    /// AWS's name of it.
    pub id: String,
    /// AWS's name of its stack.
    pub stack: String,
    /// What would change.
    pub plan: Plan,
}

impl<'a> Stack<'a> {
    /// The stack of a unit. Environments give their stacks their name, as with
    /// Beanstalk; the others say what they are.
    #[must_use]
    pub fn of(unit: &UnitId, application: Option<&str>, cloud: &'a Cloud) -> Self {
        let item = unit.item.replace('_', "-");
        let name = match unit.kind {
            ItemKind::Environment => item,
            kind => format!("{item}-{}", kind.keyword()),
        };
        Self {
            cloud,
            name,
            unit: unit.to_string(),
            application: application
                .filter(|_| unit.kind == ItemKind::Environment)
                .map(str::to_owned),
        }
    }

    /// How it stands; `None` when there is none.
    ///
    /// # Errors
    /// What AWS answered, and when the stack is not the unit's.
    pub async fn state(&self) -> Result<Option<State>, Error> {
        let request = self
            .cloud
            .cloudformation
            .describe_stacks()
            .stack_name(&self.name);
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(refused(&format!("looking at stack {}", self.name), &error)),
        };
        let Some(stack) = answer.stacks().first() else {
            return Ok(None);
        };
        let status = stack
            .stack_status()
            .map_or("", StackStatus::as_str)
            .to_owned();
        if status == "DELETE_COMPLETE" {
            return Ok(None);
        }
        let tag = |key: &str| {
            let tag = stack.tags().iter().find(|tag| tag.key() == Some(key));
            tag.and_then(Tag::value)
        };
        match tag(UNIT_TAG) {
            Some(unit) if unit == self.unit => {
                if let (Some(ours), Some(theirs)) = (&self.application, tag(APPLICATION_TAG))
                    && ours != theirs
                {
                    return Err(Error::new(format!(
                        "stack {} belongs to {unit} of application {theirs}, not of {ours}",
                        self.name
                    ))
                    .help("environments of one account and region have different names"));
                }
            }
            // AWS tags it with its first changes: until then, it is whose plans
            // it holds.
            None if status == "REVIEW_IN_PROGRESS"
                && self.plans(&self.name).await?.iter().all(|it| is_plan(it)) => {}
            Some(unit) => {
                return Err(Error::new(format!(
                    "stack {} belongs to {unit}, not to {}",
                    self.name, self.unit
                )));
            }
            None => return Err(self.foreign()),
        }
        let changed = stack.last_updated_time().or(stack.creation_time());
        let texts = |key: Option<&str>, value: Option<&str>| {
            Some((key?.to_owned(), value.unwrap_or_default().to_owned()))
        };
        Ok(Some(State {
            id: stack.stack_id().unwrap_or(&self.name).to_owned(),
            status,
            reason: stack.stack_status_reason().map(str::to_owned),
            is_untagged: tag(UNIT_TAG).is_none(),
            changed: changed.map_or(0, aws_sdk_cloudformation::primitives::DateTime::secs),
            parameters: stack
                .parameters()
                .iter()
                .filter_map(|it| texts(it.parameter_key(), it.parameter_value()))
                .collect(),
            outputs: stack
                .outputs()
                .iter()
                .filter_map(|it| texts(it.output_key(), it.output_value()))
                .collect(),
        }))
    }

    /// Whether there is a stack that holds more than plans.
    ///
    /// # Errors
    /// What AWS answered, and when the stack is not the unit's.
    pub async fn is_there(&self) -> Result<bool, Error> {
        let state = self.state().await?;
        Ok(state.is_some_and(|state| !state.is_empty()))
    }

    /// What a deployment would change, without leaving a trace.
    ///
    /// # Errors
    /// What AWS answered, and when the stack cannot be changed as it stands.
    pub async fn plan(&self, deployment: &Deployment) -> Result<Plan, Error> {
        let state = self.changeable().await?;
        // All of it is new. AWS would want to read parameters that units in
        // front of this one have not left yet.
        if state.as_ref().is_none_or(State::is_remains) {
            return self.offline(deployment, state.as_ref());
        }
        match self.prepare(deployment).await? {
            Prepared::Nothing => Ok(self.nothing(deployment)),
            Prepared::Anew(plan) => Ok(plan),
            Prepared::Waiting(changes) => {
                self.discard(&changes).await?;
                Ok(changes.plan)
            }
        }
    }

    /// A plan that changes nothing.
    #[must_use]
    pub fn nothing(&self, deployment: &Deployment) -> Plan {
        Plan {
            unit: deployment.unit.to_string(),
            deployed: self.name.clone(),
            ..Plan::default()
        }
    }

    /// The plan of a stack that is not there, or not worth keeping.
    fn offline(&self, deployment: &Deployment, remains: Option<&State>) -> Result<Plan, Error> {
        let template = parsed(&deployment.template)?;
        complete(&template, deployment, None)?;
        let remains = remains.map(|state| {
            format!(
                "stack {} is what is left of a creation that failed ({}), and is deleted first",
                self.name, state.status
            )
        });
        let found = differences(None, &template, &deployment.places);
        Ok(Plan {
            new: true,
            changes: found.changes.into_values().collect(),
            outputs: found.outputs,
            notes: remains.into_iter().collect(),
            ..self.nothing(deployment)
        })
    }

    /// That somebody else has made the stack.
    fn foreign(&self) -> Error {
        Error::new(format!(
            "stack {} was not made by beanc, so it is left alone; rename {}, or tag the stack \
             {UNIT_TAG}={} to hand it over",
            self.name, self.unit, self.unit
        ))
    }

    /// The names of the change sets that wait in a stack.
    async fn plans(&self, stack: &str) -> Result<Vec<String>, Error> {
        let request = self.cloud.cloudformation.list_change_sets();
        let mut pages = request.stack_name(stack).into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let doing = format!("listing the plans of stack {}", self.name);
            let page = page.map_err(|error| refused(&doing, &error))?;
            let sets = page.summaries().iter();
            names.extend(sets.filter_map(|it| it.change_set_name().map(str::to_owned)));
        }
        Ok(names)
    }

    /// The stack, when there is one that something can be done with; `None`
    /// when it has to be created.
    ///
    /// # Errors
    /// What [`Stack::state`] says, and when it takes no change as it stands.
    pub async fn changeable(&self) -> Result<Option<State>, Error> {
        let Some(state) = self.state().await? else {
            return Ok(None);
        };
        let name = &self.name;
        match state.status.as_str() {
            "REVIEW_IN_PROGRESS" => Ok(None),
            "UPDATE_ROLLBACK_FAILED" => Err(Error::new(format!(
                "stack {name} could not be rolled back after its last update and takes no other \
                 before that is done"
            ))
            .help(format!(
                "`beanc abort {}` goes on with the rollback",
                self.unit
            ))),
            "DELETE_FAILED" => Err(Error::new(format!(
                "stack {name} could not be deleted{}",
                because(state.reason.as_deref())
            ))
            .help(format!("`beanc destroy {}` goes on with it", self.unit))),
            status if !is_final(status) => Err(Error::new(format!(
                "stack {name} is being changed ({status})"
            ))
            .help(format!(
                "`beanc events {unit} --follow` shows it, `beanc abort {unit}` cancels an update",
                unit = self.unit
            ))),
            _ => Ok(Some(state)),
        }
    }

    /// Has AWS look at the changes.
    ///
    /// # Errors
    /// What AWS answered, and when the stack cannot be changed as it stands.
    pub async fn prepare(&self, deployment: &Deployment) -> Result<Prepared, Error> {
        let state = self.changeable().await?;
        if state.as_ref().is_some_and(State::is_remains) {
            return Ok(Prepared::Anew(self.offline(deployment, state.as_ref())?));
        }
        let template = parsed(&deployment.template)?;
        complete(&template, deployment, state.as_ref())?;
        let before = match &state {
            Some(_) => self.deployed_template().await?,
            None => None,
        };
        let kind = match &state {
            Some(_) => ChangeSetType::Update,
            None => ChangeSetType::Create,
        };
        let unique = unique_name();
        let mut request = self
            .cloud
            .cloudformation
            .create_change_set()
            .stack_name(&self.name)
            .change_set_name(&unique)
            // An answer that is lost on its way does not make a second one.
            .client_token(&unique)
            .change_set_type(kind)
            .capabilities(Capability::CapabilityIam)
            .capabilities(Capability::CapabilityNamedIam)
            // Log groups outlive their stack, and the next one takes them over.
            .import_existing_resources(true)
            .set_parameters(Some(parameters(&template, deployment, state.as_ref())))
            .rollback_configuration(rollback(deployment, before.as_ref(), state.as_ref()))
            .set_tags(Some(self.tags()));
        request = match self.sendable(deployment, &template).await? {
            Body::Text(text) => request.template_body(text),
            Body::Url(url) => request.template_url(url),
        };
        let doing = format!("planning stack {}", self.name);
        let answer = request
            .send()
            .await
            .map_err(|error| refused(&doing, &error))?;
        let id = answer.id().unwrap_or_default().to_owned();
        let stack = answer.stack_id().unwrap_or(&self.name).to_owned();
        let Some(changes) = self.looked_at(&id, &stack).await? else {
            self.delete_change_set(&id, &stack).await?;
            return Ok(Prepared::Nothing);
        };
        // A parameter with another value is a property with another value.
        let (was, becomes) = values(&template, deployment, state.as_ref());
        let before = before.map(|it| with_values(&it, &was));
        let template = with_values(&template, &becomes);
        let plan = self.merged(deployment, before.as_ref(), &template, &changes);
        Ok(Prepared::Waiting(ChangeSet { id, stack, plan }))
    }

    /// What says whose the stack is.
    fn tags(&self) -> Vec<Tag> {
        let tag = |key: &str, value: &str| Tag::builder().key(key).value(value).build();
        let application = self.application.as_deref();
        let application = application.map(|it| tag(APPLICATION_TAG, it));
        [tag(UNIT_TAG, &self.unit)]
            .into_iter()
            .chain(application)
            .collect()
    }

    /// The changes of a change set when AWS has looked at it; `None` when it
    /// has none.
    async fn looked_at(&self, id: &str, stack: &str) -> Result<Option<Vec<ResourceChange>>, Error> {
        let doing = format!("planning stack {}", self.name);
        let mut pause = Pause::default();
        let mut changes = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let answer = self
                .cloud
                .cloudformation
                .describe_change_set()
                .change_set_name(id)
                .stack_name(stack)
                .include_property_values(true)
                .set_next_token(token.clone())
                .send()
                .await
                .map_err(|error| match error.code() {
                    // Somebody was faster, and AWS deletes the plans of others.
                    Some("ChangeSetNotFound") => self.outdated(),
                    _ => refused(&doing, &error),
                })?;
            match answer.status() {
                Some(ChangeSetStatus::CreateComplete) => {}
                Some(ChangeSetStatus::Failed) => {
                    let why = answer.status_reason().unwrap_or_default();
                    if is_no_change(why) {
                        return Ok(None);
                    }
                    self.delete_change_set(id, stack).await?;
                    return Err(Error::new(format!("{doing}: {why}")));
                }
                _ => {
                    pause.wait().await;
                    continue;
                }
            }
            let page = answer.changes().iter();
            changes.extend(page.filter_map(|it| it.resource_change().cloned()));
            token = answer.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(Some(changes));
            }
        }
    }

    /// Whether a change set still waits to be carried out: those of a stack go
    /// when one of them is, or when somebody else changes the stack.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn is_waiting(&self, changes: &ChangeSet) -> Result<bool, Error> {
        let client = &self.cloud.cloudformation;
        let request = client.describe_change_set().change_set_name(&changes.id);
        match request.stack_name(&changes.stack).send().await {
            Ok(found) => Ok(found.execution_status() == Some(&ExecutionStatus::Available)),
            Err(error) if error.code() == Some("ChangeSetNotFound") || is_absent(&error) => {
                Ok(false)
            }
            Err(error) => Err(refused(
                &format!("looking at the plan of stack {}", self.name),
                &error,
            )),
        }
    }

    /// Our comparison of the templates with AWS's verdict on each resource.
    fn merged(
        &self,
        deployment: &Deployment,
        before: Option<&Value>,
        after: &Value,
        verdicts: &[ResourceChange],
    ) -> Plan {
        let found = differences(before, after, &deployment.places);
        let mut changes = found.changes;
        for verdict in verdicts {
            let Some(id) = verdict.logical_resource_id() else {
                continue;
            };
            let kind = verdict.resource_type().unwrap_or_default();
            let change = changes.entry(id.to_owned()).or_insert_with(|| Change {
                action: Action::Update,
                kind: kind.to_owned(),
                id: id.to_owned(),
                place: deployment
                    .places
                    .of(&format!("/Resources/{id}"))
                    .map(str::to_owned),
                stateful: is_stateful(kind),
                properties: Vec::new(),
            });
            let resource = after.pointer(&format!("/Resources/{id}"));
            for detail in details(verdict, resource, &deployment.places) {
                // What the templates tell is told more precisely there.
                let is_known = change
                    .properties
                    .iter()
                    .any(|it| is_below(&it.path, &detail.path) || is_below(&detail.path, &it.path));
                if !is_known {
                    change.properties.push(detail);
                }
            }
            change.action = match action(verdict) {
                Action::Update => of_update(kind, &change.properties),
                other => other,
            };
        }
        // What AWS sees no difference in does not change.
        let told: Vec<&str> = verdicts
            .iter()
            .filter_map(ResourceChange::logical_resource_id)
            .collect();
        changes.retain(|id, _| told.contains(&id.as_str()));
        Plan {
            new: before.is_none(),
            changes: changes.into_values().collect(),
            outputs: found.outputs,
            ..self.nothing(deployment)
        }
    }

    async fn deployed_template(&self) -> Result<Option<Value>, Error> {
        let request = self
            .cloud
            .cloudformation
            .get_template()
            .stack_name(&self.name);
        let answer = request.send().await;
        let answer = answer.map_err(|error| {
            refused(
                &format!("reading the template of stack {}", self.name),
                &error,
            )
        })?;
        Ok(answer
            .template_body()
            .and_then(|it| serde_json::from_str(it).ok()))
    }

    /// Takes a plan back. A stack that holds nothing else goes with it.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn discard(&self, changes: &ChangeSet) -> Result<(), Error> {
        self.delete_change_set(&changes.id, &changes.stack).await
    }

    async fn delete_change_set(&self, id: &str, stack: &str) -> Result<(), Error> {
        let client = &self.cloud.cloudformation;
        let request = client
            .delete_change_set()
            .change_set_name(id)
            .stack_name(stack);
        let doing = format!("taking back a plan of stack {}", self.name);
        request
            .send()
            .await
            .map_err(|error| refused(&doing, &error))?;
        let is_empty = self.state().await?.is_some_and(|state| state.is_empty());
        // Somebody else may have a plan of the same unit.
        if is_empty && self.plans(stack).await?.is_empty() {
            let request = client.delete_stack().stack_name(stack);
            request
                .send()
                .await
                .map_err(|error| refused(&doing, &error))?;
        }
        Ok(())
    }

    /// Removes what a creation that failed has left, and nothing else.
    ///
    /// # Errors
    /// What AWS answered, and why it is still there.
    pub async fn clear(&self, tell: &mut dyn FnMut(&Event)) -> Result<(), Error> {
        match self.state().await? {
            Some(state) if state.is_remains() => self.delete(tell).await,
            Some(_) | None => Ok(()),
        }
    }

    /// Carries changes out and tells of each step. Answers how the stack ends
    /// up, and all its steps.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn execute(
        &self,
        changes: &ChangeSet,
        tell: &mut dyn FnMut(&Event),
    ) -> Result<(State, Vec<Event>), Error> {
        let last = self.last_event(&changes.stack).await?;
        let request = self
            .cloud
            .cloudformation
            .execute_change_set()
            .client_request_token(unique_name())
            .change_set_name(&changes.id)
            .stack_name(&changes.stack);
        if let Err(error) = request.send().await {
            let code = error.code().unwrap_or_default();
            return Err(match code {
                "InvalidChangeSetStatus" | "ChangeSetNotFound" => self.outdated(),
                _ => refused(&format!("changing stack {}", self.name), &error),
            });
        }
        let followed = self.follow(&changes.stack, last.as_deref(), tell).await;
        followed.map_err(|error| {
            error.help(format!(
                "AWS goes on without us: `beanc events {} --follow` watches again",
                self.unit
            ))
        })
    }

    /// That a plan is of no use any more.
    #[must_use]
    pub fn outdated(&self) -> Error {
        Error::new(format!(
            "stack {} has changed since this was planned",
            self.name
        ))
        .help("plan again")
    }

    /// What a deletion would do; `None` when there is no stack.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn deletion(&self) -> Result<Option<Plan>, Error> {
        let Some(state) = self.state().await? else {
            return Ok(None);
        };
        // Without a plan in it nobody knows whose it is. Plans of ours are in no
        // way of it, but it is not ours to delete.
        if state.is_untagged && self.plans(&state.id).await?.is_empty() {
            return Err(self.foreign());
        }
        let before = match state.is_empty() {
            true => None,
            false => self.deployed_template().await?,
        };
        let nothing = serde_json::json!({});
        let found = differences(before.as_ref(), &nothing, &Places::default());
        Ok(Some(Plan {
            unit: self.unit.clone(),
            deployed: self.name.clone(),
            changes: found.changes.into_values().collect(),
            ..Plan::default()
        }))
    }

    /// Deletes the stack and tells of each step.
    ///
    /// # Errors
    /// What AWS answered, and why the stack is still there.
    pub async fn delete(&self, tell: &mut dyn FnMut(&Event)) -> Result<(), Error> {
        let Some(state) = self.state().await? else {
            return Ok(());
        };
        let last = self.last_event(&state.id).await?;
        let request = self
            .cloud
            .cloudformation
            .delete_stack()
            .stack_name(&state.id);
        let doing = format!("deleting stack {}", self.name);
        request
            .send()
            .await
            .map_err(|error| refused(&doing, &error))?;
        let (state, events) = self.follow(&state.id, last.as_deref(), tell).await?;
        if state.status == "DELETE_COMPLETE" {
            return Ok(());
        }
        let cause = super::event::root_cause(&events)
            .and_then(|it| Some(format!("{}: {}", it.id, it.reason.as_deref()?)));
        let why = cause.or(state.reason);
        Err(Error::new(format!(
            "{doing}: it is still there{}",
            because(why.as_deref())
        )))
    }

    /// Cancels an update, or goes on with a rollback that got stuck.
    ///
    /// # Errors
    /// What AWS answered, and when there is nothing to cancel.
    pub async fn abort(&self) -> Result<&'static str, Error> {
        let client = &self.cloud.cloudformation;
        let doing = format!("cancelling the update of stack {}", self.name);
        let status = self.state().await?.map(|state| state.status);
        match status.as_deref() {
            Some("UPDATE_IN_PROGRESS") => {
                let request = client.cancel_update_stack().stack_name(&self.name);
                request
                    .send()
                    .await
                    .map_err(|error| refused(&doing, &error))?;
                Ok("the update is cancelled and rolled back")
            }
            Some("UPDATE_ROLLBACK_FAILED") => {
                let request = client.continue_update_rollback().stack_name(&self.name);
                request
                    .send()
                    .await
                    .map_err(|error| refused(&doing, &error))?;
                Ok("the rollback goes on")
            }
            Some("CREATE_IN_PROGRESS") => {
                let request = client.delete_stack().stack_name(&self.name);
                request
                    .send()
                    .await
                    .map_err(|error| refused(&doing, &error))?;
                Ok("the creation is cancelled, and what was made is deleted")
            }
            Some(status) => Err(Error::new(format!("{doing}: there is none ({status})"))),
            None => Err(Error::new(format!("there is no stack {}", self.name))),
        }
    }

    /// What was changed outside of the stack.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn drift(&self, places: &Places) -> Result<Plan, Error> {
        let client = &self.cloud.cloudformation;
        let doing = format!("looking for drift of stack {}", self.name);
        let request = client.detect_stack_drift().stack_name(&self.name);
        let begun = request
            .send()
            .await
            .map_err(|error| refused(&doing, &error))?;
        let id = begun.stack_drift_detection_id().unwrap_or_default();
        let mut pause = Pause::default();
        loop {
            let request = client.describe_stack_drift_detection_status();
            let request = request.stack_drift_detection_id(id);
            let state = request
                .send()
                .await
                .map_err(|error| refused(&doing, &error))?;
            match state.detection_status() {
                Some(StackDriftDetectionStatus::DetectionComplete) => break,
                Some(StackDriftDetectionStatus::DetectionFailed) => {
                    let why = state.detection_status_reason().unwrap_or("no reason given");
                    return Err(Error::new(format!("{doing}: {why}")));
                }
                _ => pause.wait().await,
            }
        }
        let mut changes = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let answer = client
                .describe_stack_resource_drifts()
                .stack_name(&self.name)
                .stack_resource_drift_status_filters(StackResourceDriftStatus::Modified)
                .stack_resource_drift_status_filters(StackResourceDriftStatus::Deleted)
                .set_next_token(token)
                .send()
                .await
                .map_err(|error| refused(&doing, &error))?;
            changes.extend(
                answer
                    .stack_resource_drifts()
                    .iter()
                    .map(|it| drifted(it, places)),
            );
            token = answer.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        Ok(Plan {
            unit: self.unit.clone(),
            deployed: self.name.clone(),
            changes,
            ..Plan::default()
        })
    }

    /// The events of the stack, oldest first.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn events(&self) -> Result<Vec<Event>, Error> {
        self.events_since(&self.name, None).await
    }

    async fn last_event(&self, stack: &str) -> Result<Option<String>, Error> {
        let request = self
            .cloud
            .cloudformation
            .describe_stack_events()
            .stack_name(stack);
        match request.send().await {
            Ok(answer) => {
                let newest = answer.stack_events().first();
                Ok(newest.and_then(StackEvent::event_id).map(str::to_owned))
            }
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(refused(&format!("following stack {}", self.name), &error)),
        }
    }

    /// What happened behind an event, oldest first. AWS gives the newest first.
    async fn events_since(&self, stack: &str, last: Option<&str>) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        let mut token: Option<String> = None;
        'pages: loop {
            let request = self
                .cloud
                .cloudformation
                .describe_stack_events()
                .stack_name(stack);
            let answer = request.set_next_token(token).send().await;
            let answer = answer
                .map_err(|error| refused(&format!("following stack {}", self.name), &error))?;
            for event in answer.stack_events() {
                if last.is_some() && event.event_id() == last {
                    break 'pages;
                }
                events.push(read(event));
            }
            token = answer.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        events.reverse();
        Ok(events)
    }

    /// Tells of each step until the stack is at rest.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn follow(
        &self,
        stack: &str,
        last: Option<&str>,
        tell: &mut dyn FnMut(&Event),
    ) -> Result<(State, Vec<Event>), Error> {
        let mut pause = Pause::default();
        let mut last = last.map(str::to_owned);
        let mut all = Vec::new();
        loop {
            let events = self.events_since(stack, last.as_deref()).await?;
            if !events.is_empty() {
                pause = Pause::default();
            }
            let mut ended = None;
            for event in events {
                tell(&event);
                if event.is_of_stack() && event.id == self.name {
                    ended = is_final(&event.status).then(|| event.clone());
                }
                last = Some(event.number.clone());
                all.push(event);
            }
            if let Some(event) = ended {
                let state = self.state().await?.unwrap_or_default();
                let state = State {
                    status: event.status,
                    reason: event.reason.or(state.reason),
                    ..state
                };
                return Ok((state, all));
            }
            pause.wait().await;
        }
    }

    /// A template as it can be sent: as it is, without its spaces, or from the
    /// application's bucket.
    async fn sendable(&self, deployment: &Deployment, template: &Value) -> Result<Body, Error> {
        if deployment.template.len() <= INLINE_BYTES {
            return Ok(Body::Text(deployment.template.clone()));
        }
        let compact = template.to_string();
        if compact.len() <= INLINE_BYTES {
            return Ok(Body::Text(compact));
        }
        let bucket = match &deployment.application {
            Some(application) => self.cloud.published(application, "bucket").await?,
            None => None,
        };
        let Some(bucket) = bucket else {
            return Err(Error::new(format!(
                "the template of {} has {} bytes; more than {INLINE_BYTES} have to go through the \
                 application's bucket, and there is none yet",
                self.unit,
                compact.len()
            )));
        };
        let key = format!(
            "artifacts/templates/{}.json",
            super::package::digest(compact.as_bytes())
        );
        let request = self.cloud.s3.put_object().bucket(&bucket).key(&key);
        let request = request.body(compact.into_bytes().into());
        let doing = format!("uploading the template of {}", self.unit);
        request
            .send()
            .await
            .map_err(|error| refused(&doing, &error))?;
        let suffix =
            crate::facts::region(&self.cloud.region).and_then(crate::facts::Region::dns_suffix);
        let host = match self.cloud.endpoint() {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            None => format!(
                "https://{bucket}.s3.{}.{}",
                self.cloud.region,
                suffix.unwrap_or("amazonaws.com")
            ),
        };
        Ok(Body::Url(format!("{host}/{key}")))
    }
}

enum Body {
    Text(String),
    Url(String),
}

/// Growing pauses between two looks.
struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(Duration::from_millis(200))
    }
}

impl Pause {
    async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(PAUSE);
    }
}

/// CloudFormation has no error of its own for a stack that is not there.
fn is_absent<E: ProvideErrorMetadata>(error: &E) -> bool {
    error
        .message()
        .is_some_and(|it| it.contains("does not exist"))
}

/// The reason of change sets that change nothing: one of two sentences.
fn is_no_change(reason: &str) -> bool {
    reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
}

fn because(reason: Option<&str>) -> String {
    reason.map(|it| format!(" ({it})")).unwrap_or_default()
}

fn parsed(template: &str) -> Result<Value, Error> {
    serde_json::from_str(template)
        .map_err(|error| Error::new(format!("the template cannot be read: {error}")))
}

/// A name that no other plan has: two people may plan at once.
#[expect(
    clippy::disallowed_methods,
    reason = "only the name of a plan depends on the time"
)]
fn unique_name() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap_or_default().as_millis();
    format!("{PLAN}{now:x}-{:x}", std::process::id())
}

/// How the names of our plans begin.
const PLAN: &str = "beanc-";

/// Whether a change set is a plan of ours.
fn is_plan(name: &str) -> bool {
    name.starts_with(PLAN)
}

/// Where the value of a parameter comes from.
enum Given<'a> {
    /// It is given now.
    Now(&'a str),
    /// The stack has it and keeps it.
    Before,
    /// The template says it; `None` when it does not either.
    Default(Option<&'a Value>),
}

/// The template's parameters with where their values come from: those given
/// now, else what the stack has, else the template's defaults.
fn given<'a>(
    template: &'a Value,
    deployment: &'a Deployment,
    state: Option<&'a State>,
) -> impl Iterator<Item = (&'a str, Given<'a>)> {
    let declared = template.get("Parameters").and_then(Value::as_object);
    declared
        .into_iter()
        .flatten()
        .map(move |(name, declaration)| {
            let kind = declaration.get("Type").and_then(Value::as_str);
            // What is read from Parameter Store is read anew, under the name
            // that the template says now.
            let is_stored = kind.is_some_and(|it| it.starts_with("AWS::SSM::"));
            let before = state.and_then(|it| it.parameters.get(name));
            let given = match (deployment.parameters.get(name), before) {
                (Some(value), _) => Given::Now(value),
                (None, Some(_)) if !is_stored => Given::Before,
                (None, _) => Given::Default(declaration.get("Default")),
            };
            (name.as_str(), given)
        })
}

fn parameters(template: &Value, deployment: &Deployment, state: Option<&State>) -> Vec<Parameter> {
    let parameter = |(name, given)| {
        let parameter = Parameter::builder().parameter_key(name);
        match given {
            Given::Now(value) => Some(parameter.parameter_value(value).build()),
            Given::Before => Some(parameter.use_previous_value(true).build()),
            Given::Default(_) => None,
        }
    };
    given(template, deployment, state)
        .filter_map(parameter)
        .collect()
}

/// The values before and after of parameters that change.
fn values(
    template: &Value,
    deployment: &Deployment,
    state: Option<&State>,
) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let changes = given(template, deployment, state).filter_map(|(name, given)| {
        let Given::Now(new) = given else { return None };
        let old = state?.parameters.get(name).filter(|old| *old != new)?;
        Some((
            (name.to_owned(), old.clone()),
            (name.to_owned(), new.to_owned()),
        ))
    });
    changes.unzip()
}

/// That no parameter lacks a value: AWS would say so as well, but not where.
fn complete(template: &Value, deployment: &Deployment, state: Option<&State>) -> Result<(), Error> {
    let lacks =
        given(template, deployment, state).find(|(_, given)| matches!(given, Given::Default(None)));
    let Some((name, _)) = lacks else {
        return Ok(());
    };
    let place = deployment.places.of(&format!("/Parameters/{name}"));
    let input = deployment.inputs.get(name).map_or(name, String::as_str);
    Err(super::without_value(input, place))
}

/// The alarms that take an update back: those that are there before it begins,
/// since AWS takes back an update whose alarms it does not find. An empty list
/// makes it forget those of the last update.
fn rollback(
    deployment: &Deployment,
    before: Option<&Value>,
    state: Option<&State>,
) -> RollbackConfiguration {
    let resources = before.and_then(|it| it.get("Resources")?.as_object());
    let names: BTreeSet<&str> = resources
        .into_iter()
        .flat_map(serde_json::Map::values)
        .filter(|it| it.get("Type").and_then(Value::as_str) == Some(ALARM))
        .filter_map(|it| it.pointer("/Properties/AlarmName")?.as_str())
        .collect();
    let alarms = deployment.rollback_alarms.iter();
    let triggers = alarms
        .filter(|name| names.contains(name.as_str()))
        .filter_map(|name| {
            // arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/…
            let mut parts = state?.id.split(':').skip(1);
            let partition = parts.next()?;
            let (region, account) = (parts.nth(1)?, parts.next()?);
            let arn = format!("arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}");
            Some(RollbackTrigger::builder().arn(arn).r#type(ALARM).build())
        });
    RollbackConfiguration::builder()
        .set_rollback_triggers(Some(triggers.collect()))
        .build()
}

const ALARM: &str = "AWS::CloudWatch::Alarm";

/// Whether a path is another or stands below it.
fn is_below(path: &str, other: &str) -> bool {
    let rest = path.strip_prefix(other);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '[']))
}

fn action(verdict: &ResourceChange) -> Action {
    match verdict.action() {
        Some(ChangeAction::Add) => Action::Create,
        Some(ChangeAction::Import) => Action::Import,
        Some(ChangeAction::Remove) => match verdict.policy_action() {
            Some(PolicyAction::Retain) => Action::Forget,
            _ => Action::Delete,
        },
        _ => match verdict.replacement() {
            Some(Replacement::True) => Action::Replace,
            Some(Replacement::Conditional) => Action::MayReplace,
            _ => Action::Update,
        },
    }
}

/// What AWS says of properties that stand in the template as before: those
/// whose value comes from a parameter or from another resource.
fn details(
    verdict: &ResourceChange,
    resource: Option<&Value>,
    places: &Places,
) -> Vec<super::change::Property> {
    let id = verdict.logical_resource_id().unwrap_or_default();
    let property = |detail: &aws_sdk_cloudformation::types::ResourceChangeDetail| {
        let target = detail.target()?;
        let path = match (target.path(), target.name()) {
            (Some(path), _) => path.trim_start_matches('/').to_owned(),
            (None, Some(name)) => format!("Properties/{name}"),
            (None, None) => return None,
        };
        Some(super::change::Property {
            place: places
                .of(&format!("/Resources/{id}/{path}"))
                .map(str::to_owned),
            path: resource.map_or_else(|| path.clone(), |it| told_path(it, &path)),
            before: target.before_value().map(str::to_owned),
            after: target.after_value().map(str::to_owned),
        })
    };
    verdict.details().iter().filter_map(property).collect()
}

fn drifted(drift: &StackResourceDrift, places: &Places) -> Change {
    let id = drift.logical_resource_id().unwrap_or_default();
    let kind = drift.resource_type().unwrap_or_default();
    let deleted = drift.stack_resource_drift_status() == Some(&StackResourceDriftStatus::Deleted);
    let differences = drift.property_differences().iter();
    let properties = differences.map(|it| {
        let path = format!("Properties{}", it.property_path().unwrap_or_default());
        super::change::Property {
            place: places
                .of(&format!("/Resources/{id}/{path}"))
                .map(str::to_owned),
            path,
            before: it.expected_value().map(str::to_owned),
            after: it.actual_value().map(str::to_owned),
        }
    });
    Change {
        action: if deleted {
            Action::Delete
        } else {
            Action::Update
        },
        kind: kind.to_owned(),
        id: id.to_owned(),
        place: places.of(&format!("/Resources/{id}")).map(str::to_owned),
        stateful: is_stateful(kind),
        properties: properties.collect(),
    }
}

fn read(event: &StackEvent) -> Event {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Event {
        number: text(event.event_id()),
        time: event
            .timestamp()
            .map_or(0, aws_sdk_cloudformation::primitives::DateTime::secs),
        id: text(event.logical_resource_id()),
        kind: text(event.resource_type()),
        status: text(
            event
                .resource_status()
                .map(aws_sdk_cloudformation::types::ResourceStatus::as_str),
        ),
        reason: event.resource_status_reason().map(str::to_owned),
    }
}
