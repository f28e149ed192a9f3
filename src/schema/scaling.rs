//! `scaling`: when instances are added and removed; `alarm`: who is told.

use smol_str::SmolStr;

use super::Default::{Duration as Time, Int, Word};
use super::metric::{Metric, Threshold};
use super::{ABSENT, Keyed, Lately, Setting, absent, default};
use crate::block;
use crate::units::{Duration, Percent};

block! {
    /// When instances are added and removed. Without any of it a group whose
    /// `max` is above its `min` gets one trigger on processor use.
    Scaling "scaling" {
        /// A pair of alarms, high and low, each with a policy of the group.
        trigger: Keyed<Trigger> = ABSENT.eb("aws:autoscaling:trigger"),
        /// A policy that keeps a metric near a target.
        policy: Keyed<Policy> = ABSENT.aws("AWS::AutoScaling::ScalingPolicy TargetTrackingConfiguration"),
        /// Bounds that change at a time. A deployment leaves them as the last schedule
        /// set them. With CloudFormation another `min` or `max` of the group is set at
        /// once; with Terraform the group keeps what schedules change, and the new
        /// number reaches it through them.
        schedule: Keyed<ScalingSchedule> = ABSENT.eb("aws:autoscaling:scheduledaction"),
    }
}

block! {
    /// A pair of alarms, high and low, each with a policy of the group: above
    /// `high` instances are added, below `low` they are removed.
    Trigger "trigger" {
        /// What is watched.
        metric: Setting<Metric> = default(Word("cpu"))
            .aws("AWS::CloudWatch::Alarm MetricName").eb("aws:autoscaling:trigger MeasureName")
            .differs("traffic, the default there, says little of how busy instances are"),
        /// Above this, instances are added.
        high: Option<Setting<Threshold>> = absent("70% of processor use; required for other metrics")
            .eb("aws:autoscaling:trigger UpperThreshold"),
        /// Below this, instances are removed.
        low: Option<Setting<Threshold>> = absent("30% of processor use; required for other metrics")
            .eb("aws:autoscaling:trigger LowerThreshold"),
        /// The time over which the metric is taken: 10s, 30s or whole minutes.
        period: Setting<Duration> = default(Time(Duration::from_mins(5)))
            .between(Duration::from_secs(10), Duration::from_days(1))
            .aws("AWS::CloudWatch::Alarm Period").eb("aws:autoscaling:trigger Period"),
        /// For how many periods in a row.
        breaches: Setting<i64> = default(Int(1)).range(1, 600)
            .aws("AWS::CloudWatch::Alarm EvaluationPeriods")
            .eb("aws:autoscaling:trigger EvaluationPeriods"),
        /// How many instances are added.
        add: Setting<i64> = default(Int(1)).range(1, 10_000)
            .eb("aws:autoscaling:trigger UpperBreachScaleIncrement"),
        /// How many instances are removed.
        remove: Setting<i64> = default(Int(1)).range(1, 10_000)
            .eb("aws:autoscaling:trigger LowerBreachScaleIncrement"),
        /// How long nothing more happens after a change.
        cooldown: Setting<Duration> = default(Time(Duration::from_mins(6)))
            .between(Duration::from_secs(0), Duration::from_secs(10_000))
            .aws("AWS::AutoScaling::ScalingPolicy Cooldown").eb("aws:autoscaling:asg Cooldown"),
    }
}

block! {
    /// A policy that keeps a metric near a target. Exactly one target is set.
    Policy "policy" {
        /// What is watched.
        metric: Setting<Metric> = default(Word("cpu")),
        /// The value the metric is kept near.
        target: Option<Setting<Threshold>> = ABSENT
            .aws("AWS::AutoScaling::ScalingPolicy TargetTrackingConfiguration.TargetValue"),
        /// How many waiting messages an instance is worth.
        messages_per_instance: Option<Setting<i64>> = ABSENT.range(1, 1_000_000).worker(),
        /// How long a new instance takes until it counts.
        cooldown: Setting<Duration> = default(Time(Duration::from_mins(5)))
            .between(Duration::from_secs(0), Duration::from_hours(1))
            .aws("AWS::AutoScaling::ScalingPolicy EstimatedInstanceWarmup"),
    }
}

block! {
    /// Bounds that change at a time, once or again and again. UTC.
    ScalingSchedule "schedule" {
        /// When, once: `"2026-12-24T18:00:00Z"`.
        at: Option<Setting<SmolStr>> = ABSENT
            .aws("AWS::AutoScaling::ScheduledAction StartTime")
            .eb("aws:autoscaling:scheduledaction StartTime"),
        /// When, again and again: five fields of cron.
        cron: Option<Setting<SmolStr>> = ABSENT
            .aws("AWS::AutoScaling::ScheduledAction Recurrence")
            .eb("aws:autoscaling:scheduledaction Recurrence"),
        /// The new least number of instances.
        min: Option<Setting<i64>> = absent("unchanged").range(0, 10_000)
            .eb("aws:autoscaling:scheduledaction MinSize"),
        /// The new greatest number of instances.
        max: Option<Setting<i64>> = absent("unchanged").range(0, 10_000)
            .eb("aws:autoscaling:scheduledaction MaxSize"),
    }
}

block! {
    /// An alarm that tells people. Exactly one of `above` and `below` is set.
    Alarm "alarm" {
        /// What is watched.
        metric: Setting<Metric> = super::REQUIRED.aws("AWS::CloudWatch::Alarm MetricName"),
        /// It rings above this.
        above: Option<Setting<Threshold>> = ABSENT.aws("AWS::CloudWatch::Alarm Threshold"),
        /// It rings below this.
        below: Option<Setting<Threshold>> = ABSENT.aws("AWS::CloudWatch::Alarm Threshold"),
        /// For how long, in whole minutes.
        r#for: Setting<Duration> = default(Time(Duration::from_mins(5)))
            .between(Duration::from_mins(1), Duration::from_days(1))
            .aws("AWS::CloudWatch::Alarm Period and EvaluationPeriods"),
        /// Who is told beside `notifications`: an e-mail address or a topic's
        /// ARN.
        notify: Option<Setting<Lately<SmolStr>>> = absent("`notifications` alone"),
    }
}

block! {
    /// Who is told of alarms and of instances that fail to start.
    Notifications "notifications" {
        /// An e-mail address; it has to be confirmed once.
        email: Option<Setting<Lately<SmolStr>>> = ABSENT
            .aws("AWS::SNS::Subscription Endpoint")
            .eb("aws:elasticbeanstalk:sns:topics Notification Endpoint"),
        /// A topic that exists already; it is told beside `email`.
        topic: Option<Setting<Lately<super::Arn>>> = absent("a topic of the environment's own")
            .eb("aws:elasticbeanstalk:sns:topics Notification Topic ARN"),
    }
}

/// Messages for each instance above which a worker's default trigger adds one.
pub const BACKLOG_HIGH: i64 = 100;

/// Messages for each instance below which a worker's default trigger removes
/// one.
pub const BACKLOG_LOW: i64 = 10;

/// Processor use above which the default trigger adds an instance.
pub const CPU_HIGH: Percent = Percent(70);

/// Processor use below which the default trigger removes an instance.
pub const CPU_LOW: Percent = Percent(30);
