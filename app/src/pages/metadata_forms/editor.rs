//! The form of a metadata form: what it is for, and a row for each field.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_model::facts::{FieldType, FormTarget};
use loggia_model::{Kind, Urn};

use crate::forms::metadata::server::{Kept, METADATA_FORM};
use crate::forms::server::Refused;
use crate::forms::{EditMetadataForm, FieldRow};
use crate::pages::error::sentence;
use crate::pages::forms::names;
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::links::href;
use crate::ui::title::Title;

/// Rows without a field that a page offers; whoever needs more saves, and comes again.
const BLANK: usize = 3;

/// New or known.
pub async fn form(request: &Request, urn: Option<Urn>) -> Result<AnyView, CatalogError> {
    let (mut draft, revision) = match &urn {
        Some(urn) => known(request, urn).await?,
        None => (new(request), 0),
    };
    let heading = if urn.is_some() { format!("Edit {}", draft.name) } else { "New metadata form".to_owned() };
    let refused = Refused::take_of(request, METADATA_FORM).await.unwrap_or_default();
    if let Some(kept) = refused.value(METADATA_FORM).and_then(|kept| serde_json::from_str(kept).ok()) {
        draft = kept;
    }
    let names_known = request.names().await?;
    let confirm = refused.error("confirmed").map(|told| {
        view! {
            <div class="note note-poor" role="alert">
                <p>{sentence(told)}</p>
                <label><input r#type="checkbox" name="confirmed" value="yes"/> " Save it all the same"</label>
            </div>
        }
    });
    let told = (!refused.message.is_empty() && confirm.is_none()).then(|| {
        let wrong = refused.errors.iter().map(|error| view! { <li><a href=format!("#{}", id_of(&error.field))>{sentence(&error.message)}</a></li> });
        view! { <div class="note note-poor" role="alert" tabindex="-1"><p>{refused.message.clone()}</p><ul>{wrong.collect_view()}</ul></div> }
    });
    let wrong = |name: &str| {
        let told = refused.error(name).map(sentence);
        told.map(|told| view! { <p class="wrong" id=format!("{}-wrong", id_of(name))>{told}</p> })
    };
    let on = FormTarget::ALL.iter().zip(&draft.on).map(|(target, is)| {
        view! { <label><input r#type="checkbox" name=format!("on_{}", target.as_str()) value="yes" checked=is == "yes"/> " " {target.title()}</label> " " }
    });
    let on = on.collect_view();
    let filled = draft.fields.iter().filter(|row| !row.is_blank());
    let filled: Vec<FieldRow> = filled.cloned().collect();
    let places = filled.len();
    let rows = filled.into_iter().chain(std::iter::repeat_with(FieldRow::default).take(BLANK));
    let rows: Vec<AnyView> = rows.enumerate().map(|(at, field)| row(at, places, field, &refused)).collect();
    let based_on = if revision > 0 { revision.to_string() } else { String::new() };
    let cancel = urn.as_ref().map_or_else(|| "/metadata-forms".to_owned(), href);
    let statuses = [("active", "Active"), ("paused", "Paused: nobody is asked to fill it in")];
    let statuses = statuses
        .map(|(word, title)| view! { <option value=word selected=word == draft.status>{title}</option> });
    Ok(view! {
        <Title text=format!("{heading} · Loggia")/>
        <h1>{heading}</h1>
        <form class="entity-form" method="post" action=EditMetadataForm::url()>
            <input r#type="hidden" name="urn" value=urn.map(|urn| urn.to_string()).unwrap_or_default()/>
            <input r#type="hidden" name="revision" value=based_on/>
            <input r#type="hidden" name="back" value=request.here()/>
            {told}
            <div class="field">
                <label r#for="field-name">"Name"</label>
                <input id="field-name" name="name" value=draft.name.clone() aria-invalid=refused.error("name").map(|_| "true") autocomplete="off"/>
                {wrong("name")}
                <p class="help">"As it stands above its fields, such as Retention or Data protection."</p>
            </div>
            <div class="field">
                <label r#for="field-description">"What it is for (Markdown)"</label>
                <textarea id="field-description" name="description" rows="3" inner_html=escaped(&draft.description)></textarea>
                {wrong("description")}
                <p class="help">"It is read by whoever fills it in."</p>
            </div>
            <fieldset id="field-on">
                <legend>"What it asks about"</legend>
                {on}
                {wrong("on")}
            </fieldset>
            <div class="field">
                <label r#for="field-unit">"Domain unit"</label>
                <input id="field-unit" name="unit" value=draft.unit.clone() list="unit-names" autocomplete="off"/>
                {names(&names_known, Kind::DomainUnit, "unit-names".to_owned())}
                {wrong("unit")}
                <p class="help">"With all units below it; empty for everything."</p>
            </div>
            <section id="field-fields" aria-labelledby="fields-title">
                <h2 id="fields-title">"Fields"</h2>
                {wrong("fields")}
                {rows}
            </section>
            <div class="field">
                <label r#for="field-status">"Status"</label>
                <select id="field-status" name="status">{statuses.to_vec()}</select>
            </div>
            {confirm}
            <p class="actions"><button>"Save"</button> <a href=cancel>"Leave without saving"</a></p>
        </form>
    }
    .into_any())
}

async fn known(request: &Request, urn: &Urn) -> Result<(Kept, u64), CatalogError> {
    let (draft, revision) = request.catalog.metadata_form_draft(&request.actor, urn).await?;
    let yes = |target: &FormTarget| {
        let is = draft.on.iter().any(|on| on == target.as_str());
        if is { "yes".to_owned() } else { String::new() }
    };
    let kept = Kept {
        on: [FormTarget::Asset, FormTarget::Column, FormTarget::Project].map(|target| yes(&target)),
        name: draft.name,
        description: draft.description,
        unit: draft.unit,
        fields: draft.fields.into_iter().map(FieldRow::from).collect(),
        status: draft.status,
        confirmed: String::new(),
    };
    Ok((kept, revision))
}

fn new(request: &Request) -> Kept {
    let unit = request.param("unit").unwrap_or_default();
    Kept { unit, on: ["yes".to_owned(), String::new(), String::new()], ..Kept::default() }
}

/// The field of a form by the name that an error has: `fields.0.label`.
fn id_of(name: &str) -> String {
    format!("field-{}", name.replace('.', "-"))
}

/// One field; those that are known stand open, and of the others the first.
fn row(at: usize, known: usize, field: FieldRow, refused: &Refused) -> AnyView {
    let is_known = at < known;
    let title = if is_known { field.label.clone() } else { "Another field".to_owned() };
    let place = (at + 1).to_string();
    let input = |part: &'static str, label: &'static str, help: &'static str, value: &str| {
        let name = format!("fields.{at}.{part}");
        let (id, error) = (id_of(&name), refused.error(&name).map(sentence));
        let invalid = error.is_some().then_some("true");
        let posted = format!("fields[{at}][{part}]");
        let control = match part {
            "choices" => view! { <textarea id=id.clone() name=posted rows="3" aria-invalid=invalid inner_html=escaped(value)></textarea> }.into_any(),
            "type" => {
                let kinds = FieldType::ALL.iter().map(|kind| view! { <option value=kind.as_str() selected=kind.as_str() == value>{kind.title()}</option> });
                view! { <select id=id.clone() name=posted aria-invalid=invalid>{kinds.collect_view()}</select> }.into_any()
            }
            "place" => view! { <input id=id.clone() name=posted r#type="number" min="1" value=value.to_owned()/> }.into_any(),
            _ => view! { <input id=id.clone() name=posted value=value.to_owned() aria-invalid=invalid autocomplete="off"/> }.into_any(),
        };
        view! {
            <div class=format!("field field-{part}")>
                <label r#for=id.clone()>{label}</label>
                {control}
                {error.map(|error| view! { <p class="wrong" id=format!("{id}-wrong")>{error}</p> })}
                {(!help.is_empty()).then(|| view! { <p class="help">{help}</p> })}
            </div>
        }
    };
    let check = |part: &'static str, label: &'static str, value: &str| {
        view! { <label><input r#type="checkbox" name=format!("fields[{at}][{part}]") value="yes" checked=value == "yes"/> " " {label}</label> " " }
    };
    view! {
        <details class="field-row" open=is_known || at == known>
            <summary>{title}</summary>
            <input r#type="hidden" name=format!("fields[{at}][key]") value=field.key.clone()/>
            {input("label", "What is asked", "", &field.label)}
            {input("type", "Type", "", &field.field_type)}
            {input("choices", "Choices", "Of a choice: one a line.", &field.choices)}
            {input("help", "Help", "One sentence for whoever fills it in.", &field.help)}
            {input("default", "Beforehand", "What stands there before anybody has said anything; typed as it will be there.", &field.default)}
            {input("place", "Place", "", &place)}
            <p>{check("required", "Required", &field.required)} {is_known.then(|| check("removed", "Take this field away", &field.removed))}</p>
        </details>
    }
    .into_any()
}
