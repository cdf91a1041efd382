//! How far the trial of a policy is, while the page that tells of it is being made.

use leptos::prelude::*;

/// Around the button that asks for a trial. Without scripts it does nothing, and the browser shows that it waits.
#[island]
pub fn Trying(children: Children) -> impl IntoView {
    let told = RwSignal::new(String::new());
    let part = RwSignal::new(None::<(u32, u32)>);
    #[cfg(not(feature = "hydrate"))]
    let begin = |_: leptos::ev::MouseEvent| {};
    #[cfg(feature = "hydrate")]
    let begin = move |event: leptos::ev::MouseEvent| begun(&event, told, part);
    #[cfg(feature = "hydrate")]
    {
        // Whoever comes back to this page waits for nothing any more.
        let back = window_event_listener_untyped("pageshow", move |_| {
            told.set(String::new());
            part.set(None);
        });
        on_cleanup(move || back.remove());
    }
    let bar = move || {
        part.get().map(|(done, all)| {
            view! { <progress value=done.to_string() max=all.to_string() aria-label="People looked at"></progress> }
        })
    };
    view! {
        <span class="trying" on:click=begin>{children()}</span>
        <span class="outcome" role="status">{move || told.get()} " " {bar}</span>
    }
}

#[cfg(feature = "hydrate")]
fn begun(event: &leptos::ev::MouseEvent, told: RwSignal<String>, part: RwSignal<Option<(u32, u32)>>) {
    use std::time::Duration;

    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlFormElement, HtmlInputElement};

    const EVERY: Duration = Duration::from_millis(250);

    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let form = target.and_then(|target| target.closest("form").ok().flatten());
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
    let ticket = form.query_selector("input[name=ticket]").ok().flatten();
    let Some(ticket) = ticket.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else { return };
    if !form.check_validity() {
        return;
    }
    // It tells one's own trials apart, and is no secret.
    let since = window().performance().map_or(0.0, |clock| clock.time_origin() + clock.now());
    let name = format!("{since:.3}");
    ticket.set_value(&name);
    let ticket = name;
    told.set("Looking at what everybody would gain and lose…".into());
    let asking = set_interval_with_handle(
        move || {
            let ticket = ticket.clone();
            leptos::task::spawn_local(async move {
                if let Ok(Some(progress)) = crate::forms::trial_progress(ticket).await {
                    part.set(Some(progress));
                }
            });
        },
        EVERY,
    );
    let Ok(asking) = asking else { return };
    Effect::new(move |_| {
        if told.get().is_empty() {
            asking.clear();
        }
    });
}
