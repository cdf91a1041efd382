//! What a page knows of the request it answers.

use http::StatusCode;
use http::header::{COOKIE, HOST, HeaderName, HeaderValue, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use loggia_catalog::{Catalog, CatalogError, Names};
use loggia_model::{Actor, Door, Secret, Seq, Who};

/// The last change that this browser has made; its reads wait for it.
pub const SEEN_COOKIE: &str = "loggia_seen";
pub const THEME_COOKIE: &str = "loggia_theme";
/// What a browser that has signed in has.
pub const SESSION_COOKIE: &str = "loggia_session";
/// The same where the browser comes by TLS: such a cookie no other site, and no page without TLS, can set.
pub const SESSION_COOKIE_TLS: &str = "__Host-loggia_session";
/// What a browser has while its reader signs in at a provider of identities, and on its way out there.
pub const ENTERING_COOKIE: &str = "loggia_entering";
pub const LEAVING_COOKIE: &str = "loggia_leaving";
/// The key that opens a link to choose a password, which has just been made, for the page that shows it.
pub const LINK_COOKIE: &str = "loggia_link";
/// The key that opens a token which has just been made, for the page that shows it.
const MADE_COOKIE: &str = "loggia_made";
const MADE_COOKIE_TLS: &str = "__Host-loggia_made";
/// The key under which a refused form waits for the page that follows.
pub const FORM_COOKIE: &str = "loggia_form";

#[derive(Clone)]
pub struct Request {
    pub catalog: Catalog,
    pub actor: Actor,
    pub parts: Parts,
    pub response: ResponseOptions,
}

impl Request {
    /// The request at hand; `None` while the routes are being listed, when there is none.
    pub fn current() -> Option<Self> {
        let parts = use_context::<Parts>()?;
        Some(Self {
            catalog: use_context::<Catalog>()?,
            actor: actor(&parts),
            response: use_context::<ResponseOptions>()?,
            parts,
        })
    }

    /// The names of things, as whoever asks may know them.
    pub async fn names(&self) -> Result<Names, CatalogError> {
        self.catalog.names(&self.actor).await
    }

    /// The session of this browser, whether it still is one or not.
    pub fn session(&self) -> Option<Secret> {
        session(&self.parts)
    }

    pub fn session_cookie(&self) -> &'static str {
        session_cookie(&self.parts)
    }

    pub fn made_cookie(&self) -> &'static str {
        if is_by_tls(&self.parts) { MADE_COOKIE_TLS } else { MADE_COOKIE }
    }

    /// By which this browser came here, such as `https://catalog.example`: the door answers to no other name.
    pub fn address(&self) -> String {
        let scheme = if is_by_tls(&self.parts) { "https" } else { "http" };
        let host = self.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let named = || self.parts.uri.authority().map(|authority| authority.as_str());
        format!("{scheme}://{}", host.or_else(named).unwrap_or("localhost"))
    }

    /// The browser, as it calls itself.
    pub fn agent(&self) -> String {
        let agent = self.parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        agent.unwrap_or_default().to_owned()
    }

    pub fn path(&self) -> &str {
        self.parts.uri.path()
    }

    /// The path and the query, as a link back to here.
    pub fn here(&self) -> String {
        self.parts.uri.path_and_query().map_or_else(|| self.path().to_owned(), ToString::to_string)
    }

    /// What follows a prefix of the path, decoded.
    pub fn after(&self, prefix: &str) -> String {
        decode(self.path().strip_prefix(prefix).unwrap_or(""), false)
    }

    /// Every pair of the query, decoded, in order.
    pub fn query(&self) -> Vec<(String, String)> {
        query(&self.parts)
    }

    pub fn param(&self, name: &str) -> Option<String> {
        self.query().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The page number of a list, counting from 1.
    pub fn page(&self, name: &str) -> Result<u32, CatalogError> {
        page_number(name, self.param(name).as_deref())
    }

    /// Fetched ahead, and perhaps never seen: such a request is not a visit.
    pub fn is_ahead(&self) -> bool {
        let purpose = self.parts.headers.get("sec-purpose").and_then(|value| value.to_str().ok());
        purpose.is_some_and(|purpose| purpose.contains("prefetch") || purpose.contains("prerender"))
    }

    /// Whether whoever asks can find anything at all.
    pub fn may_look_around(&self) -> bool {
        self.actor.who != Who::Anonymous || self.parts.extensions.get::<OpenToStrangers>().is_some()
    }

    pub fn set_status(&self, status: StatusCode) {
        self.response.set_status(status);
    }
}

/// The page number of a list, counting from 1.
pub fn page_number(name: &str, text: Option<&str>) -> Result<u32, CatalogError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(1) };
    let number = text.parse().ok().filter(|number| (1..=100_000).contains(number));
    number.ok_or_else(|| CatalogError::invalid(name, format!("is '{}', not a number from 1 up", cut(text))))
}

/// Who asks: as the door has found out, or else nobody.
pub fn actor(parts: &Parts) -> Actor {
    let seen = cookie(parts, SEEN_COOKIE).and_then(|seen| seen.parse().ok()).map_or(Seq::default(), Seq);
    let found = parts.extensions.get::<Actor>().cloned();
    found.unwrap_or_else(|| Actor::anonymous(Door::Browser)).having_seen(seen)
}

/// Said by the door: whoever has not signed in may look around, as far as policies let them.
#[derive(Debug, Clone, Copy)]
pub struct OpenToStrangers;

/// Said by the door: the browser comes by TLS, which ends in front of this program.
#[derive(Debug, Clone, Copy)]
pub struct ByTls;

pub fn session_cookie(parts: &Parts) -> &'static str {
    if is_by_tls(parts) { SESSION_COOKIE_TLS } else { SESSION_COOKIE }
}

fn is_by_tls(parts: &Parts) -> bool {
    parts.extensions.get::<ByTls>().is_some()
}

/// A cookie's name; by TLS one that no other site can set.
pub fn own_cookie(parts: &Parts, name: &str) -> String {
    let prefix = if parts.extensions.get::<ByTls>().is_some() { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

pub fn session(parts: &Parts) -> Option<Secret> {
    cookie(parts, session_cookie(parts)).filter(|token| !token.is_empty()).map(Secret::new)
}

/// Every pair of the query, decoded, in order.
pub fn query(parts: &Parts) -> Vec<(String, String)> {
    pairs(parts.uri.query().unwrap_or(""))
}

/// Every pair of a query, decoded, in order.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

/// The value of a cookie.
pub fn cookie(parts: &Parts, name: &str) -> Option<String> {
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// Gives the browser a cookie. Values are ours: plain ASCII.
pub fn set_cookie(response: &ResponseOptions, name: &str, value: &str, max_age_seconds: u32) {
    if let Some(cookie) = cookie_header(name, value, max_age_seconds) {
        response.append_header(SET_COOKIE, cookie);
    }
}

/// The same, as a header.
pub fn cookie_header(name: &str, value: &str, max_age_seconds: u32) -> Option<HeaderValue> {
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// Whether whoever asks would rather have a page than data: a form posted without scripts.
pub fn accepts_html(parts: &Parts) -> bool {
    let accept = parts.headers.get(HeaderName::from_static("accept")).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

fn decode(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' if plus_is_blank => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let pair = [ahead.next().unwrap_or(b'x'), ahead.next().unwrap_or(b'x')];
                match std::str::from_utf8(&pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
                    Some(value) => {
                        bytes.push(value);
                        rest = ahead;
                    }
                    None => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
