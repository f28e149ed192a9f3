//! What applications are packaged from.

use super::Ground;
use crate::analysis::bundle::Missing;
use crate::diagnostic::{Code, Diagnostic};

/// Applications without anything to package.
pub(super) fn missing_source(ground: &Ground<'_>, found: &mut Vec<Diagnostic>) {
    let applications = ground.program.applications.values();
    let missing = applications.filter_map(|it| ground.bundles.missing(it.span));
    found.extend(missing.map(not_there));
}

// Words

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
