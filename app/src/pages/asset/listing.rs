//! The listing of an asset: in which version others find it, what they do not see yet, what it lacks, and what was new
//! when.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::assets::AssetView;
use loggia_catalog::checklist::{Asked, AskedBy, Line};
use loggia_catalog::publishing::{Draft, Publishing, ReleaseView, TOLD};
use loggia_catalog::{CatalogError, Names};
use loggia_model::facts::{Listing, ListingStatus};

use crate::forms::Publish;
use crate::forms::server::Refused;
use crate::pages::error::sentence;
use crate::request::Request;
use crate::ui::compatibility::compatibility;
use crate::ui::difference::told;
use crate::ui::links::{href, tab};
use crate::ui::time::Time;

pub async fn listing(request: &Request, asset: &AssetView) -> Result<AnyView, CatalogError> {
    let publishing = request.catalog.publishing(&request.actor, asset).await?;
    let names = &request.names().await?;
    let refused = Refused::take_of(request, FORM).await.unwrap_or_default();
    let Publishing { changelog, draft, .. } = publishing;
    let standing = standing(names, asset);
    let draft = draft.map(|draft| draft_view(names, asset, draft, &refused));
    let changelog = changelog_view(names, asset, changelog);
    let certification = request.catalog.certification(&request.actor, asset).await?;
    let refused = Refused::take_of(request, super::certification::FORM).await.unwrap_or_default();
    let certification = super::certification::section(asset, certification, &refused);
    Ok(view! {
        <div class="listing">
            {standing}
            {certification}
            {draft}
            {changelog}
        </div>
    }
    .into_any())
}

/// As refused forms of this page are called.
pub const FORM: &str = "publish";

/// What holds for everybody who looks at the asset, above its tabs.
pub fn notes(asset: &AssetView, successor: Option<AnyView>) -> AnyView {
    if asset.as_of.is_some() {
        return ().into_any();
    }
    let link = tab(&asset.urn, "listing");
    let inventory = asset.is_inventory.then(|| {
        let project = asset.project.as_ref().map(|project| {
            view! { " of " <a href=href(&project.urn)>{project.name.clone()}</a> }
        });
        view! { <p class="note">"In the inventory" {project} ": only those who work with it find it. " <a href=link.clone()>"What it needs to be published"</a></p> }
    });
    let version = asset.listing.as_ref().map(|listing| listing.version().to_string()).unwrap_or_default();
    let draft = asset.has_draft.then(|| {
        view! { <p class="note">"You see a draft. Others see version " {version} ". " <a href=link>"What is different"</a></p> }
    });
    let ending = asset.listing.as_ref().filter(|listing| listing.is_ending()).map(|listing| {
        let what = match listing.status {
            ListingStatus::Retired => "Retired: it is not kept any more.",
            _ => "Deprecated: build nothing new on it.",
        };
        let until = listing.ends_on.map(|day| format!(" It is kept until {}.", day.date()));
        let successor = successor.map(|successor| view! { " Use " {successor} " in its place." });
        view! { <p class="note note-poor">{what} {until} {successor}</p> }
    });
    view! { {inventory} {draft} {ending} }.into_any()
}

fn standing(names: &Names, asset: &AssetView) -> AnyView {
    let Some(listing) = asset.listing.as_ref().filter(|listing| listing.is_out()) else {
        let who = match (&asset.listing, asset.is_inventory) {
            (Some(_), _) => "It was published, and taken back from the catalog.",
            (None, true) => "It has not been published yet.",
            (None, false) => {
                "It has not been published yet. It is in no project, so whoever may see its domain finds it all the same."
            }
        };
        return view! { <p class="lede">{who}</p> }.into_any();
    };
    let release = listing.releases.first().map(|release| {
        view! { ", published by " {names.of_actor(&release.by)} ", " <Time at=release.at/> }
    });
    view! { <p class="lede"><span class="badge">{status(listing)}</span> " Version " <strong>{listing.version().to_string()}</strong> {release}</p> }
        .into_any()
}

fn status(listing: &Listing) -> &'static str {
    listing.status.title()
}

fn draft_view(names: &Names, asset: &AssetView, draft: Draft, refused: &Refused) -> AnyView {
    let Draft { differences, columns, next, checklist, may_publish } = draft;
    let blocked = checklist.iter().any(Line::blocks);
    let is_new = asset.listing.is_none();
    let is_same =
        differences.is_empty() && columns.is_empty() && asset.listing.as_ref().is_some_and(Listing::is_out);
    let new = (!is_new && !is_same).then(|| {
        view! {
            <section aria-labelledby="unseen">
                <h2 id="unseen">"Since the last publication"</h2>
                {compatibility(&columns)}
                {told(names, &differences)}
            </section>
        }
    });
    let lines = checklist.iter().map(|line| checked(asset, line)).collect_view();
    let lacking = checklist.iter().filter(|line| !line.is_met).count();
    let count = match lacking {
        0 => "nothing is missing".to_owned(),
        1 => "one thing is missing".to_owned(),
        some => format!("{some} things are missing"),
    };
    let form = publish_form(asset, &next.to_string(), blocked, may_publish, is_same, refused);
    let fate =
        (may_publish && asset.listing.as_ref().is_some_and(Listing::is_out)).then(|| fate(asset, refused));
    view! {
        <section aria-labelledby="checklist">
            <h2 id="checklist">"What it has, and what it lacks" " " <span class="count">{count}</span></h2>
            <ul class="checklist">{lines}</ul>
        </section>
        {new}
        {form}
        {fate}
    }
    .into_any()
}

fn checked(asset: &AssetView, line: &Line) -> AnyView {
    let (class, mark) = match (line.is_met, line.blocks()) {
        (true, _) => ("badge band-good", "There"),
        (false, true) => ("badge band-poor", "Missing"),
        (false, false) => ("badge band-fair", "Missing"),
    };
    let field = line.asked.field();
    let title = line.asked.title();
    let place = match field {
        "columns" | "quality" => tab(&asset.urn, field),
        "freshness" | "contract" => href(&asset.urn),
        field => format!("{}#{field}", href(&asset.urn)),
    };
    let by = line.by.iter().map(|by| asked_by(&line.asked, by)).collect_view();
    view! {
        <li>
            <p><span class=class>{mark}</span> " " <a href=place>{title}</a> " " <span class="quiet">{line.there_is.clone()}</span></p>
            <p class="help">{line.asked.good_for()}</p>
            {by}
        </li>
    }
    .into_any()
}

fn asked_by(asked: &Asked, by: &AskedBy) -> AnyView {
    let rule = match &by.rule {
        Some(rule) => view! { "The rule " <a href=href(&rule.urn)>{rule.name.clone()}</a> }.into_any(),
        None => "A rule that you may not see".into_any(),
    };
    let how = match (by.is_void, by.from) {
        (true, _) => format!(" {}: it stands in nobody's way until it is mended", asked.why_void()),
        (false, Some(from)) => format!(" will ask for it from {} on", from.date()),
        (false, None) => " asks for it before it is published".to_owned(),
    };
    view! { <p class="asked-by">{rule} {how} "."</p> }.into_any()
}

fn publish_form(
    asset: &AssetView,
    next: &str,
    blocked: bool,
    may_publish: bool,
    is_same: bool,
    refused: &Refused,
) -> AnyView {
    let told = (!refused.message.is_empty()).then(|| {
        let wrong = refused
            .errors
            .iter()
            .map(|error| view! { <li>{sentence(&format!("{}: {}", error.field, error.message))}</li> })
            .collect_view();
        view! { <div class="note note-poor" role="alert" tabindex="-1"><p>{refused.message.clone()}</p><ul>{wrong}</ul></div> }
    });
    if !may_publish {
        let owners: Vec<String> = asset.owners.iter().map(|owner| owner.name.clone()).collect();
        let whom = if owners.is_empty() {
            "an owner of its project, or of its domain".to_owned()
        } else {
            owners.join(" or ")
        };
        return view! { {told} <p class="quiet">"You may complete it, and not publish it: ask " {whom} "."</p> }.into_any();
    }
    if is_same && asset.listing.as_ref().is_some_and(|listing| listing.status == ListingStatus::Published) {
        return view! { {told} <p class="quiet">"Others see it just as it is here. What you change waits here until you publish it."</p> }.into_any();
    }
    let note = refused.value("note").unwrap_or_default().to_owned();
    let what = if blocked {
        "Something that a rule asks for is missing: it cannot be published yet."
    } else {
        "Whoever may look around in its domain will find it as it is here, and those who use it can read what is new."
    };
    view! {
        <section aria-labelledby="publish">
            <h2 id="publish">"Publish it"</h2>
            {told}
            <form method="post" action=Publish::url() class="entity-form">
                {hidden(asset, "publish")}
                <div class="field">
                    <label r#for="note">"What is new"</label>
                    <input id="note" name="note" value=note autocomplete="off" aria-describedby="note-help"/>
                    <p class="help" id="note-help">"A sentence for those who use it. It may stay empty."</p>
                </div>
                <p>{what}</p>
                <p class="actions"><button disabled=blocked>"Publish version " {next.to_owned()}</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// Ways to end a listing, or to keep it after all.
fn fate(asset: &AssetView, refused: &Refused) -> AnyView {
    let is_ending = asset.listing.as_ref().is_some_and(Listing::is_ending);
    let wrong = |field: &str| refused.error(field).map(sentence);
    let (wrong_successor, wrong_day) = (wrong("successor"), wrong("ends_on"));
    let is_open = wrong_successor.is_some() || wrong_day.is_some();
    let invalid_successor = wrong_successor.is_some().then_some("true");
    let invalid_day = wrong_day.is_some().then_some("true");
    let value = |name: &str| refused.value(name).unwrap_or_default().to_owned();
    let keep = is_ending.then(|| {
        view! { <form method="post" action=Publish::url() class="inline">{hidden(asset, "keep")}<button>"Keep it after all"</button></form> }
    });
    view! {
        <section aria-labelledby="end">
            <h2 id="end">"Its end"</h2>
            {keep}
            <details class="edit" open=is_open>
                <summary>"Deprecate or retire it"</summary>
                <form method="post" action=Publish::url()>
                    {hidden(asset, "")}
                    <label r#for="successor">"What to use in its place"</label>
                    <p class="wrong" id="successor-wrong">{wrong_successor}</p>
                    <input id="successor" name="successor" value=value("successor") autocomplete="off" aria-describedby="successor-wrong successor-help" aria-invalid=invalid_successor/>
                    <p class="help" id="successor-help">"The address of its page, or its URN. It may stay empty."</p>
                    <label r#for="ends_on">"Kept until"</label>
                    <p class="wrong" id="ends-wrong">{wrong_day}</p>
                    <input id="ends_on" name="ends_on" r#type="date" value=value("ends_on") aria-describedby="ends-wrong" aria-invalid=invalid_day/>
                    <p class="actions"><button name="action" value="deprecate">"Deprecate it"</button> " " <button name="action" value="retire">"Retire it now"</button></p>
                    <p class="help">"It stays to be found, and says so to everybody who comes here."</p>
                </form>
            </details>
            <details class="edit">
                <summary>"Take it back from the catalog"</summary>
                <form method="post" action=Publish::url()>
                    {hidden(asset, "withdraw")}
                    <p>{if asset.project.is_some() { "Only those who work with it will find it; who uses it now will not find its page any more." } else { "It is no longer said to be published. It is in no project, so whoever may see its domain finds it all the same." }}</p>
                    <button>"Take it back"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// Without an action, the button says it.
fn hidden(asset: &AssetView, action: &'static str) -> AnyView {
    let action = (!action.is_empty()).then(|| view! { <input r#type="hidden" name="action" value=action/> });
    view! {
        <input r#type="hidden" name="urn" value=asset.urn.to_string()/>
        <input r#type="hidden" name="revision" value=asset.revision.to_string()/>
        <input r#type="hidden" name="back" value=tab(&asset.urn, "listing")/>
        {action}
    }
    .into_any()
}

fn changelog_view(names: &Names, asset: &AssetView, changelog: Vec<ReleaseView>) -> AnyView {
    let all = asset.listing.as_ref().map_or(0, |listing| listing.releases.len());
    if all == 0 {
        return ().into_any();
    }
    let lines = changelog
        .into_iter()
        .map(|ReleaseView { release, by_name, differences, columns }| {
            view! {
                <li class="revision">
                    <p><strong>{release.version.to_string()}</strong> " " {by_name} ", " <Time at=release.at/></p>
                    {(!release.note.is_empty()).then(|| view! { <p class="reason">{release.note.clone()}</p> })}
                    {compatibility(&columns)}
                    {told(names, &differences)}
                </li>
            }
        })
        .collect_view();
    let older = all.saturating_sub(TOLD);
    view! {
        <section aria-labelledby="changelog">
            <h2 id="changelog">"What was new"</h2>
            <ol class="revisions">{lines}</ol>
            {(older > 0).then(|| view! { <p class="quiet">{older} " older versions are told of in the " <a href=tab(&asset.urn, "history")>"history"</a> "."</p> })}
        </section>
    }
    .into_any()
}
