//! The heavy part of the browser's side: a few thousand rows to look through, sort, filter and chart.
//!
//! A module of its own, which a small island loads when somebody opens a preview or a file. Parquet is read
//! by a worker ([`reader`]); here its rows, as Arrow, become a [`sheet::Sheet`], and that a grid.

mod about;
mod alike;
mod dom;
mod explorer;
mod figures;
mod grid;
mod locale;
mod reader;
mod sheet;
mod value;

use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::{Element, File, Worker};

/// What the island hands over.
#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    reader: String,
    parquet: Parquet,
    /// Where the sample is, unless a file is opened.
    #[serde(default)]
    sample: String,
    /// Where to ask which tables have such columns; empty where nobody asks.
    #[serde(default)]
    alike: String,
}

/// parquet-wasm, as the worker loads it.
#[derive(Debug, Clone, Deserialize)]
pub struct Parquet {
    js: String,
    wasm: String,
}

/// Shows the sample that the settings name, or the file, in this element. `reader` is a worker that the page has
/// started already. Whatever goes wrong is told there,
/// and `data-state` says how far it is: `reading`, `shown`, `whole` or `refused`.
#[wasm_bindgen]
pub fn open(root: Element, settings: &str, file: Option<File>, reader: Option<Worker>) {
    dom::tell_of_a_panic(&root);
    match serde_json::from_str::<Settings>(settings) {
        Ok(settings) => {
            if let Some(worker) = reader {
                reader::keep(worker);
            }
            explorer::open(root, settings, file);
        }
        Err(why) => {
            dom::refuse(&root, &format!("This page asks for the grid in a way that it does not know: {why}."))
        }
    }
}
