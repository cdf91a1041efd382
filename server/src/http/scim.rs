//! SCIM 2.0 (RFC 7643, RFC 7644): the door by which the directory of a company brings people and groups. By a token
//! alone; what it may, the use cases say (`catalog/src/provisioning.rs`).

mod admit;
mod body;
mod discovery;
mod error;
mod groups;
mod members;
mod object;
mod patch;
mod path;
mod query;
mod schemas;
mod shown;
mod users;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get};
use http::{Method, StatusCode};
use loggia_catalog::Catalog;
use tower_http::catch_panic::CatchPanicLayer;

pub use self::error::ScimError;
use crate::http::bearer;
use crate::http::door::Entrance;

/// Where all of it is.
const BASE: &str = "/scim/v2";

/// Every route there is.
pub const ROUTES: [&str; 9] = [
    "/scim/v2/ServiceProviderConfig",
    "/scim/v2/ResourceTypes",
    "/scim/v2/ResourceTypes/{id}",
    "/scim/v2/Schemas",
    "/scim/v2/Schemas/{id}",
    "/scim/v2/Users",
    "/scim/v2/Users/{id}",
    "/scim/v2/Groups",
    "/scim/v2/Groups/{id}",
];

/// What RFC 7644 has, and this catalog has not: sections 3.4.3, 3.7 and 3.11.
const NOT_BUILT: [&str; 5] =
    ["/scim/v2/.search", "/scim/v2/Users/.search", "/scim/v2/Groups/.search", "/scim/v2/Bulk", "/scim/v2/Me"];

#[derive(Clone)]
struct ScimDoor {
    catalog: Catalog,
    entrance: Entrance,
}

pub fn router<S>(catalog: Catalog, entrance: Entrance) -> Router<S> {
    let door = ScimDoor { catalog, entrance: entrance.clone() };
    let none = any(|| async { ScimError::no_route() });
    let routes = ROUTES.into_iter().zip(handlers()).fold(Router::new(), |router, (path, handler)| {
        let refuse = |method: Method| async move { ScimError::not_allowed(&method) };
        router.route(path, handler.fallback(refuse))
    });
    let routes = NOT_BUILT
        .into_iter()
        .fold(routes, |router, path| router.route(path, any(|| async { ScimError::not_built() })));
    routes
        .route("/scim", none.clone())
        .route("/scim/", none.clone())
        .route("/scim/{*path}", none)
        .layer(from_fn_with_state(entrance, bearer::trace))
        .layer(CatchPanicLayer::custom(error::panicked))
        .with_state(door)
}

/// In the order of [`ROUTES`].
fn handlers() -> [MethodRouter<ScimDoor>; ROUTES.len()] {
    [
        get(discovery::config),
        get(discovery::types),
        get(discovery::one_type),
        get(discovery::schemas),
        get(discovery::one_schema),
        get(users::list).post(users::make),
        get(users::one).put(users::replace).patch(users::edit).delete(users::remove),
        get(groups::list).post(groups::make),
        get(groups::one).put(groups::replace).patch(groups::edit).delete(groups::remove),
    ]
}

/// Whether an answer to this path must be one of SCIM's.
pub fn is_asked(path: &str) -> bool {
    path == "/scim" || path.starts_with("/scim/")
}

/// What stands in front of the pages says, in SCIM's own words.
pub fn refusal(status: StatusCode, detail: impl Into<String>) -> ScimError {
    ScimError::new(status, detail)
}
