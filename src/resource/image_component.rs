//! `ImageComponent`: what is done to an image while it is built.

use super::expr::{Arn, Attribute, Expr, Text};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// What is done to an image while it is built. A version of it can never
    /// change, so the version is made from the content.
    pub struct ImageComponent {
        /// What it is, for people.
        pub description: Expr<Text>,
        /// `1.2.3`, from the content.
        pub version: Expr<Text>,
        /// The document of its steps, in YAML.
        pub data: Expr<Text>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl ImageComponent {
    /// The ARN of this version.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

impl Kind for ImageComponent {
    fn aws_type(&self) -> &'static str {
        "AWS::ImageBuilder::Component"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            version,
            data,
            tags,
        } = self;
        cfn::resource("AWS::ImageBuilder::Component")
            .set("Name", cfn::own_name())
            .set("Platform", "Linux")
            .set("Version", version)
            .set("Description", description)
            .set("Data", data)
            .set("Tags", tags)
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            version,
            data,
            tags,
        } = self;
        tf::block("aws_imagebuilder_component")
            .set("name", tf::own_name())
            .set("platform", "Linux")
            .set("version", version)
            .set("description", description)
            .set("data", data)
            .set("tags", tags)
            .create_before_destroy()
            .gives(Self::ARN, "arn")
            .into()
    }
}
