//! Profiles of whole tables. What is told of one column is tested in `quality`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use loggia_connect::files::{Reach, at};
use loggia_harvest::files::{Limits, profile};
use loggia_quality::profile::{ColumnProfile, Estimate, Kind, STRIPES, TableProfile};

use super::lake::{Lake, parquet_of};

const WHOLE: Limits = Limits { bytes: u64::MAX, threads: 2 };

fn profiled(lake: &Lake, limits: &Limits) -> Result<TableProfile, String> {
    let tables = at(&lake.root()).unwrap();
    assert_eq!(tables.len(), 1);
    profile(&Reach::Disk, &tables[0], limits, &|_, _| {})
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
fn a_wide_table_is_told_in_passes_and_a_file_without_their_columns_counts_in_each() {
    const WIDTH: usize = 2_300;
    let names: Vec<String> = (0..WIDTH).map(|column| format!("c{column}")).collect();
    let schema: String = names.iter().map(|name| format!("required int64 {name};")).collect();
    let row = |value: i64| vec![value.to_string(); WIDTH].join(",");
    let parquet = Lake::new()
        .file("t/part-0.parquet", parquet_of("required int64 c1;", &[7, 8]))
        .file("t/part-1.parquet", parquet_of(&schema, &[1, 2, 3]));
    let csv = Lake::new()
        .file("t/part-0.csv", "c1\n7\n8\n")
        .file("t/part-1.csv", [names.join(","), row(1), row(2), row(3)].join("\n"));
    for lake in [parquet, csv] {
        let tables = at(&lake.root()).unwrap();
        let heard = std::sync::Mutex::new((0, 0));
        let told = |done: u64, all: u64| {
            let mut heard = heard.lock().unwrap();
            *heard = (*heard).max((done, all));
        };
        let profile = profile(&Reach::Disk, &tables[0], &WHOLE, &told).unwrap();
        assert_eq!((profile.head.rows, profile.head.rows_read), (5, 5));
        let paths: Vec<&str> = profile.columns.iter().map(|column| column.path.as_str()).collect();
        let described = tables[0].describe(&Reach::Disk).unwrap();
        let told: Vec<&str> = described.columns.iter().map(|column| column.path.as_str()).collect();
        assert_eq!(paths, told);
        assert_eq!(paths.len(), WIDTH);
        let both = column(&profile, "c1");
        assert_eq!((both.values, both.nulls, both.mean), (5, 0, Some(21.0 / 5.0)));
        for name in ["c0", "c999", "c1000", "c2299"] {
            let one = column(&profile, name);
            assert_eq!((one.values, one.nulls, one.mean), (5, 2, Some(2.0)), "{name}");
        }
        let (done, all) = *heard.lock().unwrap();
        assert!(done > 0 && done <= all, "{done} of {all}");
    }
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
    let bytes = at(&lake.root()).unwrap()[0].describe(&Reach::Disk).unwrap().bytes;
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
    profile(&Reach::Disk, &tables[0], &WHOLE, &tell).unwrap();
    assert_eq!((done.into_inner(), total.into_inner()), (4, 4));
}

mod samples {
    use loggia_connect::files::{Reach, at, find_below};
    use loggia_harvest::files::{SampleLimits, Sampled, sample};

    use super::super::lake::{Lake, parquet_of};

    fn sampled(lake: &Lake, columns: &[&str], limits: &SampleLimits) -> Result<(Sampled, Vec<u8>), String> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        sample(&Reach::Disk, &at(&lake.root()).unwrap()[0], &columns, limits)
    }

    #[test]
    fn the_first_rows_tell_null_from_empty_and_only_what_is_asked_for() {
        let lake = Lake::new().file("t.csv", "id,name,email\n1,\"a,b\",x@example.com\n2,,\n");
        let (told, file) = sampled(&lake, &["name", "id", "gone"], &SampleLimits::default()).unwrap();
        let names: Vec<&str> = told.columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["id", "name"], "in the order of the table");
        let cell = |text: &str| Some(text.to_owned());
        assert_eq!(told.first, [vec![cell("1"), cell("a,b")], vec![cell("2"), None]]);
        assert!(file.starts_with(b"PAR1") && !file.windows(9).any(|some| some == b"x@example"));
        assert_eq!(told.rows, 2);
    }

    #[test]
    fn a_sample_is_cut_until_it_fits() {
        let rows: String = (0..3_000_u64)
            .map(|row| format!("{row},{:x}\n", row.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
            .collect();
        let lake = Lake::new().file("t.csv", format!("id,noise\n{rows}"));
        let limits = SampleLimits { bytes: 10_000, ..SampleLimits::default() };
        let (told, file) = sampled(&lake, &["id", "noise"], &limits).unwrap();
        assert!(file.len() <= 10_000 && (100..3_000).contains(&told.rows), "{} {}", file.len(), told.rows);

        let long = "x".repeat(400);
        let lake = Lake::new().file("t.csv", format!("id\n{long}\n"));
        let (told, _) = sampled(&lake, &["id"], &SampleLimits::default()).unwrap();
        assert_eq!(told.first[0][0].as_ref().unwrap().chars().count(), 301);
        let none = sampled(&lake, &["id"], &SampleLimits { bytes: 100, ..SampleLimits::default() });
        assert!(none.unwrap_err().contains("a first row of more than"));
    }

    #[test]
    fn a_wide_table_is_told_in_part_and_its_text_is_bounded() {
        let names: Vec<String> = (0..300).map(|column| format!("c{column}")).collect();
        let row = vec!["\u{1f600}".repeat(400); 300].join(",");
        let lake =
            Lake::new().file("t.csv", format!("{}\n{}", names.join(","), [row.as_str(); 20].join("\n")));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (told, _) = sampled(&lake, &names, &SampleLimits::default()).unwrap();
        assert_eq!((told.width, told.columns.len(), told.first[0].len()), (300, 200, 200));
        assert_eq!(told.first.len(), 1, "one row is as much text as is told");
    }

    #[test]
    fn rows_come_from_files_all_over_the_table_the_newest_first() {
        let mut lake = Lake::new();
        for part in 0..100 {
            let ids: Vec<i64> = (part * 1_000..part * 1_000 + 600).collect();
            let path = format!("t/part-{part:03}.parquet");
            let after = std::time::Duration::from_secs(part.unsigned_abs());
            lake = lake.file(&path, parquet_of("required int64 id;", &ids)).written(&path, after);
        }
        let (told, _) = sampled(&lake, &["id"], &SampleLimits::default()).unwrap();
        assert_eq!(told.rows, 5_000);
        assert_eq!(told.first[0][0].as_deref(), Some("99000"));
    }

    #[test]
    fn a_table_is_found_by_its_name_and_nothing_outside_of_its_folder() {
        let lake = Lake::new()
            .ids("sales/year=2026/a.parquet", 1)
            .ids("sales.parquet", 2)
            .file("deep/down/t.CSV", "id\n1\n")
            .file("deep/_hidden/t.csv", "id\n1\n")
            .file("deep/.t.csv", "id\n1\n")
            .file("secret/t.csv", "id\n1\n");
        let root = lake.root().join("deep");
        std::os::unix::fs::symlink(lake.root().join("secret"), root.join("linked")).unwrap();
        std::os::unix::fs::symlink(lake.root().join("secret/t.csv"), root.join("other.csv")).unwrap();
        let found =
            |root: &std::path::Path, name: &str| find_below(root, name).unwrap().map(|table| table.path);

        assert_eq!(found(&lake.root(), "sales"), Some(lake.root().join("sales")), "a folder before a file");
        assert_eq!(found(&lake.root(), "secret/t"), Some(lake.root().join("secret/t.csv")));
        assert_eq!(found(&root, "down/t"), Some(root.join("down/t.CSV")));
        assert_eq!(found(&lake.root().join("sales.parquet"), "sales"), None, "what is named is a folder");
        for name in
            ["../secret/t", "linked/t", "other", "/secret/t", "", ".", "down/../down/t", "nothing", "x\0y"]
        {
            assert_eq!(found(&root, name), None, "{name:?}");
        }
        assert!(find_below(&lake.root().join("nowhere"), "t").is_err());
    }
}
