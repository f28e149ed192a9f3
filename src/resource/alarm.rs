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

impl Statistic {
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
            comparison,
            threshold,
            period,
            periods,
            missing,
            actions,
            ok_actions,
            tags,
        } = self;
        let dimensions = dimensions
            .iter()
            .map(|(name, value)| Tree::map().set("Name", *name).set("Value", value));
        cfn::resource("AWS::CloudWatch::Alarm")
            .maybe("AlarmName", name.as_ref())
            .set("AlarmDescription", description)
            .set("Namespace", *namespace)
            .set("MetricName", *metric)
            .maybe("Statistic", statistic.plain())
            .maybe("ExtendedStatistic", statistic.percentile())
            .set("Dimensions", Tree::list(dimensions))
            .set("ComparisonOperator", comparison.word())
            .set("Threshold", threshold)
            .set("Period", period)
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
            comparison,
            threshold,
            period,
            periods,
            missing,
            actions,
            ok_actions,
            tags,
        } = self;
        let dimensions = dimensions
            .iter()
            .fold(Tree::map(), |tree, (name, value)| tree.set(*name, value));
        tf::block("aws_cloudwatch_metric_alarm")
            .set(
                "alarm_name",
                name.as_ref().map_or_else(tf::own_name, Tree::from),
            )
            .set("alarm_description", description)
            .set("namespace", *namespace)
            .set("metric_name", *metric)
            .maybe("statistic", statistic.plain())
            .maybe("extended_statistic", statistic.percentile())
            .set("dimensions", dimensions)
            .set("comparison_operator", comparison.word())
            .set("threshold", threshold)
            .set("period", period)
            .set("evaluation_periods", periods)
            .set("treat_missing_data", *missing)
            .maybe("alarm_actions", (!actions.is_empty()).then_some(actions))
            .maybe("ok_actions", (!ok_actions.is_empty()).then_some(ok_actions))
            .set("tags", tags)
            .into()
    }
}
