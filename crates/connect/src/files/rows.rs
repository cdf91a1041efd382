//! The rows of a file, as Arrow batches.
//!
//! What a hostile file may cost while it is decoded is not bounded here: whoever reads a file that is not
//! trusted does so in a process that may be killed.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use loggia_formats::csv::{Guess, repeated};

use super::csv::rows::CsvFile;
use super::describe::Described;
use super::format::Format;
use super::parquet::rows::ParquetFile;
use super::reach::Reach;
use super::tables::Placed;

/// One file of a table, opened for its rows. The columns of its partition folders come after its own.
pub struct OpenFile {
    schema: SchemaRef,
    /// How many columns are in the file itself.
    own: usize,
    constants: Vec<Constant>,
    inner: Inner,
}

/// The same in all rows of a file; `None` for null.
#[derive(Clone)]
struct Constant {
    value: Option<String>,
    guess: Guess,
}

enum Inner {
    Parquet(ParquetFile),
    Csv(CsvFile),
}

impl Placed {
    /// # Errors
    /// Where it cannot be read, or has a schema that nothing can be made of.
    pub fn open(&self, reach: &Reach, described: &Described) -> Result<OpenFile, String> {
        let inner = match self.file.format {
            Format::Parquet => Inner::Parquet(ParquetFile::open(reach, &self.file.path)?),
            Format::Csv => Inner::Csv(CsvFile::open(reach, &self.file.path, described)?),
        };
        let own = match &inner {
            Inner::Parquet(file) => file.schema(),
            Inner::Csv(file) => file.schema(),
        };
        let mut fields: Vec<Arc<Field>> = own.fields().iter().cloned().collect();
        let mut constants = Vec::new();
        for partition in &self.partitions {
            if own.column_with_name(&partition.key).is_some() {
                continue;
            }
            let known = described
                .columns
                .iter()
                .find(|column| column.is_partition && column.path.name() == partition.key);
            let guess = known.map_or(Guess::String, |column| Guess::named(&column.data_type));
            fields.push(Arc::new(Field::new(&partition.key, guess.data_type(), true)));
            constants.push(Constant { value: partition.value.clone(), guess });
        }
        let own = own.fields().len();
        Ok(OpenFile { schema: Arc::new(Schema::new(fields)), own, constants, inner })
    }
}

impl OpenFile {
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Whether a column can be read without the others. Of CSV every line must be read for each of them.
    pub fn is_columnar(&self) -> bool {
        matches!(self.inner, Inner::Parquet(_))
    }

    /// The rows of these columns, counted as in the schema and in its order.
    ///
    /// # Errors
    /// Where the columns cannot be read at all.
    pub fn batches(&self, columns: &[usize], parts: &Parts) -> Result<Batches, String> {
        let own: Vec<usize> = columns.iter().copied().filter(|column| *column < self.own).collect();
        let constants: Vec<Constant> = columns
            .iter()
            .filter_map(|column| self.constants.get(column.checked_sub(self.own)?).cloned())
            .collect();
        let fields: Vec<Arc<Field>> =
            columns.iter().filter_map(|column| self.schema.fields().get(*column).cloned()).collect();
        let inner = match &self.inner {
            Inner::Parquet(file) => file.batches(&own, parts)?,
            Inner::Csv(file) => Box::new(file.batches(&own)?),
        };
        Ok(Batches { schema: Arc::new(Schema::new(fields)), constants, inner })
    }

    /// Rows that [`OpenFile::batches`] will read of these parts; `None` where only reading tells.
    pub fn rows(&self, parts: &Parts) -> Option<u64> {
        match &self.inner {
            Inner::Parquet(file) => Some(file.rows(parts)),
            Inner::Csv(_) => None,
        }
    }

    /// How many parts a columnar file has that can be read apart: its row groups.
    pub fn parts(&self) -> usize {
        match &self.inner {
            Inner::Parquet(file) => file.row_groups(),
            Inner::Csv(_) => 1,
        }
    }
}

/// Which parts of a file to read.
#[derive(Debug, Clone)]
pub enum Parts {
    All,
    These(Vec<usize>),
}

pub struct Batches {
    schema: SchemaRef,
    constants: Vec<Constant>,
    inner: Rows,
}

/// As the file itself has them.
pub type Rows = Box<dyn Iterator<Item = Result<RecordBatch, String>> + Send>;

impl Iterator for Batches {
    type Item = Result<RecordBatch, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match self.inner.next()? {
            Ok(batch) => batch,
            Err(why) => return Some(Err(why)),
        };
        let rows = batch.num_rows();
        let mut arrays = batch.columns().to_vec();
        arrays.extend(self.constants.iter().map(|one| repeated(one.value.as_deref(), one.guess, rows)));
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options);
        Some(batch.map_err(|why| format!("cannot be decoded: {why}")))
    }
}
