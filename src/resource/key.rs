//! `Key`: what data is encrypted with.

use super::expr::{Arn, Attribute, Expr, Text};
use super::policy::{self, Statement};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A key of one's own, turned over every year. Costs by the month.
    pub struct Key {
        /// What it is for.
        pub description: Expr<Text>,
        /// Who may use it; a key's own policy is the only one that counts.
        pub statements: Vec<Statement>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl Key {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

/// How long a deleted key can be had back, in days: the longest that AWS has.
const PENDING_DAYS: i64 = 30;

impl Kind for Key {
    fn aws_type(&self) -> &'static str {
        "AWS::KMS::Key"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            statements,
            tags,
        } = self;
        cfn::resource("AWS::KMS::Key")
            .set("Description", description)
            .set("EnableKeyRotation", true)
            .set("PendingWindowInDays", PENDING_DAYS)
            .set("KeyPolicy", policy::document(statements))
            .set("Tags", cfn::tag_list(tags))
            .stateful()
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            statements,
            tags,
        } = self;
        tf::block("aws_kms_key")
            .set("description", description)
            .set("enable_key_rotation", true)
            .set("deletion_window_in_days", PENDING_DAYS)
            .set("policy", policy::document(statements))
            .set("tags", tags)
            .gives(Self::ARN, "arn")
            .into()
    }
}
