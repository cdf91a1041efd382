//! One column: its figures, its pictures with the numbers behind them, and how it has moved.

use leptos::prelude::*;
use loggia_catalog::assets::AssetView;
use loggia_catalog::profiles::{ColumnProfile, ColumnSeries, ProfileHead};

use super::words;
use crate::encode::encode;
use crate::ui::chart;
use crate::ui::links::href;
use crate::ui::time::{Time, counted, grouped, short};

pub fn column(asset: &AssetView, series: &ColumnSeries) -> Option<AnyView> {
    let (_, newest) = series.profiles.first()?;
    let name = series.column.to_string();
    let close = format!("{}?tab=profile", href(&asset.urn));
    let meaning = format!("{}?tab=columns&column={}", href(&asset.urn), encode(&name));
    let known = asset.facts.columns.contains_key(&series.column);
    let view = view! {
        <section class="one-column" aria-labelledby="one-column">
            <div class="title-row"><h2 id="one-column">"Values of " <code>{name}</code></h2><a href=close>"Close"</a></div>
            {known.then(|| view! { <p class="quiet"><a href=meaning.clone()>"What the column means"</a></p> })}
            {untagged(asset, newest, &meaning)}
            {figures(newest)}
            {picture(newest)}
            {top(newest)}
            {patterns(newest)}
            {moved(&series.profiles)}
        </section>
    };
    Some(view.into_any())
}

/// Values that most likely tell of persons, in a column that nobody has marked so.
fn untagged(asset: &AssetView, column: &ColumnProfile, meaning: &str) -> Option<AnyView> {
    let shaped = column.patterns.first().filter(|shaped| shaped.pattern.is_personal())?;
    let share = shaped.count as f64 / column.present().max(1) as f64;
    let known = asset.facts.columns.contains_key(&column.path);
    (!column.personal && known && share >= 0.05).then(|| {
        view! { <p class="note">{words::percent(share)} " of the values look like " {shaped.pattern.title()} ", and the column is not tagged as personal data. With the tag " <code>"pii"</code> " its values are no longer shown: " <a href=meaning.to_owned()>"tag it"</a></p> }.into_any()
    })
}

fn figures(column: &ColumnProfile) -> AnyView {
    let show = |number: f64| words::number(column.kind, number);
    let figure = |title: &'static str, value: Option<String>| {
        value.map(|value| view! { <div><dt>{title}</dt><dd>{value}</dd></div> })
    };
    let quantile = |rank: f64| {
        let quantiles = column.quantiles.as_ref()?;
        quantiles.of.iter().find(|of| (of.rank - rank).abs() < 1e-9).map(|of| show(of.value))
    };
    let nonzero = |count: u64| (count > 0).then(|| grouped(count));
    let lengths = column.lengths.map(|lengths| {
        format!("{} to {}, {:.1} on average", grouped(lengths.min), grouped(lengths.max), lengths.mean)
    });
    let about = column.quantiles.as_ref().filter(|quantiles| quantiles.rank_error > 0.0);
    let about = about.map(|quantiles| {
        view! { <p class="quiet">"Median, quartiles and bars are estimates: a share of values may be off by " {format!("{:.1}", quantiles.rank_error * 100.0)} " of 100, at 99% confidence."</p> }
    });
    view! {
        <dl class="trust figures">
            <div><dt>"Values"</dt><dd>{grouped(column.values)}</dd></div>
            <div><dt>"Missing"</dt><dd>{if column.nulls == 0 { "none".to_owned() } else { format!("{} ({})", words::percent(column.null_share()), grouped(column.nulls)) }}</dd></div>
            {figure("Empty", nonzero(column.empty))}
            {figure("Not a number or infinite", nonzero(column.not_finite))}
            {column.distinct.map(|distinct| view! { <div><dt>"Different"</dt><dd>{words::estimate(distinct)}</dd></div> })}
            {figure("Lowest", column.range.as_ref().map(|range| words::end(column.kind, &range.min)))}
            {figure("A quarter up to", quantile(0.25))}
            {figure("Half up to (median)", quantile(0.5))}
            {figure("Three quarters up to", quantile(0.75))}
            {figure("Highest", column.range.as_ref().map(|range| words::end(column.kind, &range.max)))}
            {figure("Mean", column.mean.map(show))}
            {figure("Standard deviation", column.deviation.filter(|_| column.kind.is_number()).map(show))}
            {figure("Length", lengths)}
        </dl>
        {about}
    }
    .into_any()
}

fn picture(column: &ColumnProfile) -> Option<AnyView> {
    let histogram = column.histogram.as_ref()?;
    let show = |number: f64| words::number(column.kind, number);
    let bins = histogram.counts.iter().enumerate().map(|(place, count)| {
        view! { <tr><td>{show(histogram.edge(place))}</td><td>{show(histogram.edge(place + 1))}</td><td>{grouped(*count)}</td></tr> }
    });
    let table = (!column.personal).then(|| {
        view! {
            <details><summary>"As a table"</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Values by range"><table class="narrow"><thead><tr><th scope="col">"From"</th><th scope="col">"To"</th><th scope="col">"Values"</th></tr></thead><tbody>{bins.collect_view()}</tbody></table></div>
            </details>
        }
    });
    let ends = (!column.personal).then(|| view! { <div class="ends"><span>{show(histogram.from)}</span><span>{show(histogram.to)}</span></div> });
    let view = view! {
        <figure class="wide">
            <figcaption>"How the values are spread" {histogram.is_logarithmic.then_some(", on a logarithmic scale")}</figcaption>
            {chart::bars(&histogram.counts, (640, 120), words::spread(column, histogram))}
            {ends}
            {table}
        </figure>
    };
    Some(view.into_any())
}

fn top(column: &ColumnProfile) -> Option<AnyView> {
    let present = column.present().max(1) as f64;
    let is_worth_it = column.top.first().is_some_and(|top| top.count.value > 1);
    let rows = column.top.iter().map(|top| {
        let share = top.count.value as f64 / present;
        view! {
            <tr>
                <th scope="row">{words::end(column.kind, &top.value)}</th>
                <td>{words::percent(share)} {chart::shares(&[share], (120, 6), words::percent(share))}</td>
                <td>{words::estimate(top.count)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    is_worth_it.then(|| {
        view! {
            <h3>"Most frequent"</h3>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Most frequent values">
                <table class="narrow"><thead><tr><th scope="col">"Value"</th><th scope="col">"Share"</th><th scope="col">"Rows"</th></tr></thead><tbody>{rows}</tbody></table>
            </div>
        }
        .into_any()
    })
}

fn patterns(column: &ColumnProfile) -> Option<AnyView> {
    let present = column.present().max(1) as f64;
    let items = column.patterns.iter().map(|shaped| {
        view! { <li>{shaped.pattern.title()} " " <span class="quiet">{words::percent(shaped.count as f64 / present)} ", " {counted(shaped.count, "value", "values")}</span></li> }
    });
    (!column.patterns.is_empty())
        .then(|| view! { <h3>"Looks like"</h3><ul class="plain">{items.collect_view()}</ul> }.into_any())
}

/// Small pictures of the same width, oldest first.
fn moved(profiles: &[(ProfileHead, ColumnProfile)]) -> AnyView {
    if profiles.len() < 2 {
        return view! { <h3>"How it has moved"</h3><p class="empty">"This is the first version of the data that was looked at. The next harvest that finds new data adds to it."</p> }.into_any();
    }
    let kind = profiles.first().map(|(_, newest)| newest.kind);
    let told = |value: fn(&ColumnProfile) -> Option<f64>| -> Vec<Option<f64>> {
        profiles.iter().rev().map(|(_, column)| value(column)).collect()
    };
    let one = |title: &'static str, values: Vec<Option<f64>>, show: &dyn Fn(f64) -> String| {
        let known: Vec<f64> = values.iter().flatten().copied().collect();
        let (first, last) = (known.first().copied()?, known.last().copied()?);
        let says = format!("{title}: {} at first, {} now", show(first), show(last));
        Some(
            view! { <figure class="moved"><figcaption>{title} " " <strong>{show(last)}</strong></figcaption>{chart::line(&values, (240, 56), says)}<p class="quiet">"from " {show(first)}</p></figure> },
        )
    };
    let whole = |value: f64| short(value.max(0.0).round() as u64);
    let number = |value: f64| kind.map_or_else(|| value.to_string(), |kind| words::number(kind, value));
    let rows = profiles.iter().map(|(head, column)| {
        view! {
            <tr>
                <th scope="row"><Time at=head.at()/></th>
                <td>{grouped(column.values)}</td>
                <td>{words::percent(column.null_share())}</td>
                <td>{column.distinct.map(words::estimate)}</td>
                <td>{column.mean.map(&number)}</td>
            </tr>
        }
    });
    view! {
        <h3>"How it has moved"</h3>
        <div class="series">
            {one("Values", told(|column| Some(column.values as f64)), &whole)}
            {one("Missing", told(|column| Some(column.null_share())), &words::percent)}
            {one("Different", told(|column| column.distinct.map(|distinct| distinct.value as f64)), &whole)}
            {one("Mean", told(|column| column.mean), &number)}
            {one("Mean length", told(|column| column.lengths.map(|lengths| lengths.mean)), &|value| format!("{value:.1}"))}
        </div>
        <details><summary>"As a table"</summary>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Profiles of this column"><table class="narrow"><thead><tr><th scope="col">"Data of"</th><th scope="col">"Values"</th><th scope="col">"Missing"</th><th scope="col">"Different"</th><th scope="col">"Mean"</th></tr></thead><tbody>{rows.collect_view()}</tbody></table></div>
        </details>
    }
    .into_any()
}
