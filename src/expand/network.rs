//! `network`: a VPC with its subnets, routes, gateways and flow logs.

use smol_str::SmolStr;

use super::unit::Unit;
use super::unit_id;
use crate::graph::Keep;
use crate::model::{Network, Program, SubnetGroup};
use crate::ordered::IndexMap;
use crate::resource::elastic_ip::ElasticIp;
use crate::resource::expr::{SubnetId, VpcId};
use crate::resource::flow_log::FlowLog;
use crate::resource::internet_gateway::InternetGateway;
use crate::resource::log_group::LogGroup;
use crate::resource::nat_gateway::NatGateway;
use crate::resource::policy::Statement;
use crate::resource::role::Role;
use crate::resource::route::{self, Route};
use crate::resource::route_table::RouteTable;
use crate::resource::route_table_association::RouteTableAssociation;
use crate::resource::subnet::Subnet;
use crate::resource::vpc::Vpc;
use crate::resource::{Expr, ExprList, Ref};
use crate::schema;
use crate::schema::network::{Internet, Nat};
use crate::source::Span;
use crate::syntax::ast::ItemKind;
use crate::units::Cidr;

/// How long flow logs are kept, in days.
const FLOW_LOG_DAYS: i64 = 365;

/// Groups of a network that was made in this graph.
pub(super) struct Made {
    /// The VPC's id.
    pub vpc: Expr<VpcId>,
    /// The subnets of each group.
    pub groups: IndexMap<SmolStr, ExprList<SubnetId>>,
    /// The routes out: what boots has to wait for them.
    pub routes: Vec<Ref<Route>>,
}

/// What a network is made of.
pub(super) struct Plan<'a> {
    /// The addresses of the network.
    pub cidr: Expr<crate::resource::expr::Cidr>,
    /// Whether connections are logged.
    pub flow_logs: bool,
    /// The subnets.
    pub groups: &'a IndexMap<SmolStr, SubnetGroup>,
    /// Where it is written.
    pub origin: Span,
}

/// The unit of a network.
pub(super) fn expand<'a>(
    program: &'a Program,
    network: &Network,
    settings: &schema::network::Network,
    groups: &IndexMap<SmolStr, SubnetGroup>,
) -> Unit<'a> {
    let id = unit_id(ItemKind::Network, &network.name);
    let description = format!("Network {}", network.name);
    let target = Some(&settings.target);
    let mut unit = Unit::new(
        program,
        id,
        network.span,
        description,
        target,
        &settings.tags,
    );
    let plan = Plan {
        cidr: Expr::from(settings.cidr.value.to_string()).at(settings.cidr.span()),
        flow_logs: settings.flow_logs.value,
        groups,
        origin: network.span,
    };
    let made = make(&mut unit, &plan);
    unit.gives("id", made.vpc.term.clone());
    unit.publish("id", made.vpc.cast());
    for (name, ids) in made.groups {
        let attribute = format!("{name}.ids");
        unit.gives(attribute.as_str(), ids.clone().into_text());
        unit.publish_list(&attribute, ids);
    }
    unit
}

/// Makes a network in the unit's graph.
pub(super) fn make(unit: &mut Unit<'_>, plan: &Plan<'_>) -> Made {
    let Plan {
        cidr,
        flow_logs,
        groups,
        origin,
    } = plan;
    let tags = unit.named_tags();
    let vpc = unit.graph.add(
        "vpc",
        *origin,
        Vpc {
            cidr: cidr.clone(),
            tags,
        },
    );
    if *flow_logs {
        log_connections(unit, vpc, *origin);
    }

    let outside = groups
        .values()
        .any(|group| group.internet != Internet::None);
    let gateway = outside.then(|| {
        let tags = unit.named_tags();
        let vpc = vpc.attr(Vpc::ID);
        unit.graph
            .add("internet_gateway", *origin, InternetGateway { vpc, tags })
    });

    let mut made = Made {
        vpc: vpc.attr(Vpc::ID),
        groups: IndexMap::default(),
        routes: Vec::new(),
    };
    // NAT gateways stand in directly connected subnets, so those come first.
    let mut doors: Vec<Ref<Subnet>> = Vec::new();
    for (name, group) in groups
        .iter()
        .filter(|(_, group)| group.internet == Internet::Direct)
    {
        let Some(gateway) = gateway else { continue };
        let subnets = subnets(unit, vpc, name, group);
        let table = table(unit, vpc, &format!("route_table_{name}"), group.span);
        let way = route::Way::InternetGateway(gateway.attr(InternetGateway::ID));
        let route = Route {
            table: table.attr(RouteTable::ID),
            destination: anywhere(),
            way,
        };
        made.routes
            .push(unit.graph.add(&format!("route_{name}"), group.span, route));
        associate(unit, name, group, &subnets, |_| table);
        if doors.is_empty() {
            doors.clone_from(&subnets);
        }
        made.groups.insert(name.clone(), ids(&subnets));
    }
    for (name, group) in groups
        .iter()
        .filter(|(_, group)| group.internet != Internet::Direct)
    {
        let subnets = subnets(unit, vpc, name, group);
        let tables = match group.internet {
            Internet::Nat => ways_out(unit, vpc, name, group, &doors, gateway, &mut made.routes),
            Internet::None | Internet::Direct => {
                vec![table(unit, vpc, &format!("route_table_{name}"), group.span)]
            }
        };
        associate(unit, name, group, &subnets, |zone| {
            tables[zone.min(tables.len() - 1)]
        });
        made.groups.insert(name.clone(), ids(&subnets));
    }
    made.groups.sort_by_key(|name, _| groups.get_index_of(name));
    made
}

/// Route tables that lead out through NAT gateways: one, or one in each zone.
fn ways_out(
    unit: &mut Unit<'_>,
    vpc: Ref<Vpc>,
    name: &str,
    group: &SubnetGroup,
    doors: &[Ref<Subnet>],
    gateway: Option<Ref<InternetGateway>>,
    routes: &mut Vec<Ref<Route>>,
) -> Vec<Ref<RouteTable>> {
    let count = match group.nat {
        Nat::One => 1,
        Nat::OnePerZone => group.cidrs.len(),
    };
    let mut tables = Vec::new();
    for (zone, door) in doors.iter().enumerate().take(count) {
        // One gateway for all keeps its name when a second zone gets its own.
        let role = |what: &str| match group.nat {
            Nat::One => format!("{what}_{name}"),
            Nat::OnePerZone => format!("{what}_{name}_{}", letter(zone)),
        };
        let tags = unit.tags_for(&role("nat"));
        let address = ElasticIp { tags: tags.clone() };
        let address = unit.graph.add(&role("nat_address"), group.span, address);
        let nat = NatGateway {
            subnet: door.attr(Subnet::ID),
            allocation: address.attr(ElasticIp::ALLOCATION_ID),
            tags,
        };
        let nat = unit.graph.add(&role("nat_gateway"), group.span, nat);
        if let Some(gateway) = gateway {
            unit.graph.after(
                nat,
                gateway,
                "a NAT gateway reaches the internet through it",
            );
        }
        let table = table(unit, vpc, &role("route_table"), group.span);
        let way = route::Way::NatGateway(nat.attr(NatGateway::ID));
        let route = Route {
            table: table.attr(RouteTable::ID),
            destination: anywhere(),
            way,
        };
        routes.push(unit.graph.add(&role("route"), group.span, route));
        tables.push(table);
    }
    if tables.is_empty() {
        // No directly connected subnets: the checks have said so.
        tables.push(table(unit, vpc, &format!("route_table_{name}"), group.span));
    }
    tables
}

fn subnets(
    unit: &mut Unit<'_>,
    vpc: Ref<Vpc>,
    name: &str,
    group: &SubnetGroup,
) -> Vec<Ref<Subnet>> {
    let subnet = |(zone, cidr): (usize, &Cidr)| {
        let role = format!("subnet_{name}_{}", letter(zone));
        let subnet = Subnet {
            vpc: vpc.attr(Vpc::ID),
            cidr: Expr::from(cidr.to_string()).at(Some(group.span)),
            zone: Expr::new(unit.zone(zone)),
            tags: unit.tags_for(&format!("{name}-{}", letter(zone))),
        };
        unit.graph.add(&role, group.span, subnet)
    };
    group.cidrs.iter().enumerate().map(subnet).collect()
}

fn table(unit: &mut Unit<'_>, vpc: Ref<Vpc>, role: &str, span: Span) -> Ref<RouteTable> {
    let tags = unit.tags_for(role.trim_start_matches("route_table_"));
    unit.graph.add(
        role,
        span,
        RouteTable {
            vpc: vpc.attr(Vpc::ID),
            tags,
        },
    )
}

fn associate(
    unit: &mut Unit<'_>,
    name: &str,
    group: &SubnetGroup,
    subnets: &[Ref<Subnet>],
    table: impl Fn(usize) -> Ref<RouteTable>,
) {
    for (zone, subnet) in subnets.iter().enumerate() {
        let association = RouteTableAssociation {
            subnet: subnet.attr(Subnet::ID),
            table: table(zone).attr(RouteTable::ID),
        };
        let role = format!("route_table_association_{name}_{}", letter(zone));
        unit.graph.add(&role, group.span, association);
    }
}

/// Accepted and refused connections, kept in a log group of the network's own.
fn log_connections(unit: &mut Unit<'_>, vpc: Ref<Vpc>, origin: Span) {
    let name = format!("/bean/{}/flow", unit.name());
    let group = LogGroup {
        name: Expr::from(name.clone()),
        retention: Expr::from(FLOW_LOG_DAYS),
        tags: unit.tags.clone(),
    };
    let group = unit.graph.add("flow_log_group", origin, group);
    unit.graph.keep(group, Keep::Retain);
    // Written out: the two targets spell a group's own ARN differently.
    let arn = unit.arn("logs", format!("log-group:{name}"));
    let streams = unit.arn("logs", format!("log-group:{name}:*"));
    let role = Role {
        service: "vpc-flow-logs.amazonaws.com",
        description: Expr::from(format!("Flow logs of {}", unit.name())),
        managed_policies: Vec::new(),
        statements: vec![Statement::allow(
            "WriteFlowLogs",
            [
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            [arn.clone(), streams],
        )],
        may_signal: false,
        tags: unit.tags.clone(),
    };
    let role = unit.graph.add("flow_log_role", origin, role);
    let log = FlowLog {
        vpc: vpc.attr(Vpc::ID),
        group: arn,
        role: role.attr(Role::ARN),
        tags: unit.named_tags(),
    };
    let log = unit.graph.add("flow_log", origin, log);
    unit.graph
        .after(log, group, "entries need a group to go to");
}

fn ids(subnets: &[Ref<Subnet>]) -> ExprList<SubnetId> {
    ExprList::Items(
        subnets
            .iter()
            .map(|subnet| subnet.attr(Subnet::ID))
            .collect(),
    )
}

fn anywhere() -> Expr<crate::resource::expr::Cidr> {
    Expr::from("0.0.0.0/0")
}

/// Zones go by letters, as AWS's own do.
fn letter(zone: usize) -> char {
    char::from(b'a' + u8::try_from(zone).unwrap_or(25).min(25))
}
