//! What went wrong, as RFC 7644, section 3.12 has it: never a page, and never a cause.

use std::any::Any;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use loggia_catalog::CatalogError;
use loggia_catalog::ports::Scope;
use loggia_catalog::provisioning::FilterError;
use serde_json::json;

pub const SCIM: &str = "application/scim+json";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

#[derive(Debug)]
pub struct ScimError {
    status: StatusCode,
    /// One of those of table 9 there.
    scim_type: Option<&'static str>,
    detail: String,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl ScimError {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into(), header: None }
    }

    fn bad(scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self { scim_type: Some(scim_type), ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }

    /// The message is not built as it must be.
    pub fn syntax(detail: impl Into<String>) -> Self {
        Self::bad("invalidSyntax", detail)
    }

    /// An attribute has what it cannot have.
    pub fn value(detail: impl Into<String>) -> Self {
        Self::bad("invalidValue", detail)
    }

    pub fn path(detail: impl Into<String>) -> Self {
        Self::bad("invalidPath", detail)
    }

    pub fn no_target(detail: impl Into<String>) -> Self {
        Self::bad("noTarget", detail)
    }

    /// It is not the client's to change.
    pub fn fixed(detail: impl Into<String>) -> Self {
        Self::bad("mutability", detail)
    }

    pub fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    }

    pub fn no_route() -> Self {
        let detail = "there is nothing here: /scim/v2/ResourceTypes says what there is";
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub fn not_allowed(method: &Method) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("{method} is not for this address"))
    }

    pub fn not_built() -> Self {
        let detail =
            "this is not there, as /scim/v2/ServiceProviderConfig says: ask for users and groups by GET";
        Self::new(StatusCode::NOT_IMPLEMENTED, detail)
    }

    /// Nobody has said who asks.
    pub fn no_token() -> Self {
        let detail = "say who asks, in the header 'Authorization: Bearer TOKEN'";
        Self::new(StatusCode::UNAUTHORIZED, detail)
            .with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"loggia\""))
    }

    /// In the same words whatever is the matter with it.
    pub fn bad_token() -> Self {
        let challenge = HeaderValue::from_static("Bearer realm=\"loggia\", error=\"invalid_token\"");
        let detail = "this token is none, has expired, or was revoked";
        Self::new(StatusCode::UNAUTHORIZED, detail).with(WWW_AUTHENTICATE, challenge)
    }

    pub fn other_scope(has: Scope) -> Self {
        let challenge = HeaderValue::from_static(
            "Bearer realm=\"loggia\", error=\"insufficient_scope\", scope=\"provision\"",
        );
        let detail =
            format!("this needs a token of the scope '{}', and this one has '{has}'", Scope::Provision);
        Self::new(StatusCode::FORBIDDEN, detail).with(WWW_AUTHENTICATE, challenge)
    }

    pub fn broken() -> Self {
        let detail = "something is broken here: the log of this catalog says what happened";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }

    fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some(Box::new((name, value))), ..self }
    }
}

impl From<CatalogError> for ScimError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::NotFound(_) => Self::missing(error.to_string()),
            CatalogError::Invalid(_) => Self::value(error.to_string()),
            CatalogError::Taken(_) => {
                let told = Self::new(StatusCode::CONFLICT, error.to_string());
                Self { scim_type: Some("uniqueness"), ..told }
            }
            CatalogError::Refused(_) | CatalogError::Conflict(_) => {
                Self::new(StatusCode::CONFLICT, error.to_string())
            }
            CatalogError::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, error.to_string()),
            CatalogError::Busy(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
                .with(RETRY_AFTER, HeaderValue::from_static("3")),
            CatalogError::Store(_) | CatalogError::Index(_) => {
                tracing::error!(%error, "a directory could not be answered");
                let detail = "the catalog cannot be read or written just now: try again in a minute";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
                    .with(RETRY_AFTER, HeaderValue::from_static("60"))
            }
        }
    }
}

impl From<FilterError> for ScimError {
    fn from(error: FilterError) -> Self {
        Self::bad("invalidFilter", error.to_string())
    }
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let mut body = json!({
            "schemas": [ERROR],
            "status": self.status.as_u16().to_string(),
            "detail": self.detail,
        });
        if let (Some(scim_type), Some(body)) = (self.scim_type, body.as_object_mut()) {
            body.insert("scimType".to_owned(), scim_type.into());
        }
        let typed = [
            (CONTENT_TYPE, HeaderValue::from_static(SCIM)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        let mut response = (self.status, typed, body.to_string()).into_response();
        if let Some((name, value)) = self.header.map(|header| *header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// The message goes to the log.
pub fn panicked(panic: Box<dyn Any + Send>) -> http::Response<Body> {
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(message = message.unwrap_or("unknown"), "a handler of SCIM panicked");
    ScimError::broken().into_response()
}
