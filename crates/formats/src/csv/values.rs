//! Fields of text become arrays of the type that was found for their column.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringViewBuilder,
    TimestampMicrosecondBuilder,
};
use loggia_model::Timestamp;

use super::guess::Guess;

pub enum Builder {
    Int(Int64Builder),
    Double(Float64Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    String(StringViewBuilder),
}

/// The field is nothing of the type of its column.
#[derive(Debug)]
pub struct Unlike;

const MICROS_A_DAY: i64 = 86_400_000_000;

impl Builder {
    pub fn new(guess: Guess) -> Self {
        match guess {
            Guess::Int => Self::Int(Int64Builder::new()),
            Guess::Double => Self::Double(Float64Builder::new()),
            Guess::Boolean => Self::Boolean(BooleanBuilder::new()),
            Guess::Date => Self::Date(Date32Builder::new()),
            Guess::Timestamp => Self::Timestamp(TimestampMicrosecondBuilder::new()),
            Guess::String => Self::String(StringViewBuilder::new()),
        }
    }

    /// An empty field is null, whatever its column.
    ///
    /// # Errors
    /// Where it is nothing of the type of its column.
    pub fn push(&mut self, field: &str) -> Result<(), Unlike> {
        if field.is_empty() {
            self.push_null();
            return Ok(());
        }
        match self {
            Self::Int(builder) => builder.append_value(field.parse().map_err(|_| Unlike)?),
            Self::Double(builder) => builder.append_value(field.parse().map_err(|_| Unlike)?),
            Self::Boolean(builder) => {
                builder.append_value(field.to_ascii_lowercase().parse().map_err(|_| Unlike)?);
            }
            Self::Date(builder) => {
                let days = instant(field)?.div_euclid(MICROS_A_DAY);
                builder.append_value(i32::try_from(days).map_err(|_| Unlike)?);
            }
            Self::Timestamp(builder) => builder.append_value(instant(field)?),
            Self::String(builder) => builder.append_value(field),
        }
        Ok(())
    }

    pub fn push_null(&mut self) {
        match self {
            Self::Int(builder) => builder.append_null(),
            Self::Double(builder) => builder.append_null(),
            Self::Boolean(builder) => builder.append_null(),
            Self::Date(builder) => builder.append_null(),
            Self::Timestamp(builder) => builder.append_null(),
            Self::String(builder) => builder.append_null(),
        }
    }

    /// What was pushed so far; the builder starts anew.
    pub fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Double(builder) => Arc::new(builder.finish()),
            Self::Boolean(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Timestamp(builder) => Arc::new(builder.finish()),
            Self::String(builder) => Arc::new(builder.finish()),
        }
    }
}

/// One value in each of so many rows; none where it is not of the type.
pub fn repeated(value: Option<&str>, guess: Guess, rows: usize) -> ArrayRef {
    let mut builder = Builder::new(guess);
    for _ in 0..rows {
        if builder.push(value.unwrap_or_default()).is_err() {
            builder.push_null();
        }
    }
    builder.finish()
}

/// Microseconds since the epoch, in UTC where the field says a zone: what `Guess` takes for a date or a
/// timestamp.
fn instant(field: &str) -> Result<i64, Unlike> {
    let (date, rest) = field.split_at_checked(10).ok_or(Unlike)?;
    let midnight = date.parse::<Timestamp>().map_err(|_| Unlike)?.micros();
    let Some(rest) = rest.strip_prefix(['T', ' ']) else {
        return if rest.is_empty() { Ok(midnight) } else { Err(Unlike) };
    };
    let (clock, offset) = rest.split_at(rest.find(['Z', '+', '-']).unwrap_or(rest.len()));
    Ok(midnight + time_of_day(clock)? - self::offset(offset)?)
}

fn time_of_day(clock: &str) -> Result<i64, Unlike> {
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut seconds = 0;
    let mut parts = clock.split(':');
    for unit in [3_600, 60, 1] {
        let part: i64 = parts.next().unwrap_or("0").parse().map_err(|_| Unlike)?;
        seconds += part * unit;
    }
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    Ok(seconds * 1_000_000 + micros.parse::<i64>().map_err(|_| Unlike)?)
}

/// `Z`, `+03`, `-0300` or `-03:00`, in microseconds.
fn offset(text: &str) -> Result<i64, Unlike> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Ok(0);
    }
    let (hours, minutes) = digits.split_at(digits.len().min(2));
    let hours: i64 = hours.parse().map_err(|_| Unlike)?;
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().map_err(|_| Unlike)? };
    let sign = if text.starts_with('-') { -1 } else { 1 };
    Ok(sign * (hours * 60 + minutes) * 60_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        for (field, micros) in [
            ("1970-01-02", MICROS_A_DAY),
            ("1970-01-01T00:01", 60_000_000),
            ("1970-01-01 00:00:01.5", 1_500_000),
            ("1970-01-01 00:00:00.123456789", 123_456),
            ("1970-01-01T03:00:00+03:00", 0),
            ("1970-01-01T00:00:00-0130", 5_400_000_000),
            ("1970-01-01T03:00:00+03", 0),
            ("1969-12-31T23:59:59Z", -1_000_000),
        ] {
            assert_ne!(Guess::of(field), Guess::String, "{field}");
            assert_eq!(instant(field).unwrap(), micros, "{field}");
        }
    }
}
