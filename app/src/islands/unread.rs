//! How much one has not read, and how much there is to do, as it changes: one stream a browser, however many tabs it has.
//!
//! The tab that holds the lock has the stream, and tells the others; when it goes, the next gets the lock.

use leptos::prelude::*;

#[island]
pub fn Unread(count: u64, to_do: u64) -> impl IntoView {
    let (count, to_do) = (RwSignal::new(count), RwSignal::new(to_do));
    #[cfg(feature = "hydrate")]
    stream::begin(stream::Shown { count, to_do });
    let told = |many: u64| if many > 99 { "99+".to_owned() } else { many.to_string() };
    let unread = move || {
        let many = count.get();
        (many > 0).then(
            || view! { <span class="unread">{told(many)}<span class="hidden">" not read"</span></span> },
        )
    };
    let waiting = move || {
        let many = to_do.get();
        (many > 0)
            .then(|| view! { <span class="to-do">{told(many)}<span class="hidden">" to do"</span></span> })
    };
    view! { {unread} " " {waiting} }
}

#[cfg(feature = "hydrate")]
mod stream {
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::prelude::*;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::js_sys::{Function, Promise, Reflect};
    use web_sys::{AbortController, BroadcastChannel, EventSource, MessageEvent};

    /// The name of lock and channel.
    const NAME: &str = "loggia-unread";
    /// Whoever only passes through a page opens nothing.
    const AFTER: Duration = Duration::from_secs(2);
    /// Whoever is not answered as a stream is asked again.
    const AFTER_A_FAILURE: Duration = Duration::from_secs(30);

    #[derive(Clone, Copy)]
    pub struct Shown {
        pub count: RwSignal<u64>,
        pub to_do: RwSignal<u64>,
    }

    /// What ends with the page, or while it is kept aside.
    struct Open {
        channel: BroadcastChannel,
        asked: AbortController,
        source: Option<EventSource>,
        /// Gives the lock back.
        release: Option<Function>,
    }

    type Held = Rc<RefCell<Option<Open>>>;

    pub fn begin(shown: Shown) {
        let held: Held = Rc::default();
        let first = held.clone();
        set_timeout(move || open(shown, &first), AFTER);
        let ended = held.clone();
        on_window("pagehide", move |_| close(&ended));
        // A page that was kept aside comes back as it was.
        on_window("pageshow", move |event| {
            let is_back =
                Reflect::get(&event, &"persisted".into()).is_ok_and(|persisted| persisted.is_truthy());
            if is_back {
                open(shown, &held);
            }
        });
    }

    fn open(shown: Shown, held: &Held) {
        if held.borrow().is_some() {
            return;
        }
        let (Ok(channel), Ok(asked)) = (BroadcastChannel::new(NAME), AbortController::new()) else { return };
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            shown.tell(&event.data());
        });
        channel.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
        *held.borrow_mut() = Some(Open { channel, asked, source: None, release: None });
        // Where there are no locks, the count is that of the page.
        let _without = ask(shown, held);
    }

    fn close(held: &Held) {
        let Some(open) = held.borrow_mut().take() else { return };
        open.channel.close();
        open.asked.abort();
        if let Some(source) = open.source {
            source.close();
        }
        if let Some(release) = open.release {
            let _released = release.call0(&JsValue::NULL);
        }
    }

    /// Asks for the lock (Web Locks API), and has the stream as soon as it is there.
    fn ask(shown: Shown, held: &Held) -> Result<(), JsValue> {
        let locks = Reflect::get(&window().navigator(), &"locks".into())?;
        let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
        let options = web_sys::js_sys::Object::new();
        if let Some(open) = held.borrow().as_ref() {
            Reflect::set(&options, &"signal".into(), &open.asked.signal())?;
        }
        let leader = held.clone();
        let granted = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
            lead(shown, &leader).unwrap_or(JsValue::UNDEFINED)
        });
        let asked: Promise = request.call3(&locks, &NAME.into(), &options, &granted)?.dyn_into()?;
        // A page that goes takes its question back.
        let taken_back = Closure::<dyn FnMut(JsValue)>::new(|_why| {});
        let _handled = asked.catch(&taken_back);
        taken_back.forget();
        Ok(())
    }

    /// The promise that holds the lock until this page goes.
    fn lead(shown: Shown, held: &Held) -> Option<JsValue> {
        let held_again = held.clone();
        let mut held = held.borrow_mut();
        let stream = held.as_mut()?;
        let source = EventSource::new("/events").ok()?;
        let channel = stream.channel.clone();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if shown.tell(&event.data()) {
                let _told = channel.post_message(&event.data());
            }
        });
        source.add_event_listener_with_callback("unread", heard.into_js_value().unchecked_ref()).ok()?;
        let (lost, lost_held) = (source.clone(), held_again);
        let ended = Closure::<dyn Fn(JsValue)>::new(move |_| {
            // It comes again by itself, unless the answer was no stream: then another tab may, or this one, later.
            if lost.ready_state() == EventSource::CLOSED {
                close(&lost_held);
                let later = lost_held.clone();
                set_timeout(move || open(shown, &later), AFTER_A_FAILURE);
            }
        });
        source.set_onerror(Some(ended.into_js_value().unchecked_ref()));
        stream.source = Some(source);
        let mut release = None;
        let promise = Promise::new(&mut |resolve, _| release = Some(resolve));
        stream.release = release;
        Some(promise.into())
    }

    impl Shown {
        /// `3 1`: not read, and to do.
        fn tell(self, data: &JsValue) -> bool {
            let Some((count, to_do)) = data.as_string().and_then(|data| numbers(&data)) else { return false };
            self.count.set(count);
            self.to_do.set(to_do);
            true
        }
    }

    fn numbers(data: &str) -> Option<(u64, u64)> {
        let (count, to_do) = data.split_once(' ')?;
        Some((count.parse().ok()?, to_do.parse().ok()?))
    }

    fn on_window(name: &str, act: impl Fn(JsValue) + 'static) {
        let act = Closure::<dyn Fn(JsValue)>::new(act);
        let _listening = window().add_event_listener_with_callback(name, act.into_js_value().unchecked_ref());
    }
}
