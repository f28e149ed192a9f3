//! `Topic`: messages to people and programs.

use super::expr::{Arn, Attribute, Expr};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// Messages to people and programs, encrypted with a key that its senders
    /// may use: alarms cannot send through the key that AWS keeps for topics.
    pub struct Topic {
        /// The key.
        pub key: Expr<Arn>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl Topic {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

impl Kind for Topic {
    fn aws_type(&self) -> &'static str {
        "AWS::SNS::Topic"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { key, tags } = self;
        cfn::resource("AWS::SNS::Topic")
            .set("KmsMasterKeyId", key)
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ARN, cfn::reference())
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { key, tags } = self;
        tf::block("aws_sns_topic")
            .set("name_prefix", tf::own_label(100))
            .set("kms_master_key_id", key)
            .set("tags", tags)
            .gives(Self::ARN, "arn")
            .into()
    }
}
