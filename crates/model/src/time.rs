//! An instant: whole microseconds since 1970-01-01T00:00:00Z, written as RFC 3339.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::ParseError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// From 0000-01-01T00:00:00Z to the end of the year 9999.
const YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

impl Timestamp {
    pub const EPOCH: Self = Self(0);

    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    pub fn from_system(at: std::time::SystemTime) -> Self {
        let since = at.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// Seconds from this instant to `later`; negative where `later` is earlier.
    pub const fn seconds_until(self, later: Self) -> i64 {
        later.0.saturating_sub(self.0) / 1_000_000
    }

    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// `2026-03-01`, in UTC.
    pub fn date(self) -> String {
        self.moment().date().format(format_description!("[year]-[month]-[day]")).unwrap_or_default()
    }

    /// `1 March 2026, 14:05 UTC`, for people.
    pub fn long(self) -> String {
        let shape = format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
        self.moment().format(shape).unwrap_or_default()
    }

    fn moment(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.moment().format(&Rfc3339).unwrap_or_default())
    }
}

impl FromStr for Timestamp {
    type Err = ParseError;

    /// Reads RFC 3339, or a date alone, which is its first instant in UTC.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).or_else(|error| {
            Date::parse(text, format_description!("[year]-[month]-[day]"))
                .map(|date| date.midnight().assume_utc())
                .map_err(|_| error)
        });
        let moment = moment.map_err(|_| {
            ParseError::new("time", text, "is not a date and time such as 2026-03-01T14:05:00Z")
        })?;
        let micros = moment.unix_timestamp_nanos() / 1_000;
        // An offset can lead out of the years that RFC 3339 has.
        i64::try_from(micros)
            .ok()
            .filter(|micros| YEARS.contains(micros))
            .map(Self)
            .ok_or_else(|| ParseError::new("time", text, "is not within the years 0 to 9999"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_and_read_to_the_microsecond() {
        let at = Timestamp::from_micros(1_772_373_900_123_456);
        assert_eq!(at.to_string(), "2026-03-01T14:05:00.123456Z");
        assert_eq!(at.to_string().parse(), Ok(at));
        assert_eq!(at.long(), "1 March 2026, 14:05 UTC");
    }

    #[test]
    fn an_offset_does_not_lead_out_of_the_years_that_can_be_written() {
        for text in ["9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z"] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(at.to_string().parse(), Ok(at), "{text}");
        }
        for text in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_its_first_instant() {
        assert_eq!("2026-03-01".parse::<Timestamp>().unwrap().to_string(), "2026-03-01T00:00:00Z");
        assert!("yesterday".parse::<Timestamp>().is_err());
    }
}
