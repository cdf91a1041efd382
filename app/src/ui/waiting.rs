//! What waits for somebody, for themselves alone.

use leptos::prelude::*;
use loggia_catalog::Names;
use loggia_catalog::people::{RoleView, Waiting};
use loggia_catalog::ports::Card;

use crate::ui::cards::plain_card;
use crate::ui::links::href;
use crate::ui::time::{Time, counted};

pub fn waits(names: &Names, waiting: Waiting) -> AnyView {
    if waiting.is_empty() {
        return view! {
            <section aria-labelledby="waits"><h2 id="waits">"What waits for you"</h2><p class="empty">"Nothing: no role and no certification ends within 30 days, and what you own is described and has somebody who does the work."</p></section>
        }
        .into_any();
    }
    let ending = |role: RoleView| {
        let at = role.until.map(|at| view! { <Time at=at/> });
        view! { <li>"Your role of " {role.role.title()} " in " <a href=href(&role.place.urn)>{role.place.name}</a> " ends " {at}</li> }.into_any()
    };
    let of_others = waiting.of_others.into_iter().map(|(place, member)| {
        let at = member.until.map(|at| view! { <Time at=at/> });
        view! { <li>"The role of " {member.role.title()} " of " <a href=href(&member.who.urn)>{member.who.name}</a> " in " <a href=href(&place.urn)>{place.name}</a> " ends " {at}</li> }.into_any()
    });
    let ending: Vec<AnyView> = waiting.ending.into_iter().map(ending).chain(of_others).collect();
    view! {
        <section aria-labelledby="waits">
            <h2 id="waits">"What waits for you"</h2>
            {(!ending.is_empty()).then(|| view! { <ul class="waits">{ending}</ul> })}
            {lacking(names, "You own these, and nobody has described them", waiting.undescribed)}
            {lacking(names, "You own these, and nobody is responsible for the work", waiting.without_responsible)}
            {lacking(names, "These are certified, and that ends within 30 days", waiting.certified)}
            {lacking(names, "Nobody owns these, and you may say who does", waiting.without_owner)}
            {(waiting.unplaced > 0).then(|| view! { <p><a href="/unplaced">{counted(waiting.unplaced, "asset stands", "assets stand")} " in no domain unit"</a></p> })}
        </section>
    }
    .into_any()
}

fn lacking(names: &Names, title: &'static str, found: (Vec<Card>, u64)) -> AnyView {
    let (cards, total) = found;
    (total > 0)
        .then(|| {
            let open = total <= 5;
            view! {
                <details class="lacking" open=open>
                    <summary>{title} " " <span class="count">{counted(total, "entry", "entries")}</span></summary>
                    <ul class="results compact">{cards.into_iter().map(|card| plain_card(names, card)).collect_view()}</ul>
                </details>
            }
        })
        .into_any()
}
