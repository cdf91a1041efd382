//! Parquet, from the footer alone: no page is read.

mod columns;
mod footer;
mod guard;
pub mod place;
pub mod rows;
mod words;

use std::collections::BTreeSet;
use std::path::Path;

use ::parquet::basic::Compression;
use ::parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};

use super::part::{Part, Traits};
use super::reach::Reach;

pub fn read(reach: &Reach, path: &Path) -> Result<Part, String> {
    part(&footer::read(&reach.place(path)?)?)
}

fn part(footer: &[u8]) -> Result<Part, String> {
    let metadata = metadata(footer)?;
    let rows = rows_of(&metadata).map_err(|why| broken(&why))?;
    let columns = columns::of(metadata.file_metadata().schema())?;
    Ok(Part { columns, rows, traits: traits(&metadata) })
}

fn broken(why: &dyn std::fmt::Display) -> String {
    format!("has a footer that cannot be read: {}", plain_words(why))
}

/// What the library says, without the names of its errors that stand before it.
fn plain_words(why: &dyn std::fmt::Display) -> String {
    let words = why.to_string();
    let mut rest = words.as_str();
    while let Some((_, after)) = rest.split_once(" error: ").filter(|(name, _)| name.starts_with("Parquet")) {
        rest = after;
    }
    rest.strip_prefix("Parquet error: ").unwrap_or(rest).to_owned()
}

fn metadata(footer: &[u8]) -> Result<ParquetMetaData, String> {
    guard::check(footer).map_err(|why| broken(&why))?;
    // Statistics are most of a large footer, and nothing here looks at them.
    let options = ParquetMetaDataOptions::new()
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    ParquetMetaDataReader::decode_metadata_with_options(footer, Some(&options)).map_err(|why| broken(&why))
}

/// By the row groups, which readers go by: some writers leave the number of the whole file at 0.
fn rows_of(metadata: &ParquetMetaData) -> Result<u64, String> {
    let mut rows: u64 = 0;
    for group in metadata.row_groups() {
        let said = group.num_rows();
        let more = u64::try_from(said).map_err(|_| format!("a row group says {said} rows"))?;
        rows = rows.saturating_add(more);
    }
    Ok(rows)
}

fn traits(metadata: &ParquetMetaData) -> Traits {
    let chunks = metadata.row_groups().iter().flat_map(|group| group.columns());
    let codecs: BTreeSet<String> = chunks.map(|chunk| codec(chunk.compression()).to_owned()).collect();
    let mut traits = Traits::new();
    if !codecs.is_empty() {
        traits.insert("codec", codecs);
    }
    if let Some(created_by) = metadata.file_metadata().created_by() {
        traits.insert("created_by", BTreeSet::from([created_by.to_owned()]));
    }
    traits
}

fn codec(compression: Compression) -> &'static str {
    match compression {
        Compression::UNCOMPRESSED => "uncompressed",
        Compression::SNAPPY => "snappy",
        Compression::GZIP(_) => "gzip",
        Compression::LZO => "lzo",
        Compression::BROTLI(_) => "brotli",
        Compression::LZ4 => "lz4",
        Compression::ZSTD(_) => "zstd",
        Compression::LZ4_RAW => "lz4_raw",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::data_type::Int64Type;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    use super::*;

    /// The footer of a file with a nested schema and two row groups.
    fn footer() -> Vec<u8> {
        let schema = "message t { required int64 a; optional group l (LIST) { repeated group list {
            optional int64 element; } } optional group m (MAP) { repeated group key_value {
            required int64 key; optional int64 value (DECIMAL(12,2)); } } }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
        for _ in 0..2 {
            let mut group = writer.next_row_group().unwrap();
            while let Some(mut column) = group.next_column().unwrap() {
                let levels = [0, 0];
                column.typed::<Int64Type>().write_batch(&[1, 2], Some(&levels), Some(&levels)).unwrap();
                column.close().unwrap();
            }
            group.close().unwrap();
        }
        let file = writer.into_inner().unwrap();
        let tail = file.len() - 8;
        let size = u32::from_le_bytes(file[tail..tail + 4].try_into().unwrap());
        file[tail - size as usize..tail].to_vec()
    }

    /// What Thrift's headers are made of: types, small and large numbers.
    const DAMAGE: [u8; 12] = [0x00, 0x01, 0x0c, 0x15, 0x18, 0x19, 0x2c, 0x7f, 0x80, 0xf9, 0xfc, 0xff];

    #[test]
    fn a_footer_is_read_or_refused_whichever_byte_is_damaged() {
        let whole = footer();
        assert_eq!(part(&whole).unwrap().columns.len(), 6);
        assert_eq!(part(&whole).unwrap().rows, 4);
        for place in 0..whole.len() {
            for value in DAMAGE {
                let mut damaged = whole.clone();
                damaged[place] = value;
                let _either = part(&damaged);
            }
        }
    }

    #[test]
    fn a_footer_is_refused_wherever_it_is_cut() {
        let whole = footer();
        for length in 0..whole.len() {
            assert!(part(&whole[..length]).is_err(), "cut at {length}");
        }
    }
}
