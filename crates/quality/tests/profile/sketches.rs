//! Long columns of many distinct values: the estimates against what they say of their error.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};

use super::plain::profile_of;

const LENGTH: i64 = 200_000;

/// Numbers that look random, the same each time (Weyl's sequence, mixed).
fn noise(seed: i64, count: i64) -> impl Iterator<Item = i64> {
    (0..count).map(move |place| {
        let mixed = (place + seed * LENGTH).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed());
        (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9_u64.cast_signed()) >> 20
    })
}

#[test]
fn ranks_are_as_near_as_the_profile_says() {
    let mut told = 0;
    let mut missed = 0;
    for seed in 0..8 {
        let mut values: Vec<i64> = noise(seed, LENGTH).collect();
        let profile = profile_of(&(Arc::new(Int64Array::from(values.clone())) as ArrayRef), 8_192);
        values.sort_unstable();
        let quantiles = profile.quantiles.unwrap();
        assert!(quantiles.rank_error > 0.0 && quantiles.rank_error < 0.01, "{}", quantiles.rank_error);
        for of in quantiles.of {
            let at_most = values.partition_point(|value| *value as f64 <= of.value);
            let off = (at_most as f64 / LENGTH as f64 - of.rank).abs();
            told += 1;
            missed += u32::from(off > quantiles.rank_error);
        }
        let histogram = profile.histogram.unwrap();
        let width = (histogram.to - histogram.from) / histogram.counts.len() as f64;
        for (bin, count) in histogram.counts.iter().enumerate() {
            let edge = |bin: usize| histogram.from + width * bin as f64;
            let (from, to) = (edge(bin), edge(bin + 1));
            let truly = values.iter().filter(|value| (from..to).contains(&(**value as f64))).count();
            // Two ranks, each as far off as it may be, and some more at seven of eight chances.
            let most = 2.0 * quantiles.rank_error * LENGTH as f64;
            assert!((*count as f64 - truly as f64).abs() <= most, "{count} {truly}");
        }
    }
    // 99% are to be within.
    assert!(missed <= told / 50, "{missed} of {told}");
}

#[test]
fn distinct_values_are_within_their_bounds() {
    let mut missed = 0;
    for seed in 0..40 {
        let distinct = 5_000 + seed * 3_000;
        let values: Vec<i64> = noise(seed, distinct).chain(noise(seed, distinct)).collect();
        let profile = profile_of(&(Arc::new(Int64Array::from(values)) as ArrayRef), 8_192);
        let estimate = profile.distinct.unwrap();
        assert!(!estimate.is_exact() && estimate.from <= estimate.value && estimate.value <= estimate.to);
        missed += u32::from(!(estimate.from..=estimate.to).contains(&distinct.unsigned_abs()));
    }
    // 95% are to be within: 2 of 40 may miss, and by chance some more.
    assert!(missed <= 5, "{missed} of 40");
}

#[test]
fn what_is_frequent_is_told_with_true_bounds() {
    let mut values: Vec<String> = noise(1, LENGTH).map(|number| format!("id {number}")).collect();
    for (place, value) in values.iter_mut().enumerate() {
        match place % 100 {
            0..=9 => *value = "n/a".to_owned(),
            10..=12 => *value = "unknown".to_owned(),
            _ => {}
        }
    }
    let profile = profile_of(&(Arc::new(StringArray::from(values.clone())) as ArrayRef), 8_192);
    let mut counts = HashMap::new();
    values.iter().for_each(|value| *counts.entry(value.as_str()).or_insert(0_u64) += 1);

    let told: Vec<&str> = profile.top.iter().map(|top| top.value.as_str()).collect();
    assert_eq!(told, ["n/a", "unknown"]);
    for top in &profile.top {
        let truly = counts.get(top.value.as_str()).copied().unwrap();
        assert!((top.count.from..=top.count.to).contains(&truly), "{top:?} {truly}");
        assert!((top.count.to - top.count.from) as f64 <= 3.5 / 1_024.0 * LENGTH as f64);
    }
}

#[test]
fn few_distinct_values_are_exact_however_long_the_column_is() {
    let values: Vec<i64> = noise(3, LENGTH).map(|number| number.rem_euclid(500)).collect();
    let profile = profile_of(&(Arc::new(Int64Array::from(values)) as ArrayRef), 8_192);
    assert!(profile.distinct.unwrap().is_exact());
    assert_eq!(profile.quantiles.unwrap().rank_error, 0.0);
    assert_eq!(profile.histogram.unwrap().counts.iter().sum::<u64>(), LENGTH.unsigned_abs());
}
