//! The doors between this program and providers of identities: there, back, out, and what they say by themselves.

use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, LOCATION, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use loggia_app::{
    ByTls, ENTERING_COOKIE, LEAVING_COOKIE, actor, cookie, cookie_header, encoded, error_page, leading_page,
    own_cookie, own_path, refused_sign_in, session, session_cookie,
};
use loggia_catalog::federation::{ENTERING, SignedOutThere};
use loggia_catalog::sessions::LONGEST;
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::Secret;
use serde::Deserialize;

use crate::oidc::{OidcError, Provider, Providers, Sent};

/// Bytes of a token that a provider sends by itself.
const LONGEST_TOKEN: usize = 16 << 10;

#[derive(Clone)]
pub struct SignInDoor {
    pub catalog: Catalog,
    pub providers: Providers,
}

#[derive(Deserialize)]
pub struct Begun {
    #[serde(default)]
    back: String,
}

#[derive(Deserialize)]
pub struct SaidByItself {
    logout_token: String,
}

/// Sends somebody to a provider.
pub async fn begin(
    State(door): State<SignInDoor>,
    Path(name): Path<String>,
    parts: Parts,
    Form(begun): Form<Begun>,
) -> Response {
    let Some(provider) = door.providers.named(&name) else { return no_such_provider() };
    let back = own_path(&begun.back);
    let redirect = format!("{}/sign-in/with/{name}/back", address(&parts));
    let (url, entering) = match provider.entrance(&redirect, back.clone()).await {
        Ok(sent) => sent,
        Err(error) => return not_by(&door, provider, &error, &back).await,
    };
    match door.catalog.begin_entering(&actor(&parts), &entering).await {
        Ok(key) => {
            let name = own_cookie(&parts, ENTERING_COOKIE);
            leading(url.as_str(), provider.title(), cookie_header(&name, key.reveal(), ENTERING))
        }
        Err(error) => refused(&door, &error, &back).await,
    }
}

/// Takes in somebody whom a provider has sent back.
pub async fn back(
    State(door): State<SignInDoor>,
    Path(name): Path<String>,
    Query(sent): Query<Sent>,
    parts: Parts,
) -> Response {
    let Some(provider) = door.providers.named(&name) else { return no_such_provider() };
    let entering_cookie = own_cookie(&parts, ENTERING_COOKIE);
    let entering = match cookie(&parts, &entering_cookie) {
        Some(key) => door.catalog.take_entering(&Secret::new(key)).await,
        None => Ok(None),
    };
    let entering = match entering {
        Ok(entering) => entering.filter(|entering| entering.provider == name),
        Err(error) => return refused(&door, &error, "/").await,
    };
    let Some(entering) = entering else {
        tracing::warn!(provider = name, "an answer came to no question of this browser");
        let words = "this sign-in was not begun in this browser, is used up, or took longer than ten minutes: begin anew";
        return refused(&door, &CatalogError::Refused(words.into()), "/").await;
    };
    let claims = match provider.returned(&door.catalog, &entering, sent).await {
        Ok(claims) => claims,
        Err(error) => return not_by(&door, provider, &error, &entering.back).await,
    };
    let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let by = actor(&parts);
    let entered = match door.catalog.sign_in_with(&by, &claims, agent).await {
        Ok(entered) => entered,
        Err(error) => return refused(&door, &error, &entering.back).await,
    };
    // What this browser had before is of no more use to whoever may know it.
    if let Some(before) = session(&parts)
        && let Err(error) = door.catalog.sign_out(&by, &before).await
    {
        tracing::warn!(%error, "an earlier session of the same browser was not ended");
    }
    let seconds = u32::try_from(LONGEST).unwrap_or(u32::MAX);
    let own = cookie_header(session_cookie(&parts), entered.token.reveal(), seconds);
    let used_up = cookie_header(&entering_cookie, "", 0);
    let mut answer = see_other(&own_path(&entering.back));
    for cookie in [own, used_up].into_iter().flatten() {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

/// Leads whoever has signed out here on to the provider, to end its session too.
pub async fn out(State(door): State<SignInDoor>, Path(name): Path<String>, parts: Parts) -> Response {
    let leaving_cookie = own_cookie(&parts, LEAVING_COOKIE);
    let key = cookie(&parts, &leaving_cookie).map(Secret::new);
    let leaving = match &key {
        Some(key) => door.catalog.take_leaving(key).await.ok().flatten(),
        None => None,
    };
    let leaving = leaving.filter(|leaving| leaving.provider == name);
    let (Some(provider), Some(leaving)) = (door.providers.named(&name), leaving) else {
        return see_other("/sign-in");
    };
    match provider.exit(&leaving.id_token, &format!("{}/sign-in", address(&parts))).await {
        Ok(Some(url)) => leading(url.as_str(), provider.title(), cookie_header(&leaving_cookie, "", 0)),
        Ok(None) => see_other("/sign-in"),
        Err(error) => {
            tracing::warn!(%error, provider = name, "somebody was signed out here, and not at the provider");
            see_other("/sign-in")
        }
    }
}

/// Ends what a provider says has ended (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8).
pub async fn ended_there(
    State(door): State<SignInDoor>,
    Path(name): Path<String>,
    Form(said): Form<SaidByItself>,
) -> Response {
    let Some(provider) = door.providers.named(&name) else { return no_such_provider() };
    if said.logout_token.len() > LONGEST_TOKEN {
        return answered(StatusCode::BAD_REQUEST);
    }
    let logout = match provider.logout(&said.logout_token).await {
        Ok(logout) => logout,
        Err(error @ OidcError::Unreachable(_)) => {
            tracing::warn!(%error, provider = name, "whether a session has ended cannot be told");
            return answered(StatusCode::SERVICE_UNAVAILABLE);
        }
        Err(error) => {
            tracing::warn!(%error, provider = name, "what came as a logout is none");
            return answered(StatusCode::BAD_REQUEST);
        }
    };
    let logout =
        SignedOutThere { provider: name, token: logout.token, subject: logout.subject, sid: logout.sid };
    match door.catalog.signed_out_there(&logout).await {
        Ok(_) => answered(StatusCode::OK),
        Err(CatalogError::Refused(why)) => {
            tracing::warn!(why, "a logout is not taken");
            answered(StatusCode::BAD_REQUEST)
        }
        Err(error) => {
            tracing::error!(%error, "sessions that have ended elsewhere were not ended here");
            answered(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// Where the browser is, as it must be registered with the provider. The door has checked the name.
fn address(parts: &Parts) -> String {
    let scheme = if parts.extensions.get::<ByTls>().is_some() { "https" } else { "http" };
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let named = || parts.uri.authority().map(|authority| authority.as_str());
    format!("{scheme}://{}", host.or_else(named).unwrap_or("localhost"))
}

/// Back to the page to sign in, which says that it was not possible by this provider. Why goes to the log.
async fn not_by(door: &SignInDoor, provider: &Provider, error: &OidcError, back: &str) -> Response {
    tracing::warn!(%error, provider = provider.name(), "nobody could sign in by a provider");
    let title = provider.title();
    let words = match error {
        OidcError::Unreachable(_) => format!("{title} cannot be reached just now: try again in a minute"),
        OidcError::UnknownKey(_) | OidcError::Wrong(_) => {
            format!(
                "you are not signed in: {title} did not say who you are in a way that can be believed. Begin anew"
            )
        }
    };
    refused(door, &CatalogError::Refused(words), back).await
}

async fn refused(door: &SignInDoor, error: &CatalogError, back: &str) -> Response {
    let words = match error {
        CatalogError::Refused(_) | CatalogError::Busy(_) | CatalogError::NotFound(_) => error.to_string(),
        error => {
            tracing::error!(%error, "signing in by a provider failed");
            "the catalog cannot be written just now: try again in a minute".to_owned()
        }
    };
    let mut answer = see_other(&format!("/sign-in?back={}", encoded(&own_path(back))));
    if let Some(cookie) = refused_sign_in(&door.catalog, &words).await {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

fn leading(to: &str, title: &str, cookie: Option<HeaderValue>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut answer = (headers, leading_page(to, title)).into_response();
    if let Some(cookie) = cookie {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, to), (CACHE_CONTROL, HeaderValue::from_static("no-store"))])
        .into_response()
}

fn answered(status: StatusCode) -> Response {
    (status, [(CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response()
}

fn no_such_provider() -> Response {
    let words = "There is no such way to sign in here.";
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
    (StatusCode::NOT_FOUND, headers, error_page(404, "Not found", words)).into_response()
}
