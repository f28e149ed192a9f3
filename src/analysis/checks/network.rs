//! Networks as a whole, and where in them the parts of an environment stand.

use smol_str::SmolStr;

use super::{Check, errors, names};
use crate::analysis::network::check_range;
use crate::diagnostic::Diagnostics;
use crate::facts;
use crate::model::{Network, NetworkKind, SubnetGroup, Tier};
use crate::schema::load_balancer::Scheme;
use crate::schema::network::{ExistingNetwork, Internet, Network as OwnNetwork};
use crate::schema::{Lately, Named, Setting, Subnets};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// What a network says of itself.
pub(super) fn network(network: &Network, diagnostics: &mut Diagnostics) {
    let (settings, groups) = match &network.kind {
        NetworkKind::Own { settings, groups } => (settings, groups),
        NetworkKind::Existing(existing) => return ids(existing, diagnostics),
    };
    names::tags(
        &settings.tags,
        (ItemKind::Network, &network.name),
        diagnostics,
    );
    zones_of_region(settings, diagnostics);
    let is_direct = |group: &SubnetGroup| group.internet == Internet::Direct;
    let has_door = groups.values().any(is_direct);
    let behind_nat = |group: &&Named<_>| {
        let group: &Named<crate::schema::network::SubnetGroup> = group;
        group.internet.value == Internet::Nat
    };
    if has_door {
        return;
    }
    for group in settings.subnets.iter().filter(behind_nat) {
        let span = group.internet.span().unwrap_or(group.span);
        let public = settings.subnets.get("public");
        let public = public.filter(|public| public.internet.value == Internet::None);
        let public = public.map(|public| public.span);
        diagnostics.report(errors::nat_without_door(span, &group.name, public));
    }
}

/// A region has the zones that it has.
fn zones_of_region(settings: &OwnNetwork, diagnostics: &mut Diagnostics) {
    let Some(region) = &settings.target.region else {
        return;
    };
    let Some(known) = facts::region(&region.value.0) else {
        return;
    };
    let most = known.zones.len();
    let zones = &settings.zones;
    // Of some regions nobody says which zones they have.
    if most > 0
        && zones.value > i64::try_from(most).unwrap_or(i64::MAX)
        && let Some(span) = zones.span().or(region.span())
    {
        diagnostics.report(errors::more_zones_than_there_are(
            span,
            zones.value,
            (known.code, most),
            region.span(),
        ));
    }
}

/// Ids have the form of what they name.
fn ids(network: &ExistingNetwork, diagnostics: &mut Diagnostics) {
    if let Some(cidr) = &network.cidr
        && let Some(span) = cidr.span()
    {
        check_range(cidr.value, span, diagnostics);
    }
    let vpc = (&network.vpc.value, network.vpc.span());
    let subnets = network.subnets.iter();
    let subnets = subnets
        .filter_map(|group| group.ids.value.known())
        .flatten();
    let subnets = subnets.map(|(id, span)| ("subnet", id, Some(*span)));
    for (prefix, id, span) in std::iter::once(("vpc", vpc.0, vpc.1)).chain(subnets) {
        if let (Lately::Now(id), Some(span)) = (id, span)
            && !facts::is_id(id, prefix)
        {
            diagnostics.report(errors::malformed_id(id, prefix, span));
        }
    }
}

/// What has to be reached from the internet stands where it can be.
pub(super) fn placement(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let settings = &environment.settings;
    let Some(network) = check.network else { return };
    let Some(span) = settings.network.as_ref().and_then(Setting::span) else {
        return;
    };
    if network.groups().is_empty() {
        check.diagnostics.report(errors::no_subnets(span, network));
        return;
    }
    let NetworkKind::Own {
        settings: own,
        groups,
    } = &network.kind
    else {
        return;
    };
    if let (Some(here), Some(there)) = (&settings.target.region, &own.target.region)
        && here.value != there.value
    {
        let (at, region) = (&there.value.0, &here.value.0);
        let error = errors::other_region("vpc", at, region, span, here.span());
        check.diagnostics.report(error);
        return;
    }
    // What is shared stands where its owner put it.
    if check.environment.tier == Tier::Worker || check.environment.shared_balancer().is_some() {
        return;
    }
    let balancer = &settings.load_balancer;
    let (chosen, what) = if check.balanced() {
        (&balancer.subnets, "a public load balancer")
    } else {
        (
            &settings.instances.subnets,
            "an instance without a load balancer",
        )
    };
    if check.balanced() && balancer.scheme.value == Scheme::Internal {
        return;
    }
    let error = match chosen.as_ref().and_then(written) {
        Some((name, place)) => match groups.get(name) {
            // Without any way out that has been said already.
            Some(group) if !check.balanced() && group.internet == Internet::None => return,
            Some(group) if group.internet != Internet::Direct => {
                errors::no_way_in(place, what, name, Some(group.span))
            }
            Some(_) | None => return,
        },
        None => {
            let has = |internet| groups.values().any(|group| group.internet == internet);
            if has(Internet::Direct) || !has(Internet::Nat) {
                return;
            }
            errors::no_way_in(span, what, &network.name, None)
        }
    };
    // A network whose NAT gateways have no place lacks the same subnets.
    let has_door = groups
        .values()
        .any(|group| group.internet == Internet::Direct);
    let has_nat = groups.values().any(|group| group.internet == Internet::Nat);
    if has_door || !has_nat {
        check.diagnostics.report(error);
    }
}

fn written(subnets: &Setting<Subnets>) -> Option<(&SmolStr, Span)> {
    Some((&subnets.value.0.part, subnets.span()?))
}
