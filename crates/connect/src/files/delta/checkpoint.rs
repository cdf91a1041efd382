//! Checkpoints: the actions of a log at a version, as the rows of a Parquet file.

use std::path::Path;

use arrow_json::LineDelimitedWriter;

use super::actions::Action;
use crate::files::parquet::rows::ParquetFile;
use crate::files::reach::Reach;

/// What is needed of a row. The statistics of columns are most of a checkpoint.
const NEEDED: [&str; 14] = [
    "add.path",
    "add.partitionValues",
    "add.size",
    "add.modificationTime",
    "add.stats",
    "add.deletionVector",
    "metaData.name",
    "metaData.description",
    "metaData.schemaString",
    "metaData.partitionColumns",
    "metaData.configuration",
    "protocol",
    "sidecar.path",
    "sidecar.sizeInBytes",
];

/// Each action goes the way of a commit's: as JSON.
pub fn read(
    reach: &Reach,
    path: &Path,
    take: &mut dyn FnMut(Action) -> Result<(), String>,
) -> Result<(), String> {
    let unread = |why: &dyn std::fmt::Display| format!("cannot be read: {why}");
    for batch in ParquetFile::open(reach, path)?.batches_of(&NEEDED)? {
        let mut lines = LineDelimitedWriter::new(Vec::new());
        lines.write(&batch?).map_err(|why| unread(&why))?;
        lines.finish().map_err(|why| unread(&why))?;
        for line in lines.into_inner().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let action = serde_json::from_slice(line);
            take(action.map_err(|why| format!("has a row that is no action of Delta Lake: {why}"))?)?;
        }
    }
    Ok(())
}
