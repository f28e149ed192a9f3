//! `network`: a VPC and its subnets, made here or existing.

use smol_str::SmolStr;

use super::Default::{Bool, Int, Word};
use super::{ABSENT, Keyed, Lately, Map, REQUIRED, Setting, absent, default};
use crate::source::Span;
use crate::units::{Cidr, Prefix};
use crate::{block, words};

block! {
    /// A VPC with subnets, routes, gateways and flow logs.
    Network "network" {
        /// The addresses of the network, `/16` to `/28`.
        cidr: Setting<Cidr> = REQUIRED.aws("AWS::EC2::VPC CidrBlock").eb("aws:ec2:vpc VPCId"),
        /// In how many availability zones each group of subnets has one. Another number
        /// moves the subnets of all groups but the first, and of each whose `cidr` is
        /// split anew (not from 3 to 4). Subnets that move are replaced, which fails
        /// while something is in them.
        zones: Setting<i64> = default(Int(2)).range(1, 6).aws("AWS::EC2::Subnet AvailabilityZone"),
        /// A group of subnets of one kind, one in each zone. One that is added behind
        /// the others leaves their addresses alone; one that is written in front of
        /// others, or changes its size there, moves those of the groups behind it. A
        /// group without `size` and `cidr` gets a share that depends on how many there
        /// are.
        subnets: Keyed<SubnetGroup> = ABSENT.aws("AWS::EC2::Subnet"),
        /// Whether accepted and rejected connections are logged.
        flow_logs: Setting<bool> = default(Bool(true)).aws("AWS::EC2::FlowLog"),
        /// Where the stack is deployed.
        target: super::Nested<super::target::Target> = ABSENT,
        /// Tags of every resource of the stack.
        tags: Map<Lately<SmolStr>> = ABSENT,
    }
}

block! {
    /// A group of subnets of one kind, one in each zone.
    SubnetGroup "subnets" {
        /// How large each subnet is, `/16` to `/28`. Subnets are placed one
        /// behind the other in the order in which they are written.
        size: Option<Setting<Prefix>> = absent("`cidr` says the range, or a share of the network"),
        /// The range that the group's subnets share.
        cidr: Option<Setting<Cidr>> = absent("placed behind the groups written before"),
        /// How the subnets reach the internet.
        internet: Setting<Internet> = default(Word("none")).eb("aws:ec2:vpc AssociatePublicIpAddress"),
        /// How many NAT gateways there are, with `internet = nat`.
        nat: Setting<Nat> = default(Word("one")).aws("AWS::EC2::NatGateway"),
    }
}

words! {
    /// How a subnet reaches the internet.
    Internet {
        /// Through an internet gateway; instances may have public addresses.
        Direct = "direct",
        /// Outwards only, through a NAT gateway.
        Nat = "nat",
        /// Not at all.
        None = "none",
    }
}

words! {
    /// How many NAT gateways serve a group of subnets.
    Nat {
        /// One for all zones: cheaper, and without it no zone gets out.
        One = "one",
        /// One in each zone.
        OnePerZone = "one_per_zone",
    }
}

block! {
    /// A network that is there already.
    ExistingNetwork "existing network" {
        /// The VPC's id; may be an input.
        vpc: Setting<Lately<SmolStr>> = REQUIRED.aws("vpc-…").eb("aws:ec2:vpc VPCId"),
        /// Its addresses: with them internal load balancers answer these alone. A
        /// network with several ranges, or whose balancers others reach as well, leaves
        /// it out.
        cidr: Option<Setting<Cidr>> =
            absent("internal load balancers answer whoever has a way there"),
        /// A group of subnets.
        subnets: Keyed<ExistingSubnets> = ABSENT,
    }
}

block! {
    /// A group of existing subnets.
    ExistingSubnets "subnets" {
        /// The subnets' ids, each in a zone of its own; may be inputs, or one
        /// input that is a list.
        ids: Setting<Lately<Vec<(Lately<SmolStr>, Span)>>> = REQUIRED.aws("subnet-…")
            .eb("aws:ec2:vpc Subnets"),
    }
}
