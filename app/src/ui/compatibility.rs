//! What a change of columns means for whoever reads the table.

use leptos::prelude::*;
use loggia_model::compatibility::{ColumnChange, ColumnChanged, Level, level_of};

/// Columns told one by one.
const TOLD: usize = 20;

/// Nothing where only words have changed.
pub fn compatibility(changes: &[ColumnChange]) -> Option<AnyView> {
    let level = level_of(changes).filter(|level| *level > Level::Patch)?;
    let told: Vec<&ColumnChange> =
        changes.iter().filter(|change| change.what.level() > Level::Patch).collect();
    let more = told.len().saturating_sub(TOLD);
    let lines: Vec<_> = told.iter().take(TOLD).map(|change| line(change)).collect();
    let verdict = match level {
        Level::Major => view! { <span class="badge badge-warn">"Breaks readers"</span> }.into_any(),
        Level::Minor | Level::Patch => view! { <span class="badge">"Fits readers"</span> }.into_any(),
    };
    Some(
        view! {
            <div class="compatibility">
                {verdict}
                <ul class="plain">{lines}</ul>
                {(more > 0).then(|| view! { <p class="quiet">"… and " {more} " more columns"</p> })}
            </div>
        }
        .into_any(),
    )
}

fn line(ColumnChange { path, what }: &ColumnChange) -> AnyView {
    let types = |from: &str, to: &str, means: &str| format!(" was {from} and is {to}: {means}");
    let said = match what {
        ColumnChanged::Added => " was added".to_owned(),
        ColumnChanged::Dropped => " is gone".to_owned(),
        ColumnChanged::Renamed { to } => format!(" is called {to} now"),
        ColumnChanged::Widened { from, to } => types(from, to, "it holds all that it held, and more"),
        ColumnChanged::Narrowed { from, to } => types(from, to, "it holds less than it held"),
        ColumnChanged::Retyped { from, to } => types(from, to, "what reads it has to be looked at"),
        ColumnChanged::MadeNullable => " may be missing from now on".to_owned(),
        ColumnChanged::MadeRequired => " is never missing any more".to_owned(),
        ColumnChanged::Described => " is told of in other words".to_owned(),
    };
    view! { <li><code>{path.to_string()}</code> {said}</li> }.into_any()
}
