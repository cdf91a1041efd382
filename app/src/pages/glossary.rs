//! The glossary: all of them, and one with the tree of its terms.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::{CatalogError, markdown};
use loggia_model::Kind;

use super::unit::urn_after;
use crate::encode::{encode, encode_path};
use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::time::counted;
use crate::ui::tree;

pub fn index() -> impl IntoView {
    loaded(load_all)
}

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load_all(request: Request) -> Result<AnyView, CatalogError> {
    let glossaries = request.catalog.glossaries(&request.actor).await?;
    let is_empty = glossaries.is_empty();
    let sections = glossaries.into_iter().map(|glossary| {
        view! {
            <section class="glossary">
                <h2><a href=href(&glossary.urn)>{glossary.name.clone()}</a> <span class="count">{counted(glossary.terms, "term", "terms")}</span></h2>
                <p class="quiet">{glossary.facts.description.as_deref().map(markdown::plain)}</p>
                {tree::terms(glossary.tops)}
            </section>
        }
    });
    let may_make = request.names().await?.may_make(Kind::Term);
    Ok(view! {
        <Title text="Glossary · Loggia"/>
        <div class="title-row">
            <h1>"Glossary"</h1>
            {may_make.then(|| view! { <span class="actions"><a class="button" href="/new/term">"New term"</a> <a class="button" href="/new/glossary">"New glossary"</a></span> })}
        </div>
        <p class="lede">"What the words of the business mean, and the data that carries them."</p>
        {is_empty.then(|| view! { <p class="empty">"There is no glossary yet. Make one, and give it the first ten words that people argue about."</p> })}
        {sections.collect_view()}
    }
    .into_any())
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/glossary/", Kind::Glossary)?;
    let glossary = request.catalog.glossary(&request.actor, &urn).await?;
    let may_change = request.names().await?.may_change(&urn);
    let new = format!("/new/term?glossary={}", encode(&glossary.name));
    let edit = format!("/edit/{}", encode_path(urn.as_str()));
    let owners = glossary
        .owners
        .iter()
        .map(|owner| view! { <li><a href=href(&owner.urn)>{owner.name.clone()}</a></li> })
        .collect_view();
    Ok(view! {
        <Title text=format!("{} · Loggia", glossary.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/glossary">"Glossary"</a></li></ol></nav>
        <div class="title-row">
            <h1>{glossary.name.clone()}</h1>
            {may_change.then(|| view! { <span class="actions"><a class="button" href=new>"New term"</a> <a class="button" href=edit>"Edit"</a></span> })}
        </div>
        {glossary.facts.description.as_deref().map(|text| view! { <h2 class="hidden">"Description"</h2><div class="prose" inner_html=markdown::safe_html(text)></div> })}
        <p class="quiet">{counted(glossary.terms, "term", "terms")}</p>
        {(!glossary.owners.is_empty()).then(|| view! { <section><h2>"Who keeps it"</h2><ul class="plain">{owners}</ul></section> })}
        <section><h2>"Terms"</h2>{if glossary.tops.is_empty() { view! { <p class="empty">"No term yet."</p> }.into_any() } else { tree::terms(glossary.tops) }}</section>
    }
    .into_any())
}
