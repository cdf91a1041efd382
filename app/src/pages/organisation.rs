//! The organisation, and a group: who is who, and who may do what everywhere.

use leptos::prelude::*;
use loggia_catalog::{CatalogError, markdown};
use loggia_model::{Kind, Urn};

use super::access::access_href;
use super::unit::urn_after;
use crate::encode::encode_path;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::members::members;
use crate::ui::title::Title;

pub fn page() -> impl IntoView {
    loaded(load)
}

pub fn group() -> impl IntoView {
    loaded(load_group)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let view = request.catalog.organisation(&request.actor).await?;
    let names = request.names().await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let members = members(&names, view.members, &refused);
    let description = view.description.as_deref().map(markdown::safe_html);
    let groups = view
        .groups
        .into_iter()
        .map(|group| view! { <li><a href=href(&group.urn)>{group.name}</a></li> })
        .collect_view();
    let services = names.all(Kind::Service);
    let has_services = !services.is_empty();
    let services = services
        .into_iter()
        .map(|service| view! { <li><a href=href(&service.urn)>{service.name}</a></li> })
        .collect_view();
    let urn = Urn::organisation();
    let actions = view.may_change.then(|| view! {
        <p class="actions">
            {view.is_there.then(|| view! { <a class="button" href=format!("/edit/{urn}")>"Edit"</a> " " <a href=format!("/history/{urn}")>"History"</a> " " })}
            <a class="button" href="/new/group">"New group"</a> " "
            <a class="button" href="/new/service">"New service"</a> " "
            <a href="/accounts">"Accounts"</a> " " <a href="/policies">"Policies"</a> " " <a href="/audit">"Audit"</a> " " <a href="/notifications">"Notifications"</a>
        </p>
    });
    Ok(view! {
        <Title text=format!("{} · Loggia", view.name)/>
        <div class="title-row"><h1>{view.name.clone()}</h1><span class="kind">"Organisation"</span></div>
        {description.map(|html| view! { <div class="prose" inner_html=html></div> })}
        <p><a href="/browse">"Its domain units"</a> " " <a href=access_href(&urn)>"What you may do here"</a></p>
        <div class="two wide-left">
            {members}
            <aside class="rail">
                <section aria-labelledby="groups"><h2 id="groups">"Groups"</h2>{if view.has_groups { view! { <ul class="plain">{groups}</ul> }.into_any() } else { view! { <p class="empty">"No group has been made yet. A group has roles together."</p> }.into_any() }}</section>
                <section aria-labelledby="services"><h2 id="services">"Services"</h2>{if has_services { view! { <ul class="plain">{services}</ul> }.into_any() } else { view! { <p class="empty">"No service has been made yet. A program or an agent comes in as one, with a token."</p> }.into_any() }}</section>
                {actions}
            </aside>
        </div>
    }
    .into_any())
}

async fn load_group(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/groups/", Kind::Group)?;
    let view = request.catalog.group(&request.actor, &urn).await?;
    let description = view.description.as_deref().map(markdown::safe_html);
    let list = |entries: Vec<loggia_catalog::DirectoryEntry>| {
        entries
            .into_iter()
            .map(|entry| view! { <li><a href=href(&entry.urn)>{entry.name}</a> <span class="quiet">{entry.note}</span></li> })
            .collect_view()
    };
    let nobody = view.members.is_empty();
    let members = list(view.members);
    let roles = view
        .roles
        .into_iter()
        .map(|(scope, role)| view! { <li>{role.title()} " of " <a href=href(&scope.urn)>{scope.name}</a></li> })
        .collect::<Vec<_>>();
    let history = format!("/history/{}", encode_path(urn.as_str()));
    let edit = view.may_change.then(
        || view! { <a class="button" href=format!("/edit/{}", encode_path(urn.as_str()))>"Edit"</a> " " },
    );
    Ok(view! {
        <Title text=format!("{} · Loggia", view.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li></ol></nav>
        <div class="title-row"><h1>{view.name.clone()}</h1><span class="kind">"Group"</span></div>
        {description.map(|html| view! { <div class="prose" inner_html=html></div> })}
        <section aria-labelledby="in"><h2 id="in">"Who is in it"</h2>{if nobody { view! { <p class="empty">"Nobody yet."</p> }.into_any() } else { view! { <ul class="plain">{members}</ul> }.into_any() }}</section>
        <section aria-labelledby="roles"><h2 id="roles">"Roles that it has"</h2>{if roles.is_empty() { view! { <p class="empty">"None. Give it one on the page of a domain unit, or of the organisation."</p> }.into_any() } else { view! { <ul class="plain">{roles}</ul> }.into_any() }}</section>
        <p class="actions">{edit} <a href=history>"History"</a> " " <a href=access_href(&urn)>"Access"</a></p>
    }
    .into_any())
}
