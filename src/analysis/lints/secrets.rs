//! What should not be readable.

use super::{Ground, Scene};
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::environment::EnvValue;
use crate::source::Span;

/// Secrets in plain text among the environment properties.
pub(super) fn literal_secret(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for (name, setting) in &scene.environment.settings.env.0 {
        if let (EnvValue::Text(text), Some(span)) = (&setting.value, setting.span())
            && looks_secret(name, text)
        {
            found.push(in_plain_text(name, span));
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

/// Names that say that the value is a secret, with a value that looks like one;
/// values that are one under any name.
fn looks_secret(name: &str, value: &str) -> bool {
    // postgres://user:password@host/name
    let authority = value.split_once("://").map(|(_, rest)| rest);
    let user = authority.and_then(|rest| rest.split('/').next()?.rsplit_once('@'));
    if user.is_some_and(|(user, _)| user.split_once(':').is_some_and(|(_, it)| !it.is_empty())) {
        return true;
    }
    is_key(value) || names_secret(name) && value.len() >= 8
}

/// Keys that say of themselves what they are: the access keys of AWS (IAM User
/// Guide, unique identifiers), tokens of GitHub and Slack, private keys.
fn is_key(value: &str) -> bool {
    let is_code = |rest: &str| {
        rest.len() == 16
            && rest
                .bytes()
                .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
    };
    let mut aws = ["AKIA", "ASIA"].into_iter();
    let mut tokens = ["ghp_", "github_pat_", "xoxb-", "xoxp-"].into_iter();
    aws.any(|mark| value.strip_prefix(mark).is_some_and(is_code))
        || tokens.any(|mark| value.starts_with(mark) && value.len() > 20)
        || value.starts_with("-----BEGIN") && value.contains("PRIVATE KEY-----")
}

/// Whether a name says that its value is a secret.
fn names_secret(name: &str) -> bool {
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
    says.iter().any(|word| name.ends_with(word))
}

// Words

fn in_plain_text(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` looks like a secret in plain text");
    Diagnostic::new(Code::LiteralSecret, span, message)
        .label("everyone who reads the template can read this")
        .help("keep it in Parameter Store: `secret(\"ssm:/path\")`")
}

fn readable_input(span: Span, name: &str) -> Diagnostic {
    let message = format!("what `{name}` is given can be read by everyone who sees the stack");
    Diagnostic::new(Code::SecretInput, span, message)
        .label("its name says that it is a secret")
        .note("CloudFormation shows parameters, and Terraform keeps variables in its state")
        .help("keep it in Parameter Store: `secret(\"ssm:/path\")` where it is used")
}
