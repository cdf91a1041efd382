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

/// What is asked of a column.
#[derive(Clone, Copy)]
struct Wanted {
    text: RwSignal<String>,
    described: RwSignal<bool>,
    personal: RwSignal<bool>,
}

impl Wanted {
    fn is_anything(self) -> bool {
        !self.text.get().is_empty() || self.described.get() || self.personal.get()
    }
}

/// Around the server's table of columns. `urn` is the table, `path` its page; `personal` tells whether any
/// column is tagged as personal data.
#[island]
pub fn ColumnFilter(
    urn: String,
    path: String,
    total: u64,
    personal: bool,
    children: Children,
) -> impl IntoView {
    let wanted = Wanted {
        text: RwSignal::new(String::new()),
        described: RwSignal::new(false),
        personal: RwSignal::new(false),
    };
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
        (touch, move || drawn::table(lines, wanted, path.clone()))
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
                        on:input=move |event| { touch.run(()); wanted.text.set(event_target_value(&event)) }
                    />
                </label>
                <label>
                    <input
                        r#type="checkbox"
                        on:change=move |event| { touch.run(()); wanted.described.set(event_target_checked(&event)) }
                    />
                    "Only described"
                </label>
                {personal.then(|| view! {
                    <label>
                        <input
                            r#type="checkbox"
                            on:change=move |event| { touch.run(()); wanted.personal.set(event_target_checked(&event)) }
                        />
                        "Only personal data"
                    </label>
                })}
                <span class="quiet" class:hidden=move || wanted.is_anything()>{total} " columns"</span>
            </p>
            {drawn}
            <div class="server-columns" class:hidden=move || wanted.is_anything()>{children()}</div>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod drawn {
    use leptos::prelude::*;

    use super::{BEYOND, ROW, Wanted};
    use crate::encode::encode;
    use crate::forms::ColumnLine;

    /// The tag of columns with personal data.
    const PERSONAL: &str = "pii";

    /// The rows that match and are in sight; nothing while nothing is filtered.
    pub fn table(lines: RwSignal<Vec<ColumnLine>>, wanted: Wanted, path: String) -> impl IntoView {
        let top = RwSignal::new(0_i32);
        let matching = Memo::new(move |_| {
            let text = wanted.text.get().trim().to_lowercase();
            let (described, personal) = (wanted.described.get(), wanted.personal.get());
            lines.with(|lines| {
                let passes = |line: &ColumnLine| {
                    (!described || !line.d.is_empty())
                        && (!personal || line.l.iter().any(|label| label == PERSONAL))
                        && (text.is_empty()
                            || [&line.p, &line.b, &line.d]
                                .iter()
                                .any(|field| field.to_lowercase().contains(&text)))
                };
                lines
                    .iter()
                    .enumerate()
                    .filter(|(_, line)| passes(line))
                    .map(|(place, _)| place)
                    .collect::<Vec<usize>>()
            })
        });
        move || {
            let path = path.clone();
            wanted.is_anything().then(move || {
                let count = move || matching.with(Vec::len);
                view! {
                    <p class="quiet" role="status">{move || if lines.with(Vec::is_empty) { "Fetching the columns…".to_owned() } else { format!("{} match", count()) }}</p>
                    <div class="drawn-head" aria-hidden="true"><span>"Name"</span><span>"Type"</span><span>"Meaning"</span><span>"Terms and tags"</span></div>
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
        let href = format!("{path}?tab=columns&column={}", encode(&line.p));
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
}
