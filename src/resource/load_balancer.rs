//! `LoadBalancer`: what clients reach.

use super::expr::{Arn, Attribute, Bool, Expr, GroupId, Id, Int, Name, SubnetId, Text};
use super::{ExprList, Kind as Resource, Tags, Tree, cfn, tf};
use crate::{fields, without_references};

fields! {
    /// What clients reach, in two zones or more.
    pub struct LoadBalancer {
        /// For HTTP or for TCP.
        pub kind: Kind,
        /// Whether it has private addresses only.
        pub internal: bool,
        /// The subnets.
        pub subnets: ExprList<SubnetId>,
        /// The security groups.
        pub security_groups: Vec<Expr<GroupId>>,
        /// How many seconds a connection may be silent; of application
        /// balancers.
        pub idle_timeout: Expr<Int>,
        /// Where requests are logged.
        pub access_logs: Option<AccessLogs>,
        /// Whether it refuses to be deleted.
        pub deletion_protection: Expr<Bool>,
        /// Its tags.
        pub tags: Tags,
    }
}

fields! {
    /// Where requests are logged.
    pub struct AccessLogs {
        /// The bucket.
        pub bucket: Expr<Name>,
        /// The prefix of the logs' names.
        pub prefix: Expr<Text>,
    }
}

/// For HTTP or for TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// HTTP and HTTPS.
    Application,
    /// TCP and TLS.
    Network,
}

without_references!(Kind);

impl LoadBalancer {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
    /// The name under which it is reached.
    pub const DNS_NAME: Attribute<Self, Text> = Attribute::new("dns_name");
    /// The hosted zone of that name, for alias records.
    pub const HOSTED_ZONE: Attribute<Self, Id> = Attribute::new("hosted_zone");
    /// Its name in metrics: `app/name/id`.
    pub const FULL_NAME: Attribute<Self, Name> = Attribute::new("full_name");
}

impl Resource for LoadBalancer {
    fn aws_type(&self) -> &'static str {
        "AWS::ElasticLoadBalancingV2::LoadBalancer"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            kind,
            internal,
            subnets,
            security_groups,
            idle_timeout,
            access_logs,
            deletion_protection,
            tags,
        } = self;
        let mut attributes = vec![attribute(
            "deletion_protection.enabled",
            deletion_protection,
        )];
        match kind {
            Kind::Application => attributes.extend([
                attribute("idle_timeout.timeout_seconds", idle_timeout),
                attribute(
                    "routing.http.drop_invalid_header_fields.enabled",
                    &Expr::<Bool>::from(true),
                ),
                attribute(
                    "routing.http.desync_mitigation_mode",
                    &Expr::<Text>::from("defensive"),
                ),
            ]),
            Kind::Network => attributes.push(attribute(
                "load_balancing.cross_zone.enabled",
                &Expr::<Bool>::from(true),
            )),
        }
        match access_logs {
            Some(AccessLogs { bucket, prefix }) => attributes.extend([
                attribute("access_logs.s3.enabled", &Expr::<Bool>::from(true)),
                attribute("access_logs.s3.bucket", bucket),
                attribute("access_logs.s3.prefix", prefix),
            ]),
            None => attributes.push(attribute(
                "access_logs.s3.enabled",
                &Expr::<Bool>::from(false),
            )),
        }
        cfn::resource("AWS::ElasticLoadBalancingV2::LoadBalancer")
            .set("Type", kind.word())
            .set(
                "Scheme",
                if *internal {
                    "internal"
                } else {
                    "internet-facing"
                },
            )
            .set("IpAddressType", "ipv4")
            .set("Subnets", subnets)
            .set("SecurityGroups", security_groups)
            .set("LoadBalancerAttributes", Tree::List(attributes))
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ARN, cfn::reference())
            .gives(Self::DNS_NAME, cfn::get_att("DNSName"))
            .gives(Self::HOSTED_ZONE, cfn::get_att("CanonicalHostedZoneID"))
            .gives(Self::FULL_NAME, cfn::get_att("LoadBalancerFullName"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            kind,
            internal,
            subnets,
            security_groups,
            idle_timeout,
            access_logs,
            deletion_protection,
            tags,
        } = self;
        let balancer = tf::block("aws_lb")
            .set("load_balancer_type", kind.word())
            .set("internal", *internal)
            .set("ip_address_type", "ipv4")
            .set("subnets", subnets)
            .set("security_groups", security_groups)
            .set("enable_deletion_protection", deletion_protection);
        let balancer = match kind {
            Kind::Application => balancer
                .set("idle_timeout", idle_timeout)
                .set("drop_invalid_header_fields", true)
                .set("desync_mitigation_mode", "defensive"),
            Kind::Network => balancer.set("enable_cross_zone_load_balancing", true),
        };
        let logs = access_logs.as_ref().map(|AccessLogs { bucket, prefix }| {
            let logs = Tree::map().set("enabled", true).set("bucket", bucket);
            Tree::List(vec![logs.set("prefix", prefix)])
        });
        balancer
            .maybe("access_logs", logs)
            .set("tags", tags)
            .gives(Self::ARN, "arn")
            .gives(Self::DNS_NAME, "dns_name")
            .gives(Self::HOSTED_ZONE, "zone_id")
            .gives(Self::FULL_NAME, "arn_suffix")
            .into()
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Network => "network",
        }
    }
}

/// Attributes of balancers are text, whatever they mean.
pub(super) fn attribute<T>(key: &'static str, value: &Expr<T>) -> Tree {
    Tree::map()
        .set("Key", key)
        .set("Value", cfn::as_text(value))
}
