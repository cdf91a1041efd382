//! The head of a column: its name, which sorts, its type, and how its values lie.

use std::cell::Cell;
use std::rc::Rc;

use loggia_quality::profile::ColumnProfile;
use web_sys::HtmlElement;

use super::geometry::Geometry;
use super::{NUMBERS, Shown};
use crate::dom;
use crate::figures::{percent, picture};
use crate::sheet::Sort;

pub struct Head {
    pub element: HtmlElement,
    arrow: HtmlElement,
    /// What the arrow says; nothing yet of a new head.
    marked: Cell<Option<Option<Sort>>>,
    about: HtmlElement,
    is_told: Cell<bool>,
}

impl Head {
    pub fn new(row: &HtmlElement, column: usize, shown: &Shown, geometry: &Geometry) -> Self {
        let element = dom::new("div", "grid-title");
        dom::set(&element, "role", "columnheader");
        dom::set(&element, "aria-colindex", &(column + 2).to_string());
        dom::style(&element, "left", &format!("{}px", NUMBERS + geometry.left(column)));
        dom::style(&element, "width", &format!("{}px", geometry.width_of(column)));
        let sort = dom::button("grid-sort", "");
        // The scroller is the one stop of the Tab key; Alt and an arrow sort from there.
        dom::set(&sort, "tabindex", "-1");
        dom::set(&sort, "data-column", &column.to_string());
        let arrow = dom::new("span", "grid-arrow");
        dom::set(&arrow, "aria-hidden", "true");
        let name = dom::text("span", "grid-name", shown.sheet.name(column));
        dom::set(&sort, "title", shown.sheet.name(column));
        dom::put_all(&sort, &[&name, &arrow]);
        let about = dom::new("div", "grid-lies");
        dom::put_all(
            &element,
            &[&sort, &dom::text("div", "grid-type", &shown.sheet.type_words(column)), &about],
        );
        dom::put(row, &element);
        Self { element, arrow, marked: Cell::new(None), about, is_told: Cell::new(false) }
    }

    pub fn mark(&self, sort: Option<Sort>) {
        // A text that is set is laid out, were it the same: not in each frame of a scroll.
        if self.marked.replace(Some(sort)) == Some(sort) {
            return;
        }
        let (arrow, says) = match sort {
            None => ("", "none"),
            Some(Sort { is_descending: false, .. }) => (" ↑", "ascending"),
            Some(_) => (" ↓", "descending"),
        };
        self.arrow.set_text_content(Some(arrow));
        dom::set(&self.element, "aria-sort", says);
    }

    pub fn tell(&self, profile: &Rc<Option<ColumnProfile>>) {
        let Some(profile) = profile.as_ref() else { return };
        if self.is_told.replace(true) {
            return;
        }
        let beside = if profile.nulls > 0 { 72 } else { 16 };
        let width = (self.element.client_width() - beside).clamp(24, 120);
        if let Some(picture) = picture(profile, (width.unsigned_abs(), 20)) {
            dom::put(&self.about, &picture);
        }
        if profile.nulls > 0 {
            let missing = format!("{} null", percent(profile.nulls, profile.values));
            dom::put(&self.about, &dom::text("span", "quiet", &missing));
        }
    }
}
