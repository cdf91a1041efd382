//! The server functions about what people say to each other, and are told.

use leptos::prelude::*;

use super::Outcome;
#[cfg(feature = "ssr")]
use super::posts;

/// Begins a question, a problem or a comment about an asset. `go` is `post` for whoever is to be led to it.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn say(
    about: String,
    #[server(default)] kind: String,
    #[server(default)] column: String,
    #[server(default)] text: String,
    #[server(default)] problem: String,
    #[server(default)] severity: String,
    #[server(default)] go: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    let draft = loggia_catalog::posts::PostDraft { kind, column, text, problem, severity };
    posts::say(&about, draft, &go, &back).await
}

/// Replies, and where `answers` is `yes`, that is the answer at once.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn reply(
    post: String,
    #[server(default)] text: String,
    #[server(default)] answers: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::reply(&post, text, answers == "yes", &back).await
}

/// Changes what one has said oneself: 0 is the post itself, the replies go on from 1.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn edit_said(
    post: String,
    #[server(default)] number: String,
    #[server(default)] text: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::edit_said(&post, &number, text, &back).await
}

/// What can be done with a thread: `answer` and `remove` (with the number of what was said), `solve` and `close` (with a
/// word), `reopen`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn settle(
    post: String,
    #[server(default)] action: String,
    #[server(default)] number: String,
    #[server(default)] word: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::settle(&post, &action, &number, word, &back).await
}

/// Proposes another value of a field to those who look after an asset.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn propose(
    about: String,
    #[server(default)] column: String,
    #[server(default)] field: String,
    #[server(default)] value: String,
    #[server(default)] text: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    let draft = loggia_catalog::posts::ProposalDraft { field, column, value, text };
    posts::propose(&about, draft, &back).await
}

/// What becomes of a proposal: `accept` (in other words where `value` is there), `refuse`, `withdraw`. `revision` is the
/// asset's, as it was seen.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn decide_proposal(
    post: String,
    #[server(default)] action: String,
    #[server(default)] value: Option<String>,
    #[server(default)] word: String,
    #[server(default)] revision: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::decide(&post, posts::Decision { action, value, word, revision }, &back).await
}

/// The same for several, as they are: `accept` or `refuse`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn decide_proposals(
    #[server(default)] posts: Vec<String>,
    #[server(default)] action: String,
    #[server(default)] word: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    super::posts::decide_all(posts, &action, word, &back).await
}

/// Follows something, or with `on` being `no`, does not any more.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn follow(
    urn: String,
    #[server(default)] on: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::follow(&urn, &on, &back).await
}

/// Marks what one was told as read: that of one number or, with `all` being `yes`, all up to it.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn mark_read(
    seq: String,
    #[server(default)] all: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::mark_read(&seq, &all, &back).await
}

/// Puts what one was told aside: `tomorrow`, `week`, `month`, or `done`; or takes it up again (`open`).
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn put_aside(
    seq: String,
    #[server(default)] how: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::put_aside(&seq, &how, &back).await
}

/// Puts what there is to do of a kind aside: `tomorrow`, `week` or `month`; or takes it up again (`open`).
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn put_task_aside(
    task: String,
    #[server(default)] how: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::put_task_aside(&task, &how, &back).await
}

/// Puts a question, a problem or a proposal that waits aside: `tomorrow`, `week` or `month`; or takes it up again (`open`).
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn put_post_aside(
    post: String,
    #[server(default)] how: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::put_post_aside(&post, &how, &back).await
}

/// Says who stands in for oneself, until a day; without either, that one is back.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn set_away(
    #[server(default)] deputy: String,
    #[server(default)] until: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    posts::set_away(deputy, until, &back).await
}
