//! `application`: the bundle of versions, settings and environments.

use smol_str::SmolStr;

use super::Default::{Duration as Time, Int, Text, Texts};
use super::{ABSENT, Lately, Map, Nested, Setting, absent, default};
use crate::block;
use crate::units::Duration;

block! {
    /// The bundle of versions, settings and environments that belong together.
    /// Its stack is a bucket for versions, logs and artifacts: versioned,
    /// encrypted, private and reached by TLS only.
    Application "application" {
        /// What the application is, for people.
        description: Option<Setting<SmolStr>> = ABSENT.eb("CreateApplication Description"),
        /// The directory or archive that `beanc push` packages, relative to
        /// this file.
        source: Setting<SmolStr> = default(Text(".")),
        /// Files that stay out of the package, as glob patterns.
        /// `.ebignore` and `.gitignore` hold as well.
        ignore: Setting<Vec<(SmolStr, crate::source::Span)>> = default(Texts(&[])),
        /// How many versions are kept and for how long.
        versions: Nested<Versions> = ABSENT
            .differs("old versions go by themselves; there, that is off and 1,000 are the limit"),
        /// The name of a bucket that exists already. Without it the stack
        /// makes its own.
        bucket: Option<Setting<SmolStr>> = absent("the stack makes its own bucket")
            .aws("AWS::S3::Bucket BucketName")
            .differs("there, all applications of a region share one that cannot be chosen"),
        /// Tags of every resource of the stack.
        tags: Map<Lately<SmolStr>> = ABSENT.aws("at most 50 a resource"),
    }
}

block! {
    /// How many versions are kept and for how long. `beanc push` deletes the
    /// others; what it deletes or overwrites, the bucket keeps for `max_age`.
    /// A version that an environment runs is never deleted by `beanc`.
    Versions "versions" {
        /// How many versions are kept.
        keep: Setting<i64> = default(Int(200)).range(1, 1_000)
            .eb("ApplicationVersionLifecycleConfig MaxCountRule.MaxCount"),
        /// How long a version that is no longer the newest is kept.
        max_age: Setting<Duration> = default(Time(Duration::from_days(180)))
            .between(Duration::from_days(1), Duration::from_days(3_650))
            .aws("AWS::S3::Bucket LifecycleConfiguration, in days")
            .eb("ApplicationVersionLifecycleConfig MaxAgeRule.MaxAgeInDays"),
    }
}
