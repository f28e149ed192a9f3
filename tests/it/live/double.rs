//! A double of CloudFormation: one stack, over HTTP, that answers as AWS
//! documents where the emulator cannot (failures in the middle, rollbacks that
//! get stuck, verdicts of change sets, two clients at once) and that a test can
//! make fail request by request.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use serde_json::Value;

use crate::fate::{self, Fate, Server};
use crate::http::{Exchange, answer};

/// One step of a resource, or of the stack itself.
#[derive(Debug, Clone)]
pub struct Step {
    id: &'static str,
    kind: &'static str,
    status: &'static str,
    reason: &'static str,
}

/// A step of a resource: its logical id, its type, its status and why.
pub fn step(
    id: &'static str,
    kind: &'static str,
    status: &'static str,
    reason: &'static str,
) -> Step {
    Step {
        id,
        kind,
        status,
        reason,
    }
}

/// A step of the stack.
pub fn stack(status: &'static str, reason: &'static str) -> Step {
    step("", "AWS::CloudFormation::Stack", status, reason)
}

/// What AWS says of a resource in a change set, instead of what the double
/// finds: `True` or `Conditional`, and XML of its details.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    /// The logical id.
    pub id: &'static str,
    /// Whether it is replaced.
    pub replacement: &'static str,
}

#[derive(Default)]
struct State {
    /// None when there is no stack.
    status: Option<String>,
    tags: BTreeMap<String, String>,
    parameters: BTreeMap<String, String>,
    template: Option<Value>,
    events: Vec<(usize, Step)>,
    change_sets: BTreeMap<String, ChangeSet>,
    /// What the next executions do; without one, all goes well.
    scripts: Vec<Vec<Step>>,
    verdicts: Vec<Verdict>,
    /// Actions that were carried out.
    log: Vec<String>,
    /// What the last change set was asked for with.
    asked: BTreeMap<String, String>,
    /// How many stacks there were.
    stacks: usize,
    /// What has drifted, as XML, or why nobody knows.
    drift: Option<Result<&'static str, &'static str>>,
    /// How often it was asked how far the detection is.
    looks: usize,
    /// How many change sets have to be there before one is executed.
    crowd: usize,
    /// Tokens of requests that were carried out, with their answers.
    tokens: BTreeMap<String, Exchange>,
}

struct ChangeSet {
    template: Value,
    parameters: BTreeMap<String, String>,
    creates: bool,
    /// AWS's verdicts as XML; `None` when nothing changes.
    changes: Option<String>,
}

type Fates = dyn Fn(&str, usize) -> Fate + Send + Sync;

/// The double.
pub struct Double {
    /// `http://127.0.0.1:PORT`
    pub endpoint: String,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Told when a change set is made.
    made: Condvar,
    fates: Mutex<Arc<Fates>>,
    /// How often each action was asked for.
    counts: Mutex<BTreeMap<String, usize>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics with it")
    }
}

impl Double {
    /// An account without the stack.
    pub fn start() -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            made: Condvar::new(),
            fates: Mutex::new(Arc::new(|_, _| Fate::Answered)),
            counts: Mutex::default(),
        });
        Self {
            endpoint: format!("http://{}", fate::serve(&shared)),
            shared,
        }
    }

    /// The next execution goes like this.
    pub fn goes(&self, steps: Vec<Step>) {
        self.shared.state().scripts.push(steps);
    }

    /// The stack has this status now.
    pub fn has(&self, status: &str) {
        self.shared.state().status = Some(status.to_owned());
    }

    /// Somebody has made a change set in a stack that holds nothing else.
    pub fn is_planned(&self, name: &str) {
        self.has("REVIEW_IN_PROGRESS");
        let set = ChangeSet {
            template: Value::Null,
            parameters: BTreeMap::new(),
            creates: true,
            changes: None,
        };
        let id = format!("arn:aws:cloudformation:eu-west-1:1:changeSet/{name}");
        self.shared.state().change_sets.insert(id, set);
    }

    /// This happens now.
    pub fn happens(&self, step: &Step) {
        self.shared.state().happens(step);
    }

    /// This is what AWS finds when it looks for drift: XML of what differs, or
    /// why it cannot look.
    pub fn has_drift(&self, drift: Result<&'static str, &'static str>) {
        self.shared.state().drift = Some(drift);
    }

    /// What AWS says of resources in change sets from now on.
    pub fn says(&self, verdicts: &[Verdict]) {
        self.shared.state().verdicts = verdicts.to_vec();
    }

    /// Nothing is executed before there are this many change sets.
    pub fn waits_for(&self, change_sets: usize) {
        self.shared.state().crowd = change_sets;
    }

    /// Decides what happens to requests: by their action, and how many of it
    /// there were before.
    pub fn treats(&self, fates: impl Fn(&str, usize) -> Fate + Send + Sync + 'static) {
        *self.shared.fates.lock().expect("no test panics with it") = Arc::new(fates);
    }

    /// Actions that change something, in the order in which they were carried
    /// out, since the last call.
    pub fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.state().log)
    }

    /// What the last change set was asked for with, as it was sent.
    pub fn asked(&self, key: &str) -> Option<String> {
        self.shared.state().asked.get(key).cloned()
    }

    /// The stack has this tag.
    pub fn is_tagged(&self, key: &str, value: &str) {
        let mut state = self.shared.state();
        state.tags.insert(key.to_owned(), value.to_owned());
    }

    /// The stack's status.
    pub fn status(&self) -> Option<String> {
        self.shared.state().status.clone()
    }

    /// How many stacks were made so far.
    pub fn stacks(&self) -> usize {
        self.shared.state().stacks
    }
}

impl Server for Shared {
    fn fate(&self, request: &Exchange) -> Fate {
        let mut form = form(&request.text());
        let action = form.remove("Action").unwrap_or_default();
        let before = {
            let mut counts = self.counts.lock().expect("no test panics with it");
            let count = counts.entry(action.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let fates = Arc::clone(&self.fates.lock().expect("no test panics with it"));
        fates(&action, before)
    }

    fn refuse(&self, _: &Exchange, status: u16, code: &str) -> Exchange {
        fault(status, code, "said the double")
    }

    fn carry_out(&self, request: Exchange) -> io::Result<Exchange> {
        let form = form(&request.text());
        let action = form.get("Action").cloned().unwrap_or_default();
        if request.text().contains(r#""/bean/blog/bucket""#) {
            return Ok(answer(
                200,
                &[("content-type", "application/x-amz-json-1.1")],
                r#"{"Parameter":{"Name":"/bean/blog/bucket","Value":"blog-versions"}}"#,
            ));
        }
        Ok(carry_out(&action, &form, self))
    }
}

/// `A=1&B=x%20y`, as the Query protocol sends it.
fn form(body: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let digits = [rest.next(), rest.next()].map(Option::unwrap_or_default);
                    let digits = String::from_utf8_lossy(&digits).into_owned();
                    u8::from_str_radix(&digits, 16).expect("two digits")
                }
                byte => byte,
            });
        }
        String::from_utf8(bytes).expect("requests are UTF-8")
    };
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn fault(status: u16, code: &str, message: &str) -> Exchange {
    let kind = if status < 500 { "Sender" } else { "Receiver" };
    let body = format!(
        "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><Error>\
         <Type>{kind}</Type><Code>{code}</Code><Message>{}</Message></Error>\
         <RequestId>r-1</RequestId></ErrorResponse>",
        escaped(message)
    );
    answer(status, &[("content-type", "text/xml")], &body)
}

fn done(action: &str, result: &str) -> Exchange {
    let body = format!(
        "<{action}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\
         <{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></{action}Response>"
    );
    answer(200, &[("content-type", "text/xml")], &body)
}

fn carry_out(action: &str, form: &BTreeMap<String, String>, shared: &Shared) -> Exchange {
    let text = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
    let mut state = shared.state();
    let name = text("StackName")
        .rsplit("stack/")
        .next()
        .unwrap_or_default();
    let name = name.split('/').next().unwrap_or_default().to_owned();
    let absent = || {
        fault(
            400,
            "ValidationError",
            &format!("Stack with id {name} does not exist"),
        )
    };
    // The same request again, because its answer was lost.
    let token = ["ClientToken", "ClientRequestToken"].map(text).concat();
    if let Some(answer) = state.tokens.get(&token) {
        return answer.clone();
    }
    // Of Parameter Store only the application's bucket is asked for in earnest.
    if action.is_empty() {
        return answer(
            400,
            &[("content-type", "application/x-amz-json-1.1")],
            r#"{"__type":"ParameterNotFound"}"#,
        );
    }
    let reads = ["Describe", "Get", "List"]
        .iter()
        .any(|it| action.starts_with(it));
    if !reads {
        state.log.push(action.to_owned());
    }
    match action {
        "DescribeStacks" => match &state.status {
            Some(status) => done(action, &described(&name, status, &state)),
            None => absent(),
        },
        "DescribeStackEvents" => match &state.status {
            Some(_) => done(action, &state.told(&name)),
            None if text("StackName").contains(":stack/") => done(action, &state.told(&name)),
            None => absent(),
        },
        "GetTemplate" => match &state.template {
            Some(template) => {
                let body = escaped(&template.to_string());
                done(action, &format!("<TemplateBody>{body}</TemplateBody>"))
            }
            None => absent(),
        },
        "CreateChangeSet" => {
            let template = serde_json::from_str(text("TemplateBody")).expect("it is JSON");
            let creates = text("ChangeSetType") == "CREATE";
            match (&state.status, creates) {
                (None, true) => {
                    state.status = Some("REVIEW_IN_PROGRESS".to_owned());
                    state.stacks += 1;
                }
                (Some(status), true) if status == "REVIEW_IN_PROGRESS" => {}
                (Some(status), false) if !status.ends_with("_IN_PROGRESS") => {}
                (status, _) => {
                    let status = status.clone().unwrap_or_default();
                    let why = format!("Stack:{name} is in {status} state and can not be updated.");
                    return fault(400, "ValidationError", &why);
                }
            }
            state.asked = form.clone();
            state.tags = members(form, "Tags", ["Key", "Value"]);
            let mut parameters = members(form, "Parameters", ["ParameterKey", "ParameterValue"]);
            for (name, old) in &state.parameters {
                if parameters.get(name).is_some_and(String::is_empty) {
                    parameters.insert(name.clone(), old.clone());
                }
            }
            let changes = state.compared(&template, &parameters);
            let id = format!(
                "arn:aws:cloudformation:eu-west-1:1:changeSet/{}",
                text("ChangeSetName")
            );
            let set = ChangeSet {
                template,
                parameters,
                creates,
                changes,
            };
            state.change_sets.insert(id.clone(), set);
            shared.made.notify_all();
            done(
                action,
                &format!("<Id>{id}</Id><StackId>{}</StackId>", arn(&name)),
            )
        }
        "DescribeChangeSet" => match state.change_sets.get(text("ChangeSetName")) {
            None => fault(404, "ChangeSetNotFound", "ChangeSet does not exist"),
            Some(ChangeSet {
                changes: Some(changes),
                ..
            }) => done(
                action,
                &format!(
                    "<Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus>\
                     <Changes>{changes}</Changes>"
                ),
            ),
            Some(_) => done(
                action,
                "<Status>FAILED</Status><ExecutionStatus>UNAVAILABLE</ExecutionStatus>\
                 <StatusReason>The submitted information didn't contain changes. Submit different \
                 information to create a change set.</StatusReason>",
            ),
        },
        "ListChangeSets" => {
            let named = |id: &String| {
                let name = id.rsplit('/').next().unwrap_or_default();
                format!("<member><ChangeSetName>{name}</ChangeSetName></member>")
            };
            let sets: String = state.change_sets.keys().map(named).collect();
            done(action, &format!("<Summaries>{sets}</Summaries>"))
        }
        "DeleteChangeSet" => {
            state.change_sets.remove(text("ChangeSetName"));
            done(action, "")
        }
        "ExecuteChangeSet" => {
            while state.change_sets.len() < state.crowd {
                let wait = shared.made.wait(state);
                state = wait.expect("no test panics with it");
            }
            state.crowd = 0;
            let Some(set) = state.change_sets.remove(text("ChangeSetName")) else {
                return fault(404, "ChangeSetNotFound", "ChangeSet does not exist");
            };
            // AWS deletes the others: they were made for another template.
            state.change_sets.clear();
            state.execute(set);
            state.tokens.insert(token, done(action, ""));
            done(action, "")
        }
        "DeleteStack" => {
            state.status = Some("DELETE_COMPLETE".to_owned());
            state.happens(&stack("DELETE_COMPLETE", ""));
            state.status = None;
            state.template = None;
            state.change_sets.clear();
            done(action, "")
        }
        "CancelUpdateStack" => {
            state.happens(&stack("UPDATE_ROLLBACK_COMPLETE", ""));
            done(action, "")
        }
        "ContinueUpdateRollback" => {
            state.happens(&stack("UPDATE_ROLLBACK_COMPLETE", ""));
            done(action, "")
        }
        "DetectStackDrift" => match &state.status {
            Some(_) => done(action, "<StackDriftDetectionId>d-1</StackDriftDetectionId>"),
            None => absent(),
        },
        "DescribeStackDriftDetectionStatus" => {
            assert_eq!(text("StackDriftDetectionId"), "d-1");
            state.looks += 1;
            let (status, why) = match (state.looks % 2, state.drift) {
                (1, _) => ("DETECTION_IN_PROGRESS", ""),
                (_, Some(Err(why))) => ("DETECTION_FAILED", why),
                (_, _) => ("DETECTION_COMPLETE", ""),
            };
            let status = format!(
                "<DetectionStatus>{status}</DetectionStatus>\
                 <DetectionStatusReason>{why}</DetectionStatusReason>"
            );
            done(action, &status)
        }
        "DescribeStackResourceDrifts" => {
            let drifts = state.drift.and_then(Result::ok).unwrap_or_default();
            done(
                action,
                &format!("<StackResourceDrifts>{drifts}</StackResourceDrifts>"),
            )
        }
        _ => fault(400, "InvalidAction", action),
    }
}

fn arn(name: &str) -> String {
    format!("arn:aws:cloudformation:eu-west-1:1:stack/{name}/1")
}

/// A list of pairs in a request: `Tags.member.1.Key=…&Tags.member.1.Value=…`.
fn members(
    form: &BTreeMap<String, String>,
    list: &str,
    [key, value]: [&str; 2],
) -> BTreeMap<String, String> {
    (1..)
        .map_while(|number| {
            let field = |name: &str| form.get(&format!("{list}.member.{number}.{name}"));
            Some((
                field(key)?.clone(),
                field(value).cloned().unwrap_or_default(),
            ))
        })
        .collect()
}

fn described(name: &str, status: &str, state: &State) -> String {
    let list = |pairs: &BTreeMap<String, String>, [key, value]: [&str; 2]| -> String {
        let member = |(k, v): (&String, &String)| {
            format!(
                "<member><{key}>{k}</{key}><{value}>{}</{value}></member>",
                escaped(v)
            )
        };
        pairs.iter().map(member).collect()
    };
    // A stack is tagged when its first change set is executed.
    let tags = match status {
        "REVIEW_IN_PROGRESS" => String::new(),
        _ => list(&state.tags, ["Key", "Value"]),
    };
    let parameters = list(&state.parameters, ["ParameterKey", "ParameterValue"]);
    format!(
        "<Stacks><member><StackName>{name}</StackName><StackId>{}</StackId>\
         <CreationTime>2026-11-23T10:00:00Z</CreationTime>\
         <StackStatus>{status}</StackStatus><Parameters>{parameters}</Parameters>\
         <Tags>{tags}</Tags></member></Stacks>",
        arn(name),
    )
}

impl State {
    /// Something happens; steps of the stack change its status.
    fn happens(&mut self, step: &Step) {
        if step.id.is_empty() {
            self.status = Some(step.status.to_owned());
        }
        let number = self.events.len();
        self.events.push((number, step.clone()));
    }

    fn execute(&mut self, set: ChangeSet) {
        let steps = match self.scripts.is_empty() {
            false => self.scripts.remove(0),
            true if set.creates => vec![stack("CREATE_COMPLETE", "")],
            true => vec![stack("UPDATE_COMPLETE", "")],
        };
        for step in &steps {
            self.happens(step);
        }
        let status = self.status.as_deref().unwrap_or_default();
        // What is rolled back has the template of before.
        if set.creates || !status.contains("ROLLBACK") {
            self.template = Some(set.template);
            self.parameters = set.parameters;
        }
    }

    /// The events, newest first.
    fn told(&self, name: &str) -> String {
        let events = self
            .events
            .iter()
            .rev()
            .fold(String::new(), |mut text, (number, step)| {
                let id = if step.id.is_empty() { name } else { step.id };
                let reason = match step.reason {
                    "" => String::new(),
                    why => format!(
                        "<ResourceStatusReason>{}</ResourceStatusReason>",
                        escaped(why)
                    ),
                };
                write!(
                    text,
                    "<member><EventId>e-{number}</EventId><StackName>{name}</StackName>\
                 <StackId>{}</StackId><LogicalResourceId>{id}</LogicalResourceId>\
                 <ResourceType>{}</ResourceType><ResourceStatus>{}</ResourceStatus>\
                 {reason}<Timestamp>2026-11-23T10:00:00Z</Timestamp></member>",
                    arn(name),
                    step.kind,
                    step.status
                )
                .expect("text can be written");
                text
            });
        format!("<StackEvents>{events}</StackEvents>")
    }

    /// What a template changes, as XML; `None` when nothing does.
    fn compared(&self, template: &Value, parameters: &BTreeMap<String, String>) -> Option<String> {
        let changed: Vec<String> = parameters
            .iter()
            .filter(|(name, value)| self.parameters.get(*name) != Some(value))
            .flat_map(|(name, _)| [format!("{{\"Ref\":\"{name}\"}}"), format!("${{{name}}}")])
            .collect();
        let uses_changed = |resource: Option<&Value>| {
            let text = resource.map(Value::to_string).unwrap_or_default();
            changed.iter().any(|use_of| text.contains(use_of))
        };
        let empty = serde_json::Map::new();
        let resources = |template: Option<&Value>| {
            let found = template.and_then(|it| it["Resources"].as_object());
            found.unwrap_or(&empty).clone()
        };
        let (old, new) = (resources(self.template.as_ref()), resources(Some(template)));
        let mut changes = String::new();
        for id in old
            .keys()
            .chain(new.keys().filter(|id| !old.contains_key(*id)))
        {
            let (before, after) = (old.get(id), new.get(id));
            if before == after && !uses_changed(after) {
                continue;
            }
            let (action, replacement) = match (before, after) {
                (None, _) => ("Add", None),
                (_, None) => ("Remove", None),
                _ => {
                    let verdict = self.verdicts.iter().find(|it| it.id == id);
                    ("Modify", Some(verdict.map_or("False", |it| it.replacement)))
                }
            };
            let kind = after
                .or(before)
                .and_then(|it| it["Type"].as_str())
                .unwrap_or_default();
            let replacement = replacement
                .map(|it| format!("<Replacement>{it}</Replacement>"))
                .unwrap_or_default();
            write!(
                changes,
                "<member><Type>Resource</Type><ResourceChange><Action>{action}</Action>\
                 <LogicalResourceId>{id}</LogicalResourceId><ResourceType>{kind}</ResourceType>\
                 {replacement}</ResourceChange></member>"
            )
            .expect("text can be written");
        }
        (!changes.is_empty()).then_some(changes)
    }
}
