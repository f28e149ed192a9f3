//! CloudFormation templates.

use smol_str::SmolStr;

use super::json::Json;
use super::source_map::{SourceMap, join};
use super::{Document, MARK, yaml};
use crate::graph::logical_id::{parameter_id, pascal};
use crate::graph::{Keep, ResourceGraph};
use crate::model::InputType;
use crate::ordered::IndexMap;
use crate::platform::script::PLAIN;
use crate::resource::cfn::{Give, Piece, Pieces};
use crate::resource::{Lines, NodeId, ParameterType, Term, Tree};
use crate::schema::Pseudo;
use crate::source::Sources;

/// JSON or YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// YAML with short tags.
    Yaml,
}

/// The template of a unit, as JSON.
#[must_use]
pub fn render(graph: &ResourceGraph, sources: &Sources) -> Document {
    render_as(graph, sources, Format::Json)
}

/// The template of a unit.
#[must_use]
pub fn render_as(graph: &ResourceGraph, sources: &Sources, format: Format) -> Document {
    let lowered: Vec<Pieces> = graph
        .resources()
        .map(|(_, resource)| resource.kind.cloudformation())
        .collect();
    let writer = Writer { graph, lowered };
    let mut map = SourceMap::default();
    let template = writer.template(&mut map);
    let text = match format {
        Format::Json => template.pretty(),
        Format::Yaml => yaml::to_string(&template),
    };
    Document {
        text,
        map: map.into_json(sources),
    }
}

struct Writer<'a> {
    graph: &'a ResourceGraph,
    lowered: Vec<Pieces>,
}

impl Writer<'_> {
    fn template(&self, map: &mut SourceMap) -> Json {
        let mut template = vec![
            ("AWSTemplateFormatVersion", Json::text("2010-09-09")),
            ("Description", Json::text(self.graph.description.as_str())),
            (
                "Metadata",
                Json::map([(
                    "Beanc",
                    Json::map([
                        ("Note", Json::text(MARK)),
                        ("Unit", Json::text(self.graph.unit.to_string())),
                    ]),
                )]),
            ),
        ];
        let parameters = self.parameters(map);
        if !parameters.is_empty() {
            template.push(("Parameters", Json::map(parameters)));
        }
        let mut resources = Vec::new();
        for (node, resource) in self.graph.resources() {
            for piece in &self.pieces(node).list {
                let id = self.id(node, piece);
                let pointer = join("/Resources", &id);
                map.add(pointer.clone(), resource.origin);
                resources.push((id, self.resource(node, piece, resource.keep, &pointer, map)));
            }
        }
        template.push(("Resources", Json::map(resources)));
        let outputs: Vec<(String, Json)> = self
            .graph
            .outputs
            .iter()
            .map(|output| {
                let name = output.id();
                if let Some(span) = output.span {
                    map.add(join("/Outputs", &name), span);
                }
                let mut body = Vec::new();
                if !output.description.is_empty() {
                    body.push(("Description", Json::text(output.description.as_str())));
                }
                body.push(("Value", self.term(&output.value)));
                (name, Json::map(body))
            })
            .collect();
        if !outputs.is_empty() {
            template.push(("Outputs", Json::map(outputs)));
        }
        Json::map(template)
    }

    fn parameters(&self, map: &mut SourceMap) -> Vec<(String, Json)> {
        let mut parameters = Vec::new();
        for input in self.graph.inputs.values() {
            let name = pascal(&input.name);
            map.add(join("/Parameters", &name), input.span);
            let mut body = Vec::new();
            let (ty, allowed): (_, Vec<Json>) = match &input.ty {
                InputType::Text | InputType::Plain | InputType::Form(_) => ("String", Vec::new()),
                InputType::Number => ("Number", Vec::new()),
                InputType::Bool => ("String", vec![Json::text("true"), Json::text("false")]),
                InputType::OneOf(texts) => (
                    "String",
                    texts.iter().map(|text| Json::text(text.clone())).collect(),
                ),
                InputType::List => ("CommaDelimitedList", Vec::new()),
            };
            body.push(("Type", Json::text(ty)));
            if let Some(docs) = &input.docs {
                body.push(("Description", Json::text(docs.clone())));
            }
            if let Some(default) = &input.default {
                body.push(("Default", Json::text(default.clone())));
            }
            if !allowed.is_empty() {
                body.push(("AllowedValues", Json::List(allowed)));
            }
            // Values stand in quotes in the boot script.
            match &input.ty {
                InputType::Text => body.push(("AllowedPattern", Json::text("[^'\\\\]*"))),
                // Of a list, each member.
                InputType::Plain | InputType::List => {
                    body.push(("AllowedPattern", Json::text(format!("{PLAIN}*"))));
                }
                InputType::Form(form) => {
                    body.push(("AllowedPattern", Json::text(form.pattern)));
                    let rule = format!("{} is {}.", input.name, form.what);
                    body.push(("ConstraintDescription", Json::text(rule)));
                }
                InputType::Number | InputType::Bool | InputType::OneOf(_) => {}
            }
            parameters.push((name, Json::map(body)));
        }
        for parameter in self.graph.parameters() {
            let ty = match parameter.ty {
                ParameterType::Text => "AWS::SSM::Parameter::Value<String>",
                ParameterType::Image => "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
                ParameterType::Vpc => "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>",
                ParameterType::Subnets => "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>",
                ParameterType::SecurityGroup => {
                    "AWS::SSM::Parameter::Value<AWS::EC2::SecurityGroup::Id>"
                }
            };
            let body = [
                ("Type", Json::text(ty)),
                ("Default", Json::text(parameter.name.clone())),
            ];
            parameters.push((parameter_id(&parameter), Json::map(body)));
        }
        parameters
    }

    fn resource(
        &self,
        node: NodeId,
        piece: &Piece,
        keep: Keep,
        pointer: &str,
        map: &mut SourceMap,
    ) -> Json {
        let mut body = vec![("Type", Json::text(piece.ty))];
        let wait = self.depends_on(node, piece);
        match wait.len() {
            0 => {}
            1 => body.push(("DependsOn", Json::text(wait[0].clone()))),
            _ => body.push((
                "DependsOn",
                Json::List(wait.into_iter().map(Json::Text).collect()),
            )),
        }
        if piece.stateful || keep != Keep::Delete {
            // A creation that fails leaves nothing behind: it is empty still,
            // and its name would be in the way of the next try.
            let (deletion, replacement) = match keep {
                Keep::Delete => ("Delete", "Delete"),
                Keep::Retain | Keep::Protect => ("RetainExceptOnCreate", "Retain"),
            };
            body.push(("DeletionPolicy", Json::text(deletion)));
            body.push(("UpdateReplacePolicy", Json::text(replacement)));
        }
        for (key, policy) in &piece.policies {
            body.push((key, self.tree(node, policy)));
        }
        let properties_pointer = format!("{pointer}/Properties");
        let properties = piece.properties.iter().map(|(key, value)| {
            map.add_tree(&properties_pointer, key, value);
            (key.clone(), self.tree(node, value))
        });
        let properties: Vec<(SmolStr, Json)> = properties.collect();
        if !properties.is_empty() {
            body.push(("Properties", Json::Map(properties)));
        }
        Json::map(body)
    }

    /// What a piece waits for that no reference of its own implies: pieces of
    /// what it uses that are not named by the use, and what it comes after.
    fn depends_on(&self, node: NodeId, piece: &Piece) -> Vec<SmolStr> {
        let mut named: Vec<SmolStr> = Vec::new();
        let mut used: Vec<NodeId> = Vec::new();
        let mut visit = |tree: &Tree| {
            each_attribute(tree, &mut |other, name| {
                used.push(other);
                named.extend(
                    self.answer(other, name)
                        .map(|(piece, _)| self.id(other, piece)),
                );
            });
        };
        piece.properties.iter().for_each(|(_, tree)| visit(tree));
        piece.policies.iter().for_each(|(_, tree)| visit(tree));
        let awaited = used.iter().flat_map(|other| {
            let pieces = self
                .pieces(*other)
                .list
                .iter()
                .filter(|piece| piece.awaited);
            pieces.map(|piece| self.id(*other, piece))
        });
        let after = self
            .graph
            .ordered_after(node)
            .into_iter()
            .flat_map(|other| {
                self.pieces(other)
                    .list
                    .iter()
                    .map(move |piece| self.id(other, piece))
            });
        let mut wait: Vec<SmolStr> = awaited
            .chain(after)
            .filter(|id| !named.contains(id))
            .collect();
        wait.sort_unstable();
        wait.dedup();
        wait
    }

    fn pieces(&self, node: NodeId) -> &Pieces {
        &self.lowered[node.0 as usize]
    }

    fn id(&self, node: NodeId, piece: &Piece) -> SmolStr {
        let id = &self.graph.resource(node).id.pascal;
        if piece.suffix.is_empty() {
            id.clone()
        } else {
            format!("{id}{}", piece.suffix).into()
        }
    }

    /// The piece that answers for an attribute, and how. Every kind answers
    /// for its attributes; a test goes through all of them.
    fn answer(&self, node: NodeId, attribute: &str) -> Option<(&Piece, Give)> {
        let pieces = self.pieces(node);
        let (_, piece, give) = pieces.gives.iter().find(|(name, ..)| *name == attribute)?;
        Some((&pieces.list[*piece], *give))
    }

    fn tree(&self, node: NodeId, tree: &Tree) -> Json {
        match tree {
            Tree::Leaf(term, _) => self.term(term),
            Tree::List(items) => {
                Json::List(items.iter().map(|item| self.tree(node, item)).collect())
            }
            Tree::Map(entries) => Json::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), self.tree(node, value)))
                    .collect(),
            ),
            Tree::Document(document) => self.tree(node, document),
            Tree::Base64(lines) => Json::Function("Base64", Box::new(self.term(&lines.text))),
            Tree::OwnName { .. } => Json::Text(self.graph.resource(node).id.pascal.clone()),
            Tree::Sibling { piece, argument } => {
                let id = Json::Text(self.id(node, &self.pieces(node).list[*piece]));
                match *argument {
                    "" => Json::Function("Ref", Box::new(id)),
                    name => {
                        Json::Function("GetAtt", Box::new(Json::List(vec![id, Json::text(name)])))
                    }
                }
            }
        }
    }

    fn term(&self, term: &Term) -> Json {
        match term {
            Term::Text(text) => Json::Text(text.clone()),
            Term::Int(number) => Json::Int(*number),
            Term::Decimal(number) => Json::Decimal(*number),
            Term::Bool(it) => Json::Bool(*it),
            Term::Attribute { node, name, .. } => match self.answer(*node, name) {
                Some((piece, Give::Ref)) => reference(self.id(*node, piece)),
                Some((piece, Give::GetAtt(attribute))) => {
                    let id = Json::Text(self.id(*node, piece));
                    let path = vec![id, Json::text(attribute)];
                    Json::Function("GetAtt", Box::new(Json::List(path)))
                }
                None => Json::text(*name),
            },
            Term::Input(name) => reference(pascal(name)),
            Term::Parameter(parameter) => reference(parameter_id(parameter)),
            Term::Pseudo(pseudo) => reference(pseudo_name(*pseudo)),
            Term::StackName => reference("AWS::StackName"),
            Term::StackId => reference("AWS::StackId"),
            // By number even where the name is known: an account may have no
            // capacity in a zone that others have, and AWS leaves it out.
            Term::Zone { number, name: _ } => {
                let zones = Json::Function("GetAZs", Box::new(Json::text("")));
                let number = i64::try_from(*number).unwrap_or(i64::MAX);
                Json::Function(
                    "Select",
                    Box::new(Json::List(vec![Json::Int(number), zones])),
                )
            }
            Term::Join(terms) => self.join(terms),
            Term::Commas(list) => {
                let parts = vec![Json::text(","), self.term(list)];
                Json::Function("Join", Box::new(Json::List(parts)))
            }
        }
    }

    /// `Fn::Sub`, with names bound for what it cannot name itself.
    ///
    /// A literal with `${` of its own, such as a script, is bound whole:
    /// values are not read again. Escaped as `${!`, the expansions that shells
    /// allow inside each other would come out with some escapes left in.
    fn join(&self, terms: &[Term]) -> Json {
        let mut text = String::new();
        let mut bound: IndexMap<String, Json> = IndexMap::default();
        for term in terms {
            match term {
                Term::Text(literal) if !literal.contains("${") => text.push_str(literal),
                Term::Int(number) => text.push_str(&number.to_string()),
                Term::Decimal(number) => text.push_str(&number.to_string()),
                Term::Bool(it) => text.push_str(&it.to_string()),
                term => {
                    let name = match self.term(term) {
                        Json::Function("Ref", id) => match *id {
                            Json::Text(id) => id.to_string(),
                            _ => String::new(),
                        },
                        Json::Function("GetAtt", path) => match *path {
                            Json::List(path) => {
                                let path = path.iter().filter_map(|part| match part {
                                    Json::Text(text) => Some(text.as_str()),
                                    _ => None,
                                });
                                path.collect::<Vec<_>>().join(".")
                            }
                            _ => String::new(),
                        },
                        value => {
                            let name = format!("Value{}", bound.len());
                            bound.insert(name.clone(), value);
                            name
                        }
                    };
                    text.push_str("${");
                    text.push_str(&name);
                    text.push('}');
                }
            }
        }
        let text = Json::text(text);
        let argument = if bound.is_empty() {
            text
        } else {
            Json::List(vec![text, Json::map(bound)])
        };
        Json::Function("Sub", Box::new(argument))
    }
}

fn reference(id: impl Into<SmolStr>) -> Json {
    Json::Function("Ref", Box::new(Json::Text(id.into())))
}

fn pseudo_name(pseudo: Pseudo) -> &'static str {
    match pseudo {
        Pseudo::Region => "AWS::Region",
        Pseudo::Account => "AWS::AccountId",
        Pseudo::Partition => "AWS::Partition",
        Pseudo::DnsSuffix => "AWS::URLSuffix",
    }
}

/// Every attribute that stands in a tree.
fn each_attribute(tree: &Tree, visit: &mut dyn FnMut(NodeId, &'static str)) {
    use crate::resource::References;
    match tree {
        Tree::Leaf(term, _) | Tree::Base64(Lines { text: term, .. }) => {
            term.references(&mut |term| {
                if let Term::Attribute { node, name, .. } = term {
                    visit(*node, name);
                }
            })
        }
        Tree::List(items) => items.iter().for_each(|item| each_attribute(item, visit)),
        Tree::Map(entries) => entries
            .iter()
            .for_each(|(_, value)| each_attribute(value, visit)),
        Tree::Document(document) => each_attribute(document, visit),
        Tree::OwnName { .. } | Tree::Sibling { .. } => {}
    }
}
