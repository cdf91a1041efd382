//! Why one may do something to a thing, or may not; and who may.

use leptos::prelude::*;
use loggia_catalog::explain::{AccessLine, AccessView, Because, PAGE, WhoMay};
use loggia_catalog::{Action, CatalogError};
use loggia_model::facts::Role;
use loggia_model::{Kind, Urn};

use crate::encode::{encode, encode_path};
use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::pager::pager;
use crate::ui::time::counted;
use crate::ui::title::Title;

pub fn page() -> impl IntoView {
    loaded(load)
}

/// Where this page is, of an entity.
pub fn access_href(urn: &Urn) -> String {
    format!("/access/{}", encode_path(urn.as_str()))
}

pub fn action_title(action: Action) -> &'static str {
    match action {
        Action::Discover => "Find it",
        Action::Read => "Read it",
        Action::Sample => "See its data",
        Action::Edit => "Edit it",
        Action::Curate => "Look after words",
        Action::Publish => "Publish it",
        Action::Approve => "Approve requests",
        Action::Administer => "Administer it",
    }
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let text = request.after("/access/");
    let urn: Urn = text
        .parse()
        .map_err(|_| CatalogError::NotFound(format!("'{}'", text.chars().take(120).collect::<String>())))?;
    let who = request.param("who").filter(|who| !who.trim().is_empty());
    let action = match request.param("action").filter(|action| !action.is_empty()) {
        Some(word) => Action::ALL.into_iter().find(|action| action.as_str() == word).ok_or_else(|| {
            let known = Action::ALL.map(Action::as_str).join(", ");
            CatalogError::invalid("action", format!("is not one of {known}"))
        })?,
        None => Action::Read,
    };
    let page = request.page("page")?;
    // A name that nobody has is a slip, and no reason to lose the page.
    let (view, wrong) = match request.catalog.explain(&request.actor, &urn, who.as_deref()).await {
        Err(CatalogError::Invalid(errors)) => {
            let view = request.catalog.explain(&request.actor, &urn, None).await?;
            (view, errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" "))
        }
        other => (other?, String::new()),
    };
    let known = request.names().await?;
    let who_may = if view.may_see_who {
        let place = usize::try_from(page).unwrap_or(1).saturating_sub(1);
        let (people, all) = request.catalog.who_may(&request.actor, &urn, action, place).await?;
        Some(everybody(&urn, action, page, people, all))
    } else {
        None
    };
    let asking = view.may_ask_of_others.then(|| {
        let names = known.all(Kind::Person);
        let offered = if names.len() <= 300 { names } else { Vec::new() };
        let offered: Vec<_> = offered.into_iter().map(|entry| view! { <option value=entry.name></option> }).collect();
        let invalid = (!wrong.is_empty()).then_some("true");
        view! {
            <form method="get" action=access_href(&urn) class="asking">
                <label r#for="who">"Of somebody else"</label>
                <p class="wrong" id="who-wrong">{wrong.clone()}</p>
                <input id="who" name="who" value=who.clone() list="who-names" autocomplete="off" aria-invalid=invalid aria-describedby="who-wrong"/>
                <datalist id="who-names">{offered}</datalist>
                <button>"Ask"</button>
            </form>
        }
    });
    let whose = match (&view.who, view.is_me) {
        (Some(who), false) => format!("What {} may do", who.name),
        _ => "What you may do".to_owned(),
    };
    let rows: Vec<_> = view.lines.iter().map(|line| row(&view, line)).collect();
    Ok(view! {
        <Title text=format!("Access to {} · Loggia", view.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href=href(&urn)>{view.name.clone()}</a></li></ol></nav>
        <h1>"Access to " {view.name.clone()}</h1>
        <section class="access" aria-labelledby="mine">
            <h2 id="mine">{whose}</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Actions">
                <table>
                    <thead><tr><th scope="col">"To do"</th><th scope="col">"May"</th><th scope="col">"Why"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {view.is_inventory.then(|| view! { <p class="note">"It is in the inventory of a project, and has not been published: viewers and consumers of above do not find it."</p> })}
            {helpers(&view)}
            {asking}
        </section>
        {who_may}
    }
    .into_any())
}

fn row(view: &AccessView, line: &AccessLine) -> AnyView {
    let may = if line.is_allowed {
        view! { <span class="badge">"Yes"</span> }.into_any()
    } else {
        view! { <span class="badge badge-quiet">"No"</span> }.into_any()
    };
    let why = match (line.because.is_empty(), line.would_do) {
        (true, Some(role)) => {
            let place = match view.urn.kind() {
                Kind::Organisation => "here",
                _ if view.is_inventory && matches!(role, Role::Viewer | Role::Consumer) => {
                    "in its project, or that of contributor above"
                }
                _ => "here or above",
            };
            view! { "No role or policy allows it. The role of " {role.title().to_lowercase()} ", " {place} ", would." }
                .into_any()
        }
        _ => line.because.iter().map(because).collect::<Vec<_>>().into_any(),
    };
    view! { <tr><th scope="row">{action_title(line.action)}</th><td>{may}</td><td>{why}</td></tr> }.into_any()
}

fn because(reason: &Because) -> AnyView {
    match reason {
        Because::Machine => view! { <p>"Whoever has the machine has the catalog."</p> }.into_any(),
        Because::Everyone(name) => view! { <p>"It holds without a role: " {name.clone()} "."</p> }.into_any(),
        Because::Own(policy) => {
            view! { <p>"By the policy " <a href=href(&policy.urn)>{policy.name.clone()}</a> "."</p> }
                .into_any()
        }
        Because::Hidden => view! { <p>"By a policy or role that you may not see."</p> }.into_any(),
        Because::Role { role, scope, through } => {
            let through = through.as_ref().map(|group| {
                view! { ", through the group " <a href=href(&group.urn)>{group.name.clone()}</a> }
            });
            view! { <p>{role.title()} " of " <a href=href(&scope.urn)>{scope.name.clone()}</a> {through} "."</p> }
                .into_any()
        }
    }
}

fn helpers(view: &AccessView) -> AnyView {
    if view.helpers.is_empty() || view.lines.iter().all(|line| line.is_allowed) {
        return ().into_any();
    }
    let names: Vec<_> = view
        .helpers
        .iter()
        .map(|who| view! { <li><a href=href(&who.urn)>{who.name.clone()}</a></li> })
        .collect();
    view! { <p>"Who can help:"</p><ul class="tags">{names}</ul> }.into_any()
}

fn everybody(urn: &Urn, action: Action, page: u32, people: Vec<WhoMay>, all: usize) -> AnyView {
    let options: Vec<_> = Action::ALL
        .into_iter()
        .map(|other| view! { <option value=other.as_str() selected=other == action>{action_title(other)}</option> })
        .collect();
    let nobody = people.is_empty();
    let rows: Vec<_> = people
        .into_iter()
        .map(|line| {
            let why: Vec<_> = line.because.iter().map(because).collect();
            let other = format!("{}?who={}", access_href(urn), encode(&line.who.name));
            view! { <tr><th scope="row"><a href=href(&line.who.urn)>{line.who.name.clone()}</a></th><td>{why}</td><td><a href=other>"All that they may"</a></td></tr> }
        })
        .collect();
    let pages = u32::try_from(all.div_ceil(PAGE)).unwrap_or(1);
    let chosen = [("action".to_owned(), action.as_str().to_owned())];
    view! {
        <section class="access" aria-labelledby="everybody">
            <h2 id="everybody">"Who may " {action_title(action).to_lowercase()} <span class="count">{counted(all as u64, "person or service", "people and services")}</span></h2>
            <form method="get" action=access_href(urn) class="asking">
                <label r#for="action">"Who may"</label>
                <select id="action" name="action">{options}</select>
                <button>"Show"</button>
            </form>
            {nobody.then(|| view! { <p class="empty">"Nobody: only whoever has the machine."</p> })}
            {(!nobody).then(|| view! {
                <div class="table-scroll" tabindex="0" role="region" aria-label="Who may">
                    <table>
                        <thead><tr><th scope="col">"Who"</th><th scope="col">"Why"</th><th scope="col">"More"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            })}
            {pager(access_href(urn), &chosen, "page", page, pages)}
        </section>
    }
    .into_any()
}
