//! What there is to do for somebody, for themselves alone.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::Names;
use loggia_catalog::people::RoleView;
use loggia_catalog::ports::Card;
use loggia_catalog::tasks::{Task, Tasks};
use loggia_model::Timestamp;

use crate::forms::PutTaskAside;
use crate::forms::server::Refused;
use crate::pages::error::sentence;
use crate::ui::cards::plain_card;
use crate::ui::later::{Hidden, later, take_up_again};
use crate::ui::links::href;
use crate::ui::time::{Time, counted};

/// The form that puts something aside, as a refused one is kept.
pub const FORM: &str = "tasks";

/// `back` is the page that this stands on.
pub fn waits(names: &Names, tasks: Tasks, back: &str, refused: &Refused) -> AnyView {
    let told = (refused.form == FORM)
        .then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    if tasks.is_empty() {
        return view! {
            <section aria-labelledby="waits"><h2 id="waits">"What waits for you"</h2>{told}<p class="empty">"Nothing: no role and no certification ends within 30 days, and what you own is described and has somebody who does the work."</p></section>
        }
        .into_any();
    }
    let ending = |role: RoleView| {
        let at = role.until.map(|at| view! { <Time at=at/> });
        view! { <li>"Your role of " {role.role.title()} " in " <a href=href(&role.place.urn)>{role.place.name}</a> " ends " {at}</li> }.into_any()
    };
    let of_others = tasks.of_others.into_iter().map(|(place, member)| {
        let at = member.until.map(|at| view! { <Time at=at/> });
        view! { <li>"The role of " {member.role.title()} " of " <a href=href(&member.who.urn)>{member.who.name}</a> " in " <a href=href(&place.urn)>{place.name}</a> " ends " {at}</li> }.into_any()
    });
    let roles = |task: Task, lines: Vec<AnyView>| {
        let count = lines.len() as u64;
        (count > 0).then(|| {
            let lines = view! { <ul class="waits">{lines}</ul> }.into_any();
            group(task, counted(count, "role", "roles"), true, lines, back)
        })
    };
    let entries = |task: Task, (cards, total): (Vec<Card>, u64)| {
        (total > 0).then(|| {
            let cards = cards.into_iter().map(|card| plain_card(names, card)).collect_view();
            let cards = view! { <ul class="results compact">{cards}</ul> }.into_any();
            group(task, counted(total, "entry", "entries"), total <= 5, cards, back)
        })
    };
    let unplaced = (tasks.unplaced > 0).then(|| {
        let way = view! { <p><a href="/unplaced">"Place them"</a>", schema by schema"</p> }.into_any();
        group(Task::Unplaced, counted(tasks.unplaced, "asset", "assets"), true, way, back)
    });
    let aside: Vec<AnyView> =
        tasks.aside.into_iter().map(|(task, until)| put_aside(task, until, back)).collect();
    view! {
        <section aria-labelledby="waits">
            <h2 id="waits">"What waits for you"</h2>
            {told}
            {roles(Task::Ending, tasks.ending.into_iter().map(ending).collect())}
            {roles(Task::OfOthers, of_others.collect())}
            {entries(Task::Undescribed, tasks.undescribed)}
            {entries(Task::WithoutResponsible, tasks.without_responsible)}
            {entries(Task::Certified, tasks.certified)}
            {entries(Task::WithoutOwner, tasks.without_owner)}
            {unplaced}
            {(!aside.is_empty()).then(|| view! { <h3>"Put aside"</h3><ul class="waits">{aside}</ul> })}
        </section>
    }
    .into_any()
}

fn group(task: Task, count: String, is_open: bool, inside: AnyView, back: &str) -> AnyView {
    view! {
        <details class="lacking" open=is_open>
            <summary>{task.title()} " " <span class="count">{count}</span></summary>
            {inside}
            {later(PutTaskAside::url(), hidden(task, back), task.title(), Some("It comes again then, and while there is more of it than now."))}
        </details>
    }
    .into_any()
}

fn put_aside(task: Task, until: Timestamp, back: &str) -> AnyView {
    view! {
        <li>
            {task.title()} ": comes again " <Time at=until/> " "
            {take_up_again(PutTaskAside::url(), hidden(task, back), task.title())}
        </li>
    }
    .into_any()
}

fn hidden(task: Task, back: &str) -> Hidden {
    vec![("task", task.as_str().to_owned()), ("back", back.to_owned())]
}
