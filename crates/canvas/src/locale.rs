//! Numbers and times as the reader's browser writes them.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::prelude::*;

pub struct Locale {
    /// What stands between thousands, and before a fraction.
    marks: (char, char),
    /// By the digits after the mark: amounts stand below each other.
    decimals: RefCell<HashMap<u8, Function>>,
    number: Function,
    count: Function,
    date: Function,
    date_time: Function,
    instant: Function,
}

/// What dates of JavaScript can be (ECMAScript, 21.4.1.1), in milliseconds.
const FURTHEST: f64 = 8.64e15;

impl Locale {
    pub fn of_the_reader() -> Self {
        // Years are numbers as often as not: four digits stay together.
        let number = [("maximumFractionDigits", JsValue::from(20)), ("useGrouping", "min2".into())];
        let day = || ("dateStyle", JsValue::from("medium"));
        let time = || ("timeStyle", JsValue::from("medium"));
        // What has no zone is shown as it is written.
        let as_written = || ("timeZone", JsValue::from("UTC"));
        let dates =
            |options: &[(&str, JsValue)]| Intl::DateTimeFormat::new(&Array::new(), &object(options)).format();
        let number = Intl::NumberFormat::new(&Array::new(), &object(&number)).format();
        Self {
            marks: marks(&number),
            decimals: RefCell::default(),
            count: Intl::NumberFormat::new(&Array::new(), &Object::new()).format(),
            number,
            date: dates(&[day(), as_written()]),
            date_time: dates(&[day(), time(), as_written()]),
            instant: dates(&[day(), time()]),
        }
    }

    /// Of digits, which may be more than a number of JavaScript holds. What is none stays as it is.
    pub fn number(&self, digits: &str) -> String {
        let is_plain = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'));
        if is_plain && digits.parse::<f64>().is_ok() {
            call(&self.number, &digits.into()).unwrap_or_else(|| digits.to_owned())
        } else {
            digits.to_owned()
        }
    }

    /// Of a decimal number, with all the digits that its type has.
    pub fn decimal(&self, digits: &str) -> String {
        let after = digits.split_once('.').and_then(|(_, after)| u8::try_from(after.len()).ok());
        let Some(after) = after.filter(|after| (1..=20).contains(after)) else { return self.number(digits) };
        let mut decimals = self.decimals.borrow_mut();
        let format = decimals.entry(after).or_insert_with(|| {
            let options = ["minimumFractionDigits", "maximumFractionDigits"].map(|name| (name, after.into()));
            Intl::NumberFormat::new(&Array::new(), &object(&options)).format()
        });
        call(format, &digits.into()).unwrap_or_else(|| digits.to_owned())
    }

    /// The number that a reader has typed, in their own way of writing or as programs do.
    pub fn number_in(&self, text: &str) -> Option<f64> {
        let (thousands, fraction) = self.marks;
        let plain = text.chars().filter(|letter| *letter != thousands && !letter.is_whitespace());
        let plain: String = plain.map(|letter| if letter == fraction { '.' } else { letter }).collect();
        let is_plain = !plain.is_empty() && plain.bytes().all(|byte| b"0123456789.-+eE".contains(&byte));
        plain.parse().ok().filter(|_| is_plain)
    }

    /// The day that a reader has typed in words that the browser knows, as `2026-10-02`; `None` where it is
    /// written so already, or is no day.
    pub fn day_in(text: &str) -> Option<String> {
        let is_day = text.chars().any(char::is_alphabetic) || text.contains(['/', '.']);
        let at = Date::parse(text);
        if !is_day || !at.is_finite() {
            return None;
        }
        let day = Date::new(&at.into());
        let year = day.get_full_year();
        // A browser makes up the year that nobody wrote.
        text.contains(&year.to_string())
            .then(|| format!("{year:04}-{:02}-{:02}", day.get_month() + 1, day.get_date()))
    }

    pub fn count(&self, count: u64) -> String {
        call(&self.count, &count.to_string().into()).unwrap_or_else(|| count.to_string())
    }

    /// Of milliseconds since the epoch; `None` where no date can be so far from it.
    pub fn date(&self, milliseconds: f64) -> Option<String> {
        at(&self.date, milliseconds)
    }

    pub fn date_time(&self, milliseconds: f64) -> Option<String> {
        at(&self.date_time, milliseconds)
    }

    /// In the reader's own zone.
    pub fn instant(&self, milliseconds: f64) -> Option<String> {
        at(&self.instant, milliseconds)
    }
}

fn marks(number: &Function) -> (char, char) {
    let shown = call(number, &"12345.5".into()).unwrap_or_default();
    let mut marks = shown.chars().filter(|letter| !letter.is_numeric());
    match (marks.next(), marks.next()) {
        (Some(thousands), Some(fraction)) => (thousands, fraction),
        (Some(fraction), None) => (' ', fraction),
        _ => (',', '.'),
    }
}

fn at(format: &Function, milliseconds: f64) -> Option<String> {
    let date = (milliseconds.abs() <= FURTHEST).then(|| Date::new(&milliseconds.into()))?;
    call(format, &date.into())
}

fn call(format: &Function, value: &JsValue) -> Option<String> {
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

fn object(options: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in options {
        let _set = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
