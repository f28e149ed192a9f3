//! `load_balancer` and `dns`: how requests reach a web environment.

use smol_str::SmolStr;

use super::Default::{Bool, Duration as Time, Int, Text, Word};
use super::{
    ABSENT, Arn, Keyed, Lately, Nested, Port, REQUIRED, Scalar, Setting, Subnets, Type, Value,
    absent, default,
};
use crate::source::Span;
use crate::units::Duration;
use crate::{block, words};

block! {
    /// What stands between the clients and the instances.
    LoadBalancer "load_balancer" {
        /// What kind of balancer it is.
        kind: Setting<Kind> = default(Word("application"))
            .aws("AWS::ElasticLoadBalancingV2::LoadBalancer Type")
            .eb("aws:elasticbeanstalk:environment LoadBalancerType")
            .differs("its API makes a Classic Load Balancer when nobody says otherwise"),
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
        /// port 80.
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
        /// Whether requests are logged to the application's bucket.
        access_logs: Setting<bool> = default(Bool(true))
            .aws("load balancer attribute access_logs.s3.enabled")
            .eb("aws:elbv2:loadbalancer AccessLogsS3Enabled")
            .differs("what was not logged cannot be looked up afterwards; there, it is off"),
        /// Whether it can only be deleted after this has been set to `false`.
        deletion_protection: Option<Setting<bool>> =
            absent("`true` when `protect` names `load_balancer`")
            .aws("load balancer attribute deletion_protection.enabled"),
    }
}

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
        /// The network alone.
        Internal = "internal",
    }
}

block! {
    /// A port on which the balancer listens.
    Listener "listener" {
        /// The port.
        port: Setting<Port> = REQUIRED.range(1, 65_535)
            .aws("AWS::ElasticLoadBalancingV2::Listener Port"),
        /// The certificate; with one it speaks HTTPS.
        certificate: Option<Setting<Lately<Arn>>> = absent("HTTP")
            .aws("AWS::ElasticLoadBalancingV2::Listener Certificates")
            .eb("aws:elbv2:listener:443 SSLCertificateArns"),
        /// The oldest TLS and ciphers it accepts, by the policy's name.
        tls_policy: Setting<SmolStr> = default(Text("ELBSecurityPolicy-TLS13-1-2-2021-06"))
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

/// The name of a listener of the same balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerName(pub SmolStr);

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
        /// Which rule is looked at first.
        priority: Option<Setting<i64>> = absent("the order in which rules are written")
            .range(1, 50_000)
            .aws("AWS::ElasticLoadBalancingV2::ListenerRule Priority").eb("aws:elbv2:listenerrule Priority"),
    }
}

block! {
    /// A program of the instances that answers requests.
    Process "process" {
        /// The port on which it listens on the instance.
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

block! {
    /// The name under which the environment is reached: an alias record.
    Dns "dns" {
        /// The full name.
        name: Setting<SmolStr> = REQUIRED.aws("AWS::Route53::RecordSet Name"),
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
