//! `EcsService`: a task that is kept running on every instance.

use super::expr::{Arn, Expr, Int, Name};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// A task that is kept running on every instance of a cluster, once each:
    /// instances are what is scaled. A new version that does not start is taken
    /// back.
    pub struct EcsService {
        /// The cluster.
        pub cluster: Expr<Arn>,
        /// The task.
        pub task: Expr<Arn>,
        /// Who is told where containers answer.
        pub targets: Vec<ServiceTarget>,
        /// The share of tasks that stays in service during a deployment.
        pub least_healthy: Expr<Int>,
        /// Its tags, and those of its tasks.
        pub tags: Tags,
    }
}

fields! {
    /// A target group and the container behind it.
    pub struct ServiceTarget {
        /// The target group.
        pub group: Expr<Arn>,
        /// The container.
        pub container: Expr<Name>,
        /// The container's port.
        pub port: Expr<Int>,
    }
}

impl Kind for EcsService {
    fn aws_type(&self) -> &'static str {
        "AWS::ECS::Service"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            cluster,
            task,
            targets,
            least_healthy,
            tags,
        } = self;
        let targets = targets.iter().map(|target| {
            let ServiceTarget {
                group,
                container,
                port,
            } = target;
            Tree::map()
                .set("TargetGroupArn", group)
                .set("ContainerName", container)
                .set("ContainerPort", port)
        });
        let targets: Vec<Tree> = targets.collect();
        let breaker = Tree::map().set("Enable", true).set("Rollback", true);
        cfn::resource("AWS::ECS::Service")
            .set("Cluster", cluster)
            .set("TaskDefinition", task)
            .set("LaunchType", "EC2")
            .set("SchedulingStrategy", "DAEMON")
            .maybe(
                "LoadBalancers",
                (!targets.is_empty()).then_some(Tree::List(targets)),
            )
            .set(
                "DeploymentConfiguration",
                Tree::map()
                    .set("MaximumPercent", 100)
                    .set("MinimumHealthyPercent", least_healthy)
                    .set("DeploymentCircuitBreaker", breaker),
            )
            .set("EnableECSManagedTags", true)
            .set("PropagateTags", "SERVICE")
            .set("Tags", cfn::tag_list(tags))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            cluster,
            task,
            targets,
            least_healthy,
            tags,
        } = self;
        let targets = targets.iter().map(|target| {
            let ServiceTarget {
                group,
                container,
                port,
            } = target;
            Tree::map()
                .set("target_group_arn", group)
                .set("container_name", container)
                .set("container_port", port)
        });
        let targets: Vec<Tree> = targets.collect();
        let breaker = Tree::map().set("enable", true).set("rollback", true);
        tf::block("aws_ecs_service")
            .set("name", tf::own_name())
            .set("cluster", cluster)
            .set("task_definition", task)
            .set("launch_type", "EC2")
            .set("scheduling_strategy", "DAEMON")
            .maybe(
                "load_balancer",
                (!targets.is_empty()).then_some(Tree::List(targets)),
            )
            .set("deployment_maximum_percent", 100)
            .set("deployment_minimum_healthy_percent", least_healthy)
            .set("deployment_circuit_breaker", Tree::List(vec![breaker]))
            .set("enable_ecs_managed_tags", true)
            .set("propagate_tags", "SERVICE")
            .set("tags", tags)
            .into()
    }
}
