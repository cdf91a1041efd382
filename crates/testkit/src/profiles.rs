//! Profiles in the words of a test.

use loggia_model::Timestamp;
use loggia_quality::profile::{
    ColumnProfile, Estimate, Frequent, Histogram, Kind, Pattern, ProfileHead, Quantile, Quantiles, Range,
    Shaped, TableProfile,
};

use crate::builders::parsed;

const NOON: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

/// Of the data of a day, counted from 2026-03-01: version `v` and the day, and as many rows. Each column
/// holds a value that can be looked for, `secret`.
pub fn profile(day: i64, columns: &[&str]) -> TableProfile {
    let rows = day.unsigned_abs();
    let column = |path: &&str| ColumnProfile {
        path: parsed(path),
        kind: Kind::Text,
        values: rows,
        nulls: 1,
        empty: 0,
        not_finite: 0,
        distinct: Some(Estimate::exact(3)),
        range: Some(Range { min: "secret".into(), max: "secret".into() }),
        mean: Some(0.1 + 0.2),
        deviation: None,
        quantiles: Some(Quantiles { of: vec![Quantile { rank: 0.5, value: 7.5 }], rank_error: 0.0 }),
        lengths: None,
        top: vec![Frequent { value: "secret".into(), count: Estimate::exact(rows) }],
        patterns: vec![Shaped { pattern: Pattern::Email, count: 1 }],
        histogram: Some(Histogram { from: 7.0, to: 8.0, counts: vec![1, 2], is_logarithmic: false }),
        null_stripes: vec![0.5, 0.0],
        personal: false,
    };
    TableProfile {
        head: ProfileHead {
            version: format!("v{day}"),
            taken: NOON.plus_seconds(day * 86_400),
            data_changed_at: Some(NOON.plus_seconds(day * 86_400)),
            rows,
            rows_read: rows,
            skipped: Vec::new(),
        },
        columns: columns.iter().map(column).collect(),
    }
}
