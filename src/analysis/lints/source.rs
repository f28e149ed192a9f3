//! What applications are packaged from, and what they say there.

use super::{Ground, Scene};
use crate::analysis::bundle::Missing;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::OtherNode;
use crate::source::Span;

/// Applications without anything to package.
pub(super) fn missing_source(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    let applications = ground.program.applications.values();
    let missing = applications.filter_map(|it| ground.bundles.missing(it.span));
    found.extend(missing.map(not_there));
}

/// Applications that end the boot of their instances.
pub(super) fn other_node_version(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let environment = scene.environment;
    if let Some(other) = &environment.other_node
        && let Some(span) = environment.settings.platform.span()
    {
        found.push(another_node(other, span, &environment.platform.name));
    }
}

// Words

fn another_node(other: &OtherNode, span: Span, platform: &str) -> Diagnostic {
    let OtherNode {
        asked: (asked, place),
        has,
        fitting,
    } = other;
    let message = format!("`{platform}` has no Node.js that the application asks for");
    let found = Diagnostic::new(Code::OtherNode, span, message)
        .label(format!("has {has}"))
        .related(*place, format!("asks for {asked}"))
        .note("instances end their boot with this reason");
    match fitting {
        Some(fitting) => {
            let help = format!("`{fitting}` has one");
            found.suggestion(help, span, format!("\"{fitting}\""))
        }
        None => found.help("change `engines.node` of `package.json`"),
    }
}

fn not_there(missing: &Missing) -> Diagnostic {
    let Missing { source, span, near } = missing;
    let message = format!("there is nothing at `{source}` to package");
    let found = Diagnostic::new(Code::MissingSource, *span, message)
        .label("not there, seen from this file")
        .note("what `cron.yaml` and `Dockerrun.aws.json` would say is left out");
    match near {
        Some(near) => {
            let text = serde_json::Value::from(near.as_str()).to_string();
            found.suggestion(format!("did you mean `{near}`?"), *span, text)
        }
        None => found.help("build it before, or allow this where a later build makes it"),
    }
}
