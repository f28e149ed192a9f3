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
        /// Folders of the instance that containers see, by name.
        pub volumes: Vec<(Expr<Name>, Option<Expr<Text>>)>,
        /// What fetches images and secrets and writes logs.
        pub execution_role: Expr<Arn>,
        /// What the application acts with.
        pub task_role: Expr<Arn>,
        /// Its tags.
        pub tags: Tags,
    }
}

fields! {
    /// A container of a task.
    pub struct TaskContainer {
        /// Its name.
        pub name: Expr<Name>,
        /// The image.
        pub image: Expr<Text>,
        /// The most memory it gets, in MiB.
        pub memory: Option<Expr<Int>>,
        /// The memory kept for it, in MiB.
        pub reserved: Option<Expr<Int>>,
        /// Its share of the processors; 1024 are one.
        pub cpu: Expr<Int>,
        /// Whether all others end with it.
        pub essential: Expr<Bool>,
        /// Ports of the instance and the container's behind them.
        pub ports: Vec<(Expr<Int>, Expr<Int>)>,
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
        /// Environment properties.
        pub environment: Vec<(SmolStr, Expr<Text>)>,
        /// Environment properties that are secrets, by where they are kept.
        pub secrets: Vec<(SmolStr, Expr<Arn>)>,
        /// Volumes and where the container sees them; true for only to be read.
        pub mounts: Vec<(Expr<Name>, (Expr<Text>, Expr<Bool>))>,
        /// Where its output is kept.
        pub log_group: Expr<Name>,
        /// The region of the log group.
        pub log_region: Expr<Text>,
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
            environment,
            secrets,
            mounts,
            log_group,
            log_region,
        } = self;
        let some = |items: Vec<Tree>| (!items.is_empty()).then_some(Tree::List(items));
        let ports = ports.iter().map(|(host, container)| {
            Tree::map()
                .set(key("HostPort"), host)
                .set(key("ContainerPort"), container)
                .set(key("Protocol"), "tcp")
        });
        let environment = environment.iter().map(|(name, value)| {
            Tree::map()
                .set(key("Name"), name.clone())
                .set(key("Value"), value)
        });
        let secrets = secrets.iter().map(|(name, place)| {
            Tree::map()
                .set(key("Name"), name.clone())
                .set(key("ValueFrom"), place)
        });
        let mounts = mounts.iter().map(|(volume, (path, read_only))| {
            Tree::map()
                .set(key("SourceVolume"), volume)
                .set(key("ContainerPath"), path)
                .set(key("ReadOnly"), read_only)
        });
        let logs = Tree::map().set(key("LogDriver"), "awslogs").set(
            key("Options"),
            Tree::map()
                .set("awslogs-group", log_group)
                .set("awslogs-region", log_region)
                .set("awslogs-stream-prefix", "container"),
        );
        Tree::map()
            .set(key("Name"), name)
            .set(key("Image"), image)
            .maybe(key("Memory"), memory.as_ref())
            .maybe(key("MemoryReservation"), reserved.as_ref())
            .set(key("Cpu"), cpu)
            .set(key("Essential"), essential)
            .maybe(key("PortMappings"), some(ports.collect()))
            .maybe(
                key("EntryPoint"),
                some(entry_point.iter().map(Tree::from).collect()),
            )
            .maybe(
                key("Command"),
                some(command.iter().map(Tree::from).collect()),
            )
            .maybe(key("Hostname"), hostname.as_ref())
            .maybe(key("User"), user.as_ref())
            .maybe(key("WorkingDirectory"), folder.as_ref())
            .maybe(key("Privileged"), privileged.as_ref())
            .maybe(key("ReadonlyRootFilesystem"), read_only.as_ref())
            .maybe(key("Links"), some(links.iter().map(Tree::from).collect()))
            .maybe(key("Environment"), some(environment.collect()))
            .maybe(key("Secrets"), some(secrets.collect()))
            .maybe(key("MountPoints"), some(mounts.collect()))
            .set(key("LogConfiguration"), logs)
    }
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
        let volumes = volumes.iter().map(|(name, path)| {
            let host = path
                .as_ref()
                .map(|path| Tree::map().set("SourcePath", path));
            Tree::map().set("Name", name).maybe("Host", host)
        });
        let volumes: Vec<Tree> = volumes.collect();
        cfn::resource("AWS::ECS::TaskDefinition")
            .set("Family", cfn::own_name())
            .set("NetworkMode", "bridge")
            .set("RequiresCompatibilities", Tree::list(["EC2"]))
            .set("ExecutionRoleArn", execution_role)
            .set("TaskRoleArn", task_role)
            .set("ContainerDefinitions", Tree::list(containers))
            .maybe(
                "Volumes",
                (!volumes.is_empty()).then_some(Tree::List(volumes)),
            )
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
        let volumes = volumes.iter().map(|(name, path)| {
            Tree::map()
                .set("name", name)
                .maybe("host_path", path.as_ref())
        });
        let volumes: Vec<Tree> = volumes.collect();
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
            .maybe(
                "volume",
                (!volumes.is_empty()).then_some(Tree::List(volumes)),
            )
            .set("tags", tags)
            .create_before_destroy()
            .gives(Self::ARN, "arn")
            .into()
    }
}
