//! `LogGroup`: where log entries are kept.

use super::expr::{Attribute, Expr, Int, Name};
use super::{Kind, Tags, cfn, tf};
use crate::fields;

fields! {
    /// Log entries of one origin, kept for a time. The name is set because
    /// programs that write there are told it before the group exists.
    pub struct LogGroup {
        /// Its name.
        pub name: Expr<Name>,
        /// How many days entries are kept.
        pub retention: Expr<Int>,
        /// Its tags.
        pub tags: Tags,
    }
}

impl LogGroup {
    /// Its name, once it exists.
    pub const NAME: Attribute<Self, Name> = Attribute::new("name");
}

impl Kind for LogGroup {
    fn aws_type(&self) -> &'static str {
        "AWS::Logs::LogGroup"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            name,
            retention,
            tags,
        } = self;
        cfn::resource("AWS::Logs::LogGroup")
            .set("LogGroupName", name)
            .set("RetentionInDays", retention)
            .set("Tags", cfn::tag_list(tags))
            .stateful()
            .gives(Self::NAME, cfn::reference())
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            name,
            retention,
            tags,
        } = self;
        tf::block("aws_cloudwatch_log_group")
            .set("name", name)
            .set("retention_in_days", retention)
            .set("tags", tags)
            .kept_by("skip_destroy")
            .gives(Self::NAME, "name")
            .into()
    }
}
