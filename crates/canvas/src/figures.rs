//! What the values of a column are like, of the rows that are here: the same figures that a profile of the
//! whole table has (`loggia_quality`).

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use loggia_model::ColumnPath;
use loggia_quality::profile::{ColumnProfile, ColumnProfiler, Rows};
use web_sys::Element;

use crate::dom;
use crate::sheet::Sheet;

/// Values that are counted exactly: all of them.
const MOST_DISTINCT: usize = 8_192;

/// Profiles by column, made when they are first asked for.
#[derive(Default)]
pub struct Figures(RefCell<HashMap<usize, Rc<Option<ColumnProfile>>>>);

impl Figures {
    pub fn is_known(&self, column: usize) -> bool {
        self.0.borrow().contains_key(&column)
    }

    /// `None` of a column whose name or values have no profile.
    pub fn of(&self, sheet: &Sheet, column: usize) -> Rc<Option<ColumnProfile>> {
        if let Some(known) = self.0.borrow().get(&column) {
            return known.clone();
        }
        let made = Rc::new(profile(sheet, column));
        self.0.borrow_mut().insert(column, made.clone());
        made
    }

    pub fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

fn profile(sheet: &Sheet, column: usize) -> Option<ColumnProfile> {
    let array = sheet.array(column)?;
    let path = ColumnPath::top(sheet.name(column)).ok()?;
    let mut profiler = ColumnProfiler::new(path, array.data_type(), MOST_DISTINCT).ok()?;
    profiler.add(array, Rows { first: 0, total: array.len() as u64 }).ok()?;
    profiler.finish().into_iter().next()
}

/// How the values lie, as a picture of so many pixels; none where there is nothing to see.
pub fn picture(profile: &ColumnProfile, (width, height): (u32, u32)) -> Option<Element> {
    let (class, bars, says) = match &profile.histogram {
        Some(histogram) => {
            let show = |number| profile.kind.show(number);
            let (from, to) = (show(histogram.from), show(histogram.to));
            let says = format!("{} values from {from} to {to}", profile.present());
            ("chart bars", bars(&histogram.counts, width, height), says)
        }
        None => {
            // Of values that are nearly all different there is nothing to see.
            let is_seen = |count: u64| count > 1 && count.saturating_mul(100) >= profile.present();
            let most = profile.top.first().filter(|top| is_seen(top.count.value))?;
            let says = format!("most frequent: {}, {} times", most.value, most.count.value);
            ("chart shares", shares(profile, width, height), says)
        }
    };
    let picture = svg("svg")?;
    for (name, value) in [
        ("class", class),
        ("role", "img"),
        ("viewBox", &format!("0 0 {width} {height}")),
        ("width", &width.to_string()),
        ("height", &height.to_string()),
        ("preserveAspectRatio", "none"),
    ] {
        dom::set(&picture, name, value);
    }
    let title = svg("title")?;
    title.set_text_content(Some(&says));
    dom::put(&picture, &title);
    for Bar { x, y, width, height } in bars {
        let bar = svg("rect")?;
        for (name, value) in [("x", x), ("y", y), ("width", width), ("height", height)] {
            dom::set(&bar, name, &format!("{value:.2}"));
        }
        dom::put(&picture, &bar);
    }
    Some(picture)
}

struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Over equal bins, the highest as high as the picture.
fn bars(counts: &[u64], width: u32, height: u32) -> Vec<Bar> {
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = f64::from(width) / counts.len().max(1) as f64;
    let gap = if step > 3.0 { 1.0 } else { 0.0 };
    let bar = |(place, count): (usize, &u64)| {
        // What is there is seen, however little it is.
        let tall = if *count == 0 { 0.0 } else { (*count as f64 / most * f64::from(height)).max(1.0) };
        Bar {
            x: place as f64 * step,
            y: f64::from(height) - tall,
            width: (step - gap).max(0.5),
            height: tall,
        }
    };
    counts.iter().enumerate().map(bar).collect()
}

/// What is most frequent, side by side, low in the picture.
fn shares(profile: &ColumnProfile, width: u32, height: u32) -> Vec<Bar> {
    let present = profile.present().max(1) as f64;
    let tall = f64::from(height) / 3.0;
    let mut from = 0.0;
    let part = |count: u64| {
        let wide = count as f64 / present * f64::from(width);
        let x = from;
        from += wide;
        Bar { x, y: f64::from(height) - tall, width: (wide - 1.0).max(0.5), height: tall }
    };
    profile.top.iter().map(|top| top.count.value).map(part).collect()
}

fn svg(tag: &str) -> Option<Element> {
    dom::document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).ok()
}

/// `12%`, `0.3%`, `< 0.1%`.
pub fn percent(part: u64, of: u64) -> String {
    let percent = part as f64 / of.max(1) as f64 * 100.0;
    match percent {
        _ if part == 0 => "0%".to_owned(),
        percent if percent < 0.1 => "< 0.1%".to_owned(),
        percent if part < of && percent > 99.9 => "> 99.9%".to_owned(),
        percent if percent < 10.0 => format!("{percent:.1}%"),
        percent => format!("{percent:.0}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::of_csv;

    #[test]
    fn a_column_is_counted_once() {
        let sheet = of_csv("n,email\n1,a@b.example\n2,c@d.example\n,\n4,\n");
        let figures = Figures::default();
        let n = figures.of(&sheet, 0);
        let n = n.as_ref().as_ref().unwrap();
        assert_eq!((n.nulls, n.distinct.unwrap().value), (1, 3));
        assert!(figures.is_known(0) && !figures.is_known(1));
        assert!(Rc::ptr_eq(&figures.of(&sheet, 1), &figures.of(&sheet, 1)));
        figures.forget();
        assert!(!figures.is_known(0));
        assert!(figures.of(&sheet, 9).is_none());
    }

    #[test]
    fn shares_are_short_and_never_say_all_or_none_of_some() {
        assert_eq!(
            [percent(0, 9), percent(1, 9_999), percent(1, 30), percent(9_998, 9_999), percent(2, 2)],
            ["0%", "< 0.1%", "3.3%", "> 99.9%", "100%"]
        );
    }
}
