//! What CloudWatch calls the metrics of the language.

use crate::resource::Term;
use crate::resource::alarm::Statistic;
use crate::resource::expr::{Expr, Name, Number};
use crate::schema::metric::{Metric, Threshold};

/// What of an environment a metric is measured on.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The Auto Scaling group's name.
    pub group: Expr<Name>,
    /// The queues of a worker.
    pub queues: Option<QueueNames>,
    /// The balancer's and the default target group's names in metrics; none
    /// without a balancer.
    pub balancer: Option<BalancerNames>,
}

/// The names of queues in metrics.
#[derive(Debug, Clone)]
pub struct QueueNames {
    /// The one that is worked on.
    pub queue: Expr<Name>,
    /// The one for messages that fail again and again; none when it is not the
    /// environment's.
    pub dead_letter: Option<Expr<Name>>,
}

/// The names of a balancer in metrics.
#[derive(Debug, Clone)]
pub struct BalancerNames {
    /// Where its metrics are: `AWS/ApplicationELB`.
    pub namespace: &'static str,
    /// `app/name/id`
    pub load_balancer: Expr<Name>,
    /// `targetgroup/name/id`
    pub target_group: Expr<Name>,
    /// Whether others have requests there as well, which are not to be counted.
    pub is_shared: bool,
}

/// A CloudWatch metric.
#[derive(Debug, Clone)]
pub struct CloudWatch {
    /// `AWS/EC2`
    pub namespace: &'static str,
    /// `CPUUtilization`
    pub name: &'static str,
    /// How the values of a period become one.
    pub statistic: Statistic,
    /// What it is measured on.
    pub dimensions: Vec<(&'static str, Expr<Name>)>,
    /// The group by whose instances it is divided.
    pub per_instance_of: Option<Expr<Name>>,
    /// What silence means: `notBreaching` for counts that are only sent when
    /// there is something to count.
    pub missing: &'static str,
}

/// Messages that wait in a queue.
const WAITING: &str = "ApproximateNumberOfMessagesVisible";

/// The CloudWatch metric behind a name; `None` when the environment has
/// nothing it is measured on, which the checks have reported.
#[must_use]
pub fn cloudwatch(metric: Metric, measured: &Measured) -> Option<CloudWatch> {
    const IGNORE: &str = "missing";
    const FINE: &str = "notBreaching";
    const BROKEN: &str = "breaching";
    let plain = Statistic::Plain;
    let group = |name, statistic| {
        let dimensions = vec![("AutoScalingGroupName", measured.group.clone())];
        Some(CloudWatch {
            namespace: "AWS/EC2",
            name,
            statistic,
            dimensions,
            per_instance_of: None,
            missing: IGNORE,
        })
    };
    let balancer = |name, statistic, of_group: bool, missing| {
        let names = measured.balancer.as_ref()?;
        let mut dimensions = vec![("LoadBalancer", names.load_balancer.clone())];
        if of_group || names.is_shared {
            dimensions.push(("TargetGroup", names.target_group.clone()));
        }
        Some(CloudWatch {
            namespace: names.namespace,
            name,
            statistic,
            dimensions,
            per_instance_of: None,
            missing,
        })
    };
    let queue = |name, dead| {
        let names = measured.queues.as_ref()?;
        let queue = match dead {
            true => names.dead_letter.clone()?,
            false => names.queue.clone(),
        };
        Some(CloudWatch {
            namespace: "AWS/SQS",
            name,
            statistic: plain("Maximum"),
            dimensions: vec![("QueueName", queue)],
            per_instance_of: None,
            missing: FINE,
        })
    };
    let time = |statistic| balancer("TargetResponseTime", statistic, false, FINE);
    match metric {
        Metric::Cpu => group("CPUUtilization", plain("Average")),
        Metric::NetworkIn => group("NetworkIn", plain("Average")),
        Metric::NetworkOut => group("NetworkOut", plain("Average")),
        Metric::RequestsPerInstance => {
            let names = measured.balancer.as_ref()?;
            Some(CloudWatch {
                namespace: names.namespace,
                name: "RequestCountPerTarget",
                statistic: plain("Sum"),
                dimensions: vec![("TargetGroup", names.target_group.clone())],
                per_instance_of: None,
                missing: FINE,
            })
        }
        Metric::Requests => balancer("RequestCount", plain("Sum"), false, FINE),
        Metric::TargetResponseTime => time(plain("Average")),
        Metric::TargetResponseTimeP50 => time(Statistic::Percentile("p50")),
        Metric::TargetResponseTimeP90 => time(Statistic::Percentile("p90")),
        Metric::TargetResponseTimeP95 => time(Statistic::Percentile("p95")),
        Metric::TargetResponseTimeP99 => time(Statistic::Percentile("p99")),
        Metric::Target5xx => balancer("HTTPCode_Target_5XX_Count", plain("Sum"), false, FINE),
        Metric::Target4xx => balancer("HTTPCode_Target_4XX_Count", plain("Sum"), false, FINE),
        Metric::LoadBalancer5xx => balancer("HTTPCode_ELB_5XX_Count", plain("Sum"), false, FINE),
        Metric::HealthyHosts => balancer("HealthyHostCount", plain("Minimum"), true, BROKEN),
        Metric::UnhealthyHosts => balancer("UnHealthyHostCount", plain("Maximum"), true, FINE),
        Metric::QueueDepth => queue(WAITING, false),
        Metric::BacklogPerInstance => Some(CloudWatch {
            per_instance_of: Some(measured.group.clone()),
            ..queue(WAITING, false)?
        }),
        Metric::OldestMessageAge => queue("ApproximateAgeOfOldestMessage", false),
        Metric::DeadLetterDepth => queue(WAITING, true),
    }
}

/// A threshold as CloudWatch counts it: percent, bytes, seconds or a number.
#[must_use]
pub fn threshold(value: Threshold) -> Expr<Number> {
    Expr::new(match value {
        Threshold::Percent(percent) => Term::Int(percent.0),
        Threshold::Size(size) => Term::Int(size.bytes()),
        Threshold::Count(count) => Term::Int(count),
        Threshold::Duration(duration) => seconds(duration.millis()),
    })
}

/// Milliseconds as seconds: a whole number where it is one.
fn seconds(millis: i64) -> Term {
    if millis % 1_000 == 0 {
        return Term::Int(millis / 1_000);
    }
    // Thresholds are at most a few days: far below what an `f64` holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of days fit")]
    Term::Decimal(millis as f64 / 1_000.0)
}
