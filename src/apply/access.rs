//! What a process signs its requests with: the credentials of whoever started it,
//! and those of roles. Both are asked for once, however many connections there
//! are, and again before they are over.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use aws_sdk_cloudformation::config::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use tokio::sync::{Mutex, OnceCell};

/// How often a request is tried when AWS throttles it or does not answer.
const ATTEMPTS: u32 = 8;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(60);

/// How long it may take to sign in: a role is asked for as often as anything else
/// when AWS throttles it.
const SIGN_IN: Duration = Duration::from_secs(120);

/// How long credentials of a role still have to be good to be used again. The
/// SDK asks for others some seconds before those that it has are over.
const LEFT: Duration = Duration::from_secs(60);

/// The credentials of a process.
#[derive(Debug, Default)]
pub struct Access {
    /// The region of the first connection, as it was asked for, and its
    /// configuration, whose credentials all the others have.
    first: OnceCell<(Option<String>, SdkConfig)>,
    /// By ARN.
    roles: Mutex<BTreeMap<String, Arc<Role>>>,
}

impl Access {
    /// The configuration of a region, or of the one that the environment or the
    /// profile names.
    pub(super) async fn configured(&self, region: Option<String>) -> SdkConfig {
        let load = async || (region.clone(), loader(region.clone()).load().await);
        let (of, first) = self.first.get_or_init(load).await;
        if *of == region {
            return first.clone();
        }
        let other = loader(region).no_credentials().load().await;
        let mut other = other.into_builder();
        other
            .set_credentials_provider(first.credentials_provider())
            .set_identity_cache(first.identity_cache());
        other.build()
    }

    /// The same configuration with the credentials of a role, which are asked for
    /// at once: what is wrong with them is no matter of the first request.
    pub(super) async fn assuming(
        &self,
        config: SdkConfig,
        arn: &str,
    ) -> Result<SdkConfig, CredentialsError> {
        let role = self.role(&config, arn).await;
        let signed_in = tokio::time::timeout(SIGN_IN, role.credentials()).await;
        signed_in.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(SIGN_IN)))?;
        let provider: Arc<dyn ProvideCredentials> = role;
        let provider = SharedCredentialsProvider::new(provider);
        Ok(config.into_builder().credentials_provider(provider).build())
    }

    async fn role(&self, config: &SdkConfig, arn: &str) -> Arc<Role> {
        let mut roles = self.roles.lock().await;
        if let Some(role) = roles.get(arn) {
            return Arc::clone(role);
        }
        let provider = AssumeRoleProvider::builder(arn).session_name("beanc");
        let role = Arc::new(Role {
            provider: provider.configure(config).build().await,
            kept: Mutex::default(),
        });
        roles.insert(arn.to_owned(), Arc::clone(&role));
        role
    }
}

/// A role that is taken on.
#[derive(Debug)]
struct Role {
    provider: AssumeRoleProvider,
    kept: Mutex<Option<Credentials>>,
}

impl Role {
    #[expect(clippy::disallowed_methods, reason = "credentials have an end")]
    async fn credentials(&self) -> Provided {
        // Whoever comes second waits, and has what the first was given.
        let mut kept = self.kept.lock().await;
        let end = SystemTime::now() + LEFT;
        let is_good = |it: &&Credentials| it.expiry().is_none_or(|expiry| expiry > end);
        if let Some(good) = kept.as_ref().filter(is_good) {
            return Ok(good.clone());
        }
        let given = self.provider.provide_credentials().await?;
        *kept = Some(given.clone());
        Ok(given)
    }
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

fn loader(region: Option<String>) -> ConfigLoader {
    let client = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .build();
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts)
        .identity_cache(IdentityCache::lazy().load_timeout(SIGN_IN).build());
    match region {
        Some(region) => loader.region(Region::new(region)),
        None => loader,
    }
}
