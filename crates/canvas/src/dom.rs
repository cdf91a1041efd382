//! The few calls to the browser that the rest is made of.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, HtmlElement};

#[expect(clippy::expect_used, reason = "this module runs in a page, and a page has a document")]
pub fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("a page")
}

#[expect(clippy::expect_used, reason = "the names of elements are ours, and are names")]
pub fn new(tag: &str, class: &str) -> HtmlElement {
    let made = document().create_element(tag).expect("an element");
    if !class.is_empty() {
        made.set_class_name(class);
    }
    made.unchecked_into()
}

pub fn text(tag: &str, class: &str, words: &str) -> HtmlElement {
    let made = new(tag, class);
    made.set_text_content(Some(words));
    made
}

pub fn put(into: &Element, child: &Element) {
    let _put = into.append_child(child);
}

pub fn put_all(into: &Element, children: &[&Element]) {
    for child in children {
        put(into, child);
    }
}

pub fn clear(element: &Element) {
    element.set_text_content(None);
}

pub fn set(element: &Element, name: &str, value: &str) {
    let _set = element.set_attribute(name, value);
}

pub fn show(element: &Element, is_shown: bool) {
    let _done = element.toggle_attribute_with_force("hidden", !is_shown);
}

pub fn style(element: &HtmlElement, name: &str, value: &str) {
    let _set = element.style().set_property(name, value);
}

pub fn button(class: &str, words: &str) -> HtmlElement {
    let made = text("button", class, words);
    set(&made, "type", "button");
    made
}

/// Acts on an event for as long as the page is there; what it acts on, it holds weakly.
pub fn on(target: &EventTarget, event: &str, act: impl FnMut(Event) + 'static) {
    let act = Closure::<dyn FnMut(Event)>::new(act);
    let _on = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}

/// A name by which the act can be called off.
pub fn after(milliseconds: i32, act: &js_sys::Function) -> Option<i32> {
    web_sys::window()?.set_timeout_with_callback_and_timeout_and_arguments_0(act, milliseconds).ok()
}

pub fn call_off(timer: i32) {
    if let Some(window) = web_sys::window() {
        window.clear_timeout_with_handle(timer);
    }
}

/// Acts once, after so long.
pub fn later(milliseconds: i32, act: impl FnOnce() + 'static) {
    let _timer = after(milliseconds, Closure::once_into_js(act).unchecked_ref());
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Acts before the next picture is drawn.
pub fn next_frame(act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    if let Some(window) = web_sys::window() {
        let _frame = window.request_animation_frame(act.unchecked_ref());
    }
}

/// What had the focus is not there any more.
pub fn is_focus_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// Says why nothing can be shown, in the place of what would be.
pub fn refuse(root: &Element, why: &str) {
    clear(root);
    let note = text("p", "note note-poor", why);
    set(&note, "role", "alert");
    put(root, &note);
    set(root, "data-state", "refused");
}

thread_local! {
    static ROOT: RefCell<Option<Element>> = const { RefCell::new(None) };
}

/// A panic ends this module: the page stays, and says what happened.
pub fn tell_of_a_panic(root: &Element) {
    ROOT.set(Some(root.clone()));
    std::panic::set_hook(Box::new(|_| {
        let root = ROOT.with(|root| root.try_borrow().ok().and_then(|root| root.clone()));
        if let Some(root) = root {
            refuse(&root, "These rows cannot be shown: the grid broke. Load the page again to go on.");
        }
    }));
}
