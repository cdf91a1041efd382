//! What is answered: resources with where they are, as much of them as was asked for.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, LOCATION};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, StatusCode};
use loggia_catalog::provisioning::Part;
use loggia_model::Timestamp;
use serde_json::{Map, Value, json};

use super::BASE;
use super::error::SCIM;
use crate::http::door::Entrance;

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:";
/// Shown whatever is asked for.
const ALWAYS: [&str; 2] = ["id", "schemas"];

/// Which attributes are shown; names in lower case, a part after its attribute: `name.familyname`.
pub struct Shown {
    only: Option<Vec<String>>,
    but: Vec<String>,
}

impl Shown {
    pub fn all() -> Self {
        Self { only: None, but: Vec::new() }
    }

    pub fn only(names: &str) -> Self {
        Self { only: Some(read(names)), but: Vec::new() }
    }

    pub fn but(names: &str) -> Self {
        Self { only: None, but: read(names) }
    }

    pub fn is_all(&self) -> bool {
        self.only.is_none() && self.but.is_empty()
    }

    /// Whether anything of the attribute is shown.
    pub fn has(&self, attribute: &str) -> bool {
        let is_of = |name: &String| name.split('.').next() == Some(attribute);
        self.only.as_ref().is_none_or(|only| only.iter().any(is_of))
            && !self.but.iter().any(|name| name == attribute)
    }

    pub fn of(&self, resource: Value) -> Value {
        let Value::Object(resource) = resource else { return resource };
        let shown = resource.into_iter().filter_map(|(name, value)| {
            let key = name.to_ascii_lowercase();
            if ALWAYS.contains(&key.as_str()) {
                return Some((name, value));
            }
            if !self.has(&key) {
                return None;
            }
            let value = self.parts(&key, value);
            Some((name, value))
        });
        Value::Object(shown.collect())
    }

    fn parts(&self, attribute: &str, value: Value) -> Value {
        match value {
            Value::Object(parts) => Value::Object(self.chosen(attribute, parts)),
            Value::Array(values) => {
                Value::Array(values.into_iter().map(|value| self.parts(attribute, value)).collect())
            }
            other => other,
        }
    }

    fn chosen(&self, attribute: &str, parts: Map<String, Value>) -> Map<String, Value> {
        let is_shown = |part: &str| {
            let name = format!("{attribute}.{}", part.to_ascii_lowercase());
            let is_asked = |only: &Vec<String>| only.iter().any(|one| *one == name || one == attribute);
            self.only.as_ref().is_none_or(is_asked) && !self.but.contains(&name)
        };
        parts.into_iter().filter(|(part, _)| is_shown(part)).collect()
    }
}

/// Names between commas; those of our own schemas may be written out.
fn read(names: &str) -> Vec<String> {
    let short = |name: &str| {
        let name = name.trim();
        let is_long = name.get(..CORE.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(CORE));
        let rest = name.get(CORE.len()..).filter(|_| is_long).and_then(|rest| rest.split_once(':'));
        rest.map_or(name, |(_, rest)| rest).to_ascii_lowercase()
    };
    names.split(',').map(short).filter(|name| !name.is_empty()).collect()
}

/// By which whoever asks gets here: addresses in answers lead the same way.
pub struct Place(String);

impl Place {
    pub fn of(parts: &Parts, entrance: &Entrance) -> Self {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let asked = host.and_then(|host| host.parse::<Authority>().ok()).or(parts.uri.authority().cloned());
        Self(match (&entrance.host, asked) {
            (Some(own), _) if entrance.is_by_tls(&parts.headers) => format!("https://{own}{BASE}"),
            (_, Some(asked)) => format!("http://{asked}{BASE}"),
            (Some(own), None) => format!("https://{own}{BASE}"),
            (None, None) => format!("http://localhost{BASE}"),
        })
    }

    /// Ids are such that nothing of them needs to be encoded.
    pub fn at(&self, endpoint: &str, id: &str) -> String {
        format!("{}/{endpoint}/{id}", self.0)
    }

    pub fn of_endpoint(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}", self.0)
    }
}

pub fn meta(kind: &str, made: Timestamp, changed: Timestamp, location: &str) -> Value {
    json!({
        "resourceType": kind,
        "created": made.to_string(),
        "lastModified": changed.to_string(),
        "location": location,
    })
}

pub fn listed<T>(part: Part<T>, as_shown: impl FnMut(T) -> Value) -> Value {
    let Part { total, start, items } = part;
    let resources: Vec<Value> = items.into_iter().map(as_shown).collect();
    json!({
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

pub fn answer(status: StatusCode, body: &Value) -> Response {
    let typed = [
        (CONTENT_TYPE, HeaderValue::from_static(SCIM)),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    (status, typed, body.to_string()).into_response()
}

/// With where the resource is.
pub fn answer_at(status: StatusCode, location: &str, body: &Value) -> Response {
    let mut response = answer(status, body);
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_is_shown_as_was_asked_for() {
        let user = || {
            json!({
                "schemas": ["x"], "id": "ana", "userName": "ana", "active": true,
                "name": {"familyName": "Benítez", "givenName": "Ana"},
                "emails": [{"value": "a@b.example", "type": "work"}],
            })
        };
        let names = |shown: &Shown| shown.of(user()).to_string();
        assert_eq!(
            names(&Shown::only("USERNAME, name.familyName")),
            r#"{"schemas":["x"],"id":"ana","userName":"ana","name":{"familyName":"Benítez"}}"#
        );
        assert_eq!(
            names(&Shown::only("urn:ietf:params:scim:schemas:core:2.0:User:emails")),
            r#"{"schemas":["x"],"id":"ana","emails":[{"value":"a@b.example","type":"work"}]}"#
        );
        assert_eq!(
            names(&Shown::but("id,name,active,emails.type")),
            r#"{"schemas":["x"],"id":"ana","userName":"ana","emails":[{"value":"a@b.example"}]}"#
        );
        assert_eq!(names(&Shown::all()), user().to_string());
        assert!(!Shown::but("members").has("members") && Shown::but("members.display").has("members"));
    }
}
