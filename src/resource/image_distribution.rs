//! `ImageDistribution`: where an image goes once it is built.

use super::expr::{Arn, Attribute, Expr, Name, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;
use crate::schema::Pseudo;

fields! {
    /// Where an image goes once it is built: it stays in its account and
    /// region, and its id goes into a parameter.
    pub struct ImageDistribution {
        /// What it is, for people.
        pub description: Expr<Text>,
        /// What its images are called; `{{ imagebuilder:buildDate }}` in it
        /// tells them apart.
        pub image_name: Expr<Text>,
        /// The parameter that gets the id of the newest image. Image Builder's
        /// own role may write below `/imagebuilder/` alone.
        pub parameter: Expr<Name>,
        /// Its tags, and those of the images.
        pub tags: Tags,
    }
}

impl ImageDistribution {
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

/// What the parameter holds: Systems Manager checks that there is such an
/// image.
const DATA_TYPE: &str = "aws:ec2:image";

impl Kind for ImageDistribution {
    fn aws_type(&self) -> &'static str {
        "AWS::ImageBuilder::DistributionConfiguration"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            image_name,
            parameter,
            tags,
        } = self;
        let image = Tree::map().set("Name", image_name).set("AmiTags", tags);
        let parameter = Tree::map()
            .set("ParameterName", parameter)
            .set("DataType", DATA_TYPE);
        let here = Tree::map()
            .set("Region", Pseudo::Region)
            .set("AmiDistributionConfiguration", image)
            .set("SsmParameterConfigurations", Tree::List(vec![parameter]));
        cfn::resource("AWS::ImageBuilder::DistributionConfiguration")
            .set("Name", cfn::own_name())
            .set("Description", description)
            .set("Distributions", Tree::List(vec![here]))
            .set("Tags", tags)
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            image_name,
            parameter,
            tags,
        } = self;
        let one = |tree: Tree| Tree::List(vec![tree]);
        let image = Tree::map().set("name", image_name).set("ami_tags", tags);
        let parameter = Tree::map()
            .set("parameter_name", parameter)
            .set("data_type", DATA_TYPE);
        let here = Tree::map()
            .set("region", Pseudo::Region)
            .set("ami_distribution_configuration", one(image))
            .set("ssm_parameter_configuration", one(parameter));
        tf::block("aws_imagebuilder_distribution_configuration")
            .set("name", tf::own_name())
            .set("description", description)
            .set("distribution", one(here))
            .set("tags", tags)
            .gives(Self::ARN, "arn")
            .into()
    }
}
