//! `scaling`: pairs of alarms with their policies, targets and schedules.

use super::metric::{self, CloudWatch, Measured};
use super::unit::Unit;
use crate::model::{Environment, Tier};
use crate::resource::alarm::{Alarm, Comparison};
use crate::resource::auto_scaling_group::AutoScalingGroup;
use crate::resource::expr::Number;
use crate::resource::scaling_policy::{Adjustment, ScalingPolicy, Tracked};
use crate::resource::scheduled_action::ScheduledAction;
use crate::resource::{Expr, Ref, Term};
use crate::schema::metric::{Metric, Threshold};
use crate::schema::scaling::{BACKLOG_HIGH, BACKLOG_LOW, CPU_HIGH, CPU_LOW, Policy, Trigger};
use crate::schema::{Named, Origin, Resolved, Schema, Setting};
use crate::source::Span;

/// Makes all that changes the number of instances.
pub(super) fn make(
    unit: &mut Unit<'_>,
    environment: &Environment,
    group: Ref<AutoScalingGroup>,
    measured: &Measured,
) {
    let settings = &environment.settings;
    let scaling = &settings.scaling;
    if environment.is_single() {
        return;
    }
    for written in scaling.trigger.iter() {
        trigger(
            unit,
            group,
            measured,
            &written.name,
            written.span,
            &written.block,
        );
    }
    // A policy has nothing to do in a group whose bounds are one number, unless a
    // schedule changes them.
    let has_room = environment.max_instances() > settings.instances.min.value;
    if has_room || !scaling.schedule.is_empty() {
        for written in scaling.policy.iter() {
            policy(unit, group, measured, written);
        }
    }
    if environment.scales_by_default() {
        let nothing = Resolved {
            span: None,
            properties: crate::ordered::IndexMap::default(),
        };
        if let Some(mut default) = Trigger::read(&nothing) {
            let name = match environment.tier {
                Tier::Web => "cpu",
                Tier::Worker => {
                    let threshold = |count| {
                        Some(Setting {
                            value: Threshold::Count(count),
                            origin: Origin::Default,
                        })
                    };
                    default.metric.value = Metric::BacklogPerInstance;
                    default.high = threshold(BACKLOG_HIGH);
                    default.low = threshold(BACKLOG_LOW);
                    "backlog"
                }
            };
            let span = scaling
                .span
                .or(settings.instances.span)
                .unwrap_or(environment.span);
            trigger(unit, group, measured, name, span, &default);
        }
    }
    for schedule in scaling.schedule.iter() {
        let bound = |bound: &Option<Setting<i64>>| {
            bound
                .as_ref()
                .map(|bound| Expr::from(bound.value).at(bound.span()))
        };
        let text = |text: &Option<Setting<smol_str::SmolStr>>| {
            text.as_ref()
                .map(|text| Expr::from(text.value.clone()).at(text.span()))
        };
        let action = ScheduledAction {
            group: group.attr(AutoScalingGroup::NAME),
            start: text(&schedule.at),
            recurrence: text(&schedule.cron),
            min: bound(&schedule.min),
            max: bound(&schedule.max),
        };
        unit.graph.add(
            &format!("schedule_{}", schedule.name),
            schedule.span,
            action,
        );
    }
}

/// Two alarms, high and low, each with a policy of the group.
fn trigger(
    unit: &mut Unit<'_>,
    group: Ref<AutoScalingGroup>,
    measured: &Measured,
    name: &str,
    span: Span,
    trigger: &Trigger,
) {
    let Some(metric) = metric::cloudwatch(trigger.metric.value, measured) else {
        return;
    };
    let cpu = |percent| Threshold::Percent(percent);
    let side = |written: &Option<Setting<Threshold>>, default| match written {
        Some(written) => metric::threshold(written.value).at(written.span()),
        None => metric::threshold(default),
    };
    let sides = [
        (
            "high",
            Comparison::Above,
            side(&trigger.high, cpu(CPU_HIGH)),
            Expr::from(trigger.add.value).at(trigger.add.span()),
        ),
        (
            "low",
            Comparison::Below,
            side(&trigger.low, cpu(CPU_LOW)),
            Expr::from(-trigger.remove.value).at(trigger.remove.span()),
        ),
    ];
    for (which, comparison, threshold, change) in sides {
        let policy = ScalingPolicy {
            group: group.attr(AutoScalingGroup::NAME),
            adjustment: Adjustment::Simple {
                change,
                cooldown: Expr::from(trigger.cooldown.value.secs()).at(trigger.cooldown.span()),
            },
        };
        let policy = unit
            .graph
            .add(&format!("trigger_{name}_{which}_policy"), span, policy);
        let CloudWatch {
            namespace,
            name: metric_name,
            statistic,
            dimensions,
            per_instance_of,
            missing,
        } = metric.clone();
        let alarm = Alarm {
            name: None,
            description: Expr::from(format!(
                "{} is {}: {} an instance",
                trigger.metric.value.word(),
                which,
                if which == "high" { "adds" } else { "removes" }
            )),
            namespace,
            metric: metric_name,
            statistic,
            dimensions,
            per_instance_of,
            comparison,
            threshold,
            period: Expr::from(trigger.period.value.secs()).at(trigger.period.span()),
            periods: Expr::from(trigger.breaches.value).at(trigger.breaches.span()),
            missing,
            actions: vec![policy.attr(ScalingPolicy::ARN)],
            ok_actions: Vec::new(),
            tags: unit.tags.clone(),
        };
        unit.graph
            .add(&format!("trigger_{name}_{which}_alarm"), span, alarm);
    }
}

/// A policy that keeps a metric near a target.
fn policy(
    unit: &mut Unit<'_>,
    group: Ref<AutoScalingGroup>,
    measured: &Measured,
    written: &Named<Policy>,
) {
    if let (Some(messages), Some(names)) = (&written.messages_per_instance, &measured.queues) {
        let tracked = Tracked::Backlog {
            queue: names.queue.clone(),
            group: measured.group.clone(),
        };
        let target = Expr::new(Term::Int(messages.value)).at(messages.span());
        track(unit, group, written, tracked, target);
        return;
    }
    let Some(target) = &written.target else {
        return;
    };
    let tracked = match written.metric.value {
        Metric::NetworkIn => Tracked::NetworkIn,
        Metric::NetworkOut => Tracked::NetworkOut,
        Metric::RequestsPerInstance => {
            let Some(names) = &measured.balancer else {
                return;
            };
            let slash = Term::from("/");
            let balancer = names.load_balancer.term.clone();
            let group = names.target_group.term.clone();
            Tracked::Requests(Expr::new(Term::join([balancer, slash, group])))
        }
        // The checks allow no other metric here.
        _ => Tracked::Cpu,
    };
    let target = metric::threshold(target.value).at(target.span());
    track(unit, group, written, tracked, target);
}

fn track(
    unit: &mut Unit<'_>,
    group: Ref<AutoScalingGroup>,
    written: &Named<Policy>,
    tracked: Tracked,
    target: Expr<Number>,
) {
    let policy = ScalingPolicy {
        group: group.attr(AutoScalingGroup::NAME),
        adjustment: Adjustment::Target {
            tracked,
            target,
            warmup: Expr::from(written.cooldown.value.secs()).at(written.cooldown.span()),
        },
    };
    unit.graph
        .add(&format!("policy_{}", written.name), written.span, policy);
}
