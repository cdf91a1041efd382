//! A form as JSON Schema (draft 2020-12): what is filled in, as any tool may check it.

use loggia_model::Urn;
use loggia_model::facts::{DECIMAL, FieldType, FormField, LONGEST_VALUE, MetadataFormFacts};
use serde_json::{Map, Value, json};

/// Without what stands there beforehand where `is_known` says that whoever asks may not know of it.
pub(super) fn of(
    urn: &Urn,
    name: &str,
    revision: u64,
    facts: &MetadataFormFacts,
    is_known: impl Fn(&Urn) -> bool,
) -> Value {
    let mut properties = Map::new();
    for (key, field) in facts.fields() {
        let mut field = field.clone();
        field.default = field.default.filter(|value| value.entity().is_none_or(|urn| is_known(&urn)));
        properties.insert(key.to_string(), property(&field));
    }
    let required: Vec<&str> =
        facts.fields().filter(|(_, field)| field.required).map(|(key, _)| key.as_str()).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": urn.as_str(),
        "$comment": format!("revision {revision}"),
        "title": name,
        "type": "object",
        "properties": properties,
        "required": required,
        // What the form asked for once stays where it was filled in.
        "additionalProperties": true,
    });
    if let (Some(description), Some(object)) = (&facts.description, schema.as_object_mut()) {
        object.insert("description".to_owned(), description.clone().into());
    }
    schema
}

fn property(field: &FormField) -> Value {
    let mut property = match field.field_type {
        FieldType::Text => json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_VALUE }),
        FieldType::Number => json!({ "type": "number" }),
        FieldType::Date => json!({ "type": "string", "format": "date" }),
        FieldType::Choice => json!({ "enum": field.choices }),
        FieldType::Person => json!({ "type": "string", "pattern": entity("person") }),
        FieldType::Term => json!({ "type": "string", "pattern": entity("term") }),
        FieldType::Link => {
            json!({ "type": "string", "format": "uri", "pattern": "^https?://[^/\\s]", "maxLength": 2000 })
        }
        FieldType::Money => json!({
            "type": "object",
            "properties": {
                "amount": { "type": "string", "pattern": DECIMAL, "maxLength": 30 },
                "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
        }),
    };
    if let Some(property) = property.as_object_mut() {
        property.insert("title".to_owned(), field.label.clone().into());
        property.extend(field.help.clone().map(|help| ("description".to_owned(), help.into())));
        let default = field.default.as_ref().and_then(|default| serde_json::to_value(default).ok());
        property.extend(default.map(|default| ("default".to_owned(), default)));
    }
    property
}

/// The URN of one kind of entity.
fn entity(kind: &str) -> String {
    format!("^urn:loggia:{kind}:[a-z0-9._/-]+$")
}
