//! Who says what: each source's layer as it came, the query that makes it, its other names.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::Action;
use loggia_catalog::assets::AssetView;
use loggia_model::Rank;
use loggia_model::facts::AssetFacts;

use crate::forms::Act;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::links::{href, tab};
use crate::ui::time::Time;

pub async fn source(request: &Request, asset: &AssetView) -> AnyView {
    let refused = Refused::take(request).await.unwrap_or_default();
    // What people have said and published stands on the other tabs, as far as its reader may see what it names.
    let sources =
        asset.layers.layers().filter(|(source, _)| source.rank() != Rank::Listing).filter(|(source, _)| {
            asset.may(Action::Edit) || !matches!(source.rank(), Rank::Person | Rank::Ai)
        });
    let layers = sources.map(|(source, layer)| {
        let mut facts = AssetFacts::clone(&layer.facts);
        let raw = facts.raw.take();
        // The columns have a page of their own.
        facts.columns.clear();
        let stated = serde_json::to_string_pretty(&facts).unwrap_or_default();
        let raw = raw.map(|raw| view! { <details><summary>"Raw metadata"</summary><pre><code>{serde_json::to_string_pretty(&raw).unwrap_or_default()}</code></pre></details> });
        let missing = layer.missing_since.map(|at| view! { <p class="note note-poor">"No longer there, since " <Time at=at/></p> });
        view! {
            <section class="layer">
                <h2>{source.to_string()}</h2>
                <p class="quiet">"Last said something new " <Time at=layer.at/></p>
                {missing}
                <details><summary>"What it states"</summary><pre><code>{stated}</code></pre></details>
                {raw}
            </section>
        }
    });
    let layers = layers.collect_view();
    let may_edit = asset.as_of.is_none() && asset.may(Action::Edit);
    let back = tab(&asset.urn, "source");
    let aliases = asset.aliases.iter().map(|alias| {
        view! {
            <li>
                <code>{alias.rest().to_owned()}</code>
                {may_edit.then(|| view! { <form method="post" action=Act::url() class="inline">
                    <input r#type="hidden" name="urn" value=asset.urn.to_string()/>
                    <input r#type="hidden" name="action" value="remove-alias"/>
                    <input r#type="hidden" name="value" value=alias.to_string()/>
                    <input r#type="hidden" name="back" value=back.clone()/>
                    <button>"They are two things"</button>
                </form> })}
            </li>
        }
    });
    let aliases = aliases.collect_view();
    let was_refused = refused.form == "add-alias";
    let told = was_refused.then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()} " " {refused.errors.iter().map(|error| error.message.clone()).collect::<Vec<_>>().join(" ")}</p> });
    let typed = was_refused.then(|| refused.value("value").unwrap_or("").to_owned());
    view! {
        <div class="two wide-left">
            <div>
                {layers}
                {asset.facts.sql.clone().map(|sql| view! { <section><h2>"The query that makes it"</h2><pre class="sql"><code>{sql}</code></pre></section> })}
            </div>
            <div class="rail">
                <section>
                    <h2>"Names"</h2>
                    <dl class="facts">
                        <div><dt>"Namespace"</dt><dd><code>{asset.namespace.clone()}</code></dd></div>
                        <div><dt>"Name"</dt><dd><code>{asset.technical.clone()}</code></dd></div>
                        <div><dt>"URN"</dt><dd><code>{asset.urn.to_string()}</code></dd></div>
                    </dl>
                </section>
                <section>
                    <h2>"Other names of the same thing"</h2>
                    {if asset.aliases.is_empty() { view! { <p class="empty">"None. Where two sources call one table by two names, bring them together here."</p> }.into_any() } else { view! { <ul class="plain">{aliases}</ul> }.into_any() }}
                    {may_edit.then(|| view! {
                        <details class="edit" open=was_refused>
                            <summary>"Add another name"</summary>
                            <form method="post" action=Act::url()>
                                <input r#type="hidden" name="urn" value=asset.urn.to_string()/>
                                <input r#type="hidden" name="action" value="add-alias"/>
                                <input r#type="hidden" name="back" value=back.clone()/>
                                {told}
                                <label r#for="alias">"URN of the other name"</label>
                                <input id="alias" name="value" value=typed placeholder="urn:loggia:asset:postgres://host:5432;db.schema.table"/>
                                <p class="help">"What is known under that name shows here from then on. It can be taken back, and nothing is lost."</p>
                                <button>"They are one"</button>
                            </form>
                        </details>
                    })}
                </section>
                <p><a href=href(&asset.urn)>"Back to the overview"</a></p>
            </div>
        </div>
    }
    .into_any()
}
