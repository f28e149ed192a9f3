//! What should not be readable.

use smol_str::SmolStr;

use super::{Ground, Scene};
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::environment::EnvValue;
use crate::schema::{Late, LatePart};
use crate::source::Span;

/// Secrets in plain text among the environment properties, those of containers too.
pub(super) fn literal_secret(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let environment = scene.environment;
    let containers = environment.task.iter().flat_map(|task| &task.containers);
    let containers = containers.flat_map(|container| &container.env);
    for (name, setting) in environment.settings.env.0.iter().chain(containers) {
        let Some(span) = setting.span() else {
            continue;
        };
        let text = match &setting.value {
            EnvValue::Text(text) => text.clone(),
            EnvValue::Late(late) => known_part(late),
            EnvValue::Secret(_) => continue,
        };
        if looks_secret(name, &text) {
            let is_ecs = scene.sources.file(span.file).name().ends_with(".json");
            found.push(in_plain_text(name, span, is_ecs));
        }
    }
}

/// Inputs that are secrets by their names: what they are given is kept where
/// everybody who sees the stack can read it.
pub(super) fn secret_input(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    let inputs = ground.program.inputs.values();
    let secret = inputs.filter(|input| names_secret(&input.name));
    found.extend(secret.map(|input| readable_input(input.span, &input.name)));
}

/// Text with a mark for what is known at deploy time only.
fn known_part(late: &Late) -> SmolStr {
    fn part(part: &LatePart) -> &str {
        match part {
            LatePart::Literal(text) => text,
            LatePart::Input(..) | LatePart::Attribute(_) | LatePart::Aws(_) => "${}",
        }
    }
    late.parts.iter().map(part).collect()
}

/// Names that say that the value is a secret, with a value that looks like one;
/// values that are one under any name.
fn looks_secret(name: &str, value: &str) -> bool {
    has_password(value)
        || is_key(value)
        || is_webhook(value)
        || settings(value).any(|(name, value)| is_kept_by(name, value))
        || is_kept_by(name, value)
}

/// `postgres://user:password@host/name`
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else {
        return false;
    };
    // What is put in at deploy time may hold anything, but does not end the host.
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let user = rest[..end].rsplit_once('@').map(|(user, _)| user);
    user.is_some_and(|user| match user.split_once(':') {
        Some((_, password)) => !password.is_empty() && !stands_for_another(password),
        None => is_key(user),
    })
}

/// What is set in a value itself: in the query of an address, in a connection
/// string such as `Host=db;Password=…`, in options such as `-Dkey=value`.
fn settings(value: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = value.split(['?', '&', ';', ' ']);
    parts.filter_map(|part| part.split_once('='))
}

/// Whether a secret is under a name, and not what leads to one.
fn is_kept_by(name: &str, value: &str) -> bool {
    let Some(kind) = secret_named(name) else {
        return false;
    };
    if stands_for_another(value) || leads_elsewhere(value) {
        return false;
    }
    match kind {
        // People choose short ones.
        Kind::Password => value.len() >= 4,
        Kind::Key => value.len() >= 8,
        Kind::Doubtful => value.len() >= 16 && value.bytes().any(|it| it.is_ascii_digit()),
    }
}

/// Texts where a secret is put in later, and words that are none.
fn stands_for_another(value: &str) -> bool {
    const WORDS: [&str; 24] = [
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "none",
        "null",
        "nil",
        "unset",
        "undefined",
        "enabled",
        "disabled",
        "required",
        "optional",
        "default",
        "todo",
        "fixme",
        "tbd",
        "redacted",
        "changeit",
        "changeme",
        "change_me",
        "change-me",
    ];
    const BEGINNINGS: [&str; 7] = [
        "your",
        "replace",
        "insert",
        "example",
        "dummy",
        "placeholder",
        "change",
    ];
    let value = value.to_ascii_lowercase();
    let begins = |word: &str| {
        let rest = value.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', ' ']))
    };
    let marks = ["$(", "{", "<", "[", "%"];
    let is_name = |rest: &str| {
        rest.bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    let first = value.bytes().next();
    WORDS.contains(&value.as_str())
        || BEGINNINGS.iter().any(|word| begins(word))
        || marks.iter().any(|mark| value.starts_with(mark))
        || value.contains("${")
        || value.strip_prefix('$').is_some_and(is_name)
        // `xxxxxxxx`, `********`
        || value.bytes().all(|byte| Some(byte) == first)
}

/// Paths of files, addresses, names of resources: the secret is somewhere else.
fn leads_elsewhere(value: &str) -> bool {
    const FILES: [&str; 12] = [
        ".pem", ".key", ".crt", ".cer", ".p8", ".p12", ".pfx", ".jks", ".json", ".txt", ".yml",
        ".yaml",
    ];
    let is_word = |it: u8| it.is_ascii_alphanumeric() || b"._-".contains(&it);
    let is_path = |path: &str| !path.is_empty() && path.bytes().all(|it| is_word(it) || it == b'/');
    let is_below = |start: &&str| value.strip_prefix(start).is_some_and(is_path);
    ["/", "./", "../", "~/"].iter().any(is_below)
        || is_path(value) && FILES.iter().any(|end| value.ends_with(end))
        || ["arn:", "ssm:", "secretsmanager:", "file:", "vault:"]
            .iter()
            .any(|start| value.starts_with(start))
        || value.contains("://")
}

/// Keys that say of themselves what they are: the access keys of AWS (IAM User
/// Guide, unique identifiers), tokens of GitHub, GitLab, Slack, Stripe, npm,
/// PyPI, Google, SendGrid, Anthropic and OpenAI, private keys.
fn is_key(value: &str) -> bool {
    const TOKENS: [&str; 20] = [
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "xoxa-",
        "xoxb-",
        "xoxp-",
        "xoxr-",
        "xoxs-",
        "sk_live_",
        "sk_test_",
        "rk_live_",
        "npm_",
        "pypi-",
        "SG.",
        "sk-ant-",
        "sk-proj-",
    ];
    let is_code = |rest: &str| {
        rest.len() == 16
            && rest
                .bytes()
                .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
    };
    let is_token = |it: u8| it.is_ascii_alphanumeric() || b"._-".contains(&it);
    let mut aws = ["AKIA", "ASIA"].into_iter();
    let mut tokens = TOKENS.into_iter();
    aws.any(|mark| value.strip_prefix(mark).is_some_and(is_code))
        || tokens
            .any(|mark| value.starts_with(mark) && value.len() > 20 && value.bytes().all(is_token))
        || value.starts_with("AIza") && value.len() == 39 && value.bytes().all(is_token)
        || value.starts_with("-----BEGIN") && value.contains("PRIVATE KEY-----")
}

/// Addresses that whoever knows them may post to.
fn is_webhook(value: &str) -> bool {
    let starts = [
        "https://hooks.slack.com/services/",
        "https://discord.com/api/webhooks/",
    ];
    let mut rests = starts.iter().filter_map(|start| value.strip_prefix(start));
    rests.any(|rest| rest.contains('/') && !rest.contains(['$', '<', '{']))
}

/// What kind of a secret a name says its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Chosen by people.
    Password,
    /// Made by a machine.
    Key,
    /// As often the name of something as a key.
    Doubtful,
}

/// What kind of a secret a name says its value is; none for names of what is
/// about a secret, such as `TOKEN_URL` or `PASSWORD_MIN_LENGTH`.
fn secret_named(name: &str) -> Option<Kind> {
    /// Words behind the one that matters.
    const WHICH: [&str; 20] = [
        "BASE",
        "OLD",
        "NEW",
        "CURRENT",
        "PREVIOUS",
        "PRIMARY",
        "SECONDARY",
        "PROD",
        "PRODUCTION",
        "DEV",
        "DEVELOPMENT",
        "STAGING",
        "TEST",
        "LIVE",
        "DEFAULT",
        "VALUE",
        "STRING",
        "BASE64",
        "HEX",
        "RAW",
    ];
    /// What keys are for, when they are secret.
    const KEYS: [&str; 20] = [
        "API",
        "SECRET",
        "PRIVATE",
        "ACCESS",
        "SIGNING",
        "SIGNATURE",
        "ENCRYPTION",
        "CRYPT",
        "CIPHER",
        "AES",
        "HMAC",
        "JWT",
        "MASTER",
        "AUTH",
        "ADMIN",
        "SHARED",
        "SECURE",
        "WEBHOOK",
        "APP",
        "LICENSE",
    ];
    const DOUBTFUL_KEYS: [&str; 8] = [
        "ACCOUNT", "SERVICE", "SESSION", "COOKIE", "STORAGE", "HASH", "NONCE", "IN",
    ];
    let words = words(name);
    // `NEXT_PUBLIC_MAPS_TOKEN` is for everyone's browser.
    if words
        .iter()
        .any(|word| word == "PUBLIC" || word == "PUBLISHABLE")
    {
        return None;
    }
    let is_which = |word: &String| {
        WHICH.contains(&word.as_str()) || word.bytes().all(|it| it.is_ascii_digit())
    };
    let length = words.len() - words.iter().rev().take_while(|word| is_which(word)).count();
    let (last, before) = words[..length].split_last()?;
    let last = last.trim_end_matches(|it: char| it.is_ascii_digit());
    let ends = |list: &[&str]| list.iter().any(|end| last.ends_with(end));
    match last {
        "PASS" | "PWD" if !before.is_empty() => Some(Kind::Password),
        "SALT" | "PEPPER" => Some(Kind::Doubtful),
        "KEY" | "KEYS" => {
            let of = before.last()?.as_str();
            let is_doubtful = || DOUBTFUL_KEYS.contains(&of).then_some(Kind::Doubtful);
            KEYS.contains(&of).then_some(Kind::Key).or_else(is_doubtful)
        }
        _ if ends(&["PASSWORD", "PASSWD", "PASSPHRASE", "PASSWORDS"]) => Some(Kind::Password),
        _ if ends(&[
            "SECRET",
            "SECRETS",
            "TOKEN",
            "APIKEY",
            "SECRETKEY",
            "PRIVATEKEY",
        ]) =>
        {
            Some(Kind::Key)
        }
        _ => None,
    }
}

/// The words of a name in capitals: `JWT_SIGNING_KEY`, `Jwt__SigningKey`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_next_small = letters.peek().is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || before.is_ascii_uppercase() && is_next_small);
        if begins || !letter.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_uppercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a name says that its value is a secret.
fn names_secret(name: &str) -> bool {
    matches!(secret_named(name), Some(Kind::Password | Kind::Key))
}

// Words

/// `is_ecs`: whether it stands in a definition of a task, in ECS's own words.
fn in_plain_text(name: &str, span: Span, is_ecs: bool) -> Diagnostic {
    let message = format!("`{name}` looks like a secret in plain text");
    let error = Diagnostic::new(Code::LiteralSecret, span, message)
        .label("everyone who reads the template can read this");
    match is_ecs {
        true => error.help("keep it in Parameter Store, and name the parameter in `secrets`"),
        false => error.help("keep it in Parameter Store: `secret(\"ssm:/path\")`"),
    }
}

fn readable_input(span: Span, name: &str) -> Diagnostic {
    let message = format!("what `{name}` is given can be read by everyone who sees the stack");
    Diagnostic::new(Code::SecretInput, span, message)
        .label("its name says that it is a secret")
        .note("CloudFormation shows parameters, and Terraform keeps variables in its state")
        .help("keep it in Parameter Store: `secret(\"ssm:/path\")` where it is used")
}
