//! What the server functions about posts do: questions, problems, comments, and proposals.

use leptos::prelude::*;
use loggia_catalog::ports::Aside;
use loggia_catalog::posts::{PostDraft, ProposalDraft, Settling, Verdict};
use loggia_catalog::tasks::Task;
use loggia_catalog::{CatalogError, FieldError};
use loggia_model::{Kind, Seq, Timestamp, Urn};

use super::Outcome;
use super::server::{Refused, finish, parse_urn, request, revision};
use crate::pages::asset::SAY_FORM;
use crate::pages::inbox::{AWAY_FORM, FORM as INBOX_FORM};
use crate::request::Request;
use crate::ui::follow::FORM as FOLLOW_FORM;
use crate::ui::links::href;
use crate::ui::waiting::FORM as TASKS_FORM;

pub async fn say(about: &str, draft: PostDraft, go: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let values = [
        ("kind", &draft.kind),
        ("column", &draft.column),
        ("text", &draft.text),
        ("problem", &draft.problem),
        ("severity", &draft.severity),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value.clone())).to_vec();
    let result = match parse_urn(about) {
        Ok(about) => request.catalog.post(&request.actor, &about, &draft).await,
        Err(error) => Err(error),
    };
    // Whoever may not read what they ask about is led to what they asked, and not there.
    let result = result.map(|(post, seq)| {
        let to = if go == "post" { href(&post) } else { String::new() };
        (seq, "Said.".to_owned(), to)
    });
    finish(&request, result, back, Refused { form: SAY_FORM.into(), values, ..Refused::default() }).await
}

pub async fn reply(post: &str, text: String, is_answer: bool, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = match post_urn(post) {
        Ok(post) if is_answer => request.catalog.reply_as_answer(&request.actor, &post, &text).await,
        Ok(post) => request.catalog.reply(&request.actor, &post, &text).await,
        Err(error) => Err(error),
    };
    let form = format!("reply:{}", name_of(post));
    told(&request, result, "Said.", back, Refused { form, values: words("text", text), ..Refused::default() })
        .await
}

pub async fn edit_said(post: &str, number: &str, text: String, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = change(&request, post, number, &text).await;
    let form = format!("said:{}-{number}", name_of(post));
    told(
        &request,
        result,
        "Saved.",
        back,
        Refused { form, values: words("text", text), ..Refused::default() },
    )
    .await
}

async fn change(request: &Request, post: &str, number: &str, text: &str) -> Result<Seq, CatalogError> {
    request.catalog.edit_said(&request.actor, &post_urn(post)?, counted(number)?, text).await
}

pub async fn settle(
    post: &str,
    action: &str,
    number: &str,
    word: String,
    back: &str,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = do_settle(&request, post, action, number, &word).await;
    let form = format!("settle:{}", name_of(post));
    told(&request, result, "Done.", back, Refused { form, values: words("word", word), ..Refused::default() })
        .await
}

async fn do_settle(
    request: &Request,
    post: &str,
    action: &str,
    number: &str,
    word: &str,
) -> Result<Seq, CatalogError> {
    let (catalog, actor, post) = (&request.catalog, &request.actor, post_urn(post)?);
    let settling = match action {
        "remove" => return catalog.remove_said(actor, &post, counted(number)?).await,
        "answer" => Settling::Answer(counted(number)?),
        "solve" => Settling::Solve(word.to_owned()),
        "close" => Settling::Close(word.to_owned()),
        "reopen" => Settling::Reopen,
        other => {
            return Err(CatalogError::invalid("action", format!("'{other}' cannot be done with a post")));
        }
    };
    catalog.settle(actor, &post, settling).await
}

pub async fn propose(about: &str, draft: ProposalDraft, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let form = match draft.column.as_str() {
        "" => format!("propose:{}", draft.field),
        column => format!("propose:{column}:{}", draft.field),
    };
    let values = vec![("value".to_owned(), draft.value.clone()), ("text".to_owned(), draft.text.clone())];
    let result = match parse_urn(about) {
        Ok(about) => request.catalog.propose(&request.actor, &about, &draft).await,
        Err(error) => Err(error),
    };
    let result = result.map(|(post, seq)| (seq, "Proposed.".to_owned(), href(&post)));
    finish(&request, result, back, Refused { form, values, ..Refused::default() }).await
}

pub struct Decision {
    pub action: String,
    pub value: Option<String>,
    pub word: String,
    pub revision: String,
}

pub async fn decide(post: &str, decision: Decision, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = do_decide(&request, post, &decision).await;
    let mut values = words("word", decision.word);
    values.extend(decision.value.map(|value| ("value".to_owned(), value)));
    let form = format!("decide:{}", name_of(post));
    told(&request, result, "Done.", back, Refused { form, values, ..Refused::default() }).await
}

async fn do_decide(request: &Request, post: &str, decision: &Decision) -> Result<Seq, CatalogError> {
    let verdict = verdict(&decision.action, decision.value.clone())?;
    let revision = revision(&decision.revision)?;
    let post = post_urn(post)?;
    request.catalog.decide_proposal(&request.actor, &post, &verdict, &decision.word, revision).await
}

/// Each by itself: one that cannot be decided keeps none of the others from it.
pub async fn decide_all(
    posts: Vec<String>,
    action: &str,
    word: String,
    back: &str,
) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let mut newest = request.actor.seen;
    let (mut done, mut wrong) = (0_usize, Vec::new());
    for post in &posts {
        let decision =
            Decision { action: action.to_owned(), value: None, word: word.clone(), revision: String::new() };
        match do_decide(&request, post, &decision).await {
            Ok(seq) => {
                newest = newest.max(seq);
                done += 1;
            }
            Err(error) => wrong.push(FieldError { field: post.clone(), message: error.to_string() }),
        }
    }
    let result = match wrong.first() {
        _ if posts.is_empty() => Err(CatalogError::Refused("choose one at least".into())),
        None => Ok(newest),
        Some(first) => Err(CatalogError::Refused(format!(
            "{done} of {} are done; the others are not, such as one for this reason: {}",
            posts.len(),
            first.message
        ))),
    };
    let refused = Refused { form: INBOX_FORM.into(), values: words("word", word), ..Refused::default() };
    told(&request, result, "Done.", back, refused).await
}

pub async fn follow(urn: &str, on: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = match parse_urn(urn) {
        Ok(urn) => request.catalog.set_following(&request.actor, &urn, on != "no").await,
        Err(error) => Err(error),
    };
    let message = if on == "no" { "You follow it no more." } else { "You follow it." };
    let result = result.map(|()| request.actor.seen);
    told(&request, result, message, back, Refused { form: FOLLOW_FORM.into(), ..Refused::default() }).await
}

pub async fn mark_read(seq: &str, all: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = match seq.parse() {
        Ok(seq) => request.catalog.mark_read(&request.actor, Seq(seq), all == "yes").await,
        Err(_) => Err(CatalogError::invalid("seq", format!("'{seq}' is not the number of an event"))),
    };
    let result = result.map(|()| request.actor.seen);
    told(&request, result, "Read.", back, Refused { form: INBOX_FORM.into(), ..Refused::default() }).await
}

pub async fn put_aside(seq: &str, how: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = aside(&request, seq, how).await;
    let result = result.map(|()| request.actor.seen);
    told(&request, result, "Done.", back, Refused { form: INBOX_FORM.into(), ..Refused::default() }).await
}

async fn aside(request: &Request, seq: &str, how: &str) -> Result<(), CatalogError> {
    let not_a_number = |_| CatalogError::invalid("seq", format!("'{seq}' is not the number of an event"));
    let seq = seq.parse().map_err(not_a_number)?;
    let aside = match how {
        "done" => Some(Aside::Done),
        how => until(how)?.map(Aside::Until),
    };
    request.catalog.put_aside(&request.actor, Seq(seq), aside).await
}

pub async fn put_task_aside(task: &str, how: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = task_aside(&request, task, how).await.map(|()| request.actor.seen);
    told(&request, result, "Done.", back, Refused { form: TASKS_FORM.into(), ..Refused::default() }).await
}

pub async fn put_post_aside(post: &str, how: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = post_aside(&request, post, how).await.map(|()| request.actor.seen);
    told(&request, result, "Done.", back, Refused { form: INBOX_FORM.into(), ..Refused::default() }).await
}

async fn post_aside(request: &Request, post: &str, how: &str) -> Result<(), CatalogError> {
    request.catalog.put_post_aside(&request.actor, &parse_urn(post)?, until(how)?).await
}

async fn task_aside(request: &Request, task: &str, how: &str) -> Result<(), CatalogError> {
    let task: Task = task.parse().map_err(|why: String| CatalogError::invalid("task", why))?;
    request.catalog.put_task_aside(&request.actor, task, until(how)?).await
}

/// Until when something is put aside; `None` where it is taken up again.
fn until(how: &str) -> Result<Option<Timestamp>, CatalogError> {
    let now = Timestamp::from_system(std::time::SystemTime::now());
    let days = match how {
        "tomorrow" => 1,
        "week" => 7,
        "month" => 30,
        "open" => return Ok(None),
        other => {
            let why = format!("'{other}' is none of the ways: tomorrow, week, month, open");
            return Err(CatalogError::invalid("how", why));
        }
    };
    Ok(Some(now.plus_seconds(86_400 * days)))
}

pub async fn set_away(deputy: String, until: String, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = request.catalog.set_away(&request.actor, &deputy, &until).await;
    let values = vec![("deputy".to_owned(), deputy), ("until".to_owned(), until)];
    told(&request, result, "Saved.", back, Refused { form: AWAY_FORM.into(), values, ..Refused::default() })
        .await
}

fn verdict(action: &str, value: Option<String>) -> Result<Verdict, CatalogError> {
    match action {
        "accept" => Ok(Verdict::Accepted(value)),
        "refuse" => Ok(Verdict::Refused),
        "withdraw" => Ok(Verdict::Withdrawn),
        other => Err(CatalogError::invalid("action", format!("'{other}' is not accept, refuse or withdraw"))),
    }
}

async fn told(
    request: &Request,
    result: Result<Seq, CatalogError>,
    message: &str,
    back: &str,
    refused: Refused,
) -> Result<Outcome, ServerFnError> {
    let result = result.map(|seq| (seq, message.to_owned(), String::new()));
    finish(request, result, back, refused).await
}

fn post_urn(text: &str) -> Result<Urn, CatalogError> {
    let urn = parse_urn(text)?;
    if urn.kind() == Kind::Post {
        Ok(urn)
    } else {
        Err(CatalogError::invalid("post", "is not the URN of a post"))
    }
}

fn counted(number: &str) -> Result<u32, CatalogError> {
    number.parse().map_err(|_| CatalogError::invalid("number", format!("'{number}' is not that of a reply")))
}

/// As the forms of a thread are called after it.
fn name_of(post: &str) -> &str {
    post.rsplit(':').next().unwrap_or(post)
}

fn words(name: &str, value: String) -> Vec<(String, String)> {
    vec![(name.to_owned(), value)]
}
