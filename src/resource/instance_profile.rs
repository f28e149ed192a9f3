//! `InstanceProfile`: how an instance gets its role.

use super::expr::{Arn, Attribute, Expr, Name};
use super::{Kind, Tree, cfn, tf};
use crate::fields;

fields! {
    /// How an instance gets its role.
    pub struct InstanceProfile {
        /// The role.
        pub role: Expr<Name>,
    }
}

impl InstanceProfile {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
    /// Its name.
    pub const NAME: Attribute<Self, Name> = Attribute::new("name");
}

impl Kind for InstanceProfile {
    fn aws_type(&self) -> &'static str {
        "AWS::IAM::InstanceProfile"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { role } = self;
        cfn::resource("AWS::IAM::InstanceProfile")
            .set("Roles", Tree::list([role]))
            .gives(Self::ARN, cfn::get_att("Arn"))
            .gives(Self::NAME, cfn::reference())
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { role } = self;
        tf::block("aws_iam_instance_profile")
            .set("name_prefix", tf::own_label(102))
            .set("role", role)
            .gives(Self::ARN, "arn")
            .gives(Self::NAME, "name")
            .into()
    }
}
