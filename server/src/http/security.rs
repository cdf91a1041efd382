//! What protects readers from other sites, and from what people write here.

use std::any::Any;
use std::net::IpAddr;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use leptos::nonce::{provide_nonce, use_nonce};
use leptos::prelude::use_context;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use leptos_axum::ResponseOptions;
use loggia_app::error_page;
use loggia_app::forms::TOO_LONG;
use loggia_catalog::Catalog;
use loggia_model::{Actor, Door};

use crate::http::door::Entrance;
use crate::http::origin::origin;
use crate::http::{api, scim};

/// For whatever is not a page: nothing of it may act.
const NOTHING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// Gives the page at hand a nonce, and the policy that allows the scripts which carry it and no others.
pub fn provide_nonce_and_policy() {
    provide_nonce();
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    // 'wasm-unsafe-eval' allows compiling WASM, and nothing else. Images are our own or drawn in place.
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Adds what every answer must carry.
pub async fn add_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Not `no-referrer`: forms without scripts go back by it.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    // What one may see, nobody else shall be given.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

/// What something that stands in front adds. Without `--url`, nothing is known to stand there.
const FORWARDED: [&str; 5] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];

/// Answers only to the names of this machine, and to the one by which others come. A page elsewhere can have its own name lead here, and the browser
/// takes this server for that page's own from then on.
pub async fn check_host(
    State((catalog, entrance)): State<(Catalog, Entrance)>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(HOST).map(HeaderValue::to_str);
    let named = request.uri().authority().map(|authority| authority.as_str());
    let is_known = |host: &str| {
        let own = entrance.host.as_ref().is_some_and(|own| own.as_str().eq_ignore_ascii_case(host));
        own || is_this_machine(host)
    };
    // Who sends none is no browser.
    let is_ours = match host {
        Some(host) => host.is_ok_and(is_known),
        None => named.is_none_or(is_known),
    };
    let is_led_here =
        entrance.host.is_none() && FORWARDED.iter().any(|name| request.headers().contains_key(*name));
    if is_ours && !is_led_here {
        return next.run(request).await;
    }
    let is_of_the_api = api::is_asked(request.uri().path());
    let is_of_a_program = is_of_the_api || scim::is_asked(request.uri().path());
    let door = if is_of_a_program { Door::Api } else { Door::Browser };
    let from = origin(request.extensions(), request.headers(), &entrance);
    let stranger = Actor::anonymous(door).from_address(from);
    if is_ours {
        catalog.led_here(&stranger);
    } else {
        catalog.misdirected(&stranger);
    }
    let names = match &entrance.host {
        Some(own) => own.to_string(),
        None => "localhost and 127.0.0.1".to_owned(),
    };
    if is_of_the_api {
        let detail = format!("this catalog answers to {names}: ask it there");
        return api::refusal(StatusCode::MISDIRECTED_REQUEST, detail).into_response();
    }
    if scim::is_asked(request.uri().path()) {
        let detail = format!("this catalog answers to {names}: ask it there");
        return scim::refusal(StatusCode::MISDIRECTED_REQUEST, detail).into_response();
    }
    let words = format!("This catalog answers to {names}. Open it there.");
    (
        StatusCode::MISDIRECTED_REQUEST,
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        error_page(421, "Not the name of this catalog", &words),
    )
        .into_response()
}

fn is_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let is_name = name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
    is_name || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Lets nothing change that another site asks for: whatever is not reading must come from a page of ours.
pub async fn check_origin(
    State((catalog, entrance)): State<(Catalog, Entrance)>,
    request: Request,
    next: Next,
) -> Response {
    let is_own = is_own(request.headers()) || is_called_by_a_provider(request.uri().path());
    if is_own || matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let from = origin(request.extensions(), request.headers(), &entrance);
    catalog.came_from_elsewhere(&Actor::anonymous(Door::Browser).from_address(from));
    let words = "This would change something, and did not come from a page of this catalog. Open the page here, and send the form from there.";
    (
        StatusCode::FORBIDDEN,
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        error_page(403, "From another site", words),
    )
        .into_response()
}

/// Whoever sends more than a form may have is told so as a person, and how their words come back.
pub async fn say_what_is_too_long(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    if answer.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return answer;
    }
    let words = format!("{TOO_LONG}. Go back in your browser: your words are still there.");
    (
        StatusCode::PAYLOAD_TOO_LARGE,
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        error_page(413, "Too much at once", &words),
    )
        .into_response()
}

/// A server function that does not understand what it was sent says 500, as if it were broken; it is the
/// sender's fault.
pub async fn blame_the_sender(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    let is_error = answer.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR || !is_error {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(words) = to_bytes(body, LONGEST_ERROR).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if [&b"Args|"[..], b"MissingArg|", b"Deserialization|"].iter().any(|kind| words.starts_with(kind)) {
        parts.status = StatusCode::BAD_REQUEST;
    }
    Response::from_parts(parts, Body::from(words))
}

/// Bytes of what a server function says that went wrong.
const LONGEST_ERROR: usize = 1 << 20;

/// Where a provider says by itself that a session has ended: it is no page of anybody, and proves who it is by what it
/// sends.
fn is_called_by_a_provider(path: &str) -> bool {
    let name = path.strip_prefix("/sign-in/with/").and_then(|rest| rest.strip_suffix("/logout"));
    name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// The browser's own word where it gives one, else the `Origin`; a request with neither is refused.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text(ORIGIN), text(HOST)) else { return false };
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) == Some(host)
}

/// What is sent when a handler has panicked; the message goes to the log.
pub fn panicked(panic: Box<dyn Any + Send>) -> http::Response<Body> {
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(message = message.unwrap_or("unknown"), "a handler panicked");
    let words = "This page could not be made. Nothing was lost; the log of this catalog says what happened.";
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        error_page(500, "Something is broken here", words),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn it_answers_to_the_names_of_this_machine() {
        for own in
            ["localhost", "localhost:3000", "127.0.0.1:3998", "[::1]:3000", "LocalHost:1", "a.localhost"]
        {
            assert!(is_this_machine(own), "{own}");
        }
        for other in
            ["evil.example:3998", "localhost.evil.example", "10.0.0.1", "169.254.169.254", "", "a b", "[::1"]
        {
            assert!(!is_this_machine(other), "{other}");
        }
    }

    #[test]
    fn a_provider_may_say_that_a_session_has_ended_and_nothing_else() {
        assert!(is_called_by_a_provider("/sign-in/with/company/logout"));
        for other in
            ["/sign-in/with/company", "/sign-in/with//logout", "/sign-in/with/a/b/logout", "/do/logout"]
        {
            assert!(!is_called_by_a_provider(other), "{other}");
        }
    }

    #[test]
    fn only_our_own_pages_may_write() {
        assert!(is_own(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(is_own(&headers(&[("host", "localhost:3000"), ("origin", "http://localhost:3000")])));
        for foreign in [
            headers(&[]),
            headers(&[("host", "localhost:3000")]),
            headers(&[("sec-fetch-site", "cross-site"), ("host", "a"), ("origin", "http://a")]),
            headers(&[("sec-fetch-site", "same-site")]),
            headers(&[("sec-fetch-site", "none")]),
            headers(&[("host", "localhost:3000"), ("origin", "http://localhost:3000.evil.example")]),
            headers(&[("host", "localhost:3000"), ("origin", "null")]),
        ] {
            assert!(!is_own(&foreign), "{foreign:?}");
        }
    }
}
