//! Names that other tools have for what the language has.
//!
//! People arrive with names of Elastic Beanstalk, CloudFormation and Terraform
//! in their fingers. Most of these names are facts of the tables already: the
//! option and the property that each of ours becomes. The rest is listed here.

use std::borrow::Cow;
use std::fmt;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::schema::application::Application;
use crate::schema::environment::Environment;
use crate::schema::network::Network;
use crate::schema::platform::Platform;
use crate::schema::{Block, Property, Schema, Shape, Type, Value};
use crate::source::{Sources, Span};

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// An option of Elastic Beanstalk.
    Beanstalk,
    /// A property of a CloudFormation resource.
    CloudFormation,
    /// An argument of Terraform's AWS provider.
    Terraform,
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Beanstalk => "Elastic Beanstalk",
            Self::CloudFormation => "CloudFormation",
            Self::Terraform => "Terraform",
        })
    }
}

/// What a foreign name is in the language.
#[derive(Debug)]
pub struct Foreign {
    /// Whose name it is.
    pub vendor: Vendor,
    /// The whole name there, when the tables have it:
    /// `aws:autoscaling:asg MaxSize`.
    pub source: Option<&'static str>,
    /// What takes its place.
    pub ours: Ours,
}

/// What takes the place of a foreign name.
#[derive(Debug)]
pub enum Ours {
    /// A property of the block at hand.
    Here(&'static Property),
    /// A property of another block.
    There {
        /// Its table entry.
        property: &'static Property,
        /// The properties that lead to it, itself the last.
        path: Vec<&'static Property>,
        /// The item from which the path leads; `None` when it leads from the
        /// block at hand.
        item: Option<&'static str>,
    },
    /// The properties that options of a namespace are, each with the way to it.
    Options(Vec<(&'static str, Vec<&'static Property>)>),
    /// No property: what happens instead.
    Nothing(&'static str),
}

/// What a key that the block does not have means elsewhere.
#[must_use]
pub fn find(block: &'static Block, key: &str) -> Option<Foreign> {
    // A key of ours in other case is a slip, not a foreign name.
    let ours = |property: &Property| property.name.eq_ignore_ascii_case(key);
    // A word of the language's own, and an argument of many resources.
    if key == "enabled" {
        return None;
    }
    if block.properties.iter().any(ours) {
        return None;
    }
    if key.starts_with("aws:") {
        return namespace(key);
    }
    own_alias(block, key)
        .or_else(|| structure(block, key))
        .or_else(|| named(block, key))
        .or_else(|| alias(key))
        .or_else(|| without(key))
        .or_else(|| small_option(block, key))
}

/// Leaves of a line in another tool's words the message about its key: once it is
/// written in ours, how its value is written there is of no interest. A key in
/// capitals that nobody knows is another tool's as well.
pub(super) fn one_message_a_line(sources: &Sources, diagnostics: &mut Diagnostics) {
    let is_key = |it: &&Diagnostic| match it.code {
        Code::ForeignName => true,
        Code::UnknownProperty => {
            let key = sources.text(it.primary.span);
            key.starts_with(|first: char| first.is_ascii_uppercase())
        }
        _ => false,
    };
    let keys = diagnostics.errors().filter(is_key);
    let mut keys: Vec<Span> = keys.map(|it| it.primary.span).collect();
    if keys.is_empty() {
        return;
    }
    keys.sort();
    diagnostics.drop_moot(|it| {
        let place = it.primary.span;
        let is_about_writing = matches!(
            it.code,
            Code::MissingValue | Code::StrayColon | Code::UnquotedText | Code::UnexpectedText
        );
        let behind = keys.partition_point(|key| (key.file, key.start) <= (place.file, place.start));
        let key = behind.checked_sub(1).map(|at| keys[at]);
        is_about_writing
            && key.is_some_and(|key| {
                let between = Span {
                    end: place.start.max(key.end),
                    ..key
                };
                key.file == place.file && !sources.text(between).contains(['\n', ',', '{', '}'])
            })
    });
}

/// What a resource of CloudFormation consists of, in an item.
fn structure(block: &'static Block, key: &str) -> Option<Foreign> {
    let is_item = ITEMS.iter().any(|(_, table)| std::ptr::eq(table(), block));
    let why = match key {
        "Type" => "an item begins with what it is: `environment NAME: web { … }`",
        "Properties" => "properties stand in the item itself",
        _ => return None,
    };
    is_item.then_some(Foreign {
        vendor: Vendor::CloudFormation,
        source: None,
        ours: Ours::Nothing(why),
    })
}

/// What a name means elsewhere, whatever block it is for, and the item for which
/// that was found.
#[must_use]
pub fn anywhere(name: &str) -> Option<(&'static str, Foreign)> {
    let mut items = ITEMS.iter();
    items.find_map(|(item, table)| Some((*item, find(table(), name)?)))
}

/// A namespace of Elastic Beanstalk's options: what the first of them are here.
fn namespace(key: &str) -> Option<Foreign> {
    const MOST: usize = 5;
    let options = options_of(key).into_iter().take(MOST);
    Some(Foreign {
        vendor: Vendor::Beanstalk,
        source: None,
        ours: Ours::Options(options.map(|it| (it.name, it.path)).collect()),
    })
}

/// An option of Elastic Beanstalk that is a property.
#[derive(Debug)]
pub struct EbOption {
    /// Its name, without the namespace.
    pub name: &'static str,
    /// The item that has the property.
    pub item: &'static str,
    /// The properties that lead to it, itself the last.
    pub path: Vec<&'static Property>,
}

/// The options of a namespace that are properties here, each once.
#[must_use]
pub fn options_of(namespace: &str) -> Vec<EbOption> {
    let mut options: Vec<EbOption> = Vec::new();
    for (item, table) in ITEMS {
        let mut paths = Vec::new();
        collect(table(), &mut Vec::new(), &mut paths);
        for path in paths {
            let option = path.last().map(|property| property.facts.eb);
            let Some((of, name)) = option.and_then(|option| option.split_once(' ')) else {
                continue;
            };
            if of == namespace && options.iter().all(|known| known.name != name) {
                options.push(EbOption { name, item, path });
            }
        }
    }
    options
}

/// By the facts of the tables: in the block or below it, else in any item.
fn named(block: &'static Block, key: &str) -> Option<Foreign> {
    let below = std::iter::once((None, block));
    let items = ITEMS.iter().map(|(item, table)| (Some(*item), table()));
    below.chain(items).find_map(|(item, root)| {
        let mut paths = Vec::new();
        collect(root, &mut Vec::new(), &mut paths);
        paths.sort_by_key(Vec::len);
        paths.into_iter().find_map(|path| {
            let property = *path.last()?;
            let (vendor, source, _) = names(property).find(|(.., name)| *name == key)?;
            let ours = ours(item, path, property);
            Some(Foreign {
                vendor,
                source: Some(source),
                ours,
            })
        })
    })
}

/// By the list of other names: a property of the block itself.
fn own_alias(block: &'static Block, key: &str) -> Option<Foreign> {
    aliases(key).find_map(|(vendor, _, path)| {
        let property = *path.last()?;
        let own = block.property(property.name)?;
        std::ptr::eq(own, property).then_some(Foreign {
            vendor,
            source: None,
            ours: Ours::Here(property),
        })
    })
}

/// By the list of other names, in any item.
fn alias(key: &str) -> Option<Foreign> {
    let (vendor, item, path) = aliases(key).next()?;
    let property = *path.last()?;
    Some(Foreign {
        vendor,
        source: None,
        ours: ours(Some(item), path, property),
    })
}

/// What the list of other names says of one.
fn aliases(key: &str) -> impl Iterator<Item = (Vendor, &'static str, Vec<&'static Property>)> {
    let of_key = ALIASES.iter().filter(move |(_, name, _)| *name == key);
    of_key.filter_map(|(vendor, _, path)| {
        let (item, path) = resolve(path)?;
        Some((*vendor, item, path))
    })
}

/// By an option of Elastic Beanstalk that is written as keys are here:
/// `deployment_policy`.
fn small_option(block: &'static Block, key: &str) -> Option<Foreign> {
    let mut paths = Vec::new();
    for (_, table) in ITEMS {
        collect(table(), &mut Vec::new(), &mut paths);
    }
    let properties = paths.iter().filter_map(|path| path.last());
    // A name of the language's own is only in the wrong place.
    if properties.clone().any(|property| property.name == key) {
        return None;
    }
    let options = properties.filter_map(|property| option_of(property));
    let others = ALIASES.iter().map(|(vendor, name, _)| (vendor, name));
    let others = others.chain(WITHOUT.iter().map(|(vendor, name, _)| (vendor, name)));
    let others = others.filter(|(vendor, _)| **vendor == Vendor::Beanstalk);
    let mut all = options.chain(others.map(|(_, name)| *name));
    let letters = key.replace('_', "");
    let option = all.find(|name| name.eq_ignore_ascii_case(&letters) && *name != key)?;
    find(block, option)
}

/// The option that a property is.
fn option_of(property: &Property) -> Option<&'static str> {
    let (_, option) = property.facts.eb.split_once(' ')?;
    option.rsplit('.').next()
}

fn without(key: &str) -> Option<Foreign> {
    let (vendor, _, why) = WITHOUT.iter().find(|(_, name, _)| *name == key)?;
    Some(Foreign {
        vendor: *vendor,
        source: None,
        ours: Ours::Nothing(why),
    })
}

fn ours(
    item: Option<&'static str>,
    path: Vec<&'static Property>,
    property: &'static Property,
) -> Ours {
    match (item, path.as_slice()) {
        (None, [_]) => Ours::Here(property),
        _ => Ours::There {
            property,
            path,
            item,
        },
    }
}

/// An entry as it would be written, with the blocks around it:
/// `listener NAME { port = 80 }`.
#[must_use]
pub fn entry(path: &[&'static Property], value: Option<&str>) -> String {
    let Some((property, around)) = path.split_last() else {
        return String::new();
    };
    let mut text = match (property.shape, value) {
        (Shape::Value(_), Some(value)) => format!("{} = {value}", property.name),
        (Shape::Value(_), None) => format!("{} = …", property.name),
        (Shape::Keyed(_), _) => format!("{} NAME {{ … }}", property.name),
        (Shape::Block(_) | Shape::Map(_) | Shape::Raw, _) => format!("{} {{ … }}", property.name),
    };
    for block in around.iter().rev() {
        let name = match block.shape {
            Shape::Keyed(_) => " NAME",
            Shape::Value(_) | Shape::Block(_) | Shape::Map(_) | Shape::Raw => "",
        };
        text = format!("{}{name} {{ {text} }}", block.name);
    }
    text
}

/// Gives the table of a block.
type Table = fn() -> &'static Block;

/// The items whose names are known elsewhere.
const ITEMS: &[(&str, Table)] = &[
    ("environment", Environment::schema),
    ("application", Application::schema),
    ("network", Network::schema),
    ("platform", Platform::schema),
];

/// The ways to all properties of a block and of those in it.
fn collect(
    block: &'static Block,
    path: &mut Vec<&'static Property>,
    to: &mut Vec<Vec<&'static Property>>,
) {
    for property in block.properties {
        path.push(property);
        to.push(path.clone());
        if let Shape::Block(inner) | Shape::Keyed(inner) = property.shape {
            collect(inner(), path, to);
        }
        path.pop();
    }
}

/// The item and the properties of a path: `environment.instances.min`.
fn resolve(path: &'static str) -> Option<(&'static str, Vec<&'static Property>)> {
    let mut keys = path.split('.');
    let item = keys.next()?;
    let mut block = Some(ITEMS.iter().find(|(name, _)| *name == item)?.1());
    let mut properties = Vec::new();
    for key in keys {
        let property = block?.property(key)?;
        properties.push(property);
        block = match property.shape {
            Shape::Block(inner) | Shape::Keyed(inner) => Some(inner()),
            Shape::Value(_) | Shape::Map(_) | Shape::Raw => None,
        };
    }
    Some((item, properties))
}

/// The names that the tables know for a property, each with the whole of it.
fn names(
    property: &'static Property,
) -> impl Iterator<Item = (Vendor, &'static str, Cow<'static, str>)> {
    let facts = &property.facts;
    let option = option_of(property);
    let of_aws = facts
        .aws
        .strip_prefix("AWS::")
        .and_then(|rest| rest.split_once(' '))
        .map(|(_, name)| name.split([',', ' ']).next().unwrap_or(name))
        .map(|name| name.rsplit('.').next().unwrap_or(name));
    let option = option.map(|name| (Vendor::Beanstalk, facts.eb, name.into()));
    let cloudformation = of_aws.map(|name| (Vendor::CloudFormation, facts.aws, name.into()));
    let terraform = of_aws.map(|name| (Vendor::Terraform, facts.aws, snake_case(name).into()));
    let all = option.into_iter().chain(cloudformation).chain(terraform);
    all.filter(|(.., name)| name != property.name)
}

/// `MinSize` to `min_size`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = !c.is_ascii_uppercase();
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// A foreign value as it is written for a property of ours; `None` when that
/// takes more than other spelling.
#[must_use]
pub fn value(ty: &Type, key: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Bool(it) => it.to_string(),
        _ => return None,
    };
    let number = text.parse::<i64>().ok().filter(|number| *number >= 0);
    match ty {
        Type::Late(inner) => self::value(inner, key, value),
        Type::Count | Type::Port => number.map(|number| number.to_string()),
        Type::Percent => number.map(|number| format!("{number}%")),
        Type::Bool => {
            let text = text.to_ascii_lowercase();
            matches!(text.as_str(), "true" | "false").then_some(text)
        }
        Type::Duration => number.map(|number| format!("{number}{}", duration_unit(key))),
        Type::Size if key.to_ascii_lowercase().contains("size") => {
            number.map(|number| format!("{number}GiB"))
        }
        Type::Words(words) => {
            let word = snake_case(&text);
            words.iter().any(|it| it.word == word).then_some(word)
        }
        // Beanstalk writes lists as one text.
        Type::InstanceType if text.contains(',') => None,
        Type::Text | Type::Arn | Type::Region | Type::InstanceType => {
            matches!(value, Value::Text(_)).then(|| value.to_string())
        }
        _ => None,
    }
}

/// What a bare number of a foreign duration counts.
fn duration_unit(key: &str) -> &'static str {
    let days = ["days", "Days"];
    // Elastic Beanstalk counts these in minutes.
    let minutes = ["Period", "BreachDuration", "EvaluationTime"];
    if days.iter().any(|word| key.contains(word)) {
        "d"
    } else if minutes.contains(&key) {
        "m"
    } else {
        "s"
    }
}

use Vendor::{Beanstalk, CloudFormation, Terraform};

/// Names that the tables do not say, with the path of ours.
#[rustfmt::skip]
const ALIASES: &[(Vendor, &str, &str)] = &[
    (Beanstalk, "Application Healthcheck URL", "environment.load_balancer.health.path"),
    (Beanstalk, "Availability Zones", "network.zones"),
    (Beanstalk, "BreachDuration", "environment.scaling.trigger.breaches"),
    (Beanstalk, "ConnectionDrainingTimeout", "environment.load_balancer.drain"),
    (Beanstalk, "ConnectionSettingIdleTimeout", "environment.load_balancer.idle_timeout"),
    (Beanstalk, "DBSubnets", "network.subnets"),
    (Beanstalk, "EnvironmentType", "environment.load_balancer.kind"),
    (Beanstalk, "EnvironmentVariables", "environment.env"),
    (Beanstalk, "HealthyThreshold", "environment.load_balancer.health.healthy_after"),
    (Beanstalk, "InstancePort", "environment.load_balancer.process.port"),
    (Beanstalk, "InstanceType", "environment.instances.type"),
    (Beanstalk, "ListenerEnabled", "environment.load_balancer.listener"),
    (Beanstalk, "ListenerProtocol", "environment.load_balancer.listener.certificate"),
    (Beanstalk, "LoadBalancerIsShared", "environment.load_balancer.kind"),
    (Beanstalk, "LogPublicationControl", "environment.logs"),
    (Beanstalk, "MaxBatchSize", "environment.deployment.batch"),
    (Beanstalk, "NodeVersion", "environment.platform"),
    (Beanstalk, "NodeCommand", "platform.start"),
    (Beanstalk, "OptionSettings", "environment.eb_options"),
    (Beanstalk, "Rules", "environment.load_balancer.listener.rule"),
    (Beanstalk, "StaticFiles", "environment.static"),
    (Beanstalk, "option_settings", "environment.eb_options"),
    (Beanstalk, "PlatformArn", "environment.platform"),
    (Beanstalk, "RollingUpdateType", "environment.deployment.strategy"),
    (Beanstalk, "SSLCertificateId", "environment.load_balancer.listener.certificate"),
    (Beanstalk, "SSLReferencePolicy", "environment.load_balancer.listener.tls_policy"),
    (Beanstalk, "SharedLoadBalancer", "environment.load_balancer.kind"),
    (Beanstalk, "SolutionStack", "environment.platform"),
    (Beanstalk, "Stickiness Cookie Expiration", "environment.load_balancer.sticky"),
    (Beanstalk, "Stickiness Policy", "environment.load_balancer.sticky"),
    (Beanstalk, "StickinessEnabled", "environment.load_balancer.sticky"),
    (Beanstalk, "StreamLogs", "environment.logs"),
    (Beanstalk, "UnhealthyThreshold", "environment.load_balancer.health.unhealthy_after"),
    (Beanstalk, "environment_variables", "environment.env"),
    (Beanstalk, "tier", "environment.queue"),
    (CloudFormation, "AlarmActions", "environment.alarm.notify"),
    (CloudFormation, "CertificateArn", "environment.load_balancer.listener.certificate"),
    (CloudFormation, "Certificates", "environment.load_balancer.listener.certificate"),
    (CloudFormation, "CidrBlock", "network.subnets.cidr"),
    (CloudFormation, "EvaluationPeriods", "environment.alarm.for"),
    (CloudFormation, "Environment", "environment.env"),
    (CloudFormation, "Iops", "environment.instances.root_volume.iops"),
    (CloudFormation, "KeyName", "environment.instances.key_pair"),
    (CloudFormation, "MaxCount", "application.versions.keep"),
    (CloudFormation, "SslPolicy", "environment.load_balancer.listener.tls_policy"),
    (CloudFormation, "SubnetIds", "environment.instances.subnets"),
    (CloudFormation, "TargetType", "environment.load_balancer.process"),
    (CloudFormation, "Threshold", "environment.alarm.above"),
    (CloudFormation, "VolumeType", "environment.instances.root_volume.type"),
    (CloudFormation, "VpcId", "environment.network"),
    (Terraform, "alarm_actions", "environment.alarm.notify"),
    (Terraform, "ami", "platform.image.ami"),
    (Terraform, "certificate_arn", "environment.load_balancer.listener.certificate"),
    (Terraform, "cidr_block", "network.subnets.cidr"),
    (Terraform, "deregistration_delay", "environment.load_balancer.drain"),
    (Terraform, "enable_deletion_protection", "environment.load_balancer.deletion_protection"),
    (Terraform, "environment_variables", "environment.env"),
    (Terraform, "environment", "environment.env"),
    (Terraform, "evaluation_periods", "environment.alarm.for"),
    (Terraform, "health_check", "environment.load_balancer.health"),
    (Terraform, "health_check_interval", "environment.load_balancer.health.interval"),
    (Terraform, "health_check_path", "environment.load_balancer.health.path"),
    (Terraform, "health_check_timeout", "environment.load_balancer.health.timeout"),
    (Terraform, "healthy_threshold", "environment.load_balancer.health.healthy_after"),
    (Terraform, "image_id", "platform.image"),
    (Terraform, "internal", "environment.load_balancer.scheme"),
    (Terraform, "key_name", "environment.instances.key_pair"),
    (Terraform, "load_balancer_type", "environment.load_balancer.kind"),
    (Terraform, "matcher", "environment.load_balancer.health.codes"),
    (Terraform, "queue_url", "environment.queue.existing"),
    (Terraform, "setting", "environment.eb_options"),
    (Terraform, "solution_stack_name", "environment.platform"),
    (Terraform, "ssl_certificate_arn", "environment.load_balancer.listener.certificate"),
    (Terraform, "ssl_policy", "environment.load_balancer.listener.tls_policy"),
    (Terraform, "stickiness", "environment.load_balancer.sticky"),
    (Terraform, "subnet_ids", "environment.instances.subnets"),
    (Terraform, "threshold", "environment.alarm.above"),
    (Terraform, "unhealthy_threshold", "environment.load_balancer.health.unhealthy_after"),
    (Terraform, "variables", "environment.env"),
    (Terraform, "version_label", "environment.release"),
    (Terraform, "volume_type", "environment.instances.root_volume.type"),
    (Terraform, "vpc", "environment.network"),
    (Terraform, "vpc_id", "environment.network"),
];

/// Names that need no counterpart, with what happens instead.
#[rustfmt::skip]
const WITHOUT: &[(Vendor, &str, &str)] = &[
    (Beanstalk, "AccessLogsS3Bucket", "access logs go to the application's bucket"),
    (Beanstalk, "AccessLogsS3Prefix", "access logs go to the application's bucket, below the environment's name"),
    (Beanstalk, "BatchSizeType", "`batch` takes both: a share such as `30%`, or a number"),
    (Beanstalk, "BlockDeviceMappings", "`instances { root_volume { … } }` is the one disk"),
    (Beanstalk, "ConfigDocument", "no agent reports metrics of its own: `alarm` watches those of AWS"),
    (Beanstalk, "ConnectionDrainingEnabled", "`drain` is how long requests may finish; `0s` is not at all"),
    (Beanstalk, "CookieName", "there are no Classic Load Balancers"),
    (Beanstalk, "CrossZone", "an Application Load Balancer always balances across zones"),
    (Beanstalk, "DBAllocatedStorage", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DBDeletionPolicy", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DBEngine", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DBEngineVersion", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DBInstanceClass", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DBPassword", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DBSnapshotIdentifier", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DBUser", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "DeleteOnTerminate", "log groups go with the environment, unless `protect` names them"),
    (Beanstalk, "DisableDefaultEC2SecurityGroup", "groups are made so that the balancer alone reaches the instances"),
    (Beanstalk, "DisableIMDSv1", "instances answer version 2 of the metadata service alone"),
    (Beanstalk, "EnableCapacityRebalancing", "groups with Spot instances replace those that are about to end"),
    (Beanstalk, "EndTime", "bounds stay until another schedule changes them: the end is a schedule of its own"),
    (Beanstalk, "EnhancedHealthAuthEnabled", "no agent reports metrics of its own: `alarm` watches those of AWS"),
    (Beanstalk, "HasCoupledDatabase", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "HealthCheckSuccessThreshold", "an instance is healthy or not: the health check says it"),
    (Beanstalk, "HealthStreamingEnabled", "no agent reports health of its own: `alarm` watches that of the balancer"),
    (Beanstalk, "IamInstanceProfile", "each environment gets a role of its own, with the least it needs"),
    (Beanstalk, "IgnoreHealthCheck", "a new instance counts only after its health check"),
    (Beanstalk, "InstancePorts", "there are no Classic Load Balancers"),
    (Beanstalk, "InstanceProtocol", "the balancer speaks to instances over HTTP, and a network balancer over TCP"),
    (Beanstalk, "InstanceRefreshEnabled", "each deployment takes the newest image of the platform, and nothing changes by itself"),
    (Beanstalk, "IpAddressType", "load balancers have IPv4 addresses"),
    (Beanstalk, "LaunchTemplateTagPropagationEnabled", "`tags` reach volumes and interfaces too"),
    (Beanstalk, "LoadBalancerPorts", "there are no Classic Load Balancers"),
    (Beanstalk, "LowerBreachDuration", "`period` times `breaches` is how long"),
    (Beanstalk, "ManagedActionsEnabled", "each deployment takes the newest image of the platform, and nothing changes by itself"),
    (Beanstalk, "ManagedSecurityGroup", "groups are made so that the balancer alone reaches the instances"),
    (Beanstalk, "MinInstancesInService", "`deployment { batch = … }` says how many instances leave at a time"),
    (Beanstalk, "MultiAZDatabase", "a database outlives environments: it is made elsewhere, and `env` says where it is"),
    (Beanstalk, "NumProcesses", "`NUM_PROCESSES` in `env` says it"),
    (Beanstalk, "NumThreads", "`NUM_THREADS` in `env` says it"),
    (Beanstalk, "PolicyNames", "there are no Classic Load Balancers"),
    (Beanstalk, "PreferredStartTime", "each deployment takes the newest image of the platform, and nothing changes by itself"),
    (Beanstalk, "ProxyProtocol", "there are no Classic Load Balancers"),
    (Beanstalk, "PublicKey", "there are no Classic Load Balancers"),
    (Beanstalk, "PublicKeyPolicyNames", "there are no Classic Load Balancers"),
    (Beanstalk, "RollingUpdateEnabled", "`deployment { strategy = … }` says how instances are replaced"),
    (Beanstalk, "SSHSourceRestriction", "no port is opened for SSH: Session Manager gives a shell"),
    (Beanstalk, "SSLProtocols", "`tls_policy` says which versions of TLS a listener takes"),
    (Beanstalk, "ServiceRole", "no service acts for you, so none needs a role"),
    (Beanstalk, "ServiceRoleForManagedUpdates", "each deployment takes the newest image of the platform, and nothing changes by itself"),
    (Beanstalk, "SpotAllocationStrategy", "Spot instances come from the pools with most to spare, the cheapest first"),
    (Beanstalk, "SpotMaxPrice", "Spot instances cost at most what others do"),
    (Beanstalk, "Statistic", "the metric's name says it: `target_response_time_p95`"),
    (Beanstalk, "StickinessType", "the balancer's own cookie keeps a client at its instance"),
    (Beanstalk, "Suspend", "`enabled = false` turns a schedule off"),
    (Beanstalk, "Unit", "the threshold's own unit says it: `70%`, `6MiB`, `800ms`"),
    (Beanstalk, "UpdateLevel", "each deployment takes the newest image of the platform, and nothing changes by itself"),
    (Beanstalk, "WSGIPath", "`WSGIPATH` in `env` says it"),
    (Beanstalk, "XRayEnabled", "a platform's `packages` and `hooks` can install the daemon of X-Ray"),
    (Beanstalk, "Xms", "`JVM_OPTIONS` in `env` says it"),
    (Beanstalk, "Xmx", "`JVM_OPTIONS` in `env` says it"),
    (Beanstalk, "allow_url_fopen", "`PHP_ALLOW_URL_FOPEN` in `env` says it"),
    (Beanstalk, "composer_options", "`COMPOSER_OPTIONS` in `env` says it"),
    (Beanstalk, "display_errors", "`PHP_DISPLAY_ERRORS` in `env` says it"),
    (Beanstalk, "document_root", "`PHP_DOCUMENT_ROOT` in `env` says it"),
    (Beanstalk, "max_execution_time", "`PHP_MAX_EXECUTION_TIME` in `env` says it"),
    (Beanstalk, "memory_limit", "`PHP_MEMORY_LIMIT` in `env` says it"),
    (CloudFormation, "DesiredCapacity", "the group finds its own size between `min` and `max`"),
    (CloudFormation, "SecurityGroups", "groups are made so that the balancer alone reaches the instances"),
    (CloudFormation, "UserData", "a platform's `build`, `start` and `hooks` say what instances run"),
    (Terraform, "count", "environments are written out: `extends` keeps them short"),
    (Terraform, "depends_on", "references say what comes first"),
    (Terraform, "desired_capacity", "the group finds its own size between `min` and `max`"),
    (Terraform, "for_each", "environments are written out: `extends` keeps them short"),
    (Terraform, "iam_instance_profile", "each environment gets a role of its own, with the least it needs"),
    (Terraform, "lifecycle", "`protect = [ROLE]` keeps a resource"),
    (Terraform, "provider", "`target { account, region, role }` says where an environment lives"),
    (Terraform, "security_groups", "groups are made so that the balancer alone reaches the instances"),
    (Terraform, "user_data", "a platform's `build`, `start` and `hooks` say what instances run"),
    (Terraform, "vpc_security_group_ids", "groups are made so that the balancer alone reaches the instances"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(block: &'static Block, key: &str) -> Option<(Vendor, String)> {
        let found = find(block, key)?;
        let text = match found.ours {
            Ours::Here(property) => property.name.to_owned(),
            Ours::There { path, .. } => entry(&path, None),
            Ours::Options(options) => format!("{} options", options.len()),
            Ours::Nothing(why) => why.to_owned(),
        };
        Some((found.vendor, text))
    }

    #[test]
    fn every_alias_leads_to_a_property() {
        for (_, name, path) in ALIASES {
            assert!(resolve(path).is_some(), "{name}: {path}");
        }
    }

    /// A name that the language has itself would never be looked up here.
    #[test]
    fn names_stand_in_one_list_once() {
        for (at, (vendor, name, path)) in ALIASES.iter().enumerate() {
            let twice = ALIASES[at + 1..].contains(&(*vendor, name, path));
            assert!(!twice, "{name}");
            assert!(!WITHOUT.iter().any(|(_, other, _)| other == name), "{name}");
        }
        for (at, (vendor, name, _)) in WITHOUT.iter().enumerate() {
            let mut behind = WITHOUT[at + 1..].iter();
            let twice = behind.any(|(other, same, _)| (other, same) == (vendor, name));
            assert!(!twice, "{name}");
        }
    }

    #[test]
    fn names_of_three_tools_are_found() {
        let environment = Environment::schema();
        let instances = crate::schema::instances::Instances::schema();
        let is = |vendor, text: &str| Some((vendor, text.to_owned()));
        assert_eq!(meaning(instances, "MaxSize"), is(Beanstalk, "max"));
        assert_eq!(
            meaning(environment, "MaxSize"),
            is(Beanstalk, "instances { max = … }")
        );
        assert_eq!(meaning(instances, "min_size"), is(Terraform, "min"));
        assert_eq!(
            meaning(instances, "HealthCheckGracePeriod"),
            is(CloudFormation, "replace_unhealthy_after")
        );
        assert_eq!(
            meaning(instances, "certificate_arn"),
            is(
                Terraform,
                "load_balancer { listener NAME { certificate = … } }"
            )
        );
        let subnets = crate::schema::network::SubnetGroup::schema();
        assert_eq!(meaning(subnets, "cidr_block"), is(Terraform, "cidr"));
        assert_eq!(
            meaning(environment, "deployment_policy"),
            is(Beanstalk, "deployment { strategy = … }")
        );
        assert_eq!(meaning(environment, "port"), None);
        assert_eq!(meaning(instances, "Min"), None);
    }

    #[test]
    fn values_are_written_anew() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(
            value(&Type::Count, "MaxSize", &text("8")).as_deref(),
            Some("8")
        );
        assert_eq!(
            value(&Type::Duration, "Period", &text("5")).as_deref(),
            Some("5m")
        );
        assert_eq!(
            value(&Type::Size, "RootVolumeSize", &Value::Int(20)).as_deref(),
            Some("20GiB")
        );
        assert_eq!(value(&Type::Count, "MaxSize", &text("many")), None);
    }
}
