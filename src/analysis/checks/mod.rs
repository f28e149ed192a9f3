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

/// Reports everything in the program that cannot be so.
pub fn check(program: &Program, diagnostics: &mut Diagnostics) {
    for application in program.applications.values() {
        names::application(application, diagnostics);
    }
    for network in program.networks.values() {
        network::network(program, network, diagnostics);
    }
    for environment in program.environments.values() {
        let network = environment.network.as_ref();
        let network = network.and_then(|name| program.networks.get(name));
        let mut check = Check {
            program,
            environment,
            network,
            diagnostics,
        };
        names::check(&mut check);
        network::placement(&mut check);
        instances::check(&mut check);
        load_balancer::check(&mut check);
        scaling::check(&mut check);
    }
}
