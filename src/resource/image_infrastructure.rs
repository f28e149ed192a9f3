//! `ImageInfrastructure`: the instance on which an image is built.

use super::expr::{Arn, Attribute, Expr, Name, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// The instance on which an image is built: by token only to its metadata,
    /// and gone when the build is over, also when it failed. It stands in the
    /// account's default network.
    pub struct ImageInfrastructure {
        /// What it is, for people.
        pub description: Expr<Text>,
        /// The instance type.
        pub instance_type: Expr<Text>,
        /// How it gets its role.
        pub profile: Expr<Name>,
        /// Its tags, and those of the instance.
        pub tags: Tags,
    }
}

impl ImageInfrastructure {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

impl Kind for ImageInfrastructure {
    fn aws_type(&self) -> &'static str {
        "AWS::ImageBuilder::InfrastructureConfiguration"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            instance_type,
            profile,
            tags,
        } = self;
        let metadata = Tree::map()
            .set("HttpTokens", "required")
            .set("HttpPutResponseHopLimit", 1);
        cfn::resource("AWS::ImageBuilder::InfrastructureConfiguration")
            .set("Name", cfn::own_name())
            .set("Description", description)
            .set("InstanceTypes", Tree::list([instance_type]))
            .set("InstanceProfileName", profile)
            .set("InstanceMetadataOptions", metadata)
            .set("TerminateInstanceOnFailure", true)
            .set("ResourceTags", tags)
            .set("Tags", tags)
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            instance_type,
            profile,
            tags,
        } = self;
        let metadata = Tree::map()
            .set("http_tokens", "required")
            .set("http_put_response_hop_limit", 1);
        tf::block("aws_imagebuilder_infrastructure_configuration")
            .set("name", tf::own_name())
            .set("description", description)
            .set("instance_types", Tree::list([instance_type]))
            .set("instance_profile_name", profile)
            .set("instance_metadata_options", Tree::List(vec![metadata]))
            .set("terminate_instance_on_failure", true)
            .set("resource_tags", tags)
            .set("tags", tags)
            .gives(Self::ARN, "arn")
            .into()
    }
}
