//! What the server functions about accounts, sessions and roles do.

use http::{HeaderValue, StatusCode};
use leptos::prelude::*;
use loggia_catalog::accounts::PasswordLink;
use loggia_catalog::federation::LEAVING;
use loggia_catalog::ports::FederatedSession;
use loggia_catalog::secrets::SecretKey;
use loggia_catalog::sessions::{LONGEST, SignedIn};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::facts::Role;
use loggia_model::{ActorKey, Secret, Seq, Timestamp};

use super::Outcome;
use super::server::{Refused, TEN_MINUTES, finish, kept, own_path, parse_urn, request};
use crate::pages::accounts::{ACCOUNT_FORM, CHOICE_FORM, NEW_FORM};
use crate::request::{LEAVING_COOKIE, LINK_COOKIE, Request, cookie, own_cookie, set_cookie};

pub async fn set_member(
    scope: String,
    who: String,
    role: String,
    until: String,
    back: String,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let values = [("who", &who), ("role", &role), ("until", &until)];
    let values = values.map(|(name, value)| (name.to_owned(), value.clone())).to_vec();
    let result = save_member(&request, &scope, &who, &role, &until).await;
    let result = result.map(|seq| (seq, "Saved.".to_owned(), String::new()));
    finish(&request, result, &back, Refused { form: "member".into(), values, ..Refused::default() }).await
}

async fn save_member(
    request: &Request,
    scope: &str,
    who: &str,
    role: &str,
    until: &str,
) -> Result<Seq, CatalogError> {
    let scope = parse_urn(scope)?;
    let role: Option<Role> = match role {
        "" => None,
        word => Some(word.parse().map_err(|error| CatalogError::invalid("role", format!("{error}")))?),
    };
    let until = match until.trim() {
        "" => None,
        day => Some(end_of(day)?),
    };
    request.catalog.set_member(&request.actor, &scope, who, role, until).await
}

/// The instant after the last one of a day.
fn end_of(day: &str) -> Result<Timestamp, CatalogError> {
    let midnight = format!("{day}T00:00:00Z").parse::<Timestamp>();
    midnight
        .map(|midnight| midnight.plus_seconds(86_400))
        .map_err(|_| CatalogError::invalid("until", format!("'{day}' is no day: write it as 2027-01-31")))
}

pub async fn sign_in(login: String, password: String, back: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let entered =
        request.catalog.sign_in(&request.actor, &login, &Secret::new(password), &request.agent()).await;
    let values = vec![("login".to_owned(), login)];
    let refused = Refused { form: "sign-in".into(), values, ..Refused::default() };
    let to = own_path(&back);
    come_in(&request, entered, to, &here(&back), refused).await
}

pub async fn sign_in_as(person: String, back: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let entered = match person.parse::<ActorKey>() {
        Ok(person) => request.catalog.sign_in_as(&request.actor, &person, &request.agent()).await,
        Err(error) => Err(CatalogError::invalid("person", error.to_string())),
    };
    let refused = Refused { form: "sign-in".into(), ..Refused::default() };
    come_in(&request, entered, own_path(&back), &here(&back), refused).await
}

pub async fn welcome(
    key: String,
    name: String,
    login: String,
    password: String,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let (secret, password) = (Secret::new(key.clone()), Secret::new(password));
    let entered = request.catalog.welcome(&secret, &name, &login, &password, &request.agent()).await;
    let values = vec![("name".to_owned(), name), ("login".to_owned(), login)];
    let refused = Refused { form: "welcome".into(), values, ..Refused::default() };
    let back = format!("/welcome?key={}", crate::encode::encode(&key));
    come_in(&request, entered, "/organisation".into(), &back, refused).await
}

pub async fn open(person: String, login: String, back: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let chosen = Some(login.trim()).filter(|login| !login.is_empty());
    let opened = request.catalog.open_account(&request.actor, &person, chosen).await;
    let result = shown(&request, opened).await;
    let values = vec![("person".to_owned(), person), ("login".to_owned(), login)];
    finish(&request, result, &back, Refused { form: NEW_FORM.into(), values, ..Refused::default() }).await
}

pub async fn reset(login: String, back: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let reset = request.catalog.reset_password(&request.actor, &login).await;
    let result = shown(&request, reset).await;
    finish(&request, result, &back, Refused { form: ACCOUNT_FORM.into(), ..Refused::default() }).await
}

pub async fn steer(login: String, action: &str, back: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let (catalog, actor) = (&request.catalog, &request.actor);
    let result = match action {
        "disable" => catalog.disable_account(actor, &login, true).await,
        "enable" => catalog.disable_account(actor, &login, false).await,
        other => Err(CatalogError::invalid("action", format!("'{other}' cannot be done to an account"))),
    };
    let result = result.map(|()| (Seq::default(), "Done.".to_owned(), String::new()));
    finish(&request, result, &back, Refused { form: ACCOUNT_FORM.into(), ..Refused::default() }).await
}

pub async fn choose(key: String, password: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let (secret, password) = (Secret::new(key.clone()), Secret::new(password));
    let entered = request.catalog.choose_password(&request.actor, &secret, &password, &request.agent()).await;
    let refused = Refused { form: CHOICE_FORM.into(), ..Refused::default() };
    let back = format!("/password?key={}", crate::encode::encode(&key));
    come_in(&request, entered, "/account".into(), &back, refused).await
}

/// Keeps a link for the page that follows. One that cannot be kept is of no use to anybody: a newer one ends it.
async fn shown(
    request: &Request,
    made: Result<PasswordLink, CatalogError>,
) -> Result<(Seq, String, String), CatalogError> {
    let link = made?;
    // No login has a blank in it.
    let words = Secret::new(format!("{} {}", link.login, link.path()));
    let key = request.catalog.keep_sealed(&words, TEN_MINUTES).await?;
    let name = own_cookie(&request.parts, LINK_COOKIE);
    set_cookie(&request.response, &name, key.written().reveal(), TEN_MINUTES);
    Ok((Seq::default(), "Made.".to_owned(), String::new()))
}

/// The link that this browser has just made, once: whose login it is for, and its path.
pub async fn made_link(request: &Request) -> Option<(String, String)> {
    // A page that is fetched ahead may never be seen.
    if request.is_ahead() {
        return None;
    }
    let name = own_cookie(&request.parts, LINK_COOKIE);
    let key: SecretKey = cookie(&request.parts, &name)?.parse().ok()?;
    let words = request.catalog.take_sealed(&key).await.ok().flatten()?;
    let (login, path) = words.reveal().split_once(' ')?;
    Some((login.to_owned(), path.to_owned()))
}

pub async fn sign_out() -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let (mut ended, mut to) = (Ok(()), "/sign-in".to_owned());
    if let Some(token) = request.session() {
        if let Ok(Some(begun_by)) = request.catalog.signed_in_by(&token).await {
            to = way_out(&request, &begun_by).await;
        }
        ended = request.catalog.sign_out(&request.actor, &token).await;
    }
    // Whatever the store says: this browser has nothing any more.
    set_cookie(&request.response, request.session_cookie(), "", 0);
    let result = ended.map(|()| (Seq::default(), "Signed out.".to_owned(), to));
    finish(&request, result, "/sign-in", Refused { form: "sign-in".into(), ..Refused::default() }).await
}

/// The page that leads on to the provider by which a session was begun, to end it there too.
async fn way_out(request: &Request, begun_by: &FederatedSession) -> String {
    match request.catalog.begin_leaving(begun_by).await {
        Ok(key) => {
            let cookie = own_cookie(&request.parts, LEAVING_COOKIE);
            set_cookie(&request.response, &cookie, key.reveal(), LEAVING);
            format!("/sign-in/with/{}/out", begun_by.provider)
        }
        Err(error) => {
            tracing::warn!(%error, "somebody was signed out here, and not at the provider");
            "/sign-in".to_owned()
        }
    }
}

/// Keeps what to say on the page to sign in; the cookie by which it is found there.
pub async fn refused_sign_in(catalog: &Catalog, message: &str) -> Option<HeaderValue> {
    let message = crate::pages::error::capital(message);
    kept(catalog, &Refused { form: "sign-in".into(), message, ..Refused::default() }).await
}

pub async fn change_password(old: String, new: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let (old, new) = (Secret::new(old), Secret::new(new));
    let session = request.session();
    let changed = request.catalog.change_password(&request.actor, &old, &new, session.as_ref()).await;
    let result = changed.map(|()| (Seq::default(), "Changed.".to_owned(), "/account".to_owned()));
    finish(&request, result, "/account", Refused { form: "password".into(), ..Refused::default() }).await
}

pub async fn end_session(id: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let ended = request.catalog.end_session(&request.actor, &id).await;
    let result = ended.map(|()| (Seq::default(), "Ended.".to_owned(), "/account".to_owned()));
    finish(&request, result, "/account", Refused { form: "password".into(), ..Refused::default() }).await
}

async fn come_in(
    request: &Request,
    entered: Result<SignedIn, CatalogError>,
    to: String,
    back: &str,
    refused: Refused,
) -> Result<Outcome, ServerFnError> {
    // What this browser had before is of no more use to whoever may know it.
    if let (true, Some(before)) = (entered.is_ok(), request.session())
        && let Err(error) = request.catalog.sign_out(&request.actor, &before).await
    {
        tracing::warn!(%error, "an earlier session of the same browser was not ended");
    }
    let result = entered.map(|SignedIn { token, .. }| {
        let seconds = u32::try_from(LONGEST).unwrap_or(u32::MAX);
        set_cookie(&request.response, request.session_cookie(), token.reveal(), seconds);
        (Seq::default(), "Signed in.".to_owned(), to)
    });
    if result.is_err() && !crate::request::accepts_html(&request.parts) {
        request.response.set_status(StatusCode::FORBIDDEN);
    }
    finish(request, result, back, refused).await
}

/// The page that a refused sign-in goes back to.
fn here(back: &str) -> String {
    format!("/sign-in?back={}", crate::encode::encode(&own_path(back)))
}
