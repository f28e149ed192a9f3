//! What should not be readable.

use super::Scene;
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

/// Names that say that the value is a secret, with a value that looks like one.
fn looks_secret(name: &str, value: &str) -> bool {
    // postgres://user:password@host/name
    let authority = value.split_once("://").map(|(_, rest)| rest);
    let user = authority.and_then(|rest| rest.split('/').next()?.rsplit_once('@'));
    if user.is_some_and(|(user, _)| user.split_once(':').is_some_and(|(_, it)| !it.is_empty())) {
        return true;
    }
    names_secret(name) && value.len() >= 8
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
