//! What a column holds: how its cells are written, and what its type is called.

use arrow_schema::{DataType, TimeUnit};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Date,
    /// A date with a time; in which zone is not said.
    DateTime,
    /// A point in time, the same for readers in all zones.
    Instant,
    Text,
    Boolean,
    /// Lists, maps and groups of others.
    Nested,
    Other,
}

impl Kind {
    pub fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Date32 | DataType::Date64 => Self::Date,
            DataType::Timestamp(_, None) => Self::DateTime,
            DataType::Timestamp(_, Some(_)) => Self::Instant,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Text,
            DataType::Boolean => Self::Boolean,
            DataType::Dictionary(_, values) => Self::of(values),
            other if other.is_nested() => Self::Nested,
            other if other.is_numeric() => Self::Number,
            _ => Self::Other,
        }
    }
}

/// As a harvest calls the types of Parquet.
pub fn words(data_type: &DataType) -> String {
    let words = match data_type {
        DataType::Boolean => "boolean",
        DataType::Float16 => "float16",
        DataType::Float32 => "float",
        DataType::Float64 => "double",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "binary",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::List(_) | DataType::LargeList(_) | DataType::ListView(_) | DataType::FixedSizeList(..) => {
            "list"
        }
        DataType::Map(..) => "map",
        DataType::Struct(_) => "struct",
        DataType::FixedSizeBinary(length) => return format!("binary({length})"),
        DataType::Decimal32(digits, scale)
        | DataType::Decimal64(digits, scale)
        | DataType::Decimal128(digits, scale)
        | DataType::Decimal256(digits, scale) => return format!("decimal({digits},{scale})"),
        DataType::Timestamp(unit, zone) => {
            return format!("timestamp({}{})", self::unit(*unit), if zone.is_some() { ", utc" } else { "" });
        }
        DataType::Time32(unit) | DataType::Time64(unit) => return format!("time({})", self::unit(*unit)),
        DataType::Dictionary(_, values) => return self::words(values),
        other => return other.to_string().to_lowercase(),
    };
    words.to_owned()
}

fn unit(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "s",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Microsecond => "us",
        TimeUnit::Nanosecond => "ns",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_called_as_a_harvest_calls_them() {
        for (data_type, is_called) in [
            (DataType::Int64, "int64"),
            (DataType::UInt8, "uint8"),
            (DataType::Utf8View, "string"),
            (DataType::Decimal128(12, 2), "decimal(12,2)"),
            (DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), "timestamp(us, utc)"),
            (DataType::Timestamp(TimeUnit::Nanosecond, None), "timestamp(ns)"),
            (DataType::FixedSizeBinary(16), "binary(16)"),
            (DataType::Null, "null"),
            (DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)), "string"),
        ] {
            assert_eq!(words(&data_type), is_called);
        }
    }
}
