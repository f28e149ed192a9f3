//! Terraform root modules, in JSON.

use smol_str::SmolStr;

use super::json::Json;
use super::source_map::{SourceMap, join};
use super::{Document, MARK};
use crate::graph::logical_id::snake;
use crate::graph::{Keep, LogicalId, ResourceGraph};
use crate::model::InputType;
use crate::ordered::IndexMap;
use crate::platform::script::PLAIN;
use crate::resource::tf::{Mode, Piece, Pieces};
use crate::resource::{NodeId, Parameter, ParameterType, Term, Tree};
use crate::schema::target::Target;
use crate::schema::{Pseudo, Setting};
use crate::source::{Sources, Span};

/// The oldest Terraform that reads the module: `use_lockfile` of the backend.
const TERRAFORM: &str = ">= 1.10";

/// Versions of the provider whose arguments the module uses.
const PROVIDER: &str = ">= 5.80, < 7.0";

/// The module of a unit.
#[must_use]
pub fn render(graph: &ResourceGraph, sources: &Sources) -> Document {
    let lowered: Vec<Pieces> = graph
        .resources()
        .map(|(_, resource)| resource.kind.terraform())
        .collect();
    let mut writer = Writer {
        graph,
        lowered: &lowered,
        locals: Vec::new(),
        looked_up: LookedUp::default(),
    };
    let mut map = SourceMap::default();
    let text = writer.module(&mut map).pretty();
    Document {
        text,
        map: map.into_json(sources),
    }
}

struct Writer<'a> {
    graph: &'a ResourceGraph,
    lowered: &'a [Pieces],
    /// Documents and scripts, which are written as what they are and encoded
    /// where they are used.
    locals: Vec<(SmolStr, Json)>,
    looked_up: LookedUp,
}

/// What the module asks AWS at deploy time.
#[derive(Default)]
struct LookedUp {
    region: bool,
    account: bool,
    partition: bool,
    zones: bool,
}

/// The argument that a value belongs to.
#[derive(Clone, Copy)]
struct Place<'a> {
    label: &'a str,
    key: &'a str,
}

impl Place<'_> {
    /// The name of a local that stands for the argument.
    fn local(self) -> String {
        format!("{}_{}", self.label, self.key)
    }
}

type Blocks = IndexMap<&'static str, Vec<(SmolStr, Json)>>;

impl<'a> Writer<'a> {
    fn module(&mut self, map: &mut SourceMap) -> Json {
        let mut resources: Blocks = IndexMap::default();
        let mut data: Blocks = IndexMap::default();
        let mut moved = Vec::new();
        let graph = self.graph;
        for (node, resource) in graph.resources() {
            for piece in &self.pieces(node).list {
                let label = label(&resource.id, piece);
                let (blocks, mode) = match piece.mode {
                    Mode::Resource => (&mut resources, "resource"),
                    Mode::Data => (&mut data, "data"),
                };
                let pointer = format!("/{mode}/{}/{label}", piece.ty);
                map.add(pointer.clone(), resource.origin);
                if graph.renamed_from.is_some() && piece.mode == Mode::Resource {
                    let former = graph.first_id(&resource.id.role);
                    let address = |label| Json::text(format!("{}.{label}", piece.ty));
                    moved.push(Json::map([
                        ("from", address(self::label(&former, piece))),
                        ("to", address(label.clone())),
                    ]));
                }
                let body = self.block(node, piece, resource.keep, &pointer, map);
                blocks.entry(piece.ty).or_default().push((label, body));
            }
        }
        let outputs: Vec<(String, Json)> = graph
            .outputs
            .iter()
            .map(|output| {
                let name = snake(&output.name);
                if let Some(span) = output.span {
                    map.add(join("/output", &name), span);
                }
                let mut body = Vec::new();
                if !output.description.is_empty() {
                    body.push(("description", Json::text(output.description.as_str())));
                }
                body.push(("value", self.term(&output.value)));
                (name, Json::map(body))
            })
            .collect();
        let variables = self.variables(map);
        self.parameters(&mut data);
        self.look_up(&mut data);

        let blocks = |blocks: Blocks| {
            Json::map(
                blocks
                    .into_iter()
                    .map(|(ty, labels)| (ty, Json::Map(labels))),
            )
        };
        let note = format!("{MARK} Unit: {}", graph.unit);
        let mut module = vec![
            ("//", Json::text(note)),
            ("terraform", self.settings(map)),
            ("provider", self.provider(map)),
        ];
        let mut section = |name, json: Json| {
            let empty = match &json {
                Json::Map(entries) => entries.is_empty(),
                Json::List(items) => items.is_empty(),
                _ => false,
            };
            if !empty {
                module.push((name, json));
            }
        };
        section("variable", Json::map(variables));
        section("data", blocks(data));
        section("locals", Json::Map(std::mem::take(&mut self.locals)));
        section("resource", blocks(resources));
        section("moved", Json::List(moved));
        section("output", Json::map(outputs));
        Json::map(module)
    }

    fn settings(&self, map: &mut SourceMap) -> Json {
        let aws = Json::map([
            ("source", Json::text("hashicorp/aws")),
            ("version", Json::text(PROVIDER)),
        ]);
        let mut settings = vec![
            ("required_version", Json::text(TERRAFORM)),
            ("required_providers", Json::map([("aws", aws)])),
        ];
        let target = self.graph.target.as_ref();
        if let Some((target, state)) = target.and_then(|it| Some((it, it.state.as_ref()?))) {
            let unit = &self.graph.unit;
            let key = state.key_of(&unit.to_string());
            let region = state.region.as_ref().or(target.region.as_ref());
            let mut backend = vec![
                ("bucket", Json::Text(state.bucket.value.clone())),
                ("key", Json::Text(key)),
                ("encrypt", Json::Bool(true)),
                ("use_lockfile", Json::Bool(state.lock.value)),
            ];
            if let Some(region) = region {
                backend.push(("region", Json::Text(region.value.0.clone())));
            }
            backend.extend(assumed(target).map(|role| ("assume_role", role)));
            let mut place =
                |key, span: Option<Span>| written(map, "/terraform/backend/s3", key, span);
            place("bucket", state.bucket.span());
            place("key", state.key.as_ref().and_then(Setting::span));
            place("region", region.and_then(Setting::span));
            place("assume_role", target.role.as_ref().and_then(Setting::span));
            settings.push(("backend", Json::map([("s3", Json::map(backend))])));
        }
        Json::map(settings)
    }

    fn provider(&self, map: &mut SourceMap) -> Json {
        let target = self.graph.target.as_ref();
        let mut aws = Vec::new();
        if let Some(region) = target.and_then(|target| target.region.as_ref()) {
            aws.push(("region", Json::Text(region.value.0.clone())));
        }
        // A module for one account refuses to run with the keys of another.
        if let Some(account) = target.and_then(|target| target.account.as_ref()) {
            let accounts = vec![Json::Text(account.value.clone())];
            aws.push(("allowed_account_ids", Json::List(accounts)));
        }
        let role = target.and_then(assumed);
        aws.extend(role.map(|role| ("assume_role", role)));
        if let Some(target) = target {
            let mut place = |key, span: Option<Span>| written(map, "/provider/aws", key, span);
            place("region", target.region.as_ref().and_then(Setting::span));
            place(
                "allowed_account_ids",
                target.account.as_ref().and_then(Setting::span),
            );
            place("assume_role", target.role.as_ref().and_then(Setting::span));
        }
        Json::map([("aws", Json::map(aws))])
    }

    fn variables(&self, map: &mut SourceMap) -> Vec<(String, Json)> {
        let variable = |input: &crate::model::Input| {
            let name = variable(&input.name);
            map.add(join("/variable", &name), input.span);
            let ty = match &input.ty {
                InputType::Text | InputType::Plain | InputType::Form(_) | InputType::OneOf(_) => {
                    "string"
                }
                InputType::Number => "number",
                InputType::Bool => "bool",
                InputType::List => "list(string)",
            };
            let mut body = vec![("type", Json::text(ty))];
            if let Some(docs) = &input.docs {
                body.push(("description", Json::Text(docs.clone())));
            }
            if let Some(default) = &input.default {
                let default = match &input.ty {
                    InputType::Number => default
                        .parse()
                        .map_or(Json::text(default.as_str()), Json::Int),
                    InputType::Bool => Json::Bool(default == "true"),
                    InputType::List => {
                        let members = default.split(',').filter(|it| !it.is_empty());
                        Json::List(members.map(Json::text).collect())
                    }
                    InputType::Text
                    | InputType::Plain
                    | InputType::Form(_)
                    | InputType::OneOf(_) => Json::Text(default.clone()),
                };
                body.push(("default", default));
            }
            let validation = match &input.ty {
                InputType::OneOf(texts) => {
                    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                    let texts = texts.join(", ");
                    Some((
                        format!("${{contains([{texts}], var.{name})}}"),
                        format!("{name} is one of {texts}."),
                    ))
                }
                // Values stand in quotes in the boot script.
                InputType::Text => Some((
                    format!("${{!can(regex(\"['\\\\\\\\]\", var.{name}))}}"),
                    format!("{name} has no quotes and no backslashes."),
                )),
                InputType::Plain => Some((
                    format!("${{can(regex(\"^{PLAIN}*$\", var.{name}))}}"),
                    format!("{name} is ASCII without quotes, brackets, backslashes and <."),
                )),
                InputType::Form(form) => Some((
                    format!(
                        "${{can(regex({}, var.{name}))}}",
                        quoted(&format!("^{}$", form.pattern))
                    ),
                    format!("{name} is {}.", form.what),
                )),
                InputType::List => Some((
                    format!(
                        "${{alltrue([for it in var.{name} : can(regex(\"^{PLAIN}*$\", it))])}}"
                    ),
                    format!(
                        "members of {name} are ASCII without quotes, brackets, backslashes and <."
                    ),
                )),
                InputType::Number | InputType::Bool => None,
            };
            if let Some((condition, message)) = validation {
                let validation = Json::map([
                    ("condition", Json::text(condition)),
                    ("error_message", Json::text(escape(&message))),
                ]);
                body.push(("validation", validation));
            }
            (name, Json::map(body))
        };
        self.graph.inputs.values().map(variable).collect()
    }

    fn parameters(&self, data: &mut Blocks) {
        for parameter in self.graph.parameters() {
            let body = Json::map([("name", Json::text(escape(&parameter.name)))]);
            data.entry("aws_ssm_parameter")
                .or_default()
                .push((parameter_label(&parameter), body));
        }
    }

    fn look_up(&self, data: &mut Blocks) {
        let LookedUp {
            region,
            account,
            partition,
            zones,
        } = &self.looked_up;
        let mut add = |wanted: bool, ty, body: Json| {
            if wanted {
                data.entry(ty)
                    .or_default()
                    .push((SmolStr::new_static("current"), body));
            }
        };
        add(*region, "aws_region", Json::map::<&str>([]));
        add(*account, "aws_caller_identity", Json::map::<&str>([]));
        add(*partition, "aws_partition", Json::map::<&str>([]));
        let regular = Json::map([
            ("name", Json::text("opt-in-status")),
            (
                "values",
                Json::List(vec![Json::text("opt-in-not-required")]),
            ),
        ]);
        // Local zones have no balancers and no NAT gateways.
        let body = [
            ("state", Json::text("available")),
            ("filter", Json::List(vec![regular])),
        ];
        add(*zones, "aws_availability_zones", Json::map(body));
    }

    fn block(
        &mut self,
        node: NodeId,
        piece: &Piece,
        keep: Keep,
        pointer: &str,
        map: &mut SourceMap,
    ) -> Json {
        let label = label(&self.graph.resource(node).id, piece);
        let mut body: Vec<(SmolStr, Json)> = Vec::new();
        for (key, value) in &piece.arguments {
            let place = Place { label: &label, key };
            match value {
                // Written among the locals, and here only as text.
                Tree::Document(_) | Tree::Base64(_) => {
                    map.add_tree("/locals", &place.local(), value);
                }
                value => map.add_tree(pointer, key, value),
            }
            body.push((key.clone(), self.tree(node, value, place)));
        }
        if let Some(argument) = piece.kept_by
            && keep != Keep::Delete
        {
            body.push((argument.into(), Json::Bool(true)));
        }
        let mut lifecycle = Vec::new();
        if piece.create_before_destroy {
            lifecycle.push(("create_before_destroy", Json::Bool(true)));
        }
        if keep == Keep::Protect && piece.mode == Mode::Resource {
            lifecycle.push(("prevent_destroy", Json::Bool(true)));
        }
        if !piece.ignore_changes.is_empty() {
            let arguments = piece
                .ignore_changes
                .iter()
                .map(|it| Json::text(*it))
                .collect();
            lifecycle.push(("ignore_changes", Json::List(arguments)));
        }
        if !lifecycle.is_empty() {
            body.push(("lifecycle".into(), Json::map(lifecycle)));
        }
        let wait: Vec<Json> = self
            .graph
            .ordered_after(node)
            .into_iter()
            .flat_map(|other| {
                let id = &self.graph.resource(other).id;
                let pieces = self.pieces(other).list.iter();
                let made = pieces.filter(|piece| piece.mode == Mode::Resource);
                made.map(|piece| Json::text(format!("{}.{}", piece.ty, self::label(id, piece))))
                    .collect::<Vec<_>>()
            })
            .collect();
        if !wait.is_empty() {
            body.push(("depends_on".into(), Json::List(wait)));
        }
        Json::Map(body)
    }

    fn pieces(&self, node: NodeId) -> &'a Pieces {
        &self.lowered[node.0 as usize]
    }

    fn address(&self, node: NodeId, piece: &Piece) -> String {
        let label = label(&self.graph.resource(node).id, piece);
        match piece.mode {
            Mode::Resource => format!("{}.{label}", piece.ty),
            Mode::Data => format!("data.{}.{label}", piece.ty),
        }
    }

    fn tree(&mut self, node: NodeId, tree: &Tree, place: Place<'_>) -> Json {
        match tree {
            Tree::Leaf(term, _) => self.term(term),
            Tree::List(items) => Json::List(
                items
                    .iter()
                    .map(|item| self.tree(node, item, place))
                    .collect(),
            ),
            Tree::Map(entries) => Json::Map(
                entries
                    .iter()
                    .map(|(key, value)| (escape(key), self.tree(node, value, place)))
                    .collect(),
            ),
            Tree::Document(document) => {
                let document = self.tree(node, document, place);
                self.encoded("jsonencode", place, document)
            }
            Tree::Base64(lines) => {
                let script = self.term(&lines.text);
                self.encoded("base64encode", place, script)
            }
            Tree::OwnName { prefix } => {
                let role = &self.graph.resource(node).id.role;
                let name = self.graph.first_id(role).snake.replace('_', "-");
                match prefix {
                    None => Json::text(name),
                    Some(limit) => {
                        let cut = name.get(..limit - 1).unwrap_or(&name);
                        Json::text(format!("{}-", cut.trim_end_matches('-')).to_ascii_lowercase())
                    }
                }
            }
            Tree::Sibling { piece, argument } => {
                let address = self.address(node, &self.pieces(node).list[*piece]);
                Json::text(format!("${{{address}.{argument}}}"))
            }
        }
    }

    /// A value among the locals, and what encodes it where it is used.
    fn encoded(&mut self, function: &str, place: Place<'_>, value: Json) -> Json {
        let local = place.local();
        let encoded = format!("${{{function}(local.{local})}}");
        self.locals.push((local.into(), value));
        Json::text(encoded)
    }

    fn term(&mut self, term: &Term) -> Json {
        match term {
            Term::Text(text) => Json::Text(escape(text)),
            Term::Int(number) => Json::Int(*number),
            Term::Decimal(number) => Json::Decimal(*number),
            Term::Bool(it) => Json::Bool(*it),
            Term::Join(terms) => {
                let mut text = String::new();
                for term in terms {
                    match self.term(term) {
                        Json::Text(piece) => push(&mut text, &piece),
                        Json::Int(number) => text.push_str(&number.to_string()),
                        Json::Bool(it) => text.push_str(&it.to_string()),
                        Json::Decimal(number) => text.push_str(&number.to_string()),
                        Json::List(_) | Json::Map(_) | Json::Function(..) => {}
                    }
                }
                Json::text(text)
            }
            Term::Zone {
                name: Some(name), ..
            } => Json::text(*name),
            late => Json::text(format!("${{{}}}", self.expression(late))),
        }
    }

    /// A late term as an expression.
    fn expression(&mut self, term: &Term) -> String {
        match term {
            Term::Attribute { node, name, .. } => {
                let pieces = self.pieces(*node);
                match pieces.gives.iter().find(|(attribute, ..)| attribute == name) {
                    Some((_, piece, argument)) => {
                        format!("{}.{argument}", self.address(*node, &pieces.list[*piece]))
                    }
                    // Every kind answers for its attributes; a test goes
                    // through all of them.
                    None => format!("null /* {name} */"),
                }
            }
            Term::Input(name) => format!("var.{}", variable(name)),
            Term::Parameter(parameter) => {
                let value = format!(
                    "data.aws_ssm_parameter.{}.insecure_value",
                    parameter_label(parameter)
                );
                match parameter.ty {
                    ParameterType::Subnets => format!("split(\",\", {value})"),
                    ParameterType::Text
                    | ParameterType::Image
                    | ParameterType::Vpc
                    | ParameterType::SecurityGroup => value,
                }
            }
            Term::Pseudo(pseudo) => match pseudo {
                Pseudo::Region => {
                    self.looked_up.region = true;
                    // `name` is deprecated in provider 6, `region` unknown in 5.
                    "data.aws_region.current.id".to_owned()
                }
                Pseudo::Account => {
                    self.looked_up.account = true;
                    "data.aws_caller_identity.current.account_id".to_owned()
                }
                Pseudo::Partition => {
                    self.looked_up.partition = true;
                    "data.aws_partition.current.partition".to_owned()
                }
                Pseudo::DnsSuffix => {
                    self.looked_up.partition = true;
                    "data.aws_partition.current.dns_suffix".to_owned()
                }
            },
            Term::Zone { number, name: _ } => {
                self.looked_up.zones = true;
                format!("data.aws_availability_zones.current.names[{number}]")
            }
            Term::Commas(list) => format!("join(\",\", {})", self.expression(list)),
            Term::Text(_)
            | Term::Int(_)
            | Term::Decimal(_)
            | Term::Bool(_)
            | Term::Join(_)
            // Stacks are CloudFormation's; no lowering for Terraform names one.
            | Term::StackName
            | Term::StackId => String::new(),
        }
    }
}

/// Notes where an argument is written, when it is.
fn written(map: &mut SourceMap, block: &str, key: &str, span: Option<Span>) {
    if let Some(span) = span {
        map.add(join(block, key), span);
    }
}

/// The role that Terraform takes on, for what it makes and for its state.
fn assumed(target: &Target) -> Option<Json> {
    let role = target.role.as_ref()?;
    Some(Json::map([
        ("role_arn", Json::Text(role.value.0.clone())),
        ("session_name", Json::text("beanc")),
    ]))
}

/// Names that no variable can have: Terraform keeps them for blocks of modules.
const RESERVED: [&str; 8] = [
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "locals",
    "providers",
    "source",
    "version",
];

/// The name of the variable of an input: `cert-arn` is `cert_arn`, and `version`
/// is `input_version`.
#[must_use]
pub fn variable(input: &str) -> String {
    let name = snake(input);
    match RESERVED.contains(&name.as_str()) {
        true => format!("input_{name}"),
        false => name,
    }
}

fn label(id: &LogicalId, piece: &Piece) -> SmolStr {
    if piece.suffix.is_empty() {
        id.snake.clone()
    } else {
        format!("{}_{}", id.snake, piece.suffix).into()
    }
}

/// `/bean/main/private/ids` is `bean_main_private_ids`.
fn parameter_label(parameter: &Parameter) -> SmolStr {
    snake(parameter.name.trim_start_matches('/'))
        .replace('/', "_")
        .into()
}

/// Text in which Terraform reads nothing.
fn escape(text: &str) -> SmolStr {
    if !text.contains(['$', '%']) {
        return text.into();
    }
    text.replace("${", "$${").replace("%{", "%%{").into()
}

/// Puts a piece of a template behind another. A dollar sign right in front of a
/// reference would make text of it, so it is written as an expression.
fn push(text: &mut String, piece: &str) {
    let dollars = text.len() - text.trim_end_matches('$').len();
    if dollars > 0 && piece.starts_with("${") {
        text.truncate(text.len() - dollars);
        text.push_str(&format!("${{\"{}\"}}", "$".repeat(dollars)));
    }
    text.push_str(piece);
}

/// Text as a literal inside an expression.
fn quoted(text: &str) -> String {
    let mut literal = String::new();
    super::json::write_text(&mut literal, &escape(text));
    literal
}
