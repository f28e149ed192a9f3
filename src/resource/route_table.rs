//! `RouteTable`: where the packets of some subnets go.

use super::expr::{Attribute, Expr, Id, VpcId};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A table without routes. Routes are resources of their own, so that what
    /// needs a way out can wait for it.
    pub struct RouteTable {
        /// The network it is part of.
        pub vpc: Expr<VpcId>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl RouteTable {
    /// `rtb-…`
    pub const ID: Attribute<Self, Id> = Attribute::new("id");
}

impl Kind for RouteTable {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::RouteTable"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { vpc, tags } = self;
        cfn::resource("AWS::EC2::RouteTable")
            .set("VpcId", vpc)
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ID, cfn::get_att("RouteTableId"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { vpc, tags } = self;
        tf::block("aws_route_table")
            .set("vpc_id", vpc)
            .set("tags", tags)
            .gives(Self::ID, "id")
            .into()
    }
}
