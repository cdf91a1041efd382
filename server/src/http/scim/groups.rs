//! `/Groups`: groups, as a directory has made them.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use loggia_catalog::provisioning::{Filter, Group, GroupWords};
use serde_json::{Map, Value, json};

use super::ScimDoor;
use super::admit::{admit, whole};
use super::body::object;
use super::error::ScimError;
use super::members::{self, members};
use super::object::{attribute, check_schemas, text};
use super::patch::group_edits;
use super::query::Query;
use super::schemas::GROUP;
use super::shown::{Place, Shown, answer, answer_at, listed, meta};
use super::users::Sent;

pub async fn list(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let (parts, _) = request.into_parts();
    let actor = admit(&door.catalog, &parts).await?;
    let query = Query::of(&parts.uri)?;
    let (asked, shown) = (query.asked(Filter::of_groups)?, query.shown()?);
    let part = match shown.has("members") {
        true => door.catalog.provisioned_groups(&actor, &asked).await?,
        false => door.catalog.provisioned_groups_alone(&actor, &asked).await?,
    };
    let place = Place::of(&parts, &door.entrance);
    Ok(answer(StatusCode::OK, &listed(part, |group| as_shown(&place, &shown, &group).1)))
}

pub async fn make(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let words = words(&object(&asked.parts, asked.body).await?)?;
    let (catalog, actor) = (door.catalog.clone(), asked.actor);
    let group = whole(async move { catalog.provision_group(&actor, words).await }).await?;
    let (location, body) = as_shown(&asked.place, &asked.shown, &group);
    Ok(answer_at(StatusCode::CREATED, &location, &body))
}

pub async fn one(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let group = door.catalog.provisioned_group(&asked.actor, &asked.id).await?;
    let (location, body) = as_shown(&asked.place, &asked.shown, &group);
    Ok(answer_at(StatusCode::OK, &location, &body))
}

pub async fn replace(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let words = words(&object(&asked.parts, asked.body).await?)?;
    let (catalog, actor, id) = (door.catalog.clone(), asked.actor, asked.id);
    let group = whole(async move { catalog.replace_provisioned_group(&actor, &id, words).await }).await?;
    let (location, body) = as_shown(&asked.place, &asked.shown, &group);
    Ok(answer_at(StatusCode::OK, &location, &body))
}

/// Answers with nothing, as it may (RFC 7644, section 3.5.2): nobody who puts one more person into a large group wants
/// to have all of it.
pub async fn edit(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let edits = group_edits(&object(&asked.parts, asked.body).await?)?;
    let (catalog, actor, id) = (door.catalog.clone(), asked.actor, asked.id);
    let group = whole(async move { catalog.edit_provisioned_group(&actor, &id, edits).await }).await?;
    if asked.shown.is_all() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let (location, body) = as_shown(&asked.place, &asked.shown, &group);
    Ok(answer_at(StatusCode::OK, &location, &body))
}

pub async fn remove(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let (catalog, actor, id) = (door.catalog.clone(), asked.actor, asked.id);
    whole(async move { catalog.remove_provisioned_group(&actor, &id).await }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A whole group. What is the catalog's own to say (`id`, `meta`), and what is not kept, is left alone.
fn words(object: &Map<String, Value>) -> Result<GroupWords, ScimError> {
    check_schemas(object, GROUP)?;
    Ok(GroupWords {
        display_name: text("displayName", attribute(object, "displayName"))?.unwrap_or_default(),
        external_id: text("externalId", attribute(object, "externalId"))?,
        members: members(attribute(object, "members"))?,
    })
}

/// Where it is, and what is shown of it.
fn as_shown(place: &Place, shown: &Shown, group: &Group) -> (String, Value) {
    let location = place.at("Groups", group.urn.rest());
    let mut body = json!({
        "schemas": [GROUP],
        "id": group.urn.rest(),
        "displayName": group.words.display_name,
    });
    if let Some(body) = body.as_object_mut() {
        if let Some(id) = &group.words.external_id {
            body.insert("externalId".to_owned(), id.as_str().into());
        }
        if shown.has("members") && !group.words.members.is_empty() {
            body.insert("members".to_owned(), members::as_shown(place, &group.words.members));
        }
        body.insert("meta".to_owned(), meta("Group", group.made, group.changed, &location));
    }
    (location, shown.of(body))
}
