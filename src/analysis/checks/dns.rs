//! Names under which environments are reached.

use smol_str::SmolStr;

use super::errors;
use crate::diagnostic::Diagnostics;
use crate::model::{Environment, Program};
use crate::ordered::IndexMap;
use crate::schema::Lately;
use crate::schema::load_balancer::Dns;

/// Reports names that several environments want for themselves. Those with a
/// weight share it.
pub(super) fn check(program: &Program, diagnostics: &mut Diagnostics) {
    let mut first: IndexMap<String, (&Environment, &Dns)> = IndexMap::default();
    for environment in program.environments.values() {
        let Some(dns) = &environment.settings.dns else {
            continue;
        };
        let dns = &dns.block;
        let Lately::Now(written) = &dns.name.value else {
            continue;
        };
        let name = written.trim_end_matches('.').to_ascii_lowercase();
        let Some((other, known)) = first.get(&name) else {
            first.insert(name, (environment, dns));
            continue;
        };
        if are_two(&dns.zone.value, &known.zone.value) {
            continue;
        }
        let (here, there) = (dns.weight.is_some(), known.weight.is_some());
        if here && there {
            continue;
        }
        if let (Some(span), Some(place)) = (dns.name.span(), known.name.span()) {
            let lacking = match (here, there) {
                (false, false) => "neither has a weight",
                (false, true) => "this one has no weight",
                (true, _) => "the other has no weight",
            };
            let error = errors::name_taken(written, lacking, span, &other.name, place);
            diagnostics.report(error);
        }
    }
}

/// Whether two zones are known to be two: a zone may be given by its name or by
/// its id.
fn are_two(one: &Lately<SmolStr>, other: &Lately<SmolStr>) -> bool {
    let (Lately::Now(one), Lately::Now(other)) = (one, other) else {
        return false;
    };
    one.contains('.') == other.contains('.')
        && one.trim_end_matches('.') != other.trim_end_matches('.')
}
