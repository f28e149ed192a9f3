//! Names and texts that AWS or a shell holds to rules of their own.

use smol_str::SmolStr;

use super::{Check, errors};
use crate::diagnostic::Diagnostics;
use crate::facts;
use crate::schema::environment::EnvValue;
use crate::schema::load_balancer::Kind;
use crate::schema::{Lately, Map};
use crate::source::Span;

/// Beanstalk's bounds of an environment's name; roles, groups and log groups
/// are named after it.
const ENVIRONMENT_NAME: std::ops::RangeInclusive<usize> = 4..=40;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let settings = &environment.settings;
    if !ENVIRONMENT_NAME.contains(&environment.name.len()) {
        let error = errors::environment_name(&environment.name, environment.span);
        check.diagnostics.report(error);
    }
    tags(&settings.tags, check.diagnostics);
    for (name, setting) in &settings.env.0 {
        let Some(span) = setting.span() else { continue };
        if !is_variable(name) {
            check
                .diagnostics
                .report(errors::malformed_variable(name, span));
        }
        if let EnvValue::Text(text) = &setting.value
            && looks_secret(name, text)
        {
            check.diagnostics.report(errors::literal_secret(name, span));
        }
    }
    let target = &settings.target;
    if let Some(account) = &target.account
        && let Some(span) = account.span()
        && !(account.value.len() == 12 && account.value.bytes().all(|it| it.is_ascii_digit()))
    {
        check
            .diagnostics
            .report(errors::malformed_account(&account.value, span));
    }
    let region = target.region.as_ref();
    if let Some(region) = region
        && let Some(span) = region.span()
        && facts::region(&region.value.0).is_none()
    {
        check
            .diagnostics
            .report(errors::unknown_region(&region.value.0, span));
    }
    let balancer = &settings.load_balancer;
    for listener in balancer.listener.iter() {
        let Some(certificate) = &listener.certificate else {
            continue;
        };
        if let (Lately::Now(arn), Some(span)) = (&certificate.value, certificate.span()) {
            let region = region.map(|region| (region.value.0.as_str(), region.span()));
            arn_of(check.diagnostics, &arn.0, "acm", region, span);
        }
    }
    if let (Kind::Shared(arn), Some(span)) = (&balancer.kind.value, balancer.kind.span()) {
        arn_of(check.diagnostics, arn, "elasticloadbalancing", None, span);
    }
    let retention = &settings.logs.retention;
    if let Some(span) = retention.span()
        && (!facts::LOG_RETENTION_DAYS.contains(&retention.value.days())
            || retention.value.millis() % 86_400_000 != 0)
    {
        check
            .diagnostics
            .report(errors::odd_retention(span, retention.value));
    }
    for (file, span) in &settings.logs.files.value {
        if !file.starts_with('/') {
            check
                .diagnostics
                .report(errors::path_without_slash(file, *span));
        }
    }
}

/// What AWS allows of tags (AWS General Reference, tagging).
pub(super) fn tags(tags: &Map<SmolStr>, diagnostics: &mut Diagnostics) {
    // `Name` and the owner's tag are ours.
    const OWN: usize = 2;
    for (at, (key, tag)) in tags.0.iter().enumerate() {
        let Some(span) = tag.span() else { continue };
        if let Some(why) = tag_problem(key, &tag.value) {
            diagnostics.report(errors::malformed_tag(key, &why, span));
        }
        if at + OWN == 50 {
            diagnostics.report(errors::too_many_tags(span, tags.0.len()));
        }
    }
}

fn tag_problem(key: &str, value: &str) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    let reserved = ["aws:", "elasticbeanstalk:", "bean:"];
    if let Some(prefix) = reserved
        .iter()
        .find(|prefix| key.to_lowercase().starts_with(**prefix))
    {
        return Some(format!("keys that begin with `{prefix}` are reserved"));
    }
    if key.is_empty() || key.chars().count() > 128 {
        return Some("a key has 1 to 128 characters".to_owned());
    }
    if value.chars().count() > 256 {
        return Some("a value has at most 256 characters".to_owned());
    }
    let odd = key.chars().chain(value.chars()).find(|c| !allowed(*c))?;
    Some(format!("tags have no `{}`", odd.escape_default()))
}

/// What a shell and systemd take for the name of a variable.
fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Names that say that the value is a secret, with a value that looks like one.
fn looks_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let says = [
        "PASSWORD",
        "PASSWD",
        "SECRET",
        "TOKEN",
        "API_KEY",
        "PRIVATE_KEY",
        "ACCESS_KEY",
    ];
    says.iter().any(|word| name.ends_with(word)) && value.len() >= 8
}

/// An ARN of a service, in the region where it is used.
fn arn_of(
    diagnostics: &mut Diagnostics,
    arn: &str,
    service: &str,
    region: Option<(&str, Option<Span>)>,
    span: Span,
) {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, of, at, _, _] = parts.as_slice() else {
        diagnostics.report(errors::malformed_arn(arn, service, span));
        return;
    };
    if *of != service {
        diagnostics.report(errors::malformed_arn(arn, service, span));
        return;
    }
    if let Some((region, place)) = region
        && region != *at
    {
        diagnostics.report(errors::other_region(at, region, span, place));
    }
}
