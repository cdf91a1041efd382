//! Keys: `/` goes to the search box, `j` and `k` walk the results, Enter opens as it always does.

use leptos::prelude::*;

#[island]
pub fn Shortcuts() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        let handle = window_event_listener(leptos::ev::keydown, |event| pressed(&event));
        on_cleanup(move || handle.remove());
        count_visit_ahead();
    }
    view! { <span class="hidden" aria-hidden="true"></span> }
}

/// A page that was fetched ahead is counted when somebody sees it.
#[cfg(feature = "hydrate")]
fn count_visit_ahead() {
    let Some(uncounted) = document().query_selector("[data-uncounted]").ok().flatten() else { return };
    let Some(urn) = uncounted.get_attribute("data-uncounted") else { return };
    leptos::task::spawn_local(async move {
        // A visit that cannot be counted is lost, and nobody waits for it.
        let _uncounted = crate::forms::count_visit(urn).await;
    });
}

#[cfg(feature = "hydrate")]
fn pressed(event: &web_sys::KeyboardEvent) {
    use wasm_bindgen::JsCast;
    use web_sys::HtmlElement;

    let typing =
        event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()).is_some_and(|target| {
            matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                || target.is_content_editable()
        });
    if typing || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    match event.key().as_str() {
        "/" => {
            if let Some(box_) =
                document().get_element_by_id("q").and_then(|found| found.dyn_into::<HtmlElement>().ok())
            {
                event.prevent_default();
                let _focused = box_.focus();
            }
        }
        "j" => walk(1),
        "k" => walk(-1),
        _ => {}
    }
}

/// Moves the focus along the names of the results.
#[cfg(feature = "hydrate")]
fn walk(step: i64) {
    use wasm_bindgen::JsCast;
    use web_sys::HtmlElement;

    let Ok(links) = document().query_selector_all(".result-name a") else { return };
    let focused = document().active_element();
    let mut at = None;
    for place in 0..links.length() {
        let is_focused = links
            .item(place)
            .is_some_and(|link| focused.as_ref().is_some_and(|focused| link.is_same_node(Some(focused))));
        if is_focused {
            at = Some(i64::from(place));
        }
    }
    let next = at.map_or(0, |at| at + step).clamp(0, i64::from(links.length()) - 1);
    let next = u32::try_from(next).ok().and_then(|next| links.item(next));
    if let Some(link) = next.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        let _focused = link.focus();
    }
}
