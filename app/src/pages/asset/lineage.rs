//! Where it comes from, and what is made from it: lists, a step each way.

use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_catalog::assets::AssetView;

use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::links::href;
use crate::ui::pager::pager;
use crate::ui::time::counted;

const PAGE: u32 = 50;

pub async fn lineage(request: &Request, asset: &AssetView) -> Result<AnyView, CatalogError> {
    let page = request.page("page")?;
    let upstream = request.catalog.upstream(asset).await?;
    let (downstream, total) = request.catalog.downstream(asset, (page - 1) * PAGE, PAGE).await?;
    let names = request.names().await?;
    let ups = upstream.into_iter().map(|(urn, card)| match card {
        Some(card) => plain_card(&names, card).into_any(),
        None => view! { <li class="result"><p><code>{urn.rest().to_owned()}</code> <span class="quiet">"Named as a source, but nothing has described it yet."</span></p></li> }.into_any(),
    });
    let ups: Vec<AnyView> = ups.collect();
    let pages = u32::try_from(total.div_ceil(u64::from(PAGE))).unwrap_or(1);
    let query = [("tab".to_owned(), "lineage".to_owned())];
    Ok(view! {
        <div class="two lineage">
            <section aria-labelledby="upstream">
                <h2 id="upstream">"Where it comes from" <span class="count">{counted(ups.len() as u64, "asset", "assets")}</span></h2>
                {if ups.is_empty() { view! { <p class="empty">"No source has told what this is made from."</p> }.into_any() } else { view! { <ul class="results compact">{ups}</ul> }.into_any() }}
            </section>
            <section aria-labelledby="downstream">
                <h2 id="downstream">"What is made from it" <span class="count">{counted(total, "asset", "assets")}</span></h2>
                {if downstream.is_empty() { view! { <p class="empty">"Nothing here is made from it."</p> }.into_any() } else { view! { <ul class="results compact">{downstream.into_iter().map(|card| plain_card(&names, card)).collect_view()}</ul> }.into_any() }}
                {pager(href(&asset.urn), &query, "page", page, pages)}
            </section>
        </div>
    }
    .into_any())
}
