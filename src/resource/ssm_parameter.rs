//! `SsmParameter`: what a stack leaves for others.

use super::expr::{Expr, Name, SubnetId, Text};
use super::{ExprList, Kind, References, Tags, Term, Tree, cfn, tf};
use crate::fields;

fields! {
    /// What a stack leaves for others. The name is set: it is where others
    /// look.
    pub struct SsmParameter {
        /// Its name: `/bean/main/id`.
        pub name: Expr<Name>,
        /// What it holds.
        pub description: Expr<Text>,
        /// Its value.
        pub value: Value,
        /// Its tags.
        pub tags: Tags,
    }
}

/// What a parameter holds.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text.
    Text(Expr<Text>),
    /// Texts, separated by commas.
    List(ExprList<SubnetId>),
}

impl References for Value {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        match self {
            Self::Text(text) => text.references(visit),
            Self::List(list) => list.references(visit),
        }
    }
}

impl Value {
    fn ty(&self) -> &'static str {
        match self {
            Self::Text(_) => "String",
            Self::List(_) => "StringList",
        }
    }

    fn tree(&self) -> Tree {
        match self {
            Self::Text(text) => text.into(),
            Self::List(ExprList::Whole(list)) => list.into(),
            Self::List(ExprList::Items(items)) => {
                let commas = items.iter().enumerate().flat_map(|(at, item)| {
                    let comma = if at == 0 { "" } else { "," };
                    [Term::from(comma), item.term.clone()]
                });
                Tree::Leaf(Term::join(commas), None)
            }
        }
    }
}

impl Kind for SsmParameter {
    fn aws_type(&self) -> &'static str {
        "AWS::SSM::Parameter"
    }

    /// Tags of parameters are an object here, unlike those of all others.
    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            name,
            description,
            value,
            tags,
        } = self;
        cfn::resource("AWS::SSM::Parameter")
            .set("Name", name)
            .set("Description", description)
            .set("Type", value.ty())
            .set("Value", value.tree())
            .set("Tags", tags)
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self {
            name,
            description,
            value,
            tags,
        } = self;
        tf::block("aws_ssm_parameter")
            .set("name", name)
            .set("description", description)
            .set("type", value.ty())
            .set("insecure_value", value.tree())
            .set("tags", tags)
            .into()
    }
}
