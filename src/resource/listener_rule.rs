//! `ListenerRule`: requests of a listener that another target group answers.

use super::expr::{Arn, Expr, Int, Text};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// Requests that another target group answers, by host and path.
    pub struct ListenerRule {
        /// The listener.
        pub listener: Expr<Arn>,
        /// Which rule is looked at first.
        pub priority: Expr<Int>,
        /// Host names, any of them; none for all.
        pub hosts: Vec<Expr<Text>>,
        /// Paths, any of them; none for all.
        pub paths: Vec<Expr<Text>>,
        /// The target group.
        pub target: Expr<Arn>,
        /// Its tags; CloudFormation's rules have none.
        pub tags: Tags,
    }
}

impl Kind for ListenerRule {
    fn aws_type(&self) -> &'static str {
        "AWS::ElasticLoadBalancingV2::ListenerRule"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            listener,
            priority,
            hosts,
            paths,
            target,
            tags: _,
        } = self;
        let condition = |field: &'static str, config: &'static str, values: &Vec<Expr<Text>>| {
            Tree::map()
                .set("Field", field)
                .set(config, Tree::map().set("Values", Tree::list(values)))
        };
        let mut conditions = Vec::new();
        if !hosts.is_empty() {
            conditions.push(condition("host-header", "HostHeaderConfig", hosts));
        }
        if !paths.is_empty() {
            conditions.push(condition("path-pattern", "PathPatternConfig", paths));
        }
        let action = Tree::map()
            .set("Type", "forward")
            .set("TargetGroupArn", target);
        cfn::resource("AWS::ElasticLoadBalancingV2::ListenerRule")
            .set("ListenerArn", listener)
            .set("Priority", priority)
            .set("Conditions", Tree::List(conditions))
            .set("Actions", Tree::List(vec![action]))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            listener,
            priority,
            hosts,
            paths,
            target,
            tags,
        } = self;
        let condition = |kind: &'static str, values: &Vec<Expr<Text>>| {
            let values = Tree::map().set("values", Tree::list(values));
            Tree::map().set(kind, Tree::List(vec![values]))
        };
        let mut conditions = Vec::new();
        if !hosts.is_empty() {
            conditions.push(condition("host_header", hosts));
        }
        if !paths.is_empty() {
            conditions.push(condition("path_pattern", paths));
        }
        let action = Tree::map()
            .set("type", "forward")
            .set("target_group_arn", target);
        tf::block("aws_lb_listener_rule")
            .set("listener_arn", listener)
            .set("priority", priority)
            .set("condition", Tree::List(conditions))
            .set("action", Tree::List(vec![action]))
            .set("tags", tags)
            .into()
    }
}
