//! `deployment`: how a group replaces its instances.

use super::unit::Unit;
use crate::model::Environment;
use crate::resource::Expr;
use crate::resource::auto_scaling_group::{Rollout, Strategy};
use crate::schema::deployment::{Batch, Strategy as Wanted};

/// How the group of an environment replaces its instances.
pub(super) fn rollout(unit: &Unit<'_>, environment: &Environment, min: i64, max: i64) -> Rollout {
    let deployment = &environment.settings.deployment;
    let batch = match deployment.batch.value {
        Batch::Count(count) => count.clamp(1, max),
        // At least one instance, and rounded up as Beanstalk does.
        Batch::Percent(share) => (max * share.0 + 99) / 100,
    }
    .max(1);
    let single = environment.is_single();
    let strategy = match deployment.strategy.value {
        Wanted::AllAtOnce => Strategy::AllAtOnce,
        // One address cannot be on two instances: the old one goes first.
        Wanted::Rolling | Wanted::RollingWithAdditionalBatch if single => Strategy::AllAtOnce,
        Wanted::Rolling => Strategy::Rolling { batch },
        Wanted::RollingWithAdditionalBatch => Strategy::AdditionalBatch { batch },
        Wanted::Immutable | Wanted::TrafficSplitting => Strategy::Immutable,
    };
    let alarms = deployment.rollback_on.value.iter();
    Rollout {
        strategy,
        min,
        max,
        pause: Expr::from(deployment.pause.value.secs()).at(deployment.pause.span()),
        timeout: Expr::from(deployment.timeout.value.secs()).at(deployment.timeout.span()),
        rollback_alarms: alarms
            .map(|(alarm, span)| Expr::from(unit.alarm_name(&alarm.0)).at(Some(*span)))
            .collect(),
    }
}
