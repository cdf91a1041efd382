//! What somebody said about an asset, with all that was replied, and the forms to go on.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::markdown;
use loggia_catalog::posts::{PostView, ProposalView, SaidView};
use loggia_model::facts::{PostKind, PostStatus};

use super::escape::escaped;
use super::links::{href, tab};
use super::time::Time;
use crate::encode::encode;
use crate::forms::server::Refused;
use crate::forms::{DecideProposal, EditSaid, Reply, Settle};
use crate::pages::error::sentence;

/// `back` is the page to come back to; the thread is found there by its anchor.
pub fn thread(post: PostView, back: &str, refused: &Refused) -> AnyView {
    let id = anchor(&post);
    let back = format!("{back}#{id}");
    let about = match &post.facts.column {
        Some(column) => {
            let link = format!("{}&column={}", tab(&post.about, "columns"), encode(column.as_str()));
            Some(view! { " about " <a href=link><code>{column.to_string()}</code></a> }.into_any())
        }
        None => None,
    };
    let first = post.said.first();
    let by = first.map(|said| view! { {by(said)} ", " <Time at=said.at/> });
    let problem =
        post.facts.problem.map(|problem| view! { <span class="badge badge-quiet">{problem.title()}</span> });
    let severity = post
        .facts
        .severity
        .map(|severity| view! { <span class="badge badge-quiet">{severity.title()} " severity"</span> });
    let proposal = post.proposal.as_ref().map(|proposal| proposed(proposal, post.status));
    let verdict = (post.status == PostStatus::Open).then(|| verdict(&post, &back, refused));
    let decided = decided(&post);
    let can_answer = post.may_settle && post.kind == PostKind::Question;
    let mut said = post.said.iter().map(|one| one_said(&post, one, can_answer, &back, refused));
    let opening = said.next();
    let opened_by = first.map(|said| own(&post, said, &back, refused));
    let replies: Vec<AnyView> = said.collect();
    let settling = post.may_settle.then(|| settling(&post, &back));
    let told = ["settle", "decide"].iter().any(|form| refused.form == format!("{form}:{}", post.urn.rest()));
    let told = told.then(|| view! { <p class="note note-poor" role="alert">{refusal(refused)}</p> });
    view! {
        <article class="thread" id=id.clone() aria-labelledby=format!("{id}-title")>
            <header>
                <h3 id=format!("{id}-title")>{what(&post)} {about}</h3>
                <p class="thread-by">{status(post.kind, post.status)} " " {problem} {severity} " " {by}</p>
            </header>
            {told}
            {opening}
            {proposal}
            {decided}
            {(!replies.is_empty()).then(|| view! { <ol class="replies" aria-label="Replies">{replies}</ol> })}
            {verdict}
            <div class="thread-actions">{reply(&post, &back, refused)}{opened_by}{settling}</div>
        </article>
    }
    .into_any()
}

/// `Question`, `Proposal: description`.
pub fn what(post: &PostView) -> String {
    match &post.facts.proposed {
        Some(proposed) => format!("Proposal: {}", proposed.field),
        None => post.kind.title().to_owned(),
    }
}

/// What was wrong with what, and else why it cannot be.
pub fn refusal(refused: &Refused) -> String {
    let errors: Vec<String> = refused.errors.iter().map(|error| sentence(&error.message)).collect();
    if errors.is_empty() { sentence(&refused.message) } else { errors.join(" ") }
}

/// Where a post stands on its page.
pub fn anchor(post: &PostView) -> String {
    format!("post-{}", post.urn.rest())
}

pub fn status(kind: PostKind, status: PostStatus) -> Option<AnyView> {
    let class = match status {
        PostStatus::Open if kind == PostKind::Problem => "badge badge-poor",
        PostStatus::Open => "badge badge-warn",
        PostStatus::Answered | PostStatus::Solved | PostStatus::Accepted => "badge badge-quiet",
        PostStatus::Closed | PostStatus::Refused | PostStatus::Withdrawn => "badge badge-quiet",
    };
    (kind != PostKind::Comment).then(|| view! { <span class=class>{status.title()}</span> }.into_any())
}

/// What was said, the post itself or a reply.
fn one_said(post: &PostView, said: &SaidView, can_answer: bool, back: &str, refused: &Refused) -> AnyView {
    let words = match (&said.text, &said.removed_by) {
        (Some(text), _) => (!text.is_empty())
            .then(|| view! { <div class="prose" inner_html=markdown::safe_html(text)></div> }.into_any()),
        (None, by) => Some(
            view! { <p class="empty">"Taken back by " {by.clone().unwrap_or_default()} "."</p> }.into_any(),
        ),
    };
    let edited = said
        .edited
        .filter(|_| said.text.is_some())
        .map(|at| view! { <span class="quiet">" changed " <Time at=at/></span> });
    let answer = said.is_answer.then(|| view! { <span class="badge badge-quiet">"Answer"</span> });
    let accept = (can_answer && said.number > 0 && !said.is_answer && said.text.is_some()).then(|| {
        view! { <form method="post" action=Settle::url() class="inline">{hidden(post, back)}<input r#type="hidden" name="number" value=said.number.to_string()/><button name="action" value="answer">"This answers it"</button></form> }
    });
    let own = own(post, said, back, refused);
    let told = (said.names_somebody && said.untold.is_empty())
        .then(|| view! { <p class="quiet">"Who is named by @ is told of this, where they may read what it is about."</p> });
    let untold = (!said.untold.is_empty()).then(|| {
        let named: Vec<String> = said.untold.iter().map(|key| format!("@{key}")).collect();
        view! { <p class="note">{named.join(", ")} {if named.len() == 1 { " is" } else { " are" }} " not told of this: nobody of that key may read what it is about."</p> }
    });
    if said.number == 0 {
        return view! { {words} {told} {untold} {edited} }.into_any();
    }
    let class = if said.is_answer { "reply answer" } else { "reply" };
    view! {
        <li class=class>
            <p class="thread-by">{by(said)} ", " <Time at=said.at/> {edited} " " {answer}</p>
            {words}
            {told}
            {untold}
            <div class="thread-actions">{accept}{own}</div>
        </li>
    }
    .into_any()
}

/// Changing and taking back.
fn own(post: &PostView, said: &SaidView, back: &str, refused: &Refused) -> AnyView {
    let number = said.number.to_string();
    let id = format!("{}-{number}", post.urn.rest());
    let form = format!("said:{id}");
    let was_refused = refused.form == form;
    let value = if was_refused { refused.value("text").map(ToOwned::to_owned) } else { said.text.clone() };
    let wrong = was_refused.then(|| refusal(refused));
    let change = said.may_edit.then(|| {
        view! {
            <details class="edit" open=was_refused>
                <summary>"Change"<span class="hidden">" what you said"</span></summary>
                <form method="post" action=EditSaid::url()>
                    {hidden(post, back)}
                    <input r#type="hidden" name="number" value=number.clone()/>
                    <label r#for=format!("said-{id}")>"Your words (Markdown)"</label>
                    <p class="wrong">{wrong}</p>
                    <textarea id=format!("said-{id}") name="text" rows="4" inner_html=escaped(&value.unwrap_or_default())></textarea>
                    <button>"Save"</button>
                </form>
            </details>
        }
    });
    let remove = said.may_remove.then(|| {
        view! {
            <details class="edit">
                <summary>"Take back"<span class="hidden">" what was said"</span></summary>
                <form method="post" action=Settle::url()>
                    {hidden(post, back)}
                    <input r#type="hidden" name="number" value=number/>
                    <p class="help">"The words go from this page; that something stood here, and who took it back, stays."</p>
                    <button name="action" value="remove">"Take back"</button>
                </form>
            </details>
        }
    });
    view! { {change} {remove} }.into_any()
}

fn by(said: &SaidView) -> AnyView {
    match &said.by {
        Some(who) => view! { <a href=href(who)>{said.by_name.clone()}</a> }.into_any(),
        None => view! { <span>{said.by_name.clone()}</span> }.into_any(),
    }
}

/// What is, and what would be.
fn proposed(proposal: &ProposalView, status: PostStatus) -> AnyView {
    let said = |text: &str| match text {
        "" => view! { <span class="quiet">"Nothing."</span> }.into_any(),
        text => view! { {text.to_owned()} }.into_any(),
    };
    let moved = (proposal.has_moved && status == PostStatus::Open).then(|| {
        view! { <div><dt>"Now"</dt><dd><p class="words">{said(proposal.now.as_deref().unwrap_or_default())}</p><p class="note note-poor">"It has been changed since this was proposed."</p></dd></div> }
    });
    view! {
        <dl class="proposed">
            <div><dt>{if proposal.has_moved { "As it was" } else { "Before" }}</dt><dd><p class="words"><del>{said(&proposal.before)}</del></p></dd></div>
            {moved}
            <div><dt>"Proposed"</dt><dd><p class="words"><ins>{said(&proposal.after)}</ins></p></dd></div>
        </dl>
    }
    .into_any()
}

fn decided(post: &PostView) -> Option<AnyView> {
    let decided = post.facts.decided.as_ref()?;
    let name = post.decided_by.clone().unwrap_or_default();
    let how = if decided.with_other_words { " in other words" } else { "" };
    let word = (!decided.word.is_empty())
        .then(|| view! { <span class="reason">" “" {decided.word.clone()} "”"</span> });
    Some(
        view! { <p class="decided">{post.status.title()} {how} " by " {name} ", " <Time at=decided.at/> {word}</p> }
            .into_any(),
    )
}

/// For whoever looks after the asset, or made the proposal.
fn verdict(post: &PostView, back: &str, refused: &Refused) -> Option<AnyView> {
    let proposal = post.proposal.as_ref()?;
    if !post.may_edit {
        return post.is_mine.then(|| {
            view! { <form method="post" action=DecideProposal::url() class="inline">{hidden(post, back)}<button name="action" value="withdraw">"Withdraw it"</button></form> }.into_any()
        });
    }
    let id = post.urn.rest().to_owned();
    let was_refused = refused.form == format!("decide:{id}");
    let value = refused.value("value").filter(|_| was_refused).unwrap_or(&proposal.after).to_owned();
    let word = refused.value("word").filter(|_| was_refused).unwrap_or_default().to_owned();
    let input = if proposal.field == "description" {
        view! { <textarea id=format!("value-{id}") name="value" rows="5" inner_html=escaped(&value)></textarea> }.into_any()
    } else {
        view! { <input id=format!("value-{id}") name="value" value=value autocomplete="off"/> }.into_any()
    };
    Some(
        view! {
            <form method="post" action=DecideProposal::url() class="verdict">
                {hidden(post, back)}
                <input r#type="hidden" name="revision" value=proposal.based_on.to_string()/>
                <details class="edit" open=was_refused><summary>"In other words"</summary>
                    <label r#for=format!("value-{id}")>"As you would have it"</label>
                    {input}
                </details>
                <label r#for=format!("word-{id}")>"A word to who proposed it"</label>
                <input id=format!("word-{id}") name="word" value=word autocomplete="off"/>
                <p class="actions"><button name="action" value="accept">"Accept"</button> " " <button name="action" value="refuse" class="secondary">"Refuse"</button></p>
            </form>
        }
        .into_any(),
    )
}

fn reply(post: &PostView, back: &str, refused: &Refused) -> AnyView {
    let id = post.urn.rest().to_owned();
    let was_refused = refused.form == format!("reply:{id}");
    let wrong = was_refused.then(|| refusal(refused));
    let value = refused.value("text").filter(|_| was_refused).unwrap_or_default().to_owned();
    view! {
        <details class="edit" open=was_refused>
            <summary>"Reply"</summary>
            <form method="post" action=Reply::url()>
                {hidden(post, back)}
                <label r#for=format!("reply-{id}")>"Your reply (Markdown)"</label>
                <p class="wrong">{wrong}</p>
                <textarea id=format!("reply-{id}") name="text" rows="4" inner_html=escaped(&value)></textarea>
                <button>"Reply"</button>
            </form>
        </details>
    }
    .into_any()
}

fn settling(post: &PostView, back: &str) -> AnyView {
    let id = post.urn.rest().to_owned();
    if post.status != PostStatus::Open {
        return view! { <form method="post" action=Settle::url() class="inline">{hidden(post, back)}<button name="action" value="reopen" class="secondary">"Open it again"</button></form> }.into_any();
    }
    let solve = (post.kind == PostKind::Problem)
        .then(|| view! { <button name="action" value="solve">"It is solved"</button> " " });
    let close = if post.kind == PostKind::Problem { "It is none" } else { "Close without an answer" };
    view! {
        <details class="edit">
            <summary>{if post.kind == PostKind::Problem { "Say what became of it" } else { "Close" }}</summary>
            <form method="post" action=Settle::url()>
                {hidden(post, back)}
                <label r#for=format!("settle-{id}")>"A word about it"</label>
                <input id=format!("settle-{id}") name="word" autocomplete="off"/>
                <p class="actions">{solve}<button name="action" value="close" class="secondary">{close}</button></p>
            </form>
        </details>
    }
    .into_any()
}

fn hidden(post: &PostView, back: &str) -> AnyView {
    view! {
        <input r#type="hidden" name="post" value=post.urn.to_string()/>
        <input r#type="hidden" name="back" value=back.to_owned()/>
    }
    .into_any()
}
