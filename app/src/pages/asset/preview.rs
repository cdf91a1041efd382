//! A look at the data itself: its first rows, from the server.

use leptos::prelude::*;
use loggia_catalog::assets::AssetView;
use loggia_catalog::ports::Sample;
use loggia_catalog::{CatalogError, preview::Preview};

use crate::encode::encode;
use crate::islands::explore::ExploreSample;
use crate::request::Request;
use crate::ui::explore;
use crate::ui::links::href;
use crate::ui::time::counted;

pub async fn preview(request: &Request, asset: &AssetView) -> Result<AnyView, CatalogError> {
    if !request.catalog.can_preview(asset) {
        let now = format!("{}?tab=preview", href(&asset.urn));
        return Ok(match asset.as_of {
            Some(_) => view! { <p class="empty">"Rows are only shown as they are now. " <a href=now>"See them"</a></p> }.into_any(),
            None => view! { <p class="empty">"There is no way from here to the data. Whoever runs this catalog can name its folder in the sources file, with " <code>"preview: true"</code> "."</p> }.into_any(),
        });
    }
    match request.catalog.preview(asset).await {
        Ok(preview) => Ok(shown(asset, &preview)),
        // The page is there all the same, and says what is wrong with the data.
        Err(CatalogError::Refused(why)) => {
            Ok(view! { <p class="note note-poor">"No rows can be shown: " {why} "."</p> }.into_any())
        }
        Err(other) => Err(other),
    }
}

fn shown(asset: &AssetView, preview: &Preview) -> AnyView {
    let sample = &preview.sample;
    let hidden = (!preview.hidden.is_empty()).then(|| {
        let names: Vec<AnyView> = preview.hidden.iter().map(|path| view! { <code>{path.to_string()}</code> " " }.into_any()).collect();
        view! { <p class="quiet">{counted(preview.hidden.len() as u64, "column holds", "columns hold")} " personal data and " {if preview.hidden.len() == 1 { "is" } else { "are" }} " left out: " {names}</p> }
    });
    let file = format!("/sample/{}", encode(asset.urn.rest()));
    let profile = format!("{}?tab=profile", href(&asset.urn));
    view! {
        <p class="quiet"><a href=file.clone() download="">{format!("Take {} as a Parquet file", rows(sample))}</a> " · " <a href="/open">"Open a file of yours"</a></p>
        <p class="quiet">"The sample holds the first rows of each file of the table, or of twenty that are spread over all. What all rows are like is under " <a href=profile>"Profile"</a> "."</p>
        {hidden}
        {explored(sample, &file)}
    }
    .into_any()
}

/// With the way to all rows, where the browser can show them.
fn explored(sample: &Sample, file: &str) -> AnyView {
    let few = (sample.width > sample.columns.len() as u64).then(|| view! { "The first " {counted(sample.columns.len() as u64, "column", "columns")} " of " {crate::ui::time::grouped(sample.width)} "; the file has them all." });
    let table = view! {
        <p class="quiet">"The first " {counted(sample.first.len() as u64, "row", "rows")} ", as they are now. " {few}</p>
        {table(sample)}
    }
    .into_any();
    match explore::settings(file).filter(|_| sample.rows > 0) {
        Some(settings) => {
            let label = format!("Sort, filter and chart all {} of the sample", rows(sample));
            view! { <ExploreSample settings label>{table}</ExploreSample> }.into_any()
        }
        None => table,
    }
}

fn rows(sample: &Sample) -> String {
    format!("{} rows", crate::ui::time::grouped(sample.rows))
}

fn table(sample: &Sample) -> AnyView {
    if sample.first.is_empty() {
        return view! { <p class="empty">"It has no rows."</p> }.into_any();
    }
    let heads = sample.columns.iter().map(|column| {
        view! { <th scope="col"><code>{column.name.clone()}</code> <span class="quiet">{column.data_type.clone()}</span></th> }
    });
    let numbers: Vec<bool> = sample.columns.iter().map(|column| is_number(&column.data_type)).collect();
    let rows = sample.first.iter().zip(1..).map(|(row, number)| {
        let cells = row.iter().zip(&numbers).map(|(value, is_number)| cell(value.as_deref(), *is_number));
        view! { <tr><th scope="row">{number.to_string()}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="table-scroll preview" tabindex="0" role="region" aria-label="First rows">
            <table>
                <thead><tr><th scope="col">"#"</th>{heads.collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Null and an empty text are told apart.
fn cell(value: Option<&str>, is_number: bool) -> AnyView {
    let class = if is_number { "number" } else { "" };
    match value {
        None => view! { <td class=class><span class="quiet">"null"</span></td> }.into_any(),
        Some("") => view! { <td><span class="quiet">"empty"</span></td> }.into_any(),
        Some(text) => {
            view! { <td class=class><span class="value" title=text.to_owned()>{text.to_owned()}</span></td> }
                .into_any()
        }
    }
}

fn is_number(data_type: &str) -> bool {
    ["int", "uint", "decimal", "double", "float"].iter().any(|number| data_type.starts_with(number))
}
