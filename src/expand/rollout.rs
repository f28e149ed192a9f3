//! `deployment`: how a group replaces its instances.

use super::unit::Unit;
use crate::model::Environment;
use crate::resource::Expr;
use crate::resource::auto_scaling_group::{self, Rollout, Strategy};
use crate::schema::deployment::{Batch, Strategy as Wanted};

/// How many seconds pass until the next batch. A balancer sends requests to an
/// instance that is in service once its first check was passed (Application Load
/// Balancers User Guide, "Health checks for target groups").
pub(super) fn pause(environment: &Environment) -> i64 {
    let settings = &environment.settings;
    let health = &settings.load_balancer.health;
    let check = match environment.is_balanced() {
        true => health.interval.value.secs() + health.timeout.value.secs(),
        false => 0,
    };
    settings.deployment.pause.value.secs().max(check)
}

/// How many seconds CloudFormation waits for a batch at most, boot and pause.
const LONGEST_BATCH: i64 = auto_scaling_group::LONGEST_PAUSE;

/// How many seconds a boot may take. Who waits for it began to before the script
/// did, and is to hear why it failed.
pub(super) fn boot_timeout(environment: &Environment) -> i64 {
    let all = environment.settings.deployment.timeout.value.secs();
    let all = all.min(LONGEST_BATCH - pause(environment));
    all - (all / 5).min(60)
}

/// The smallest bound above that the group ever has: its own, or that of a schedule.
fn least_max(environment: &Environment, max: i64) -> i64 {
    let schedules = environment.settings.scaling.schedule.iter();
    let scheduled = schedules.filter_map(|it| it.max.as_ref());
    // A group without instances has none to replace.
    let scheduled = scheduled.map(|it| it.value).filter(|it| *it > 0);
    scheduled.fold(max, i64::min)
}

/// How the group of an environment replaces its instances.
pub(super) fn rollout(unit: &Unit<'_>, environment: &Environment, min: i64, max: i64) -> Rollout {
    let deployment = &environment.settings.deployment;
    let batch_of = |instances: i64| match deployment.batch.value {
        Batch::Count(count) => count.min(instances).max(1),
        // At least one instance, and rounded up as Beanstalk does.
        Batch::Percent(share) => ((instances * share.0 + 99) / 100).max(1),
    };
    let batch = batch_of(max);
    let single = environment.is_single();
    let strategy = match deployment.strategy.value {
        Wanted::AllAtOnce => Strategy::AllAtOnce,
        // One address cannot be on two instances: the old one goes first.
        Wanted::Rolling | Wanted::RollingWithAdditionalBatch if single => Strategy::AllAtOnce,
        // A group may stand at its smallest: of several instances one stays.
        Wanted::Rolling => Strategy::Rolling {
            batch,
            stay: (min - batch_of(min)).max(i64::from(min > 1)),
        },
        Wanted::RollingWithAdditionalBatch => Strategy::AdditionalBatch { batch },
        Wanted::Immutable | Wanted::TrafficSplitting => Strategy::Immutable,
    };
    let alarms = deployment.rollback_on.value.iter();
    Rollout {
        strategy,
        min,
        max,
        least_max: least_max(environment, max),
        pause: Expr::from(pause(environment)).at(deployment.pause.span()),
        timeout: Expr::from(deployment.timeout.value.secs()).at(deployment.timeout.span()),
        rollback_alarms: alarms
            .map(|(alarm, span)| Expr::from(unit.alarm_name(&alarm.0)).at(Some(*span)))
            .collect(),
    }
}
