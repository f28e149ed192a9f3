//! The resource graphs for programs: every resource and every edge, with the
//! place in the program that caused it.

use serde::Serialize;

use crate::graph::{Edge, ResourceGraph};
use crate::source::{Sources, Span};

pub fn render(units: &[ResourceGraph], sources: &Sources) -> serde_json::Result<String> {
    let units = units.iter().map(|unit| Unit::new(unit, sources)).collect();
    let mut text = serde_json::to_string_pretty(&Units { units })?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Units<'a> {
    units: Vec<Unit<'a>>,
}

#[derive(Serialize)]
struct Unit<'a> {
    unit: String,
    place: String,
    resources: Vec<Resource<'a>>,
    edges: Vec<Need<'a>>,
}

#[derive(Serialize)]
struct Resource<'a> {
    role: &'a str,
    #[serde(rename = "type")]
    ty: &'static str,
    cloudformation: &'a str,
    terraform: &'a str,
    place: String,
}

#[derive(Serialize)]
struct Need<'a> {
    from: &'a str,
    to: &'a str,
    /// The attribute that is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<&'static str>,
    /// Why it comes after without using it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

impl<'a> Unit<'a> {
    fn new(unit: &'a ResourceGraph, sources: &Sources) -> Self {
        let place = |span: Span| sources.place(span);
        let resource = |resource: &'a crate::graph::Resource| Resource {
            role: &resource.id.role,
            ty: resource.kind.aws_type(),
            cloudformation: &resource.id.pascal,
            terraform: &resource.id.snake,
            place: place(resource.origin),
        };
        let edges = unit.edges().map(|(from, to, edge)| {
            let (attribute, reason, span) = match edge {
                Edge::Uses { attribute, span } => (Some(*attribute), None, *span),
                Edge::After(reason) => (None, Some(*reason), None),
            };
            Need {
                from: &unit.resource(from).id.role,
                to: &unit.resource(to).id.role,
                attribute,
                reason,
                place: span.map(place),
            }
        });
        Self {
            unit: unit.unit.to_string(),
            place: place(unit.origin),
            resources: unit.resources().map(|(_, it)| resource(it)).collect(),
            edges: edges.collect(),
        }
    }
}
