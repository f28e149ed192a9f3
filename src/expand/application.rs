//! `application`: a bucket for versions, logs and artifacts.

use super::unit::Unit;
use super::unit_id;
use crate::graph::Keep;
use crate::model::{Application, Program};
use crate::resource::bucket::{Bucket, LifecycleRule};
use crate::resource::bucket_policy::BucketPolicy;
use crate::resource::expr::Arn;
use crate::resource::policy::{Condition, Principal, Statement};
use crate::resource::{Expr, Term};
use crate::schema::target::Target;
use crate::schema::{Map, Pseudo};
use crate::syntax::ast::ItemKind;

/// Objects that nobody reads any more go after this many days.
const LOG_DAYS: i64 = 365;

/// Parts of an upload that was given up go after this many days.
const ABORTED_UPLOAD_DAYS: i64 = 7;

/// The unit of an application that has no bucket yet.
pub(super) fn expand<'a>(program: &'a Program, application: &Application) -> Unit<'a> {
    let id = unit_id(ItemKind::Application, &application.name);
    let settings = &application.settings;
    let description = match &settings.description {
        Some(description) => description.value.to_string(),
        None => format!(
            "Versions, logs and artifacts of application {}",
            application.name
        ),
    };
    let tags: &Map<_> = &settings.tags;
    let mut unit = Unit::new(program, id, application.span, description, None, tags);
    unit.graph.target = owner(program, application);

    let max_age = &settings.versions.max_age;
    let bucket = unit.graph.add(
        "bucket",
        application.span,
        Bucket {
            lifecycle: vec![
                LifecycleRule {
                    id: "versions",
                    prefix: "versions/",
                    expire: None,
                    expire_noncurrent: Some(Expr::from(max_age.value.days()).at(max_age.span())),
                },
                LifecycleRule {
                    id: "logs",
                    prefix: "logs/",
                    expire: Some(Expr::from(LOG_DAYS)),
                    expire_noncurrent: Some(Expr::from(1)),
                },
            ],
            abort_uploads: Expr::from(ABORTED_UPLOAD_DAYS),
            tags: unit.named_tags(),
        },
    );
    unit.graph.keep(bucket, Keep::Retain);

    let arn = |path: &str| -> Expr<Arn> {
        Expr::new(Term::join([bucket.attr(Bucket::ARN).term, path.into()]))
    };
    unit.graph.add(
        "bucket_policy",
        application.span,
        BucketPolicy {
            bucket: bucket.attr(Bucket::NAME),
            statements: vec![
                Statement::deny("TlsOnly", ["s3:*"], [arn(""), arn("/*")])
                    .principal(Principal::Everyone)
                    .when(Condition::Bool("aws:SecureTransport", false)),
                // Balancers write as this service, and only those of this
                // account may. Network balancers have a service of their own.
                Statement::allow("BalancerLogs", ["s3:PutObject"], [arn("/logs/*")])
                    .principal(Principal::Service(
                        "logdelivery.elasticloadbalancing.amazonaws.com",
                    ))
                    .when(of_this_account()),
                Statement::allow("NetworkBalancerLogs", ["s3:PutObject"], [arn("/logs/*")])
                    .principal(Principal::Service("delivery.logs.amazonaws.com"))
                    .when(of_this_account()),
                Statement::allow("NetworkBalancerLogsCheck", ["s3:GetBucketAcl"], [arn("")])
                    .principal(Principal::Service("delivery.logs.amazonaws.com"))
                    .when(of_this_account()),
            ],
        },
    );

    unit.gives("bucket", bucket.attr(Bucket::NAME).term);
    unit.gives("bucket_arn", bucket.attr(Bucket::ARN).term);
    unit.publish("bucket", bucket.attr(Bucket::NAME).cast());
    unit.output(
        "bucket",
        "Bucket of versions, logs and artifacts",
        bucket.attr(Bucket::NAME).term,
    );
    unit
}

/// Whose the application is: the account and the role of its environments, when
/// all of them have the same. Each region has a bucket of its own.
fn owner(program: &Program, application: &Application) -> Option<Target> {
    let environments = program.environments.values();
    let ours = environments.filter(|it| it.application == application.name);
    let mut targets = ours.map(|it| &it.settings.target.block);
    let first = targets.next()?;
    let keys = |it: &Target| {
        let account = it.account.as_ref().map(|it| it.value.clone());
        (account, it.role.as_ref().map(|it| it.value.0.clone()))
    };
    let owner = || Target {
        region: None,
        state: None,
        ..first.clone()
    };
    targets.all(|other| keys(other) == keys(first)).then(owner)
}

fn of_this_account() -> Condition {
    Condition::Equals("aws:SourceAccount", Term::from(Pseudo::Account))
}
