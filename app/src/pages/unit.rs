//! A domain unit: what it is, whose it is, what belongs to it.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::{CatalogError, markdown};
use loggia_model::{Kind, Urn};

use crate::encode::encode;
use crate::forms::server::Refused;
use crate::pages::forms::{State, entity_actions};
use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::follow::follow;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::members::members as members_view;
use crate::ui::pager::pager;
use crate::ui::parts::{matrix_href, parts};
use crate::ui::projects;
use crate::ui::source::said_by;
use crate::ui::time::counted;
use crate::ui::tree;

pub(crate) const PAGE: u32 = 30;

pub fn page() -> impl IntoView {
    loaded(load)
}

/// The URN of an entity whose slug follows a prefix of the path.
pub(crate) fn urn_after(request: &Request, prefix: &str, kind: Kind) -> Result<Urn, CatalogError> {
    let slug = request.after(prefix);
    format!("urn:loggia:{kind}:{slug}")
        .parse()
        .map_err(|_| CatalogError::NotFound(format!("{kind} '{slug}'")))
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/domains/", Kind::DomainUnit)?;
    let page = request.page("page")?;
    let unit = request.catalog.unit(&request.actor, &urn, (page - 1) * PAGE, PAGE).await?;
    let names = request.names().await?;
    let above = unit
        .path
        .iter()
        .rev()
        .skip(1)
        .rev()
        .map(|entry| view! { <li><a href=href(&entry.urn)>{entry.name.clone()}</a></li> })
        .collect_view();
    let state = match unit.merged_into {
        Some(_) => State::Merged,
        None => State::of(unit.facts.deprecated == Some(true)),
    };
    let refused = Refused::take(&request).await.unwrap_or_default();
    let actions = entity_actions(&names, &urn, state, &refused);
    let source = said_by(&names, unit.description_from.as_ref());
    let members = request.catalog.members(&request.actor, &urn).await?;
    let members = members_view(&names, members, &refused);
    let description = unit.facts.description.as_deref().map(markdown::safe_html);
    let cut_off = (!unit.inherits).then(|| {
        view! { <p class="note">"Roles and policies of the units above do not reach this one, nor what is below it. Those of the organisation do."</p> }
    });
    let new_project = names.may_change(&urn).then(|| {
        let new = format!("/new/project?unit={}", encode(&unit.name));
        view! { <p><a href=new>"New project here"</a></p> }
    });
    let follow = follow(&request, &urn, &refused).await?;
    let everything = format!("/search?domain={}", encode(urn.rest()));
    let pages = u32::try_from(unit.total.div_ceil(u64::from(PAGE))).unwrap_or(1);
    Ok(view! {
        <Title text=format!("{} · Loggia", unit.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/browse">"Browse"</a></li>{above}</ol></nav>
        <div class="title-row">
            <h1>{unit.name.clone()} {(unit.facts.deprecated == Some(true)).then(|| view! { <span class="badge badge-warn">"Deprecated"</span> })}</h1>
            <span class="kind">"Domain unit"</span>
            {follow}
        </div>
        {unit.merged_into.as_ref().map(|into| view! { <p class="note">"This is part of " <a href=href(&into.urn)>{into.name.clone()}</a> " now."</p> })}
        <div class="two wide-left">
            <div>
                {match description {
                    Some(html) => view! { <h2 class="hidden">"Description"</h2><div class="prose" inner_html=html></div> }.into_any(),
                    None => view! { <p class="empty">"Nobody has said yet what this unit does."</p> }.into_any(),
                }}
                {source}
                {cut_off}
                {(!unit.projects.is_empty()).then(|| view! { <section aria-labelledby="projects"><h2 id="projects">"Projects"</h2>{projects::lines(unit.projects)}</section> })}
                {new_project}
                <section aria-labelledby="holds">
                    <h2 id="holds">"What belongs to it"</h2>
                    <p><a href=everything>"Search here and below"</a></p>
                    {if unit.entries.is_empty() {
                        view! { <p class="empty">"Nothing belongs to this unit directly."</p> }.into_any()
                    } else {
                        view! { <ul class="results compact">{unit.entries.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul> }.into_any()
                    }}
                    {pager(href(&urn), &[], "page", page, pages)}
                </section>
                {members}
            </div>
            <aside class="rail">
                <section><h2>"Who answers for it"</h2>{parts(&unit.parts)}<p><a href=matrix_href(&urn)>"Responsibilities of all that it has"</a></p></section>
                <section><h2>"Below it"</h2>{if unit.children.is_empty() { view! { <p class="empty">"No unit stands below this one."</p> }.into_any() } else { tree::units(unit.children) }}</section>
                <section><h2>"Rules"</h2><p><a href="/rules">"What must be there before something is published"</a></p><p><a href="/metadata-forms">"What is asked, field by field"</a></p></section>
                <p class="quiet">{counted(unit.total, "entry", "entries")} " belong to it directly."</p>
                {actions}
            </aside>
        </div>
    }
    .into_any())
}
