//! Files that nobody here wrote: apache/parquet-testing.

use std::path::PathBuf;

use super::lake::{BANK, columns, name_of, read};

fn parquet_testing() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/parquet-testing");
    if !folder.is_dir() {
        println!("not tried: {} is not here", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn every_file_is_read_or_refused_with_a_reason() {
    let Some(folder) = parquet_testing() else { return };
    let harvested = read(&folder, Some(BANK)).unwrap();
    for refusal in &harvested.refused {
        println!("refused {}: {}", refusal.what, refusal.why);
        assert!(refusal.why.len() > 20);
    }
    assert!(harvested.assets.len() > 20);
    assert_eq!(harvested.unreadable.len(), harvested.refused.len());
    for (urn, facts) in &harvested.assets {
        println!("{}: {:?} rows, {:?}", name_of(urn), facts.rows, columns(facts));
        assert!(facts.rows.is_some() && !facts.columns.is_empty());
    }
}

#[test]
fn known_schemas_are_told_as_their_readme_has_them() {
    let Some(folder) = parquet_testing() else { return };
    let harvested = read(&folder.join("data"), Some(BANK)).unwrap();
    for (name, rows, expected) in [
        ("int32_decimal", 24, vec!["value decimal(4,2)?"]),
        ("fixed_length_decimal", 24, vec!["value decimal(25,2)?"]),
        ("old_list_structure", 1, vec!["a list<list<int32>>", "a.[] list<int32>", "a.[].[] int32"]),
        // Its footer says 0 rows for the whole file.
        (
            "repeated_no_annotation",
            6,
            vec![
                "id int32",
                "phoneNumbers struct?",
                "phoneNumbers.phone list<struct>",
                "phoneNumbers.phone.[] struct",
                "phoneNumbers.phone.[].number int64",
                "phoneNumbers.phone.[].kind string?",
            ],
        ),
        (
            "large_string_map.brotli",
            2,
            vec!["arr map<string, int32>?", "arr.{key} string", "arr.{value} int32?"],
        ),
    ] {
        let (_, facts) = harvested.assets.iter().find(|(urn, _)| name_of(urn) == name).unwrap();
        assert_eq!(
            (facts.rows, columns(facts)),
            (Some(rows), expected.iter().map(|line| (*line).to_owned()).collect())
        );
    }
}
