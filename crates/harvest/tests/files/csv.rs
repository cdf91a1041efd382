//! CSV: what its text tells, and what is refused.

use serde_json::json;

use super::lake::{Lake, columns};

fn csv(text: impl AsRef<[u8]>) -> Lake {
    Lake::new().file("t.csv", text)
}

#[test]
fn types_come_from_all_values_and_empty_fields_make_a_column_nullable() {
    let lake = csv("id,rate,open,day,at,account,note\n\
         1,2,true,2026-03-01,2026-03-01T10:00:00Z,00123,a\n\
         2,2.5,false,2026-03-02,2026-03-01 10:00:00,99,\n\
         3,,,,,,\"b, \"\"c\"\"\nd\"\n");
    let expected = [
        "id int64",
        "rate double?",
        "open boolean?",
        "day date?",
        "at timestamp?",
        "account string?",
        "note string?",
    ];
    let facts = lake.table("t");
    assert_eq!(columns(&facts), expected);
    assert_eq!((facts.rows, facts.files, facts.partitions), (Some(3), Some(1), None));
    assert_eq!(facts.bytes, Some(lake.root().join("t.csv").metadata().unwrap().len()));
    assert_eq!(facts.raw, Some(json!({"format": "csv", "delimiter": ","})));
}

#[test]
fn the_delimiter_is_found_and_a_byte_order_mark_is_no_part_of_a_name() {
    let facts = csv("\u{feff}\"id\";amount\r\n1;2,5\r\n").table("t");
    assert_eq!(columns(&facts), ["id int64", "amount string"]);
    assert_eq!(facts.raw, Some(json!({"format": "csv", "delimiter": ";"})));
    let facts = Lake::new().file("t.tsv", "a,b\tc\n1\t2\n").table("t");
    assert_eq!(columns(&facts), ["a,b int64", "c int64"]);
}

#[test]
fn a_packed_file_is_unpacked_on_the_way() {
    let facts = Lake::new().packed("t.csv.gz", "id\n1\n2\n").table("t");
    assert_eq!((facts.rows, columns(&facts)), (Some(2), vec!["id int64".to_owned()]));
}

#[test]
fn a_header_alone_is_a_table_without_rows() {
    let facts = csv("id, name\n").table("t");
    assert_eq!(
        (facts.rows, columns(&facts)),
        (Some(0), vec!["id string".to_owned(), "name string".to_owned()])
    );
    assert_eq!(facts.columns[0].nullable, None);
}

#[test]
fn a_column_without_a_name_is_named_by_its_place() {
    assert_eq!(columns(&csv(",amount\n0,1.5\n").table("t")), ["column_1 int64", "amount double"]);
}

#[test]
fn a_dot_in_a_column_name_is_not_a_nesting() {
    let facts = csv("geo.lat\n1.5\n").table("t");
    let path = facts.columns.keys().next().unwrap();
    assert_eq!((path.as_str(), path.depth()), ("geo\\.lat", 0));
}

#[test]
fn what_cannot_be_taken_is_refused_with_the_place() {
    for (text, why) in [
        ("", "is empty: the first line must name the columns"),
        ("\n\n", "is empty: the first line must name the columns"),
        ("a,b\n1,2\n1,2,3\n", "has 2 fields in its first line, and 3 in line 3"),
        ("a,b\r\n\"1\r\n\",2\r\n1,2\r\n1\r\n", "has 2 fields in its first line, and 1 in line 5"),
        ("a,b\n\n1,2\n\n\n1\n", "has 2 fields in its first line, and 1 in line 6"),
        ("a,b\r1,2\r1\r", "has 2 fields in its first line, and 1 in line 3"),
        ("a,b, a\n1,2,3\n", "has two columns called 'a', 1 and 3: rename one of them"),
        ("1,2.5\n2,3.5\n", "has values in its first line, which must name the columns"),
        ("a,b\u{7}\n1,2\n", "has a first line that cannot be taken: column 'b\u{7}' has control characters"),
    ] {
        assert_eq!(csv(text).refusal(), why, "{text:?}");
    }
}

#[test]
fn what_is_not_utf_8_is_refused_with_the_byte() {
    assert_eq!(
        csv(b"id,city\n1,Asunci\xf3n\n").refusal(),
        "is not UTF-8 at byte 16 in line 2: save it as UTF-8"
    );
    assert_eq!(csv(b"id\n1\xc3").refusal(), "is not UTF-8 at byte 4 in line 2: save it as UTF-8");
    let late = [b"id\n".to_vec(), "é\n".repeat(100_000).into_bytes(), vec![0xff]].concat();
    assert_eq!(csv(late).refusal(), "is not UTF-8 at byte 300003 in line 100002: save it as UTF-8");
}

#[test]
fn letters_that_buffers_cut_in_two_are_whole() {
    for shift in 0..4 {
        let text = format!("{}\n{}", "n".repeat(shift + 1), "ñandutí€😀\n".repeat(20_000));
        assert_eq!(csv(text).table("t").rows, Some(20_000));
    }
}

#[test]
fn a_quote_that_is_never_closed_is_refused_before_it_fills_the_memory() {
    let text = format!("a,b\n1,2\n3,\"4{}", "\nx,y".repeat(8_000_000));
    assert_eq!(csv(text).refusal(), "has a record of more than 16 MiB in line 3: is a quote never closed?");
}

#[test]
fn a_header_of_too_many_columns_is_refused() {
    assert_eq!(csv(",".repeat(100_000)).refusal(), "has 100001 columns: more than 100000 are not read");
}

#[test]
fn a_packed_file_that_is_cut_short_is_refused() {
    let lake = Lake::new().packed("t.csv.gz", &"id,name\n1,x\n".repeat(1_000));
    let whole = std::fs::read(lake.root().join("t.csv.gz")).unwrap();
    let why = Lake::new().file("t.csv.gz", &whole[..whole.len() / 2]).refusal();
    assert!(why.starts_with("cannot be read: "), "{why}");
}
