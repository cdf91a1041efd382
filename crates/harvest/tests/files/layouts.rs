//! Which files make one table, and what it is called.

use std::time::Duration;

use loggia_connect::FilesError;
use loggia_harvest::HarvestError;
use loggia_model::facts::{AssetType, ColumnKey};
use serde_json::json;

use super::lake::{BANK, Lake, columns, name_of, names, read};

#[test]
fn each_file_is_a_table_named_by_its_path_in_the_given_namespace() {
    let lake = Lake::new()
        .ids("customer_360/accounts.parquet", 3)
        .ids("customer_360/owners.PARQ", 1)
        .file("customer_360/branches.csv", "id\n1\n")
        .packed("rates.csv.gz", "id\n1\n");
    let harvested = lake.harvest();
    assert_eq!(
        names(&harvested),
        ["customer_360/accounts", "customer_360/branches", "customer_360/owners", "rates"]
    );
    assert_eq!(harvested.assets[0].0.as_str(), "urn:loggia:asset:file://bank;customer_360/accounts");
    assert_eq!(harvested.source.as_str(), "files:file://bank");
    assert!(harvested.refused.is_empty() && harvested.unreadable.is_empty());
}

#[test]
fn without_a_namespace_a_table_has_openlineages_name_of_a_local_file() {
    let lake = Lake::new().ids("core/accounts.parquet", 1);
    let harvested = read(&lake.root(), None).unwrap();
    let root = lake.root().display().to_string();
    let dataset = harvested.assets[0].0.dataset().unwrap();
    assert_eq!((dataset.namespace(), dataset.name()), ("file", format!("{root}/core/accounts").as_str()));
    assert_eq!(harvested.source.as_str(), format!("files:{root}"));
}

#[test]
fn a_single_file_can_be_the_root() {
    let lake = Lake::new().ids("core/accounts.parquet", 1).ids("core/cards.parquet", 1);
    let harvested = read(&lake.root().join("core/accounts.parquet"), Some(BANK)).unwrap();
    assert_eq!(names(&harvested), ["accounts"]);
}

#[test]
fn hive_partitions_are_one_table_with_the_partition_columns_last() {
    let lake = Lake::new()
        .ids("tx/year=2025/month=12/a.parquet", 2)
        .ids("tx/year=2026/month=01/a.parquet", 3)
        .ids("tx/year=2026/month=01/b.parquet", 4)
        .written("tx/year=2025/month=12/a.parquet", Duration::from_secs(7))
        .written("tx/year=2026/month=01/a.parquet", Duration::from_millis(9_900))
        .written("tx/year=2026/month=01/b.parquet", Duration::from_secs(8))
        .ids("cards.parquet", 1);
    assert_eq!(names(&lake.harvest()), ["cards", "tx"]);
    let facts = lake.table("tx");
    assert_eq!(columns(&facts), ["id int64", "year int64", "month int64"]);
    let keys: Vec<_> = facts.columns.values().map(|column| column.key).collect();
    assert_eq!(keys, [None, Some(ColumnKey::Partition), Some(ColumnKey::Partition)]);
    assert_eq!((facts.rows, facts.files, facts.partitions), (Some(9), Some(3), Some(2)));
    assert_eq!(facts.data_changed_at.unwrap().to_string(), "2026-01-01T00:00:09Z");
    assert_eq!((facts.asset_type, facts.platform.as_deref()), (Some(AssetType::Table), Some("parquet")));
}

#[test]
fn a_partition_columns_type_and_nulls_come_from_its_folders() {
    let lake = Lake::new()
        .ids("tx/dt=2026-03-01/city=Asunci%C3%B3n/a.parquet", 1)
        .ids("tx/dt=2026-03-02/city=__HIVE_DEFAULT_PARTITION__/a.parquet", 1);
    assert_eq!(columns(&lake.table("tx")), ["id int64", "dt date", "city string?"]);
}

#[test]
fn a_partition_column_that_the_files_have_too_keeps_their_type_and_place() {
    let lake = Lake::new().schema("tx/id=1/a.parquet", "required int32 id; optional double amount;");
    let facts = lake.table("tx");
    assert_eq!(columns(&facts), ["id int32", "amount double?"]);
    assert_eq!(facts.columns[0].key, Some(ColumnKey::Partition));
}

#[test]
fn a_folder_of_parts_is_one_table_as_spark_dask_and_numbering_make_them() {
    let lake = Lake::new()
        .ids("spark/part-00000-6f.snappy.parquet", 1)
        .ids("spark/part-00001-6f.snappy.parquet", 2)
        .file("spark/_SUCCESS", "")
        .ids("dask/part.0.parquet", 1)
        .file("numbered/0001.csv", "id\n1\n")
        .file("numbered/0002.csv", "id\n2\n3\n")
        .file("mixed/part-0.csv", "id\n1\n")
        .file("mixed/branches.csv", "id\n1\n");
    assert_eq!(names(&lake.harvest()), ["dask", "mixed/branches", "mixed/part-0", "numbered", "spark"]);
    let facts = lake.table("spark");
    assert_eq!((facts.rows, facts.files, facts.partitions), (Some(3), Some(2), None));
    assert_eq!(lake.table("numbered").rows, Some(3));
}

#[test]
fn a_root_that_is_itself_one_table_is_called_by_its_own_name() {
    let lake = Lake::new().ids("orders/year=2026/a.parquet", 1);
    let harvested = read(&lake.root().join("orders"), Some(BANK)).unwrap();
    assert_eq!(names(&harvested), ["orders"]);
}

#[test]
fn what_is_hidden_linked_or_of_another_format_is_passed_over() {
    let lake = Lake::new()
        .ids("accounts.parquet", 1)
        .file(".hidden.csv", "")
        .file(".git/a.csv", "")
        .file("_temporary/part-0.csv", "")
        .file("_metadata", "")
        .file("README.md", "")
        .file("noextension", "")
        .file(".csv", "");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(lake.root(), lake.root().join("loop")).unwrap();
        std::os::unix::fs::symlink(lake.root().join("accounts.parquet"), lake.root().join("a.parquet"))
            .unwrap();
    }
    let harvested = lake.harvest();
    assert_eq!(names(&harvested), ["accounts"]);
    assert!(harvested.refused.is_empty(), "{:?}", harvested.refused);
}

#[test]
fn one_bad_table_is_refused_and_the_others_are_taken() {
    let lake = Lake::new()
        .ids("good.parquet", 1)
        .file("bad.parquet", "not parquet at all")
        .file("ok.csv", "id\n1\n");
    let harvested = lake.harvest();
    assert_eq!(names(&harvested), ["good", "ok"]);
    assert_eq!(harvested.refused.len(), 1);
    assert_eq!(harvested.refused[0].what, lake.root().join("bad.parquet").display().to_string());
    assert_eq!(harvested.refused[0].why, "does not end in PAR1, as Parquet does: was it written to the end?");
    let unreadable: Vec<String> = harvested.unreadable.iter().map(name_of).collect();
    assert_eq!(unreadable, ["bad"]);
}

#[test]
fn a_bad_part_refuses_its_whole_table_and_is_named() {
    let lake = Lake::new().ids("tx/dt=1/a.parquet", 1).file("tx/dt=2/b.parquet", "PAR1");
    assert_eq!(
        lake.refusal(),
        "its file 'dt=2/b.parquet' has 4 bytes, too few for Parquet: was it written to the end?"
    );
}

#[test]
fn of_two_files_with_one_name_the_second_is_refused() {
    let lake = Lake::new().file("accounts.csv", "id\n1\n").ids("accounts.parquet", 1);
    let harvested = lake.harvest();
    assert_eq!(lake.table("accounts").platform.as_deref(), Some("parquet"));
    let first = lake.root().join("accounts.parquet").display().to_string();
    assert_eq!(
        harvested.refused[0].why,
        format!("would have the same name as '{first}': rename one of them")
    );
    assert!(harvested.unreadable.is_empty());
}

#[test]
fn partitions_of_two_formats_are_refused() {
    let lake = Lake::new().ids("tx/dt=1/a.parquet", 1).file("tx/dt=2/b.csv", "id\n1\n");
    assert_eq!(lake.refusal(), "its partitions hold both Parquet and CSV files: a table is of one format");
}

#[test]
fn the_newest_part_says_the_types_and_the_union_is_kept() {
    let lake = Lake::new()
        .schema(
            "tx/dt=1/a.parquet",
            "required int32 amount; required binary old (UTF8); required group g { required int32 x; }",
        )
        .schema(
            "tx/dt=2/a.parquet",
            "required int64 amount; required group g { required int32 y; } required int32 new;",
        )
        .written("tx/dt=1/a.parquet", Duration::from_secs(1))
        .written("tx/dt=2/a.parquet", Duration::from_secs(2));
    let facts = lake.table("tx");
    let expected =
        ["amount int64", "g struct", "g.y int32?", "g.x int32?", "new int32?", "old string?", "dt int64"];
    assert_eq!(columns(&facts), expected);
    assert_eq!(facts.raw.unwrap()["types_in_older_files"], json!({"amount": ["int32"]}));
}

#[test]
fn what_was_nested_in_a_column_that_is_now_a_value_is_left_out() {
    let lake = Lake::new()
        .schema("tx/dt=1/a.parquet", "required group g { required int32 x; } required int32 gx;")
        .schema("tx/dt=2/a.parquet", "required int64 g; required int32 gx;")
        .written("tx/dt=1/a.parquet", Duration::from_secs(1))
        .written("tx/dt=2/a.parquet", Duration::from_secs(2));
    assert_eq!(columns(&lake.table("tx")), ["g int64", "gx int32", "dt int64"]);
}

#[test]
fn parts_of_csv_widen_each_others_types() {
    let lake = Lake::new()
        .file("tx/0001.csv", "id,amount\n1,2\n")
        .file("tx/0002.csv", "id,amount\n2,2.5\n")
        .file("tx/0003.csv", "id,amount\n");
    assert_eq!(columns(&lake.table("tx")), ["id int64", "amount double"]);
}

#[test]
fn a_second_harvest_says_the_same() {
    let lake = Lake::new().ids("a/dt=1/a.parquet", 1).ids("a/dt=2/a.parquet", 2).file("b.csv", "x;y\n1;2\n");
    let (first, second) = (lake.harvest(), lake.harvest());
    assert_eq!(first.assets, second.assets);
}

#[test]
fn a_root_that_is_not_there_or_no_table_is_an_error_that_says_what_would_be_right() {
    let lake = Lake::new().file("notes.txt", "");
    let error = read(&lake.root().join("gone"), None).unwrap_err();
    let gone = lake.root().join("gone").display().to_string();
    assert_eq!(
        error.to_string(),
        format!("there is nothing at '{gone}': name a folder or a file that exists")
    );
    let error = read(&lake.root().join("notes.txt"), None).unwrap_err();
    assert!(matches!(error, HarvestError::Files(FilesError::NoTable { .. })));
    assert!(
        error.to_string().ends_with("or a file that ends in .parquet, .parq, .csv.gz, .tsv.gz, .csv, .tsv")
    );
    assert!(matches!(read(&lake.root(), Some(" ")), Err(HarvestError::Namespace(_))));
}

#[test]
fn an_empty_folder_is_a_harvest_of_nothing() {
    let harvested = Lake::new().harvest();
    assert!(harvested.assets.is_empty() && harvested.refused.is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_or_cannot_be_a_name_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let lake = Lake::new().file("a\nb.csv", "id\n1\n").ids("good.parquet", 1);
    std::fs::write(lake.root().join(OsStr::from_bytes(b"latin\xf1.csv")), "id\n1\n").unwrap();
    let harvested = lake.harvest();
    assert_eq!(names(&harvested), ["good"]);
    let why: Vec<&str> = harvested.refused.iter().map(|refused| refused.why.as_str()).collect();
    assert!(why[0].contains("control characters"), "{why:?}");
    assert!(why[1].contains("not UTF-8"), "{why:?}");
}

#[test]
fn folders_within_folders_without_end_are_passed_over_with_the_reason() {
    let lake = Lake::new().ids("accounts.parquet", 1);
    std::fs::create_dir_all(lake.root().join("deep").join("a/".repeat(1_900))).unwrap();
    let harvested = lake.harvest();
    assert_eq!(names(&harvested), ["accounts"]);
    let why = &harvested.refused[0].why;
    assert!(why.contains("it is more than 100 folders deep"), "{why}");
}
