//! What went wrong, as RFC 9457 has it: never a page, and never a cause.

use std::any::Any;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use loggia_catalog::CatalogError;
use loggia_catalog::ports::Scope;
use serde::Serialize;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

pub const PROBLEM: &str = "application/problem+json";

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What the status means.
    title: &'static str,
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What was wrong with this request, and what would be right.
    detail: String,
    #[serde(skip)]
    #[schema(ignore)]
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            header: None,
        }
    }

    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub fn no_route() -> Self {
        Self::missing(format!("there is nothing here: {} says what there is", super::DESCRIPTION))
    }

    pub fn not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "this API only reads: ask with GET or HEAD")
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

    pub fn too_narrow(needed: Scope, has: Scope) -> Self {
        let challenge = format!("Bearer realm=\"loggia\", error=\"insufficient_scope\", scope=\"{needed}\"");
        let problem = Self::new(
            StatusCode::FORBIDDEN,
            format!("this needs a token of the scope '{needed}', and this one has '{has}'"),
        );
        match HeaderValue::from_str(&challenge) {
            Ok(challenge) => problem.with(WWW_AUTHENTICATE, challenge),
            Err(_) => problem,
        }
    }

    fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some(Box::new((name, value))), ..self }
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::NotFound(_) => Self::missing(error.to_string()),
            CatalogError::Invalid(_) | CatalogError::Refused(_) => Self::bad(error.to_string()),
            CatalogError::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, error.to_string()),
            CatalogError::Conflict(_) | CatalogError::Taken(_) => {
                Self::new(StatusCode::CONFLICT, error.to_string())
            }
            CatalogError::Busy(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
                .with(RETRY_AFTER, HeaderValue::from_static("3")),
            CatalogError::Store(_) | CatalogError::Index(_) => {
                tracing::error!(%error, "the API could not answer");
                let detail = "the catalog cannot be read just now: try again in a minute";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
                    .with(RETRY_AFTER, HeaderValue::from_static("60"))
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let typed = [
            (CONTENT_TYPE, HeaderValue::from_static(PROBLEM)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        let mut response = (status, typed, body).into_response();
        if let Some((name, value)) = self.header.map(|header| *header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// What each route that needs a token may answer instead.
pub struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let told = [
            ("400", "A parameter is wrong, or there is none of its name."),
            ("401", "No token came, or one that is none, has expired, or was revoked."),
            ("403", "The token's scope is another, or one may know of it and may not read it."),
            ("421", "The catalog is not asked by its own name."),
            ("503", "Not now: try again."),
        ];
        told.into_iter().map(|(status, words)| (status.to_owned(), RefOr::T(described(words)))).collect()
    }
}

fn described(words: &str) -> Described {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(words).content(PROBLEM, content).build()
}

/// The message goes to the log.
pub fn panicked(panic: Box<dyn Any + Send>) -> http::Response<Body> {
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(message = message.unwrap_or("unknown"), "a handler of the API panicked");
    let detail = "something is broken here: the log of this catalog says what happened";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
}
