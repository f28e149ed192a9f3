//! Statements of IAM policies, shared by roles and resource policies.

use smol_str::SmolStr;

use super::expr::Arn;
use super::{Expr, References, Term, Tree};

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Letters and digits that name it within its policy.
    pub id: SmolStr,
    effect: &'static str,
    principal: Option<Principal>,
    actions: Vec<&'static str>,
    resources: Vec<Expr<Arn>>,
    conditions: Vec<Condition>,
}

/// Whom a resource's policy speaks of.
#[derive(Debug, Clone, PartialEq)]
pub enum Principal {
    /// Anyone at all.
    Everyone,
    /// A service of AWS.
    Service(&'static str),
    /// An account, by the ARN of its root: its own policies decide.
    Account(Term),
}

/// When a statement holds.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The key has this value.
    Equals(&'static str, Term),
    /// The key is true or false.
    Bool(&'static str, bool),
}

impl References for Statement {
    fn references(&self, visit: &mut dyn FnMut(&Term)) {
        let Self {
            id: _,
            effect: _,
            principal,
            actions: _,
            resources,
            conditions,
        } = self;
        match principal {
            Some(Principal::Account(root)) => root.references(visit),
            Some(Principal::Everyone | Principal::Service(_)) | None => {}
        }
        resources.references(visit);
        for condition in conditions {
            match condition {
                Condition::Equals(_, value) => value.references(visit),
                Condition::Bool(..) => {}
            }
        }
    }
}

impl Statement {
    /// Allows actions on resources.
    pub fn allow(
        id: impl Into<SmolStr>,
        actions: impl IntoIterator<Item = &'static str>,
        resources: impl IntoIterator<Item = Expr<Arn>>,
    ) -> Self {
        Self::new(id, "Allow", actions, resources)
    }

    /// Denies actions on resources, whatever else allows them.
    pub fn deny(
        id: impl Into<SmolStr>,
        actions: impl IntoIterator<Item = &'static str>,
        resources: impl IntoIterator<Item = Expr<Arn>>,
    ) -> Self {
        Self::new(id, "Deny", actions, resources)
    }

    fn new(
        id: impl Into<SmolStr>,
        effect: &'static str,
        actions: impl IntoIterator<Item = &'static str>,
        resources: impl IntoIterator<Item = Expr<Arn>>,
    ) -> Self {
        Self {
            id: id.into(),
            effect,
            principal: None,
            actions: actions.into_iter().collect(),
            resources: resources.into_iter().collect(),
            conditions: Vec::new(),
        }
    }

    /// Speaks of someone: in policies of resources.
    #[must_use]
    pub fn principal(mut self, principal: Principal) -> Self {
        self.principal = Some(principal);
        self
    }

    /// Holds only then.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    fn tree(&self) -> Tree {
        let Self {
            id,
            effect,
            principal,
            actions,
            resources,
            conditions,
        } = self;
        let mut tree = Tree::map().set("Sid", id.clone()).set("Effect", *effect);
        match principal {
            // `"*"` alone means the same; this spelling is the one that every
            // reader of policies knows.
            Some(Principal::Everyone) => tree = tree.set("Principal", Tree::map().set("AWS", "*")),
            Some(Principal::Service(name)) => {
                tree = tree.set("Principal", Tree::map().set("Service", *name));
            }
            Some(Principal::Account(root)) => {
                tree = tree.set("Principal", Tree::map().set("AWS", root.clone()));
            }
            None => {}
        }
        tree = tree
            .set(
                "Action",
                one_or_many(actions.iter().map(|action| Tree::from(*action))),
            )
            .set("Resource", one_or_many(resources.iter().map(Tree::from)));
        if conditions.is_empty() {
            return tree;
        }
        let condition = conditions
            .iter()
            .fold(Tree::map(), |tree, condition| match condition {
                Condition::Equals(key, value) => {
                    tree.set("StringEquals", Tree::map().set(*key, value.clone()))
                }
                Condition::Bool(key, value) => tree.set(
                    "Bool",
                    Tree::map().set(*key, if *value { "true" } else { "false" }),
                ),
            });
        tree.set("Condition", condition)
    }
}

/// AWS gives a list of one back without the list, so that is how it is sent.
fn one_or_many(items: impl Iterator<Item = Tree>) -> Tree {
    let mut items: Vec<Tree> = items.collect();
    if items.len() == 1 {
        items.remove(0)
    } else {
        Tree::List(items)
    }
}

/// A whole policy.
#[must_use]
pub fn document<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> Tree {
    let statements: Vec<Tree> = statements.into_iter().map(Statement::tree).collect();
    let document = Tree::map()
        .set("Version", "2012-10-17")
        .set("Statement", Tree::List(statements));
    Tree::Document(Box::new(document))
}

/// The policy that lets a service act as a role.
#[must_use]
pub fn trust(service: &'static str) -> Tree {
    let statement = Tree::map()
        .set("Effect", "Allow")
        .set("Principal", Tree::map().set("Service", service))
        .set("Action", "sts:AssumeRole");
    let document = Tree::map()
        .set("Version", "2012-10-17")
        .set("Statement", Tree::List(vec![statement]));
    Tree::Document(Box::new(document))
}
