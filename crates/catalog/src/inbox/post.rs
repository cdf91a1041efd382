//! Whom a post tells what: whoever looks after what it is about, whoever has spoken in it, and whoever is named.

use std::collections::{BTreeMap, BTreeSet};

use loggia_model::facts::{PostFacts, PostKind};
use loggia_model::{ActorKey, Body, Kind, Record, Urn};
use loggia_policy::Action;

use super::telling::event;
use crate::ports::{Told, What};
use crate::{Catalog, Result};

impl Catalog {
    pub(super) async fn told_by_post(&self, record: &Record, body: &Body) -> Result<Vec<Told>> {
        let Body::Post(layers) = body else { return Ok(Vec::new()) };
        let after = layers.view();
        let before = match self.body_before(record).await?.as_deref() {
            Some(Body::Post(layers)) => Some(layers.view()),
            _ => None,
        };
        let Some(about) = after.about.as_ref().map(|about| self.directory.asset(about)) else {
            return Ok(Vec::new());
        };
        let Some(asset) = self.store.read(std::slice::from_ref(&about)).await?.pop().flatten() else {
            return Ok(Vec::new());
        };
        let author = after.said.as_ref().map(|said| said.by.clone());
        // Of what happened to each, the last that is put here is told.
        let mut who: BTreeMap<ActorKey, (What, String)> = BTreeMap::new();
        let kind = after.kind.unwrap_or(PostKind::Comment);
        match happened_to(before.as_deref(), &after) {
            Some((What::Asked, detail)) => {
                let looks_after = self.looked_after_by(&asset.body).into_iter().flat_map(|(_, who)| who);
                for key in self.keys_and_deputies(looks_after) {
                    who.insert(key, (What::Asked, detail.clone()));
                }
            }
            Some(told) => {
                who.extend(after.all_said().map(|(_, said)| (said.by.clone(), told.clone())));
            }
            None => {}
        }
        let named = mentioned(&after);
        let named_before = before.as_deref().map(mentioned).unwrap_or_default();
        for slug in named.difference(&named_before) {
            let person: Option<Urn> = format!("urn:loggia:{}:{slug}", Kind::Person).parse().ok();
            let person = person.filter(|person| self.directory.entry(person).is_some());
            for key in self.keys_of(person.into_iter()) {
                who.insert(key, (What::Mentioned, kind.title().to_lowercase()));
            }
        }
        who.remove(&record.actor);
        // Who asked is told by the question, whoever has put it here.
        let by = if before.is_none() { author.clone() } else { None };
        who.remove(by.as_ref().unwrap_or(&record.actor));
        let mut told = Vec::new();
        for (person, (what, detail)) in who {
            if self.they_may(&person, to_hear(&after, &person), &about, &asset.body).await? {
                let event = event(record, person, record.urn.clone(), what, detail);
                told.push(Told { by: by.clone().unwrap_or(event.by), ..event });
            }
        }
        Ok(told)
    }
}

/// What somebody must be able to do, to be told what is said: whoever began it may know of the asset alone.
pub(crate) fn to_hear(thread: &PostFacts, who: &ActorKey) -> Action {
    let is_author = thread.said.as_ref().is_some_and(|said| said.by == *who);
    if is_author { Action::Discover } else { Action::Read }
}

/// What happened to a thread: it was begun and waits, it was settled, or somebody replied.
pub(crate) fn happened_to(before: Option<&PostFacts>, after: &PostFacts) -> Option<(What, String)> {
    let kind = after.kind.unwrap_or(PostKind::Comment).title().to_lowercase();
    let Some(before) = before else {
        // What a file or another catalog brings may be settled already.
        return after.is_waiting().then_some((What::Asked, kind));
    };
    match after.status.filter(|status| Some(*status) != before.status) {
        Some(status) => Some((What::Settled, settled(after, status.as_str()))),
        None => {
            let has_more = after.replies.as_ref().map(Vec::len) > before.replies.as_ref().map(Vec::len);
            has_more.then_some((What::Replied, kind))
        }
    }
}

/// `proposal accepted`; the word about it stands in the thread, where it can be taken back.
fn settled(facts: &PostFacts, status: &str) -> String {
    let kind = facts.kind.map(|kind| kind.title().to_lowercase()).unwrap_or_default();
    format!("{kind} {status}")
}

/// The people who are named by `@` and their key, in all that stands there.
fn mentioned(facts: &PostFacts) -> BTreeSet<String> {
    let texts = facts.all_said().map(|(_, said)| said.text.as_str());
    texts.flat_map(mentions).map(ToOwned::to_owned).collect()
}

pub(crate) fn mentions(text: &str) -> impl Iterator<Item = &str> {
    let is_part =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-._".contains(letter);
    text.match_indices('@').filter_map(move |(place, _)| {
        // An address is none.
        let is_alone = text.get(..place)?.chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let rest = text.get(place + 1..)?;
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        rest.get(..end).map(|slug| slug.trim_end_matches('.')).filter(|slug| is_alone && !slug.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn people_are_named_by_their_key() {
        let text = "Thanks @ana.benitez. (@olga) me@example.com @Nobody @ and @carlos";
        assert_eq!(mentions(text).collect::<Vec<_>>(), ["ana.benitez", "olga", "carlos"]);
    }
}
