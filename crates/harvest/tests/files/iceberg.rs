//! Iceberg tables, which pyiceberg has made, and what is wrong with metadata that nobody should have made.

use std::fs;
use std::path::PathBuf;

use loggia_connect::files::{Reach, find_below};
use loggia_harvest::files::{self, Limits, SampleLimits};
use loggia_model::facts::{AssetFacts, ColumnKey};
use serde_json::{Value, json};

use super::lake::{Lake, columns, names};

/// The column `id` of all rows, sorted.
fn ids(lake: &Lake, name: &str) -> Result<Vec<i64>, String> {
    let table = find_below(&lake.root(), name).unwrap().unwrap();
    let limits = SampleLimits::default();
    let (sampled, _) = files::sample(&Reach::Disk, &table, &["id".to_owned()], &limits)?;
    let mut ids: Vec<i64> =
        sampled.first.iter().map(|row| row[0].as_deref().unwrap().parse().unwrap()).collect();
    ids.sort_unstable();
    Ok(ids)
}

fn raw(facts: &AssetFacts, key: &str) -> Value {
    facts.raw.as_ref().unwrap()[key].clone()
}

/// The newest metadata file of a table.
fn metadata(lake: &Lake, name: &str) -> PathBuf {
    let folder = fs::read_dir(lake.root().join(name).join("metadata")).unwrap();
    let all = folder.map(|entry| entry.unwrap().path());
    all.filter(|path| path.to_string_lossy().ends_with(".metadata.json")).max().unwrap()
}

fn change(lake: &Lake, name: &str, how: impl FnOnce(&mut Value)) {
    let path = metadata(lake, name);
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    how(&mut value);
    fs::write(path, value.to_string()).unwrap();
}

fn only(lake: &Lake, name: &str) {
    for entry in fs::read_dir(lake.root()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != name {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}

#[test]
fn every_table_is_known_by_its_metadata_and_nothing_in_its_folder_is_a_table_beside() {
    let lake = Lake::of("iceberg");
    assert_eq!(
        names(&lake.harvest()),
        ["empty", "evolved", "older", "overwritten", "partitioned", "renamed"]
    );
    assert_eq!(lake.harvest().assets, lake.harvest().assets);
}

#[test]
fn the_newest_snapshot_is_the_table_wherever_it_lies_now() {
    let lake = Lake::of("iceberg");
    let facts = lake.table("overwritten");
    assert_eq!(facts.platform.as_deref(), Some("iceberg"));
    assert_eq!(facts.description.as_deref(), Some("All orders there are."));
    assert_eq!((facts.rows, facts.files), (Some(3), Some(1)));
    assert_eq!(columns(&facts), ["id int64?", "amount double?", "country string?"]);
    assert_eq!(facts.columns[0].description.as_deref(), Some("The number on the invoice."));
    assert_eq!(raw(&facts, "format_version"), json!(2));
    assert!(raw(&facts, "snapshot").is_string());
    assert_eq!(ids(&lake, "overwritten").unwrap(), [100, 101, 102]);
}

#[test]
fn a_partition_spec_is_told_in_words_and_deleted_files_are_gone() {
    let lake = Lake::of("iceberg");
    let facts = lake.table("partitioned");
    assert_eq!(raw(&facts, "partitioned_by"), json!(["day(at)", "country"]));
    assert_eq!(raw(&facts, "last_operation"), json!("delete"));
    let keys: Vec<&str> = facts
        .columns
        .iter()
        .filter(|(_, column)| column.key == Some(ColumnKey::Partition))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(keys, ["country", "at"]);
    assert_eq!((facts.rows, facts.files), (Some(4), Some(3)));
    assert_eq!(ids(&lake, "partitioned").unwrap(), [1, 3, 5, 7]);
}

#[test]
fn the_schema_is_the_newest_with_its_docs_and_what_is_nested() {
    let lake = Lake::of("iceberg");
    let facts = lake.table("evolved");
    let expected = [
        "id int64",
        "price decimal(12,2)?",
        "address struct?",
        "address.street string?",
        "address.codes list<int32>?",
        "address.codes.[] int32?",
        "labels map<string, int32>?",
        "labels.{key} string",
        "labels.{value} int32?",
        "day date?",
        "note string?",
    ];
    assert_eq!(columns(&facts), expected);
    let note = facts.columns.values().last().unwrap();
    assert_eq!(note.description.as_deref(), Some("Came later."));
    let table = find_below(&lake.root(), "evolved").unwrap().unwrap();
    let profile =
        files::profile(&Reach::Disk, &table, &Limits { bytes: u64::MAX, threads: 2 }, &|_, _| {}).unwrap();
    assert_eq!((profile.head.rows, profile.head.rows_read), (2, 2));
}

#[test]
fn a_table_that_nothing_was_written_to_is_there_with_no_rows() {
    let lake = Lake::of("iceberg");
    let facts = lake.table("empty");
    assert_eq!((facts.rows, facts.files, facts.bytes), (Some(0), Some(0), Some(0)));
    assert!(ids(&lake, "empty").unwrap().is_empty());
}

#[test]
fn the_first_version_and_packed_metadata_are_read_too() {
    let lake = Lake::of("iceberg");
    let plain = metadata(&lake, "older");
    let text = fs::read_to_string(&plain).unwrap();
    fs::remove_file(&plain).unwrap();
    let lake = lake.packed("older/metadata/00001-x.gz.metadata.json", &text);
    let facts = lake.table("older");
    assert_eq!(raw(&facts, "format_version"), json!(1));
    assert_eq!((facts.rows, facts.files), (Some(4), Some(1)));
    assert_eq!(ids(&lake, "older").unwrap(), [0, 1, 2, 3]);
}

#[test]
fn rows_of_columns_that_were_renamed_are_not_shown_under_wrong_names() {
    let lake = Lake::of("iceberg");
    assert_eq!(columns(&lake.table("renamed")), ["id int64?", "amount double?", "land string?"]);
    let why = ids(&lake, "renamed").unwrap_err();
    assert_eq!(why, "had other names for its columns before (such as 'land')");
}

#[test]
fn the_hint_says_which_metadata_counts() {
    let lake = Lake::of("iceberg").file("overwritten/metadata/version-hint.text", "1\n");
    assert_eq!(lake.table("overwritten").rows, Some(5), "as it was after the first append");
    let lake = lake.file("overwritten/metadata/version-hint.text", "what");
    assert_eq!(lake.table("overwritten").rows, Some(3));
}

#[test]
fn delete_files_and_newer_versions_are_described_and_their_rows_refused() {
    let lake = Lake::of("iceberg");
    change(&lake, "overwritten", |value| {
        let snapshots = value["snapshots"].as_array_mut().unwrap();
        snapshots.last_mut().unwrap()["summary"]["total-delete-files"] = json!("1");
    });
    let facts = lake.table("overwritten");
    assert_eq!((facts.rows, facts.files), (None, Some(1)));
    assert!(ids(&lake, "overwritten").unwrap_err().starts_with("has delete files"));
    change(&lake, "partitioned", |value| value["format-version"] = json!(3));
    assert_eq!(lake.table("partitioned").rows, Some(4));
    assert!(ids(&lake, "partitioned").unwrap_err().starts_with("is of version 3 of Iceberg"));
}

#[test]
fn a_file_outside_of_the_tables_location_is_never_read() {
    let lake = Lake::of("iceberg");
    change(&lake, "overwritten", |value| value["location"] = json!("file:///elsewhere"));
    let why = ids(&lake, "overwritten").unwrap_err();
    assert!(why.ends_with("which is not below its location"), "{why}");
    change(&lake, "overwritten", |value| value["location"] = json!("file:///tmp/lake/iceberg/over"));
    assert!(ids(&lake, "overwritten").is_err());
}

#[test]
fn broken_metadata_and_manifests_say_where() {
    let lake = Lake::of("iceberg");
    only(&lake, "overwritten");
    let path = metadata(&lake, "overwritten");
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, "{").unwrap();
    let why = lake.refusal();
    assert!(why.starts_with(&format!("its metadata file '{name}' is no metadata of Iceberg: ")), "{why}");
    fs::write(&path, &whole).unwrap();
    change(&lake, "overwritten", |value| value["current-snapshot-id"] = json!(7));
    assert_eq!(lake.refusal(), "has metadata without its current snapshot 7");
    fs::write(&path, &whole).unwrap();
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let manifest = entry.unwrap().path();
        if manifest.extension().is_some_and(|extension| extension == "avro") {
            let bytes = fs::read(&manifest).unwrap();
            fs::write(&manifest, &bytes[..bytes.len() / 2]).unwrap();
        }
    }
    assert_eq!(lake.table("overwritten").rows, Some(3), "it is described all the same");
    let why = ids(&lake, "overwritten").unwrap_err();
    assert!(why.starts_with("its manifest 'snap-") && why.contains("cannot be read"), "{why}");
}
