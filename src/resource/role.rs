//! `Role`: what a service may do in the account.

use super::expr::{Arn, Attribute, Expr, Name, Text};
use super::policy::{self, Statement};
use super::{Kind, Tags, Term, Tree, cfn, tf};
use crate::fields;

fields! {
    /// What a service may do in the account: statements of its own and
    /// policies that AWS keeps.
    pub struct Role {
        /// The service that acts with it: `ec2.amazonaws.com`.
        pub service: &'static str,
        /// What it is for.
        pub description: Expr<Text>,
        /// ARNs of policies that AWS keeps.
        pub managed_policies: Vec<Expr<Arn>>,
        /// What it may do beside those.
        pub statements: Vec<Statement>,
        /// Whether its instances tell their stack that they are ready. Only
        /// CloudFormation has stacks.
        pub may_signal: bool,
        /// Its tags.
        pub tags: Tags,
    }
}

impl Role {
    /// Its name, once it may do what it says.
    pub const NAME: Attribute<Self, Name> = Attribute::new("name");
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

const POLICY: &str = "own";

impl Kind for Role {
    fn aws_type(&self) -> &'static str {
        "AWS::IAM::Role"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            service,
            description,
            managed_policies,
            statements,
            may_signal,
            tags,
        } = self;
        let stack = Expr::<Arn>::new(Term::StackId);
        let signal = Statement::allow("SignalStack", ["cloudformation:SignalResource"], [stack]);
        let document = policy::document(statements.iter().chain(may_signal.then_some(&signal)));
        let own = Tree::map()
            .set("PolicyName", POLICY)
            .set("PolicyDocument", document);
        let own = (*may_signal || !statements.is_empty()).then(|| Tree::List(vec![own]));
        let managed = (!managed_policies.is_empty()).then(|| Tree::list(managed_policies));
        cfn::resource("AWS::IAM::Role")
            .set("Description", description)
            .set("AssumeRolePolicyDocument", policy::trust(service))
            .maybe("ManagedPolicyArns", managed)
            .maybe("Policies", own)
            .set("Tags", cfn::tag_list(tags))
            .gives(Self::NAME, cfn::reference())
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    /// The name is taken from the policy, so that what acts with the role is
    /// made after the role may act.
    fn terraform(&self) -> tf::Pieces {
        let Self {
            service,
            description,
            managed_policies,
            statements,
            may_signal: _,
            tags,
        } = self;
        let role = tf::block("aws_iam_role")
            .set("name_prefix", tf::own_label(38))
            .set("description", description)
            .set("assume_role_policy", policy::trust(service))
            .set("tags", tags)
            .gives(Self::ARN, "arn");
        if statements.is_empty() && managed_policies.is_empty() {
            return role.gives(Self::NAME, "name").into();
        }
        let own = tf::block("aws_iam_role_policy")
            .set("name", POLICY)
            .set("role", tf::sibling(0, "name"))
            .set("policy", policy::document(statements))
            .gives(Self::NAME, "role");
        let mut pieces = tf::Pieces::from(role).and(own);
        for (at, arn) in managed_policies.iter().enumerate() {
            let attachment = tf::block("aws_iam_role_policy_attachment")
                .suffix(SUFFIXES.get(at).copied().unwrap_or("further"))
                .set("role", tf::sibling(0, "name"))
                .set("policy_arn", arn);
            pieces = pieces.and(attachment);
        }
        pieces
    }
}

/// Labels of attachments after the first.
const SUFFIXES: [&str; 4] = ["", "second", "third", "fourth"];
