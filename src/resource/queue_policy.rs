//! `QueuePolicy`: who may do what with a queue.

use super::expr::{Expr, Text};
use super::policy::{self, Statement};
use super::{Kind, Tree, cfn, tf};
use crate::fields;

fields! {
    /// Who may do what with a queue, beside what roles say.
    pub struct QueuePolicy {
        /// The queue's URL.
        pub queue: Expr<Text>,
        /// What is allowed and what is forbidden.
        pub statements: Vec<Statement>,
    }
}

impl Kind for QueuePolicy {
    fn aws_type(&self) -> &'static str {
        "AWS::SQS::QueuePolicy"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { queue, statements } = self;
        cfn::resource("AWS::SQS::QueuePolicy")
            .set("Queues", Tree::list([queue]))
            .set("PolicyDocument", policy::document(statements))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { queue, statements } = self;
        tf::block("aws_sqs_queue_policy")
            .set("queue_url", queue)
            .set("policy", policy::document(statements))
            .into()
    }
}
