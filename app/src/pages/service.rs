//! A service: a program or an agent, what it may do, and by what it comes in.

use leptos::prelude::*;
use loggia_catalog::{CatalogError, markdown};
use loggia_model::Kind;

use super::unit::urn_after;
use crate::encode::encode_path;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::title::Title;
use crate::ui::tokens::Tokens;

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/services/", Kind::Service)?;
    let service = request.catalog.service(&request.actor, &urn).await?;
    let names = request.names().await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let description = service.description.as_deref().map(markdown::safe_html);
    let owners = service
        .owners
        .iter()
        .map(|owner| view! { <li><a href=href(&owner.urn)>{owner.name.clone()}</a> <span class="quiet">{owner.note.clone()}</span></li> })
        .collect_view();
    let nobody = service.owners.is_empty();
    let roles = service
        .roles
        .into_iter()
        .map(|(scope, role)| view! { <li>{role.title()} " of " <a href=href(&scope.urn)>{scope.name}</a></li> })
        .collect::<Vec<_>>();
    let tokens = match service.tokens {
        Some(tokens) => {
            Some(Tokens { owner: &urn, back: href(&urn), tokens }.view(&request, &names, &refused).await)
        }
        None => None,
    };
    let history = format!("/history/{}", encode_path(urn.as_str()));
    let edit = service.may_change.then(
        || view! { <a class="button" href=format!("/edit/{}", encode_path(urn.as_str()))>"Edit"</a> " " },
    );
    Ok(view! {
        <Title text=format!("{} · Loggia", service.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li></ol></nav>
        <div class="title-row"><h1>{service.name.clone()}</h1><span class="kind">"Service"</span></div>
        {match description {
            Some(html) => view! { <h2 class="hidden">"Description"</h2><div class="prose" inner_html=html></div> }.into_any(),
            None => view! { <p class="empty">"Nobody has said yet what it does."</p> }.into_any(),
        }}
        <section aria-labelledby="owners"><h2 id="owners">"Who answers for it"</h2>{if nobody { view! { <p class="empty">"Nobody yet: only whoever administers the organisation has its tokens in hand."</p> }.into_any() } else { view! { <ul class="plain">{owners}</ul> }.into_any() }}</section>
        <section aria-labelledby="roles"><h2 id="roles">"Roles that it has"</h2>{if roles.is_empty() { view! { <p class="empty">"None by its own name, so it sees no more than a group that it is in. Give it one on the page of a domain unit, or of the organisation."</p> }.into_any() } else { view! { <ul class="plain">{roles}</ul> }.into_any() }}</section>
        {tokens}
        <p class="actions">{edit} <a href=history>"History"</a></p>
    }
    .into_any())
}
