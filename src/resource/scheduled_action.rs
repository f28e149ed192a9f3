//! `ScheduledAction`: bounds of a group that change at a time.

use super::expr::{Expr, Int, Name, Text};
use super::{Kind, cfn, tf};
use crate::fields;

fields! {
    /// Bounds of a group that change at a time, in UTC.
    pub struct ScheduledAction {
        /// The group.
        pub group: Expr<Name>,
        /// When, once.
        pub start: Option<Expr<Text>>,
        /// When, again and again: five fields of cron.
        pub recurrence: Option<Expr<Text>>,
        /// The new least number of instances.
        pub min: Option<Expr<Int>>,
        /// The new greatest number of instances.
        pub max: Option<Expr<Int>>,
    }
}

impl Kind for ScheduledAction {
    fn aws_type(&self) -> &'static str {
        "AWS::AutoScaling::ScheduledAction"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            group,
            start,
            recurrence,
            min,
            max,
        } = self;
        cfn::resource("AWS::AutoScaling::ScheduledAction")
            .set("AutoScalingGroupName", group)
            .maybe("StartTime", start.as_ref())
            .maybe("Recurrence", recurrence.as_ref())
            .set("TimeZone", "Etc/UTC")
            .maybe("MinSize", min.as_ref())
            .maybe("MaxSize", max.as_ref())
            .into()
    }

    /// A bound of -1 stays as it is: left out, the provider would send zero.
    fn terraform(&self) -> tf::Pieces {
        let Self {
            group,
            start,
            recurrence,
            min,
            max,
        } = self;
        let unchanged = || Expr::<Int>::from(-1);
        tf::block("aws_autoscaling_schedule")
            .set("scheduled_action_name", tf::own_name())
            .set("autoscaling_group_name", group)
            .maybe("start_time", start.as_ref())
            .maybe("recurrence", recurrence.as_ref())
            .set("time_zone", "Etc/UTC")
            .set("min_size", min.clone().unwrap_or_else(unchanged))
            .set("max_size", max.clone().unwrap_or_else(unchanged))
            .set("desired_capacity", -1)
            .into()
    }
}
