//! `instances`: launch template, Auto Scaling group, and the role that lets an
//! instance do what it must and no more.

use smol_str::SmolStr;

use super::containers::{self, Containers};
use super::environment::Place;
use super::unit::Unit;
use super::web::{self, Web};
use super::worker::{self, Work};
use super::{pins, rollout, unit_id};
use crate::graph::{Keep, Need};
use crate::model::{Environment, InputType, Registries};
use crate::platform;
use crate::platform::boot::{self, Boot};
use crate::resource::auto_scaling_group::{self, AutoScalingGroup};
use crate::resource::ecs_cluster::EcsCluster;
use crate::resource::elastic_ip::ElasticIp;
use crate::resource::expr::{Arn, Text};
use crate::resource::instance_profile::InstanceProfile;
use crate::resource::launch_template::{self, LaunchTemplate};
use crate::resource::log_group::LogGroup;
use crate::resource::policy::{Condition, Statement};
use crate::resource::role::Role;
use crate::resource::security_group::SecurityGroup;
use crate::resource::target_group::{HealthCheck, Request, TargetGroup};
use crate::resource::{Expr, Ref, Term};
use crate::schema::deployment::Strategy;
use crate::schema::environment::{EnvValue, HealthReporting};
use crate::schema::instances::{Architecture, Purchase, VolumeType};
use crate::schema::load_balancer::has_ok;
use crate::schema::platform::{Family, Proxy, System};
use crate::schema::queue::Daemon;
use crate::schema::{
    Attribute, InstanceType, LatePart, Lately, Pseudo, Secret, SecretStore, Setting,
};
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// The hook that keeps an instance out of service until it says that its
/// application answers.
const BOOT_HOOK: &str = "boot";

/// The log in which the boot script writes what it does.
const fn boot_log(system: System) -> &'static str {
    match system {
        System::Linux => "/var/log/bean-boot.log",
        System::Windows => r"C:\ProgramData\bean\boot.log",
    }
}

/// What every environment has.
pub(super) struct Fleet {
    /// The group of instances.
    pub group: Ref<AutoScalingGroup>,
}

/// The type of the instances.
#[must_use]
pub fn instance_type(environment: &Environment) -> Lately<InstanceType> {
    match &environment.settings.instances.r#type {
        Some(ty) => ty.value.clone(),
        None => Lately::Now(InstanceType(SmolStr::new_static(
            match architecture(environment) {
                Architecture::Arm64 => "t4g.micro",
                Architecture::X8664 => "t3.micro",
            },
        ))),
    }
}

/// The architecture of the instances: that of the types that are known, or the
/// one that is written, or arm64 where the platform has images for it.
#[must_use]
pub fn architecture(environment: &Environment) -> Architecture {
    let instances = &environment.settings.instances;
    let known = instances
        .types()
        .find_map(|(ty, _)| crate::facts::instance_type(&ty.known()?.0));
    let known = known.map(crate::facts::InstanceType::architecture);
    let written = instances.architecture.as_ref().map(|it| it.value);
    known
        .or(written)
        .unwrap_or_else(|| match environment.platform.fits(Architecture::Arm64) {
            true => Architecture::Arm64,
            false => Architecture::X8664,
        })
}

/// Makes log groups, the role, the launch template and the group.
pub(super) fn make(
    unit: &mut Unit<'_>,
    environment: &Environment,
    place: &Place,
    web: &Web,
    containers: Option<&Containers>,
    work: Option<&Work>,
) -> Fleet {
    let settings = &environment.settings;
    let origin = settings.instances.span.unwrap_or(environment.span);
    let application_span = settings.application.as_ref().and_then(Setting::span);
    let bucket = unit.bucket(&environment.application, application_span);
    let logs = logs(unit, environment);
    let role = role(unit, environment, &bucket, &logs, web, containers, work);
    let profile = InstanceProfile {
        role: role.attr(Role::NAME),
    };
    let profile = unit.graph.add("instance_profile", origin, profile);

    let architecture = architecture(environment);
    if environment.platform.settings.image.build.is_some() {
        unit.graph.needs.push(Need {
            unit: unit_id(ItemKind::Platform, &environment.platform.name),
            attribute: "image".into(),
            span: settings.platform.span(),
        });
    }
    let floating =
        platform::image(&environment.platform, architecture).unwrap_or_else(|| Expr::from(""));
    let pinned = unit
        .known_region()
        .and_then(|region| pins::image(unit.program, &floating, &region));
    let image = match pinned {
        Some(image) => Expr::from(image.clone()).at(settings.platform.span()),
        None => {
            let place = platform_written(unit, environment).place(floating.span);
            floating.at(place)
        }
    };
    let metadata_tags = metadata_takes_tags(unit);
    let user_data = boot(unit, environment, bucket, logs, web, containers, work).script();
    let system = environment.platform.family.system();
    if system == System::Windows {
        for input in unit.graph.inputs.values_mut() {
            if input.ty == InputType::Text {
                input.ty = InputType::Plain;
            }
        }
    }
    let volume = &settings.instances.root_volume;
    let key_pair = settings.instances.key_pair.as_ref();
    let monitoring = &settings.instances.monitoring;
    let template = LaunchTemplate {
        image,
        instance_type: main_type(unit, environment),
        profile: profile.attr(InstanceProfile::ARN),
        security_groups: vec![web.instances.attr(SecurityGroup::ID)],
        public_address: place.public,
        key_pair: key_pair
            .map(|key| Expr::new(unit.lately(&key.value, SmolStr::clone)).at(key.span())),
        monitoring: Expr::new(unit.lately(&monitoring.value, |it| *it)).at(monitoring.span()),
        root_volume: launch_template::RootVolume {
            ty: volume.r#type.value.word(),
            size: Expr::from(
                volume
                    .size
                    .value
                    .gib()
                    .max(environment.platform.image_gib()),
            )
            .at(volume.size.span()),
            iops: volume
                .iops
                .as_ref()
                .map(|iops| Expr::from(iops.value).at(iops.span())),
            throughput: volume
                .throughput
                .as_ref()
                .filter(|_| volume.r#type.value == VolumeType::Gp3)
                .map(|it| Expr::from(it.value.mib()).at(it.span())),
        },
        // A container is one network hop further away from the metadata; those of
        // ECS have a role of their own and need none of it.
        metadata_tags,
        hop_limit: match environment.platform.family {
            Family::Docker => 2,
            Family::Windows
            | Family::Nodejs
            | Family::Python
            | Family::Php
            | Family::Ruby
            | Family::Go
            | Family::Java
            | Family::Tomcat
            | Family::Dotnet
            | Family::Custom
            | Family::Ecs => 1,
        },
        system,
        user_data,
        signal: Some(unit.logical_id("auto_scaling_group")),
        tags: unit.named_tags(),
    };
    let template = unit.graph.add("launch_template", origin, template);
    let group = group(unit, environment, place, web, template, role, containers);
    unit.gives("group_name", group.attr(AutoScalingGroup::NAME).term);
    unit.output(
        "group",
        "Auto Scaling group",
        group.attr(AutoScalingGroup::NAME).term,
    );
    Fleet { group }
}

/// A log group for each file that is sent away, with the file's path.
fn logs(unit: &mut Unit<'_>, environment: &Environment) -> Vec<(SmolStr, Expr<Arn>, Expr<Text>)> {
    let settings = &environment.settings.logs;
    // A platform's files are not the user's to point at.
    let block = settings.span.unwrap_or(environment.span);
    let boot = (
        SmolStr::new_static(boot_log(environment.platform.family.system())),
        settings.span,
        block,
    );
    let platform = environment.platform.settings.logs.value.iter();
    let proxy = environment.platform.settings.proxy.value;
    let platform = platform.map(|(file, span)| (written_by(proxy, file), Some(*span), block));
    let daemon = (SmolStr::new_static(boot::DAEMON_LOG), None, block);
    let daemon = environment.runs_daemon().then_some(daemon);
    let own = settings.files.value.iter();
    let own = own.map(|(file, span)| (file.clone(), Some(*span), *span));
    let mut logs: Vec<(SmolStr, Expr<Arn>, Expr<Text>)> = Vec::new();
    for (file, span, origin) in std::iter::once(boot)
        .chain(platform)
        .chain(daemon)
        .chain(own)
    {
        if logs.iter().any(|(known, ..)| *known == file) {
            continue;
        }
        let retention = &settings.retention;
        let name = format!("/bean/{}{}", environment.name, group_name(&file));
        let group = LogGroup {
            name: Expr::from(name.clone()).at(span),
            retention: Expr::from(retention.value.days()).at(retention.span()),
            tags: unit.tags.clone(),
        };
        let role = format!(
            "log_group{}",
            group_name(&file).replace(|c: char| !c.is_ascii_alphanumeric(), "_")
        );
        let group = unit.graph.add(&role, origin, group);
        unit.graph.keep(group, Keep::Retain);
        // The name is written out: the role's policy and the agent's settings
        // need no attribute that one target spells differently.
        let arn = unit.arn("logs", format!("log-group:{name}:*"));
        logs.push((
            file,
            arn,
            group.attr(LogGroup::NAME).cast().at(Some(origin)),
        ));
    }
    logs
}

/// The file that a proxy writes in the place of nginx's: platforms list those, and
/// one with another proxy need not list all files anew.
fn written_by(proxy: Proxy, file: &SmolStr) -> SmolStr {
    match (proxy, file.as_str()) {
        (Proxy::Apache, "/var/log/nginx/access.log") => "/var/log/httpd/access_log".into(),
        (Proxy::Apache, "/var/log/nginx/error.log") => "/var/log/httpd/error_log".into(),
        (Proxy::Apache | Proxy::Nginx | Proxy::None, _) => file.clone(),
    }
}

/// A file's path as the end of the name of its log group: `/C/inetpub/logs/u_ex.log`,
/// and `/var/log/app/.log` for all of `/var/log/app/*.log`. A name has letters,
/// digits and `_-/.#` (`CreateLogGroup` of CloudWatch Logs).
fn group_name(file: &str) -> String {
    let path = match file.split_once(':') {
        Some((drive, path)) => format!("/{drive}{}", path.replace('\\', "/")),
        None => file.to_owned(),
    };
    let may_have = |c: char| c.is_ascii_alphanumeric() || "_-/.#".contains(c);
    path.replace(['*', '?'], "")
        .replace(|c: char| !may_have(c), "_")
}

/// What an instance may do: read versions, write its own logs, read exactly
/// its secrets, say that it is ready, and be reached by Session Manager.
fn role(
    unit: &mut Unit<'_>,
    environment: &Environment,
    bucket: &Term,
    logs: &[(SmolStr, Expr<Arn>, Expr<Text>)],
    web: &Web,
    containers: Option<&Containers>,
    work: Option<&Work>,
) -> Ref<Role> {
    let origin = environment.span;
    let versions = Term::join([bucket.clone(), "/versions/*".into()]);
    let mut statements = containers.map_or_else(Vec::new, |it| containers::agent(unit, it));
    if containers.is_none() || environment.is_bundled() {
        let versions = [Unit::s3_arn(versions)];
        statements.push(Statement::allow("ReadVersions", ["s3:GetObject"], versions));
    }
    if let Some(registries) = &environment.registries {
        let object = Unit::s3_arn(registries.object()).at(Some(registries.key.1));
        statements.push(Statement::allow(
            "ReadPasswords",
            ["s3:GetObject"],
            [object],
        ));
    }
    statements.push(Statement::allow(
        "WriteLogs",
        [
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
        ],
        logs.iter().map(|(_, arn, _)| arn.clone()),
    ));
    let secrets = |store: SecretStore| -> Vec<(&Secret, Option<Span>)> {
        let secrets = environment
            .settings
            .env
            .0
            .values()
            // Containers get theirs from ECS.
            .filter(|_| containers.is_none())
            .filter_map(|setting| match &setting.value {
                EnvValue::Secret(secret) => Some((secret, setting.span())),
                EnvValue::Text(_) | EnvValue::Late(_) => None,
            });
        let mut found: Vec<_> = secrets
            .filter(|(secret, _)| secret.store == store)
            .collect();
        found.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        found.dedup_by(|(a, _), (b, _)| a.name == b.name);
        found
    };
    let parameters: Vec<Expr<Arn>> = secrets(SecretStore::Ssm)
        .into_iter()
        .map(|(secret, span)| {
            let name = secret.name.trim_start_matches('/');
            unit.arn("ssm", format!("parameter/{name}")).at(span)
        })
        .collect();
    if !parameters.is_empty() {
        statements.push(Statement::allow(
            "ReadParameters",
            ["ssm:GetParameter"],
            parameters,
        ));
    }
    let secrets: Vec<Expr<Arn>> = secrets(SecretStore::SecretsManager)
        .into_iter()
        .map(|(secret, span)| secret_arn(unit, &secret.name).at(span))
        .collect();
    if !secrets.is_empty() {
        let actions = ["secretsmanager:GetSecretValue"];
        statements.push(Statement::allow("ReadSecrets", actions, secrets));
    }
    if let Some(work) = work {
        statements.push(worker::statement(work));
        if environment.settings.queue.daemon.value == Daemon::Sqsd {
            let daemon = Term::join([bucket.clone(), "/artifacts/bean-sqsd/*".into()]);
            let resources = [Unit::s3_arn(daemon)];
            statements.push(Statement::allow("ReadDaemon", ["s3:GetObject"], resources));
        }
    }
    let queues = named_queues(unit, environment);
    if !queues.is_empty() {
        let actions = ["sqs:GetQueueUrl", "sqs:SendMessage"];
        statements.push(Statement::allow("SendMessages", actions, queues));
    }
    let own = || Condition::Equals("aws:ResourceTag/bean:item", unit_tag(environment).into());
    let groups = unit.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*");
    statements.push(
        Statement::allow(
            "SayReady",
            ["autoscaling:CompleteLifecycleAction"],
            [groups],
        )
        .when(own()),
    );
    if !metadata_takes_tags(unit) {
        // The instance then asks for its group's name, and AWS knows no
        // narrower permission for that question.
        let actions = ["autoscaling:DescribeAutoScalingInstances"];
        statements.push(Statement::allow("FindGroup", actions, [Expr::from("*")]));
    }
    if let Some(address) = web.address {
        let id = address.attr(ElasticIp::ALLOCATION_ID).term;
        let this = unit.arn("ec2", Term::join(["elastic-ip/".into(), id]));
        let actions = ["ec2:AssociateAddress"];
        statements.push(Statement::allow("TakeAddress", actions, [this]));
        let machines = [
            unit.arn("ec2", "instance/*"),
            unit.arn("ec2", "network-interface/*"),
        ];
        statements.push(Statement::allow("TakeAddressHere", actions, machines).when(own()));
    }
    let partition = Pseudo::Partition.into();
    let session_manager = ":iam::aws:policy/AmazonSSMManagedInstanceCore".into();
    let session_manager = Term::join(["arn:".into(), partition, session_manager]);
    let role = Role {
        service: "ec2.amazonaws.com",
        description: Expr::from(format!("Instances of {}", environment.name)),
        managed_policies: vec![Expr::new(session_manager)],
        statements,
        may_signal: true,
        tags: unit.tags.clone(),
    };
    let role = unit.graph.add("role", origin, role);
    unit.gives("role_arn", role.attr(Role::ARN).term);
    role
}

/// The queues of other environments that this one's properties name: who is
/// given the address of a queue may send to it.
fn named_queues(unit: &mut Unit<'_>, environment: &Environment) -> Vec<Expr<Arn>> {
    let mut queues: Vec<(SmolStr, Expr<Arn>)> = Vec::new();
    for value in environment.settings.env.0.values() {
        let EnvValue::Late(late) = &value.value else {
            continue;
        };
        for part in &late.parts {
            let LatePart::Attribute(attribute) = part else {
                continue;
            };
            let is_queue = matches!(attribute.attribute.as_str(), "queue.url" | "queue.arn");
            let own = attribute.item == environment.name;
            if !is_queue || own || queues.iter().any(|(item, _)| *item == attribute.item) {
                continue;
            }
            let arn = unit.attribute(&Attribute {
                attribute: "queue.arn".into(),
                ..attribute.clone()
            });
            let arn = Expr::new(arn).at(Some(attribute.span));
            queues.push((attribute.item.clone(), arn));
        }
    }
    queues.into_iter().map(|(_, arn)| arn).collect()
}

/// Whether the metadata service takes the tags: their keys are parts of paths
/// there, so EC2 refuses to start an instance whose keys have other letters.
fn metadata_takes_tags(unit: &Unit<'_>) -> bool {
    let fits = |key: &str| {
        key.chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-=.,_:@".contains(c))
            && !matches!(key, "." | ".." | "_index")
    };
    unit.tags.0.iter().all(|(key, _)| fits(key))
}

/// The value of the owner's tag on all of an environment's resources.
fn unit_tag(environment: &Environment) -> String {
    format!("environment.{}", environment.name)
}

/// A secret by name has six letters of AWS's own behind it in its ARN.
pub(super) fn secret_arn(unit: &Unit<'_>, name: &str) -> Expr<Arn> {
    if name.starts_with("arn:") {
        return Expr::from(name);
    }
    unit.arn("secretsmanager", format!("secret:{name}-??????"))
}

/// What a proxy waits for by itself, in seconds (`proxy_read_timeout` of nginx,
/// `ProxyTimeout` of Apache).
const USUAL_PATIENCE: i64 = 60;

/// How long the proxy has to wait for the application, where that is longer than
/// usual: it must not give up before the daemon or the balancer does.
fn patience(environment: &Environment) -> Option<Expr<Text>> {
    let settings = &environment.settings;
    let platform = &environment.platform;
    let (asked, span) = if platform.family.system() == System::Windows
        || platform.settings.proxy.value == Proxy::None
    {
        return None;
    } else if environment.runs_daemon() {
        let timeout = &settings.queue.inactivity_timeout;
        (timeout.value.secs() + 5, timeout.span())
    } else if environment.is_balanced() {
        let timeout = &settings.load_balancer.idle_timeout;
        (timeout.value.secs(), timeout.span())
    } else {
        return None;
    };
    (asked > USUAL_PATIENCE).then(|| Expr::from(asked).at(span))
}

fn platform_written<'a>(unit: &Unit<'a>, environment: &Environment) -> boot::Written<'a> {
    boot::Written {
        name: environment.settings.platform.span(),
        library: &unit.program.library,
    }
}

/// The type of the instances, at its place.
fn main_type(unit: &mut Unit<'_>, environment: &Environment) -> Expr<Text> {
    let written = environment.settings.instances.r#type.as_ref();
    let ty = unit.lately(&instance_type(environment), |ty| ty.0.clone());
    Expr::new(ty).at(written.and_then(Setting::span))
}

/// All types of a mixed group, the one of the environment first; none when that
/// is the only one, which the launch template has. What a group lists stands in
/// the place of what its template says.
fn types(unit: &mut Unit<'_>, environment: &Environment) -> Vec<Expr<Text>> {
    let further = &environment.settings.instances.mixed.types.value;
    if further.is_empty() {
        return Vec::new();
    }
    let first = instance_type(environment);
    let mut types = vec![main_type(unit, environment)];
    for (ty, span) in further.iter().filter(|(ty, _)| *ty != first) {
        let ty = unit.lately(ty, |ty| ty.0.clone());
        types.push(Expr::new(ty).at(Some(*span)));
    }
    types
}

/// The bounds of the group that schedules change.
fn scheduled(environment: &Environment) -> Vec<auto_scaling_group::Bound> {
    let schedules = || environment.settings.scaling.schedule.iter();
    let has_group = !environment.is_single();
    let min = schedules().any(|it| it.min.is_some());
    let max = schedules().any(|it| it.max.is_some());
    let bounds = [
        (min, auto_scaling_group::Bound::Min),
        (max, auto_scaling_group::Bound::Max),
    ];
    let changed = bounds
        .into_iter()
        .filter(|(changes, _)| *changes && has_group);
    changed.map(|(_, bound)| bound).collect()
}

/// A text as it is written.
fn text(text: &Setting<SmolStr>) -> Expr<Text> {
    Expr::from(text.value.clone()).at(text.span())
}

/// A balancer's check as the boot script makes it.
fn check(asked: HealthCheck, port: u16) -> boot::Check {
    let at = match (port, &asked.http) {
        (web::PROXY, Some(_)) => String::new(),
        (port, _) => format!(":{port}"),
    };
    match asked.http {
        Some(Request { path, codes }) => boot::Check {
            is_usual: at.is_empty() && matches!(&codes.term, Term::Text(it) if has_ok(it)),
            codes,
            place: Expr::new(Term::join([at.into(), path.term])).at(path.span),
        },
        None => boot::Check {
            is_usual: false,
            codes: Expr::from("tcp"),
            place: Expr::from(at),
        },
    }
}

fn boot<'a, 'p: 'a>(
    unit: &mut Unit<'p>,
    environment: &'a Environment,
    bucket: Term,
    logs: Vec<(SmolStr, Expr<Arn>, Expr<Text>)>,
    web: &Web,
    containers: Option<&Containers>,
    work: Option<&Work>,
) -> Boot<'a> {
    let settings = &environment.settings;
    let platform = &environment.platform.settings;
    let written = platform_written(unit, environment);
    let mut properties: Vec<(SmolStr, Expr<Text>)> = platform
        .env
        .0
        .iter()
        .filter(|(name, _)| !settings.env.0.contains_key(*name))
        .map(|(name, value)| {
            let text = Expr::from(value.value.clone()).at(written.place(value.span()));
            (name.clone(), text)
        })
        .collect();
    let mut secrets = Vec::new();
    let own = settings.env.0.iter().filter(|_| containers.is_none());
    for (name, value) in own {
        let (list, text) = match &value.value {
            EnvValue::Text(text) => (&mut properties, text.clone().into()),
            EnvValue::Late(late) => (&mut properties, unit.late(late)),
            EnvValue::Secret(secret) => (&mut secrets, secret.locator().into()),
        };
        list.push((name.clone(), Expr::new(text).at(value.span())));
    }
    let release = match &settings.release {
        // Versions of containers are their images', which ECS replaces without
        // the instances, unless they see a folder of the bundle.
        _ if containers.is_some() && !environment.is_bundled() => Expr::from("containers"),
        Some(release) => Expr::new(unit.lately(&release.value, SmolStr::clone)).at(release.span()),
        None => Expr::from(""),
    };
    let (asked, health_port) = web::asked(environment, "default");
    // An application that the balancer asks past the proxy listens there.
    let own_port = Some(health_port).filter(|port| *port != web::PROXY);
    let further = || web.processes.iter().filter(|(name, _)| *name != "default");
    // On the ports of the proxy and the application a process is one more way there.
    let started = further().filter(|(_, it)| it.port != web::PROXY && Some(it.port) != own_port);
    let first = check(asked, health_port);
    let mut checks: Vec<boot::Check> = Vec::new();
    for (name, _) in further() {
        let (asked, port) = web::asked(environment, name);
        let check = check(asked, port);
        let is_new = |known: &boot::Check| {
            (&known.codes.term, &known.place.term) != (&check.codes.term, &check.place.term)
        };
        if is_new(&first) && checks.iter().all(is_new) {
            checks.push(check);
        }
    }
    Boot {
        environment: &environment.name,
        application: &environment.application,
        tier: environment.tier,
        platform: &environment.platform,
        written,
        region: match unit.known_region() {
            Some(region) => {
                let span = settings.target.region.as_ref().and_then(Setting::span);
                Expr::from(region).at(span)
            }
            None => Expr::from(Pseudo::Region),
        },
        bucket,
        release,
        port: own_port.or(platform.port.as_ref().map(|port| port.value.0)),
        processes: started
            .map(|(name, process)| (name.clone(), process.port))
            .collect(),
        check: match work {
            // A worker's application need not know what to do with a GET.
            Some(_) => boot::Check {
                codes: Expr::from("100-599"),
                ..first
            },
            None => first,
        },
        checks,
        daemon: work.map_or_else(Vec::new, |work| worker::configuration(environment, work)),
        patience: patience(environment),
        timeout: Expr::from(rollout::boot_timeout(environment))
            .at(settings.deployment.timeout.span()),
        pause: Expr::from(rollout::pause(environment)).at(settings.deployment.pause.span()),
        properties,
        secrets,
        logs: logs
            .into_iter()
            .map(|(file, _, group)| (file, group))
            .collect(),
        files: settings
            .r#static
            .0
            .iter()
            .map(|(path, file)| (path.clone(), text(file)))
            .collect(),
        cluster: containers.map(|it| it.cluster.attr(EcsCluster::NAME).term),
        registries: environment.registries.as_ref().map(Registries::object),
        allocation: web
            .address
            .map(|address| address.attr(ElasticIp::ALLOCATION_ID).term),
        takes_over: settings.deployment.strategy.value == Strategy::Immutable,
        hook: BOOT_HOOK,
    }
}

fn group(
    unit: &mut Unit<'_>,
    environment: &Environment,
    place: &Place,
    web: &Web,
    template: Ref<LaunchTemplate>,
    role: Ref<Role>,
    containers: Option<&Containers>,
) -> Ref<AutoScalingGroup> {
    let settings = &environment.settings;
    let instances = &settings.instances;
    let origin = instances.span.unwrap_or(environment.span);
    let deployment = &settings.deployment;
    let max = environment.max_instances();
    let min = match environment.is_single() {
        true => 1,
        false => instances.min.value,
    };
    let grace = &instances.replace_unhealthy_after;
    // ECS registers its containers by itself, and replaces those that are sick.
    let balanced = web.balancer.is_some()
        && settings.health.value == HealthReporting::Enhanced
        && containers.is_none();
    let target_groups = web
        .processes
        .values()
        .filter(|_| containers.is_none())
        .filter_map(|process| process.target_group);
    let mixed = &instances.mixed;
    let purchase = match instances.purchase.value {
        Purchase::OnDemand => None,
        Purchase::Spot => Some((0, 0)),
        Purchase::Mixed => Some((mixed.on_demand_base.value, mixed.on_demand_share.value.0)),
    };
    let mixed = purchase.map(|(base, share)| auto_scaling_group::Mixed {
        on_demand_base: Expr::from(base).at(mixed.on_demand_base.span()),
        on_demand_share: Expr::from(share).at(mixed.on_demand_share.span()),
        types: types(unit, environment),
    });
    let mut tags = unit.named_tags();
    if containers.is_some() {
        // ECS puts it on a group that a cluster uses; Terraform would take it off.
        tags.0.push(("AmazonECSManaged".into(), Expr::from("")));
    }
    let group = AutoScalingGroup {
        template: template.attr(LaunchTemplate::ID),
        version: template.attr(LaunchTemplate::VERSION),
        mixed,
        min: Expr::from(min).at(instances.min.span()),
        max: Expr::from(max).at(instances.max.as_ref().and_then(Setting::span)),
        widens: min == max
            && !settings.scaling.policy.is_empty()
            && !settings.scaling.schedule.is_empty(),
        scheduled: scheduled(environment),
        subnets: place.instances.clone(),
        target_groups: target_groups
            .map(|group| group.attr(TargetGroup::ARN))
            .collect(),
        health: if balanced {
            auto_scaling_group::Health::LoadBalancer
        } else {
            auto_scaling_group::Health::Instance
        },
        grace: Expr::from(grace.value.secs()).at(grace.span()),
        boot_hook: auto_scaling_group::Hook {
            name: BOOT_HOOK,
            timeout: Expr::from(deployment.timeout.value.secs()).at(deployment.timeout.span()),
        },
        rollout: rollout::rollout(unit, environment, min, max),
        tags,
    };
    let group = unit.graph.add("auto_scaling_group", origin, group);
    // An instance that starts before these are there cannot fetch anything, or
    // is never asked whether it is healthy.
    for route in &place.routes {
        unit.graph
            .after(group, *route, "instances reach the internet through it");
    }
    if let Some(balancer) = &web.balancer {
        for door in &balancer.doors {
            unit.graph
                .after(group, *door, "targets are checked once a listener forwards");
        }
    }
    unit.graph
        .after(group, role, "instances act with it as soon as they start");
    group
}

/// Keeps the resources that the user protects by role.
pub(super) fn protect(unit: &mut Unit<'_>, environment: &Environment) {
    for (role, _) in &environment.settings.protect.value {
        unit.graph.protect(&role.0);
    }
}
