//! Some rows of a table: the first of each of its files, or of twenty that are spread over all.

use std::collections::HashSet;

use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{Schema, SchemaRef};
use loggia_connect::files::{Described, Parts, Placed, Table};
use loggia_model::ColumnPath;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SampleLimits {
    pub rows: usize,
    /// Of the Parquet file that it makes.
    pub bytes: usize,
    /// Rows that are told as text.
    pub told: usize,
}

impl Default for SampleLimits {
    fn default() -> Self {
        Self { rows: 5_000, bytes: 1 << 20, told: 20 }
    }
}

/// What is told of the sample beside the Parquet file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sampled {
    pub version: String,
    /// Names and types.
    pub columns: Vec<(String, String)>,
    pub first: Vec<Vec<Option<String>>>,
    pub rows: u64,
}

const MOST_FILES: usize = 20;

/// Letters of one value that are told as text.
const LONGEST: usize = 300;

/// Columns that hold one of `without`, or lie in one, are left out whole.
///
/// # Errors
/// Which file cannot be read, and why; or that not even one row fits.
pub fn sample(
    table: &Table,
    without: &[ColumnPath],
    limits: &SampleLimits,
) -> Result<(Sampled, Vec<u8>), String> {
    let described = table.describe()?;
    let hidden: HashSet<String> =
        without.iter().filter_map(|path| path.segments().into_iter().next()).collect();
    let mut taking = Taking { schema: None, batches: Vec::new(), rows: 0 };
    let chosen = chosen(table);
    let each = limits.rows.div_ceil(chosen.len().max(1));
    for placed in &chosen {
        let until = (taking.rows + each).min(limits.rows);
        taking.take(placed, &described, &hidden, until).map_err(|why| table.of_file(placed, why))?;
    }
    let schema = taking.schema.unwrap_or_else(|| Schema::empty().into());
    let types = |name: &str| {
        let known =
            described.columns.iter().find(|column| column.path.depth() == 0 && column.path.name() == name);
        known.map(|column| column.data_type.clone())
    };
    let columns = schema.fields().iter().map(|field| {
        (field.name().clone(), types(field.name()).unwrap_or_else(|| field.data_type().to_string()))
    });
    let columns = columns.collect();
    let first = told(&taking.batches, limits.told)?;
    let (parquet, rows) = packed(&schema, taking.batches, limits.bytes)?;
    let first = first.into_iter().take(rows).collect();
    Ok((Sampled { version: table.version(), columns, first, rows: rows as u64 }, parquet))
}

/// The newest, which has the columns as they are now, and some of the others.
fn chosen(table: &Table) -> Vec<&Placed> {
    let mut files: Vec<&Placed> = table.files.iter().collect();
    files.sort_by_key(|placed| (std::cmp::Reverse(placed.file.changed), &placed.file.path));
    let step = files.len().div_ceil(MOST_FILES).max(1);
    files.into_iter().step_by(step).collect()
}

struct Taking {
    /// Of the first file.
    schema: Option<SchemaRef>,
    batches: Vec<RecordBatch>,
    rows: usize,
}

impl Taking {
    /// Nothing of a file that has other columns.
    fn take(
        &mut self,
        placed: &Placed,
        described: &Described,
        hidden: &HashSet<String>,
        until: usize,
    ) -> Result<(), String> {
        let file = placed.open(described)?;
        let fields = file.schema().fields().iter().enumerate();
        let shown = fields.filter(|(_, field)| !hidden.contains(field.name())).map(|(place, _)| place);
        let shown: Vec<usize> = shown.collect();
        for batch in file.batches(&shown, &Parts::All)? {
            let batch = batch?;
            let schema = self.schema.get_or_insert_with(|| batch.schema());
            if batch.schema() != *schema {
                return Ok(());
            }
            let wanted = until.saturating_sub(self.rows).min(batch.num_rows());
            self.rows += wanted;
            self.batches.push(batch.slice(0, wanted));
            if self.rows >= until {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn told(batches: &[RecordBatch], most: usize) -> Result<Vec<Vec<Option<String>>>, String> {
    let options = FormatOptions::default().with_display_error(true);
    let untold = |why: &dyn std::fmt::Display| format!("has values that cannot be shown: {why}");
    let mut rows = Vec::new();
    for batch in batches {
        let formatters: Result<Vec<_>, _> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options)).collect();
        let formatters = formatters.map_err(|why| untold(&why))?;
        for row in 0..batch.num_rows().min(most - rows.len()) {
            let cells = batch.columns().iter().zip(&formatters).map(|(column, formatter)| {
                (!column.is_null(row)).then(|| cut(&formatter.value(row).to_string()))
            });
            rows.push(cells.collect());
        }
    }
    Ok(rows)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// As many of the rows as fit, and how many that are.
fn packed(schema: &SchemaRef, batches: Vec<RecordBatch>, most: usize) -> Result<(Vec<u8>, usize), String> {
    let mut rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    loop {
        let file = written(schema, &batches, rows).map_err(|why| format!("cannot be shown: {why}"))?;
        if file.len() <= most {
            return Ok((file, rows));
        }
        if rows <= 1 {
            return Err(format!("has a first row of more than {} KiB, the most that is shown", most >> 10));
        }
        // Somewhat fewer than would fit if all rows were alike.
        rows = (rows.saturating_mul(most) / file.len() * 9 / 10).clamp(1, rows - 1);
    }
}

fn written(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    rows: usize,
) -> Result<Vec<u8>, parquet::errors::ParquetError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
    let mut writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties.build()))?;
    let mut left = rows;
    for batch in batches {
        let wanted = left.min(batch.num_rows());
        writer.write(&batch.slice(0, wanted))?;
        left -= wanted;
    }
    writer.into_inner()
}
