//! One table to one Parquet file, as a common warehouse job would write it.

use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::DemoError;

/// Small groups, so that a preview of the first rows reads little.
const ROWS_PER_GROUP: usize = 4_096;

pub fn write(path: &Path, table: &RecordBatch, changed: Option<SystemTime>) -> Result<(), DemoError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|cause| DemoError::Folder { path: folder.to_owned(), cause })?;
    }
    let unwritten = |cause| DemoError::File { path: path.to_owned(), cause };
    let file = File::create(path).map_err(unwritten)?;
    encode(&file, table).map_err(|cause| DemoError::Parquet { path: path.to_owned(), cause })?;
    changed.map_or(Ok(()), |changed| file.set_modified(changed)).map_err(unwritten)
}

fn encode(file: &File, table: &RecordBatch) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_created_by("Loggia demo data".to_owned())
        .build();
    // Without Arrow's own schema: readers see Parquet types alone, as from most writers.
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(file, table.schema(), options)?;
    writer.write(table)?;
    writer.close()?;
    Ok(())
}
