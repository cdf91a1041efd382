//! What the data is like: every column in a line, and one alone with how it has moved.

mod column;
mod words;

use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::assets::{AssetView, COLUMNS_A_PAGE};
use loggia_catalog::profiles::{ColumnProfile, ProfileHead, ProfileView};
use loggia_model::ColumnPath;

pub use self::words::summary;
use crate::encode::encode;
use crate::request::Request;
use crate::ui::chart;
use crate::ui::links::href;
use crate::ui::pager::pager;
use crate::ui::time::{Number, Time, counted, grouped};

pub async fn profile(request: &Request, asset: &AssetView) -> Result<AnyView, CatalogError> {
    if asset.as_of.is_some() {
        let now = format!("{}?tab=profile", href(&asset.urn));
        return Ok(view! { <p class="empty">"A profile is of the data, and kept apart from what was said of it. " <a href=now>"See the newest profile"</a> ", with how it has moved."</p> }.into_any());
    }
    let page = request.page("page")?;
    let limit = u32::try_from(COLUMNS_A_PAGE).unwrap_or(u32::MAX);
    let offset = u64::from(page - 1) * COLUMNS_A_PAGE;
    let Some(view) = request.catalog.profile(asset, offset, limit).await? else {
        return Ok(view! { <p class="empty">"Nobody has looked at the data itself yet. A harvest of files with " <code>"--profile"</code> " reads it, and shows here how its values lie and what is missing."</p> }.into_any());
    };
    let one = match request.param("column").filter(|column| !column.is_empty()) {
        Some(name) => {
            let path: ColumnPath =
                name.parse().map_err(|error| CatalogError::invalid("column", format!("{error}")))?;
            let series = request.catalog.column_series(asset, &path).await?;
            Some(column::column(asset, &series))
        }
        None => None,
    };
    let pages = u32::try_from(view.total.div_ceil(COLUMNS_A_PAGE)).unwrap_or(1);
    let query = [("tab".to_owned(), "profile".to_owned())];
    let path = href(&asset.urn);
    let rows = view.columns.iter().map(|column| row(column, &path)).collect_view();
    Ok(view! {
        {one}
        {about(&view)}
        {skipped(&view.head)}
        <div class="table-scroll" tabindex="0" role="region" aria-label="Profile of each column">
            <table class="profile">
                <thead><tr><th scope="col">"Column"</th><th scope="col">"Missing"</th><th scope="col">"Different values"</th><th scope="col">"How they are spread"</th><th scope="col">"From, to"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(path, &query, "page", page, pages)}
    }
    .into_any())
}

fn about(view: &ProfileView) -> AnyView {
    let head = &view.head;
    let read = if head.is_sampled() {
        view! { <Number value=head.rows_read/> " of " {counted(head.rows, "row", "rows")} " were read: the figures are of these. " }.into_any()
    } else {
        view! { "All " {counted(head.rows, "row", "rows")} " were read. " }.into_any()
    };
    let oldest = view.versions.last().filter(|_| view.versions.len() > 1);
    let before = oldest.map(|oldest| {
        view! { {counted(view.versions.len() as u64, "version", "versions")} " of the data since " <Time at=oldest.at()/> "; each column shows how it has moved." }
    });
    view! { <p class="quiet profile-about">"Data of " <Time at=head.at()/> ", looked at " <Time at=head.taken/> ". " {read} {before}</p> }
        .into_any()
}

fn skipped(head: &ProfileHead) -> Option<AnyView> {
    (!head.skipped.is_empty()).then(|| {
        let columns = head.skipped.iter().map(|skipped| view! { <li>{skipped.why.clone()}</li> });
        view! { <div class="note"><p>"Of these columns there is no profile:"</p><ul>{columns.collect_view()}</ul></div> }.into_any()
    })
}

fn row(column: &ColumnProfile, path: &str) -> AnyView {
    let depth = format!("depth-{}", column.path.depth().min(6));
    let link = format!("{path}?tab=profile&column={}", encode(column.path.as_str()));
    let range = column.range.as_ref().map(|range| view! { <span>{words::end(column.kind, &range.min)}</span> " " <span class="quiet">"to"</span> " " <span>{words::end(column.kind, &range.max)}</span> });
    let looks = words::looks_like(column);
    view! {
        <tr>
            <th scope="row" class=depth><a href=link><code>{column.path.name()}</code></a> <span class="quiet">{words::kind(column.kind)}</span></th>
            <td>{missing(column)}</td>
            <td>{column.distinct.map(words::estimate)}</td>
            <td>{lie(column, (144, 28))} {looks}</td>
            <td class="range">{if column.personal { view! { <span class="badge badge-quiet">"personal data: values not shown"</span> }.into_any() } else { range.into_any() }}</td>
        </tr>
    }
    .into_any()
}

/// The share, and where in the table.
fn missing(column: &ColumnProfile) -> AnyView {
    if column.nulls == 0 {
        return view! { <span class="quiet">"none"</span> }.into_any();
    }
    let share = words::percent(column.null_share());
    let strip = (!column.null_stripes.is_empty()).then(|| {
        let says = format!("{share} missing, by place in the table from its first row to its last");
        chart::strip(&column.null_stripes, (96, 8), says)
    });
    view! { <span title=format!("{} of {}", grouped(column.nulls), grouped(column.values))>{share.clone()}</span> {strip} }
        .into_any()
}

/// How the values of a column lie: bins of numbers, shares of what is most frequent.
pub fn lie(column: &ColumnProfile, size: (u32, u32)) -> Option<AnyView> {
    if let Some(histogram) = &column.histogram {
        return Some(chart::bars(&histogram.counts, size, words::spread(column, histogram)));
    }
    let present = column.present().max(1) as f64;
    let top: Vec<f64> = column.top.iter().map(|top| top.count.value as f64 / present).collect();
    let is_worth_it = top.first().is_some_and(|first| *first >= 0.01);
    is_worth_it.then(|| {
        let bar = chart::shares(&top, (size.0, 8), words::most_frequent(column));
        let labels = column.top.iter().take(2).zip(&top).map(|(top, share)| {
            view! { <span class="label"><span class="value">{words::value(&top.value)}</span> " " {words::percent(*share)}</span> }
        });
        view! { <span class="shared">{bar}<span class="labels">{labels.collect_view()}</span></span> }.into_any()
    })
}
