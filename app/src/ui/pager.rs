//! Going through the pages of a list.

use leptos::prelude::*;

use super::links::with_query;

/// Links to the neighbouring pages; nothing where there is but one.
pub fn pager(path: String, query: &[(String, String)], name: &'static str, page: u32, pages: u32) -> AnyView {
    let rest: Vec<(String, String)> = query.iter().filter(|(known, _)| known != name).cloned().collect();
    let link = move |page: u32| {
        let mut query = rest.clone();
        if page > 1 {
            query.push((name.to_owned(), page.to_string()));
        }
        with_query(&path, &query)
    };
    let previous = (page > 1).then(|| view! { <a rel="prev" href=link(page - 1)>"Previous"</a> });
    let next = (page < pages).then(|| view! { <a rel="next" href=link(page + 1)>"Next"</a> });
    (pages > 1)
        .then(|| {
            view! {
                <nav class="pager" aria-label="Pages">
                    {previous}
                    <span>"Page " {page} " of " {pages}</span>
                    {next}
                </nav>
            }
        })
        .into_any()
}
