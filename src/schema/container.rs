//! `container`: what an environment on ECS runs.

use smol_str::SmolStr;

use super::Default::{Bool, Int, Size as Bytes, Texts};
use super::environment::EnvValue;
use super::{ABSENT, Lately, Map, Port, REQUIRED, Setting, absent, default};
use crate::block;
use crate::source::Span;
use crate::units::Size;

block! {
    /// A container of the task that every instance runs. Without any, the
    /// `Dockerrun.aws.json` of version 2 in the application's `source` says
    /// what runs.
    Container "container" {
        /// The image, usually with an input behind the colon.
        image: Setting<Lately<SmolStr>> = REQUIRED.aws("AWS::ECS::TaskDefinition ContainerDefinitions.Image"),
        /// The most memory it gets.
        memory: Setting<Size> = default(Bytes(Size::from_mib(256)))
            .sizes(Size::from_mib(6), Size::from_gib(512))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Memory, in MiB"),
        /// Its share of the processors; 1024 are one.
        cpu: Setting<i64> = default(Int(128)).range(0, 196_608)
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Cpu"),
        /// The port on which it answers.
        port: Option<Setting<Port>> = absent("it answers other containers alone")
            .aws("AWS::ECS::TaskDefinition PortMappings.ContainerPort"),
        /// The port of the instance that leads to it.
        host_port: Option<Setting<Port>> = absent("80 for the first container with a port, else `port`")
            .aws("AWS::ECS::TaskDefinition PortMappings.HostPort"),
        /// The command, instead of the image's own.
        command: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Command"),
        /// Environment properties of this container; it gets those of the
        /// environment as well.
        env: Map<EnvValue> = ABSENT,
        /// Containers that it reaches by their names.
        links: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Links"),
        /// Folders of the instance, by the path at which the container sees them.
        mounts: Map<SmolStr> = ABSENT.aws("AWS::ECS::TaskDefinition ContainerDefinitions.MountPoints"),
        /// Whether all others end with it.
        essential: Setting<bool> = default(Bool(true))
            .aws("AWS::ECS::TaskDefinition ContainerDefinitions.Essential"),
    }
}
