//! `ScalingPolicy`: how the number of instances changes.

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
}

impl Tracked {
    fn word(&self) -> &'static str {
        match self {
            Self::Cpu => "ASGAverageCPUUtilization",
            Self::NetworkIn => "ASGAverageNetworkIn",
            Self::NetworkOut => "ASGAverageNetworkOut",
            Self::Requests(_) => "ALBRequestCountPerTarget",
        }
    }

    fn label(&self) -> Option<&Expr<Text>> {
        match self {
            Self::Cpu | Self::NetworkIn | Self::NetworkOut => None,
            Self::Requests(label) => Some(label),
        }
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
                if let Some(label) = tracked.label() {
                    label.references(visit);
                }
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
                    Tree::map()
                        .set(
                            "PredefinedMetricSpecification",
                            Tree::map()
                                .set("PredefinedMetricType", tracked.word())
                                .maybe("ResourceLabel", tracked.label()),
                        )
                        .set("TargetValue", target),
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
            } => {
                let specification = Tree::map()
                    .set("predefined_metric_type", tracked.word())
                    .maybe("resource_label", tracked.label());
                policy
                    .set("policy_type", "TargetTrackingScaling")
                    .set("estimated_instance_warmup", warmup)
                    .set(
                        "target_tracking_configuration",
                        Tree::List(vec![
                            Tree::map()
                                .set(
                                    "predefined_metric_specification",
                                    Tree::List(vec![specification]),
                                )
                                .set("target_value", target),
                        ]),
                    )
            }
        }
        .gives(Self::ARN, "arn")
        .into()
    }
}
