//! The audit, for who administers the organisation: who did what, and what they were kept from. The URL is the state.

use http::request::Parts;
use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::audit::{AuditEntry, AuditQuery, ChangedAt, What};
use loggia_model::{Door, Kind, Timestamp, Urn, Who};

use crate::request::{Request, query};
use crate::ui::links::{href, tab, with_query};
use crate::ui::loaded::loaded;
use crate::ui::time::{Time, counted};
use crate::ui::title::Title;

const HERE: &str = "/audit";
const PAGE: u32 = 50;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// What the form asks, as the URL has it.
const FIELDS: [&str; 6] = ["who", "what", "entity", "door", "from", "to"];

pub fn page() -> impl IntoView {
    loaded(load)
}

/// What the URL asks of the audit; days are in UTC, and the last one belongs to the period.
///
/// # Errors
/// `Invalid` names the field.
pub fn audit_query(parts: &Parts) -> Result<AuditQuery, CatalogError> {
    let typed = query(parts);
    let field = |name: &str| {
        let found = typed.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
        found.unwrap_or_default().to_owned()
    };
    let given = |name: &str| Some(field(name)).filter(|value| !value.is_empty());
    let day = |name: &str| given(name).map(|day| midnight(name, &day)).transpose();
    let urn = |text: String| {
        text.parse::<Urn>().map_err(|error| CatalogError::invalid("entity", error.to_string()))
    };
    let door =
        |text: String| text.parse::<Door>().map_err(|error| CatalogError::invalid("door", error.to_string()));
    Ok(AuditQuery {
        who: field("who"),
        what: given("what").map(|what| what.parse()).transpose()?,
        entity: given("entity").map(urn).transpose()?,
        door: given("door").map(door).transpose()?,
        from: day("from")?,
        to: day("to")?.map(|day| day.plus_seconds(DAY)),
    })
}

fn midnight(name: &str, day: &str) -> Result<Timestamp, CatalogError> {
    let midnight = format!("{day}T00:00:00Z").parse();
    midnight.map_err(|_| CatalogError::invalid(name, format!("'{day}' is no day: write it as 2027-01-31")))
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let asked = audit_query(&request.parts)?;
    let before = request.param("before").filter(|before| !before.is_empty());
    let before = before.map(|before| before.parse()).transpose()?;
    let page = request.catalog.audit(&request.actor, &asked, before, PAGE).await?;
    let state: Vec<(String, String)> = FIELDS
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), request.param(name).filter(|value| !value.is_empty())?)))
        .collect();
    let lines = if page.entries.is_empty() {
        view! { <p class="empty">"Nothing of this was noted. Leave a field empty to see more: every change, refusal, sign-in and look at rows is here, a second after it happened."</p> }
            .into_any()
    } else {
        table(page.entries)
    };
    let older = page.next.map(|next| {
        let mut query = state.clone();
        query.push(("before".to_owned(), next.to_string()));
        view! { <a rel="next" href=with_query(HERE, &query)>"Older"</a> }
    });
    let newest = before.map(|_| view! { <a rel="first" href=with_query(HERE, &state)>"Newest"</a> });
    let pager = (older.is_some() || newest.is_some())
        .then(|| view! { <nav class="pager" aria-label="Pages">{newest} {older}</nav> });
    let (json, csv) = (with_query("/audit.jsonl", &state), with_query("/audit.csv", &state));
    Ok(view! {
        <Title text="Audit · Loggia"/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li></ol></nav>
        <h1>"Audit"</h1>
        <p class="lead">"Who did what, and what they were kept from. That you read it is noted, too."</p>
        <section class="audit">
            {form(&request, &asked)}
            <p class="actions">"All of this as a file: " <a href=json download="audit.jsonl">"JSON lines"</a> " " <a href=csv download="audit.csv">"CSV"</a></p>
            {lines}
            {pager}
        </section>
    }
    .into_any())
}

fn form(request: &Request, asked: &AuditQuery) -> AnyView {
    let typed = |name: &str| request.param(name).unwrap_or_default();
    let what = What::all()
        .map(|what| view! { <option value=what.as_str() selected=asked.what == Some(what)>{what.title()}</option> })
        .collect_view();
    let doors = Door::ALL
        .into_iter()
        .map(|door| view! { <option value=door.as_str() selected=asked.door == Some(door)>{by(door)}</option> })
        .collect_view();
    view! {
        <form class="asking" action=HERE method="get">
            <label>"Who" <input name="who" value=typed("who") placeholder="A name or a key"/></label>
            <label>"What" <select name="what"><option value="">"anything"</option>{what}</select></label>
            <label>"Of" <input name="entity" value=typed("entity") placeholder="urn:loggia:…"/></label>
            <label>"Door" <select name="door"><option value="">"any"</option>{doors}</select></label>
            <label>"First day" <input name="from" r#type="date" value=typed("from")/></label>
            <label>"Last day" <input name="to" r#type="date" value=typed("to")/></label>
            <button>"Show"</button>
        </form>
    }
    .into_any()
}

fn table(entries: Vec<AuditEntry>) -> AnyView {
    let rows = entries.into_iter().map(row).collect_view();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="What was noted">
            <table>
                <thead><tr><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col">"Door"</th><th scope="col">"From"</th><th scope="col">"What"</th><th scope="col">"Of"</th><th scope="col">"Why"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(entry: AuditEntry) -> AnyView {
    let who = match entry.actor.person() {
        Some(person) if entry.who != Some(Who::Anonymous) && entry.actor.as_str() != "local" => {
            view! { <a href=href(&person)>{entry.by_name}</a> }.into_any()
        }
        _ => view! { {entry.by_name} }.into_any(),
    };
    let action = entry.action.map(|action| view! { " " <code>{action.as_str()}</code> });
    let what = match (entry.what, entry.change) {
        (_, Some(ChangedAt { removed: true, .. })) => "removed",
        (what, _) => what.title(),
    };
    let often = (entry.count > 1).then(|| {
        let often = counted(entry.count, "time", "times");
        view! { " " <strong>{often}</strong> ", last " <Time at=entry.until/> }
    });
    // Of whoever nobody knows, one entity stands for all that were tried.
    let is_nobody = entry.who == Some(Who::Anonymous);
    let others = (is_nobody && entry.count > 1).then_some(" and maybe others");
    let of = entry.urn.as_ref().zip(entry.name).map(|(urn, name)| {
        let change = entry.change.map(|ChangedAt { revision, .. }| {
            view! { " " <a href=difference(urn, revision)>"revision " {revision}</a> }
        });
        view! { <a href=href(urn)>{name}</a>{change}{others} }
    });
    let from = entry.origin.as_deref().map(|origin| view! { <code>{origin.to_owned()}</code> });
    view! {
        <tr>
            <th scope="row"><Time at=entry.at/></th>
            <td>{who}</td>
            <td>{by(entry.door)}</td>
            <td>{from}</td>
            <td>{what}{action}{often}</td>
            <td>{of}</td>
            <td>{entry.why}</td>
        </tr>
    }
    .into_any()
}

/// Where what was before stands beside what was after.
fn difference(urn: &Urn, revision: u64) -> String {
    let history = match urn.kind() {
        Kind::Asset => tab(urn, "history"),
        _ => format!("/history/{}", crate::encode::encode_path(urn.as_str())),
    };
    if revision < 2 {
        return history;
    }
    let mark = if history.contains('?') { '&' } else { '?' };
    format!("{history}{mark}from={}&to={revision}", revision - 1)
}

fn by(door: Door) -> &'static str {
    match door {
        Door::Browser => "browser",
        Door::CommandLine => "command line",
        Door::Api => "API",
        Door::Job => "run of a source",
    }
}
