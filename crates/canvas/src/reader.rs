//! The worker that reads (`js/reader.js`): one file at a time. One that failed is ended, and what it had taken is
//! free again; one that did well waits for the next file, with its module compiled.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::Settings;
use crate::dom;

pub enum Said {
    Rows(Rows),
    /// Why it cannot be shown; goes on from the name of what was read.
    Refused(String),
}

pub struct Rows {
    pub bytes: Vec<u8>,
    /// The beginning of a CSV text; otherwise an Arrow stream.
    pub is_csv: bool,
    /// The text goes on.
    pub is_cut: bool,
    /// Rows and columns of the whole file, where it says so.
    pub total: Option<u64>,
    pub width: Option<u64>,
    /// Nothing follows.
    pub is_last: bool,
}

thread_local! {
    /// The one that waits for the next file.
    static IDLE: RefCell<Option<Worker>> = const { RefCell::new(None) };
}

/// Longer than any file takes that can be shown at all.
const PATIENCE: i32 = 30_000;

/// Reads the file, or else the sample, and says so.
pub fn read(settings: &Settings, file: Option<&File>, said: impl Fn(Said) + 'static) {
    let Some(worker) = IDLE.take().or_else(|| start(settings)) else {
        return said(Said::Refused("cannot be read: this browser starts no reader".to_owned()));
    };
    let reading = Rc::new(Reading { worker, said, listening: RefCell::default(), late: Cell::default() });
    reading.listen();
    let asked = ask(settings, file);
    if asked.is_err() || reading.worker.post_message(&asked.unwrap_or_default()).is_err() {
        reading.end(Some("cannot be handed to its reader".to_owned()));
    }
}

/// Keeps a worker that has been started for the next file.
pub fn keep(worker: Worker) {
    IDLE.set(Some(worker));
}

fn start(settings: &Settings) -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&settings.reader, &options).ok()
}

fn ask(settings: &Settings, file: Option<&File>) -> Result<JsValue, JsValue> {
    let parquet = Object::new();
    Reflect::set(&parquet, &"js".into(), &settings.parquet.js.as_str().into())?;
    Reflect::set(&parquet, &"wasm".into(), &settings.parquet.wasm.as_str().into())?;
    let ask = Object::new();
    Reflect::set(&ask, &"parquet".into(), &parquet)?;
    match file {
        Some(file) => Reflect::set(&ask, &"file".into(), file)?,
        None => Reflect::set(&ask, &"sample".into(), &settings.sample.as_str().into())?,
    };
    Ok(ask.into())
}

struct Reading<F> {
    worker: Worker,
    said: F,
    /// What hears of the worker; each holds this reading until it has ended.
    listening: RefCell<Vec<Heard>>,
    late: Cell<Option<i32>>,
}

type Heard = Closure<dyn FnMut(JsValue)>;

impl<F: Fn(Said) + 'static> Reading<F> {
    fn listen(self: &Rc<Self>) {
        let heard = {
            let reading = self.clone();
            Heard::new(move |event: JsValue| reading.hear(event.unchecked_ref()))
        };
        self.worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        let broken = {
            let reading = self.clone();
            Heard::new(move |event: JsValue| {
                let event: &web_sys::Event = event.unchecked_ref();
                event.prevent_default();
                reading.end(Some("cannot be decoded: it ended its reader".to_owned()));
            })
        };
        self.worker.set_onerror(Some(broken.as_ref().unchecked_ref()));
        let late = {
            let reading = self.clone();
            Heard::new(move |_| {
                reading.end(Some(format!("takes longer than {} seconds to read", PATIENCE / 1_000)));
            })
        };
        self.late.set(dom::after(PATIENCE, late.as_ref().unchecked_ref()));
        self.listening.borrow_mut().extend([heard, broken, late]);
    }

    fn hear(self: &Rc<Self>, event: &MessageEvent) {
        let data = event.data();
        let get = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
        if let Some(why) = get("refused").as_string() {
            return self.end(Some(why));
        }
        let rows = Rows {
            bytes: Uint8Array::new(get("rows").unchecked_ref::<ArrayBuffer>()).to_vec(),
            is_csv: get("isCsv").is_truthy(),
            is_cut: get("isCut").is_truthy(),
            total: whole(&get("total")),
            width: whole(&get("width")),
            is_last: get("isLast").is_truthy(),
        };
        let is_last = rows.is_last;
        (self.said)(Said::Rows(rows));
        if is_last {
            self.end(None);
        }
    }

    fn end(self: &Rc<Self>, refused: Option<String>) {
        if self.worker.onmessage().is_none() {
            return;
        }
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        if let Some(late) = self.late.take() {
            dom::call_off(late);
        }
        // What listens is at work at this moment, and goes once it has done.
        let me = self.clone();
        let forgotten = Closure::once_into_js(move || drop(me.listening.take()));
        let _soon = dom::after(0, forgotten.unchecked_ref());
        match refused {
            None => IDLE.set(Some(self.worker.clone())),
            Some(why) => {
                self.worker.terminate();
                (self.said)(Said::Refused(why));
            }
        }
    }
}

fn whole(number: &JsValue) -> Option<u64> {
    let number = number.as_f64().filter(|number| *number >= 0.0)?;
    Some(number as u64)
}
