//! A person: who they are, what they own and answer for, and, for themselves, what waits for them.

use crate::ui::title::Title;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::people::RoleView;
use loggia_catalog::ports::Card;
use loggia_catalog::{CatalogError, Names};
use loggia_model::{Kind, Timestamp, Urn};

use super::unit::{PAGE, urn_after};
use crate::encode::encode;
use crate::forms::Act;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::pager::pager;
use crate::ui::time::{Time, counted};
use crate::ui::waiting::{FORM as TASKS_FORM, waits};

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
    let away = person
        .facts
        .away
        .clone()
        .filter(|away| away.until > Timestamp::from_system(std::time::SystemTime::now()));
    let away = away.and_then(|away| Some((names.known(&away.deputy)?, away.until)));
    let away = away.map(|(deputy, until)| view! { <p class="note">"Away until " <Time at=until/> "; " <a href=href(&deputy.urn)>{deputy.name}</a> " stands in."</p> });
    let everything = format!("/search?owner={}", encode(urn.rest()));
    let erasing = if person.may_erase { Some(erasing(&request, &urn).await) } else { None };
    let refused = Refused::take_of(&request, TASKS_FORM).await.unwrap_or_default();
    let tasks = person.tasks.map(|tasks| waits(&names, tasks, &href(&urn), &refused));
    let roles = roles(person.roles);
    let parts = [
        ("responsible", "Responsible for", person.responsible),
        ("consulted", "Consulted about", person.consulted),
        ("informed", "Informed of", person.informed),
    ];
    let parts: Vec<_> =
        parts.into_iter().map(|(id, title, found)| answers_for(&names, id, title, found)).collect();
    let pages = u32::try_from(person.total.div_ceil(u64::from(PAGE))).unwrap_or(1);
    Ok(view! {
        <Title text=format!("{} · Loggia", person.name)/>
        <div class="title-row"><h1>{person.name.clone()}</h1><span class="kind">"Person"</span></div>
        <p class="lede">{person.facts.title.clone()}</p>
        {unit}
        {mail}
        {away}
        {tasks}
        {roles}
        <section aria-labelledby="owns">
            <h2 id="owns">"Owns" <span class="count">{counted(person.total, "entry", "entries")}</span></h2>
            {if person.owns.is_empty() {
                view! { <p class="empty">"Nothing has this person as its owner."</p> }.into_any()
            } else {
                view! { <p><a href=everything>"Search among them"</a></p><ul class="results compact">{person.owns.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul> }.into_any()
            }}
            {pager(href(&urn), &[], "page", page, pages)}
        </section>
        {parts}
        {erasing}
    }
    .into_any())
}

/// Folded, and done only for whoever types who it is: nothing brings an erased person back.
async fn erasing(request: &Request, urn: &Urn) -> AnyView {
    let refused = Refused::take_of(request, "erase").await;
    let wrong = refused.as_ref().and_then(|refused| refused.error("value")).map(ToOwned::to_owned);
    let told = refused.as_ref().map(|refused| refused.message.clone()).filter(|message| !message.is_empty());
    let told = told.map(|message| view! { <p class="note note-poor" role="alert">{message}</p> });
    let invalid = wrong.is_some().then_some("true");
    view! {
        <details class="edit" open=refused.is_some()>
            <summary>"Erase this person"</summary>
            <form method="post" action=Act::url()>
                {told}
                <input r#type="hidden" name="urn" value=urn.to_string()/>
                <input r#type="hidden" name="action" value="erase"/>
                <input r#type="hidden" name="back" value=href(urn)/>
                <p class="help" id="erase-help">"Their name, address and all else that is known of them go, from every revision; so do their account, their sessions, their roles, and the addresses in the audit. What they did stays, as done by someone who was erased. This cannot be undone."</p>
                <label r#for="erase-value">"Type " <code>{urn.rest().to_owned()}</code> " to confirm"</label>
                <p class="wrong" id="erase-wrong">{wrong}</p>
                <input id="erase-value" name="value" autocomplete="off" required=true aria-invalid=invalid aria-describedby="erase-wrong erase-help"/>
                <button>"Erase"</button>
            </form>
        </details>
    }
    .into_any()
}
fn roles(roles: Vec<RoleView>) -> AnyView {
    if roles.is_empty() {
        return view! {
            <section aria-labelledby="roles"><h2 id="roles">"Roles"</h2><p class="empty">"No role that you can see."</p></section>
        }
        .into_any();
    }
    let row = |role: RoleView| {
        let until = match role.until {
            Some(at) => view! { <Time at=at/> }.into_any(),
            None => view! { <span class="quiet">"no end"</span> }.into_any(),
        };
        let through = role.through.map(|group| view! { <a href=href(&group.urn)>{group.name}</a> });
        let kind = (role.place.urn.kind() == Kind::Project)
            .then(|| view! { " " <span class="kind">"Project"</span> });
        view! { <tr><td><a href=href(&role.place.urn)>{role.place.name}</a>{kind}</td><td>{role.role.title()}</td><td>{until}</td><td>{through}</td></tr> }
    };
    view! {
        <section class="members" aria-labelledby="roles">
            <h2 id="roles">"Roles"</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Roles and where">
                <table>
                    <thead><tr><th scope="col">"Where"</th><th scope="col">"Role"</th><th scope="col">"Until"</th><th scope="col">"By a group"</th></tr></thead>
                    <tbody>{roles.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// What somebody has a part in, without owning it; nothing where it is nothing.
fn answers_for(names: &Names, id: &'static str, title: &'static str, found: (Vec<Card>, u64)) -> AnyView {
    let (cards, total) = found;
    (total > 0)
        .then(|| {
            let more = total.saturating_sub(cards.len() as u64);
            view! {
                <section aria-labelledby=id>
                    <h2 id=id>{title} " " <span class="count">{counted(total, "entry", "entries")}</span></h2>
                    <ul class="results compact">{cards.into_iter().map(|card| plain_card(names, card)).collect_view()}</ul>
                    {(more > 0).then(|| view! { <p class="quiet">"and " {more} " more"</p> })}
                </section>
            }
        })
        .into_any()
}
