//! Policies: what holds for everybody, what each role may do, and the organisation's own, with a trial before one
//! is saved.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::organise::Draft;
use loggia_catalog::policies::{EVERYONE, ROLES, SCHEMA, roles_that_may};
use loggia_catalog::simulate::{Effect, Simulation, Things};
use loggia_catalog::{Action, CatalogError, DirectoryEntry, markdown};
use loggia_model::facts::Role;
use loggia_model::{Kind, Urn};

use super::access::action_title;
use super::unit::urn_after;
use crate::encode::encode_path;
use crate::forms::server::Refused;
use crate::forms::{Act, EditEntity};
use crate::request::Request;
use crate::ui::difference::whole_text;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::time::counted;
use crate::ui::title::Title;

/// Things that are named for each effect.
const NAMED: usize = 5;
/// Effects that are told one by one.
const EFFECTS: usize = 50;

pub fn index() -> impl IntoView {
    loaded(load_index)
}

pub fn page() -> impl IntoView {
    loaded(load)
}

pub fn trial() -> impl IntoView {
    loaded(load_trial)
}

async fn load_index(request: Request) -> Result<AnyView, CatalogError> {
    let view = request.catalog.policies(&request.actor).await?;
    let own = view
        .own
        .into_iter()
        .map(|policy| view! { <li><a href=href(&policy.urn)>{policy.name}</a> {policy.deprecated.then(|| view! { <span class="badge badge-warn">"Paused"</span> })}</li> })
        .collect::<Vec<_>>();
    let new = view
        .may_change
        .then(|| view! { <p class="actions"><a class="button" href="/new/policy">"New policy"</a></p> });
    let own = if own.is_empty() {
        view! { <p class="empty">"None yet. Roles say who may do what, and where; a policy says what roles cannot, such as that nobody sees data tagged pii but one group."</p> }.into_any()
    } else {
        view! { <ul class="plain">{own}</ul> }.into_any()
    };
    let head = Action::ALL
        .into_iter()
        .map(|action| view! { <th scope="col">{action_title(action)}</th> })
        .collect_view();
    let rows = Role::ALL
        .iter()
        .map(|role| {
            let cells = Action::ALL
                .into_iter()
                .map(|action| view! { <td>{if roles_that_may(action).contains(role) { "yes" } else { "" }}</td> })
                .collect_view();
            view! { <tr><th scope="row">{role.title()}</th>{cells}</tr> }
        })
        .collect_view();
    Ok(view! {
        <Title text="Policies · Loggia"/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li></ol></nav>
        <h1>"Policies"</h1>
        <p class="lede">"Every page, list, count and door asks these, and nothing else."</p>
        <section aria-labelledby="own"><h2 id="own">"The organisation's own"</h2>{own}{new}</section>
        <section aria-labelledby="roles">
            <h2 id="roles">"What each role may do"</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Roles and what they may do">
                <table><thead><tr><th scope="col">"Role"</th>{head}</tr></thead><tbody>{rows}</tbody></table>
            </div>
            <details class="edit"><summary>"As Cedar has it"</summary><pre class="policy" tabindex="0">{ROLES}</pre></details>
        </section>
        <section aria-labelledby="everybody">
            <h2 id="everybody">"What holds without a role"</h2>
            <pre class="policy" tabindex="0">{EVERYONE}</pre>
        </section>
    }
    .into_any())
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/policies/", Kind::Policy)?;
    let view = request.catalog.policy(&request.actor, &urn).await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let description = view.description.as_deref().map(markdown::safe_html);
    let history = format!("/history/{}", encode_path(urn.as_str()));
    let actions = view.may_change.then(|| {
        let (action, title) = if view.is_paused { ("use-again", "Use it again") } else { ("pause", "Pause") };
        view! {
            <a class="button" href=format!("/edit/{}", encode_path(urn.as_str()))>"Edit"</a> " "
            <form method="post" action=Act::url() class="inline">
                <input r#type="hidden" name="urn" value=urn.to_string()/>
                <input r#type="hidden" name="action" value=action/>
                <input r#type="hidden" name="back" value=href(&urn)/>
                <button>{title}</button>
            </form> " "
        }
    });
    Ok(view! {
        <Title text=format!("{} · Loggia", view.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li><li><a href="/policies">"Policies"</a></li></ol></nav>
        <div class="title-row">
            <h1>{view.name.clone()} {view.is_paused.then(|| view! { <span class="badge badge-warn">"Paused"</span> })}</h1>
            <span class="kind">"Policy"</span>
        </div>
        {told}
        {match description {
            Some(html) => view! { <div class="prose" inner_html=html></div> }.into_any(),
            None => view! { <p class="empty">"Nobody has said yet why it is there."</p> }.into_any(),
        }}
        <h2 class="hidden">"What it says"</h2>
        <pre class="policy" tabindex="0">{view.text.clone()}</pre>
        <p class="actions">{actions} <a href=history>"History"</a></p>
    }
    .into_any())
}

/// What stands beside the form of a policy.
pub fn help() -> AnyView {
    view! {
        <details class="edit">
            <summary>"What can be asked"</summary>
            <p class="help">"One permit or forbid, in Cedar's language. A forbid wins over every permit. Entities are written as their URNs end: DomainUnit::\"retail-banking\", Person::\"ana.benitez\", Group::\"auditors\"."</p>
            <p class="help">"Whoever has not signed in finds nothing, unless a policy means them: permit (principal is Anonymous, action in [Action::\"discover\", Action::\"read\"], resource in DomainUnit::\"…\"); opens that unit to them, and they may never do more."</p>
            <pre class="policy" tabindex="0">{SCHEMA}</pre>
        </details>
    }
    .into_any()
}

async fn load_trial(request: Request) -> Result<AnyView, CatalogError> {
    let typed = |name: &str| request.param(name).unwrap_or_default();
    let draft = Draft {
        name: typed("name"),
        description: typed("description"),
        text: typed("text"),
        status: typed("status"),
        ..Draft::default()
    };
    let urn = match typed("urn") {
        urn if urn.is_empty() => None,
        urn => Some(
            urn.parse::<Urn>()
                .ok()
                .filter(|urn| urn.kind() == Kind::Policy)
                .ok_or_else(|| CatalogError::invalid("urn", "is not that of a policy"))?,
        ),
    };
    let trial = request.catalog.simulate(&request.actor, urn.as_ref(), &draft, &typed("ticket")).await?;
    let hidden = ["urn", "kind", "revision", "name", "description", "text", "status", "back"];
    let hidden: Vec<_> = hidden
        .into_iter()
        .map(|name| view! { <input r#type="hidden" name=name value=typed(name)/> })
        .collect();
    let text = match &trial.before {
        Some(before) if *before != trial.after => whole_text(before, &trial.after),
        _ => trial.after.clone().into_any(),
    };
    let name = if draft.name.is_empty() { "A new policy".to_owned() } else { draft.name.clone() };
    Ok(view! {
        <Title text=format!("Trial of {name} · Loggia")/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li><li><a href="/policies">"Policies"</a></li></ol></nav>
        <h1>"What “" {name} "” would do"</h1>
        <p class="lede">"Nothing is saved yet."</p>
        <pre class="policy" tabindex="0">{text}</pre>
        {effects(&trial)}
        <form method="post" action=EditEntity::url() class="entity-form">
            {hidden}
            <p class="actions"><button>"Save it"</button> <a href="/policies">"Leave without saving"</a></p>
        </form>
        <p class="quiet">"To change it first, go back: what you typed is still there."</p>
    }
    .into_any())
}

fn effects(trial: &Simulation) -> AnyView {
    let people = counted(trial.all as u64, "person or service", "people and services");
    if trial.effects.is_empty() && trial.looked_at == trial.all {
        return view! {
            <section aria-labelledby="effects"><h2 id="effects">"Who gains or loses what"</h2>
            <p class="note">"Nobody of " {people} " would gain or lose anything that is in the catalog now."</p></section>
        }
        .into_any();
    }
    let part = (trial.looked_at < trial.all).then(|| {
        view! { <p class="note note-poor">"This took too long to be told whole: " {trial.looked_at} " of " {people.clone()} " were looked at."</p> }
    });
    let more = trial.effects.len().saturating_sub(EFFECTS);
    let rows = trial.effects.iter().take(EFFECTS).map(row).collect_view();
    view! {
        <section aria-labelledby="effects">
            <h2 id="effects">"Who gains or loses what"</h2>
            {part}
            <div class="table-scroll" tabindex="0" role="region" aria-label="Effects">
                <table>
                    <thead><tr><th scope="col">"Who"</th><th scope="col">"May"</th><th scope="col">"Gains"</th><th scope="col">"Loses"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {(more > 0).then(|| view! { <p class="quiet">"… and " {more} " more such lines"</p> })}
        </section>
    }
    .into_any()
}

fn row(effect: &Effect) -> AnyView {
    let who: Vec<_> = effect.people.iter().map(person).collect();
    let others = effect.count.saturating_sub(effect.people.len());
    let others = (others > 0).then(|| format!("and {others} more"));
    let anonymous = effect.is_anonymous.then_some("Whoever has not signed in");
    let actions: Vec<&str> = effect.actions.iter().map(|action| action_title(*action)).collect();
    view! {
        <tr>
            <th scope="row"><ul class="plain">{who}</ul> {others} {anonymous}</th>
            <td>{actions.join(", ")}</td>
            <td>{things(&effect.gained)}</td>
            <td>{things(&effect.lost)}</td>
        </tr>
    }
    .into_any()
}

fn person(entry: &DirectoryEntry) -> AnyView {
    view! { <li><a href=href(&entry.urn)>{entry.name.clone()}</a></li> }.into_any()
}

fn things(things: &Things) -> AnyView {
    if things.most == 0 {
        return view! { <span class="quiet">"nothing"</span> }.into_any();
    }
    let named: Vec<_> = things
        .examples
        .iter()
        .take(NAMED)
        .map(|card| view! { <li><a href=href(&card.urn)>{card.name.clone()}</a></li> })
        .collect();
    let more = things.most.saturating_sub(named.len() as u64);
    let most = counted(things.most, "thing", "things");
    let range = match things.least == things.most {
        true => most,
        false => format!("{} to {most}, by their roles", things.least),
    };
    view! {
        <strong>{range}</strong>
        <ul class="plain">{named}</ul>
        {(more > 0).then(|| view! { <span class="quiet">"and " {more} " more"</span> })}
    }
    .into_any()
}
