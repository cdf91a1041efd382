//! The columns: a table of 200 at a time from the server, filtered by a GET form, and by the island as one types.

use std::collections::HashSet;

use leptos::prelude::*;
use loggia_catalog::assets::{AssetView, COLUMNS_A_PAGE, Column, ColumnFilter as Filter};
use loggia_catalog::{Action, CatalogError, markdown};
use loggia_model::facts::ColumnReference;
use loggia_model::{ColumnPath, Urn};

use super::overview::{Form, Typed, may_propose};
use super::profile::{lie, summary};
use crate::encode::encode;
use crate::forms::server::Refused;
use crate::islands::columns::ColumnFilter;
use crate::request::Request;
use crate::ui::filled::Filled;
use crate::ui::links::{href, with_query};
use crate::ui::pager::pager;
use crate::ui::source::said_by;
use crate::ui::time::grouped;

pub async fn columns(request: &Request, asset: &AssetView) -> Result<AnyView, CatalogError> {
    if asset.facts.columns.is_empty() {
        return Ok(view! { <p class="empty">"No source has told which columns this has."</p> }.into_any());
    }
    let filter = Filter {
        text: request.param("filter").unwrap_or_default().chars().take(200).collect(),
        only_described: request.param("described").is_some(),
        tag: request.param("column-tag").filter(|tag| !tag.is_empty()),
    };
    let page = request.page("page")?;
    let offset = u64::from(page - 1) * COLUMNS_A_PAGE;
    let shown = request.catalog.columns(asset, &filter, offset, COLUMNS_A_PAGE);
    let path = href(&asset.urn);
    let mut query = vec![("tab".to_owned(), "columns".to_owned())];
    if !filter.text.is_empty() {
        query.push(("filter".into(), filter.text.clone()));
    }
    if filter.only_described {
        query.push(("described".into(), "on".into()));
    }
    if let Some(tag) = &filter.tag {
        query.push(("column-tag".into(), tag.clone()));
    }
    if let Some(at) = asset.as_of {
        query.push(("as-of".into(), at.to_string()));
    }
    let one = match request.param("column").filter(|column| !column.is_empty()) {
        Some(column) => Some(one_column(request, asset, &column).await?),
        None => None,
    };
    let pages = u32::try_from(shown.matching.div_ceil(COLUMNS_A_PAGE)).unwrap_or(1);
    let targets: Vec<Urn> = shown
        .shown
        .iter()
        .filter_map(|column| Some(column.facts.references.as_ref()?.asset.clone()))
        .collect();
    let known = request.catalog.which_are_known(asset, &targets).await?;
    let rows = shown.shown.iter().map(|column| row(column, &path, &query, &known)).collect_view();
    let personal =
        asset.facts.columns.values().any(|column| column.tags.put.iter().any(|tag| tag.as_str() == "pii"));
    let pii = filter.tag.as_deref() == Some("pii");
    let (matching, total) = (shown.matching, shown.total);
    let table = view! {
        <form class="columns-filter" action=path.clone() method="get" role="search" aria-label="Filter the columns">
            <input r#type="hidden" name="tab" value="columns"/>
            <label>"Filter" <input name="filter" r#type="search" value=filter.text.clone() autocomplete="off"/></label>
            <label><input r#type="checkbox" name="described" checked=filter.only_described/> "Only described"</label>
            {(personal || pii).then(|| view! { <label><input r#type="checkbox" name="column-tag" value="pii" checked=pii/> "Only personal data"</label> })}
            <button>"Filter"</button>
            <span class="quiet">{if matching == total { format!("{} columns", grouped(total)) } else { format!("{} of {} columns", grouped(matching), grouped(total)) }}</span>
        </form>
        <div class="table-scroll" tabindex="0" role="region" aria-label="Columns">
            <table class="columns">
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Type"</th><th scope="col">"Meaning"</th><th scope="col">"Terms and tags"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(path.clone(), &query, "page", page, pages)}
    };
    Ok(view! {
        {one}
        <ColumnFilter urn=asset.urn.to_string() path=path.clone() total=total personal=personal>{table}</ColumnFilter>
    }
    .into_any())
}

fn row(column: &Column, path: &str, query: &[(String, String)], known: &HashSet<Urn>) -> AnyView {
    let facts = &column.facts;
    let segments = column.path.segments();
    let depth = segments.len() - 1;
    let class = format!("depth-{}", depth.min(6));
    let mut query = query.to_vec();
    query.push(("column".into(), column.path.to_string()));
    let link = with_query(path, &query);
    let name = segments.last().cloned().unwrap_or_default();
    let key = facts.key.map(|key| view! { <span class="badge badge-quiet">{key.title()}</span> });
    let to = facts.references.as_ref().map(|to| reference(to, known));
    let required = (facts.nullable == Some(false)).then(|| view! { <span class="quiet">" required"</span> });
    let terms = column
        .terms
        .iter()
        .map(|term| view! { <a class="tag term" href=href(&term.urn)>{term.name.clone()}</a> })
        .collect_view();
    let tags =
        facts.tags.put.iter().map(|tag| view! { <span class="tag">{tag.to_string()}</span> }).collect_view();
    view! {
        <tr>
            <th scope="row" class=class><a href=link><code>{name}</code></a> {key} {to}</th>
            <td class="type"><code>{facts.data_type.clone()}</code>{required}</td>
            <td>{facts.name.clone().map(|name| view! { <strong>{name}</strong> " " })}<span>{facts.description.as_deref().map(markdown::plain)}</span></td>
            <td>{terms}{tags}</td>
        </tr>
    }
.into_any()
}

/// Where the values come from; a link where the catalog has that table.
fn reference(to: &ColumnReference, known: &HashSet<Urn>) -> AnyView {
    let table = to.asset.dataset().map(|name| name.short().to_owned()).unwrap_or_default();
    let name = view! { <code>{format!("{table}.{}", to.column)}</code> };
    if known.contains(&to.asset) {
        let place = format!("{}?tab=columns&column={}", href(&to.asset), encode(to.column.as_str()));
        return view! { <span class="reference">"refers to " <a href=place>{name}</a></span> }.into_any();
    }
    view! { <span class="reference">"refers to " {name}</span> }.into_any()
}

/// One column, with everything that can be said of it.
async fn one_column(request: &Request, asset: &AssetView, name: &str) -> Result<AnyView, CatalogError> {
    let path: ColumnPath =
        name.parse().map_err(|error| CatalogError::invalid("column", format!("{error}")))?;
    let all = request.catalog.columns(asset, &Filter::default(), 0, u64::MAX);
    let column = all.shown.into_iter().find(|column| column.path == path);
    let column =
        column.ok_or_else(|| CatalogError::NotFound(format!("column '{path}' in {}", asset.name)))?;
    let names = request.names().await?;
    let refused = Refused::take(request).await.unwrap_or_default();
    let typed = Typed::of(request, asset, &refused).await?;
    let facts = &column.facts;
    let editable = asset.as_of.is_none() && asset.may(Action::Edit);
    let proposable = may_propose(request, asset);
    let to = match &facts.references {
        Some(to) => {
            let known = request.catalog.which_are_known(asset, std::slice::from_ref(&to.asset)).await?;
            Some(view! { <p>"Each value " {reference(to, &known)}</p> })
        }
        None => None,
    };
    let filled = Filled {
        about: &asset.urn,
        column: path.as_str(),
        revision: asset.revision,
        may_fill: editable,
        back: format!("{}?tab=columns&column={}", href(&asset.urn), encode(path.as_str())),
        level: 3,
    };
    let filled = filled.view(&names, request.catalog.forms_of_column(asset, &column), &refused);
    let path = path.as_str();
    let form = |field: &'static str, label: &'static str, value: String, help: &'static str, long: bool| {
        let form = Form { field, label, value, help, long };
        (editable || proposable).then(|| form.for_reader(asset, path, &typed))
    };
    let profiled = request.catalog.profiles_of(asset, std::slice::from_ref(&column.path)).await?;
    let values = profiled.get(&column.path).map(|profile| {
        let link = format!("{}?tab=profile&column={}", href(&asset.urn), encode(path));
        view! { <section><h3>"Values"</h3>{lie(profile, (200, 36))}<p><a href=link>{summary(profile)}</a></p></section> }
    });
    let terms: Vec<String> = column.terms.iter().map(|term| term.name.clone()).collect();
    let tags: Vec<String> = facts.tags.put.iter().map(ToString::to_string).collect();
    let close = format!("{}?tab=columns", href(&asset.urn));
    let link = format!("{close}&column={}", encode(path));
    Ok(view! {
        <section class="one-column" aria-labelledby="one-column">
            <div class="title-row"><h2 id="one-column">"Column " <a href=link><code>{path.to_owned()}</code></a></h2><a href=close>"Close"</a></div>
            <div class="two">
                <div>
                    <div id="column-description" data-live="">
                        {match facts.description.as_deref() {
                            Some(text) => view! { <div class="prose" inner_html=markdown::safe_html(text)></div> }.into_any(),
                            None => view! { <p class="empty">"Nobody has said yet what this column means."</p> }.into_any(),
                        }}
                        {said_by(&names, column.described_from.as_ref())}
                    </div>
                    {form("description", "Description (Markdown)", facts.description.clone().unwrap_or_default(), "What a value means, its unit, and what an empty one says.", true)}
                    {filled}
                </div>
                <div class="rail">
                    <section><h3>"Type"</h3><p><code>{facts.data_type.clone()}</code></p>{to}</section>
                    {values}
                    <section><h3>"Business name"</h3>
                    <div id="column-name" data-live=""><p>{facts.name.clone().unwrap_or_else(|| "–".into())}</p></div>
                    {form("name", "Business name", facts.name.clone().unwrap_or_default(), "What people call it.", false)}</section>
                    <section><h3>"Terms"</h3>
                    <div id="column-terms" data-live=""><p>{if terms.is_empty() { "–".to_owned() } else { terms.join(", ") }}</p></div>
                    {form("terms", "Glossary terms", terms.join(", "), "Names or synonyms of terms, separated by commas.", false)}</section>
                    <section><h3>"Tags"</h3>
                    <div id="column-tags" data-live=""><p>{if tags.is_empty() { "–".to_owned() } else { tags.join(", ") }}</p></div>
                    {form("tags", "Tags", tags.join(", "), "Separated by commas.", false)}</section>
                </div>
            </div>
        </section>
    }
    .into_any())
}
