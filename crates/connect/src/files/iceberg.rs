//! Iceberg, by the newest metadata file of a table (iceberg.apache.org/spec).
//!
//! What the table is stands in that file. Which files hold its rows stands in manifests, which are read only
//! where rows are asked for: a snapshot's own summary counts them.

mod avro;
mod manifests;
mod metadata;
mod schema;
mod snapshot;

use std::path::Path;

use serde_json::{Value, json};

use self::metadata::Metadata;
use self::snapshot::Snapshot;
use super::describe::Described;
use super::format::Format;
use super::log::{TableLog, properties};
use super::reach::{Entry, Reach};
use super::stated;
use super::tables::{Placed, Table};

/// The one that a `version-hint.text` names, or the one with the highest number.
pub fn newest<'e>(reach: &Reach, folder: &Path, entries: &'e [Entry]) -> Option<&'e Entry> {
    let hint = metadata::hint(reach, folder, entries);
    let numbered = || entries.iter().filter_map(|entry| Some((metadata::number(&entry.name)?, entry)));
    let hinted = hint.and_then(|hint| numbered().find(|(number, _)| *number == hint));
    hinted
        .or_else(|| numbered().max_by_key(|(number, entry)| (*number, entry.changed)))
        .map(|(_, entry)| entry)
}

/// Whether a file of a folder `metadata` is of an Iceberg table.
pub fn is_metadata(name: &str) -> bool {
    metadata::number(name).is_some()
}

pub fn describe(reach: &Reach, log: &TableLog) -> Result<Described, String> {
    let metadata = Metadata::read(reach, &log.path)?;
    let schema = metadata.schema()?;
    let spec = metadata.spec();
    let partitioned = |name: &str| {
        schema
            .fields
            .iter()
            .any(|field| field.name == name && spec.iter().any(|part| part.source_id == Some(field.id)))
    };
    let columns = stated::columns(&schema::fields(schema)?, &partitioned)?;
    let snapshot = metadata.snapshot()?;
    let words: Vec<String> = spec.iter().map(|part| part.words(schema)).collect();
    let said = metadata.properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut raw = vec![
        ("table_format", json!(log.format.as_str())),
        ("format_version", json!(metadata.format_version)),
        ("table_uuid", json!(metadata.table_uuid)),
        ("snapshot", json!(snapshot.map(|snapshot| snapshot.snapshot_id.to_string()))),
        ("last_operation", json!(snapshot.and_then(|snapshot| snapshot.summary.get("operation")))),
        ("partitioned_by", json!(words)),
        ("properties", json!(properties(said))),
    ];
    let rowless = metadata.rowless(snapshot);
    raw.push(("rows_not_read", json!(rowless)));
    raw.retain(|(_, value)| !matches!(value, Value::Null) && *value != json!([]) && *value != json!({}));
    let counted = |key| snapshot.map_or(Some(0), |snapshot| snapshot.counted(key));
    Ok(Described {
        format: Format::Parquet,
        log: Some(log.format),
        rows: counted("total-records").filter(|_| !snapshot.is_some_and(Snapshot::has_deletes)),
        bytes: counted("total-files-size").unwrap_or(0),
        files: counted("total-data-files").unwrap_or(0),
        partitions: None,
        changed: snapshot.map_or(metadata.updated(), Snapshot::taken),
        description: metadata.properties.get("comment").cloned(),
        traits: Default::default(),
        older_types: Default::default(),
        raw: raw.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        rowless,
        columns,
    })
}

/// The files that hold the rows of the newest snapshot.
pub fn files(reach: &Reach, table: &Table, log: &TableLog) -> Result<Vec<Placed>, String> {
    let metadata = Metadata::read(reach, &log.path)?;
    match metadata.snapshot()? {
        Some(snapshot) => manifests::files(reach, table, &metadata, snapshot),
        None => Ok(Vec::new()),
    }
}
