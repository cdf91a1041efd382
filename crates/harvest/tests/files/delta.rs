//! Delta Lake tables, which delta-rs has made, and what is wrong with logs that nobody should have made.

use loggia_connect::files::{Reach, find_below};
use loggia_harvest::files::{self, Limits, SampleLimits};
use loggia_model::facts::{AssetFacts, ColumnKey};
use serde_json::{Value, json};

use super::lake::{Lake, columns, names, parquet_of};

/// The rows of a table as text, sorted, of all its columns.
fn rows(lake: &Lake, name: &str) -> Result<Vec<String>, String> {
    let table = find_below(&lake.root(), name).unwrap().unwrap();
    let (_, described) = table.for_rows(&Reach::Disk)?;
    let top = described.columns.iter().filter(|column| column.path.depth() == 0);
    let columns: Vec<String> = top.map(|column| column.path.name()).collect();
    let (sampled, _) = files::sample(&Reach::Disk, &table, &columns, &SampleLimits::default())?;
    let told = |row: &Vec<Option<String>>| {
        let cells = row.iter().map(|cell| cell.clone().unwrap_or_else(|| "-".to_owned()));
        cells.collect::<Vec<_>>().join(" ")
    };
    let mut rows: Vec<String> = sampled.first.iter().map(told).collect();
    rows.sort();
    Ok(rows)
}

fn raw(facts: &AssetFacts, key: &str) -> Value {
    facts.raw.as_ref().unwrap()[key].clone()
}

#[test]
fn every_table_is_known_by_its_log_and_nothing_in_its_folder_is_a_table_beside() {
    let lake = Lake::of("delta");
    assert_eq!(names(&lake.harvest()), ["checkpointed", "evolved", "overwritten", "partitioned"]);
    assert_eq!(lake.harvest().assets, lake.harvest().assets);
}

#[test]
fn files_that_were_overwritten_no_longer_count() {
    let lake = Lake::of("delta");
    let facts = lake.table("overwritten");
    assert_eq!(facts.platform.as_deref(), Some("delta"));
    assert_eq!(facts.description.as_deref(), Some("All orders there are."));
    assert_eq!((facts.rows, facts.files, facts.partitions), (Some(3), Some(1), None));
    assert_eq!(columns(&facts), ["id int64?", "amount double?", "country string?"]);
    assert_eq!(raw(&facts, "table_version"), json!(2));
    assert_eq!(raw(&facts, "table_name"), json!("orders"));
    assert_eq!(raw(&facts, "last_operation"), json!("WRITE"));
    assert_eq!(rows(&lake, "overwritten").unwrap(), ["100 150.0 AR", "101 151.5 PY", "102 153.0 AR"]);
}

#[test]
fn partitions_have_the_values_that_the_log_says_and_deleted_rows_are_gone() {
    let lake = Lake::of("delta");
    let facts = lake.table("partitioned");
    assert_eq!((facts.rows, facts.files, facts.partitions), (Some(5), Some(2), Some(2)));
    let keys: Vec<&str> = facts
        .columns
        .iter()
        .filter(|(_, column)| column.key == Some(ColumnKey::Partition))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(keys, ["day", "city"]);
    assert_eq!(raw(&facts, "partitioned_by"), json!(["day", "city"]));
    let expected = [
        "1 1.5 PY 2026-01-02 -",
        "2 3.0 AR 2026-01-03 a/b c%",
        "5 7.5 PY 2026-01-03 a/b c%",
        "7 10.5 PY 2026-01-02 -",
        "8 12.0 AR 2026-01-03 a/b c%",
    ];
    assert_eq!(rows(&lake, "partitioned").unwrap(), expected);
}

#[test]
fn the_schema_is_the_newest_with_its_comments_and_what_is_nested() {
    let lake = Lake::of("delta");
    let facts = lake.table("evolved");
    let expected = [
        "id int64",
        "price decimal(12,2)?",
        "at timestamp(us, utc)?",
        "address struct?",
        "address.street string",
        "address.codes list<int32>?",
        "address.codes.[] int32?",
        "labels map<string, int32>?",
        "labels.{key} string",
        "labels.{value} int32?",
        "note string?",
    ];
    assert_eq!(columns(&facts), expected);
    assert_eq!(facts.columns[0].description.as_deref(), Some("The number on the invoice."));
    assert_eq!((facts.rows, facts.files), (Some(8), Some(2)));
    let table = find_below(&lake.root(), "evolved").unwrap().unwrap();
    let profile =
        files::profile(&Reach::Disk, &table, &Limits { bytes: u64::MAX, threads: 2 }, &|_, _| {}).unwrap();
    assert_eq!(profile.head.rows, 8);
    let note = profile.columns.iter().find(|column| column.path.as_str() == "note").unwrap();
    assert_eq!((note.values, note.nulls), (8, 4), "the older file has none of it");
}

#[test]
fn a_log_is_read_from_its_checkpoint_on() {
    let lake = Lake::of("delta");
    let facts = lake.table("checkpointed");
    assert_eq!(raw(&facts, "table_version"), json!(4));
    assert_eq!(facts.rows, Some(11), "twelve, and one was deleted");
    let ids: Vec<String> = rows(&lake, "checkpointed").unwrap();
    let mut ids: Vec<i64> = ids.iter().map(|row| row.split(' ').next().unwrap().parse().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(facts.partitions, Some(2));
}

#[test]
fn a_checkpoint_of_several_parts_counts_where_all_of_them_are_there() {
    let lake = Lake::of("delta");
    let log = lake.root().join("checkpointed/_delta_log");
    let part = |part: u32| log.join(format!("00000000000000000003.checkpoint.{part:010}.0000000002.parquet"));
    std::fs::rename(log.join("00000000000000000003.checkpoint.parquet"), part(1)).unwrap();
    let harvested = lake.harvest();
    let why = "has a log that lacks its commit 0 of 4: and no checkpoint stands for it";
    assert_eq!(harvested.refused.iter().map(|refusal| refusal.why.as_str()).collect::<Vec<_>>(), [why]);
    // What two parts say alike counts once.
    std::fs::copy(part(1), part(2)).unwrap();
    assert_eq!(lake.table("checkpointed").rows, Some(11));
}

#[test]
fn a_version_of_the_data_follows_the_log() {
    let lake = Lake::of("delta");
    let version = |lake: &Lake| find_below(&lake.root(), "overwritten").unwrap().unwrap().version();
    let before = version(&lake);
    let lake = lake.file("overwritten/left-behind.parquet", parquet_of("required int64 id;", &[1]));
    assert_eq!(version(&lake), before, "what the log does not name is nothing");
    let lake = lake.file("overwritten/_delta_log/00000000000000000003.json", "{\"commitInfo\":{}}");
    assert_ne!(version(&lake), before);
}

/// A log of one commit, of a table of one file with the numbers 1 and 2.
fn table(commit: &[Value]) -> Lake {
    let lines: Vec<String> = commit.iter().map(Value::to_string).collect();
    Lake::new()
        .file("t/_delta_log/00000000000000000000.json", lines.join("\n"))
        .file("t/a.parquet", parquet_of("required int64 id;", &[1, 2]))
        .file(".outside.parquet", parquet_of("required int64 id;", &[3]))
}

fn protocol() -> Value {
    json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}})
}

fn metadata(configuration: Value) -> Value {
    let schema = json!({"type": "struct", "fields": [
        {"name": "id", "type": "long", "nullable": false, "metadata": {}}]});
    json!({"metaData": {"id": "x", "format": {"provider": "parquet"}, "schemaString": schema.to_string(),
        "partitionColumns": [], "configuration": configuration}})
}

fn add(path: &str) -> Value {
    json!({"add": {"path": path, "partitionValues": {}, "size": 100, "modificationTime": 1_700_000_000_000_i64,
        "dataChange": true, "stats": "{\"numRecords\":2}"}})
}

#[test]
fn a_file_outside_of_the_tables_folder_is_never_read() {
    for path in [
        "../.outside.parquet",
        "%2e%2e/.outside.parquet",
        "x/%2E%2E/../../.outside.parquet",
        "/etc/passwd",
        "file:///etc/passwd",
        "s3://elsewhere/a.parquet",
        "",
    ] {
        let why = table(&[protocol(), metadata(json!({})), add(path)]).refusal();
        assert!(why.starts_with("its log names the file '"), "{path}: {why}");
        assert!(why.ends_with("which is not below its folder"), "{path}: {why}");
    }
}

#[test]
fn what_would_show_wrong_rows_is_described_and_its_rows_are_refused() {
    let vector = json!({"storageType": "u", "pathOrInlineDv": "ab^-aqEH.-t@S}K{vb[*k^", "offset": 4,
        "sizeInBytes": 40, "cardinality": 1});
    let mut deleted = add("a.parquet");
    deleted["add"]["deletionVector"] = vector;
    let features = |feature: &str| {
        json!({"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": [feature],
            "writerFeatures": [feature]}})
    };
    let mapped = metadata(json!({"delta.columnMapping.mode": "name"}));
    let plain = || metadata(json!({}));
    for (commit, rows_there, why) in [
        ([features("deletionVectors"), plain(), deleted], 1, "has deletion vectors"),
        ([features("columnMapping"), mapped, add("a.parquet")], 2, "maps its columns to other names"),
        (
            [features("newest"), plain(), add("a.parquet")],
            2,
            "asks its readers for what is not known: newest",
        ),
        (
            [json!({"protocol": {"minReaderVersion": 9, "minWriterVersion": 9}}), plain(), add("a.parquet")],
            2,
            "asks for readers of version 9",
        ),
    ] {
        let lake = table(&commit);
        let facts = lake.table("t");
        assert_eq!((columns(&facts), facts.rows), (vec!["id int64".to_owned()], Some(rows_there)));
        let refused = rows(&lake, "t").unwrap_err();
        assert!(refused.starts_with(why), "{refused}");
        assert_eq!(raw(&facts, "rows_not_read"), json!(refused));
    }
    let lake = table(&[features("deletionVectors"), plain(), add("a.parquet")]);
    assert_eq!(rows(&lake, "t").unwrap(), ["1", "2"], "it may have some, and has none");
}

#[test]
fn a_state_of_a_file_is_told_by_its_deletion_vector_in_whichever_order() {
    let mut deleted = add("a.parquet");
    deleted["add"]["deletionVector"] =
        json!({"storageType": "i", "pathOrInlineDv": "x", "sizeInBytes": 4, "cardinality": 1});
    let remove = json!({"remove": {"path": "a.parquet", "dataChange": true}});
    let commit = [protocol(), metadata(json!({})), add("a.parquet"), deleted, remove];
    let facts = table(&commit).table("t");
    assert_eq!((facts.files, facts.rows), (Some(1), Some(1)));
}

#[test]
fn a_log_that_is_broken_says_where() {
    let name = "t/_delta_log/00000000000000000001.json";
    let whole = || table(&[protocol(), metadata(json!({})), add("a.parquet")]);
    let why = whole().file(name, "{\"add\":\n").refusal();
    assert!(
        why.starts_with("its commit '00000000000000000001.json' is no action of Delta Lake in line 1: "),
        "{why}"
    );
    let why = whole().file("t/_delta_log/00000000000000000002.json", "{}").refusal();
    assert_eq!(why, "has a log that lacks its commit 1 of 2: and no checkpoint stands for it");
    let why = whole().file("t/_delta_log/00000000000000000001.checkpoint.parquet", "PAR1").refusal();
    assert!(
        why.starts_with("its checkpoint '00000000000000000001.checkpoint.parquet' has 4 bytes, too few"),
        "{why}"
    );
    let why = table(&[protocol()]).refusal();
    assert_eq!(why, "has a log without metadata: it says no schema");
    let deep = format!("{}{}", "{\"type\":\"array\",\"elementType\":".repeat(5_000), "\"long\"");
    let mut broken = metadata(json!({}));
    broken["metaData"]["schemaString"] = json!(deep);
    let why = table(&[protocol(), broken]).refusal();
    assert!(why.starts_with("has a schema that is none of Delta Lake: "), "{why}");
    let lake = Lake::new().file("t/_delta_log/notes.txt", "").ids("t/a.parquet", 1);
    assert_eq!(lake.refusal(), "is a Delta Lake table, and nothing in its _delta_log says what it is");
}

#[test]
fn a_log_of_which_any_byte_is_damaged_is_read_or_refused() {
    let commit = [protocol(), metadata(json!({})), add("a.parquet")];
    let lines: Vec<String> = commit.iter().map(Value::to_string).collect();
    let whole = lines.join("\n").into_bytes();
    let lake = table(&commit);
    let log = lake.root().join("t/_delta_log/00000000000000000000.json");
    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] = b'"';
        std::fs::write(&log, damaged).unwrap();
        let _either = lake.harvest();
    }
}
