//! Finds what opens a bucket: in the environment, or in a profile of AWS.

use super::address::{Access, BucketAddress, Scheme};
use crate::aws::{AwsAccess, AwsError, AwsWanted, Service};

/// The region of what speaks like S3 and has none, as its makers have agreed.
const ANY_REGION: &str = "us-east-1";

impl Access {
    /// For S3 and its lookalikes as the AWS tools find it; for others the variables of the environment that
    /// object_store names (`GOOGLE_…`, `AZURE_…`).
    ///
    /// # Errors
    /// Where there are no credentials, or what there is cannot be read.
    pub fn find(address: &BucketAddress, wanted: &AwsWanted) -> Result<Self, AwsError> {
        match address.scheme {
            Scheme::S3 => Self::of_aws(wanted),
            Scheme::Gs => Self::of_options("google_", wanted),
            Scheme::Abfss => Self::of_options("azure_", wanted),
        }
    }

    /// Those of the environment that begin so, or all that a secret has, as JSON.
    fn of_options(prefix: &str, wanted: &AwsWanted) -> Result<Self, AwsError> {
        let access = match &wanted.secret {
            // The parser's own message may repeat what it met.
            Some(secret) => serde_json::from_str(secret.reveal()).map_err(|_| AwsError::Options)?,
            None => Self::of_environment(prefix),
        };
        Ok(match &wanted.endpoint {
            Some(endpoint) => access
                .with("azure_endpoint", endpoint)
                .with("google_base_url", endpoint)
                .with("allow_http", endpoint.starts_with("http://").to_string()),
            None => access,
        })
    }

    fn of_aws(wanted: &AwsWanted) -> Result<Self, AwsError> {
        let found = match AwsAccess::find(wanted, Service::S3) {
            Err(AwsError::NoRegion) if wanted.endpoint.is_some() => {
                let region = Some(ANY_REGION.to_owned());
                AwsAccess::find(&AwsWanted { region, ..wanted.clone() }, Service::S3)
            }
            found => found,
        }?;
        let mut access = Self::default()
            .with("aws_region", found.region)
            .with("aws_access_key_id", found.credentials.access_key_id)
            .with("aws_secret_access_key", found.credentials.secret_access_key.reveal());
        if let Some(token) = found.credentials.session_token {
            access = access.with("aws_session_token", token.reveal());
        }
        if let Some(endpoint) = found.endpoint {
            // Without TLS only where somebody has written so.
            let is_plain = endpoint.starts_with("http://");
            access = access.with("aws_endpoint", endpoint).with("allow_http", is_plain.to_string());
        }
        Ok(access)
    }

    fn of_environment(prefix: &str) -> Self {
        let mut access = Self::default();
        for (name, value) in std::env::vars_os() {
            let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) else { continue };
            let name = name.to_lowercase();
            if name.starts_with(prefix) {
                access = access.with(&name, value);
            }
        }
        access
    }
}
