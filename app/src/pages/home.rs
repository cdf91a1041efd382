//! The first page.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::find::kind_title;
use loggia_catalog::{CatalogError, markdown};

use crate::encode::encode;
use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::icon::{Arches, Icon, kind_icon};
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::time::{Number, counted};

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let home = request.catalog.home(&request.actor).await?;
    if home.total == 0 {
        return Ok(empty().into_any());
    }
    let names = request.names().await?;
    let kinds = home.kinds.iter().take(8).map(|(kind, count)| {
        let link = format!("/search?kind={}", encode(kind));
        view! { <li><a href=link><Icon name=kind_icon(kind)/>{kind_title(kind).to_owned()} <span class="count"><Number value=*count/></span></a></li> }
    });
    let story = match home.units.as_slice() {
        [only] => request.catalog.unit(&request.actor, &only.unit.urn, 0, 0).await.ok(),
        _ => None,
    };
    let story =
        story.and_then(|unit| unit.facts.description.map(|text| (unit.name, text))).map(|(name, text)| {
            view! {
                <section class="story" aria-labelledby="story">
                    <h2 id="story">{name}</h2>
                    <div class="prose" inner_html=markdown::safe_html(&text)></div>
                </section>
            }
        });
    let tops = home
        .units
        .into_iter()
        .flat_map(|unit| if unit.children.is_empty() { vec![unit] } else { unit.children });
    let units = tops.map(|node| {
        view! {
            <li>
                <a class="domain" href=href(&node.unit.urn)>
                    <Icon name="domain"/>
                    <strong>{node.unit.name.clone()}</strong>
                    <span class="count">{counted(node.count, "entry", "entries")}</span>
                </a>
            </li>
        }
    });
    let viewed = home.most_viewed;
    Ok(view! {
        <Title text="Loggia"/>
        <section class="welcome">
            <h1>"What data do you need?"</h1>
            <form class="bigsearch" role="search" action="/search" method="get">
                <label class="hidden" r#for="big-q">"Search the catalog"</label>
                <input id="big-q" name="q" r#type="search" placeholder="In your own words: customer churn, days past due, RUC" autocomplete="off" maxlength="1000"/>
                <button>"Search"</button>
            </form>
            <p class="quiet">{counted(home.total, "thing", "things")} " to find, read and trust. Try "
                <a href="/search?q=customer+churn">"customer churn"</a> ", "
                <a href="/search?q=days+past+due">"days past due"</a> " or "
                <a href="/search?q=c%C3%A9dula">"cédula"</a> "."</p>
            <ul class="kinds" aria-label="By kind">{kinds.collect_view()}</ul>
        </section>
        <section aria-labelledby="domains">
            <h2 id="domains">"Domains"</h2>
            <ul class="domains">{units.collect_view()}</ul>
        </section>
        {story}
        <div class="two">
            <section aria-labelledby="newest">
                <h2 id="newest">"Changed last"</h2>
                <ul class="results compact">{home.newest.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul>
            </section>
            <section aria-labelledby="viewed">
                <h2 id="viewed">"Viewed most"</h2>
                {if viewed.is_empty() {
                    view! { <p class="empty">"What people open most in a month shows here. Nobody has opened anything yet."</p> }.into_any()
                } else {
                    view! { <ul class="results compact">{viewed.into_iter().map(|(card, _)| plain_card(&names, card)).collect_view()}</ul> }.into_any()
                }}
            </section>
        </div>
    }
    .into_any())
}

fn empty() -> AnyView {
    view! {
        <Title text="Loggia"/>
        <section class="message-page">
            <Arches/>
            <h1>"An empty gallery"</h1>
            <p>"Nothing has been brought here yet. Harvest a source, or apply a catalog that is kept as code:"</p>
            <pre><code>"loggia harvest dbt --manifest target/manifest.json\nloggia harvest files path/to/parquet\nloggia apply path/to/catalog"</code></pre>
            <p>"Then come back: this page fills by itself."</p>
        </section>
    }
.into_any()
}
