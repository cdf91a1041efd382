//! Who answers for what: of all that a unit or a project has, as a matrix with what is missing marked.

use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::find::kind_title;
use loggia_catalog::raci::{LOOKED_AT, MatrixRow, Part, ROWS};
use loggia_model::Urn;

use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::pager::pager;
use crate::ui::parts::{matrix_href, who};
use crate::ui::time::counted;
use crate::ui::title::Title;

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let text = request.after("/responsibilities/");
    let urn: Urn = text
        .parse()
        .map_err(|_| CatalogError::NotFound(format!("'{}'", text.chars().take(120).collect::<String>())))?;
    let page = request.page("page")?;
    let only_missing = request.param("missing").is_some_and(|missing| !missing.is_empty());
    let matrix = request.catalog.raci_matrix(&request.actor, &urn, only_missing, page).await?;
    let path = matrix
        .path
        .iter()
        .filter(|unit| unit.urn != urn)
        .map(|unit| view! { <li><a href=href(&unit.urn)>{unit.name.clone()}</a></li> })
        .collect_view();
    let missing = [
        (matrix.without_accountable, "without anybody accountable"),
        (matrix.without_responsible, "without anybody responsible"),
    ];
    let is_whole = missing.iter().all(|(count, _)| *count == 0);
    let gaps: Vec<String> = missing
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", counted(*count as u64, "entry", "entries")))
        .collect();
    let here = matrix_href(&urn);
    let filter = match (only_missing, is_whole) {
        (true, _) => Some(view! { <a href=here.clone()>"Show all"</a> }.into_any()),
        (false, false) => {
            Some(view! { <a href=format!("{here}?missing=yes")>"Show only what is missing"</a> }.into_any())
        }
        (false, true) => None,
    };
    let left_out = (matrix.left_out > 0)
        .then(|| format!("Looked at are the first {LOOKED_AT} by name; {} more are not.", matrix.left_out));
    let heads = Part::ALL
        .into_iter()
        .map(|part| view! { <th scope="col">{part.title()} <span class="quiet">{part.meaning()}</span></th> })
        .collect_view();
    let is_empty = matrix.rows.is_empty();
    let rows = matrix.rows.into_iter().map(row).collect_view();
    let pages = u32::try_from(matrix.matching.div_ceil(ROWS)).unwrap_or(1);
    let query: Vec<(String, String)> =
        only_missing.then(|| ("missing".to_owned(), "yes".to_owned())).into_iter().collect();
    let name = matrix.name.clone();
    Ok(view! {
        <Title text=format!("Responsibilities of {name} · Loggia")/>
        <nav class="crumbs" aria-label="Above"><ol>{path}<li><a href=href(&urn)>{name.clone()}</a></li></ol></nav>
        <h1>"Responsibilities of " {name}</h1>
        <p class="lede">"Who does the work, who answers for it, who is asked and who is told. What is not said of a thing itself is taken from its unit, or from the nearest above."</p>
        {if is_whole {
            view! { <p class="note">"Nothing is missing."</p> }.into_any()
        } else {
            view! { <p class="note note-poor">{gaps.join(", ")} "."</p> }.into_any()
        }}
        <p>{filter} " " <span class="quiet">{left_out}</span></p>
        {if is_empty {
            view! { <p class="empty">"There is nothing here that somebody could answer for."</p> }.into_any()
        } else {
            view! {
                <div class="table-scroll matrix" tabindex="0" role="region" aria-label="Responsibilities">
                    <table>
                        <thead><tr><th scope="col">"What"</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
        {pager(here, &query, "page", page, pages)}
    }
    .into_any())
}

fn row(row: MatrixRow) -> AnyView {
    let cells = row.parts.iter().map(|part| view! { <td>{who(part)}</td> }).collect_view();
    let kind = kind_title(&row.sort).to_owned();
    view! { <tr><th scope="row"><a href=href(&row.urn)>{row.name}</a> " " <span class="kind">{kind}</span></th>{cells}</tr> }
        .into_any()
}
