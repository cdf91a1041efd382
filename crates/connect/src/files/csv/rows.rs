//! The rows of a CSV file, by the types that all of its rows were found to have.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use loggia_formats::csv::{Builder, Column, Columns, Guess};

use super::{Records, open};
use crate::files::describe::Described;
use crate::files::reach::Reach;

pub struct CsvFile {
    reach: Reach,
    path: PathBuf,
    schema: SchemaRef,
    guesses: Vec<Guess>,
}

/// Fields in a batch, of all columns.
const FIELDS: usize = 1 << 20;
const ROWS: usize = 8_192;
/// Bytes of text after which a batch is done.
const BYTES: u64 = 16 << 20;

impl CsvFile {
    pub fn open(reach: &Reach, path: &Path, described: &Described) -> Result<Self, String> {
        let (mut records, _) = open(reach, path)?;
        let header = records.header().and_then(|header| Ok(Columns::of(header)?));
        let columns = header.map_err(|wrong| wrong.words(reach, path))?.into_columns();
        let guess = |column: &Column| {
            let known = described.columns.iter().find(|known| known.path == column.path);
            known.map_or(Guess::String, |known| Guess::named(&known.data_type))
        };
        let guesses: Vec<Guess> = columns.iter().map(guess).collect();
        let fields = columns.iter().zip(&guesses);
        let fields = fields.map(|(column, guess)| Field::new(column.path.name(), guess.data_type(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Ok(Self { reach: reach.clone(), path: path.to_owned(), schema, guesses })
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub fn batches(
        &self,
        columns: &[usize],
    ) -> Result<impl Iterator<Item = Result<RecordBatch, String>> + Send + use<>, String> {
        let (mut records, _) = open(&self.reach, &self.path)?;
        records.header().map_err(|wrong| wrong.words(&self.reach, &self.path))?;
        let builders = columns.iter().filter_map(|column| {
            let guess = self.guesses.get(*column)?;
            Some((*column, Builder::new(*guess)))
        });
        let fields = columns.iter().filter_map(|column| self.schema.fields().get(*column).cloned());
        Ok(Reading {
            reach: self.reach.clone(),
            path: self.path.clone(),
            records,
            width: self.guesses.len(),
            names: self.schema.fields().iter().map(|field| field.name().clone()).collect(),
            rows_a_batch: (FIELDS / columns.len().max(1)).clamp(1, ROWS),
            builders: builders.collect(),
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            is_done: false,
        })
    }
}

struct Reading<R> {
    reach: Reach,
    path: PathBuf,
    records: Records<R>,
    /// Columns of the file.
    width: usize,
    names: Vec<String>,
    rows_a_batch: usize,
    builders: Vec<(usize, Builder)>,
    schema: SchemaRef,
    is_done: bool,
}

impl<R: Read> Reading<R> {
    fn batch(&mut self) -> Result<Option<RecordBatch>, String> {
        let starts = self.records.starts;
        let mut rows = 0;
        while rows < self.rows_a_batch && self.records.starts - starts < BYTES {
            if !self.records.advance_row(self.width).map_err(|wrong| wrong.words(&self.reach, &self.path))? {
                self.is_done = true;
                break;
            }
            rows += 1;
            for (column, builder) in &mut self.builders {
                let field = self.records.record.get(*column).unwrap_or_default();
                // The value itself may be nobody's to see.
                builder.push(field).map_err(|_| {
                    let name = self.names.get(*column).map_or("", String::as_str);
                    format!("has another type in its column '{name}' than it had before: was it changed meanwhile?")
                })?;
            }
        }
        if rows == 0 {
            return Ok(None);
        }
        let arrays = self.builders.iter_mut().map(|(_, builder)| builder.finish()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options);
        batch.map(Some).map_err(|why| format!("cannot be read: {why}"))
    }
}

impl<R: Read> Iterator for Reading<R> {
    type Item = Result<RecordBatch, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let batch = self.batch();
        self.is_done |= batch.is_err();
        batch.transpose()
    }
}
