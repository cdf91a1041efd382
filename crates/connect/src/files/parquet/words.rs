//! What people call the types of Parquet (parquet-format, LogicalTypes.md).

use parquet::basic::{ConvertedType, LogicalType, TimeType, TimeUnit, Type as Physical};
use parquet::schema::types::{BasicTypeInfo, Type};

/// Of a column that holds values and no other columns; `None` of a group.
pub fn of(node: &Type) -> Option<String> {
    let Type::PrimitiveType { basic_info, physical_type, type_length, scale, precision } = node else {
        return None;
    };
    let decimal = || format!("decimal({precision},{})", (*scale).max(0));
    let words = logical(basic_info, decimal).or_else(|| converted(basic_info.converted_type(), decimal));
    Some(words.unwrap_or_else(|| physical(*physical_type, *type_length)))
}

fn logical(info: &BasicTypeInfo, decimal: impl Fn() -> String) -> Option<String> {
    let words = match info.logical_type_ref()? {
        LogicalType::String => "string",
        LogicalType::Enum => "enum",
        LogicalType::Json => "json",
        LogicalType::Bson => "bson",
        LogicalType::Uuid => "uuid",
        LogicalType::Float16 => "float16",
        LogicalType::Date => "date",
        LogicalType::Unknown => "null",
        LogicalType::Geometry(_) => "geometry",
        LogicalType::Geography(_) => "geography",
        LogicalType::Decimal(_) => return Some(decimal()),
        LogicalType::Time(time) => return Some(timed("time", time)),
        LogicalType::Timestamp(time) => return Some(timed("timestamp", time)),
        LogicalType::Integer(int) => {
            return Some(format!("{}int{}", if int.is_signed { "" } else { "u" }, int.bit_width));
        }
        // Of groups, or newer than we are.
        _ => return None,
    };
    Some(words.to_owned())
}

fn timed(what: &str, time: &TimeType) -> String {
    let unit = match time.unit {
        TimeUnit::MILLIS => "ms",
        TimeUnit::MICROS => "us",
        TimeUnit::NANOS => "ns",
    };
    format!("{what}({unit}{})", if time.is_adjusted_to_u_t_c { ", utc" } else { "" })
}

/// The older annotations. Those of time are of instants in UTC.
fn converted(converted: ConvertedType, decimal: impl Fn() -> String) -> Option<String> {
    let words = match converted {
        ConvertedType::UTF8 => "string",
        ConvertedType::ENUM => "enum",
        ConvertedType::JSON => "json",
        ConvertedType::BSON => "bson",
        ConvertedType::DATE => "date",
        ConvertedType::TIME_MILLIS => "time(ms, utc)",
        ConvertedType::TIME_MICROS => "time(us, utc)",
        ConvertedType::TIMESTAMP_MILLIS => "timestamp(ms, utc)",
        ConvertedType::TIMESTAMP_MICROS => "timestamp(us, utc)",
        ConvertedType::UINT_8 => "uint8",
        ConvertedType::UINT_16 => "uint16",
        ConvertedType::UINT_32 => "uint32",
        ConvertedType::UINT_64 => "uint64",
        ConvertedType::INT_8 => "int8",
        ConvertedType::INT_16 => "int16",
        ConvertedType::INT_32 => "int32",
        ConvertedType::INT_64 => "int64",
        ConvertedType::INTERVAL => "interval",
        ConvertedType::DECIMAL => return Some(decimal()),
        _ => return None,
    };
    Some(words.to_owned())
}

fn physical(physical: Physical, length: i32) -> String {
    let words = match physical {
        Physical::BOOLEAN => "boolean",
        Physical::INT32 => "int32",
        Physical::INT64 => "int64",
        // Deprecated, and never used for anything else.
        Physical::INT96 => "timestamp(ns)",
        Physical::FLOAT => "float",
        Physical::DOUBLE => "double",
        Physical::BYTE_ARRAY => "binary",
        Physical::FIXED_LEN_BYTE_ARRAY => return format!("binary({length})"),
    };
    words.to_owned()
}
