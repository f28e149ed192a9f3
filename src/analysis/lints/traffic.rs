//! How requests come in, and how a balancer finds out who may have them.

use smol_str::SmolStr;

use super::Scene;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::load_balancer::{Health, Kind, Listener, LoadBalancer, Rule, Scheme};
use crate::schema::{Lately, Named, Setting};
use crate::source::Span;
use crate::units::Duration;

/// Plain HTTP where HTTPS is there already.
pub(super) fn plain_http(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let Some(balancer) = open_to_browsers(scene) else {
        return;
    };
    let mut all = balancer.listener.iter();
    let Some(secure) = all.find(|listener| listener.certificate.is_some()) else {
        return;
    };
    for (_, span) in unencrypted(balancer).filter(|(port, _)| *port == 80) {
        found.push(answered_in_plain(span, secure));
    }
}

/// HTTPS where browsers look for it, and nothing on the port of HTTP.
pub(super) fn no_redirect(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let Some(balancer) = open_to_browsers(scene) else {
        return;
    };
    let on = |port: u16| balancer.listener.iter().find(|it| it.port.value.0 == port);
    if let Some(secure) = on(443)
        && secure.certificate.is_some()
        && secure.redirect.is_none()
        && on(80).is_none()
    {
        found.push(nobody_answers_http(secure));
    }
}

/// Plain HTTP on the port of HTTPS.
pub(super) fn port_without_certificate(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let listeners = open_to_browsers(scene).into_iter().flat_map(unencrypted);
    let wrong = listeners.filter(|(port, _)| *port == 443);
    found.extend(wrong.map(|(_, span)| no_certificate(span)));
}

/// A name of one's own, for which a certificate could be had, and none.
pub(super) fn no_https(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let Some(balancer) = open_to_browsers(scene) else {
        return;
    };
    let mut listeners = balancer.listener.iter();
    if let Some(dns) = &scene.environment.settings.dns
        && let Some(span) = dns.name.span()
        && listeners.all(|it| it.certificate.is_none() && it.port.value.0 != 443)
    {
        found.push(everybody_reads_along(span, &dns.name.value.to_string()));
    }
}

/// What the policies of Elastic Load Balancing are called that still accept TLS
/// 1.0 or 1.1 (Application Load Balancers User Guide, security policies).
const OLD_POLICIES: [&str; 9] = [
    "ELBSecurityPolicy-2016-08",
    "ELBSecurityPolicy-2015-05",
    "ELBSecurityPolicy-TLS-1-0-2015-04",
    "ELBSecurityPolicy-TLS-1-0-2015-05",
    "ELBSecurityPolicy-TLS-1-1-2017-01",
    "ELBSecurityPolicy-FS-2018-06",
    "ELBSecurityPolicy-FS-1-1-2019-08",
    "ELBSecurityPolicy-TLS13-1-0-2021-06",
    "ELBSecurityPolicy-TLS13-1-1-2021-06",
];

/// TLS 1.0 and 1.1, which browsers have left (RFC 8996).
pub(super) fn old_tls(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for listener in scene.environment.settings.load_balancer.listener.iter() {
        let policy = &listener.tls_policy;
        if let (Some(span), Lately::Now(name)) = (policy.span(), &policy.value)
            && OLD_POLICIES.contains(&name.as_str())
        {
            found.push(accepts_old_tls(span, name));
        }
    }
}

/// From HTTPS back to plain HTTP.
pub(super) fn downgrade_redirect(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let listeners = &scene.environment.settings.load_balancer.listener;
    for listener in listeners.iter().filter(|it| it.certificate.is_some()) {
        if let Some(redirect) = &listener.redirect
            && let Some(span) = redirect.span()
            && let Some(target) = listeners.get(&redirect.value.0)
            && target.certificate.is_none()
        {
            found.push(back_to_plain(span, target));
        }
    }
}

/// Requests that leave no trace.
pub(super) fn no_access_logs(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    if let Some(logs) = &scene.environment.settings.load_balancer.access_logs
        && !logs.value
        && let Some(span) = logs.span()
    {
        found.push(no_trace(span));
    }
}

/// Connections that are cut while their answer is on its way: who raises the
/// time a connection may be silent has answers that take longer than that.
pub(super) fn short_drain(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let balancer = &scene.environment.settings.load_balancer;
    let (idle, drain) = (&balancer.idle_timeout, &balancer.drain);
    if scene.environment.is_balanced()
        && balancer.kind.value == Kind::Application
        && idle.value > Duration::from_mins(1)
        && drain.value < idle.value
        && let Some(place) = idle.span()
    {
        found.push(cut_off(drain, place, idle.value));
    }
}

/// How long clients get errors from an instance that does not work before the
/// balancer leaves it alone.
const SLOWEST_NOTICE: Duration = Duration::from_mins(5);

/// Health checks that take long to notice.
pub(super) fn slow_health_check(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for health in health_checks(scene) {
        let (interval, failures) = (&health.interval, &health.unhealthy_after);
        let noticed = interval.value.millis().saturating_mul(failures.value);
        if noticed > SLOWEST_NOTICE.millis()
            && let Some(span) = interval.span().or(failures.span())
        {
            found.push(noticed_late(span, Duration::from_millis(noticed)));
        }
    }
}

/// Health checks that a missing page passes.
pub(super) fn lenient_health_check(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for health in health_checks(scene) {
        if let Some(span) = health.codes.span()
            && holds_404(&health.codes.value)
        {
            found.push(missing_is_healthy(span));
        }
    }
}

/// Whether 404 is among `200-499,501`.
fn holds_404(codes: &str) -> bool {
    let mut parts = codes.split(',');
    parts.any(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let bounds = first
            .trim()
            .parse::<u16>()
            .ok()
            .zip(last.trim().parse().ok());
        bounds.is_some_and(|(first, last)| (first..=last).contains(&404))
    })
}

/// Nothing that says whether the application works.
pub(super) fn default_health_path(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let balancer = &scene.environment.settings.load_balancer;
    if scene.environment.is_balanced()
        && balancer.kind.value != Kind::Network
        && balancer.health.path.span().is_none()
    {
        found.push(front_page(scene.environment.span));
    }
}

fn health_checks<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Health> {
    let balancer = &scene.environment.settings.load_balancer;
    let processes = balancer.process.iter();
    let own = processes.map(|process| &process.health.block);
    std::iter::once(&balancer.health.block).chain(own)
}

/// Rules behind one that takes everything they would.
pub(super) fn unreachable_rule(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for listener in scene.environment.settings.load_balancer.listener.iter() {
        let mut rules: Vec<&Named<Rule>> = listener.rule.iter().collect();
        // Rules without a priority come in the order in which they are written,
        // at places that those with one leave free.
        match rules.iter().filter(|rule| rule.priority.is_some()).count() {
            0 => {}
            with if with == rules.len() => {
                rules.sort_by_key(|rule| rule.priority.as_ref().map(|it| it.value));
            }
            _ => continue,
        }
        let Some(first) = rules.iter().position(|rule| takes_everything(rule)) else {
            continue;
        };
        let behind = rules[first + 1..].iter();
        found.extend(behind.map(|rule| never_asked(rule, rules[first])));
    }
}

fn takes_everything(rule: &Rule) -> bool {
    let any = |texts: &[(SmolStr, Span)], all: &[&str]| {
        texts.is_empty() || texts.iter().any(|(text, _)| all.contains(&text.as_str()))
    };
    any(&rule.host.value, &["*"]) && any(&rule.path.value, &["*", "/*"])
}

/// Processes that no listener and no rule sends anything to. A template's may be
/// there for its other heirs.
pub(super) fn unused_process(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let balancer = &scene.environment.settings.load_balancer;
    let is_used = |name: &SmolStr| {
        balancer.listener.iter().any(|listener| {
            let mut rules = listener.rule.iter();
            listener.to.value.0 == *name || rules.any(|rule| rule.to.value.0 == *name)
        })
    };
    for process in balancer.process.iter() {
        let is_own = scene.item.is_some_and(|item| item.contains(process.span));
        if is_own && process.name != "default" && !is_used(&process.name) {
            found.push(nothing_sent(process.span, &process.name));
        }
    }
}

/// The balancer, when browsers can reach it.
fn open_to_browsers<'a>(scene: &Scene<'a>) -> Option<&'a LoadBalancer> {
    let balancer = &scene.environment.settings.load_balancer.block;
    let is_open = scene.environment.is_balanced()
        && balancer.kind.value == Kind::Application
        && balancer.scheme.value == Scheme::InternetFacing;
    is_open.then_some(balancer)
}

/// The ports that are written and answer without encryption.
fn unencrypted(balancer: &LoadBalancer) -> impl Iterator<Item = (u16, Span)> + '_ {
    let listeners = balancer.listener.iter();
    let plain = listeners.filter(|it| it.certificate.is_none() && it.redirect.is_none());
    plain.filter_map(|listener| Some((listener.port.value.0, listener.port.span()?)))
}

// Words

fn answered_in_plain(span: Span, secure: &Named<Listener>) -> Diagnostic {
    let message = "requests are answered without encryption";
    Diagnostic::new(Code::PlainHttp, span, message)
        .label("neither a certificate nor a redirect")
        .related(secure.span, "HTTPS is there already")
        .help(format!("send them on: `redirect = {}`", secure.name))
}

fn nobody_answers_http(secure: &Named<Listener>) -> Diagnostic {
    let (message, name) = ("nothing answers `http://`", &secure.name);
    Diagnostic::new(Code::NoRedirect, secure.span, message)
        .label("clients have to write `https://` themselves")
        .help(format!(
            "send them on: `listener http {{ port = 80, redirect = {name} }}`"
        ))
}

fn no_certificate(span: Span) -> Diagnostic {
    let message = "port 443 without a certificate speaks plain HTTP";
    Diagnostic::new(Code::PortWithoutCertificate, span, message)
        .label("browsers expect HTTPS here")
        .help("add `certificate = \"arn:aws:acm:…\"`, or use port 80")
}

fn everybody_reads_along(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is reached without encryption");
    Diagnostic::new(Code::NoHttps, span, message)
        .label("passwords and cookies go in the clear, and browsers say so")
        .help("ACM gives a certificate for it: `listener https { port = 443, certificate = … }`")
}

fn accepts_old_tls(span: Span, policy: &str) -> Diagnostic {
    let message = format!("`{policy}` still accepts TLS 1.0 or 1.1");
    let default = "ELBSecurityPolicy-TLS13-1-2-2021-06";
    Diagnostic::new(Code::OldTls, span, message)
        .label("RFC 8996 says not to, and browsers do not")
        .suggestion(
            format!("`{default}` takes 1.2 and 1.3"),
            span,
            format!("\"{default}\""),
        )
}

fn back_to_plain(span: Span, target: &Named<Listener>) -> Diagnostic {
    let message = "requests that came by HTTPS are sent on to plain HTTP";
    Diagnostic::new(Code::DowngradeRedirect, span, message)
        .label("with all that is in them")
        .related(target.span, "has no certificate")
        .help("turn it round: the listener without a certificate redirects to this one")
}

fn no_trace(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NoAccessLogs, span, "requests leave no trace")
        .label("what was not logged cannot be looked up afterwards")
        .fix("log them, which is the default: `true`", span, "true")
}

fn cut_off(drain: &Setting<Duration>, place: Span, idle: Duration) -> Diagnostic {
    let message = "long answers are cut off by every deployment";
    let warning = Diagnostic::new(Code::ShortDrain, drain.span().unwrap_or(place), message);
    let warning = match drain.span() {
        Some(_) => warning
            .label(format!("requests have {} to finish", drain.value))
            .related(place, "and may be silent for longer than that"),
        None => warning
            .label(format!("an answer may be silent for {idle}"))
            .note(format!("requests have {} to finish (`drain`)", drain.value)),
    };
    warning.help(format!("write `drain = {idle}`"))
}

fn noticed_late(span: Span, noticed: Duration) -> Diagnostic {
    let message = format!("an instance that does not work gets requests for another {noticed}");
    Diagnostic::new(Code::SlowHealthCheck, span, message)
        .label("`interval` times `unhealthy_after`")
        .help("the defaults notice after 75s: `interval = 15s`, `unhealthy_after = 5`")
}

fn missing_is_healthy(span: Span) -> Diagnostic {
    let message = "an instance that does not know the page counts as healthy";
    Diagnostic::new(Code::LenientHealthCheck, span, message)
        .label("404 is among them")
        .help("give the check a page of its own: `path = \"/healthz\"`, `codes = \"200\"`")
}

fn front_page(span: Span) -> Diagnostic {
    let message = "the front page decides whether an instance works";
    Diagnostic::new(Code::DefaultHealthPath, span, message)
        .label("slow, cached or redirected as it may be")
        .help(
            "give the check a page of its own: `load_balancer { health { path = \"/healthz\" } }`",
        )
}

fn never_asked(rule: &Named<Rule>, first: &Named<Rule>) -> Diagnostic {
    let message = format!("no request reaches rule `{}`", rule.name);
    Diagnostic::new(Code::UnreachableRule, rule.span, message)
        .label("asked too late")
        .related(first.span, "takes every request")
        .help("put it in front, or give it a smaller `priority`")
}

fn nothing_sent(span: Span, name: &str) -> Diagnostic {
    let message = format!("nothing is sent to process `{name}`");
    Diagnostic::new(Code::UnusedProcess, span, message)
        .label("no listener and no rule names it")
        .help(format!("write `to = {name}` in one, or delete it"))
}
