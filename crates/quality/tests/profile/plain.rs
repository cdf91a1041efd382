//! Small columns: every figure is exact.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray, StringViewArray};
use loggia_model::ColumnPath;
use loggia_quality::profile::{ColumnProfile, ColumnProfiler, Estimate, MOST_BINS, Rows, STRIPES};
use proptest::prelude::*;

/// Hands the array over in batches of so many rows.
pub fn profile_of(array: &ArrayRef, batch: usize) -> ColumnProfile {
    let total = array.len() as u64;
    let mut profiler =
        ColumnProfiler::new(ColumnPath::top("column").unwrap(), array.data_type(), 1_000).unwrap();
    for first in (0..array.len()).step_by(batch.max(1)) {
        let rows = Rows { first: first as u64, total };
        profiler.add(&array.slice(first, batch.min(array.len() - first)), rows).unwrap();
    }
    profiler.finish().remove(0)
}

fn close(one: Option<f64>, other: Option<f64>, size: f64) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * size.max(1.0),
        (one, other) => one == other,
    }
}

/// The least value that is not exceeded by so large a share.
fn quantile(sorted: &[f64], rank: f64) -> f64 {
    let enough = |place: &usize| (*place + 1) as f64 >= rank * sorted.len() as f64;
    sorted[(0..sorted.len()).find(enough).unwrap()]
}

fn check_numbers(profile: &ColumnProfile, numbers: &[f64]) -> Result<(), TestCaseError> {
    let count = numbers.len() as f64;
    let mean = (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / count);
    let deviation =
        mean.map(|mean| (numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt());
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let size = sorted.iter().fold(0.0, |most: f64, number| most.max(number.abs()));
    prop_assert!(close(profile.mean, mean, size), "{:?} {mean:?}", profile.mean);
    prop_assert!(close(profile.deviation, deviation, size), "{:?} {deviation:?}", profile.deviation);
    for of in profile.quantiles.iter().flat_map(|quantiles| &quantiles.of) {
        prop_assert_eq!(of.value, quantile(&sorted, of.rank), "rank {}", of.rank);
    }
    prop_assert_eq!(
        profile.quantiles.as_ref().map(|quantiles| (quantiles.of.len(), quantiles.rank_error)),
        (!numbers.is_empty()).then_some((7, 0.0))
    );
    prop_assert_eq!(profile.histogram.is_some(), !numbers.is_empty());
    if let Some(histogram) = &profile.histogram {
        prop_assert!((1..=MOST_BINS).contains(&histogram.counts.len()));
        prop_assert_eq!(histogram.counts.iter().sum::<u64>(), numbers.len() as u64);
        for (bin, counted) in histogram.counts.iter().enumerate() {
            let (from, to) = (histogram.edge(bin), histogram.edge(bin + 1));
            // On an edge, rounding may take either side.
            let near = size.max(1.0) * 1e-9;
            let surely = sorted.iter().filter(|number| **number > from + near && **number < to - near);
            let perhaps = sorted.iter().filter(|number| **number >= from - near && **number <= to + near);
            prop_assert!(surely.count() as u64 <= *counted && *counted <= perhaps.count() as u64);
        }
    }
    Ok(())
}

fn check_counts(profile: &ColumnProfile, values: impl Iterator<Item = String>) -> Result<(), TestCaseError> {
    let mut counts = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_insert(0_u64) += 1);
    prop_assert_eq!(profile.distinct, Some(Estimate::exact(counts.len() as u64)));
    prop_assert_eq!(profile.top.len(), counts.len().min(10));
    let mut most: Vec<u64> = counts.values().copied().collect();
    most.sort_by(|one, other| other.cmp(one));
    for (top, count) in profile.top.iter().zip(most) {
        prop_assert_eq!(top.count, Estimate::exact(count));
        prop_assert_eq!(counts.get(&top.value), Some(&count), "{}", &top.value);
    }
    Ok(())
}

fn check_nulls(profile: &ColumnProfile, are_null: &[bool]) -> Result<(), TestCaseError> {
    let nulls = are_null.iter().filter(|is_null| **is_null).count();
    prop_assert_eq!((profile.values, profile.nulls), (are_null.len() as u64, nulls as u64));
    let mut stripes = vec![(0_u32, 0_u32); STRIPES];
    for (row, is_null) in are_null.iter().enumerate() {
        let (rows, nulls) = &mut stripes[row * STRIPES / are_null.len()];
        *rows += 1;
        *nulls += u32::from(*is_null);
    }
    let shares: Vec<f32> =
        stripes.iter().map(|(rows, nulls)| *nulls as f32 / (*rows).max(1) as f32).collect();
    prop_assert_eq!(&profile.null_stripes, &if nulls == 0 { Vec::new() } else { shares });
    Ok(())
}

/// Few distinct ones, narrow ranges, and the whole range.
fn whole() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![
        1 => Just(None),
        4 => (-3_i64..3).prop_map(Some),
        2 => (-1_000_i64..100_000).prop_map(Some),
        1 => (-(1_i64 << 53)..1 << 53).prop_map(Some),
    ]
}

fn broken() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        1 => Just(None),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(-0.0)].prop_map(Some),
        4 => (-1e6..1e6).prop_map(Some),
        1 => (999_999_999.0..1_000_000_000.0).prop_map(Some),
    ]
}

proptest! {
    #[test]
    fn whole_numbers(values in prop::collection::vec(whole(), 0..300), batch in 1_usize..100) {
        let array: ArrayRef = Arc::new(Int64Array::from(values.clone()));
        let profile = profile_of(&array, batch);
        let there: Vec<i64> = values.iter().flatten().copied().collect();

        check_nulls(&profile, &values.iter().map(Option::is_none).collect::<Vec<_>>())?;
        check_numbers(&profile, &there.iter().map(|value| *value as f64).collect::<Vec<_>>())?;
        check_counts(&profile, there.iter().map(ToString::to_string))?;
        let range = profile.range.map(|range| (range.min, range.max));
        prop_assert_eq!(range, there.iter().min().zip(there.iter().max())
            .map(|(min, max)| (min.to_string(), max.to_string())));
    }

    #[test]
    fn broken_numbers(values in prop::collection::vec(broken(), 0..300), batch in 1_usize..100) {
        let array: ArrayRef = Arc::new(Float64Array::from(values.clone()));
        let profile = profile_of(&array, batch);
        // There is one zero.
        let there: Vec<f64> = values.iter().flatten().map(|value| value + 0.0).collect();
        let finite: Vec<f64> = there.iter().copied().filter(|value| value.is_finite()).collect();

        check_nulls(&profile, &values.iter().map(Option::is_none).collect::<Vec<_>>())?;
        check_numbers(&profile, &finite)?;
        check_counts(&profile, there.iter().map(ToString::to_string))?;
        prop_assert_eq!(profile.not_finite, (there.len() - finite.len()) as u64);
        let least = finite.iter().copied().min_by(f64::total_cmp);
        prop_assert_eq!(profile.range.map(|range| range.min), least.map(|least| least.to_string()));
    }

    #[test]
    fn texts(
        values in prop::collection::vec(prop::option::of("[a-cé]{0,3}|.{0,300}"), 0..200),
        batch in 1_usize..100,
        are_views: bool,
    ) {
        let array: ArrayRef = if are_views {
            Arc::new(StringViewArray::from_iter(values.clone()))
        } else {
            Arc::new(StringArray::from(values.clone()))
        };
        let profile = profile_of(&array, batch);
        let there: Vec<&str> = values.iter().flatten().map(String::as_str).collect();

        check_nulls(&profile, &values.iter().map(Option::is_none).collect::<Vec<_>>())?;
        let shown = |text: &str| {
            let end = text.floor_char_boundary(200);
            if text.len() > 200 { format!("{}…", &text[..end]) } else { text.to_owned() }
        };
        check_counts(&profile, there.iter().map(|text| shown(text)))?;
        prop_assert_eq!(profile.empty, there.iter().filter(|text| text.is_empty()).count() as u64);
        let lengths: Vec<usize> = there.iter().map(|text| text.chars().count()).collect();
        let sum: usize = lengths.iter().sum();
        prop_assert_eq!(
            profile.lengths.map(|found| (found.min, found.max, found.mean)),
            lengths.iter().min().map(|min| {
                (*min as u64, *lengths.iter().max().unwrap() as u64, sum as f64 / lengths.len() as f64)
            })
        );
        prop_assert_eq!(profile.range.map(|range| range.max), there.iter().max().map(|most| shown(most)));
    }
}
