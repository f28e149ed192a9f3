//! `EcsCapacity`: the group whose instances a cluster uses.

use super::expr::{Arn, Expr, Name};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// The group whose instances a cluster uses. The group's own alarms say how
    /// many there are; the cluster empties an instance before it goes.
    pub struct EcsCapacity {
        /// The cluster.
        pub cluster: Expr<Name>,
        /// The group.
        pub group: Expr<Arn>,
        /// Its tags.
        pub tags: Tags,
    }
}

/// In seconds. It means something with managed scaling alone, but left out the
/// AWS provider sends zero where the API says this.
const WARMUP: i64 = 300;

impl Kind for EcsCapacity {
    fn aws_type(&self) -> &'static str {
        "AWS::ECS::CapacityProvider"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            cluster,
            group,
            tags,
        } = self;
        let group = Tree::map()
            .set("AutoScalingGroupArn", group)
            .set(
                "ManagedScaling",
                Tree::map()
                    .set("Status", "DISABLED")
                    .set("InstanceWarmupPeriod", WARMUP),
            )
            .set("ManagedTerminationProtection", "DISABLED")
            .set("ManagedDraining", "ENABLED");
        let provider = cfn::resource("AWS::ECS::CapacityProvider")
            .set("AutoScalingGroupProvider", group)
            .set("Tags", cfn::tag_list(tags));
        let association = cfn::resource("AWS::ECS::ClusterCapacityProviderAssociations")
            .suffix("Association")
            .set("Cluster", cluster)
            .set("CapacityProviders", Tree::List(vec![cfn::sibling(0, "")]))
            .set("DefaultCapacityProviderStrategy", Tree::List(Vec::new()));
        cfn::Pieces::from(provider).and(association)
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            cluster,
            group,
            tags,
        } = self;
        let scaling = Tree::map()
            .set("status", "DISABLED")
            .set("instance_warmup_period", WARMUP);
        let group = Tree::map()
            .set("auto_scaling_group_arn", group)
            .set("managed_scaling", Tree::List(vec![scaling]))
            .set("managed_termination_protection", "DISABLED")
            .set("managed_draining", "ENABLED");
        let provider = tf::block("aws_ecs_capacity_provider")
            .set("name", tf::own_name())
            .set("auto_scaling_group_provider", Tree::List(vec![group]))
            .set("tags", tags);
        let association = tf::block("aws_ecs_cluster_capacity_providers")
            .set("cluster_name", cluster)
            .set(
                "capacity_providers",
                Tree::List(vec![tf::sibling(0, "name")]),
            );
        tf::Pieces::from(provider).and(association)
    }
}
