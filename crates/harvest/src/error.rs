//! Why a whole harvest cannot run. What spoils only one table is a `Refusal`.

use std::io;
use std::path::PathBuf;

use loggia_connect::ConnectError;
use loggia_formats::FormatError;
use loggia_model::ParseError;

#[derive(Debug, thiserror::Error)]
pub enum HarvestError {
    #[error("there is nothing at '{}': name a folder or a file that exists", .0.display())]
    Absent(PathBuf),
    #[error("'{}' cannot be read: {why}", path.display())]
    Unreadable { path: PathBuf, why: io::Error },
    #[error("'{}' is no table: name a folder, or a file that ends in {known}", path.display())]
    NoTable { path: PathBuf, known: String },
    #[error("'{}' is larger than {limit} bytes when unpacked, the most that is read", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("the path '{}' is not UTF-8, so nothing can be named after it: rename it", .0.display())]
    Name(PathBuf),
    #[error("the tables cannot be named: {0}")]
    Namespace(ParseError),
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl HarvestError {
    pub(crate) fn unreadable(path: impl Into<PathBuf>, why: io::Error) -> Self {
        let path = path.into();
        if why.kind() == io::ErrorKind::NotFound {
            Self::Absent(path)
        } else {
            Self::Unreadable { path, why }
        }
    }
}
