//! The way to the grid: a button on a preview, or a file of the reader's own. The grid itself is in a module
//! of its own (`crates/canvas`), which comes when somebody asks for it.

use leptos::prelude::*;

/// Around the first rows as the server shows them. `settings` tells the module where everything is.
#[island]
pub fn ExploreSample(settings: String, label: String, children: Children) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    let is_open = RwSignal::new(false);
    #[cfg(not(feature = "hydrate"))]
    let open = |_: leptos::ev::MouseEvent| {};
    #[cfg(feature = "hydrate")]
    let open = {
        let settings = settings.clone();
        move |_: leptos::ev::MouseEvent| {
            is_open.set(true);
            opened::open(&settings, place, None);
        }
    };
    let _ = &settings;
    view! {
        <div class="explore">
            <p class="needs-scripts" hidden=move || is_open.get()>
                <button r#type="button" class="explore-button" on:click=open>{label}</button>
            </p>
            <div class="explorer" node_ref=place></div>
            <div hidden=move || is_open.get()>{children()}</div>
        </div>
    }
}

/// A file from the reader's own disk, chosen or dropped. It is read here, and sent nowhere.
#[island]
pub fn ExploreFile(settings: String) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    let is_over = RwSignal::new(false);
    #[cfg(not(feature = "hydrate"))]
    let (chosen, dropped) = (|_: leptos::ev::Event| {}, |_: leptos::ev::DragEvent| {});
    #[cfg(feature = "hydrate")]
    let (chosen, dropped) = {
        let other = settings.clone();
        let chosen = move |event: leptos::ev::Event| {
            let input: web_sys::HtmlInputElement = event_target(&event);
            let file = input.files().and_then(|files| files.get(0));
            // Opened anew where the same file is chosen again.
            input.set_value("");
            if let Some(file) = file {
                opened::open(&settings, place, Some(file));
            }
        };
        let dropped = move |event: leptos::ev::DragEvent| {
            event.prevent_default();
            is_over.set(false);
            let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
            if let Some(file) = file {
                opened::open(&other, place, Some(file));
            }
        };
        (chosen, dropped)
    };
    #[cfg(not(feature = "hydrate"))]
    let _ = &settings;
    let over = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        is_over.set(true);
    };
    view! {
        <div class="explore">
            <div class="drop needs-scripts" class:over=move || is_over.get()
                on:dragover=over on:dragleave=move |_| is_over.set(false) on:drop=dropped>
                <label>
                    "Choose a Parquet or CSV file"
                    <input r#type="file" accept=".parquet,.parq,.csv,.tsv,.txt,.gz" on:change=chosen/>
                </label>
                <span class="quiet">"or drop it here"</span>
            </div>
            <div class="explorer" node_ref=place></div>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod opened {
    use leptos::html::Div;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::*;
    use web_sys::{Element, File};

    #[wasm_bindgen]
    extern "C" {
        /// Of the page's own script: a module cannot be imported from here.
        #[wasm_bindgen(js_namespace = loggia, js_name = open, catch)]
        async fn open_in(root: &Element, settings: &str, file: Option<File>) -> Result<JsValue, JsValue>;
    }

    pub fn open(settings: &str, place: NodeRef<Div>, file: Option<File>) {
        let Some(root) = place.get_untracked() else { return };
        let root: Element = root.unchecked_into();
        root.set_text_content(Some("Fetching the grid…"));
        let settings = settings.to_owned();
        leptos::task::spawn_local(async move {
            if open_in(&root, &settings, file).await.is_err() {
                root.set_text_content(Some(
                    "The grid could not be fetched. Is the catalog still there? Try again.",
                ));
                let _told = root.set_attribute("data-state", "refused");
            }
        });
    }
}
