//! Delta Lake, by its transaction log (PROTOCOL.md of delta-io/delta).
//!
//! The folder keeps files that were replaced or deleted from, so only the log tells which of them count: it is
//! replayed from the newest checkpoint on. What the protocol knows and this does not (deletion vectors, columns
//! that are mapped to other names) is said, and rows are then not shown, since they would be the wrong ones.

mod actions;
mod checkpoint;
mod protocol;
mod schema;
mod segment;
mod state;

use serde_json::json;

pub use self::segment::newest;
use self::state::State;
use super::describe::Described;
use super::format::Format;
use super::log::{TableLog, properties};
use super::reach::Reach;
use super::stated;
use super::tables::{Placed, Table};

/// What the log says of the table as it was at the log's newest version.
pub fn describe(reach: &Reach, table: &Table, log: &TableLog) -> Result<Described, String> {
    Ok(read(reach, table, log)?.0)
}

/// As [`describe`], with the files that then counted.
pub fn with_files(reach: &Reach, table: &Table, log: &TableLog) -> Result<(Described, Vec<Placed>), String> {
    let (described, state) = read(reach, table, log)?;
    let columns = state.metadata.as_ref().map_or(&[][..], |metadata| &metadata.partition_columns);
    let files = state.placed(table, columns)?;
    Ok((described, files))
}

fn read(reach: &Reach, table: &Table, log: &TableLog) -> Result<(Described, State), String> {
    let state = State::read(reach, table, log)?;
    let metadata = state.metadata.as_ref().ok_or("has a log without metadata: it says no schema")?;
    let is_partition = |name: &str| metadata.partition_columns.iter().any(|column| column == name);
    let columns = stated::columns(&schema::fields(&metadata.schema_string)?, &is_partition)?;
    let protocol = state.protocol.as_ref().ok_or("has a log without a protocol: it says no version")?;
    let configuration = metadata.configuration.iter();
    let configuration = configuration.filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?)));
    let mut raw = vec![
        ("table_format", json!(log.format.as_str())),
        ("table_version", json!(state.version)),
        ("reader_version", json!(protocol.min_reader_version)),
        ("partitioned_by", json!(metadata.partition_columns)),
        ("properties", json!(properties(configuration))),
    ];
    raw.extend(metadata.name.as_ref().map(|name| ("table_name", json!(name))));
    raw.extend(protocol.reader_features.as_ref().map(|features| ("reader_features", json!(features))));
    raw.extend(state.operation.as_ref().map(|operation| ("last_operation", json!(operation))));
    raw.retain(|(_, value)| value != &json!([]) && value != &json!({}));
    let rowless = protocol::rowless(protocol, metadata, &state);
    raw.extend(rowless.as_ref().map(|why| ("rows_not_read", json!(why))));
    let described = Described {
        format: Format::Parquet,
        log: Some(log.format),
        rows: state.rows(),
        bytes: state.bytes(),
        files: state.live.len() as u64,
        partitions: state.partitions(),
        changed: state.changed,
        description: metadata.description.clone(),
        traits: Default::default(),
        older_types: Default::default(),
        raw: raw.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        rowless,
        columns,
    };
    Ok((described, state))
}
