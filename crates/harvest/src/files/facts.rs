//! The facts of one table, from all of its files.

use loggia_connect::files::{Described, Reach, Table};
use loggia_model::Timestamp;
use loggia_model::facts::{AssetFacts, AssetType, ColumnFacts, ColumnKey};
use serde_json::{Map, Value, json};

/// What a table's files or its log say of it.
///
/// # Errors
/// Which file cannot be read, and why.
pub fn describe(reach: &Reach, table: &Table) -> Result<AssetFacts, String> {
    let described = table.describe(reach)?;
    let mut facts = AssetFacts {
        asset_type: Some(AssetType::Table),
        platform: Some(described.log.map_or(described.format.as_str(), |log| log.as_str()).to_owned()),
        description: described.description.clone(),
        rows: described.rows,
        bytes: Some(described.bytes),
        files: Some(described.files),
        partitions: described.partitions,
        data_changed_at: described.changed.map(whole_second),
        raw: Some(raw(&described)),
        ..AssetFacts::default()
    };
    for column in described.columns {
        let column_facts = ColumnFacts {
            data_type: Some(column.data_type),
            nullable: column.nullable,
            key: column.is_partition.then_some(ColumnKey::Partition),
            description: column.description,
            ..ColumnFacts::default()
        };
        facts.columns.insert(column.path, column_facts);
    }
    Ok(facts)
}

/// Copying a file keeps whole seconds and often no more; a copy shall say the same.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros().div_euclid(1_000_000) * 1_000_000)
}

fn raw(described: &Described) -> Value {
    let mut raw = Map::new();
    raw.insert("format".to_owned(), json!(described.format.as_str()));
    for (name, value) in &described.raw {
        raw.insert(name.clone(), value.clone());
    }
    for (name, values) in &described.traits {
        let mut all = values.iter();
        let value = match (all.next(), all.next()) {
            (Some(only), None) => json!(only),
            _ => json!(values),
        };
        raw.insert((*name).to_owned(), value);
    }
    if !described.older_types.is_empty() {
        raw.insert("types_in_older_files".to_owned(), json!(described.older_types));
    }
    Value::Object(raw)
}
