//! The read API: for programs and agents, with a token. Cookies count for nothing here, so no page elsewhere can ask
//! in somebody's name; every answer is JSON, and what one may see is decided by the same use cases as for the pages.

mod admit;
mod answer;
pub(super) mod asked;
mod asset;
mod description;
mod glossary;
pub(super) mod problem;
mod search;
mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get};
use http::StatusCode;
use loggia_catalog::Catalog;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use self::problem::Problem;
use crate::http::bearer;
use crate::http::door::Entrance;

pub const SEARCH: &str = "/api/v1/search";
pub const ASSET: &str = "/api/v1/assets/{urn}";
pub const TERMS: &str = "/api/v1/glossary";
pub const TERM: &str = "/api/v1/glossary/{urn}";
pub const DESCRIPTION: &str = "/api/v1/openapi.json";

/// Every route there is; a test holds the description against this list.
pub const ROUTES: [&str; 5] = [SEARCH, ASSET, TERMS, TERM, DESCRIPTION];

pub fn router<S>(catalog: Catalog, entrance: Entrance) -> Router<S> {
    let none = any(|| async { Problem::no_route() });
    let compress = CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest);
    let routes = ROUTES.into_iter().zip(handlers()).fold(Router::new(), |router, (path, handler)| {
        router.route(path, handler.fallback(|| async { Problem::not_allowed() }))
    });
    routes
        .route("/api", none.clone())
        .route("/api/", none.clone())
        .route("/api/{*path}", none)
        .layer(from_fn_with_state(entrance, bearer::trace))
        .layer(compress)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .with_state(catalog)
}

/// In the order of [`ROUTES`].
fn handlers() -> [MethodRouter<Catalog>; ROUTES.len()] {
    [
        get(search::search),
        get(asset::asset),
        get(glossary::terms),
        get(glossary::term),
        get(description::description),
    ]
}

/// Whether an answer to this path must be one of the API's.
pub fn is_asked(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// What stands in front of the pages says, in the API's own words.
pub fn refusal(status: StatusCode, detail: impl Into<String>) -> Problem {
    Problem::new(status, detail)
}
