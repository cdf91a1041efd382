//! Enforcement rules: all of them, one with what it would say now, and its form.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::checklist::Asked;
use loggia_catalog::rules::{RuleDraft, RuleLine, RuleView};
use loggia_catalog::{CatalogError, markdown};
use loggia_model::facts::{AssetType, RuleFacts};
use loggia_model::{Kind, Timestamp, Urn};

use super::access::access_href;
use super::error::sentence;
use super::forms::names;
use super::unit::urn_after;
use crate::encode::encode_path;
use crate::forms::server::Refused;
use crate::forms::{Act, EditRule};
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::links::{href, tab};
use crate::ui::loaded::loaded;
use crate::ui::time::{counted, grouped};
use crate::ui::title::Title;

/// As refused forms of a rule are called.
pub const RULE_FORM: &str = "rule";

pub fn index() -> impl IntoView {
    loaded(load_index)
}

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load_index(request: Request) -> Result<AnyView, CatalogError> {
    let rules = request.catalog.rules(&request.actor).await?;
    let may_make = request.names().await?.may_make(Kind::Rule);
    let list = if rules.is_empty() {
        view! { <p class="empty">"No rule that you may see yet. A rule says what an asset of a domain must have before it is published: a description, an owner, terms, fresh data. Whoever looks after a domain makes one."</p> }.into_any()
    } else {
        view! { <h2 class="hidden">"All of them"</h2><ul class="results compact">{rules.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    Ok(view! {
        <Title text="Rules · Loggia"/>
        <div class="title-row"><h1>"Rules"</h1>{may_make.then(|| view! { <a class="button" href="/new/rule">"New rule"</a> })}</div>
        <p class="lede">"What must be there before something is published."</p>
        {list}
    }
    .into_any())
}

fn line(line: RuleLine) -> AnyView {
    let everywhere = line.facts.unit.is_none() && line.facts.project.is_none();
    let nowhere = if everywhere { "Everywhere" } else { "A place that is gone, or that you may not see" };
    let place = line.project.or(line.unit).map(|place| place.name);
    let asked: Vec<String> = line.asked.iter().map(asked_for).collect();
    view! {
        <li class="result">
            <h3 class="result-name"><a href=href(&line.rule.urn)>{line.rule.name.clone()}</a> {state(&line.facts)}</h3>
            <p class="result-place"><span>{place.unwrap_or_else(|| nowhere.to_owned())}</span></p>
            <p class="summary">{asked.join(", ")}</p>
        </li>
    }
    .into_any()
}

/// Paused, or only a warning yet.
fn state(facts: &RuleFacts) -> AnyView {
    let paused =
        (facts.paused == Some(true)).then(|| view! { <span class="badge badge-warn">"Paused"</span> });
    let from = facts.enforced_from.filter(|from| *from > now());
    let from = from.map(|from| view! { <span class="badge">"Warns until " {from.date()}</span> });
    view! { {paused} {from} }.into_any()
}

fn now() -> Timestamp {
    Timestamp::from_system(std::time::SystemTime::now())
}

/// In the words of a sentence.
fn asked_for(asked: &Asked) -> String {
    match asked {
        Asked::Owner => "an owner of its own".to_owned(),
        Asked::Description(least) => format!("a description of {least} characters"),
        Asked::Columns(percent) => format!("{percent} in a hundred columns described"),
        Asked::Terms(least, None) => counted(u64::from(*least), "glossary term", "glossary terms"),
        Asked::Terms(least, Some(_)) => {
            format!("{} of one glossary", counted(u64::from(*least), "term", "terms"))
        }
        Asked::Form(_) => "everything that one metadata form requires".to_owned(),
        Asked::Fresh(days) => format!("data of the last {}", counted(u64::from(*days), "day", "days")),
        Asked::Checks => "no check that failed".to_owned(),
        Asked::Contract => "an enforced contract".to_owned(),
    }
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/rules/", Kind::Rule)?;
    let rule = request.catalog.rule(&request.actor, &urn).await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let description = rule.facts.description.as_deref().map(markdown::safe_html);
    let asked =
        rule.asked.iter().map(|asked| view! { <li>{sentence(&asked_for(asked))}</li> }).collect_view();
    let place = match (&rule.unit, &rule.project) {
        (_, Some(project)) => {
            view! { " of the project " <a href=href(&project.urn)>{project.name.clone()}</a> }.into_any()
        }
        (Some(unit), None) => {
            view! { " of " <a href=href(&unit.urn)>{unit.name.clone()}</a> " and what is below it" }
                .into_any()
        }
        (None, None) if rule.facts.unit.is_none() && rule.facts.project.is_none() => " everywhere".into_any(),
        (None, None) => " of a place that is gone, or that you may not see".into_any(),
    };
    let what = match rule.facts.asset_type {
        Some(kind) => format!("Assets of the type {}", kind.title().to_lowercase()),
        None => "Assets".to_owned(),
    };
    let glossary = glossary(&rule);
    let metadata_form = metadata_form(&rule);
    let failing = failing(&rule);
    let history = format!("/history/{}", encode_path(urn.as_str()));
    let is_paused = rule.facts.paused == Some(true);
    let actions = rule.may_change.then(|| {
        let (action, title) = if is_paused { ("use-again", "Use it again") } else { ("pause", "Pause") };
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
        <Title text=format!("{} · Loggia", rule.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/rules">"Rules"</a></li></ol></nav>
        <div class="title-row"><h1>{rule.name.clone()} {state(&rule.facts)}</h1><span class="kind">"Rule"</span></div>
        {told}
        {description.map(|html| view! { <div class="prose" inner_html=html></div> })}
        <div class="prose"><p>{what} {place} " must have, before they are published:"</p><ul>{asked}</ul></div>
        {glossary}
        {metadata_form}
        {failing}
        <div class="actions">{actions} <a href=history>"History"</a> " " <a href=access_href(&urn)>"Access"</a></div>
    }
    .into_any())
}

fn glossary(rule: &RuleView) -> AnyView {
    match (&rule.glossary, &rule.facts.glossary) {
        (Some(glossary), _) => view! { <p>"The terms must be of " <a href=href(&glossary.urn)>{glossary.name.clone()}</a> "."</p> }.into_any(),
        (None, Some(_)) => view! { <p class="note note-poor">"The terms must be of a glossary that is gone, or that you may not see. If it is gone, the rule asks for none until somebody names another."</p> }.into_any(),
        (None, None) => ().into_any(),
    }
}

fn metadata_form(rule: &RuleView) -> AnyView {
    match (&rule.form, &rule.facts.form) {
        (Some(form), _) => view! { <p>"The metadata form is " <a href=href(&form.urn)>{form.name.clone()}</a> "."</p> }.into_any(),
        (None, Some(_)) => view! { <p class="note note-poor">"The metadata form is gone, or you may not see it. If it is gone, the rule asks for none until somebody names another."</p> }.into_any(),
        (None, None) => ().into_any(),
    }
}

/// What it would say of what is published.
fn failing(rule: &RuleView) -> AnyView {
    let failing = &rule.failing;
    let is_asked =
        rule.facts.paused != Some(true) && rule.facts.enforced_from.is_none_or(|from| from <= now());
    let means = match is_asked {
        true => "They stay published, and cannot be published again before they have it.",
        false => {
            "They stay published. While it is paused or only warns, it keeps nothing from being published."
        }
    };
    let looked_at = counted(failing.looked_at, "published listing", "published listings");
    let part = failing.is_part.then(|| view! { <p class="quiet">"There are more than were looked at."</p> });
    if failing.count == 0 {
        return view! { <p class="note">"All of " {looked_at} " that it speaks of have this."</p> {part} }
            .into_any();
    }
    let lines = failing
        .named
        .iter()
        .map(|card| view! { <li><a href=tab(&card.urn, "listing")>{card.name.clone()}</a></li> })
        .collect_view();
    let more = failing.count.saturating_sub(failing.named.len() as u64);
    view! {
        <section aria-labelledby="failing">
            <h2 id="failing">{grouped(failing.count)} " of " {looked_at} " lack something of it"</h2>
            <p class="quiet">{means}</p>
            <ul class="plain">{lines}</ul>
            {(more > 0).then(|| view! { <p class="quiet">"… and " {grouped(more)} " more"</p> })}
            {part}
        </section>
    }
    .into_any()
}

/// The form of a rule, new or known.
pub async fn form(request: &Request, urn: Option<Urn>) -> Result<AnyView, CatalogError> {
    let (mut draft, revision) = match &urn {
        Some(urn) => request.catalog.rule_draft(&request.actor, urn).await?,
        None => {
            (RuleDraft { description_length: "40".into(), owner: "yes".into(), ..RuleDraft::default() }, 0)
        }
    };
    if let Some(unit) = request.param("unit").filter(|_| urn.is_none()) {
        draft.unit = unit;
    }
    let heading = if urn.is_some() { format!("Edit {}", draft.name) } else { "New rule".to_owned() };
    let refused = Refused::take_of(request, RULE_FORM).await.unwrap_or_default();
    let known = request.names().await?;
    let line = |name: &'static str, label: &'static str, help: &'static str, kept: &str, kind: Input| {
        let value = refused.value(name).unwrap_or(kept).to_owned();
        field(&known, name, label, help, value, refused.error(name).map(sentence), kind)
    };
    let confirm = refused.error("confirmed").map(|told| {
        view! {
            <div class="note note-poor" role="alert">
                <p>{sentence(told)}</p>
                <label><input r#type="checkbox" name="confirmed" value="yes"/> " Save it all the same"</label>
            </div>
        }
    });
    let told = (!refused.message.is_empty() && confirm.is_none()).then(|| {
        let wrong = refused.errors.iter().map(|error| view! { <li><a href=format!("#field-{}", error.field)>{sentence(&error.message)}</a></li> }).collect_view();
        view! { <div class="note note-poor" role="alert" tabindex="-1"><p>{refused.message.clone()}</p><ul>{wrong}</ul></div> }
    });
    let based_on = if revision > 0 { revision.to_string() } else { String::new() };
    let cancel = urn.as_ref().map_or_else(|| "/rules".to_owned(), href);
    Ok(view! {
        <Title text=format!("{heading} · Loggia")/>
        <h1>{heading}</h1>
        <form class="entity-form" method="post" action=EditRule::url()>
            <input r#type="hidden" name="urn" value=urn.map(|urn| urn.to_string()).unwrap_or_default()/>
            <input r#type="hidden" name="revision" value=based_on/>
            <input r#type="hidden" name="back" value=request.here()/>
            {told}
            {line("name", "Name", "As those read it who are asked for something by it.", &draft.name, Input::Line)}
            {line("description", "Why (Markdown)", "What goes wrong without it.", &draft.description, Input::Text)}
            <fieldset>
                <legend>"Which assets it is for"</legend>
                {line("unit", "Domain unit", "With all units below it; empty for everything.", &draft.unit, Input::One(Kind::DomainUnit))}
                {line("project", "Project", "Only what is in that project; empty for all.", &draft.project, Input::One(Kind::Project))}
                {line("asset_type", "Type", "Only assets of that type.", &draft.asset_type, Input::Choice(types()))}
            </fieldset>
            <fieldset>
                <legend>"What they must have"</legend>
                {line("description_length", "Characters of the description", "At least so many; empty for none.", &draft.description_length, Input::Number)}
                {line("owner", "An owner of its own", "Somebody who is named on the asset itself.", &draft.owner, Input::Choice(no_or_yes()))}
                {line("terms", "Glossary terms", "At least so many; empty for none.", &draft.terms, Input::Number)}
                {line("glossary", "Of the glossary", "The terms must be of that one; empty for any.", &draft.glossary, Input::One(Kind::Glossary))}
                {line("form", "Metadata form", "Everything that it requires of an asset is filled in; empty for none.", &draft.form, Input::One(Kind::MetadataForm))}
                {line("described_columns", "Columns described, in a hundred", "At least so many; empty for none.", &draft.described_columns, Input::Number)}
                {line("fresh_days", "Days that the data may be old", "Empty where that does not matter.", &draft.fresh_days, Input::Number)}
                {line("contract", "A contract", "Whatever makes it keeps to its columns and types, as its source tells: a dbt model whose contract is enforced.", &draft.contract, Input::Choice(no_or_yes()))}
                {line("checks_pass", "No check that failed", "As the last run of each says.", &draft.checks_pass, Input::Choice(no_or_yes()))}
            </fieldset>
            <fieldset>
                <legend>"When"</legend>
                {line("enforced_from", "Only a warning until", "From that day on, what lacks something cannot be published. Empty: from now on.", &draft.enforced_from, Input::Day)}
                {line("status", "Status", "", &draft.status, Input::Choice(vec![("active".into(), "Active".into()), ("paused".into(), "Paused".into())]))}
            </fieldset>
            {confirm}
            <p class="actions"><button>"Save"</button> <a href=cancel>"Leave without saving"</a></p>
        </form>
    }
    .into_any())
}

enum Input {
    Line,
    Text,
    Number,
    Day,
    One(Kind),
    Choice(Vec<(String, String)>),
}

fn no_or_yes() -> Vec<(String, String)> {
    vec![(String::new(), "Not asked for".to_owned()), ("yes".to_owned(), "Asked for".to_owned())]
}

fn types() -> Vec<(String, String)> {
    let all = (String::new(), "All".to_owned());
    let each = AssetType::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.title().to_owned()));
    std::iter::once(all).chain(each).collect()
}

fn field(
    known: &loggia_catalog::Names,
    name: &'static str,
    label: &'static str,
    help: &'static str,
    value: String,
    wrong: Option<String>,
    kind: Input,
) -> AnyView {
    let id = format!("field-{name}");
    let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
    let describes = if wrong.is_some() { format!("{wrong_id} {help_id}") } else { help_id.clone() };
    let invalid = wrong.is_some().then_some("true");
    let control = match kind {
        Input::Line => view! { <input id=id.clone() name=name value=value aria-describedby=describes aria-invalid=invalid autocomplete="off"/> }.into_any(),
        Input::Text => view! { <textarea id=id.clone() name=name rows="4" aria-describedby=describes aria-invalid=invalid inner_html=escaped(&value)></textarea> }.into_any(),
        Input::Number => view! { <input id=id.clone() name=name r#type="number" min="0" value=value aria-describedby=describes aria-invalid=invalid/> }.into_any(),
        Input::Day => view! { <input id=id.clone() name=name r#type="date" value=value aria-describedby=describes aria-invalid=invalid/> }.into_any(),
        Input::One(kind) => {
            let list = format!("{id}-names");
            let offered = names(known, kind, list.clone());
            view! { <input id=id.clone() name=name value=value list=list aria-describedby=describes aria-invalid=invalid autocomplete="off"/> {offered} }.into_any()
        }
        Input::Choice(words) => {
            let options = words.into_iter().map(|(word, title)| view! { <option selected=word == value value=word>{title}</option> }).collect_view();
            view! { <select id=id.clone() name=name aria-describedby=describes aria-invalid=invalid>{options}</select> }.into_any()
        }
    };
    view! {
        <div class="field">
            <label r#for=id>{label}</label>
            {control}
            {wrong.map(|wrong| view! { <p class="wrong" id=wrong_id>{wrong}</p> })}
            <p class="help" id=help_id>{help}</p>
        </div>
    }
    .into_any()
}
