//! The columns of a schema (spec, "Schemas and Data Types").

use super::metadata::{Field, Nested, Schema, Type};
use crate::files::stated::{self, Shape};

pub fn fields(schema: &Schema) -> Result<Vec<stated::Field>, String> {
    schema.fields.iter().map(field).collect()
}

fn field(field: &Field) -> Result<stated::Field, String> {
    Ok(stated::Field {
        name: field.name.clone(),
        shape: shape(&field.data_type)?,
        nullable: !field.required,
        description: field.doc.clone(),
    })
}

fn shape(data_type: &Type) -> Result<Shape, String> {
    Ok(match data_type {
        Type::Value(name) => Shape::Value(words(name)),
        Type::Nested(Nested::Struct { fields }) => {
            Shape::Struct(fields.iter().map(field).collect::<Result<_, _>>()?)
        }
        Type::Nested(Nested::List { element, element_required }) => {
            Shape::List(stated::Field::part("[]", shape(element)?, !element_required))
        }
        Type::Nested(Nested::Map { key, value, value_required }) => Shape::Map(
            stated::Field::part("{key}", shape(key)?, false),
            stated::Field::part("{value}", shape(value)?, !value_required),
        ),
    })
}

/// As the same types are called in Parquet files.
fn words(name: &str) -> String {
    let words = match name {
        "int" => "int32",
        "long" => "int64",
        "time" => "time(us)",
        "timestamp" => "timestamp(us)",
        "timestamptz" => "timestamp(us, utc)",
        "timestamp_ns" => "timestamp(ns)",
        "timestamptz_ns" => "timestamp(ns, utc)",
        "unknown" => "null",
        other => {
            let length = other.strip_prefix("fixed[").and_then(|rest| rest.strip_suffix(']'));
            return length.map_or_else(|| other.replace(", ", ","), |length| format!("binary({length})"));
        }
    };
    words.to_owned()
}
