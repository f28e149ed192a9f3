//! AWS as a unit of deployment sees it: a region, an account and a role.

use aws_config::SdkConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudformation::config::http::HttpResponse;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};

use super::Error;
use super::access::Access;
use super::credentials::{self, Cause};
use smol_str::SmolStr;

use crate::schema::Setting;
use crate::schema::target::Target;
use crate::source::Sources;

/// Clients for one place of deployment.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// The region.
    pub region: String,
    endpoint: Option<String>,
    pub(super) autoscaling: aws_sdk_autoscaling::Client,
    pub(super) balancing: aws_sdk_elasticloadbalancingv2::Client,
    pub(super) cloudformation: aws_sdk_cloudformation::Client,
    pub(super) logs: aws_sdk_cloudwatchlogs::Client,
    pub(super) s3: aws_sdk_s3::Client,
    pub(super) ssm: aws_sdk_ssm::Client,
}

impl Cloud {
    /// Connects to where a unit is deployed; `elsewhere` is the region of units
    /// that name none. Credentials come from the ordinary places: environment,
    /// profile, SSO, the instance.
    ///
    /// # Errors
    /// When no region is known, and when the credentials are missing or of
    /// another account than the target's; at the line of the target that is about
    /// it.
    pub async fn connect(
        target: Option<&Target>,
        elsewhere: Option<&str>,
        access: &Access,
        sources: &Sources,
    ) -> Result<Self, Error> {
        let named = target.and_then(|it| it.region.as_ref());
        let region = named.map(|it| it.value.0.as_str()).or(elsewhere);
        let config = access.configured(region.map(str::to_owned)).await;
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(Error::new(
                "no region is known: write `target { region = \"…\" }` or set AWS_REGION",
            ));
        };
        let config = match target.and_then(|it| it.role.as_ref()) {
            Some(role) => {
                let assumed = access.assuming(config, &role.value.0).await;
                assumed.map_err(|error| match credentials::of_role(&error) {
                    (Cause::Role, error) => error.at(role, sources),
                    (Cause::Region, error) => match named {
                        Some(region) => error.at(region, sources),
                        None => error,
                    },
                    (Cause::Caller, error) => error,
                })?
            }
            None => config,
        };
        if let Some(account) = target.and_then(|it| it.account.as_ref()) {
            check_account(&config, account, sources).await?;
        }
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            // Emulators and proxies have no name for each bucket.
            .force_path_style(config.endpoint_url().is_some())
            .build();
        Ok(Self {
            region,
            endpoint: config.endpoint_url().map(str::to_owned),
            autoscaling: aws_sdk_autoscaling::Client::new(&config),
            balancing: aws_sdk_elasticloadbalancingv2::Client::new(&config),
            cloudformation: aws_sdk_cloudformation::Client::new(&config),
            logs: aws_sdk_cloudwatchlogs::Client::new(&config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            ssm: aws_sdk_ssm::Client::new(&config),
        })
    }

    /// Where requests go when not to AWS.
    pub(super) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Whether a unit has left anything in Parameter Store: it is deployed.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn has_published(&self, item: &str) -> Result<bool, Error> {
        let path = format!("/bean/{item}/");
        let request = self.ssm.get_parameters_by_path().path(&path);
        let answer = request.recursive(true).max_results(1).send().await;
        let answer = answer.map_err(|error| refused(&format!("reading {path}"), &error))?;
        Ok(!answer.parameters().is_empty())
    }

    /// What a unit left in Parameter Store; `None` when it is not there.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn published(&self, item: &str, attribute: &str) -> Result<Option<String>, Error> {
        self.parameter(&crate::expand::parameter_name(item, attribute))
            .await
    }

    /// What Parameter Store has under a name; `None` when it has nothing.
    ///
    /// # Errors
    /// What AWS answered.
    pub async fn parameter(&self, name: &str) -> Result<Option<String>, Error> {
        let answer = self.ssm.get_parameter().name(name).send().await;
        match answer {
            Ok(found) => Ok(found.parameter.and_then(|it| it.value)),
            Err(error) if error.code() == Some("ParameterNotFound") => Ok(None),
            Err(error) => Err(refused(&format!("reading {name}"), &error)),
        }
    }
}

async fn check_account(
    config: &SdkConfig,
    wanted: &Setting<SmolStr>,
    sources: &Sources,
) -> Result<(), Error> {
    let answer = aws_sdk_sts::Client::new(config)
        .get_caller_identity()
        .send()
        .await;
    let identity = answer.map_err(|error| refused("asking whose credentials these are", &error))?;
    match identity.account() {
        Some(account) if account != wanted.value => Err(Error::new(format!(
            "the credentials are of account {account}, and the target is {}",
            wanted.value
        ))
        .at(wanted, sources)),
        Some(_) | None => Ok(()),
    }
}

/// What AWS says to a request, in a sentence.
pub(super) fn refused<E>(doing: &str, error: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let unsigned = causes(error).filter_map(|it| it.downcast_ref::<CredentialsError>());
    // A profile that takes a role of another profile fails in the innermost.
    if let Some(unsigned) = unsigned.last() {
        let error = credentials::refused(unsigned);
        return Error {
            message: format!("{doing}: {}", error.message),
            ..error
        };
    }
    let code = error.code().unwrap_or_default();
    let said = error.message().unwrap_or_default();
    let why = match (error, code) {
        (_, code) if credentials::is_over(code) => {
            return Error::new(format!("{doing}: the credentials have expired"))
                .help(credentials::SIGN_IN);
        }
        (SdkError::TimeoutError(_), _) => "AWS did not answer in time".to_owned(),
        (SdkError::DispatchFailure(failure), _) if failure.is_timeout() => {
            "AWS did not answer in time".to_owned()
        }
        (SdkError::DispatchFailure(_), _) => {
            format!("AWS cannot be reached: {}", last_words(error))
        }
        // Answers to HEAD have no body that could say more.
        (SdkError::ServiceError(answer), "") => match answer.raw().status().as_u16() {
            403 => "AWS does not allow it".to_owned(),
            status if status >= 400 => format!("AWS answered with status {status}"),
            _ => last_words(error),
        },
        (_, "") => last_words(error),
        (_, code) if said.is_empty() => code.to_owned(),
        (_, code) => format!("{said} ({code})"),
    };
    Error::new(format!("{doing}: {why}"))
}

/// What is behind an error, outermost first.
pub(super) fn causes<'a>(
    error: &'a (dyn std::error::Error + 'a),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |it| it.source())
}

/// What the innermost cause of an error says.
pub(super) fn last_words(error: &dyn std::error::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
