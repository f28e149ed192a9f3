//! Names in a unit are told apart by both targets.
//!
//! Roles are made of names that users wrote, so two of them can come out the
//! same. In JSON the second would take the place of the first without a word.

use rustc_hash::FxHashMap;

use super::logical_id::{parameter_id, pascal};
use super::{ResourceGraph, errors};
use crate::diagnostic::Diagnostics;
use crate::source::Span;

/// Reports resources and inputs of a unit that have the same name, and outputs
/// that have, once for each pair of places: a block that makes several resources is one mistake.
/// Names that differ in CloudFormation differ in Terraform as well.
pub fn check(graph: &ResourceGraph, diagnostics: &mut Diagnostics) {
    outputs(graph, diagnostics);
    let mut first: FxHashMap<&str, Span> = FxHashMap::default();
    let mut reported: Vec<(Span, Span)> = Vec::new();
    let inputs: Vec<(String, Span)> = graph
        .inputs
        .values()
        .map(|input| (pascal(&input.name), input.span))
        .collect();
    // What other units left is read by parameters, which inputs are beside.
    let mut parameters: Vec<String> = match inputs.is_empty() {
        true => Vec::new(),
        false => graph.parameters().iter().map(parameter_id).collect(),
    };
    parameters.dedup();
    let inputs = inputs.iter().map(|(name, span)| (name.as_str(), *span));
    let parameters = parameters.iter().map(|name| (name.as_str(), graph.origin));
    let resources = graph
        .resources()
        .map(|(_, resource)| (resource.id.pascal.as_str(), resource.origin));
    for (name, span) in parameters.chain(inputs).chain(resources) {
        match first.get(name) {
            Some(known) => {
                let places = (*known, span);
                if !reported.contains(&places) {
                    reported.push(places);
                    diagnostics.report(errors::same_name(&graph.unit, name, *known, span));
                }
            }
            None => {
                first.insert(name, span);
            }
        }
    }
}

/// Outputs have names of their own. One of the user's stands in place of ours.
fn outputs(graph: &ResourceGraph, diagnostics: &mut Diagnostics) {
    let mut first: FxHashMap<String, Span> = FxHashMap::default();
    for output in &graph.outputs {
        let Some(span) = output.span else { continue };
        let name = output.id();
        if let Some(known) = first.get(&name) {
            diagnostics.report(errors::same_name(&graph.unit, &name, *known, span));
        } else {
            first.insert(name, span);
        }
    }
}
