//! `container`: what an environment on ECS runs.

use smol_str::SmolStr;

use super::Default::{Bool, Duration as Time, Int, Size as Bytes, Texts, Word};
use super::environment::EnvValue;
use super::{ABSENT, Keyed, Lately, Map, Nested, Port, REQUIRED, Secret, Setting, absent, default};
use crate::source::Span;
use crate::units::{Duration, Size};
use crate::{block, words};

block! {
    /// A container of the task that every instance runs. Without any, the
    /// `Dockerrun.aws.json` of version 2 in the application's `source` says
    /// what runs.
    Container "container" {
        /// The image, usually with an input behind the colon.
        image: Setting<Lately<SmolStr>> = REQUIRED.aws("AWS::ECS::TaskDefinition ContainerDefinitions.Image"),
        /// Where the image's registry wants one: the secret with `username` and
        /// `password`, `secret("secretsmanager:…")`.
        password: Option<Setting<Secret>> = absent("none; ECR wants none")
            .aws("AWS::ECS::TaskDefinition RepositoryCredentials.CredentialsParameter"),
        /// The most memory it gets.
        memory: Setting<Size> = default(Bytes(Size::from_mib(256)))
            .sizes(Size::from_mib(6), Size::from_gib(512))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Memory, in MiB"),
        /// The memory that is kept for it, when it may take more.
        memory_reservation: Option<Setting<Size>> = absent("`memory` is kept for it")
            .sizes(Size::from_mib(6), Size::from_gib(512))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.MemoryReservation, in MiB"),
        /// Its share of the processors; 1024 are one.
        cpu: Setting<i64> = default(Int(128)).range(0, 196_608)
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Cpu"),
        /// The port on which it answers.
        port: Option<Setting<Port>> = absent("it answers other containers alone")
            .aws("AWS::ECS::TaskDefinition PortMappings.ContainerPort"),
        /// The port of the instance that leads to it.
        host_port: Option<Setting<Port>> = absent("80 for the first container with a port, else `port`")
            .aws("AWS::ECS::TaskDefinition PortMappings.HostPort"),
        /// What the port speaks.
        protocol: Setting<Protocol> = default(Word("tcp"))
            .aws("AWS::ECS::TaskDefinition PortMappings.Protocol"),
        /// What the command is given to, instead of the image's own.
        entry_point: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.EntryPoint"),
        /// The command, instead of the image's own.
        command: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Command"),
        /// The user that it runs as, by name or number, with a group behind a colon.
        user: Option<Setting<SmolStr>> = absent("the image's own")
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.User"),
        /// The folder that it starts in.
        working_directory: Option<Setting<SmolStr>> = absent("the image's own")
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.WorkingDirectory"),
        /// The name of its host.
        hostname: Option<Setting<SmolStr>> = absent("its number at Docker")
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Hostname"),
        /// Environment properties of this container; it gets those of the
        /// environment as well.
        env: Map<EnvValue> = ABSENT,
        /// Files of environment properties, by the ARNs of objects in S3 whose names
        /// end with `.env`. What `env` says wins.
        env_files: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.EnvironmentFiles"),
        /// Containers that it reaches by their names.
        links: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Links"),
        /// Containers that have to be so far before it starts, by their names.
        depends_on: Map<Condition> = ABSENT.keys("container")
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.DependsOn"),
        /// How Docker finds out that it works.
        health: Option<Nested<HealthCheck>> = absent("it works while it runs"),
        /// Folders of the instance, by the path at which the container sees them.
        mounts: Map<SmolStr> = ABSENT.aws("AWS::ECS::TaskDefinition ContainerDefinitions.MountPoints"),
        /// File systems of EFS, by the path at which the container sees them.
        efs: Keyed<Efs> = ABSENT.aws("AWS::ECS::TaskDefinition EFSVolumeConfiguration"),
        /// Folders in memory, by the path at which the container sees them.
        tmpfs: Keyed<Tmpfs> = ABSENT.aws("AWS::ECS::TaskDefinition LinuxParameters.Tmpfs"),
        /// How many graphics processors it has for itself.
        gpus: Option<Setting<i64>> = absent("none").range(1, 16)
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.ResourceRequirements"),
        /// Whether all others end with it.
        essential: Setting<bool> = default(Bool(true))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Essential"),
        /// Containers whose mounts it sees as well.
        volumes_from: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.VolumesFrom"),
        /// Whether it may write to its mounts alone.
        read_only: Setting<bool> = default(Bool(false))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.ReadonlyRootFilesystem"),
        /// Whether it may do on the instance what root may.
        privileged: Setting<bool> = default(Bool(false))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Privileged"),
        /// Whether a process of Docker's own is the first, which passes signals on
        /// and looks after those whose parents have ended.
        init: Setting<bool> = default(Bool(false))
            .aws("AWS::ECS::TaskDefinition LinuxParameters.InitProcessEnabled"),
        /// Limits of its processes.
        ulimit: Keyed<Ulimit> = ABSENT.aws("AWS::ECS::TaskDefinition ContainerDefinitions.Ulimits"),
        /// Labels that Docker puts on it.
        labels: Map<SmolStr> = ABSENT
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.DockerLabels"),
        /// Hosts that it knows by name, with their addresses.
        extra_hosts: Map<SmolStr> = ABSENT
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.ExtraHosts"),
        /// Where its output goes.
        logging: Option<Nested<Logging>> = absent("CloudWatch, `logs` says for how long"),
        /// That it passes on the output of containers whose driver is `awsfirelens`.
        router: Option<Nested<Router>> = absent("it does not")
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.FirelensConfiguration"),
        /// How long others wait for it to be so far.
        start_timeout: Option<Setting<Duration>> = absent("the agent's own, 3m")
            .between(Duration::from_secs(2), Duration::from_hours(1))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.StartTimeout"),
        /// How long it has to end by itself.
        stop_timeout: Option<Setting<Duration>> = absent("the agent's own, 30s")
            .between(Duration::from_secs(2), Duration::from_hours(1))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.StopTimeout"),
    }
}

block! {
    /// How Docker finds out that a container works.
    HealthCheck "health" {
        /// The command that answers with 0: `["CMD-SHELL", "curl -f localhost"]`, or
        /// `["CMD", "program", "argument"]` without a shell.
        command: Setting<Vec<(SmolStr, Span)>> = REQUIRED
            .aws("AWS::ECS::TaskDefinition HealthCheck.Command"),
        /// The time between two checks.
        interval: Setting<Duration> = default(Time(Duration::from_secs(30)))
            .between(Duration::from_secs(5), Duration::from_secs(300))
            .aws("AWS::ECS::TaskDefinition HealthCheck.Interval"),
        /// How long one check may take.
        timeout: Setting<Duration> = default(Time(Duration::from_secs(5)))
            .between(Duration::from_secs(2), Duration::from_secs(60))
            .aws("AWS::ECS::TaskDefinition HealthCheck.Timeout"),
        /// How many bad checks in a row make it unhealthy.
        retries: Setting<i64> = default(Int(3)).range(1, 10)
            .aws("AWS::ECS::TaskDefinition HealthCheck.Retries"),
        /// The time at first in which bad checks do not count.
        start_period: Setting<Duration> = default(Time(Duration::from_secs(0)))
            .between(Duration::from_secs(0), Duration::from_secs(300))
            .aws("AWS::ECS::TaskDefinition HealthCheck.StartPeriod"),
    }
}

block! {
    /// A limit of a container's processes, by its name: `nofile`.
    Ulimit "ulimit" {
        /// What holds at first.
        soft: Setting<i64> = REQUIRED.aws("AWS::ECS::TaskDefinition Ulimits.SoftLimit"),
        /// As far as a process may raise it.
        hard: Option<Setting<i64>> = absent("`soft`")
            .aws("AWS::ECS::TaskDefinition Ulimits.HardLimit"),
    }
}

block! {
    /// Where the output of a container goes.
    Logging "logging" {
        /// Docker's driver.
        driver: Setting<LogDriver> = REQUIRED
            .aws("AWS::ECS::TaskDefinition LogConfiguration.LogDriver"),
        /// What the driver is told.
        options: Map<SmolStr> = ABSENT.aws("AWS::ECS::TaskDefinition LogConfiguration.Options"),
    }
}

block! {
    /// A file system of EFS, by the path at which the container sees it. What
    /// guards its mount targets has to let in the instances
    /// (`environment.NAME.security_group_id`) on port 2049.
    Efs "efs" {
        /// Its id: `fs-…`.
        file_system: Setting<SmolStr> = REQUIRED
            .aws("AWS::ECS::TaskDefinition EFSVolumeConfiguration.FilesystemId"),
        /// The folder that stands for the whole.
        root: Option<Setting<SmolStr>> = absent("`/`, or the access point's")
            .aws("AWS::ECS::TaskDefinition EFSVolumeConfiguration.RootDirectory"),
        /// The access point: `fsap-…`.
        access_point: Option<Setting<SmolStr>> = absent("none")
            .aws("AWS::ECS::TaskDefinition AuthorizationConfig.AccessPointId"),
        /// Whether IAM says who may: the role of the containers may mount it then,
        /// and write unless it is `read_only`.
        iam: Setting<bool> = default(Bool(false))
            .aws("AWS::ECS::TaskDefinition AuthorizationConfig.IAM"),
        /// Whether it is encrypted on the way.
        encrypted: Setting<bool> = default(Bool(true))
            .aws("AWS::ECS::TaskDefinition EFSVolumeConfiguration.TransitEncryption"),
        /// Whether it is only read.
        read_only: Setting<bool> = default(Bool(false))
            .aws("AWS::ECS::TaskDefinition MountPoints.ReadOnly"),
    }
}

block! {
    /// A folder in memory, by the path at which the container sees it.
    Tmpfs "tmpfs" {
        /// The most that it takes.
        size: Setting<Size> = REQUIRED.sizes(Size::from_mib(1), Size::from_gib(512))
            .aws("AWS::ECS::TaskDefinition Tmpfs.Size, in MiB"),
        /// How it is mounted: `noexec`, `nosuid`.
        options: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition Tmpfs.MountOptions"),
    }
}

block! {
    /// That a container passes on the output of others.
    Router "router" {
        /// What runs in it.
        kind: Setting<RouterKind> = default(Word("fluentbit"))
            .aws("AWS::ECS::TaskDefinition FirelensConfiguration.Type"),
        /// What it is told.
        options: Map<SmolStr> = ABSENT.aws("AWS::ECS::TaskDefinition FirelensConfiguration.Options"),
    }
}

words! {
    /// What passes on output.
    RouterKind {
        /// Fluent Bit.
        Fluentbit = "fluentbit",
        /// Fluentd.
        Fluentd = "fluentd",
    }
}

words! {
    /// What a port speaks.
    Protocol {
        /// TCP, HTTP included.
        Tcp = "tcp",
        /// UDP.
        Udp = "udp",
    }
}

words! {
    /// How far another container has to be.
    Condition {
        /// It was started.
        Start = "start",
        /// It has ended, in whatever way.
        Complete = "complete",
        /// It has ended without an error.
        Success = "success",
        /// Its health check was good.
        Healthy = "healthy",
    }
}

words! {
    /// Docker's drivers for output.
    LogDriver {
        /// CloudWatch Logs.
        Awslogs = "awslogs",
        /// The container of this task that is the `router`.
        Awsfirelens = "awsfirelens",
        /// Fluentd.
        Fluentd = "fluentd",
        /// Graylog's format.
        Gelf = "gelf",
        /// The instance's journal.
        Journald = "journald",
        /// Files of Docker's own on the instance.
        JsonFile = "json_file",
        /// Splunk.
        Splunk = "splunk",
        /// The instance's or another syslog.
        Syslog = "syslog",
    }
}

impl LogDriver {
    /// Every driver.
    pub const ALL: [Self; 8] = [
        Self::Awslogs,
        Self::Awsfirelens,
        Self::Fluentd,
        Self::Gelf,
        Self::Journald,
        Self::JsonFile,
        Self::Splunk,
        Self::Syslog,
    ];

    /// As Docker spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonFile => "json-file",
            other => other.word(),
        }
    }
}
