//! `EcsCluster`: instances that run tasks of containers.

use super::expr::{Arn, Attribute, Name};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// Instances that run tasks of containers, with metrics of each container.
    pub struct EcsCluster {
        /// Its tags.
        pub tags: Tags,
    }
}

impl EcsCluster {
    /// Its name.
    pub const NAME: Attribute<Self, Name> = Attribute::new("name");
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

impl Kind for EcsCluster {
    fn aws_type(&self) -> &'static str {
        "AWS::ECS::Cluster"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { tags } = self;
        let insights = Tree::map()
            .set("Name", "containerInsights")
            .set("Value", "enabled");
        cfn::resource("AWS::ECS::Cluster")
            .set("ClusterSettings", Tree::List(vec![insights]))
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::NAME, cfn::reference())
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { tags } = self;
        let insights = Tree::map()
            .set("name", "containerInsights")
            .set("value", "enabled");
        tf::block("aws_ecs_cluster")
            .set("name", tf::own_name())
            .set("setting", Tree::List(vec![insights]))
            .set("tags", tags)
            .gives(Self::NAME, "name")
            .gives(Self::ARN, "arn")
            .into()
    }
}
