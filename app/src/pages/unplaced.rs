//! What stands nowhere, by where it comes from: each group can be put somewhere at once.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::unplaced::{Because, Group, Suggestion};
use loggia_model::Kind;

use super::error::sentence;
use super::forms::names;
use crate::forms::Place;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::cards::plain_card;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::time::{counted, grouped};
use crate::ui::title::Title;

/// The form of one group, by what its URNs begin with.
pub fn form_name(prefix: &str) -> String {
    format!("place:{prefix}")
}

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let unplaced = request.catalog.unplaced(&request.actor).await?;
    let known = request.names().await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let is_empty = unplaced.groups.is_empty();
    let shown: usize = unplaced.groups.iter().map(|group| group.count).sum();
    let more = unplaced.total.saturating_sub(shown as u64);
    let groups = unplaced.groups.into_iter().enumerate();
    let groups: Vec<AnyView> = groups.map(|(at, one)| group(&known, at, one, &refused)).collect();
    let lists = (!is_empty).then(|| {
        view! { {names(&known, Kind::DomainUnit, "unit-names".to_owned())} }
    });
    Ok(view! {
        <Title text="In no unit · Loggia"/>
        <h1>"In no domain unit " <span class="count">{counted(unplaced.total, "asset", "assets")}</span></h1>
        <p class="lede">"What no rule of a source puts anywhere: until somebody does, only who may everything finds it. A rule in the file of sources puts what is still to come where it belongs."</p>
        {is_empty.then(|| view! { <p class="empty">"Nothing that you may place: all that was harvested stands somewhere."</p> })}
        {groups}
        {lists}
        {(more > 0).then(|| view! { <p class="quiet">{grouped(more)} " more come when these are placed."</p> })}
    }
    .into_any())
}

fn group(known: &loggia_catalog::Names, at: usize, group: Group, refused: &Refused) -> AnyView {
    let was_refused = refused.form == form_name(&group.prefix);
    let wrong = was_refused.then(|| {
        let told = refused.error("place").map_or_else(|| refused.message.clone(), sentence);
        view! { <p class="wrong" id=format!("wrong-{at}")>{told}</p> }
    });
    let typed = refused.value("place").filter(|_| was_refused).unwrap_or_default().to_owned();
    let title = if group.schema.is_empty() { group.namespace.clone() } else { group.schema.clone() };
    let more = group.count.saturating_sub(group.named.len());
    let suggestions = group.suggestions.iter().map(|one| suggestion(&group.prefix, group.count, one));
    let suggestions = suggestions.collect_view();
    let cards = group.named.into_iter().map(|card| plain_card(known, card)).collect_view();
    let (id, input) = (format!("group-{at}"), format!("place-{at}"));
    view! {
        <section class="filled" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{title} " " <span class="count">{counted(group.count as u64, "asset", "assets")}</span></h2>
            <p class="quiet"><code>{group.namespace.clone()}</code></p>
            <ul class="results compact">{cards}</ul>
            {(more > 0).then(|| view! { <p class="quiet">"… and " {grouped(more as u64)} " more"</p> })}
            {suggestions}
            <details class="edit" open=was_refused || group.suggestions.is_empty()>
                <summary>"Put them elsewhere" <span class="hidden">": " {group.schema.clone()}</span></summary>
                <form method="post" action=Place::url()>
                    <input r#type="hidden" name="prefix" value=group.prefix.clone()/>
                    <input r#type="hidden" name="back" value="/unplaced"/>
                    <label r#for=input.clone()>"Domain unit or project"</label>
                    <input id=input name="place" value=typed list="unit-names" autocomplete="off"/>
                    {wrong}
                    <button>"Put them there"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

fn suggestion(prefix: &str, count: usize, suggestion: &Suggestion) -> AnyView {
    let because = match suggestion.because {
        Because::Neighbours(1) => "one other of this schema stands there".to_owned(),
        Because::Neighbours(some) => format!("{some} others of this schema stand there"),
        Because::Owners(1) => "the owner of one of them belongs there".to_owned(),
        Because::Owners(some) => format!("the owners of {some} of them belong there"),
    };
    let place = &suggestion.place;
    view! {
        <form method="post" action=Place::url() class="suggestion">
            <input r#type="hidden" name="prefix" value=prefix.to_owned()/>
            <input r#type="hidden" name="place" value=place.urn.to_string()/>
            <input r#type="hidden" name="back" value="/unplaced"/>
            <button>"Put " {counted(count as u64, "asset", "assets")} " into " {place.name.clone()}</button>
            " " <span class="quiet">{because} " (" <a href=href(&place.urn)>"look at it"</a> ")"</span>
        </form>
    }
    .into_any()
}
