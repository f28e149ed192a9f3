//! `TaskDefinition`: containers that run together.

use smol_str::SmolStr;

use super::expr::{Arn, Attribute, Bool, Expr, Int, Name, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// Containers that run together on an instance, in Docker's own network
    /// there, where they reach each other by links.
    pub struct TaskDefinition {
        /// The containers.
        pub containers: Vec<TaskContainer>,
        /// What containers share.
        pub volumes: Vec<Volume>,
        /// What fetches images and secrets and writes logs.
        pub execution_role: Expr<Arn>,
        /// What the application acts with.
        pub task_role: Expr<Arn>,
        /// Its tags.
        pub tags: Tags,
    }
}

fields! {
    /// What containers of a task share.
    pub struct Volume {
        /// Its name.
        pub name: Expr<Name>,
        /// The folder of the instance.
        pub path: Option<Expr<Text>>,
        /// Docker's volume.
        pub docker: Option<DockerVolume>,
        /// The file system of EFS.
        pub efs: Option<EfsVolume>,
    }
}

fields! {
    /// A volume that Docker looks after.
    pub struct DockerVolume {
        /// `task` or `shared`.
        pub scope: Expr<Text>,
        /// Whether it is made where it is not there.
        pub autoprovision: Option<Expr<Bool>>,
        /// The driver.
        pub driver: Option<Expr<Text>>,
        /// What the driver is told.
        pub options: Vec<(SmolStr, Expr<Text>)>,
        /// Labels that Docker puts on it.
        pub labels: Vec<(SmolStr, Expr<Text>)>,
    }
}

fields! {
    /// A file system of EFS.
    pub struct EfsVolume {
        /// Its id.
        pub file_system: Expr<Text>,
        /// The folder that stands for the whole.
        pub root: Option<Expr<Text>>,
        /// `ENABLED` where it is encrypted on the way.
        pub encryption: Option<Expr<Text>>,
        /// The port of the instance for that.
        pub encryption_port: Option<Expr<Int>>,
        /// The access point.
        pub access_point: Option<Expr<Text>>,
        /// `ENABLED` where IAM says who may.
        pub iam: Option<Expr<Text>>,
    }
}

fields! {
    /// A container of a task.
    pub struct TaskContainer {
        /// Its name.
        pub name: Expr<Name>,
        /// The image.
        pub image: Expr<Text>,
        /// The secret with the password of the image's registry, by name or ARN.
        pub password: Option<Expr<Text>>,
        /// The most memory it gets, in MiB.
        pub memory: Option<Expr<Int>>,
        /// The memory kept for it, in MiB.
        pub reserved: Option<Expr<Int>>,
        /// Its share of the processors; 1024 are one.
        pub cpu: Expr<Int>,
        /// Whether all others end with it.
        pub essential: Expr<Bool>,
        /// Its ports.
        pub ports: Vec<PortMapping>,
        /// What the command is given to, instead of the image's own.
        pub entry_point: Vec<Expr<Text>>,
        /// The command, instead of the image's own.
        pub command: Vec<Expr<Text>>,
        /// The name of its host.
        pub hostname: Option<Expr<Text>>,
        /// The user that it runs as.
        pub user: Option<Expr<Text>>,
        /// The folder that it starts in.
        pub folder: Option<Expr<Text>>,
        /// Whether it may do on the instance what root may.
        pub privileged: Option<Expr<Bool>>,
        /// Whether it may write to volumes alone.
        pub read_only: Option<Expr<Bool>>,
        /// Containers that it reaches by their names.
        pub links: Vec<Expr<Name>>,
        /// Containers that have to be so far before it starts: `HEALTHY`.
        pub dependencies: Vec<(Expr<Name>, Expr<Text>)>,
        /// How Docker finds out that it works.
        pub health: Option<HealthCheck>,
        /// Environment properties.
        pub environment: Vec<(SmolStr, Expr<Text>)>,
        /// Environment properties that are secrets, by where they are kept.
        pub secrets: Vec<(SmolStr, Expr<Arn>)>,
        /// Objects of S3 with environment properties.
        pub env_files: Vec<Expr<Arn>>,
        /// Volumes and where the container sees them; true for only to be read.
        pub mounts: Vec<(Expr<Name>, (Expr<Text>, Expr<Bool>))>,
        /// Containers whose volumes it sees as well; true for only to be read.
        pub volumes_from: Vec<(Expr<Name>, Expr<Bool>)>,
        /// Where its output goes.
        pub logging: Logging,
        /// That it passes on the output of others.
        pub router: Option<Router>,
        /// How many graphics processors it has for itself.
        pub gpus: Option<Expr<Text>>,
        /// That it starts again by itself.
        pub restart: Option<Restart>,
        /// How long others wait for it to be so far, in seconds.
        pub start_timeout: Option<Expr<Int>>,
        /// How long it has to end by itself, in seconds.
        pub stop_timeout: Option<Expr<Int>>,
        /// Limits of its processes: soft and hard.
        pub ulimits: Vec<(Expr<Name>, (Expr<Int>, Expr<Int>))>,
        /// Labels that Docker puts on it.
        pub labels: Vec<(SmolStr, Expr<Text>)>,
        /// What Linux grants it.
        pub linux: LinuxParameters,
        /// Servers that it asks for names.
        pub dns_servers: Vec<Expr<Text>>,
        /// Domains in which it looks for names.
        pub dns_search_domains: Vec<Expr<Text>>,
        /// Hosts that it knows by name, with their addresses.
        pub extra_hosts: Vec<(Expr<Name>, Expr<Text>)>,
        /// Labels of SELinux or AppArmor.
        pub security_options: Vec<Expr<Text>>,
        /// Parameters of the kernel with their values.
        pub system_controls: Vec<(Expr<Name>, Expr<Text>)>,
        /// Whether its standard input stays open.
        pub interactive: Option<Expr<Bool>>,
        /// Whether it has a terminal.
        pub pseudo_terminal: Option<Expr<Bool>>,
        /// Whether it has no network.
        pub without_network: Option<Expr<Bool>>,
    }
}

fields! {
    /// A port of the instance and the container's behind it.
    pub struct PortMapping {
        /// The instance's.
        pub host: Expr<Int>,
        /// The container's.
        pub container: Expr<Int>,
        /// `tcp` or `udp`.
        pub protocol: Expr<Text>,
    }
}

fields! {
    /// How Docker finds out that a container works.
    pub struct HealthCheck {
        /// The command that answers with 0.
        pub command: Vec<Expr<Text>>,
        /// The seconds between two checks.
        pub interval: Expr<Int>,
        /// The seconds that one may take.
        pub timeout: Expr<Int>,
        /// How many bad ones make it unhealthy.
        pub retries: Expr<Int>,
        /// The seconds at first in which bad ones do not count.
        pub start_period: Expr<Int>,
    }
}

fields! {
    /// Where the output of a container goes.
    pub struct Logging {
        /// Docker's driver.
        pub driver: Expr<Text>,
        /// What it is told.
        pub options: Vec<(SmolStr, Expr<Text>)>,
        /// What it is told that is secret, by where that is kept.
        pub secrets: Vec<(SmolStr, Expr<Arn>)>,
    }
}

fields! {
    /// A container that passes on the output of others.
    pub struct Router {
        /// `fluentd` or `fluentbit`.
        pub kind: Expr<Text>,
        /// What it is told.
        pub options: Vec<(SmolStr, Expr<Text>)>,
    }
}

fields! {
    /// That a container starts again by itself.
    pub struct Restart {
        /// The codes with which it has ended for good.
        pub ignored: Vec<Expr<Int>>,
        /// How long it has to run before it may start again, in seconds.
        pub period: Option<Expr<Int>>,
    }
}

fields! {
    /// A device of the instance in a container.
    pub struct Device {
        /// Its path on the instance.
        pub host: Expr<Text>,
        /// Its path in the container.
        pub path: Option<Expr<Text>>,
        /// `read`, `write`, `mknod`.
        pub permissions: Vec<Expr<Text>>,
    }
}

fields! {
    /// A folder in memory.
    pub struct Tmpfs {
        /// Its path in the container.
        pub path: Expr<Text>,
        /// The most that it takes, in MiB.
        pub size: Expr<Int>,
        /// How it is mounted.
        pub options: Vec<Expr<Text>>,
    }
}

fields! {
    /// What Linux grants a container.
    #[derive(Default)]
    pub struct LinuxParameters {
        /// Whether a process of Docker's own is the first.
        pub init: Option<Expr<Bool>>,
        /// Capabilities beside the usual.
        pub added: Vec<Expr<Text>>,
        /// Capabilities that it has not.
        pub dropped: Vec<Expr<Text>>,
        /// The size of `/dev/shm`, in MiB.
        pub shared_memory: Option<Expr<Int>>,
        /// Devices of the instance.
        pub devices: Vec<Device>,
        /// Folders in memory.
        pub tmpfs: Vec<Tmpfs>,
        /// How much it may take of the instance's swap, in MiB.
        pub max_swap: Option<Expr<Int>>,
        /// How readily: 0 to 100.
        pub swappiness: Option<Expr<Int>>,
    }
}

impl TaskDefinition {
    /// The ARN of this revision.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

/// Spells a key: as it is, or with a small first letter.
type Spelling = fn(&'static str) -> SmolStr;

fn large(key: &'static str) -> SmolStr {
    SmolStr::new_static(key)
}

fn small(key: &'static str) -> SmolStr {
    let (first, rest) = key.split_at(1);
    format!("{}{rest}", first.to_ascii_lowercase()).into()
}

impl TaskContainer {
    /// The API's own form, which CloudFormation writes with large letters.
    fn tree(&self, key: Spelling) -> Tree {
        let Self {
            name,
            image,
            password,
            memory,
            reserved,
            cpu,
            essential,
            ports,
            entry_point,
            command,
            hostname,
            user,
            folder,
            privileged,
            read_only,
            links,
            dependencies,
            health,
            environment,
            secrets,
            env_files,
            mounts,
            volumes_from,
            logging,
            router,
            gpus,
            restart,
            start_timeout,
            stop_timeout,
            ulimits,
            labels,
            linux,
            dns_servers,
            dns_search_domains,
            extra_hosts,
            security_options,
            system_controls,
            interactive,
            pseudo_terminal,
            without_network,
        } = self;
        let ports = ports.iter().map(|port| port.tree(key));
        let dependencies = dependencies.iter().map(|(name, condition)| {
            Tree::map()
                .set(key("ContainerName"), name)
                .set(key("Condition"), condition)
        });
        let environment = environment.iter().map(|(name, value)| {
            Tree::map()
                .set(key("Name"), name.clone())
                .set(key("Value"), value)
        });
        let secrets = kept(secrets, key);
        let env_files = env_files
            .iter()
            .map(|object| Tree::map().set(key("Type"), "s3").set(key("Value"), object));
        let password = password
            .as_ref()
            .map(|secret| Tree::map().set(key("CredentialsParameter"), secret));
        let gpus = gpus
            .iter()
            .map(|count| Tree::map().set(key("Type"), "GPU").set(key("Value"), count));
        let mounts = mounts.iter().map(|(volume, (path, read_only))| {
            Tree::map()
                .set(key("SourceVolume"), volume)
                .set(key("ContainerPath"), path)
                .set(key("ReadOnly"), read_only)
        });
        let volumes_from = volumes_from.iter().map(|(name, read_only)| {
            Tree::map()
                .set(key("SourceContainer"), name)
                .set(key("ReadOnly"), read_only)
        });
        let linux = linux.tree(key);
        let ulimits = ulimits.iter().map(|(name, (soft, hard))| {
            Tree::map()
                .set(key("Name"), name)
                .set(key("SoftLimit"), soft)
                .set(key("HardLimit"), hard)
        });
        let extra_hosts = extra_hosts.iter().map(|(name, address)| {
            Tree::map()
                .set(key("Hostname"), name)
                .set(key("IpAddress"), address)
        });
        let system_controls = system_controls.iter().map(|(name, value)| {
            Tree::map()
                .set(key("Namespace"), name)
                .set(key("Value"), value)
        });
        Tree::map()
            .set(key("Name"), name)
            .set(key("Image"), image)
            .maybe(key("RepositoryCredentials"), password)
            .maybe(key("Memory"), memory.as_ref())
            .maybe(key("MemoryReservation"), reserved.as_ref())
            .set(key("Cpu"), cpu)
            .set(key("Essential"), essential)
            .maybe(key("PortMappings"), some(ports))
            .maybe(key("EntryPoint"), some(entry_point))
            .maybe(key("Command"), some(command))
            .maybe(key("Hostname"), hostname.as_ref())
            .maybe(key("User"), user.as_ref())
            .maybe(key("WorkingDirectory"), folder.as_ref())
            .maybe(key("Privileged"), privileged.as_ref())
            .maybe(key("ReadonlyRootFilesystem"), read_only.as_ref())
            .maybe(key("Links"), some(links))
            .maybe(key("DependsOn"), some(dependencies))
            .maybe(key("HealthCheck"), health.as_ref().map(|it| it.tree(key)))
            .maybe(key("Environment"), some(environment))
            .maybe(key("Secrets"), some(secrets))
            .maybe(key("EnvironmentFiles"), some(env_files))
            .maybe(key("MountPoints"), some(mounts))
            .maybe(key("VolumesFrom"), some(volumes_from))
            .set(key("LogConfiguration"), logging.tree(key))
            .maybe(
                key("FirelensConfiguration"),
                router.as_ref().map(|it| it.tree(key)),
            )
            .maybe(key("ResourceRequirements"), some(gpus))
            .maybe(
                key("RestartPolicy"),
                restart.as_ref().map(|it| it.tree(key)),
            )
            .maybe(key("StartTimeout"), start_timeout.as_ref())
            .maybe(key("StopTimeout"), stop_timeout.as_ref())
            .maybe(key("Ulimits"), some(ulimits))
            .maybe(key("DockerLabels"), texts(labels))
            .maybe(key("LinuxParameters"), (!linux.is_empty()).then_some(linux))
            .maybe(key("DnsServers"), some(dns_servers))
            .maybe(key("DnsSearchDomains"), some(dns_search_domains))
            .maybe(key("ExtraHosts"), some(extra_hosts))
            .maybe(key("DockerSecurityOptions"), some(security_options))
            .maybe(key("SystemControls"), some(system_controls))
            .maybe(key("Interactive"), interactive.as_ref())
            .maybe(key("PseudoTerminal"), pseudo_terminal.as_ref())
            .maybe(key("DisableNetworking"), without_network.as_ref())
    }
}

impl PortMapping {
    fn tree(&self, key: Spelling) -> Tree {
        let Self {
            host,
            container,
            protocol,
        } = self;
        Tree::map()
            .set(key("HostPort"), host)
            .set(key("ContainerPort"), container)
            .set(key("Protocol"), protocol)
    }
}

impl HealthCheck {
    fn tree(&self, key: Spelling) -> Tree {
        let Self {
            command,
            interval,
            timeout,
            retries,
            start_period,
        } = self;
        Tree::map()
            .maybe(key("Command"), some(command))
            .set(key("Interval"), interval)
            .set(key("Timeout"), timeout)
            .set(key("Retries"), retries)
            .set(key("StartPeriod"), start_period)
    }
}

impl Logging {
    fn tree(&self, key: Spelling) -> Tree {
        let Self {
            driver,
            options,
            secrets,
        } = self;
        Tree::map()
            .set(key("LogDriver"), driver)
            .maybe(key("Options"), texts(options))
            .maybe(key("SecretOptions"), some(kept(secrets, key)))
    }
}

impl Router {
    fn tree(&self, key: Spelling) -> Tree {
        let Self { kind, options } = self;
        Tree::map()
            .set(key("Type"), kind)
            .maybe(key("Options"), texts(options))
    }
}

impl Restart {
    fn tree(&self, key: Spelling) -> Tree {
        let Self { ignored, period } = self;
        Tree::map()
            .set(key("Enabled"), true)
            .maybe(key("IgnoredExitCodes"), some(ignored))
            .maybe(key("RestartAttemptPeriod"), period.as_ref())
    }
}

impl Device {
    fn tree(&self, key: Spelling) -> Tree {
        let Self {
            host,
            path,
            permissions,
        } = self;
        Tree::map()
            .set(key("HostPath"), host)
            .maybe(key("ContainerPath"), path.as_ref())
            .maybe(key("Permissions"), some(permissions))
    }
}

impl Tmpfs {
    fn tree(&self, key: Spelling) -> Tree {
        let Self {
            path,
            size,
            options,
        } = self;
        Tree::map()
            .set(key("ContainerPath"), path)
            .set(key("Size"), size)
            .maybe(key("MountOptions"), some(options))
    }
}

impl LinuxParameters {
    fn tree(&self, key: Spelling) -> Tree {
        let Self {
            init,
            added,
            dropped,
            shared_memory,
            devices,
            tmpfs,
            max_swap,
            swappiness,
        } = self;
        let is_usual = added.is_empty() && dropped.is_empty();
        let capabilities = || {
            Tree::map()
                .maybe(key("Add"), some(added))
                .maybe(key("Drop"), some(dropped))
        };
        Tree::map()
            .maybe(key("InitProcessEnabled"), init.as_ref())
            .maybe(key("Capabilities"), (!is_usual).then(capabilities))
            .maybe(key("SharedMemorySize"), shared_memory.as_ref())
            .maybe(key("Devices"), some(devices.iter().map(|it| it.tree(key))))
            .maybe(key("Tmpfs"), some(tmpfs.iter().map(|it| it.tree(key))))
            .maybe(key("MaxSwap"), max_swap.as_ref())
            .maybe(key("Swappiness"), swappiness.as_ref())
    }
}

impl Volume {
    fn cloudformation(&self) -> Tree {
        let Self {
            name,
            path,
            docker,
            efs,
        } = self;
        let host = path
            .as_ref()
            .map(|path| Tree::map().set("SourcePath", path));
        let docker = docker.as_ref().map(|it| {
            let DockerVolume {
                scope,
                autoprovision,
                driver,
                options,
                labels,
            } = it;
            Tree::map()
                .set("Scope", scope)
                .maybe("Autoprovision", autoprovision.as_ref())
                .maybe("Driver", driver.as_ref())
                .maybe("DriverOpts", texts(options))
                .maybe("Labels", texts(labels))
        });
        let efs = efs.as_ref().map(|it| {
            let EfsVolume {
                file_system,
                root,
                encryption,
                encryption_port,
                access_point,
                iam,
            } = it;
            let asks = access_point.is_some() || iam.is_some();
            let authorization = || {
                Tree::map()
                    .maybe("AccessPointId", access_point.as_ref())
                    .maybe("IAM", iam.as_ref())
            };
            Tree::map()
                .set("FilesystemId", file_system)
                .maybe("RootDirectory", root.as_ref())
                .maybe("TransitEncryption", encryption.as_ref())
                .maybe("TransitEncryptionPort", encryption_port.as_ref())
                .maybe("AuthorizationConfig", asks.then(authorization))
        });
        Tree::map()
            .set("Name", name)
            .maybe("Host", host)
            .maybe("DockerVolumeConfiguration", docker)
            .maybe("EFSVolumeConfiguration", efs)
    }

    fn terraform(&self) -> Tree {
        let Self {
            name,
            path,
            docker,
            efs,
        } = self;
        let docker = docker.as_ref().map(|it| {
            let DockerVolume {
                scope,
                autoprovision,
                driver,
                options,
                labels,
            } = it;
            Tree::map()
                .set("scope", scope)
                .maybe("autoprovision", autoprovision.as_ref())
                .maybe("driver", driver.as_ref())
                .maybe("driver_opts", texts(options))
                .maybe("labels", texts(labels))
        });
        let efs = efs.as_ref().map(|it| {
            let EfsVolume {
                file_system,
                root,
                encryption,
                encryption_port,
                access_point,
                iam,
            } = it;
            let asks = access_point.is_some() || iam.is_some();
            let authorization = || {
                Tree::map()
                    .maybe("access_point_id", access_point.as_ref())
                    .maybe("iam", iam.as_ref())
            };
            Tree::map()
                .set("file_system_id", file_system)
                .maybe("root_directory", root.as_ref())
                .maybe("transit_encryption", encryption.as_ref())
                .maybe("transit_encryption_port", encryption_port.as_ref())
                .maybe("authorization_config", asks.then(authorization))
        });
        Tree::map()
            .set("name", name)
            .maybe("host_path", path.as_ref())
            .maybe("docker_volume_configuration", docker)
            .maybe("efs_volume_configuration", efs)
    }
}

/// Secrets by the names under which they arrive.
fn kept(secrets: &[(SmolStr, Expr<Arn>)], key: Spelling) -> impl Iterator<Item = Tree> {
    secrets.iter().map(move |(name, place)| {
        Tree::map()
            .set(key("Name"), name.clone())
            .set(key("ValueFrom"), place)
    })
}

/// A list, unless there is nothing in it.
fn some(items: impl IntoIterator<Item = impl Into<Tree>>) -> Option<Tree> {
    let items: Vec<Tree> = items.into_iter().map(Into::into).collect();
    (!items.is_empty()).then_some(Tree::List(items))
}

/// Texts by names of the user's own, unless there are none.
fn texts(pairs: &[(SmolStr, Expr<Text>)]) -> Option<Tree> {
    let set = |tree: Tree, (name, value): &(SmolStr, Expr<Text>)| tree.set(name.clone(), value);
    (!pairs.is_empty()).then(|| pairs.iter().fold(Tree::map(), set))
}

impl Kind for TaskDefinition {
    fn aws_type(&self) -> &'static str {
        "AWS::ECS::TaskDefinition"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            containers,
            volumes,
            execution_role,
            task_role,
            tags,
        } = self;
        let containers = containers.iter().map(|container| container.tree(large));
        let volumes = volumes.iter().map(Volume::cloudformation);
        cfn::resource("AWS::ECS::TaskDefinition")
            .set("Family", cfn::own_name())
            .set("NetworkMode", "bridge")
            .set("RequiresCompatibilities", Tree::list(["EC2"]))
            .set("ExecutionRoleArn", execution_role)
            .set("TaskRoleArn", task_role)
            .set("ContainerDefinitions", Tree::list(containers))
            .maybe("Volumes", some(volumes))
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::ARN, cfn::get_att("TaskDefinitionArn"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            containers,
            volumes,
            execution_role,
            task_role,
            tags,
        } = self;
        let containers = containers.iter().map(|container| container.tree(small));
        let volumes = volumes.iter().map(Volume::terraform);
        tf::block("aws_ecs_task_definition")
            .set("family", tf::own_name())
            .set("network_mode", "bridge")
            .set("requires_compatibilities", Tree::list(["EC2"]))
            .set("execution_role_arn", execution_role)
            .set("task_role_arn", task_role)
            .set(
                "container_definitions",
                Tree::Document(Box::new(Tree::list(containers))),
            )
            .maybe("volume", some(volumes))
            .set("tags", tags)
            .create_before_destroy()
            .gives(Self::ARN, "arn")
            .into()
    }
}
