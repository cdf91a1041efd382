//! A file of the reader's own: what is in it, and whether the catalog has it already.

use leptos::prelude::*;

use crate::islands::explore::ExploreFile;
use crate::ui::explore;
use crate::ui::title::Title;

pub fn page() -> impl IntoView {
    let island = match explore::settings("") {
        Some(settings) => view! { <ExploreFile settings/> }.into_any(),
        None => {
            view! { <p class="note">"This build of Loggia has no browser's side, and cannot open files."</p> }
                .into_any()
        }
    };
    view! {
        <Title text="Open a file · Loggia" about="See what is in a Parquet or CSV file of yours, and whether the catalog has it already."/>
        <h1>"Open a file"</h1>
        <p class="lead">"See what is in a Parquet or CSV file of yours: its rows, the types of its columns, how their values lie, and whether the catalog has such a table already."</p>
        <p class="quiet">"The file stays on this machine. Your browser reads it; the names and types of its columns go to the catalog only when you ask whether it knows them."</p>
        <noscript><p class="note">"A file is read by your browser, which needs scripts for that: allow them for this page."</p></noscript>
        {island}
    }
}
