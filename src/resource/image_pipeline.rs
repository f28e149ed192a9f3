//! `ImagePipeline`: an image built again and again.

use super::expr::{Arn, Expr, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// An image built again at certain times, provided that what it starts
    /// from has changed meanwhile; also whenever somebody asks for it.
    pub struct ImagePipeline {
        /// What it is, for people.
        pub description: Expr<Text>,
        /// What is built.
        pub recipe: Expr<Arn>,
        /// On what it is built.
        pub infrastructure: Expr<Arn>,
        /// Where it goes.
        pub distribution: Expr<Arn>,
        /// When: `cron(0 4 ? * SUN *)`, in UTC.
        pub schedule: Option<Expr<Text>>,
        /// Its tags.
        pub tags: Tags,
    }
}

/// Nothing is built when nothing has changed.
const CONDITION: &str = "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE";

impl Kind for ImagePipeline {
    fn aws_type(&self) -> &'static str {
        "AWS::ImageBuilder::ImagePipeline"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            description,
            recipe,
            infrastructure,
            distribution,
            schedule,
            tags,
        } = self;
        let schedule = schedule.as_ref().map(|schedule| {
            Tree::map()
                .set("ScheduleExpression", schedule)
                .set("PipelineExecutionStartCondition", CONDITION)
        });
        cfn::resource("AWS::ImageBuilder::ImagePipeline")
            .set("Name", cfn::own_name())
            .set("Description", description)
            .set("ImageRecipeArn", recipe)
            .set("InfrastructureConfigurationArn", infrastructure)
            .set("DistributionConfigurationArn", distribution)
            .maybe("Schedule", schedule)
            .set("Status", "ENABLED")
            .set("Tags", tags)
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            description,
            recipe,
            infrastructure,
            distribution,
            schedule,
            tags,
        } = self;
        let schedule = schedule.as_ref().map(|schedule| {
            let schedule = Tree::map()
                .set("schedule_expression", schedule)
                .set("pipeline_execution_start_condition", CONDITION);
            Tree::List(vec![schedule])
        });
        tf::block("aws_imagebuilder_image_pipeline")
            .set("name", tf::own_name())
            .set("description", description)
            .set("image_recipe_arn", recipe)
            .set("infrastructure_configuration_arn", infrastructure)
            .set("distribution_configuration_arn", distribution)
            .maybe("schedule", schedule)
            .set("status", "ENABLED")
            .set("tags", tags)
            .into()
    }
}
