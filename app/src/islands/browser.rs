//! The browser's side of things, in the few calls that the islands need.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Document, DomParser, Element, FormData, HtmlFormElement, SupportedType};

use crate::forms::{Outcome, TOO_LONG};

/// Sends a form as the browser would, and reads the outcome as data.
pub async fn send(form: &HtmlFormElement) -> Result<Outcome, String> {
    const LOST: &str = "Not saved: the server did not answer. Your words are still here; try again.";
    let data = FormData::new_with_form(form).map_err(|_| LOST.to_owned())?;
    let body =
        web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).map_err(|_| LOST.to_owned())?;
    let response = gloo_net::http::Request::post(&form.action())
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(String::from(body.to_string()))
        .map_err(|_| LOST.to_owned())?
        .send()
        .await
        .map_err(|_| LOST.to_owned())?;
    if response.status() == 413 {
        return Err(format!("{TOO_LONG}. Your words are still here."));
    }
    response.json().await.map_err(|_| LOST.to_owned())
}

/// Sends what stands in a form to where it is kept unsaved, by a request that outlives the page where it is not too long for
/// one. Whether it was is nobody's concern: the words are still there.
pub fn keep(form: &HtmlFormElement, to: &str) {
    let Ok(data) = FormData::new_with_form(form) else { return };
    let Ok(body) = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
    let navigator = window().navigator();
    let is_queued = navigator.send_beacon_with_opt_url_search_params(to, Some(&body));
    if is_queued.is_ok_and(|is_queued| is_queued) {
        return;
    }
    // A beacon has 64 KiB at most (Beacon, 3.1).
    let request = gloo_net::http::Request::post(to)
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(String::from(body.to_string()));
    if let Ok(request) = request {
        leptos::task::spawn_local(async move { drop(request.send().await) });
    }
}

/// Fetches this page anew and puts what is marked `data-live` into the place of what stands there, so that the reader's place,
/// and all that is unfolded, stays. What is typed into this form is from now on compared with what the page shows; what is
/// typed into others, with what they began from.
pub async fn refresh(form: &HtmlFormElement) {
    let Some(here) = window().location().href().ok() else { return };
    let Ok(response) = gloo_net::http::Request::get(&here).header("accept", "text/html").send().await else {
        return;
    };
    let Ok(html) = response.text().await else { return };
    let parsed = DomParser::new().and_then(|parser| parser.parse_from_string(&html, SupportedType::TextHtml));
    let Ok(fresh) = parsed else { return };
    let document = document();
    each(&document, "[data-live]", |old| {
        if let Some(new) = fresh.get_element_by_id(&old.id()) {
            old.set_inner_html(&new.inner_html());
        }
    });
    let shown = fresh.query_selector("[data-revision]").ok().flatten();
    let own = form.query_selector("input[name=revision]").ok().flatten();
    if let Some((shown, own)) = shown.and_then(|shown| shown.get_attribute("data-revision")).zip(own) {
        let _unchanged = own.set_attribute("value", &shown);
    }
    if let Some(title) = fresh.query_selector("title").ok().flatten().and_then(|title| title.text_content()) {
        document.set_title(&title);
    }
}

fn each(document: &Document, selector: &str, act: impl Fn(Element)) {
    let Ok(found) = document.query_selector_all(selector) else { return };
    for place in 0..found.length() {
        if let Some(element) = found.item(place).and_then(|node| node.dyn_into::<Element>().ok()) {
            act(element);
        }
    }
}
