//! `environment` and `template`: instances that run an application.

use smol_str::SmolStr;

use super::Default::{Duration as Time, EmptyList, Texts, Word};
use super::container::Container;
use super::deployment::Deployment;
use super::instances::Instances;
use super::load_balancer::{Dns, LoadBalancer};
use super::platform::PlatformRef;
use super::queue::{Queue, Task};
use super::scaling::{Alarm, Notifications, Scaling};
use super::target::Target;
use super::{
    ABSENT, ApplicationRef, Keyed, Late, Lately, Map, Moved, Nested, NetworkRef, REQUIRED, Role,
    Scalar, Secret, Setting, Type, Unread, Value, absent, default,
};
use crate::source::{Shift, Span};
use crate::units::Duration;
use crate::{block, placeless, words};

block! {
    /// Instances that run a version of an application, and all that is needed
    /// around them. A `template` has the same properties and is never emitted.
    Environment "environment" {
        /// The application it runs.
        application: Option<Setting<ApplicationRef>> = absent("the program's only application"),
        /// What the instances run it with: a platform's name or
        /// `platform.NAME`.
        platform: Setting<PlatformRef> = REQUIRED.eb("CreateEnvironment SolutionStackName"),
        /// The version label that runs, usually an input. Without one the
        /// instances serve a page that says so.
        release: Option<Setting<Lately<SmolStr>>> = absent("a page that says that nothing is deployed yet")
            .eb("CreateEnvironment VersionLabel"),
        /// The network it is in.
        network: Option<Setting<NetworkRef>> = absent("a small network of its own").eb("aws:ec2:vpc VPCId")
            .differs("it does not share the account's default network with everything else"),
        /// Where the stack is deployed.
        target: Nested<Target> = ABSENT,
        /// The virtual machines.
        instances: Nested<Instances> = ABSENT,
        /// When instances are added and removed.
        scaling: Nested<Scaling> = ABSENT,
        /// What stands between the clients and the instances.
        load_balancer: Nested<LoadBalancer> = ABSENT.web(),
        /// The name under which it is reached.
        dns: Option<Nested<Dns>> = absent("the balancer's own name").web(),
        /// The queue it takes messages from.
        queue: Nested<Queue> = ABSENT.worker(),
        /// Periodic tasks, one message each time.
        schedule: Keyed<Task> = ABSENT.worker(),
        /// How a new version or setting reaches the instances.
        deployment: Nested<Deployment> = ABSENT,
        /// Environment properties of the application.
        env: Map<EnvValue> = ABSENT.eb("aws:elasticbeanstalk:application:environment")
            .differs("all of them together may have more than 4,096 bytes, and secrets are read at boot"),
        /// Files that the proxy answers with, without the application: paths of
        /// requests and what they name in the bundle, a folder or a file. A
        /// container with a compose file has no proxy in front of it.
        r#static: Map<SmolStr> = ABSENT.web()
            .eb("aws:elasticbeanstalk:environment:proxy:staticfiles")
            .differs("no platform serves a folder that nobody named; Python's has `/static` there"),
        /// Containers that run together on each instance; on ECS only.
        container: Keyed<Container> = absent("what `Dockerrun.aws.json` says"),
        /// Alarms that tell people.
        alarm: Keyed<Alarm> = ABSENT,
        /// Who is told.
        notifications: Nested<Notifications> = ABSENT,
        /// Log files and how long they are kept.
        logs: Nested<Logs> = ABSENT,
        /// What decides whether an instance works.
        health: Setting<HealthReporting> = default(Word("enhanced"))
            .eb("aws:elasticbeanstalk:healthreporting:system SystemType")
            .differs("what answers counts, not what runs"),
        /// Tags of every resource of the stack, instances and volumes
        /// included.
        tags: Map<Lately<SmolStr>> = ABSENT.aws("at most 50 a resource")
            .differs("volumes and network interfaces get them too"),
        /// Roles of resources that stay when they leave the template.
        protect: Setting<Vec<(Role, Span)>> = default(EmptyList)
            .aws("DeletionPolicy; Terraform prevent_destroy"),
        /// The environment's name before; resources keep their logical ids, and
        /// whatever neither target can change in place. Log groups and parameters
        /// of Systems Manager, which others find by their names, are made anew.
        renamed_from: Option<Setting<FormerName>> = ABSENT,
        /// Access from this environment's instances to a resource.
        connect: Unread = ABSENT.later(),
        /// Changes to one generated resource, by role.
        patch: Unread = ABSENT.later(),
        /// Options by Beanstalk's own names.
        eb_options: Unread = ABSENT.later(),
    }
}

/// What an environment property is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum EnvValue {
    /// Text that is known now.
    Text(SmolStr),
    /// Text that is known at deploy time.
    Late(Late),
    /// Text that the instance reads when it boots.
    Secret(Secret),
}

impl Moved for EnvValue {
    fn shift(&mut self, by: Shift) {
        match self {
            Self::Late(late) => late.shift(by),
            Self::Text(_) | Self::Secret(_) => {}
        }
    }
}

impl Scalar for EnvValue {
    const TYPE: Type = Type::OneOf(&[
        Type::Late(&Type::Text),
        Type::Secret,
        Type::Bool,
        Type::Count,
    ]);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(Self::Text(text.clone())),
            Value::Bool(it) => Some(Self::Text(it.to_string().into())),
            Value::Int(it) => Some(Self::Text(it.to_string().into())),
            Value::Late(late) => Some(Self::Late(late.clone())),
            Value::Secret(secret) => Some(Self::Secret(secret.clone())),
            _ => None,
        }
    }
}

/// The name that an item had before, as a bare word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName(pub SmolStr);

placeless!(FormerName);

impl Scalar for FormerName {
    const TYPE: Type = Type::Words(&[]);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Word(name) => Some(Self(name.clone())),
            _ => None,
        }
    }
}

words! {
    /// What decides whether an instance works.
    HealthReporting {
        /// The machine alone.
        Basic = "basic",
        /// The balancer's health check of the application.
        Enhanced = "enhanced",
    }
}

block! {
    /// Log files that are sent to CloudWatch Logs, and how long they are kept.
    Logs "logs" {
        /// How long log entries are kept; one of the terms that CloudWatch
        /// Logs has.
        retention: Setting<Duration> = default(Time(Duration::from_days(365)))
            .between(Duration::from_days(1), Duration::from_days(3_653))
            .aws("AWS::Logs::LogGroup RetentionInDays")
            .eb("aws:elasticbeanstalk:cloudwatch:logs RetentionInDays")
            .differs("there, nothing is sent unless asked for, and kept for 7 days"),
        /// Files beside the platform's own.
        files: Setting<Vec<(SmolStr, Span)>> = default(Texts(&[])),
    }
}
