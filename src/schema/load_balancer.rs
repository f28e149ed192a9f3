//! `load_balancer` and `dns`: how requests reach a web environment.

use rustc_hash::FxHashSet;
use sha2::{Digest as _, Sha256};
use smol_str::SmolStr;

use super::Default::{Duration as Time, EmptyList, Int, Text, Word};
use super::{
    ABSENT, Arn, Keyed, Lately, Named, Nested, Port, REQUIRED, Scalar, Setting, Subnets, Type,
    Value, absent, default,
};
use crate::source::Span;
use crate::units::Duration;
use crate::{block, placeless, words};

block! {
    /// What stands between the clients and the instances.
    LoadBalancer "load_balancer" {
        /// What kind of balancer it is. `shared("arn:…")` is an application load
        /// balancer that exists already, on whose listeners the environment puts
        /// rules.
        kind: Setting<Kind> = default(Word("application"))
            .aws("AWS::ElasticLoadBalancingV2::LoadBalancer Type")
            .eb("aws:elasticbeanstalk:environment LoadBalancerType")
            .differs("its API makes a Classic Load Balancer when nobody says otherwise"),
        /// The security groups of a shared balancer: whoever has one of them
        /// reaches the instances on the ports of their processes, and nobody
        /// else does.
        security_groups: Setting<Vec<(Lately<SmolStr>, Span)>> = default(EmptyList)
            .aws("sg-…").eb("aws:elbv2:loadbalancer SecurityGroups")
            .differs("nothing is looked up, and no group is put on a balancer that belongs to somebody else"),
        /// The host name that AWS gave to a shared balancer. The alias record of
        /// `dns` leads there, and `url` where no rule has a host to tell.
        dns_name: Option<Setting<Lately<SmolStr>>> = absent("`url` has the host of the first rule")
            .aws("AWS::ElasticLoadBalancingV2::LoadBalancer DNSName"),
        /// Whether it has public addresses.
        scheme: Setting<Scheme> = default(Word("internet_facing"))
            .aws("AWS::ElasticLoadBalancingV2::LoadBalancer Scheme").eb("aws:ec2:vpc ELBScheme"),
        /// The subnets it is in, two zones or more.
        subnets: Option<Setting<Subnets>> = absent("the network's public subnets, or its private ones when internal")
            .aws("AWS::ElasticLoadBalancingV2::LoadBalancer Subnets").eb("aws:ec2:vpc ELBSubnets"),
        /// How long a connection may be silent.
        idle_timeout: Setting<Duration> = default(Time(Duration::from_secs(60)))
            .between(Duration::from_secs(1), Duration::from_secs(4_000))
            .aws("load balancer attribute idle_timeout.timeout_seconds")
            .eb("aws:elbv2:loadbalancer IdleTimeout"),
        /// How long requests may finish on an instance that leaves.
        drain: Setting<Duration> = default(Time(Duration::from_secs(20)))
            .between(Duration::from_secs(0), Duration::from_hours(1))
            .aws("target group attribute deregistration_delay.timeout_seconds")
            .eb("aws:elasticbeanstalk:environment:process:default DeregistrationDelay"),
        /// A port on which it listens. Without any there is one, `http`, on
        /// port 80. Of a shared balancer, a listener that is there.
        listener: Keyed<Listener> = ABSENT.eb("aws:elbv2:listener"),
        /// A program of the instances that answers requests. There is always
        /// one named `default`, on the platform's port.
        process: Keyed<Process> = ABSENT.eb("aws:elasticbeanstalk:environment:process"),
        /// How it finds out that an instance works.
        health: Nested<Health> = ABSENT,
        /// Whether a client stays with an instance, and for how long.
        sticky: Option<Setting<Duration>> = absent("requests go to any instance")
            .between(Duration::from_secs(1), Duration::from_days(7))
            .aws("target group attribute stickiness.lb_cookie.duration_seconds")
            .eb("aws:elasticbeanstalk:environment:process:default StickinessLBCookieDuration"),
        /// Whether requests are logged to the application's bucket. One that exists
        /// already (`bucket`) has to let the balancer write there, so that nothing is
        /// logged to it unless this says so.
        access_logs: Option<Setting<bool>> =
            absent("`true`; `false` when the application's `bucket` exists already")
            .aws("load balancer attribute access_logs.s3.enabled")
            .eb("aws:elbv2:loadbalancer AccessLogsS3Enabled")
            .differs("what was not logged cannot be looked up afterwards; there, it is off"),
        /// Whether it can only be deleted after this has been set to `false`.
        deletion_protection: Option<Setting<Lately<bool>>> =
            absent("`true` when `protect` names `load_balancer`")
            .aws("load balancer attribute deletion_protection.enabled"),
    }
}

/// Properties that mean something of a shared balancer alone, behind their blocks.
pub const OF_SHARED: [(&str, &str); 3] = [
    ("load_balancer", "security_groups"),
    ("load_balancer", "dns_name"),
    ("listener", "arn"),
];

/// What kind of balancer an environment has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// HTTP and HTTPS.
    Application,
    /// TCP and TLS.
    Network,
    /// None: one instance with an Elastic IP address.
    None,
    /// An application load balancer that exists already.
    Shared(SmolStr),
}

words! {
    /// The kinds that are a bare word.
    KindWord {
        /// Application Load Balancer: HTTP and HTTPS.
        Application = "application",
        /// Network Load Balancer: TCP and TLS.
        Network = "network",
        /// No balancer: one instance with an Elastic IP address.
        None = "none",
    }
}

/// What the ARN of an application load balancer says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalancerArn<'a> {
    /// The region it is in.
    pub region: &'a str,
    /// The account it is in.
    pub account: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its name in metrics: `app/name/id`.
    pub full_name: &'a str,
}

impl<'a> BalancerArn<'a> {
    /// The parts of
    /// `arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID`;
    /// `None` when it is no such ARN.
    #[must_use]
    pub fn parse(arn: &'a str) -> Option<Self> {
        let (region, account, resource) = of_balancing(arn)?;
        let full_name = resource.strip_prefix("loadbalancer/")?;
        let mut words = full_name.split('/');
        let ("app", name, id) = (words.next()?, words.next()?, words.next()?) else {
            return None;
        };
        let is_name = |it: char| it.is_ascii_alphanumeric() || it == '-';
        let is_whole = words.next().is_none()
            && (1..=32).contains(&name.len())
            && name.chars().all(is_name)
            && is_id(id)
            && account.len() == 12
            && account.bytes().all(|it| it.is_ascii_digit());
        is_whole.then_some(Self {
            region,
            account,
            name,
            full_name,
        })
    }

    /// Whether an ARN is that of one of the balancer's listeners.
    #[must_use]
    pub fn has_listener(&self, arn: &str) -> bool {
        let Some((region, account, resource)) = of_balancing(arn) else {
            return false;
        };
        let id = resource
            .strip_prefix("listener/")
            .and_then(|rest| rest.strip_prefix(self.full_name))
            .and_then(|rest| rest.strip_prefix('/'));
        region == self.region && account == self.account && id.is_some_and(is_id)
    }
}

/// Region, account and resource of an ARN of Elastic Load Balancing.
fn of_balancing(arn: &str) -> Option<(&str, &str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "elasticloadbalancing", region, account, resource] => {
            Some((region, account, resource))
        }
        _ => None,
    }
}

/// What AWS puts behind names: `50dc6c495c0c9188`.
fn is_id(text: &str) -> bool {
    let is_digit = |it| matches!(it, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 16 && text.bytes().all(is_digit)
}

placeless!(Kind);

impl Scalar for Kind {
    const TYPE: Type = Type::OneOf(&[KindWord::TYPE, Type::Tagged("shared", &Type::Arn)]);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Tagged(word, argument) if word == "shared" => match &**argument {
                Value::Text(arn) => Some(Self::Shared(arn.clone())),
                _ => None,
            },
            value => KindWord::from_value(value).map(|word| match word {
                KindWord::Application => Self::Application,
                KindWord::Network => Self::Network,
                KindWord::None => Self::None,
            }),
        }
    }
}

words! {
    /// Who can reach a balancer.
    Scheme {
        /// Everyone: it has public addresses.
        InternetFacing = "internet_facing",
        /// The network alone. Of one that exists already and does not say its `cidr`:
        /// whoever has a way there, over peering or a VPN as well.
        Internal = "internal",
    }
}

block! {
    /// A port on which the balancer listens.
    Listener "listener" {
        /// The port.
        port: Setting<Port> = REQUIRED.range(1, 65_535)
            .aws("AWS::ElasticLoadBalancingV2::Listener Port"),
        /// The listener of a shared balancer, which is there already. The
        /// environment puts its rules on it and leaves the rest alone.
        arn: Option<Setting<Lately<Arn>>> = absent("the listener is made here")
            .aws("AWS::ElasticLoadBalancingV2::ListenerRule ListenerArn"),
        /// The certificate; with one it speaks HTTPS.
        certificate: Option<Setting<Lately<Arn>>> = absent("HTTP")
            .aws("AWS::ElasticLoadBalancingV2::Listener Certificates")
            .eb("aws:elbv2:listener:443 SSLCertificateArns"),
        /// The oldest TLS and ciphers it accepts, by the policy's name.
        tls_policy: Setting<Lately<SmolStr>> = default(Text("ELBSecurityPolicy-TLS13-1-2-2021-06"))
            .aws("AWS::ElasticLoadBalancingV2::Listener SslPolicy")
            .eb("aws:elbv2:listener:443 SSLPolicy")
            .differs("TLS 1.2 and 1.3; without a policy AWS still takes TLS 1.0"),
        /// The listener to which every request is sent on.
        redirect: Option<Setting<ListenerName>> = absent("requests go to `to`")
            .differs("there is no option for a redirect there"),
        /// The process that answers what no rule catches.
        to: Setting<ProcessName> = default(Word("default")).eb("aws:elbv2:listener:default DefaultProcess"),
        /// Requests that go elsewhere, by host and path.
        rule: Keyed<Rule> = ABSENT.eb("aws:elbv2:listenerrule"),
    }
}

impl LoadBalancer {
    /// The first host that a rule names whole, without `*`; of listeners on the
    /// port of HTTPS before others.
    #[must_use]
    pub fn first_host(&self) -> Option<&SmolStr> {
        let is_whole = |host: &&SmolStr| !host.contains(['*', '?']);
        let of = |secure: bool| {
            let listeners = self.listener.iter();
            let chosen = listeners.filter(move |it| (it.port.value.0 == 443) == secure);
            let rules = chosen.flat_map(|listener| listener.rule.iter());
            rules.flat_map(|rule| rule.host.value.iter().map(|(host, _)| host))
        };
        of(true).chain(of(false)).find(is_whole)
    }

    /// The listener that people are sent to.
    #[must_use]
    pub fn door(&self) -> Door {
        let doors = self.listener.iter().map(|listener| {
            Door::new(
                i64::from(listener.port.value.0),
                listener.certificate.is_some(),
                listener.arn.is_some(),
            )
        });
        Door::best(doors)
    }
}

/// A port at which an environment answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    is_secure: bool,
    port: i64,
}

impl Door {
    /// The proxy on an instance.
    pub const PLAIN: Self = Self {
        is_secure: false,
        port: 80,
    };

    /// A listener with this port. What somebody else's speaks is not written: it is
    /// told by the port.
    #[must_use]
    pub fn new(port: i64, has_certificate: bool, is_foreign: bool) -> Self {
        Self {
            is_secure: has_certificate || is_foreign && port == 443,
            port,
        }
    }

    /// Of several the one that speaks TLS, then the one whose port goes without
    /// saying.
    #[must_use]
    pub fn best(doors: impl Iterator<Item = Self>) -> Self {
        doors
            .min_by_key(|door| (!door.is_secure, !door.is_usual()))
            .unwrap_or(Self::PLAIN)
    }

    /// What stands in front of the host in a URL, and what behind it.
    #[must_use]
    pub fn around_host(self) -> (String, String) {
        let scheme = if self.is_secure { "https" } else { "http" };
        let port = match self.is_usual() {
            true => String::new(),
            false => format!(":{}", self.port),
        };
        (format!("{scheme}://"), port)
    }

    /// Whether its port goes without saying.
    fn is_usual(self) -> bool {
        self.port == if self.is_secure { 443 } else { 80 }
    }
}

impl Dns {
    /// Whether it is the name of many: `*.example.org`. None of them is the
    /// environment's own.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.name
            .value
            .known()
            .is_some_and(|name| is_wildcard(name))
    }
}

/// Whether a name of the DNS stands for many.
#[must_use]
pub fn is_wildcard(name: &str) -> bool {
    name.starts_with("*.")
}

/// The highest priority that a rule can have.
const LAST_PRIORITY: i64 = 50_000;

/// How many rules without a priority fit behind the first of a shared listener;
/// AWS's own quota for a whole balancer.
const SHARED_RULES: i64 = 100;

impl Listener {
    /// The rules with their priorities: their own, or the next that is free from
    /// `first` on, in the order in which they are written.
    pub fn priorities(&self, first: i64) -> impl Iterator<Item = (&Named<Rule>, i64)> {
        let written = |rule: &Rule| rule.priority.as_ref().map(|priority| priority.value);
        let taken: FxHashSet<i64> = self.rule.iter().filter_map(|rule| written(rule)).collect();
        let mut free = (first..).filter(move |priority| !taken.contains(priority));
        self.rule
            .iter()
            .filter_map(move |rule| Some((rule, written(rule).or_else(|| free.next())?)))
    }
}

/// Where the priorities of an environment's rules begin on a listener that
/// others have rules on as well. The number comes from names alone, so a
/// neighbour that appears or goes moves nobody.
#[must_use]
pub fn first_shared_priority(environment: &str, listener: &str) -> i64 {
    let digest = Sha256::digest(format!("{environment}/{listener}"));
    let number = digest[..4]
        .iter()
        .fold(0, |number, byte| number * 256 + i64::from(*byte));
    1 + number % (LAST_PRIORITY - SHARED_RULES)
}

/// The name of a listener of the same balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerName(pub SmolStr);

placeless!(ListenerName);

impl Scalar for ListenerName {
    const TYPE: Type = Type::Entry("load_balancer.listener");

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Word(name) => Some(Self(name.clone())),
            _ => None,
        }
    }
}

/// The name of a process of the same balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessName(pub SmolStr);

placeless!(ProcessName);

impl Scalar for ProcessName {
    const TYPE: Type = Type::Entry("load_balancer.process");

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Word(name) => Some(Self(name.clone())),
            _ => None,
        }
    }
}

block! {
    /// Requests that go to another process. At least one of `host` and `path`
    /// is set.
    Rule "rule" {
        /// Host names, with `*` for any letters.
        host: Setting<Vec<(SmolStr, Span)>> = default(super::Default::Texts(&[]))
            .eb("aws:elbv2:listenerrule HostHeaders"),
        /// Paths, with `*` for any letters.
        path: Setting<Vec<(SmolStr, Span)>> = default(super::Default::Texts(&[]))
            .eb("aws:elbv2:listenerrule PathPatterns"),
        /// The process they go to.
        to: Setting<ProcessName> = default(Word("default")).eb("aws:elbv2:listenerrule Process"),
        /// Which rule is looked at first: that with the lowest. Rules without one count from 1 in
        /// the order in which they are written, so that one in front of others moves
        /// them, and AWS refuses a number that another rule still has. A rule that goes
        /// between others comes with numbers for all, none of which is taken yet: 10,
        /// 20, 30. One behind the others needs none. On a shared balancer the numbers
        /// without a priority begin at one that comes from the names of the
        /// environment and the listener, so that neighbours seldom meet.
        priority: Option<Setting<i64>> = absent("the order in which rules are written")
            .range(1, LAST_PRIORITY)
            .aws("AWS::ElasticLoadBalancingV2::ListenerRule Priority").eb("aws:elbv2:listenerrule Priority"),
    }
}

block! {
    /// A program of the instances that answers requests.
    Process "process" {
        /// The port on which it listens on the instance. On the proxy's it is only a
        /// way of its own to that, with a health check of its own; any other is told
        /// to the line of the Procfile that has the process's name.
        port: Option<Setting<Port>> = absent("80: the proxy").range(1, 65_535)
            .eb("aws:elasticbeanstalk:environment:process Port"),
        /// How the balancer finds out that it works.
        health: Nested<Health> = ABSENT,
    }
}

block! {
    /// How a balancer finds out that an instance works. A process's block says
    /// what differs from the balancer's.
    Health "health" {
        /// How it asks. `tcp` is content with a connection, which programs need that
        /// do not speak HTTP; only with a network load balancer.
        protocol: Setting<HealthProtocol> = default(Word("http"))
            .aws("AWS::ElasticLoadBalancingV2::TargetGroup HealthCheckProtocol")
            .eb("aws:elasticbeanstalk:environment:process:default Protocol"),
        /// The path that is asked for.
        path: Setting<SmolStr> = default(Text("/"))
            .aws("AWS::ElasticLoadBalancingV2::TargetGroup HealthCheckPath")
            .eb("aws:elasticbeanstalk:environment:process:default HealthCheckPath"),
        /// The time between two checks.
        interval: Setting<Duration> = default(Time(Duration::from_secs(15)))
            .between(Duration::from_secs(5), Duration::from_secs(300))
            .aws("AWS::ElasticLoadBalancingV2::TargetGroup HealthCheckIntervalSeconds")
            .eb("aws:elasticbeanstalk:environment:process:default HealthCheckInterval"),
        /// How long one check may take.
        timeout: Setting<Duration> = default(Time(Duration::from_secs(5)))
            .between(Duration::from_secs(2), Duration::from_secs(120))
            .aws("AWS::ElasticLoadBalancingV2::TargetGroup HealthCheckTimeoutSeconds")
            .eb("aws:elasticbeanstalk:environment:process:default HealthCheckTimeout"),
        /// How many good checks in a row make it healthy.
        healthy_after: Setting<i64> = default(Int(3)).range(2, 10)
            .aws("AWS::ElasticLoadBalancingV2::TargetGroup HealthyThresholdCount")
            .eb("aws:elasticbeanstalk:environment:process:default HealthyThresholdCount"),
        /// How many bad checks in a row make it unhealthy.
        unhealthy_after: Setting<i64> = default(Int(5)).range(2, 10)
            .aws("AWS::ElasticLoadBalancingV2::TargetGroup UnhealthyThresholdCount")
            .eb("aws:elasticbeanstalk:environment:process:default UnhealthyThresholdCount"),
        /// The statuses that are good: `"200"`, `"200-299,301"`.
        codes: Setting<SmolStr> = default(Text("200"))
            .aws("AWS::ElasticLoadBalancingV2::TargetGroup Matcher.HttpCode")
            .eb("aws:elasticbeanstalk:environment:process:default MatcherHTTPCode"),
    }
}

/// Whether 200 is among statuses as [`Health`] has them: `200-299,301`.
#[must_use]
pub fn has_ok(codes: &str) -> bool {
    codes.split(',').any(|part| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let is_in = |first: u16, last: u16| (first..=last).contains(&200);
        matches!((first.parse(), last.parse()), (Ok(first), Ok(last)) if is_in(first, last))
    })
}

words! {
    /// How a balancer asks whether an instance works.
    HealthProtocol {
        /// A request for a path, with an answer that is good.
        Http = "http",
        /// A connection.
        Tcp = "tcp",
    }
}

block! {
    /// The name under which the environment is reached: an alias record.
    Dns "dns" {
        /// The full name.
        name: Setting<Lately<SmolStr>> = REQUIRED.aws("AWS::Route53::RecordSet Name"),
        /// The hosted zone, by name or by id.
        zone: Setting<Lately<SmolStr>> = REQUIRED.aws("AWS::Route53::RecordSet HostedZoneId"),
        /// Its share of the requests when several environments have the name:
        /// this by the sum of all. 0 is none. `beanc swap` exchanges it.
        weight: Option<Setting<i64>> = absent("the name is this environment's alone")
            .range(0, 255)
            .aws("AWS::Route53::RecordSet Weight, SetIdentifier")
            .eb("SwapEnvironmentCNAMEs"),
    }
}
