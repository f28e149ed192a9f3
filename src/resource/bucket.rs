//! `Bucket`: objects that stay.

use super::expr::{Arn, Attribute, Expr, Int, Name};
use super::{Kind, Tags, Tree, cfn, tf};
use crate::fields;

fields! {
    /// A bucket that keeps versions of its objects, encrypts them, and is
    /// never public.
    pub struct Bucket {
        /// When objects go.
        pub lifecycle: Vec<LifecycleRule>,
        /// After how many days the parts of an unfinished upload go, wherever
        /// they are.
        pub abort_uploads: Expr<Int>,
        /// Its tags.
        pub tags: Tags,
    }
}

fields! {
    /// When objects under a prefix go.
    pub struct LifecycleRule {
        /// The rule's name.
        pub id: &'static str,
        /// Which objects.
        pub prefix: &'static str,
        /// After how many days objects go.
        pub expire: Option<Expr<Int>>,
        /// After how many days versions go that have been replaced.
        pub expire_noncurrent: Option<Expr<Int>>,
    }
}

impl Bucket {
    /// Its name.
    pub const NAME: Attribute<Self, Name> = Attribute::new("name");
    /// Its ARN.
    pub const ARN: Attribute<Self, Arn> = Attribute::new("arn");
}

/// The rule about unfinished uploads.
const UPLOADS: &str = "uploads";

const PUBLIC_ACCESS: [(&str, &str); 4] = [
    ("BlockPublicAcls", "block_public_acls"),
    ("BlockPublicPolicy", "block_public_policy"),
    ("IgnorePublicAcls", "ignore_public_acls"),
    ("RestrictPublicBuckets", "restrict_public_buckets"),
];

impl Kind for Bucket {
    fn aws_type(&self) -> &'static str {
        "AWS::S3::Bucket"
    }

    fn cloudformation(&self) -> cfn::Pieces {
        let Self {
            lifecycle,
            abort_uploads,
            tags,
        } = self;
        let encryption = Tree::map().set(
            "ServerSideEncryptionConfiguration",
            Tree::List(vec![Tree::map().set(
                "ServerSideEncryptionByDefault",
                Tree::map().set("SSEAlgorithm", "AES256"),
            )]),
        );
        let public = PUBLIC_ACCESS
            .iter()
            .fold(Tree::map(), |tree, (key, _)| tree.set(*key, true));
        let ownership = Tree::map().set("ObjectOwnership", "BucketOwnerEnforced");
        cfn::resource("AWS::S3::Bucket")
            .set("BucketEncryption", encryption)
            .set("PublicAccessBlockConfiguration", public)
            .set(
                "VersioningConfiguration",
                Tree::map().set("Status", "Enabled"),
            )
            .set(
                "OwnershipControls",
                Tree::map().set("Rules", Tree::List(vec![ownership])),
            )
            .set(
                "LifecycleConfiguration",
                Tree::map().set(
                    "Rules",
                    Tree::list(
                        lifecycle
                            .iter()
                            .map(cfn_rule)
                            .chain([cfn_uploads(abort_uploads)]),
                    ),
                ),
            )
            .set("Tags", cfn::tag_list(tags))
            .stateful()
            .gives(Self::NAME, cfn::reference())
            .gives(Self::ARN, cfn::get_att("Arn"))
            .into()
    }

    /// The life cycle is addressed to the bucket itself, not to its versioning:
    /// tools that read plans find it there.
    fn terraform(&self) -> tf::Pieces {
        let Self {
            lifecycle,
            abort_uploads,
            tags,
        } = self;
        let bucket = tf::block("aws_s3_bucket")
            .set("bucket_prefix", tf::own_label(37))
            .set("tags", tags)
            .gives(Self::NAME, "bucket")
            .gives(Self::ARN, "arn");
        let of = |ty| tf::block(ty).set("bucket", tf::sibling(0, "id"));
        let default = Tree::map().set("sse_algorithm", "AES256");
        let encryption = of("aws_s3_bucket_server_side_encryption_configuration").set(
            "rule",
            Tree::List(vec![Tree::map().set(
                "apply_server_side_encryption_by_default",
                Tree::List(vec![default]),
            )]),
        );
        let public = PUBLIC_ACCESS.iter().fold(
            of("aws_s3_bucket_public_access_block"),
            |block, (_, key)| block.set(key, true),
        );
        let versioning = of("aws_s3_bucket_versioning").set(
            "versioning_configuration",
            Tree::List(vec![Tree::map().set("status", "Enabled")]),
        );
        let ownership = of("aws_s3_bucket_ownership_controls").set(
            "rule",
            Tree::List(vec![
                Tree::map().set("object_ownership", "BucketOwnerEnforced"),
            ]),
        );
        let lifecycle = of("aws_s3_bucket_lifecycle_configuration").set(
            "rule",
            Tree::list(
                lifecycle
                    .iter()
                    .map(tf_rule)
                    .chain([tf_uploads(abort_uploads)]),
            ),
        );
        tf::Pieces::from(bucket)
            .and(encryption)
            .and(public)
            .and(versioning)
            .and(ownership)
            .and(lifecycle)
    }
}

fn cfn_rule(rule: &LifecycleRule) -> Tree {
    let LifecycleRule {
        id,
        prefix,
        expire,
        expire_noncurrent,
    } = rule;
    let noncurrent = expire_noncurrent
        .as_ref()
        .map(|days| Tree::map().set("NoncurrentDays", days));
    Tree::map()
        .set("Id", *id)
        .set("Status", "Enabled")
        .set("Prefix", *prefix)
        .maybe("ExpirationInDays", expire.as_ref())
        .maybe("NoncurrentVersionExpiration", noncurrent)
}

fn cfn_uploads(days: &Expr<Int>) -> Tree {
    Tree::map().set("Id", UPLOADS).set("Status", "Enabled").set(
        "AbortIncompleteMultipartUpload",
        Tree::map().set("DaysAfterInitiation", days),
    )
}

fn tf_rule(rule: &LifecycleRule) -> Tree {
    let LifecycleRule {
        id,
        prefix,
        expire,
        expire_noncurrent,
    } = rule;
    let days = |days: &Expr<Int>| Tree::List(vec![Tree::map().set("days", days)]);
    let noncurrent = |days: &Expr<Int>| Tree::List(vec![Tree::map().set("noncurrent_days", days)]);
    Tree::map()
        .set("id", *id)
        .set("status", "Enabled")
        .set(
            "filter",
            Tree::List(vec![Tree::map().set("prefix", *prefix)]),
        )
        .maybe("expiration", expire.as_ref().map(days))
        .maybe(
            "noncurrent_version_expiration",
            expire_noncurrent.as_ref().map(noncurrent),
        )
}

fn tf_uploads(days: &Expr<Int>) -> Tree {
    let abort = Tree::map().set("days_after_initiation", days);
    Tree::map()
        .set("id", UPLOADS)
        .set("status", "Enabled")
        .set("filter", Tree::List(vec![Tree::map()]))
        .set("abort_incomplete_multipart_upload", Tree::List(vec![abort]))
}
