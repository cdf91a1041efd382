//! A row that is seen, and its cells.

use std::collections::BTreeMap;
use std::ops::Range;

use web_sys::HtmlElement;

use super::geometry::{Geometry, ROW};
use super::selection::Place;
use super::{NUMBERS, Shown};
use crate::dom;
use crate::locale::Locale;
use crate::value;

pub struct Row {
    element: HtmlElement,
    number: HtmlElement,
    cells: BTreeMap<usize, HtmlElement>,
    spare: Vec<HtmlElement>,
}

impl Row {
    pub fn new() -> Self {
        let element = dom::new("div", "grid-row");
        dom::set(&element, "role", "row");
        let number = dom::new("div", "grid-number");
        dom::set(&number, "role", "rowheader");
        dom::set(&number, "aria-colindex", "1");
        dom::put(&element, &number);
        Self { element, number, cells: BTreeMap::new(), spare: Vec::new() }
    }

    /// Takes its place in the document, before the next row.
    pub fn stand(&self, body: &HtmlElement, next: Option<&Self>) {
        let _put = body.insert_before(&self.element, next.map(|next| next.element.as_ref()));
    }

    /// Puts it where this row of the view is.
    pub fn place(&self, place: usize, shown: &Shown) {
        dom::style(&self.element, "transform", &format!("translateY({}px)", ROW * place as f64));
        dom::style(&self.element, "display", "block");
        dom::set(&self.element, "aria-rowindex", &(place + 2).to_string());
        let row = shown.view.get(place).copied().unwrap_or(0);
        self.number.set_text_content(Some(&(row + 1).to_string()));
    }

    pub fn remove(self) {
        self.element.remove();
    }

    /// Out of sight it has no cell that the scroller could speak of.
    pub fn leave(&self) {
        for cell in self.cells.values().filter(|cell| cell.id() == ACTIVE) {
            let _was_active = cell.remove_attribute("id");
        }
    }

    pub fn hide(&self) {
        dom::style(&self.element, "display", "none");
    }

    /// Fills the cells of these columns; of those that were there already, only where all are to be.
    pub fn fill(
        &mut self,
        place: usize,
        columns: Range<usize>,
        all: bool,
        shown: &Shown,
        geometry: &Geometry,
        locale: &Locale,
    ) {
        let gone: Vec<usize> =
            self.cells.keys().copied().filter(|column| !columns.contains(column)).collect();
        self.spare.extend(gone.iter().filter_map(|column| self.cells.remove(column)));
        let row = shown.view.get(place).copied().unwrap_or(0);
        for column in columns {
            let is_new = !self.cells.contains_key(&column);
            let cell = self
                .cells
                .entry(column)
                .or_insert_with(|| self.spare.pop().unwrap_or_else(|| new_cell(&self.element)));
            if is_new {
                dom::style(cell, "left", &format!("{}px", NUMBERS + geometry.left(column)));
                dom::style(cell, "width", &format!("{}px", geometry.width_of(column)));
                dom::set(cell, "aria-colindex", &(column + 2).to_string());
            }
            if is_new || all {
                fill(cell, Place { row: place, column }, row, shown, locale);
            }
        }
        for cell in self.spare.drain(..) {
            cell.remove();
        }
    }
}

fn new_cell(row: &HtmlElement) -> HtmlElement {
    let cell = dom::new("div", "grid-cell");
    dom::set(&cell, "role", "gridcell");
    dom::put(row, &cell);
    cell
}

/// The one that the reader is at has the name by which the scroller speaks of it.
pub const ACTIVE: &str = "grid-active";

fn fill(cell: &HtmlElement, place: Place, row: usize, shown: &Shown, locale: &Locale) {
    let (text, class) = value::cell(&shown.sheet, locale, place.column, row);
    cell.set_text_content(Some(&text));
    let is_chosen = shown.selection.holds(place);
    let is_active = shown.selection.at == place;
    let mark = match (is_active, is_chosen) {
        (true, _) => " active",
        (false, true) => " chosen",
        (false, false) => "",
    };
    cell.set_class_name(&format!("{class}{mark}"));
    if is_active {
        cell.set_id(ACTIVE);
    } else if cell.id() == ACTIVE {
        let _was_active = cell.remove_attribute("id");
    }
    if is_chosen {
        dom::set(cell, "aria-selected", "true");
    } else if cell.has_attribute("aria-selected") {
        let _was_chosen = cell.remove_attribute("aria-selected");
    }
}
