//! `BuiltImage`: an image built by the deployment itself.

use super::expr::{Arn, Expr};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// An image built by the deployment itself, anew whenever its recipe
    /// changes: who is deployed afterwards finds its id in the parameter.
    pub struct BuiltImage {
        /// What is built.
        pub recipe: Expr<Arn>,
        /// On what it is built.
        pub infrastructure: Expr<Arn>,
        /// Where it goes.
        pub distribution: Expr<Arn>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl Kind for BuiltImage {
    fn aws_type(&self) -> &'static str {
        "AWS::ImageBuilder::Image"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            recipe,
            infrastructure,
            distribution,
            tags,
        } = self;
        cfn::resource("AWS::ImageBuilder::Image")
            .set("ImageRecipeArn", recipe)
            .set("InfrastructureConfigurationArn", infrastructure)
            .set("DistributionConfigurationArn", distribution)
            .set("Tags", tags)
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            recipe,
            infrastructure,
            distribution,
            tags,
        } = self;
        tf::block("aws_imagebuilder_image")
            .set("image_recipe_arn", recipe)
            .set("infrastructure_configuration_arn", infrastructure)
            .set("distribution_configuration_arn", distribution)
            .set("tags", tags)
            .create_before_destroy()
            .into()
    }
}
