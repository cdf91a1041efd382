//! The title of a page, and what it says of itself to whoever lists it.

use leptos::prelude::*;

use super::escape::escaped;

/// What stands where a page has nothing of its own to say.
const PORTAL: &str = "Loggia: find the data you need, see whether to trust it and whose it is.";
/// Characters of a description; what lists pages shows no more.
const LONGEST: usize = 200;

/// The framework writes the text of a title as it is, so a name could close it and go on as markup.
#[component]
pub fn Title(
    #[prop(into)] text: String,
    /// Plain text; its first sentences describe the page.
    #[prop(optional, into)]
    about: String,
) -> impl IntoView {
    let about: String =
        if about.is_empty() { PORTAL.to_owned() } else { about.chars().take(LONGEST).collect() };
    view! {
        <leptos_meta::Title text=escaped(&text)/>
        <leptos_meta::Meta name="description" content=about/>
    }
}
