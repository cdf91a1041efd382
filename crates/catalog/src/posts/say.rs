//! Saying something, replying, changing and taking back one's words, and saying what became of a question or a problem.

use loggia_model::facts::{Decided, PostFacts, PostKind, PostStatus, Said};
use loggia_model::{Actor, Body, Change, ColumnPath, Expected, Kind, Layered, Seq, Urn};
use loggia_policy::Action;

use super::{LONGEST, MOST_REPLIES, Thread, known};
use crate::clock::now;
use crate::edit::last;
use crate::error::Wrong;
use crate::organise::word;
use crate::{Catalog, CatalogError, Permits, Result};

/// What one person may say in a minute.
const A_MINUTE: u32 = 30;
/// How often a change is made again on what others have said meanwhile.
const TRIES: usize = 10;

/// A form of a comment, a question or a problem.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostDraft {
    /// `comment`, `question`, `problem`.
    pub kind: String,
    /// The path of a column, or empty.
    pub column: String,
    /// Markdown.
    pub text: String,
    /// Of a problem: what it is one of, and how much it hurts.
    pub problem: String,
    pub severity: String,
}

/// What becomes of a question or a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settling {
    /// The reply of this number answers the question.
    Answer(u32),
    /// The problem is solved. With a word about how, which may be empty.
    Solve(String),
    /// Nothing will be done with it.
    Close(String),
    Reopen,
}

impl Catalog {
    /// Begins a thread about an asset. To ask, it is enough to know that it is there.
    ///
    /// # Errors
    /// `Invalid` names the fields; `Refused` for whoever nobody knows, and for who writes too much at once.
    pub async fn post(&self, actor: &Actor, about: &Urn, draft: &PostDraft) -> Result<(Urn, Seq)> {
        known(actor)?;
        let permits = self.permits(actor).await?;
        let about = self.directory.asset(about);
        let mut wrong = Wrong::default();
        let kind: Option<PostKind> = wrong.unless(word("kind", &draft.kind))?;
        let kind = kind.filter(|kind| *kind != PostKind::Proposal);
        let action = if kind == Some(PostKind::Question) { Action::Discover } else { Action::Read };
        if about.kind() != Kind::Asset {
            return Err(CatalogError::no(&about));
        }
        let stored = self.head_by(&permits, action, &about).await?;
        let text = wrong.unless(text(&draft.text))?;
        // Which columns it has is for those who may read it.
        let may_read = permits.may(Action::Read, &self.resource(&about, &stored.body).await?);
        let column = wrong.unless(self.column(&stored.body, &draft.column, may_read))?;
        let mut facts = PostFacts { kind, column, ..self.begun(actor, about, text.unwrap_or_default()) };
        if kind == Some(PostKind::Problem) {
            facts.problem = wrong.unless(word("problem", &draft.problem))?;
            facts.severity = wrong.unless(word("severity", &draft.severity))?;
            for (field, is_missing) in
                [("problem", facts.problem.is_none()), ("severity", facts.severity.is_none())]
            {
                let said = if field == "problem" { &draft.problem } else { &draft.severity };
                if is_missing && said.trim().is_empty() {
                    wrong.unless::<()>(Err(CatalogError::invalid(field, "is empty: choose one")))?;
                }
            }
        }
        wrong.settled()?;
        if kind.is_none() {
            return Err(CatalogError::invalid("kind", "is not comment, question or problem"));
        }
        self.add_post(actor, facts).await
    }

    /// # Errors
    /// `NotFound` where the actor may not see the post, `Invalid` where there is nothing said or too much.
    pub async fn reply(&self, actor: &Actor, post: &Urn, words: &str) -> Result<Seq> {
        let words = text(words)?.unwrap_or_default();
        self.check_pace(actor)?;
        self.change_post(actor, post, "replied", |_, _, facts| add_reply(actor, facts, &words).map(drop))
            .await
    }

    /// Answers a question: a reply that stands as its answer at once, of whoever looks after what it is about.
    ///
    /// # Errors
    /// As of [`Catalog::reply`]; `Forbidden` for others, and `Refused` of what is no question, or has its answer.
    pub async fn reply_as_answer(&self, actor: &Actor, post: &Urn, words: &str) -> Result<Seq> {
        let words = text(words)?.unwrap_or_default();
        self.check_pace(actor)?;
        self.change_post(actor, post, "answered", |permits, thread, facts| {
            self.checked_edit(permits, thread)?;
            if facts.status != Some(PostStatus::Open) {
                let why = "somebody has already said what became of it: load the page again";
                return Err(CatalogError::Refused(why.into()));
            }
            let number = add_reply(actor, facts, &words)?;
            settle(actor, facts, &Settling::Answer(number))
        })
        .await
    }

    /// Changes what the actor has said; `number` 0 is the post itself.
    ///
    /// # Errors
    /// `Refused` where it is not theirs, or was taken back.
    pub async fn edit_said(&self, actor: &Actor, post: &Urn, number: u32, words: &str) -> Result<Seq> {
        let words = text(words)?.unwrap_or_default();
        self.change_post(actor, post, "changed what was said", |_, _, facts| {
            let said = nth(facts, number)?;
            if said.by != actor.key {
                return Err(CatalogError::Refused("these are not your words: reply to them instead".into()));
            }
            if said.text != words {
                said.text.clone_from(&words);
                said.edited = Some(now());
            }
            Ok(())
        })
        .await
    }

    /// Takes back what the actor has said or, of what they look after, what others have. That something stood there is
    /// still told.
    ///
    /// # Errors
    /// `Forbidden` for others.
    pub async fn remove_said(&self, actor: &Actor, post: &Urn, number: u32) -> Result<Seq> {
        self.change_post(actor, post, "took back what was said", |permits, thread, facts| {
            let said = nth(facts, number)?;
            if said.by != actor.key {
                self.checked_edit(permits, thread)?;
            }
            said.text = String::new();
            (said.edited, said.removed_by) = (Some(now()), Some(actor.key.clone()));
            if let Some(proposed) = facts.proposed.as_mut().filter(|_| number == 0) {
                (proposed.before, proposed.after) = (String::new(), String::new());
            }
            if facts.answer == Some(number) {
                (facts.answer, facts.status, facts.decided) = (None, Some(PostStatus::Open), None);
            }
            // With its own words gone, nobody is to do anything about it.
            if number == 0 && facts.is_waiting() {
                let status = match facts.kind {
                    Some(PostKind::Proposal) => PostStatus::Withdrawn,
                    _ => PostStatus::Closed,
                };
                (facts.status, facts.decided) = (Some(status), Some(decided(actor, String::new())));
            }
            Ok(())
        })
        .await
    }

    /// Says what became of a question or a problem: whoever asked, or looks after what it is about.
    ///
    /// # Errors
    /// `Refused` where that cannot become of it, `Forbidden` for others.
    pub async fn settle(&self, actor: &Actor, post: &Urn, settling: Settling) -> Result<Seq> {
        if let Settling::Solve(word) | Settling::Close(word) = &settling {
            short(word)?;
        }
        self.change_post(actor, post, reason(&settling), |permits, thread, facts| {
            if !thread.is_by(actor) {
                self.checked_edit(permits, thread)?;
            }
            let may_edit = permits.may(Action::Edit, &thread.resource);
            if let Settling::Answer(number) = settling
                && number > 0
                && !may_edit
                && nth(facts, number).is_ok_and(|said| said.by == actor.key)
            {
                let why = "this is your own reply: what answers you is what others say";
                return Err(CatalogError::Refused(why.into()));
            }
            settle(actor, facts, &settling)
        })
        .await
    }

    pub(super) async fn add_post(&self, actor: &Actor, facts: PostFacts) -> Result<(Urn, Seq)> {
        self.check_pace(actor)?;
        let (urn, change) = self.new_post(actor, facts)?;
        let seq = last(&self.store.append(actor, vec![change]).await?);
        Ok((urn, seq))
    }

    pub(crate) fn new_post(&self, actor: &Actor, facts: PostFacts) -> Result<(Urn, Change)> {
        let kind = facts.kind.map_or("post", PostKind::as_str);
        let mut layers = Layered::default();
        layers.say("post", &actor.key, now(), |own| *own = facts);
        // Names go on with time: what is newer comes later.
        let name = format!("urn:loggia:post:{:x}-{}", now().micros().max(0), crate::tokens::fresh_id());
        let urn: Urn = name.parse().map_err(|error| CatalogError::Refused(format!("{error}")))?;
        let change =
            Change::put(urn.clone(), Expected::Absent, Body::Post(layers), format!("began a {kind}"));
        Ok((urn, change))
    }

    pub(crate) fn begun(&self, actor: &Actor, about: Urn, text: String) -> PostFacts {
        PostFacts {
            about: Some(about),
            said: Some(said(actor, text)),
            status: Some(PostStatus::Open),
            ..PostFacts::default()
        }
    }

    /// The column of a form, which the asset must have.
    pub(super) fn column(&self, body: &Body, path: &str, may_read: bool) -> Result<Option<ColumnPath>> {
        let path = path.trim();
        if path.is_empty() {
            return Ok(None);
        }
        let known: Option<ColumnPath> = path.parse().ok();
        let Body::Asset(layers) = body else { return Ok(None) };
        let shown = layers.view();
        let known = known.filter(|known| may_read && shown.columns.contains_key(known));
        known.map(Some).ok_or_else(|| CatalogError::invalid("column", format!("there is no column '{path}'")))
    }

    /// Changes a post; again, where others have changed it meanwhile.
    async fn change_post(
        &self,
        actor: &Actor,
        urn: &Urn,
        reason: &str,
        change: impl Fn(&Permits, &Thread, &mut PostFacts) -> Result<()>,
    ) -> Result<Seq> {
        known(actor)?;
        for _ in 0..TRIES {
            let permits = self.permits(actor).await?;
            let thread = self.thread(&permits, urn).await?;
            let mut facts = thread.facts.as_ref().clone();
            change(&permits, &thread, &mut facts)?;
            if facts == *thread.facts {
                return Ok(thread.stored.seq);
            }
            let change = thread.becomes(actor, facts, reason)?;
            match self.store.append(actor, vec![change]).await.map_err(CatalogError::from) {
                Ok(written) => return Ok(last(&written)),
                Err(CatalogError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(CatalogError::Busy("many write here at once: try again in a moment".into()))
    }

    fn check_pace(&self, actor: &Actor) -> Result<()> {
        if self.posting.is_within(A_MINUTE, Some(actor.key.as_str()), now()) {
            return Ok(());
        }
        let why = format!("you have written {A_MINUTE} times within a minute: wait a little");
        Err(CatalogError::Refused(why))
    }
}

/// Its number.
fn add_reply(actor: &Actor, facts: &mut PostFacts, words: &str) -> Result<u32> {
    let replies = facts.replies.get_or_insert_default();
    if replies.len() >= MOST_REPLIES {
        let why = format!("{MOST_REPLIES} replies are enough for one thread: begin another");
        return Err(CatalogError::Refused(why));
    }
    replies.push(said(actor, words.to_owned()));
    Ok(u32::try_from(replies.len()).unwrap_or(u32::MAX))
}

fn settle(actor: &Actor, facts: &mut PostFacts, settling: &Settling) -> Result<()> {
    let refused = |why: &str| Err(CatalogError::Refused(why.to_owned()));
    let is_open = facts.status == Some(PostStatus::Open);
    let (status, answer, word) = match (settling, facts.kind) {
        (Settling::Answer(number), Some(PostKind::Question)) => {
            if *number == 0 {
                return refused("a question does not answer itself: choose a reply");
            }
            if nth(facts, *number).is_err() {
                return refused("this reply is not there any more: choose another");
            }
            (PostStatus::Answered, Some(*number), String::new())
        }
        (Settling::Solve(word), Some(PostKind::Problem)) if is_open => {
            (PostStatus::Solved, None, word.clone())
        }
        (Settling::Close(word), Some(PostKind::Question | PostKind::Problem)) if is_open => {
            (PostStatus::Closed, None, word.clone())
        }
        (Settling::Reopen, Some(PostKind::Question | PostKind::Problem)) if !is_open => {
            (facts.status, facts.answer, facts.decided) = (Some(PostStatus::Open), None, None);
            return Ok(());
        }
        (Settling::Reopen, _) => return refused("it is open"),
        (_, Some(PostKind::Question | PostKind::Problem)) if !is_open => {
            return refused("somebody has already said what became of it: load the page again");
        }
        _ => return refused("that cannot become of it"),
    };
    (facts.status, facts.answer) = (Some(status), answer);
    facts.decided = Some(decided(actor, word.trim().to_owned()));
    Ok(())
}

fn reason(settling: &Settling) -> &'static str {
    match settling {
        Settling::Answer(_) => "answered",
        Settling::Solve(_) => "solved",
        Settling::Close(_) => "closed",
        Settling::Reopen => "opened again",
    }
}

fn said(actor: &Actor, text: String) -> Said {
    Said { by: actor.key.clone(), at: now(), text, edited: None, removed_by: None }
}

pub(super) fn decided(actor: &Actor, word: String) -> Decided {
    Decided { by: actor.key.clone(), at: now(), word, with_other_words: false }
}

/// What was said, by its number, as long as it stands.
fn nth(facts: &mut PostFacts, number: u32) -> Result<&mut Said> {
    let mut all = facts.said.iter_mut().chain(facts.replies.iter_mut().flatten());
    let said =
        all.nth(usize::try_from(number).unwrap_or(usize::MAX)).filter(|said| said.removed_by.is_none());
    said.ok_or_else(|| CatalogError::Refused("this is not there any more: load the page again".into()))
}

/// What somebody says: something, and not too much.
pub(super) fn text(text: &str) -> Result<Option<String>> {
    let text = crate::edit::long_text("text", text)?;
    let length = text.as_ref().map_or(0, |text| text.chars().count());
    if length > LONGEST {
        let message = format!("has {length} characters, and may have {LONGEST}");
        return Err(CatalogError::invalid("text", message));
    }
    text.map(Some).ok_or_else(|| CatalogError::invalid("text", "is empty: say something"))
}

/// A word about a decision, which may be empty.
pub(super) fn short(word: &str) -> Result<()> {
    let length = word.chars().count();
    if length <= 1_000 {
        return Ok(());
    }
    Err(CatalogError::invalid("word", format!("has {length} characters, and may have 1000")))
}
