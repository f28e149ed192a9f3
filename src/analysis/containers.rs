//! `container`: the containers of an environment on ECS.

use smol_str::SmolStr;

use super::bundle::Bundle;
use super::{Analysis, dockerrun, errors};
use crate::diagnostic::Diagnostics;
use crate::model::{Container, Image, Mount, Registries, Task};
use crate::ordered::IndexMap;
use crate::schema::container::Container as Written;
use crate::schema::environment::Environment as Settings;
use crate::schema::platform::Family;
use crate::schema::{Keyed, Named};
use crate::source::Span;
use crate::syntax::ast::{BlockItem, Item, ItemKind};

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
            let Some(file) = brought else {
                let missing = self.declared(application);
                let missing = missing.and_then(|it| self.bundles.missing(it.head()));
                self.diagnostics.report(errors::no_containers(
                    settings.platform.span().unwrap_or(head),
                    missing.map(|it| it.span),
                ));
                return None;
            };
            dockerrun::read(file, self.sources.file(file).text(), self.diagnostics)?
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
        let file = self.bundle(application).filter(|_| is_read)?.dockerrun?;
        let text = self.sources.file(file).text();
        if family == Family::Docker && !dockerrun::is_for_docker(file, text, self.diagnostics) {
            return None;
        }
        dockerrun::registries(file, text, self.diagnostics)
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
    let port = written.port.as_ref().map(|port| {
        let host = match &written.host_port {
            Some(host) => host.value.0,
            None if first == Some(written.span) => PROXY,
            None => port.value.0,
        };
        (host, port.value.0)
    });
    Container {
        name: (written.name.clone(), written.span),
        image: Image::Setting(written.image.clone()),
        memory: Some((written.memory.value.mib(), place(written.memory.span()))),
        reserved: None,
        cpu: (written.cpu.value, place(written.cpu.span())),
        essential: written.essential.value,
        ports: port.into_iter().collect(),
        entry_point: Vec::new(),
        command: written.command.value.clone(),
        hostname: None,
        user: None,
        folder: None,
        privileged: false,
        read_only: false,
        links: written.links.value.clone(),
        env: written.env.0.clone(),
        mounts,
    }
}

/// What containers say of each other.
fn check(task: &Task, diagnostics: &mut Diagnostics) {
    let mut ports: IndexMap<u16, Span> = IndexMap::default();
    for container in &task.containers {
        for (host, _) in &container.ports {
            match ports.get(host) {
                Some(first) => {
                    diagnostics.report(errors::host_port_taken(*host, container.name.1, *first));
                }
                None => {
                    ports.insert(*host, container.name.1);
                }
            }
        }
        for (link, span) in &container.links {
            let name = link.split(':').next().unwrap_or_default();
            if !task.containers.iter().any(|it| it.name.0 == name) {
                let names = task.containers.iter().map(|it| it.name.0.as_str());
                diagnostics.report(errors::unknown_container(name, *span, names));
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
    }
    let Some(first) = task.containers.first() else {
        return;
    };
    if !ports.contains_key(&PROXY) {
        diagnostics.report(errors::nobody_answers(first.name.1));
    }
    if !task.containers.iter().any(|it| it.essential) {
        diagnostics.report(errors::nothing_essential(first.name.1));
    }
}
