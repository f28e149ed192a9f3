//! Listeners, rules, processes, health checks and the name of an environment.

use smol_str::SmolStr;

use super::{Check, errors, names, shared};
use crate::diagnostic::{Diagnostic, Edit};
use crate::model::{NetworkKind, Tier};
use crate::ordered::IndexMap;
use crate::schema::load_balancer::{Health, HealthProtocol, Kind, Listener, LoadBalancer, Rule};
use crate::schema::{Lately, Named, Nested, Setting};
use crate::source::Span;
use crate::syntax::ast::Entry;

pub(super) fn check(check: &mut Check<'_, '_>) {
    if check.environment.tier == Tier::Worker {
        return;
    }
    dns(check);
    let balancer = &check.environment.settings.load_balancer;
    if check.environment.shared_balancer().is_none() {
        shared::needless(check, balancer);
    }
    match &balancer.kind.value {
        Kind::None => {
            single(check, balancer);
            return;
        }
        Kind::Shared(arn) => {
            shared::check(check, balancer, arn);
            return;
        }
        Kind::Network => network_balancer(check, balancer),
        Kind::Application => {}
    }
    zones(check);
    listeners(check, balancer);
    health(check, &balancer.health);
    for process in balancer.process.iter() {
        health(check, &process.health);
    }
    protocols(check, balancer);
}

/// Only network balancers make do with a connection, and then nothing is read of what
/// is answered.
pub(super) fn protocols(check: &mut Check<'_, '_>, balancer: &LoadBalancer) {
    let checks = balancer.process.iter().map(|it| &it.health);
    for health in std::iter::once(&balancer.health).chain(checks) {
        let protocol = &health.protocol;
        if protocol.value != HealthProtocol::Tcp {
            continue;
        }
        let Some(span) = protocol.span() else {
            continue;
        };
        if balancer.kind.value != Kind::Network {
            let error = errors::asks_by_http(span, balancer.kind.span());
            check.diagnostics.report(error);
            continue;
        }
        for (name, place) in [("path", health.path.span()), ("codes", health.codes.span())] {
            if let Some(place) = place {
                check
                    .diagnostics
                    .report(errors::not_of_tcp(name, place, span));
            }
        }
    }
}

/// What only means something with a balancer.
fn single(check: &mut Check<'_, '_>, balancer: &LoadBalancer) {
    let LoadBalancer {
        kind,
        // Of a shared balancer alone, which is said elsewhere.
        security_groups: _,
        dns_name: _,
        scheme,
        subnets,
        idle_timeout,
        drain,
        listener,
        process,
        // What the instance is asked before it counts as ready.
        health,
        sticky,
        access_logs,
        deletion_protection,
    } = balancer;
    let listener = listener.iter().next().map(|it| it.span);
    let process = process.iter().next().map(|it| it.span);
    // What is off is off.
    let logs = access_logs.as_ref().filter(|it| it.value);
    let protection = deletion_protection.as_ref();
    let protection = protection.filter(|it| it.value != Lately::Now(false));
    let all = [
        ("listener", listener),
        ("process", process),
        ("sticky", sticky.as_ref().and_then(Setting::span)),
        ("subnets", subnets.as_ref().and_then(Setting::span)),
        ("scheme", scheme.span()),
        ("idle_timeout", idle_timeout.span()),
        ("drain", drain.span()),
        ("access_logs", logs.and_then(Setting::span)),
        ("deletion_protection", protection.and_then(Setting::span)),
    ];
    let kind = kind.span();
    useless(
        check,
        kind,
        all,
        "only a load balancer has",
        |name, span| errors::needs_balancer(name, span, kind),
    );
    self::health(check, health);
    protocols(check, balancer);
}

/// What the balancer, or there being none, has no use for. What is inherited means
/// something in the parent, so that it is the mistake of who chose another kind.
pub(super) fn useless(
    check: &mut Check<'_, '_>,
    kind: Option<Span>,
    written: impl IntoIterator<Item = (&'static str, Option<Span>)>,
    why: &str,
    error: impl Fn(&str, Span) -> Diagnostic,
) {
    let written = written.into_iter();
    let written = written.filter_map(|(name, span)| Some((name, span?)));
    let own_kind = kind.filter(|kind| !check.inherits(*kind));
    let (inherited, own): (Vec<_>, Vec<_>) =
        written.partition(|(_, span)| own_kind.is_some() && check.inherits(*span));
    for (name, span) in own {
        check.diagnostics.report(error(name, span));
    }
    if let (Some(kind), Some((name, span))) = (own_kind, inherited.first()) {
        let code = error(name, *span).code;
        let edit = removal(check, kind, &inherited);
        let environment = &check.environment.name;
        let error = errors::inherits_useless(code, environment, &inherited, kind, why, edit);
        check.diagnostics.report(error);
    }
}

/// Takes out what is inherited, in front of the property that says the kind.
fn removal(check: &Check<'_, '_>, kind: Span, inherited: &[(&str, Span)]) -> Option<Edit> {
    let entries = check.item?.body.entries.iter();
    let blocks = entries.filter_map(|entry| match entry {
        Entry::Block(block) if block.key.text == "load_balancer" => Some(&block.body.entries),
        _ => None,
    });
    let key = blocks.flatten().find_map(|entry| match entry {
        Entry::Property(property) if property.value.span == kind => Some(property.key.span),
        _ => None,
    })?;
    let before = check
        .sources
        .file(key.file)
        .text()
        .get(..key.start as usize)?;
    let margin = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
    let end = match margin.trim_matches([' ', '\t']).is_empty() {
        true => format!("\n{margin}"),
        false => ", ".to_owned(),
    };
    let removals = inherited.iter();
    let text = removals.map(|(name, _)| format!("remove {name}{end}"));
    Some(Edit {
        span: key.before(),
        text: text.collect(),
    })
}

/// TCP has no requests to look into.
fn network_balancer(check: &mut Check<'_, '_>, balancer: &LoadBalancer) {
    let sticky = balancer.sticky.as_ref().and_then(Setting::span);
    let all = [
        ("sticky", sticky),
        ("idle_timeout", balancer.idle_timeout.span()),
    ];
    let why = "a network load balancer does not have";
    useless(check, balancer.kind.span(), all, why, errors::needs_http);
    for listener in balancer.listener.iter() {
        if let Some(rule) = listener.rule.iter().next() {
            check
                .diagnostics
                .report(errors::needs_http("rule", rule.span));
        }
        if let Some(span) = listener.redirect.as_ref().and_then(Setting::span) {
            check
                .diagnostics
                .report(errors::needs_http("redirect", span));
        }
    }
}

/// AWS makes no balancer in fewer than two zones.
fn zones(check: &mut Check<'_, '_>) {
    let Some(network) = check.network else { return };
    let place = check
        .environment
        .settings
        .network
        .as_ref()
        .and_then(Setting::span);
    let Some(place) = place else { return };
    let count = match &network.kind {
        NetworkKind::Own { settings, .. } => settings.zones.value,
        NetworkKind::Existing(existing) => {
            let balancer = &check.environment.settings.load_balancer;
            let chosen = balancer
                .subnets
                .as_ref()
                .map(|subnets| subnets.value.0.part.clone());
            let name = chosen.unwrap_or_else(|| SmolStr::new_static("public"));
            let Some(group) = existing.subnets.get(&name) else {
                return;
            };
            let Lately::Now(ids) = &group.ids.value else {
                return;
            };
            i64::try_from(ids.len()).unwrap_or(i64::MAX)
        }
    };
    if count < 2 {
        check
            .diagnostics
            .report(errors::two_zones(place, &network.name));
    }
}

fn listeners(check: &mut Check<'_, '_>, balancer: &LoadBalancer) {
    let mut ports: IndexMap<u16, Span> = IndexMap::default();
    for listener in balancer.listener.iter() {
        let span = listener.port.span().unwrap_or(listener.span);
        if let Some(first) = ports.insert(listener.port.value.0, span) {
            let error = errors::port_taken(listener.port.value.0, span, first);
            check.diagnostics.report(error);
        }
        // Of connections there is nothing to redirect or to tell apart.
        let is_http = balancer.kind.value != Kind::Network;
        if is_http {
            redirect(check, balancer, listener);
        }
        let policy = &listener.tls_policy;
        if let (Some(span), Lately::Now(name)) = (policy.span(), &policy.value)
            && !name.starts_with("ELBSecurityPolicy-")
        {
            check
                .diagnostics
                .report(errors::malformed_policy(name, span));
        }
        let name = &listener.to;
        if let Some(span) = name.span() {
            process(check, balancer, &name.value.0, span);
        }
        if is_http {
            rules(check, balancer, listener);
        }
    }
}

fn redirect(check: &mut Check<'_, '_>, balancer: &LoadBalancer, listener: &Named<Listener>) {
    let Some(redirect) = &listener.redirect else {
        return;
    };
    let Some(span) = redirect.span() else { return };
    let target = &redirect.value.0;
    let error = match balancer.listener.find(target) {
        Err(why) => {
            let names = balancer.listener.iter().map(|it| it.name.as_str());
            let names = names.filter(|name| *name != listener.name);
            check.lacks("listener", target, span, names, why);
            return;
        }
        Ok(other) if other.name == listener.name => errors::redirect_to_itself(span),
        Ok(_) => match circle(balancer, listener) {
            Some(way) => errors::redirect_circle(span, &way),
            None => return,
        },
    };
    check.diagnostics.report(error);
}

/// The listeners that redirect to each other, when this is the first of them.
fn circle<'a>(balancer: &'a LoadBalancer, first: &'a Named<Listener>) -> Option<Vec<&'a str>> {
    let position = |name: &str| balancer.listener.0.get_index_of(name);
    let mut way = vec![first.name.as_str()];
    let mut at = first;
    loop {
        at = balancer.listener.get(&at.redirect.as_ref()?.value.0)?;
        if at.name == first.name {
            return Some(way);
        }
        if position(&at.name) < position(&first.name) || way.len() > balancer.listener.0.len() {
            return None;
        }
        way.push(&at.name);
    }
}

fn process(check: &mut Check<'_, '_>, balancer: &LoadBalancer, name: &str, span: Span) {
    if name != "default"
        && let Err(why) = balancer.process.find(name)
    {
        let names = balancer.process.iter().map(|it| it.name.as_str());
        let names = names.filter(|name| *name != "default").chain(["default"]);
        check.lacks("process", name, span, names, why);
    }
}

pub(super) fn rules(
    check: &mut Check<'_, '_>,
    balancer: &LoadBalancer,
    listener: &Named<Listener>,
) {
    let mut priorities: IndexMap<i64, Span> = IndexMap::default();
    for rule in listener.rule.iter() {
        if let Some(span) = rule.to.span() {
            process(check, balancer, &rule.to.value.0, span);
        }
        let values = rule.host.value.len() + rule.path.value.len();
        if values == 0 {
            check.diagnostics.report(errors::empty_rule(rule.span));
        } else if values > 5 {
            // Quotas for Application Load Balancers: condition values per rule.
            check
                .diagnostics
                .report(errors::too_many_conditions(rule.span, values));
        }
        conditions(check, rule);
        if let Some(priority) = &rule.priority {
            let span = priority.span().unwrap_or(rule.span);
            if let Some(first) = priorities.insert(priority.value, span) {
                let error = errors::priority_taken(priority.value, span, first);
                check.diagnostics.report(error);
            }
        }
    }
}

/// Hosts and paths as a rule can look for them (Application Load Balancers,
/// listener rules and quotas).
fn conditions(check: &mut Check<'_, '_>, rule: &Named<Rule>) {
    for (path, span) in &rule.path.value {
        if !path.starts_with('/') && !path.starts_with('*') {
            check
                .diagnostics
                .report(errors::path_without_slash(path, *span));
        } else if let Some(why) = pattern_problem(path, "_-.$/~\"'@:+&*?") {
            check
                .diagnostics
                .report(errors::malformed_pattern(path, &why, *span));
        }
    }
    for (host, span) in &rule.host.value {
        let why = pattern_problem(host, "-.*?")
            .or_else(|| (!host.contains('.')).then(|| "a host has at least one dot".to_owned()));
        if let Some(why) = why {
            check
                .diagnostics
                .report(errors::malformed_pattern(host, &why, *span));
        }
    }
}

fn pattern_problem(text: &str, signs: &str) -> Option<String> {
    if text.len() > 128 {
        return Some(format!("{} characters; the most is 128", text.len()));
    }
    let odd = text
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !signs.contains(*c))?;
    Some(format!("it cannot contain `{odd}`"))
}

pub(super) fn health(check: &mut Check<'_, '_>, health: &Nested<Health>) {
    let (interval, timeout) = (&health.interval, &health.timeout);
    if timeout.value >= interval.value
        && let Some(span) = timeout.span().or(interval.span())
    {
        let error = errors::check_longer_than_interval(span, interval, timeout);
        check.diagnostics.report(error);
    }
    if let Some(span) = health.path.span()
        && !health.path.value.starts_with('/')
    {
        check
            .diagnostics
            .report(errors::path_without_slash(&health.path.value, span));
    }
    if let Some(span) = health.codes.span()
        && !valid_codes(&health.codes.value)
    {
        check
            .diagnostics
            .report(errors::malformed_codes(&health.codes.value, span));
    }
}

/// `200`, `200-299`, `200-299,301`: statuses between 200 and 499.
fn valid_codes(codes: &str) -> bool {
    let status = |text: &str| {
        text.parse::<u16>()
            .ok()
            .filter(|it| (200..=499).contains(it))
    };
    codes.split(',').all(|part| match part.split_once('-') {
        Some((first, last)) => {
            matches!((status(first), status(last)), (Some(first), Some(last)) if first < last)
        }
        None => status(part).is_some(),
    })
}

/// A name is one, and lies in its zone.
fn dns(check: &mut Check<'_, '_>) {
    let Some(dns) = &check.environment.settings.dns else {
        return;
    };
    let (Some(span), Lately::Now(name)) = (dns.name.span(), &dns.name.value) else {
        return;
    };
    if !names::is_host(name) {
        check.diagnostics.report(errors::malformed_host(name, span));
        return;
    }
    if let Lately::Now(zone) = &dns.zone.value
        && zone.contains('.')
    {
        let zone_name = zone.trim_end_matches('.');
        let inside = name == zone_name || name.ends_with(&format!(".{zone_name}"));
        if !inside {
            check
                .diagnostics
                .report(errors::outside_zone(name, zone_name, span, &dns.zone));
        }
    }
}
