//! For whatever watches the program.

use axum::extract::State;
use http::StatusCode;
use loggia_catalog::Catalog;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The store answers; says how far the index is.
pub async fn ready(State(catalog): State<Catalog>) -> (StatusCode, String) {
    match catalog.progress().await {
        Ok((last, applied)) => (StatusCode::OK, format!("ready\nlog {last}\nindex {applied}\n")),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be read\n".into())
        }
    }
}
