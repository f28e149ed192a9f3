//! Names and texts that AWS or a shell holds to rules of their own.

use smol_str::SmolStr;

use super::{Check, errors};
use crate::diagnostic::Diagnostics;
use crate::facts;
use crate::model::{Application, NetworkKind, Program, Registries};
use crate::schema::environment::EnvValue;
use crate::schema::platform::Proxy;
use crate::schema::{LatePart, Lately, Map, Secret, SecretStore, Setting};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// Beanstalk's longest name of an environment; roles, groups and log groups
/// are named after it. Its shortest, four characters, serves nobody here.
const ENVIRONMENT_NAME: usize = 40;

/// Beanstalk's bound of an application's name.
const APPLICATION_NAME: usize = 100;

/// Beanstalk's bound of an application's description; CloudFormation refuses
/// a template whose own is longer than 1,024 bytes.
const DESCRIPTION: usize = 200;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let settings = &environment.settings;
    if environment.name.len() > ENVIRONMENT_NAME {
        let error = errors::environment_name(&environment.name, ENVIRONMENT_NAME, environment.span);
        check.diagnostics.report(error);
    }
    let own = (ItemKind::Environment, &environment.name);
    tags(&settings.tags, own, check.diagnostics);
    for (name, setting) in &settings.env.0 {
        let Some(span) = setting.span() else { continue };
        if !is_variable(name) {
            let error = errors::malformed_variable(name, setting.key().unwrap_or(span));
            check.diagnostics.report(error);
        }
        if let EnvValue::Secret(secret) = &setting.value
            && let Some(why) = secret_problem(secret)
        {
            let error = errors::malformed_secret_name(&secret.name, &why, span);
            check.diagnostics.report(error);
        }
    }
    static_files(check);
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
    if let Some(role) = &target.role
        && let Some(span) = role.span()
    {
        let is_role = arn_of(check.diagnostics, &role.value.0, "iam", None, span);
        let of = role.value.0.split(':').nth(4).unwrap_or_default();
        if let Some(account) = &target.account
            && let Some(place) = account.span()
            && is_role
            && of != account.value
        {
            let error = errors::other_account(span, of, &account.value, place);
            check.diagnostics.report(error);
        }
    }
    if let Some(state) = &target.state {
        bucket(&state.bucket, check.diagnostics);
    }
    let place = region.map(|region| (region.value.0.as_str(), region.span()));
    if let Some(topic) = &settings.notifications.topic
        && let (Lately::Now(arn), Some(span)) = (&topic.value, topic.span())
    {
        arn_of(check.diagnostics, &arn.0, "sns", place, span);
    }
    for alarm in settings.alarm.iter() {
        if let Some(notify) = &alarm.notify
            && let (Lately::Now(arn), Some(span)) = (&notify.value, notify.span())
            && arn.starts_with("arn:")
        {
            arn_of(check.diagnostics, arn, "sns", place, span);
        }
    }
    let balancer = &settings.load_balancer;
    for listener in balancer.listener.iter() {
        let Some(certificate) = &listener.certificate else {
            continue;
        };
        if let (Lately::Now(arn), Some(span)) = (&certificate.value, certificate.span()) {
            // Certificates that were uploaded to IAM have no region.
            let iam = arn.0.split(':').nth(2) == Some("iam");
            let (service, place) = if iam { ("iam", None) } else { ("acm", place) };
            arn_of(check.diagnostics, &arn.0, service, place, span);
        }
    }
    if let Some(registries) = &environment.registries {
        self::registries(registries, check.diagnostics);
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

/// Paths and files that the proxy answers itself. They become part of its
/// configuration, hence the few signs that may be in them.
fn static_files(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let plain = |text: &str| {
        let sign = |c: char| c.is_ascii_alphanumeric() || "/._~-".contains(c);
        text.chars().all(sign) && text.split('/').all(|it| it != "..")
    };
    for (path, file) in &environment.settings.r#static.0 {
        let (Some(key), Some(value)) = (file.key(), file.span()) else {
            continue;
        };
        let (why, span) = if path == "/" {
            ("the application answers there", key)
        } else if !path.starts_with('/') || !plain(path) {
            let why = "the path begins with `/` and has letters, digits and `._~-` only";
            (why, key)
        } else if file.value.starts_with('/') || file.value.is_empty() || !plain(&file.value) {
            let why = "the folder is inside of the bundle: letters, digits and `/._~-` only";
            (why, value)
        } else if environment.platform.settings.proxy.value == Proxy::None {
            ("the platform has no proxy that could", key)
        } else {
            continue;
        };
        check
            .diagnostics
            .report(errors::malformed_static(path, why, span));
    }
}

/// An environment without a network makes one of its own, whose log group has its
/// name.
pub(super) fn own_networks(program: &Program, diagnostics: &mut Diagnostics) {
    for environment in program.environments.values() {
        if environment.network.is_none()
            && let Some(network) = program.networks.get(&environment.name)
            && matches!(network.kind, NetworkKind::Own { .. })
        {
            let (name, place) = (&environment.name, network.span);
            diagnostics.report(errors::two_networks(name, environment.span, place));
        }
    }
}

/// A former name is nobody's name any more.
pub(super) fn renamed(program: &Program, diagnostics: &mut Diagnostics) {
    for environment in program.environments.values() {
        if let Some(former) = &environment.settings.renamed_from
            && let Some(span) = former.span()
            && let Some(other) = program.environments.get(&former.value.0)
        {
            let place = (other.name != environment.name).then_some(other.span);
            let name = &former.value.0;
            diagnostics.report(errors::former_name_taken(name, span, place));
        }
    }
}

/// What an application says of itself.
pub(super) fn application(application: &Application, diagnostics: &mut Diagnostics) {
    let name = &application.name;
    if name.len() > APPLICATION_NAME {
        diagnostics.report(errors::application_name(name, application.span));
    }
    let settings = &application.settings;
    if let Some(description) = &settings.description
        && let Some(span) = description.span()
    {
        let length = description.value.chars().count();
        if length > DESCRIPTION {
            diagnostics.report(errors::long_description(length, DESCRIPTION, span));
        }
    }
    tags(&settings.tags, (ItemKind::Application, name), diagnostics);
    if let Some(bucket) = &settings.bucket {
        self::bucket(bucket, diagnostics);
    }
}

fn bucket(name: &Setting<SmolStr>, diagnostics: &mut Diagnostics) {
    if let Some(span) = name.span()
        && let Some(why) = bucket_problem(&name.value)
    {
        diagnostics.report(errors::malformed_bucket(&name.value, &why, span));
    }
}

/// Where the passwords of registries are: the role may read that object, and no
/// other.
fn registries(Registries { bucket, key }: &Registries, diagnostics: &mut Diagnostics) {
    let (name, span) = bucket;
    if let Some(why) = bucket_problem(name) {
        diagnostics.report_once(errors::malformed_bucket(name, &why, *span));
    }
    let (key, span) = key;
    if key.is_empty() || key.contains(['*', '?', '$']) || key.contains(char::is_control) {
        diagnostics.report_once(errors::no_single_object(key, *span));
    }
}

/// Why no bucket can have a name (S3 User Guide, bucket naming rules).
fn bucket_problem(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    let at_ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    Some(if !(3..=63).contains(&name.len()) {
        format!("{} characters; a name has 3 to 63", name.len())
    } else if let Some(odd) = name.chars().find(|c| !allowed(*c)) {
        format!("it cannot contain `{odd}`")
    } else if !name.starts_with(at_ends) || !name.ends_with(at_ends) {
        "it begins and ends with a letter or digit".to_owned()
    } else if name.contains("..") || name.parse::<std::net::Ipv4Addr>().is_ok() {
        "words of letters, digits and `-` with dots between them".to_owned()
    } else {
        return None;
    })
}

/// Why no secret can have a name (Parameter Store, constraints on names;
/// `CreateSecret` of Secrets Manager).
fn secret_problem(secret: &Secret) -> Option<String> {
    let name = secret.name.as_str();
    // An ARN or a name that has to be looked up is the service's own.
    if name.starts_with("arn:") {
        return None;
    }
    let (most, signs) = match secret.store {
        SecretStore::Ssm => (1_011, "/_.-"),
        SecretStore::SecretsManager => (512, "/_+=.@-"),
    };
    if name.is_empty() || name.len() > most {
        return Some(format!("{} characters; a name has 1 to {most}", name.len()));
    }
    let odd = |c: &char| !c.is_ascii_alphanumeric() && !signs.contains(*c);
    if let Some(odd) = name.chars().find(odd) {
        return Some(format!("it cannot contain `{odd}`"));
    }
    if secret.store == SecretStore::SecretsManager {
        return None;
    }
    let first = name.trim_start_matches('/').split('/').next();
    let first = first.unwrap_or_default().to_ascii_lowercase();
    if first.starts_with("aws") || first.starts_with("ssm") {
        return Some("names that begin with `aws` or `ssm` are AWS's own".to_owned());
    }
    (name.matches('/').count() > 15).then(|| "a path has at most 15 levels".to_owned())
}

/// A name of the DNS (RFC 1035), with `*` for the first word.
pub(super) fn is_host(name: &str) -> bool {
    let is_label = |(at, label): (usize, &str)| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (at == 0 && label == "*")
            || (1..=63).contains(&label.len())
                && label.chars().all(inner)
                && !label.starts_with('-')
                && !label.ends_with('-')
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    name.len() <= 253 && name.contains('.') && name.split('.').enumerate().all(is_label)
}

/// What AWS allows of tags (AWS General Reference, tagging).
pub(super) fn tags(
    tags: &Map<Lately<SmolStr>>,
    (kind, name): (ItemKind, &SmolStr),
    diagnostics: &mut Diagnostics,
) {
    // `Name` and the owner's tag are ours.
    const OWN: usize = 2;
    for (at, (key, tag)) in tags.0.iter().enumerate() {
        let (Some(place), Some(span)) = (tag.key(), tag.span()) else {
            continue;
        };
        if let Some(why) = key_problem(key) {
            diagnostics.report(errors::malformed_tag(key, &why, place));
        } else if let Some(why) = tag.value.known().and_then(|it| value_problem(it)) {
            diagnostics.report(errors::malformed_tag(key, &why, span));
        } else if let Lately::Later(late) = &tag.value {
            let is_own = |part: &LatePart| matches!(part, LatePart::Attribute(it) if it.kind == kind && it.item == *name);
            if late.parts.iter().any(is_own) {
                diagnostics.report(errors::tag_of_itself(key, span));
            }
        }
        if at + OWN == 50 {
            diagnostics.report(errors::too_many_tags(place, tags.0.len()));
        }
    }
}

fn key_problem(key: &str) -> Option<String> {
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
    odd_in(key)
}

fn value_problem(value: &str) -> Option<String> {
    if value.chars().count() > 256 {
        return Some("a value has at most 256 characters".to_owned());
    }
    odd_in(value)
}

fn odd_in(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    let odd = text.chars().find(|c| !allowed(*c))?;
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

/// An ARN of a service, in the region where it is used; whether it is one.
fn arn_of(
    diagnostics: &mut Diagnostics,
    arn: &str,
    service: &str,
    region: Option<(&str, Option<Span>)>,
    span: Span,
) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, of, at, _, _] = parts.as_slice() else {
        diagnostics.report(errors::malformed_arn(arn, service, span));
        return false;
    };
    if *of != service {
        diagnostics.report(errors::malformed_arn(arn, service, span));
        return false;
    }
    let Some((region, place)) = region else {
        return true;
    };
    if facts::region(region).is_some_and(|region| region.partition != *partition)
        && let Some(place) = place
    {
        diagnostics.report(errors::other_partition(span, partition, region, place));
    } else if region != *at {
        diagnostics.report(errors::other_region(service, at, region, span, place));
    }
    true
}
