//! The WASM entry point: brings the islands of a page to life.

// The crate must be named, or the islands' exports vanish.
use loggia_app as _;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
