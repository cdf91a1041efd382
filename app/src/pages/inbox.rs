//! What waits for whoever looks, and what became of what they asked and proposed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::away::AwayView;
use loggia_catalog::find::kind_title;
use loggia_catalog::inbox::{EventView, Events};
use loggia_catalog::ports::{Aside, Chosen, NoWhat, Show, Told, What};
use loggia_catalog::posts::PostSummary;
use loggia_catalog::{CatalogError, Names};
use loggia_model::facts::PostKind;
use loggia_model::{Kind, Seq, Timestamp, Who};

use super::error::sentence;
use super::forms::names as people;
use crate::forms::server::Refused;
use crate::forms::{DecideProposals, MarkRead, PutAside, PutPostAside, Reply, SetAway, Settle};
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::later::{Hidden, at_once, later, take_up_again};
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::thread::{refusal, status};
use crate::ui::time::{Time, counted};
use crate::ui::title::Title;
use crate::ui::waiting::{FORM as TASKS_FORM, waits};

/// The form that decides several proposals, as a refused one is kept.
pub const FORM: &str = "inbox";
pub const AWAY_FORM: &str = "away";

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    if request.actor.who == Who::Anonymous {
        return Err(CatalogError::Refused("sign in first: an inbox is somebody's".into()));
    }
    let refused = Refused::take(&request).await.unwrap_or_default();
    let waiting = request.catalog.posts_waiting(&request.actor).await?;
    let later_posts = request.catalog.posts_put_aside(&request.actor).await?;
    let own = request.catalog.own_posts(&request.actor).await?;
    let before = match request.param("before").filter(|text| !text.is_empty()) {
        Some(text) => Some(Seq(text
            .parse()
            .map_err(|_| CatalogError::invalid("before", "is not the number of an event"))?)),
        None => None,
    };
    let what = request.param("what").filter(|text| !text.is_empty()).map(|text| text.parse()).transpose();
    let what = what.map_err(|why: NoWhat| CatalogError::invalid("what", why.to_string()))?;
    let shown = request.param("show").unwrap_or_default();
    let show = Show::ALL.into_iter().find(|show| show.as_str() == shown);
    let show = show.ok_or_else(|| CatalogError::invalid("show", "is not unread, later or done"))?;
    let chosen = Chosen { show, what };
    let events = request.catalog.events(&request.actor, chosen, before).await?;
    let following = request.catalog.following(&request.actor).await?;
    let (proposals, others): (Vec<PostSummary>, Vec<PostSummary>) =
        waiting.into_iter().partition(|post| post.kind == PostKind::Proposal);
    let names = request.names().await?;
    let tasks = request.catalog.tasks(&request.actor).await?.filter(|tasks| !tasks.is_empty());
    // Where there is nothing to do any more, whoever was too late is told so here.
    let is_told_here = refused.form == FORM || (refused.form == TASKS_FORM && tasks.is_none());
    let told = (is_told_here && !refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    let late = too_late(&refused, &others);
    let mailed = request
        .catalog
        .has_mail()
        .then(|| view! { <p class="actions"><a href="/inbox/mail">"What is mailed to you"</a></p> });
    let tasks = tasks.map(|tasks| waits(&names, tasks, "/inbox", &refused));
    let away = request.catalog.away(&request.actor).await?;
    let away = away_view(&names, away, &refused);
    let nothing = proposals.is_empty() && others.is_empty();
    let none_waits = match &tasks {
        None => {
            "Nothing waits for you. What others propose, ask or find wrong in what you look after comes here."
        }
        Some(_) => {
            "Nobody waits for an answer of yours. What others propose, ask or find wrong in what you look after comes here."
        }
    };
    Ok(view! {
        <Title text="Inbox · Loggia"/>
        <div class="title-row"><h1>"Inbox"</h1>{mailed}</div>
        {told}
        {late}
        {nothing.then(|| view! { <p class="empty">{none_waits}</p> })}
        {(!proposals.is_empty()).then(|| proposed(proposals, &refused))}
        {(!others.is_empty()).then(|| view! {
            <section aria-labelledby="asked"><h2 id="asked">"Questions and problems"</h2><ul class="inbox">{others.into_iter().map(|post| view! { <li>{line(&post)} {answering(&post, &refused)} {not_today(&post)}</li> }).collect_view()}</ul></section>
        })}
        {posts_aside(later_posts)}
        {tasks}
        {told_of(events, chosen, before.is_some())}
        {away}
        <section aria-labelledby="own">
            <h2 id="own">"What you asked and proposed"</h2>
            {if own.is_empty() {
                view! { <p class="empty">"Nothing yet. On the page of any asset you can ask, tell of a problem, and propose other words."</p> }.into_any()
            } else {
                view! { <ul class="inbox">{own.into_iter().map(|post| view! { <li>{line(&post)}</li> }).collect_view()}</ul> }.into_any()
            }}
        </section>
        <section aria-labelledby="following">
            <h2 id="following">"What you follow"</h2>
            {if following.is_empty() {
                view! { <p class="empty">"Nothing. Press Follow on the page of a table, a term, a product or a unit, and you are told here when it changes."</p> }.into_any()
            } else {
                view! { <ul class="plain">{following.into_iter().map(|entry| view! { <li><a href=href(&entry.urn)>{entry.name}</a> " " <span class="kind">{kind_title(entry.urn.kind().as_str()).to_owned()}</span></li> }).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any())
}

/// What has happened to what one follows or looks after.
fn told_of(events: Events, chosen: Chosen, is_later_page: bool) -> AnyView {
    let Chosen { show, what } = chosen;
    let newest =
        events.newest.map(|newest| newest.0.to_string()).filter(|_| !is_later_page && what.is_none());
    let newest = newest.filter(|_| matches!(show, Show::Open | Show::Unread));
    let all_read = newest.filter(|_| events.unread > 0).map(|newest| {
        view! {
            <form method="post" action=MarkRead::url() class="inline">
                <input r#type="hidden" name="seq" value=newest/>
                <input r#type="hidden" name="all" value="yes"/>
                <input r#type="hidden" name="back" value="/inbox"/>
                <button class="secondary">"Mark all as read"</button>
            </form>
        }
    });
    let shows =
        Show::ALL.map(|one| view! { <option value=one.as_str() selected=one == show>{one.title()}</option> });
    let shows = shows.into_iter().collect_view();
    let (word, is_put_aside) = (show.as_str(), matches!(show, Show::Later | Show::Done));
    let kind = what.map_or("", What::as_str);
    let kinds = What::ALL
        .map(|one| view! { <option value=one.as_str() selected=what == Some(one)>{one.title()}</option> })
        .into_iter()
        .collect_view();
    let older = events
        .next
        .map(|next| view! { <p><a href=format!("/inbox?show={word}&what={kind}&before={}", next.0)>"Older"</a></p> });
    let empty = if let Some(what) = what {
        format!("Nothing of this kind: {}. Choose another to see more.", what.title())
    } else {
        let empty = match show {
            Show::Open => "Nothing: what becomes of what you own or follow is told here.",
            Show::Unread => "You have read everything.",
            Show::Later => {
                "Nothing is put aside. What is not for today can be put aside until tomorrow, next week or next month; it comes again by itself."
            }
            Show::Done => "Nothing is done yet.",
        };
        empty.to_owned()
    };
    let none = events.shown.is_empty();
    let back = format!("/inbox?show={word}&what={kind}");
    let rows: Vec<AnyView> = events.shown.into_iter().map(|one| event(one, is_put_aside, &back)).collect();
    view! {
        <section aria-labelledby="happened">
            <h2 id="happened">"What happened" <span class="count">{counted(events.unread, "not read", "not read")}</span></h2>
            <form class="asking" action="/inbox" method="get">
                <label>"Show" <select name="show">{shows}</select></label>
                <label>"Kind" <select name="what"><option value="">"everything"</option>{kinds}</select></label>
                <button>"Show"</button>
            </form>
            <div class="events-ways">{all_read}</div>
            {none.then(|| view! { <p class="empty">{empty}</p> })}
            {(!none).then(|| view! { <ul class="inbox events">{rows}</ul> })}
            {older}
        </section>
    }
    .into_any()
}

fn event(event: EventView, is_put_aside: bool, back: &str) -> AnyView {
    let EventView { told, name, by_name, urn } = event;
    let class = match told.what {
        What::Breaking | What::Withdrawn | What::Retired | What::Missing => "badge badge-poor",
        What::Deprecated => "badge badge-fair",
        _ => "badge badge-quiet",
    };
    let name = match urn {
        Some(urn) => view! { <a href=href(&urn)>{name}</a> }.into_any(),
        None => view! { <strong>{name}</strong> }.into_any(),
    };
    let detail = (!told.detail.is_empty()).then(|| view! { <p class="words">{told.detail.clone()}</p> });
    let read = (!told.is_read && !is_put_aside).then(|| {
        view! {
            <form method="post" action=MarkRead::url() class="inline">
                <input r#type="hidden" name="seq" value=told.seq.0.to_string()/>
                <input r#type="hidden" name="back" value=back.to_owned()/>
                <button class="secondary">"Read"<span class="hidden">": " {told.what.title()}</span></button>
            </form>
        }
    });
    let until = match told.aside {
        Some(Aside::Until(until)) => Some(view! { <p class="quiet">"Comes again " <Time at=until/></p> }),
        Some(Aside::Done) | None => None,
    };
    let aside = aside(&told, is_put_aside, back);
    let row = if told.is_read { "event" } else { "event new" };
    view! {
        <li class=row>
            <div><p><span class=class>{told.what.title()}</span> " " {name}</p>{detail}<p class="quiet">{by_name} ", " <Time at=told.at/></p>{until}</div>
            <div class="event-ways">{read} {aside}</div>
        </li>
    }
    .into_any()
}

/// What can be done with it but reading: later, done, or up again.
fn aside(told: &Told, is_put_aside: bool, back: &str) -> AnyView {
    let hidden = || vec![("seq", told.seq.0.to_string()), ("back", back.to_owned())];
    let about = told.what.title();
    if is_put_aside {
        return take_up_again(PutAside::url(), hidden(), about);
    }
    view! {
        {at_once(PutAside::url(), hidden(), "done", "Done", about)}
        {later(PutAside::url(), hidden(), about, None)}
    }
    .into_any()
}

/// What waits for an answer, and can wait longer.
fn not_today(post: &PostSummary) -> AnyView {
    let about = format!("{} about {}", post.kind.title(), post.about_name);
    let help = "It comes again then, and when somebody says more there.";
    later(PutPostAside::url(), of_post(post), &about, Some(help))
}

fn of_post(post: &PostSummary) -> Hidden {
    vec![("post", post.urn.to_string()), ("back", "/inbox".to_owned())]
}

/// What waits and was put aside.
fn posts_aside(aside: Vec<(PostSummary, Timestamp)>) -> Option<AnyView> {
    if aside.is_empty() {
        return None;
    }
    let row = |(post, until): (PostSummary, Timestamp)| {
        let again = take_up_again(PutPostAside::url(), of_post(&post), &post.about_name);
        view! { <li>{line(&post)} <div class="quiet">"Comes again " <Time at=until/> " " {again}</div></li> }
    };
    let count = counted(aside.len() as u64, "is put aside", "are put aside");
    let rows = aside.into_iter().map(row).collect_view();
    Some(view! { <details class="lacking"><summary>"Questions, problems and proposals for later" " " <span class="count">{count}</span></summary><ul class="inbox">{rows}</ul></details> }.into_any())
}

/// Who stands in for whom; and the form to say so.
fn away_view(names: &Names, away: AwayView, refused: &Refused) -> AnyView {
    let was_refused = refused.form == AWAY_FORM;
    let typed = |name: &str| refused.value(name).filter(|_| was_refused).unwrap_or_default().to_owned();
    let wrong = |name: &str| {
        let told = refused.error(name).filter(|_| was_refused).map(sentence);
        told.map(|told| view! { <p class="wrong" id=format!("{name}-wrong")>{told}</p> })
    };
    let absent = away.absent.into_iter().map(|(who, until)| {
        view! { <li>"You stand in for " <a href=href(&who.urn)>{who.name}</a> " until " <Time at=until/> ": what waits for them is shown here too, where you may edit."</li> }
    });
    let absent: Vec<_> = absent.collect();
    let own = match away.deputy {
        Some((deputy, until)) => view! {
            <p><a href=href(&deputy.urn)>{deputy.name}</a> " stands in for you until " <Time at=until/> "."</p>
            <form method="post" action=SetAway::url() class="inline">
                <input r#type="hidden" name="back" value="/inbox"/>
                <button class="secondary">"I am back"</button>
            </form>
        }
        .into_any(),
        None => view! {
            <details class="edit" open=was_refused>
                <summary>"I am going to be away"</summary>
                <form method="post" action=SetAway::url()>
                    <input r#type="hidden" name="back" value="/inbox"/>
                    <label r#for="deputy">"Who stands in for you"</label>
                    <input id="deputy" name="deputy" list="deputy-names" value=typed("deputy") autocomplete="off"/>
                    {people(names, Kind::Person, "deputy-names".to_owned())}
                    {wrong("deputy")}
                    <label r#for="away-until">"From which day on you are back"</label>
                    <input id="away-until" name="until" r#type="date" value=typed("until")/>
                    {wrong("until")}
                    <p class="help">"They are told what you are told of what you look after, and find in their inbox what waits for you, where they may edit it. They get no rights by that: whoever administers a domain can give them a role until the same day."</p>
                    <button>"Save"</button>
                </form>
            </details>
        }
        .into_any(),
    };
    view! {
        <section aria-labelledby="away">
            <h2 id="away">"While you are away"</h2>
            {(!absent.is_empty()).then(|| view! { <ul class="plain">{absent}</ul> })}
            {own}
        </section>
    }
    .into_any()
}

/// Several can be decided at once; each can be looked at first.
fn proposed(proposals: Vec<PostSummary>, refused: &Refused) -> AnyView {
    let row = |post: PostSummary| {
        let label = format!("{} of {}", post.field.clone().unwrap_or_default(), post.about_name);
        view! { <li><label class="pick"><input r#type="checkbox" form="deciding" name="posts[]" value=post.urn.to_string()/><span class="hidden">"Choose the proposal: " {label}</span></label><div>{line(&post)} {not_today(&post)}</div></li> }
    };
    let word = refused.value("word").filter(|_| refused.form == FORM).unwrap_or_default().to_owned();
    view! {
        <section aria-labelledby="proposed">
            <h2 id="proposed">"Proposals"</h2>
            <ul class="inbox">{proposals.into_iter().map(row).collect_view()}</ul>
            <form method="post" action=DecideProposals::url() class="deciding" id="deciding">
                <input r#type="hidden" name="back" value="/inbox"/>
                <label r#for="word">"A word to who proposed them"</label>
                <input id="word" name="word" value=word autocomplete="off"/>
                <p class="actions"><button name="action" value="accept">"Accept the chosen"</button> " " <button name="action" value="refuse" class="secondary">"Refuse the chosen"</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// Somebody was faster, and what was to be answered waits no more: what was typed about it is not lost.
fn too_late(refused: &Refused, listed: &[PostSummary]) -> Option<AnyView> {
    let (form, id) = refused.form.split_once(':')?;
    let words = match form {
        "reply" => refused.value("text"),
        "settle" => refused.value("word"),
        _ => return None,
    };
    if listed.iter().any(|post| post.urn.rest() == id) {
        return None;
    }
    let thread = format!("urn:loggia:{}:{id}", Kind::Post).parse().ok().map(|post| href(&post));
    let thread = thread.map(|thread| view! { " " <a href=thread>"What was said there"</a> });
    let words = words.filter(|words| !words.is_empty()).map(ToOwned::to_owned);
    let words = words.map(|words| view! { <p class="words">"Your words: " {words}</p> });
    Some(
        view! { <div class="note note-poor" role="alert"><p>{refusal(refused)} {thread}</p>{words}</div> }
            .into_any(),
    )
}

/// What a question or a problem waits for, from the list itself.
fn answering(post: &PostSummary, refused: &Refused) -> AnyView {
    let id = post.urn.rest().to_owned();
    let is_problem = post.kind == PostKind::Problem;
    let form = if is_problem { format!("settle:{id}") } else { format!("reply:{id}") };
    let was_refused = refused.form == form;
    let typed = |name: &str| refused.value(name).filter(|_| was_refused).unwrap_or_default().to_owned();
    let wrong_id = format!("wrong-{id}");
    let describes = was_refused.then(|| wrong_id.clone());
    let invalid = was_refused.then_some("true");
    let wrong = was_refused.then(|| view! { <p class="wrong" id=wrong_id>{refusal(refused)}</p> });
    let hidden = view! {
        <input r#type="hidden" name="post" value=post.urn.to_string()/>
        <input r#type="hidden" name="back" value="/inbox"/>
    };
    let about =
        view! { <span class="hidden">": " {post.kind.title()} " about " {post.about_name.clone()}</span> };
    if is_problem {
        return view! {
            <details class="edit" open=was_refused>
                <summary>"Say what became of it" {about}</summary>
                <form method="post" action=Settle::url()>
                    {hidden}
                    <label r#for=format!("word-{id}")>"A word about it"</label>
                    {wrong}
                    <input id=format!("word-{id}") name="word" value=typed("word") autocomplete="off" aria-describedby=describes aria-invalid=invalid/>
                    <p class="actions"><button name="action" value="solve">"It is solved"</button> " " <button name="action" value="close" class="secondary">"It is none"</button></p>
                </form>
            </details>
        }
        .into_any();
    }
    view! {
        <details class="edit" open=was_refused>
            <summary>"Answer" {about}</summary>
            <form method="post" action=Reply::url()>
                {hidden}
                <input r#type="hidden" name="answers" value="yes"/>
                <label r#for=format!("answer-{id}")>"Your answer (Markdown); it stands on the page"</label>
                {wrong}
                <textarea id=format!("answer-{id}") name="text" rows="4" aria-describedby=describes aria-invalid=invalid inner_html=escaped(&typed("text"))></textarea>
                <button>"Answer"</button>
            </form>
        </details>
    }
    .into_any()
}

fn line(post: &PostSummary) -> AnyView {
    let what = match &post.field {
        Some(field) => format!("Proposal: {field}"),
        None => post.kind.title().to_owned(),
    };
    let column = post.column.as_ref().map(|column| view! { ", " <code>{column.to_string()}</code> });
    let words = (!post.text.is_empty()).then(|| view! { <p class="words">{post.text.clone()}</p> });
    let change = post.proposed.as_ref().map(|(before, after)| {
        let before = (!before.is_empty()).then(|| view! { <p class="words"><del>{before.clone()}</del></p> });
        view! { {before} <p class="words"><ins>{after.clone()}</ins></p> }
    });
    view! {
        <p><a href=href(&post.urn)>{what}</a> " " {status(post.kind, post.status)} " about " <a href=href(&post.about)>{post.about_name.clone()}</a>{column}</p>
        {words}
        {change}
        <p class="quiet">{post.by_name.clone()} ", " <Time at=post.moved/></p>
    }
    .into_any()
}
