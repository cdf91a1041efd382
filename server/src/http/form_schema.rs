//! A metadata form as JSON Schema.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use loggia_app::{actor, error_page, sentence};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::{Kind, Urn};

pub async fn form_schema(
    State(catalog): State<Catalog>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let urn: Result<Urn, _> = format!("urn:loggia:{}:{id}", Kind::MetadataForm).parse();
    let Ok(urn) = urn else {
        return told(StatusCode::NOT_FOUND, "Not here", "There is no such metadata form.");
    };
    match catalog.metadata_form_schema(&actor(&parts), &urn).await {
        Ok(schema) => {
            let headers = [(CONTENT_TYPE, "application/schema+json"), (CACHE_CONTROL, "private, no-cache")];
            (headers, Json(schema)).into_response()
        }
        Err(CatalogError::NotFound(what)) => {
            told(StatusCode::NOT_FOUND, "Not here", &format!("There is no {what}."))
        }
        Err(CatalogError::Forbidden(why)) => {
            told(StatusCode::FORBIDDEN, "Not for you, so far", &sentence(&why.to_string()))
        }
        Err(other) => told(StatusCode::SERVICE_UNAVAILABLE, "Not now", &other.to_string()),
    }
}

fn told(status: StatusCode, title: &str, words: &str) -> Response {
    let typed = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, typed, error_page(status.as_u16(), title, words)).into_response()
}
