//! `environment`: the parts of an environment, in the order in which they
//! need each other.

use smol_str::SmolStr;

use super::fleet::{self, Fleet};
use super::metric::Measured;
use super::unit::Unit;
use super::{containers, network, notify, scaling, unit_id, web, worker};
use crate::model::{Environment, Network, NetworkKind, Program, SubnetGroup};
use crate::ordered::IndexMap;
use crate::resource::expr::{SubnetId, VpcId};
use crate::resource::route::Route;
use crate::resource::{Expr, ExprList, Ref};
use crate::schema::attributes;
use crate::schema::load_balancer::Scheme;
use crate::schema::network::{Internet, Nat};
use crate::schema::{Setting, Subnets};
use crate::syntax::ast::ItemKind;
use crate::units::Cidr;

/// Where an environment's resources stand.
pub(super) struct Place {
    /// The VPC.
    pub vpc: Expr<VpcId>,
    /// Where the instances are.
    pub instances: ExprList<SubnetId>,
    /// Whether an instance needs a public address to reach the internet.
    pub public: bool,
    /// Where the balancer is.
    pub balancer: ExprList<SubnetId>,
    /// The network's addresses, where they are known.
    pub cidr: Option<Cidr>,
    /// Routes made in the same unit, which instances have to wait for.
    pub routes: Vec<Ref<Route>>,
}

/// The unit of an environment.
pub(super) fn expand<'a>(program: &'a Program, environment: &'a Environment) -> Unit<'a> {
    let id = unit_id(ItemKind::Environment, &environment.name);
    let settings = &environment.settings;
    let description = format!(
        "Environment {} of application {} on {}",
        environment.name, environment.application, environment.platform.name
    );
    let target = Some(&settings.target);
    let mut unit = Unit::new(
        program,
        id,
        environment.span,
        description,
        target,
        &settings.tags,
    );
    unit.graph.renamed_from = settings
        .renamed_from
        .as_ref()
        .map(|name| name.value.0.clone());

    let place = place(&mut unit, environment);
    let web = web::make(&mut unit, environment, &place);
    let work = worker::make(&mut unit, environment);
    let topics = notify::topics(&mut unit, environment);
    let containers = containers::make(&mut unit, environment, &web);
    let (tasks, queue) = (containers.as_ref(), work.as_ref());
    let Fleet { group, .. } = fleet::make(&mut unit, environment, &place, &web, tasks, queue);
    if let Some(containers) = &containers {
        containers::connect(&mut unit, environment, containers, group);
    }
    let measured = Measured {
        queues: work.map(|work| work.names),
        ..web.measured(group)
    };
    scaling::make(&mut unit, environment, group, &measured);
    notify::alarms(&mut unit, environment, &topics, &measured);
    web::name(&mut unit, environment, &web);
    fleet::protect(&mut unit, environment);

    for attribute in attributes::of(ItemKind::Environment) {
        if let Some(value) = unit.given(attribute.name).cloned() {
            unit.publish(attribute.name, Expr::new(value));
        }
    }
    // `beanc push` keeps the versions that run, and labels are an application's own.
    if let Some(release) = &environment.settings.release {
        let label = unit.lately(&release.value, smol_str::SmolStr::clone);
        unit.publish("release", Expr::new(label).at(release.span()));
        let span = settings.application.as_ref().and_then(Setting::span);
        let application = Expr::from(environment.application.clone());
        unit.publish("application", application.at(span));
    }
    unit
}

/// The network that the environment names, or a small one of its own.
fn place(unit: &mut Unit<'_>, environment: &Environment) -> Place {
    let settings = &environment.settings;
    let balancer = &settings.load_balancer;
    let internal = balancer.scheme.value == Scheme::Internal;
    let program = unit.program;
    let named = environment
        .network
        .as_ref()
        .and_then(|name| program.networks.get(name));
    let Some(network) = named else {
        return own(unit, environment, internal);
    };
    let span = settings.network.as_ref().and_then(Setting::span);
    let groups = Groups::of(network);
    let group = |choice: &Option<Setting<Subnets>>, default: &SmolStr| match choice {
        Some(subnets) => (subnets.value.0.part.clone(), subnets.span()),
        None => (default.clone(), span),
    };
    let (instances, instances_span) = group(
        &settings.instances.subnets,
        groups.of_instances(environment),
    );
    let default = if internal {
        &groups.private
    } else {
        &groups.public
    };
    let (chosen, balancer_span) = group(&balancer.subnets, default);
    let balancer = match environment.shared_balancer() {
        // It stands somewhere already.
        Some(_) => ExprList::Items(Vec::new()),
        None => unit.subnets(&network.name, &chosen, balancer_span),
    };
    Place {
        vpc: unit.vpc(&network.name, span),
        public: groups.direct.contains(&instances),
        instances: unit.subnets(&network.name, &instances, instances_span),
        balancer,
        cidr: groups.cidr,
        routes: Vec::new(),
    }
}

/// Which groups of a network serve for what when nobody says.
struct Groups {
    /// For what clients reach: the first group that is directly connected.
    public: SmolStr,
    /// For what they do not: the first group behind NAT.
    private: SmolStr,
    /// All that are directly connected.
    direct: Vec<SmolStr>,
    /// The network's addresses, where they are known.
    cidr: Option<Cidr>,
}

/// Whether each instance has a public address of its own, for which somebody pays.
#[must_use]
pub fn has_public_addresses(program: &Program, environment: &Environment) -> bool {
    let named = environment.network.as_ref();
    let Some(network) = named.and_then(|name| program.networks.get(name)) else {
        return environment.is_single();
    };
    let groups = Groups::of(network);
    let chosen = environment.settings.instances.subnets.as_ref();
    let chosen = chosen.map(|subnets| &subnets.value.0.part);
    let instances = chosen.unwrap_or(groups.of_instances(environment));
    groups.direct.contains(instances)
}

impl Groups {
    /// Where instances are when nobody says.
    fn of_instances(&self, environment: &Environment) -> &SmolStr {
        match environment.is_single() {
            true => &self.public,
            false => &self.private,
        }
    }

    /// Of an existing network only the names are known: `public` and `private`
    /// mean what they say.
    fn of(network: &Network) -> Self {
        let first = |names: &[SmolStr]| names.first().cloned();
        let any = network
            .groups()
            .first()
            .map(|name| (*name).clone())
            .unwrap_or_default();
        let (direct, hidden, cidr): (Vec<SmolStr>, Vec<SmolStr>, Option<Cidr>) = match &network.kind
        {
            NetworkKind::Own { settings, groups } => {
                let with = |internet: Internet| -> Vec<SmolStr> {
                    let found = groups
                        .iter()
                        .filter(|(_, group)| group.internet == internet);
                    found.map(|(name, _)| name.clone()).collect()
                };
                (
                    with(Internet::Direct),
                    with(Internet::Nat),
                    Some(settings.cidr.value),
                )
            }
            NetworkKind::Existing(existing) => {
                let named = |name: &str| -> Vec<SmolStr> {
                    existing
                        .subnets
                        .get(name)
                        .map(|it| it.name.clone())
                        .into_iter()
                        .collect()
                };
                let cidr = existing.cidr.as_ref().map(|cidr| cidr.value.truncated());
                (named("public"), named("private"), cidr)
            }
        };
        let public = first(&direct).unwrap_or_else(|| any.clone());
        let private = first(&hidden).or_else(|| first(&direct)).unwrap_or(any);
        Self {
            public,
            private,
            direct,
            cidr,
        }
    }
}

/// A small network of the environment's own: two zones, public subnets for the
/// balancer and private ones behind one NAT gateway for the instances. Without
/// a balancer, or without need of one outside, the public ones are enough.
fn own(unit: &mut Unit<'_>, environment: &Environment, internal: bool) -> Place {
    let single = environment.is_single();
    let origin = environment.span;
    let group = |internet, ranges: [&str; 2]| SubnetGroup {
        span: origin,
        cidrs: ranges
            .iter()
            .filter_map(|range| range.parse().ok().map(Cidr))
            .collect(),
        internet,
        nat: Nat::One,
    };
    let mut groups = IndexMap::default();
    let public = SmolStr::new_static("public");
    let private = SmolStr::new_static("private");
    groups.insert(
        public.clone(),
        group(Internet::Direct, ["10.0.0.0/24", "10.0.1.0/24"]),
    );
    if !single {
        groups.insert(
            private.clone(),
            group(Internet::Nat, ["10.0.16.0/20", "10.0.32.0/20"]),
        );
    }
    let cidr = OWN_NETWORK.parse().ok().map(Cidr);
    let plan = network::Plan {
        cidr: Expr::from(OWN_NETWORK),
        flow_logs: true,
        groups: &groups,
        origin,
    };
    let made = network::make(unit, &plan);
    let ids = |name: &SmolStr| made.groups[name].clone();
    Place {
        vpc: made.vpc.clone(),
        instances: ids(if single { &public } else { &private }),
        public: single,
        balancer: ids(if internal && !single {
            &private
        } else {
            &public
        }),
        cidr,
        routes: made.routes.clone(),
    }
}

/// The addresses of an environment's own network.
const OWN_NETWORK: &str = "10.0.0.0/16";
