//! What Glue says of one table, in the catalog's words.

use std::collections::BTreeMap;

use loggia_connect::glue::{Column, Counted, Database, Table};
use loggia_model::Labels;
use loggia_model::facts::{AssetFacts, AssetType, ColumnFacts, ColumnKey};
use serde_json::{Map, Value, json};

use super::naming::Naming;
use super::{hive, view};

pub fn of(
    database: &Database,
    table: &Table,
    counted: Option<Counted>,
    naming: &Naming,
) -> Result<AssetFacts, String> {
    let is_iceberg = is_iceberg(table);
    let number =
        |names: &[&str]| names.iter().find_map(|name| table.parameters.get(*name)?.trim().parse().ok());
    let upstream = table.target_table.iter().filter_map(|target| naming.elsewhere(target));
    let mut facts = AssetFacts {
        asset_type: Some(if is_view(table) { AssetType::View } else { AssetType::Table }),
        platform: Some("glue".to_owned()),
        description: said(table.description.as_deref()),
        upstream: Labels { put: upstream.collect(), ..Labels::default() },
        // Hive counts; a crawler estimates. Hive writes -1 for what it does not know.
        rows: number(&["numRows", "recordCount"]),
        bytes: number(&["totalSize", "sizeKey"]),
        files: number(&["numFiles", "objectCount"]),
        partitions: counted.map(|counted| counted.partitions),
        // Each commit to an Iceberg table updates its entry; of others, the entry alone is told of.
        data_changed_at: table.update_time.filter(|_| is_iceberg),
        sql: view::sql(table),
        raw: Some(raw(database, table, counted)),
        ..AssetFacts::default()
    };
    let own = table.storage_descriptor.iter().flat_map(|storage| &storage.columns);
    for column in own {
        add(column, None, &mut facts)?;
    }
    for column in &table.partition_keys {
        add(column, Some(ColumnKey::Partition), &mut facts)?;
    }
    Ok(facts)
}

fn add(column: &Column, key: Option<ColumnKey>, facts: &mut AssetFacts) -> Result<(), String> {
    let columns = hive::columns(&column.name, column.data_type.as_deref().unwrap_or_default())?;
    for (typed, is_top) in columns.into_iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
        if let Some(known) = facts.columns.get_mut(&typed.path) {
            // The table has the column, and is divided by it: the column's own words stand.
            if key.is_some() && known.key.is_none() {
                known.key = key;
                return Ok(());
            }
            return Err(format!("has two columns called '{}': rename one of them", typed.path));
        }
        let column_facts = ColumnFacts {
            data_type: Some(typed.data_type).filter(|words| !words.is_empty()),
            key: key.filter(|_| is_top),
            description: said(column.comment.as_deref()).filter(|_| is_top),
            ..ColumnFacts::default()
        };
        facts.columns.insert(typed.path, column_facts);
    }
    Ok(())
}

fn said(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

fn is_view(table: &Table) -> bool {
    table.table_type.as_deref().is_some_and(|kind| kind.to_uppercase().contains("VIEW"))
}

/// As Iceberg's own catalog for Glue marks its tables.
fn is_iceberg(table: &Table) -> bool {
    table.parameters.get("table_type").is_some_and(|kind| kind.eq_ignore_ascii_case("iceberg"))
}

/// `parquet`, `csv` and the like, where anything tells.
fn format(table: &Table) -> Option<String> {
    if is_iceberg(table) {
        return Some("iceberg".to_owned());
    }
    if let Some(classification) = table.parameters.get("classification").filter(|said| !said.is_empty()) {
        return Some(classification.to_lowercase());
    }
    let storage = table.storage_descriptor.as_ref()?;
    let library = storage.serde_info.as_ref().and_then(|serde| serde.serialization_library.as_deref());
    let classes = [storage.input_format.as_deref(), library];
    let classes: Vec<String> = classes.into_iter().flatten().map(str::to_lowercase).collect();
    let known = ["parquet", "orc", "avro", "json", "csv", "hudi", "regex", "text"];
    let known = known.into_iter().find(|known| classes.iter().any(|class| class.contains(known)));
    known.map(str::to_owned)
}

/// The names of parameters that may hold what must not be shown.
const SECRET: [&str; 5] = ["password", "secret", "token", "credential", "access_key"];

fn raw(database: &Database, table: &Table, counted: Option<Counted>) -> Value {
    let mut raw = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            raw.insert(name.to_owned(), value);
        }
    };
    let text = |text: Option<&String>| text.filter(|text| !text.trim().is_empty()).map(|text| json!(text));
    let storage = table.storage_descriptor.as_ref();
    put("kind", text(table.table_type.as_ref()));
    put("format", format(table).map(|format| json!(format)));
    put("location", text(storage.and_then(|storage| storage.location.as_ref())));
    put("classification", text(table.parameters.get("classification")));
    put("input_format", text(storage.and_then(|storage| storage.input_format.as_ref())));
    let serde = storage.and_then(|storage| storage.serde_info.as_ref());
    put("serde", text(serde.and_then(|serde| serde.serialization_library.as_ref())));
    put("owner", text(table.owner.as_ref()));
    put("created", table.create_time.map(|at| json!(at.to_string())));
    put("updated", table.update_time.map(|at| json!(at.to_string())));
    put("partitions_are_at_least", counted.filter(|counted| !counted.is_all).map(|_| json!(true)));
    let is_shown = |name: &str| !SECRET.iter().any(|secret| name.to_lowercase().contains(secret));
    let parameters: BTreeMap<&String, &String> =
        table.parameters.iter().filter(|(name, _)| is_shown(name)).collect();
    put("parameters", (!parameters.is_empty()).then(|| json!(parameters)));
    put("database_description", text(database.description.as_ref()));
    put("database_location", text(database.location_uri.as_ref()));
    Value::Object(raw)
}
