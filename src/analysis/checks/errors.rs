//! Everything the checks can complain about, one function each.

use super::super::errors::list;
pub(super) use super::super::errors::{no_traffic_splitting, not_yet};
use super::names;
use super::scaling::example;
use crate::diagnostic::suggest::closest;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::facts::{self, InstanceType};
use crate::model::{Network, NetworkKind};
use crate::schema::deployment::Strategy;
use crate::schema::instances::{Architecture, Purchase, VolumeType};
use crate::schema::load_balancer::Rule;
use crate::schema::metric::{Metric, Threshold};
use crate::schema::platform::{Family, Proxy};
use crate::schema::target::State;
use crate::schema::{Late, Lately, Named, Setting};
use crate::source::Span;
use crate::units::{Duration, Percent, Size};

// Instances

pub(super) fn max_below_min(span: Span, max: i64, min: &Setting<i64>) -> Diagnostic {
    let message = "`max` is smaller than `min`";
    let error =
        Diagnostic::new(Code::ImpossibleCombination, span, message).label(format!("at most {max}"));
    match min.span() {
        Some(place) => error.related(place, format!("at least {}", min.value)),
        None => error.note(format!("`min` is {} by default", min.value)),
    }
}

/// A bound of a schedule on the wrong side of the other one, which it leaves alone.
pub(super) fn beyond_group(
    span: Span,
    bound: &str,
    other: &str,
    value: i64,
    place: Option<Span>,
) -> Diagnostic {
    let (than, side) = match bound {
        "min" => ("larger", "at most"),
        _ => ("smaller", "at least"),
    };
    let message = format!("`{bound}` is {than} than the group's `{other}`");
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("the schedule would fail when its time has come");
    let error = match place {
        Some(place) => error.related(place, format!("{side} {value}")),
        None => error.note(format!("the group has {side} {value}")),
    };
    error.help(format!("let the schedule change `{other}` as well"))
}

pub(super) fn one_instance_only(span: Span, kind: Option<Span>) -> Diagnostic {
    let message = "without a load balancer there is one instance";
    let error = Diagnostic::new(Code::NeedsBalancer, span, message).label("more than one");
    with_kind(error, kind).help("delete it, or use `kind = application`")
}

pub(in crate::analysis) fn unknown_instance_type(name: &str, span: Span) -> Diagnostic {
    // They are left out of the table for this reason.
    if facts::is_mac(name) {
        let message = format!("`{name}` runs macOS on a host of its own");
        return Diagnostic::new(Code::UnknownInstanceType, span, message)
            .label("it starts only on a Dedicated Host that somebody has allocated")
            .note("no platform of the library runs on macOS")
            .help("a whole machine that runs Linux is a type such as `m7g.metal`");
    }
    let message = format!("there is no instance type `{name}`");
    let error = Diagnostic::new(Code::UnknownInstanceType, span, message)
        .label("EC2 has none of this name");
    match closest(name, facts::instance_types()) {
        Some(near) => error.fix(
            format!("did you mean `{near}`?"),
            span,
            format!("\"{near}\""),
        ),
        None => error,
    }
}

pub(super) fn architecture_mismatch(
    ty: &InstanceType,
    span: Span,
    platform: (&str, Option<Span>),
) -> Diagnostic {
    let own = ty.architecture().word();
    let other = ty.architecture().other().word();
    let message = format!(
        "`{}` is an {own} instance, `{}` has {other} images only",
        ty.name, platform.0
    );
    let error = Diagnostic::new(Code::ArchitectureMismatch, span, message).label(own);
    match platform.1 {
        Some(place) => error.related(place, format!("{other} images")),
        None => error,
    }
}

pub(super) fn cannot_start(ty: &InstanceType, span: Span, why: &str) -> Diagnostic {
    let message = format!("`{}` cannot start from Amazon Linux 2023", ty.name);
    Diagnostic::new(Code::TypeCannotStart, span, message).label(why)
}

pub(in crate::analysis) fn nearest_type(near: &InstanceType) -> String {
    let word = near.architecture().word();
    format!("`{}` is the nearest {word} type", near.name)
}

pub(super) fn no_gpus(name: &str, span: Span, place: Span) -> Diagnostic {
    let message = format!("`{name}` has no graphics processors");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("the container would wait for one for ever")
        .related(place, "asked for here")
        .help("take a type with some of NVIDIA's, like `g4dn.xlarge` or `g6.xlarge`")
}

pub(super) fn default_without_gpus(place: Span) -> Diagnostic {
    let message = "the type of instances that nobody chose has no graphics processors";
    Diagnostic::new(Code::ImpossibleCombination, place, message)
        .label("asked for here")
        .help("`instances { type = \"g4dn.xlarge\" }`")
}

pub(super) fn no_gpu_drivers(span: Span, platform: &str, place: Span) -> Diagnostic {
    let message =
        format!("the image of platform `{platform}` has no drivers of graphics processors");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("runs this image")
        .related(place, "asked for here")
        .help(format!(
            "`platform graphics extends \"{platform}\" {{ image {{ ssm {{ x86_64 = \"/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id\", remove arm64 }} }} }}`"
        ))
}

pub(super) fn mixed_architectures(
    ty: &InstanceType,
    span: Span,
    other: &InstanceType,
    place: Span,
) -> Diagnostic {
    let message = "all instance types of a group have one architecture";
    Diagnostic::new(Code::MixedArchitectures, span, message)
        .label(format!("{} is {}", ty.name, ty.architecture().word()))
        .related(
            place,
            format!("{} is {}", other.name, other.architecture().word()),
        )
        .note("an image runs on one architecture")
}

pub(super) fn other_architecture(span: Span, ty: &InstanceType, place: Span) -> Diagnostic {
    let word = ty.architecture().word();
    Diagnostic::new(
        Code::MixedArchitectures,
        span,
        "the instance type has another architecture",
    )
    .related(place, format!("{} is {word}", ty.name))
    .suggestion(format!("write `{word}`, or leave it out"), span, word)
}

/// A type that nobody knows yet, of a platform with images for both.
pub(super) fn architecture_open(ty: &Late, span: Span, platform: &str) -> Diagnostic {
    let message = format!("nothing says for which architecture `{platform}` is wanted");
    Diagnostic::new(Code::MixedArchitectures, span, message)
        .label(format!("{ty} is known at deploy time only"))
        .note("the image is chosen now, and it has to fit the type")
        .help("add `architecture = arm64` or `architecture = x86_64` beside it")
}

pub(super) fn no_image(
    span: Span,
    wanted: Architecture,
    platform: &str,
    has_other: bool,
) -> Diagnostic {
    let message = format!("`{platform}` has no {} image", wanted.word());
    let error = Diagnostic::new(Code::ArchitectureMismatch, span, message);
    let other = wanted.other().word();
    match has_other {
        true => error.fix(format!("it has one for `{other}`"), span, other),
        false => error,
    }
}

pub(super) fn not_whole_gib(span: Span, size: Size) -> Diagnostic {
    let whole = size.gib() + 1;
    Diagnostic::new(Code::VolumeLimits, span, "EBS volumes are whole GiB large")
        .label(size.to_string())
        .fix(format!("write `{whole}GiB`"), span, format!("{whole}GiB"))
}

pub(in crate::analysis) fn below_image(span: Span, platform: &str, least: Size) -> Diagnostic {
    let message = format!("images of `{platform}` need a disk of {least}");
    Diagnostic::new(Code::VolumeLimits, span, message)
        .label("smaller than the image")
        .fix(format!("write `{least}`"), span, least.to_string())
}

pub(super) fn no_daemon(span: Span, platform: &str) -> Diagnostic {
    let message = format!("`{platform}` has no worker environments");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("the daemon that reads the queue runs on Linux")
        .help("`dotnet-10` runs .NET on Linux")
}

pub(super) fn no_apache(span: Span, platform: &str, family: Family) -> Diagnostic {
    // Containers of ECS are at port 80 themselves.
    let usual = if family == Family::Ecs {
        Proxy::None
    } else {
        Proxy::Nginx
    };
    let message = format!("`{platform}` has no Apache");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("platforms of Node.js, PHP, Python and Tomcat have it")
        .fix(format!("use `{}`", usual.word()), span, usual.word())
}

pub(super) fn iis_serves(span: Span, property: &str, platform: &str) -> Diagnostic {
    let message = format!("`{platform}` has no use for `{property}`");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("IIS serves what the bundle brings")
        .help("delete it; `aws-windows-deployment-manifest.json` says what is served and run")
}

pub(super) fn containers_serve(span: Span, property: &str, platform: &str) -> Diagnostic {
    let message = format!("`{platform}` has no use for `{property}`");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("containers say what runs and where it answers")
        .help("delete it; a `container` has `command`, `port` and `host_port`")
}

pub(super) fn packages_say(span: Span, platform: &str) -> Diagnostic {
    let message = format!("`{platform}` has no use for `runtime`");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("its packages are what is installed")
        .help("delete it; extend the platform of that version, or change `packages`")
}

pub(super) fn not_of_volume(property: &str, kind: VolumeType, span: Span) -> Diagnostic {
    let message = format!(
        "`{}` volumes have no `{property}` of their own",
        kind.word()
    );
    Diagnostic::new(Code::VolumeLimits, span, message).help("use `type = gp3`, or leave it out")
}

pub(super) fn volume_range(
    span: Span,
    kind: VolumeType,
    what: &str,
    least: i64,
    most: i64,
) -> Diagnostic {
    let message = format!("`{}` volumes do {least} to {most} {what}", kind.word());
    Diagnostic::new(Code::VolumeLimits, span, message)
}

pub(super) fn iops_ratio(span: Span, kind: VolumeType, per_gib: i64, gib: i64) -> Diagnostic {
    let most = gib * per_gib;
    let message = format!("a `{}` volume of {gib}GiB does at most {most}", kind.word());
    Diagnostic::new(Code::VolumeLimits, span, message)
        .note(format!(
            "EBS allows {per_gib} operations a second for each GiB"
        ))
        .help("make the volume larger, or this number smaller")
}

pub(super) fn iops_missing(span: Span, kind: VolumeType) -> Diagnostic {
    let message = format!("volumes of type `{}` need `iops`", kind.word());
    Diagnostic::new(Code::VolumeLimits, span, message).help("add `iops = …`, or use `type = gp3`")
}

pub(super) fn throughput_ratio(span: Span, iops: i64) -> Diagnostic {
    let most = iops / 4;
    let message = format!("with {iops} operations a second a volume moves at most {most}MiB");
    Diagnostic::new(Code::VolumeLimits, span, message)
        .note("EBS allows a quarter of a MiB/s for each operation a second")
}

pub(super) fn subnets_of_other_network(
    span: Span,
    block: &str,
    network: Option<&str>,
) -> Diagnostic {
    let message = format!("the subnets of `{block}` are of another network");
    let error = Diagnostic::new(Code::OtherNetwork, span, message);
    match network {
        Some(name) => error.label(format!("the environment is in `{name}`")),
        None => error
            .label("the environment has a network of its own")
            .help("set the environment's `network` as well"),
    }
}

pub(super) fn no_way_out(span: Span, name: &str, group: Option<Span>) -> Diagnostic {
    let message = format!("instances in `{name}` cannot reach the internet");
    let error = Diagnostic::new(Code::NoWayOut, span, message)
        .label("they could not fetch the application and would never answer");
    let error = match group {
        Some(group) => error.related(group, "`internet = none`"),
        None => error,
    };
    error.help("give the subnets `internet = nat`")
}

/// `public` is a group of that name without a way out of its own.
pub(super) fn nat_without_door(span: Span, name: &str, public: Option<Span>) -> Diagnostic {
    let message = format!("`{name}` has no way out: there is no place for a NAT gateway");
    let error = Diagnostic::new(Code::NoWayOut, span, message)
        .label("NAT gateways stand in subnets with `internet = direct`");
    match public {
        Some(public) => error
            .related(public, "has no way out either, whatever its name says")
            .help("write `internet = direct` in `subnets public`"),
        None => error.help("add such subnets: `subnets public { size = /24, internet = direct }`"),
    }
}

pub(super) fn no_subnets(span: Span, network: &Network) -> Diagnostic {
    let message = format!("network `{}` has no subnets", network.name);
    let help = match network.kind {
        NetworkKind::Own { .. } => "add some: `subnets public { size = /24, internet = direct }`",
        NetworkKind::Existing(_) => "name some: `subnets private { ids = [\"subnet-…\"] }`",
    };
    Diagnostic::new(Code::NoSubnets, span, message)
        .label("instances have no place in it")
        .related(network.span, "this network")
        .help(help)
}

pub(super) fn no_way_in(span: Span, what: &str, name: &str, group: Option<Span>) -> Diagnostic {
    let message = format!("{what} cannot be reached in `{name}`");
    let error = Diagnostic::new(Code::NoWayIn, span, message);
    match group {
        Some(group) => error
            .label("not directly connected to the internet")
            .related(group, "nothing reaches these from outside"),
        None => error.label("none of its subnets is directly connected to the internet"),
    }
    .help("use subnets with `internet = direct`, or `scheme = internal`")
}

pub(super) fn only_if_mixed(span: Span, purchase: &Setting<Purchase>) -> Diagnostic {
    let message = "`mixed` means something with `purchase = mixed` alone";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message);
    match purchase.span() {
        Some(place) => error.related(place, format!("instances are `{}`", purchase.value.word())),
        None => error.note(format!(
            "`purchase` is `{}` by default",
            purchase.value.word()
        )),
    }
    .help("add `purchase = mixed`, or delete the block")
}

pub(super) fn rolling_single(span: Span) -> Diagnostic {
    let message = "one instance cannot be replaced in batches";
    Diagnostic::new(Code::NeedsBalancer, span, message)
        .label("there is only one")
        .help("use `all_at_once`, or `immutable`")
}

/// A batch that CloudFormation does not wait for.
pub(super) fn longer_than_an_hour(
    span: Span,
    pause: Duration,
    timeout: &Setting<Duration>,
) -> Diagnostic {
    let message = "`timeout` and `pause` are more than an hour together";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label(format!("{pause} more until the next batch"));
    let error = match timeout.span() {
        Some(place) => error.related(place, format!("an instance may take {}", timeout.value)),
        None => error.note(format!("`timeout` is {} by default", timeout.value)),
    };
    error.note(
        "CloudFormation waits an hour for a batch at most, and would take the deployment back",
    )
}

pub(super) fn no_room_for_batch(span: Span, max: i64, bound: Option<Span>) -> Diagnostic {
    let message = "an additional batch needs room above `min`";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("starts instances beside the old ones");
    let error = match bound {
        Some(place) => error.related(
            place,
            format!("but the group has {max} at most, and at least"),
        ),
        None => error,
    };
    error.help("raise `max`, or use `rolling`")
}

// Balancer

pub(super) fn needs_balancer(name: &str, span: Span, kind: Option<Span>) -> Diagnostic {
    let message = format!("`{name}` needs a load balancer");
    let error =
        Diagnostic::new(Code::NeedsBalancer, span, message).label("this environment has none");
    with_kind(error, kind).help("delete it, or use `kind = application`")
}

/// What stands in a parent and means nothing beside the kind of balancer that its
/// child says.
pub(super) fn inherits_useless(
    code: Code,
    environment: &str,
    inherited: &[(&str, Span)],
    kind: Span,
    why: &str,
    removal: Option<Edit>,
) -> Diagnostic {
    let names: Vec<&str> = inherited.iter().map(|(name, _)| *name).collect();
    let names = list(&names, "and");
    let message = format!("`{environment}` inherits {names}, which {why}");
    let places = inherited.iter().map(|(_, span)| *span);
    let error = Diagnostic::new(code, kind, message).label("beside this it means nothing");
    let error = places.fold(error, |error, place| error.related(place, "inherited"));
    error.advice(
        format!("remove {names} here, or choose another kind"),
        Applicability::MachineApplicable,
        removal,
    )
}

fn with_kind(error: Diagnostic, kind: Option<Span>) -> Diagnostic {
    match kind {
        Some(kind) => error.related(kind, "one instance with an address of its own"),
        None => error,
    }
}

pub(super) fn needs_http(name: &str, span: Span) -> Diagnostic {
    let message = format!("a network load balancer has no `{name}`");
    Diagnostic::new(Code::NeedsHttp, span, message)
        .label("it sees connections, not requests")
        .help("use `kind = application`")
}

pub(super) fn asks_by_http(span: Span, kind: Option<Span>) -> Diagnostic {
    let message = "only a network load balancer is content with a connection";
    let error =
        Diagnostic::new(Code::ImpossibleCombination, span, message).label("the others ask by HTTP");
    with_kind(error, kind).help("use `kind = network`")
}

pub(super) fn not_of_tcp(name: &str, span: Span, protocol: Span) -> Diagnostic {
    let message = format!("a check by TCP has no `{name}`");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("nothing is asked for, and no answer is read")
        .related(protocol, "a connection is enough")
        .help("delete it, or use `protocol = http`")
}

/// Two processes, or a process and the application, on one port of the instance.
pub(super) fn process_port_taken(port: u16, span: Span, first: Option<Span>) -> Diagnostic {
    let message = format!("two processes would listen on port {port}");
    let error = Diagnostic::new(Code::PortTaken, span, message);
    match first {
        Some(first) => error
            .label("and again here")
            .related(first, "first used here"),
        None => error
            .label("the application listens there, behind the proxy")
            .note("the port is that of the platform"),
    }
    .note("each starts as a line of the Procfile, and the second would find the port taken")
}

/// A process that is the application itself, which has its port already.
pub(super) fn port_of_web(port: u16, own: u16, span: Span) -> Diagnostic {
    let message = format!("`web` of the Procfile listens on port {own}, and not on {port}");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("nobody would answer the load balancer there")
        .note("`web` is what the proxy asks")
        .help(format!(
            "write `port = {own}`, or leave the port out to go through the proxy"
        ))
}

pub(super) fn unwelcome(span: Span) -> Diagnostic {
    let message = "before the first release nothing would answer this health check";
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("the welcome page of IIS answers with 200, at port 80 alone")
        .help("name a `release`")
}

/// A property `PORT` that is none, or that moves the application where it cannot be.
pub(super) fn odd_port_property(text: &str, why: &str, span: Span, code: Code) -> Diagnostic {
    let message = format!("the application cannot listen on port `{text}`");
    Diagnostic::new(code, span, message)
        .label(why)
        .note("the property `PORT` says where the application listens")
}

pub(super) fn two_zones(span: Span, network: &str) -> Diagnostic {
    let message = "a load balancer needs subnets in two zones";
    Diagnostic::new(Code::TwoZones, span, message)
        .label(format!("`{network}` has one"))
        .note("AWS refuses to make a balancer in fewer")
}

pub(super) fn port_taken(port: u16, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::PortTaken,
        span,
        format!("two listeners use port {port}"),
    )
    .label("and again here")
    .related(first, "first used here")
    .note("a load balancer has one listener a port; rules tell requests apart by host and path")
}

/// A name of an entry that is not there.
pub(super) fn unknown_entry<'n>(
    what: &str,
    name: &str,
    span: Span,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let message = format!("there is no {what} named `{name}`");
    let error = Diagnostic::new(Code::UnknownEntry, span, message).label("not in this environment");
    match closest(name, names.clone()) {
        Some(near) => error.suggestion(format!("did you mean `{near}`?"), span, near),
        None => {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            if names.is_empty() {
                error
            } else {
                error.help(format!("there is {}", names.join(", ")))
            }
        }
    }
}

pub(super) fn redirect_to_itself(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::ImpossibleCombination,
        span,
        "a listener cannot redirect to itself",
    )
    .label("clients would go in circles")
}

pub(super) fn redirect_circle(span: Span, way: &[&str]) -> Diagnostic {
    let names: Vec<String> = way.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("{} redirect to each other", names.join(" and "));
    Diagnostic::new(Code::ImpossibleCombination, span, message).label("clients would go in circles")
}

pub(super) fn malformed_policy(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{name}` is no TLS policy"),
    )
    .label("their names begin with `ELBSecurityPolicy-`")
    .help("leave it out: the default takes TLS 1.2 and 1.3")
}

pub(super) fn malformed_pattern(text: &str, why: &str, span: Span) -> Diagnostic {
    let message = format!("a rule cannot look for `{text}`");
    Diagnostic::new(Code::MalformedText, span, message)
        .label(why)
        .note("the rules are those of Application Load Balancers")
}

pub(super) fn empty_rule(span: Span) -> Diagnostic {
    Diagnostic::new(Code::OneOf, span, "a rule needs `host` or `path`")
        .label("catches nothing in particular")
}

pub(super) fn too_many_conditions(span: Span, count: usize) -> Diagnostic {
    Diagnostic::new(
        Code::TooMany,
        span,
        "a rule has at most 5 hosts and paths together",
    )
    .label(format!("{count}"))
    .note("the limit is that of Application Load Balancers")
    .help("write a second rule with the rest")
}

pub(super) fn priority_taken(priority: i64, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::PriorityTaken,
        span,
        format!("two rules have priority {priority}"),
    )
    .related(first, "first used here")
}

// Shared balancers

/// What such a balancer's owner alone can set.
pub(super) fn not_of_shared(name: &str, span: Span, kind: Span) -> Diagnostic {
    let message = format!("`{name}` cannot be set on a shared load balancer");
    Diagnostic::new(Code::SharedBalancer, span, message)
        .label("whoever made the balancer decides this")
        .related(kind, "it exists already, and others use it")
        .help("delete it; rules, processes and health checks are the environment's own")
}

/// What only a balancer that exists already has to be given.
pub(super) fn only_of_shared(name: &str, span: Span, kind: Option<Span>) -> Diagnostic {
    let message = format!("`{name}` is of a shared load balancer only");
    let error = Diagnostic::new(Code::SharedBalancer, span, message)
        .label("what this environment makes itself needs none");
    let error = match kind {
        Some(kind) => error.related(kind, "not a shared one"),
        None => error,
    };
    error.help("delete it, or use `kind = shared(\"arn:…\")`")
}

pub(super) fn malformed_balancer(arn: &str, span: Span) -> Diagnostic {
    let message = format!("`{arn}` is no ARN of an application load balancer");
    let error = Diagnostic::new(Code::MalformedText, span, message);
    let error = if arn.contains(":loadbalancer/net/") {
        error.label("a network load balancer has no rules to share it by")
    } else if arn.contains(":listener/") {
        error.label("a listener: that goes to `listener NAME { arn = … }`")
    } else {
        error
    };
    error.help(
        "it looks like `\"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/\
         front/50dc6c495c0c9188\"`",
    )
}

pub(super) fn balancer_elsewhere(span: Span, of: &str, account: &str, place: Span) -> Diagnostic {
    let message = "the load balancer is in another account than the environment";
    Diagnostic::new(Code::OtherRegion, span, message)
        .label(format!("in {of}"))
        .related(place, format!("in {account}"))
}

pub(super) fn shared_without_network(kind: Span) -> Diagnostic {
    let message = "an environment behind a shared load balancer needs `network`";
    Diagnostic::new(Code::MissingProperty, kind, message)
        .label("it reaches instances in its own network only")
        .help("name the network that it is in: `network = network.NAME`")
}

pub(super) fn shared_without_groups(place: Span) -> Diagnostic {
    let message = "a shared load balancer needs `security_groups`";
    Diagnostic::new(Code::MissingProperty, place, message)
        .label("nothing says who may reach the instances")
        .help("write those that the balancer has: `security_groups = [\"sg-…\"]`")
}

pub(super) fn shared_without_listener(kind: Span) -> Diagnostic {
    let message = "a shared load balancer needs a `listener`";
    Diagnostic::new(Code::MissingProperty, kind, message)
        .label("nothing is sent to the environment")
        .help(
            "say which of its listeners gets rules: `listener https { port = 443, arn = \"arn:…\" \
             … }`",
        )
}

pub(super) fn shared_without_arn(name: &str, span: Span, kind: Span) -> Diagnostic {
    let message = format!("listener `{name}` of a shared load balancer needs `arn`");
    Diagnostic::new(Code::MissingProperty, span, message)
        .label("the port alone does not say which it is: nothing is looked up")
        .related(kind, "it exists already")
        .help("`aws elbv2 describe-listeners --load-balancer-arn …` shows it")
}

pub(super) fn shared_without_rule(name: &str, span: Span) -> Diagnostic {
    let message = format!("listener `{name}` of a shared load balancer needs a `rule`");
    Diagnostic::new(Code::MissingProperty, span, message)
        .label("nothing of it is sent to the environment")
        .help("say what is: `rule web { host = [\"shop.example.com\"] }`")
}

pub(super) fn foreign_listener(arn: &str, span: Span, kind: Span) -> Diagnostic {
    let message = format!("`{arn}` is no listener of the load balancer");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("its ARN repeats the balancer's region, account, name and id")
        .related(kind, "the balancer")
}

pub(super) fn foreign_name(
    text: &str,
    name: &str,
    region: &str,
    span: Span,
    kind: Span,
) -> Diagnostic {
    let message = format!("`{text}` is no name of the load balancer");
    Diagnostic::new(Code::MalformedText, span, message)
        .related(kind, "the balancer")
        .help(format!(
            "it looks like `\"{name}-1234567890.{region}.elb.amazonaws.com\"`"
        ))
}

/// An alias record needs what it is an alias of.
pub(super) fn alias_without_name(span: Span, kind: Span) -> Diagnostic {
    let message = "`dns` needs the `dns_name` of the shared load balancer";
    Diagnostic::new(Code::MissingProperty, span, message)
        .label("an alias of a name that is not known")
        .related(kind, "add `dns_name` beside this")
        .help("`aws elbv2 describe-load-balancers --load-balancer-arns …` shows it as `DNSName`")
}

pub(super) fn unknown_balancer_zone(region: &str, span: Span, kind: Span) -> Diagnostic {
    let message = format!("the hosted zone of load balancers in `{region}` is not known");
    Diagnostic::new(Code::SharedBalancer, span, message)
        .label("an alias needs it")
        .related(kind, "the region is the balancer's")
        .help("delete `dns`, and make the record where the balancer is made")
}

/// A name that leads to a balancer which knows nothing of it.
pub(super) fn name_without_rule(name: &str, span: Span, rule: Span) -> Diagnostic {
    let message = format!("no rule takes the requests for `{name}`");
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("they reach the shared load balancer, and somebody else answers")
        .related(rule, "asks for other hosts")
        .help(format!("add it to a rule: `host = [\"{name}\"]`"))
}

pub(super) fn nowhere(kind: Span) -> Diagnostic {
    let message = "nothing says where the environment answers";
    Diagnostic::new(Code::MissingProperty, kind, message)
        .label("no rule has a host, and the balancer's own is not known")
        .help("add `dns_name`, or `host` to a rule")
}

/// Two rules, perhaps of one template, on one listener.
pub(super) fn shared_priority_taken(
    priority: i64,
    (environment, rule): (&str, &Named<Rule>),
    (other, first): (&str, &Named<Rule>),
) -> Diagnostic {
    let place = |rule: &Named<Rule>| {
        let written = rule.priority.as_ref().and_then(Setting::span);
        written.unwrap_or(rule.span)
    };
    let message =
        format!("rules of `{other}` and `{environment}` have priority {priority} on one listener");
    let error = Diagnostic::new(Code::PriorityTaken, place(rule), message)
        .label(format!("rule `{}` of `{environment}`", rule.name));
    let error = match place(first) == place(rule) {
        true => error,
        false => error.related(place(first), format!("rule `{}` of `{other}`", first.name)),
    };
    error
        .note("AWS refuses the second of them")
        .help("give one of them another `priority`")
}

pub(super) fn path_without_slash(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedText, span, format!("`{path}` is no path"))
        .label("paths begin with `/`")
        .fix(format!("write `\"/{path}\"`"), span, format!("\"/{path}\""))
}

pub(super) fn malformed_static(path: &str, why: &str, span: Span) -> Diagnostic {
    let message = format!("nothing can be served at `{path}` without the application");
    Diagnostic::new(Code::MalformedText, span, message).label(why)
}

pub(super) fn check_longer_than_interval(
    span: Span,
    interval: &Setting<Duration>,
    timeout: &Setting<Duration>,
) -> Diagnostic {
    let message = "a health check cannot take as long as the time between checks";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message);
    let error = match timeout.span() {
        Some(_) => error.label(format!("may take {}", timeout.value)),
        None => error.note(format!("`timeout` is {} by default", timeout.value)),
    };
    let error = match interval.span() {
        Some(place) => error.related(place, format!("a check starts every {}", interval.value)),
        None => error.note(format!("`interval` is {} by default", interval.value)),
    };
    error.help("`timeout` must be less than `interval`")
}

pub(super) fn malformed_codes(codes: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{codes}` are no statuses"),
    )
    .label("between 200 and 499")
    .help("write `\"200\"`, `\"200,301\"` or `\"200-299\"`")
}

pub(super) fn outside_zone(
    name: &str,
    zone: &str,
    span: Span,
    setting: &Setting<Lately<smol_str::SmolStr>>,
) -> Diagnostic {
    let message = format!("`{name}` is not in zone `{zone}`");
    let error =
        Diagnostic::new(Code::OutsideZone, span, message).label("Route 53 would refuse the record");
    match setting.span() {
        Some(place) => error.related(place, "the zone"),
        None => error,
    }
}

pub(super) fn name_taken(
    name: &str,
    lacking: &str,
    span: Span,
    other: &str,
    place: Span,
) -> Diagnostic {
    Diagnostic::new(
        Code::NameTaken,
        span,
        format!("`{name}` leads to `{other}` already"),
    )
    .label(lacking)
    .related(place, "taken here")
    .note("Route 53 has one record of a name, or several that share requests by their weight")
    .help("give both a `weight`, as in `weight = 0`, or another name")
}

pub(super) fn state_taken(
    unit: &str,
    (span, is_key): (Span, bool),
    other: &str,
    place: Span,
) -> Diagnostic {
    let message = format!("`{unit}` would write over Terraform's state of `{other}`");
    let key = State::default_key(unit);
    let error = Diagnostic::new(Code::StateTaken, span, message)
        .label("the same key in the same bucket")
        .related(place, "taken here")
        .note("Terraform deletes what is in its state and not in its module");
    match is_key {
        true => error.suggestion(
            "give it the key that it has without one",
            span,
            format!("{key:?}"),
        ),
        false => error.help("give it a `key` that no other unit has"),
    }
}

// Scaling and alarms

pub(super) fn missing_threshold(name: &str, metric: Metric, span: Span) -> Diagnostic {
    let message = format!("a trigger on `{}` needs `{name}`", metric.word());
    Diagnostic::new(Code::OneOf, span, message)
        .label(format!("`{name}` is missing"))
        .help(format!("add `{name}`: {}", example(metric.unit())))
}

pub(super) fn high_below_low(span: Span, low: Option<Span>) -> Diagnostic {
    let message = "`high` is not above `low`";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("instances would be added and removed at once");
    match low {
        Some(low) => error.related(low, "`low`"),
        None => error,
    }
}

pub(super) fn odd_period(span: Span, period: Duration) -> Diagnostic {
    let minutes = (period.secs() / 60).max(1);
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("CloudWatch has no period of {period}"),
    )
    .label("10s, 30s or whole minutes")
    .suggestion(format!("write `{minutes}m`"), span, format!("{minutes}m"))
}

pub(super) fn longer_than_a_day(span: Span, seconds: i64) -> Diagnostic {
    let whole = Duration::from_secs(seconds);
    let message = "an alarm looks back at most one day";
    Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label(format!("`period` × `breaches` is {whole}"))
        .note("the limit is that of CloudWatch")
}

pub(super) fn not_tracked(metric: Metric, span: Span, tracked: &[Metric]) -> Diagnostic {
    let names: Vec<String> = tracked
        .iter()
        .map(|it| format!("`{}`", it.word()))
        .collect();
    let message = format!("a policy cannot keep `{}` near a target", metric.word());
    Diagnostic::new(Code::MetricNotThere, span, message)
        .note(format!("AWS keeps {} near one", names.join(", ")))
        .help("use a `trigger` with `high` and `low`")
}

pub(super) fn missing_target(span: Span) -> Diagnostic {
    Diagnostic::new(Code::OneOf, span, "a policy needs a `target`")
        .label("`target` is missing")
        .help("add `target = 60%`")
}

pub(super) fn one_of(span: Span, first: &str, second: &str) -> Diagnostic {
    let message = format!("exactly one of `{first}` and `{second}` is wanted");
    let (message, label) = match (first, second) {
        ("min", "max") => (
            "a schedule changes `min`, `max` or both".to_owned(),
            "changes neither",
        ),
        _ => (message, "here"),
    };
    Diagnostic::new(Code::OneOf, span, message).label(label)
}

pub(super) fn malformed_time(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedText, span, format!("`{text}` is no time"))
        .label("UTC, to the second")
        .help("write it like `\"2026-12-24T18:00:00Z\"`")
}

pub(in crate::analysis) fn malformed_cron(text: &str, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{text}` is no cron expression"),
    )
    .label(why)
    .note("five fields: minute, hour, day, month, weekday")
    .help("every day at seven in the morning is `\"0 7 * * *\"`")
}

pub(super) fn metric_of_requests(metric: Metric, span: Span) -> Diagnostic {
    let message = format!("a network load balancer has no `{}`", metric.word());
    Diagnostic::new(Code::MetricNotThere, span, message)
        .label("it passes connections on and counts no requests")
}

pub(super) fn metric_of_all(span: Span) -> Diagnostic {
    let message = "a shared load balancer has no `load_balancer_5xx` of one environment";
    Diagnostic::new(Code::MetricNotThere, span, message)
        .label("it counts for all who share it")
        .help("`target_5xx` counts what this environment answers")
}

pub(super) fn not_whole_minutes(span: Span, time: Duration) -> Diagnostic {
    let minutes = time.secs() / 60 + 1;
    Diagnostic::new(Code::MalformedText, span, "alarms count in whole minutes")
        .label(time.to_string())
        .suggestion(format!("write `{minutes}m`"), span, format!("{minutes}m"))
}

pub(super) fn malformed_address(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{text}` is no e-mail address"),
    )
    .help("write `\"name@example.com\"`, or the ARN of a topic")
}

pub(super) fn metric_of_queue(metric: Metric, span: Span) -> Diagnostic {
    let message = format!("a web environment has no `{}`", metric.word());
    Diagnostic::new(Code::MetricNotThere, span, message).label("only workers have a queue")
}

pub(super) fn other_unit(metric: &Setting<Metric>, value: Threshold, span: Span) -> Diagnostic {
    let word = metric.value.word();
    let message = format!("`{word}` is counted in another unit");
    let error = Diagnostic::new(Code::OtherUnit, span, message)
        .label(format!("it takes {}", example(metric.value.unit())));
    let error = match metric.span() {
        Some(place) => error.related(place, "the metric"),
        None => error.note(format!("`metric` is `{word}` by default")),
    };
    match value {
        Threshold::Count(count) => match metric.value.unit() {
            crate::schema::metric::MetricUnit::Percent => {
                error.fix(format!("write `{count}%`"), span, format!("{count}%"))
            }
            _ => error,
        },
        Threshold::Percent(_) | Threshold::Size(_) | Threshold::Duration(_) => error,
    }
}

/// A share that no metric comes to.
pub(super) fn share_beyond_all(metric: Metric, share: Percent, span: Span) -> Diagnostic {
    let message = format!("`{}` is never above 100%", metric.word());
    Diagnostic::new(Code::OutOfRange, span, message).label(format!("{share}; it is 0% to 100%"))
}

/// A target that is never fallen below.
pub(super) fn target_of_nothing(metric: Metric, span: Span) -> Diagnostic {
    let message = format!("`{}` cannot be kept near nothing", metric.word());
    Diagnostic::new(Code::OutOfRange, span, message)
        .label("it is never below this, so instances are added and never removed")
        .help("a target is above 0")
}

// Names

pub(super) fn application_name(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is too long: a name has 1 to 100 characters");
    Diagnostic::new(Code::NameLength, span, message).note("Elastic Beanstalk's rule")
}

pub(super) fn malformed_bucket(name: &str, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{name}` is no name of a bucket"),
    )
    .label(why)
}

pub(super) fn no_single_object(key: &str, span: Span) -> Diagnostic {
    let message = format!("`{key}` is not the key of one object");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("the role of the instances may read what this names")
        .note("`*`, `?` and `$` are patterns in a policy of IAM")
        .help("give the file with the passwords a key without them")
}

pub(super) fn malformed_host(name: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{name}` is no name of the DNS"),
    )
    .label("words of letters, digits and `-` with dots between them");
    // People paste what stands in their browser.
    let host = ["https://", "http://"]
        .iter()
        .find_map(|it| name.strip_prefix(it));
    match host.and_then(|host| host.split(['/', ':']).next()) {
        Some(host) if names::is_host(host) => {
            error.fix(format!("write `\"{host}\"`"), span, format!("\"{host}\""))
        }
        _ => error,
    }
}

pub(super) fn malformed_secret_name(name: &str, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedSecret,
        span,
        format!("no secret is named `{name}`"),
    )
    .label(why)
}

pub(super) fn other_account(span: Span, of: &str, account: &str, place: Span) -> Diagnostic {
    let message = "the role is in another account than the target";
    Diagnostic::new(Code::OtherRegion, span, message)
        .label(format!("in {of}"))
        .related(place, format!("in {account}"))
}

pub(super) fn other_partition(span: Span, of: &str, region: &str, place: Span) -> Diagnostic {
    let message = format!("this is in partition `{of}`, the environment in another");
    Diagnostic::new(Code::OtherRegion, span, message)
        .label("partitions have nothing in common")
        .related(place, format!("`{region}`"))
}

pub(super) fn environment_name(name: &str, most: usize, span: Span) -> Diagnostic {
    let message = format!("`{name}` is too long: a name has at most {most} characters");
    Diagnostic::new(Code::NameLength, span, message)
        .label(format!("{} characters", name.len()))
        .note("Elastic Beanstalk's rule; roles and groups of instances are named after it")
}

pub(super) fn long_description(length: usize, most: usize, span: Span) -> Diagnostic {
    let message = format!("the description has {length} characters");
    Diagnostic::new(Code::MalformedText, span, message)
        .label(format!("a description has at most {most}"))
        .note("Elastic Beanstalk's rule; it becomes the description of the stack as well")
}

pub(super) fn malformed_variable(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is no name of a variable");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("letters, digits and `_`, not beginning with a digit")
}

pub(super) fn malformed_account(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedText, span, format!("`{text}` is no account"))
        .label("accounts have twelve digits")
}

pub(in crate::analysis) fn unknown_region(code: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::new(
        Code::UnknownRegion,
        span,
        format!("there is no region `{code}`"),
    );
    match closest(code, facts::regions()) {
        Some(near) => error.fix(
            format!("did you mean `{near}`?"),
            span,
            format!("\"{near}\""),
        ),
        None => error.help("regions are written like `\"eu-west-1\"`"),
    }
}

pub(super) fn malformed_arn(arn: &str, service: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{arn}` is no ARN of {service}"),
    )
    .help(match service {
        // Those of IAM are of no region.
        "iam" => "ARNs look like `\"arn:aws:iam::111122223333:…\"`".to_owned(),
        service => format!("ARNs look like `\"arn:aws:{service}:eu-west-1:111122223333:…\"`"),
    })
}

pub(super) fn other_region(
    service: &str,
    at: &str,
    region: &str,
    span: Span,
    place: Option<Span>,
) -> Diagnostic {
    let why = match service {
        "acm" => "a balancer uses certificates of its own region",
        "sns" => "an alarm tells topics of its own region",
        "sqs" => "alarms and the daemon look at queues of their own region",
        "vpc" => "a network reaches no further than its region",
        _ => "not the environment's region",
    };
    let message = format!("this is in `{at}`, the environment in `{region}`");
    let error = Diagnostic::new(Code::OtherRegion, span, message).label(why);
    match place {
        Some(place) => error.related(place, "the environment's region"),
        None => error,
    }
}

pub(super) fn odd_retention(span: Span, retention: Duration) -> Diagnostic {
    let terms = facts::LOG_RETENTION_DAYS;
    let days = retention.days();
    let near = terms
        .iter()
        .find(|term| **term >= days)
        .unwrap_or(&terms[terms.len() - 1]);
    let message = format!("CloudWatch Logs keeps nothing for {retention}");
    Diagnostic::new(Code::NotATerm, span, message)
        .label("not one of its terms")
        .fix(
            format!("the next one is `{near}d`"),
            span,
            format!("{near}d"),
        )
}

pub(super) fn malformed_tag(key: &str, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MalformedTag,
        span,
        format!("AWS refuses the tag `{key}`"),
    )
    .label(why)
}

/// A tag on everything of a unit that waits for something of the unit.
pub(super) fn tag_of_itself(key: &str, span: Span) -> Diagnostic {
    let message = format!("the tag `{key}` would have to be there before itself");
    Diagnostic::new(Code::MalformedTag, span, message)
        .label("known once what has the tag is there")
        .note("every resource of the unit has the tag, what this names among them")
}

pub(super) fn too_many_tags(span: Span, count: usize) -> Diagnostic {
    Diagnostic::new(Code::TooMany, span, "a resource has at most 50 tags")
        .label(format!("{count}, and two are ours"))
}

// Queues

pub(super) fn foreign_dead_letters(span: Span, existing: Option<Span>) -> Diagnostic {
    let message = "where this queue puts messages that fail is not known here";
    let error = Diagnostic::new(Code::MetricNotThere, span, message)
        .label("`dead_letter_depth` is of the environment's own dead-letter queue");
    match existing {
        Some(span) => error.related(span, "this queue exists already"),
        None => error,
    }
}

pub(super) fn metrics_of_another_account(
    account: &str,
    span: Span,
    queue: Option<Span>,
) -> Diagnostic {
    let message = format!("the metrics of this queue are seen in account `{account}` alone");
    let error = Diagnostic::new(Code::MetricNotThere, span, message)
        .label("scaling and alarms would look in the environment's own")
        .help(
            "`scaling { trigger cpu { metric = cpu, high = 70%, low = 20% } }` looks at instances",
        );
    match queue {
        Some(place) if place != span => error.related(place, "the queue"),
        Some(_) | None => error,
    }
}

pub(super) fn two_targets(messages: Span, other: Span) -> Diagnostic {
    let message = "a policy keeps one thing near a target";
    Diagnostic::new(Code::OneOf, other, message)
        .label("this is another")
        .related(messages, "messages by instance")
}

pub(super) fn malformed_queue(text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::MalformedText, span, format!("`{text}` is no queue"))
        .label("neither the URL of a queue nor its ARN")
        .help("a URL is `https://sqs.eu-west-1.amazonaws.com/123456789012/jobs`")
}

pub(super) fn not_of_existing(name: &str, span: Span, existing: Option<Span>) -> Diagnostic {
    let message = format!("`{name}` belongs to a queue of the environment's own");
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("the queue that exists has its own");
    match existing {
        Some(span) => error.related(span, "this queue exists already"),
        None => error,
    }
}

pub(super) fn no_mime_type(text: &str, span: Span) -> Diagnostic {
    let message = format!("`{text}` is no content type");
    Diagnostic::new(Code::MalformedText, span, message)
        .label("the daemon would not start")
        .help("a content type is `application/json`")
}

pub(super) fn for_the_daemon(name: &str, span: Span, none: Option<Span>) -> Diagnostic {
    let message = format!("`{name}` is for the daemon, and there is none");
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("nobody is told")
        .help("delete it, or leave `daemon` at `sqsd`");
    match none {
        Some(none) => error.related(none, "the application takes the messages itself"),
        None => error,
    }
}

pub(super) fn redelivered(
    span: Span,
    visibility: Duration,
    inactivity: Duration,
    other: Option<Span>,
) -> Diagnostic {
    let message = "a message would come again while it is still being worked on";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label(format!("after {visibility} others see it"));
    let error = match other {
        Some(span) => error.related(span, format!("the application may take {inactivity}")),
        None => error.note(format!(
            "the application may take {inactivity} (`inactivity_timeout`)"
        )),
    };
    error.help("`visibility_timeout` must be more than `inactivity_timeout`")
}

pub(super) fn dead_letters_vanish(
    span: Span,
    kept: Duration,
    retention: Duration,
    other: Option<Span>,
) -> Diagnostic {
    let message = "messages that fail would vanish before anybody looks at them";
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label(format!("counted from when it was sent: {kept}"))
        .note("SQS Developer Guide: a message keeps its time when it moves to a dead-letter queue");
    let error = match other {
        Some(span) => error.related(span, format!("the queue keeps it for {retention}")),
        None => error,
    };
    error.help("keep dead letters for longer than `retention`")
}

pub(super) fn malformed_event_cron(
    text: &str,
    why: &str,
    span: Span,
    converted: Option<String>,
) -> Diagnostic {
    let message = format!("`{text}` is no cron expression of EventBridge");
    let error = Diagnostic::new(Code::MalformedText, span, message)
        .label(why)
        .note("six fields: minute, hour, day, month, weekday, year; one of the days is `?`");
    match converted {
        Some(cron) => error.suggestion(format!("write `\"{cron}\"`"), span, format!("\"{cron}\"")),
        None => error.help("every day at seven in the morning is `\"0 7 * * ? *\"`"),
    }
}

/// How many fields a cron expression has, and how many it should.
pub(super) fn field_count(count: usize, wanted: usize) -> String {
    let fields = if count == 1 { "field" } else { "fields" };
    format!("{count} {fields}, not {wanted}")
}

// Deployments

/// What belongs to a strategy that is not chosen.
pub(super) fn splits_nothing(
    span: Span,
    property: &str,
    strategy: &Setting<Strategy>,
) -> Diagnostic {
    let message = format!("`{property}` belongs to `traffic_splitting`");
    let error = Diagnostic::new(Code::ImpossibleCombination, span, message)
        .label("no requests are split")
        .help("delete it");
    match strategy.span() {
        Some(place) => error.related(place, "this strategy replaces instances"),
        None => error,
    }
}

pub(super) fn more_than_all(span: Span, share: Percent) -> Diagnostic {
    let message = "`batch` is more than all instances";
    Diagnostic::new(Code::OutOfRange, span, message)
        .label(format!("{share}; allowed is 1% to 100%"))
}

/// A network and an environment that makes one itself.
pub(super) fn two_networks(name: &str, environment: Span, network: Span) -> Diagnostic {
    let message = format!("two networks would both keep their flow logs in `/bean/{name}/flow`");
    Diagnostic::new(Code::NamesCollide, environment, message)
        .label("it makes one of its own, since it names none")
        .related(network, "the other")
        .help(format!(
            "write `network = network.{name}` in it, or give one of the two another name"
        ))
}

/// A former name that an environment has; `place` is its head unless it is the
/// same environment.
pub(super) fn former_name_taken(name: &str, span: Span, place: Option<Span>) -> Diagnostic {
    let message = match place {
        Some(_) => format!("`{name}` is an environment still"),
        None => format!("`{name}` was always named so"),
    };
    let error = Diagnostic::new(Code::NamesCollide, span, message);
    let error = match place {
        Some(place) => error
            .label("both would claim the same resources")
            .related(place, "this one"),
        None => error.label("this is its name now"),
    };
    error.help("`renamed_from` takes the name that an environment had before")
}

pub(super) fn more_zones_than_there_are(
    span: Span,
    wanted: i64,
    (region, most): (&str, usize),
    place: Option<Span>,
) -> Diagnostic {
    let message = format!("`{region}` has {most} availability zones, and {wanted} are wanted");
    let error = Diagnostic::new(Code::OutOfRange, span, message);
    match place.filter(|place| *place != span) {
        Some(place) => error
            .label(format!("at most {most}"))
            .related(place, "here"),
        None => error,
    }
    .help(format!("write `zones = {most}` or less"))
}

// Networks that exist

pub(super) fn malformed_id(id: &str, prefix: &str, span: Span) -> Diagnostic {
    let what = match prefix {
        "vpc" => "a VPC",
        "sg" => "a security group",
        _ => "a subnet",
    };
    Diagnostic::new(
        Code::MalformedText,
        span,
        format!("`{id}` is no id of {what}"),
    )
    .label(format!("`{prefix}-` and 8 or 17 digits from 0 to f"))
}
