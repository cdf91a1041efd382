//! "Is this already in the catalog?": which tables have such columns. The names and types of the columns are
//! all that is sent, and only when somebody asks.

use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, RequestInit, Response};

use crate::dom;
use crate::sheet::Sheet;
use crate::value::counted;

/// A table of the catalog that has columns like these.
#[derive(Debug, Deserialize)]
struct Alike {
    name: String,
    path: String,
    href: String,
    /// Columns with these names; of these, with such a type, too.
    shared: u32,
    same_type: u32,
    /// Columns that it has in all.
    columns: u32,
}

/// The button and the place of its answer.
pub fn question(sheet: &Sheet, url: &str) -> HtmlElement {
    let section = dom::new("section", "alike");
    let ask = dom::button("", "Is this already in the catalog?");
    let about = "Asks with the names and types of the columns, and nothing else of the file.";
    let answer = dom::new("div", "");
    dom::set(&answer, "role", "status");
    dom::put_all(&section, &[&ask, &dom::text("span", "quiet", about), &answer]);
    let columns: Vec<[String; 2]> = (0..sheet.columns())
        .map(|column| [sheet.name(column).to_owned(), sheet.type_words(column)])
        .collect();
    let asked = serde_json::to_string(&columns).unwrap_or_default();
    let (url, of) = (url.to_owned(), columns.len());
    dom::on(&ask, "click", move |_| {
        let (url, asked, answer) = (url.clone(), asked.clone(), answer.clone());
        answer.set_text_content(Some("Looking…"));
        spawn_local(async move {
            let found = post(&url, &asked).await;
            dom::clear(&answer);
            match found {
                Some(found) => show(&answer, &found, of),
                None => answer.set_text_content(Some("The catalog did not answer: try again.")),
            }
        });
    });
    section
}

async fn post(url: &str, columns: &str) -> Option<Vec<Alike>> {
    let form = web_sys::UrlSearchParams::new().ok()?;
    form.append("columns", columns);
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&form);
    let headers = web_sys::Headers::new().ok()?;
    headers.set("accept", "application/json").ok()?;
    request.set_headers(&headers);
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, &request)).await.ok()?;
    let answer: Response = answer.dyn_into().ok().filter(Response::ok)?;
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}

fn show(answer: &HtmlElement, found: &[Alike], of: usize) {
    if found.is_empty() {
        answer.set_text_content(Some("No table of the catalog has enough of these columns."));
        return;
    }
    let list = dom::new("ol", "alike-found");
    for alike in found {
        let line = dom::new("li", "");
        let link = dom::text("a", "", &alike.name);
        dom::set(&link, "href", &alike.href);
        let says = format!(
            "{} of {} here, {} of the same type; it has {}",
            alike.shared,
            counted(of, "column", "columns"),
            alike.same_type,
            alike.columns
        );
        dom::put_all(
            &line,
            &[&link, &dom::text("span", "quiet", &alike.path), &dom::text("span", "", &says)],
        );
        dom::put(&list, &line);
    }
    dom::put(answer, &list);
}
