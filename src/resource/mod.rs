//! What AWS will hold, one file per kind of resource.
//!
//! A kind is a plain struct with typed fields, what it gives to others, and
//! one pure lowering per target: see `security_group.rs` for the shape of all
//! of them. Words of a target stand in these lowerings and in `backend`,
//! nowhere else. References stay typed until `backend` writes them down.

pub mod expr;
pub mod lines;
pub mod tree;
pub mod cfn;
pub mod tf;
pub mod policy;

pub mod alarm;
pub mod auto_scaling_group;
pub mod bucket;
pub mod bucket_policy;
pub mod built_image;
pub mod ecs_capacity;
pub mod ecs_cluster;
pub mod ecs_service;
pub mod elastic_ip;
pub mod flow_log;
pub mod image_component;
pub mod image_distribution;
pub mod image_infrastructure;
pub mod image_pipeline;
pub mod image_recipe;
pub mod instance_profile;
pub mod internet_gateway;
pub mod key;
pub mod launch_template;
pub mod listener;
pub mod listener_rule;
pub mod load_balancer;
pub mod log_group;
pub mod nat_gateway;
pub mod queue;
pub mod queue_policy;
pub mod record_set;
pub mod role;
pub mod route;
pub mod route_table;
pub mod route_table_association;
pub mod scaling_policy;
pub mod schedule;
pub mod scheduled_action;
pub mod security_group;
pub mod security_group_rule;
pub mod ssm_parameter;
pub mod subnet;
pub mod subscription;
pub mod target_group;
pub mod task_definition;
pub mod topic;
pub mod vpc;

use std::fmt::Debug;

pub use expr::{Attribute, Expr, ExprList, NodeId, Parameter, ParameterType, Ref, Term};
pub use lines::Lines;
pub use tree::Tree;

/// A kind of resource. The struct's fields say all there is to know; the two
/// lowerings write it down for a target.
pub trait Kind: References + Debug + Send + Sync {
    /// The AWS type, by which summaries and pictures name it:
    /// `AWS::EC2::SecurityGroup`.
    fn aws_type(&self) -> &'static str;

    /// What its instances run when they boot, when it has instances: the
    /// longer of what the two targets write.
    fn user_data(&self) -> Option<Lines> {
        None
    }

    /// As CloudFormation has it.
    fn cloudformation(&self) -> cfn::Pieces;

    /// As Terraform has it.
    fn terraform(&self) -> tf::Pieces;
}

/// Everything that a value refers to: the graph's edges are read from here.
pub trait References {
    /// Calls `visit` with each term that stands in the value, joins included.
    fn references(&self, visit: &mut dyn FnMut(&Term));
}

impl<T: References> References for Option<T> {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        if let Some(it) = self {
            it.references(visit);
        }
    }
}

impl<T: References> References for Vec<T> {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        for it in self {
            it.references(visit);
        }
    }
}

impl References for Term {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        visit(self);
        match self {
            Self::Join(terms) => {
                for term in terms {
                    term.references(visit);
                }
            }
            Self::Commas(list) => list.references(visit),
            _ => {}
        }
    }
}

impl<A: References, B: References> References for (A, B) {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        self.0.references(visit);
        self.1.references(visit);
    }
}

/// Types that hold no term.
#[macro_export]
macro_rules! without_references {
    ($($ty:ty),* $(,)?) => {
        $(impl $crate::resource::References for $ty {
            fn references(&self, _: &mut dyn FnMut(&$crate::resource::Term)) {}
        })*
    };
}

without_references!(bool, i64, u16, smol_str::SmolStr, &'static str);

/// Declares a struct of a resource, or of a part of one, whose references are
/// read from all of its fields.
///
/// ```text
/// fields! {
///     /// A security group without rules.
///     pub struct SecurityGroup {
///         /// Shown in the console.
///         pub description: Expr<Text>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! fields {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }

        impl $crate::resource::References for $name {
            fn references(&self, visit: &mut dyn FnMut(&$crate::resource::Term)) {
                let Self { $($field,)* } = self;
                $($crate::resource::References::references($field, visit);)*
            }
        }
    };
}

/// Tags of a resource: those of the user and `Name`.
#[derive(Debug, Clone, Default)]
pub struct Tags(pub Vec<(smol_str::SmolStr, Expr<expr::Text>)>);

impl References for Tags {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        for (_, value) in &self.0 {
            value.references(visit);
        }
    }
}

impl Tags {
    /// The same with `Name` in front.
    #[must_use]
    pub fn named(&self, name: impl Into<smol_str::SmolStr>) -> Self {
        let mut tags = vec![("Name".into(), Expr::from(name.into()))];
        tags.extend(self.0.iter().filter(|(key, _)| key != "Name").cloned());
        Self(tags)
    }
}
