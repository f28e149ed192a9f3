//! A load balancer that belongs to somebody else: what has to be said of it
//! because nothing is looked up, and what is not the environment's to say.

use super::load_balancer::{health, protocols, rules, useless};
use super::{Check, errors};
use crate::diagnostic::Diagnostics;
use crate::facts;
use crate::model::{Environment, Program};
use crate::ordered::IndexMap;
use crate::schema::load_balancer::{BalancerArn, Listener, LoadBalancer, Rule};
use crate::schema::{Lately, Named, Setting};
use crate::source::Span;

/// An environment behind a balancer that exists already.
pub(super) fn check(check: &mut Check<'_, '_>, balancer: &LoadBalancer, arn: &str) {
    let Some(kind) = balancer.kind.span() else {
        return;
    };
    let parts = BalancerArn::parse(arn);
    match &parts {
        Some(parts) => account(check, parts, kind),
        None => {
            check
                .diagnostics
                .report(errors::malformed_balancer(arn, kind));
        }
    }
    let all = of_the_balancer(balancer);
    let why = "cannot be set on a shared load balancer";
    useless(check, Some(kind), all, why, |name, span| {
        errors::not_of_shared(name, span, kind)
    });
    if check.environment.network.is_none() {
        check
            .diagnostics
            .report(errors::shared_without_network(kind));
    }
    groups(check, balancer, kind);
    if balancer.listener.is_empty() {
        check
            .diagnostics
            .report(errors::shared_without_listener(kind));
    }
    for written in balancer.listener.iter() {
        listener(check, balancer, written, parts.as_ref(), kind);
    }
    address(check, balancer, parts.as_ref(), kind);
    health(check, &balancer.health);
    for process in balancer.process.iter() {
        health(check, &process.health);
    }
    protocols(check, balancer);
}

/// What only means something of a balancer that exists already.
pub(super) fn needless(check: &mut Check<'_, '_>, balancer: &LoadBalancer) {
    let groups = balancer.security_groups.span();
    let name = balancer.dns_name.as_ref().and_then(Setting::span);
    let properties = [("security_groups", groups), ("dns_name", name)];
    let listeners = balancer
        .listener
        .iter()
        .filter_map(|it| Some(("arn", it.arn.as_ref()?.span())));
    for (name, span) in properties.into_iter().chain(listeners) {
        if let Some(span) = span {
            let kind = balancer.kind.span();
            check
                .diagnostics
                .report(errors::only_of_shared(name, span, kind));
        }
    }
}

/// Properties that only whoever made the balancer can set.
fn of_the_balancer(balancer: &LoadBalancer) -> [(&'static str, Option<Span>); 5] {
    let subnets = balancer.subnets.as_ref().and_then(Setting::span);
    let protection = balancer.deletion_protection.as_ref();
    let logs = balancer.access_logs.as_ref();
    [
        ("scheme", balancer.scheme.span()),
        ("subnets", subnets),
        ("idle_timeout", balancer.idle_timeout.span()),
        ("access_logs", logs.and_then(Setting::span)),
        ("deletion_protection", protection.and_then(Setting::span)),
    ]
}

/// The balancer is where the environment is.
fn account(check: &mut Check<'_, '_>, parts: &BalancerArn<'_>, kind: Span) {
    let target = &check.environment.settings.target;
    if let Some(region) = &target.region
        && region.value.0 != parts.region
    {
        let error = errors::other_region(
            "elasticloadbalancing",
            parts.region,
            &region.value.0,
            kind,
            region.span(),
        );
        check.diagnostics.report(error);
    }
    if let Some(account) = &target.account
        && account.value != parts.account
        && let Some(place) = account.span()
    {
        let error = errors::balancer_elsewhere(kind, parts.account, &account.value, place);
        check.diagnostics.report(error);
    }
}

/// Who may reach the instances.
fn groups(check: &mut Check<'_, '_>, balancer: &LoadBalancer, kind: Span) {
    let groups = &balancer.security_groups;
    if groups.value.is_empty() {
        let place = groups.span().unwrap_or(kind);
        check
            .diagnostics
            .report(errors::shared_without_groups(place));
    }
    for (id, span) in &groups.value {
        if let Lately::Now(id) = id
            && !facts::is_id(id, "sg")
        {
            check
                .diagnostics
                .report(errors::malformed_id(id, "sg", *span));
        }
    }
}

fn listener(
    check: &mut Check<'_, '_>,
    balancer: &LoadBalancer,
    listener: &Named<Listener>,
    parts: Option<&BalancerArn<'_>>,
    kind: Span,
) {
    match &listener.arn {
        None => {
            let error = errors::shared_without_arn(&listener.name, listener.span, kind);
            check.diagnostics.report(error);
        }
        Some(Setting {
            value: Lately::Now(arn),
            origin: _,
        }) if parts.is_some_and(|parts| !parts.has_listener(&arn.0)) => {
            let span = listener.arn.as_ref().and_then(Setting::span);
            let error = errors::foreign_listener(&arn.0, span.unwrap_or(listener.span), kind);
            check.diagnostics.report(error);
        }
        Some(_) => {}
    }
    let certificate = listener.certificate.as_ref().and_then(Setting::span);
    let redirect = listener.redirect.as_ref().and_then(Setting::span);
    let own = [
        ("certificate", certificate),
        ("tls_policy", listener.tls_policy.span()),
        ("redirect", redirect),
        ("to", listener.to.span()),
    ];
    for (name, span) in own {
        if let Some(span) = span {
            check
                .diagnostics
                .report(errors::not_of_shared(name, span, kind));
        }
    }
    if listener.rule.is_empty() {
        let error = errors::shared_without_rule(&listener.name, listener.span);
        check.diagnostics.report(error);
    }
    rules(check, balancer, listener);
}

/// The name under which the environment is reached, which nobody can look up.
fn address(
    check: &mut Check<'_, '_>,
    balancer: &LoadBalancer,
    parts: Option<&BalancerArn<'_>>,
    kind: Span,
) {
    let dns = &check.environment.settings.dns;
    match (&balancer.dns_name, parts) {
        (Some(name), Some(parts)) => {
            if let (Lately::Now(text), Some(span)) = (&name.value, name.span())
                && !is_name_of(text, parts)
            {
                let error = errors::foreign_name(text, parts.name, parts.region, span, kind);
                check.diagnostics.report(error);
            }
        }
        (Some(_), None) => {}
        (None, _) => match dns {
            Some(dns) => {
                let place = dns.name.span().unwrap_or(kind);
                check
                    .diagnostics
                    .report(errors::alias_without_name(place, kind));
            }
            None if balancer.first_host().is_none() && !balancer.listener.is_empty() => {
                check.diagnostics.report(errors::nowhere(kind));
            }
            None => {}
        },
    }
    unheard(check, balancer);
    if let (Some(dns), Some(parts)) = (dns, parts)
        && facts::region(parts.region).is_none_or(|region| region.balancer_zone.is_none())
    {
        let place = dns.name.span().unwrap_or(kind);
        check
            .diagnostics
            .report(errors::unknown_balancer_zone(parts.region, place, kind));
    }
}

/// A name of the environment that none of its rules takes: those who come by it
/// are answered by somebody else.
fn unheard(check: &mut Check<'_, '_>, balancer: &LoadBalancer) {
    let Some(dns) = &check.environment.settings.dns else {
        return;
    };
    let Lately::Now(name) = &dns.name.value else {
        return;
    };
    let mut rules = balancer.listener.iter().flat_map(|it| it.rule.iter());
    let takes = |rule: &Named<Rule>| {
        let hosts = &rule.host.value;
        hosts.is_empty() || hosts.iter().any(|(host, _)| fits(host, name))
    };
    let Some(first) = rules.clone().next() else {
        return;
    };
    if let Some(span) = dns.name.span()
        && !rules.any(takes)
    {
        let error = errors::name_without_rule(name, span, first.span);
        check.diagnostics.report(error);
    }
}

/// Whether a host is of a pattern, in which `*` is any letters and `?` is one;
/// without regard to case.
fn fits(pattern: &str, host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let (pattern, host) = (pattern.as_bytes(), host.as_bytes());
    let (mut at, mut seen) = (0, 0);
    // Where the last `*` stands, and how much of the host it has taken.
    let mut star: Option<(usize, usize)> = None;
    while seen < host.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(sign) if *sign == b'?' || sign.eq_ignore_ascii_case(&host[seen]) => {
                at += 1;
                seen += 1;
            }
            _ => match &mut star {
                Some((place, taken)) => {
                    *taken += 1;
                    (at, seen) = (*place + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|sign| *sign == b'*')
}

/// `NAME-1234567890.REGION.elb.amazonaws.com`, with `internal-` in front of
/// those without public addresses.
fn is_name_of(text: &str, parts: &BalancerArn<'_>) -> bool {
    let text = text.to_ascii_lowercase();
    let text = text.strip_prefix("internal-").unwrap_or(&text);
    let suffix = facts::region(parts.region).and_then(facts::Region::dns_suffix);
    let suffix = suffix.unwrap_or("amazonaws.com");
    let number = text
        .strip_prefix(&parts.name.to_ascii_lowercase())
        .and_then(|rest| rest.strip_prefix('-'))
        .and_then(|rest| rest.strip_suffix(&format!(".{}.elb.{suffix}", parts.region)));
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
}

/// Rules of several environments on one listener have priorities of their own:
/// AWS would refuse the second of them.
pub(super) fn priorities(program: &Program, diagnostics: &mut Diagnostics) {
    type Taken<'a> = (&'a Environment, &'a Named<Rule>);
    let mut taken: IndexMap<(String, i64), Taken<'_>> = IndexMap::default();
    for environment in program.environments.values() {
        if environment.shared_balancer().is_none() {
            continue;
        }
        for listener in environment.settings.load_balancer.listener.iter() {
            let arn = match listener.arn.as_ref().map(|arn| &arn.value) {
                Some(Lately::Now(arn)) => arn.0.to_string(),
                Some(Lately::Later(late)) => late.to_string(),
                None => continue,
            };
            for (rule, priority) in environment.rules(listener) {
                let Some((other, first)) = taken.get(&(arn.clone(), priority)) else {
                    taken.insert((arn.clone(), priority), (environment, rule));
                    continue;
                };
                // Two listeners of one environment with one ARN included.
                let error = errors::shared_priority_taken(
                    priority,
                    (&environment.name, rule),
                    (&other.name, first),
                );
                diagnostics.report(error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_fit_patterns_as_the_balancer_reads_them() {
        for (pattern, host) in [
            ("shop.example.com", "Shop.Example.com."),
            ("*.example.com", "a.b.example.com"),
            ("sh?p.*", "shop.example.com"),
            ("*a*b*", "xaxbaxb"),
            ("*", "example.com"),
        ] {
            assert!(fits(pattern, host), "{pattern} {host}");
        }
        for (pattern, host) in [
            ("*.example.com", "example.com"),
            ("sh?p.example.com", "shp.example.com"),
            ("*a*b", "ab.c"),
            ("shop.example.com", "shop.example.com.de"),
            ("", "example.com"),
        ] {
            assert!(!fits(pattern, host), "{pattern} {host}");
        }
    }
}
