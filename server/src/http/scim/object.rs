//! Attributes of an object of SCIM: their names are told apart without regard to case (RFC 7643, section 2.1).

use serde_json::{Map, Value};

use super::error::ScimError;

pub const EXTENSION: &str = ":extension:";

pub fn attribute<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = object.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    found.filter(|value| !value.is_null())
}

pub fn text(name: &str, value: Option<&Value>) -> Result<Option<String>, ScimError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(ScimError::value(format!("'{name}' is {}, not a text", kind(other)))),
    }
}

/// Entra writes `"False"`.
pub fn truth(name: &str, value: Option<&Value>) -> Result<Option<bool>, ScimError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(truth)) => Ok(Some(*truth)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(other) => Err(ScimError::value(format!("'{name}' is {}, not true or false", kind(other)))),
    }
}

pub fn complex<'a>(name: &str, value: &'a Value) -> Result<&'a Map<String, Value>, ScimError> {
    value.as_object().ok_or_else(|| ScimError::value(format!("'{name}' is {}, not an object", kind(value))))
}

/// One value stands for a list of one, as some directories have it.
pub fn values<'a>(name: &str, value: Option<&'a Value>) -> Result<&'a [Value], ScimError> {
    match value {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(values)) => Ok(values),
        Some(one @ Value::Object(_)) => Ok(std::slice::from_ref(one)),
        Some(other) => Err(ScimError::value(format!("'{name}' is {}, not a list", kind(other)))),
    }
}

/// Whether the message is of this schema. Extensions may be named beside it: what they have is not kept.
pub fn check_schemas(object: &Map<String, Value>, wanted: &str) -> Result<(), ScimError> {
    let named = values("schemas", attribute(object, "schemas"))?;
    let is = |value: &Value, urn: &str| value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(urn));
    if !named.iter().any(|value| is(value, wanted)) {
        return Err(ScimError::syntax(format!("'schemas' does not name {wanted}")));
    }
    let unknown = named.iter().find(|value| {
        let is_extension = value.as_str().is_some_and(|text| text.to_ascii_lowercase().contains(EXTENSION));
        !is(value, wanted) && !is_extension
    });
    match unknown {
        None => Ok(()),
        Some(unknown) => {
            let shown: String = unknown.to_string().chars().take(120).collect();
            Err(ScimError::syntax(format!("'schemas' names {shown}, which is not known here")))
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
