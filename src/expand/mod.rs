//! The program written down as resources: Elastic Beanstalk, in the open.
//!
//! One unit of deployment each for an application, a network, a platform whose
//! image is built and an environment. [`fleet`] is what every environment has, [`web`] what answers
//! requests in front of it; each of the other files is one subject of the
//! language.

pub mod application;
pub mod containers;
pub mod environment;
pub mod fleet;
pub mod image;
pub mod metric;
pub mod network;
pub mod notify;
pub mod pins;
pub mod rollout;
pub mod scaling;
pub mod unit;
pub mod web;
pub mod worker;

pub use unit::{alarm_name, parameter_name};

use std::sync::Arc;

use rayon::prelude::*;

use crate::graph::{Output, ResourceGraph, UnitId};
use crate::model::{NetworkKind, Program};
use crate::syntax::ast::ItemKind;

/// The units of a program: applications, networks, environments, each in the
/// order of the files. Every program that reaches this point can be expanded.
#[must_use]
pub fn expand(program: &Program) -> Vec<ResourceGraph> {
    expand_unless(program, &|| false).unwrap_or_default()
}

/// The same; nothing when `stop` says on the way that nobody wants to know any
/// more.
pub fn expand_unless(
    program: &Program,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<ResourceGraph>> {
    let applications = program
        .applications
        .values()
        .filter(|it| program.is_made(ItemKind::Application, &it.name));
    let mut units: Vec<ResourceGraph> = applications
        .map(|it| with_outputs(application::expand(program, it)))
        .collect();
    for network in program.networks.values() {
        if let NetworkKind::Own { settings, groups } = &network.kind {
            units.push(with_outputs(network::expand(
                program, network, settings, groups,
            )));
        }
    }
    for platform in program.platforms.values() {
        if let Some(build) = &platform.settings.image.build {
            units.push(with_outputs(image::expand(program, platform, build)));
        }
    }
    let environments: Vec<&Arc<crate::model::Environment>> =
        program.environments.values().collect();
    let environments: Option<Vec<ResourceGraph>> = environments
        .par_iter()
        .map(|environment| {
            (!stop()).then(|| with_outputs(environment::expand(program, environment)))
        })
        .collect();
    units.extend(environments?);
    Some(units)
}

/// The finished graph of a unit with the outputs that the user declared.
fn with_outputs(mut unit: unit::Unit<'_>) -> ResourceGraph {
    let program = unit.program;
    let own = unit.graph.unit.clone();
    let declared = program.outputs.iter().filter(|output| {
        let UnitId { kind, item } = &own;
        output.unit == (*kind, item.clone())
    });
    for output in declared {
        let value = unit.late(&output.value);
        let description = output
            .docs
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        // What the user declares stands in place of what we would say.
        let output = Output {
            name: output.name.clone(),
            description,
            value,
            span: Some(output.span),
        };
        let id = output.id();
        let outputs = &mut unit.graph.outputs;
        outputs.retain(|known| known.span.is_some() || known.id() != id);
        outputs.push(output);
    }
    unit.graph
}

/// The id of an item's unit.
fn unit_id(kind: ItemKind, item: &str) -> UnitId {
    UnitId {
        kind,
        item: item.into(),
    }
}
