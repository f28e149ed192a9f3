//! `NatGateway`: the way of private subnets to the internet.

use super::expr::{Attribute, Expr, Id, SubnetId};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A gateway through which private subnets reach the internet and are not
    /// reached. Costs by the hour and by traffic.
    pub struct NatGateway {
        /// The public subnet it stands in.
        pub subnet: Expr<SubnetId>,
        /// Its address.
        pub allocation: Expr<Id>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl NatGateway {
    /// `nat-…`
    pub const ID: Attribute<Self, Id> = Attribute::new("id");
}

impl Kind for NatGateway {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::NatGateway"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            subnet,
            allocation,
            tags,
        } = self;
        cfn::resource("AWS::EC2::NatGateway")
            .set("SubnetId", subnet)
            .set("AllocationId", allocation)
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ID, cfn::get_att("NatGatewayId"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            subnet,
            allocation,
            tags,
        } = self;
        tf::block("aws_nat_gateway")
            .set("subnet_id", subnet)
            .set("allocation_id", allocation)
            .set("tags", tags)
            .gives(Self::ID, "id")
            .into()
    }
}
