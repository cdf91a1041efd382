//! What a reader is asked, and what it says: a line of JSON each. It answers one question after the other, and
//! ends where no more come.

use loggia_connect::files::{Table, Way};
use loggia_harvest::files::{Limits, SampleLimits, Sampled};
use loggia_model::facts::AssetFacts;
use loggia_quality::profile::TableProfile;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    Profile { way: Way, table: Table, limits: Limits },
    Sample { way: Way, table: Table, columns: Vec<String>, limits: SampleLimits },
    Describe { way: Way, table: Table },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Values read, of how many.
    Progress(u64, u64),
    Profile(Box<TableProfile>),
    Described(Box<AssetFacts>),
    /// So many bytes of Parquet follow.
    Sample {
        sampled: Sampled,
        bytes: u64,
    },
    /// Why it cannot be read.
    Refused(String),
}
