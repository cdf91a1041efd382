//! One column, and what is nested in it, batch by batch.

use std::hash::BuildHasher;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use loggia_model::{ColumnPath, ParseError};

use super::counts::Counts;
use super::numbers::{Float, Numbers};
use super::scale::Scale;
use super::stripes::Stripes;
use super::text::{Measured, Texts};
use super::{ColumnProfile, Estimate, Frequent, Kind};

/// Takes the arrays of one column, in order, and tells its profile.
pub struct ColumnProfiler {
    path: ColumnPath,
    data_type: DataType,
    values: u64,
    nulls: u64,
    /// `None` below lists and maps.
    stripes: Option<Stripes>,
    body: Body,
}

/// Where a batch stands in its table.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    pub first: u64,
    /// As many as the table is said to have.
    pub total: u64,
}

/// An array is of another type than those before it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("column '{column}' is {was} in one file and {is} in another")]
pub struct Unlike {
    pub column: String,
    pub was: String,
    pub is: String,
}

enum Body {
    Whole(Box<Numbers<i64>>),
    /// What 64 bits do not hold.
    Wide(Box<Numbers<i128>>),
    Floats(Box<Numbers<Float>>),
    Texts(Box<Texts>),
    Truths {
        yes: u64,
        no: u64,
    },
    Bytes {
        lengths: Measured,
        digests: Counts<u64>,
        hasher: foldhash::quality::FixedState,
    },
    List {
        lengths: Measured,
        inner: Vec<ColumnProfiler>,
    },
    Map {
        lengths: Measured,
        inner: Vec<ColumnProfiler>,
    },
    Struct(Vec<ColumnProfiler>),
    Other,
}

impl ColumnProfiler {
    /// Up to `most_distinct` values are counted exactly.
    ///
    /// # Errors
    /// Where a nested field has a name that no path can have.
    pub fn new(path: ColumnPath, data_type: &DataType, most_distinct: usize) -> Result<Self, ParseError> {
        Self::within(path, data_type, most_distinct, true)
    }

    fn within(
        path: ColumnPath,
        data_type: &DataType,
        most_distinct: usize,
        has_rows: bool,
    ) -> Result<Self, ParseError> {
        let below = |name: &str, data_type: &DataType, has_rows| {
            let mut segments = path.segments();
            segments.push(name.to_owned());
            Self::within(ColumnPath::from_segments(&segments)?, data_type, most_distinct, has_rows)
        };
        let body = match data_type {
            DataType::UInt64 | DataType::Decimal128(..) => match Scale::of(data_type) {
                Some(scale) => Body::Wide(Box::new(Numbers::new(scale, most_distinct))),
                None => Body::Other,
            },
            DataType::Boolean => Body::Truths { yes: 0, no: 0 },
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                Body::Texts(Box::new(Texts::new(most_distinct)))
            }
            DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_)
            | DataType::Decimal256(..) => Body::Bytes {
                lengths: Measured::default(),
                digests: Counts::new(most_distinct),
                hasher: foldhash::quality::FixedState::default(),
            },
            DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
                let inner = vec![below("[]", field.data_type(), false)?];
                Body::List { lengths: Measured::default(), inner }
            }
            DataType::Map(entries, _) => {
                let DataType::Struct(fields) = entries.data_type() else {
                    return Ok(Self::of(path, data_type, has_rows, Body::Other));
                };
                let names = ["{key}", "{value}"].into_iter().zip(fields);
                let inner = names.map(|(name, field)| below(name, field.data_type(), false));
                Body::Map { lengths: Measured::default(), inner: inner.collect::<Result<_, _>>()? }
            }
            DataType::Struct(fields) => {
                let inner = fields.iter().map(|field| below(field.name(), field.data_type(), has_rows));
                Body::Struct(inner.collect::<Result<_, _>>()?)
            }
            other => match Scale::of(other) {
                Some(scale) if scale.kind == Kind::Float => {
                    Body::Floats(Box::new(Numbers::new(scale, most_distinct)))
                }
                Some(scale) => Body::Whole(Box::new(Numbers::new(scale, most_distinct))),
                None => Body::Other,
            },
        };
        Ok(Self::of(path, data_type, has_rows, body))
    }

    fn of(path: ColumnPath, data_type: &DataType, has_rows: bool, body: Body) -> Self {
        let stripes = has_rows.then(Stripes::default);
        Self { path, data_type: data_type.clone(), values: 0, nulls: 0, stripes, body }
    }

    /// # Errors
    /// Where the array is of another type.
    pub fn add(&mut self, array: &ArrayRef, rows: Rows) -> Result<(), Unlike> {
        self.add_within(array, None, rows)
    }

    /// Rows of a file that does not have the column.
    pub fn add_missing(&mut self, count: u64, rows: Rows) {
        self.values += count;
        self.nulls += count;
        if let Some(stripes) = &mut self.stripes {
            stripes.add_nulls(count, rows);
        }
        if let Body::Struct(inner) = &mut self.body {
            inner.iter_mut().for_each(|inner| inner.add_missing(count, rows));
        }
    }

    /// What is null above is null here.
    fn add_within(&mut self, array: &ArrayRef, above: Option<&NullBuffer>, rows: Rows) -> Result<(), Unlike> {
        if *array.data_type() != self.data_type {
            return Err(Unlike {
                column: self.path.to_string(),
                was: self.data_type.to_string(),
                is: array.data_type().to_string(),
            });
        }
        let nulls = NullBuffer::union(above, array.logical_nulls().as_ref());
        self.values += array.len() as u64;
        self.nulls += nulls.as_ref().map_or(0, |nulls| nulls.null_count() as u64);
        if let Some(stripes) = &mut self.stripes {
            stripes.add(array.len(), nulls.as_ref(), rows);
        }
        let nulls = nulls.as_ref();
        match &mut self.body {
            Body::Whole(numbers) => add_whole(numbers, array, nulls),
            Body::Wide(numbers) => match array.data_type() {
                DataType::UInt64 => add_numbers::<UInt64Type, _>(numbers, array, nulls),
                _ => add_numbers::<Decimal128Type, _>(numbers, array, nulls),
            },
            Body::Floats(numbers) => match array.data_type() {
                DataType::Float16 => {
                    let values = array.as_primitive::<Float16Type>().values();
                    numbers.add(
                        there(nulls, values.len())
                            .filter_map(|row| Some(Float::new(values.get(row)?.to_f64()))),
                    );
                }
                DataType::Float32 => {
                    let values = array.as_primitive::<Float32Type>().values();
                    numbers.add(
                        there(nulls, values.len())
                            .filter_map(|row| Some(Float::new((*values.get(row)?).into()))),
                    );
                }
                _ => {
                    let values = array.as_primitive::<Float64Type>().values();
                    numbers.add(
                        there(nulls, values.len()).filter_map(|row| Some(Float::new(*values.get(row)?))),
                    );
                }
            },
            Body::Texts(texts) => match array.data_type() {
                DataType::Utf8 => {
                    let array = array.as_string::<i32>();
                    texts.add(there(nulls, array.len()).map(|row| array.value(row)));
                }
                DataType::LargeUtf8 => {
                    let array = array.as_string::<i64>();
                    texts.add(there(nulls, array.len()).map(|row| array.value(row)));
                }
                _ => {
                    let array = array.as_string_view();
                    texts.add(there(nulls, array.len()).map(|row| array.value(row)));
                }
            },
            Body::Truths { yes, no } => {
                let array = array.as_boolean();
                for row in there(nulls, array.len()) {
                    *(if array.value(row) { &mut *yes } else { &mut *no }) += 1;
                }
            }
            Body::Bytes { lengths, digests, hasher } => {
                let mut add = |bytes: &[u8]| {
                    lengths.add(bytes.len());
                    digests.add(&hasher.hash_one(bytes), 1, 0);
                };
                let rows = there(nulls, array.len());
                match array.data_type() {
                    DataType::Binary => {
                        let array = array.as_binary::<i32>();
                        rows.for_each(|row| add(array.value(row)));
                    }
                    DataType::LargeBinary => {
                        let array = array.as_binary::<i64>();
                        rows.for_each(|row| add(array.value(row)));
                    }
                    DataType::BinaryView => {
                        let array = array.as_binary_view();
                        rows.for_each(|row| add(array.value(row)));
                    }
                    DataType::Decimal256(..) => {
                        let array = array.as_primitive::<Decimal256Type>();
                        rows.for_each(|row| add(&array.value(row).to_le_bytes()));
                    }
                    _ => {
                        let array = array.as_fixed_size_binary();
                        rows.for_each(|row| add(array.value(row)));
                    }
                }
                if digests.are_too_many() {
                    digests.go_over();
                }
            }
            Body::List { lengths, inner } => {
                let elements = match array.data_type() {
                    DataType::List(_) => {
                        let array = array.as_list::<i32>();
                        there(nulls, array.len())
                            .for_each(|row| lengths.add(array.value_length(row) as usize));
                        let offsets = array.value_offsets();
                        let (from, to) = ends(offsets.iter().map(|offset| *offset as usize));
                        array.values().slice(from, to - from)
                    }
                    DataType::LargeList(_) => {
                        let array = array.as_list::<i64>();
                        there(nulls, array.len())
                            .for_each(|row| lengths.add(array.value_length(row) as usize));
                        let (from, to) = ends(array.value_offsets().iter().map(|offset| *offset as usize));
                        array.values().slice(from, to - from)
                    }
                    _ => {
                        let array = array.as_fixed_size_list();
                        there(nulls, array.len()).for_each(|_| lengths.add(array.value_length() as usize));
                        array.values().clone()
                    }
                };
                for inner in inner {
                    inner.add_within(&elements, None, rows)?;
                }
            }
            Body::Map { lengths, inner } => {
                let array = array.as_map();
                there(nulls, array.len()).for_each(|row| lengths.add(array.value_length(row) as usize));
                let (from, to) = ends(array.value_offsets().iter().map(|offset| *offset as usize));
                for (inner, entries) in inner.iter_mut().zip([array.keys(), array.values()]) {
                    inner.add_within(&entries.slice(from, to - from), None, rows)?;
                }
            }
            Body::Struct(inner) => {
                let array = array.as_struct();
                for (inner, field) in inner.iter_mut().zip(array.columns()) {
                    inner.add_within(field, nulls, rows)?;
                }
            }
            Body::Other => {}
        }
        Ok(())
    }

    /// The column, then what is nested in it.
    pub fn finish(self) -> Vec<ColumnProfile> {
        let mut all = Vec::new();
        self.finish_into(&mut all);
        all
    }

    fn finish_into(self, all: &mut Vec<ColumnProfile>) {
        let mut profile = ColumnProfile {
            path: self.path,
            kind: kind(&self.data_type),
            values: self.values,
            nulls: self.nulls,
            empty: 0,
            not_finite: 0,
            distinct: None,
            range: None,
            mean: None,
            deviation: None,
            quantiles: None,
            lengths: None,
            top: Vec::new(),
            patterns: Vec::new(),
            histogram: None,
            null_stripes: self.stripes.map(|stripes| stripes.shares()).unwrap_or_default(),
            personal: false,
        };
        let mut nested = Vec::new();
        match self.body {
            Body::Whole(numbers) => numbers.finish(&mut profile),
            Body::Wide(numbers) => numbers.finish(&mut profile),
            Body::Floats(numbers) => numbers.finish(&mut profile),
            Body::Texts(texts) => texts.finish(&mut profile),
            Body::Truths { yes, no } => {
                profile.distinct = Some(Estimate::exact(u64::from(yes > 0) + u64::from(no > 0)));
                profile.top = [("true", yes), ("false", no)]
                    .into_iter()
                    .filter(|(_, count)| *count > 0)
                    .map(|(value, count)| Frequent { value: value.to_owned(), count: Estimate::exact(count) })
                    .collect();
                profile.top.sort_by_key(|truth| std::cmp::Reverse(truth.count.value));
            }
            Body::Bytes { lengths, digests, .. } => {
                lengths.finish(&mut profile);
                profile.distinct = Some(digests.distinct(profile.present()));
            }
            Body::List { lengths, inner } | Body::Map { lengths, inner } => {
                lengths.finish(&mut profile);
                nested = inner;
            }
            Body::Struct(inner) => nested = inner,
            Body::Other => {}
        }
        all.push(profile);
        nested.into_iter().for_each(|inner| inner.finish_into(all));
    }
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Boolean => Kind::Boolean,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            Kind::Binary
        }
        DataType::Decimal256(..) => Kind::Decimal,
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => Kind::List,
        DataType::Map(..) => Kind::Map,
        DataType::Struct(_) => Kind::Struct,
        other => Scale::of(other).map_or(Kind::Other, |scale| scale.kind),
    }
}

fn add_whole(numbers: &mut Numbers<i64>, array: &ArrayRef, nulls: Option<&NullBuffer>) {
    macro_rules! by_type {
        ($($pattern:pat => $type:ty),+ $(,)?) => {
            match array.data_type() {
                $($pattern => add_numbers::<$type, _>(numbers, array, nulls),)+
                _ => {}
            }
        };
    }
    use DataType as Is;
    by_type! {
        Is::Int8 => Int8Type,
        Is::Int16 => Int16Type,
        Is::Int32 => Int32Type,
        Is::Int64 => Int64Type,
        Is::UInt8 => UInt8Type,
        Is::UInt16 => UInt16Type,
        Is::UInt32 => UInt32Type,
        Is::Decimal32(..) => Decimal32Type,
        Is::Decimal64(..) => Decimal64Type,
        Is::Date32 => Date32Type,
        Is::Date64 => Date64Type,
        Is::Time32(TimeUnit::Second) => Time32SecondType,
        Is::Time32(_) => Time32MillisecondType,
        Is::Time64(TimeUnit::Nanosecond) => Time64NanosecondType,
        Is::Time64(_) => Time64MicrosecondType,
        Is::Timestamp(TimeUnit::Second, _) => TimestampSecondType,
        Is::Timestamp(TimeUnit::Millisecond, _) => TimestampMillisecondType,
        Is::Timestamp(TimeUnit::Microsecond, _) => TimestampMicrosecondType,
        Is::Timestamp(TimeUnit::Nanosecond, _) => TimestampNanosecondType,
        Is::Duration(TimeUnit::Second) => DurationSecondType,
        Is::Duration(TimeUnit::Millisecond) => DurationMillisecondType,
        Is::Duration(TimeUnit::Microsecond) => DurationMicrosecondType,
        Is::Duration(TimeUnit::Nanosecond) => DurationNanosecondType,
    }
}

fn add_numbers<T, K>(numbers: &mut Numbers<K>, array: &ArrayRef, nulls: Option<&NullBuffer>)
where
    T: ArrowPrimitiveType,
    K: super::numbers::Stored + From<T::Native>,
{
    let values = array.as_primitive::<T>().values();
    match nulls.filter(|nulls| nulls.null_count() > 0) {
        None => numbers.add(values.iter().map(|value| K::from(*value))),
        Some(nulls) => {
            numbers.add(nulls.valid_indices().filter_map(|row| Some(K::from(*values.get(row)?))));
        }
    }
}

/// The rows that are not null.
fn there(nulls: Option<&NullBuffer>, length: usize) -> Box<dyn Iterator<Item = usize> + '_> {
    match nulls.filter(|nulls| nulls.null_count() > 0) {
        None => Box::new(0..length),
        Some(nulls) => Box::new(nulls.valid_indices()),
    }
}

/// The first and the last.
fn ends(mut offsets: impl DoubleEndedIterator<Item = usize>) -> (usize, usize) {
    let first = offsets.next().unwrap_or(0);
    (first, offsets.next_back().unwrap_or(first))
}
