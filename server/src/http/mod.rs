//! HTTP: the pages, the server functions, the files of the site, and what operators look at.

pub mod api;
mod audit;
mod door;
mod health;
mod listener;
mod metrics;
mod origin;
mod sample;
mod security;
mod sign_in;
mod site;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use http::Request;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
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

/// A form with a long description is far below this.
const LARGEST_BODY: usize = 2 << 20;

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
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), pages.clone(), document.clone())
        .fallback(leptos_axum::render_app_async_with_context(pages, document))
        .route("/do/{*function}", post(functions))
        .layer(from_fn(security::blame_the_sender))
        .layer(compress)
        .route("/sample/{*asset}", get(sample::sample).with_state(catalog.clone()))
        .route("/audit.jsonl", get(audit::json_lines).with_state(catalog.clone()))
        .route("/audit.csv", get(audit::csv).with_state(catalog.clone()))
        .route("/sign-in/with/{provider}", post(sign_in::begin).with_state(sign_in.clone()))
        .route("/sign-in/with/{provider}/back", get(sign_in::back).with_state(sign_in.clone()))
        .route("/sign-in/with/{provider}/out", get(sign_in::out).with_state(sign_in.clone()))
        .route("/sign-in/with/{provider}/logout", post(sign_in::ended_there).with_state(sign_in))
        .route("/pkg/{file}", get(site::file))
        .route("/favicon.ico", get(site::favicon))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready).with_state(catalog.clone()))
        .route("/metrics", get(metrics::show).with_state((metrics.clone(), catalog.clone())))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(from_fn_with_state((catalog.clone(), entrance.clone()), door::let_in))
        .layer(from_fn_with_state((catalog.clone(), entrance.clone()), security::check_origin))
        // Past what is for pages: it has no forms, and a cookie counts for nothing there.
        .merge(api::router(catalog, entrance.clone()))
        .layer(from_fn_with_state(entrance, security::check_host))
        .layer(CatchPanicLayer::custom(security::panicked))
        .layer(from_fn(security::add_headers))
        .layer(from_fn_with_state(metrics, metrics::count))
        .with_state(options)
}
