//! The rows of a Parquet file.

use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use ::parquet::basic::Type as Physical;
use ::parquet::file::metadata::{FileMetaData, ParquetMetaData, RowGroupMetaData};
use ::parquet::file::reader::Length;
use ::parquet::schema::types::Type;
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};

use super::place::Place;
use super::{broken, footer, metadata, plain_words, rows_of};
use crate::files::reach::Reach;
use crate::files::rows::{Parts, Rows};

pub struct ParquetFile {
    place: Place,
    metadata: ArrowReaderMetadata,
}

const ROWS: u64 = 8_192;
/// Unpacked, as far as the footer says.
const BYTES: u64 = 32 << 20;

impl ParquetFile {
    pub fn open(reach: &Reach, path: &Path) -> Result<Self, String> {
        let place = reach.place(path)?;
        let metadata = Arc::new(with_rows(metadata(&footer::read(&place)?)?)?);
        let length = place.len();
        for chunk in metadata.row_groups().iter().flat_map(|group| group.columns()) {
            let starts = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
            let ends = starts.checked_add(chunk.compressed_size());
            let is_inside = starts >= 0
                && chunk.compressed_size() >= 0
                && ends.and_then(|ends| u64::try_from(ends).ok()).is_some_and(|ends| ends <= length);
            if !is_inside {
                let column = chunk.column_path();
                return Err(format!(
                    "says that its column {column} lies outside of it: was it written to the end?"
                ));
            }
        }
        let unread = |why| format!("has columns that cannot be read: {why}");
        // What a writer says of Arrow beside the schema is one thing more to be wrong.
        let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let plain = ArrowReaderMetadata::try_new(metadata.clone(), options()).map_err(unread)?;
        let views: Vec<FieldRef> = plain
            .schema()
            .fields()
            .iter()
            .zip(plain.parquet_schema().root_schema().get_fields())
            .map(|(field, stored)| if is_int96(stored) { in_micros(field) } else { view(field) })
            .collect();
        let views = Arc::new(Schema::new(views));
        let metadata = ArrowReaderMetadata::try_new(metadata, options().with_schema(views)).unwrap_or(plain);
        Ok(Self { place, metadata })
    }

    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    pub fn row_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    pub fn rows(&self, parts: &Parts) -> u64 {
        let groups = self.metadata.metadata().row_groups();
        let of = |group: &RowGroupMetaData| u64::try_from(group.num_rows()).unwrap_or(0);
        match parts {
            Parts::All => groups.iter().map(of).fold(0, u64::saturating_add),
            Parts::These(these) => {
                these.iter().filter_map(|part| groups.get(*part)).map(of).fold(0, u64::saturating_add)
            }
        }
    }

    pub fn batches(&self, columns: &[usize], parts: &Parts) -> Result<Rows, String> {
        let schema = self.metadata.parquet_schema();
        self.masked(ProjectionMask::roots(schema, columns.iter().copied()), parts)
    }

    /// The rows of what lies at or below these paths, each of names with dots between them.
    pub fn batches_of(&self, paths: &[&str]) -> Result<Rows, String> {
        let schema = self.metadata.parquet_schema();
        let is_below = |leaf: &str, path: &str| {
            leaf.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let leaves = schema.columns().iter().enumerate().filter(|(_, leaf)| {
            let leaf = leaf.path().string();
            paths.iter().any(|path| is_below(&leaf, path))
        });
        let mask = ProjectionMask::leaves(schema, leaves.map(|(place, _)| place));
        self.masked(mask, &Parts::All)
    }

    fn masked(&self, mask: ProjectionMask, parts: &Parts) -> Result<Rows, String> {
        let rows_a_batch = self.rows_a_batch(&mask);
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.place.clone(), self.metadata.clone())
                .with_projection(mask)
                .with_batch_size(rows_a_batch);
        if let Parts::These(these) = parts {
            builder = builder.with_row_groups(these.clone());
        }
        let reader = builder.build().map_err(|why| undecoded(&why))?;
        Ok(Box::new(reader.map(|batch| batch.map_err(|why| undecoded(&why)))))
    }

    /// Fewer where rows are large.
    fn rows_a_batch(&self, mask: &ProjectionMask) -> usize {
        let mut most: u64 = 1;
        for group in self.metadata.metadata().row_groups() {
            let chunks = group.columns().iter().enumerate().filter(|(leaf, _)| mask.leaf_included(*leaf));
            let bytes = chunks
                .map(|(_, chunk)| u64::try_from(chunk.uncompressed_size()).unwrap_or(0))
                .fold(0, u64::saturating_add);
            most = most.max(bytes / u64::try_from(group.num_rows()).unwrap_or(1).max(1));
        }
        usize::try_from((BYTES / most).clamp(1, ROWS)).unwrap_or(1)
    }
}

fn undecoded(why: &dyn std::fmt::Display) -> String {
    format!("cannot be decoded: {}", plain_words(why))
}

/// Some writers leave the number of rows of the whole file at 0, and the reader goes by that.
fn with_rows(metadata: ParquetMetaData) -> Result<ParquetMetaData, String> {
    let rows = rows_of(&metadata).map_err(|why| broken(&why))?;
    let rows = i64::try_from(rows).map_err(|_| broken(&"it says more rows than can be"))?;
    let file = metadata.file_metadata();
    if file.num_rows() == rows {
        return Ok(metadata);
    }
    let file = FileMetaData::new(
        file.version(),
        rows,
        file.created_by().map(str::to_owned),
        None,
        file.schema_descr_ptr(),
        None,
    );
    Ok(ParquetMetaData::new(file, metadata.row_groups().to_vec()))
}

/// Timestamps of older Sparks and Impalas: nanoseconds would hold the years 1677 to 2262 alone, and what is
/// outside would become another time.
fn is_int96(stored: &Type) -> bool {
    stored.is_primitive() && stored.get_physical_type() == Physical::INT96
}

fn in_micros(field: &FieldRef) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(DataType::Timestamp(TimeUnit::Microsecond, None)))
}

/// Texts and bytes as views of the pages that they are in, which copies none of them: a dictionary of one
/// long text would otherwise be written out for each of its rows.
fn views(fields: &Fields) -> Fields {
    fields.iter().map(view).collect()
}

fn view(field: &FieldRef) -> FieldRef {
    let inner = |field: &FieldRef| view(field);
    let data_type = match field.data_type() {
        DataType::Utf8 => DataType::Utf8View,
        DataType::Binary => DataType::BinaryView,
        DataType::Struct(fields) => DataType::Struct(views(fields)),
        DataType::List(element) => DataType::List(inner(element)),
        // A name of a zone needs a table of zones to be understood; this one needs none.
        DataType::Timestamp(unit, Some(zone)) if zone.as_ref() == "UTC" => {
            DataType::Timestamp(*unit, Some("+00:00".into()))
        }
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        _ => return field.clone(),
    };
    Arc::new(Field::clone(field).with_data_type(data_type))
}
