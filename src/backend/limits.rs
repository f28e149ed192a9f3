//! Limits of CloudFormation and EC2 on a unit as a whole.
//!
//! AWS says these late: an instance that cannot start, a stack that is refused
//! after it was uploaded. All are known here.

use super::cloudformation;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::graph::ResourceGraph;
use crate::resource::{References, Term};
use crate::source::Sources;

/// Resources in a template (CloudFormation quotas).
const RESOURCES: usize = 500;

/// Bytes of a template that is read from a bucket (CloudFormation quotas).
const TEMPLATE_BYTES: usize = 1_000_000;

/// Bytes of a template that a request carries itself (CloudFormation quotas).
pub const INLINE_BYTES: usize = 51_200;

/// Bytes of user data before it is encoded (EC2, instance user data).
const USER_DATA_BYTES: usize = 16_384;

/// Below this many resources a template is far from its greatest size, and is
/// not written only to be measured.
const WORTH_MEASURING: usize = 200;

/// Reports what AWS would refuse of the units as wholes.
pub fn check(units: &[ResourceGraph], sources: &Sources, diagnostics: &mut Diagnostics) {
    for unit in units {
        let name = &unit.unit;
        if unit.len() > RESOURCES {
            let message = format!("the stack of `{name}` would have {} resources", unit.len());
            diagnostics.report(
                Diagnostic::new(Code::TooManyResources, unit.origin, message)
                    .label(format!("CloudFormation allows {RESOURCES}"))
                    .help("move a part of it into an environment or network of its own"),
            );
        } else if unit.len() > WORTH_MEASURING {
            let bytes = cloudformation::render(unit, sources).text.len();
            if bytes > TEMPLATE_BYTES {
                let message = format!("the template of `{name}` would have {bytes} bytes");
                diagnostics.report(
                    Diagnostic::new(Code::TemplateTooLarge, unit.origin, message)
                        .label(format!("CloudFormation allows {TEMPLATE_BYTES}")),
                );
            }
        }
        for (_, resource) in unit.resources() {
            let Some(script) = resource.kind.user_data() else {
                continue;
            };
            let bytes = known_bytes(script);
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
