//! `ImageRecipe`: an image to start from, and what is done to it.

use super::expr::{Arn, Attribute, Expr, Int, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// An image to start from, and what is done to it. A version of it can
    /// never change, so the version is made from the content.
    pub struct ImageRecipe {
        /// What it is, for people.
        pub description: Expr<Text>,
        /// `1.2.3`, from the content.
        pub version: Expr<Text>,
        /// The image to start from: an id, or `ssm:` and the parameter that
        /// names it.
        pub parent: Expr<Text>,
        /// What is done to it, in this order.
        pub components: Vec<Expr<Arn>>,
        /// The size of its disk in GiB.
        pub volume: Expr<Int>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl ImageRecipe {
    /// The ARN of this version.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

/// The root disk of Amazon Linux.
const ROOT_DEVICE: &str = "/dev/xvda";

impl Kind for ImageRecipe {
    fn aws_type(&self) -> &'static str {
        "AWS::ImageBuilder::ImageRecipe"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            version,
            parent,
            components,
            volume,
            tags,
        } = self;
        let components = components
            .iter()
            .map(|arn| Tree::map().set("ComponentArn", arn));
        let disk = Tree::map()
            .set("VolumeType", "gp3")
            .set("VolumeSize", volume)
            .set("Encrypted", true)
            .set("DeleteOnTermination", true);
        let disk = Tree::map().set("DeviceName", ROOT_DEVICE).set("Ebs", disk);
        cfn::resource("AWS::ImageBuilder::ImageRecipe")
            .set("Name", cfn::own_name())
            .set("Version", version)
            .set("Description", description)
            .set("ParentImage", parent)
            .set("Components", Tree::list(components))
            .set("BlockDeviceMappings", Tree::List(vec![disk]))
            .set("Tags", tags)
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            version,
            parent,
            components,
            volume,
            tags,
        } = self;
        let components = components
            .iter()
            .map(|arn| Tree::map().set("component_arn", arn));
        let disk = Tree::map()
            .set("volume_type", "gp3")
            .set("volume_size", volume)
            .set("encrypted", "true")
            .set("delete_on_termination", "true");
        let disk = Tree::map()
            .set("device_name", ROOT_DEVICE)
            .set("ebs", Tree::List(vec![disk]));
        tf::block("aws_imagebuilder_image_recipe")
            .set("name", tf::own_name())
            .set("version", version)
            .set("description", description)
            .set("parent_image", parent)
            .set("component", Tree::list(components))
            .set("block_device_mapping", Tree::List(vec![disk]))
            .set("tags", tags)
            .create_before_destroy()
            .gives(Self::ARN, "arn")
            .into()
    }
}
