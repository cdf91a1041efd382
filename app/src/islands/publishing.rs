//! How far a publication of many is, while it goes on.

use leptos::prelude::*;

/// Without scripts it says how far it was when the page was made.
#[island]
pub fn Publishing(ticket: String, looked_at: u32, all: u32, is_done: bool) -> impl IntoView {
    let part = RwSignal::new((looked_at, all));
    #[cfg(feature = "hydrate")]
    if !is_done {
        followed(ticket, part);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (ticket, is_done);
    let value = move || part.get().0.to_string();
    let most = move || part.get().1.max(1).to_string();
    view! {
        <p>
            <progress value=value max=most aria-label="Looked at"></progress> " "
            <span role="status">{move || part.get().0} " of " {move || part.get().1}</span>
        </p>
    }
}

/// Asks how far it is, until it is over: then the page tells what came of it.
#[cfg(feature = "hydrate")]
fn followed(ticket: String, part: RwSignal<(u32, u32)>) {
    use std::time::Duration;

    const EVERY: Duration = Duration::from_millis(500);

    let is_over = RwSignal::new(false);
    let asking = set_interval_with_handle(
        move || {
            let ticket = ticket.clone();
            leptos::task::spawn_local(async move {
                match crate::forms::publishing_progress(ticket).await {
                    Ok(Some((looked_at, all, false))) => part.set((looked_at, all)),
                    Ok(_) => is_over.set(true),
                    // The next answer may come.
                    Err(_) => {}
                }
            });
        },
        EVERY,
    );
    let Ok(asking) = asking else { return };
    Effect::new(move |_| {
        if is_over.get() {
            asking.clear();
            // A page that cannot be had anew stays as it is.
            let _same = window().location().reload();
        }
    });
}
