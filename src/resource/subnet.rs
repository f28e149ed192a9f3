//! `Subnet`: the addresses of a network in one zone.

use super::expr::{Attribute, Cidr, Expr, Name, SubnetId, VpcId};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A range of a network's addresses in one availability zone.
    pub struct Subnet {
        /// The network it is part of.
        pub vpc: Expr<VpcId>,
        /// Its addresses.
        pub cidr: Expr<Cidr>,
        /// The zone's name.
        pub zone: Expr<Name>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl Subnet {
    /// `subnet-…`
    pub const ID: Attribute<Self, SubnetId> = Attribute::new("id");
}

impl Kind for Subnet {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::Subnet"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            vpc,
            cidr,
            zone,
            tags,
        } = self;
        cfn::resource("AWS::EC2::Subnet")
            .set("VpcId", vpc)
            .set("CidrBlock", cidr)
            .set("AvailabilityZone", zone)
            .set("MapPublicIpOnLaunch", false)
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ID, cfn::get_att("SubnetId"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            vpc,
            cidr,
            zone,
            tags,
        } = self;
        tf::block("aws_subnet")
            .set("vpc_id", vpc)
            .set("cidr_block", cidr)
            .set("availability_zone", zone)
            .set("map_public_ip_on_launch", false)
            .set("tags", tags)
            .gives(Self::ID, "id")
            .into()
    }
}
