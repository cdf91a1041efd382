//! Where the catalog comes from: the sources of the operator's file, how they ran, and running one now.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::ports::HarvestRun;
use loggia_catalog::sources::{RUNS, SourceView};

use crate::forms::SteerSource;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::loaded::loaded;
use crate::ui::time::{Time, counted, grouped};
use crate::ui::title::Title;

const HERE: &str = "/sources";

const EXAMPLE: &str = "sources:
  - name: lake
    files: /srv/lake
    schedule: 0 3 * * *
    profile: true
    preview: true";

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let sources = request.catalog.sources(&request.actor).await?;
    let refused = Refused::take(&request).await;
    let body = if sources.is_empty() { none() } else { all(sources) };
    let refused = refused.map(|refused| {
        let words = refused.message.replacen("Not saved", "Not done", 1);
        view! { <p class="note note-poor" role="alert">{words}</p> }
    });
    Ok(view! {
        <Title text="Sources · Loggia"/>
        <h1>"Sources"</h1>
        <p class="lead">"What this catalog reads, and how that went. Whoever runs the program says in a file what may be read; here it is seen and started. "<a href="/unplaced">"What no rule puts anywhere"</a></p>
        {refused}
        {body}
    }
    .into_any())
}

fn none() -> AnyView {
    view! {
        <div class="empty">
            <p>"No source is defined. Write a file such as this one, and start the program with " <code>"loggia serve --sources loggia.yaml"</code> "."</p>
            <pre tabindex="0"><code>{EXAMPLE}</code></pre>
        </div>
    }
    .into_any()
}

fn all(sources: Vec<SourceView>) -> AnyView {
    let sources = sources.into_iter().map(one).collect_view();
    view! { <div class="sources">{sources}</div> }.into_any()
}

fn one(view: SourceView) -> AnyView {
    let SourceView { source, is_paused, runs } = view;
    let id = format!("source-{}", crate::encode::encode(&source.name));
    let labelled = id.clone();
    let when = match (&source.schedule, source.next, is_paused) {
        (None, ..) => view! { "Runs when somebody starts it." }.into_any(),
        (Some(_), _, true) => {
            view! { <strong>"Paused."</strong> " It does not run by itself until it is resumed." }.into_any()
        }
        (Some(schedule), Some(next), false) => {
            view! { "Runs by " <code>{schedule.clone()}</code> " (UTC), " <Time at=next/> " again." }
                .into_any()
        }
        (Some(schedule), None, false) => {
            view! { "Its schedule " <code>{schedule.clone()}</code> " has no time to come." }.into_any()
        }
    };
    let running = source.running.as_ref().map(|running| {
        view! { <p class="note" role="status"><strong>"Running"</strong> " since " <Time at=running.since/> ": " {running.says.clone()} ". " <a href=HERE>"Look again"</a></p> }
    });
    let pause = source.schedule.is_some().then(|| {
        if is_paused {
            steer(&source.name, "resume", "Resume", false)
        } else {
            steer(&source.name, "pause", "Pause", false)
        }
    });
    let is_running = source.running.is_some();
    let history = runs.iter().map(run).collect_view();
    let history = if runs.is_empty() {
        view! { <p class="empty">{format!("None of the last {RUNS} runs was of it.")}</p> }.into_any()
    } else {
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label=format!("Runs of {}", source.name)>
                <table><thead><tr><th scope="col">"When"</th><th scope="col">"Took"</th><th scope="col">"Added"</th><th scope="col">"Changed"</th><th scope="col">"Unchanged"</th><th scope="col">"Missing"</th><th scope="col">"What went wrong"</th></tr></thead><tbody>{history}</tbody></table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="one-source" aria-labelledby=labelled>
            <div class="title-row">
                <h2 id=id>{source.name.clone()} " " <span class="badge badge-quiet">{source.kind}</span></h2>
                <div class="actions">{pause} {steer(&source.name, "run", "Run now", is_running)}</div>
            </div>
            <p class="quiet"><code>{source.place.clone()}</code> " · " {when}</p>
            {running}
            {history}
        </section>
    }
    .into_any()
}

fn run(run: &HarvestRun) -> AnyView {
    let took = run.started.seconds_until(run.finished).max(0);
    let took =
        if took == 0 { "under a second".to_owned() } else { format!("{} s", grouped(took.unsigned_abs())) };
    let refusals = run
        .refused
        .iter()
        .take(20)
        .map(|refusal| view! { <li><code>{refusal.what.clone()}</code> " " {refusal.why.clone()}</li> });
    let more = run.refused.len().saturating_sub(20);
    let wrong = match (&run.failed, run.refused.is_empty()) {
        (Some(why), _) => view! { <span class="poor">{why.clone()}</span> }.into_any(),
        (None, true) => view! { <span class="quiet">"nothing"</span> }.into_any(),
        (None, false) => view! {
            <details><summary>{counted(run.refused.len() as u64, "thing", "things")} " could not be taken"</summary>
            <ul class="plain">{refusals.collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="quiet">{format!("and {more} more")}</p> })}
            </details>
        }
        .into_any(),
    };
    let count = |count: u64| if run.failed.is_some() { "–".to_owned() } else { grouped(count) };
    view! {
        <tr>
            <th scope="row"><Time at=run.started/></th>
            <td>{took}</td>
            <td>{count(run.added)}</td>
            <td>{count(run.changed)}</td>
            <td>{count(run.unchanged)}</td>
            <td>{count(run.missing)}</td>
            <td>{wrong}</td>
        </tr>
    }
    .into_any()
}

fn steer(name: &str, action: &'static str, title: &'static str, is_off: bool) -> AnyView {
    view! {
        <form method="post" action=SteerSource::url() class="inline">
            <input r#type="hidden" name="name" value=name.to_owned()/>
            <input r#type="hidden" name="action" value=action/>
            <input r#type="hidden" name="back" value=HERE/>
            <button disabled=is_off>{title} <span class="hidden">" " {name.to_owned()}</span></button>
        </form>
    }
    .into_any()
}
