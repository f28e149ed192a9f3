//! `SecurityGroupRule`: one thing that a security group lets through.

use super::expr::{Cidr, Expr, GroupId, Text};
use super::{Kind, References, Tags, Term, cfn, tf};
use crate::{fields, without_references};

fields! {
    /// One thing that a security group lets through.
    pub struct SecurityGroupRule {
        /// The group.
        pub group: Expr<GroupId>,
        /// In or out.
        pub direction: Direction,
        /// Who is on the other side.
        pub peer: Peer,
        /// `tcp` or `udp`, in lower case as AWS gives it back.
        pub protocol: &'static str,
        /// First and last port.
        pub ports: (u16, u16),
        /// Why it is there.
        pub description: Expr<Text>,
        /// Its tags; CloudFormation's rules have none.
        pub tags: Tags,
    }
}

/// Which way connections are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the other side.
    Ingress,
    /// To the other side.
    Egress,
}

without_references!(Direction);

/// Who is on the other side.
#[derive(Debug, Clone)]
pub enum Peer {
    /// A range of addresses.
    Cidr(Expr<Cidr>),
    /// Members of a security group.
    Group(Expr<GroupId>),
}

impl References for Peer {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Cidr(cidr) => cidr.references(visit),
            Self::Group(group) => group.references(visit),
        }
    }
}

impl Kind for SecurityGroupRule {
    fn aws_type(&self) -> &'static str {
        match self.direction {
            Direction::Ingress => "AWS::EC2::SecurityGroupIngress",
            Direction::Egress => "AWS::EC2::SecurityGroupEgress",
        }
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            group,
            direction,
            peer,
            protocol,
            ports,
            description,
            tags: _,
        } = self;
        let (first, last) = ports;
        let rule = cfn::resource(self.aws_type())
            .set("GroupId", group)
            .set("IpProtocol", *protocol)
            .set("FromPort", i64::from(*first))
            .set("ToPort", i64::from(*last));
        match (peer, direction) {
            (Peer::Cidr(cidr), _) => rule.set("CidrIp", cidr),
            (Peer::Group(peer), Direction::Ingress) => rule.set("SourceSecurityGroupId", peer),
            (Peer::Group(peer), Direction::Egress) => rule.set("DestinationSecurityGroupId", peer),
        }
        .set("Description", description)
        .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            group,
            direction,
            peer,
            protocol,
            ports,
            description,
            tags,
        } = self;
        let (first, last) = ports;
        let rule = tf::block(match direction {
            Direction::Ingress => "aws_vpc_security_group_ingress_rule",
            Direction::Egress => "aws_vpc_security_group_egress_rule",
        })
        .set("security_group_id", group)
        .set("ip_protocol", *protocol)
        .set("from_port", i64::from(*first))
        .set("to_port", i64::from(*last));
        match peer {
            Peer::Cidr(cidr) => rule.set("cidr_ipv4", cidr),
            Peer::Group(peer) => rule.set("referenced_security_group_id", peer),
        }
        .set("description", description)
        .set("tags", tags)
        .into()
    }
}
