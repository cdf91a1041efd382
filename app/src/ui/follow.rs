//! Following something: one is told in the inbox what becomes of it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_model::Urn;

use super::links::href;
use crate::forms::Follow;
use crate::forms::server::Refused;
use crate::pages::error::sentence;
use crate::request::Request;

/// As a refused one is kept.
pub const FORM: &str = "follow";

/// A button for whoever has an inbox, and why it did not do what it should; nothing for others.
pub async fn follow(
    request: &Request,
    urn: &Urn,
    refused: &Refused,
) -> Result<Option<AnyView>, CatalogError> {
    let Some(is_followed) = request.catalog.is_following(&request.actor, urn).await? else { return Ok(None) };
    let (on, word, meaning) = match is_followed {
        true => ("no", "Following", "You are told in your inbox what becomes of it. Press to stop."),
        false => ("yes", "Follow", "Be told in your inbox what becomes of it."),
    };
    let told = (refused.form == FORM)
        .then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    Ok(Some(
        view! {
            {told}
            <form method="post" action=Follow::url() class="inline follow">
                <input r#type="hidden" name="urn" value=urn.to_string()/>
                <input r#type="hidden" name="back" value=href(urn)/>
                <button name="on" value=on class="secondary" aria-pressed=is_followed.to_string() title=meaning>{word}</button>
            </form>
        }
        .into_any(),
    ))
}
