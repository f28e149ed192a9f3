//! `Vpc`: a private network.

use super::expr::{Attribute, Cidr, Expr, VpcId};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A network of its own, with names for its addresses.
    pub struct Vpc {
        /// Its addresses.
        pub cidr: Expr<Cidr>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl Vpc {
    /// `vpc-…`
    pub const ID: Attribute<Self, VpcId> = Attribute::new("id");
}

impl Kind for Vpc {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::VPC"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { cidr, tags } = self;
        cfn::resource("AWS::EC2::VPC")
            .set("CidrBlock", cidr)
            .set("EnableDnsSupport", true)
            .set("EnableDnsHostnames", true)
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ID, cfn::get_att("VpcId"))
            .into()
    }

    /// The group that every VPC has lets all in from its own members; it is
    /// emptied, so that forgetting a group means no access. CloudFormation has
    /// no way to say so.
    fn terraform(&self) -> tf::Pieces {
        let Self { cidr, tags } = self;
        let vpc = tf::block("aws_vpc")
            .set("cidr_block", cidr)
            .set("enable_dns_support", true)
            .set("enable_dns_hostnames", true)
            .set("tags", tags)
            .gives(Self::ID, "id");
        let default_group = tf::block("aws_default_security_group")
            .set("vpc_id", tf::sibling(0, "id"))
            .set("tags", tags);
        tf::Pieces::from(vpc).and(default_group)
    }
}
