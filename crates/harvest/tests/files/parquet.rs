//! Parquet: how its schemas are told, and what is refused.

use serde_json::json;

use super::lake::{Lake, columns, parquet_of};

#[track_caller]
fn check(fields: &str, expected: &[&str]) {
    let lake = Lake::new().schema("t.parquet", fields);
    assert_eq!(columns(&lake.table("t")), expected);
}

#[test]
fn types_have_the_names_that_people_know() {
    check(
        "required boolean a; optional int32 b; required int64 c; optional int96 d; required float e;
         required double f; required binary g; required fixed_len_byte_array(20) h; optional binary i (UTF8);
         optional int32 j (DATE); required int64 k (DECIMAL(12,2)); required fixed_len_byte_array(16) l (UUID);
         required int64 m (TIMESTAMP(MICROS,true)); required int64 n (TIMESTAMP(NANOS,false));
         required int32 o (TIME(MILLIS,false)); required int32 p (INTEGER(8,false)); required binary q (JSON);
         required int64 r (TIMESTAMP_MILLIS); required int32 s (INT_16); required binary t (ENUM);
         required fixed_len_byte_array(2) u (FLOAT16); required fixed_len_byte_array(12) v (INTERVAL);",
        &[
            "a boolean",
            "b int32?",
            "c int64",
            "d timestamp(ns)?",
            "e float",
            "f double",
            "g binary",
            "h binary(20)",
            "i string?",
            "j date?",
            "k decimal(12,2)",
            "l uuid",
            "m timestamp(us, utc)",
            "n timestamp(ns)",
            "o time(ms)",
            "p uint8",
            "q json",
            "r timestamp(ms, utc)",
            "s int16",
            "t enum",
            "u float16",
            "v interval",
        ],
    );
}

#[test]
fn a_list_is_one_whatever_shape_its_writer_gave_it() {
    check(
        "optional group l (LIST) { repeated group list { optional binary element (UTF8); } }",
        &["l list<string>?", "l.[] string?"],
    );
    check("required group l (LIST) { repeated int32 element; }", &["l list<int32>", "l.[] int32"]);
    check("repeated int32 l;", &["l list<int32>", "l.[] int32"]);
    check("repeated group l { required int32 x; }", &["l list<struct>", "l.[] struct", "l.[].x int32"]);
    check(
        "required group l (LIST) { repeated group element { required int32 x; required int32 y; } }",
        &["l list<struct>", "l.[] struct", "l.[].x int32", "l.[].y int32"],
    );
    check(
        "required group l (LIST) { repeated group array { required int32 x; } }",
        &["l list<struct>", "l.[] struct", "l.[].x int32"],
    );
    check(
        "required group l (LIST) { repeated group l_tuple { required int32 x; } }",
        &["l list<struct>", "l.[] struct", "l.[].x int32"],
    );
    check(
        "required group l (LIST) { repeated group array (LIST) { repeated int32 array; } }",
        &["l list<list<int32>>", "l.[] list<int32>", "l.[].[] int32"],
    );
}

#[test]
fn maps_and_structs_show_what_is_in_them() {
    check(
        "optional group m (MAP) { repeated group key_value { required binary key (UTF8);
           optional group value (LIST) { repeated group list { required double element; } } } }",
        &["m map<string, list<double>>?", "m.{key} string", "m.{value} list<double>?", "m.{value}.[] double"],
    );
    check(
        "required group m (MAP) { repeated group map (MAP_KEY_VALUE) { required int32 key; optional int64 value; } }",
        &["m map<int32, int64>", "m.{key} int32", "m.{value} int64?"],
    );
    check(
        "required group m (MAP) { repeated group key_value { required int32 key; } }",
        &["m list<int32>", "m.[] int32"],
    );
    check(
        "optional group geo { required double lat; optional group at { required int32 z; } }",
        &["geo struct?", "geo.lat double", "geo.at struct?", "geo.at.z int32"],
    );
}

#[test]
fn rows_and_writer_come_from_the_footer() {
    let facts = Lake::new().ids("t.parquet", 1_234).table("t");
    assert_eq!(facts.rows, Some(1_234));
    assert_eq!(
        facts.raw,
        Some(json!({"format": "parquet", "codec": "uncompressed", "created_by": "a test"}))
    );
}

#[test]
fn two_columns_with_one_name_are_refused() {
    let lake = Lake::new().schema("t.parquet", "required int32 a; required int32 a;");
    assert_eq!(lake.refusal(), "has two columns called 'a': rename one of them");
}

#[test]
fn a_file_that_is_broken_off_anywhere_is_refused() {
    let whole = parquet_of("required int64 id;", &[1, 2, 3]);
    for length in 0..whole.len() {
        Lake::new().file("t.parquet", &whole[..length]).refusal();
    }
}

#[test]
fn an_encrypted_footer_is_refused_by_that_name() {
    let mut file = parquet_of("required int64 id;", &[1]);
    let end = file.len() - 4;
    file.splice(end.., *b"PARE");
    let why = Lake::new().file("t.parquet", file).refusal();
    assert_eq!(why, "has an encrypted footer, which is not read");
}

#[test]
fn a_footer_that_says_it_is_larger_than_it_can_be_is_refused() {
    let ending = |size: u32| [&[0; 20][..], &size.to_le_bytes(), b"PAR1"].concat();
    assert_eq!(
        Lake::new().file("t.parquet", ending(1_000)).refusal(),
        "says that its footer has 1000 bytes, and has only 28 in all"
    );
    assert_eq!(
        Lake::new().file("t.parquet", ending(u32::MAX)).refusal(),
        "says that its footer has 4294967295 bytes: more than 64 MiB are not read"
    );
}
