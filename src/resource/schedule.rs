//! `Schedule`: a message that is sent at a time, again and again.

use super::expr::{Arn, Expr, Text};
use super::{Kind, Tree, cfn, tf};
use crate::fields;

fields! {
    /// A request that EventBridge Scheduler makes at a time, again and again.
    /// Times are in UTC.
    pub struct Schedule {
        /// What it is for.
        pub description: Expr<Text>,
        /// When: `cron(0 2 * * ? *)`.
        pub expression: Expr<Text>,
        /// The request: `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`.
        pub request: Expr<Arn>,
        /// The role that makes it.
        pub role: Expr<Arn>,
        /// Its parameters, as JSON.
        pub input: Expr<Text>,
    }
}

/// How long the scheduler tries: a task of an hour ago is better not run beside
/// the next one.
const TRIES_FOR: i64 = 3_600;

/// How often it tries.
const TRIES: i64 = 10;

impl Kind for Schedule {
    fn aws_type(&self) -> &'static str {
        "AWS::Scheduler::Schedule"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            expression,
            request,
            role,
            input,
        } = self;
        let retry = Tree::map()
            .set("MaximumEventAgeInSeconds", TRIES_FOR)
            .set("MaximumRetryAttempts", TRIES);
        let target = Tree::map()
            .set("Arn", request)
            .set("RoleArn", role)
            .set("Input", input)
            .set("RetryPolicy", retry);
        cfn::resource("AWS::Scheduler::Schedule")
            .set("Description", description)
            .set("ScheduleExpression", expression)
            .set("ScheduleExpressionTimezone", "UTC")
            .set("FlexibleTimeWindow", Tree::map().set("Mode", "OFF"))
            .set("State", "ENABLED")
            .set("Target", target)
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            expression,
            request,
            role,
            input,
        } = self;
        let retry = Tree::map()
            .set("maximum_event_age_in_seconds", TRIES_FOR)
            .set("maximum_retry_attempts", TRIES);
        let target = Tree::map()
            .set("arn", request)
            .set("role_arn", role)
            .set("input", input)
            .set("retry_policy", Tree::List(vec![retry]));
        let window = Tree::map().set("mode", "OFF");
        tf::block("aws_scheduler_schedule")
            .set("name_prefix", tf::own_label(38))
            .set("description", description)
            .set("schedule_expression", expression)
            .set("schedule_expression_timezone", "UTC")
            .set("flexible_time_window", Tree::List(vec![window]))
            .set("state", "ENABLED")
            .set("target", Tree::List(vec![target]))
            .into()
    }
}
