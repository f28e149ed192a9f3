//! `TargetGroup`: the instances behind a balancer, on one port.

use super::expr::{Arn, Attribute, Bool, Expr, Int, Name, Text, VpcId};
use super::load_balancer::attribute;
use super::{Kind, Tags, Tree, cfn, tf};
use crate::{fields, without_references};

fields! {
    /// The instances behind a balancer, on one port, and how it finds out that
    /// they work.
    pub struct TargetGroup {
        /// The network.
        pub vpc: Expr<VpcId>,
        /// What they speak.
        pub protocol: Protocol,
        /// Their port.
        pub port: Expr<Int>,
        /// How it finds out that they work.
        pub health: HealthCheck,
        /// How many seconds requests may finish on an instance that leaves.
        pub drain: Expr<Int>,
        /// How many seconds a client stays with an instance.
        pub sticky: Option<Expr<Int>>,
        /// Its tags.
        pub tags: Tags,
    }
}

fields! {
    /// How a balancer finds out that an instance works.
    pub struct HealthCheck {
        /// What is asked by HTTP, whatever the group speaks; none where a connection
        /// is enough.
        pub http: Option<Request>,
        /// Seconds between two checks.
        pub interval: Expr<Int>,
        /// Seconds that a check may take.
        pub timeout: Expr<Int>,
        /// Good checks in a row.
        pub healthy_after: Expr<Int>,
        /// Bad checks in a row.
        pub unhealthy_after: Expr<Int>,
    }
}

fields! {
    /// What a check asks by HTTP.
    pub struct Request {
        /// The path.
        pub path: Expr<Text>,
        /// Good statuses.
        pub codes: Expr<Text>,
    }
}

impl HealthCheck {
    fn protocol(&self) -> &'static str {
        match self.http {
            Some(_) => "HTTP",
            None => "TCP",
        }
    }
}

/// What the targets of a group speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP, behind an application balancer.
    Http,
    /// TCP, behind a network balancer.
    Tcp,
}

without_references!(Protocol);

impl Protocol {
    fn word(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Tcp => "TCP",
        }
    }

    /// How clients are recognised.
    fn stickiness(self) -> &'static str {
        match self {
            Self::Http => "lb_cookie",
            Self::Tcp => "source_ip",
        }
    }
}

impl TargetGroup {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
    /// Its name in metrics: `targetgroup/name/id`.
    pub const FULL_NAME: Attribute<Self, Name> = Attribute::new("full_name");
}

impl Kind for TargetGroup {
    fn aws_type(&self) -> &'static str {
        "AWS::ElasticLoadBalancingV2::TargetGroup"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            vpc,
            protocol,
            port,
            health,
            drain,
            sticky,
            tags,
        } = self;
        let HealthCheck {
            http,
            interval,
            timeout,
            healthy_after,
            unhealthy_after,
        } = health;
        let (path, codes) = http
            .as_ref()
            .map(|Request { path, codes }| (path, codes))
            .unzip();
        let mut attributes = vec![
            attribute("deregistration_delay.timeout_seconds", drain),
            attribute("stickiness.enabled", &Expr::<Bool>::from(sticky.is_some())),
        ];
        if let Some(seconds) = sticky {
            let ty = Expr::<Text>::from(protocol.stickiness());
            attributes.push(attribute("stickiness.type", &ty));
            if *protocol == Protocol::Http {
                attributes.push(attribute("stickiness.lb_cookie.duration_seconds", seconds));
            }
        }
        cfn::resource("AWS::ElasticLoadBalancingV2::TargetGroup")
            .set("TargetType", "instance")
            .set("Protocol", protocol.word())
            .set("Port", port)
            .set("VpcId", vpc)
            .set("HealthCheckEnabled", true)
            .set("HealthCheckProtocol", health.protocol())
            .set("HealthCheckPort", "traffic-port")
            .maybe("HealthCheckPath", path)
            .set("HealthCheckIntervalSeconds", interval)
            .set("HealthCheckTimeoutSeconds", timeout)
            .set("HealthyThresholdCount", healthy_after)
            .set("UnhealthyThresholdCount", unhealthy_after)
            .maybe("Matcher", codes.map(|it| Tree::map().set("HttpCode", it)))
            .set("TargetGroupAttributes", Tree::List(attributes))
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ARN, cfn::reference())
            .gives(Self::FULL_NAME, cfn::get_att("TargetGroupFullName"))
            .into()
    }

    /// A listener holds on to its group until it has another.
    fn terraform(&self) -> tf::Pieces {
        let Self {
            vpc,
            protocol,
            port,
            health,
            drain,
            sticky,
            tags,
        } = self;
        let HealthCheck {
            http,
            interval,
            timeout,
            healthy_after,
            unhealthy_after,
        } = health;
        let (path, codes) = http
            .as_ref()
            .map(|Request { path, codes }| (path, codes))
            .unzip();
        let check = Tree::map()
            .set("enabled", true)
            .set("protocol", health.protocol())
            .set("port", "traffic-port")
            .maybe("path", path)
            .set("interval", interval)
            .set("timeout", timeout)
            .set("healthy_threshold", healthy_after)
            .set("unhealthy_threshold", unhealthy_after)
            .maybe("matcher", codes);
        let stickiness = Tree::map()
            .set("enabled", sticky.is_some())
            .set("type", protocol.stickiness());
        let stickiness = match (sticky, protocol) {
            (Some(seconds), Protocol::Http) => stickiness.set("cookie_duration", seconds),
            (Some(_), Protocol::Tcp) | (None, _) => stickiness,
        };
        tf::block("aws_lb_target_group")
            .set("target_type", "instance")
            .set("protocol", protocol.word())
            .set("port", port)
            .set("vpc_id", vpc)
            .set("health_check", Tree::List(vec![check]))
            .set("deregistration_delay", drain)
            .set("stickiness", Tree::List(vec![stickiness]))
            .set("tags", tags)
            .create_before_destroy()
            .gives(Self::ARN, "arn")
            .gives(Self::FULL_NAME, "arn_suffix")
            .into()
    }
}
