//! A person: who they are and what they own.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_model::Kind;

use super::unit::{PAGE, urn_after};
use crate::encode::encode;
use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::pager::pager;
use crate::ui::time::counted;

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/people/", Kind::Person)?;
    let page = request.page("page")?;
    let person = request.catalog.person(&request.actor, &urn, (page - 1) * PAGE, PAGE).await?;
    let names = request.names().await?;
    let mail = person
        .facts
        .email
        .clone()
        .map(|mail| view! { <p><a href=format!("mailto:{mail}")>{mail.clone()}</a></p> });
    let unit = person.unit.map(|unit| view! { <p>"In " <a href=href(&unit.urn)>{unit.name}</a></p> });
    let everything = format!("/search?owner={}", encode(urn.rest()));
    let pages = u32::try_from(person.total.div_ceil(u64::from(PAGE))).unwrap_or(1);
    Ok(view! {
        <Title text=format!("{} · Loggia", person.name)/>
        <div class="title-row"><h1>{person.name.clone()}</h1><span class="kind">"Person"</span></div>
        <p class="lede">{person.facts.title.clone()}</p>
        {unit}
        {mail}
        <section aria-labelledby="owns">
            <h2 id="owns">"Owns" <span class="count">{counted(person.total, "entry", "entries")}</span></h2>
            {if person.owns.is_empty() {
                view! { <p class="empty">"Nothing has this person as its owner."</p> }.into_any()
            } else {
                view! { <p><a href=everything>"Search among them"</a></p><ul class="results compact">{person.owns.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul> }.into_any()
            }}
            {pager(href(&urn), &[], "page", page, pages)}
        </section>
    }
    .into_any())
}
