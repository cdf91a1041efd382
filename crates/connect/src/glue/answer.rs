//! What Glue answers, as far as it is read (AWS Glue Web API Reference, "Data Types").

use std::collections::BTreeMap;

use loggia_model::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Databases {
    pub database_list: Option<Vec<Database>>,
    pub next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OneDatabase {
    pub database: Database,
}

/// Each table is read by itself, so that one that is odd does not spoil its page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tables {
    pub table_list: Option<Vec<Box<RawValue>>>,
    pub next_token: Option<String>,
}

/// Only their number is kept.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Partitions {
    pub partitions: Option<Vec<IgnoredAny>>,
    pub next_token: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Database {
    pub name: String,
    pub description: Option<String>,
    pub location_uri: Option<String>,
    /// The account that it is of.
    pub catalog_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    pub name: String,
    pub description: Option<String>,
    pub owner: Option<String>,
    #[serde(default, deserialize_with = "instant")]
    pub create_time: Option<Timestamp>,
    /// Of the entry in the catalog, not of the data.
    #[serde(default, deserialize_with = "instant")]
    pub update_time: Option<Timestamp>,
    /// `EXTERNAL_TABLE`, `VIRTUAL_VIEW` and what others have thought of.
    pub table_type: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    pub parameters: BTreeMap<String, String>,
    pub storage_descriptor: Option<Storage>,
    #[serde(default, deserialize_with = "or_none")]
    pub partition_keys: Vec<Column>,
    pub view_original_text: Option<String>,
    pub view_expanded_text: Option<String>,
    /// Of a link to a table elsewhere.
    pub target_table: Option<Target>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Storage {
    #[serde(default, deserialize_with = "or_none")]
    pub columns: Vec<Column>,
    pub location: Option<String>,
    pub input_format: Option<String>,
    pub serde_info: Option<Serde>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Serde {
    pub serialization_library: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Column {
    pub name: String,
    /// As Hive writes it: `struct<a:int,b:array<string>>`.
    #[serde(rename = "Type")]
    pub data_type: Option<String>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Target {
    pub catalog_id: Option<String>,
    pub database_name: Option<String>,
    pub name: Option<String>,
    pub region: Option<String>,
}

/// A table that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where at least that can be told.
    pub name: Option<String>,
    pub why: String,
}

impl Table {
    pub fn read(raw: &RawValue) -> Result<Self, Unread> {
        serde_json::from_str(raw.get()).map_err(|why| {
            let named: Option<Value> = serde_json::from_str(raw.get()).ok();
            let name = named.as_ref().and_then(|table| table.get("Name")).and_then(Value::as_str);
            Unread { name: name.map(str::to_owned), why: format!("cannot be understood: {why}") }
        })
    }
}

/// Some write null for what there is none of.
fn or_none<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Seconds since the epoch, with a fraction. A table with an odd time is still a table.
fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let seconds = Option::<Value>::deserialize(from)?.as_ref().and_then(Value::as_f64);
    Ok(seconds.filter(|seconds| seconds.abs() < 1e11).map(|seconds| {
        #[expect(clippy::cast_possible_truncation, reason = "bounded above, and Glue counts milliseconds")]
        let millis = (seconds * 1_000.0).round() as i64;
        Timestamp::from_micros(millis.saturating_mul(1_000))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(json: &str) -> Result<Table, Unread> {
        Table::read(&RawValue::from_string(json.to_owned()).unwrap())
    }

    #[test]
    fn what_is_null_odd_or_unheard_of_is_no_hindrance() {
        let table = table(
            r#"{"Name": "t", "Parameters": null, "PartitionKeys": null, "CreateTime": "yesterday", "New": [1],
                "UpdateTime": 1.7e9, "StorageDescriptor": {"Columns": null, "SerdeInfo": {}}}"#,
        );
        let table = table.unwrap();
        assert_eq!(
            (table.create_time, table.update_time),
            (None, Some("2023-11-14T22:13:20Z".parse().unwrap()))
        );
    }

    #[test]
    fn a_table_that_cannot_be_understood_is_named_if_it_can_be() {
        let refused = table(r#"{"Name": "t", "PartitionKeys": 3}"#).unwrap_err();
        assert!(refused.name.as_deref() == Some("t") && refused.why.contains("invalid type"), "{refused:?}");
        assert_eq!(table("[]").unwrap_err().name, None);
    }
}
