//! The facts of one table, from all of its files.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use loggia_model::facts::{AssetFacts, AssetType, ColumnFacts, ColumnKey};
use loggia_model::{ColumnPath, Timestamp};
use serde_json::{Map, Value, json};

use super::format::Format;
use super::guess::Guess;
use super::merge::Merged;
use super::part::Part;
use super::tables::{Placed, Table};
use super::{csv, parquet};

pub fn of(table: &Table) -> Result<AssetFacts, String> {
    if let Some(why) = &table.refused {
        return Err(why.clone());
    }
    let format = one_format(table)?;
    let mut newest_first: Vec<&Placed> = table.files.iter().collect();
    newest_first.sort_by_key(|placed| (Reverse(placed.file.changed), &placed.file.path));
    let mut merged = Merged::default();
    for placed in newest_first {
        merged.add(read(placed).map_err(|why| named(table, placed, why))?);
    }
    let mut facts = AssetFacts {
        asset_type: Some(AssetType::Table),
        platform: Some(format.as_str().to_owned()),
        rows: Some(merged.rows),
        bytes: Some(table.files.iter().map(|placed| placed.file.bytes).fold(0, u64::saturating_add)),
        files: u64::try_from(table.files.len()).ok(),
        partitions: partitions(table),
        data_changed_at: table.files.iter().filter_map(|placed| placed.file.changed).max().map(whole_second),
        raw: Some(raw(format, &merged)),
        ..AssetFacts::default()
    };
    for column in merged.columns() {
        let data_type = Some(column.data_type.words().to_owned());
        let column_facts = ColumnFacts { data_type, nullable: column.nullable, ..ColumnFacts::default() };
        facts.columns.insert(column.path, column_facts);
    }
    add_partition_columns(table, &mut facts)?;
    Ok(facts)
}

fn one_format(table: &Table) -> Result<Format, String> {
    let formats: HashSet<Format> = table.files.iter().map(|placed| placed.file.format).collect();
    match formats.iter().next() {
        Some(format) if formats.len() == 1 => Ok(*format),
        _ => Err("its partitions hold both Parquet and CSV files: a table is of one format".to_owned()),
    }
}

fn read(placed: &Placed) -> Result<Part, String> {
    match placed.file.format {
        Format::Parquet => parquet::read(&placed.file.path),
        Format::Csv => csv::read(&placed.file.path),
    }
}

/// Says which of several files was at fault.
fn named(table: &Table, placed: &Placed, why: String) -> String {
    match placed.file.path.strip_prefix(&table.path) {
        Ok(below) if !below.as_os_str().is_empty() => format!("its file '{}' {why}", below.display()),
        _ => why,
    }
}

/// How many partition folders hold files; `None` where there are none.
fn partitions(table: &Table) -> Option<u64> {
    let folders =
        table.files.iter().map(|placed| &placed.partitions).filter(|partitions| !partitions.is_empty());
    let distinct: HashSet<_> = folders.collect();
    u64::try_from(distinct.len()).ok().filter(|count| *count > 0)
}

/// Copying a file keeps whole seconds and often no more; a copy shall say the same.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros().div_euclid(1_000_000) * 1_000_000)
}

fn raw(format: Format, merged: &Merged) -> Value {
    let mut raw = Map::new();
    raw.insert("format".to_owned(), json!(format.as_str()));
    for (name, values) in &merged.traits {
        let mut all = values.iter();
        let value = match (all.next(), all.next()) {
            (Some(only), None) => json!(only),
            _ => json!(values),
        };
        raw.insert((*name).to_owned(), value);
    }
    if !merged.older_types.is_empty() {
        raw.insert("types_in_older_files".to_owned(), json!(merged.older_types));
    }
    Value::Object(raw)
}

struct PartitionColumn {
    guess: Option<Guess>,
    files: usize,
    nulls: bool,
}

/// At the end, as engines show them. Of a column that the files have too, the files say the type.
fn add_partition_columns(table: &Table, facts: &mut AssetFacts) -> Result<(), String> {
    let mut order: Vec<&str> = Vec::new();
    let mut columns: BTreeMap<&str, PartitionColumn> = BTreeMap::new();
    for partition in table.files.iter().flat_map(|placed| &placed.partitions) {
        let column = columns.entry(&partition.key).or_insert_with(|| {
            order.push(&partition.key);
            PartitionColumn { guess: None, files: 0, nulls: false }
        });
        column.files += 1;
        column.nulls |= partition.value.is_none();
        column.guess = match (column.guess, partition.guess()) {
            (Some(one), Some(other)) => Some(one.or(other)),
            (one, other) => one.or(other),
        };
    }
    for key in order {
        let Some(column) = columns.get(key) else { continue };
        let path =
            ColumnPath::top(key).map_err(|error| format!("has a partition that cannot be named: {error}"))?;
        let known = facts.columns.entry(path).or_default();
        known.key = Some(ColumnKey::Partition);
        if known.data_type.is_none() {
            known.data_type = Some(column.guess.unwrap_or(Guess::String).as_str().to_owned());
            known.nullable = Some(column.nulls || column.files < table.files.len());
        }
    }
    Ok(())
}
