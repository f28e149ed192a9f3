//! The resolved program: what the user declared, with nothing left open.
//!
//! Every property has a value of its type, every reference an item behind it.
//! There is still no word of what AWS makes of it: that is `expand`.

pub mod lock;

use std::collections::BTreeSet;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::ordered::IndexMap;
use crate::schema::container::Protocol;
use crate::schema::instances::Architecture;
use crate::schema::load_balancer::{self, Listener, Rule};
use crate::schema::network::{ExistingNetwork, Internet, Nat};
use crate::schema::platform::{Family, System};
use crate::schema::queue::{Address, Daemon};
use crate::schema::{self, Late, Named, Tiers};
use crate::source::{FileId, Span};
use crate::syntax::ast::ItemKind;
use crate::units::Cidr;

/// Everything a program declares, by name and in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Values that are given at deploy time.
    pub inputs: IndexMap<SmolStr, Input>,
    /// The applications.
    pub applications: IndexMap<SmolStr, Application>,
    /// The networks.
    pub networks: IndexMap<SmolStr, Network>,
    /// The platforms whose images are built here.
    pub platforms: IndexMap<SmolStr, Arc<Platform>>,
    /// The environments; templates are not among them.
    pub environments: IndexMap<SmolStr, Arc<Environment>>,
    /// The values that the program puts out.
    pub outputs: Vec<Output>,
    /// The images that stand for what parameters say when they are read.
    pub pins: lock::Pins,
    /// The files of the standard library that it reads.
    pub library: BTreeSet<FileId>,
}

impl Program {
    /// Whether an item has a unit of deployment: a network or a bucket that exists
    /// already has none.
    #[must_use]
    pub fn is_made(&self, kind: ItemKind, item: &str) -> bool {
        match kind {
            ItemKind::Application => {
                let application = self.applications.get(item);
                application.is_none_or(|it| it.settings.bucket.is_none())
            }
            ItemKind::Network => {
                let network = self.networks.get(item);
                !network.is_some_and(|it| matches!(it.kind, NetworkKind::Existing(_)))
            }
            ItemKind::Environment
            | ItemKind::Template
            | ItemKind::Platform
            | ItemKind::Resource => true,
        }
    }
}

/// A value that is given at deploy time.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name.
    pub name: SmolStr,
    /// Where it is declared.
    pub span: Span,
    /// Its type.
    pub ty: InputType,
    /// The value when none is given, as text.
    pub default: Option<SmolStr>,
    /// `##` lines.
    pub docs: Option<SmolStr>,
}

/// The type of an input, as far as the targets can check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputType {
    /// Any text.
    Text,
    /// Letters of ASCII that PowerShell reads as they are between quotes.
    Plain,
    /// Text of a form that AWS gives.
    Form(&'static Form),
    /// A whole number.
    Number,
    /// `true` or `false`.
    Bool,
    /// One of these texts.
    OneOf(Vec<SmolStr>),
    /// Several texts.
    List,
}

/// A form of texts that can be told when a stack or module is deployed. No text of
/// it has quotes, backslashes or letters that are not ASCII.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// The type of an input that says it.
    pub ty: &'static str,
    /// What such a text is.
    pub what: &'static str,
    /// What all of it matches, as a regular expression.
    pub pattern: &'static str,
    /// One that means nothing.
    pub any: &'static str,
}

/// The forms that there are.
pub static FORMS: [Form; 4] = [
    Form {
        ty: "arn",
        what: "an ARN",
        pattern: r"arn:[!-&(-\[\]-~]+",
        any: "arn:aws:none:::none",
    },
    Form {
        ty: "cidr",
        what: "an address range",
        pattern: r"[0-9]{1,3}([.][0-9]{1,3}){3}/[0-9]{1,2}",
        any: "192.0.2.0/24",
    },
    Form {
        ty: "instance_type",
        what: "an instance type",
        pattern: r"[a-z0-9-]+[.][a-z0-9-]+",
        any: "t4g.micro",
    },
    Form {
        ty: "region",
        what: "the code of a region",
        pattern: r"[a-z]{2}(-[a-z]+)+-[0-9]+",
        any: "us-east-1",
    },
];

/// A value that the program puts out, into the unit it speaks of.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: SmolStr,
    /// Where it is declared.
    pub span: Span,
    /// Its value; a text that is known now has one literal part.
    pub value: Late,
    /// `##` lines.
    pub docs: Option<SmolStr>,
    /// The item in whose unit it stands.
    pub unit: (ItemKind, SmolStr),
}

/// An application.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its name.
    pub name: SmolStr,
    /// The item's head.
    pub span: Span,
    /// Its properties.
    pub settings: schema::application::Application,
}

/// A network.
#[derive(Debug, Clone)]
pub struct Network {
    /// Its name.
    pub name: SmolStr,
    /// The item's head.
    pub span: Span,
    /// Made here or there already.
    pub kind: NetworkKind,
}

/// Whether a network is made here.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "a program has a handful of networks"
)]
pub enum NetworkKind {
    /// It is made.
    Own {
        /// Its properties.
        settings: schema::network::Network,
        /// Its subnets with their addresses computed.
        groups: IndexMap<SmolStr, SubnetGroup>,
    },
    /// It is there.
    Existing(ExistingNetwork),
}

impl Network {
    /// The names of its groups of subnets, in order.
    #[must_use]
    pub fn groups(&self) -> Vec<&SmolStr> {
        match &self.kind {
            NetworkKind::Own { groups, .. } => groups.keys().collect(),
            NetworkKind::Existing(existing) => existing.subnets.0.keys().collect(),
        }
    }
}

/// Subnets of one kind, one in each zone.
#[derive(Debug, Clone)]
pub struct SubnetGroup {
    /// Where the group is written.
    pub span: Span,
    /// The range of each zone's subnet, in the order of the zones.
    pub cidrs: Vec<Cidr>,
    /// How they reach the internet.
    pub internet: Internet,
    /// How many NAT gateways serve them.
    pub nat: Nat,
}

/// Which tier an environment is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Answers requests.
    Web,
    /// Works on messages of a queue.
    Worker,
}

impl Tier {
    /// Whether it is one of those that have something.
    #[must_use]
    pub fn is_among(self, tiers: Tiers) -> bool {
        match tiers {
            Tiers::All => true,
            Tiers::Web => self == Self::Web,
            Tiers::Worker => self == Self::Worker,
        }
    }

    /// The same of a tier that may not be known: then it may be any.
    #[must_use]
    pub fn may_be_among(tier: Option<Self>, tiers: Tiers) -> bool {
        tier.is_none_or(|tier| tier.is_among(tiers))
    }

    /// The word in the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Worker => "worker",
        }
    }
}

/// How many instances a group has at most when nobody says.
const DEFAULT_MAX: i64 = 4;

/// How many instances a group with a least number of them has at most when nobody
/// says. A single instance is always one.
#[must_use]
pub fn default_max(min: i64) -> i64 {
    min.max(DEFAULT_MAX)
}

/// An environment.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name.
    pub name: SmolStr,
    /// The item's head.
    pub span: Span,
    /// Its tier.
    pub tier: Tier,
    /// The application it runs.
    pub application: SmolStr,
    /// The platform with all it inherits.
    pub platform: Arc<Platform>,
    /// The network it is in; none is one of its own.
    pub network: Option<SmolStr>,
    /// The containers that run on each instance; on ECS only.
    pub task: Option<Task>,
    /// Where the passwords for its images are; of `Dockerrun.aws.json` only.
    pub registries: Option<Registries>,
    /// Which Node.js its application asks for, when the platform has none of it.
    pub other_node: Option<OtherNode>,
    /// Its properties.
    pub settings: Box<schema::environment::Environment>,
}

/// A range of versions of Node.js of which a platform has none.
#[derive(Debug, Clone)]
pub struct OtherNode {
    /// The range, as `package.json` has it.
    pub asked: Placed,
    /// The branch that the platform has.
    pub has: SmolStr,
    /// A platform of the library that has one.
    pub fitting: Option<SmolStr>,
}

impl Environment {
    /// Whether our daemon posts the messages of its queue.
    #[must_use]
    pub fn runs_daemon(&self) -> bool {
        self.tier == Tier::Worker && self.settings.queue.daemon.value == Daemon::Sqsd
    }

    /// The account of the queue it works on, when that is not its own: the
    /// queue's metrics are seen there alone. Unknown without `target { account }`.
    #[must_use]
    pub fn queue_elsewhere(&self) -> Option<SmolStr> {
        let existing = self.settings.queue.existing.as_ref()?;
        let own = self.settings.target.account.as_ref()?;
        let account = Address::read(&existing.value)?.account;
        (self.tier == Tier::Worker && account != own.value).then_some(account)
    }

    /// Whether a balancer stands in front of its instances.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.tier == Tier::Web && !self.is_single()
    }

    /// The ARN of the balancer that it shares with others.
    #[must_use]
    pub fn shared_balancer(&self) -> Option<&str> {
        match &self.settings.load_balancer.kind.value {
            load_balancer::Kind::Shared(arn) if self.tier == Tier::Web => Some(arn),
            _ => None,
        }
    }

    /// The rules of one of its listeners with their priorities.
    pub fn rules<'a>(
        &self,
        listener: &'a Named<Listener>,
    ) -> impl Iterator<Item = (&'a Named<Rule>, i64)> {
        let first = match self.shared_balancer() {
            Some(_) => load_balancer::first_shared_priority(&self.name, &listener.name),
            None => 1,
        };
        listener.priorities(first)
    }

    /// Whether its containers see a folder of the application's bundle.
    #[must_use]
    pub fn is_bundled(&self) -> bool {
        self.task.as_ref().and_then(Task::bundled).is_some()
    }

    /// How many instances run at most.
    #[must_use]
    pub fn max_instances(&self) -> i64 {
        let instances = &self.settings.instances;
        match &instances.max {
            _ if self.is_single() => 1,
            Some(max) => max.value,
            None => default_max(instances.min.value),
        }
    }

    /// Whether it grows and shrinks although nobody says when.
    #[must_use]
    pub fn scales_by_default(&self) -> bool {
        let scaling = &self.settings.scaling;
        self.max_instances() > self.settings.instances.min.value
            && scaling.trigger.is_empty()
            && scaling.policy.is_empty()
    }

    /// Whether something of it comes from a file that its application brings, or is
    /// written as one.
    #[must_use]
    pub fn has_files(&self) -> bool {
        self.task.is_some() || self.registries.is_some() || self.other_node.is_some()
    }

    /// Whether it is one instance with an address of its own.
    #[must_use]
    pub fn is_single(&self) -> bool {
        let kind = &self.settings.load_balancer.kind.value;
        self.tier == Tier::Web && *kind == load_balancer::Kind::None
    }
}

/// A platform with all it inherits.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The name by which environments ask for it.
    pub name: SmolStr,
    /// The item's head.
    pub span: Span,
    /// Its family of boot scripts.
    pub family: Family,
    /// Its properties.
    pub settings: schema::platform::Platform,
}

impl Platform {
    /// Whether it has images for an architecture. An image of the user's own is
    /// believed to fit, but for Windows there are none for arm64.
    #[must_use]
    pub fn fits(&self, architecture: Architecture) -> bool {
        let runs = match self.family.system() {
            System::Windows => architecture == Architecture::X8664,
            System::Linux => true,
        };
        runs && self.settings.image.fits(architecture)
    }

    /// What its image takes on disk, in GiB.
    #[must_use]
    pub fn image_gib(&self) -> i64 {
        let built = self.settings.image.build.as_ref();
        let built = built.map_or(0, |build| build.volume.value.gib());
        self.family.image_gib().max(built)
    }
}

/// The object with the passwords of registries that images come from.
#[derive(Debug, Clone)]
pub struct Registries {
    /// The bucket's name.
    pub bucket: Placed,
    /// The object's key.
    pub key: Placed,
}

impl Registries {
    /// The object behind its bucket: `passwords/registries.json`.
    #[must_use]
    pub fn object(&self) -> String {
        format!("{}/{}", self.bucket.0, self.key.0)
    }
}

/// Containers that run together on each instance.
#[derive(Debug, Clone, Default)]
pub struct Task {
    /// The containers.
    pub containers: Vec<Container>,
    /// What they share.
    pub volumes: Vec<Volume>,
    /// The role that starts them, when it is one that exists.
    pub execution_role: Option<Placed>,
}

impl Task {
    /// The container that answers on a port of the instance, and the port on
    /// which it does so itself.
    #[must_use]
    pub fn behind(&self, host: u16) -> Option<(&Container, u16)> {
        self.containers.iter().find_map(|container| {
            let mut ports = container.ports.iter();
            let fits = |it: &&PortMapping| it.host == host && it.protocol == Protocol::Tcp;
            Some((container, ports.find(fits)?.container))
        })
    }

    /// A folder of the application's bundle that containers see: the instance
    /// has to fetch it then.
    #[must_use]
    pub fn bundled(&self) -> Option<&Placed> {
        let mut paths = self.volumes.iter().filter_map(|it| match &it.kind {
            VolumeKind::Instance(path) => path.as_ref(),
            VolumeKind::Docker(_) | VolumeKind::Efs(_) => None,
        });
        paths.find(|(path, _)| {
            let rest = path.strip_prefix(BUNDLE);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Where instances have the bundle that runs, as on Elastic Beanstalk.
const BUNDLE: &str = "/var/app/current";

/// A text and where it is written.
pub type Placed = (SmolStr, Span);

/// What containers of a task share.
#[derive(Debug, Clone)]
pub struct Volume {
    /// The name by which containers ask for it.
    pub name: Placed,
    /// What it is.
    pub kind: VolumeKind,
}

/// What a volume is.
#[derive(Debug, Clone)]
pub enum VolumeKind {
    /// A folder of the instance; an empty one that ends with the task where no
    /// path is given.
    Instance(Option<Placed>),
    /// A volume of Docker's.
    Docker(DockerVolume),
    /// A file system of EFS.
    Efs(EfsVolume),
}

/// A volume that Docker looks after.
#[derive(Debug, Clone)]
pub struct DockerVolume {
    /// Whether it outlives the task.
    pub is_shared: bool,
    /// Whether it is made where it is not there; of shared ones alone.
    pub is_made: Option<(bool, Span)>,
    /// The driver; Docker's own otherwise.
    pub driver: Option<Placed>,
    /// What the driver is told.
    pub options: Vec<(SmolStr, Placed)>,
    /// Labels that Docker puts on it.
    pub labels: Vec<(SmolStr, Placed)>,
}

/// A file system of EFS, or a folder of one.
#[derive(Debug, Clone)]
pub struct EfsVolume {
    /// Its id.
    pub file_system: Placed,
    /// The folder that stands for the whole.
    pub root: Option<Placed>,
    /// The access point.
    pub access_point: Option<Placed>,
    /// Whether IAM says who may.
    pub is_authorized: bool,
    /// Whether it is encrypted on the way.
    pub is_encrypted: bool,
    /// The port of the instance for that.
    pub encryption_port: Option<(i64, Span)>,
}

/// A container of a task.
#[derive(Debug, Clone)]
pub struct Container {
    /// Its name.
    pub name: Placed,
    /// Its image.
    pub image: Image,
    /// The secret with the password of the image's registry.
    pub password: Option<(schema::Secret, Span)>,
    /// The most memory it gets, in MiB.
    pub memory: Option<(i64, Span)>,
    /// The memory kept for it, in MiB.
    pub reserved: Option<(i64, Span)>,
    /// Its share of the processors; 1024 are one.
    pub cpu: (i64, Span),
    /// Whether all others end with it.
    pub essential: bool,
    /// Its ports.
    pub ports: Vec<PortMapping>,
    /// What the command is given to, instead of the image's own.
    pub entry_point: Vec<Placed>,
    /// The command, instead of the image's own.
    pub command: Vec<Placed>,
    /// The name of its host.
    pub hostname: Option<Placed>,
    /// The user that it runs as.
    pub user: Option<Placed>,
    /// The folder that it starts in.
    pub folder: Option<Placed>,
    /// Whether it may do on the instance what root may.
    pub privileged: bool,
    /// Whether it may write to volumes alone.
    pub read_only: bool,
    /// Containers that it reaches by their names.
    pub links: Vec<Placed>,
    /// Containers that have to be so far before it starts.
    pub dependencies: Vec<(Placed, schema::container::Condition)>,
    /// How Docker finds out that it works.
    pub health: Option<HealthCheck>,
    /// Its environment properties beside the environment's.
    pub env: IndexMap<SmolStr, schema::Setting<schema::environment::EnvValue>>,
    /// Objects of S3 with more of them, by their ARN.
    pub env_files: Vec<Placed>,
    /// What it sees of the volumes.
    pub mounts: Vec<Mount>,
    /// Containers whose volumes it sees as well, and whether it only reads them.
    pub volumes_from: Vec<(Placed, bool)>,
    /// Where its output goes; to its log group otherwise.
    pub logging: Option<Logging>,
    /// That it passes on the output of others.
    pub router: Option<Router>,
    /// How many graphics processors it has for itself.
    pub gpus: Option<(i64, Span)>,
    /// That it starts again by itself.
    pub restart: Option<Restart>,
    /// How long others wait for it to be so far, in seconds.
    pub start_timeout: Option<(i64, Span)>,
    /// How long it has to end by itself, in seconds.
    pub stop_timeout: Option<(i64, Span)>,
    /// Limits of its processes: soft and hard.
    pub ulimits: Vec<(Placed, (i64, i64))>,
    /// Labels that Docker puts on it.
    pub labels: Vec<(SmolStr, Placed)>,
    /// What else Docker knows.
    pub docker: Docker,
}

/// A port of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortMapping {
    /// The instance's.
    pub host: u16,
    /// Its own behind that.
    pub container: u16,
    /// What it speaks.
    pub protocol: Protocol,
}

/// How Docker finds out that a container works.
#[derive(Debug, Clone)]
pub struct HealthCheck {
    /// The command that answers with 0, behind `CMD` or `CMD-SHELL`.
    pub command: Vec<Placed>,
    /// The seconds between two checks.
    pub interval: (i64, Span),
    /// The seconds that one may take.
    pub timeout: (i64, Span),
    /// How many bad ones make it unhealthy.
    pub retries: (i64, Span),
    /// The seconds at first in which bad ones do not count.
    pub start_period: (i64, Span),
}

/// Where the output of a container goes.
#[derive(Debug, Clone)]
pub struct Logging {
    /// Docker's driver.
    pub driver: Placed,
    /// What it is told.
    pub options: Vec<(SmolStr, Placed)>,
    /// What it is told that is secret.
    pub secrets: Vec<(SmolStr, (schema::Secret, Span))>,
}

/// A container that passes on the output of others, which have the driver
/// `awsfirelens`.
#[derive(Debug, Clone)]
pub struct Router {
    /// `fluentd` or `fluentbit`.
    pub kind: Placed,
    /// What it is told.
    pub options: Vec<(SmolStr, Placed)>,
}

impl Router {
    /// The option that says of what kind the place of its configuration is.
    pub const CONFIG_TYPE: &str = "config-file-type";
    /// The option that says where its configuration is.
    pub const CONFIG_VALUE: &str = "config-file-value";

    /// What it is told under a name.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&Placed> {
        let found = self.options.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value)
    }

    /// The ARN of the object in S3 that has its configuration, when one does.
    #[must_use]
    pub fn config_object(&self) -> Option<&Placed> {
        self.option(Self::CONFIG_TYPE)
            .filter(|(kind, _)| kind == "s3")?;
        self.option(Self::CONFIG_VALUE)
    }
}

/// That a container starts again by itself, without the task.
#[derive(Debug, Clone)]
pub struct Restart {
    /// The codes with which it has ended for good.
    pub ignored: Vec<(i64, Span)>,
    /// How long it has to run before it may start again, in seconds.
    pub period: Option<(i64, Span)>,
}

/// A device of the instance in a container.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its path on the instance.
    pub host: Placed,
    /// Its path in the container; the same otherwise.
    pub path: Option<Placed>,
    /// `read`, `write` and `mknod`; all of them otherwise.
    pub permissions: Vec<Placed>,
}

/// A folder in memory.
#[derive(Debug, Clone)]
pub struct Tmpfs {
    /// Its path in the container.
    pub path: Placed,
    /// The most that it takes, in MiB.
    pub size: (i64, Span),
    /// How it is mounted.
    pub options: Vec<Placed>,
}

/// What Docker knows of a container beside what most have.
#[derive(Debug, Clone, Default)]
pub struct Docker {
    /// Whether a process of Docker's own is the first, which looks after others.
    pub init: bool,
    /// Capabilities of Linux that it has beside the usual.
    pub added_capabilities: Vec<Placed>,
    /// Those that it has not.
    pub dropped_capabilities: Vec<Placed>,
    /// The size of `/dev/shm`, in MiB.
    pub shared_memory: Option<(i64, Span)>,
    /// Devices of the instance.
    pub devices: Vec<Device>,
    /// Folders in memory.
    pub tmpfs: Vec<Tmpfs>,
    /// How much it may take of the instance's swap, in MiB.
    pub max_swap: Option<(i64, Span)>,
    /// How readily: 0 to 100.
    pub swappiness: Option<(i64, Span)>,
    /// Servers that it asks for names.
    pub dns_servers: Vec<Placed>,
    /// Domains in which it looks for names.
    pub dns_search_domains: Vec<Placed>,
    /// Hosts that it knows by name, with their addresses.
    pub extra_hosts: Vec<(Placed, Placed)>,
    /// Labels of SELinux or AppArmor.
    pub security_options: Vec<Placed>,
    /// Parameters of the kernel with their values.
    pub system_controls: Vec<(Placed, Placed)>,
    /// Whether its standard input stays open.
    pub interactive: bool,
    /// Whether it has a terminal.
    pub pseudo_terminal: bool,
    /// Whether it has no network.
    pub without_network: bool,
}

/// The image of a container.
#[derive(Debug, Clone)]
pub enum Image {
    /// As `Dockerrun.aws.json` has it.
    Known(SmolStr),
    /// As the language has it.
    Setting(schema::Setting<schema::Lately<SmolStr>>),
}

/// What a container sees of a volume.
#[derive(Debug, Clone)]
pub struct Mount {
    /// The volume's name.
    pub volume: Placed,
    /// The path in the container.
    pub path: Placed,
    /// Whether it is only read.
    pub read_only: bool,
}
