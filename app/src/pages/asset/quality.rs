//! The checks that somebody runs on it, failures first.

use leptos::prelude::*;
use loggia_catalog::assets::AssetView;
use loggia_model::facts::{Check, CheckStatus};

use crate::ui::time::{Time, counted};

pub fn quality(asset: &AssetView) -> AnyView {
    let mut checks: Vec<Check> = asset.facts.checks.clone();
    if checks.is_empty() {
        return view! { <p class="empty">"No checks are known. A harvest of dbt's run results brings its tests here."</p> }.into_any();
    }
    let order = |check: &Check| match check.status {
        CheckStatus::Fail => 0,
        CheckStatus::Error => 1,
        CheckStatus::Warn => 2,
        CheckStatus::Unknown => 3,
        CheckStatus::Skipped => 4,
        CheckStatus::Pass => 5,
    };
    checks.sort_by(|one, other| order(one).cmp(&order(other)).then_with(|| one.name.cmp(&other.name)));
    let rows = checks.into_iter().map(|check| {
        let class = match check.status {
            CheckStatus::Pass => "badge band-good",
            CheckStatus::Warn => "badge band-fair",
            CheckStatus::Fail | CheckStatus::Error => "badge band-poor",
            CheckStatus::Skipped | CheckStatus::Unknown => "badge badge-quiet",
        };
        view! {
            <tr>
                <th scope="row">{check.name}</th>
                <td><span class=class>{check.status.title()}</span></td>
                <td>{check.rule}</td>
                <td>{check.column.map(|column| view! { <code>{column}</code> })}</td>
                <td>{check.failures.map(|rows| counted(rows, "row", "rows"))} " " <span class="quiet">{check.message}</span></td>
                <td>{check.at.map(|at| view! { <Time at=at/> })}</td>
            </tr>
        }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Checks">
            <table>
                <thead><tr><th scope="col">"Check"</th><th scope="col">"Result"</th><th scope="col">"Rule"</th><th scope="col">"Column"</th><th scope="col">"What was found"</th><th scope="col">"When"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
