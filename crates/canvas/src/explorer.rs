//! One sample or file that is open: its bar, its grid, and what stands beside it.

mod bar;
mod columns;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, File, HtmlElement, KeyboardEvent, MouseEvent};

use self::bar::Bar;
use crate::Settings;
use crate::about::About;
use crate::alike;
use crate::dom;
use crate::figures::Figures;
use crate::grid::selection::{Place, Selection, moved};
use crate::grid::{self, Grid, Shown};
use crate::locale::Locale;
use crate::reader::{self, Said};
use crate::sheet::{self, Filter, Sheet, Sort};

thread_local! {
    /// The one that is open: listeners hold it weakly, so that it goes when another is opened.
    static OPEN: RefCell<Option<Rc<Explorer>>> = const { RefCell::new(None) };
    /// Grows with each that is opened: what is still read of an earlier one is nobody's any more.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

pub struct Explorer {
    grid: Grid,
    bar: Bar,
    about: About,
    columns: HtmlElement,
    locale: Locale,
    figures: Figures,
    shown: RefCell<Shown>,
    filter: RefCell<Option<Filter>>,
    is_figuring: Cell<bool>,
    /// When it was scrolled last, in milliseconds of the page.
    scrolled: Cell<f64>,
}

/// The figures of a column take longer than a frame: they wait until the reader has stopped for so long, in
/// milliseconds.
const REST: i32 = 80;

/// What the keys do, in the order in which one needs them.
const KEYS: &str = "Arrows, Page Up and Page Down, Home and End move; with Shift they choose. Alt and an arrow up or down \
                    sorts by the column. Enter goes to the value, Escape comes back. Ctrl+C copies what is chosen.";

/// Text for somewhere else, and what to say of it.
pub struct Copied {
    text: String,
    said: String,
}

/// Reads it, and shows it as it comes.
pub fn open(root: Element, settings: Settings, file: Option<File>) {
    OPEN.take();
    let turn = TURN.get() + 1;
    TURN.set(turn);
    dom::set(&root, "data-state", "reading");
    dom::clear(&root);
    let reading = dom::text("p", "quiet", "Reading…");
    dom::set(&reading, "role", "status");
    dom::put(&root, &reading);
    let name = file.as_ref().map(File::name);
    let what = name.clone().unwrap_or_else(|| "The sample".to_owned());
    let said = {
        let settings = settings.clone();
        move |said| {
            if TURN.get() != turn {
                return;
            }
            let rows = match said {
                Said::Rows(rows) => rows,
                Said::Refused(why) => {
                    // What is shown already stands; what would have followed does not.
                    if let Some(explorer) = OPEN.with_borrow(Option::clone) {
                        explorer.bar.say(&format!("No more rows: {what} {why}."));
                        return dom::set(&root, "data-state", "whole");
                    }
                    return dom::refuse(&root, &format!("{what} {why}."));
                }
            };
            let sheet = match Sheet::of(&rows) {
                Ok(sheet) => sheet,
                Err(why) => return dom::refuse(&root, &format!("{what} {why}.")),
            };
            let is_open = OPEN.with_borrow(Option::clone);
            match is_open {
                Some(explorer) => explorer.take(sheet),
                None => {
                    let explorer = Explorer::show(&root, sheet, name.clone(), &settings);
                    OPEN.set(Some(explorer));
                }
            }
            dom::set(&root, "data-state", if rows.is_last { "whole" } else { "shown" });
        }
    };
    reader::read(&settings, file.as_ref(), said);
}

impl Explorer {
    fn show(root: &Element, sheet: Sheet, file: Option<String>, settings: &Settings) -> Rc<Self> {
        dom::clear(root);
        let label = format!("Rows of {}", file.as_deref().unwrap_or("the sample"));
        let question = file.is_some().then(|| alike::question(&sheet, &settings.alike));
        let view = sheet.view(None, None);
        let shown = Shown { sheet, view, sort: None, selection: Selection::default() };
        let explorer = Rc::new_cyclic(|me: &Weak<Self>| Self {
            grid: Grid::new(&label),
            bar: Bar::new(&shown.sheet, file, me),
            about: About::new(),
            columns: dom::new("div", "sheet-columns"),
            locale: Locale::of_the_reader(),
            figures: Figures::default(),
            shown: RefCell::new(shown),
            filter: RefCell::new(None),
            is_figuring: Cell::new(false),
            scrolled: Cell::new(f64::NEG_INFINITY),
        });
        let beside = dom::new("div", "grid-beside");
        dom::put_all(&beside, &[&explorer.grid.scroller, &explorer.about.element]);
        let keys = dom::text("p", "grid-keys quiet", KEYS);
        keys.set_id(grid::KEYS);
        dom::put(root, &explorer.bar.element);
        if let Some(question) = question {
            dom::put(root, &question);
        }
        dom::put_all(root, &[&beside, &keys, &explorer.columns]);
        explorer.listen();
        explorer.grid.take(&explorer.shown.borrow());
        explorer.draw();
        explorer.tell();
        // The button that was pressed is gone; what it brought takes its place.
        if dom::is_focus_lost() {
            let _focused = explorer.grid.scroller.focus();
        }
        explorer
    }

    /// More of the same rows have come.
    fn take(self: &Rc<Self>, sheet: Sheet) {
        self.figures.forget();
        {
            let mut shown = self.shown.borrow_mut();
            shown.sheet = sheet;
            // The rows that are shown are found below.
            shown.view.clear();
        }
        self.grid.take(&self.shown.borrow());
        self.arrange();
    }

    pub fn filter(self: &Rc<Self>, filter: Option<Filter>) {
        *self.filter.borrow_mut() = filter;
        self.arrange();
    }

    fn sort(self: &Rc<Self>, column: usize) {
        let sort = self.shown.borrow().sort;
        self.shown.borrow_mut().sort = Sort::after(sort, column);
        self.arrange();
    }

    /// Finds the rows to show, and shows them.
    fn arrange(self: &Rc<Self>) {
        {
            let mut shown = self.shown.borrow_mut();
            shown.view = shown.sheet.view(self.filter.borrow().as_ref(), shown.sort);
            let last = shown.view.len().saturating_sub(1);
            let at = shown.selection.at;
            shown.selection = Selection::one(Place { row: at.row.min(last), column: at.column });
        }
        self.grid.arrange(&self.shown.borrow());
        self.draw();
        self.tell();
        self.list_columns();
    }

    fn choose(self: &Rc<Self>, place: Place, is_extended: bool) {
        {
            let mut shown = self.shown.borrow_mut();
            shown.selection = shown.selection.to(place, is_extended);
        }
        self.grid.reveal(place);
        self.grid.stale();
        self.draw();
        self.tell();
    }

    fn draw(self: &Rc<Self>) {
        self.grid.draw(&self.shown.borrow(), &self.locale, &self.figures);
        self.figure();
    }

    fn scrolled(self: &Rc<Self>) {
        self.scrolled.set(dom::now());
        self.draw();
    }

    /// Makes the figures of one column that is seen, and then of the next, while nothing is scrolled.
    fn figure(self: &Rc<Self>) {
        if self.is_figuring.get() || self.grid.without_figures(&self.figures).is_none() {
            return;
        }
        self.is_figuring.set(true);
        let me = Rc::downgrade(self);
        let act = move || {
            let Some(explorer) = me.upgrade() else { return };
            explorer.is_figuring.set(false);
            if !explorer.is_scrolling()
                && let Some(column) = explorer.grid.without_figures(&explorer.figures)
            {
                let _made = explorer.figures.of(&explorer.shown.borrow().sheet, column);
                explorer.draw();
            } else {
                explorer.figure();
            }
        };
        if self.is_scrolling() { dom::later(REST, act) } else { dom::next_frame(act) }
    }

    fn is_scrolling(&self) -> bool {
        dom::now() - self.scrolled.get() < f64::from(REST)
    }

    /// In words: how many rows, and what is chosen.
    fn tell(&self) {
        let shown = self.shown.borrow();
        self.about.tell(&shown, &self.figures, &self.locale);
        self.bar.tell(&shown, self.filter.borrow().as_ref(), &self.locale);
    }

    /// Shows every column in a line, instead of the rows.
    pub fn show_columns(self: &Rc<Self>, are_shown: bool) {
        let beside = self.grid.scroller.parent_element();
        if let Some(beside) = beside {
            dom::show(&beside, !are_shown);
        }
        dom::show(&self.columns, are_shown);
        self.bar.show_columns(are_shown);
        self.list_columns();
        if !are_shown {
            self.grid.stale();
            self.draw();
        }
    }

    fn list_columns(self: &Rc<Self>) {
        if self.bar.are_columns_shown() {
            columns::list(&self.columns, self.clone(), columns::A_PAGE);
        }
    }

    /// What is chosen, or else all that is shown.
    fn copied(&self, as_markdown: bool) -> Copied {
        let shown = self.shown.borrow();
        let (rows, columns) = if shown.selection.is_several() {
            (shown.selection.rows(), shown.selection.columns())
        } else {
            (0..shown.view.len(), 0..shown.sheet.columns())
        };
        let places = shown.view.get(rows).unwrap_or_default();
        let (height, width) = (places.len(), columns.len());
        let (text, kind) = if as_markdown {
            (shown.sheet.as_markdown(places, columns), "Markdown")
        } else {
            (shown.sheet.as_csv(places, columns), "CSV")
        };
        let count = |count: usize| self.locale.count(count as u64);
        let rows = format!("{} {}", count(height), if height == 1 { "row" } else { "rows" });
        let columns = format!("{} {}", count(width), if width == 1 { "column" } else { "columns" });
        Copied { text, said: format!("Copied {rows} by {columns} as {kind}.") }
    }

    /// Several cells as CSV; of one its value, as it is.
    fn copied_of_the_choice(&self) -> Copied {
        let shown = self.shown.borrow();
        if shown.selection.is_several() {
            return self.copied(false);
        }
        let at = shown.selection.at;
        let row = shown.view.get(at.row).copied().unwrap_or(usize::MAX);
        Copied {
            text: shown.sheet.text(at.column, row, sheet::LONGEST),
            said: "Copied the value.".to_owned(),
        }
    }

    fn listen(self: &Rc<Self>) {
        let scroller = &self.grid.scroller;
        self.on(scroller, "scroll", |me, _| me.scrolled());
        self.on(scroller, "keydown", |me, event| me.pressed(event.unchecked_ref()));
        self.on(scroller, "click", |me, event| me.clicked(event.unchecked_ref()));
        self.on(scroller, "mousedown", |me, event| me.began(event.unchecked_ref()));
        self.on(scroller, "mousemove", |me, event| me.dragged(event.unchecked_ref()));
        self.on(&self.about.element, "keydown", |me, event| {
            if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
                let _focused = me.grid.scroller.focus();
            }
        });
        self.on(scroller, "dblclick", |me, _| {
            let _focused = me.about.element.focus();
        });
        let me = Rc::downgrade(self);
        let resized = wasm_bindgen::closure::Closure::<dyn FnMut()>::new(move || {
            if let Some(explorer) = me.upgrade() {
                explorer.draw();
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            observer.observe(scroller);
        }
        resized.forget();
    }

    fn on(self: &Rc<Self>, target: &HtmlElement, event: &str, act: impl Fn(&Rc<Self>, Event) + 'static) {
        let me = Rc::downgrade(self);
        dom::on(target, event, move |event| {
            if let Some(explorer) = me.upgrade() {
                act(&explorer, event);
            }
        });
    }

    fn clicked(self: &Rc<Self>, event: &MouseEvent) {
        let head = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok()?.closest(".grid-sort").ok()?);
        if let Some(column) = head.and_then(|head| head.get_attribute("data-column")?.parse().ok()) {
            self.sort(column);
        }
    }

    fn began(self: &Rc<Self>, event: &MouseEvent) {
        let place = self.grid.at(event, self.shown.borrow().view.len());
        if let Some(place) = place.filter(|_| event.button() == 0) {
            self.choose(place, event.shift_key());
        }
    }

    fn dragged(self: &Rc<Self>, event: &MouseEvent) {
        let (rows, at) = (self.shown.borrow().view.len(), self.shown.borrow().selection.at);
        let place = self.grid.at(event, rows).filter(|place| event.buttons() == 1 && *place != at);
        if let Some(place) = place {
            self.choose(place, true);
        }
    }

    fn pressed(self: &Rc<Self>, event: &KeyboardEvent) {
        let with_control = event.ctrl_key() || event.meta_key();
        let (at, rows, columns) = {
            let shown = self.shown.borrow();
            (shown.selection.at, shown.view.len(), shown.sheet.columns())
        };
        match event.key().as_str() {
            "c" if with_control => self.bar.copy(self.copied_of_the_choice()),
            "Enter" => {
                let _focused = self.about.element.focus();
            }
            "ArrowUp" | "ArrowDown" if event.alt_key() => self.sort(at.column),
            "Escape" => self.choose(at, false),
            key => match moved(key, with_control, at, rows, columns, self.grid.a_page()) {
                Some(place) => self.choose(place, event.shift_key()),
                None => return,
            },
        }
        event.prevent_default();
    }
}
