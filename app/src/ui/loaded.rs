//! A page that waits for a use case: the page, or an error with its true status and a way on.

use leptos::prelude::*;
use loggia_catalog::CatalogError;

use crate::pages::error::failed;
use crate::request::Request;

/// Renders what `load` brings. Everything is awaited before the first byte is sent.
pub fn loaded<Load, Loading>(load: Load) -> impl IntoView
where
    Load: FnOnce(Request) -> Loading + Send + 'static,
    Loading: Future<Output = Result<AnyView, CatalogError>> + Send + 'static,
{
    // Once, and not by a closure: a suspense tries its closures out before it renders them, and a page that
    // is loaded twice counts two visits and takes a refused form's words away from itself.
    let page = Suspend::new(async move {
        let request = Request::current()?;
        Some(match load(request.clone()).await {
            Ok(page) => page,
            Err(error) => failed(&request, &error),
        })
    });
    view! { <Suspense fallback=|| ()>{page}</Suspense> }
}
