//! What stands above the grid: what to filter by, what to copy, and how much is here.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};

use super::{Copied, Explorer};
use crate::dom;
use crate::grid::Shown;
use crate::locale::Locale;
use crate::sheet::{Filter, Kind, Sheet, Test};
use crate::value::counted;

pub struct Bar {
    pub element: HtmlElement,
    status: HtmlElement,
    copied: HtmlElement,
    views: [HtmlElement; 2],
    are_columns_shown: Cell<bool>,
    /// The file that this is; `None` of a sample.
    file: Option<String>,
    /// What was told last: a reader that listens hears nothing twice.
    told: RefCell<String>,
}

impl Bar {
    pub fn new(sheet: &Sheet, file: Option<String>, explorer: &Weak<Explorer>) -> Self {
        let element = dom::new("div", "grid-bar");
        let views = [dom::button("", "Rows"), dom::button("", "Columns")];
        let view_group = dom::new("div", "grid-views");
        dom::set(&view_group, "role", "group");
        dom::set(&view_group, "aria-label", "What to show");
        for (view, columns) in views.iter().zip([false, true]) {
            dom::set(view, "aria-pressed", if columns { "false" } else { "true" });
            on(view, "click", explorer, move |explorer| explorer.show_columns(columns));
            dom::put(&view_group, view);
        }
        dom::put_all(&element, &[&view_group, &filter(sheet, explorer)]);
        for (title, as_markdown) in [("Copy as CSV", false), ("Copy as Markdown", true)] {
            let button = dom::button("", title);
            on(&button, "click", explorer, move |explorer| explorer.bar.copy(explorer.copied(as_markdown)));
            dom::put(&element, &button);
        }
        let status = dom::new("p", "grid-status quiet");
        let copied = dom::new("span", "quiet");
        for place in [&status, &copied] {
            dom::set(place, "role", "status");
        }
        dom::put_all(&element, &[&copied, &status]);
        let (are_columns_shown, told) = (Cell::new(false), RefCell::default());
        Self { element, status, copied, views, are_columns_shown, file, told }
    }

    /// How many rows and columns are here, and of how many.
    pub fn tell(&self, shown: &Shown, filter: Option<&Filter>, locale: &Locale) {
        let sheet = &shown.sheet;
        let here = locale.count(sheet.rows() as u64);
        let of = match sheet.total {
            _ if self.file.is_none() => format!("The sample has {here} rows"),
            Some(total) if total > sheet.rows() as u64 => {
                format!("The first {here} of {} rows", locale.count(total))
            }
            Some(_) => format!("All {here} rows"),
            None => format!("The first {here} rows"),
        };
        let columns = if sheet.width > sheet.columns() as u64 {
            format!(
                "the first {} of {} columns",
                locale.count(sheet.columns() as u64),
                locale.count(sheet.width)
            )
        } else {
            counted(sheet.columns(), "column", "columns")
        };
        let mut words = format!("{of}, {columns}.");
        if let Some(file) = &self.file {
            words = format!("{file}: {words}");
        }
        if let Some(trouble) = filter.and_then(|filter| filter.trouble(sheet)) {
            words = format!("{trouble}: no row passes the filter. {words}");
        } else if shown.view.len() < sheet.rows() {
            let passing = match shown.view.len() {
                0 => "No row passes".to_owned(),
                1 => "1 row passes".to_owned(),
                several => format!("{} rows pass", locale.count(several as u64)),
            };
            words = format!("{passing} the filter. {words}");
        }
        if shown.selection.is_several() {
            let (rows, columns) = (shown.selection.rows().len(), shown.selection.columns().len());
            words = format!(
                "{} by {} chosen. {words}",
                counted(rows, "row", "rows"),
                counted(columns, "column", "columns")
            );
        }
        if *self.told.borrow() != words {
            self.status.set_text_content(Some(&words));
            *self.told.borrow_mut() = words;
            // What was copied was of what was shown before.
            self.say("");
        }
    }

    pub fn say(&self, words: &str) {
        self.copied.set_text_content(Some(words));
    }

    pub fn are_columns_shown(&self) -> bool {
        self.are_columns_shown.get()
    }

    pub fn show_columns(&self, are_shown: bool) {
        self.are_columns_shown.set(are_shown);
        for (view, is_pressed) in self.views.iter().zip([!are_shown, are_shown]) {
            dom::set(view, "aria-pressed", if is_pressed { "true" } else { "false" });
        }
    }

    pub fn copy(&self, Copied { text, said }: Copied) {
        let copied = self.copied.clone();
        spawn_local(async move {
            let written = match web_sys::window() {
                Some(window) => {
                    JsFuture::from(window.navigator().clipboard().write_text(&text)).await.is_ok()
                }
                None => false,
            };
            copied.set_text_content(Some(if written {
                &said
            } else {
                "The browser does not let this page copy."
            }));
        });
    }
}

fn filter(sheet: &Sheet, explorer: &Weak<Explorer>) -> HtmlElement {
    let group = dom::new("div", "grid-filter");
    dom::set(&group, "role", "group");
    dom::set(&group, "aria-label", "Which rows to show");
    let column: HtmlSelectElement = dom::new("select", "").unchecked_into();
    dom::set(&column, "aria-label", "Column to filter by");
    option(&column, "", "Any column");
    for place in 0..sheet.columns() {
        option(&column, &place.to_string(), sheet.name(place));
    }
    let test: HtmlSelectElement = dom::new("select", "").unchecked_into();
    dom::set(&test, "aria-label", "What to ask of it");
    for (place, one) in Test::ALL.iter().enumerate() {
        option(&test, &place.to_string(), one.title());
    }
    let text: HtmlInputElement = dom::new("input", "").unchecked_into();
    dom::set(&text, "type", "search");
    dom::set(&text, "aria-label", "Filter by");
    dom::set(&text, "placeholder", "Filter the rows");
    dom::put_all(&group, &[&column, &test, &text]);
    let kinds: Vec<Kind> = (0..sheet.columns()).map(|column| sheet.kind(column)).collect();
    let changed = {
        let (column, test, text) = (column.clone(), test.clone(), text.clone());
        move |explorer: &Rc<Explorer>| {
            let asked = test.value().parse().ok().and_then(|place: usize| Test::ALL.get(place).copied());
            let asked = asked.unwrap_or(Test::Contains);
            let column: Option<usize> = column.value().parse().ok();
            dom::show(&text, asked.needs_text());
            text.set_placeholder(match column.and_then(|column| kinds.get(column)) {
                Some(Kind::Date | Kind::DateTime | Kind::Instant) => "such as 2026-10-02",
                Some(Kind::Number) => "a number",
                _ => "Filter the rows",
            });
            let typed = text.value();
            let (number, day) = (explorer.locale.number_in(&typed), Locale::day_in(&typed));
            let is_any = asked.needs_text() && typed.trim().is_empty();
            let filter = Filter { column, test: asked, text: typed, number, day };
            explorer.filter((!is_any).then_some(filter));
        }
    };
    on(&text, "input", explorer, changed.clone());
    on(&test, "change", explorer, changed.clone());
    on(&column, "change", explorer, changed);
    group
}

fn option(select: &HtmlElement, value: &str, title: &str) {
    let option = dom::text("option", "", title);
    dom::set(&option, "value", value);
    dom::put(select, &option);
}

fn on(target: &HtmlElement, event: &str, explorer: &Weak<Explorer>, act: impl Fn(&Rc<Explorer>) + 'static) {
    let explorer = explorer.clone();
    dom::on(target, event, move |_| {
        if let Some(explorer) = explorer.upgrade() {
            act(&explorer);
        }
    });
}
