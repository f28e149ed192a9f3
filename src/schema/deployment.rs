//! `deployment`: how a new version or setting reaches the instances.

use super::Default::{Duration as Time, EmptyList, Word};
use super::{Scalar, Setting, Type, Value, absent, default};
use crate::source::Span;
use crate::units::{Duration, Percent};
use crate::{block, placeless, words};
use smol_str::SmolStr;

block! {
    /// How a new version or setting reaches the instances. Instances are
    /// always replaced, never changed in place; each counts only after its own
    /// health check has passed.
    Deployment "deployment" {
        /// In which order instances are replaced. Where `max` is `min` there is no room
        /// for the default's additional batch: one instance at a time goes first.
        strategy: Setting<Strategy> = default(Word("rolling_with_additional_batch"))
            .aws("AutoScalingRollingUpdate; instance refresh")
            .eb("aws:elasticbeanstalk:command DeploymentPolicy")
            .differs("all at once, the default there, takes the service away meanwhile"),
        /// How many instances are replaced at once: a share or a number.
        batch: Setting<Batch> = default(super::Default::Percent(Percent(30))).range(1, 10_000)
            .eb("aws:elasticbeanstalk:command BatchSize")
            .differs("its command line and console say 30%, its API 100%"),
        /// How long to wait between two batches; with `timeout` an hour at most, unless
        /// `strategy` is `immutable`. Behind a load balancer it is at
        /// least one health check (`interval` and `timeout`), so that the new
        /// instances get requests before the next ones go.
        pause: Setting<Duration> = default(Time(Duration::from_secs(0)))
            .between(Duration::from_secs(0), Duration::from_hours(1))
            .eb("aws:autoscaling:updatepolicy:rollingupdate PauseTime"),
        /// How long an instance may take until it answers.
        timeout: Setting<Duration> = default(Time(Duration::from_mins(15)))
            .between(Duration::from_mins(1), Duration::from_hours(1))
            .eb("aws:elasticbeanstalk:command Timeout")
            .differs("instances are replaced, not changed in place, and need time to start"),
        /// The share of requests that goes to the new version first; with
        /// `traffic_splitting`, which is not in this version yet.
        split: Option<Setting<Percent>> = absent("10%").range(1, 100)
            .eb("aws:elasticbeanstalk:trafficsplitting NewVersionPercent"),
        /// How long the new version is watched before it gets all requests; with
        /// `traffic_splitting`, which is not in this version yet.
        evaluate_for: Option<Setting<Duration>> = absent("5m")
            .between(Duration::from_mins(3), Duration::from_hours(10))
            .eb("aws:elasticbeanstalk:trafficsplitting EvaluationTime"),
        /// Alarms that take the deployment back when they ring during it.
        rollback_on: Setting<Vec<(AlarmName, Span)>> = default(EmptyList)
            .aws("stack rollback triggers; instance refresh alarm specification"),
    }
}

words! {
    /// In which order instances are replaced.
    Strategy {
        /// All at the same time: fastest, with an interruption.
        AllAtOnce = "all_at_once",
        /// Batch by batch, with less capacity meanwhile.
        Rolling = "rolling",
        /// Batch by batch, with a further batch started first.
        RollingWithAdditionalBatch = "rolling_with_additional_batch",
        /// A whole new set of instances beside the old one.
        Immutable = "immutable",
        /// A share of the requests goes to the new version first.
        TrafficSplitting = "traffic_splitting",
    }
}

/// How many instances are replaced at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// A share of the group.
    Percent(Percent),
    /// A number of instances.
    Count(i64),
}

placeless!(Batch);

impl Scalar for Batch {
    const TYPE: Type = Type::OneOf(&[Type::Percent, Type::Count]);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Percent(it) => Some(Self::Percent(*it)),
            Value::Int(it) => Some(Self::Count(*it)),
            _ => None,
        }
    }
}

/// The name of an alarm of the same environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmName(pub SmolStr);

placeless!(AlarmName);

impl Scalar for AlarmName {
    const TYPE: Type = Type::EntryPath("alarm");

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Word(name) => Some(Self(name.clone())),
            _ => None,
        }
    }
}
