//! A thing in a list: what it is, whether it is fresh and good, whose it is.

use std::time::SystemTime;

use leptos::prelude::*;
use loggia_catalog::Names;
use loggia_catalog::find::kind_title;
use loggia_catalog::ports::{Card, Fragment};
use loggia_catalog::words::Carrier;
use loggia_model::Timestamp;
use loggia_model::facts::CertificationLevel;

use super::icon::{Icon, kind_icon};
use super::links::href;
use super::time::Time;

/// Pieces of text, the matches marked.
pub fn marked(fragments: Vec<Fragment>) -> AnyView {
    let piece = |fragment: Fragment| {
        if fragment.matched {
            view! { <mark>{fragment.text}</mark> }.into_any()
        } else {
            fragment.text.into_any()
        }
    };
    fragments.into_iter().map(piece).collect_view().into_any()
}

/// The words of a card in a list that nobody searched for.
pub fn plain_card(names: &Names, card: Card) -> AnyView {
    let name = vec![Fragment { text: card.name.clone(), matched: false }];
    let summary: String = card.summary.chars().take(180).collect();
    let summary = vec![Fragment { text: summary, matched: false }];
    result(names, card, name, summary, None).into_any()
}

/// Beside the card, the columns that carry what the page is about.
pub fn carrying_card(names: &Names, carrier: Carrier) -> AnyView {
    let Carrier { mut card, columns } = carrier;
    let name = vec![Fragment { text: std::mem::take(&mut card.name), matched: false }];
    let summary = vec![Fragment { text: card.summary.chars().take(180).collect(), matched: false }];
    let column = columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let column = (!column.is_empty()).then(|| vec![Fragment { text: column, matched: false }]);
    result(names, card, name, summary, Reason::of(column, None))
}

/// What else matched, where the name and the summary do not show it.
pub enum Reason {
    Column(Vec<Fragment>),
    Also(Vec<Fragment>),
}

impl Reason {
    pub fn of(column: Option<Vec<Fragment>>, also: Option<Vec<Fragment>>) -> Option<Self> {
        column.map(Self::Column).or(also.map(Self::Also))
    }

    fn view(self) -> AnyView {
        match self {
            Self::Column(column) => {
                view! { <p class="matched-column">"Column: " <code>{marked(column)}</code></p> }.into_any()
            }
            Self::Also(name) => {
                view! { <p class="matched-column">"Also called: " {marked(name)}</p> }.into_any()
            }
        }
    }
}

pub fn result(
    names: &Names,
    card: Card,
    name: Vec<Fragment>,
    summary: Vec<Fragment>,
    reason: Option<Reason>,
) -> AnyView {
    let (unit, owner) = names.of_card(&card);
    let kind = kind_title(&card.sort).to_owned();
    let place: Vec<String> = unit.into_iter().chain(card.platform.clone()).collect();
    let technical = (!card.technical.is_empty() && card.technical != card.name)
        .then(|| view! { <code class="technical">{card.technical.clone()}</code> });
    view! {
        <li class="result">
            <h3 class="result-name">
                <Icon name=kind_icon(&card.sort)/>
                <a href=href(&card.urn)>{marked(name)}</a>
                <span class="kind">{kind}</span>
                {badges(&card)}
            </h3>
            <p class="result-place">
                {(!place.is_empty()).then(|| view! { <span>{place.join(" › ")}</span> })}
                {technical}
                {owner.map(|owner| view! { <span>"Owner: " {owner}</span> })}
                {card.data_changed_at.map(|at| view! { <span>"Data from " <Time at=at/></span> })}
            </p>
            <p class="summary">{marked(summary)}</p>
            {reason.map(Reason::view)}
        </li>
    }
    .into_any()
}

/// What one should know before trusting it.
pub fn badges(card: &Card) -> AnyView {
    let deprecated = card.deprecated.then(|| view! { <span class="badge badge-warn">"Deprecated"</span> });
    let inventory = card.inventory.then(|| view! { <span class="badge">"Not published"</span> });
    let missing =
        card.missing_since.map(|_| view! { <span class="badge badge-poor">"Missing at its source"</span> });
    let now = Timestamp::from_system(SystemTime::now());
    let certified = card.certified.filter(|(_, until)| until.is_none_or(|until| until > now));
    let certified = certified.map(|(level, _)| certified_as(level));
    (inventory, deprecated, missing, certified, checks(card.checks)).into_any()
}

/// How far somebody stands for it.
pub fn certified_as(level: CertificationLevel) -> AnyView {
    view! { <span class="badge band-good">"Certified: " {level.title()}</span> }.into_any()
}

/// Quality in a word and a shape that reads without colour.
pub fn checks(checks: Option<(u32, u32)>) -> AnyView {
    checks
        .map(|(failed, all)| {
            let (class, text) = match failed {
                0 if all == 1 => ("badge band-good", "1 check passed".to_owned()),
                0 => ("badge band-good", format!("{all} checks passed")),
                _ if all == 1 => ("badge band-poor", "1 check failed".to_owned()),
                failed if failed * 4 < all => ("badge band-fair", format!("{failed} of {all} checks failed")),
                failed => ("badge band-poor", format!("{failed} of {all} checks failed")),
            };
            view! { <span class=class>{text}</span> }
        })
        .into_any()
}
