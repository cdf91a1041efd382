//! Times and numbers as people read them; the exact one is always there too.

use std::time::SystemTime;

use leptos::prelude::*;
use loggia_model::Timestamp;

/// `3 days ago`, with the exact instant in the element and on demand.
#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string() title=at.long()>{ago(at, Timestamp::from_system(SystemTime::now()))}</time> }
}

pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.seconds_until(now);
    let (count, unit) = match seconds.unsigned_abs() {
        0..60 => return "just now".into(),
        seconds @ 60..3_600 => (seconds / 60, "minute"),
        seconds @ 3_600..86_400 => (seconds / 3_600, "hour"),
        seconds @ 86_400..2_592_000 => (seconds / 86_400, "day"),
        seconds @ 2_592_000..31_536_000 => (seconds / 2_592_000, "month"),
        seconds => (seconds / 31_536_000, "year"),
    };
    let many = if count == 1 { "" } else { "s" };
    if seconds >= 0 { format!("{count} {unit}{many} ago") } else { format!("in {count} {unit}{many}") }
}

/// `1.2 M`, with the exact number on demand.
#[component]
pub fn Number(value: u64) -> impl IntoView {
    view! { <data value=value.to_string() title=grouped(value)>{short(value)}</data> }
}

pub fn short(value: u64) -> String {
    const STEPS: [(u64, &str); 3] = [(1_000_000_000, " B"), (1_000_000, " M"), (10_000, " k")];
    for (step, unit) in STEPS {
        if value >= step {
            let unit_size = if step == 10_000 { 1_000 } else { step };
            let tenths = value / (unit_size / 10);
            let text = if tenths.is_multiple_of(10) || tenths >= 1_000 {
                (tenths / 10).to_string()
            } else {
                format!("{}.{}", tenths / 10, tenths % 10)
            };
            return format!("{text}{unit}");
        }
    }
    grouped(value)
}

/// `1,234,567`.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1.4 MB`.
pub fn bytes(value: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    for (size, unit) in UNITS {
        if value >= size {
            let tenths = value / (size / 10).max(1);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{value} bytes")
}

/// `1 column`, `2 columns`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_grouped() {
        assert_eq!(
            [999, 1_000, 9_999, 10_000, 12_345, 412_806, 1_200_000, 2_000_000_000].map(short),
            ["999", "1,000", "9,999", "10 k", "12.3 k", "412 k", "1.2 M", "2 B"]
        );
        assert_eq!(bytes(1_500_000), "1.4 MB");
        assert_eq!(counted(1, "column", "columns"), "1 column");
    }

    #[test]
    fn times_are_told_from_now() {
        let now = Timestamp::from_micros(0).plus_seconds(1_000_000_000);
        assert_eq!(ago(now.plus_seconds(-3 * 86_400), now), "3 days ago");
        assert_eq!(ago(now.plus_seconds(7_200), now), "in 2 hours");
        assert_eq!(ago(now, now), "just now");
    }
}
