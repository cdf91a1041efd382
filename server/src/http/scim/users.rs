//! `/Users`: people, as a directory has them.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use loggia_catalog::provisioning::{Email, Filter, PersonName, User, UserWords};
use loggia_model::Actor;
use serde_json::{Map, Value, json};

use super::ScimDoor;
use super::admit::{admit, whole};
use super::body::object;
use super::error::ScimError;
use super::object::{attribute, check_schemas, complex, text, truth, values};
use super::patch::user_edits;
use super::query::Query;
use super::schemas::USER;
use super::shown::{Place, Shown, answer, answer_at, listed, meta};
use crate::http::api::asked::last_segment;

pub async fn list(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let (parts, _) = request.into_parts();
    let actor = admit(&door.catalog, &parts).await?;
    let query = Query::of(&parts.uri)?;
    let (asked, shown) = (query.asked(Filter::of_users)?, query.shown()?);
    let part = door.catalog.provisioned_users(&actor, &asked).await?;
    let place = Place::of(&parts, &door.entrance);
    Ok(answer(StatusCode::OK, &listed(part, |user| as_shown(&place, &shown, user).1)))
}

pub async fn make(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let words = words(&object(&asked.parts, asked.body).await?)?;
    let (catalog, actor) = (door.catalog.clone(), asked.actor);
    let user = whole(async move { catalog.provision_user(&actor, words).await }).await?;
    let (location, body) = as_shown(&asked.place, &asked.shown, user);
    Ok(answer_at(StatusCode::CREATED, &location, &body))
}

pub async fn one(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let user = door.catalog.provisioned_user(&asked.actor, &asked.id).await?;
    let (location, body) = as_shown(&asked.place, &asked.shown, user);
    Ok(answer_at(StatusCode::OK, &location, &body))
}

pub async fn replace(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let words = words(&object(&asked.parts, asked.body).await?)?;
    let (catalog, actor, id) = (door.catalog.clone(), asked.actor, asked.id);
    let user = whole(async move { catalog.replace_provisioned_user(&actor, &id, words).await }).await?;
    let (location, body) = as_shown(&asked.place, &asked.shown, user);
    Ok(answer_at(StatusCode::OK, &location, &body))
}

pub async fn edit(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let edits = user_edits(&object(&asked.parts, asked.body).await?)?;
    let (catalog, actor, id) = (door.catalog.clone(), asked.actor, asked.id);
    let user = whole(async move { catalog.edit_provisioned_user(&actor, &id, edits).await }).await?;
    let (location, body) = as_shown(&asked.place, &asked.shown, user);
    Ok(answer_at(StatusCode::OK, &location, &body))
}

pub async fn remove(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let asked = Sent::of(&door, request).await?;
    let (catalog, actor, id) = (door.catalog.clone(), asked.actor, asked.id);
    whole(async move { catalog.remove_provisioned_user(&actor, &id).await }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A request whose sender is known; its body is not read before.
pub struct Sent {
    pub actor: Actor,
    pub id: String,
    pub shown: Shown,
    pub place: Place,
    pub parts: Parts,
    pub body: Body,
}

impl Sent {
    pub async fn of(door: &ScimDoor, request: Request) -> Result<Self, ScimError> {
        let (parts, body) = request.into_parts();
        let actor = admit(&door.catalog, &parts).await?;
        let shown = Query::of(&parts.uri)?.shown()?;
        let id = last_segment(&parts.uri).ok_or_else(|| ScimError::missing("there is nothing of this id"))?;
        let place = Place::of(&parts, &door.entrance);
        Ok(Self { actor, id, shown, place, parts, body })
    }
}

/// A whole user. What is the catalog's own to say (`id`, `meta`), and what is not kept, is left alone.
fn words(object: &Map<String, Value>) -> Result<UserWords, ScimError> {
    check_schemas(object, USER)?;
    Ok(UserWords {
        user_name: text("userName", attribute(object, "userName"))?.unwrap_or_default(),
        external_id: text("externalId", attribute(object, "externalId"))?,
        name: attribute(object, "name").map(name).transpose()?,
        display_name: text("displayName", attribute(object, "displayName"))?,
        title: text("title", attribute(object, "title"))?,
        emails: emails(attribute(object, "emails"))?,
        active: truth("active", attribute(object, "active"))?,
    })
}

pub fn name(value: &Value) -> Result<PersonName, ScimError> {
    let parts = complex("name", value)?;
    Ok(PersonName {
        formatted: text("name.formatted", attribute(parts, "formatted"))?,
        family_name: text("name.familyName", attribute(parts, "familyName"))?,
        given_name: text("name.givenName", attribute(parts, "givenName"))?,
    })
}

pub fn emails(value: Option<&Value>) -> Result<Vec<Email>, ScimError> {
    let email = |value: &Value| {
        let parts = complex("emails", value)?;
        Ok(Email {
            value: text("emails.value", attribute(parts, "value"))?.unwrap_or_default(),
            kind: text("emails.type", attribute(parts, "type"))?,
            primary: truth("emails.primary", attribute(parts, "primary"))?,
        })
    };
    values("emails", value)?.iter().map(email).collect()
}

/// Where it is, and what is shown of it.
fn as_shown(place: &Place, shown: &Shown, user: User) -> (String, Value) {
    let location = place.at("Users", user.id.as_str());
    let mut body = json!({"schemas": [USER], "id": user.id.as_str()});
    if let (Some(body), Ok(Value::Object(words))) = (body.as_object_mut(), serde_json::to_value(&user.words))
    {
        body.extend(words);
        body.insert("meta".to_owned(), meta("User", user.made, user.changed, &location));
    }
    (location, shown.of(body))
}
