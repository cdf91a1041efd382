//! Members of a group: users by their ids.

use loggia_model::ActorKey;
use serde_json::{Value, json};

use super::error::ScimError;
use super::object::{attribute, complex, text, values};
use super::shown::Place;

/// Whom a list names, all of whom can be somebody.
pub fn members(value: Option<&Value>) -> Result<Vec<ActorKey>, ScimError> {
    ids(value)?
        .into_iter()
        .map(|id| {
            id.parse().map_err(|_| {
                let shown: String = id.chars().take(80).collect();
                ScimError::value(format!(
                    "'members' name '{}', who is no user of this directory",
                    shown.escape_debug()
                ))
            })
        })
        .collect()
}

/// Whom a list names, as far as they can be somebody: who is to go need not be there.
pub fn members_as_far_as_known(value: Option<&Value>) -> Result<Vec<ActorKey>, ScimError> {
    Ok(ids(value)?.into_iter().filter_map(|id| id.parse().ok()).collect())
}

fn ids(value: Option<&Value>) -> Result<Vec<String>, ScimError> {
    let id = |value: &Value| {
        let parts = complex("members", value)?;
        let kind = text("members.type", attribute(parts, "type"))?;
        if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("user")) {
            return Err(ScimError::value("'members' are users: a group is not put into another here"));
        }
        let id = text("members.value", attribute(parts, "value"))?;
        id.ok_or_else(|| ScimError::value("'members.value' is missing: it is the id of a user"))
    };
    values("members", value)?.iter().map(id).collect()
}

pub fn as_shown(place: &Place, members: &[ActorKey]) -> Value {
    let one = |member: &ActorKey| {
        let id = member.as_str();
        json!({"value": id, "$ref": place.at("Users", id), "type": "User"})
    };
    Value::Array(members.iter().map(one).collect())
}
