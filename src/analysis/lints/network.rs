//! Networks and where in them things stand.

use smol_str::SmolStr;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Network, NetworkKind, Program};
use crate::schema::network::{Internet, Nat};
use crate::source::Span;

/// One gateway by default, where an environment wants to outlive a zone.
pub(super) fn one_nat_gateway(program: &Program, network: &Network, found: &mut Vec<Diagnostic>) {
    let NetworkKind::Own { settings, .. } = &network.kind else {
        return;
    };
    let zones = settings.zones.value;
    let Some(environment) = wants_to_stay_up(program, &network.name).filter(|_| zones > 1) else {
        return;
    };
    for group in settings.subnets.iter() {
        if group.internet.value == Internet::Nat
            && group.nat.value == Nat::One
            && group.nat.span().is_none()
        {
            let span = group.internet.span().unwrap_or(group.span);
            found.push(one_for_all(span, zones, environment));
        }
    }
}

/// An environment of the network that runs more than one instance at all times.
fn wants_to_stay_up<'a>(program: &'a Program, network: &SmolStr) -> Option<&'a SmolStr> {
    program
        .environments
        .values()
        .filter(|environment| environment.network.as_ref() == Some(network))
        .find(|environment| environment.settings.instances.min.value > 1)
        .map(|environment| &environment.name)
}

// Words

fn one_for_all(span: Span, zones: i64, environment: &str) -> Diagnostic {
    let message = format!("one NAT gateway serves {zones} zones");
    Diagnostic::new(Code::OneNatGateway, span, message)
        .label("when its zone fails, no instance gets out")
        .note(format!("`{environment}` always runs several instances"))
        .help(
            "write `nat = one_per_zone`, or `nat = one` when that is meant: each costs by the hour",
        )
}
