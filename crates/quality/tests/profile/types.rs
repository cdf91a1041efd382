//! Every type that files have.

use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder, MapBuilder, StringBuilder};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    Int32Array, IntervalDayTimeArray, NullArray, StringArray, StructArray, Time64MicrosecondArray,
    TimestampNanosecondArray, UInt64Array,
};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Fields};
use loggia_model::ColumnPath;
use loggia_quality::profile::{ColumnProfile, ColumnProfiler, Estimate, Kind, Pattern, Rows, Unlike};

use super::plain::profile_of;

const WHOLE: Rows = Rows { first: 0, total: 4 };

fn range(profile: &ColumnProfile) -> (&str, &str) {
    let range = profile.range.as_ref().unwrap();
    (&range.min, &range.max)
}

#[test]
fn each_type_is_told_in_its_own_words() {
    let decimals = Decimal128Array::from(vec![Some(-1_050), None, Some(99_999)]);
    let instants = TimestampNanosecondArray::from(vec![0, 1_772_366_400_123_000_000]);
    let arrays: [(Kind, &str, &str, ArrayRef); 7] = [
        (Kind::Decimal, "-10.50", "999.99", Arc::new(decimals.with_precision_and_scale(12, 2).unwrap())),
        (Kind::Date, "1969-12-31", "2024-10-04", Arc::new(Date32Array::from(vec![-1, 20_000]))),
        (
            Kind::Instant,
            "1970-01-01T00:00:00Z",
            "2026-03-01T12:00:00.123Z",
            Arc::new(instants.clone().with_timezone("UTC")),
        ),
        (Kind::DateTime, "1970-01-01 00:00:00", "2026-03-01 12:00:00.123", Arc::new(instants)),
        (
            Kind::Time,
            "00:00:01",
            "23:59:59",
            Arc::new(Time64MicrosecondArray::from(vec![1_000_000, 86_399_000_000])),
        ),
        (Kind::Integer, "0", "18446744073709551615", Arc::new(UInt64Array::from(vec![0, u64::MAX]))),
        (Kind::Float, "0.1", "2.5", Arc::new(Float32Array::from(vec![0.1, 2.5]))),
    ];
    for (kind, min, max, array) in arrays {
        let profile = profile_of(&array, 10);
        assert_eq!((profile.kind, range(&profile)), (kind, (min, max)));
        assert_eq!(profile.distinct, Some(Estimate::exact(2)), "{kind:?}");
        assert!(profile.histogram.is_some(), "{kind:?}");
    }
}

#[test]
fn what_has_no_numbers_is_counted() {
    let truths: ArrayRef = Arc::new(BooleanArray::from(vec![Some(false), None, Some(true), Some(false)]));
    let profile = profile_of(&truths, 3);
    let top: Vec<_> = profile.top.iter().map(|top| (top.value.as_str(), top.count.value)).collect();
    assert_eq!((profile.nulls, top), (1, vec![("false", 2), ("true", 1)]));

    let bytes: ArrayRef = Arc::new(BinaryArray::from_vec(vec![b"", b"abc", b"abc"]));
    let profile = profile_of(&bytes, 2);
    assert_eq!((profile.empty, profile.distinct), (1, Some(Estimate::exact(2))));
    assert!(profile.top.is_empty(), "bytes are nothing that people read");

    for (array, nulls) in [
        (Arc::new(NullArray::new(3)) as ArrayRef, 3),
        (Arc::new(IntervalDayTimeArray::from(vec![None, Some(Default::default())])), 1),
    ] {
        let profile = profile_of(&array, 2);
        assert_eq!((profile.kind, profile.nulls, profile.distinct), (Kind::Other, nulls, None));
    }
}

#[test]
fn amounts_with_a_few_far_away_get_bins_that_grow() {
    let amounts = Float64Array::from_iter_values((0..1_000).map(|place| 1.01_f64.powi(place)));
    let histogram = profile_of(&(Arc::new(amounts) as ArrayRef), 100).histogram.unwrap();
    assert!(histogram.is_logarithmic);
    // Each value is 1% more than the one before, so all bins have about as many.
    assert!(histogram.counts.iter().all(|count| (30..=33).contains(count)), "{:?}", histogram.counts);
    assert!((histogram.edge(32) - histogram.to).abs() < 1e-9 * histogram.to);
}

#[test]
fn nested_columns_are_told_by_their_paths() {
    let mut lists = ListBuilder::new(Int32Builder::new());
    lists.append_value([Some(1), None, Some(3)]);
    lists.append_null();
    lists.append_value([]);
    lists.append_value([Some(5)]);
    let lists = lists.finish();
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    for row in 0..4 {
        maps.keys().append_value(format!("key {row}"));
        maps.values().append_option((row > 0).then_some(row));
        maps.append(true).unwrap();
    }
    let maps = maps.finish();
    let fields = Fields::from(vec![
        Field::new("tags", lists.data_type().clone(), true),
        Field::new("a.b", maps.data_type().clone(), true),
    ]);
    // The second is null as a whole.
    let nulls = NullBuffer::from(vec![true, false, true, true]);
    let array: ArrayRef =
        Arc::new(StructArray::new(fields, vec![Arc::new(lists), Arc::new(maps)], Some(nulls)));
    let mut profiler =
        ColumnProfiler::new(ColumnPath::top("order").unwrap(), array.data_type(), 100).unwrap();
    profiler.add(&array, WHOLE).unwrap();

    let all = profiler.finish();
    let told: Vec<_> =
        all.iter().map(|column| (column.path.as_str(), column.kind, column.values, column.nulls)).collect();
    assert_eq!(
        told,
        [
            ("order", Kind::Struct, 4, 1),
            ("order.tags", Kind::List, 4, 1),
            ("order.tags.[]", Kind::Integer, 4, 1),
            ("order.a\\.b", Kind::Map, 4, 1),
            ("order.a\\.b.{key}", Kind::Text, 4, 0),
            ("order.a\\.b.{value}", Kind::Integer, 4, 1),
        ]
    );
    let lengths = all[1].lengths.unwrap();
    assert_eq!((lengths.min, lengths.max, all[1].empty), (0, 3, 1));
    assert_eq!(all[2].mean, Some(3.0));
}

#[test]
fn a_slice_of_a_list_counts_its_own_elements_alone() {
    let mut lists = ListBuilder::new(Int32Builder::new());
    (0..4).for_each(|row| lists.append_value([Some(row), Some(row)]));
    let array: ArrayRef = Arc::new(lists.finish().slice(1, 2));
    let mut profiler = ColumnProfiler::new(ColumnPath::top("l").unwrap(), array.data_type(), 100).unwrap();
    profiler.add(&array, WHOLE).unwrap();
    assert_eq!(profiler.finish()[1].values, 4);
}

#[test]
fn what_is_personal_loses_its_values_and_keeps_its_shape() {
    let mails: ArrayRef = Arc::new(StringArray::from(vec![Some("ana@example.com"), None, Some("x")]));
    let mut profile = profile_of(&mails, 3);
    assert_eq!(profile.patterns[0].pattern, Pattern::Email);
    profile.hide_values();
    let told = serde_json::to_string(&profile).unwrap();
    assert!(!told.contains("ana") && !told.contains("\"x\""), "{told}");
    assert_eq!((profile.nulls, profile.patterns[0].count), (1, 1));

    let ages: ArrayRef = Arc::new(Int32Array::from(vec![41, 42, 4_243]));
    let mut profile = profile_of(&ages, 3);
    profile.hide_values();
    let told = serde_json::to_string(&profile).unwrap();
    assert!(!told.contains("41") && !told.contains("4243") && !told.contains("42"), "{told}");
    assert_eq!(profile.histogram.unwrap().counts.iter().sum::<u64>(), 3);
}

#[test]
fn an_array_of_another_type_is_refused_by_its_column() {
    let mut profiler = ColumnProfiler::new(ColumnPath::top("age").unwrap(), &DataType::Int32, 100).unwrap();
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let unlike = profiler.add(&texts, WHOLE).unwrap_err();
    assert_eq!(unlike, Unlike { column: "age".into(), was: "Int32".into(), is: "Utf8".into() });
    assert_eq!(unlike.to_string(), "column 'age' is Int32 in one file and Utf8 in another");
}
