//! Who comes in: every request has an actor before anything else looks at it.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, HOST};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode};
use loggia_app::{ByTls, OpenToStrangers, error_page, session};
use loggia_catalog::Catalog;
use loggia_model::{Door, Who};

use crate::http::origin::origin;

/// Pages that whoever has not signed in may see, and what these need.
const OPEN: [&str; 3] = ["/sign-in", "/welcome", "/password"];
/// So begins what leads to a provider of identities and back.
const BY_PROVIDER: &str = "/sign-in/with/";
const FILES: [&str; 5] = ["/pkg/", "/favicon.ico", "/healthz", "/readyz", "/metrics"];

/// How people reach this program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entrance {
    /// The name by which others than this machine come, where TLS ends in front of it.
    pub host: Option<Authority>,
}

impl Entrance {
    /// Whoever asks by that name has come through what ends TLS.
    pub(super) fn is_by_tls(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        self.host.as_ref().is_some_and(|own| host.is_some_and(|host| own.as_str().eq_ignore_ascii_case(host)))
    }
}

/// Whether strangers may look around, as far as policies let them. What is somebody's own they have to come in for.
async fn is_open(catalog: &Catalog, path: &str) -> bool {
    // Where nobody can tell, the door stays shut.
    path != "/account" && catalog.is_open_to_strangers().await.unwrap_or(false)
}

pub async fn let_in(
    State((catalog, entrance)): State<(Catalog, Entrance)>,
    request: Request,
    next: Next,
) -> Response {
    if FILES.iter().any(|file| request.uri().path().starts_with(file)) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    if entrance.is_by_tls(&parts.headers) {
        parts.extensions.insert(ByTls);
    }
    let from = origin(&parts.extensions, &parts.headers, &entrance);
    let token = session(&parts);
    let known = if parts.uri.path() == "/events" {
        catalog.actor_by_itself(token.as_ref(), Door::Browser).await
    } else {
        catalog.actor(token.as_ref(), Door::Browser).await
    };
    let actor = match known {
        Ok(actor) => actor.from_address(from),
        Err(error) => {
            tracing::error!(%error, "nobody can tell who asks");
            let words = "The catalog cannot be read just now. Nothing was lost; try again in a minute.";
            let page = error_page(503, "Not now", words);
            return (StatusCode::SERVICE_UNAVAILABLE, [("content-type", "text/html; charset=utf-8")], page)
                .into_response();
        }
    };
    let path = parts.uri.path();
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let is_open = actor.who == Who::Anonymous && is_open(&catalog, path).await;
    if is_open {
        parts.extensions.insert(OpenToStrangers);
    }
    let path = parts.uri.path();
    let comes_in = is_open || OPEN.contains(&path) || path.starts_with(BY_PROVIDER);
    if actor.who == Who::Anonymous && reads && !comes_in {
        catalog.turned_away(&actor);
        let accept = parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        if !accept.contains("text/html") {
            return (StatusCode::UNAUTHORIZED, "sign in first\n").into_response();
        }
        let back = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&format!("/sign-in?back={}", loggia_app::encoded(back))).into_response();
    }
    parts.extensions.insert(actor);
    next.run(Request::from_parts(parts, body)).await
}
