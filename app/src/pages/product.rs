//! Data products: the list, and one with what it offers.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::{CatalogError, markdown};
use loggia_model::Kind;
use loggia_model::facts::ProductStatus;

use super::forms::{State, entity_actions};
use super::unit::urn_after;
use crate::encode::encode;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::follow::follow;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::parts::parts;
use crate::ui::source::said_by;
use crate::ui::time::counted;

pub fn index() -> impl IntoView {
    loaded(load_all)
}

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load_all(request: Request) -> Result<AnyView, CatalogError> {
    let products = request.catalog.products(&request.actor).await?;
    let names = request.names().await?;
    let may_make = names.may_make(Kind::DataProduct);
    let list = if products.is_empty() {
        view! { <p class="empty">"No data product yet. A product is a set of assets that an owner promises to keep, found and asked for as one."</p> }.into_any()
    } else {
        view! { <h2 class="hidden">"All data products"</h2><ul class="results">{products.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul> }.into_any()
    };
    Ok(view! {
        <Title text="Data products · Loggia"/>
        <div class="title-row"><h1>"Data products"</h1>{may_make.then(|| view! { <a class="button" href="/new/data-product">"New data product"</a> })}</div>
        <p class="lede">"Sets of data that somebody promises to keep."</p>
        {list}
    }
    .into_any())
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/products/", Kind::DataProduct)?;
    let product = request.catalog.product(&request.actor, &urn).await?;
    if !request.is_ahead() {
        request.catalog.visit(&urn);
    }
    let names = request.names().await?;
    let deprecated = matches!(product.status, ProductStatus::Deprecated | ProductStatus::Retired);
    let refused = Refused::take(&request).await.unwrap_or_default();
    let actions = entity_actions(&names, &urn, State::of(deprecated), &refused);
    let class = match product.status {
        ProductStatus::Active => "badge band-good",
        ProductStatus::Draft => "badge badge-quiet",
        ProductStatus::Deprecated | ProductStatus::Retired => "badge badge-warn",
    };
    let path = product
        .unit_path
        .iter()
        .map(|unit| view! { <li><a href=href(&unit.urn)>{unit.name.clone()}</a></li> })
        .collect_view();
    let terms = product
        .terms
        .iter()
        .map(|term| view! { <li><a class="tag term" href=href(&term.urn)>{term.name.clone()}</a></li> })
        .collect_view();
    let tags = product
        .facts
        .tags
        .put
        .iter()
        .map(|tag| view! { <li><a class="tag" href=format!("/search?tag={}", encode(tag.as_str()))>{tag.to_string()}</a></li> })
        .collect_view();
    let source = said_by(&names, product.description_from.as_ref());
    let follow = follow(&request, &urn, &refused).await?;
    let count = product.assets.len() as u64;
    Ok(view! {
        <Title text=format!("{} · Loggia", product.name) about=product.facts.description.as_deref().map(markdown::plain).unwrap_or_default()/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/products">"Products"</a></li>{path}</ol></nav>
        <div class="title-row">
            <h1>{product.name.clone()} <span class=class>{product.status.title()}</span></h1>
            <span class="kind">"Data product"</span>
            {follow}
        </div>
        {product.merged_into.as_ref().map(|into| view! { <p class="note">"This is part of " <a href=href(&into.urn)>{into.name.clone()}</a> " now."</p> })}
        <div class="two wide-left">
            <div>
                {match product.facts.description.as_deref() {
                    Some(text) => view! { <h2 class="hidden">"Description"</h2><div class="prose" inner_html=markdown::safe_html(text)></div> }.into_any(),
                    None => view! { <p class="empty">"Nobody has said yet what this product promises."</p> }.into_any(),
                }}
                {source}
                <section><h2>"What it offers" <span class="count">{counted(count, "asset", "assets")}</span></h2>
                    <ul class="results compact">{product.assets.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul>
                </section>
            </div>
            <aside class="rail">
                <section><h2>"Who answers for it"</h2>{parts(&product.parts)}</section>
                {product.project.as_ref().map(|project| view! { <section><h2>"Project"</h2><p><a href=href(&project.urn)>{project.name.clone()}</a></p></section> })}
                {(!product.terms.is_empty()).then(|| view! { <section><h2>"Terms"</h2><ul class="tags">{terms}</ul></section> })}
                {(!product.facts.tags.put.is_empty()).then(|| view! { <section><h2>"Tags"</h2><ul class="tags">{tags}</ul></section> })}
                {actions}
            </aside>
        </div>
    }
    .into_any())
}
