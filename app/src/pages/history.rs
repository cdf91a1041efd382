//! What happened: each revision with who, when and what; undo, restore, and the state at an instant.

use crate::ui::title::Title;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::history::HistoryEntry;
use loggia_catalog::{CatalogError, Names};
use loggia_model::{Kind, Urn};

use crate::forms::Act;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::compatibility::compatibility;
use crate::ui::difference::told;
use crate::ui::links::{href, tab};
use crate::ui::loaded::loaded;
use crate::ui::time::Time;

const PAGE: u32 = 20;

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let text = request.after("/history/");
    let urn: Urn = text
        .parse()
        .map_err(|_| CatalogError::NotFound(format!("'{}'", text.chars().take(120).collect::<String>())))?;
    let names = request.names().await?;
    let body = history(&request, &urn, names.may_change(&urn)).await?;
    let name = names.of(&urn);
    Ok(view! {
        <Title text=format!("History of {name} · Loggia")/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href=href(&urn)>{name.clone()}</a></li></ol></nav>
        <h1>"History of " {name}</h1>
        {body}
    }
    .into_any())
}

/// The history of any entity, newest first.
pub async fn history(request: &Request, urn: &Urn, may_change: bool) -> Result<AnyView, CatalogError> {
    let before = request.param("before").and_then(|before| before.parse().ok());
    let entries = request.catalog.history(&request.actor, urn, before, PAGE).await?;
    let refused = Refused::take(request).await.unwrap_or_default();
    let back = if urn.kind() == Kind::Asset { tab(urn, "history") } else { format!("/history/{urn}") };
    let newest = entries.first().map_or(0, |entry| entry.entry.revision);
    let oldest = entries.last().map_or(0, |entry| entry.entry.revision);
    let can_undo = may_change
        && before.is_none()
        && entries
            .iter()
            .any(|entry| entry.entry.actor == request.actor.key && entry.entry.door == request.actor.door);
    let refusal = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let undo = can_undo.then(|| action(urn, "undo", String::new(), &back, "Undo my last change"));
    let older = (oldest > 1).then(|| {
        let mark = if back.contains('?') { '&' } else { '?' };
        view! { <nav class="pager" aria-label="Pages"><a rel="next" href=format!("{back}{mark}before={oldest}")>"Older"</a></nav> }
    });
    let instant = (urn.kind() == Kind::Asset).then(|| {
        view! {
            <form class="as-of" action=href(urn) method="get">
                <label>"As it stood on " <input r#type="date" name="as-of" required=true/></label>
                <button>"Show"</button>
            </form>
        }
    });
    let comparing = (newest > 1).then(|| comparing(request, urn, newest));
    let compared = compared(request, urn).await?;
    let names = &request.names().await?;
    let items =
        entries.into_iter().map(|entry| item(names, urn, entry, newest, &back, may_change)).collect_view();
    Ok(view! {
        <section class="history" aria-label="History">
            {refusal}
            <div class="actions">{undo} {instant} {comparing}</div>
            {compared}
            <ol class="revisions" reversed=true>{items}</ol>
            {older}
        </section>
    }
    .into_any())
}

/// Asks for two revisions to lay side by side.
fn comparing(request: &Request, urn: &Urn, newest: u64) -> AnyView {
    let number = |name: &str, usual: u64| request.param(name).unwrap_or_else(|| usual.to_string());
    let is_asset = urn.kind() == Kind::Asset;
    let action = if is_asset { href(urn) } else { format!("/history/{urn}") };
    view! {
        <form class="compare" action=action method="get">
            {is_asset.then(|| view! { <input r#type="hidden" name="tab" value="history"/> })}
            <label>"Compare revision " <input r#type="number" name="from" min="1" required=true value=number("from", newest - 1)/></label>
            <label>"with " <input r#type="number" name="to" min="1" required=true value=number("to", newest)/></label>
            <button>"Compare"</button>
        </form>
    }
    .into_any()
}

/// What differs between the two revisions that the URL names.
async fn compared(request: &Request, urn: &Urn) -> Result<Option<AnyView>, CatalogError> {
    let (Some(from), Some(to)) = (request.param("from"), request.param("to")) else { return Ok(None) };
    let number = |name: &str, text: &str| {
        let wrong = || CatalogError::invalid(name, format!("'{text}' is not the number of a revision"));
        text.trim().parse::<u64>().ok().filter(|number| *number > 0).ok_or_else(wrong)
    };
    let (from, to) = (number("from", &from)?, number("to", &to)?);
    let differences = request.catalog.compare(&request.actor, urn, from, to).await?;
    let differences = if differences.is_empty() {
        view! { <p class="quiet">"Nothing that shows is different."</p> }.into_any()
    } else {
        told(&request.names().await?, &differences)
    };
    Ok(Some(
        view! {
            <section class="compared" aria-labelledby="compared">
                <h2 id="compared">"From revision " {from} " to revision " {to}</h2>
                {differences}
            </section>
        }
        .into_any(),
    ))
}

fn item(names: &Names, urn: &Urn, entry: HistoryEntry, newest: u64, back: &str, may_change: bool) -> AnyView {
    let HistoryEntry { entry, by_name, differences, columns } = entry;
    let restore = (may_change && entry.revision != newest && !entry.removed)
        .then(|| action(urn, "restore", entry.revision.to_string(), back, "Restore this"));
    let see = (urn.kind() == Kind::Asset && !entry.removed)
        .then(|| view! { <a href=format!("{}?as-of={}", href(urn), entry.at)>"See it as it was"</a> });
    let changes = told(names, &differences);
    let columns = compatibility(&columns);
    let door = match entry.door {
        loggia_model::Door::Browser => "in the browser",
        loggia_model::Door::CommandLine => "on the command line",
        loggia_model::Door::Api => "by the API",
        loggia_model::Door::Job => "by a run of a source",
    };
    view! {
        <li class="revision">
            <p><strong>"Revision " {entry.revision}</strong> " " {by_name} " " <span class="quiet">{door}</span> ", " <Time at=entry.at/></p>
            <p class="reason">{if entry.removed { "Removed".to_owned() } else { entry.reason }}</p>
            {columns}
            {changes}
            <div class="actions">{see} {restore}</div>
        </li>
    }
.into_any()
}

fn action(urn: &Urn, action: &'static str, value: String, back: &str, title: &'static str) -> AnyView {
    view! {
        <form method="post" action=Act::url() class="inline">
            <input r#type="hidden" name="urn" value=urn.to_string()/>
            <input r#type="hidden" name="action" value=action/>
            <input r#type="hidden" name="value" value=value/>
            <input r#type="hidden" name="back" value=back.to_owned()/>
            <button>{title}</button>
        </form>
    }
    .into_any()
}
