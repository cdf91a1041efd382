//! What the numbers of a column mean, and how people write them.

use std::ops::RangeInclusive;

use arrow_schema::{DataType, TimeUnit};
use loggia_model::Timestamp;
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Integer,
    Decimal,
    Float,
    Boolean,
    /// In days since the epoch.
    Date,
    /// Of a day, in microseconds.
    Time,
    /// In microseconds since the epoch.
    Instant,
    /// An instant without a zone.
    DateTime,
    /// In microseconds.
    Duration,
    Text,
    Binary,
    List,
    Map,
    Struct,
    /// Of a type that nothing is computed for.
    Other,
}

impl Kind {
    /// A number in the unit of the kind, as people write it.
    pub fn show(self, number: f64) -> String {
        match self {
            _ if self.is_time() => self.show_units(number.round() as i64),
            Self::Integer => format!("{}", number.round()),
            _ => short(number),
        }
    }

    fn show_units(self, units: i64) -> String {
        match self {
            Self::Date => date(units),
            Self::Time => time_of_day(units),
            Self::Instant if YEARS.contains(&units) => Timestamp::from_micros(units).to_string(),
            Self::DateTime if YEARS.contains(&units) => without_zone(Timestamp::from_micros(units)),
            _ => units.to_string(),
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Float | Self::Duration)
    }

    pub fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::Time | Self::Instant | Self::DateTime)
    }
}

/// How the numbers that Arrow keeps become those of the kind.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub kind: Kind,
    /// Digits behind the point.
    digits: i8,
    /// What one of Arrow's is, in the unit of the kind.
    factor: f64,
    is_single: bool,
}

impl Scale {
    /// `None` where the values are no numbers.
    pub fn of(data_type: &DataType) -> Option<Self> {
        let plain = |kind| Self { kind, digits: 0, factor: 1.0, is_single: false };
        Some(match data_type {
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => plain(Kind::Integer),
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => plain(Kind::Integer),
            DataType::Float16 | DataType::Float32 => Self { is_single: true, ..plain(Kind::Float) },
            DataType::Float64 => plain(Kind::Float),
            DataType::Decimal32(_, digits)
            | DataType::Decimal64(_, digits)
            | DataType::Decimal128(_, digits) => {
                Self { digits: *digits, factor: 10_f64.powi(-i32::from(*digits)), ..plain(Kind::Decimal) }
            }
            DataType::Date32 => plain(Kind::Date),
            DataType::Date64 => Self { factor: 1.0 / 86_400_000.0, ..plain(Kind::Date) },
            DataType::Time32(unit) | DataType::Time64(unit) => {
                Self { factor: micros(unit), ..plain(Kind::Time) }
            }
            DataType::Timestamp(unit, None) => Self { factor: micros(unit), ..plain(Kind::DateTime) },
            DataType::Timestamp(unit, Some(_)) => Self { factor: micros(unit), ..plain(Kind::Instant) },
            DataType::Duration(unit) => Self { factor: micros(unit), ..plain(Kind::Duration) },
            _ => return None,
        })
    }

    pub fn are_whole(&self) -> bool {
        matches!(self.kind, Kind::Integer | Kind::Date)
    }

    pub fn of_whole(&self, stored: i128) -> f64 {
        // Dividing rounds once, where multiplying by a tenth would round twice.
        if self.digits > 0 {
            stored as f64 / 10_f64.powi(i32::from(self.digits))
        } else {
            stored as f64 * self.factor
        }
    }

    pub fn show_whole(&self, stored: i128) -> String {
        match self.kind {
            Kind::Integer => stored.to_string(),
            Kind::Decimal => decimal(stored, self.digits),
            // By whole numbers: a fraction of 53 bits loses microseconds.
            kind if kind.is_time() => match i64::try_from(self.in_units(stored)) {
                Ok(units) => kind.show_units(units),
                Err(_) => stored.to_string(),
            },
            kind => kind.show(self.of_whole(stored)),
        }
    }

    /// Days or microseconds, what is finer cut off.
    fn in_units(&self, stored: i128) -> i128 {
        if self.factor >= 1.0 {
            stored.saturating_mul(self.factor as i128)
        } else {
            stored.div_euclid((1.0 / self.factor).round() as i128)
        }
    }

    pub fn show_float(&self, number: f64) -> String {
        // A single has fewer digits than its double would show.
        if self.is_single { (number as f32).to_string() } else { number.to_string() }
    }
}

fn micros(unit: &TimeUnit) -> f64 {
    match unit {
        TimeUnit::Second => 1e6,
        TimeUnit::Millisecond => 1e3,
        TimeUnit::Microsecond => 1.0,
        TimeUnit::Nanosecond => 1e-3,
    }
}

fn decimal(stored: i128, digits: i8) -> String {
    let Ok(digits) = usize::try_from(digits) else {
        return format!("{stored}{}", "0".repeat(usize::from(digits.unsigned_abs())));
    };
    if digits == 0 {
        return stored.to_string();
    }
    let all = format!("{:0>width$}", stored.unsigned_abs(), width = digits + 1);
    let (whole, rest) = all.split_at(all.len() - digits);
    format!("{}{whole}.{rest}", if stored < 0 { "-" } else { "" })
}

/// Of what can be written as a date, in microseconds: the years 0 to 9999.
const YEARS: RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

/// Six digits that count.
fn short(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    let size = number.abs().log10().floor();
    if !(-4.0..15.0).contains(&size) {
        return format!("{number:.5e}");
    }
    let behind = (5.0 - size).max(0.0) as usize;
    let text = format!("{number:.behind$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn date(days: i64) -> String {
    let micros = days.saturating_mul(86_400_000_000);
    if YEARS.contains(&micros) { Timestamp::from_micros(micros).date() } else { format!("day {days}") }
}

fn time_of_day(micros: i64) -> String {
    let at = Timestamp::from_micros(micros.rem_euclid(86_400_000_000)).to_string();
    at.split_once('T').map(|(_, time)| time.trim_end_matches('Z').to_owned()).unwrap_or(at)
}

fn without_zone(at: Timestamp) -> String {
    at.to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_microsecond_of_the_last_year_is_told_as_it_is() {
        let micros = Scale::of(&DataType::Timestamp(TimeUnit::Microsecond, None)).unwrap();
        assert_eq!(micros.show_whole(253_402_300_799_999_999), "9999-12-31 23:59:59.999999");
        assert_eq!(micros.show_whole(253_402_300_799_999_000), "9999-12-31 23:59:59.999");
        let nanos = Scale::of(&DataType::Timestamp(TimeUnit::Nanosecond, None)).unwrap();
        assert_eq!(nanos.show_whole(-1), "1969-12-31 23:59:59.999999");
        let millis = Scale::of(&DataType::Date64).unwrap();
        assert_eq!(millis.show_whole(-86_400_000), "1969-12-31");
        assert_eq!(micros.show_whole(i128::from(i64::MAX)), i64::MAX.to_string());
    }

    #[test]
    fn numbers_are_written_as_people_do() {
        assert_eq!(decimal(-1_250, 2), "-12.50");
        assert_eq!(decimal(5, 3), "0.005");
        assert_eq!(decimal(12, -2), "1200");
        for (number, shown) in [
            (0.0, "0"),
            (1.0 / 3.0, "0.333333"),
            (1_234_567.891, "1234568"),
            (-2.5, "-2.5"),
            (1e-9, "1.00000e-9"),
            (1e20, "1.00000e20"),
            (0.001_25, "0.00125"),
        ] {
            assert_eq!(Kind::Float.show(number), shown);
        }
        assert_eq!(Kind::Date.show(20_000.0), "2024-10-04");
        assert_eq!(Kind::Date.show(-1.0), "1969-12-31");
        assert_eq!(Kind::Time.show(3_661_500_000.0), "01:01:01.5");
        assert_eq!(Kind::Instant.show(1_772_366_400_000_000.0), "2026-03-01T12:00:00Z");
        assert_eq!(Kind::DateTime.show(1_772_366_400_000_000.0), "2026-03-01 12:00:00");
    }
}
