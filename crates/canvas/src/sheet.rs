//! The rows that are looked through, and which of them are shown in what order.

mod copy;
mod filter;
pub mod kind;
mod sort;

use std::fmt::{self, Write};

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_ipc::reader::StreamReader;
use arrow_schema::SchemaRef;
use loggia_formats::csv;

pub use self::copy::LONGEST;
pub use self::filter::{Filter, Test};
pub use self::kind::Kind;
pub use self::sort::Sort;
#[cfg(test)]
pub use self::tests::sheet as of_csv;
use crate::reader::Rows;

/// Rows of a CSV text that are looked at, as many as of Parquet.
const MOST_ROWS: usize = 5_000;

pub struct Sheet {
    schema: SchemaRef,
    columns: Vec<ArrayRef>,
    rows: usize,
    /// Rows and columns of what this is the beginning of; `None` where only reading on would tell.
    pub total: Option<u64>,
    pub width: u64,
}

impl Sheet {
    /// # Errors
    /// Why nothing can be made of them; goes on from the name of what was read.
    pub fn of(rows: &Rows) -> Result<Self, String> {
        let batches = if rows.is_csv {
            vec![csv::beginning(&rows.bytes, rows.is_cut, MOST_ROWS)?]
        } else {
            arrow_batches(&rows.bytes).map_err(|why| format!("cannot be decoded: {why}"))?
        };
        let Some(schema) = batches.first().map(RecordBatch::schema) else {
            return Err("has no rows to show".to_owned());
        };
        let whole = arrow_select::concat::concat_batches(&schema, &batches)
            .map_err(|why| format!("cannot be decoded: {why}"))?;
        let is_whole = rows.is_csv && !rows.is_cut && whole.num_rows() < MOST_ROWS;
        let total = rows.total.or(is_whole.then_some(whole.num_rows() as u64));
        let width = rows.width.unwrap_or(0).max(whole.num_columns() as u64);
        Ok(Self { schema, columns: whole.columns().to_vec(), rows: whole.num_rows(), total, width })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    pub fn name(&self, column: usize) -> &str {
        self.schema.fields().get(column).map_or("", |field| field.name())
    }

    pub fn array(&self, column: usize) -> Option<&ArrayRef> {
        self.columns.get(column)
    }

    pub fn kind(&self, column: usize) -> Kind {
        self.array(column).map_or(Kind::Other, |array| Kind::of(array.data_type()))
    }

    /// As the catalog names types.
    pub fn type_words(&self, column: usize) -> String {
        self.array(column).map(|array| kind::words(array.data_type())).unwrap_or_default()
    }

    pub fn is_null(&self, column: usize, row: usize) -> bool {
        self.array(column).is_none_or(|array| row >= array.len() || array.is_null(row))
    }

    /// A value as text, of at most so many bytes and a letter; empty where it is null.
    pub fn text(&self, column: usize, row: usize, most: usize) -> String {
        let Some(array) = self.array(column).filter(|_| !self.is_null(column, row)) else {
            return String::new();
        };
        formatted(array.as_ref(), row, most)
    }

    /// The values of a column one after the other, each as `text` has it.
    pub fn texts(&self, column: usize, most: usize) -> Option<Texts<'_>> {
        let array = self.array(column)?;
        let formatter = ArrayFormatter::try_new(array.as_ref(), &OPTIONS).ok()?;
        Some(Texts { formatter, short: Short { text: String::new(), most } })
    }

    /// The places of the rows that pass, in the order that is asked for.
    pub fn view(&self, filter: Option<&Filter>, sort: Option<Sort>) -> Vec<usize> {
        let mut view: Vec<usize> = match filter {
            Some(filter) => filter.passing(self),
            None => (0..self.rows).collect(),
        };
        if let Some(sort) = sort {
            sort.apply(self, &mut view);
        }
        view
    }
}

fn arrow_batches(bytes: &[u8]) -> Result<Vec<RecordBatch>, arrow_schema::ArrowError> {
    let reader = StreamReader::try_new(bytes, None)?;
    let schema = reader.schema();
    let mut batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>()?;
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    Ok(batches)
}

/// A column's values as text, which use one piece of memory after the other.
pub struct Texts<'a> {
    formatter: ArrayFormatter<'a>,
    short: Short,
}

impl Texts<'_> {
    pub fn at(&mut self, row: usize) -> &mut str {
        self.short.text.clear();
        let written = self.formatter.value(row).write(&mut self.short);
        if written.is_err() && self.short.text.len() < self.short.most {
            self.short.text.clear();
            self.short.text.push_str("(cannot be shown)");
        }
        self.short.text.as_mut_str()
    }
}

/// Stops where it is long enough, since what follows may be millions of values.
struct Short {
    text: String,
    most: usize,
}

impl Write for Short {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.most.saturating_sub(self.text.len());
        if more.len() <= room {
            self.text.push_str(more);
            return Ok(());
        }
        // A letter is not cut in two: the one that begins within stays whole.
        let whole = more.char_indices().map(|(start, _)| start).find(|start| *start >= room);
        self.text.push_str(more.get(..whole.unwrap_or(more.len())).unwrap_or(more));
        if whole.is_none() {
            return Ok(());
        }
        self.text.push('…');
        Err(fmt::Error)
    }
}

const OPTIONS: FormatOptions<'static> = FormatOptions::new().with_null("null").with_display_error(true);

pub fn formatted(array: &dyn Array, row: usize, most: usize) -> String {
    match ArrayFormatter::try_new(array, &OPTIONS) {
        Ok(formatter) => Texts { formatter, short: Short { text: String::new(), most } }.at(row).to_owned(),
        Err(_) => format!("({})", kind::words(array.data_type())),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn sheet(text: &str) -> Sheet {
        let rows = Rows {
            bytes: text.as_bytes().to_vec(),
            is_csv: true,
            is_cut: false,
            total: None,
            width: None,
            is_last: true,
        };
        Sheet::of(&rows).unwrap()
    }

    #[test]
    fn values_are_text_and_long_ones_are_cut() {
        let sheet = sheet("name,when,amount\nñandutí,2026-03-01,2.50\n,,\n");
        assert_eq!((sheet.rows(), sheet.columns(), sheet.total), (2, 3, Some(2)));
        assert_eq!(sheet.text(0, 0, 100), "ñandutí");
        assert_eq!(sheet.text(0, 0, 4), "ñan…");
        assert_eq!(sheet.text(1, 0, 100), "2026-03-01");
        assert!(sheet.is_null(2, 1) && sheet.text(2, 1, 100).is_empty());
        assert_eq!(sheet.type_words(2), "double");
        assert!(sheet.is_null(9, 0) && sheet.is_null(0, 9), "what is not there is null");
    }
}
