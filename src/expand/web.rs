//! `load_balancer` and `dns`: what stands between clients and instances.

use smol_str::SmolStr;

use super::environment::Place;
use super::metric::{BalancerNames, Measured};
use super::unit::Unit;
use crate::model::{Environment, Tier};
use crate::ordered::IndexMap;
use crate::resource::auto_scaling_group::AutoScalingGroup;
use crate::resource::elastic_ip::ElasticIp;
use crate::resource::expr::{Arn, GroupId, Id, Name, NodeId, Text};
use crate::resource::listener::{self, Listener};
use crate::resource::listener_rule::ListenerRule;
use crate::resource::load_balancer::{self, LoadBalancer};
use crate::resource::record_set::{self, RecordSet};
use crate::resource::security_group::SecurityGroup;
use crate::resource::security_group_rule::{Direction, Peer, SecurityGroupRule};
use crate::resource::target_group::{self, TargetGroup};
use crate::resource::{Expr, Ref, Term};
use crate::schema;
use crate::schema::load_balancer::{BalancerArn, Door, Health, HealthProtocol, Kind, Scheme};
use crate::schema::{Named, Nested, Origin, Setting};
use crate::source::Span;

/// The port of the proxy on the instances, or of an application without one.
pub(super) const PROXY: u16 = 80;

/// What stands in front of the instances.
pub(super) struct Web {
    /// The balancer; none for a single instance.
    pub balancer: Option<Balancer>,
    /// The address of a single instance.
    pub address: Option<Ref<ElasticIp>>,
    /// Ports of the instances on which processes answer, with the process.
    pub processes: IndexMap<SmolStr, Process>,
    /// The instances' security group.
    pub instances: Ref<SecurityGroup>,
}

/// A program of the instances that answers requests.
pub(super) struct Process {
    /// The port on the instance.
    pub port: u16,
    /// The target group; none without a balancer.
    pub target_group: Option<Ref<TargetGroup>>,
}

/// A balancer with the ways from it to the instances.
pub(super) struct Balancer {
    /// What kind it is.
    kind: load_balancer::Kind,
    /// Its name in metrics.
    full_name: Expr<Name>,
    /// Its own host name and the hosted zone of that; none where they are not
    /// said of a shared one.
    alias: Option<(Expr<Text>, Expr<Id>)>,
    /// Whether others have rules there as well.
    is_shared: bool,
    /// What forwards to the instances: its listeners, or the rules on those of a
    /// shared one. Instances count as healthy once one of them does.
    pub doors: Vec<NodeId>,
}

impl Web {
    /// What metrics of the environment are measured on.
    pub fn measured(&self, group: Ref<AutoScalingGroup>) -> Measured {
        let target_group = self
            .processes
            .values()
            .find_map(|process| process.target_group);
        let balancer = self
            .balancer
            .as_ref()
            .zip(target_group)
            .map(|(balancer, target_group)| BalancerNames {
                namespace: match balancer.kind {
                    load_balancer::Kind::Application => "AWS/ApplicationELB",
                    load_balancer::Kind::Network => "AWS/NetworkELB",
                },
                load_balancer: balancer.full_name.clone(),
                target_group: target_group.attr(TargetGroup::FULL_NAME),
                is_shared: balancer.is_shared,
            });
        Measured {
            group: group.attr(AutoScalingGroup::NAME),
            queues: None,
            balancer,
        }
    }
}

/// Makes what stands in front of the instances, and the instances' security
/// group, which lets nothing else in.
pub(super) fn make(unit: &mut Unit<'_>, environment: &Environment, place: &Place) -> Web {
    // A group's description cannot be changed.
    let first_name = unit.graph.first_name().clone();
    let settings = &environment.settings.load_balancer;
    let origin = settings.span.unwrap_or(environment.span);
    let instances = SecurityGroup {
        description: Expr::from(format!("Instances of {first_name}")),
        vpc: place.vpc.clone(),
        tags: unit.named_tags(),
    };
    let instances = unit
        .graph
        .add("security_group", environment.span, instances);
    unit.gives("security_group_id", instances.attr(SecurityGroup::ID).term);
    // The application connects to databases and services on ports of their
    // own choice; what may come in is what is narrow.
    let out = SecurityGroupRule {
        group: instances.attr(SecurityGroup::ID),
        direction: Direction::Egress,
        peer: Peer::Cidr(Expr::from("0.0.0.0/0")),
        protocol: "tcp",
        ports: (1, 65_535),
        description: Expr::from("Connections that the application opens"),
        tags: unit.tags.clone(),
    };
    unit.graph
        .add("security_group_egress", environment.span, out);

    if environment.tier == Tier::Worker {
        // Nobody reaches these; they fetch their work.
        return Web {
            balancer: None,
            address: None,
            processes: IndexMap::default(),
            instances,
        };
    }
    let kind = match &settings.kind.value {
        Kind::Application => load_balancer::Kind::Application,
        Kind::Network => load_balancer::Kind::Network,
        Kind::Shared(arn) => return shared(unit, environment, place, arn, instances),
        Kind::None => return single(unit, environment, instances),
    };
    let balancer_group = SecurityGroup {
        description: Expr::from(format!("Load balancer of {first_name}")),
        vpc: place.vpc.clone(),
        tags: unit.tags_for("load-balancer"),
    };
    let balancer_group = unit
        .graph
        .add("load_balancer_security_group", origin, balancer_group);
    let balancer = balancer(unit, environment, place, kind, balancer_group);
    let clients = [balancer_group.attr(SecurityGroup::ID)];
    let processes = processes(unit, environment, place, kind, &clients, instances);
    let listeners = listeners(
        unit,
        environment,
        place,
        kind,
        balancer,
        balancer_group,
        &processes,
    );

    let own = balancer.attr(LoadBalancer::DNS_NAME).term;
    let host = host(unit, environment, Some(own));
    address_is(unit, settings.door(), host);
    unit.gives("load_balancer_arn", balancer.attr(LoadBalancer::ARN).term);
    unit.gives(
        "load_balancer_dns_name",
        balancer.attr(LoadBalancer::DNS_NAME).term,
    );
    let dns_name = balancer.attr(LoadBalancer::DNS_NAME).term;
    unit.output("load_balancer", "DNS name of the load balancer", dns_name);
    let balancer = Balancer {
        kind,
        full_name: balancer.attr(LoadBalancer::FULL_NAME),
        alias: Some((
            balancer.attr(LoadBalancer::DNS_NAME),
            balancer.attr(LoadBalancer::HOSTED_ZONE),
        )),
        is_shared: false,
        doors: listeners.into_iter().map(NodeId::from).collect(),
    };
    Web {
        balancer: Some(balancer),
        address: None,
        processes,
        instances,
    }
}

/// A balancer that exists already, in somebody else's hands: target groups and
/// rules are put on its listeners, and nothing of it is changed.
fn shared(
    unit: &mut Unit<'_>,
    environment: &Environment,
    place: &Place,
    arn: &str,
    instances: Ref<SecurityGroup>,
) -> Web {
    let settings = &environment.settings.load_balancer;
    let kind = load_balancer::Kind::Application;
    let clients: Vec<Expr<GroupId>> = settings
        .security_groups
        .value
        .iter()
        .map(|(id, span)| Expr::new(unit.lately(id, SmolStr::clone)).at(Some(*span)))
        .collect();
    let processes = processes(unit, environment, place, kind, &clients, instances);
    let target = |name: &str| processes.get(name).and_then(|process| process.target_group);
    let mut doors = Vec::new();
    for listener in settings.listener.iter() {
        let Some(arn) = &listener.arn else { continue };
        let id = Expr::new(unit.lately(&arn.value, |arn| arn.0.clone())).at(arn.span());
        doors.extend(rules(unit, environment, &id, listener, &target));
    }

    let dns_name = settings.dns_name.as_ref().map(|name| {
        let term = unit.lately(&name.value, SmolStr::clone);
        Expr::new(term).at(name.span())
    });
    let first_host = settings.first_host().map(|host| Term::from(host.clone()));
    let other = first_host.or_else(|| dns_name.as_ref().map(|name| name.term.clone()));
    let host = host(unit, environment, other);
    address_is(unit, settings.door(), host);
    unit.gives("load_balancer_arn", arn);
    if let Some(name) = &dns_name {
        unit.gives("load_balancer_dns_name", name.term.clone());
        unit.output(
            "load_balancer",
            "DNS name of the load balancer",
            name.term.clone(),
        );
    }
    // The checks have refused what is no such ARN.
    let parts = BalancerArn::parse(arn);
    let zone = parts.and_then(|it| crate::facts::region(it.region)?.balancer_zone);
    let balancer = Balancer {
        kind,
        full_name: Expr::from(parts.map_or(arn, |it| it.full_name)).at(settings.kind.span()),
        alias: dns_name.zip(zone.map(Expr::from)),
        is_shared: true,
        doors: doors.into_iter().map(NodeId::from).collect(),
    };
    Web {
        balancer: Some(balancer),
        address: None,
        processes,
        instances,
    }
}

/// The host in the environment's URL: the name that the user chose, unless it is
/// that of many, or else the one it has without.
fn host(unit: &mut Unit<'_>, environment: &Environment, given: Option<Term>) -> Option<Term> {
    match &environment.settings.dns {
        Some(dns) if dns.block.is_wildcard() => None,
        Some(_) => own_name(unit, environment).map(|name| name.term),
        None => given,
    }
}

/// The environment's URL and domain are known from here on.
fn address_is(unit: &mut Unit<'_>, door: Door, host: Option<Term>) {
    let Some(host) = host else { return };
    let (before, behind) = door.around_host();
    let url = Term::join([before.into(), host.clone(), behind.into()]);
    unit.gives("domain", host);
    unit.gives("url", url.clone());
    unit.output("url", "Where the environment answers", url);
}

/// A single instance: its own address, reached from outside on the proxy's
/// port.
fn single(unit: &mut Unit<'_>, environment: &Environment, instances: Ref<SecurityGroup>) -> Web {
    let origin = environment
        .settings
        .load_balancer
        .kind
        .span()
        .unwrap_or(environment.span);
    let address = ElasticIp {
        tags: unit.named_tags(),
    };
    let address = unit.graph.add("address", origin, address);
    let rule = SecurityGroupRule {
        group: instances.attr(SecurityGroup::ID),
        direction: Direction::Ingress,
        peer: Peer::Cidr(Expr::from("0.0.0.0/0")),
        protocol: "tcp",
        ports: (PROXY, PROXY),
        description: Expr::from("Requests from clients"),
        tags: unit.tags.clone(),
    };
    unit.graph.add("security_group_ingress", origin, rule);
    let own = address.attr(ElasticIp::ADDRESS).term;
    let host = host(unit, environment, Some(own));
    address_is(unit, Door::PLAIN, host);
    let default = Process {
        port: PROXY,
        target_group: None,
    };
    let processes = IndexMap::from_iter([(SmolStr::new_static("default"), default)]);
    Web {
        balancer: None,
        address: Some(address),
        processes,
        instances,
    }
}

fn balancer(
    unit: &mut Unit<'_>,
    environment: &Environment,
    place: &Place,
    kind: load_balancer::Kind,
    group: Ref<SecurityGroup>,
) -> Ref<LoadBalancer> {
    let settings = &environment.settings.load_balancer;
    let origin = settings.span.unwrap_or(environment.span);
    // The policy of a bucket that exists already is not ours to know: logs go
    // there only when the user says so.
    let application = unit.program.applications.get(&environment.application);
    let foreign = application.is_some_and(|application| application.settings.bucket.is_some());
    let logged = settings.access_logs.as_ref();
    let logged = logged.map_or(!foreign, |logged| logged.value);
    let access_logs = logged.then(|| load_balancer::AccessLogs {
        bucket: Expr::new(unit.bucket(&environment.application, None)),
        prefix: Expr::from(format!("logs/{}", environment.name)),
    });
    let protected = environment.settings.protect.value.iter();
    let protected = protected
        .map(|(role, _)| role.0.as_str())
        .any(|role| role == "load_balancer");
    let protection = match &settings.deletion_protection {
        Some(protection) => {
            Expr::new(unit.lately(&protection.value, |it| *it)).at(protection.span())
        }
        None => Expr::from(protected),
    };
    let idle = &settings.idle_timeout;
    let balancer = LoadBalancer {
        kind,
        internal: settings.scheme.value == Scheme::Internal,
        subnets: place.balancer.clone(),
        security_groups: vec![group.attr(SecurityGroup::ID)],
        idle_timeout: Expr::from(idle.value.secs()).at(idle.span()),
        access_logs,
        deletion_protection: protection,
        tags: unit.named_tags(),
    };
    let balancer = unit.graph.add("load_balancer", origin, balancer);
    for (at, route) in place.routes.iter().enumerate() {
        if at == 0 {
            unit.graph.after(
                balancer,
                *route,
                "AWS refuses a public balancer without a way out",
            );
        }
    }
    balancer
}

/// A target group for each process, and the way to it from the balancer, which
/// has the security groups `clients`.
fn processes(
    unit: &mut Unit<'_>,
    environment: &Environment,
    place: &Place,
    kind: load_balancer::Kind,
    clients: &[Expr<GroupId>],
    instances: Ref<SecurityGroup>,
) -> IndexMap<SmolStr, Process> {
    let settings = &environment.settings.load_balancer;
    let origin = settings.span.unwrap_or(environment.span);
    let mut wanted: IndexMap<SmolStr, (Option<&Named<schema::load_balancer::Process>>, Span)> =
        IndexMap::from_iter([(SmolStr::new_static("default"), (None, origin))]);
    for process in settings.process.iter() {
        wanted.insert(process.name.clone(), (Some(process), process.span));
    }
    let mut processes = IndexMap::default();
    let mut open: Vec<u16> = Vec::new();
    for (name, (process, span)) in wanted {
        let written = process.and_then(|process| process.port.as_ref());
        // Without a proxy the application itself is there.
        let port = written.map_or(PROXY, |port| port.value.0);
        let role = role(&name);
        if !open.contains(&port) {
            open.push(port);
            let port_span = written.and_then(Setting::span).unwrap_or(span);
            for (at, client) in clients.iter().enumerate() {
                let ends = (client, instances);
                open_way(unit, ends, &numbered(at), &role, port, port_span);
            }
        }
        let group = TargetGroup {
            vpc: place.vpc.clone(),
            protocol: match kind {
                load_balancer::Kind::Application => target_group::Protocol::Http,
                load_balancer::Kind::Network => target_group::Protocol::Tcp,
            },
            port: Expr::from(i64::from(port)).at(written.and_then(Setting::span)),
            health: health(&settings.health, process.map(|process| &process.health)),
            drain: Expr::from(settings.drain.value.secs()).at(settings.drain.span()),
            sticky: settings
                .sticky
                .as_ref()
                .map(|sticky| Expr::from(sticky.value.secs()).at(sticky.span())),
            tags: unit.named_tags(),
        };
        let group = unit.graph.add(&format!("target_group{role}"), span, group);
        processes.insert(
            name,
            Process {
                port,
                target_group: Some(group),
            },
        );
    }
    processes
}

/// Lets a balancer's group reach the instances on a port, and the instances'
/// group be reached. The balancer's own rule goes to these instances alone: one
/// that is shared may have no other way out to them.
fn open_way(
    unit: &mut Unit<'_>,
    (client, instances): (&Expr<GroupId>, Ref<SecurityGroup>),
    number: &str,
    process: &str,
    port: u16,
    span: Span,
) {
    let rule = SecurityGroupRule {
        group: instances.attr(SecurityGroup::ID),
        direction: Direction::Ingress,
        peer: Peer::Group(client.clone()),
        protocol: "tcp",
        ports: (port, port),
        description: Expr::from("Requests from the load balancer"),
        tags: unit.tags.clone(),
    };
    let role = format!("security_group{number}_ingress{process}");
    unit.graph.add(&role, span, rule);
    let rule = SecurityGroupRule {
        group: client.clone(),
        direction: Direction::Egress,
        peer: Peer::Group(instances.attr(SecurityGroup::ID)),
        protocol: "tcp",
        ports: (port, port),
        description: Expr::from("Requests to the instances"),
        tags: unit.tags.clone(),
    };
    let role = format!("load_balancer{number}_egress{process}");
    unit.graph.add(&role, span, rule);
}

/// The first of several has no number in its roles.
fn numbered(at: usize) -> String {
    match at {
        0 => String::new(),
        at => format!("_{}", at + 1),
    }
}

/// The default process's resources have no name behind their role.
fn role(process: &str) -> String {
    if process == "default" {
        String::new()
    } else {
        format!("_{process}")
    }
}

/// What the balancer asks a process, and at which port.
pub(super) fn asked(environment: &Environment, process: &str) -> (target_group::HealthCheck, u16) {
    let settings = &environment.settings.load_balancer;
    let process = settings.process.get(process);
    let port = process.and_then(|process| process.port.as_ref());
    (
        health(&settings.health, process.map(|process| &process.health)),
        port.map_or(PROXY, |port| port.value.0),
    )
}

/// The balancer's health check with what a process says differently.
fn health(
    balancer: &Nested<Health>,
    process: Option<&Nested<Health>>,
) -> target_group::HealthCheck {
    /// The process's value where it is written, else the balancer's.
    fn nearest<'a, T>(balancer: &'a Setting<T>, process: Option<&'a Setting<T>>) -> &'a Setting<T> {
        process
            .filter(|setting| setting.origin != Origin::Default)
            .unwrap_or(balancer)
    }
    let path = nearest(&balancer.path, process.map(|it| &it.path));
    let interval = nearest(&balancer.interval, process.map(|it| &it.interval));
    let timeout = nearest(&balancer.timeout, process.map(|it| &it.timeout));
    let healthy = nearest(&balancer.healthy_after, process.map(|it| &it.healthy_after));
    let unhealthy = nearest(
        &balancer.unhealthy_after,
        process.map(|it| &it.unhealthy_after),
    );
    let codes = nearest(&balancer.codes, process.map(|it| &it.codes));
    let protocol = nearest(&balancer.protocol, process.map(|it| &it.protocol));
    let request = || target_group::Request {
        path: Expr::from(path.value.clone()).at(path.span()),
        codes: Expr::from(codes.value.clone()).at(codes.span()),
    };
    target_group::HealthCheck {
        http: (protocol.value == HealthProtocol::Http).then(request),
        interval: Expr::from(interval.value.secs()).at(interval.span()),
        timeout: Expr::from(timeout.value.secs()).at(timeout.span()),
        healthy_after: Expr::from(healthy.value).at(healthy.span()),
        unhealthy_after: Expr::from(unhealthy.value).at(unhealthy.span()),
    }
}

/// The balancer's listeners with their rules, and the way from the clients.
fn listeners(
    unit: &mut Unit<'_>,
    environment: &Environment,
    place: &Place,
    kind: load_balancer::Kind,
    balancer: Ref<LoadBalancer>,
    group: Ref<SecurityGroup>,
    processes: &IndexMap<SmolStr, Process>,
) -> Vec<Ref<Listener>> {
    let settings = &environment.settings.load_balancer;
    let origin = settings.span.unwrap_or(environment.span);
    let target = |name: &str| {
        let process = processes.get(name).or_else(|| processes.get("default"));
        process.and_then(|process| process.target_group)
    };
    let mut made = Vec::new();
    if settings.listener.is_empty() {
        clients(unit, environment, place, group, "http", PROXY, origin);
        if let Some(target) = target("default") {
            let listener = Listener {
                balancer: balancer.attr(LoadBalancer::ARN),
                port: Expr::from(i64::from(PROXY)),
                protocol: plain(kind),
                tls: None,
                action: listener::Action::Forward(target.attr(TargetGroup::ARN)),
                tags: unit.tags.clone(),
            };
            made.push(unit.graph.add("listener_http", origin, listener));
        }
        return made;
    }
    for written in settings.listener.iter() {
        let port = written.port.value.0;
        clients(
            unit,
            environment,
            place,
            group,
            &written.name,
            port,
            written.span,
        );
        let certificate = written.certificate.as_ref().map(|certificate| {
            let arn = unit.lately(&certificate.value, |arn| arn.0.clone());
            Expr::new(arn).at(certificate.span())
        });
        let secure = certificate.is_some();
        let redirect = written.redirect.as_ref().and_then(|redirect| {
            let to = settings.listener.get(&redirect.value.0)?;
            Some(listener::Action::Redirect {
                port: Expr::from(to.port.value.0.to_string()).at(redirect.span()),
                protocol: if to.certificate.is_some() {
                    "HTTPS"
                } else {
                    "HTTP"
                },
            })
        });
        let Some(forward) = target(&written.to.value.0) else {
            continue;
        };
        let forward = listener::Action::Forward(forward.attr(TargetGroup::ARN));
        let listener = Listener {
            balancer: balancer.attr(LoadBalancer::ARN),
            port: Expr::from(i64::from(port)).at(written.port.span()),
            protocol: match (kind, secure) {
                (load_balancer::Kind::Application, true) => listener::Protocol::Https,
                (load_balancer::Kind::Network, true) => listener::Protocol::Tls,
                (kind, false) => plain(kind),
            },
            tls: certificate.map(|certificate| {
                let policy = &written.tls_policy;
                let name = unit.lately(&policy.value, SmolStr::clone);
                listener::Tls {
                    certificate,
                    policy: Expr::new(name).at(policy.span()),
                }
            }),
            action: redirect.unwrap_or(forward),
            tags: unit.tags.clone(),
        };
        let role = format!("listener_{}", written.name);
        let listener = unit.graph.add(&role, written.span, listener);
        made.push(listener);
        let arn = listener.attr(Listener::ARN);
        rules(unit, environment, &arn, written, &target);
    }
    made
}

fn plain(kind: load_balancer::Kind) -> listener::Protocol {
    match kind {
        load_balancer::Kind::Application => listener::Protocol::Http,
        load_balancer::Kind::Network => listener::Protocol::Tcp,
    }
}

/// Lets clients reach a listener: everyone, or the network when the balancer
/// is internal.
fn clients(
    unit: &mut Unit<'_>,
    environment: &Environment,
    place: &Place,
    group: Ref<SecurityGroup>,
    listener: &str,
    port: u16,
    span: Span,
) {
    let internal = environment.settings.load_balancer.scheme.value == Scheme::Internal;
    let range = match (internal, place.cidr) {
        (false, _) => "0.0.0.0/0".to_owned(),
        (true, Some(cidr)) => cidr.to_string(),
        // The addresses of an existing network, and of those it is joined to,
        // are not known here. Nobody else reaches an internal balancer.
        (true, None) => "0.0.0.0/0".to_owned(),
    };
    let rule = SecurityGroupRule {
        group: group.attr(SecurityGroup::ID),
        direction: Direction::Ingress,
        peer: Peer::Cidr(Expr::from(range)),
        protocol: "tcp",
        ports: (port, port),
        description: Expr::from(format!("Clients of listener {listener}")),
        tags: unit.tags.clone(),
    };
    unit.graph
        .add(&format!("load_balancer_ingress_{listener}"), span, rule);
}

/// Requests of a listener that go to other processes.
fn rules(
    unit: &mut Unit<'_>,
    environment: &Environment,
    listener: &Expr<Arn>,
    written: &Named<schema::load_balancer::Listener>,
    target: &impl Fn(&str) -> Option<Ref<TargetGroup>>,
) -> Vec<Ref<ListenerRule>> {
    let mut made = Vec::new();
    for (rule, priority) in environment.rules(written) {
        let Some(process) = target(&rule.to.value.0) else {
            continue;
        };
        let texts = |list: &[(SmolStr, Span)]| {
            list.iter()
                .map(|(text, span)| Expr::from(text.clone()).at(Some(*span)))
                .collect()
        };
        let resource = ListenerRule {
            listener: listener.clone(),
            priority: Expr::from(priority).at(rule.priority.as_ref().and_then(Setting::span)),
            hosts: texts(&rule.host.value),
            paths: texts(&rule.path.value),
            target: process.attr(TargetGroup::ARN),
            tags: unit.tags.clone(),
        };
        let role = format!("listener_rule_{}_{}", written.name, rule.name);
        made.push(unit.graph.add(&role, rule.span, resource));
    }
    made
}

/// The name of its own under which an environment is reached.
fn own_name(unit: &mut Unit<'_>, environment: &Environment) -> Option<Expr<Text>> {
    let name = &environment.settings.dns.as_ref()?.name;
    Some(Expr::new(unit.lately(&name.value, SmolStr::clone)).at(name.span()))
}

/// The record that leads clients to the environment.
pub(super) fn name(unit: &mut Unit<'_>, environment: &Environment, web: &Web) {
    let Some(dns) = &environment.settings.dns else {
        return;
    };
    let origin = dns.span.unwrap_or(environment.span);
    let zone = unit.lately(&dns.zone.value, SmolStr::clone);
    let zone = match &zone {
        // Ids of hosted zones begin with a Z and have no dots.
        Term::Text(text) if !text.starts_with('Z') || text.contains('.') => {
            record_set::Zone::Name(Expr::new(zone).at(dns.zone.span()))
        }
        _ => record_set::Zone::Id(Expr::new(zone).at(dns.zone.span())),
    };
    let target = match (&web.balancer, web.address) {
        (Some(balancer), _) => match &balancer.alias {
            Some((name, zone)) => record_set::Target::Alias {
                name: name.clone(),
                zone: zone.clone(),
            },
            // The checks have said what is missing.
            None => return,
        },
        (None, Some(address)) => record_set::Target::Address(address.attr(ElasticIp::ADDRESS)),
        (None, None) => return,
    };
    let Some(name) = own_name(unit, environment) else {
        return;
    };
    let share = dns.weight.as_ref().map(|weight| record_set::Share {
        id: Expr::from(environment.name.clone()),
        weight: Expr::from(weight.value).at(weight.span()),
    });
    let record = RecordSet {
        zone,
        name,
        target,
        share,
    };
    unit.graph.add("record", origin, record);
}
