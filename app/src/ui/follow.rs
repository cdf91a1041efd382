//! Following something: one is told in the inbox what becomes of it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_model::Urn;

use super::links::href;
use crate::forms::Follow;
use crate::request::Request;

/// A button for whoever has an inbox; nothing for others.
pub async fn follow(request: &Request, urn: &Urn) -> Result<Option<AnyView>, CatalogError> {
    let Some(is_followed) = request.catalog.is_following(&request.actor, urn).await? else { return Ok(None) };
    let (on, word, meaning) = match is_followed {
        true => ("no", "Following", "You are told in your inbox what becomes of it. Press to stop."),
        false => ("yes", "Follow", "Be told in your inbox what becomes of it."),
    };
    Ok(Some(
        view! {
            <form method="post" action=Follow::url() class="inline follow">
                <input r#type="hidden" name="urn" value=urn.to_string()/>
                <input r#type="hidden" name="back" value=href(urn)/>
                <button name="on" value=on class="secondary" aria-pressed=is_followed.to_string() title=meaning>{word}</button>
            </form>
        }
        .into_any(),
    ))
}
