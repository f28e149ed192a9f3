//! `container`: the task that every instance of an environment on ECS runs.
//!
//! Instances are what is scaled, so the service keeps one task on each, as
//! Beanstalk does. It is there before the group: an instance says that it is
//! ready once its task answers.

use smol_str::SmolStr;

use super::fleet::secret_arn;
use super::unit::Unit;
use super::web::Web;
use crate::graph::Keep;
use crate::model::{self, Container, Environment, Image, Placed, Task, VolumeKind};
use crate::ordered::IndexMap;
use crate::resource::auto_scaling_group::AutoScalingGroup;
use crate::resource::ecs_capacity::EcsCapacity;
use crate::resource::ecs_cluster::EcsCluster;
use crate::resource::ecs_service::{EcsService, ServiceTarget};
use crate::resource::expr::{Arn, Name, Text};
use crate::resource::log_group::LogGroup;
use crate::resource::policy::{Condition, Statement};
use crate::resource::role::Role;
use crate::resource::target_group::TargetGroup;
use crate::resource::task_definition::{
    Device, DockerVolume, EfsVolume, HealthCheck, LinuxParameters, Logging, PortMapping, Restart,
    Router, TaskContainer, TaskDefinition, Tmpfs, Volume,
};
use crate::resource::{Expr, Ref, Term};
use crate::schema::deployment::{Batch, Strategy};
use crate::schema::environment::EnvValue;
use crate::schema::{LatePart, Lately, Pseudo, Secret, SecretStore, Setting};
use crate::source::Span;

/// What the instances have to know of it.
pub(super) struct Containers {
    /// The cluster that they join.
    pub cluster: Ref<EcsCluster>,
    task_role: Ref<Role>,
}

/// Makes cluster, roles, task and service; nothing on other platforms.
pub(super) fn make(
    unit: &mut Unit<'_>,
    environment: &Environment,
    web: &Web,
) -> Option<Containers> {
    let task = environment.task.as_ref()?;
    let origin = environment.span;
    let cluster = EcsCluster {
        tags: unit.named_tags(),
    };
    let cluster = unit.graph.add("cluster", origin, cluster);
    let logs = logs(unit, environment);
    let secrets = Secrets::of(unit, environment, &task.containers);
    let execution_role = match &task.execution_role {
        Some(role) => text(role),
        None => {
            execution_role(unit, environment, &task.containers, &logs, &secrets).attr(Role::ARN)
        }
    };
    let task_role = Role {
        service: TASKS,
        description: Expr::from(format!("Containers of {}", environment.name)),
        managed_policies: Vec::new(),
        statements: file_systems(unit, task),
        may_signal: false,
        tags: unit.tags.clone(),
    };
    let task_role = unit.graph.add("task_role", origin, task_role);
    let containers = task.containers.iter();
    let containers = containers.map(|it| container(unit, environment, it, &logs.0, &secrets));
    let definition = TaskDefinition {
        containers: containers.collect(),
        volumes: task.volumes.iter().map(volume).collect(),
        execution_role,
        task_role: task_role.attr(Role::ARN),
        tags: unit.named_tags(),
    };
    let definition = unit.graph.add("task", origin, definition);
    let targets = web.processes.values().filter_map(|process| {
        let (container, port) = task.behind(process.port)?;
        Some(ServiceTarget {
            group: process.target_group?.attr(TargetGroup::ARN),
            container: text(&container.name),
            port: Expr::from(i64::from(port)),
        })
    });
    let service = EcsService {
        cluster: cluster.attr(EcsCluster::ARN),
        task: definition.attr(TaskDefinition::ARN),
        targets: targets.collect(),
        least_healthy: least_healthy(environment),
        tags: unit.named_tags(),
    };
    let service = unit.graph.add("service", origin, service);
    for door in web.balancer.iter().flat_map(|it| &it.doors) {
        unit.graph.after(
            service,
            *door,
            "ECS refuses a target group without a balancer",
        );
    }
    unit.output(
        "cluster",
        "ECS cluster",
        cluster.attr(EcsCluster::NAME).term,
    );
    Some(Containers { cluster, task_role })
}

/// Makes the cluster use the group, and gives away what only then is known.
pub(super) fn connect(
    unit: &mut Unit<'_>,
    environment: &Environment,
    containers: &Containers,
    group: Ref<AutoScalingGroup>,
) {
    let capacity = EcsCapacity {
        cluster: containers.cluster.attr(EcsCluster::NAME),
        group: group.attr(AutoScalingGroup::ARN),
        tags: unit.named_tags(),
    };
    unit.graph.add("capacity", environment.span, capacity);
    // What is granted to an environment is for its containers.
    unit.gives("role_arn", containers.task_role.attr(Role::ARN).term);
}

/// What acts with the roles of tasks.
const TASKS: &str = "ecs-tasks.amazonaws.com";

/// The share of tasks that stays during a deployment: all but a batch.
fn least_healthy(environment: &Environment) -> Expr<crate::resource::expr::Int> {
    let deployment = &environment.settings.deployment;
    let max = environment.max_instances();
    let batch = match deployment.batch.value {
        Batch::Percent(share) => share.0,
        Batch::Count(count) => (count * 100 + max - 1) / max,
    };
    let share = match deployment.strategy.value {
        Strategy::AllAtOnce => 0,
        // One instance alone has no other that stays.
        _ if max == 1 => 0,
        Strategy::Rolling
        | Strategy::RollingWithAdditionalBatch
        | Strategy::Immutable
        | Strategy::TrafficSplitting => (100 - batch).clamp(0, 99),
    };
    Expr::from(share).at(deployment.batch.span())
}

fn text<T>(it: &Placed) -> Expr<T> {
    Expr::from(it.0.clone()).at(Some(it.1))
}

fn texts<T>(list: &[Placed]) -> Vec<Expr<T>> {
    list.iter().map(text).collect()
}

fn number<T>(it: &(i64, Span)) -> Expr<T> {
    Expr::from(it.0).at(Some(it.1))
}

/// The group of all containers' output, with its name and its ARN.
fn logs(unit: &mut Unit<'_>, environment: &Environment) -> (Ref<LogGroup>, Expr<Arn>) {
    let settings = &environment.settings.logs;
    let name = format!("/bean/{}/containers", environment.name);
    let group = LogGroup {
        name: Expr::from(name.as_str()),
        retention: Expr::from(settings.retention.value.days()).at(settings.retention.span()),
        tags: unit.tags.clone(),
    };
    let origin = settings.span.unwrap_or(environment.span);
    let group = unit.graph.add("log_group_containers", origin, group);
    unit.graph.keep(group, Keep::Retain);
    (group, unit.arn("logs", format!("log-group:{name}:*")))
}

fn volume(volume: &model::Volume) -> Volume {
    let name = text(&volume.name);
    let span = Some(volume.name.1);
    let enabled = |it: bool| it.then(|| Expr::from("ENABLED").at(span));
    let (path, docker, efs) = match &volume.kind {
        VolumeKind::Instance(path) => (path.as_ref().map(text), None, None),
        VolumeKind::Docker(it) => {
            let docker = DockerVolume {
                scope: Expr::from(if it.is_shared { "shared" } else { "task" }).at(span),
                autoprovision: it
                    .is_made
                    .map(|(made, span)| Expr::from(made).at(Some(span))),
                driver: it.driver.as_ref().map(text),
                options: placed(&it.options),
                labels: placed(&it.labels),
            };
            (None, Some(docker), None)
        }
        VolumeKind::Efs(it) => {
            let efs = EfsVolume {
                file_system: text(&it.file_system),
                root: it.root.as_ref().map(text),
                encryption: enabled(it.is_encrypted),
                encryption_port: it
                    .encryption_port
                    .map(|(port, span)| Expr::from(port).at(Some(span))),
                access_point: it.access_point.as_ref().map(text),
                iam: enabled(it.is_authorized),
            };
            (None, None, Some(efs))
        }
    };
    Volume {
        name,
        path,
        docker,
        efs,
    }
}

/// What the containers may do with file systems that ask IAM: mount them, through
/// their access point where they have one, and write where not all only read.
fn file_systems(unit: &Unit<'_>, task: &Task) -> Vec<Statement> {
    let mut statements = Vec::new();
    for volume in &task.volumes {
        let VolumeKind::Efs(efs) = &volume.kind else {
            continue;
        };
        if !efs.is_authorized {
            continue;
        }
        let mut mounts = task.containers.iter().flat_map(|it| &it.mounts);
        let is_written = mounts.any(|it| it.volume.0 == volume.name.0 && !it.read_only);
        let mut actions = vec!["elasticfilesystem:ClientMount"];
        if is_written {
            actions.push("elasticfilesystem:ClientWrite");
        }
        let (id, span) = &efs.file_system;
        let files = unit.arn("elasticfilesystem", format!("file-system/{id}"));
        let mut statement = Statement::allow(
            format!("UseFiles{}", statements.len() + 1),
            actions,
            [files.at(Some(*span))],
        );
        if let Some((point, _)) = &efs.access_point {
            let point = unit.arn("elasticfilesystem", format!("access-point/{point}"));
            let key = "elasticfilesystem:AccessPointArn";
            statement = statement.when(Condition::Equals(key, point.term));
        }
        statements.push(statement);
    }
    statements
}

/// Where secrets are kept, by what is written for them.
struct Secrets(IndexMap<SmolStr, (SecretStore, Expr<Arn>, Expr<Arn>)>);

impl Secrets {
    fn of(unit: &Unit<'_>, environment: &Environment, containers: &[Container]) -> Self {
        let own = environment.settings.env.0.values();
        let all = own.chain(containers.iter().flat_map(|it| it.env.values()));
        let secrets = all.filter_map(|setting| match &setting.value {
            EnvValue::Secret(secret) => Some((secret, setting.span())),
            EnvValue::Text(_) | EnvValue::Late(_) => None,
        });
        let told = containers.iter().filter_map(|it| it.logging.as_ref());
        let told = told.flat_map(|it| &it.secrets).map(|(_, it)| it);
        let passwords = containers.iter().filter_map(|it| it.password.as_ref());
        let others = told.chain(passwords);
        let secrets = secrets.chain(others.map(|(secret, span)| (secret, Some(*span))));
        let mut found = IndexMap::default();
        for (secret, span) in secrets {
            let (readable, place) = match secret.store {
                SecretStore::Ssm if secret.name.starts_with("arn:") => {
                    let arn: Expr<Arn> = Expr::from(secret.name.clone()).at(span);
                    (arn.clone(), arn)
                }
                SecretStore::Ssm => {
                    let name = secret.name.trim_start_matches('/');
                    let arn: Expr<Arn> = unit.arn("ssm", format!("parameter/{name}")).at(span);
                    (arn.clone(), arn)
                }
                SecretStore::SecretsManager => {
                    let place: Expr<Arn> = if secret.name.starts_with("arn:") {
                        Expr::from(secret.name.clone())
                    } else {
                        unit.arn("secretsmanager", format!("secret:{}", secret.name))
                    };
                    let place = match &secret.json_key {
                        Some(key) => {
                            Expr::new(Term::join([place.term, format!(":{key}::").into()]))
                        }
                        None => place,
                    };
                    (secret_arn(unit, &secret.name).at(span), place.at(span))
                }
            };
            found.insert(
                SmolStr::from(secret.locator()),
                (secret.store, readable, place),
            );
        }
        Self(found)
    }

    /// Where one is kept.
    fn place(&self, secret: &Secret) -> Option<Expr<Arn>> {
        let (_, _, place) = self.0.get(&*SmolStr::from(secret.locator()))?;
        Some(place.clone())
    }

    fn readable(&self, store: SecretStore) -> Vec<Expr<Arn>> {
        let mut found: Vec<Expr<Arn>> = Vec::new();
        for (_, arn, _) in self.0.values().filter(|(of, ..)| *of == store) {
            if !found.iter().any(|known| known.term == arn.term) {
                found.push(arn.clone());
            }
        }
        found
    }
}

/// What fetches images and secrets and writes logs on behalf of the containers.
fn execution_role(
    unit: &mut Unit<'_>,
    environment: &Environment,
    containers: &[Container],
    (_, logs): &(Ref<LogGroup>, Expr<Arn>),
    secrets: &Secrets,
) -> Ref<Role> {
    let mut statements = vec![Statement::allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        [logs.clone()],
    )];
    let named = named_logs(unit, containers);
    if !named.is_empty() {
        let actions = [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ];
        statements.push(Statement::allow("WriteNamedLogs", actions, named));
    }
    let repositories = repositories(unit, containers);
    if !repositories.is_empty() {
        // AWS knows no narrower permission for the login.
        let login = ["ecr:GetAuthorizationToken"];
        statements.push(Statement::allow("LogIn", login, [Expr::from("*")]));
        statements.push(Statement::allow(
            "FetchImages",
            [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            repositories,
        ));
    }
    let parameters = secrets.readable(SecretStore::Ssm);
    if !parameters.is_empty() {
        let actions = ["ssm:GetParameters"];
        statements.push(Statement::allow("ReadParameters", actions, parameters));
    }
    let kept = secrets.readable(SecretStore::SecretsManager);
    if !kept.is_empty() {
        let actions = ["secretsmanager:GetSecretValue"];
        statements.push(Statement::allow("ReadSecrets", actions, kept));
    }
    let (buckets, objects) = objects(containers);
    if !objects.is_empty() {
        statements.push(Statement::allow("ReadFiles", ["s3:GetObject"], objects));
        let find = ["s3:GetBucketLocation"];
        statements.push(Statement::allow("FindBuckets", find, buckets));
    }
    let role = Role {
        service: TASKS,
        description: Expr::from(format!("Starts containers of {}", environment.name)),
        managed_policies: Vec::new(),
        statements,
        may_signal: false,
        tags: unit.tags.clone(),
    };
    unit.graph.add("execution_role", environment.span, role)
}

/// What the agent fetches from S3 for containers, buckets and objects: files of
/// environment properties and the configuration of what passes on output.
fn objects(containers: &[Container]) -> (Vec<Expr<Arn>>, Vec<Expr<Arn>>) {
    let files = containers.iter().flat_map(|it| &it.env_files);
    let routers = containers.iter().filter_map(|it| it.router.as_ref());
    let configs = routers.filter_map(model::Router::config_object);
    let mut buckets: IndexMap<SmolStr, Expr<Arn>> = IndexMap::default();
    let mut objects: IndexMap<SmolStr, Expr<Arn>> = IndexMap::default();
    for object in files.chain(configs) {
        let bucket = object.0.split('/').next().unwrap_or_default();
        let bucket = (SmolStr::from(bucket), object.1);
        buckets.entry(bucket.0.clone()).or_insert(text(&bucket));
        objects.entry(object.0.clone()).or_insert(text(object));
    }
    (
        buckets.into_values().collect(),
        objects.into_values().collect(),
    )
}

/// The repositories of ECR that images come from. Of an image that begins with
/// what only the deployment knows, all of the account's are possible.
fn repositories(unit: &Unit<'_>, containers: &[Container]) -> Vec<Expr<Arn>> {
    let mut found: Vec<Expr<Arn>> = Vec::new();
    for container in containers {
        let start = match &container.image {
            Image::Known(name) => Some(name.clone()),
            Image::Setting(setting) => match &setting.value {
                Lately::Now(name) => Some(name.clone()),
                Lately::Later(late) => match late.parts.first() {
                    Some(LatePart::Literal(start)) => Some(start.clone()),
                    _ => None,
                },
            },
        };
        let arn = match &start {
            Some(start) => match repository(start) {
                Some((account, region, name)) => Expr::new(Term::join([
                    "arn:".into(),
                    Pseudo::Partition.into(),
                    format!(":ecr:{region}:{account}:repository/{name}").into(),
                ])),
                None => continue,
            },
            None => unit.arn("ecr", "repository/*"),
        };
        if !found.iter().any(|known| known.term == arn.term) {
            found.push(arn);
        }
    }
    found
}

/// Account, region and name of `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG`.
fn repository(image: &str) -> Option<(&str, &str, &str)> {
    let (registry, rest) = image.split_once('/')?;
    let (account, host) = registry.split_once(".dkr.ecr.")?;
    let region = host.split('.').next()?;
    let name = rest.split([':', '@']).next()?;
    Some((account, region, name))
}

fn container(
    unit: &mut Unit<'_>,
    environment: &Environment,
    container: &Container,
    logs: &Ref<LogGroup>,
    secrets: &Secrets,
) -> TaskContainer {
    let image: Expr<Text> = match &container.image {
        Image::Known(name) => Expr::from(name.clone()).at(Some(container.name.1)),
        Image::Setting(image) => {
            Expr::new(unit.lately(&image.value, SmolStr::clone)).at(image.span())
        }
    };
    let mut properties: IndexMap<SmolStr, &Setting<EnvValue>> = IndexMap::default();
    let shared = environment.settings.env.0.iter();
    for (name, value) in shared.chain(&container.env) {
        properties.insert(name.clone(), value);
    }
    // Those of the platform are known to all, as on the instances of others.
    let platform = &environment.platform.settings.env.0;
    let platform = platform
        .iter()
        .filter(|(it, _)| !properties.contains_key(*it));
    let place = environment.settings.platform.span();
    let mut plain: Vec<(SmolStr, Expr<Text>)> = platform
        .map(|(name, it)| (name.clone(), Expr::from(it.value.clone()).at(place)))
        .collect();
    let mut kept = Vec::new();
    for (name, setting) in properties {
        let value = match &setting.value {
            EnvValue::Text(text) => Term::from(text.clone()),
            EnvValue::Late(late) => unit.late(late),
            EnvValue::Secret(secret) => {
                kept.extend(secrets.place(secret).map(|place| (name, place)));
                continue;
            }
        };
        plain.push((name, Expr::new(value).at(setting.span())));
    }
    let port = |it: u16| Expr::from(i64::from(it)).at(Some(container.name.1));
    let docker = &container.docker;
    let yes = |it: bool| it.then(|| Expr::from(true).at(Some(container.name.1)));
    TaskContainer {
        name: text(&container.name),
        image,
        password: container
            .password
            .as_ref()
            .map(|(secret, span)| Expr::from(secret.name.clone()).at(Some(*span))),
        memory: container.memory.as_ref().map(number),
        reserved: container.reserved.as_ref().map(number),
        cpu: number(&container.cpu),
        essential: Expr::from(container.essential).at(Some(container.name.1)),
        ports: container
            .ports
            .iter()
            .map(|it| PortMapping {
                host: port(it.host),
                container: port(it.container),
                protocol: Expr::from(it.protocol.word()).at(Some(container.name.1)),
            })
            .collect(),
        entry_point: texts(&container.entry_point),
        command: texts(&container.command),
        hostname: container.hostname.as_ref().map(text),
        user: container.user.as_ref().map(text),
        folder: container.folder.as_ref().map(text),
        privileged: yes(container.privileged),
        read_only: yes(container.read_only),
        links: container.links.iter().map(text::<Name>).collect(),
        dependencies: container
            .dependencies
            .iter()
            .map(|(name, condition)| {
                let condition = condition.word().to_ascii_uppercase();
                (text(name), Expr::from(condition).at(Some(name.1)))
            })
            .collect(),
        health: container.health.as_ref().map(|it| HealthCheck {
            command: texts(&it.command),
            interval: number(&it.interval),
            timeout: number(&it.timeout),
            retries: number(&it.retries),
            start_period: number(&it.start_period),
        }),
        environment: plain,
        secrets: kept,
        env_files: texts(&container.env_files),
        mounts: container
            .mounts
            .iter()
            .map(|mount| {
                let read_only = Expr::from(mount.read_only).at(Some(mount.volume.1));
                (text(&mount.volume), (text(&mount.path), read_only))
            })
            .collect(),
        volumes_from: container
            .volumes_from
            .iter()
            .map(|(name, read_only)| (text(name), Expr::from(*read_only).at(Some(name.1))))
            .collect(),
        logging: logging(unit, container, logs, secrets),
        router: container.router.as_ref().map(|it| Router {
            kind: text(&it.kind),
            options: placed(&it.options),
        }),
        gpus: container
            .gpus
            .map(|(count, span)| Expr::from(count.to_string()).at(Some(span))),
        restart: container.restart.as_ref().map(|it| Restart {
            ignored: it.ignored.iter().map(number).collect(),
            period: it.period.as_ref().map(number),
        }),
        start_timeout: container.start_timeout.as_ref().map(number),
        stop_timeout: container.stop_timeout.as_ref().map(number),
        ulimits: container
            .ulimits
            .iter()
            .map(|(name, (soft, hard))| {
                let limit = |it: &i64| Expr::from(*it).at(Some(name.1));
                (text(name), (limit(soft), limit(hard)))
            })
            .collect(),
        labels: placed(&container.labels),
        linux: linux(container),
        dns_servers: texts(&docker.dns_servers),
        dns_search_domains: texts(&docker.dns_search_domains),
        extra_hosts: pairs(&docker.extra_hosts),
        security_options: texts(&docker.security_options),
        system_controls: pairs(&docker.system_controls),
        interactive: yes(docker.interactive),
        pseudo_terminal: yes(docker.pseudo_terminal),
        without_network: yes(docker.without_network),
    }
}

fn placed(pairs: &[(SmolStr, Placed)]) -> Vec<(SmolStr, Expr<Text>)> {
    let pairs = pairs.iter();
    pairs.map(|(name, it)| (name.clone(), text(it))).collect()
}

fn pairs(pairs: &[(Placed, Placed)]) -> Vec<(Expr<Name>, Expr<Text>)> {
    let pairs = pairs.iter();
    pairs.map(|(name, it)| (text(name), text(it))).collect()
}

/// Where a container says that its output goes, or the environment's log group.
fn logging(
    unit: &Unit<'_>,
    container: &Container,
    logs: &Ref<LogGroup>,
    secrets: &Secrets,
) -> Logging {
    let region = Expr::new(match unit.known_region() {
        Some(region) => region.into(),
        None => Term::from(Pseudo::Region),
    });
    let Some(own) = &container.logging else {
        return Logging {
            driver: Expr::from("awslogs"),
            options: vec![
                (LOG_GROUP.into(), logs.attr(LogGroup::NAME).cast()),
                (LOG_REGION.into(), region),
                ("awslogs-stream-prefix".into(), Expr::from("container")),
            ],
            secrets: Vec::new(),
        };
    };
    let mut options = placed(&own.options);
    let has_region = options.iter().any(|(option, _)| option == LOG_REGION);
    if own.driver.0 == "awslogs" && !has_region {
        options.push((LOG_REGION.into(), region));
    }
    let told = own.secrets.iter();
    let told = told.filter_map(|(name, (it, _))| Some((name.clone(), secrets.place(it)?)));
    Logging {
        driver: text(&own.driver),
        options,
        secrets: told.collect(),
    }
}

/// What tells the driver of CloudWatch Logs where output goes.
const LOG_GROUP: &str = "awslogs-group";
const LOG_REGION: &str = "awslogs-region";

/// The log groups that containers name themselves: the same role writes to them,
/// and makes those that are not there.
fn named_logs(unit: &Unit<'_>, containers: &[Container]) -> Vec<Expr<Arn>> {
    let mut found: Vec<Expr<Arn>> = Vec::new();
    let own = containers.iter().filter_map(|it| it.logging.as_ref());
    for logging in own.filter(|it| it.driver.0 == "awslogs") {
        let option = |name: &str| logging.options.iter().find(|(it, _)| it == name);
        let Some((_, (group, span))) = option(LOG_GROUP) else {
            continue;
        };
        let group = format!("log-group:{group}");
        let arn = match option(LOG_REGION) {
            Some((_, (region, _))) => Expr::new(Term::join([
                "arn:".into(),
                Pseudo::Partition.into(),
                format!(":logs:{region}:").into(),
                Pseudo::Account.into(),
                format!(":{group}").into(),
            ])),
            None => unit.arn("logs", group),
        };
        for arn in [arn.clone(), Expr::new(Term::join([arn.term, ":*".into()]))] {
            if !found.iter().any(|known| known.term == arn.term) {
                found.push(arn.at(Some(*span)));
            }
        }
    }
    found
}

fn linux(container: &Container) -> LinuxParameters {
    let span = container.name.1;
    let docker = &container.docker;
    LinuxParameters {
        init: docker.init.then(|| Expr::from(true).at(Some(span))),
        added: texts(&docker.added_capabilities),
        dropped: texts(&docker.dropped_capabilities),
        shared_memory: docker.shared_memory.as_ref().map(number),
        devices: docker
            .devices
            .iter()
            .map(|it| Device {
                host: text(&it.host),
                path: it.path.as_ref().map(text),
                permissions: texts(&it.permissions),
            })
            .collect(),
        tmpfs: docker
            .tmpfs
            .iter()
            .map(|it| Tmpfs {
                path: text(&it.path),
                size: number(&it.size),
                options: texts(&it.options),
            })
            .collect(),
        max_swap: docker.max_swap.as_ref().map(number),
        swappiness: docker.swappiness.as_ref().map(number),
    }
}

/// What an instance of the cluster may do: what the agent asks of ECS, with this
/// cluster alone.
pub(super) fn agent(unit: &Unit<'_>, containers: &Containers) -> Vec<Statement> {
    let cluster = containers.cluster.attr(EcsCluster::NAME).term;
    let instances: Expr<Arn> = unit.arn(
        "ecs",
        Term::join(["container-instance/".into(), cluster, "/*".into()]),
    );
    vec![
        Statement::allow(
            "JoinCluster",
            [
                "ecs:DeregisterContainerInstance",
                "ecs:RegisterContainerInstance",
                "ecs:SubmitAttachmentStateChanges",
                "ecs:SubmitContainerStateChange",
                "ecs:SubmitTaskStateChange",
            ],
            [containers.cluster.attr(EcsCluster::ARN)],
        ),
        Statement::allow(
            "RunTasks",
            [
                "ecs:Poll",
                "ecs:StartTelemetrySession",
                "ecs:UpdateContainerInstancesState",
            ],
            [instances],
        ),
        // AWS knows no narrower permission for the question.
        Statement::allow(
            "FindEndpoint",
            ["ecs:DiscoverPollEndpoint"],
            [Expr::from("*")],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::repository;

    #[test]
    fn repositories_of_ecr_are_known() {
        assert_eq!(
            repository("012345678901.dkr.ecr.eu-west-1.amazonaws.com/team/shop:v1"),
            Some(("012345678901", "eu-west-1", "team/shop"))
        );
        assert_eq!(repository("nginx:1.29"), None);
        assert_eq!(repository("ghcr.io/shop/web:1"), None);
    }
}
