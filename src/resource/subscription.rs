//! `Subscription`: who gets the messages of a topic.

use super::expr::{Arn, Expr, Text};
use super::{Kind, cfn, tf};
use crate::fields;

fields! {
    /// Who gets the messages of a topic.
    pub struct Subscription {
        /// The topic.
        pub topic: Expr<Arn>,
        /// `email`
        pub protocol: &'static str,
        /// The address.
        pub endpoint: Expr<Text>,
    }
}

impl Kind for Subscription {
    fn aws_type(&self) -> &'static str {
        "AWS::SNS::Subscription"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            topic,
            protocol,
            endpoint,
        } = self;
        cfn::resource("AWS::SNS::Subscription")
            .set("TopicArn", topic)
            .set("Protocol", *protocol)
            .set("Endpoint", endpoint)
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            topic,
            protocol,
            endpoint,
        } = self;
        tf::block("aws_sns_topic_subscription")
            .set("topic_arn", topic)
            .set("protocol", *protocol)
            .set("endpoint", endpoint)
            .into()
    }
}
