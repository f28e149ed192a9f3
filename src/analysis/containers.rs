//! `container`: the containers of an environment on ECS.

use smol_str::SmolStr;

use super::bundle::Bundle;
use super::{Analysis, errors};
use crate::diagnostic::Diagnostics;
use crate::model::{
    Container, Docker, EfsVolume, HealthCheck, Image, Logging, Mount, Placed, PortMapping,
    Registries, Router, Task, Tmpfs, Volume, VolumeKind,
};
use crate::ordered::IndexMap;
use crate::schema::container::{Condition, Container as Written, LogDriver, Protocol};
use crate::schema::environment::Environment as Settings;
use crate::schema::platform::Family;
use crate::schema::{Keyed, Lacking, Map, Named, SecretStore, Setting};
use crate::source::Span;
use crate::syntax::ast::{BlockItem, Item, ItemKind};
use crate::units::Duration;

/// What tells the driver of CloudWatch Logs where output goes.
const LOG_GROUP: &str = "awslogs-group";

/// The port of the instances on which the balancer asks.
const PROXY: u16 = 80;

impl Analysis<'_, '_> {
    /// The containers of an environment; none when its platform runs something
    /// else.
    pub(super) fn task(
        &mut self,
        family: Family,
        settings: &Settings,
        application: &str,
        head: Span,
    ) -> Option<Task> {
        let written = &settings.container;
        if family != Family::Ecs {
            if let Some(container) = written.iter().next() {
                self.diagnostics.report(errors::containers_elsewhere(
                    container.span,
                    settings.platform.span(),
                ));
            }
            return None;
        }
        let task = if written.is_empty() {
            let brought = self.bundle(application).and_then(|it| it.dockerrun);
            if brought.is_none() {
                let missing = self.declared(application);
                let missing = missing.and_then(|it| self.bundles.missing(it.head()));
                self.diagnostics.report(errors::no_containers(
                    settings.platform.span().unwrap_or(head),
                    missing.map(|it| it.span),
                ));
                return None;
            }
            self.dockerrun(family, application)?.task.clone()?
        } else {
            from_blocks(written)
        };
        check(&task, settings, self.diagnostics);
        if settings.release.is_none()
            && let Some((path, span)) = task.bundled()
        {
            self.diagnostics
                .report(errors::bundle_without_release(path, *span, head));
        }
        for process in settings.load_balancer.process.iter() {
            let port = process.port.as_ref().map_or(PROXY, |port| port.value.0);
            if port != PROXY && task.behind(port).is_none() {
                self.diagnostics
                    .report(errors::process_without_container(process.span, port));
            }
        }
        Some(task)
    }
}

impl<'a, 'd> Analysis<'a, 'd> {
    /// Where the passwords of registries are: the file that says which images
    /// run says that as well.
    pub(super) fn registries(
        &mut self,
        family: Family,
        settings: &Settings,
        application: &str,
    ) -> Option<Registries> {
        let is_read = match family {
            Family::Ecs => settings.container.is_empty(),
            family => family == Family::Docker,
        };
        let dockerrun = is_read.then(|| self.dockerrun(family, application));
        dockerrun.flatten()?.registries.clone()
    }

    /// What an application that the program declares brings.
    pub(super) fn bundle(&self, application: &str) -> Option<&'d Bundle> {
        self.bundles.of(self.declared(application)?.head())
    }

    /// An application of the program or of what it imports.
    fn declared(&self, application: &str) -> Option<&'a BlockItem> {
        let items = self.names.files.iter().flat_map(|file| &file.tree.items);
        let mut blocks = items.filter_map(|item| match item {
            Item::Block(block) => Some(block),
            _ => None,
        });
        blocks.find(|it| it.kind == ItemKind::Application && it.name.text == application)
    }
}

/// The task that `container` blocks describe.
fn from_blocks(written: &Keyed<Written>) -> Task {
    let first = written.iter().find(|it| it.port.is_some());
    let taken = written
        .iter()
        .filter_map(|it| it.host_port.as_ref())
        .any(|port| port.value.0 == PROXY);
    let first = first.map(|it| it.span).filter(|_| !taken);
    let mut volumes = Volumes::default();
    let mut containers = Vec::new();
    for container in written.iter() {
        let mounts = volumes.of(container);
        containers.push(from_block(container, first, mounts));
    }
    Task {
        containers,
        volumes: volumes.0.into_values().collect(),
        execution_role: None,
    }
}

/// What containers share, by what it is: those that name the same see the same.
#[derive(Default)]
struct Volumes(IndexMap<String, Volume>);

impl Volumes {
    /// What a container sees.
    fn of(&mut self, container: &Named<Written>) -> Vec<Mount> {
        let mut mounts = Vec::new();
        for (path, folder) in &container.mounts.0 {
            let span = folder.span().unwrap_or(container.span);
            let kind = VolumeKind::Instance(Some((folder.value.clone(), span)));
            mounts.push(Mount {
                volume: self.named(format!("folder {}", folder.value), kind, span),
                path: (path.clone(), span),
                read_only: false,
            });
        }
        for efs in container.efs.iter() {
            let text = |it: &Setting<SmolStr>| (it.value.clone(), it.span().unwrap_or(efs.span));
            let volume = EfsVolume {
                file_system: text(&efs.file_system),
                root: efs.root.as_ref().map(text),
                access_point: efs.access_point.as_ref().map(text),
                is_authorized: efs.iam.value,
                is_encrypted: efs.encrypted.value,
                encryption_port: None,
            };
            let what = [
                Some(&volume.file_system),
                volume.root.as_ref(),
                volume.access_point.as_ref(),
            ];
            let what = what.map(|it| it.map(|(text, _)| text));
            let key = format!("efs {what:?} {} {}", efs.iam.value, efs.encrypted.value);
            mounts.push(Mount {
                volume: self.named(key, VolumeKind::Efs(volume), efs.span),
                path: (efs.name.clone(), efs.span),
                read_only: efs.read_only.value,
            });
        }
        mounts
    }

    /// The name of a volume, which is made where there is none like it.
    fn named(&mut self, key: String, kind: VolumeKind, span: Span) -> Placed {
        let what = match kind {
            VolumeKind::Instance(_) => "folder",
            VolumeKind::Docker(_) => "volume",
            VolumeKind::Efs(_) => "files",
        };
        let alike = self.0.values().filter(|it| it.name.0.starts_with(what));
        let next = format!("{what}-{}", alike.count() + 1);
        let name = (next.into(), span);
        let volume = self.0.entry(key).or_insert(Volume { name, kind });
        (volume.name.0.clone(), span)
    }
}

fn from_block(written: &Named<Written>, first: Option<Span>, mounts: Vec<Mount>) -> Container {
    let place = |span: Option<Span>| span.unwrap_or(written.span);
    let port = written.port.as_ref().map(|port| PortMapping {
        host: match &written.host_port {
            Some(host) => host.value.0,
            None if first == Some(written.span) => PROXY,
            None => port.value.0,
        },
        container: port.value.0,
        protocol: written.protocol.value,
    });
    let text = |it: &Option<Setting<SmolStr>>| {
        let it = it.as_ref()?;
        Some((it.value.clone(), place(it.span())))
    };
    let seconds = |it: &Setting<Duration>| (it.value.secs(), place(it.span()));
    let pairs = |map: &Map<SmolStr>| -> Vec<(SmolStr, Placed)> {
        let pairs = map.0.iter();
        let pair = |(key, it): (&SmolStr, &Setting<SmolStr>)| {
            (key.clone(), (it.value.clone(), place(it.span())))
        };
        pairs.map(pair).collect()
    };
    let health = written.health.as_ref().map(|health| HealthCheck {
        command: health.command.value.clone(),
        interval: seconds(&health.interval),
        timeout: seconds(&health.timeout),
        retries: (health.retries.value, place(health.retries.span())),
        start_period: seconds(&health.start_period),
    });
    let logging = written.logging.as_ref().map(|logging| Logging {
        driver: (
            logging.driver.value.name().into(),
            place(logging.driver.span()),
        ),
        options: pairs(&logging.options),
        secrets: Vec::new(),
    });
    let tmpfs = written.tmpfs.iter().map(|folder| Tmpfs {
        path: (folder.name.clone(), folder.span),
        size: (folder.size.value.mib(), place(folder.size.span())),
        options: folder.options.value.clone(),
    });
    let dependencies = written.depends_on.0.iter();
    let ulimits = written.ulimit.iter().map(|limit| {
        let hard = limit.hard.as_ref().unwrap_or(&limit.soft);
        (
            (limit.name.clone(), limit.span),
            (limit.soft.value, hard.value),
        )
    });
    let hosts = pairs(&written.extra_hosts).into_iter();
    let reserved = written.memory_reservation.as_ref();
    Container {
        name: (written.name.clone(), written.span),
        image: Image::Setting(written.image.clone()),
        password: written
            .password
            .as_ref()
            .map(|it| (it.value.clone(), place(it.span()))),
        memory: Some((written.memory.value.mib(), place(written.memory.span()))),
        reserved: reserved.map(|it| (it.value.mib(), place(it.span()))),
        cpu: (written.cpu.value, place(written.cpu.span())),
        essential: written.essential.value,
        ports: port.into_iter().collect(),
        entry_point: written.entry_point.value.clone(),
        command: written.command.value.clone(),
        hostname: text(&written.hostname),
        user: text(&written.user),
        folder: text(&written.working_directory),
        privileged: written.privileged.value,
        read_only: written.read_only.value,
        links: written.links.value.clone(),
        dependencies: dependencies
            .map(|(name, it)| ((name.clone(), place(it.key())), it.value))
            .collect(),
        health,
        env: written.env.0.clone(),
        env_files: written.env_files.value.clone(),
        mounts,
        volumes_from: written
            .volumes_from
            .value
            .iter()
            .map(|name| (name.clone(), false))
            .collect(),
        logging,
        router: written.router.as_ref().map(|router| Router {
            kind: (router.kind.value.word().into(), place(router.kind.span())),
            options: pairs(&router.options),
        }),
        gpus: written.gpus.as_ref().map(|it| (it.value, place(it.span()))),
        restart: None,
        start_timeout: written.start_timeout.as_ref().map(seconds),
        stop_timeout: written.stop_timeout.as_ref().map(seconds),
        ulimits: ulimits.collect(),
        labels: pairs(&written.labels),
        docker: Docker {
            init: written.init.value,
            tmpfs: tmpfs.collect(),
            extra_hosts: hosts
                .map(|(host, address)| ((host, address.1), address))
                .collect(),
            ..Docker::default()
        },
    }
}

/// What ECS holds against each container, and what containers say of each other
/// (Amazon ECS API Reference, `ContainerDefinition`).
fn check(task: &Task, settings: &Settings, diagnostics: &mut Diagnostics) {
    let mut ports: IndexMap<(u16, Protocol), Span> = IndexMap::default();
    for container in &task.containers {
        for port in &container.ports {
            // Docker chooses one.
            if port.host == 0 {
                continue;
            }
            match ports.get(&(port.host, port.protocol)) {
                Some(first) => {
                    diagnostics.report(errors::host_port_taken(
                        port.host,
                        container.name.1,
                        *first,
                    ));
                }
                None => {
                    ports.insert((port.host, port.protocol), container.name.1);
                }
            }
        }
        for (name, span) in named(container) {
            if task.containers.iter().any(|it| it.name.0 == name) {
                continue;
            }
            let error = match settings.container.find(name) {
                Err(Lacking::Disabled(Some(place))) => {
                    errors::disabled_entry("container", name, span, place)
                }
                Err(Lacking::Disabled(None)) => continue,
                Ok(_) | Err(Lacking::Unknown) => {
                    let names = task.containers.iter().map(|it| it.name.0.as_str());
                    errors::unknown_container(name, span, names)
                }
            };
            diagnostics.report(error);
        }
        for mount in &container.mounts {
            let mut volumes = task.volumes.iter();
            if !volumes.any(|it| it.name.0 == mount.volume.0) {
                diagnostics.report(errors::unknown_volume(&mount.volume.0, mount.volume.1));
            }
        }
        dependencies(container, task, diagnostics);
        alone(container, diagnostics);
    }
    for volume in &task.volumes {
        match &volume.kind {
            VolumeKind::Instance(_) => {}
            VolumeKind::Docker(it) => {
                if let Some((_, span)) = it.is_made.filter(|_| !it.is_shared) {
                    diagnostics.report(errors::made_for_one_task(&volume.name.0, span));
                }
            }
            VolumeKind::Efs(efs) => file_system(efs, diagnostics),
        }
    }
    routers(task, diagnostics);
    if let Some((role, span)) = &task.execution_role
        && !is_role(role)
    {
        diagnostics.report(errors::no_role(role, *span));
    }
    if let Some((names, span)) = circle(task) {
        diagnostics.report(errors::containers_wait(&names, span));
    }
    let Some(first) = task.containers.first() else {
        return;
    };
    if !ports.contains_key(&(PROXY, Protocol::Tcp)) {
        diagnostics.report(errors::nobody_answers(first.name.1));
    }
    if !task.containers.iter().any(|it| it.essential) {
        diagnostics.report(errors::nothing_essential(first.name.1));
    }
}

/// The containers that one names, and where. A link may give another name behind a
/// colon.
fn named(container: &Container) -> impl Iterator<Item = (&str, Span)> {
    let links = container.links.iter();
    let links = links.map(|(link, span)| (link.split(':').next().unwrap_or_default(), *span));
    let others = container.dependencies.iter().map(|(name, _)| name);
    let others = others.chain(container.volumes_from.iter().map(|(name, _)| name));
    links.chain(others.map(|(name, span)| (name.as_str(), *span)))
}

/// What a container waits for can come to pass.
fn dependencies(container: &Container, task: &Task, diagnostics: &mut Diagnostics) {
    for ((name, span), condition) in &container.dependencies {
        let Some(other) = task.containers.iter().find(|it| it.name.0 == *name) else {
            continue;
        };
        let place = other.name.1;
        match condition {
            Condition::Healthy if other.health.is_none() => {
                diagnostics.report(errors::never_healthy(name, *span, place));
            }
            Condition::Complete | Condition::Success if other.essential => {
                diagnostics.report(errors::ends_all(name, *span, place));
            }
            Condition::Start | Condition::Complete | Condition::Success | Condition::Healthy => {}
        }
    }
}

/// Containers that wait for each other, if there are any, and where one says so.
fn circle(task: &Task) -> Option<(Vec<SmolStr>, Span)> {
    let find = |name: &str| task.containers.iter().position(|it| it.name.0 == name);
    let start = |start: usize| {
        // The shortest way back, breadth first.
        let mut ways: Vec<Vec<usize>> = vec![vec![start]];
        let mut seen = vec![false; task.containers.len()];
        let mut next = 0;
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            let last = &task.containers[*way.last()?];
            for (name, span) in named(last) {
                match find(name) {
                    Some(other) if other == start => {
                        let names = way.iter().map(|it| task.containers[*it].name.0.clone());
                        return Some((names.collect(), span));
                    }
                    Some(other) if !seen[other] => {
                        seen[other] = true;
                        ways.push([&*way, &[other]].concat());
                    }
                    Some(_) | None => {}
                }
            }
        }
        None
    };
    (0..task.containers.len()).find_map(start)
}

/// The limits of processes that Docker knows (Amazon ECS API Reference, `Ulimit`).
const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// What EFS and ECS say of a file system (Amazon ECS API Reference,
/// `EFSVolumeConfiguration`).
fn file_system(efs: &EfsVolume, diagnostics: &mut Diagnostics) {
    let is_id = |text: &str, prefix: &str| {
        let number = text.strip_prefix(prefix);
        number.is_some_and(|it| {
            (8..=40).contains(&it.len()) && it.chars().all(|c| c.is_ascii_hexdigit())
        })
    };
    let (id, span) = &efs.file_system;
    if !is_id(id, "fs-") {
        diagnostics.report(errors::no_id_of_efs(id, "file system", "fs-", *span));
    }
    if let Some((root, span)) = &efs.root {
        if !root.starts_with('/') {
            diagnostics.report(errors::no_root_of_efs(root, *span));
        } else if efs.access_point.is_some() && root != "/" {
            diagnostics.report(errors::two_roots_of_efs(root, *span));
        }
    }
    if let Some((point, span)) = &efs.access_point {
        if !is_id(point, "fsap-") {
            diagnostics.report(errors::no_id_of_efs(point, "access point", "fsap-", *span));
        }
        if !efs.is_encrypted {
            diagnostics.report(errors::plain_efs("an access point", *span));
        }
    } else if efs.is_authorized && !efs.is_encrypted {
        diagnostics.report(errors::plain_efs("IAM", *span));
    }
    if let Some((port, span)) = efs.encryption_port {
        if !(1..=65_535).contains(&port) {
            let what = "`transitEncryptionPort`";
            diagnostics.report(errors::outside(what, port, span, 1, 65_535));
        } else if !efs.is_encrypted {
            diagnostics.report(errors::plain_efs("a port for encryption", span));
        }
    }
}

/// Who passes on output, and whose (Amazon ECS API Reference,
/// `FirelensConfiguration`).
fn routers(task: &Task, diagnostics: &mut Diagnostics) {
    let uses = |container: &&Container| {
        let logging = container.logging.as_ref();
        logging.is_some_and(|it| it.driver.0 == LogDriver::Awsfirelens.name())
    };
    let passed_on = task.containers.iter().find(uses);
    let mut routers = task
        .containers
        .iter()
        .filter_map(|it| Some((it, it.router.as_ref()?)));
    let Some((first, _)) = routers.next() else {
        if let Some(logging) = passed_on.and_then(|it| it.logging.as_ref()) {
            diagnostics.report(errors::no_router(logging.driver.1));
        }
        return;
    };
    if let Some((second, _)) = routers.next() {
        diagnostics.report(errors::two_routers(second.name.1, first.name.1));
    }
    if let Some(logging) = first.logging.as_ref().filter(|_| uses(&first)) {
        diagnostics.report(errors::routes_itself(&first.name.0, logging.driver.1));
    } else if passed_on.is_none() {
        diagnostics.report(errors::nothing_to_route(&first.name.0, first.name.1));
    }
}

/// Whether this is the ARN of a role.
fn is_role(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "iam", "", account, role]
        if account.len() == 12 && role.starts_with("role/"))
}

/// How folders in memory can be mounted (Amazon ECS API Reference, `Tmpfs`).
const MOUNT_OPTIONS: [&str; 39] = [
    "defaults",
    "ro",
    "rw",
    "suid",
    "nosuid",
    "dev",
    "nodev",
    "exec",
    "noexec",
    "sync",
    "async",
    "dirsync",
    "remount",
    "mand",
    "nomand",
    "atime",
    "noatime",
    "diratime",
    "nodiratime",
    "bind",
    "rbind",
    "unbindable",
    "runbindable",
    "private",
    "rprivate",
    "shared",
    "rshared",
    "slave",
    "rslave",
    "relatime",
    "norelatime",
    "strictatime",
    "nostrictatime",
    "mode",
    "uid",
    "gid",
    "nr_inodes",
    "nr_blocks",
    "mpol",
];

/// What the agent fetches for a container and what it gives it of the instance.
fn given(container: &Container, diagnostics: &mut Diagnostics) {
    if let Some((secret, span)) = &container.password
        && (secret.store != SecretStore::SecretsManager || secret.json_key.is_some())
    {
        diagnostics.report(errors::password_elsewhere(*span));
    }
    for (object, span) in &container.env_files {
        if let Some(why) = not_env_file(object) {
            diagnostics.report(errors::no_env_file(object, why, *span));
        }
    }
    if let Some((_, span)) = container.env_files.get(10) {
        diagnostics.report(errors::many_env_files(*span));
    }
    if let Some(router) = &container.router {
        config(router, diagnostics);
    }
    if let Some((count, span)) = container.gpus
        && !(1..=16).contains(&count)
    {
        let what = "the number of graphics processors";
        diagnostics.report(errors::outside(what, count, span, 1, 16));
    }
    if let Some(restart) = &container.restart {
        if let Some((period, span)) = restart.period
            && !(60..=1800).contains(&period)
        {
            let what = "`restartAttemptPeriod`";
            diagnostics.report(errors::outside(what, period, span, 60, 1800));
        }
        if let Some((_, span)) = restart.ignored.get(50) {
            let number = i64::try_from(restart.ignored.len()).unwrap_or(i64::MAX);
            let what = "the number of `ignoredExitCodes`";
            diagnostics.report(errors::outside(what, number, *span, 0, 50));
        }
    }
    let docker = &container.docker;
    for device in &docker.devices {
        for (permission, span) in &device.permissions {
            let known = ["read", "write", "mknod"];
            if !known.contains(&permission.as_str()) {
                diagnostics.report(errors::unknown_for_docker(
                    "permission",
                    permission,
                    *span,
                    &known,
                ));
            }
        }
    }
    for folder in &docker.tmpfs {
        if !folder.path.0.starts_with('/') {
            diagnostics.report(errors::no_path_in_container(&folder.path.0, folder.path.1));
        }
        if folder.size.0 < 1 {
            let (size, span) = folder.size;
            diagnostics.report(errors::outside(
                "`size` of a `tmpfs`",
                size,
                span,
                1,
                i64::MAX,
            ));
        }
        for (option, span) in &folder.options {
            let name = option.split('=').next().unwrap_or_default();
            if !MOUNT_OPTIONS.contains(&name) {
                let error = errors::unknown_for_docker("option", option, *span, &MOUNT_OPTIONS);
                diagnostics.report(error);
            }
        }
    }
    if let Some((swap, span)) = docker.max_swap.filter(|it| it.0 < 0) {
        diagnostics.report(errors::outside("`maxSwap`", swap, span, 0, i64::MAX));
    }
    if let Some((swappiness, span)) = docker.swappiness {
        if !(0..=100).contains(&swappiness) {
            let error = errors::outside("`swappiness`", swappiness, span, 0, 100);
            diagnostics.report(error);
        } else if docker.max_swap.is_none() {
            diagnostics.report(errors::swappiness_alone(span));
        }
    }
}

/// Why the agent would not take an object as a file of environment properties.
fn not_env_file(object: &str) -> Option<&'static str> {
    match object_of(object) {
        None => Some("not the ARN of one object in S3"),
        Some(_) if !object.ends_with(".env") => Some("its name ends with something else"),
        Some(_) => None,
    }
}

/// The bucket and the key behind the ARN of an object in S3.
pub(super) fn object_of(arn: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "s3", "", "", object] = parts.as_slice() else {
        return None;
    };
    let (bucket, key) = object.split_once('/')?;
    let is_one = !bucket.is_empty() && !key.is_empty() && !object.contains(['*', '?', '$']);
    is_one.then_some((bucket, key))
}

/// What the agent tells a container that passes on output.
fn config(router: &Router, diagnostics: &mut Diagnostics) {
    let (kind, span) = &router.kind;
    let kinds = ["fluentd", "fluentbit"];
    if !kinds.contains(&kind.as_str()) {
        diagnostics.report(errors::unknown_for_docker("router", kind, *span, &kinds));
    }
    for (name, (value, span)) in &router.options {
        let known: &[&str] = match name.as_str() {
            "enable-ecs-log-metadata" => &["true", "false"],
            Router::CONFIG_TYPE => &["s3", "file"],
            Router::CONFIG_VALUE => &[],
            _ => {
                let known = [
                    "enable-ecs-log-metadata",
                    Router::CONFIG_TYPE,
                    Router::CONFIG_VALUE,
                ];
                diagnostics.report(errors::unknown_for_docker("option", name, *span, &known));
                continue;
            }
        };
        if !known.is_empty() && !known.contains(&value.as_str()) {
            diagnostics.report(errors::unknown_for_docker("value", value, *span, known));
        }
    }
    let (of, at) = (Router::CONFIG_TYPE, Router::CONFIG_VALUE);
    match (router.option(of), router.option(at)) {
        (Some((kind, _)), Some((value, span))) => {
            if kind == "s3" && object_of(value).is_none() {
                diagnostics.report(errors::no_config_of_router(value, *span));
            }
        }
        (Some((_, span)), None) => {
            diagnostics.report(errors::half_config_of_router(at, *span));
        }
        (None, Some((_, span))) => {
            diagnostics.report(errors::half_config_of_router(of, *span));
        }
        (None, None) => {}
    }
}

/// What a container says of itself.
fn alone(container: &Container, diagnostics: &mut Diagnostics) {
    if let (Some(memory), Some(reserved)) = (&container.memory, &container.reserved)
        && reserved.0 > memory.0
    {
        diagnostics.report(errors::more_than_memory(*reserved, *memory));
    }
    if let Some(health) = &container.health {
        let command = &health.command;
        let first = command.first().map(|(text, _)| text.as_str());
        if !matches!((first, command.len()), (Some("CMD" | "CMD-SHELL"), 2..)) {
            let span = command.first().map_or(container.name.1, |it| it.1);
            diagnostics.report(errors::no_health_command(span, command));
        }
        for (what, (number, span), least, most) in [
            ("interval", health.interval, 5, 300),
            ("timeout", health.timeout, 2, 60),
            ("retries", health.retries, 1, 10),
            ("startPeriod", health.start_period, 0, 300),
        ] {
            if !(least..=most).contains(&number) {
                let error = errors::health_range(what, number, span, least, most);
                diagnostics.report(error);
            }
        }
    }
    for ((name, span), (soft, hard)) in &container.ulimits {
        if !ULIMITS.contains(&name.as_str()) {
            diagnostics.report(errors::unknown_ulimit(name, *span, &ULIMITS));
        } else if soft > hard && *hard >= 0 {
            diagnostics.report(errors::soft_above_hard(*span, *soft, *hard));
        }
    }
    given(container, diagnostics);
    if let Some(Logging {
        driver, options, ..
    }) = &container.logging
    {
        let drivers = LogDriver::ALL.map(LogDriver::name);
        if !drivers.contains(&driver.0.as_str()) {
            diagnostics.report(errors::unknown_log_driver(&driver.0, driver.1, &drivers));
        }
        let has_group = options.iter().any(|(option, _)| option == LOG_GROUP);
        if driver.0 == LogDriver::Awslogs.name() && !has_group {
            diagnostics.report(errors::no_log_group(driver.1));
        }
    }
}
