//! Dates as Parquet has them: days, or microseconds, since 1970-01-01.

use std::time::{Duration, SystemTime};

use time::Date;
use time::macros::date;

pub const MICROS_PER_SECOND: i64 = 1_000_000;
pub const SECONDS_PER_DAY: i64 = 86_400;

pub struct Month {
    pub name: &'static str,
    pub first: i64,
    pub days: i64,
}

pub const MONTHS: [Month; 5] = [
    Month { name: "2026-06", first: day(date!(2026 - 06 - 01)), days: 30 },
    Month { name: "2026-07", first: day(date!(2026 - 07 - 01)), days: 31 },
    Month { name: "2026-08", first: day(date!(2026 - 08 - 01)), days: 31 },
    Month { name: "2026-09", first: day(date!(2026 - 09 - 01)), days: 30 },
    Month { name: "2026-10", first: day(date!(2026 - 10 - 01)), days: 31 },
];

impl Month {
    /// When its files were written: at two in the night after it.
    pub fn closed(&self) -> SystemTime {
        let seconds = (self.first + self.days) * SECONDS_PER_DAY + 2 * 3_600;
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
    }
}

/// The last day that the files describe.
pub const CLOSE: i64 = day(date!(2026 - 10 - 31));

/// Days since 1970-01-01.
pub const fn day(date: Date) -> i64 {
    const EPOCH: i32 = date!(1970 - 01 - 01).to_julian_day();
    // Widening: `i64::from` is not const.
    (date.to_julian_day() - EPOCH) as i64
}

/// Microseconds since 1970 at so many seconds into the day.
pub fn moment(day: i64, second: i64) -> i64 {
    (day * SECONDS_PER_DAY + second) * MICROS_PER_SECOND
}
