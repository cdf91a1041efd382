//! CSV, streamed from end to end: all rows are counted, and tell the types.

mod guarded;
pub mod rows;
mod wrong;

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};
use std::path::Path;

use ::csv::{Reader, ReaderBuilder, StringRecord};
use loggia_formats::csv::{self as format, Columns, delimiter};

use self::guarded::Guarded;
use self::wrong::Wrong;
use super::part::{Column, DataType, Part, Traits};
use super::reach::Reach;

/// Read ahead to find the delimiter.
const SAMPLE: u64 = 64 * 1024;

/// The first rows alone, where `most_rows` are fewer than there are.
pub fn read(reach: &Reach, path: &Path, most_rows: u64) -> Result<Part, String> {
    let (mut records, delimiter) = open(reach, path)?;
    part(&mut records, delimiter, most_rows).map_err(|wrong| wrong.words(reach, path))
}

/// At the first record, and by which character its fields are separated.
fn open(reach: &Reach, path: &Path) -> Result<(Records<impl Read + Send + use<>>, u8), String> {
    let unread = |why: io::Error| format!("cannot be read: {why}");
    let mut input = reach.text(path)?;
    let mut sample = Vec::new();
    input.by_ref().take(SAMPLE).read_to_end(&mut sample).map_err(unread)?;
    let delimiter = if is_tsv(path) { b'\t' } else { delimiter::of(&sample, sample.len() as u64 == SAMPLE) };
    Ok((Records::new(Cursor::new(sample).chain(input), delimiter), delimiter))
}

fn part(records: &mut Records<impl Read>, delimiter: u8, most_rows: u64) -> Result<Part, Wrong> {
    let mut columns = Columns::of(records.header()?)?;
    let mut rows = 0;
    while rows < most_rows && records.advance_row(columns.len())? {
        rows += 1;
        columns.see(&records.record);
    }
    let traits = Traits::from([("delimiter", BTreeSet::from([char::from(delimiter).to_string()]))]);
    Ok(Part { columns: columns.into_columns().into_iter().map(guessed).collect(), rows, traits })
}

fn guessed(column: format::Column) -> Column {
    Column { path: column.path, data_type: DataType::Guessed(column.guess), nullable: column.nullable }
}

struct Records<R> {
    reader: Reader<Guarded<R>>,
    record: StringRecord,
    /// The byte at which the record starts, or the end of the line before it.
    starts: u64,
}

impl<R: Read> Records<R> {
    fn new(input: R, delimiter: u8) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            // The lengths are compared here, for a message of our own.
            .flexible(true)
            .from_reader(Guarded::new(input));
        Self { reader, record: StringRecord::new(), starts: 0 }
    }

    fn header(&mut self) -> Result<&StringRecord, Wrong> {
        if self.advance()? {
            return Ok(&self.record);
        }
        Err(Wrong::Other("is empty: the first line must name the columns".to_owned()))
    }

    /// `false` at the end. A row that has not so many fields is refused.
    fn advance_row(&mut self, expected: usize) -> Result<bool, Wrong> {
        let is_there = self.advance()?;
        let fields = self.record.len();
        if is_there && fields != expected {
            return Err(Wrong::Ragged { starts: self.starts, fields, expected });
        }
        Ok(is_there)
    }

    /// `false` at the end.
    fn advance(&mut self) -> Result<bool, Wrong> {
        self.starts = self.reader.position().byte();
        self.reader.get_mut().start_record(self.starts);
        let read = self.reader.read_record(&mut self.record);
        let said = |error| Wrong::Other(format!("cannot be read: {error}"));
        read.map_err(|error| self.reader.get_mut().wrong.take().unwrap_or_else(|| said(error)))
    }
}

fn is_tsv(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.ends_with(".tsv") || name.ends_with(".tsv.gz")
}
