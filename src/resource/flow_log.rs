//! `FlowLog`: a record of a network's connections.

use super::expr::{Arn, Expr, VpcId};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// A record of accepted and refused connections in a log group.
    pub struct FlowLog {
        /// The network.
        pub vpc: Expr<VpcId>,
        /// The log group.
        pub group: Expr<Arn>,
        /// The role that writes.
        pub role: Expr<Arn>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl Kind for FlowLog {
    fn aws_type(&self) -> &'static str {
        "AWS::EC2::FlowLog"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            vpc,
            group,
            role,
            tags,
        } = self;
        cfn::resource("AWS::EC2::FlowLog")
            .set("ResourceType", "VPC")
            .set("ResourceId", vpc)
            .set("TrafficType", "ALL")
            .set("LogDestinationType", "cloud-watch-logs")
            .set("LogDestination", group)
            .set("DeliverLogsPermissionArn", role)
            .set("MaxAggregationInterval", 600)
            .set("Tags", cfn::tag_list(tags))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            vpc,
            group,
            role,
            tags,
        } = self;
        tf::block("aws_flow_log")
            .set("vpc_id", vpc)
            .set("traffic_type", "ALL")
            .set("log_destination_type", "cloud-watch-logs")
            .set("log_destination", group)
            .set("iam_role_arn", role)
            .set("max_aggregation_interval", 600)
            .set("tags", tags)
            .into()
    }
}
