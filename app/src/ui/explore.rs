//! What the grid's module is told: where its parts are, and what to show.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::Serialize;

use crate::forms::Alike;
use crate::shell::{Canvas, Site};

#[derive(Serialize)]
struct Settings {
    #[serde(flatten)]
    canvas: Canvas,
    sample: String,
    alike: &'static str,
}

/// As JSON; `None` in a build without the browser's side. `sample` is where the rows are, empty for a file of
/// the reader's own.
pub fn settings(sample: &str) -> Option<String> {
    let canvas = use_context::<Site>()?.canvas?;
    let settings = Settings { canvas, sample: sample.to_owned(), alike: Alike::url() };
    serde_json::to_string(&settings).ok()
}
