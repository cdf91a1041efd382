//! A term: its definition first, then its neighbours, then what carries it.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::{CatalogError, DirectoryEntry, markdown};
use loggia_model::Kind;
use loggia_model::facts::TermStatus;

use super::forms::{State, entity_actions};
use super::unit::{PAGE, urn_after};
use crate::encode::encode;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::cards::carrying_card;
use crate::ui::follow::follow;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::pager::pager;
use crate::ui::source::said_by;
use crate::ui::time::counted;

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/terms/", Kind::Term)?;
    let page = request.page("page")?;
    let term = request.catalog.term(&request.actor, &urn, (page - 1) * PAGE, PAGE).await?;
    if !request.is_ahead() {
        request.catalog.visit(&urn);
    }
    let names = request.names().await?;
    let deprecated = term.status == TermStatus::Deprecated;
    let state = if term.merged_into.is_some() { State::Merged } else { State::of(deprecated) };
    let refused = Refused::take(&request).await.unwrap_or_default();
    let actions = entity_actions(&names, &urn, state, &refused);
    let (status, status_title) = match term.status {
        _ if state == State::Merged => ("badge badge-warn", "Merged"),
        TermStatus::Approved => ("badge band-good", term.status.title()),
        TermStatus::Draft => ("badge badge-quiet", term.status.title()),
        TermStatus::Deprecated => ("badge badge-warn", term.status.title()),
    };
    let merged: Vec<_> = term
        .merged
        .iter()
        .map(|entry| view! { <li><a href=href(&entry.urn)>{entry.name.clone()}</a></li> })
        .collect();
    let above = term
        .path
        .iter()
        .rev()
        .skip(1)
        .rev()
        .map(|entry| view! { <li><a href=href(&entry.urn)>{entry.name.clone()}</a></li> })
        .collect_view();
    let glossary = term
        .glossary
        .as_ref()
        .map(|glossary| view! { <li><a href=href(&glossary.urn)>{glossary.name.clone()}</a></li> });
    let synonyms: Vec<String> = term.facts.synonyms.put.iter().cloned().collect();
    let broader = term.path.iter().rev().nth(1).cloned().into_iter().collect();
    let neighbours = neighbours(&term.name, broader, term.narrower, term.related);
    let source = said_by(&names, term.definition_from.as_ref());
    let everything = format!("/search?term={}", encode(urn.rest()));
    let pages = u32::try_from(term.carried.div_ceil(u64::from(PAGE))).unwrap_or(1);
    let owners = term
        .owners
        .iter()
        .map(|owner| view! { <li><a href=href(&owner.urn)>{owner.name.clone()}</a></li> })
        .collect_view();
    let follow = follow(&request, &urn, &refused).await?;
    Ok(view! {
        <Title text=format!("{} · Loggia", term.name) about=term.facts.definition.as_deref().map(markdown::plain).unwrap_or_default()/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/glossary">"Glossary"</a></li>{glossary}{above}</ol></nav>
        <div class="title-row">
            <h1>{term.name.clone()} <span class=status>{status_title}</span></h1>
            <span class="kind">"Glossary term"</span>
            {follow}
        </div>
        {term.merged_into.as_ref().map(|into| view! { <p class="note">"This is part of " <a href=href(&into.urn)>{into.name.clone()}</a> " now: what carries it shows there."</p> })}
        <div class="two wide-left">
            <div>
                {match term.facts.definition.as_deref() {
                    Some(text) => view! { <h2 class="hidden">"Definition"</h2><div class="prose definition" inner_html=markdown::safe_html(text)></div> }.into_any(),
                    None => view! { <p class="empty">"Nobody has defined this word yet."</p> }.into_any(),
                }}
                {source}
                {(!synonyms.is_empty()).then(|| view! { <p>"Also called: " <strong>{synonyms.join(", ")}</strong></p> })}
                {(!merged.is_empty()).then(|| view! { <section class="merged"><h2>"Part of it now"</h2><ul class="plain">{merged}</ul></section> })}
                {neighbours}
                {(state != State::Merged).then(|| view! { <section aria-labelledby="carries">
                    <h2 id="carries">"What carries it" <span class="count">{counted(term.carried, "entry", "entries")}</span></h2>
                    {if term.carried_by.is_empty() {
                        view! { <p class="empty">"Nothing carries this term yet. Open an asset and add it there, to the whole or to a column."</p> }.into_any()
                    } else {
                        view! { <p><a href=everything>"Search among them"</a></p><ul class="results compact">{term.carried_by.into_iter().map(|carrier| carrying_card(&names, carrier)).collect_view()}</ul> }.into_any()
                    }}
                    {pager(href(&urn), &[], "page", page, pages)}
                </section> })}
            </div>
            <aside class="rail">
                {(!term.owners.is_empty()).then(|| view! { <section><h2>"Who keeps it"</h2><ul class="plain">{owners}</ul></section> })}
                {actions}
            </aside>
        </div>
    }
    .into_any())
}

/// A small map: what is broader above, what is narrower below, what is related beside.
fn neighbours(
    name: &str,
    broader: Vec<DirectoryEntry>,
    narrower: Vec<DirectoryEntry>,
    related: Vec<DirectoryEntry>,
) -> AnyView {
    let list = |title: &'static str, class: &'static str, entries: Vec<DirectoryEntry>| {
        (!entries.is_empty()).then(move || {
            let items = entries
                .into_iter()
                .map(|entry| view! { <li><a href=href(&entry.urn)>{entry.name}</a></li> })
                .collect_view();
            view! { <div class=class><h3>{title}</h3><ul>{items}</ul></div> }
        })
    };
    let is_empty = broader.is_empty() && narrower.is_empty() && related.is_empty();
    let name = name.to_owned();
    (!is_empty)
        .then(move || {
            view! {
                <section class="neighbours" aria-labelledby="neighbours">
                    <h2 id="neighbours" class="hidden">"Neighbouring terms"</h2>
                    {list("Broader", "broader", broader)}
                    <p class="here">{name}</p>
                    {list("Narrower", "narrower", narrower)}
                    {list("Related", "related", related)}
                </section>
            }
        })
        .into_any()
}
