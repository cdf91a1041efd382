//! What a database says of one table, in the catalog's words.

use std::collections::HashMap;

use loggia_connect::postgres::{ForeignKey, Relation, RelationKind};
use loggia_model::facts::{AssetFacts, AssetType, ColumnFacts, ColumnKey, ColumnReference};
use loggia_model::{ColumnPath, Labels};
use serde_json::{Map, Value, json};

use super::Naming;

pub fn of(relation: Relation, naming: &Naming) -> Result<AssetFacts, String> {
    let raw = raw(&relation);
    let keys = keys(&relation);
    let mut references = references(&relation, naming)?;
    // What it reads and cannot be named is left out: that relation is refused itself, with the reason.
    let upstream = relation.uses.iter().filter_map(|name| naming.urn(name).ok());
    let mut facts = AssetFacts {
        asset_type: Some(match relation.kind {
            RelationKind::View | RelationKind::MaterializedView => AssetType::View,
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::ForeignTable => {
                AssetType::Table
            }
        }),
        platform: Some("postgres".to_owned()),
        upstream: Labels { put: upstream.collect(), ..Labels::default() },
        rows: relation.estimated_rows,
        bytes: relation.bytes,
        partitions: relation.partitions,
        sql: relation.sql,
        description: relation.comment,
        raw: Some(raw),
        ..AssetFacts::default()
    };
    for column in relation.columns {
        let path = ColumnPath::top(&column.name)
            .map_err(|error| format!("has a column that cannot be named: {error}"))?;
        let column_facts = ColumnFacts {
            data_type: Some(column.data_type),
            nullable: Some(column.nullable),
            key: keys.get(&column.name).copied(),
            references: references.remove(&column.name),
            description: column.comment,
            ..ColumnFacts::default()
        };
        facts.columns.insert(path, column_facts);
    }
    Ok(facts)
}

/// By column. Of a key of several columns, each refers to its own counterpart.
fn references(relation: &Relation, naming: &Naming) -> Result<HashMap<String, ColumnReference>, String> {
    let mut references = HashMap::new();
    for key in &relation.foreign_keys {
        let Ok(asset) = naming.urn(&key.to) else { continue };
        for (column, to) in key.columns.iter().zip(&key.to_columns) {
            let to = ColumnPath::top(to)
                .map_err(|error| format!("has a foreign key that cannot be named: {error}"))?;
            references
                .entry(column.clone())
                .or_insert_with(|| ColumnReference { asset: asset.clone(), column: to });
        }
    }
    Ok(references)
}

/// A column of several keys shows the one that says most.
fn keys(relation: &Relation) -> HashMap<String, ColumnKey> {
    let mut keys = HashMap::new();
    let alone = relation.unique.iter().filter(|key| key.len() == 1).flatten();
    keys.extend(alone.map(|column| (column.clone(), ColumnKey::Unique)));
    let foreign = relation.foreign_keys.iter().flat_map(|key| &key.columns);
    keys.extend(foreign.map(|column| (column.clone(), ColumnKey::Foreign)));
    keys.extend(relation.primary_key.iter().map(|column| (column.clone(), ColumnKey::Primary)));
    keys
}

fn raw(relation: &Relation) -> Value {
    let mut raw = Map::new();
    let kind = match relation.kind {
        RelationKind::Table => "table",
        RelationKind::PartitionedTable => "partitioned table",
        RelationKind::ForeignTable => "foreign table",
        RelationKind::View => "view",
        RelationKind::MaterializedView => "materialized view",
    };
    raw.insert("kind".to_owned(), json!(kind));
    if let Some(at) = relation.analyzed_at {
        raw.insert("last_analyze".to_owned(), json!(at.to_string()));
    }
    if relation.estimated_rows.is_some() {
        raw.insert("rows_are_estimated".to_owned(), json!(true));
    }
    if !relation.primary_key.is_empty() {
        raw.insert("primary_key".to_owned(), json!(relation.primary_key));
    }
    if !relation.unique.is_empty() {
        raw.insert("unique".to_owned(), json!(relation.unique));
    }
    if !relation.foreign_keys.is_empty() {
        let keys: Vec<Value> = relation.foreign_keys.iter().map(foreign_key).collect();
        raw.insert("foreign_keys".to_owned(), Value::Array(keys));
    }
    Value::Object(raw)
}

fn foreign_key(key: &ForeignKey) -> Value {
    let to = format!("{}.{}", key.to.schema, key.to.relation);
    json!({ "columns": key.columns, "to": to, "to_columns": key.to_columns })
}
