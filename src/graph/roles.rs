//! What the user names by role is there.

use rustc_hash::FxHashSet;

use super::{ResourceGraph, errors};
use crate::diagnostic::Diagnostics;
use crate::model::Program;
use crate::syntax::ast::ItemKind;

/// Reports roles in `protect` that no resource of the program has. One that
/// only this environment lacks is no mistake: a template protects a balancer
/// also for its children without one.
pub fn check(program: &Program, units: &[ResourceGraph], diagnostics: &mut Diagnostics) {
    let protecting = program
        .environments
        .values()
        .filter(|environment| !environment.settings.protect.value.is_empty());
    let mut known: FxHashSet<&str> = FxHashSet::default();
    for environment in protecting {
        if known.is_empty() {
            let resources = units.iter().flat_map(ResourceGraph::resources);
            known.extend(resources.map(|(_, resource)| resource.id.role.as_str()));
        }
        for (role, span) in &environment.settings.protect.value {
            if !known.contains(role.0.as_str()) {
                let own = units.iter().find(|unit| {
                    unit.unit.kind == ItemKind::Environment && unit.unit.item == environment.name
                });
                let own = own.into_iter().flat_map(ResourceGraph::resources);
                let own = own.map(|(_, resource)| resource.id.role.as_str());
                diagnostics.report_once(errors::unknown_role(&role.0, *span, own));
            }
        }
    }
}
