//! An asset: what it is, whether to trust it, whose it is. Tabs are links.

mod certification;
mod columns;
mod discussion;
mod lineage;
mod listing;
mod overview;
mod preview;
mod profile;
mod quality;
mod source;

use crate::ui::title::Title;
use std::time::SystemTime;

use leptos::prelude::*;
use loggia_catalog::assets::{AssetView, Looked};
use loggia_catalog::certification::CertificationView;
use loggia_catalog::find::kind_title;
use loggia_catalog::{Action, CatalogError, markdown};
use loggia_model::{Timestamp, Urn};

pub use self::certification::FORM as CERTIFY_FORM;
pub use self::discussion::FORM as SAY_FORM;
pub use self::listing::FORM as PUBLISH_FORM;
use super::history::history;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::cards::checks;
use crate::ui::follow::{FORM as FOLLOW_FORM, follow};
use crate::ui::icon::{Icon, kind_icon};
use crate::ui::links::{href, tab};
use crate::ui::loaded::loaded;
use crate::ui::time::{Number, Time, counted};

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let id = request.after("/assets/");
    let urn: Urn = format!("urn:loggia:asset:{id}").parse().map_err(|_| {
        CatalogError::NotFound(format!("asset '{}'", id.chars().take(120).collect::<String>()))
    })?;
    let as_of = match request.param("as-of").filter(|text| !text.is_empty()) {
        Some(text) => Some(instant(&text)?),
        None => None,
    };
    let asset = match request.catalog.asset(&request.actor, &urn, as_of).await? {
        Looked::Here(asset) => asset,
        Looked::Elsewhere(canonical) => {
            leptos_axum::redirect(&href(&canonical));
            return Ok(().into_any());
        }
    };
    if !request.is_ahead() && as_of.is_none() {
        request.catalog.visit(&urn);
    }
    let chosen = request.param("tab").unwrap_or_default();
    // Before the tab takes what was refused of its own.
    let refused = Refused::take_of(&request, FOLLOW_FORM).await.unwrap_or_default();
    let body = match chosen.as_str() {
        "" => overview::overview(&request, &asset).await?,
        "columns" => columns::columns(&request, &asset).await?,
        "preview" => preview::preview(&request, &asset).await?,
        "profile" => profile::profile(&request, &asset).await?,
        "quality" => quality::quality(&asset),
        "lineage" => lineage::lineage(&request, &asset).await?,
        "listing" => listing::listing(&request, &asset).await?,
        "discussion" => discussion::discussion(&request, &asset).await?,
        "history" => history(&request, &urn, asset.may(Action::Edit)).await?,
        "source" => source::source(&request, &asset).await,
        other => {
            return Err(CatalogError::NotFound(format!(
                "tab '{}' of an asset",
                other.chars().take(40).collect::<String>()
            )));
        }
    };
    let around = Around {
        certification: request.catalog.certification(&request.actor, &asset).await?,
        successor: successor(&request, &asset).await?,
        follow: if as_of.is_none() { follow(&request, &asset.urn, &refused).await? } else { None },
        has_profile: chosen == "profile" || request.catalog.has_profile(&asset).await?,
    };
    Ok(frame(&request, &asset, &chosen, around, body))
}

/// An instant, or a day: that is its end, as far as it has come.
fn instant(text: &str) -> Result<Timestamp, CatalogError> {
    const DATE: usize = "2026-03-01".len();
    let wrong = |error: loggia_model::ParseError| CatalogError::invalid("as-of", error.to_string());
    let at: Timestamp = text.parse().map_err(wrong)?;
    let end =
        if text.len() == DATE { Timestamp::from_micros(at.plus_seconds(86_400).micros() - 1) } else { at };
    Ok(end.min(Timestamp::from_system(SystemTime::now())))
}

/// What to use in the place of one that comes to its end, where the reader may know of it.
async fn successor(request: &Request, asset: &AssetView) -> Result<Option<AnyView>, CatalogError> {
    let successor = request.catalog.successor_of(asset).await?;
    Ok(successor.map(|card| view! { <a href=href(&card.urn)>{card.name}</a> }.into_any()))
}

/// What stands around each tab, and has to be asked for.
struct Around {
    certification: Option<CertificationView>,
    successor: Option<AnyView>,
    follow: Option<AnyView>,
    has_profile: bool,
}

fn frame(request: &Request, asset: &AssetView, chosen: &str, around: Around, body: AnyView) -> AnyView {
    let Around { certification, successor, follow, has_profile } = around;
    let has_listing = asset.as_of.is_none()
        && (asset.may(Action::Edit)
            || certification.is_some()
            || asset.listing.as_ref().is_some_and(loggia_model::facts::Listing::is_out));
    let talk = request.catalog.talk(&request.actor, asset);
    let has_discussion = asset.as_of.is_none() && request.actor.who != loggia_model::Who::Anonymous;
    let kind = asset.facts.asset_type.map_or("table", |kind| kind.as_str());
    let path = asset
        .unit_path
        .iter()
        .map(|unit| view! { <li><a href=href(&unit.urn)>{unit.name.clone()}</a></li> })
        .collect_view();
    let about = asset.facts.description.as_deref().map(markdown::plain).unwrap_or_default();
    let uncounted = request.is_ahead().then(|| asset.urn.to_string());
    let as_of = asset.as_of.map(|at| {
        view! { <p class="note">"This is how it stood at " {at.long()} ", revision " {asset.revision} ". " <a href=href(&asset.urn)>"See it as it is now"</a></p> }
    });
    let missing = asset.missing_since.map(|at| {
        view! { <p class="note note-poor">"Its source no longer has it, since " <Time at=at/> ". What was known is kept here."</p> }
    });
    view! {
        <Title text=format!("{} · Loggia", asset.name) about=about/>
        <article class="asset" data-uncounted=uncounted data-revision=asset.revision.to_string()>
            <nav class="crumbs" aria-label="Domain"><ol><li><a href="/browse">"Browse"</a></li>{path}</ol></nav>
            <div class="title-row">
                <div id="asset-title" data-live="">
                    <h1><Icon name=kind_icon(kind)/>{asset.name.clone()}</h1>
                    <p class="technical-line"><span class="kind">{kind_title(kind).to_owned()}</span> <code>{asset.technical.clone()}</code> <span class="quiet">{asset.namespace.clone()}</span></p>
                </div>
                {follow}
            </div>
            {as_of}
            {missing}
            {listing::notes(asset, successor)}
            {discussion::problems(asset, talk)}
            {trust(asset, certification.as_ref())}
            <nav class="tabs" aria-label="About this asset">
                <ul>
                    {tab_link(asset, chosen, "", "Overview", None)}
                    {tab_link(asset, chosen, "columns", "Columns", Some(asset.facts.columns.len() as u64))}
                    {request.catalog.can_preview(asset).then(|| tab_link(asset, chosen, "preview", "Preview", None))}
                    {has_profile.then(|| tab_link(asset, chosen, "profile", "Profile", None))}
                    {(!asset.facts.checks.is_empty()).then(|| tab_link(asset, chosen, "quality", "Quality", Some(asset.facts.checks.len() as u64)))}
                    {tab_link(asset, chosen, "lineage", "Lineage", Some(asset.upstream + asset.downstream))}
                    {has_discussion.then(|| tab_link(asset, chosen, "discussion", "Discussion", Some(talk.all).filter(|all| *all > 0)))}
                    {has_listing.then(|| tab_link(asset, chosen, "listing", "Listing", None))}
                    {tab_link(asset, chosen, "history", "History", None)}
                    {tab_link(asset, chosen, "source", "Source", None)}
                </ul>
            </nav>
            {body}
        </article>
    }
    .into_any()
}

fn tab_link(
    asset: &AssetView,
    chosen: &str,
    name: &'static str,
    title: &'static str,
    count: Option<u64>,
) -> AnyView {
    let current = (chosen == name).then_some("page");
    let count = count.map(|count| view! { <span class="count"><Number value=count/></span> });
    let mut link = tab(&asset.urn, name);
    if let Some(at) = asset.as_of {
        let mark = if link.contains('?') { '&' } else { '?' };
        link.push_str(&format!("{mark}as-of={at}"));
    }
    view! { <li><a href=link aria-current=current>{title} {count}</a></li> }.into_any()
}

/// Owner, quality, freshness, size, use: the facts that trust hangs on, in one row.
fn trust(asset: &AssetView, certification: Option<&CertificationView>) -> AnyView {
    let owner = match asset.owners.first() {
        Some(owner) => view! { <a href=href(&owner.urn)>{owner.name.clone()}</a> }.into_any(),
        None => view! { <span class="quiet">"nobody yet"</span> }.into_any(),
    };
    let failed = asset.facts.checks.iter().filter(|check| {
        use loggia_model::facts::CheckStatus::{Error, Fail};
        matches!(check.status, Fail | Error)
    });
    let failed = u32::try_from(failed.count()).unwrap_or(u32::MAX);
    let all = u32::try_from(asset.facts.checks.len()).unwrap_or(u32::MAX);
    let quality = if all == 0 {
        view! { <span class="quiet">"no checks"</span> }.into_any()
    } else {
        checks(Some((failed, all))).into_any()
    };
    let fresh = match asset.facts.data_changed_at {
        Some(at) => view! { <Time at=at/> }.into_any(),
        None => view! { <span class="quiet">"not known"</span> }.into_any(),
    };
    let rows = asset.facts.rows.map(|rows| view! { <div><dt>"Rows"</dt><dd><Number value=rows/></dd></div> });
    let products = asset
        .products
        .iter()
        .map(|product| view! { <a href=href(&product.urn)>{product.name.clone()}</a> })
        .collect_view();
    view! {
        <dl class="trust" id="trust" data-live="">
            <div><dt>"Owner"</dt><dd>{owner}</dd></div>
            {certification::in_short(asset, certification)}
            <div><dt>"Quality"</dt><dd>{quality}</dd></div>
            <div><dt>"Data from"</dt><dd>{fresh}</dd></div>
            {rows}
            <div><dt>"Feeds"</dt><dd>{counted(asset.downstream, "asset", "assets")}</dd></div>
            {(!asset.products.is_empty()).then(|| view! { <div><dt>"Part of"</dt><dd>{products}</dd></div> })}
        </dl>
    }
    .into_any()
}
