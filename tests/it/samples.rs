//! One resource of every kind with everything set, and the least of each.
//!
//! Values are such that AWS would take them, so that the vendors' tools can be
//! asked about the outputs; texts are hard to escape on purpose.

use beanc::graph::{Keep, ResourceGraph, UnitId};
use beanc::resource::alarm::{self, Alarm};
use beanc::resource::auto_scaling_group::{self as asg, AutoScalingGroup};
use beanc::resource::bucket::{Bucket, LifecycleRule};
use beanc::resource::bucket_policy::BucketPolicy;
use beanc::resource::built_image::BuiltImage;
use beanc::resource::ecs_capacity::EcsCapacity;
use beanc::resource::ecs_cluster::EcsCluster;
use beanc::resource::ecs_service::{EcsService, ServiceTarget};
use beanc::resource::elastic_ip::ElasticIp;
use beanc::resource::expr::{Arn, Name};
use beanc::resource::flow_log::FlowLog;
use beanc::resource::image_component::ImageComponent;
use beanc::resource::image_distribution::ImageDistribution;
use beanc::resource::image_infrastructure::ImageInfrastructure;
use beanc::resource::image_pipeline::ImagePipeline;
use beanc::resource::image_recipe::ImageRecipe;
use beanc::resource::instance_profile::InstanceProfile;
use beanc::resource::internet_gateway::InternetGateway;
use beanc::resource::key::Key;
use beanc::resource::launch_template::{LaunchTemplate, RootVolume};
use beanc::resource::listener::{self, Listener};
use beanc::resource::listener_rule::ListenerRule;
use beanc::resource::load_balancer::{self, LoadBalancer};
use beanc::resource::log_group::LogGroup;
use beanc::resource::nat_gateway::NatGateway;
use beanc::resource::policy::{Condition, Principal, Statement};
use beanc::resource::queue::{Order, Queue, Redrive};
use beanc::resource::queue_policy::QueuePolicy;
use beanc::resource::record_set::{self, RecordSet};
use beanc::resource::role::Role;
use beanc::resource::route::{self, Route};
use beanc::resource::route_table::RouteTable;
use beanc::resource::route_table_association::RouteTableAssociation;
use beanc::resource::scaling_policy::{Adjustment, ScalingPolicy, Tracked};
use beanc::resource::schedule::Schedule;
use beanc::resource::scheduled_action::ScheduledAction;
use beanc::resource::security_group::SecurityGroup;
use beanc::resource::security_group_rule::{Direction, Peer, SecurityGroupRule};
use beanc::resource::ssm_parameter::{self, SsmParameter};
use beanc::resource::subnet::Subnet;
use beanc::resource::subscription::Subscription;
use beanc::resource::target_group::{self, TargetGroup};
use beanc::resource::task_definition::{
    Device, DockerVolume, EfsVolume, HealthCheck, LinuxParameters, Logging, PortMapping, Restart,
    Router, TaskContainer, TaskDefinition, Tmpfs, Volume,
};
use beanc::resource::topic::Topic;
use beanc::resource::vpc::Vpc;
use beanc::resource::{Expr, ExprList, Lines, Parameter, ParameterType, Ref, Tags, Term};
use beanc::schema::Pseudo;
use beanc::schema::platform::System;
use beanc::source::{Sources, Span};
use beanc::syntax::ast::ItemKind;

/// What targets, shells and JSON would like to read as something else.
pub const NASTY: &str = "${a} $${b} %{if} %%{c} \"q\" 'q' \\ # // /* \t é 世界 ${!d}";

/// The same on two lines.
pub const NASTY_LINES: &str = "echo '${a} %{if}'\necho \"$HOME\" # é 世界\n";

/// Samples in one graph, with the file they claim to come from.
pub struct Samples {
    pub graph: ResourceGraph,
    pub sources: Sources,
    span: Span,
    all: bool,
    tags: Tags,
}

impl Samples {
    /// Every field set.
    pub fn full() -> Self {
        let tags = [
            ("bean:item", "environment.sample-env"),
            ("Cost Centre", "cc-1412 + x=1/2@home:80_-"),
        ];
        Self::new(true, &tags).filled()
    }

    /// The same with tags that AWS would refuse and targets must not read.
    pub fn nasty() -> Self {
        let tags = [("//", "a comment elsewhere"), ("${k} %{k}", NASTY)];
        Self::new(true, &tags).filled()
    }

    /// Options left out, lists empty where AWS allows it.
    pub fn least() -> Self {
        Self::new(false, &[]).filled()
    }

    fn new(all: bool, tags: &[(&str, &str)]) -> Self {
        let text = |(key, value): &(&str, &str)| ((*key).into(), (*value).into());
        let tags = tags.iter().map(text).collect();
        let mut sources = Sources::default();
        let file = sources.add("samples.bean", "environment sample-env: web {\n}\n");
        let span = Span::new(file, 12, 22);
        let unit = UnitId {
            kind: ItemKind::Environment,
            item: "sample-env".into(),
        };
        let graph = ResourceGraph::new(unit, span, "Samples".to_owned());
        Self {
            graph,
            sources,
            span,
            all,
            tags: match all {
                true => Tags(tags).named("sample-env"),
                false => Tags::default(),
            },
        }
    }

    fn text<T>(&self, term: impl Into<Term>) -> Expr<T> {
        Expr::new(term).at(Some(self.span))
    }

    /// The value in the full samples only.
    fn option<T>(&self, term: impl Into<Term>) -> Option<Expr<T>> {
        self.all.then(|| self.text(term))
    }

    fn add<K: beanc::resource::Kind + 'static>(&mut self, role: &str, kind: K) -> Ref<K> {
        self.graph.add(role, self.span, kind)
    }

    fn tags(&self) -> Tags {
        self.tags.clone()
    }

    fn filled(mut self) -> Self {
        let network = self.network();
        let (role, profile) = self.identity();
        self.image(profile);
        let logs = self.storage(network.vpc, role);
        let fleet = self.fleet(&network, profile);
        self.traffic(&network, fleet.group, fleet.targets, logs);
        self.scaling(fleet.group);
        self.containers(fleet.group, fleet.targets, role);
        self
    }
}

impl Samples {
    fn containers(
        &mut self,
        group: Ref<AutoScalingGroup>,
        targets: Ref<TargetGroup>,
        role: Ref<Role>,
    ) {
        let cluster = EcsCluster { tags: self.tags() };
        let cluster = self.add("cluster", cluster);
        let logs = LogGroup {
            name: self.text("/bean/sample-env/containers"),
            retention: self.text(30),
            tags: self.tags(),
        };
        let logs = self.add("log_group_containers", logs);
        let execution = Role {
            service: "ecs-tasks.amazonaws.com",
            description: self.text("Starts containers of sample-env"),
            managed_policies: Vec::new(),
            statements: Vec::new(),
            may_signal: false,
            tags: self.tags(),
        };
        let execution = self.add("execution_role", execution);
        let container = |name: &str, all: bool| TaskContainer {
            name: self.text(name),
            image: self.text(format!("{name}:1.2.3")),
            password: self
                .option("arn:aws:secretsmanager:eu-central-1:111111111111:secret:registry")
                .filter(|_| all),
            memory: Some(self.text(304)),
            reserved: self.option(208).filter(|_| all),
            cpu: self.text(112),
            essential: self.text(all),
            ports: match all {
                true => vec![PortMapping {
                    host: self.text(8081),
                    container: self.text(8082),
                    protocol: self.text("tcp"),
                }],
                false => Vec::new(),
            },
            entry_point: self.option("/enter").filter(|_| all).into_iter().collect(),
            command: self.option(NASTY).filter(|_| all).into_iter().collect(),
            hostname: self.option("shop").filter(|_| all),
            user: self.option("1000:1000").filter(|_| all),
            folder: self.option("/srv").filter(|_| all),
            privileged: self.option(false).filter(|_| all),
            read_only: self.option(true).filter(|_| all),
            links: self.option("redis").filter(|_| all).into_iter().collect(),
            environment: match self.all && all {
                true => vec![("WORDS".into(), self.text(NASTY_LINES))],
                false => Vec::new(),
            },
            secrets: match self.all && all {
                true => vec![(
                    "KEY".into(),
                    self.text("arn:aws:ssm:eu-central-1:111111111111:parameter/key"),
                )],
                false => Vec::new(),
            },
            env_files: self
                .option("arn:aws:s3:::sample/shop.env")
                .filter(|_| all)
                .into_iter()
                .collect(),
            mounts: match self.all && all {
                true => vec![(self.text("data"), (self.text("/var/data"), self.text(true)))],
                false => Vec::new(),
            },
            dependencies: match self.all && all {
                true => vec![(self.text("redis"), self.text("HEALTHY"))],
                false => Vec::new(),
            },
            health: (self.all && !all).then(|| HealthCheck {
                command: vec![self.text("CMD-SHELL"), self.text("redis-cli ping")],
                interval: self.text(31),
                timeout: self.text(6),
                retries: self.text(4),
                start_period: self.text(7),
            }),
            volumes_from: match self.all && all {
                true => vec![(self.text("redis"), self.text(true))],
                false => Vec::new(),
            },
            logging: Logging {
                driver: self.text("awslogs"),
                options: vec![
                    ("awslogs-group".into(), logs.attr(LogGroup::NAME).cast()),
                    ("awslogs-region".into(), self.text(Pseudo::Region)),
                ],
                secrets: match self.all && all {
                    true => vec![(
                        "token".into(),
                        self.text("arn:aws:ssm:eu-central-1:111111111111:parameter/token"),
                    )],
                    false => Vec::new(),
                },
            },
            router: (self.all && all).then(|| Router {
                kind: self.text("fluentbit"),
                options: vec![("enable-ecs-log-metadata".into(), self.text("false"))],
            }),
            gpus: self.option("3").filter(|_| all),
            restart: (self.all && all).then(|| Restart {
                ignored: vec![self.text(143)],
                period: self.option(182),
            }),
            start_timeout: self.option(61).filter(|_| all),
            stop_timeout: self.option(62).filter(|_| all),
            ulimits: match self.all && all {
                true => vec![(self.text("nofile"), (self.text(1024), self.text(4096)))],
                false => Vec::new(),
            },
            labels: match self.all && all {
                true => vec![("com.example.Team".into(), self.text(NASTY))],
                false => Vec::new(),
            },
            linux: match self.all && all {
                true => LinuxParameters {
                    init: self.option(true),
                    added: vec![self.text("SYS_PTRACE")],
                    dropped: vec![self.text("NET_RAW")],
                    shared_memory: self.option(65),
                    devices: vec![Device {
                        host: self.text("/dev/fuse"),
                        path: self.option("/dev/other"),
                        permissions: vec![self.text("mknod")],
                    }],
                    tmpfs: vec![Tmpfs {
                        path: self.text("/run/sample"),
                        size: self.text(66),
                        options: vec![self.text("noexec")],
                    }],
                    max_swap: self.option(67),
                    swappiness: self.option(68),
                },
                false => LinuxParameters::default(),
            },
            dns_servers: self
                .option("10.0.0.2")
                .filter(|_| all)
                .into_iter()
                .collect(),
            dns_search_domains: self
                .option("shop.local")
                .filter(|_| all)
                .into_iter()
                .collect(),
            extra_hosts: match self.all && all {
                true => vec![(self.text("db"), self.text("10.0.0.3"))],
                false => Vec::new(),
            },
            security_options: self
                .option("no-new-privileges")
                .filter(|_| all)
                .into_iter()
                .collect(),
            system_controls: match self.all && all {
                true => vec![(self.text("net.core.somaxconn"), self.text("1024"))],
                false => Vec::new(),
            },
            interactive: self.option(true).filter(|_| all),
            pseudo_terminal: self.option(true).filter(|_| all),
            without_network: self.option(false).filter(|_| all),
        };
        let definition = TaskDefinition {
            containers: vec![container("app", true), container("redis", false)],
            volumes: match self.all {
                true => self.volumes(),
                false => Vec::new(),
            },
            execution_role: execution.attr(Role::ARN),
            task_role: role.attr(Role::ARN),
            tags: self.tags(),
        };
        let definition = self.add("task", definition);
        let target = ServiceTarget {
            group: targets.attr(TargetGroup::ARN),
            container: self.text("app"),
            port: self.text(8082),
        };
        let service = EcsService {
            cluster: cluster.attr(EcsCluster::ARN),
            task: definition.attr(TaskDefinition::ARN),
            targets: match self.all {
                true => vec![target],
                false => Vec::new(),
            },
            least_healthy: self.text(72),
            tags: self.tags(),
        };
        self.add("service", service);
        let capacity = EcsCapacity {
            cluster: cluster.attr(EcsCluster::NAME),
            group: group.attr(AutoScalingGroup::ARN),
            tags: self.tags(),
        };
        self.add("capacity", capacity);
    }

    /// A volume of each sort.
    fn volumes(&self) -> Vec<Volume> {
        let folder = Volume {
            name: self.text("data"),
            path: self.option("/mnt/data"),
            docker: None,
            efs: None,
        };
        let docker = DockerVolume {
            scope: self.text("shared"),
            autoprovision: self.option(true),
            driver: self.option("local"),
            options: vec![("type".into(), self.text(NASTY))],
            labels: vec![("com.example.Volume".into(), self.text(NASTY))],
        };
        let efs = EfsVolume {
            file_system: self.text("fs-0123456789abcdef0"),
            root: self.option("/srv/files"),
            encryption: self.option("ENABLED"),
            encryption_port: self.option(2999),
            access_point: self.option("fsap-0123456789abcdef0"),
            iam: self.option("ENABLED"),
        };
        let docker = Volume {
            name: self.text("docker"),
            docker: Some(docker),
            path: None,
            ..folder.clone()
        };
        let files = Volume {
            name: self.text("files"),
            efs: Some(efs),
            path: None,
            ..folder.clone()
        };
        vec![folder, docker, files]
    }

    fn image(&mut self, profile: Ref<InstanceProfile>) {
        let component = ImageComponent {
            description: self.text("What is in the image"),
            version: self.text("1.21.34"),
            data: self.text(
                "name: sample\nschemaVersion: 1.0\nphases:\n- name: build\n  steps:\n  - name: one\n    \
                 action: ExecuteBash\n    inputs:\n      commands:\n      - 'echo ${a} %{if}'\n",
            ),
            tags: self.tags(),
        };
        let component = self.add("component", component);
        let recipe = ImageRecipe {
            description: self.text("The recipe"),
            version: self.text("1.55.89"),
            parent: self.text("ssm:/aws/service/ami-amazon-linux-latest/al2023"),
            components: vec![component.attr(ImageComponent::ARN)],
            volume: self.text(11),
            tags: self.tags(),
        };
        let recipe = self.add("recipe", recipe);
        let infrastructure = ImageInfrastructure {
            description: self.text("Where it is built"),
            instance_type: self.text("t4g.medium"),
            profile: profile.attr(InstanceProfile::NAME),
            tags: self.tags(),
        };
        let infrastructure = self.add("infrastructure", infrastructure);
        let distribution = ImageDistribution {
            description: self.text("Where it goes"),
            image_name: self.text("sample {{ imagebuilder:buildDate }}"),
            parameter: self.text("/imagebuilder/bean/sample/image"),
            tags: self.tags(),
        };
        let distribution = self.add("distribution", distribution);
        let pipeline = ImagePipeline {
            description: self.text("Builds it"),
            recipe: recipe.attr(ImageRecipe::ARN),
            infrastructure: infrastructure.attr(ImageInfrastructure::ARN),
            distribution: distribution.attr(ImageDistribution::ARN),
            schedule: self.option("cron(0 4 ? * SUN *)"),
            tags: self.tags(),
        };
        self.add("pipeline", pipeline);
        let image = BuiltImage {
            recipe: recipe.attr(ImageRecipe::ARN),
            infrastructure: infrastructure.attr(ImageInfrastructure::ARN),
            distribution: distribution.attr(ImageDistribution::ARN),
            tags: self.tags(),
        };
        self.add("image", image);
    }
}

struct Network {
    vpc: Ref<Vpc>,
    subnets: Vec<Ref<Subnet>>,
    address: Ref<ElasticIp>,
}

impl Samples {
    fn network(&mut self) -> Network {
        let tags = self.tags();
        let vpc = self.add(
            "vpc",
            Vpc {
                cidr: self.text("10.20.0.0/16"),
                tags: tags.clone(),
            },
        );
        let gateway = self.add(
            "internet_gateway",
            InternetGateway {
                vpc: vpc.attr(Vpc::ID),
                tags: tags.clone(),
            },
        );
        let subnets: Vec<_> = (0..2)
            .map(|zone| {
                let subnet = Subnet {
                    vpc: vpc.attr(Vpc::ID),
                    cidr: self.text(format!("10.20.{zone}.0/24")),
                    zone: self.text(Term::Zone {
                        number: zone,
                        name: None,
                    }),
                    tags: tags.clone(),
                };
                self.add(&format!("subnet_{zone}"), subnet)
            })
            .collect();
        let address = self.add("address", ElasticIp { tags: tags.clone() });
        let nat = self.add(
            "nat_gateway",
            NatGateway {
                subnet: subnets[0].attr(Subnet::ID),
                allocation: address.attr(ElasticIp::ALLOCATION_ID),
                tags: tags.clone(),
            },
        );
        self.graph
            .after(nat, gateway, "it reaches the internet through it");
        let ways = [
            (
                "public",
                route::Way::InternetGateway(gateway.attr(InternetGateway::ID)),
            ),
            ("private", route::Way::NatGateway(nat.attr(NatGateway::ID))),
        ];
        for ((name, way), subnet) in ways.into_iter().zip(&subnets) {
            let table = self.add(
                &format!("route_table_{name}"),
                RouteTable {
                    vpc: vpc.attr(Vpc::ID),
                    tags: tags.clone(),
                },
            );
            let route = Route {
                table: table.attr(RouteTable::ID),
                destination: self.text("0.0.0.0/0"),
                way,
            };
            self.add(&format!("route_{name}"), route);
            let association = RouteTableAssociation {
                subnet: subnet.attr(Subnet::ID),
                table: table.attr(RouteTable::ID),
            };
            self.add(&format!("route_table_association_{name}"), association);
        }
        Network {
            vpc,
            subnets,
            address,
        }
    }

    fn identity(&mut self) -> (Ref<Role>, Ref<InstanceProfile>) {
        let partition = || Term::from(Pseudo::Partition);
        let objects = Term::join(["arn:".into(), partition(), ":s3:::sample/*".into()]);
        let managed = |name: &str| {
            let rest = format!(":iam::aws:policy/{name}");
            Expr::new(Term::join(["arn:".into(), partition(), rest.into()]))
        };
        let managed = match self.all {
            true => vec![
                managed("AmazonSSMManagedInstanceCore"),
                managed("CloudWatchAgentServerPolicy"),
            ],
            false => Vec::new(),
        };
        let read = Statement::allow("Read", ["s3:GetObject"], [self.text(objects)]);
        let own = Condition::Equals(
            "aws:ResourceTag/bean:item",
            self.graph.unit.to_string().into(),
        );
        let statements = match self.all {
            true => vec![
                read.when(own),
                Statement::deny("NoDeletes", ["s3:DeleteObject"], [Expr::from("*")]),
            ],
            false => vec![read],
        };
        let role = Role {
            service: "ec2.amazonaws.com",
            description: self.text("Instances of sample-env"),
            managed_policies: managed,
            statements,
            may_signal: self.all,
            tags: self.tags(),
        };
        let role = self.add("role", role);
        let profile = InstanceProfile {
            role: role.attr(Role::NAME),
        };
        (role, self.add("instance_profile", profile))
    }

    /// The bucket for access logs.
    fn storage(&mut self, vpc: Ref<Vpc>, role: Ref<Role>) -> Ref<Bucket> {
        let rule = LifecycleRule {
            id: "logs",
            prefix: "logs/",
            expire: self.option(365),
            expire_noncurrent: self.option(1),
        };
        let bucket = Bucket {
            lifecycle: if self.all { vec![rule] } else { Vec::new() },
            abort_uploads: self.text(7),
            tags: self.tags(),
        };
        let bucket = self.add("bucket", bucket);
        self.graph.keep(bucket, Keep::Protect);
        let arn = |path: &str| Expr::new(Term::join([bucket.attr(Bucket::ARN).term, path.into()]));
        let tls = Statement::deny("TlsOnly", ["s3:*"], [arn(""), arn("/*")])
            .principal(Principal::Everyone)
            .when(Condition::Bool("aws:SecureTransport", false));
        let account = || Term::from(Pseudo::Account);
        let logs = Statement::allow("Logs", ["s3:PutObject"], [arn("/logs/*")])
            .principal(Principal::Service(
                "logdelivery.elasticloadbalancing.amazonaws.com",
            ))
            .when(Condition::Equals("aws:SourceAccount", account()));
        let policy = BucketPolicy {
            bucket: bucket.attr(Bucket::NAME),
            statements: vec![tls, logs],
        };
        self.add("bucket_policy", policy);

        let group = LogGroup {
            name: self.text("/bean/sample-env/flow"),
            retention: self.text(365),
            tags: self.tags(),
        };
        let group = self.add("log_group", group);
        self.graph.keep(group, Keep::Retain);
        let group_arn = Term::join([
            "arn:".into(),
            Pseudo::Partition.into(),
            ":logs:".into(),
            Pseudo::Region.into(),
            ":".into(),
            account(),
            ":log-group:".into(),
            group.attr(LogGroup::NAME).term,
        ]);
        let log = FlowLog {
            vpc: vpc.attr(Vpc::ID),
            group: self.text(group_arn),
            role: role.attr(Role::ARN),
            tags: self.tags(),
        };
        self.add("flow_log", log);

        for (name, value) in [
            (
                "text",
                ssm_parameter::Value::Text(self.text(bucket.attr(Bucket::ARN).term)),
            ),
            (
                "list",
                ssm_parameter::Value::List(ExprList::Items(vec![
                    self.text("subnet-11111111"),
                    self.text(vpc.attr(Vpc::ID).term),
                ])),
            ),
        ] {
            let parameter = SsmParameter {
                name: self.text(format!("/bean/sample-env/{name}")),
                description: self.text(format!("`{name}` of sample-env")),
                value,
                tags: self.tags(),
            };
            self.add(&format!("parameter_{name}"), parameter);
        }
        bucket
    }
}

struct Fleet {
    group: Ref<AutoScalingGroup>,
    targets: Ref<TargetGroup>,
}

impl Samples {
    fn fleet(&mut self, network: &Network, profile: Ref<InstanceProfile>) -> Fleet {
        let vpc = network.vpc.attr(Vpc::ID);
        let instances = SecurityGroup {
            description: self.text("Instances of sample-env"),
            vpc: vpc.clone(),
            tags: self.tags(),
        };
        let instances = self.add("security_group", instances);
        let image = Parameter {
            name: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64".into(),
            ty: ParameterType::Image,
        };
        let script = Term::join([
            Term::from(NASTY_LINES),
            "region='".into(),
            Pseudo::Region.into(),
            "'\nprice='$$".into(),
            Pseudo::Partition.into(),
            "'\naddress='".into(),
            network.address.attr(ElasticIp::ALLOCATION_ID).term,
            "'\n".into(),
        ]);
        let template = LaunchTemplate {
            image: self.text(image),
            instance_type: self.text("t4g.small"),
            profile: profile.attr(InstanceProfile::ARN),
            security_groups: vec![instances.attr(SecurityGroup::ID)],
            public_address: false,
            key_pair: self.option("sample-key"),
            monitoring: self.text(self.all),
            root_volume: RootVolume {
                ty: "gp3",
                size: self.text(20),
                iops: self.option(4000),
                throughput: self.option(250),
            },
            hop_limit: 1,
            metadata_tags: self.all,
            system: System::Linux,
            user_data: Lines {
                text: script,
                origins: Vec::new(),
            },
            signal: self.all.then(|| "SampleEnvAutoScalingGroup".into()),
            tags: self.tags(),
        };
        let template = self.add("launch_template", template);
        let targets = TargetGroup {
            vpc,
            protocol: target_group::Protocol::Http,
            port: self.text(8080),
            health: target_group::HealthCheck {
                http: Some(target_group::Request {
                    path: self.text("/health?deep=1"),
                    codes: self.text("200-299"),
                }),
                interval: self.text(15),
                timeout: self.text(6),
                healthy_after: self.text(3),
                unhealthy_after: self.text(5),
            },
            drain: self.text(30),
            sticky: self.option(3600),
            tags: self.tags(),
        };
        let targets = self.add("target_group", targets);
        let strategies = [
            ("", asg::Strategy::AdditionalBatch { batch: 2 }),
            ("_all_at_once", asg::Strategy::AllAtOnce),
            ("_rolling", asg::Strategy::Rolling { batch: 1, stay: 1 }),
            ("_immutable", asg::Strategy::Immutable),
        ];
        let subnets = network.subnets.iter().map(|subnet| subnet.attr(Subnet::ID));
        let subnets: Vec<_> = subnets.collect();
        let groups = strategies.map(|(suffix, strategy)| {
            let mixed = asg::Mixed {
                on_demand_base: self.text(1),
                on_demand_share: self.text(25),
                types: vec![self.text("t4g.medium"), self.text("t4g.large")],
            };
            let group = AutoScalingGroup {
                template: template.attr(LaunchTemplate::ID),
                version: template.attr(LaunchTemplate::VERSION),
                mixed: self.all.then_some(mixed),
                min: self.text(2),
                max: self.text(9),
                widens: self.all,
                scheduled: match self.all {
                    true => vec![asg::Bound::Min, asg::Bound::Max],
                    false => Vec::new(),
                },
                subnets: ExprList::Items(subnets.clone()),
                target_groups: match self.all {
                    true => vec![targets.attr(TargetGroup::ARN)],
                    false => Vec::new(),
                },
                health: match self.all {
                    true => asg::Health::LoadBalancer,
                    false => asg::Health::Instance,
                },
                grace: self.text(310),
                boot_hook: asg::Hook {
                    name: "boot",
                    timeout: self.text(920),
                },
                rollout: asg::Rollout {
                    strategy,
                    min: 2,
                    max: 9,
                    least_max: 8,
                    pause: self.text(45),
                    timeout: self.text(930),
                    rollback_alarms: self.option("sample-alarm").into_iter().collect(),
                },
                tags: self.tags(),
            };
            self.add(&format!("auto_scaling_group{suffix}"), group)
        });
        Fleet {
            group: groups[0],
            targets,
        }
    }

    fn traffic(
        &mut self,
        network: &Network,
        fleet: Ref<AutoScalingGroup>,
        targets: Ref<TargetGroup>,
        logs: Ref<Bucket>,
    ) {
        let vpc = network.vpc.attr(Vpc::ID);
        let group = SecurityGroup {
            description: self.text("Clients of sample-env"),
            vpc: vpc.clone(),
            tags: self.tags(),
        };
        let group = self.add("load_balancer_security_group", group);
        let peers = [
            (
                "clients",
                Direction::Ingress,
                Peer::Cidr(self.text("0.0.0.0/0")),
            ),
            (
                "self",
                Direction::Ingress,
                Peer::Group(group.attr(SecurityGroup::ID)),
            ),
            (
                "out",
                Direction::Egress,
                Peer::Cidr(self.text("10.20.0.0/16")),
            ),
            (
                "to_self",
                Direction::Egress,
                Peer::Group(group.attr(SecurityGroup::ID)),
            ),
        ];
        for (role, direction, peer) in peers {
            let rule = SecurityGroupRule {
                group: group.attr(SecurityGroup::ID),
                direction,
                peer,
                protocol: "tcp",
                ports: (8000, 8080),
                description: self.text("Listener main"),
                tags: self.tags(),
            };
            self.add(&format!("rule_{role}"), rule);
        }
        let subnets = network.subnets.iter().map(|subnet| subnet.attr(Subnet::ID));
        let subnets: Vec<_> = subnets.collect();
        let access_logs = self.all.then(|| load_balancer::AccessLogs {
            bucket: logs.attr(Bucket::NAME),
            prefix: self.text("logs/sample-env"),
        });
        let [application, network_balancer] = [
            ("load_balancer", load_balancer::Kind::Application),
            ("network_balancer", load_balancer::Kind::Network),
        ]
        .map(|(role, kind)| {
            let balancer = LoadBalancer {
                kind,
                internal: !self.all,
                subnets: ExprList::Items(subnets.clone()),
                security_groups: vec![group.attr(SecurityGroup::ID)],
                idle_timeout: self.text(75),
                access_logs: access_logs.clone(),
                deletion_protection: self.text(true),
                tags: self.tags(),
            };
            self.add(role, balancer)
        });
        let tcp = TargetGroup {
            vpc,
            protocol: target_group::Protocol::Tcp,
            port: self.text(80),
            health: target_group::HealthCheck {
                http: self.all.then(|| target_group::Request {
                    path: self.text("/"),
                    codes: self.text("200-399"),
                }),
                interval: self.text(10),
                timeout: self.text(5),
                healthy_after: self.text(2),
                unhealthy_after: self.text(2),
            },
            drain: self.text(20),
            // A network balancer knows no time for it.
            sticky: None,
            tags: self.tags(),
        };
        let tcp = self.add("target_group_tcp", tcp);
        let tls = || listener::Tls {
            certificate: Expr::from(
                "arn:aws:acm:eu-central-1:111111111111:certificate/11111111-1111-1111-1111-111111111111",
            ),
            policy: Expr::from("ELBSecurityPolicy-TLS13-1-2-2021-06"),
        };
        let forward = |to: Ref<TargetGroup>| listener::Action::Forward(to.attr(TargetGroup::ARN));
        let redirect = listener::Action::Redirect {
            port: self.text("443"),
            protocol: "HTTPS",
        };
        let listeners = [
            (
                "http",
                application,
                80,
                listener::Protocol::Http,
                None,
                redirect,
            ),
            (
                "https",
                application,
                443,
                listener::Protocol::Https,
                Some(tls()),
                forward(targets),
            ),
            (
                "tcp",
                network_balancer,
                8080,
                listener::Protocol::Tcp,
                None,
                forward(tcp),
            ),
            (
                "tls",
                network_balancer,
                8443,
                listener::Protocol::Tls,
                Some(tls()),
                forward(tcp),
            ),
        ]
        .map(|(name, balancer, port, protocol, tls, action)| {
            let listener = Listener {
                balancer: balancer.attr(LoadBalancer::ARN),
                port: self.text(port),
                protocol,
                tls,
                action,
                tags: self.tags(),
            };
            self.add(&format!("listener_{name}"), listener)
        });
        let rule = ListenerRule {
            listener: listeners[1].attr(Listener::ARN),
            priority: self.text(17),
            hosts: self.option("api.example.com").into_iter().collect(),
            paths: vec![self.text("/api/*"), self.text("/v2/*")],
            target: targets.attr(TargetGroup::ARN),
            tags: self.tags(),
        };
        let rule = self.add("listener_rule", rule);
        self.graph
            .after(fleet, rule, "targets are checked once something forwards");
        let records = [
            (
                "alias",
                record_set::Zone::Name(self.text("example.com")),
                record_set::Target::Alias {
                    name: application.attr(LoadBalancer::DNS_NAME),
                    zone: application.attr(LoadBalancer::HOSTED_ZONE),
                },
            ),
            (
                "address",
                record_set::Zone::Id(self.text("Z0123456789ABCDEFGHIJ")),
                record_set::Target::Address(network.address.attr(ElasticIp::ADDRESS)),
            ),
        ];
        for (role, zone, target) in records {
            let record = RecordSet {
                zone,
                name: self.text(format!("{role}.example.com")),
                target,
                share: self.all.then(|| record_set::Share {
                    id: self.text("sample-env"),
                    weight: self.text(42),
                }),
            };
            self.add(&format!("record_{role}"), record);
        }
        let label = Term::join([
            application.attr(LoadBalancer::FULL_NAME).term,
            "/".into(),
            targets.attr(TargetGroup::FULL_NAME).term,
        ]);
        let policy = ScalingPolicy {
            group: fleet.attr(AutoScalingGroup::NAME),
            adjustment: Adjustment::Target {
                tracked: Tracked::Requests(self.text(label)),
                target: self.text(Term::Decimal(512.5)),
                warmup: self.text(125),
            },
        };
        self.add("policy_requests", policy);
    }

    fn scaling(&mut self, group: Ref<AutoScalingGroup>) {
        let name = || group.attr(AutoScalingGroup::NAME);
        let simple = ScalingPolicy {
            group: name(),
            adjustment: Adjustment::Simple {
                change: self.text(-2),
                cooldown: self.text(360),
            },
        };
        let simple = self.add("policy_simple", simple);
        let tracked = [
            ("cpu", Tracked::Cpu),
            ("network_in", Tracked::NetworkIn),
            ("network_out", Tracked::NetworkOut),
        ];
        for (role, tracked) in tracked {
            let policy = ScalingPolicy {
                group: name(),
                adjustment: Adjustment::Target {
                    tracked,
                    target: self.text(55),
                    warmup: self.text(130),
                },
            };
            self.add(&format!("policy_{role}"), policy);
        }
        let schedules = [
            ("once", self.option("2027-01-15T08:00:00Z"), None),
            ("daily", None, Some(self.text("0 7 * * MON-FRI"))),
        ];
        for (role, start, recurrence) in schedules {
            let action = ScheduledAction {
                group: name(),
                start,
                recurrence,
                min: Some(self.text(4)),
                max: self.option(12),
            };
            self.add(&format!("schedule_{role}"), action);
        }

        let root = Term::join([
            "arn:".into(),
            Pseudo::Partition.into(),
            ":iam::".into(),
            Pseudo::Account.into(),
            ":root".into(),
        ]);
        let key = Key {
            description: self.text("Notifications of sample-env"),
            statements: vec![
                Statement::allow("Administer", ["kms:*"], [Expr::from("*")])
                    .principal(Principal::Account(root)),
            ],
            tags: self.tags(),
        };
        let key = self.add("topic_key", key);
        let topic = Topic {
            key: key.attr(Key::ARN),
            tags: self.tags(),
        };
        let topic = self.add("topic", topic);
        let subscription = Subscription {
            topic: topic.attr(Topic::ARN),
            protocol: "email",
            endpoint: self.text("ops@example.com"),
        };
        self.add("subscription", subscription);
        let statistics = [
            (
                "plain",
                alarm::Statistic::Plain("Average"),
                alarm::Comparison::Above,
            ),
            (
                "percentile",
                alarm::Statistic::Percentile("p95"),
                alarm::Comparison::Below,
            ),
        ];
        for (role, statistic, comparison) in statistics {
            let alarm = Alarm {
                name: self.option(format!("sample-{role}")),
                description: self.text(NASTY),
                namespace: "AWS/EC2",
                metric: "CPUUtilization",
                statistic,
                dimensions: vec![("AutoScalingGroupName", name())],
                per_instance_of: None,
                comparison,
                threshold: self.text(Term::Decimal(0.85)),
                period: self.text(120),
                periods: self.text(11),
                missing: "notBreaching",
                actions: match self.all {
                    true => vec![simple.attr(ScalingPolicy::ARN), topic.attr(Topic::ARN)],
                    false => Vec::new(),
                },
                ok_actions: match self.all {
                    true => vec![topic.attr(Topic::ARN)],
                    false => Vec::new(),
                },
                tags: self.tags(),
            };
            self.add(&format!("alarm_{role}"), alarm);
        }
        let group = name();
        self.work(&group, topic.attr(Topic::ARN));
    }

    /// Queues, what writes to them and what is measured on them.
    fn work(&mut self, group: &Expr<Name>, topic: Expr<Arn>) {
        let dead = Queue {
            order: Order::Standard,
            visibility: self.text(30),
            retention: self.text(1_209_600),
            redrive: None,
            tags: self.tags(),
        };
        let dead = self.add("dead_letter_queue", dead);
        let redrive = Redrive {
            queue: dead.attr(Queue::ARN),
            attempts: self.text(10),
        };
        let queue = Queue {
            order: Order::Standard,
            visibility: self.text(300),
            retention: self.text(345_600),
            redrive: self.all.then_some(redrive),
            tags: self.tags(),
        };
        let queue = self.add("queue", queue);
        let ordered = Queue {
            order: Order::Fifo,
            visibility: self.text(300),
            retention: self.text(345_600),
            redrive: None,
            tags: self.tags(),
        };
        self.add("queue_in_order", ordered);
        let policy = QueuePolicy {
            queue: queue.attr(Queue::URL),
            statements: vec![
                Statement::deny("TlsOnly", ["sqs:*"], [queue.attr(Queue::ARN)])
                    .principal(Principal::Everyone)
                    .when(Condition::Bool("aws:SecureTransport", false)),
            ],
        };
        self.add("queue_policy", policy);
        let role = Role {
            service: "scheduler.amazonaws.com",
            description: self.text("Tasks of sample-env"),
            managed_policies: Vec::new(),
            statements: vec![Statement::allow(
                "Send",
                ["sqs:SendMessage"],
                [queue.attr(Queue::ARN)],
            )],
            may_signal: false,
            tags: self.tags(),
        };
        let role = self.add("schedule_role", role);
        let request = Term::join([
            "arn:".into(),
            Pseudo::Partition.into(),
            ":scheduler:::aws-sdk:sqs:sendMessage".into(),
        ]);
        let input = Term::join([
            "{\"QueueUrl\":\"".into(),
            queue.attr(Queue::URL).term,
            "\"}".into(),
        ]);
        let schedule = Schedule {
            description: self.text("Every night"),
            expression: self.text("cron(0 2 * * ? *)"),
            request: Expr::new(request),
            role: role.attr(Role::ARN),
            input: Expr::new(input),
        };
        self.add("schedule_task", schedule);
        let backlog = ScalingPolicy {
            group: group.clone(),
            adjustment: Adjustment::Target {
                tracked: Tracked::Backlog {
                    queue: queue.attr(Queue::NAME),
                    group: group.clone(),
                },
                target: self.text(100),
                warmup: self.text(130),
            },
        };
        self.add("policy_backlog", backlog);
        let alarm = Alarm {
            name: None,
            description: self.text("Messages by instance"),
            namespace: "AWS/SQS",
            metric: "ApproximateNumberOfMessagesVisible",
            statistic: alarm::Statistic::Plain("Maximum"),
            dimensions: vec![("QueueName", queue.attr(Queue::NAME))],
            per_instance_of: Some(group.clone()),
            comparison: alarm::Comparison::Above,
            threshold: self.text(100),
            period: self.text(60),
            periods: self.text(1),
            missing: "notBreaching",
            actions: vec![topic],
            ok_actions: Vec::new(),
            tags: self.tags(),
        };
        self.add("alarm_backlog", alarm);
    }
}
