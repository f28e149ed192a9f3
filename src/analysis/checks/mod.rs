//! Properties that have to agree with each other, over the resolved program.
//!
//! Types and ranges of single properties are checked before; here is what two
//! properties, or a property and a fact of AWS, say of each other.

mod errors;
mod instances;
mod load_balancer;
mod names;
mod network;
mod scaling;

use crate::diagnostic::Diagnostics;
use crate::model::{Environment, Network, Program};
use crate::schema::load_balancer::Kind;
use crate::syntax::ast::BlockItem;

/// What every check is given.
struct Check<'a, 'd> {
    program: &'a Program,
    environment: &'a Environment,
    network: Option<&'a Network>,
    diagnostics: &'d mut Diagnostics,
}

impl Check<'_, '_> {
    /// Whether there is a balancer in front of the instances.
    fn balanced(&self) -> bool {
        self.environment.settings.load_balancer.kind.value != Kind::None
    }
}

/// Reports everything in the program that cannot be so. `item` gives the item
/// in which an environment is declared.
pub(super) fn check<'a>(
    program: &Program,
    item: impl Fn(&Environment) -> Option<&'a BlockItem>,
    diagnostics: &mut Diagnostics,
) {
    for application in program.applications.values() {
        names::application(application, diagnostics);
    }
    for network in program.networks.values() {
        network::network(program, network, diagnostics);
    }
    for environment in program.environments.values() {
        let network = environment.network.as_ref();
        let network = network.and_then(|name| program.networks.get(name));
        let mut said = Diagnostics::default();
        let mut check = Check {
            program,
            environment,
            network,
            diagnostics: &mut said,
        };
        names::check(&mut check);
        network::placement(&mut check);
        instances::check(&mut check);
        load_balancer::check(&mut check);
        scaling::check(&mut check);
        let item = item(environment);
        for error in said.into_sorted() {
            let place = error.primary.span;
            // What a parent says wrong is said once, with one who has it.
            diagnostics.report_once(match item {
                Some(item) if !item.span.contains(place) => {
                    super::errors::inherited(error, &item.name)
                }
                Some(_) | None => error,
            });
        }
    }
}
