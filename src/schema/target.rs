//! `target`: where a stack is deployed.

use smol_str::SmolStr;

use super::Default::{Bool, Word};
use super::{Arn, Nested, REQUIRED, Region, Setting, absent, default};
use crate::{block, words};

block! {
    /// Where a stack is deployed. Never inherited.
    Target "target" {
        /// The account's twelve digits.
        account: Option<Setting<SmolStr>> = absent("whichever account the credentials belong to"),
        /// The region's code. Without it the output is region-neutral, and
        /// checks that need a region are skipped.
        region: Option<Setting<Region>> = absent("region-neutral output"),
        /// The role that `beanc` and Terraform take on, for all requests and for
        /// Terraform's state.
        role: Option<Setting<Arn>> = absent("the caller's own credentials"),
        /// When `beanc apply` asks before it changes anything.
        confirm: Setting<Confirm> = default(Word("changes")),
        /// Where Terraform keeps its state.
        state: Option<Nested<State>> = absent("a local file"),
    }
}

words! {
    /// When `beanc apply` asks.
    Confirm {
        /// Always, even when nothing changes.
        Always = "always",
        /// When something changes.
        Changes = "changes",
        /// Never.
        Never = "never",
    }
}

block! {
    /// Terraform's S3 backend.
    State "state" {
        /// The bucket's name.
        bucket: Setting<SmolStr> = REQUIRED,
        /// The state file's key.
        key: Option<Setting<SmolStr>> = absent("`bean/<unit>.tfstate`"),
        /// The bucket's region.
        region: Option<Setting<Region>> = absent("the target's region"),
        /// Whether a lock file beside the state keeps two runs apart.
        lock: Setting<bool> = default(Bool(true)).aws("Terraform use_lockfile"),
    }
}

impl State {
    /// The key of the state of a unit, such as `environment.shop-prod`.
    #[must_use]
    pub fn key_of(&self, unit: &str) -> SmolStr {
        let given = self.key.as_ref().map(|key| key.value.clone());
        given.unwrap_or_else(|| Self::default_key(unit))
    }

    /// The key for units that are given none.
    #[must_use]
    pub fn default_key(unit: &str) -> SmolStr {
        format!("bean/{unit}.tfstate").into()
    }
}
