//! `container`: the containers of an environment on ECS.

use smol_str::SmolStr;

use super::bundle::Bundle;
use super::{Analysis, errors};
use crate::diagnostic::Diagnostics;
use crate::model::{
    Container, Docker, HealthCheck, Image, Logging, Mount, Placed, PortMapping, Registries, Task,
};
use crate::ordered::IndexMap;
use crate::schema::container::{Condition, Container as Written, LogDriver, Protocol};
use crate::schema::environment::Environment as Settings;
use crate::schema::platform::Family;
use crate::schema::{Keyed, Map, Named, Setting};
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
        check(&task, self.diagnostics);
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
    let mut volumes: IndexMap<SmolStr, (SmolStr, Span)> = IndexMap::default();
    let mut containers = Vec::new();
    for container in written.iter() {
        let mounts = container.mounts.0.iter().map(|(path, folder)| {
            let span = folder.span().unwrap_or(container.span);
            let next = format!("folder-{}", volumes.len() + 1);
            let known = volumes.entry(folder.value.clone());
            let (volume, _) = known.or_insert_with(|| (next.into(), span));
            Mount {
                volume: (volume.clone(), span),
                path: (path.clone(), span),
                read_only: false,
            }
        });
        let mounts: Vec<Mount> = mounts.collect();
        containers.push(from_block(container, first, mounts));
    }
    let volumes = volumes
        .into_iter()
        .map(|(folder, (name, span))| ((name, span), Some((folder, span))));
    Task {
        containers,
        volumes: volumes.collect(),
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
        mounts,
        volumes_from: written
            .volumes_from
            .value
            .iter()
            .map(|name| (name.clone(), false))
            .collect(),
        logging,
        start_timeout: written.start_timeout.as_ref().map(seconds),
        stop_timeout: written.stop_timeout.as_ref().map(seconds),
        ulimits: ulimits.collect(),
        labels: pairs(&written.labels),
        docker: Docker {
            init: written.init.value,
            extra_hosts: hosts
                .map(|(host, address)| ((host, address.1), address))
                .collect(),
            ..Docker::default()
        },
    }
}

/// What ECS holds against each container, and what containers say of each other
/// (Amazon ECS API Reference, `ContainerDefinition`).
fn check(task: &Task, diagnostics: &mut Diagnostics) {
    let mut ports: IndexMap<(u16, Protocol), Span> = IndexMap::default();
    for container in &task.containers {
        for port in &container.ports {
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
            if !task.containers.iter().any(|it| it.name.0 == name) {
                let names = task.containers.iter().map(|it| it.name.0.as_str());
                diagnostics.report(errors::unknown_container(name, span, names));
            }
        }
        for mount in &container.mounts {
            if !task
                .volumes
                .iter()
                .any(|(name, _)| name.0 == mount.volume.0)
            {
                diagnostics.report(errors::unknown_volume(&mount.volume.0, mount.volume.1));
            }
        }
        dependencies(container, task, diagnostics);
        alone(container, diagnostics);
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
    if let Some(Logging { driver, options }) = &container.logging {
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
