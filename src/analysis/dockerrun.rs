//! `Dockerrun.aws.json`: the containers of a task as Elastic Beanstalk has them
//! in version 2, and in all versions where the passwords for their images are.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use smol_str::SmolStr;

use super::bundle::Found;
use super::{Analysis, errors};
use crate::diagnostic::Diagnostics;
use crate::model::{
    Container, Docker, HealthCheck, Image, Logging, Mount, Placed, PortMapping, Registries, Task,
};
use crate::ordered::IndexMap;
use crate::schema::container::{Condition, Protocol};
use crate::schema::environment::EnvValue;
use crate::schema::platform::Family;
use crate::schema::{Origin, Secret, SecretStore, Setting};

/// What the compiler takes from the file.
#[derive(Debug, Clone)]
pub(super) struct Dockerrun {
    /// What runs; of version 2 only.
    pub task: Option<Task>,
    /// Where the passwords of registries are.
    pub registries: Option<Registries>,
}

/// The whole file of version 2 (Elastic Beanstalk Developer Guide, "Configuring
/// ECS managed Docker environments").
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// [`version`] reads it.
    #[serde(rename = "AWSEBDockerrunVersion")]
    _version: IgnoredAny,
    #[serde(default)]
    authentication: Option<Authentication>,
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

/// A container as a task definition of ECS has it (Amazon ECS API Reference,
/// `ContainerDefinition`), without what tasks on instances in Docker's own
/// network cannot have.
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
    port_mappings: Vec<Port>,
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
    depends_on: Vec<Dependency>,
    #[serde(default)]
    health_check: Option<Health>,
    #[serde(default)]
    environment: Vec<Variable>,
    #[serde(default)]
    secrets: Vec<Kept>,
    #[serde(default)]
    mount_points: Vec<MountPoint>,
    #[serde(default)]
    volumes_from: Vec<VolumesFrom>,
    #[serde(default)]
    log_configuration: Option<LogConfiguration>,
    #[serde(default)]
    start_timeout: Option<i64>,
    #[serde(default)]
    stop_timeout: Option<i64>,
    #[serde(default)]
    ulimits: Vec<Ulimit>,
    #[serde(default)]
    docker_labels: IndexMap<SmolStr, SmolStr>,
    #[serde(default)]
    linux_parameters: LinuxParameters,
    #[serde(default)]
    dns_servers: Vec<SmolStr>,
    #[serde(default)]
    dns_search_domains: Vec<SmolStr>,
    #[serde(default)]
    extra_hosts: Vec<ExtraHost>,
    #[serde(default)]
    docker_security_options: Vec<SmolStr>,
    #[serde(default)]
    system_controls: Vec<SystemControl>,
    #[serde(default)]
    interactive: bool,
    #[serde(default)]
    pseudo_terminal: bool,
    #[serde(default)]
    disable_networking: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Port {
    container_port: u16,
    #[serde(default)]
    host_port: Option<u16>,
    #[serde(default)]
    protocol: Transport,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Transport {
    #[default]
    Tcp,
    Udp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Dependency {
    container_name: SmolStr,
    condition: After,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum After {
    Start,
    Complete,
    Success,
    Healthy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Health {
    command: Vec<SmolStr>,
    #[serde(default = "thirty")]
    interval: i64,
    #[serde(default = "five")]
    timeout: i64,
    #[serde(default = "three")]
    retries: i64,
    #[serde(default)]
    start_period: i64,
}

/// What ECS takes where nothing is said.
fn thirty() -> i64 {
    30
}

fn five() -> i64 {
    5
}

fn three() -> i64 {
    3
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: SmolStr,
    value: SmolStr,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Kept {
    name: SmolStr,
    value_from: SmolStr,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MountPoint {
    source_volume: SmolStr,
    container_path: SmolStr,
    #[serde(default)]
    read_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct VolumesFrom {
    source_container: SmolStr,
    #[serde(default)]
    read_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LogConfiguration {
    log_driver: SmolStr,
    #[serde(default)]
    options: IndexMap<SmolStr, SmolStr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Ulimit {
    name: SmolStr,
    soft_limit: i64,
    hard_limit: i64,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct LinuxParameters {
    init_process_enabled: bool,
    capabilities: Capabilities,
    shared_memory_size: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Capabilities {
    add: Vec<SmolStr>,
    drop: Vec<SmolStr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ExtraHost {
    hostname: SmolStr,
    ip_address: SmolStr,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemControl {
    namespace: SmolStr,
    value: SmolStr,
}

/// Of versions 1 and 3 what says where passwords are (Elastic Beanstalk Developer
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

impl Authentication {
    fn placed(&self, found: &Found<'_>) -> Registries {
        Registries {
            bucket: found.text(&self.bucket),
            key: found.text(&self.key),
        }
    }
}

/// The volumes that Beanstalk makes for each container's logs.
const LOGS: &str = "awseb-logs-";

impl Analysis<'_, '_> {
    /// What an application's file says to environments of a platform; nothing when
    /// there is none, or when it cannot be read, which is reported.
    pub(super) fn dockerrun(
        &mut self,
        family: Family,
        application: &str,
    ) -> Option<Arc<Dockerrun>> {
        let file = self.bundle(application)?.dockerrun?;
        if let Some(known) = self.dockerruns.get(&(file, family)) {
            return known.clone();
        }
        let text = self.sources.file(file).text();
        let found = Found { id: file, text };
        let read = match family {
            Family::Ecs => of_several(&found, self.diagnostics),
            Family::Docker => of_one(&found, self.diagnostics),
            _ => return None,
        };
        let read = read.map(Arc::new);
        self.dockerruns.insert((file, family), read.clone());
        read
    }
}

/// What a file for one container, or one beside a compose file, says.
fn of_one(found: &Found<'_>, diagnostics: &mut Diagnostics) -> Option<Dockerrun> {
    version(found, &[1, 3], diagnostics)?;
    let file: Access = understood(found, diagnostics)?;
    let registries = file.authentication.map(|it| it.placed(found));
    Some(Dockerrun {
        task: None,
        registries,
    })
}

/// What a file for several containers says.
fn of_several(found: &Found<'_>, diagnostics: &mut Diagnostics) -> Option<Dockerrun> {
    version(found, &[2], diagnostics)?;
    let file: File = understood(found, diagnostics)?;
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
        let container = container(definition, found, diagnostics);
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
    Some(Dockerrun {
        task: Some(Task {
            containers,
            volumes,
        }),
        registries: file.authentication.map(|it| it.placed(found)),
    })
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
    diagnostics.report(errors::other_dockerrun(span, &version.to_string(), taken));
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
    diagnostics.report(match why.split_once(", expected one of ") {
        Some((field, known)) => errors::unknown_in_dockerrun(span, field, known),
        None => errors::unreadable_dockerrun(span, why),
    });
    None
}

fn container(
    definition: Definition,
    found: &Found<'_>,
    diagnostics: &mut Diagnostics,
) -> Container {
    let name = found.text(&definition.name);
    let span = name.1;
    let place = |text: &str, value: EnvValue| {
        let origin = Origin::Written {
            key: found.text(text).1,
            span: found.text(text).1,
            by: definition.name.clone(),
            hides: Vec::new(),
        };
        Setting { value, origin }
    };
    let mut env: IndexMap<SmolStr, Setting<EnvValue>> = IndexMap::default();
    for Variable { name, value } in definition.environment {
        let value = place(&name, EnvValue::Text(value));
        env.insert(name, value);
    }
    for Kept { name, value_from } in definition.secrets {
        match kept_at(&value_from) {
            Some(secret) => {
                let value = place(&name, EnvValue::Secret(secret));
                env.insert(name, value);
            }
            None => {
                let span = found.text(&value_from).1;
                diagnostics.report(errors::secret_of_dockerrun(&value_from, span));
            }
        }
    }
    let texts = |list: &[SmolStr]| list.iter().map(|it| found.text(it)).collect();
    let number = |it: i64| (it, span);
    // Without any limit ECS refuses the container; Beanstalk wants one written.
    let memory = match (definition.memory, definition.memory_reservation) {
        (None, None) => Some(256),
        (memory, _) => memory,
    };
    let linux = definition.linux_parameters;
    Container {
        image: Image::Known(definition.image),
        memory: memory.map(number),
        reserved: definition.memory_reservation.map(number),
        cpu: number(definition.cpu),
        essential: definition.essential,
        ports: definition
            .port_mappings
            .iter()
            .map(|it| PortMapping {
                host: it.host_port.unwrap_or(it.container_port),
                container: it.container_port,
                protocol: match it.protocol {
                    Transport::Tcp => Protocol::Tcp,
                    Transport::Udp => Protocol::Udp,
                },
            })
            .collect(),
        entry_point: texts(&definition.entry_point),
        command: texts(&definition.command),
        hostname: definition.hostname.map(|it| found.text(&it)),
        user: definition.user.map(|it| found.text(&it)),
        folder: definition.working_directory.map(|it| found.text(&it)),
        privileged: definition.privileged,
        read_only: definition.readonly_root_filesystem,
        links: texts(&definition.links),
        dependencies: definition
            .depends_on
            .into_iter()
            .map(|it| {
                let condition = match it.condition {
                    After::Start => Condition::Start,
                    After::Complete => Condition::Complete,
                    After::Success => Condition::Success,
                    After::Healthy => Condition::Healthy,
                };
                (found.text(&it.container_name), condition)
            })
            .collect(),
        health: definition.health_check.map(|it| HealthCheck {
            command: texts(&it.command),
            interval: number(it.interval),
            timeout: number(it.timeout),
            retries: number(it.retries),
            start_period: number(it.start_period),
        }),
        mounts: definition
            .mount_points
            .into_iter()
            .map(|it| Mount {
                volume: found.text(&it.source_volume),
                path: found.text(&it.container_path),
                read_only: it.read_only,
            })
            .collect(),
        volumes_from: definition
            .volumes_from
            .iter()
            .map(|it| (found.text(&it.source_container), it.read_only))
            .collect(),
        logging: definition.log_configuration.map(|it| Logging {
            driver: found.text(&it.log_driver),
            options: it
                .options
                .into_iter()
                .map(|(option, value)| (option, found.text(&value)))
                .collect(),
        }),
        start_timeout: definition.start_timeout.map(number),
        stop_timeout: definition.stop_timeout.map(number),
        ulimits: definition
            .ulimits
            .iter()
            .map(|it| (found.text(&it.name), (it.soft_limit, it.hard_limit)))
            .collect(),
        labels: definition
            .docker_labels
            .into_iter()
            .map(|(label, value)| (label, found.text(&value)))
            .collect(),
        docker: Docker {
            init: linux.init_process_enabled,
            added_capabilities: texts(&linux.capabilities.add),
            dropped_capabilities: texts(&linux.capabilities.drop),
            shared_memory: linux.shared_memory_size.map(number),
            dns_servers: texts(&definition.dns_servers),
            dns_search_domains: texts(&definition.dns_search_domains),
            extra_hosts: definition
                .extra_hosts
                .iter()
                .map(|it| (found.text(&it.hostname), found.text(&it.ip_address)))
                .collect(),
            security_options: texts(&definition.docker_security_options),
            system_controls: definition
                .system_controls
                .iter()
                .map(|it| (found.text(&it.namespace), found.text(&it.value)))
                .collect(),
            interactive: definition.interactive,
            pseudo_terminal: definition.pseudo_terminal,
            without_network: definition.disable_networking,
        },
        env,
        name,
    }
}

/// Where a secret is kept that ECS names: the ARN of one of Secrets Manager, which a
/// key of JSON may follow, or the name or ARN of a parameter (Amazon ECS Developer
/// Guide, "Pass sensitive data to an Amazon ECS container").
fn kept_at(place: &str) -> Option<Secret> {
    let parameter = |name: &str| Secret {
        store: SecretStore::Ssm,
        name: name.into(),
        json_key: None,
    };
    let parts: Vec<&str> = place.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "ssm", _, _, name] if name.starts_with("parameter/") => Some(parameter(place)),
        ["arn", _, "secretsmanager", _, _, "secret", name, rest @ ..] => {
            // A stage or version stands behind the key; the newest is meant without.
            let (key, version) = match rest {
                [] => ("", &[][..]),
                [key, version @ ..] => (*key, version),
            };
            let is_newest = version.iter().all(|it| it.is_empty()) && version.len() <= 2;
            let arn = parts[..6].join(":");
            is_newest.then(|| Secret {
                store: SecretStore::SecretsManager,
                name: format!("{arn}:{name}").into(),
                json_key: (!key.is_empty()).then(|| key.into()),
            })
        }
        [name] if !name.is_empty() => Some(parameter(name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_where_ecs_looks_for_them() {
        let kept = |place: &str| kept_at(place).map(|it| it.locator());
        let secret = "arn:aws:secretsmanager:eu-west-1:012345678901:secret:shop/db-AbCdEf";
        let parameter = "arn:aws:ssm:eu-west-1:012345678901:parameter/shop/key";
        for (place, locator) in [
            ("/shop/key", Some("ssm:/shop/key".to_owned())),
            (parameter, Some(format!("ssm:{parameter}"))),
            (secret, Some(format!("secretsmanager:{secret}"))),
            (
                &*format!("{secret}:password::"),
                Some(format!("secretsmanager:{secret}#password")),
            ),
            (&*format!("{secret}:password:AWSPREVIOUS:"), None),
            ("", None),
            ("arn:aws:s3:::bucket", None),
        ] {
            assert_eq!(kept(place), locator, "{place}");
        }
    }
}
