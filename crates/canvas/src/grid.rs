//! The grid: only the cells that are seen are there, so that 5,000 rows by 200 columns are as light as 20 by 8.
//!
//! A scroller around a space as large as all cells; rows and heads are placed in it, and used again for others
//! when they leave the sight. The focus stays on the scroller, and `aria-activedescendant` names the cell.

pub mod geometry;
mod head;
mod row;
pub mod selection;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use web_sys::{HtmlElement, MouseEvent};

use self::geometry::{Geometry, HEAD, NUMBERS, ROW, row_at, rows_within};
use self::head::Head;
use self::row::Row;
use self::selection::{Place, Selection};
use crate::dom;
use crate::figures::Figures;
use crate::locale::Locale;
use crate::sheet::{Kind, Sheet, Sort};

/// What is drawn.
pub struct Shown {
    pub sheet: Sheet,
    /// The rows of the sheet that are shown, in order.
    pub view: Vec<usize>,
    pub sort: Option<Sort>,
    pub selection: Selection,
}

pub struct Grid {
    pub scroller: HtmlElement,
    space: HtmlElement,
    heads_row: HtmlElement,
    body: HtmlElement,
    geometry: RefCell<Geometry>,
    heads: RefCell<BTreeMap<usize, Head>>,
    rows: RefCell<BTreeMap<usize, Row>>,
    spare: RefCell<Vec<Row>>,
    columns: RefCell<Range<usize>>,
    /// What is drawn is of something else than what is to be shown.
    is_stale: Cell<bool>,
}

/// The name of what says what the keys do.
pub const KEYS: &str = "grid-keys";

/// Rows that tell how wide a column is.
const TOLD_BY: usize = 60;
const LONGEST: usize = 60;

impl Grid {
    pub fn new(label: &str) -> Self {
        let scroller = dom::new("div", "grid");
        for (name, value) in [
            ("role", "grid"),
            ("tabindex", "0"),
            ("aria-label", label),
            ("aria-multiselectable", "true"),
            ("aria-activedescendant", row::ACTIVE),
            ("aria-describedby", KEYS),
        ] {
            dom::set(&scroller, name, value);
        }
        let space = dom::new("div", "grid-space");
        let head = dom::new("div", "grid-head");
        let heads_row = dom::new("div", "grid-heads");
        let body = dom::new("div", "grid-body");
        for group in [&head, &body] {
            dom::set(group, "role", "rowgroup");
        }
        dom::set(&heads_row, "role", "row");
        dom::set(&heads_row, "aria-rowindex", "1");
        let corner = dom::text("div", "grid-corner", "#");
        dom::set(&corner, "role", "columnheader");
        dom::set(&corner, "aria-colindex", "1");
        dom::put(&heads_row, &corner);
        dom::put(&head, &heads_row);
        dom::put_all(&space, &[&head, &body]);
        dom::put(&scroller, &space);
        Self {
            scroller,
            space,
            heads_row,
            body,
            geometry: RefCell::new(Geometry::of(std::iter::empty())),
            heads: RefCell::default(),
            rows: RefCell::default(),
            spare: RefCell::default(),
            columns: RefCell::new(0..0),
            is_stale: Cell::new(true),
        }
    }

    /// Takes up another sheet: its columns may be others, or of other widths.
    pub fn take(&self, shown: &Shown) {
        let sheet = &shown.sheet;
        let letters = |column| {
            let is_number = sheet.kind(column) == Kind::Number;
            let values = (0..sheet.rows().min(TOLD_BY)).map(|row| {
                let text = sheet.text(column, row, LONGEST);
                // The reader's locale puts a mark between thousands.
                let marks = if is_number { text.find('.').unwrap_or(text.len()) / 3 } else { 0 };
                text.chars().count() + marks
            });
            let head = sheet.name(column).chars().count() + 2;
            values.max().unwrap_or(0).max(head).max(sheet.type_words(column).len())
        };
        let geometry = Geometry::of((0..sheet.columns()).map(letters));
        dom::style(&self.space, "width", &format!("{}px", NUMBERS + geometry.width()));
        dom::set(&self.scroller, "aria-colcount", &(sheet.columns() + 1).to_string());
        *self.geometry.borrow_mut() = geometry;
        for (_, head) in std::mem::take(&mut *self.heads.borrow_mut()) {
            head.element.remove();
        }
        // Cells keep the place that they were made at.
        for (_, row) in std::mem::take(&mut *self.rows.borrow_mut()) {
            row.remove();
        }
        for row in self.spare.take() {
            row.remove();
        }
        self.arrange(shown);
    }

    /// Takes up other rows of the same sheet, or another order of them.
    pub fn arrange(&self, shown: &Shown) {
        dom::style(&self.space, "height", &format!("{}px", HEAD + ROW * shown.view.len() as f64));
        dom::set(&self.scroller, "aria-rowcount", &(shown.view.len() + 1).to_string());
        self.is_stale.set(true);
    }

    /// Draws all that is seen anew: another cell is chosen.
    pub fn stale(&self) {
        self.is_stale.set(true);
    }

    pub fn draw(&self, shown: &Shown, locale: &Locale, figures: &Figures) {
        let (top, left) = (f64::from(self.scroller.scroll_top()), f64::from(self.scroller.scroll_left()));
        let (height, width) =
            (f64::from(self.scroller.client_height()), f64::from(self.scroller.client_width()));
        let geometry = self.geometry.borrow();
        let columns = geometry.columns_within(left, width - NUMBERS);
        let seen = rows_within(top, height - HEAD, shown.view.len());
        let is_stale = self.is_stale.replace(false);
        let columns_moved = self.columns.replace(columns.clone()) != columns;

        let mut rows = self.rows.borrow_mut();
        let mut spare = self.spare.borrow_mut();
        let gone: Vec<usize> = rows.keys().copied().filter(|row| !seen.contains(row)).collect();
        for row in gone.iter().filter_map(|row| rows.remove(row)) {
            row.leave();
            spare.push(row);
        }
        for place in seen.clone() {
            let is_new = !rows.contains_key(&place);
            if is_new {
                let row = spare.pop().unwrap_or_else(Row::new);
                // Who hears the rows hears them in their order.
                let next = rows.range(place..).next().map(|(_, next)| next);
                row.stand(&self.body, next);
                rows.insert(place, row);
            }
            let Some(row) = rows.get_mut(&place) else { continue };
            if is_new || is_stale {
                row.place(place, shown);
            }
            if is_new || is_stale || columns_moved {
                row.fill(place, columns.clone(), is_new || is_stale, shown, &geometry, locale);
            }
        }
        spare.iter().for_each(Row::hide);
        self.draw_heads(shown, &columns, &geometry, figures);
    }

    fn draw_heads(&self, shown: &Shown, columns: &Range<usize>, geometry: &Geometry, figures: &Figures) {
        let mut heads = self.heads.borrow_mut();
        let gone: Vec<usize> = heads.keys().copied().filter(|column| !columns.contains(column)).collect();
        for head in gone.iter().filter_map(|column| heads.remove(column)) {
            head.element.remove();
        }
        for column in columns.clone() {
            let head =
                heads.entry(column).or_insert_with(|| Head::new(&self.heads_row, column, shown, geometry));
            head.mark(shown.sort.filter(|sort| sort.column == column));
            if figures.is_known(column) {
                head.tell(&figures.of(&shown.sheet, column));
            }
        }
    }

    /// A column that is seen, and whose figures nobody has made yet.
    pub fn without_figures(&self, figures: &Figures) -> Option<usize> {
        self.columns.borrow().clone().find(|column| !figures.is_known(*column))
    }

    /// Where the pointer is; `None` above the first row.
    pub fn at(&self, event: &MouseEvent, rows: usize) -> Option<Place> {
        let frame = self.scroller.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - frame.left();
        let y = f64::from(event.client_y()) - frame.top();
        let inside = y > HEAD && x > NUMBERS && rows > 0;
        inside.then(|| Place {
            row: row_at(y - HEAD + f64::from(self.scroller.scroll_top()), rows),
            column: self.geometry.borrow().column_at(x - NUMBERS + f64::from(self.scroller.scroll_left())),
        })
    }

    /// How many rows are seen at once.
    pub fn a_page(&self) -> usize {
        row_at(f64::from(self.scroller.client_height()) - HEAD, usize::MAX).max(1)
    }

    /// Scrolls as little as needed for a cell to be seen.
    pub fn reveal(&self, place: Place) {
        let geometry = self.geometry.borrow();
        let (top, left) = (ROW * place.row as f64, geometry.left(place.column));
        let height = f64::from(self.scroller.client_height()) - HEAD;
        let width = f64::from(self.scroller.client_width()) - NUMBERS;
        let near = |from: f64, size: f64, seen_from: i32, seen: f64| {
            let seen_from = f64::from(seen_from);
            // Of what is larger than what is seen, the beginning.
            (from.min(from + size - seen)).max(seen_from.min(from)) as i32
        };
        let scroller = &self.scroller;
        scroller.set_scroll_top(near(top, ROW, scroller.scroll_top(), height));
        scroller.set_scroll_left(near(left, geometry.width_of(place.column), scroller.scroll_left(), width));
    }
}
