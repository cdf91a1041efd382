//! The columns of a table, filtered as one types and drawn only where they are seen: 30,000 of them are
//! as light as 30. Without scripts, the server's pages of 200 and its filter do the same.

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use crate::forms::{ColumnLine, all_columns};

/// Height of a drawn row in pixels; the style sheet says the same.
#[cfg(feature = "hydrate")]
const ROW: i32 = 44;
/// Rows drawn beyond what is seen, above and below.
#[cfg(feature = "hydrate")]
const BEYOND: usize = 10;

/// Around the server's table of columns. `urn` is the table, `path` its page.
#[island]
pub fn ColumnFilter(urn: String, path: String, total: u64, children: Children) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let only_described = RwSignal::new(false);
    #[cfg(not(feature = "hydrate"))]
    let (touch, drawn) = (Callback::new(|()| ()), move || ());
    #[cfg(feature = "hydrate")]
    let (touch, drawn) = {
        let lines = RwSignal::new(Vec::<ColumnLine>::new());
        let asked = RwSignal::new(false);
        let urn = urn.clone();
        let path = path.clone();
        let touch = Callback::new(move |()| {
            if !asked.get_untracked() {
                asked.set(true);
                let urn = urn.clone();
                leptos::task::spawn_local(async move {
                    match all_columns(urn).await {
                        Ok(all) => lines.set(all),
                        // The next touch tries again; the server's own filter is still there.
                        Err(_) => asked.set(false),
                    }
                });
            }
        });
        (touch, move || drawn::table(lines, text, only_described, path.clone()))
    };
    let _ = (&urn, &path);
    view! {
        <div class="column-filter">
            <p class="live-filter">
                <label>
                    "Filter as you type"
                    <input
                        r#type="search"
                        class="filter-text"
                        autocomplete="off"
                        on:focus=move |_| touch.run(())
                        on:input=move |event| { touch.run(()); text.set(event_target_value(&event)) }
                    />
                </label>
                <label>
                    <input
                        r#type="checkbox"
                        on:change=move |event| { touch.run(()); only_described.set(event_target_checked(&event)) }
                    />
                    "Only described"
                </label>
                <span class="quiet">{total} " columns"</span>
            </p>
            {drawn}
            <div class="server-columns" class:hidden=move || !text.get().is_empty() || only_described.get()>{children()}</div>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod drawn {
    use leptos::prelude::*;

    use super::{BEYOND, ROW};
    use crate::forms::ColumnLine;

    /// The rows that match and are in sight; nothing while nothing is filtered.
    pub fn table(
        lines: RwSignal<Vec<ColumnLine>>,
        text: RwSignal<String>,
        only_described: RwSignal<bool>,
        path: String,
    ) -> impl IntoView {
        let top = RwSignal::new(0_i32);
        let matching = Memo::new(move |_| {
            let wanted = text.get().trim().to_lowercase();
            let described = only_described.get();
            lines.with(|lines| {
                let passes = |line: &ColumnLine| {
                    (!described || !line.d.is_empty())
                        && (wanted.is_empty()
                            || [&line.p, &line.b, &line.d]
                                .iter()
                                .any(|field| field.to_lowercase().contains(&wanted)))
                };
                lines
                    .iter()
                    .enumerate()
                    .filter(|(_, line)| passes(line))
                    .map(|(place, _)| place)
                    .collect::<Vec<usize>>()
            })
        });
        let is_filtering = move || !text.get().is_empty() || only_described.get();
        move || {
            let path = path.clone();
            is_filtering().then(move || {
                let count = move || matching.with(Vec::len);
                view! {
                    <p class="quiet" role="status">{move || if lines.with(Vec::is_empty) { "Fetching the columns…".to_owned() } else { format!("{} match", count()) }}</p>
                    <div class="scroller" tabindex="0" role="region" aria-label="Matching columns"
                        on:scroll=move |event| top.set(event_target::<web_sys::Element>(&event).scroll_top())>
                        <div class="scrolled" prop:style=move || format!("height:{}px", i32::try_from(count()).unwrap_or(0) * ROW)>
                            {move || {
                                let first = usize::try_from(top.get() / ROW).unwrap_or(0).saturating_sub(BEYOND);
                                let path = path.clone();
                                matching.with(|matching| {
                                    let shown = matching.iter().enumerate().skip(first).take(BEYOND * 2 + 16);
                                    lines.with(|lines| shown.filter_map(|(row, place)| lines.get(*place).map(|line| drawn_row(row, line, &path))).collect_view())
                                })
                            }}
                        </div>
                    </div>
                }
            })
        }
    }

    fn drawn_row(row: usize, line: &ColumnLine, path: &str) -> impl IntoView + use<> {
        let name = if line.b.is_empty() { String::new() } else { line.b.clone() };
        let href = format!("{path}?tab=columns&column={}", js_encoded(&line.p));
        let offset = i32::try_from(row).unwrap_or(0) * ROW;
        view! {
            <div class="drawn-row" prop:style=format!("transform:translateY({offset}px)")>
                <a href=href><code>{line.p.clone()}</code></a>
                <span class="type">{line.t.clone()}</span>
                <span>{name} " " <span class="quiet">{line.d.clone()}</span></span>
                <span class="quiet">{line.l.join(", ")}</span>
            </div>
        }
    }

    fn js_encoded(text: &str) -> String {
        let mut encoded = String::with_capacity(text.len());
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
                encoded.push(char::from(byte));
            } else {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
        encoded
    }
}
