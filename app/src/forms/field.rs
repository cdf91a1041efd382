//! What the server functions about one field do: save it, show how it would look, keep it unsaved.

use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::edit::Edit;
use loggia_model::Seq;

use super::Outcome;
use super::server::{Refused, finish, parse_urn, request, revision, show_again};
use crate::request::Request;

pub struct FieldForm {
    pub urn: String,
    pub column: String,
    pub field: String,
    pub value: String,
    pub revision: String,
    /// `yes`: it is only to be shown.
    pub preview: String,
    /// `yes`: what was kept of it unsaved is not wanted.
    pub forget: String,
    pub back: String,
}

pub async fn edit_field(form: FieldForm) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let name = if form.column.is_empty() {
        form.field.clone()
    } else {
        format!("column:{}:{}", form.column, form.field)
    };
    let values = vec![("value".to_owned(), form.value.clone())];
    let back = form.back.clone();
    if form.forget == "yes" {
        let result =
            forget(&request, &form).await.map(|()| (request.actor.seen, String::new(), String::new()));
        return finish(&request, result, &back, Refused { form: name, ..Refused::default() }).await;
    }
    if form.preview == "yes" {
        let values = {
            let more = [("preview", "yes"), ("revision", form.revision.as_str())];
            let more = more.map(|(name, value)| (name.to_owned(), value.to_owned()));
            values.into_iter().chain(more).collect()
        };
        return show_again(&request, Refused { form: name, values, ..Refused::default() }, &back).await;
    }
    let result = save_field(&request, form).await.map(|seq| (seq, "Saved.".to_owned(), String::new()));
    finish(&request, result, &back, Refused { form: name, values, ..Refused::default() }).await
}

async fn forget(request: &Request, form: &FieldForm) -> Result<(), CatalogError> {
    let edit = Edit::of(&form.column, &form.field, String::new())?;
    let urn = parse_urn(&form.urn)?;
    request.catalog.forget_unsaved(&request.actor, &urn, &edit.place().join("/")).await
}

async fn save_field(request: &Request, form: FieldForm) -> Result<Seq, CatalogError> {
    let urn = parse_urn(&form.urn)?;
    let revision = revision(&form.revision)?;
    let edit = Edit::of(&form.column, &form.field, form.value)?;
    request.catalog.edit(&request.actor, &urn, edit, revision).await
}

/// Keeps what somebody types, before they save it.
pub async fn keep_unsaved(
    urn: &str,
    column: &str,
    field: &str,
    value: String,
    based_on: &str,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let kept = unsaved(&request, urn, column, field, value, based_on).await;
    Ok(Outcome { saved: kept.is_ok(), ..Outcome::default() })
}

async fn unsaved(
    request: &Request,
    urn: &str,
    column: &str,
    field: &str,
    value: String,
    based_on: &str,
) -> Result<(), CatalogError> {
    let urn = parse_urn(urn)?;
    let edit = Edit::of(column, field, value.clone())?;
    request.catalog.keep_unsaved(&request.actor, &urn, &edit, &value, revision(based_on)?).await
}
