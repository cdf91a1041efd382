//! Every column in a line: its type, what is missing, and how its values lie.

use std::rc::Rc;

use web_sys::HtmlElement;

use super::Explorer;
use crate::dom;
use crate::figures::{percent, picture};
use crate::value;

/// Columns that are listed at once.
pub const A_PAGE: usize = 200;

const HEADS: [&str; 6] = ["Column", "Type", "Null", "Different", "How they are spread", "From, to"];

/// The first so many columns, and a way to more.
pub fn list(into: &HtmlElement, explorer: Rc<Explorer>, most: usize) {
    dom::clear(into);
    let frame = dom::new("div", "table-scroll");
    for (name, value) in [("tabindex", "0"), ("role", "region"), ("aria-label", "Columns")] {
        dom::set(&frame, name, value);
    }
    let table = dom::new("table", "profile");
    let head = dom::new("tr", "");
    for title in HEADS {
        let cell = dom::text("th", "", title);
        dom::set(&cell, "scope", "col");
        dom::put(&head, &cell);
    }
    let (thead, body) = (dom::new("thead", ""), dom::new("tbody", ""));
    dom::put(&thead, &head);
    dom::put_all(&table, &[&thead, &body]);
    dom::put(&frame, &table);
    dom::put(into, &frame);
    let columns = explorer.shown.borrow().sheet.columns();
    if columns > most {
        let more = dom::button("", &format!("Show more of {columns} columns"));
        let (into, again) = (into.clone(), Rc::downgrade(&explorer));
        dom::on(&more, "click", move |_| {
            if let Some(explorer) = again.upgrade() {
                list(&into, explorer, most + A_PAGE);
            }
        });
        dom::put(&frame, &more);
    }
    fill(body, explorer, 0, most.min(columns));
}

/// A few in each frame, so that the page stays alive.
fn fill(body: HtmlElement, explorer: Rc<Explorer>, from: usize, until: usize) {
    const A_FRAME: usize = 8;
    for column in from..until.min(from + A_FRAME) {
        dom::put(&body, &line(&explorer, column));
    }
    let (me, next) = (Rc::downgrade(&explorer), from + A_FRAME);
    if next < until {
        dom::next_frame(move || {
            // Gone where another list has taken its place.
            if let Some(explorer) = me.upgrade().filter(|_| body.is_connected()) {
                fill(body, explorer, next, until);
            }
        });
    }
}

fn line(explorer: &Explorer, column: usize) -> HtmlElement {
    let shown = explorer.shown.borrow();
    let sheet = &shown.sheet;
    let line = dom::new("tr", "");
    let name = dom::new("th", "");
    dom::set(&name, "scope", "row");
    dom::put(&name, &dom::text("code", "", sheet.name(column)));
    dom::put_all(&line, &[&name, &dom::text("td", "quiet", &sheet.type_words(column))]);
    let profile = explorer.figures.of(sheet, column);
    let Some(profile) = profile.as_ref() else {
        for _ in 2..HEADS.len() {
            dom::put(&line, &dom::new("td", ""));
        }
        return line;
    };
    let missing = if profile.nulls == 0 { "none".to_owned() } else { percent(profile.nulls, profile.values) };
    let distinct = profile.distinct.map(|distinct| explorer.locale.count(distinct.value)).unwrap_or_default();
    let lies = dom::new("td", "");
    if let Some(picture) = picture(profile, (144, 28)) {
        dom::put(&lies, &picture);
    }
    let range = profile.range.as_ref().map(|range| {
        let [from, to] =
            [&range.min, &range.max].map(|end| value::end_of_range(sheet, column, end, &explorer.locale));
        format!("{from} to {to}")
    });
    let range = dom::text("td", "range", &range.unwrap_or_default());
    dom::put_all(&line, &[&dom::text("td", "", &missing), &dom::text("td", "", &distinct), &lies, &range]);
    line
}
