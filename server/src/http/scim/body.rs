//! What a directory sends: JSON of a bounded size, in one of two media types.

use axum::body::{Body, to_bytes};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde_json::{Map, Value};

use super::error::{SCIM, ScimError};

/// Bytes. A group of 10,000 members is half of that.
const LARGEST: usize = 1 << 20;

pub async fn object(parts: &Parts, body: Body) -> Result<Map<String, Value>, ScimError> {
    check_type(parts)?;
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| {
        ScimError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body has more than 1 MiB, or did not come to its end: send less at once",
        )
    })?;
    // Nesting is bounded by the reader itself.
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ScimError::syntax("the body is no JSON object")),
        Err(error) => Err(ScimError::syntax(format!("the body is no JSON: {error}"))),
    }
}

fn check_type(parts: &Parts) -> Result<(), ScimError> {
    let Some(sent) = parts.headers.get(CONTENT_TYPE) else { return Ok(()) };
    let sent = sent.to_str().unwrap_or_default();
    let media = sent.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case(SCIM) || media.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ScimError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("the body is to be {SCIM} or application/json"),
    ))
}
