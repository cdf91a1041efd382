//! Why a whole harvest cannot run. What spoils only one table is a `Refusal`.

use std::path::PathBuf;

use loggia_connect::ConnectError;
use loggia_connect::files::{BucketError, FilesError};
use loggia_formats::FormatError;
use loggia_model::ParseError;

#[derive(Debug, thiserror::Error)]
pub enum HarvestError {
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error("'{}' is larger than {limit} bytes when unpacked, the most that is read", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("the path '{}' is not UTF-8, so nothing can be named after it: rename it", .0.display())]
    Name(PathBuf),
    #[error("the tables cannot be named: {0}")]
    Namespace(ParseError),
    #[error(
        "the Glue catalog of {region} has no database that may be seen: name the right region, or let the credentials see it (glue:GetDatabases)"
    )]
    NoDatabases { region: String },
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
}
