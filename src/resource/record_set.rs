//! `RecordSet`: a name that leads to an environment.

use super::expr::{Expr, Id, Int, Text};
use super::{Kind, References, Term, Tree, cfn, tf};
use crate::fields;

fields! {
    /// A name that leads to an environment.
    pub struct RecordSet {
        /// The hosted zone.
        pub zone: Zone,
        /// The full name.
        pub name: Expr<Text>,
        /// Where it leads.
        pub target: Target,
        /// Its share, where the name leads to several.
        pub share: Option<Share>,
    }
}

/// The share of one of several records of a name.
#[derive(Debug, Clone)]
pub struct Share {
    /// What tells it from the others.
    pub id: Expr<Text>,
    /// Its part of the sum of all weights, 0 to 255.
    pub weight: Expr<Int>,
}

impl References for Share {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        self.id.references(visit);
        self.weight.references(visit);
    }
}

/// A hosted zone.
#[derive(Debug, Clone)]
pub enum Zone {
    /// By its id.
    Id(Expr<Id>),
    /// By its name, without the dot at the end.
    Name(Expr<Text>),
}

/// Where a name leads.
#[derive(Debug, Clone)]
pub enum Target {
    /// To a balancer.
    Alias {
        /// The balancer's name.
        name: Expr<Text>,
        /// The hosted zone of that name.
        zone: Expr<Id>,
    },
    /// To an address.
    Address(Expr<Text>),
}

impl References for Zone {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Id(id) => id.references(visit),
            Self::Name(name) => name.references(visit),
        }
    }
}

impl References for Target {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Alias { name, zone } => {
                name.references(visit);
                zone.references(visit);
            }
            Self::Address(address) => address.references(visit),
        }
    }
}

/// How long resolvers may remember an address, in seconds.
const TTL: i64 = 60;

impl Kind for RecordSet {
    fn aws_type(&self) -> &'static str {
        "AWS::Route53::RecordSet"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            zone,
            name,
            target,
            share,
        } = self;
        let record = cfn::resource("AWS::Route53::RecordSet");
        let record = match zone {
            Zone::Id(id) => record.set("HostedZoneId", id),
            Zone::Name(name) => {
                let dotted = Term::join([name.term.clone(), ".".into()]);
                record.set("HostedZoneName", Tree::Leaf(dotted, name.span))
            }
        };
        let record = record.set("Name", name).set("Type", "A");
        let record = match share {
            Some(Share { id, weight }) => record.set("SetIdentifier", id).set("Weight", weight),
            None => record,
        };
        match target {
            Target::Alias { name, zone } => record.set(
                "AliasTarget",
                Tree::map()
                    .set("DNSName", name)
                    .set("HostedZoneId", zone)
                    .set("EvaluateTargetHealth", true),
            ),
            Target::Address(address) => record
                .set("TTL", TTL.to_string())
                .set("ResourceRecords", Tree::list([address])),
        }
        .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            zone,
            name,
            target,
            share,
        } = self;
        let record = tf::block("aws_route53_record");
        let (record, looked_up) = match zone {
            Zone::Id(id) => (record.set("zone_id", id), None),
            Zone::Name(name) => {
                let zone = tf::data("aws_route53_zone").set("name", name);
                (record.set("zone_id", tf::sibling(1, "zone_id")), Some(zone))
            }
        };
        let record = record.set("name", name).set("type", "A");
        let record = match share {
            Some(Share { id, weight }) => record.set("set_identifier", id).set(
                "weighted_routing_policy",
                Tree::List(vec![Tree::map().set("weight", weight)]),
            ),
            None => record,
        };
        let record = match target {
            Target::Alias { name, zone } => record.set(
                "alias",
                Tree::List(vec![
                    Tree::map()
                        .set("name", name)
                        .set("zone_id", zone)
                        .set("evaluate_target_health", true),
                ]),
            ),
            Target::Address(address) => {
                record.set("ttl", TTL).set("records", Tree::list([address]))
            }
        };
        let pieces = tf::Pieces::from(record);
        match looked_up {
            Some(zone) => pieces.and(zone),
            None => pieces,
        }
    }
}
