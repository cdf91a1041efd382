//! Projects: the list by unit, and one with its goal, its members and its inventory.

use leptos::prelude::*;
use loggia_catalog::projects::{ProjectView, ProjectsOfUnit};
use loggia_catalog::{CatalogError, markdown};
use loggia_model::Kind;

use super::forms::{State, entity_actions};
use super::unit::{PAGE, urn_after};
use crate::encode::encode;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::filled::Filled;
use crate::ui::follow::follow;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::members::members as members_view;
use crate::ui::pager::pager;
use crate::ui::parts::matrix_href;
use crate::ui::projects::{badges, lines};
use crate::ui::source::said_by;
use crate::ui::time::{counted, grouped};
use crate::ui::title::Title;

pub fn index() -> impl IntoView {
    loaded(load_all)
}

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load_all(request: Request) -> Result<AnyView, CatalogError> {
    let units = request.catalog.projects(&request.actor).await?;
    let may_make = request.names().await?.may_make(Kind::Project);
    let list = if units.is_empty() {
        view! {
            <p class="empty">"No project that you may see yet. A project is a team with one goal: it has members with roles, and an inventory of the data that it works with. Whoever looks after a unit makes one there."</p>
        }
        .into_any()
    } else {
        units.into_iter().map(of_unit).collect_view().into_any()
    };
    Ok(view! {
        <Title text="Projects · Loggia"/>
        <div class="title-row"><h1>"Projects"</h1>{may_make.then(|| view! { <a class="button" href="/new/project">"New project"</a> })}</div>
        <p class="lede">"Who works on what, with which data."</p>
        {list}
    }
    .into_any())
}

fn of_unit(unit: ProjectsOfUnit) -> AnyView {
    let count = unit.projects.len() as u64;
    let title = match unit.path.last() {
        Some(own) => {
            let above: Vec<String> =
                unit.path.iter().rev().skip(1).rev().map(|unit| unit.name.clone()).collect();
            let above =
                (!above.is_empty()).then(|| view! { <span class="quiet">{above.join(" › ")} " › "</span> });
            view! { {above}<a href=href(&own.urn)>{own.name.clone()}</a> }.into_any()
        }
        None => "In no unit".into_any(),
    };
    view! {
        <section class="of-unit">
            <h2>{title} " " <span class="count">{counted(count, "project", "projects")}</span></h2>
            {lines(unit.projects)}
        </section>
    }
    .into_any()
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/projects/", Kind::Project)?;
    let page = request.page("page")?;
    let project = request.catalog.project(&request.actor, &urn, (page - 1) * PAGE, PAGE).await?;
    if !request.is_ahead() {
        request.catalog.visit(&urn);
    }
    let names = request.names().await?;
    let members = request.catalog.members(&request.actor, &urn).await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let actions = entity_actions(&names, &urn, State::of(project.has_ended), &refused);
    let members = members_view(&names, members, &refused);
    let path = project
        .unit_path
        .iter()
        .map(|unit| view! { <li><a href=href(&unit.urn)>{unit.name.clone()}</a></li> })
        .collect_view();
    let goal = match project.goal.clone() {
        Some(goal) => view! { <p class="lede">{goal}</p> }.into_any(),
        None => {
            view! { <p class="empty">"Nobody has said yet what this project is there for."</p> }.into_any()
        }
    };
    let description = project.description.as_deref().map(
        |text| view! { <h2 class="hidden">"Description"</h2><div class="prose" inner_html=markdown::safe_html(text)></div> },
    );
    let source = said_by(&names, project.description_from.as_ref());
    let owners = project.owners.iter().map(|owner| view! { <li><a href=href(&owner.urn)>{owner.name.clone()}</a> <span class="quiet">{owner.note.clone()}</span></li> }).collect_view();
    let unit = match project.unit_path.last() {
        Some(unit) => view! { <p><a href=href(&unit.urn)>{unit.name.clone()}</a></p> }.into_any(),
        None => view! { <p class="empty">"In no unit."</p> }.into_any(),
    };
    let pages = u32::try_from(project.total.div_ceil(u64::from(PAGE))).unwrap_or(1);
    let counts = format!(
        "{}, {} published; {}",
        counted(project.assets, "asset", "assets"),
        grouped(project.published),
        counted(project.products, "data product", "data products")
    );
    let publish = (project.may_publish && project.assets > 0).then(|| {
        let link = format!("/publish?project={}", encode(urn.as_str()));
        view! { <p class="actions"><a class="button" href=link>"Publish what is ready"</a></p> }
    });
    let master = master_data(&project);
    let profile = profile(&project);
    let follow = follow(&request, &urn, &refused).await?;
    let filled = Filled {
        about: &urn,
        column: "",
        revision: project.revision,
        may_fill: project.may_fill,
        back: href(&urn),
        level: 2,
    };
    let filled = filled.view(&names, project.forms.clone(), &refused);
    let (name, matrix) = (project.name.clone(), matrix_href(&urn));
    Ok(view! {
        <Title text=format!("{name} · Loggia") about=project.goal.clone().unwrap_or_default()/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/projects">"Projects"</a></li>{path}</ol></nav>
        <div class="title-row">
            <h1>{name} {badges(project.is_master_data, project.has_ended)}</h1>
            <span class="kind">"Project"</span>
            {follow}
        </div>
        {goal}
        <div class="two wide-left">
            <div>
                {description}
                {source}
                {master}
                {filled}
                <section aria-labelledby="inventory">
                    <h2 id="inventory">"Inventory" " " <span class="count">{counts}</span></h2>
                    {publish}
                    {if project.entries.is_empty() {
                        view! { <p class="empty">"Nothing is in this project yet. Whoever may edit an asset, and may edit in this project, names the project on the page of the asset."</p> }.into_any()
                    } else {
                        view! { <ul class="results compact">{project.entries.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul> }.into_any()
                    }}
                    {pager(href(&urn), &[], "page", page, pages)}
                </section>
                {members}
            </div>
            <aside class="rail">
                <section><h2>"Domain"</h2>{unit}</section>
                <section><h2>"Who owns this"</h2><ul class="plain">{owners}</ul>{project.owners.is_empty().then(|| view! { <p class="empty">"Nobody yet."</p> })}</section>
                <section><h2>"Responsibilities"</h2><p><a href=matrix>"Who answers for what is in it"</a></p></section>
                {profile}
                {actions}
            </aside>
        </div>
    }
    .into_any())
}

/// What a Master Data project is, and whether it still is one.
fn master_data(project: &ProjectView) -> AnyView {
    if !project.is_master_data {
        return ().into_any();
    }
    let sources: Vec<String> = project.sources.iter().cloned().collect();
    let class = if sources.len() > 1 { "note note-poor" } else { "note" };
    let said = match sources.as_slice() {
        [] => "It has nothing yet; the first asset says which source that is.".to_owned(),
        [one] => format!("That is {one}."),
        several => format!(
            "It has more than one, as a file says so: {}. Move what is of another one.",
            several.join(", ")
        ),
    };
    view! { <p class=class>"Master Data: it publishes one source and consumes nothing. " {said}</p> }
        .into_any()
}

fn profile(project: &ProjectView) -> AnyView {
    let Some(profile) = &project.profile else { return ().into_any() };
    let sources = profile.sources.join(", ");
    let has_sources = !sources.is_empty();
    view! {
        <section>
            <h2>"Made from"</h2>
            <p>{profile.title.clone()}</p>
            {has_sources.then(|| view! { <p class="quiet">"Its sources: " <a href="/sources">{sources}</a></p> })}
        </section>
    }
    .into_any()
}
