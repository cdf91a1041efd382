//! Who stands for an asset, how far, and why.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::Action;
use loggia_catalog::assets::AssetView;
use loggia_catalog::certification::CertificationView;
use loggia_model::facts::{CertificationLevel, Standing};

use crate::forms::Certify;
use crate::forms::server::Refused;
use crate::pages::error::sentence;
use crate::ui::cards::certified_as;
use crate::ui::compatibility::compatibility;
use crate::ui::links::tab;
use crate::ui::time::Time;

/// As a refused form of it is called.
pub const FORM: &str = "certify";

/// In the row of what trust hangs on.
pub fn in_short(asset: &AssetView, view: Option<&CertificationView>) -> Option<AnyView> {
    let view = view?;
    let level = view.certification.level;
    let by = view.by_name.clone();
    let link = tab(&asset.urn, "listing");
    let said = match view.standing {
        Standing::Holds | Standing::Ending => certified_as(level),
        Standing::Expired | Standing::Broken => {
            view! { <span class="badge band-fair">"Lapsed: " {level.title()}</span> }.into_any()
        }
    };
    Some(view! { <div><dt>"Certified by"</dt><dd><a href=link>{by}</a> " " {said}</dd></div> }.into_any())
}

/// What it says, and for whoever may, the form to give it or to take it back.
pub fn section(asset: &AssetView, view: Option<CertificationView>, refused: &Refused) -> Option<AnyView> {
    let may = asset.as_of.is_none() && asset.may(Action::Curate);
    if view.is_none() && !may {
        return None;
    }
    let is_there = view.is_some();
    let told = view.map(told);
    let form = may.then(|| form(asset, is_there, refused));
    Some(
        view! {
            <section aria-labelledby="certification">
                <h2 id="certification">"Certification"</h2>
                {told}
                {(!is_there).then(|| view! { <p class="empty">"Nobody stands for it yet. A certification tells everybody how far they can rest on it, and why."</p> })}
                {form}
            </section>
        }
        .into_any(),
    )
}

fn told(view: CertificationView) -> AnyView {
    let CertificationView { certification, by_name, standing, broken } = view;
    let until = certification.until.map(|until| format!(" It holds until {}.", until.date()));
    let lapsed = match standing {
        Standing::Holds => None,
        Standing::Ending => Some("It ends soon: look again, and certify it anew."),
        Standing::Expired => Some("Its time is over: it holds no more."),
        Standing::Broken => Some("The columns that it was given for break readers now: it holds no more."),
    };
    let class = if standing.holds() { "note note-fair" } else { "note note-poor" };
    let lapsed = lapsed.map(|words| view! { <p class=class>{words}</p> });
    view! {
        <p>{certified_as(certification.level)} " by " {by_name} ", " <Time at=certification.at/> "." {until}</p>
        <p class="reason">{certification.reason}</p>
        {lapsed}
        {compatibility(&broken)}
    }
    .into_any()
}

fn form(asset: &AssetView, is_there: bool, refused: &Refused) -> AnyView {
    let wrong = |field: &str| refused.error(field).map(sentence);
    let (wrong_level, wrong_reason, wrong_until) = (wrong("level"), wrong("reason"), wrong("until"));
    let is_open = !refused.message.is_empty();
    let told =
        is_open.then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    let value = |name: &str| refused.value(name).unwrap_or_default().to_owned();
    let chosen = value("level");
    let levels = CertificationLevel::ALL
        .iter()
        .map(|level| view! { <option value=level.as_str() selected=chosen == level.as_str()>{level.title()}</option> })
        .collect_view();
    let invalid = |wrong: &Option<String>| wrong.is_some().then_some("true");
    let (bad_level, bad_reason, bad_until) =
        (invalid(&wrong_level), invalid(&wrong_reason), invalid(&wrong_until));
    let summary = if is_there { "Certify it anew" } else { "Certify it" };
    let end = is_there.then(|| {
        view! { <form method="post" action=Certify::url() class="inline">{hidden(asset, "end")}<button class="secondary">"Take the certification back"</button></form> }
    });
    view! {
        <details class="edit" open=is_open>
            <summary>{summary}</summary>
            {told}
            <form method="post" action=Certify::url()>
                {hidden(asset, "certify")}
                <label r#for="level">"Level"</label>
                <p class="wrong" id="level-wrong">{wrong_level}</p>
                <select id="level" name="level" aria-describedby="level-wrong level-help" aria-invalid=bad_level>{levels}</select>
                <p class="help" id="level-help">"Bronze is good enough to work with; gold is what reports to others may rest on."</p>
                <label r#for="reason">"Why"</label>
                <p class="wrong" id="reason-wrong">{wrong_reason}</p>
                <textarea id="reason" name="reason" rows="3" required aria-describedby="reason-wrong reason-help" aria-invalid=bad_reason>{value("reason")}</textarea>
                <p class="help" id="reason-help">"What was looked at, and found."</p>
                <label r#for="until">"Until"</label>
                <p class="wrong" id="until-wrong">{wrong_until}</p>
                <input id="until" name="until" r#type="date" value=value("until") aria-describedby="until-wrong until-help" aria-invalid=bad_until/>
                <p class="help" id="until-help">"It may stay empty: then it holds for as long as no change of columns breaks readers."</p>
                <p class="actions"><button>"Certify it"</button></p>
            </form>
        </details>
        {end}
    }
    .into_any()
}

fn hidden(asset: &AssetView, action: &'static str) -> AnyView {
    view! {
        <input r#type="hidden" name="urn" value=asset.urn.to_string()/>
        <input r#type="hidden" name="revision" value=asset.revision.to_string()/>
        <input r#type="hidden" name="back" value=tab(&asset.urn, "listing")/>
        <input r#type="hidden" name="action" value=action/>
    }
    .into_any()
}
