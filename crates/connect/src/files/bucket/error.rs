//! What a bucket answers that is no answer, in words. What the bucket itself says is never repeated: it may hold
//! the token that it was asked with.

use std::error::Error as _;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use tokio::time::error::Elapsed;

use super::address::{BucketAddress, Scheme};
use super::client::TooLong;
use crate::files::log::shortened;

/// Why a bucket cannot be listed, or one object not be asked for.
#[derive(Debug, thiserror::Error)]
#[error("the bucket '{bucket}' {why}")]
pub struct BucketError {
    bucket: String,
    why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    Listing,
    Reading,
}

impl BucketError {
    pub fn new(address: &BucketAddress, error: &Error, doing: Doing) -> Self {
        let what = if doing == Doing::Listing { "cannot be listed" } else { "cannot be read" };
        Self { bucket: address.to_string(), why: format!("{what}: {}", words(address, error, doing)) }
    }

    pub fn refused(address: &BucketAddress, why: String) -> Self {
        Self { bucket: address.to_string(), why }
    }

    pub fn empty(address: &BucketAddress) -> Self {
        Self {
            bucket: address.to_string(),
            why: "has nothing there: name a prefix or an object that exists".into(),
        }
    }
}

pub fn words(address: &BucketAddress, error: &Error, doing: Doing) -> String {
    let code = code(error);
    let coded = code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
    match code.as_deref() {
        Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired") => {
            return format!("its credentials have expired{coded}: renew them and run it again");
        }
        Some("InvalidAccessKeyId" | "SignatureDoesNotMatch" | "InvalidToken" | "AuthenticationFailed") => {
            return format!("its credentials are not accepted{coded}");
        }
        Some("NoSuchBucket" | "ContainerNotFound") => return "there is no such bucket".to_owned(),
        Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException") => {
            return format!("it is in another region than was said{coded}");
        }
        _ => {}
    }
    // A listing's errors have no kinds of their own.
    match (error, status(error)) {
        (Error::PermissionDenied { .. } | Error::Unauthenticated { .. }, _) | (_, Some(401 | 403)) => {
            return format!("it refuses{coded}: the credentials need {}", permission(address, doing));
        }
        _ => {}
    }
    match error {
        Error::NotFound { .. } if doing == Doing::Listing => "there is no such bucket".to_owned(),
        Error::NotFound { .. } => "it is no longer there".to_owned(),
        Error::Precondition { .. } => "it was replaced while it was read".to_owned(),
        Error::InvalidPath { source } => format!(
            "the key{} cannot be a path (an empty part, '.', '..' or a control character): rename the object",
            unusable_key(source)
        ),
        _ if too_long(error) => "its answer is longer than any should be".to_owned(),
        error => kind(error) + &coded,
    }
}

fn unusable_key(error: &object_store::path::Error) -> String {
    use object_store::path::Error::{BadSegment, EmptySegment};
    match error {
        EmptySegment { path } | BadSegment { path, .. } => format!(" '{}'", shortened(path).escape_debug()),
        _ => " of one of its objects".to_owned(),
    }
}

/// What was asked for did not come in time.
pub fn late(late: Elapsed) -> Error {
    Error::Generic { store: "bucket", source: HttpError::new(HttpErrorKind::Timeout, late).into() }
}

/// The least that is to be granted.
fn permission(address: &BucketAddress, doing: Doing) -> &'static str {
    match (address.scheme, doing) {
        (Scheme::S3, Doing::Listing) => "s3:ListBucket on the bucket",
        (Scheme::S3, Doing::Reading) => "s3:GetObject on its objects",
        (Scheme::Gs, Doing::Listing) => "storage.objects.list on the bucket",
        (Scheme::Gs, Doing::Reading) => "storage.objects.get on its objects",
        (Scheme::Abfss, _) => "to read blobs and to list them (Storage Blob Data Reader)",
    }
}

/// What sort of failure it is, without a word of the server's own.
fn kind(error: &Error) -> String {
    match http(error) {
        Some(HttpErrorKind::Timeout) => return "it does not answer in time".to_owned(),
        Some(HttpErrorKind::Connect) => return "no connection to it could be made".to_owned(),
        Some(HttpErrorKind::Interrupted | HttpErrorKind::Request) => {
            return "the connection to it broke".to_owned();
        }
        Some(HttpErrorKind::Decode) => return "its answer broke off".to_owned(),
        _ => {}
    }
    match status(error) {
        Some(300..400) => "it sends elsewhere, where nobody goes: is its address the right one?".to_owned(),
        Some(status) => format!("it answers {status}"),
        None => "its answer is not understood".to_owned(),
    }
}

/// Whether asking again can help.
pub fn is_passing(error: &Error) -> bool {
    match error {
        Error::Generic { .. } => {
            let status = status(error);
            !too_long(error)
                && status.is_none_or(|status| status >= 500 || status == 429 || status == 408)
                && code(error).is_none_or(|code| !code.contains("Expired"))
        }
        _ => false,
    }
}

fn too_long(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<TooLong>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn http(error: &Error) -> Option<HttpErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(http) = error.downcast_ref::<HttpError>() {
            return Some(http.kind());
        }
        cause = error.source();
    }
    None
}

/// As object_store words it: `status code: 503 Service Unavailable`.
pub fn status(error: &Error) -> Option<u16> {
    let words = error.to_string();
    let (_, after) = words.split_once("status code: ")?;
    after.get(..3)?.parse().ok()
}

/// As S3, and whatever speaks like it, and Azure have it in their answers: a word of letters alone.
fn code(error: &Error) -> Option<String> {
    let words = error.to_string();
    let (code, _) = words.split_once("<Code>")?.1.split_once("</Code>")?;
    let is_word =
        !code.is_empty() && code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then(|| code.to_owned())
}
