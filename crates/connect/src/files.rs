//! Folders of Parquet and CSV files: which of them make one table, and what they say of it.
//!
//! What is a table:
//! - a folder with partition folders (`year=2026/…`, as Hive lays them) is one, with all that is below
//!   them and the files of the same format beside them;
//! - a folder of nothing but parts of one format (`part-00000….parquet`, `0001.csv`) is one, as Spark and
//!   Dask write them;
//! - every other file is one.
//!
//! A Delta Lake or Iceberg table is one, whatever lies in its folder: its own log says which files count.
//!
//! Names that begin with `.` or `_` are passed over, as Spark does, and so are symbolic links and whatever
//! is neither Parquet nor CSV.

mod bucket;
mod csv;
mod delta;
mod describe;
mod format;
mod iceberg;
mod log;
mod merge;
mod parquet;
mod part;
mod partition;
mod reach;
mod rows;
mod stated;
mod tables;
mod walk;

use std::io;
use std::path::{Path, PathBuf};

pub use self::bucket::{Access, AddressError, Bucket, BucketAddress, BucketError, Whole};
pub use self::describe::{Described, DescribedColumn};
pub use self::format::Format;
pub use self::log::{TableFormat, TableLog};
pub use self::reach::{Reach, Way};
pub use self::rows::{Batches, OpenFile, Parts};
pub use self::tables::{Placed, Table, at, find_below};
pub use self::walk::DataFile;

/// Why no table at all can be found at a place. What spoils only one table is said by that table.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("there is nothing at '{}': name a folder or a file that exists", .0.display())]
    Absent(PathBuf),
    #[error("'{}' cannot be read: {why}", path.display())]
    Unreadable { path: PathBuf, why: io::Error },
    #[error("'{}' is no table: name a folder, or a file that ends in {known}", path.display())]
    NoTable { path: PathBuf, known: String },
}

impl FilesError {
    pub fn unreadable(path: &Path, why: io::Error) -> Self {
        let path = path.to_owned();
        if why.kind() == io::ErrorKind::NotFound {
            Self::Absent(path)
        } else {
            Self::Unreadable { path, why }
        }
    }
}
