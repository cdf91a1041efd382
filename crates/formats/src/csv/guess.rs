//! The type of a column that only its values tell.

use arrow_schema::{DataType, TimeUnit};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    Int,
    Double,
    Boolean,
    Date,
    Timestamp,
    String,
}

impl Guess {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int64",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::String => "string",
        }
    }

    /// The one that is called so, here or in the schemas of files and logs.
    pub fn named(name: &str) -> Self {
        match name {
            "int8" | "int16" | "int32" | "int64" => Self::Int,
            "float" | "double" => Self::Double,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            name if name.starts_with("timestamp") => Self::Timestamp,
            _ => Self::String,
        }
    }

    /// What the values are kept as.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Int => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::String => DataType::Utf8View,
        }
    }

    /// Of one value that is not empty. What a number would lose is a string: leading zeros (`00123`), a
    /// leading `+`, more digits than 64 bits hold. So account and telephone numbers stay what they are.
    pub fn of(value: &str) -> Self {
        match value.as_bytes().first() {
            Some(b'0'..=b'9' | b'-' | b'.') => number_or_time(value),
            Some(b't' | b'T' | b'f' | b'F') if is_boolean(value) => Self::Boolean,
            // As pandas and NumPy write them.
            Some(b'N' | b'i') if matches!(value, "NaN" | "inf") => Self::Double,
            _ => Self::String,
        }
    }

    /// The narrowest type that holds both.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Int | Self::Double, Self::Int | Self::Double) => Self::Double,
            (Self::Date | Self::Timestamp, Self::Date | Self::Timestamp) => Self::Timestamp,
            _ => Self::String,
        }
    }
}

fn is_boolean(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
}

fn number_or_time(value: &str) -> Guess {
    let digits = value.strip_prefix('-').unwrap_or(value).as_bytes();
    let loses_zeros = matches!(digits, [b'0', b'0'..=b'9', ..]);
    if loses_zeros {
        // Years before 1000 are rare, and a date all the same.
        return time(value);
    }
    if digits.iter().all(u8::is_ascii_digit) {
        return if value.parse::<i64>().is_ok() { Guess::Int } else { Guess::String };
    }
    if value == "-inf" || (is_of_a_double(digits) && value.parse::<f64>().is_ok()) {
        return Guess::Double;
    }
    time(value)
}

fn is_of_a_double(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
}

/// `2026-03-01`, and with a time of day as ISO 8601 or SQL write it.
fn time(value: &str) -> Guess {
    let Some((date, rest)) = value.split_at_checked(10) else { return Guess::String };
    if !is_date(date) {
        return Guess::String;
    }
    match rest.strip_prefix(['T', ' ']) {
        None if rest.is_empty() => Guess::Date,
        Some(time) if is_time_of_day(time) => Guess::Timestamp,
        _ => Guess::String,
    }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(number);
    let (Some(Some((year, 4))), Some(Some((month, 2))), Some(Some((day, 2))), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// `14:05`, `14:05:00`, `14:05:00.123456`, each with `Z`, `+03`, `-03:00` or nothing behind it.
fn is_time_of_day(text: &str) -> bool {
    let (clock, offset) = text.split_at(text.find(['Z', '+', '-']).unwrap_or(text.len()));
    let is_offset = matches!(offset, "" | "Z") || is_offset_of_digits(offset);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':').map(number);
    let (Some(Some((0..=23, 2))), Some(Some((0..=59, 2)))) = (parts.next(), parts.next()) else {
        return false;
    };
    let are_seconds = matches!(parts.next(), None | Some(Some((0..=60, 2))));
    is_offset && are_seconds && parts.next().is_none() && number(fraction).is_some()
}

fn is_offset_of_digits(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(['+', '-']) else { return false };
    digits.len() <= 5 && digits.split(':').all(|part| number(part).is_some())
}

/// A number of digits alone, and how many.
fn number(digits: &str) -> Option<(u32, usize)> {
    let is_number = digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().map(|number| (number, digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_tells_its_type() {
        for (guess, values) in [
            (Guess::Int, vec!["0", "42", "-7", "9223372036854775807"]),
            (Guess::Double, vec!["0.5", "-1.25", ".5", "1e6", "1.5E-3", "NaN", "inf", "-inf"]),
            (Guess::Boolean, vec!["true", "FALSE", "True"]),
            (Guess::Date, vec!["2026-03-01", "2024-02-29", "0999-12-31"]),
            (
                Guess::Timestamp,
                vec![
                    "2026-03-01T14:05:00Z",
                    "2026-03-01 14:05:00.123456",
                    "2026-03-01T14:05",
                    "2026-03-01 14:05:00-03:00",
                    "2026-03-01 14:05:00+00",
                ],
            ),
            (
                Guess::String,
                vec![
                    "00123",
                    "-007",
                    "+595981123456",
                    "92233720368547758070",
                    "-",
                    "2026-02-30",
                    "2026-13-01",
                    "2026-03-01T25:00",
                    "2026-03-01 14",
                    "2026-03-01 14:05+",
                    "2026-03-01x",
                    "1-2",
                    "1.2.3",
                    "0x1f",
                    "1e",
                    "t",
                    "Nan",
                    "é",
                    "2026-03-é1",
                    "12:30",
                ],
            ),
        ] {
            for value in values {
                assert_eq!(Guess::of(value), guess, "{value}");
            }
        }
    }

    #[test]
    fn two_types_widen_to_one_that_holds_both() {
        assert_eq!(Guess::Int.or(Guess::Double), Guess::Double);
        assert_eq!(Guess::Timestamp.or(Guess::Date), Guess::Timestamp);
        assert_eq!(Guess::Boolean.or(Guess::Int), Guess::String);
    }
}
