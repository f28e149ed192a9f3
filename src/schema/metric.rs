//! Names of metrics and their thresholds.

use super::{Scalar, Tiers, Type, Value};
use crate::units::{Duration, Percent, Size};
use crate::{placeless, words};

words! {
    /// A CloudWatch metric with its statistic.
    Metric {
        /// Average processor use of the group's instances, a percentage.
        Cpu = "cpu",
        /// Average bytes that an instance receives in a period.
        NetworkIn = "network_in",
        /// Average bytes that an instance sends in a period.
        NetworkOut = "network_out",
        /// Requests in a period, by instance.
        RequestsPerInstance = "requests_per_instance",
        /// Requests in a period, all together.
        Requests = "requests",
        /// Average time to the first byte of an answer.
        TargetResponseTime = "target_response_time",
        /// Time to the first byte of an answer, median.
        TargetResponseTimeP50 = "target_response_time_p50",
        /// Time to the first byte of an answer, 90 of 100 are faster.
        TargetResponseTimeP90 = "target_response_time_p90",
        /// Time to the first byte of an answer, 95 of 100 are faster.
        TargetResponseTimeP95 = "target_response_time_p95",
        /// Time to the first byte of an answer, 99 of 100 are faster.
        TargetResponseTimeP99 = "target_response_time_p99",
        /// Answers with a status of 500 to 599 from the application.
        Target5xx = "target_5xx",
        /// Answers with a status of 400 to 499 from the application.
        Target4xx = "target_4xx",
        /// Answers with a status of 500 to 599 from the balancer itself.
        LoadBalancer5xx = "load_balancer_5xx",
        /// Fewest targets that pass their health check.
        HealthyHosts = "healthy_hosts",
        /// Most targets that fail their health check.
        UnhealthyHosts = "unhealthy_hosts",
        /// Messages that wait in the queue.
        QueueDepth = "queue_depth",
        /// Messages that wait in the queue, by instance.
        BacklogPerInstance = "backlog_per_instance",
        /// Age of the oldest message in the queue.
        OldestMessageAge = "oldest_message_age",
        /// Messages in the dead-letter queue.
        DeadLetterDepth = "dead_letter_depth",
    }
}

/// What a metric is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricUnit {
    /// `70%`
    Percent,
    /// `6MiB`
    Size,
    /// `800ms`
    Duration,
    /// `500`
    Count,
}

impl Metric {
    /// The tiers whose environments have it.
    #[must_use]
    pub fn tiers(self) -> Tiers {
        match self {
            Self::Cpu | Self::NetworkIn | Self::NetworkOut => Tiers::All,
            Self::RequestsPerInstance
            | Self::Requests
            | Self::TargetResponseTime
            | Self::TargetResponseTimeP50
            | Self::TargetResponseTimeP90
            | Self::TargetResponseTimeP95
            | Self::TargetResponseTimeP99
            | Self::Target5xx
            | Self::Target4xx
            | Self::LoadBalancer5xx
            | Self::HealthyHosts
            | Self::UnhealthyHosts => Tiers::Web,
            Self::QueueDepth
            | Self::BacklogPerInstance
            | Self::OldestMessageAge
            | Self::DeadLetterDepth => Tiers::Worker,
        }
    }

    /// What it is counted in.
    #[must_use]
    pub fn unit(self) -> MetricUnit {
        match self {
            Self::Cpu => MetricUnit::Percent,
            Self::NetworkIn | Self::NetworkOut => MetricUnit::Size,
            Self::TargetResponseTime
            | Self::TargetResponseTimeP50
            | Self::TargetResponseTimeP90
            | Self::TargetResponseTimeP95
            | Self::TargetResponseTimeP99
            | Self::OldestMessageAge => MetricUnit::Duration,
            Self::RequestsPerInstance
            | Self::Requests
            | Self::Target5xx
            | Self::Target4xx
            | Self::LoadBalancer5xx
            | Self::HealthyHosts
            | Self::UnhealthyHosts
            | Self::QueueDepth
            | Self::BacklogPerInstance
            | Self::DeadLetterDepth => MetricUnit::Count,
        }
    }
}

/// A value that a metric is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// `70%`
    Percent(Percent),
    /// `6MiB`
    Size(Size),
    /// `800ms`
    Duration(Duration),
    /// `500`
    Count(i64),
}

impl Threshold {
    /// What it is counted in.
    #[must_use]
    pub fn unit(self) -> MetricUnit {
        match self {
            Self::Percent(_) => MetricUnit::Percent,
            Self::Size(_) => MetricUnit::Size,
            Self::Duration(_) => MetricUnit::Duration,
            Self::Count(_) => MetricUnit::Count,
        }
    }
}

placeless!(Threshold);

impl Scalar for Threshold {
    const TYPE: Type = Type::OneOf(&[Type::Percent, Type::Size, Type::Duration, Type::Count]);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Percent(it) => Some(Self::Percent(*it)),
            Value::Size(it) => Some(Self::Size(*it)),
            Value::Duration(it) => Some(Self::Duration(*it)),
            Value::Int(it) => Some(Self::Count(*it)),
            _ => None,
        }
    }
}
