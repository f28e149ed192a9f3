//! `AutoScalingGroup`: instances that are replaced when they fail, and how a
//! change reaches them.

use super::expr::{Arn, Attribute, Expr, Id, Int, Name, SubnetId, Text};
use super::{ExprList, Kind, Tags, Term, Tree, cfn, tf};
use crate::{fields, without_references};

fields! {
    /// Instances of one launch template, between two bounds. Their number in
    /// between is not ours: scaling policies change it.
    pub struct AutoScalingGroup {
        /// The launch template.
        pub template: Expr<Id>,
        /// The template's version, by number.
        pub version: Expr<Text>,
        /// How on-demand and spot instances are mixed; none is on demand.
        pub mixed: Option<Mixed>,
        /// How many at least.
        pub min: Expr<Int>,
        /// How many at most.
        pub max: Expr<Int>,
        /// Whether a schedule makes room for policies that have none between these
        /// bounds.
        pub widens: bool,
        /// The bounds that schedules change meanwhile.
        pub scheduled: Vec<Bound>,
        /// The subnets.
        pub subnets: ExprList<SubnetId>,
        /// The target groups that instances join.
        pub target_groups: Vec<Expr<Arn>>,
        /// Who says that an instance works.
        pub health: Health,
        /// How many seconds a new instance may fail its checks.
        pub grace: Expr<Int>,
        /// What keeps an instance out of service until it is ready.
        pub boot_hook: Hook,
        /// How a change reaches the instances.
        pub rollout: Rollout,
        /// Tags of the group and its instances.
        pub tags: Tags,
    }
}

fields! {
    /// On-demand and spot instances in one group.
    pub struct Mixed {
        /// How many on-demand instances come first.
        pub on_demand_base: Expr<Int>,
        /// The percentage of on-demand instances above that.
        pub on_demand_share: Expr<Int>,
        /// Instance types beside the template's.
        pub types: Vec<Expr<Text>>,
    }
}

/// Who says that an instance works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// EC2: the machine runs.
    Instance,
    /// The balancer: the application answers.
    LoadBalancer,
}

impl Health {
    fn word(self) -> &'static str {
        match self {
            Self::Instance => "EC2",
            Self::LoadBalancer => "ELB",
        }
    }
}

fields! {
    /// A lifecycle hook on the start of instances: they count once they say
    /// so, and go when they do not.
    pub struct Hook {
        /// Its name.
        pub name: &'static str,
        /// How many seconds an instance has.
        pub timeout: Expr<Int>,
    }
}

fields! {
    /// How a change reaches the instances.
    pub struct Rollout {
        /// In which order instances are replaced.
        pub strategy: Strategy,
        /// How many instances run at least.
        pub min: i64,
        /// How many instances run at most.
        pub max: i64,
        /// The fewest that schedules ever make of that.
        pub least_max: i64,
        /// How many seconds pass between two batches.
        pub pause: Expr<Int>,
        /// How many seconds an instance may take until it is ready, at most
        /// an hour.
        pub timeout: Expr<Int>,
        /// Names of alarms that take the change back.
        pub rollback_alarms: Vec<Expr<Name>>,
    }
}

/// In which order instances are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// All at the same time.
    AllAtOnce,
    /// So many at a time.
    Rolling {
        /// How many.
        batch: i64,
        /// How many are left to answer meanwhile when the group is at its
        /// smallest.
        stay: i64,
    },
    /// So many at a time, the first of them in addition.
    AdditionalBatch {
        /// How many.
        batch: i64,
    },
    /// A new set of instances beside the old one.
    Immutable,
}

/// One of a group's bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// How many at least.
    Min,
    /// How many at most.
    Max,
}

impl Bound {
    /// Its argument in Terraform.
    const fn argument(self) -> &'static str {
        match self {
            Self::Min => "min_size",
            Self::Max => "max_size",
        }
    }
}

without_references!(Bound, Health, Strategy);

impl AutoScalingGroup {
    /// Its name.
    pub const NAME: Attribute<Self, Name> = Attribute::new("name");
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

/// Group metrics that are collected; they are free.
const METRICS: [&str; 8] = [
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupMinSize",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
];

/// Processes that would work against a rolling update: AWS's own advice.
const SUSPENDED: [&str; 5] = [
    "HealthCheck",
    "ReplaceUnhealthy",
    "AZRebalance",
    "AlarmNotification",
    "ScheduledActions",
];

/// How many seconds CloudFormation waits for a batch (`PauseTime` of `UpdatePolicy`).
pub const LONGEST_PAUSE: i64 = 3_600;

/// How many seconds it waits for the instances of a new group (`Timeout` of
/// `CreationPolicy`).
const LONGEST_CREATION: i64 = 43_200;

impl Kind for AutoScalingGroup {
    fn aws_type(&self) -> &'static str {
        "AWS::AutoScaling::AutoScalingGroup"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            template,
            version,
            mixed,
            min,
            max,
            widens,
            scheduled,
            subnets,
            target_groups,
            health,
            grace,
            boot_hook,
            rollout,
            tags,
        } = self;
        let template = Tree::map()
            .set("LaunchTemplateId", template)
            .set("Version", version);
        let group = cfn::resource("AWS::AutoScaling::AutoScalingGroup");
        let group = match mixed {
            None => group.set("LaunchTemplate", template),
            Some(Mixed {
                on_demand_base,
                on_demand_share,
                types,
            }) => {
                let overrides = types.iter().map(|ty| Tree::map().set("InstanceType", ty));
                let overrides = (!types.is_empty()).then(|| Tree::list(overrides));
                let policy = Tree::map()
                    .set(
                        "InstancesDistribution",
                        Tree::map()
                            .set("OnDemandAllocationStrategy", "prioritized")
                            .set("OnDemandBaseCapacity", on_demand_base)
                            .set("OnDemandPercentageAboveBaseCapacity", on_demand_share)
                            .set("SpotAllocationStrategy", "price-capacity-optimized"),
                    )
                    .set(
                        "LaunchTemplate",
                        Tree::map()
                            .set("LaunchTemplateSpecification", template)
                            .maybe("Overrides", overrides),
                    );
                group
                    .set("MixedInstancesPolicy", policy)
                    .set("CapacityRebalance", true)
            }
        };
        let Hook { name, timeout } = boot_hook;
        let hook = Tree::map()
            .set("LifecycleHookName", *name)
            .set("LifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING")
            .set("DefaultResult", "ABANDON")
            .set("HeartbeatTimeout", timeout);
        let tags = tags.0.iter().map(|(key, value)| {
            Tree::map()
                .set("Key", key.clone())
                .set("Value", value)
                .set("PropagateAtLaunch", true)
        });
        // Without this every update puts the template's bounds in the place of those
        // that a schedule set.
        let update = match scheduled.is_empty() {
            true => rollout.update_policy(),
            false => rollout.update_policy().set(
                "AutoScalingScheduledAction",
                Tree::map().set("IgnoreUnmodifiedGroupSizeProperties", true),
            ),
        };
        // CloudFormation counts bounds and seconds of groups as text.
        group
            .set("MinSize", cfn::as_text(min))
            .set("MaxSize", cfn::as_text(max))
            .set("VPCZoneIdentifier", subnets)
            .maybe(
                "TargetGroupARNs",
                (!target_groups.is_empty()).then_some(target_groups),
            )
            .set("HealthCheckType", health.word())
            .set("HealthCheckGracePeriod", grace)
            .set("LifecycleHookSpecificationList", Tree::List(vec![hook]))
            .set(
                "MetricsCollection",
                Tree::List(vec![
                    Tree::map()
                        .set("Granularity", "1Minute")
                        .set("Metrics", Tree::list(METRICS)),
                ]),
            )
            .set("Tags", Tree::list(tags))
            // cfn-lint knows no other bounds than these.
            .policy("Metadata", widens.then(|| cfn::ignored(&["E3712"])))
            .policy("CreationPolicy", Some(rollout.creation_policy()))
            .policy("UpdatePolicy", Some(update))
            .gives(Self::NAME, cfn::reference())
            .gives(Self::ARN, cfn::get_att("AutoScalingGroupARN"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            template,
            version,
            mixed,
            min,
            max,
            widens: _,
            scheduled,
            subnets,
            target_groups,
            health,
            grace,
            boot_hook,
            rollout,
            tags,
        } = self;
        let one = |tree: Tree| Tree::List(vec![tree]);
        let group = tf::block("aws_autoscaling_group").set("name_prefix", tf::own_label(200));
        let group = match mixed {
            None => group.set(
                "launch_template",
                one(Tree::map().set("id", template).set("version", version)),
            ),
            Some(Mixed {
                on_demand_base,
                on_demand_share,
                types,
            }) => {
                let overrides = types.iter().map(|ty| Tree::map().set("instance_type", ty));
                let overrides = (!types.is_empty()).then(|| Tree::list(overrides));
                let specification = Tree::map()
                    .set("launch_template_id", template)
                    .set("version", version);
                let policy = Tree::map()
                    .set(
                        "instances_distribution",
                        one(Tree::map()
                            .set("on_demand_allocation_strategy", "prioritized")
                            .set("on_demand_base_capacity", on_demand_base)
                            .set("on_demand_percentage_above_base_capacity", on_demand_share)
                            .set("spot_allocation_strategy", "price-capacity-optimized")),
                    )
                    .set(
                        "launch_template",
                        one(Tree::map()
                            .set("launch_template_specification", one(specification))
                            .maybe("override", overrides)),
                    );
                group
                    .set("mixed_instances_policy", one(policy))
                    .set("capacity_rebalance", true)
            }
        };
        let Hook { name, timeout } = boot_hook;
        let hook = Tree::map()
            .set("name", *name)
            .set("lifecycle_transition", "autoscaling:EC2_INSTANCE_LAUNCHING")
            .set("default_result", "ABANDON")
            .set("heartbeat_timeout", timeout);
        let tags = tags.0.iter().map(|(key, value)| {
            Tree::map()
                .set("key", key.clone())
                .set("value", value)
                .set("propagate_at_launch", true)
        });
        // The bound belongs to the schedules from the first one on.
        let group = scheduled
            .iter()
            .fold(group, |group, it| group.ignore_changes(it.argument()));
        group
            .set("min_size", min)
            .set("max_size", max)
            .set("vpc_zone_identifier", subnets)
            .maybe(
                "target_group_arns",
                (!target_groups.is_empty()).then_some(target_groups),
            )
            .set("health_check_type", health.word())
            .set("health_check_grace_period", grace)
            .set("initial_lifecycle_hook", one(hook))
            .set("metrics_granularity", "1Minute")
            .set("enabled_metrics", Tree::list(METRICS))
            .set("tag", Tree::list(tags))
            .set("instance_refresh", one(rollout.instance_refresh()))
            .set("wait_for_capacity_timeout", rollout.wait())
            .gives(Self::NAME, "name")
            .gives(Self::ARN, "arn")
            .into()
    }
}

impl Rollout {
    /// How long a stack waits for a signal: the boot and the pause behind it.
    fn patience(&self, most: i64) -> Expr<Int> {
        let seconds = |expr: &Expr<Int>| match expr.term {
            Term::Int(seconds) => seconds,
            _ => 0,
        };
        let both = seconds(&self.timeout) + seconds(&self.pause);
        Expr::from(both.min(most)).at(self.timeout.span)
    }

    /// The stack waits for the first instances as well.
    fn creation_policy(&self) -> Tree {
        let signal = Tree::map()
            .set("Count", self.min)
            .set("Timeout", iso_seconds(&self.patience(LONGEST_CREATION)));
        Tree::map().set("ResourceSignal", signal)
    }

    /// An instance's signal ends the pause behind its batch; the boot script
    /// waits with it for as long as the user wants to pause.
    fn update_policy(&self) -> Tree {
        let (batch, in_service) = match self.strategy {
            Strategy::Immutable => {
                let replace = Tree::map().set("WillReplace", true);
                return Tree::map().set("AutoScalingReplacingUpdate", replace);
            }
            Strategy::AllAtOnce => (self.max, 0),
            // AWS wants fewer in service than the group may have.
            Strategy::Rolling { batch, stay } => (batch, stay.min(self.least_max - 1)),
            Strategy::AdditionalBatch { batch } => (batch, self.min.min(self.least_max - 1)),
        };
        let update = Tree::map()
            .set("MinInstancesInService", in_service)
            // AWS allows batches of 100.
            .set("MaxBatchSize", batch.min(100))
            .set("WaitOnResourceSignals", true)
            .set("PauseTime", iso_seconds(&self.patience(LONGEST_PAUSE)))
            .set("SuspendProcesses", Tree::list(SUSPENDED));
        Tree::map().set("AutoScalingRollingUpdate", update)
    }

    /// The group counts an instance once its hook has let it in, it passes its
    /// checks and the pause is over.
    fn instance_refresh(&self) -> Tree {
        let share = |batch: i64| (batch * 100 + self.max - 1) / self.max.max(1);
        let (least, most) = match self.strategy {
            Strategy::AllAtOnce => (0, 100),
            Strategy::Rolling { batch, stay } => ((100 - share(batch)).max(stay.min(1)), 100),
            // CloudFormation cannot start one in addition there.
            Strategy::AdditionalBatch { .. } if self.min == self.max => (100 - share(1), 100),
            Strategy::AdditionalBatch { batch } => (100, 100 + share(batch).min(100)),
            Strategy::Immutable => (100, 200),
        };
        let alarms = (!self.rollback_alarms.is_empty())
            .then(|| Tree::List(vec![Tree::map().set("alarms", &self.rollback_alarms)]));
        let preferences = Tree::map()
            .set("min_healthy_percentage", least)
            .set("max_healthy_percentage", most)
            .set("instance_warmup", &self.pause)
            .set("auto_rollback", true)
            .set("scale_in_protected_instances", "Ignore")
            .set("standby_instances", "Ignore")
            .maybe("alarm_specification", alarms);
        Tree::map()
            .set("strategy", "Rolling")
            .set("preferences", Tree::List(vec![preferences]))
    }

    /// Terraform waits for the first instances as long as a stack does.
    fn wait(&self) -> Tree {
        with_unit("", &self.timeout, "s")
    }
}

/// `PT900S`
fn iso_seconds(seconds: &Expr<Int>) -> Tree {
    with_unit("PT", seconds, "S")
}

fn with_unit(before: &str, seconds: &Expr<Int>, behind: &str) -> Tree {
    let number = match &seconds.term {
        Term::Int(number) => Term::from(number.to_string()),
        other => other.clone(),
    };
    let text = Term::join([before.into(), number, behind.into()]);
    Tree::from(Expr::<Text>::new(text).at(seconds.span))
}
