//! The schema of a table (PROTOCOL.md, "Schema Serialization Format").

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::files::stated::{Field, Shape};

#[derive(Deserialize)]
struct Schema {
    fields: Vec<StructField>,
}

#[derive(Deserialize)]
struct StructField {
    name: String,
    #[serde(rename = "type")]
    data_type: Type,
    nullable: bool,
    #[serde(default)]
    metadata: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Type {
    Value(String),
    Nested(Nested),
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Nested {
    Struct { fields: Vec<StructField> },
    Array { element_type: Box<Type>, contains_null: bool },
    Map { key_type: Box<Type>, value_type: Box<Type>, value_contains_null: bool },
}

pub fn fields(schema: &str) -> Result<Vec<Field>, String> {
    let schema: Schema = serde_json::from_str(schema)
        .map_err(|why| format!("has a schema that is none of Delta Lake: {why}"))?;
    Ok(schema.fields.into_iter().map(StructField::field).collect())
}

impl StructField {
    fn field(self) -> Field {
        let description = self.metadata.get("comment").and_then(Value::as_str).map(str::to_owned);
        Field { name: self.name, shape: self.data_type.shape(), nullable: self.nullable, description }
    }
}

impl Type {
    fn shape(self) -> Shape {
        match self {
            Self::Value(name) => Shape::Value(words(&name).to_owned()),
            Self::Nested(Nested::Struct { fields }) => {
                Shape::Struct(fields.into_iter().map(StructField::field).collect())
            }
            Self::Nested(Nested::Array { element_type, contains_null }) => {
                Shape::List(Field::part("[]", element_type.shape(), contains_null))
            }
            Self::Nested(Nested::Map { key_type, value_type, value_contains_null }) => Shape::Map(
                Field::part("{key}", key_type.shape(), false),
                Field::part("{value}", value_type.shape(), value_contains_null),
            ),
        }
    }
}

/// As the same types are called in Parquet files.
fn words(name: &str) -> &str {
    match name {
        "byte" => "int8",
        "short" => "int16",
        "integer" => "int32",
        "long" => "int64",
        "timestamp" => "timestamp(us, utc)",
        "timestamp_ntz" => "timestamp(us)",
        other => other,
    }
}
