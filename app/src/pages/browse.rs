//! The organisation as a tree.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::find::kind_title;
use loggia_catalog::ports::Facet;
use loggia_model::Kind;

use crate::encode::encode;
use crate::request::Request;
use crate::ui::icon::{Icon, kind_icon};
use crate::ui::loaded::loaded;
use crate::ui::time::Number;
use crate::ui::tree;

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let units = request.catalog.unit_tree(&request.actor).await?;
    let kinds = request.catalog.facet_values(&request.actor, Facet::Kind).await?;
    let platforms = request.catalog.facet_values(&request.actor, Facet::Platform).await?;
    let platforms = platforms.into_iter().map(|value| {
        view! { <li><a href=format!("/search?platform={}", encode(&value.value))>{value.title} <span class="count"><Number value=value.count/></span></a></li> }
    });
    let kinds = kinds.into_iter().map(|value| {
        view! {
            <li>
                <a href=format!("/search?kind={}", encode(&value.value))>
                    <Icon name=kind_icon(&value.value)/>{kind_title(&value.value).to_owned()}
                    <span class="count"><Number value=value.count/></span>
                </a>
            </li>
        }
    });
    let may_make = request.names().await?.may_make(Kind::DomainUnit);
    let tree = if units.is_empty() {
        view! { <p class="empty">"No domain unit has been made yet. A unit is a part of your organisation that owns data."</p> }.into_any()
    } else {
        tree::units(units)
    };
    Ok(view! {
        <Title text="Browse · Loggia"/>
        <div class="title-row">
            <h1>"Browse"</h1>
            <span class="actions"><a class="button" href="/open">"Open a file of yours"</a> {may_make.then(|| view! { <a class="button" href="/new/domain-unit">"New domain unit"</a> })}</span>
        </div>
        <div class="two wide-left">
            <section aria-labelledby="by-domain"><h2 id="by-domain">"By domain"</h2>{tree}<p><a href="/projects">"By project"</a></p></section>
            <div>
                <section aria-labelledby="by-kind"><h2 id="by-kind">"By kind"</h2><ul class="plain">{kinds.collect_view()}</ul></section>
                <section aria-labelledby="by-platform"><h2 id="by-platform">"By platform"</h2><ul class="plain">{platforms.collect_view()}</ul></section>
            </div>
        </div>
    }
    .into_any())
}
