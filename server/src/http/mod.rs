//! HTTP: the pages, the server functions, the files of the site, and what operators look at.

pub mod api;
mod audit;
mod bearer;
mod door;
mod events;
mod form_schema;
mod health;
mod listener;
mod metrics;
mod origin;
mod sample;
pub mod scim;
mod security;
mod sign_in;
mod site;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use http::Request;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::{LeptosRoutes, generate_route_list, handle_server_fns_with_context};
use loggia_app::{App, shell};
use loggia_catalog::Catalog;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::limit::RequestBodyLimitLayer;

pub use crate::http::door::Entrance;
pub use crate::http::listener::Listener;
use crate::http::metrics::Metrics;
pub use crate::http::origin::Peer;
use crate::oidc::Providers;

/// A form with a text of a million bytes is below this, with each of them written as three: that it is too long is said of the
/// field.
const LARGEST_BODY: usize = 4 << 20;

/// What is no page, no server function and none of the API's or of SCIM's.
const OTHERS: [&str; 14] = [
    "/events",
    "/sample/{*asset}",
    "/metadata-form-schemas/{*form}",
    "/audit.jsonl",
    "/audit.csv",
    "/sign-in/with/{provider}",
    "/sign-in/with/{provider}/back",
    "/sign-in/with/{provider}/out",
    "/sign-in/with/{provider}/logout",
    "/pkg/{file}",
    "/favicon.ico",
    "/healthz",
    "/readyz",
    "/metrics",
];

/// Every path by which something can be asked, as the router has it: none of them is to go untried.
pub fn doors() -> BTreeSet<String> {
    let pages = generate_route_list(App).into_iter().map(|page| page.path().to_owned());
    let functions = server_fn_paths().map(|(path, _)| path.to_owned());
    let others = OTHERS.into_iter().chain(api::ROUTES).chain(scim::ROUTES).map(ToOwned::to_owned);
    pages.chain(functions).chain(others).collect()
}

/// The whole portal over one catalog.
pub fn router(catalog: Catalog, entrance: Entrance) -> Router {
    router_with(catalog, entrance, Providers::default())
}

/// The same, entered by providers of identities too.
pub fn router_with(catalog: Catalog, entrance: Entrance, providers: Providers) -> Router {
    let sign_in = sign_in::SignInDoor { catalog: catalog.clone(), providers };
    let site = site::site();
    let metrics = Arc::new(Metrics::default());
    let options = LeptosOptions::builder().output_name("loggia").build();
    let pages = {
        let catalog = catalog.clone();
        let site = site.clone();
        move || {
            provide_context(catalog.clone());
            provide_context(site.clone());
            security::provide_nonce_and_policy();
        }
    };
    let functions = {
        let catalog = catalog.clone();
        move |request: Request<Body>| {
            let catalog = catalog.clone();
            handle_server_fns_with_context(move || provide_context(catalog.clone()), request)
        }
    };
    let document = move || shell(site.clone());
    let compress = CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest).compress_when(
        SizeAbove::new(512)
            .and(NotForContentType::const_new("font/woff2"))
            .and(NotForContentType::const_new("application/wasm")),
    );
    let of_pages = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), pages.clone(), document.clone())
        .fallback(leptos_axum::render_app_async_with_context(pages, document))
        .route("/do/{*function}", post(functions))
        .layer(from_fn(security::blame_the_sender))
        .layer(compress);
    let others = OTHERS.into_iter().zip(others(&catalog, sign_in, &metrics));
    others
        .fold(of_pages, |router, (path, answers)| router.route(path, answers))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(from_fn(security::say_what_is_too_long))
        .layer(from_fn_with_state((catalog.clone(), entrance.clone()), door::let_in))
        .layer(from_fn_with_state((catalog.clone(), entrance.clone()), security::check_origin))
        // Past what is for pages: it has no forms, and a cookie counts for nothing there.
        .merge(api::router(catalog.clone(), entrance.clone()))
        .merge(scim::router(catalog.clone(), entrance.clone()))
        .layer(from_fn_with_state((catalog, entrance), security::check_host))
        .layer(CatchPanicLayer::custom(security::panicked))
        .layer(from_fn(security::add_headers))
        .layer(from_fn_with_state(metrics, metrics::count))
        .with_state(options)
}

/// In the order of [`OTHERS`].
fn others(
    catalog: &Catalog,
    sign_in: sign_in::SignInDoor,
    metrics: &Arc<Metrics>,
) -> [MethodRouter<LeptosOptions>; OTHERS.len()] {
    [
        get(events::events).with_state(catalog.clone()),
        get(sample::sample).with_state(catalog.clone()),
        get(form_schema::form_schema).with_state(catalog.clone()),
        get(audit::json_lines).with_state(catalog.clone()),
        get(audit::csv).with_state(catalog.clone()),
        post(sign_in::begin).with_state(sign_in.clone()),
        get(sign_in::back).with_state(sign_in.clone()),
        get(sign_in::out).with_state(sign_in.clone()),
        post(sign_in::ended_there).with_state(sign_in),
        get(site::file),
        get(site::favicon),
        get(health::alive),
        get(health::ready).with_state(catalog.clone()),
        get(metrics::show).with_state((metrics.clone(), catalog.clone())),
    ]
}
