//! Icons from one sprite. An icon never stands alone: a label or a name for screen readers goes with it.

use leptos::prelude::*;

use crate::shell::Site;

/// A decoration beside words.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    let sprite = use_context::<Site>().map(|site| site.icons).unwrap_or_default();
    view! {
        <svg class="icon" aria-hidden="true" width="16" height="16">
            <use href=format!("{sprite}#{name}")></use>
        </svg>
    }
}

/// The mark's three arches, drawn large where there is nothing else to see.
#[component]
pub fn Arches() -> impl IntoView {
    view! {
        <svg class="arches" viewBox="0 0 36 24" width="150" height="100" aria-hidden="true">
            <path d="M2 23V9a5 5 0 0 1 10 0v14M13 23V9a5 5 0 0 1 10 0v14M24 23V9a5 5 0 0 1 10 0v14M0 23h36"/>
        </svg>
    }
}

/// The icon of a kind of thing, as the kind facet has it.
pub fn kind_icon(sort: &str) -> &'static str {
    match sort {
        "view" => "view",
        "file-set" => "files",
        "topic" => "topic",
        "dashboard" => "dashboard",
        "report" | "notebook" | "rule" | "metadata-form" => "report",
        "model" => "model",
        "feature-group" => "feature",
        "api" | "application" => "api",
        "term" => "term",
        "glossary" => "glossary",
        "data-product" => "product",
        "domain-unit" => "domain",
        "person" => "person",
        "project" => "project",
        _ => "table",
    }
}
