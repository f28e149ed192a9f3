//! `platform`: what an instance runs an application with.

use smol_str::SmolStr;

use super::Default::{Size as Bytes, Texts, Word};
use super::instances::Architecture;
use super::{
    ABSENT, InstanceType, Map, Moved, Nested, Port, Reference, Scalar, Setting, Type, Value,
    absent, default,
};
use crate::source::{Shift, Span};
use crate::units::Size;
use crate::{block, words};

/// A platform by its public name or as an item of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlatformRef {
    /// `"nodejs-22"`
    Library(SmolStr),
    /// `platform.mine`
    Item(Reference),
}

impl Moved for PlatformRef {
    fn shift(&mut self, by: Shift) {
        match self {
            Self::Item(reference) => reference.shift(by),
            Self::Library(_) => {}
        }
    }
}

impl Scalar for PlatformRef {
    const TYPE: Type = Type::Platform;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(name) => Some(Self::Library(name.clone())),
            Value::Reference(reference) => Some(Self::Item(reference.clone())),
            _ => None,
        }
    }
}

block! {
    /// What an instance runs an application with: the image it starts from and
    /// what the boot script installs, builds and starts.
    Platform "platform" {
        /// The name by which environments ask for it, when it is not the
        /// item's own: names of items have no dots.
        name: Option<Setting<SmolStr>> = absent("the item's name"),
        /// What it is, for people.
        description: Option<Setting<SmolStr>> = ABSENT,
        /// The family of boot scripts.
        family: Option<Setting<Family>> = absent("inherited; a platform without a parent needs it"),
        /// The version of the runtime.
        runtime: Option<Setting<SmolStr>> = ABSENT,
        /// The machine image.
        image: Nested<Image> = ABSENT.eb("aws:autoscaling:launchconfiguration ImageId"),
        /// Packages that are installed before anything else.
        packages: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
        /// Commands that build the application in its folder, instead of the
        /// family's own rule.
        build: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
        /// The command that starts the application when it brings no
        /// `Procfile`, instead of the family's own rule.
        start: Option<Setting<SmolStr>> = absent("the family's own rule"),
        /// The port on which the application listens behind the proxy.
        port: Option<Setting<Port>> = absent("what the application says: `EXPOSE` of a Dockerfile")
            .eb("aws:elasticbeanstalk:application:environment PORT"),
        /// What stands in front of the application on port 80.
        proxy: Setting<Proxy> = default(Word("nginx"))
            .eb("aws:elasticbeanstalk:environment:proxy ProxyServer"),
        /// Log files that are sent to CloudWatch Logs.
        logs: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
        /// Environment properties that every application gets.
        env: Map<SmolStr> = ABSENT,
        /// Commands around a deployment.
        hooks: Nested<Hooks> = ABSENT,
    }
}

words! {
    /// A family of boot scripts.
    Family {
        /// Node.js with npm.
        Nodejs = "nodejs",
        /// Python in a virtual environment, served by gunicorn.
        Python = "python",
        /// PHP with Composer and FPM.
        Php = "php",
        /// Ruby with Bundler and Puma.
        Ruby = "ruby",
        /// Go.
        Go = "go",
        /// Java of Amazon Corretto.
        Java = "java",
        /// Web applications in Tomcat.
        Tomcat = "tomcat",
        /// .NET on Linux.
        Dotnet = "dotnet",
        /// IIS on Windows Server.
        Windows = "windows",
        /// A container, or several with compose.
        Docker = "docker",
        /// Containers that ECS places on the instances.
        Ecs = "ecs",
        /// Whatever the commands of a `Procfile`, or the platform's own, run.
        Custom = "custom",
    }
}

/// An operating system of instances: it decides about the language of user data
/// and the names of disks and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Amazon Linux 2023, or what behaves like it.
    Linux,
    /// Windows Server 2016 or newer.
    Windows,
}

impl Family {
    /// What the images of AWS take on disk, in GiB: an instance cannot start from
    /// a smaller one (EC2 User Guide, `aws ec2 describe-images`; Amazon ECS Developer
    /// Guide, "Amazon ECS-optimized Linux AMIs").
    #[must_use]
    pub const fn image_gib(self) -> i64 {
        match self {
            Self::Windows | Self::Ecs => 30,
            Self::Nodejs
            | Self::Python
            | Self::Php
            | Self::Ruby
            | Self::Go
            | Self::Java
            | Self::Tomcat
            | Self::Dotnet
            | Self::Docker
            | Self::Custom => 8,
        }
    }

    /// Whether Apache can stand in front of it: where Beanstalk has it, and on
    /// images of one's own.
    #[must_use]
    pub const fn has_apache(self) -> bool {
        match self {
            Self::Nodejs | Self::Php | Self::Python | Self::Tomcat | Self::Custom => true,
            Self::Ruby
            | Self::Go
            | Self::Java
            | Self::Dotnet
            | Self::Windows
            | Self::Docker
            | Self::Ecs => false,
        }
    }

    /// Whether its scripts start what a Procfile says.
    #[must_use]
    pub const fn reads_procfile(self) -> bool {
        match self {
            Self::Nodejs
            | Self::Python
            | Self::Php
            | Self::Ruby
            | Self::Go
            | Self::Java
            | Self::Tomcat
            | Self::Dotnet
            | Self::Custom => true,
            Self::Windows | Self::Docker | Self::Ecs => false,
        }
    }

    /// What the scripts of the family run on.
    #[must_use]
    pub const fn system(self) -> System {
        match self {
            Self::Windows => System::Windows,
            Self::Custom
            | Self::Nodejs
            | Self::Python
            | Self::Php
            | Self::Ruby
            | Self::Go
            | Self::Java
            | Self::Tomcat
            | Self::Dotnet
            | Self::Docker
            | Self::Ecs => System::Linux,
        }
    }
}

words! {
    /// What stands in front of the application.
    Proxy {
        /// nginx on port 80.
        Nginx = "nginx",
        /// Apache on port 80; on the platforms of Node.js, PHP, Python and Tomcat
        /// and on those made from `custom`.
        Apache = "apache",
        /// Nothing: the application listens on port 80 itself.
        None = "none",
    }
}

block! {
    /// The machine image. Exactly one of the properties is set.
    Image "image" {
        /// The id of an image of one's own.
        ami: Option<Setting<SmolStr>> = ABSENT.aws("ami-…"),
        /// Public parameters that name the newest image, by architecture.
        ssm: Map<SmolStr> = ABSENT.aws("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"),
        /// An image built by EC2 Image Builder.
        build: Option<Nested<ImageBuild>> = absent("the image is there already"),
    }
}

/// What begins the names of the public parameters with images of Amazon Linux 2023
/// (Amazon Linux 2023 User Guide, "Launching the latest AL2023 AMI"; Amazon ECS
/// Developer Guide, "Retrieving Amazon ECS-optimized Linux AMI metadata").
const AMAZON_LINUX_2023: [&str; 2] = [
    "/aws/service/ami-amazon-linux-latest/al2023-",
    "/aws/service/ecs/optimized-ami/amazon-linux-2023/",
];

impl Image {
    /// Whether the image for an architecture is known to be Amazon Linux 2023, or to
    /// be built on it. Of an id nobody knows what it is.
    #[must_use]
    pub fn is_amazon_linux_2023(&self, architecture: Architecture) -> bool {
        let base = self.build.as_ref().and_then(|it| it.base.as_ref());
        let name = base.or_else(|| self.ssm.0.get(architecture.word()));
        name.is_some_and(|name| {
            let mut prefixes = AMAZON_LINUX_2023.iter();
            prefixes.any(|prefix| name.value.starts_with(prefix))
        })
    }

    /// Whether it is there for an architecture. An image of the user's own is
    /// believed to fit.
    #[must_use]
    pub fn fits(&self, architecture: Architecture) -> bool {
        match &self.build {
            Some(_) => self.built_for() == architecture,
            None => self.ami.is_some() || self.ssm.0.contains_key(architecture.word()),
        }
    }

    /// The architecture for which it is built, when it is built: arm64 where
    /// what it starts from is there for it.
    #[must_use]
    pub fn built_for(&self) -> Architecture {
        let written = self.build.as_ref().and_then(|it| it.architecture.as_ref());
        match written {
            Some(architecture) => architecture.value,
            None if self.ssm.0.contains_key(Architecture::Arm64.word()) => Architecture::Arm64,
            None => Architecture::X8664,
        }
    }
}

block! {
    /// An image built by EC2 Image Builder: by the deployment of the platform,
    /// whenever something here has changed, and at the times of `schedule`. The
    /// id of the newest one stands in the parameter
    /// `/imagebuilder/bean/PLATFORM/image`, which environments read when they
    /// are deployed.
    ImageBuild "build" {
        /// What it starts from: the id of an image, or the name of a parameter
        /// that holds one.
        base: Option<Setting<SmolStr>> = absent("the image of the platform that is extended")
            .aws("AWS::ImageBuilder::ImageRecipe ParentImage"),
        /// The architecture of the image.
        architecture: Option<Setting<Architecture>> =
            absent("`arm64` when the extended platform has such an image, else `x86_64`"),
        /// Packages that are installed, beside the platform's own.
        packages: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
        /// Commands that are run as root afterwards.
        commands: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[]))
            .aws("AWS::ImageBuilder::Component Data"),
        /// When it is built anew, provided that what it starts from has changed:
        /// five fields of cron, in UTC.
        schedule: Option<Setting<SmolStr>> = absent("when something here changes")
            .aws("AWS::ImageBuilder::ImagePipeline Schedule"),
        /// The instance type on which it is built.
        instance_type: Option<Setting<InstanceType>> = absent("`t4g.medium` or `t3.medium`")
            .aws("AWS::ImageBuilder::InfrastructureConfiguration InstanceTypes"),
        /// The size of the image's disk. On ECS it is at least 30GiB, which is also
        /// the default there.
        volume: Setting<Size> = default(Bytes(Size::from_gib(8)))
            .sizes(Size::from_gib(8), Size::from_gib(16_384))
            .aws("AWS::ImageBuilder::ImageRecipe Ebs.VolumeSize, in GiB"),
    }
}

block! {
    /// Commands around a deployment, run as root after the scripts of the same
    /// name in the application's `.platform/hooks`.
    Hooks "hooks" {
        /// Before the application is built.
        prebuild: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
        /// Before the new version takes over.
        predeploy: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
        /// After the new version answers.
        postdeploy: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
    }
}
