//! Numbers and times as the reader's browser writes them.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::prelude::*;

pub struct Locale {
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
        Self {
            count: Intl::NumberFormat::new(&Array::new(), &Object::new()).format(),
            number: Intl::NumberFormat::new(&Array::new(), &object(&number)).format(),
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
