//! `ElasticIp`: a public address that stays.

use super::expr::{Attribute, Id, Text};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A public address that stays the same whatever uses it.
    pub struct ElasticIp {
        /// Its tags.
        pub tags: Tags,
    }
}

impl ElasticIp {
    /// `eipalloc-…`
    pub const ALLOCATION_ID: Attribute<Self, Id> = Attribute::new("allocation_id");
    /// The address itself.
    pub const ADDRESS: Attribute<Self, Text> = Attribute::new("address");
}

impl Kind for ElasticIp {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::EIP"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { tags } = self;
        cfn::resource("AWS::EC2::EIP")
            .set("Domain", "vpc")
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ALLOCATION_ID, cfn::get_att("AllocationId"))
            .gives(Self::ADDRESS, cfn::get_att("PublicIp"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { tags } = self;
        tf::block("aws_eip")
            .set("domain", "vpc")
            .set("tags", tags)
            .gives(Self::ALLOCATION_ID, "allocation_id")
            .gives(Self::ADDRESS, "public_ip")
            .into()
    }
}
