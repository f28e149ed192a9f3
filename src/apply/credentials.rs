//! Credentials that cannot be had: why, and what helps.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::error::ProvideErrorMetadata;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;

use super::Error;
use super::cloud::{causes, last_words};

/// What helps when credentials are over.
pub(super) const SIGN_IN: &str =
    "sign in again: `aws sso login`, or whatever gives you your credentials";

/// What helps when there are none.
const SET_UP: &str = "set AWS_PROFILE to one of your profiles, or sign in with `aws sso login`";

/// What helps when a profile cannot be used.
const PROFILES: &str = "AWS_PROFILE names the profile; profiles stand in ~/.aws/config, or where \
                        AWS_CONFIG_FILE says";

/// Whether AWS says with this code that credentials have had their time.
#[must_use]
pub(super) fn is_over(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired"
    )
}

/// What keeps the role of a target from being taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// AWS refuses the role.
    Role,
    /// The account does not use the region.
    Region,
    /// Whoever asks has no credentials that are good, or nobody answers.
    Caller,
}

/// Why the role of a target cannot be taken on, in a sentence.
pub(super) fn of_role(error: &CredentialsError) -> (Cause, Error) {
    // Who asks for the role may have it from another, that of a profile.
    let callers = causes(error).filter_map(|it| it.downcast_ref::<CredentialsError>());
    if let Some(caller) = callers.last() {
        return (Cause::Caller, refused(caller));
    }
    let denied = causes(error).find_map(|it| it.downcast_ref::<AssumeRoleError>());
    let cause = match denied.map(|it| it.code().unwrap_or_default()) {
        None => Cause::Caller,
        Some(code) if is_over(code) => Cause::Caller,
        Some("RegionDisabledException") => Cause::Region,
        Some(_) => Cause::Role,
    };
    (cause, refused(error))
}

/// Why there are no credentials, in a sentence.
pub(super) fn refused(error: &CredentialsError) -> Error {
    // The words of AWS, when it was asked for a role.
    if let Some(denied) = causes(error).find_map(|it| it.downcast_ref::<AssumeRoleError>()) {
        let code = denied.code().unwrap_or_default();
        if is_over(code) {
            return Error::new("the credentials have expired").help(SIGN_IN);
        }
        let said = denied.message().unwrap_or("no reason given");
        return Error::new(format!("the role cannot be taken on: {said} ({code})"));
    }
    let why = last_words(error);
    match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            Error::new("no credentials were found").help(SET_UP)
        }
        CredentialsError::InvalidConfiguration(_) => {
            // Without the parts of the SDK that say so.
            let why = why.trim_start_matches("ProfileFile provider could not be built: ");
            let why = why.trim_end_matches(" referenced from the root profile");
            Error::new(why).help(PROFILES)
        }
        CredentialsError::ProviderTimedOut(_) => {
            Error::new("whoever gives out the credentials did not answer in time")
        }
        // The token of SSO is a file, which may be missing or too old.
        _ if is_about_sso(error) => {
            Error::new("there is no session of SSO, or it is over").help(SIGN_IN)
        }
        _ => Error::new(format!("no credentials can be had: {why}")),
    }
}

/// The SDK has no types for what can be wrong with SSO, only words.
fn is_about_sso(error: &CredentialsError) -> bool {
    let said = causes(error).map(ToString::to_string);
    let words = ["SSO token", "sso/cache", "UnauthorizedException"];
    let mut said = said.filter(|it| words.iter().any(|words| it.contains(words)));
    said.next().is_some()
}
