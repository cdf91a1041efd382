//! Rust values to Arrow columns: `(name, values, may be null)`, as a record batch takes them.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, StringArray,
    StructArray, TimestampMicrosecondArray,
};
use arrow_buffer::NullBuffer;
use arrow_schema::{ArrowError, DataType, Field, Fields};

pub type Column = (&'static str, ArrayRef, bool);

pub fn required(name: &'static str, values: ArrayRef) -> Column {
    (name, values, false)
}

pub fn optional(name: &'static str, values: ArrayRef) -> Column {
    (name, values, true)
}

pub fn strings<'a, T: Into<Option<&'a str>>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(values.into_iter().map(Into::into).collect::<StringArray>())
}

pub fn booleans<T: Into<Option<bool>>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(values.into_iter().map(Into::into).collect::<BooleanArray>())
}

pub fn int32s<T: Into<Option<i64>>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(values.into_iter().map(|value| value.into().map(narrow)).collect::<Int32Array>())
}

pub fn int64s(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

pub fn dates<T: Into<Option<i64>>>(days: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(days.into_iter().map(|day| day.into().map(narrow)).collect::<Date32Array>())
}

pub fn timestamps<T: Into<Option<i64>>>(micros: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(micros.into_iter().map(Into::into).collect::<TimestampMicrosecondArray>())
}

/// Ten-thousandths to fractions.
pub fn fractions<T: Into<Option<i64>>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    let fraction = |value: i64| f64::from(narrow(value)) / 10_000.0;
    Arc::new(values.into_iter().map(|value| value.into().map(fraction)).collect::<Float64Array>())
}

/// Hundredths of the currency's unit to `decimal(18,2)`.
pub fn amounts<T: Into<Option<i64>>>(
    hundredths: impl IntoIterator<Item = T>,
) -> Result<ArrayRef, ArrowError> {
    let values = hundredths.into_iter().map(|value| value.into().map(i128::from));
    Ok(Arc::new(values.collect::<Decimal128Array>().with_precision_and_scale(18, 2)?))
}

pub fn lists<'a>(values: impl IntoIterator<Item = Option<&'a [&'a str]>>) -> ArrayRef {
    // Parquet's LogicalTypes.md calls the field of a list `element`; Arrow's own name would be `item`.
    let element = Field::new("element", DataType::Utf8, true);
    let mut builder = ListBuilder::new(StringBuilder::new()).with_field(element);
    for list in values {
        for word in list.unwrap_or_default() {
            builder.values().append_value(word);
        }
        builder.append(list.is_some());
    }
    Arc::new(builder.finish())
}

/// A nested column, null where `present` says so.
pub fn group(columns: Vec<Column>, present: Option<Vec<bool>>) -> Result<ArrayRef, ArrowError> {
    let field = |(name, values, nullable): &Column| Field::new(*name, values.data_type().clone(), *nullable);
    let fields: Fields = columns.iter().map(field).collect();
    let values = columns.into_iter().map(|(_, values, _)| values).collect();
    Ok(Arc::new(StructArray::try_new(fields, values, present.map(NullBuffer::from))?))
}

fn narrow(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
