//! Some rows of a table: the first of each of its files, or of twenty that are spread over all.

use std::collections::HashSet;

use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{Schema, SchemaRef};
use loggia_connect::files::{Described, Parts, Placed, Reach, Table};
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
    /// Columns that are told as text.
    pub told_columns: usize,
}

impl Default for SampleLimits {
    fn default() -> Self {
        Self { rows: 5_000, bytes: 1 << 20, told: 20, told_columns: 200 }
    }
}

/// What is told of the sample beside the Parquet file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sampled {
    pub version: String,
    /// Names and types of those that are told as text.
    pub columns: Vec<(String, String)>,
    /// How many the sample has.
    pub width: u64,
    pub first: Vec<Vec<Option<String>>>,
    pub rows: u64,
}

const MOST_FILES: usize = 20;

/// Bytes of text, of all rows that are told.
const MOST_TEXT: usize = 256 << 10;

/// Letters of one value that are told as text.
const LONGEST: usize = 300;

/// Rows of these columns, as far as the table has them.
///
/// # Errors
/// Which file cannot be read, and why; or that not even one row fits.
pub fn sample(
    reach: &Reach,
    table: &Table,
    columns: &[String],
    limits: &SampleLimits,
) -> Result<(Sampled, Vec<u8>), String> {
    let (table, described) = table.for_first_rows(reach)?;
    let shown: HashSet<&str> = columns.iter().map(String::as_str).collect();
    let mut taking = Taking { schema: None, batches: Vec::new(), rows: 0 };
    let chosen = chosen(&table);
    let each = limits.rows.div_ceil(chosen.len().max(1));
    for placed in &chosen {
        let until = (taking.rows + each).min(limits.rows);
        taking.take(reach, placed, &described, &shown, until).map_err(|why| table.of_file(placed, why))?;
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
    let columns: Vec<(String, String)> = columns.take(limits.told_columns).collect();
    let first = told(&taking.batches, limits)?;
    let (parquet, rows) = packed(&schema, taking.batches, limits.bytes)?;
    let first = first.into_iter().take(rows).collect();
    let width = schema.fields().len() as u64;
    Ok((Sampled { version: table.version(), columns, width, first, rows: rows as u64 }, parquet))
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
        reach: &Reach,
        placed: &Placed,
        described: &Described,
        wanted: &HashSet<&str>,
        until: usize,
    ) -> Result<(), String> {
        let file = placed.open(reach, described)?;
        let fields = file.schema().fields().iter().enumerate();
        let shown =
            fields.filter(|(_, field)| wanted.contains(field.name().as_str())).map(|(place, _)| place);
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

fn told(batches: &[RecordBatch], limits: &SampleLimits) -> Result<Vec<Vec<Option<String>>>, String> {
    let options = FormatOptions::default().with_display_error(true);
    let untold = |why: &dyn std::fmt::Display| format!("has values that cannot be shown: {why}");
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    let mut bytes = 0;
    for batch in batches {
        let columns = || batch.columns().iter().take(limits.told_columns);
        let formatters: Result<Vec<_>, _> =
            columns().map(|column| ArrayFormatter::try_new(column.as_ref(), &options)).collect();
        let formatters = formatters.map_err(|why| untold(&why))?;
        for row in 0..batch.num_rows().min(limits.told - rows.len()) {
            let cells = columns().zip(&formatters).map(|(column, formatter)| {
                (!column.is_null(row)).then(|| cut(&formatter.value(row).to_string()))
            });
            let cells: Vec<Option<String>> = cells.collect();
            bytes += cells.iter().flatten().map(String::len).sum::<usize>();
            if bytes > MOST_TEXT && !rows.is_empty() {
                return Ok(rows);
            }
            rows.push(cells);
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
