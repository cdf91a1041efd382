//! The title of a page.

use leptos::prelude::*;

use super::escape::escaped;

/// The framework writes the text of a title as it is, so a name could close it and go on as markup.
#[component]
pub fn Title(#[prop(into)] text: String) -> impl IntoView {
    view! { <leptos_meta::Title text=escaped(&text)/> }
}
