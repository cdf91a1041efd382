//! Publishing many at once: what it would do, and how far it is.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::bulk::{Bulk, Lacking, MOST};

use super::asset::PUBLISH_FORM;
use super::error::sentence;
use super::search::{asked, state};
use crate::encode::encode_path;
use crate::forms::publishing::project_of;
use crate::forms::server::Refused;
use crate::forms::{PublishAll, StopPublishing};
use crate::islands::publishing::Publishing;
use crate::request::Request;
use crate::ui::links::{href, tab, with_query};
use crate::ui::loaded::loaded;
use crate::ui::time::{counted, grouped};
use crate::ui::title::Title;

pub fn plan() -> impl IntoView {
    loaded(load_plan)
}

pub fn run() -> impl IntoView {
    loaded(load_run)
}

/// As a refused stop is called.
pub const STOP_FORM: &str = "stop-publishing";

/// The page of one that goes on.
pub fn run_href(ticket: &str) -> String {
    format!("/publish/{}", encode_path(ticket))
}

async fn load_plan(request: Request) -> Result<AnyView, CatalogError> {
    let asked = asked(&request.query())?;
    let project = project_of(&request.param("project").unwrap_or_default())?;
    let plan = request.catalog.plan_publishing(&request.actor, &asked, project.as_ref()).await?;
    let names = request.names().await?;
    let refused = Refused::take_of(&request, PUBLISH_FORM).await.unwrap_or_default();
    let query = state(&asked);
    let of = match &project {
        Some(project) => view! { <a href=href(project)>{names.of(project)}</a> }.into_any(),
        None => view! { <a href=with_query("/search", &query)>"what was found"</a> }.into_any(),
    };
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let more = (plan.left_out > 0).then(|| {
        view! { <p class="note">{counted(plan.left_out, "more", "more")} " were found; at most " {grouped(u64::from(MOST))} " are published at once, the first by name. Narrow the search, or come back for the others."</p> }
    });
    let form = (plan.published > 0).then(|| {
        let title = format!("Publish {}", counted(plan.published, "asset", "assets"));
        let query = with_query("", &query);
        view! {
            <form method="post" action=PublishAll::url() class="entity-form">
                <input r#type="hidden" name="query" value=query.trim_start_matches('?').to_owned()/>
                <input r#type="hidden" name="project" value=project.map(|project| project.to_string())/>
                <input r#type="hidden" name="back" value=request.here()/>
                <div class="field">
                    <label r#for="note">"What is new"</label>
                    <input id="note" name="note" autocomplete="off" aria-describedby="note-help"/>
                    <p class="help" id="note-help">"A sentence for those who use them, the same for all. It may stay empty."</p>
                </div>
                <p>"Whoever may look around in their domains will find them. Each can be taken back by itself."</p>
                <p class="actions"><button>{title}</button></p>
            </form>
        }
    });
    Ok(view! {
        <Title text="Publish many · Loggia"/>
        <h1>"Publish " {of}</h1>
        <p class="lede">"Nothing is published yet."</p>
        {told}
        {more}
        {counts(&plan, "Would be published")}
        {form}
        {lacking(&plan)}
    }
    .into_any())
}

async fn load_run(request: Request) -> Result<AnyView, CatalogError> {
    let ticket = request.after("/publish/");
    let bulk = request.catalog.publishing_of(&request.actor, &ticket);
    let bulk = bulk.ok_or_else(|| CatalogError::NotFound("publication under way".to_owned()))?;
    let title = match (bulk.is_done, bulk.is_stopped) {
        (false, _) => "Publishing",
        (true, true) => "Stopped",
        (true, false) => "Published",
    };
    let refused = Refused::take_of(&request, STOP_FORM).await.unwrap_or_default();
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let stop = (!bulk.is_done).then(|| {
        view! {
            <form method="post" action=StopPublishing::url() class="inline">
                <input r#type="hidden" name="ticket" value=ticket.clone()/>
                <input r#type="hidden" name="back" value=run_href(&ticket)/>
                <button>"Stop"</button>
            </form>
            <p class="help">"What has been published stays so."</p>
        }
    });
    let failed = bulk.failed.as_ref().map(|why| {
        view! { <p class="note note-poor" role="alert">"It could not go on: " {sentence(why)} " What had been published before, is."</p> }
    });
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let bar = view! {
        <Publishing ticket=ticket.clone() looked_at=number(bulk.looked_at) all=number(bulk.all) is_done=bulk.is_done/>
    };
    let again = (!bulk.is_done).then(|| view! { <p><a href=run_href(&ticket)>"How far it is now"</a></p> });
    Ok(view! {
        <Title text=format!("{title} · Loggia")/>
        <h1>{title}</h1>
        {told}
        {bar}
        {failed}
        {counts(&bulk, "Published")}
        {again}
        {stop}
        {lacking(&bulk)}
    }
    .into_any())
}

fn counts(bulk: &Bulk, published: &'static str) -> AnyView {
    view! {
        <dl class="trust">
            <div><dt>{published}</dt><dd>{grouped(bulk.published)}</dd></div>
            <div><dt>"Lack something"</dt><dd>{grouped(bulk.lacking)}</dd></div>
            <div><dt>"Were taken back, and come out one by one"</dt><dd>{grouped(bulk.taken_back)}</dd></div>
            <div><dt>"Are out as they are"</dt><dd>{grouped(bulk.unchanged)}</dd></div>
        </dl>
    }
    .into_any()
}

fn lacking(bulk: &Bulk) -> AnyView {
    if bulk.told.is_empty() {
        return ().into_any();
    }
    let lines = bulk.told.iter().map(line).collect_view();
    let more = bulk.lacking.saturating_sub(bulk.told.len() as u64);
    view! {
        <section aria-labelledby="lacking">
            <h2 id="lacking">"What each of them lacks"</h2>
            <ul class="plain">{lines}</ul>
            {(more > 0).then(|| view! { <p class="quiet">"… and " {grouped(more)} " more"</p> })}
        </section>
    }
    .into_any()
}

fn line(line: &Lacking) -> AnyView {
    let what: Vec<String> =
        line.what.iter().map(|what| format!("{}: {}", what.field, what.message)).collect();
    view! { <li><a href=tab(&line.urn, "listing")>{line.name.clone()}</a> " " <span class="quiet">{what.join("; ")}</span></li> }
        .into_any()
}
