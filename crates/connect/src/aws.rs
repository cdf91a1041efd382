//! How AWS, and whatever speaks its protocols, lets us in: a region, credentials, and where to ask.
//!
//! Credentials come from a named secret, a profile or the environment, as the AWS tools read the last two
//! (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"). What fetches them from
//! elsewhere (roles, single sign-on, processes, instance metadata) is not followed; a profile that would is
//! refused with the reason.

mod error;
mod ini;
mod profile;

use loggia_model::Secret;
use serde::Deserialize;

pub use self::error::AwsError;
use self::profile::Profile;

/// What it takes to ask one service. No secret is in its `Debug`.
#[derive(Debug, Clone)]
pub struct AwsAccess {
    pub region: String,
    pub credentials: Credentials,
    /// Instead of AWS's own address: `http://…` or `https://…`, without a slash at its end.
    pub endpoint: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    /// Of credentials that run out.
    pub session_token: Option<Secret>,
}

/// What the operator says; the rest comes from the environment and the profile.
#[derive(Debug, Clone, Default)]
pub struct AwsWanted {
    pub region: Option<String>,
    pub profile: Option<String>,
    pub endpoint: Option<String>,
    /// A named secret's value, as [`Credentials::from_secret`] reads it.
    pub secret: Option<Secret>,
}

/// The services that have an address of their own in the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Glue,
    S3,
}

/// A variable of the environment.
pub(crate) type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

impl AwsAccess {
    /// Reads small files of the home folder; asks nobody.
    ///
    /// # Errors
    /// Where there are no credentials or no region, or what there is cannot be read.
    pub fn find(wanted: &AwsWanted, service: Service) -> Result<Self, AwsError> {
        Self::find_in(wanted, service, &|name| std::env::var(name).ok())
    }

    fn find_in(wanted: &AwsWanted, service: Service, variable: Variable<'_>) -> Result<Self, AwsError> {
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let profile = Profile::read(wanted.profile.as_deref(), &variable)?;
        let credentials = match &wanted.secret {
            Some(secret) => Credentials::from_secret(secret)?,
            None if wanted.profile.is_some() => profile.credentials()?,
            None => match from_environment(&variable)? {
                Some(credentials) => credentials,
                None => profile.credentials()?,
            },
        };
        let region = wanted.region.clone().or_else(|| variable("AWS_REGION"));
        let region = region.or_else(|| variable("AWS_DEFAULT_REGION")).or_else(|| profile.value("region"));
        let region = checked_region(region.ok_or(AwsError::NoRegion)?)?;
        let endpoint = wanted.endpoint.clone().or_else(|| variable(service.endpoint_variable()));
        let endpoint =
            endpoint.or_else(|| variable("AWS_ENDPOINT_URL")).or_else(|| profile.value("endpoint_url"));
        Ok(Self { region, credentials, endpoint: endpoint.map(|text| checked_endpoint(&text)).transpose()? })
    }
}

impl Service {
    fn endpoint_variable(self) -> &'static str {
        match self {
            Self::Glue => "AWS_ENDPOINT_URL_GLUE",
            Self::S3 => "AWS_ENDPOINT_URL_S3",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

impl Credentials {
    /// Of JSON: `{"access_key_id": "…", "secret_access_key": "…", "session_token": "…"}`, the last where there
    /// is one.
    ///
    /// # Errors
    /// Where it is something else; the message has nothing of it.
    pub fn from_secret(secret: &Secret) -> Result<Self, AwsError> {
        // The parser's own message may repeat what it met.
        let written: Written = serde_json::from_str(secret.reveal()).map_err(|_| AwsError::Secret)?;
        if written.access_key_id.trim().is_empty() || written.secret_access_key.trim().is_empty() {
            return Err(AwsError::Secret);
        }
        Ok(Self {
            access_key_id: written.access_key_id,
            secret_access_key: Secret::new(written.secret_access_key),
            session_token: written.session_token.map(Secret::new),
        })
    }
}

fn from_environment(variable: Variable<'_>) -> Result<Option<Credentials>, AwsError> {
    match (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        (Some(access_key_id), Some(secret)) => Ok(Some(Credentials {
            access_key_id,
            secret_access_key: Secret::new(secret),
            session_token: variable("AWS_SESSION_TOKEN").map(Secret::new),
        })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(AwsError::Half { has: "AWS_ACCESS_KEY_ID", lacks: "AWS_SECRET_ACCESS_KEY" }),
        (None, Some(_)) => Err(AwsError::Half { has: "AWS_SECRET_ACCESS_KEY", lacks: "AWS_ACCESS_KEY_ID" }),
    }
}

/// A region is part of an address, so it may hold nothing that would lead elsewhere.
fn checked_region(region: String) -> Result<String, AwsError> {
    let is_one = !region.is_empty()
        && region.len() <= 40
        && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_one { Ok(region) } else { Err(AwsError::Region(region)) }
}

/// # Errors
/// Where it is not a whole address, or one with a name or password in it; the message does not repeat it.
fn checked_endpoint(text: &str) -> Result<String, AwsError> {
    let text = text.trim();
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err(AwsError::Endpoint("it begins with neither"));
    }
    let url = reqwest::Url::parse(text).map_err(|_| AwsError::Endpoint("it cannot be read"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AwsError::Endpoint("it has a name or password in it, which this does not take"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(AwsError::Endpoint("it has a '?' or '#'"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests;
