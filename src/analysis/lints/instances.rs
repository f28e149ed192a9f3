//! The machines: what they are, how they are paid for and how long they may
//! take.

use super::Scene;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::facts::{self, InstanceType};
use crate::model::Tier;
use crate::schema::Lately;
use crate::schema::instances::{Architecture, Purchase, VolumeType};
use crate::schema::metric::Metric;
use crate::source::Span;
use crate::units::{Duration, Size};

/// Below this, a start that installs anything is not over.
pub(super) const SHORTEST_START: Duration = Duration::from_mins(1);

/// Instances that are replaced before they can answer.
pub(super) fn short_grace(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let grace = &scene.environment.settings.instances.replace_unhealthy_after;
    if grace.value < SHORTEST_START
        && let Some(span) = grace.span()
    {
        found.push(replaced_too_early(span, grace.value));
    }
}

/// Types that EC2 lists as of a previous generation.
pub(super) fn previous_generation(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    for (ty, span) in types(scene) {
        if !ty.current {
            let nearest = facts::nearest(ty, ty.architecture()).map(|ty| ty.name);
            found.push(of_before(ty, span, nearest));
        }
    }
}

/// A balancer in front of what is never more than one instance.
pub(super) fn alone_behind_balancer(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    if let Some(max) = &scene.environment.settings.instances.max
        && scene.environment.is_balanced()
        && scene.environment.shared_balancer().is_none()
        && max.value == 1
        && let Some(span) = max.span()
    {
        found.push(never_more_than_one(span));
    }
}

/// Answers that depend on spare capacity alone.
pub(super) fn only_spot(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let instances = &scene.environment.settings.instances;
    let mixed = &instances.mixed;
    let all_spot = match instances.purchase.value {
        Purchase::Spot => true,
        Purchase::Mixed => mixed.on_demand_base.value == 0 && mixed.on_demand_share.value.0 == 0,
        Purchase::OnDemand => false,
    };
    if all_spot
        && scene.environment.tier == Tier::Web
        && let Some(span) = instances.purchase.span()
    {
        found.push(all_may_go(span));
    }
}

/// Spare capacity of one kind only (EC2 User Guide, best practices for Spot:
/// be flexible across at least ten instance types).
pub(super) fn one_spot_pool(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let instances = &scene.environment.settings.instances;
    if instances.purchase.value == Purchase::Mixed
        && instances.mixed.types.value.is_empty()
        && instances.mixed.on_demand_share.value.0 < 100
        && let Some(span) = instances.purchase.span()
    {
        found.push(one_kind_of_spare(span));
    }
}

/// Burstable types begin with few CPU credits, and a spot instance may not live
/// to earn more; beyond them it pays more than an instance of a fixed
/// performance (EC2 User Guide, burstable Spot Instances).
pub(super) fn burstable_spot(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let purchase = &scene.environment.settings.instances.purchase;
    if purchase.value != Purchase::Spot {
        return;
    }
    for (ty, span) in types(scene).filter(|(ty, _)| ty.burstable) {
        found.push(few_credits(ty, span, purchase.span()));
    }
}

/// x86 where the platform has images for Graviton.
pub(super) fn graviton_fits(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    if !scene.environment.platform.fits(Architecture::Arm64) {
        return;
    }
    for (ty, span) in types(scene) {
        if ty.architecture() == Architecture::X8664
            && let Some(near) = facts::nearest(ty, Architecture::Arm64)
        {
            found.push(arm_would_do(ty, span, near));
        }
    }
}

/// A key for a port that is closed.
pub(super) fn key_pair(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let key = scene.environment.settings.instances.key_pair.as_ref();
    let span = key.and_then(|key| key.span());
    found.extend(span.map(no_door_for_the_key));
}

/// Metrics each minute that nothing looks at: whatever is there takes them over
/// five minutes or longer.
pub(super) fn unseen_metrics(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let settings = &scene.environment.settings;
    let monitoring = &settings.instances.monitoring;
    let Some(span) = monitoring
        .span()
        .filter(|_| monitoring.value == Lately::Now(true))
    else {
        return;
    };
    let is_of_instances =
        |metric| matches!(metric, Metric::Cpu | Metric::NetworkIn | Metric::NetworkOut);
    let basic = Duration::from_mins(5);
    let mut triggers = settings.scaling.trigger.iter();
    let mut alarms = settings.alarm.iter();
    let is_seen = !settings.scaling.policy.is_empty()
        || triggers.any(|it| is_of_instances(it.metric.value) && it.period.value < basic)
        || alarms.any(|it| is_of_instances(it.metric.value) && it.r#for.value < basic);
    if !is_seen {
        found.push(nobody_looks(span));
    }
}

/// Up to this size, gp3 does at least what gp2 does without asking for more: its
/// 3,000 operations and 125MiB/s against at most 3,000 in bursts and 128MiB/s
/// (EBS User Guide, General Purpose SSD volumes).
const SAME_ON_GP3: Size = Size::from_gib(170);

/// Volumes of the generation before.
pub(super) fn older_volume(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let volume = &scene.environment.settings.instances.root_volume;
    let Some(span) = volume.r#type.span() else {
        return;
    };
    found.extend(match volume.r#type.value {
        VolumeType::Gp2 => Some(older(
            span,
            "gp2",
            "gp3",
            "is a fifth cheaper by the GiB",
            {
                match volume.size.value <= SAME_ON_GP3 {
                    true => Applicability::MachineApplicable,
                    false => Applicability::MaybeIncorrect,
                }
            },
        )),
        VolumeType::Io1 => {
            let why = "fails a hundred times less often, for the same price";
            Some(older(
                span,
                "io1",
                "io2",
                why,
                Applicability::MaybeIncorrect,
            ))
        }
        VolumeType::Gp3 | VolumeType::Io2 => None,
    });
}

/// What every gp3 volume does at no charge (EBS User Guide).
const FREE_IOPS: i64 = 3_000;

/// Paid operations that a cheaper kind has for nothing.
pub(super) fn paid_iops(scene: &Scene<'_>, found: &mut Vec<Diagnostic>) {
    let volume = &scene.environment.settings.instances.root_volume;
    if let Some(iops) = &volume.iops
        && matches!(volume.r#type.value, VolumeType::Io1 | VolumeType::Io2)
        && iops.value <= FREE_IOPS
        && let Some(span) = iops.span()
    {
        found.push(there_for_nothing(span, iops.value, volume.r#type.value));
    }
}

/// The instance types that are written, with their places.
fn types<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (&'static InstanceType, Span)> + 'a {
    let all = scene.environment.settings.instances.types();
    all.filter_map(|(ty, span)| Some((facts::instance_type(&ty.known()?.0)?, span)))
}

// Words

fn replaced_too_early(span: Span, grace: Duration) -> Diagnostic {
    let message = format!("new instances have {grace} to become healthy");
    Diagnostic::new(Code::ShortGrace, span, message)
        .label("installing and starting takes longer, most likely")
        .note("an instance that is replaced before it answers is followed by the next, for ever")
        .help("two to five minutes are usual: `5m`")
}

fn of_before(ty: &InstanceType, span: Span, nearest: Option<&'static str>) -> Diagnostic {
    let message = format!("`{}` is of a previous generation", ty.name);
    let warning = Diagnostic::new(Code::PreviousGeneration, span, message)
        .label("slower and dearer than what replaced it");
    match nearest {
        Some(near) => warning.suggestion(
            format!("`{near}` is the nearest current type"),
            span,
            format!("\"{near}\""),
        ),
        None => warning,
    }
}

fn never_more_than_one(span: Span) -> Diagnostic {
    let message = "a load balancer stands in front of one instance";
    Diagnostic::new(Code::AloneBehindBalancer, span, message)
        .label("while it is replaced, clients get errors and the balancer costs all the same")
        .help("raise `max`, or use `load_balancer { kind = none }`")
}

fn all_may_go(span: Span) -> Diagnostic {
    let message = "all instances that answer requests can be taken back at once";
    Diagnostic::new(Code::OnlySpot, span, message)
        .label("at two minutes' notice, when EC2 needs the capacity")
        .help("`purchase = mixed` keeps some: `mixed { on_demand_base = 1 }`")
}

fn one_kind_of_spare(span: Span) -> Diagnostic {
    let message = "spot instances of one type are of one pool";
    Diagnostic::new(Code::OneSpotPool, span, message)
        .label("when it runs out, there are none")
        .help("name more types that would do: `mixed { types = [\"m7g.large\", \"m6g.large\"] }`")
}

fn few_credits(ty: &InstanceType, span: Span, purchase: Option<Span>) -> Diagnostic {
    let message = format!("`{}` has few CPU credits as a spot instance", ty.name);
    let warning = Diagnostic::new(Code::BurstableSpot, span, message)
        .label("burstable: what it does beyond its credits is charged");
    let warning = match purchase {
        Some(place) => warning.related(place, "often gone before it has earned any"),
        None => warning,
    };
    warning.help("use a type of a fixed performance, such as `m7g.large` or `c7g.large`")
}

fn arm_would_do(ty: &InstanceType, span: Span, near: &InstanceType) -> Diagnostic {
    let message = format!("`{}` is x86_64, and the platform has arm64 images", ty.name);
    Diagnostic::new(Code::GravitonFits, span, message)
        .label("Graviton does the same for about a fifth less")
        .suggestion(
            format!("`{}` is the nearest arm64 type", near.name),
            span,
            format!("\"{}\"", near.name),
        )
}

fn no_door_for_the_key(span: Span) -> Diagnostic {
    let message = "this key opens nothing: no instance listens to SSH from outside";
    Diagnostic::new(Code::KeyPair, span, message)
        .label("whoever has its private half may log in if that changes")
        .help("leave it out; `aws ssm start-session --target INSTANCE` gives a shell, and a log")
}

fn nobody_looks(span: Span) -> Diagnostic {
    let message = "metrics of every minute are paid for, and nothing looks at them";
    Diagnostic::new(Code::UnseenMetrics, span, message)
        .label("all triggers and alarms take five minutes or longer")
        .help("delete it, or use a `policy`, or a shorter `period`")
}

fn older(
    span: Span,
    word: &str,
    newer: &str,
    why: &str,
    applicability: Applicability,
) -> Diagnostic {
    let message = format!("`{word}` is the older kind of volume");
    let edit = Edit {
        span,
        text: newer.to_owned(),
    };
    Diagnostic::new(Code::OlderVolume, span, message)
        .label(format!("`{newer}` {why}"))
        .advice(format!("write `{newer}`"), applicability, [edit])
}

fn there_for_nothing(span: Span, iops: i64, kind: VolumeType) -> Diagnostic {
    let message = format!("`gp3` does {iops} operations a second at no charge");
    Diagnostic::new(Code::PaidIops, span, message)
        .label(format!("`{}` is paid for each of them", kind.word()))
        .help("use `type = gp3`, and leave `iops` out")
}
