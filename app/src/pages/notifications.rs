//! What leaves the catalog by itself, for who administers it: how it goes, and what was given up.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::notifying::{ChannelView, DEAD};
use loggia_catalog::ports::{Channel, Waiting};
use loggia_model::Urn;

use super::error::sentence;
use crate::encode::encode;
use crate::forms::SteerChannel;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::time::{Time, counted, grouped};
use crate::ui::title::Title;

const HERE: &str = "/notifications";
/// The forms of this page, as a refused one is kept.
pub const FORM: &str = "notifications";

const EXAMPLE: &str = "mail:
  from: Loggia <loggia@bank.example>
  server: smtp.bank.example
  login: loggia
  password: smtp-password
webhooks:
  - name: lake
    url: https://hooks.bank.example/loggia
    secret: lake-hook
    service: lakehouse
    what: [breaking, deprecated]";

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let channels = request.catalog.channels(&request.actor).await?;
    let refused = Refused::take_of(&request, FORM).await.unwrap_or_default();
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    let names = request.catalog.names(&request.actor).await?;
    let name = |urn: &Urn| names.of(urn);
    let body = if channels.is_empty() {
        none()
    } else {
        let all: Vec<AnyView> = channels.into_iter().map(|channel| one(channel, &name)).collect();
        view! { <div class="sources">{all}</div> }.into_any()
    };
    Ok(view! {
        <Title text="Notifications · Loggia"/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li></ol></nav>
        <h1>"Notifications"</h1>
        <p class="lead">"How people are mailed and which webhooks are called when something happens. Whoever runs the program says so in a file; here it is seen, and what did not arrive is sent anew."</p>
        {told}
        {body}
    }
    .into_any())
}

fn none() -> AnyView {
    view! {
        <div class="empty">
            <p>"Nothing leaves this catalog. Write a file such as this one, keep its secrets with " <code>"loggia secret set"</code> ", and start the program with " <code>"loggia serve --notifications notifications.yaml"</code> "."</p>
            <pre tabindex="0"><code>{EXAMPLE}</code></pre>
        </div>
    }
    .into_any()
}

fn one(view: ChannelView, name: &dyn Fn(&Urn) -> String) -> AnyView {
    let ChannelView { state, place, service, what, unit, dead } = view;
    let channel = state.channel.to_string();
    let id = format!("channel-{}", encode(&channel));
    let labelled = id.clone();
    let (title, kind) = match &state.channel {
        Channel::Mail => ("Mail".to_owned(), "by SMTP"),
        Channel::Webhook(name) => (name.clone(), "webhook"),
    };
    let is_there = place.is_some();
    let place = match place {
        Some(place) => view! { <code>{place}</code> }.into_any(),
        None => view! { <strong>"The file has it no more."</strong> }.into_any(),
    };
    let as_whom = service
        .map(|service| view! { " · told what " <a href=href(&service)>{name(&service)}</a> " may read" });
    let of_unit = unit.map(|unit| view! { " · of " <a href=href(&unit)>{name(&unit)}</a> });
    let of_what = (!what.is_empty()).then(|| {
        let titles: Vec<&str> = what.iter().map(|what| what.title()).collect();
        format!(" · {}", titles.join(", "))
    });
    let test =
        (is_there && state.channel != Channel::Mail).then(|| steer(&channel, "test", "", "Send a test"));
    let arrived = state.last_arrived.map(|at| view! { ", the last " <Time at=at/> });
    let oldest = state.oldest.map(|at| view! { ", the oldest from " <Time at=at/> });
    let failed =
        state.last_failed.filter(|failed| state.last_arrived.is_none_or(|arrived| arrived < *failed));
    let failing = failed.map(|at| {
        view! { <p class="note note-fair"><strong>"The last try failed"</strong> ", " <Time at=at/> ": " {state.why.clone()}</p> }
    });
    let given_up = (state.dead > 0).then(|| given_up(&channel, state.dead, &dead));
    view! {
        <section class="one-source" aria-labelledby=labelled>
            <div class="title-row">
                <h2 id=id>{title} " " <span class="badge badge-quiet">{kind}</span></h2>
                <div class="actions">{test}</div>
            </div>
            <p class="quiet">{place} {as_whom} {of_unit} {of_what}</p>
            <p>{grouped(state.arrived)} " arrived" {arrived} "; " {grouped(state.waiting)} " waiting" {oldest} "; " {grouped(state.dead)} " given up."</p>
            {failing}
            {given_up}
        </section>
    }
    .into_any()
}

fn given_up(channel: &str, many: u64, dead: &[Waiting]) -> AnyView {
    let rows: Vec<AnyView> = dead.iter().map(|waiting| row(channel, waiting)).collect();
    let more = many.saturating_sub(u64::from(DEAD));
    view! {
        <details class="given-up" open=true>
            <summary>{counted(many, "was given up", "were given up")}</summary>
            <div class="actions">{steer(channel, "retry", "", "Send all anew")} " " {steer(channel, "forget", "", "Forget all")}</div>
            <ul class="inbox">{rows}</ul>
            {(more > 0).then(|| view! { <p class="quiet">{format!("and {} more, older ones", grouped(more))}</p> })}
        </details>
    }
    .into_any()
}

fn row(channel: &str, waiting: &Waiting) -> AnyView {
    let outgoing = &waiting.outgoing;
    let body = (!outgoing.body.is_empty()).then(|| {
        view! { <details><summary>"What it says"</summary><pre tabindex="0"><code>{outgoing.body.clone()}</code></pre></details> }
    });
    let about = match outgoing.about.parse::<Urn>() {
        Ok(urn) => {
            let to = href(&urn);
            view! { <a href=to>{urn.rest().to_owned()}</a> }.into_any()
        }
        Err(_) => view! { <strong>{outgoing.about.clone()}</strong> }.into_any(),
    };
    view! {
        <li>
            <p>{about} ", " <Time at=outgoing.at/> ", " {counted(u64::from(waiting.tries), "try", "tries")}</p>
            <p class="words">{waiting.why.clone()}</p>
            {body}
            <div class="actions">{steer(channel, "retry", &outgoing.id, "Send anew")} " " {steer(channel, "forget", &outgoing.id, "Forget")}</div>
        </li>
    }
    .into_any()
}

fn steer(channel: &str, action: &'static str, id: &str, title: &'static str) -> AnyView {
    let class = if action == "forget" { "secondary" } else { "" };
    view! {
        <form method="post" action=SteerChannel::url() class="inline">
            <input r#type="hidden" name="channel" value=channel.to_owned()/>
            <input r#type="hidden" name="action" value=action/>
            <input r#type="hidden" name="id" value=id.to_owned()/>
            <input r#type="hidden" name="back" value=HERE/>
            <button class=class>{title} <span class="hidden">" " {channel.to_owned()} " " {id.to_owned()}</span></button>
        </form>
    }
    .into_any()
}
