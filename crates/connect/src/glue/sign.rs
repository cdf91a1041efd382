//! Signature Version 4 of one question.

use std::time::SystemTime;

use aws_credential_types::Credentials as Keys;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;

use crate::aws::AwsAccess;

/// What AWS calls this service in a signature.
const SERVICE: &str = "glue";

/// The headers that a question needs beside its own.
///
/// # Errors
/// Where the address is one that cannot be signed.
pub fn headers(
    access: &AwsAccess,
    url: &str,
    own: &[(&str, &str)],
    body: &[u8],
) -> Result<Vec<(&'static str, String)>, String> {
    let credentials = &access.credentials;
    let token = credentials.session_token.as_ref().map(|token| token.reveal().to_owned());
    let keys = Keys::new(
        credentials.access_key_id.as_str(),
        credentials.secret_access_key.reveal(),
        token,
        None,
        "loggia",
    );
    let identity = keys.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&access.region)
        .name(SERVICE)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .map_err(|why| why.to_string())?
        .into();
    let question = SignableRequest::new("POST", url, own.iter().copied(), SignableBody::Bytes(body))
        .map_err(|why| why.to_string())?;
    let (signed, _signature) = sign(question, &params).map_err(|why| why.to_string())?.into_parts();
    let (headers, _of_the_address) = signed.into_parts();
    Ok(headers.into_iter().map(|header| (header.name(), header.value().to_owned())).collect())
}
