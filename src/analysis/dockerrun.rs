//! `Dockerrun.aws.json`: the containers of a task as Elastic Beanstalk has them
//! in version 2, and in all versions where the passwords for their images are.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use smol_str::SmolStr;

use super::bundle::Found;
use super::errors;
use crate::diagnostic::Diagnostics;
use crate::model::{Container, Image, Mount, Placed, Registries, Task};
use crate::ordered::IndexMap;
use crate::schema::environment::EnvValue;
use crate::schema::{Origin, Setting};
use crate::source::FileId;

/// The whole file (Elastic Beanstalk Developer Guide, "Configuring ECS managed
/// Docker environments").
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// [`version`] reads it.
    #[serde(rename = "AWSEBDockerrunVersion")]
    _version: IgnoredAny,
    /// [`Access`] reads it.
    #[serde(default, rename = "authentication")]
    _authentication: IgnoredAny,
    #[serde(default)]
    volumes: Vec<Volume>,
    #[serde(rename = "containerDefinitions")]
    containers: Vec<Definition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Volume {
    name: SmolStr,
    #[serde(default)]
    host: Option<Host>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Host {
    #[serde(default)]
    source_path: Option<SmolStr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Definition {
    name: SmolStr,
    image: SmolStr,
    #[serde(default)]
    memory: Option<i64>,
    #[serde(default)]
    memory_reservation: Option<i64>,
    #[serde(default)]
    cpu: i64,
    #[serde(default = "yes")]
    essential: bool,
    #[serde(default)]
    port_mappings: Vec<PortMapping>,
    #[serde(default)]
    entry_point: Vec<SmolStr>,
    #[serde(default)]
    command: Vec<SmolStr>,
    #[serde(default)]
    hostname: Option<SmolStr>,
    #[serde(default)]
    user: Option<SmolStr>,
    #[serde(default)]
    working_directory: Option<SmolStr>,
    #[serde(default)]
    privileged: bool,
    #[serde(default)]
    readonly_root_filesystem: bool,
    #[serde(default)]
    links: Vec<SmolStr>,
    #[serde(default)]
    environment: Vec<Variable>,
    #[serde(default)]
    mount_points: Vec<MountPoint>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PortMapping {
    container_port: u16,
    #[serde(default)]
    host_port: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: SmolStr,
    value: SmolStr,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MountPoint {
    source_volume: SmolStr,
    container_path: SmolStr,
    #[serde(default)]
    read_only: bool,
}

/// Of any version what says where passwords are (Elastic Beanstalk Developer
/// Guide, "Using images from a private repository"). Version 1 has capitals.
#[derive(Deserialize)]
struct Access {
    #[serde(default, alias = "Authentication")]
    authentication: Option<Authentication>,
}

#[derive(Deserialize)]
struct Authentication {
    #[serde(alias = "Bucket")]
    bucket: SmolStr,
    #[serde(alias = "Key")]
    key: SmolStr,
}

/// The volumes that Beanstalk makes for each container's logs.
const LOGS: &str = "awseb-logs-";

/// The task of a file; `None` when it cannot be read, which is reported.
pub(super) fn read(id: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Task> {
    let found = Found { id, text };
    version(&found, &[2], diagnostics)?;
    let file: File = understood(&found, diagnostics)?;
    let mut volumes: Vec<(Placed, Option<Placed>)> = file
        .volumes
        .into_iter()
        .map(|volume| {
            let path = volume.host.and_then(|host| host.source_path);
            (found.text(&volume.name), path.map(|path| found.text(&path)))
        })
        .collect();
    let mut containers = Vec::new();
    for definition in file.containers {
        let container = container(definition, &found);
        // The instance's folders for the logs of containers need no declaration.
        for mount in &container.mounts {
            let (name, span) = &mount.volume;
            let declared = volumes.iter().any(|(known, _)| known.0 == *name);
            if let Some(of) = name.strip_prefix(LOGS).filter(|_| !declared) {
                let path = format!("/var/log/containers/{of}");
                volumes.push((mount.volume.clone(), Some((path.into(), *span))));
            }
        }
        containers.push(container);
    }
    Some(Task {
        containers,
        volumes,
    })
}

/// Where a file says that the passwords of registries are; `None` also when it
/// cannot be read, which is reported.
pub(super) fn registries(
    id: FileId,
    text: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Registries> {
    let found = Found { id, text };
    let file: Access = understood(&found, diagnostics)?;
    let Authentication { bucket, key } = file.authentication?;
    Some(Registries {
        bucket: found.text(&bucket),
        key: found.text(&key),
    })
}

/// Whether a file of a platform that runs one container, or a compose file, is of
/// a version for that.
pub(super) fn is_for_docker(id: FileId, text: &str, diagnostics: &mut Diagnostics) -> bool {
    version(&Found { id, text }, &[1, 3], diagnostics).is_some()
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "AWSEBDockerrunVersion")]
    version: serde_json::Value,
}

/// Holds the version against those that the platform takes, as a number or as
/// text; `None` when it is another, which is reported.
fn version(found: &Found<'_>, taken: &[i64], diagnostics: &mut Diagnostics) -> Option<()> {
    let Version { version } = understood(found, diagnostics)?;
    let is_taken = |number: &i64| {
        let text = number.to_string();
        version == *number || version == text.as_str()
    };
    if taken.iter().any(is_taken) {
        return Some(());
    }
    let span = found.text("AWSEBDockerrunVersion").1;
    diagnostics.report_once(errors::other_dockerrun(span, &version.to_string(), taken));
    None
}

/// The file; `None` when it cannot be read, which is reported.
fn understood<T: DeserializeOwned>(found: &Found<'_>, diagnostics: &mut Diagnostics) -> Option<T> {
    let error = match serde_json::from_str(found.text) {
        Ok(file) => return Some(file),
        Err(error) => error,
    };
    let span = found.at(error.line(), error.column());
    let why = error.to_string();
    // The place is shown anyway.
    let why = why.split(" at line ").next().unwrap_or_default();
    diagnostics.report_once(match why.split_once(", expected one of ") {
        Some((field, known)) => errors::unknown_in_dockerrun(span, field, known),
        None => errors::unreadable_dockerrun(span, why),
    });
    None
}

fn container(definition: Definition, found: &Found<'_>) -> Container {
    let name = found.text(&definition.name);
    let span = name.1;
    let variable = |variable: Variable| {
        let origin = Origin::Written {
            key: found.text(&variable.name).1,
            span: found.text(&variable.name).1,
            by: definition.name.clone(),
            hides: Vec::new(),
        };
        let value = EnvValue::Text(variable.value);
        (variable.name, Setting { value, origin })
    };
    let env: IndexMap<SmolStr, Setting<EnvValue>> =
        definition.environment.into_iter().map(variable).collect();
    let texts = |list: &[SmolStr]| list.iter().map(|it| found.text(it)).collect();
    // Without any limit ECS refuses the container; Beanstalk wants one written.
    let memory = match (definition.memory, definition.memory_reservation) {
        (None, None) => Some(256),
        (memory, _) => memory,
    };
    Container {
        image: Image::Known(definition.image),
        memory: memory.map(|it| (it, span)),
        reserved: definition.memory_reservation.map(|it| (it, span)),
        cpu: (definition.cpu, span),
        essential: definition.essential,
        ports: definition
            .port_mappings
            .iter()
            .map(|it| (it.host_port.unwrap_or(it.container_port), it.container_port))
            .collect(),
        entry_point: texts(&definition.entry_point),
        command: texts(&definition.command),
        hostname: definition.hostname.map(|it| found.text(&it)),
        user: definition.user.map(|it| found.text(&it)),
        folder: definition.working_directory.map(|it| found.text(&it)),
        privileged: definition.privileged,
        read_only: definition.readonly_root_filesystem,
        links: texts(&definition.links),
        mounts: definition
            .mount_points
            .into_iter()
            .map(|it| Mount {
                volume: found.text(&it.source_volume),
                path: found.text(&it.container_path),
                read_only: it.read_only,
            })
            .collect(),
        env,
        name,
    }
}
