//! `LaunchTemplate`: how an instance is started.

use smol_str::SmolStr;

use super::expr::{Arn, Attribute, Bool, Expr, GroupId, Id, ImageId, Int, Name, Text};
use super::{Kind, Lines, Tags, Term, Tree, cfn, tf};
use crate::schema::platform::System;
use crate::{fields, without_references};

fields! {
    /// How an instance is started: by token only to its metadata, from an
    /// encrypted disk, tagged with all it brings along.
    pub struct LaunchTemplate {
        /// The machine image.
        pub image: Expr<ImageId>,
        /// The instance type.
        pub instance_type: Expr<Text>,
        /// The instance profile.
        pub profile: Expr<Arn>,
        /// The security groups.
        pub security_groups: Vec<Expr<GroupId>>,
        /// Whether it gets a public address.
        pub public_address: bool,
        /// The key pair.
        pub key_pair: Option<Expr<Name>>,
        /// Metrics every minute.
        pub monitoring: Expr<Bool>,
        /// The disk.
        pub root_volume: RootVolume,
        /// How far away from the instance's metadata a program may be: 1, or 2
        /// for containers.
        pub hop_limit: i64,
        /// Whether the instance can read its tags in its metadata. AWS then
        /// refuses tags whose keys have spaces or slashes.
        pub metadata_tags: bool,
        /// What the image runs on.
        pub system: System,
        /// What the instance runs when it boots, without the lines that say in
        /// which language it is.
        pub user_data: Lines,
        /// The logical id of the group whose stack waits for a signal.
        pub signal: Option<SmolStr>,
        /// Tags of instances, volumes and network interfaces.
        pub tags: Tags,
    }
}

fields! {
    /// The disk an instance starts from.
    pub struct RootVolume {
        /// `gp3`
        pub ty: &'static str,
        /// In GiB.
        pub size: Expr<Int>,
        /// Operations a second.
        pub iops: Option<Expr<Int>>,
        /// In MiB/s.
        pub throughput: Option<Expr<Int>>,
    }
}

impl LaunchTemplate {
    /// `lt-…`
    pub const ID: Attribute<Self, Id> = Attribute::new("id");
    /// The number of its newest version: a change of anything in it is a
    /// change of this, which replaces instances. `$Latest` would not.
    pub const VERSION: Attribute<Self, Text> = Attribute::new("version");
}

without_references!(System);

/// The root disk: of Amazon Linux, and of Windows (EC2 User Guide, "Device names
/// for volumes on Amazon EC2 instances").
const fn root_device(system: System) -> &'static str {
    match system {
        System::Linux => "/dev/xvda",
        System::Windows => "/dev/sda1",
    }
}

/// What gets the tags beside the template itself.
const TAGGED: [&str; 3] = ["instance", "volume", "network-interface"];

impl LaunchTemplate {
    /// How an instance finds the resource whose stack it tells that it is
    /// ready; nothing where there is no stack.
    fn of_stack(&self) -> Vec<Term> {
        let lines = |group: &SmolStr| {
            let (sign, is) = match self.system {
                System::Linux => ("", "="),
                System::Windows => ("$", " = "),
            };
            [
                Term::from(format!("{sign}BEAN_STACK{is}'")),
                Term::StackName,
                Term::from(format!("'\n{sign}BEAN_SIGNAL_RESOURCE{is}'{group}'\n")),
            ]
        };
        self.signal.iter().flat_map(lines).collect()
    }

    /// User data as the agent of the image reads it (EC2 User Guide, "Run
    /// commands when you launch an EC2 instance"). On Windows it may be told to
    /// run at every start, hence `persist`.
    fn script(&self, header: Vec<Term>) -> Lines {
        let (first, last) = match self.system {
            System::Linux => ("#!/bin/bash\n", ""),
            System::Windows => (
                "<powershell>\n",
                "</powershell>\n<persist>false</persist>\n",
            ),
        };
        let front = std::iter::once(first.into()).chain(header);
        self.user_data.clone().within(front, last.into())
    }
}

impl Kind for LaunchTemplate {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::LaunchTemplate"
    }

    fn user_data(&self) -> Option<Lines> {
        Some(self.script(self.of_stack()))
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            image,
            instance_type,
            profile,
            security_groups,
            public_address,
            key_pair,
            monitoring,
            root_volume:
                RootVolume {
                    ty,
                    size,
                    iops,
                    throughput,
                },
            hop_limit,
            metadata_tags,
            system,
            user_data: _,
            signal: _,
            tags,
        } = self;
        let volume = Tree::map()
            .set("VolumeType", *ty)
            .set("VolumeSize", size)
            .maybe("Iops", iops.as_ref())
            .maybe("Throughput", throughput.as_ref())
            .set("Encrypted", true)
            .set("DeleteOnTermination", true);
        let interface = Tree::map()
            .set("DeviceIndex", 0)
            .set("AssociatePublicIpAddress", *public_address)
            .set("DeleteOnTermination", true)
            .set("Groups", security_groups);
        let specifications = TAGGED.iter().map(|what| {
            Tree::map()
                .set("ResourceType", *what)
                .set("Tags", cfn::tag_list(tags))
        });
        let data = Tree::map()
            .set("ImageId", image)
            .set("InstanceType", instance_type)
            .set("IamInstanceProfile", Tree::map().set("Arn", profile))
            .maybe("KeyName", key_pair.as_ref())
            .set("Monitoring", Tree::map().set("Enabled", monitoring))
            .set(
                "MetadataOptions",
                Tree::map()
                    .set("HttpEndpoint", "enabled")
                    .set("HttpTokens", "required")
                    .set("HttpPutResponseHopLimit", *hop_limit)
                    .set("InstanceMetadataTags", on(*metadata_tags)),
            )
            .set("NetworkInterfaces", Tree::List(vec![interface]))
            .set(
                "BlockDeviceMappings",
                Tree::List(vec![
                    Tree::map()
                        .set("DeviceName", root_device(*system))
                        .set("Ebs", volume),
                ]),
            )
            .set("TagSpecifications", Tree::list(specifications))
            .set("UserData", Tree::Base64(self.script(self.of_stack())));
        cfn::resource("AWS::EC2::LaunchTemplate")
            .set("LaunchTemplateData", data)
            .set(
                "TagSpecifications",
                Tree::List(vec![
                    Tree::map()
                        .set("ResourceType", "launch-template")
                        .set("Tags", cfn::tag_list(tags)),
                ]),
            )
            .gives(Self::ID, cfn::reference())
            .gives(Self::VERSION, cfn::get_att("LatestVersionNumber"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            image,
            instance_type,
            profile,
            security_groups,
            public_address,
            key_pair,
            monitoring,
            root_volume:
                RootVolume {
                    ty,
                    size,
                    iops,
                    throughput,
                },
            hop_limit,
            metadata_tags,
            system,
            user_data: _,
            // There is no stack to signal: the group's hook waits.
            signal: _,
            tags,
        } = self;
        let one = |tree: Tree| Tree::List(vec![tree]);
        let volume = Tree::map()
            .set("volume_type", *ty)
            .set("volume_size", size)
            .maybe("iops", iops.as_ref())
            .maybe("throughput", throughput.as_ref())
            .set("encrypted", "true")
            .set("delete_on_termination", "true");
        let interface = Tree::map()
            .set("device_index", 0)
            .set(
                "associate_public_ip_address",
                if *public_address { "true" } else { "false" },
            )
            .set("delete_on_termination", "true")
            .set("security_groups", security_groups);
        let specifications = TAGGED
            .iter()
            .map(|what| Tree::map().set("resource_type", *what).set("tags", tags));
        tf::block("aws_launch_template")
            .set("name_prefix", tf::own_label(102))
            .set("image_id", image)
            .set("instance_type", instance_type)
            .set("iam_instance_profile", one(Tree::map().set("arn", profile)))
            .maybe("key_name", key_pair.as_ref())
            .set("monitoring", one(Tree::map().set("enabled", monitoring)))
            .set(
                "metadata_options",
                one(Tree::map()
                    .set("http_endpoint", "enabled")
                    .set("http_tokens", "required")
                    .set("http_put_response_hop_limit", *hop_limit)
                    .set("instance_metadata_tags", on(*metadata_tags))),
            )
            .set("network_interfaces", one(interface))
            .set(
                "block_device_mappings",
                one(Tree::map()
                    .set("device_name", root_device(*system))
                    .set("ebs", one(volume))),
            )
            .set("tag_specifications", Tree::list(specifications))
            .set("user_data", Tree::Base64(self.script(Vec::new())))
            .set("tags", tags)
            .gives(Self::ID, "id")
            .gives(Self::VERSION, "latest_version")
            .into()
    }
}

fn on(it: bool) -> &'static str {
    if it { "enabled" } else { "disabled" }
}
