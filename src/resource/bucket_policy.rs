//! `BucketPolicy`: who may do what with a bucket.

use super::expr::{Expr, Name};
use super::policy::{self, Statement};
use super::{Kind, cfn, tf};
use crate::fields;

fields! {
    /// Who may do what with a bucket.
    pub struct BucketPolicy {
        /// The bucket.
        pub bucket: Expr<Name>,
        /// What it says; each statement names a principal.
        pub statements: Vec<Statement>,
    }
}

impl Kind for BucketPolicy {
    fn aws_type(&self) -> &'static str {
        "AWS::S3::BucketPolicy"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self { bucket, statements } = self;
        cfn::resource("AWS::S3::BucketPolicy")
            .set("Bucket", bucket)
            .set("PolicyDocument", policy::document(statements))
            .into()
    }

    fn terraform(&self) -> tf::Pieces {
        let Self { bucket, statements } = self;
        tf::block("aws_s3_bucket_policy")
            .set("bucket", bucket)
            .set("policy", policy::document(statements))
            .into()
    }
}
