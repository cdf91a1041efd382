//! What the server functions about listings and rules do.

use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::publishing::Fate;
use loggia_catalog::rules::RuleDraft;
use loggia_model::{Kind, Seq, Urn};

use super::Outcome;
use super::server::{Refused, finish, parse_urn, request, revision};
use crate::pages::asset::PUBLISH_FORM;
use crate::pages::publish::{STOP_FORM, run_href};
use crate::pages::rules::RULE_FORM;
use crate::pages::search::asked;
use crate::request::{Request, pairs};
use crate::ui::links::href;

pub struct PublishForm {
    pub urn: String,
    pub action: String,
    pub note: String,
    pub successor: String,
    pub ends_on: String,
    pub revision: String,
    pub back: String,
}

pub async fn publish(form: PublishForm) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let values = [("note", &form.note), ("successor", &form.successor), ("ends_on", &form.ends_on)];
    let values = values.map(|(name, value)| (name.to_owned(), value.clone())).to_vec();
    let result = save(&request, &form).await;
    let refused = Refused { form: PUBLISH_FORM.into(), values, ..Refused::default() };
    finish(&request, result, &form.back, refused).await
}

async fn save(request: &Request, form: &PublishForm) -> Result<(Seq, String, String), CatalogError> {
    let (catalog, actor) = (&request.catalog, &request.actor);
    let urn = parse_urn(&form.urn)?;
    let successor = form.successor.clone();
    let (fate, told) = match form.action.as_str() {
        "publish" => {
            let seq = catalog.publish(actor, &urn, &form.note, revision(&form.revision)?).await?;
            return Ok((seq, "Published.".to_owned(), String::new()));
        }
        "deprecate" => (Fate::Deprecated { successor, ends_on: form.ends_on.clone() }, "Deprecated."),
        "retire" => (Fate::Retired { successor }, "Retired."),
        "keep" => (Fate::Published, "Kept."),
        "withdraw" => (Fate::Withdrawn, "Taken back."),
        other => {
            return Err(CatalogError::invalid("action", format!("'{other}' cannot be done with a listing")));
        }
    };
    let seq = catalog.decide_listing(actor, &urn, fate, revision(&form.revision)?).await?;
    Ok((seq, told.to_owned(), String::new()))
}

pub async fn publish_all(
    query: &str,
    project: &str,
    note: &str,
    back: &str,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = begin(&request, query, project, note).await;
    let result = result.map(|ticket| (request.actor.seen, "Begun.".to_owned(), run_href(&ticket)));
    let values = vec![("note".to_owned(), note.to_owned())];
    finish(&request, result, back, Refused { form: PUBLISH_FORM.into(), values, ..Refused::default() }).await
}

async fn begin(request: &Request, query: &str, project: &str, note: &str) -> Result<String, CatalogError> {
    let asked = asked(&pairs(query))?;
    let project = project_of(project)?;
    request.catalog.begin_publishing(&request.actor, &asked, project.as_ref(), note).await
}

/// Empty where it is of all.
pub fn project_of(text: &str) -> Result<Option<Urn>, CatalogError> {
    if text.is_empty() {
        return Ok(None);
    }
    let urn: Option<Urn> = text.parse().ok();
    let wrong = || CatalogError::invalid("project", "is not the URN of a project");
    urn.filter(|urn| urn.kind() == Kind::Project).map(Some).ok_or_else(wrong)
}

pub async fn stop(ticket: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = request.catalog.stop_publishing(&request.actor, ticket);
    let result = result.map(|()| (request.actor.seen, "Stopped.".to_owned(), String::new()));
    finish(&request, result, back, Refused { form: STOP_FORM.into(), ..Refused::default() }).await
}

/// How much has been looked at, of how much, and whether it is over; `None` where there is none of this ticket.
pub fn progress(ticket: &str) -> Result<Option<(u32, u32, bool)>, ServerFnError> {
    let request = request()?;
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    let bulk = request.catalog.publishing_of(&request.actor, ticket);
    Ok(bulk.map(|bulk| (number(bulk.looked_at), number(bulk.all), bulk.is_done)))
}

pub async fn edit_rule(
    urn: String,
    based_on: String,
    draft: RuleDraft,
    back: String,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let values = values(&draft);
    let result = save_rule(&request, &urn, &based_on, &draft).await;
    finish(&request, result, &back, Refused { form: RULE_FORM.into(), values, ..Refused::default() }).await
}

async fn save_rule(
    request: &Request,
    urn: &str,
    based_on: &str,
    draft: &RuleDraft,
) -> Result<(Seq, String, String), CatalogError> {
    let urn = if urn.is_empty() { None } else { Some(parse_urn(urn)?) };
    let (urn, seq) =
        request.catalog.save_rule(&request.actor, urn.as_ref(), draft, revision(based_on)?).await?;
    Ok((seq, "Saved.".to_owned(), href(&urn)))
}

fn values(draft: &RuleDraft) -> Vec<(String, String)> {
    let pairs = [
        ("name", &draft.name),
        ("description", &draft.description),
        ("unit", &draft.unit),
        ("project", &draft.project),
        ("asset_type", &draft.asset_type),
        ("owner", &draft.owner),
        ("description_length", &draft.description_length),
        ("described_columns", &draft.described_columns),
        ("terms", &draft.terms),
        ("glossary", &draft.glossary),
        ("form", &draft.form),
        ("fresh_days", &draft.fresh_days),
        ("checks_pass", &draft.checks_pass),
        ("contract", &draft.contract),
        ("enforced_from", &draft.enforced_from),
        ("status", &draft.status),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
}
