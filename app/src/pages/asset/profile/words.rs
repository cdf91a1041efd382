//! What a profile says, in words.

use leptos::prelude::*;
use loggia_catalog::profiles::{ColumnProfile, Estimate, Histogram, Kind};

use crate::ui::time::{grouped, short};

pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "whole number",
        Kind::Decimal => "decimal",
        Kind::Float => "number",
        Kind::Boolean => "yes or no",
        Kind::Date => "date",
        Kind::Time => "time of day",
        Kind::Instant => "instant",
        Kind::DateTime => "date and time",
        Kind::Duration => "duration",
        Kind::Text => "text",
        Kind::Binary => "bytes",
        Kind::List => "list",
        Kind::Map => "map",
        Kind::Struct => "group",
        Kind::Other => "other",
    }
}

/// `12%`, `0.3%`, `< 0.1%`, `> 99.9%`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share <= 0.0 {
        "0%".to_owned()
    } else if percent < 0.1 {
        "< 0.1%".to_owned()
    } else if percent > 99.9 && share < 1.0 {
        "> 99.9%".to_owned()
    } else if percent < 10.0 && (percent - percent.round()).abs() >= 0.05 {
        format!("{percent:.1}%")
    } else {
        format!("{percent:.0}%")
    }
}

/// `1.2 M`, or `about 1.2 M` with the bounds on demand.
pub fn estimate(estimate: Estimate) -> AnyView {
    let value = short(estimate.value);
    if estimate.is_exact() {
        return view! { <data value=estimate.value.to_string() title=grouped(estimate.value)>{value}</data> }
            .into_any();
    }
    let bounds = format!("between {} and {}, 95% sure", grouped(estimate.from), grouped(estimate.to));
    view! { <span class="quiet">"about "</span><data value=estimate.value.to_string() title=bounds>{value}</data> }.into_any()
}

/// In the unit of its kind, as people write it.
pub fn number(kind: Kind, value: f64) -> String {
    let shown = kind.show(value);
    if kind.is_number() { in_groups(&shown) } else { shown }
}

/// `15,353,000.00`. Four digits stay together: they are years as often as not.
pub fn in_groups(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    match whole.parse() {
        Ok(digits) if whole.len() > 4 => format!("{sign}{}{fraction}", grouped(digits)),
        _ => number.to_owned(),
    }
}

/// The least or the most of a column.
pub fn end(kind: Kind, text: &str) -> String {
    if matches!(kind, Kind::Decimal | Kind::Float | Kind::Integer) { in_groups(text) } else { value(text) }
}

/// A value that would not be seen is named.
pub fn value(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    if text.trim().is_empty() {
        return "(blank)".to_owned();
    }
    if text.chars().count() > 60 { text.chars().take(59).chain(['…']).collect() } else { text.to_owned() }
}

/// `email address 98%`, of what at least every hundredth value looks like.
pub fn looks_like(column: &ColumnProfile) -> Option<AnyView> {
    let shaped = column.patterns.first()?;
    let share = shaped.count as f64 / column.present().max(1) as f64;
    (share >= 0.01).then(|| {
        view! { <span class="looks quiet">"looks like " {shaped.pattern.title()} " " {percent(share)}</span> }.into_any()
    })
}

/// What a histogram shows.
pub fn spread(column: &ColumnProfile, histogram: &Histogram) -> String {
    if column.personal {
        return format!("How {} values lie; what they are is not shown", short(column.present()));
    }
    let show = |value| number(column.kind, value);
    let peak = histogram.counts.iter().enumerate().max_by_key(|(place, count)| (**count, usize::MAX - place));
    let most = peak.map(|(place, _)| {
        format!(", most from {} to {}", show(histogram.edge(place)), show(histogram.edge(place + 1)))
    });
    format!(
        "{} values from {} to {}{}",
        short(column.present()),
        show(histogram.from),
        show(histogram.to),
        most.unwrap_or_default()
    )
}

pub fn most_frequent(column: &ColumnProfile) -> String {
    let present = column.present().max(1) as f64;
    let some = column.top.iter().take(3);
    let some: Vec<String> = some
        .map(|top| format!("{} {}", value(&top.value), percent(top.count.value as f64 / present)))
        .collect();
    format!("Most frequent: {}", some.join(", "))
}

/// One line for where a column is spoken of otherwise.
pub fn summary(column: &ColumnProfile) -> String {
    let mut parts = Vec::new();
    match column.nulls {
        0 => parts.push("none missing".to_owned()),
        _ => parts.push(format!("{} missing", percent(column.null_share()))),
    }
    if let Some(distinct) = column.distinct {
        let about = if distinct.is_exact() { "" } else { "about " };
        parts.push(format!("{about}{} different", short(distinct.value)));
    }
    parts.join(", ")
}
