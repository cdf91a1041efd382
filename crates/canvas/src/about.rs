//! Beside the grid: the value that the reader is at, unfolded, and what its column is like.

use loggia_quality::profile::ColumnProfile;
use web_sys::HtmlElement;

use crate::dom;
use crate::figures::{Figures, percent, picture};
use crate::grid::Shown;
use crate::locale::Locale;
use crate::sheet::Sheet;
use crate::value;

/// Most frequent values that are told.
const TOP: usize = 8;
/// Letters of each.
const SHORT: usize = 60;

pub struct About {
    pub element: HtmlElement,
}

impl About {
    pub fn new() -> Self {
        let element = dom::new("section", "about-cell");
        dom::set(&element, "aria-label", "The chosen value and its column");
        dom::set(&element, "tabindex", "-1");
        Self { element }
    }

    pub fn tell(&self, shown: &Shown, figures: &Figures, locale: &Locale) {
        dom::clear(&self.element);
        let place = shown.selection.at;
        let sheet = &shown.sheet;
        if place.column >= sheet.columns() {
            return;
        }
        dom::put(&self.element, &dom::text("h3", "", sheet.name(place.column)));
        if let Some(row) = shown.view.get(place.row) {
            let label = format!("Row {}", locale.count(*row as u64 + 1));
            let value = dom::new("div", "about-value");
            dom::put(&value, &value::unfolded(sheet, place.column, *row));
            dom::put_all(&self.element, &[&dom::text("h4", "", &label), &value]);
        }
        let of = format!("The column, {} rows", locale.count(sheet.rows() as u64));
        dom::put(&self.element, &dom::text("h4", "", &of));
        match figures.of(sheet, place.column).as_ref() {
            Some(profile) => column(&self.element, profile, sheet, place.column, locale),
            None => {
                dom::put(&self.element, &dom::text("p", "quiet", "Nothing is computed of such a column."))
            }
        }
    }
}

fn column(into: &HtmlElement, profile: &ColumnProfile, sheet: &Sheet, column: usize, locale: &Locale) {
    if let Some(picture) = picture(profile, (240, 56)) {
        dom::put(into, &picture);
    }
    let list = dom::new("dl", "figures");
    let figure = |name: &str, value: String| {
        let pair = dom::new("div", "");
        dom::put_all(&pair, &[&dom::text("dt", "", name), &dom::text("dd", "", &value)]);
        dom::put(&list, &pair);
    };
    let number = |value: f64| locale.number(&profile.kind.show(value));
    figure("Type", sheet.type_words(column));
    let share = percent(profile.nulls, profile.values);
    figure("Null", format!("{} ({share})", locale.count(profile.nulls)));
    if profile.empty > 0 {
        figure("Empty", locale.count(profile.empty));
    }
    if let Some(distinct) = profile.distinct {
        let about = if distinct.is_exact() { "" } else { "about " };
        figure("Different", format!("{about}{}", locale.count(distinct.value)));
    }
    if let Some(range) = &profile.range {
        for (name, end) in [("Least", &range.min), ("Most", &range.max)] {
            figure(name, value::end_of_range(sheet, column, &short(end), locale));
        }
    }
    if let Some(mean) = profile.mean {
        figure("Mean", number(mean));
    }
    let median = profile
        .quantiles
        .as_ref()
        .and_then(|quantiles| quantiles.of.iter().find(|of| (of.rank - 0.5).abs() < 1e-9));
    if let Some(median) = median {
        figure("Median", number(median.value));
    }
    if let Some(lengths) = profile.lengths {
        figure("Length", format!("{} to {}", locale.count(lengths.min), locale.count(lengths.max)));
    }
    for shaped in profile.patterns.iter().take(2) {
        figure(
            "Looks like",
            format!("{}, {}", shaped.pattern.title(), percent(shaped.count, profile.present())),
        );
    }
    dom::put(into, &list);
    top(into, profile, locale);
}

fn top(into: &HtmlElement, profile: &ColumnProfile, locale: &Locale) {
    if profile.top.first().is_none_or(|top| top.count.value <= 1) {
        return;
    }
    dom::put(into, &dom::text("h4", "", "Most frequent"));
    let list = dom::new("ol", "top-values");
    for top in profile.top.iter().take(TOP) {
        let line = dom::new("li", "");
        let value = if top.value.is_empty() { "empty".to_owned() } else { short(&top.value) };
        let class = if top.value.is_empty() { "nothing" } else { "value" };
        let count =
            format!("{} ({})", locale.count(top.count.value), percent(top.count.value, profile.present()));
        dom::put_all(&line, &[&dom::text("span", class, &value), &dom::text("span", "quiet", &count)]);
        dom::put(&list, &line);
    }
    dom::put(into, &list);
}

fn short(text: &str) -> String {
    if text.chars().count() <= SHORT {
        text.to_owned()
    } else {
        text.chars().take(SHORT).chain(['…']).collect()
    }
}
