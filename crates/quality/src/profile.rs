//! Profiles: what the values of each column are like, by one pass over them in bounded memory.
//!
//! A column with few distinct values is counted exactly, whatever its length; one with more goes over to
//! sketches with stated errors (HyperLogLog, KLL, frequent items, by Apache DataSketches), and the profile
//! says which of its figures are estimates and how good they are.

mod column;
mod counts;
mod histogram;
mod moments;
mod numbers;
mod patterns;
mod scale;
mod stripes;
mod text;

use loggia_model::{ColumnPath, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::column::{ColumnProfiler, Rows, Unlike};
pub use self::histogram::MOST_BINS;
pub use self::patterns::Pattern;
pub use self::scale::Kind;
pub use self::stripes::STRIPES;

/// A table at one version of its data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableProfile {
    pub head: ProfileHead,
    /// Each before those that are nested in it.
    pub columns: Vec<ColumnProfile>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileHead {
    /// Changes whenever the data does: a digest of the files' names, sizes and times.
    pub version: String,
    /// When the profile was made.
    pub taken: Timestamp,
    /// When the data last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_changed_at: Option<Timestamp>,
    pub rows: u64,
    /// Fewer than `rows` where only a sample was read.
    pub rows_read: u64,
    /// Columns of which there is no profile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skipped {
    pub column: String,
    pub why: String,
}

impl ProfileHead {
    /// What the place of this version in a series is told by.
    pub fn at(&self) -> Timestamp {
        self.data_changed_at.unwrap_or(self.taken)
    }

    pub fn is_sampled(&self) -> bool {
        self.rows_read < self.rows
    }
}

/// Numbers are in the unit of the [`Kind`]: days since the epoch for dates, microseconds for times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnProfile {
    pub path: ColumnPath,
    pub kind: Kind,
    /// All of them, nulls included: the rows, or in lists and maps the elements.
    pub values: u64,
    pub nulls: u64,
    /// Texts, lists and maps that are there and have nothing in them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub empty: u64,
    /// NaN and the infinities; they are in no other figure but `values` and `distinct`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_finite: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinct: Option<Estimate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Of the population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles>,
    /// Letters of texts, bytes of binaries, elements of lists and maps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Lengths>,
    /// Most frequent first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub top: Vec<Frequent>,
    /// By how many values have them, most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<Shaped>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histogram: Option<Histogram>,
    /// The share of nulls, 0 to 1, in each of [`STRIPES`] equal stretches of the table, first rows first.
    /// Empty where there are no nulls, and below lists and maps, which have no place among the rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub null_stripes: Vec<f32>,
    /// Values were kept out, since they are of persons.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
}

/// A count, with bounds between which the true one lies with a probability of 95%; all three the same
/// where it was counted exactly.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    pub value: u64,
    pub from: u64,
    pub to: u64,
}

/// As people write them: always exact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    pub min: String,
    pub max: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantiles {
    pub of: Vec<Quantile>,
    /// How far off, at 99% confidence, the share of values below may be from the one that is asked for; 0 where exact.
    pub rank_error: f64,
}

/// The least value that so large a share of the values does not exceed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantile {
    /// 0 to 1.
    pub rank: f64,
    pub value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lengths {
    pub min: u64,
    pub max: u64,
    pub mean: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frequent {
    /// As people write it; long texts are cut.
    pub value: String,
    pub count: Estimate,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shaped {
    pub pattern: Pattern,
    pub count: u64,
}

/// Bins from `from` to `to`; each has its lower edge, the last one both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Histogram {
    pub from: f64,
    pub to: f64,
    /// At most [`MOST_BINS`].
    pub counts: Vec<u64>,
    /// Each bin ends at the same multiple of where it begins, instead of being as wide as the others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_logarithmic: bool,
}

impl Estimate {
    pub const fn exact(value: u64) -> Self {
        Self { value, from: value, to: value }
    }

    pub fn is_exact(self) -> bool {
        self.from == self.to
    }
}

impl ColumnProfile {
    /// 0 to 1; 0 of a column without values.
    pub fn null_share(&self) -> f64 {
        if self.values == 0 { 0.0 } else { self.nulls as f64 / self.values as f64 }
    }

    /// Values that are there.
    pub fn present(&self) -> u64 {
        self.values.saturating_sub(self.nulls)
    }

    /// Takes out whatever tells a value: what is left counts and shapes.
    pub fn hide_values(&mut self) {
        self.personal = true;
        self.range = None;
        self.mean = None;
        self.deviation = None;
        self.quantiles = None;
        self.top.clear();
        if let Some(histogram) = &mut self.histogram {
            // The shape stays, without a scale.
            (histogram.from, histogram.to, histogram.is_logarithmic) = (0.0, 1.0, false);
        }
    }
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
