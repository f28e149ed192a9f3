//! `SecurityGroup`: who may talk to a set of instances or a load balancer.

use super::expr::{Attribute, Expr, GroupId, Text, VpcId};
use super::tree::Tree;
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A security group without rules. Rules are resources of their own, so
    /// that two groups may name each other without a cycle.
    pub struct SecurityGroup {
        /// Shown in the console; AWS refuses to change it in place.
        pub description: Expr<Text>,
        /// The network it is in.
        pub vpc: Expr<VpcId>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl SecurityGroup {
    /// `sg-…`
    pub const ID: Attribute<Self, GroupId> = Attribute::new("id");
}

impl Kind for SecurityGroup {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::SecurityGroup"
    }

    /// EC2 gives a new group a rule that lets everything out. Terraform takes
    /// it away; CloudFormation does so only for a group that has an egress rule
    /// itself, hence one that reaches nobody.
    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            vpc,
            tags,
        } = self;
        cfn::resource("AWS::EC2::SecurityGroup")
            .set("GroupDescription", description)
            .set("VpcId", vpc)
            .set("SecurityGroupEgress", Tree::List(vec![to_nobody()]))
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ID, cfn::get_att("GroupId"))
            .into()
    }

    /// `name_prefix` and `create_before_destroy`: a changed description
    /// replaces the group, and the old one is in use until the end.
    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            vpc,
            tags,
        } = self;
        tf::block("aws_security_group")
            .set("name_prefix", tf::own_label(200))
            .set("description", description)
            .set("vpc_id", vpc)
            .set("tags", tags)
            .create_before_destroy()
            .gives(Self::ID, "id")
            .into()
    }
}

fn to_nobody() -> Tree {
    Tree::map()
        .set(
            "Description",
            "Reaches nobody, so that nothing is let out by default",
        )
        .set("IpProtocol", "tcp")
        .set("FromPort", 1)
        .set("ToPort", 1)
        .set("CidrIp", "255.255.255.255/32")
}
