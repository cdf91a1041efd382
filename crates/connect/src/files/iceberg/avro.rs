//! Records of an Avro file, by the names of their fields.

use std::path::Path;

use apache_avro::Reader;
use apache_avro::types::Value;

use crate::files::reach::Reach;

/// Hears each record of a file, until one of them is refused.
pub fn each(
    reach: &Reach,
    path: &Path,
    hear: &mut dyn FnMut(&Value) -> Result<(), String>,
) -> Result<(), String> {
    let name = path.file_name().unwrap_or_default().display();
    let spoilt = |why: &dyn std::fmt::Display| format!("its manifest '{name}' {why}");
    let text = reach.text(path).map_err(|why| spoilt(&why))?;
    let unread = |why: apache_avro::Error| spoilt(&format!("cannot be read: {why}"));
    for value in Reader::new(text).map_err(unread)? {
        hear(&value.map_err(unread)?).map_err(|why| spoilt(&why))?;
    }
    Ok(())
}

/// A field; `None` where it is not there or null.
pub fn field<'v>(record: &'v Value, name: &str) -> Option<&'v Value> {
    let Value::Record(fields) = record else { return None };
    let (_, value) = fields.iter().find(|(field, _)| field == name)?;
    match value {
        Value::Union(_, inner) => Some(inner.as_ref()),
        value => Some(value),
    }
    .filter(|value| !matches!(value, Value::Null))
}

pub fn number(record: &Value, name: &str) -> Option<i64> {
    match field(record, name)? {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        _ => None,
    }
}

pub fn text<'v>(record: &'v Value, name: &str) -> Option<&'v str> {
    match field(record, name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}
