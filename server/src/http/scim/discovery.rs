//! What there is, and what it is like (RFC 7644, section 4).

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use loggia_catalog::provisioning::Part;
use serde_json::{Value, json};

use super::ScimDoor;
use super::admit::admit;
use super::error::ScimError;
use super::query::{MOST, Query};
use super::schemas::{GROUP, USER, schemas as all_schemas};
use super::shown::{Place, answer, listed};
use crate::http::api::asked::last_segment;

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";

pub async fn config(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let place = entered(&door, request).await?.0;
    let body = json!({
        "schemas": [CONFIG],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": MOST},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": false},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token of a service, of the scope 'provision', in the header 'Authorization: Bearer TOKEN'.",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": place.of_endpoint("ServiceProviderConfig"),
        },
    });
    Ok(answer(StatusCode::OK, &body))
}

pub async fn types(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let (place, _) = entered(&door, request).await?;
    Ok(answer(StatusCode::OK, &whole_list(all_types(&place).into_iter().map(|(_, body)| body).collect())))
}

pub async fn one_type(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let (place, id) = entered(&door, request).await?;
    one_of(all_types(&place), &id)
}

pub async fn schemas(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let (place, _) = entered(&door, request).await?;
    Ok(answer(
        StatusCode::OK,
        &whole_list(placed_schemas(&place).into_iter().map(|(_, body)| body).collect()),
    ))
}

pub async fn one_schema(State(door): State<ScimDoor>, request: Request) -> Result<Response, ScimError> {
    let (place, id) = entered(&door, request).await?;
    one_of(placed_schemas(&place), &id)
}

/// The place, and the last name in the path. A filter is refused here (section 4).
async fn entered(door: &ScimDoor, request: Request) -> Result<(Place, String), ScimError> {
    let (parts, _) = request.into_parts();
    admit(&door.catalog, &parts).await?;
    if Query::of(&parts.uri)?.has("filter") {
        return Err(ScimError::new(StatusCode::FORBIDDEN, "what there is cannot be filtered"));
    }
    let id = last_segment(&parts.uri).ok_or_else(ScimError::no_route)?;
    Ok((Place::of(&parts, &door.entrance), id))
}

fn all_types(place: &Place) -> Vec<(&'static str, Value)> {
    let one = |name: &'static str, endpoint: &str, about: &str, schema: &str| {
        let body = json!({
            "schemas": [TYPE],
            "id": name,
            "name": name,
            "endpoint": format!("/{endpoint}"),
            "description": about,
            "schema": schema,
            "meta": {"resourceType": "ResourceType", "location": place.at("ResourceTypes", name)},
        });
        (name, body)
    };
    vec![one("User", "Users", "People", USER), one("Group", "Groups", "Groups of people", GROUP)]
}

fn placed_schemas(place: &Place) -> Vec<(&'static str, Value)> {
    let placed = |(id, mut body): (&'static str, Value)| {
        if let Some(body) = body.as_object_mut() {
            let meta = json!({"resourceType": "Schema", "location": place.at("Schemas", id)});
            body.insert("meta".to_owned(), meta);
        }
        (id, body)
    };
    all_schemas().into_iter().map(placed).collect()
}

fn whole_list(items: Vec<Value>) -> Value {
    let total = u64::try_from(items.len()).unwrap_or_default();
    listed(Part { total, start: 1, items }, |item| item)
}

fn one_of(all: Vec<(&'static str, Value)>, id: &str) -> Result<Response, ScimError> {
    let found = all.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(id));
    let (_, body) = found.ok_or_else(|| ScimError::missing("there is none of this name"))?;
    Ok(answer(StatusCode::OK, &body))
}
