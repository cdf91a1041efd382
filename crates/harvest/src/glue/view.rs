//! The query of a view, in the dialect of whoever made it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use loggia_connect::glue::Table;
use serde::Deserialize;

/// How Presto, Trino and Athena wrap what they know of a view.
const WRAPPED: [&str; 2] = ["/* Presto View: ", "/* Presto Materialized View: "];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfPresto {
    original_sql: String,
}

pub fn sql(table: &Table) -> Option<String> {
    let original = said(table.view_original_text.as_deref());
    if let Some(of_presto) = original.and_then(unwrapped) {
        return Some(of_presto);
    }
    let expanded = said(table.view_expanded_text.as_deref());
    // What is only a remark stands where the query of another engine would.
    let is_query = |text: &&str| !text.starts_with("/* Presto");
    expanded.filter(is_query).or(original.filter(is_query)).map(str::to_owned)
}

fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn unwrapped(text: &str) -> Option<String> {
    let packed = WRAPPED.iter().find_map(|before| text.strip_prefix(before))?.strip_suffix("*/")?;
    let json = STANDARD.decode(packed.trim()).ok()?;
    serde_json::from_slice::<OfPresto>(&json).ok().map(|view| view.original_sql)
}
