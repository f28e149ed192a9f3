//! Where Terraform keeps the state of each unit.

use smol_str::SmolStr;

use super::errors;
use crate::diagnostic::Diagnostics;
use crate::model::{NetworkKind, Program};
use crate::ordered::IndexMap;
use crate::schema::target::Target;
use crate::schema::{Nested, Setting};
use crate::source::Span;

/// Reports units that would write their states over each other.
pub(super) fn check(program: &Program, diagnostics: &mut Diagnostics) {
    let networks = program.networks.values().filter_map(|it| match &it.kind {
        NetworkKind::Own { settings, .. } => {
            Some((format!("network.{}", it.name), &settings.target))
        }
        NetworkKind::Existing(_) => None,
    });
    let environments = program.environments.values();
    let environments = environments.map(|it| {
        let unit = format!("environment.{}", it.name);
        (unit, &it.settings.target)
    });
    let mut first: IndexMap<(SmolStr, SmolStr), (String, Span)> = IndexMap::default();
    for (unit, target) in networks.chain(environments) {
        let Some((place, span, is_key)) = place(&unit, target) else {
            continue;
        };
        match first.get(&place) {
            Some((other, known)) => {
                let error = errors::state_taken(&unit, (span, is_key), other, *known);
                diagnostics.report(error);
            }
            None => {
                first.insert(place, (unit, span));
            }
        }
    }
}

/// The bucket and the key in it of a unit's state, where they are written, and
/// whether the key is.
fn place(unit: &str, target: &Nested<Target>) -> Option<((SmolStr, SmolStr), Span, bool)> {
    let state = &target.block.state.as_ref()?.block;
    let key = state.key.as_ref().and_then(Setting::span);
    let span = key.or(state.bucket.span())?;
    let place = (state.bucket.value.clone(), state.key_of(unit));
    Some((place, span, key.is_some()))
}
