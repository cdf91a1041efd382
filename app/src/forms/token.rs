//! What the server functions about tokens do.

use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::ports::Scope;
use loggia_catalog::secrets::SecretKey;
use loggia_model::{Secret, Seq};

use super::Outcome;
use super::server::{Refused, TEN_MINUTES, finish, parse_urn, request};
use crate::request::{Request, cookie, set_cookie};
use crate::ui::tokens::TOKEN_FORM;

pub async fn make(
    owner: String,
    name: String,
    days: String,
    scope: String,
    back: String,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let values = [("name", &name), ("days", &days), ("scope", &scope)];
    let values = values.map(|(name, value)| (name.to_owned(), value.clone())).to_vec();
    let result = save(&request, &owner, &name, &days, &scope).await;
    let result = result.map(|()| (Seq::default(), "Made.".to_owned(), String::new()));
    finish(&request, result, &back, Refused { form: TOKEN_FORM.into(), values, ..Refused::default() }).await
}

async fn save(
    request: &Request,
    owner: &str,
    name: &str,
    days: &str,
    scope: &str,
) -> Result<(), CatalogError> {
    let (catalog, actor) = (&request.catalog, &request.actor);
    let owner = match owner {
        "" => actor.entity().ok_or_else(|| CatalogError::Refused("sign in first".into()))?,
        urn => parse_urn(urn)?,
    };
    let scope: Scope = scope.parse().map_err(|error| CatalogError::invalid("scope", format!("{error}")))?;
    let days = days.trim().parse().map_err(|_| {
        let shown: String = days.chars().take(40).collect();
        CatalogError::invalid("days", format!("is '{shown}', not a number of days"))
    })?;
    let made = catalog.make_token(actor, &owner, name, scope, days).await?;
    match catalog.keep_sealed(&made.token, TEN_MINUTES).await {
        Ok(key) => {
            set_cookie(&request.response, request.made_cookie(), key.written().reveal(), TEN_MINUTES);
            Ok(())
        }
        Err(error) => {
            // One that nobody has seen is of no use to anybody.
            catalog.revoke_token(actor, &made.id).await?;
            Err(error)
        }
    }
}

/// The token that this browser has just made, once.
pub async fn made(request: &Request) -> Option<Secret> {
    // A page that is fetched ahead may never be seen.
    if request.is_ahead() {
        return None;
    }
    let key: SecretKey = cookie(&request.parts, request.made_cookie())?.parse().ok()?;
    request.catalog.take_sealed(&key).await.ok().flatten()
}

pub async fn revoke(id: String, back: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let revoked = request.catalog.revoke_token(&request.actor, &id).await;
    let result = revoked.map(|()| (Seq::default(), "Revoked.".to_owned(), String::new()));
    finish(&request, result, &back, Refused { form: TOKEN_FORM.into(), ..Refused::default() }).await
}
