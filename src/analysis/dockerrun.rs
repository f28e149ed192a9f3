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
    Container, Device, Docker, DockerVolume, EfsVolume, HealthCheck, Image, Logging, Mount,
    PortMapping, Registries, Restart, Router, Task, Tmpfs, Volume, VolumeKind,
};
use crate::ordered::IndexMap;
use crate::schema::container::{Condition, Protocol};
use crate::schema::environment::EnvValue;
use crate::schema::platform::Family;
use crate::schema::{Origin, Secret, SecretStore, Setting, Written};

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
    #[serde(default, rename = "executionRoleArn")]
    execution_role: Option<SmolStr>,
    #[serde(default)]
    volumes: Vec<Shared>,
    #[serde(rename = "containerDefinitions")]
    containers: Vec<Definition>,
}

/// A volume as a task definition of ECS has it (Amazon ECS API Reference,
/// `Volume`).
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Shared {
    name: SmolStr,
    #[serde(default)]
    host: Option<Host>,
    #[serde(default)]
    docker_volume_configuration: Option<OfDocker>,
    #[serde(default)]
    efs_volume_configuration: Option<OfEfs>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OfDocker {
    #[serde(default)]
    scope: Scope,
    #[serde(default)]
    autoprovision: Option<bool>,
    #[serde(default)]
    driver: Option<SmolStr>,
    #[serde(default)]
    driver_opts: IndexMap<SmolStr, SmolStr>,
    #[serde(default)]
    labels: IndexMap<SmolStr, SmolStr>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Scope {
    #[default]
    Task,
    Shared,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OfEfs {
    file_system_id: SmolStr,
    #[serde(default)]
    root_directory: Option<SmolStr>,
    #[serde(default)]
    transit_encryption: Switch,
    #[serde(default)]
    transit_encryption_port: Option<i64>,
    #[serde(default)]
    authorization_config: Authorization,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Authorization {
    access_point_id: Option<SmolStr>,
    iam: Switch,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
enum Switch {
    Enabled,
    #[default]
    Disabled,
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
    repository_credentials: Option<Password>,
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
    environment_files: Vec<EnvironmentFile>,
    #[serde(default)]
    mount_points: Vec<MountPoint>,
    #[serde(default)]
    volumes_from: Vec<VolumesFrom>,
    #[serde(default)]
    log_configuration: Option<LogConfiguration>,
    #[serde(default)]
    firelens_configuration: Option<Firelens>,
    #[serde(default)]
    resource_requirements: Vec<Requirement>,
    #[serde(default)]
    restart_policy: Option<RestartPolicy>,
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
    #[serde(default)]
    secret_options: Vec<Kept>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Password {
    credentials_parameter: SmolStr,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvironmentFile {
    #[serde(rename = "type")]
    _kind: Store,
    value: SmolStr,
}

/// The only place of such files.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Store {
    S3,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Firelens {
    #[serde(rename = "type")]
    kind: SmolStr,
    #[serde(default)]
    options: IndexMap<SmolStr, SmolStr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requirement {
    #[serde(rename = "type")]
    _kind: Processor,
    value: SmolStr,
}

/// What else there was, accelerators of inference, AWS gives nobody any more.
#[derive(Deserialize)]
enum Processor {
    #[serde(rename = "GPU")]
    Gpu,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RestartPolicy {
    enabled: bool,
    #[serde(default)]
    ignored_exit_codes: Vec<i64>,
    #[serde(default)]
    restart_attempt_period: Option<i64>,
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
    devices: Vec<OfInstance>,
    tmpfs: Vec<InMemory>,
    max_swap: Option<i64>,
    swappiness: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OfInstance {
    host_path: SmolStr,
    #[serde(default)]
    container_path: Option<SmolStr>,
    #[serde(default)]
    permissions: Vec<SmolStr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct InMemory {
    container_path: SmolStr,
    size: i64,
    #[serde(default)]
    mount_options: Vec<SmolStr>,
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
    let volumes = file.volumes.into_iter();
    let mut volumes: Vec<Volume> = volumes.map(|it| volume(it, found, diagnostics)).collect();
    let mut containers = Vec::new();
    for definition in file.containers {
        let container = container(definition, found, diagnostics);
        // The instance's folders for the logs of containers need no declaration.
        for mount in &container.mounts {
            let (name, span) = &mount.volume;
            let declared = volumes.iter().any(|known| known.name.0 == *name);
            if let Some(of) = name.strip_prefix(LOGS).filter(|_| !declared) {
                let path = format!("/var/log/containers/{of}");
                volumes.push(Volume {
                    name: mount.volume.clone(),
                    kind: VolumeKind::Instance(Some((path.into(), *span))),
                });
            }
        }
        containers.push(container);
    }
    Some(Dockerrun {
        task: Some(Task {
            containers,
            volumes,
            execution_role: file.execution_role.map(|role| found.text(&role)),
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

/// A volume is one of three things, a folder of the instance without any word.
fn volume(shared: Shared, found: &Found<'_>, diagnostics: &mut Diagnostics) -> Volume {
    let name = found.text(&shared.name);
    let folder = |host: Option<Host>| {
        let path = host.and_then(|host| host.source_path);
        VolumeKind::Instance(path.map(|path| found.text(&path)))
    };
    let kind = match (
        shared.host,
        shared.docker_volume_configuration,
        shared.efs_volume_configuration,
    ) {
        (host, None, None) => folder(host),
        (None, Some(it), None) => VolumeKind::Docker(DockerVolume {
            is_shared: matches!(it.scope, Scope::Shared),
            is_made: it.autoprovision.map(|made| (made, name.1)),
            driver: it.driver.map(|driver| found.text(&driver)),
            options: found.pairs(it.driver_opts),
            labels: found.pairs(it.labels),
        }),
        (None, None, Some(it)) => VolumeKind::Efs(EfsVolume {
            file_system: found.text(&it.file_system_id),
            root: it.root_directory.map(|root| found.text(&root)),
            access_point: it
                .authorization_config
                .access_point_id
                .map(|point| found.text(&point)),
            is_authorized: it.authorization_config.iam == Switch::Enabled,
            is_encrypted: it.transit_encryption == Switch::Enabled,
            encryption_port: it.transit_encryption_port.map(|port| (port, name.1)),
        }),
        (host, ..) => {
            diagnostics.report(errors::several_in_volume(&name.0, name.1));
            folder(host)
        }
    };
    Volume { name, kind }
}

fn container(
    definition: Definition,
    found: &Found<'_>,
    diagnostics: &mut Diagnostics,
) -> Container {
    let name = found.text(&definition.name);
    let span = name.1;
    let place = |text: &str, value: EnvValue| {
        let origin = Origin::written(Written {
            key: found.text(text).1,
            span: found.text(text).1,
            by: definition.name.clone(),
            hides: Vec::new(),
        });
        Setting { value, origin }
    };
    let mut env: IndexMap<SmolStr, Setting<EnvValue>> = IndexMap::default();
    for Variable { name, value } in definition.environment {
        let value = place(&name, EnvValue::Text(value));
        env.insert(name, value);
    }
    let mut secret = |place: &str| {
        let secret = kept_at(place);
        if secret.is_none() {
            let span = found.text(place).1;
            diagnostics.report(errors::secret_of_dockerrun(place, span));
        }
        secret
    };
    for Kept { name, value_from } in definition.secrets {
        if let Some(secret) = secret(&value_from) {
            let value = place(&name, EnvValue::Secret(secret));
            env.insert(name, value);
        }
    }
    let texts = |list: &[SmolStr]| list.iter().map(|it| found.text(it)).collect();
    let number = |it: i64| (it, span);
    let gpus = definition.resource_requirements.first().map(|it| {
        // What is no number is too few.
        let span = found.text(&it.value).1;
        (it.value.parse().unwrap_or(0), span)
    });
    // Without any limit ECS refuses the container; Beanstalk wants one written.
    let memory = match (definition.memory, definition.memory_reservation) {
        (None, None) => Some(256),
        (memory, _) => memory,
    };
    let linux = definition.linux_parameters;
    Container {
        image: Image::Known(definition.image),
        password: definition.repository_credentials.map(|it| {
            let (name, span) = found.text(&it.credentials_parameter);
            let secret = Secret {
                store: SecretStore::SecretsManager,
                name,
                json_key: None,
            };
            (secret, span)
        }),
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
        env_files: definition
            .environment_files
            .iter()
            .map(|it| found.text(&it.value))
            .collect(),
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
            options: found.pairs(it.options),
            secrets: it
                .secret_options
                .into_iter()
                .filter_map(|Kept { name, value_from }| {
                    let span = found.text(&value_from).1;
                    Some((name, (secret(&value_from)?, span)))
                })
                .collect(),
        }),
        router: definition.firelens_configuration.map(|it| Router {
            kind: found.text(&it.kind),
            options: found.pairs(it.options),
        }),
        gpus,
        restart: definition
            .restart_policy
            .filter(|it| it.enabled)
            .map(|it| Restart {
                ignored: it.ignored_exit_codes.into_iter().map(number).collect(),
                period: it.restart_attempt_period.map(number),
            }),
        start_timeout: definition.start_timeout.map(number),
        stop_timeout: definition.stop_timeout.map(number),
        ulimits: definition
            .ulimits
            .iter()
            .map(|it| (found.text(&it.name), (it.soft_limit, it.hard_limit)))
            .collect(),
        labels: found.pairs(definition.docker_labels),
        docker: Docker {
            init: linux.init_process_enabled,
            added_capabilities: texts(&linux.capabilities.add),
            dropped_capabilities: texts(&linux.capabilities.drop),
            shared_memory: linux.shared_memory_size.map(number),
            devices: linux
                .devices
                .iter()
                .map(|it| Device {
                    host: found.text(&it.host_path),
                    path: it.container_path.as_ref().map(|path| found.text(path)),
                    permissions: texts(&it.permissions),
                })
                .collect(),
            tmpfs: linux
                .tmpfs
                .iter()
                .map(|it| Tmpfs {
                    path: found.text(&it.container_path),
                    size: (it.size, found.text(&it.container_path).1),
                    options: texts(&it.mount_options),
                })
                .collect(),
            max_swap: linux.max_swap.map(number),
            swappiness: linux.swappiness.map(number),
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
