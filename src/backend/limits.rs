//! Limits of CloudFormation and EC2 on a unit as a whole.
//!
//! AWS says these late: an instance that cannot start, a stack that is refused
//! after it was uploaded. All are known here.

use super::cloudformation;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::graph::ResourceGraph;
use crate::platform::pack::USER_DATA_BYTES;
use crate::resource::{References, Term};
use crate::source::Sources;

/// Resources in a template (CloudFormation quotas).
const RESOURCES: usize = 500;

/// Parameters of a template, and outputs as well (CloudFormation quotas).
const PARAMETERS: usize = 200;

/// Bytes of a template that is read from a bucket (CloudFormation quotas).
const TEMPLATE_BYTES: usize = 1_000_000;

/// Bytes of a template that a request carries itself (CloudFormation quotas).
pub const INLINE_BYTES: usize = 51_200;

/// Below this many resources a template is far from its greatest size, and is
/// not written only to be measured.
const WORTH_MEASURING: usize = 200;

/// Reports what AWS would refuse of the units as wholes.
pub fn check(unit: &ResourceGraph, sources: &Sources, diagnostics: &mut Diagnostics) {
    let name = &unit.unit;
    let resources = resources(unit);
    if resources > RESOURCES {
        let message = format!("the stack of `{name}` would have {resources} resources");
        diagnostics.report(
            Diagnostic::new(Code::TooManyResources, unit.origin, message)
                .label(format!("CloudFormation allows {RESOURCES}"))
                .help("move a part of it into an environment or network of its own"),
        );
    } else if resources > WORTH_MEASURING {
        let bytes = cloudformation::render(unit, sources).text.len();
        if bytes > TEMPLATE_BYTES {
            let message = format!("the template of `{name}` would have {bytes} bytes");
            diagnostics.report(
                Diagnostic::new(Code::TemplateTooLarge, unit.origin, message)
                    .label(format!("CloudFormation allows {TEMPLATE_BYTES}")),
            );
        }
    }
    let mut inputs = unit.inputs.values();
    // What other stacks left is read through parameters, too.
    let room = PARAMETERS.saturating_sub(unit.parameters().len());
    if let Some(input) = inputs.nth(room) {
        let message = format!("the stack of `{name}` would have too many parameters");
        diagnostics.report(
            Diagnostic::new(Code::TooMany, input.span, message)
                .label(format!("CloudFormation allows {PARAMETERS}"))
                .help("let values that belong together be one input, or a secret"),
        );
    }
    if let Some(output) = unit.outputs.get(PARAMETERS) {
        let message = format!("the stack of `{name}` would have too many outputs");
        diagnostics.report(
            Diagnostic::new(Code::TooMany, output.span.unwrap_or(unit.origin), message)
                .label(format!("CloudFormation allows {PARAMETERS}")),
        );
    }
    for (_, resource) in unit.resources() {
        let Some(script) = resource.kind.user_data() else {
            continue;
        };
        let bytes = known_bytes(&script.text);
        if bytes > USER_DATA_BYTES {
            let message = format!(
                "the instances of `{}` would boot from {bytes} bytes",
                name.item
            );
            diagnostics.report(
                Diagnostic::new(Code::UserDataTooLarge, resource.origin, message)
                    .label(format!("EC2 allows {USER_DATA_BYTES} bytes of user data"))
                    .note(
                        "the script takes most of them; environment properties and commands \
                         of the platform have what is left",
                    )
                    .help(
                        "keep long values in Parameter Store: `secret(\"ssm:/path\")` takes \
                         no room",
                    ),
            );
        }
    }
}

/// How many resources the template has; a few of ours are two of AWS's.
fn resources(unit: &ResourceGraph) -> usize {
    if unit.len() <= WORTH_MEASURING {
        return unit.len();
    }
    unit.resources()
        .map(|(_, resource)| resource.kind.cloudformation().list.len())
        .sum()
}

/// The bytes of a text that are known now.
fn known_bytes(term: &Term) -> usize {
    let mut bytes = 0;
    term.references(&mut |term| {
        if let Term::Text(text) = term {
            bytes += text.len();
        }
    });
    bytes
}
