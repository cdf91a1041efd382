//! What lies in a bucket is what would lie in a folder.

use std::path::Path;

use loggia_connect::files::Reach;
use loggia_harvest::files::{self, Limits, SampleLimits};
use loggia_model::facts::AssetFacts;
use loggia_model::{Timestamp, Urn};

use super::moto::{TestBucket, read};
use crate::files::lake::{Lake, columns, name_of, names};

/// When an object was put is not when a file was written.
fn untimed(assets: Vec<(Urn, AssetFacts)>) -> Vec<(String, AssetFacts)> {
    let plain = |(urn, facts): (Urn, AssetFacts)| {
        let changed = facts.data_changed_at.filter(|_| facts.platform.as_deref() == Some("delta"));
        (name_of(&urn), AssetFacts { data_changed_at: changed, ..facts })
    };
    let mut assets: Vec<_> = assets.into_iter().map(plain).collect();
    assets.sort_by(|one, other| one.0.cmp(&other.0));
    assets
}

fn profile(bucket: &TestBucket, name: &str) -> (u64, usize) {
    let bucket = bucket.open("");
    let table = bucket.find(name).unwrap().unwrap_or_else(|| panic!("no '{name}'"));
    let limits = Limits { bytes: u64::MAX, threads: 2 };
    let profile = files::profile(&Reach::Bucket(bucket), &table, &limits, &|_, _| {}).unwrap();
    (profile.head.rows_read, profile.columns.len())
}

fn first_rows(bucket: &TestBucket, name: &str) -> Vec<Vec<Option<String>>> {
    let bucket = bucket.open("");
    let table = bucket.find(name).unwrap().unwrap_or_else(|| panic!("no '{name}'"));
    let reach = Reach::Bucket(bucket);
    let (_, described) = table.for_first_rows(&reach).unwrap();
    let columns: Vec<String> = described.columns.iter().map(|column| column.path.name()).collect();
    files::sample(&reach, &table, &columns, &SampleLimits::default()).unwrap().0.first
}

fn lake() -> Lake {
    Lake::new()
        .ids("tx/year=2025/month=12/a.parquet", 2)
        .ids("tx/year=2026/month=01/part-0.parquet", 3)
        .ids("tx/year=2026/month=01/more/b.parquet", 4)
        .ids("tx/beside.parquet", 1)
        .file("tx/other.csv", "id\n1\n")
        .ids("spark/part-00000-6f.snappy.parquet", 1)
        .ids("spark/part-00001-6f.snappy.parquet", 2)
        .file("spark/_SUCCESS", "x")
        .file("numbered/0001.csv", "id\n1\n")
        .file("numbered/0002.csv", "id\n2\n3\n")
        .file("mixed/part-0.csv", "id\n1\n")
        .file("mixed/branches.csv", "id\n1\n")
        .packed("rates.csv.gz", "code,rate\nPYG,7300.5\nARS,1400\n")
        .file("sales-2026/a.csv", "id\n1\n")
        .ids("sales/a.parquet", 1)
        .file(".hidden/a.csv", "id\n1\n")
        .file("_temporary/part-0.csv", "id\n1\n")
        .file("notes.txt", "nothing")
        .file("ciudades/Asunción & más 100%.csv", "id\n1\n")
        .file("表/データ.csv", "id,名前\n1,花\n")
        .file("a b+c/dt=2026-03-01/x=a%2Fb/d.csv", "id\n1\n")
}

#[test]
fn a_bucket_has_the_tables_that_a_folder_would_have() {
    let lake = lake();
    let bucket = TestBucket::of(&lake.root(), "");
    let harvested = read(&bucket.open("")).unwrap();
    assert!(harvested.refused.is_empty(), "{:?}", harvested.refused);
    assert_eq!(harvested.source.as_str(), format!("bucket:s3://{}", bucket.name));
    for (urn, _) in &harvested.assets {
        assert_eq!(urn.dataset().unwrap().namespace(), format!("s3://{}", bucket.name));
    }
    assert_eq!(untimed(harvested.assets), untimed(lake.harvest().assets));
}

#[test]
fn a_name_is_the_whole_key_whatever_prefix_was_asked_for() {
    let bucket = TestBucket::of(&lake().root(), "raw/");
    let below = read(&bucket.open("raw/sales")).unwrap();
    assert_eq!(names(&below), ["raw/sales/a"], "and not what only begins so");
    let one = read(&bucket.open("raw/tx")).unwrap();
    assert_eq!(names(&one), ["raw/tx", "raw/tx/other"]);
    let file = read(&bucket.open("raw/rates.csv.gz")).unwrap();
    assert_eq!(names(&file), ["raw/rates"]);
    assert_eq!(columns(&file.assets[0].1), ["code string", "rate double"]);
    let nothing = read(&bucket.open("row")).unwrap_err().to_string();
    assert!(nothing.ends_with("has nothing there: name a prefix or an object that exists"), "{nothing}");
}

#[test]
fn delta_lake_and_iceberg_tables_are_known_by_their_logs() {
    for fixture in ["delta", "iceberg"] {
        let lake = Lake::of(fixture);
        let bucket = TestBucket::of(&lake.root(), "");
        let harvested = read(&bucket.open("")).unwrap();
        assert!(harvested.refused.is_empty(), "{:?}", harvested.refused);
        let in_bucket = untimed(harvested.assets);
        assert_eq!(in_bucket, untimed(lake.harvest().assets));
        assert_eq!(profile(&bucket, "overwritten"), (3, 3));
        assert_eq!(first_rows(&bucket, "overwritten").len(), 3);
        let rows = if fixture == "delta" { 5 } else { 4 };
        assert_eq!(first_rows(&bucket, "partitioned").len(), rows);
    }
}

#[test]
fn rows_and_profiles_are_read_through_the_bucket() {
    let bucket = TestBucket::of(&lake().root(), "");
    assert_eq!(profile(&bucket, "tx"), (10, 3));
    assert_eq!(profile(&bucket, "rates"), (2, 2));
    let rates = first_rows(&bucket, "rates");
    assert_eq!(rates[0], [Some("PYG".to_owned()), Some("7300.5".to_owned())]);
    let exotic = first_rows(&bucket, "表/データ");
    assert_eq!(exotic, [[Some("1".to_owned()), Some("花".to_owned())]]);
    let partitioned = first_rows(&bucket, "a b+c");
    assert_eq!(partitioned[0].last().unwrap().as_deref(), Some("a/b"));
    for name in ["", "..", "tx/..", "/tx", "tx/", "_temporary", "nothing", "tx/year=2025/month=12/a"] {
        assert!(
            bucket.open("").find(name).unwrap().is_none_or(|table| !table.name.ends_with("..")),
            "{name}"
        );
    }
    assert!(bucket.open("tx").find("rates").unwrap().is_none(), "only what is below the prefix is shown");
}

#[test]
fn a_large_object_is_read_in_blocks_from_end_to_end() {
    let line = "0123456789,abcdefghijklmnopqrstuvwxyz\n";
    let rows = 300_000;
    let bucket = TestBucket::new();
    bucket.put("big.csv", format!("id,letters\n{}", line.repeat(rows)));
    let facts = read(&bucket.open("")).unwrap().assets.remove(0).1;
    assert_eq!((facts.rows, facts.bytes), (Some(300_000), Some(11 + 38 * 300_000)));
    assert_eq!(profile(&bucket, "big"), (300_000, 2));
    let ids: Vec<i64> = (0..400_000).collect();
    bucket
        .put("big.parquet", crate::files::lake::parquet_of("required int64 id; required int64 other;", &ids));
    assert_eq!(profile(&bucket, "big"), (400_000, 2), "a footer first, then its columns");
}

#[test]
fn a_second_harvest_says_the_same_and_a_change_is_a_new_version() {
    let bucket = TestBucket::of(&lake().root(), "");
    let (first, second) = (read(&bucket.open("")).unwrap(), read(&bucket.open("")).unwrap());
    assert_eq!(first.assets, second.assets);
    let version = || bucket.open("").find("tx").unwrap().unwrap().version();
    let before = version();
    assert_eq!(version(), before);
    bucket.put("tx/year=2026/month=02/a.parquet", crate::files::lake::parquet_of("required int64 id;", &[1]));
    assert_ne!(version(), before);
    bucket.delete("tx/year=2026/month=02/a.parquet");
    assert_eq!(version(), before);
}

#[test]
fn more_keys_than_a_page_has_are_one_table_of_which_some_files_tell() {
    let bucket = TestBucket::new();
    for file in 0..1_100 {
        bucket.put(&format!("many/day={:03}/part-{file}.csv", file % 50), "id\n1\n2\n");
    }
    let facts = read(&bucket.open("")).unwrap().assets.remove(0).1;
    assert_eq!((facts.files, facts.partitions, facts.bytes), (Some(1_100), Some(50), Some(1_100 * 7)));
    assert_eq!(columns(&facts), ["id int64", "day int64"]);
    assert_eq!(facts.rows, None, "not guessed from those that were looked at");
    assert_eq!(facts.raw.unwrap()["files_looked_at"], 220);
    assert_eq!(first_rows(&bucket, "many").len(), 20);
}

#[test]
fn what_changed_while_it_was_read_is_not_mixed() {
    let bucket = TestBucket::new();
    let line = "0123456789,abcdefghijklmnopqrstuvwxyz\n";
    bucket.put("big.csv", format!("id,letters\n{}", line.repeat(100_000)));
    let open = bucket.open("");
    let table = open.find("big").unwrap().unwrap();
    let place = Reach::Bucket(open).place(Path::new("big.csv")).unwrap();
    bucket.put("big.csv", format!("id,letters\n{}", line.repeat(90_000)));
    use parquet::file::reader::ChunkReader;
    let why = place.get_bytes(0, 100).unwrap_err().to_string();
    assert!(why.contains("it was replaced while it was read"), "{why}");
    assert!(table.files[0].file.changed.is_some_and(|at| at > Timestamp::from_micros(0)));
}
