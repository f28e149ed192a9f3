//! `Alarm`: a metric on the wrong side of a value for too long.

use super::expr::{Arn, Expr, Int, Name, Number, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::{fields, without_references};

fields! {
    /// A metric on the wrong side of a value for too long.
    pub struct Alarm {
        /// Its name where something else has to know it beforehand.
        pub name: Option<Expr<Name>>,
        /// What it means.
        pub description: Expr<Text>,
        /// Where the metric is: `AWS/EC2`.
        pub namespace: &'static str,
        /// The metric.
        pub metric: &'static str,
        /// How the values of a period become one.
        pub statistic: Statistic,
        /// What it is measured on.
        pub dimensions: Vec<(&'static str, Expr<Name>)>,
        /// The group by whose instances in service the metric is divided.
        pub per_instance_of: Option<Expr<Name>>,
        /// Which side is wrong.
        pub comparison: Comparison,
        /// The value.
        pub threshold: Expr<Number>,
        /// Seconds in a period.
        pub period: Expr<Int>,
        /// How many periods in a row.
        pub periods: Expr<Int>,
        /// What silence means.
        pub missing: &'static str,
        /// What is called when it rings.
        pub actions: Vec<Expr<Arn>>,
        /// What is called when it stops.
        pub ok_actions: Vec<Expr<Arn>>,
        /// Its tags.
        pub tags: Tags,
    }
}

/// How the values of a period become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// `Average`, `Sum`, `Minimum`, `Maximum`.
    Plain(&'static str),
    /// `p95`
    Percentile(&'static str),
}

/// Which side of the value is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Above it.
    Above,
    /// Below it.
    Below,
}

without_references!(Statistic, Comparison);

impl Comparison {
    fn word(self) -> &'static str {
        match self {
            Self::Above => "GreaterThanThreshold",
            Self::Below => "LessThanThreshold",
        }
    }
}

/// A metric divided by the instances in service; by one where there is none.
/// Queues that nobody uses have no metrics at all.
pub(super) const PER_INSTANCE: &str =
    "FILL(whole, 0) / IF(FILL(running, 0) > 0, FILL(running, 0), 1)";

/// Where groups are counted.
pub(super) const GROUP_METRICS: &str = "AWS/AutoScaling";

/// How many instances of a group are in service.
pub(super) const IN_SERVICE: &str = "GroupInServiceInstances";

/// The dimension with a group's name.
pub(super) const GROUP: &str = "AutoScalingGroupName";

fn cfn_dimensions(dimensions: &[(&'static str, Expr<Name>)]) -> Tree {
    let dimension = |(name, value): &(&'static str, Expr<Name>)| {
        Tree::map().set("Name", *name).set("Value", value)
    };
    Tree::list(dimensions.iter().map(dimension))
}

fn tf_dimensions(dimensions: &[(&'static str, Expr<Name>)]) -> Tree {
    let set = |tree: Tree, (name, value): &(&'static str, Expr<Name>)| tree.set(*name, value);
    dimensions.iter().fold(Tree::map(), set)
}

impl Statistic {
    fn name(self) -> &'static str {
        match self {
            Self::Plain(name) | Self::Percentile(name) => name,
        }
    }

    fn plain(self) -> Option<&'static str> {
        match self {
            Self::Plain(name) => Some(name),
            Self::Percentile(_) => None,
        }
    }

    fn percentile(self) -> Option<&'static str> {
        match self {
            Self::Plain(_) => None,
            Self::Percentile(name) => Some(name),
        }
    }
}

impl Kind for Alarm {
    fn aws_type(&self) -> &'static str {
        "AWS::CloudWatch::Alarm"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            name,
            description,
            namespace,
            metric,
            statistic,
            dimensions,
            per_instance_of,
            comparison,
            threshold,
            period,
            periods,
            missing,
            actions,
            ok_actions,
            tags,
        } = self;
        let dimensions = cfn_dimensions(dimensions);
        let alarm = cfn::resource("AWS::CloudWatch::Alarm")
            .maybe("AlarmName", name.as_ref())
            .set("AlarmDescription", description);
        let alarm = match per_instance_of {
            None => alarm
                .set("Namespace", *namespace)
                .set("MetricName", *metric)
                .maybe("Statistic", statistic.plain())
                .maybe("ExtendedStatistic", statistic.percentile())
                .set("Dimensions", dimensions)
                .set("Period", period),
            Some(group) => {
                let query = |id, namespace, metric, dimensions, statistic| {
                    let of = Tree::map()
                        .set("Namespace", namespace)
                        .set("MetricName", metric)
                        .set("Dimensions", dimensions);
                    let statistic = Tree::map()
                        .set("Metric", of)
                        .set("Period", period)
                        .set("Stat", statistic);
                    Tree::map()
                        .set("Id", id)
                        .set("MetricStat", statistic)
                        .set("ReturnData", false)
                };
                let result = Tree::map()
                    .set("Id", "result")
                    .set("Label", *metric)
                    .set("Expression", PER_INSTANCE)
                    .set("ReturnData", true);
                let of = cfn_dimensions(&[(GROUP, group.clone())]);
                let whole = query("whole", *namespace, *metric, dimensions, statistic.name());
                let running = query("running", GROUP_METRICS, IN_SERVICE, of, "Average");
                alarm.set("Metrics", Tree::List(vec![result, whole, running]))
            }
        };
        alarm
            .set("ComparisonOperator", comparison.word())
            .set("Threshold", threshold)
            .set("EvaluationPeriods", periods)
            .set("TreatMissingData", *missing)
            .maybe("AlarmActions", (!actions.is_empty()).then_some(actions))
            .maybe("OKActions", (!ok_actions.is_empty()).then_some(ok_actions))
            .set("Tags", cfn::tag_list(tags))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            name,
            description,
            namespace,
            metric,
            statistic,
            dimensions,
            per_instance_of,
            comparison,
            threshold,
            period,
            periods,
            missing,
            actions,
            ok_actions,
            tags,
        } = self;
        let alarm = tf::block("aws_cloudwatch_metric_alarm")
            .set(
                "alarm_name",
                name.as_ref().map_or_else(tf::own_name, Tree::from),
            )
            .set("alarm_description", description);
        let alarm = match per_instance_of {
            None => alarm
                .set("namespace", *namespace)
                .set("metric_name", *metric)
                .maybe("statistic", statistic.plain())
                .maybe("extended_statistic", statistic.percentile())
                .set("dimensions", tf_dimensions(dimensions))
                .set("period", period),
            Some(group) => {
                let query = |id, namespace, metric, dimensions, statistic| {
                    let metric = Tree::map()
                        .set("namespace", namespace)
                        .set("metric_name", metric)
                        .set("dimensions", dimensions)
                        .set("period", period)
                        .set("stat", statistic);
                    Tree::map()
                        .set("id", id)
                        .set("metric", Tree::List(vec![metric]))
                        .set("return_data", false)
                };
                let result = Tree::map()
                    .set("id", "result")
                    .set("label", *metric)
                    .set("expression", PER_INSTANCE)
                    .set("return_data", true);
                let on = tf_dimensions(dimensions);
                let of = tf_dimensions(&[(GROUP, group.clone())]);
                let whole = query("whole", *namespace, *metric, on, statistic.name());
                let running = query("running", GROUP_METRICS, IN_SERVICE, of, "Average");
                alarm.set("metric_query", Tree::List(vec![result, whole, running]))
            }
        };
        alarm
            .set("comparison_operator", comparison.word())
            .set("threshold", threshold)
            .set("evaluation_periods", periods)
            .set("treat_missing_data", *missing)
            .maybe("alarm_actions", (!actions.is_empty()).then_some(actions))
            .maybe("ok_actions", (!ok_actions.is_empty()).then_some(ok_actions))
            .set("tags", tags)
            .into()
    }
}
