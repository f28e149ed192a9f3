//! `ScalingPolicy`: how the number of instances changes.

use super::alarm::{GROUP, GROUP_METRICS, IN_SERVICE, PER_INSTANCE};
use super::expr::{Arn, Attribute, Expr, Int, Name, Number, Text};
use super::{Kind, References, Term, Tree, cfn, tf};
use crate::fields;

fields! {
    /// How the number of a group's instances changes.
    pub struct ScalingPolicy {
        /// The group.
        pub group: Expr<Name>,
        /// By how much, or towards what.
        pub adjustment: Adjustment,
    }
}

/// By how much the number changes, or towards what.
#[derive(Debug, Clone)]
pub enum Adjustment {
    /// By a fixed number, when an alarm says so.
    Simple {
        /// How many are added; fewer than none are removed.
        change: Expr<Int>,
        /// How many seconds nothing more happens.
        cooldown: Expr<Int>,
    },
    /// So that a metric stays near a value.
    Target {
        /// The metric.
        tracked: Tracked,
        /// The value.
        target: Expr<Number>,
        /// How many seconds a new instance takes until it counts.
        warmup: Expr<Int>,
    },
}

/// A metric that AWS knows how to keep near a value.
#[derive(Debug, Clone)]
pub enum Tracked {
    /// Average processor use.
    Cpu,
    /// Average bytes received.
    NetworkIn,
    /// Average bytes sent.
    NetworkOut,
    /// Requests by instance: of the balancer and target group with these names
    /// in metrics, joined by `/`.
    Requests(Expr<Text>),
    /// Messages that wait, by instance of a group in service.
    Backlog {
        /// The queue's name.
        queue: Expr<Name>,
        /// The group's.
        group: Expr<Name>,
    },
}

impl References for Tracked {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Cpu | Self::NetworkIn | Self::NetworkOut => {}
            Self::Requests(label) => label.references(visit),
            Self::Backlog { queue, group } => {
                queue.references(visit);
                group.references(visit);
            }
        }
    }
}

/// How the two targets call the parts of a metric.
struct Words {
    predefined: [&'static str; 3],
    customized: &'static str,
    metrics: &'static str,
    id: &'static str,
    label: &'static str,
    expression: &'static str,
    return_data: &'static str,
    metric_stat: &'static str,
    metric: &'static str,
    namespace: &'static str,
    metric_name: &'static str,
    dimensions: &'static str,
    dimension: [&'static str; 2],
    stat: &'static str,
    /// Terraform's blocks are lists.
    block: fn(Tree) -> Tree,
}

const CFN: Words = Words {
    predefined: [
        "PredefinedMetricSpecification",
        "PredefinedMetricType",
        "ResourceLabel",
    ],
    customized: "CustomizedMetricSpecification",
    metrics: "Metrics",
    id: "Id",
    label: "Label",
    expression: "Expression",
    return_data: "ReturnData",
    metric_stat: "MetricStat",
    metric: "Metric",
    namespace: "Namespace",
    metric_name: "MetricName",
    dimensions: "Dimensions",
    dimension: ["Name", "Value"],
    stat: "Stat",
    block: |tree| tree,
};

const TF: Words = Words {
    predefined: [
        "predefined_metric_specification",
        "predefined_metric_type",
        "resource_label",
    ],
    customized: "customized_metric_specification",
    metrics: "metrics",
    id: "id",
    label: "label",
    expression: "expression",
    return_data: "return_data",
    metric_stat: "metric_stat",
    metric: "metric",
    namespace: "namespace",
    metric_name: "metric_name",
    dimensions: "dimensions",
    dimension: ["name", "value"],
    stat: "stat",
    block: |tree| Tree::List(vec![tree]),
};

impl Tracked {
    /// The part of a configuration that says which metric it is.
    fn specified(&self, words: &Words) -> Tree {
        let [predefined, kind, label] = words.predefined;
        let (name, resource) = match self {
            Self::Cpu => ("ASGAverageCPUUtilization", None),
            Self::NetworkIn => ("ASGAverageNetworkIn", None),
            Self::NetworkOut => ("ASGAverageNetworkOut", None),
            Self::Requests(label) => ("ALBRequestCountPerTarget", Some(label)),
            Self::Backlog { queue, group } => {
                let metrics = Self::backlog(words, queue, group);
                let specification = Tree::map().set(words.metrics, metrics);
                return Tree::map().set(words.customized, (words.block)(specification));
            }
        };
        let specification = Tree::map().set(kind, name).maybe(label, resource);
        Tree::map().set(predefined, (words.block)(specification))
    }

    fn backlog(words: &Words, queue: &Expr<Name>, group: &Expr<Name>) -> Tree {
        let query = |id, namespace, metric, (dimension, of): (&'static str, &Expr<Name>), stat| {
            let [name, value] = words.dimension;
            let dimension = Tree::map().set(name, dimension).set(value, of);
            let metric = Tree::map()
                .set(words.namespace, namespace)
                .set(words.metric_name, metric)
                .set(words.dimensions, Tree::List(vec![dimension]));
            let statistic = Tree::map()
                .set(words.metric, (words.block)(metric))
                .set(words.stat, stat);
            Tree::map()
                .set(words.id, id)
                .set(words.metric_stat, (words.block)(statistic))
                .set(words.return_data, false)
        };
        let result = Tree::map()
            .set(words.id, "result")
            .set(words.label, "Messages that wait, by instance")
            .set(words.expression, PER_INSTANCE)
            .set(words.return_data, true);
        let of_queue = ("QueueName", queue);
        let whole = query(
            "whole",
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            of_queue,
            "Maximum",
        );
        let running = query(
            "running",
            GROUP_METRICS,
            IN_SERVICE,
            (GROUP, group),
            "Average",
        );
        Tree::List(vec![result, whole, running])
    }
}

impl References for Adjustment {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Simple { change, cooldown } => {
                change.references(visit);
                cooldown.references(visit);
            }
            Self::Target {
                tracked,
                target,
                warmup,
            } => {
                tracked.references(visit);
                target.references(visit);
                warmup.references(visit);
            }
        }
    }
}

impl ScalingPolicy {
    /// Its ARN, which alarms call.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

impl Kind for ScalingPolicy {
    fn aws_type(&self) -> &'static str {
        "AWS::AutoScaling::ScalingPolicy"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { group, adjustment } = self;
        let policy =
            cfn::resource("AWS::AutoScaling::ScalingPolicy").set("AutoScalingGroupName", group);
        match adjustment {
            Adjustment::Simple { change, cooldown } => policy
                .set("PolicyType", "SimpleScaling")
                .set("AdjustmentType", "ChangeInCapacity")
                .set("ScalingAdjustment", change)
                .set("Cooldown", cfn::as_text(cooldown)),
            Adjustment::Target {
                tracked,
                target,
                warmup,
            } => policy
                .set("PolicyType", "TargetTrackingScaling")
                .set("EstimatedInstanceWarmup", warmup)
                .set(
                    "TargetTrackingConfiguration",
                    tracked.specified(&CFN).set("TargetValue", target),
                ),
        }
        .gives(Self::ARN, cfn::get_att("Arn"))
        .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { group, adjustment } = self;
        let policy = tf::block("aws_autoscaling_policy")
            .set("name", tf::own_name())
            .set("autoscaling_group_name", group);
        match adjustment {
            Adjustment::Simple { change, cooldown } => policy
                .set("policy_type", "SimpleScaling")
                .set("adjustment_type", "ChangeInCapacity")
                .set("scaling_adjustment", change)
                .set("cooldown", cooldown),
            Adjustment::Target {
                tracked,
                target,
                warmup,
            } => policy
                .set("policy_type", "TargetTrackingScaling")
                .set("estimated_instance_warmup", warmup)
                .set(
                    "target_tracking_configuration",
                    Tree::List(vec![tracked.specified(&TF).set("target_value", target)]),
                ),
        }
        .gives(Self::ARN, "arn")
        .into()
    }
}
