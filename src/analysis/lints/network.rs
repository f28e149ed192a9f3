//! Networks and where in them things stand.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{Ground, Scene, is_for_tests};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Environment, Network, NetworkKind, Program};
use crate::schema::network::{Internet, Nat};
use crate::source::Span;

/// One gateway by default, where an environment wants to outlive a zone.
pub(super) fn one_nat_gateway(program: &Program, network: &Network, found: &mut Vec<Diagnostic>) {
    let NetworkKind::Own { settings, .. } = &network.kind else {
        return;
    };
    let zones = settings.zones.value;
    let Some(environment) = wants_to_stay_up(program, network).filter(|_| zones > 1) else {
        return;
    };
    for group in settings.subnets.iter() {
        if group.internet.value == Internet::Nat
            && group.nat.value == Nat::One
            && group.nat.span().is_none()
        {
            let span = group.internet.span().unwrap_or(group.span);
            found.push(one_for_all(span, zones, &environment.name));
        }
    }
}

/// One zone for several instances. Balancers need two, which is an error.
pub(super) fn single_zone(program: &Program, network: &Network, found: &mut Vec<Diagnostic>) {
    let NetworkKind::Own { settings, .. } = &network.kind else {
        return;
    };
    let zones = &settings.zones;
    if zones.value == 1
        && let Some(span) = zones.span()
        && let Some(environment) = wants_to_stay_up(program, network)
        && !environment.is_balanced()
    {
        found.push(all_in_one(span, environment));
    }
}

/// A gateway in each zone for what may be away for an hour.
pub(super) fn nat_for_tests(program: &Program, network: &Network, found: &mut Vec<Diagnostic>) {
    let NetworkKind::Own { settings, .. } = &network.kind else {
        return;
    };
    let zones = settings.zones.value;
    let mut environments = environments(program, &network.name).peekable();
    if zones == 1 || environments.peek().is_none() {
        return;
    }
    if !environments.all(|it| is_for_tests(&it.name)) {
        return;
    }
    for group in settings.subnets.iter() {
        if group.internet.value == Internet::Nat
            && group.nat.value == Nat::OnePerZone
            && let Some(span) = group.nat.span()
        {
            found.push(too_many_gateways(span, zones));
        }
    }
}

/// Gateways that nothing goes through.
pub(super) fn idle_nat(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    let entry = ground.files[0].tree.id;
    let is_entry = |span: Span| span.file == entry;
    let mut environments = ground.program.environments.values();
    // A file without environments declares for others.
    if !environments.any(|environment| is_entry(environment.span)) {
        return;
    }
    for network in ground.program.networks.values() {
        let NetworkKind::Own { settings, .. } = &network.kind else {
            continue;
        };
        let mut groups = settings.subnets.iter();
        let has_nat = groups.any(|group| group.internet.value == Internet::Nat);
        let used = self::environments(ground.program, &network.name).next();
        if is_entry(network.span) && has_nat && used.is_none() {
            found.push(nothing_in_it(network));
        }
    }
}

/// Connections that leave no trace.
pub(super) fn no_flow_logs(_: &Program, network: &Network, found: &mut Vec<Diagnostic>) {
    if let NetworkKind::Own { settings, .. } = &network.kind
        && !settings.flow_logs.value
        && let Some(span) = settings.flow_logs.span()
    {
        found.push(no_trace(span));
    }
}

/// Public addresses for instances that are reached through a balancer, or not
/// at all, although there are subnets without.
pub(super) fn public_instances(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let Some(NetworkKind::Own { groups, .. }) = scene.network.map(|network| &network.kind) else {
        return;
    };
    let behind_nat = groups.iter().find(|(_, it)| it.internet == Internet::Nat);
    if let Some(subnets) = &scene.environment.settings.instances.subnets
        && !scene.environment.is_single()
        && let Some(span) = subnets.span()
        && let Some((better, _)) = behind_nat
        && let Some(group) = groups.get(&subnets.value.0.part)
        && group.internet == Internet::Direct
    {
        found.push(with_public_addresses(span, better));
    }
}

/// An environment of the network that runs more than one instance at all times.
fn wants_to_stay_up<'a>(program: &'a Program, network: &Network) -> Option<&'a Environment> {
    let mut environments = environments(program, &network.name);
    environments.find(|environment| environment.settings.instances.min.value > 1)
}

fn environments<'a>(
    program: &'a Program,
    network: &SmolStr,
) -> impl Iterator<Item = &'a Environment> {
    let environments = program.environments.values().map(Arc::as_ref);
    environments.filter(move |environment| environment.network.as_ref() == Some(network))
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

fn all_in_one(span: Span, environment: &Environment) -> Diagnostic {
    let message = format!("all instances of `{}` are in one zone", environment.name);
    let warning =
        Diagnostic::new(Code::SingleZone, span, message).label("when it fails, they all go");
    let warning = match environment.settings.instances.min.span() {
        Some(place) => warning.related(place, "several, so that one may go"),
        None => warning,
    };
    warning.help("`zones = 2` costs nothing by itself")
}

fn too_many_gateways(span: Span, zones: i64) -> Diagnostic {
    let message = format!("{zones} NAT gateways for environments that are for tests");
    Diagnostic::new(Code::NatForTests, span, message)
        .label("each costs by the hour, whatever goes through it")
        .suggestion("one serves all zones: `nat = one`", span, "one")
}

fn nothing_in_it(network: &Network) -> Diagnostic {
    let message = format!("no environment is in `{}`", network.name);
    Diagnostic::new(Code::IdleNat, network.span, message)
        .label("its NAT gateways cost by the hour all the same")
        .help("name it in an environment, `network = network.NAME`, or delete it")
}

fn no_trace(span: Span) -> Diagnostic {
    let message = "connections in this network leave no trace";
    Diagnostic::new(Code::NoFlowLogs, span, message)
        .label("what was not logged cannot be looked up afterwards")
        .fix("log them, which is the default: `true`", span, "true")
}

fn with_public_addresses(span: Span, better: &str) -> Diagnostic {
    let message = "the instances have public addresses";
    Diagnostic::new(Code::PublicInstances, span, message)
        .label("each can be tried from anywhere; its security group alone is in the way")
        .help(format!("subnets behind NAT are there: `{better}`"))
}
