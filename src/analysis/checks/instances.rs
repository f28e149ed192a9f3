//! Instance types, architectures, disks, subnets and how instances are
//! replaced.

use smol_str::SmolStr;

use super::{Check, errors};
use crate::diagnostic::Diagnostic;
use crate::facts::{self, InstanceType};
use crate::model::NetworkKind;
use crate::schema;
use crate::schema::deployment::{Batch, Strategy};
use crate::schema::instances::{Architecture, Purchase, VolumeType};
use crate::schema::network::Internet;
use crate::schema::platform::Image;
use crate::schema::{Lately, Setting, Subnets};
use crate::source::Span;
use crate::units::{Duration, Size};

pub(super) fn check(check: &mut Check<'_, '_>) {
    bounds(check);
    purchase(check);
    types(check);
    graphics(check);
    disk(check);
    subnets(check);
    rollout(check);
}

fn bounds(check: &mut Check<'_, '_>) {
    let instances = &check.environment.settings.instances;
    if let Some(max) = &instances.max
        && !check.single()
        && max.value < instances.min.value
        && let Some(span) = max.span()
    {
        check
            .diagnostics
            .report(errors::max_below_min(span, max.value, &instances.min));
    }
    if check.single() {
        let max = instances.max.as_ref().filter(|max| max.value > 1);
        let min = Some(&instances.min).filter(|min| min.value > 1);
        if let Some(bound) = max.or(min)
            && let Some(span) = bound.span()
        {
            let kind = check.environment.settings.load_balancer.kind.span();
            check
                .diagnostics
                .report(errors::one_instance_only(span, kind));
        }
    }
}

/// How instances are paid for.
fn purchase(check: &mut Check<'_, '_>) {
    let instances = &check.environment.settings.instances;
    let mixed = &instances.mixed;
    let written = [
        mixed.types.span(),
        mixed.on_demand_base.span(),
        mixed.on_demand_share.span(),
    ];
    if instances.purchase.value != Purchase::Mixed
        && let Some(span) = written.into_iter().flatten().min()
    {
        check
            .diagnostics
            .report(errors::only_if_mixed(span, &instances.purchase));
    }
}

/// Types exist, the platform has images for them from which they start, and all are
/// of one architecture.
fn types(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let instances = &environment.settings.instances;
    let platform = &environment.platform;
    let mut late = None;
    let mut all: Vec<(&SmolStr, Span)> = Vec::new();
    for (ty, span) in instances.types() {
        match ty {
            Lately::Now(ty) => all.push((&ty.0, span)),
            Lately::Later(ty) => late = late.or(Some((ty, span))),
        }
    }
    let mut taken: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    // The first that has an image: the others have to go with it.
    let mut first: Option<(&'static InstanceType, Span)> = None;
    for (name, span) in &all {
        let Some(ty) = known(check, name, *span) else {
            continue;
        };
        let (error, wanted) = match first {
            _ if !platform.fits(ty.architecture()) => {
                let wanted = first.map_or(ty.architecture().other(), |(it, _)| it.architecture());
                let platform = (
                    environment.platform.name.as_str(),
                    environment.settings.platform.span(),
                );
                (errors::architecture_mismatch(ty, *span, platform), wanted)
            }
            Some((other, place)) if other.architecture() != ty.architecture() => {
                let error = errors::mixed_architectures(ty, *span, other, place);
                (error, other.architecture())
            }
            Some(_) | None => {
                first = first.or(Some((ty, *span)));
                let Some(error) = not_startable(ty, *span, &platform.settings.image) else {
                    continue;
                };
                (error, ty.architecture())
            }
        };
        let near = facts::nearest_beside(ty, wanted, |it| taken.contains(&it));
        let near = near.filter(|_| platform.fits(wanted));
        let error = match near {
            Some(near) => {
                taken.push(near.name);
                let help = errors::nearest_type(near);
                check.instead(error, help, *span, near.name)
            }
            None => error,
        };
        check.diagnostics.report(error);
    }
    if let Some((ty, span)) = late
        && all.is_empty()
        && instances.architecture.is_none()
        && platform.fits(Architecture::Arm64)
        && platform.fits(Architecture::X8664)
    {
        let error = errors::architecture_open(ty, span, &platform.name);
        check.diagnostics.report(error);
    }
    architecture(check, first, all.is_empty());
}

/// What is wrong with a type that cannot start from an image which is there for its
/// architecture.
pub(in crate::analysis) fn not_startable(
    ty: &InstanceType,
    span: Span,
    image: &Image,
) -> Option<Diagnostic> {
    let why = ty.bars_amazon_linux_2023()?;
    let is_barred = image.is_amazon_linux_2023(ty.architecture());
    is_barred.then(|| errors::cannot_start(ty, span, why))
}

/// What is said of the architecture goes with the types, or with the platform where
/// there are none.
fn architecture(
    check: &mut Check<'_, '_>,
    first: Option<(&'static InstanceType, Span)>,
    is_free: bool,
) {
    let environment = check.environment;
    let platform = &environment.platform;
    let Some(wanted) = &environment.settings.instances.architecture else {
        return;
    };
    let Some(span) = wanted.span() else { return };
    match first {
        Some((ty, place)) if ty.architecture() != wanted.value => {
            let error = errors::other_architecture(span, ty, place);
            let near = facts::nearest(ty, wanted.value);
            // Which of the two is meant, nobody knows.
            let error = match near.filter(|_| platform.fits(wanted.value)) {
                Some(near) => {
                    let text = format!("\"{}\"", near.name);
                    error.suggestion(errors::nearest_type(near), place, text)
                }
                None => error,
            };
            check.diagnostics.report(error);
        }
        None if is_free && !platform.fits(wanted.value) => {
            let name = &platform.name;
            let has_other = platform.fits(wanted.value.other());
            check
                .diagnostics
                .report(errors::no_image(span, wanted.value, name, has_other));
        }
        Some(_) | None => {}
    }
}

/// Containers that want graphics processors for themselves get them: types have some,
/// and the image has what they need.
fn graphics(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let containers = environment.task.iter().flat_map(|task| &task.containers);
    let wanted = containers.filter_map(|it| it.gpus).max();
    let Some((_, place)) = wanted else { return };
    let instances = &environment.settings.instances;
    let mut is_said = false;
    for (ty, span) in instances.types() {
        is_said = true;
        if let Lately::Now(schema::InstanceType(name)) = ty
            && facts::instance_type(name).is_some_and(|ty| !ty.has_gpus())
        {
            check.diagnostics.report(errors::no_gpus(name, span, place));
        }
    }
    if !is_said {
        check
            .diagnostics
            .report(errors::default_without_gpus(place));
    }
    let platform = &environment.platform;
    let mut images = platform.settings.image.ssm.0.values();
    if images.any(|it| it.value.starts_with(ECS_IMAGES) && !it.value.contains("/gpu/")) {
        let span = environment.settings.platform.span().unwrap_or(place);
        let error = errors::no_gpu_drivers(span, &platform.name, place);
        check.diagnostics.report(error);
    }
}

/// Where AWS publishes its images for ECS.
const ECS_IMAGES: &str = "/aws/service/ecs/optimized-ami/";

fn known(check: &mut Check<'_, '_>, name: &SmolStr, span: Span) -> Option<&'static InstanceType> {
    let found = facts::instance_type(name);
    if found.is_none() {
        check
            .diagnostics
            .report(errors::unknown_instance_type(name, span));
    }
    found
}

/// What EBS allows: sizes, operations and throughput of each kind of volume
/// (EBS User Guide, volume types).
fn disk(check: &mut Check<'_, '_>) {
    let volume = &check.environment.settings.instances.root_volume;
    let kind = volume.r#type.value;
    let gib = volume.size.value.gib();
    if volume.size.value.bytes() % Size::from_gib(1).bytes() != 0
        && let Some(span) = volume.size.span()
    {
        check
            .diagnostics
            .report(errors::not_whole_gib(span, volume.size.value));
    }
    if let Some(iops) = &volume.iops
        && let Some(span) = iops.span()
    {
        let (least, most, per_gib) = match kind {
            VolumeType::Gp3 => (3_000, 80_000, 500),
            VolumeType::Io1 => (100, 64_000, 50),
            VolumeType::Io2 => (100, 256_000, 1_000),
            VolumeType::Gp2 => {
                check
                    .diagnostics
                    .report(errors::not_of_volume("iops", kind, span));
                return;
            }
        };
        if !(least..=most).contains(&iops.value) {
            let error = errors::volume_range(span, kind, "operations a second", least, most);
            check.diagnostics.report(error);
        } else if iops.value > least.max(gib * per_gib) {
            check
                .diagnostics
                .report(errors::iops_ratio(span, kind, per_gib, gib));
        }
    } else if matches!(kind, VolumeType::Io1 | VolumeType::Io2)
        && let Some(span) = volume.r#type.span()
    {
        check.diagnostics.report(errors::iops_missing(span, kind));
    }
    if let Some(throughput) = &volume.throughput
        && let Some(span) = throughput.span()
    {
        if kind != VolumeType::Gp3 {
            check
                .diagnostics
                .report(errors::not_of_volume("throughput", kind, span));
            return;
        }
        // A quarter of a MiB/s for each operation a second.
        let iops = volume.iops.as_ref().map_or(3_000, |iops| iops.value);
        if throughput.value.mib() * 4 > iops {
            check
                .diagnostics
                .report(errors::throughput_ratio(span, iops));
        }
    }
}

/// Subnets are of the environment's network, and instances get out of theirs.
fn subnets(check: &mut Check<'_, '_>) {
    let environment = check.environment;
    let settings = &environment.settings;
    let chosen = [
        (&settings.instances.subnets, "instances"),
        (&settings.load_balancer.subnets, "load_balancer"),
    ];
    for (subnets, block) in chosen {
        let Some((reference, span)) = subnets.as_ref().and_then(written) else {
            continue;
        };
        if environment.network.as_ref() != Some(&reference.0.item) {
            let network = environment.network.as_deref();
            check
                .diagnostics
                .report(errors::subnets_of_other_network(span, block, network));
        }
    }
    let Some(network) = check.network else { return };
    let NetworkKind::Own { groups, .. } = &network.kind else {
        return;
    };
    let (name, span) = match settings.instances.subnets.as_ref().and_then(written) {
        Some((reference, span)) => (reference.0.part.clone(), span),
        None => {
            let out = groups
                .iter()
                .find(|(_, group)| group.internet != Internet::None);
            match (out, settings.network.as_ref().and_then(Setting::span)) {
                (None, Some(span)) if !groups.is_empty() => {
                    check
                        .diagnostics
                        .report(errors::no_way_out(span, &network.name, None));
                    return;
                }
                _ => return,
            }
        }
    };
    if let Some(group) = groups.get(&name)
        && group.internet == Internet::None
    {
        check
            .diagnostics
            .report(errors::no_way_out(span, &name, Some(group.span)));
    }
}

fn written(subnets: &Setting<Subnets>) -> Option<(&Subnets, Span)> {
    Some((&subnets.value, subnets.span()?))
}

/// Strategies that need room to move.
fn rollout(check: &mut Check<'_, '_>) {
    let deployment = &check.environment.settings.deployment;
    if deployment.strategy.value != Strategy::TrafficSplitting {
        let split = deployment.split.as_ref().and_then(Setting::span);
        let evaluate_for = deployment.evaluate_for.as_ref().and_then(Setting::span);
        for (span, property) in [(split, "split"), (evaluate_for, "evaluate_for")] {
            if let Some(span) = span {
                check.diagnostics.report(errors::splits_nothing(
                    span,
                    property,
                    &deployment.strategy,
                ));
            }
        }
    }
    if let (Batch::Percent(share), Some(span)) = (deployment.batch.value, deployment.batch.span())
        && share.0 > 100
    {
        check.diagnostics.report(errors::more_than_all(span, share));
    }
    // A new set of instances is waited for as a new group is, for up to 12 hours.
    let in_batches = deployment.strategy.value != Strategy::Immutable;
    let (pause, timeout) = (&deployment.pause, &deployment.timeout);
    if in_batches
        && pause.value.millis() + timeout.value.millis() > Duration::from_hours(1).millis()
        && let Some(span) = pause.span()
    {
        check
            .diagnostics
            .report(errors::longer_than_an_hour(span, pause.value, timeout));
    }
    let Some(span) = deployment.strategy.span() else {
        return;
    };
    let strategy = deployment.strategy.value;
    if strategy == Strategy::TrafficSplitting {
        let error = errors::not_yet(span, "`traffic_splitting`");
        check
            .diagnostics
            .report(errors::no_traffic_splitting(error));
        return;
    }
    if check.single() {
        if matches!(
            strategy,
            Strategy::Rolling | Strategy::RollingWithAdditionalBatch
        ) {
            check.diagnostics.report(errors::rolling_single(span));
        }
        return;
    }
    let instances = &check.environment.settings.instances;
    let min = instances.min.value;
    let max = check.environment.max_instances();
    if strategy == Strategy::RollingWithAdditionalBatch && min == max {
        let bound = instances.max.as_ref().and_then(Setting::span);
        check
            .diagnostics
            .report(errors::no_room_for_batch(span, max, bound));
    }
}
