//! What waits for whoever looks, and what became of what they asked and proposed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::posts::PostSummary;
use loggia_model::Who;
use loggia_model::facts::PostKind;

use super::error::sentence;
use crate::forms::DecideProposals;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::thread::status;
use crate::ui::time::Time;
use crate::ui::title::Title;

/// The form that decides several proposals, as a refused one is kept.
pub const FORM: &str = "inbox";

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    if request.actor.who == Who::Anonymous {
        return Err(CatalogError::Refused("sign in first: an inbox is somebody's".into()));
    }
    let refused = Refused::take_of(&request, FORM).await.unwrap_or_default();
    let waiting = request.catalog.posts_waiting(&request.actor).await?;
    let own = request.catalog.own_posts(&request.actor).await?;
    let (proposals, others): (Vec<PostSummary>, Vec<PostSummary>) =
        waiting.into_iter().partition(|post| post.kind == PostKind::Proposal);
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    let nothing = proposals.is_empty() && others.is_empty();
    Ok(view! {
        <Title text="Inbox · Loggia"/>
        <h1>"Inbox"</h1>
        {told}
        {nothing.then(|| view! { <p class="empty">"Nothing waits for you. What others propose, ask or find wrong in what you look after comes here."</p> })}
        {(!proposals.is_empty()).then(|| proposed(proposals, &refused))}
        {(!others.is_empty()).then(|| view! {
            <section aria-labelledby="asked"><h2 id="asked">"Questions and problems"</h2><ul class="inbox">{others.into_iter().map(|post| view! { <li>{line(&post)}</li> }).collect_view()}</ul></section>
        })}
        <section aria-labelledby="own">
            <h2 id="own">"What you asked and proposed"</h2>
            {if own.is_empty() {
                view! { <p class="empty">"Nothing yet. On the page of any asset you can ask, tell of a problem, and propose other words."</p> }.into_any()
            } else {
                view! { <ul class="inbox">{own.into_iter().map(|post| view! { <li>{line(&post)}</li> }).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any())
}

/// Several can be decided at once; each can be looked at first.
fn proposed(proposals: Vec<PostSummary>, refused: &Refused) -> AnyView {
    let row = |post: PostSummary| {
        let label = format!("{} of {}", post.field.clone().unwrap_or_default(), post.about_name);
        view! { <li><label class="pick"><input r#type="checkbox" name="posts[]" value=post.urn.to_string()/><span class="hidden">"Choose the proposal: " {label}</span></label><div>{line(&post)}</div></li> }
    };
    let word = refused.value("word").unwrap_or_default().to_owned();
    view! {
        <section aria-labelledby="proposed">
            <h2 id="proposed">"Proposals"</h2>
            <form method="post" action=DecideProposals::url()>
                <input r#type="hidden" name="back" value="/inbox"/>
                <ul class="inbox">{proposals.into_iter().map(row).collect_view()}</ul>
                <label r#for="word">"A word to who proposed them"</label>
                <input id="word" name="word" value=word autocomplete="off"/>
                <p class="actions"><button name="action" value="accept">"Accept the chosen"</button> " " <button name="action" value="refuse" class="secondary">"Refuse the chosen"</button></p>
            </form>
        </section>
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
    let after = post.proposed.as_ref().map(|after| view! { <p class="words"><ins>{after.clone()}</ins></p> });
    view! {
        <p><a href=href(&post.urn)>{what}</a> " " {status(post.kind, post.status)} " about " <a href=href(&post.about)>{post.about_name.clone()}</a>{column}</p>
        {words}
        {after}
        <p class="quiet">{post.by_name.clone()} ", " <Time at=post.moved/></p>
    }
    .into_any()
}
