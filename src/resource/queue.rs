//! `Queue`: messages that wait for an instance.

use super::expr::{Arn, Attribute, Expr, Int, Name, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::{fields, without_references};

fields! {
    /// Messages that wait for an instance, encrypted with SQS's own keys.
    pub struct Queue {
        /// Whether messages keep their order.
        pub order: Order,
        /// Seconds that a message is invisible once it was received.
        pub visibility: Expr<Int>,
        /// Seconds that a message is kept.
        pub retention: Expr<Int>,
        /// What becomes of messages that fail again and again.
        pub redrive: Option<Redrive>,
        /// Its tags.
        pub tags: Tags,
    }
}

/// Whether messages keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// They may overtake each other.
    Standard,
    /// Those of a group do not, and none comes twice within five minutes.
    Fifo,
}

without_references!(Order);

fields! {
    /// Where messages go that fail again and again.
    pub struct Redrive {
        /// The queue that takes them.
        pub queue: Expr<Arn>,
        /// After how many attempts.
        pub attempts: Expr<Int>,
    }
}

impl Queue {
    /// Its URL.
    pub const URL: Attribute<Self, Text> = Attribute::new("url");
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
    /// Its name, as metrics know it.
    pub const NAME: Attribute<Self, Name> = Attribute::new("name");
}

/// Seconds that a request waits for messages: the most there is, since asking
/// again and again costs money (SQS Developer Guide, long polling).
const WAIT: i64 = 20;

/// Bytes of a message at most. SQS takes a mebibyte by now; version 5 of
/// Terraform's provider knows no more than this.
const LARGEST: i64 = 262_144;

impl Redrive {
    fn tree(&self, arn: &'static str, attempts: &'static str) -> Tree {
        Tree::map()
            .set(arn, &self.queue)
            .set(attempts, &self.attempts)
    }
}

impl Kind for Queue {
    fn aws_type(&self) -> &'static str {
        "AWS::SQS::Queue"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            order,
            visibility,
            retention,
            redrive,
            tags,
        } = self;
        let redrive = redrive
            .as_ref()
            .map(|it| it.tree("deadLetterTargetArn", "maxReceiveCount"));
        let fifo = (*order == Order::Fifo).then_some(true);
        cfn::resource("AWS::SQS::Queue")
            .stateful()
            .maybe("FifoQueue", fifo)
            .maybe("ContentBasedDeduplication", fifo)
            .set("SqsManagedSseEnabled", true)
            .set("MaximumMessageSize", LARGEST)
            .set("VisibilityTimeout", visibility)
            .set("MessageRetentionPeriod", retention)
            .set("ReceiveMessageWaitTimeSeconds", WAIT)
            .maybe("RedrivePolicy", redrive)
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::URL, cfn::reference())
            .gives(Self::ARN, cfn::get_att("Arn"))
            .gives(Self::NAME, cfn::get_att("QueueName"))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            order,
            visibility,
            retention,
            redrive,
            tags,
        } = self;
        let redrive = redrive
            .as_ref()
            .map(|it| Tree::Document(Box::new(it.tree("deadLetterTargetArn", "maxReceiveCount"))));
        let fifo = (*order == Order::Fifo).then_some(true);
        tf::block("aws_sqs_queue")
            .set("name_prefix", tf::own_label(54))
            .maybe("fifo_queue", fifo)
            .maybe("content_based_deduplication", fifo)
            .set("sqs_managed_sse_enabled", true)
            .set("max_message_size", LARGEST)
            .set("visibility_timeout_seconds", visibility)
            .set("message_retention_seconds", retention)
            .set("receive_wait_time_seconds", WAIT)
            .maybe("redrive_policy", redrive)
            .set("tags", tags)
            .gives(Self::URL, "url")
            .gives(Self::ARN, "arn")
            .gives(Self::NAME, "name")
            .into()
    }
}
