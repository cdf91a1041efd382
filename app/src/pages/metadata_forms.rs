//! Metadata forms: all of them, and one with what it asks for.

mod editor;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::metadata_forms::{FormLine, FormView};
use loggia_catalog::{CatalogError, markdown};
use loggia_model::Kind;
use loggia_model::facts::{FormTarget, MetadataFormFacts};

pub use self::editor::form;
use super::access::access_href;
use super::unit::urn_after;
use crate::encode::encode_path;
use crate::forms::Act;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::filled::shown;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::time::counted;
use crate::ui::title::Title;

pub fn index() -> impl IntoView {
    loaded(load_index)
}

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load_index(request: Request) -> Result<AnyView, CatalogError> {
    let forms = request.catalog.metadata_forms(&request.actor).await?;
    let may_make = request.names().await?.may_make(Kind::MetadataForm);
    let list = if forms.is_empty() {
        view! { <p class="empty">"No metadata form that you may see yet. A form asks the same questions of every asset, column or project of a domain: how sensitive it is, how long it is kept, what it costs. Whoever looks after a domain makes one."</p> }.into_any()
    } else {
        view! { <h2 class="hidden">"All of them"</h2><ul class="results compact">{forms.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    Ok(view! {
        <Title text="Metadata forms · Loggia"/>
        <div class="title-row"><h1>"Metadata forms"</h1>{may_make.then(|| view! { <a class="button" href="/new/metadata-form">"New metadata form"</a> })}</div>
        <p class="lede">"What is asked about assets, columns and projects, field by field."</p>
        {list}
    }
    .into_any())
}

fn line(line: FormLine) -> AnyView {
    let fields: Vec<String> = line.facts.fields().map(|(_, field)| field.label.clone()).collect();
    let place = line.unit.map_or_else(|| "Everywhere".to_owned(), |unit| unit.name);
    view! {
        <li class="result">
            <h3 class="result-name"><a href=href(&line.form.urn)>{line.form.name.clone()}</a> {paused(&line.facts)}</h3>
            <p class="result-place"><span>{place}</span><span>{targets(&line.facts)}</span></p>
            <p class="summary">{fields.join(", ")}</p>
        </li>
    }
    .into_any()
}

fn paused(facts: &MetadataFormFacts) -> AnyView {
    facts.is_paused().then(|| view! { <span class="badge badge-warn">"Paused"</span> }).into_any()
}

/// `Assets, columns`.
fn targets(facts: &MetadataFormFacts) -> String {
    let on = FormTarget::ALL.iter().filter(|target| facts.is_for(**target));
    let on: Vec<String> = on.map(|target| target.title().to_lowercase()).collect();
    super::error::capital(&on.join(", "))
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/metadata-forms/", Kind::MetadataForm)?;
    let form = request.catalog.metadata_form(&request.actor, &urn).await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let description = form.facts.description.as_deref().map(markdown::safe_html);
    let place = match &form.unit {
        Some(unit) => {
            view! { " of " <a href=href(&unit.urn)>{unit.name.clone()}</a> " and what is below it" }
                .into_any()
        }
        None if form.facts.unit.is_none() => " everywhere".into_any(),
        None => " of a unit that you may not see".into_any(),
    };
    let is_paused = form.facts.is_paused();
    let edit = format!("/edit/{}", encode_path(urn.as_str()));
    let actions = form.may_change.then(|| {
        let (action, title) = if is_paused { ("use-again", "Use it again") } else { ("pause", "Pause") };
        view! {
            <a class="button" href=edit>"Edit"</a> " "
            <form method="post" action=Act::url() class="inline">
                <input r#type="hidden" name="urn" value=urn.to_string()/>
                <input r#type="hidden" name="action" value=action/>
                <input r#type="hidden" name="back" value=href(&urn)/>
                <button>{title}</button>
            </form> " "
        }
    });
    let schema = format!("/metadata-form-schemas/{}", encode_path(urn.rest()));
    let history = format!("/history/{}", encode_path(urn.as_str()));
    Ok(view! {
        <Title text=format!("{} · Loggia", form.name)/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/metadata-forms">"Metadata forms"</a></li></ol></nav>
        <div class="title-row"><h1>{form.name.clone()} {paused(&form.facts)}</h1><span class="kind">"Metadata form"</span></div>
        {told}
        {description.map(|html| view! { <div class="prose" inner_html=html></div> })}
        <p>{targets(&form.facts)} {place} " are asked for this."</p>
        {fields(&form)}
        {use_of(&form)}
        <div class="actions">{actions} <a href=schema>"JSON Schema"</a> " " <a href=history>"History"</a> " " <a href=access_href(&urn)>"Access"</a></div>
        <p class="quiet revision">"Revision " {form.revision} ": each change is kept, and can be taken back in the history."</p>
    }
    .into_any())
}

fn fields(form: &FormView) -> AnyView {
    let rows = form.facts.fields().zip(&form.defaults).map(|((key, field), default)| {
        let required = field.required.then(|| view! { <span class="badge badge-quiet">"Required"</span> });
        let choices = (!field.choices.is_empty())
            .then(|| view! { <span class="quiet">{field.choices.join(", ")}</span> });
        view! {
            <tr>
                <th scope="row">{field.label.clone()} " " {required} <br/><code>{key.to_string()}</code></th>
                <td>{field.field_type.title()} " " {choices}</td>
                <td>{field.help.clone()}</td>
                <td>{default.as_ref().map(shown)}</td>
            </tr>
        }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Fields">
            <table class="columns">
                <thead><tr><th scope="col">"Field"</th><th scope="col">"Type"</th><th scope="col">"Help"</th><th scope="col">"Beforehand"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Who has filled it in, and what asks for it.
fn use_of(form: &FormView) -> AnyView {
    let filled = match form.filled {
        0 => "Nobody has filled it in yet. It is on the page of whatever it asks about.".to_owned(),
        some => format!("Filled in for {}.", counted(some, "thing", "things")),
    };
    let rules =
        form.rules.iter().map(|rule| view! { <li><a href=href(&rule.urn)>{rule.name.clone()}</a></li> });
    let rules = if form.rules.is_empty() {
        view! { <p class="quiet">"No rule asks for it: whatever it lacks can be published all the same."</p> }
            .into_any()
    } else {
        view! { <p>"Before something is published, it is asked for by"</p><ul class="plain">{rules.collect_view()}</ul> }.into_any()
    };
    view! { <section aria-labelledby="use"><h2 id="use">"Use"</h2><p>{filled}</p>{rules}</section> }
        .into_any()
}
