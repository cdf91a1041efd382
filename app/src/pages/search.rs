//! Search: results, exact facets, chips, sorting, pages. The URL is the state.

use crate::ui::title::Title;
use leptos::prelude::*;
use loggia_catalog::find::{FacetView, SearchRequest, SearchView};
use loggia_catalog::ports::{Choice, FACETS, Facet, Sort};
use loggia_catalog::{CatalogError, Names};

use crate::request::{Request, page_number};
use crate::ui::cards::{Reason, result};
use crate::ui::icon::Arches;
use crate::ui::links::with_query;
use crate::ui::loaded::loaded;
use crate::ui::pager::pager;
use crate::ui::time::{Number, counted};

/// Values of a facet that show before "more".
const SHOWN: usize = 8;

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let asked = asked(&request.query())?;
    let query = state(&asked);
    let view = request.catalog.search(&request.actor, asked).await?;
    let text = view.request.text.clone();
    let title = if text.is_empty() { "Everything".to_owned() } else { format!("{text} · search") };
    let names = request.names().await?;
    let chips = chips(&names, &view, &query);
    let page = view.request.page;
    let (total, pages, loosened) = (view.total, view.pages, view.loosened);
    let sort = sorting(view.request.sort, &query);
    let facets: Vec<_> = view.facets.into_iter().filter(|facet| !facet.values.is_empty()).collect();
    let facets = facets.into_iter().map(|facet| facet_view(facet, &query)).collect_view();
    let publish = (total > 0 && names.publishes()).then(|| {
        view! { <p class="quiet"><a href=with_query("/publish", &query) rel="nofollow">"Publish what you may of these"</a></p> }
    });
    let hits: Vec<_> = view
        .hits
        .into_iter()
        .map(|hit| result(&names, hit.card, hit.name, hit.summary, Reason::of(hit.column, hit.also)))
        .collect();
    let results = if total == 0 {
        nothing(&text, !chips.is_empty()).into_any()
    } else {
        view! { <h2 class="hidden">"Results"</h2><ul class="results">{hits}</ul> }.into_any()
    };
    Ok(view! {
        <Title text=format!("{title} · Loggia")/>
        <div class="search">
            <aside class="facets" aria-label="Narrow the results">
                <details class="facets-fold">
                    <summary>"Narrow"</summary>
                    {facets}
                </details>
            </aside>
            <section class="found" aria-labelledby="found">
                <div class="title-row">
                    <h1 id="found">{counted(total, "result", "results")} {(!text.is_empty()).then(|| view! { " for " <q>{text.clone()}</q> })}</h1>
                    {sort}
                </div>
                {(!chips.is_empty()).then(|| view! { <ul class="chips" aria-label="Chosen">{chips}</ul> })}
                {loosened.then(|| view! { <p class="note">"Nothing has all of these words. These have some of them, or words that are spelled alike."</p> })}
                {results}
                {pager("/search".into(), &query, "page", page, pages)}
                {publish}
            </section>
        </div>
    }
    .into_any())
}

/// What the pairs of a URL's query ask for.
pub fn asked(query: &[(String, String)]) -> Result<SearchRequest, CatalogError> {
    let param = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let mut choices = Vec::new();
    for facet in FACETS {
        let named = query.iter().filter(|(name, value)| name == facet.as_str() && !value.is_empty());
        let values: Vec<String> = named.map(|(_, value)| value.clone()).collect();
        if !values.is_empty() {
            choices.push(Choice { facet, values });
        }
    }
    let sort = match param("sort").filter(|sort| !sort.is_empty()) {
        Some(sort) => sort.parse().map_err(|message: String| CatalogError::invalid("sort", message))?,
        None => Sort::default(),
    };
    Ok(SearchRequest {
        text: param("q").unwrap_or_default().trim().to_owned(),
        choices,
        sort,
        page: page_number("page", param("page"))?,
    })
}

/// The query of the URL without the page: what every link of this page goes on from.
pub fn state(asked: &SearchRequest) -> Vec<(String, String)> {
    let mut query = Vec::new();
    if !asked.text.is_empty() {
        query.push(("q".to_owned(), asked.text.clone()));
    }
    for choice in &asked.choices {
        query.extend(choice.values.iter().map(|value| (choice.facet.as_str().to_owned(), value.clone())));
    }
    if asked.sort != Sort::default() {
        query.push(("sort".to_owned(), asked.sort.as_str().to_owned()));
    }
    query
}

fn without(query: &[(String, String)], name: &str, value: &str) -> String {
    let rest: Vec<_> =
        query.iter().filter(|(known, other)| !(known == name && other == value)).cloned().collect();
    with_query("/search", &rest)
}

fn with(query: &[(String, String)], name: &str, value: &str) -> String {
    let mut query = query.to_vec();
    query.push((name.to_owned(), value.to_owned()));
    with_query("/search", &query)
}

fn chips(names: &Names, view: &SearchView, query: &[(String, String)]) -> Vec<AnyView> {
    let mut chips = Vec::new();
    for choice in &view.request.choices {
        for value in &choice.values {
            let words = names.chosen(choice.facet, value);
            let chip = view! {
                <li><a class="chip" href=without(query, choice.facet.as_str(), value)>{words} <span aria-hidden="true">"×"</span><span class="hidden">" (take away)"</span></a></li>
            };
            chips.push(chip.into_any());
        }
    }
    if chips.len() > 1 {
        let plain: Vec<_> = query.iter().filter(|(name, _)| name == "q" || name == "sort").cloned().collect();
        chips.push(view! { <li><a href=with_query("/search", &plain)>"Clear all"</a></li> }.into_any());
    }
    chips
}

fn facet_view(facet: FacetView, query: &[(String, String)]) -> AnyView {
    let name = facet.facet.as_str();
    let first = facet.values.first().map(|value| value.value.clone()).unwrap_or_default();
    let field = first.split_once('=').map(|(field, _)| field);
    let field = field.filter(|_| facet.facet == Facet::Form).map(|field| field.replace(['/', '.'], "-"));
    let id = format!("facet-{}", field.as_deref().unwrap_or(name));
    let mut lines: Vec<AnyView> = facet
        .values
        .into_iter()
        .map(|value| {
            let link = if value.chosen {
                without(query, name, &value.value)
            } else {
                with(query, name, &value.value)
            };
            let current = value.chosen.then_some("true");
            view! {
                <li>
                    <a href=link aria-current=current rel="nofollow">
                        <span class="box" aria-hidden="true"></span>
                        <span class="value">{value.title}</span>
                        <span class="count"><Number value=value.count/></span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    let more = lines.split_off(lines.len().min(SHOWN));
    let more = (!more.is_empty()).then(|| {
        view! { <details class="more"><summary>{counted(more.len() as u64, "more value", "more values")}</summary><ul>{more}</ul></details> }
    });
    let labelled_by = id.clone();
    let others = facet.others;
    let unseen = (others > 0).then(|| {
        view! { <p class="quiet">{counted(others, "other value", "other values")} ", found by the search box"</p> }
    });
    view! { <section class="facet" aria-labelledby=labelled_by><h2 id=id>{facet.title}</h2><ul>{lines}</ul>{more}{unseen}</section> }.into_any()
}

fn sorting(chosen: Sort, query: &[(String, String)]) -> AnyView {
    let rest: Vec<_> = query.iter().filter(|(name, _)| name != "sort").cloned().collect();
    let links = Sort::ALL.map(|sort| {
        let current = (sort == chosen).then_some("true");
        let link = if sort == Sort::default() {
            with_query("/search", &rest)
        } else {
            with(&rest, "sort", sort.as_str())
        };
        view! { <li><a href=link aria-current=current rel="nofollow">{sort.title()}</a></li> }
    });
    view! { <nav class="sorting" aria-label="Sort by"><span class="quiet">"Sort"</span><ul>{links.to_vec()}</ul></nav> }
.into_any()
}

fn nothing(text: &str, narrowed: bool) -> AnyView {
    let query = vec![("q".to_owned(), text.to_owned())];
    let widen = (narrowed).then(|| view! { <li><a href=with_query("/search", &query)>"Look everywhere, without the choices on the left"</a></li> });
    let asked = (!text.is_empty()).then(|| view! { <li>"Try a word that the business uses for it: every term's synonyms are searched too, and so are columns."</li> });
    view! {
        <div class="empty">
            <Arches/>
            <p>"Nothing was found. What helps:"</p>
            <ul>
                {widen}
                {asked}
                <li><a href="/glossary">"Look the word up in the glossary"</a></li>
                <li><a href="/browse">"Walk through the domains"</a></li>
            </ul>
        </div>
    }
    .into_any()
}
