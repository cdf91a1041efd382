//! A form that stays where it is: with scripts on, a submit keeps the reader's place.

use leptos::prelude::*;

/// Around a plain form that the server has rendered. Takes its submit over, and keeps what is typed, by the function at
/// `keep`, before it is saved; without scripts it does nothing, and the form works as it is.
#[island]
pub fn InPlace(keep: String, children: Children) -> impl IntoView {
    let message = RwSignal::new(String::new());
    #[cfg(not(feature = "hydrate"))]
    let (submit, typed) = {
        let _keep = keep;
        (|_: leptos::ev::SubmitEvent| {}, |_: leptos::ev::Event| {})
    };
    #[cfg(feature = "hydrate")]
    let typing = Typing::new(keep);
    #[cfg(feature = "hydrate")]
    let typed = {
        let typing = typing.clone();
        move |event: leptos::ev::Event| typing.goes_on(&event)
    };
    #[cfg(feature = "hydrate")]
    let submit = move |event: leptos::ev::SubmitEvent| taken_over(event, message, typing.clone());
    view! {
        <div class="in-place" on:submit=submit on:input=typed>
            {children()}
            <div class="outcome" role="status" tabindex="-1">
                {move || message.get()}
            </div>
        </div>
    }
}

/// Words that somebody types: kept when they pause, and when they leave the page.
#[cfg(feature = "hydrate")]
#[derive(Clone)]
struct Typing {
    keep: std::rc::Rc<str>,
    /// How often something was typed: who has gone on meanwhile, has not paused.
    count: std::rc::Rc<std::cell::Cell<u32>>,
    /// What has been typed and is not kept yet.
    pending: std::rc::Rc<std::cell::RefCell<Option<web_sys::HtmlFormElement>>>,
}

#[cfg(feature = "hydrate")]
impl Typing {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(1_200);

    fn new(keep: String) -> Self {
        let typing =
            Self { keep: keep.into(), count: std::rc::Rc::default(), pending: std::rc::Rc::default() };
        let left = typing.clone();
        let hidden = typing.clone();
        let listener = window_event_listener(leptos::ev::pagehide, move |_| left.pauses());
        // A phone may end a page that is hidden without another word.
        let looked_away = window_event_listener(leptos::ev::visibilitychange, move |_| {
            if document().hidden() {
                hidden.pauses();
            }
        });
        on_cleanup(move || {
            listener.remove();
            looked_away.remove();
        });
        typing
    }

    fn goes_on(&self, event: &leptos::ev::Event) {
        use wasm_bindgen::JsCast;
        use web_sys::{Element, HtmlFormElement};

        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let form = element.and_then(|element| element.closest("form").ok().flatten());
        let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
        let count = self.count.get().wrapping_add(1);
        self.count.set(count);
        self.pending.replace(Some(form));
        let typing = self.clone();
        set_timeout(
            move || {
                if typing.count.get() == count {
                    typing.pauses();
                }
            },
            Self::PAUSE,
        );
    }

    fn pauses(&self) {
        if let Some(form) = self.pending.take() {
            super::browser::keep(&form, &self.keep);
        }
    }

    /// What is being saved needs not be kept, unless the page is left before an answer is there.
    fn is_sent(&self, form: &web_sys::HtmlFormElement) -> u32 {
        self.count.set(self.count.get().wrapping_add(1));
        self.pending.replace(Some(form.clone()));
        self.count.get()
    }

    /// What was typed until then is where it should be; what was typed afterwards is not.
    fn has_arrived(&self, sent: u32) {
        if self.count.get() == sent {
            self.pending.take();
        }
    }

    /// What was not saved.
    fn keeps(&self, form: &web_sys::HtmlFormElement) {
        super::browser::keep(form, &self.keep);
    }
}

#[cfg(feature = "hydrate")]
fn taken_over(event: leptos::ev::SubmitEvent, message: RwSignal<String>, typing: Typing) {
    use super::browser::{refresh, send};
    use wasm_bindgen::JsCast;
    use web_sys::{HtmlElement, HtmlFormElement};

    let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else {
        return;
    };
    let sent = typing.is_sent(&form);
    // Whoever only wants to see how it looks, or does not want their words any more, gets the page anew.
    if event.submitter().is_some_and(|button| button.get_attribute("name").is_some()) {
        typing.has_arrived(sent);
        return;
    }
    event.prevent_default();
    leptos::task::spawn_local(async move {
        message.set("Saving…".into());
        match send(&form).await {
            Ok(outcome) if outcome.saved => {
                typing.has_arrived(sent);
                message.set(outcome.message);
                mark(&form, &[]);
                refresh(&form).await;
                if let Ok(Some(details)) = form.closest("details") {
                    let _closed = details.remove_attribute("open");
                    let summary = details.query_selector("summary").ok().flatten();
                    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok())
                    {
                        let _focused = summary.focus();
                    }
                }
            }
            Ok(outcome) => {
                // What somebody else has written meanwhile shows beside the words that wait to be saved, and are kept as those
                // of somebody who has seen it.
                refresh(&form).await;
                typing.has_arrived(sent);
                typing.keeps(&form);
                message.set(outcome.message);
                let wrong: Vec<String> = outcome.errors.into_iter().map(|error| error.message).collect();
                mark(&form, &wrong);
                focus_on_trouble(&form, !wrong.is_empty());
            }
            // What no server has heard of, it may when the page is left.
            Err(lost) => message.set(lost),
        }
    });
}

/// Says beside the field what is wrong with it, and takes that away again.
#[cfg(feature = "hydrate")]
fn mark(form: &web_sys::HtmlFormElement, wrong: &[String]) {
    if let Ok(Some(place)) = form.query_selector(".wrong") {
        place.set_text_content(Some(&wrong.join(" ")));
    }
    if let Ok(Some(field)) = form.query_selector("[name=value]:not([type=hidden])") {
        let _marked = if wrong.is_empty() {
            field.remove_attribute("aria-invalid")
        } else {
            field.set_attribute("aria-invalid", "true")
        };
    }
}

/// Takes the reader to the field that is wrong, which tells why; where no field is, to what was said.
#[cfg(feature = "hydrate")]
fn focus_on_trouble(form: &web_sys::HtmlFormElement, in_the_field: bool) {
    use wasm_bindgen::JsCast;

    let place = if in_the_field {
        form.query_selector("[aria-invalid]").ok().flatten()
    } else {
        let around = form.closest(".in-place").ok().flatten();
        around.and_then(|around| around.query_selector(".outcome").ok().flatten())
    };
    if let Some(place) = place.and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _focused = place.focus();
    }
}
