//! The first rows of a CSV text.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use csv::{ReaderBuilder, StringRecord};

use super::columns::Columns;
use super::delimiter;
use super::guess::Guess;
use super::values::Builder;

/// Read ahead to find the delimiter.
const SAMPLE: usize = 64 * 1024;

/// At most so many rows, typed by these rows alone. `is_cut`: the text goes on, so that its last record may
/// not be whole and is left out.
///
/// # Errors
/// What is wrong with it, and in which line.
pub fn beginning(text: &[u8], is_cut: bool, most_rows: usize) -> Result<RecordBatch, String> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let text = if is_cut { whole_letters(text) } else { text };
    let sample = text.get(..SAMPLE).unwrap_or(text);
    let delimiter = delimiter::of(sample, is_cut || sample.len() < text.len());
    let mut records = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        // The lengths are compared here, for a message of our own.
        .flexible(true)
        .from_reader(text)
        .into_records()
        .peekable();
    let header = records.next().ok_or("is empty: the first line must name the columns")?;
    if is_cut && records.peek().is_none() {
        let most = text.len() >> 20;
        return Err(format!("has a first line of more than {most} MiB: is a quote never closed?"));
    }
    let mut columns = Columns::of(&header.map_err(|why| unread(&why))?)?;
    let mut rows = Vec::new();
    while let Some(record) = records.next() {
        let is_cut_here = is_cut && records.peek().is_none();
        if is_cut_here || rows.len() >= most_rows {
            break;
        }
        let record = record.map_err(|why| unread(&why))?;
        if record.len() != columns.len() {
            let line = record.position().map_or(0, csv::Position::line);
            let (expected, fields) = (columns.len(), record.len());
            return Err(format!("has {expected} fields in its first line, and {fields} in line {line}"));
        }
        columns.see(&record);
        rows.push(record);
    }
    batch(columns, &rows)
}

/// Without the letter that the end has cut.
fn whole_letters(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Err(why) if why.error_len().is_none() => text.get(..why.valid_up_to()).unwrap_or(text),
        _ => text,
    }
}

fn batch(columns: Columns, rows: &[StringRecord]) -> Result<RecordBatch, String> {
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for (place, column) in columns.into_columns().into_iter().enumerate() {
        let guess = column.guess.unwrap_or(Guess::String);
        let mut builder = Builder::new(guess);
        for row in rows {
            let field = row.get(place).unwrap_or_default();
            builder
                .push(field)
                .map_err(|_| format!("has values in its column '{}' that cannot be taken", column.path))?;
        }
        fields.push(Field::new(column.path.name(), guess.data_type(), true));
        arrays.push(builder.finish());
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .map_err(|why| format!("cannot be read: {why}"))
}

fn unread(why: &csv::Error) -> String {
    match why.kind() {
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(String::new(), |pos| format!(" in line {}", pos.line()));
            format!("is not UTF-8{line}: save it as UTF-8")
        }
        _ => format!("cannot be read: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;

    use super::*;

    fn read(text: &str, is_cut: bool) -> Result<RecordBatch, String> {
        beginning(text.as_bytes(), is_cut, 100)
    }

    #[test]
    fn rows_are_typed_and_empty_fields_are_null() {
        let batch = read("\u{feff}id;amount;when\n1;2.5;2026-03-01\n2;;2026-03-02\n", false).unwrap();
        let types: Vec<String> =
            batch.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
        assert_eq!(types, ["Int64", "Float64", "Date32"]);
        assert_eq!((batch.num_rows(), batch.column(1).null_count()), (2, 1));
        assert_eq!(batch.schema().field(0).name(), "id");
    }

    #[test]
    fn what_the_end_of_the_text_cuts_is_left_out() {
        assert_eq!(read("a,b\n1,2\n3,4\n5", true).unwrap().num_rows(), 2);
        assert_eq!(read("a,b\n1,2\n3,4\n5,6\n", false).unwrap().num_rows(), 3);
        let cut = "a\nx\nñandutí\nñ".as_bytes();
        assert_eq!(beginning(&cut[..cut.len() - 1], true, 100).unwrap().num_rows(), 1);
        assert_eq!(beginning(b"a\n1\n2\n3\n", false, 2).unwrap().num_rows(), 2);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, is_cut, why) in [
            (&b""[..], false, "is empty"),
            (b"a,b\n1,2\n3\n", false, "has 2 fields in its first line, and 1 in line 3"),
            (b"a\n\xff\n", false, "is not UTF-8 in line 2"),
            (b"a,\"b\n1,2\n", true, "is a quote never closed?"),
            (b"1,2\n3,4\n", false, "has values in its first line"),
            (b"a,a\n1,2\n", false, "two columns called 'a'"),
        ] {
            let said = beginning(text, is_cut, 100).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
