//! The data that assets are about, as far as the operator lets this program read it.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_model::Urn;

/// Some rows of an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Of the data that it was taken from; another one as soon as that changes.
    pub version: String,
    /// The first 200.
    pub columns: Vec<SampleColumn>,
    /// How many there are in all.
    pub width: u64,
    /// Its first rows as people read them, a value a column; `None` for null.
    pub first: Vec<Vec<Option<String>>>,
    /// How many rows the sample has.
    pub rows: u64,
    /// All of it, as a Parquet file of 1 MiB at most.
    pub parquet: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleColumn {
    pub name: String,
    pub data_type: String,
}

/// Why there is no sample, in words for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DataError(pub String);

#[async_trait]
pub trait Data: Send + Sync + 'static {
    /// Whether the operator has said where the data of this asset lies, and that it may be shown.
    fn reaches(&self, asset: &Urn) -> bool;

    /// Rows of an asset that [`Data::reaches`], of these columns of the table, as far as it has them.
    async fn sample(&self, asset: &Urn, columns: &[String]) -> Result<Arc<Sample>, DataError>;
}

/// Where nobody has said that any data may be read.
pub struct NoData;

#[async_trait]
impl Data for NoData {
    fn reaches(&self, _asset: &Urn) -> bool {
        false
    }

    async fn sample(&self, _asset: &Urn, _columns: &[String]) -> Result<Arc<Sample>, DataError> {
        Err(DataError("nobody has told this server where the data lies".into()))
    }
}
