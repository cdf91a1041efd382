//! Profiles of whole tables. What is told of one column is tested in `quality`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loggia_connect::files::at;
use loggia_harvest::files::{Limits, profile};
use loggia_quality::profile::{ColumnProfile, Estimate, Kind, STRIPES, TableProfile};

use super::lake::{Lake, parquet_of};

const WHOLE: Limits = Limits { bytes: u64::MAX, threads: 2 };

fn profiled(lake: &Lake, limits: &Limits) -> Result<TableProfile, String> {
    let tables = at(&lake.root()).unwrap();
    assert_eq!(tables.len(), 1);
    profile(&tables[0], limits, &|_, _| {})
}

fn column<'p>(profile: &'p TableProfile, path: &str) -> &'p ColumnProfile {
    let found = profile.columns.iter().find(|column| column.path.as_str() == path);
    found.unwrap_or_else(|| panic!("no {path}"))
}

#[test]
fn a_csv_file_is_told_by_the_types_of_its_fields() {
    let rows: String = (0..2_000)
        .map(|row| {
            let mail = if row % 4 == 0 { String::new() } else { format!("p{row}@example.com") };
            let day = 1 + row % 28;
            format!("{row},{}.5,{},{mail},2026-02-{day:02}\n", row % 10, row % 2 == 0)
        })
        .collect();
    let lake = Lake::new().file("people.csv", format!("id,score,active,email,since\n{rows}"));
    for threads in [1, 2, 7] {
        let profile = profiled(&lake, &Limits { threads, ..WHOLE }).unwrap();
        assert_eq!((profile.head.rows, profile.head.rows_read), (2_000, 2_000));
        let kinds: Vec<Kind> = profile.columns.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [Kind::Integer, Kind::Float, Kind::Boolean, Kind::Text, Kind::Date]);
        let id = column(&profile, "id");
        assert_eq!((id.distinct, id.mean), (Some(Estimate::exact(2_000)), Some(999.5)));
        assert_eq!(column(&profile, "email").nulls, 500);
        assert_eq!(column(&profile, "email").patterns[0].count, 1_500);
        let since = column(&profile, "since").range.clone().unwrap();
        assert_eq!((since.min.as_str(), since.max.as_str()), ("2026-02-01", "2026-02-28"));
    }
}

#[test]
fn partition_folders_are_columns_and_files_without_a_column_have_nulls_there() {
    let both = parquet_of("required int64 id; required int64 extra;", &[1, 2, 3]);
    let lake = Lake::new()
        .ids("orders/year=2025/a.parquet", 5)
        .file("orders/year=2026/b.parquet", both)
        .written("orders/year=2025/a.parquet", Duration::ZERO)
        .written("orders/year=2026/b.parquet", Duration::from_secs(60));
    let profile = profiled(&lake, &WHOLE).unwrap();

    assert_eq!(profile.head.rows, 8);
    assert_eq!(profile.head.data_changed_at.unwrap().to_string(), "2026-01-01T00:01:00Z");
    let paths: Vec<&str> = profile.columns.iter().map(|column| column.path.as_str()).collect();
    assert_eq!(paths, ["id", "extra", "year"]);
    assert_eq!((column(&profile, "id").values, column(&profile, "id").nulls), (8, 0));
    let extra = column(&profile, "extra");
    assert_eq!((extra.values, extra.nulls, extra.mean), (8, 5, Some(2.0)));
    assert_eq!(extra.null_stripes.len(), STRIPES);
    assert_eq!((extra.null_stripes[0], extra.null_stripes[STRIPES - 1]), (1.0, 0.0));
    let year = column(&profile, "year");
    assert_eq!((year.kind, year.distinct), (Kind::Integer, Some(Estimate::exact(2))));
}

#[test]
fn a_column_of_two_types_is_left_out_with_a_reason_and_the_others_stand() {
    let lake = Lake::new()
        .file("t/part-0.parquet", parquet_of("required int64 id; required int64 age;", &[1]))
        .file(
            "t/part-1.parquet",
            parquet_of("required int64 id; required int64 age (TIMESTAMP_MICROS);", &[2]),
        );
    let profile = profiled(&lake, &WHOLE).unwrap();
    assert_eq!(column(&profile, "id").values, 2);
    assert_eq!(profile.columns.len(), 1);
    let skipped = &profile.head.skipped[0];
    assert_eq!(skipped.column, "age");
    assert!(skipped.why.starts_with("column 'age' is Int64 in one file and Timestamp("), "{}", skipped.why);
}

#[test]
fn a_large_table_is_sampled_evenly_and_says_so() {
    let mut lake = Lake::new();
    for part in 0..20 {
        lake = lake.ids(&format!("t/part-{part:02}.parquet"), 100);
    }
    let bytes = at(&lake.root()).unwrap()[0].describe().unwrap().bytes;
    let profile = profiled(&lake, &Limits { bytes: bytes / 4, threads: 2 }).unwrap();
    assert_eq!((profile.head.rows, profile.head.rows_read), (2_000, 500));
    assert!(profile.head.is_sampled());
    assert_eq!(column(&profile, "id").values, 500);

    let rows: String = (0..1_000).map(|row| format!("{row}\n")).collect();
    let lake = Lake::new().file("t.csv", format!("id\n{rows}"));
    let profile = profiled(&lake, &Limits { bytes: 390, threads: 2 }).unwrap();
    assert!((90..=110).contains(&profile.head.rows_read), "{}", profile.head.rows_read);
    assert_eq!(column(&profile, "id").values, profile.head.rows_read);
}

#[test]
fn the_version_changes_with_the_data_and_with_nothing_else() {
    let lake = Lake::new().ids("t.parquet", 3).written("t.parquet", Duration::ZERO);
    let version = || at(&lake.root()).unwrap()[0].version();
    let first = version();
    assert_eq!(first, version());
    let lake = lake.written("t.parquet", Duration::from_secs(1));
    let later = at(&lake.root()).unwrap()[0].version();
    assert_ne!(first, later);
    let lake = lake.ids("t.parquet", 4).written("t.parquet", Duration::from_secs(1));
    assert_ne!(later, at(&lake.root()).unwrap()[0].version());
}

#[test]
fn what_cannot_be_read_is_named_with_its_file() {
    let whole = parquet_of("required int64 id;", &[1, 2, 3]);
    let mut broken = whole.clone();
    // In the middle of the first page.
    broken[4..24].fill(0xff);
    let lake = Lake::new().file("t/part-0.parquet", whole).file("t/part-1.parquet", broken);
    let why = profiled(&lake, &WHOLE).unwrap_err();
    assert!(why.starts_with("its file 'part-1.parquet' cannot be decoded: "), "{why}");
}

#[test]
fn progress_reaches_its_end() {
    let lake = Lake::new().file("t.csv", "a,b\n1,2\n3,4\n");
    let tables = at(&lake.root()).unwrap();
    let (done, total) = (AtomicU64::new(0), AtomicU64::new(0));
    let tell = |so_far: u64, all: u64| {
        done.fetch_max(so_far, Ordering::Relaxed);
        total.store(all, Ordering::Relaxed);
    };
    profile(&tables[0], &WHOLE, &tell).unwrap();
    assert_eq!((done.into_inner(), total.into_inner()), (4, 4));
}
