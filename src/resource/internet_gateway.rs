//! `InternetGateway`: the door of a network to the internet.

use super::expr::{Attribute, Expr, Id, VpcId};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A gateway and its attachment to a network.
    pub struct InternetGateway {
        /// The network it is attached to.
        pub vpc: Expr<VpcId>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl InternetGateway {
    /// `igw-…`
    pub const ID: Attribute<Self, Id> = Attribute::new("id");
}

impl Kind for InternetGateway {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::InternetGateway"
    }

    /// A route through a gateway that is not attached yet is refused, hence
    /// `awaited`.
    fn cloudformation(&self) -> cfn::Pieces {
        let Self { vpc, tags } = self;
        let gateway = cfn::resource("AWS::EC2::InternetGateway")
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ID, cfn::get_att("InternetGatewayId"));
        let attachment = cfn::resource("AWS::EC2::VPCGatewayAttachment")
            .suffix("Attachment")
            .awaited()
            .set("InternetGatewayId", cfn::sibling(0, "InternetGatewayId"))
            .set("VpcId", vpc);
        cfn::Pieces::from(gateway).and(attachment)
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { vpc, tags } = self;
        tf::block("aws_internet_gateway")
            .set("vpc_id", vpc)
            .set("tags", tags)
            .gives(Self::ID, "id")
            .into()
    }
}
