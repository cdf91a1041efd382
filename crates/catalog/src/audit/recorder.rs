//! What is to be noted waits here for a second at most, and what is alike becomes one line with a count: a flood
//! costs a counter, not memory, and no change waits for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;
use loggia_model::{Actor, ActorKey, Door, Timestamp, Urn, Who};
use loggia_policy::Action;

use crate::ports::{Act, Noted};

/// Lines that wait. What is more is told by one line of whoever did it, with its count.
const MOST: usize = 10_000;
/// Of these, lines of whoever nobody knows.
const MOST_ANONYMOUS: usize = 200;

/// Why, on the line that stands for what had no room for lines of its own.
const OTHERS: &str = "and others, too many to tell one by one";

/// What happened, of whatever actor.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    act: Act,
    action: Option<Action>,
    urn: Option<Urn>,
    why: String,
}

/// What folds together. Of whoever nobody knows, neither the entity nor the reason counts: who tries all names has one line.
#[derive(PartialEq, Eq, Hash)]
struct Alike {
    actor: ActorKey,
    who: Who,
    door: Door,
    origin: Option<Arc<str>>,
    act: Act,
    action: Option<Action>,
    urn: Option<Urn>,
    why: String,
}

#[derive(Default)]
pub(crate) struct Recorder {
    waiting: Mutex<Waiting>,
    /// Held by whoever writes: who waits for it finds its own lines written, or writes them.
    pub writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    lines: IndexMap<Alike, Noted>,
    /// How many of them are of whoever nobody knows.
    anonymous: usize,
}

impl Event {
    pub fn of(act: Act, why: impl Into<String>) -> Self {
        Self { act, action: None, urn: None, why: why.into() }
    }

    pub fn refused(action: Action, urn: &Urn, why: impl Into<String>) -> Self {
        Self::refused_new(action, why).about(urn)
    }

    /// Of what is not there yet.
    pub fn refused_new(action: Action, why: impl Into<String>) -> Self {
        Self { action: Some(action), ..Self::of(Act::Refused, why) }
    }

    pub fn about(self, urn: &Urn) -> Self {
        Self { urn: Some(urn.clone()), ..self }
    }

    fn by(self, actor: &Actor, at: Timestamp) -> Noted {
        Noted {
            at,
            until: at,
            actor: actor.key.clone(),
            who: actor.who,
            door: actor.door,
            origin: actor.from.clone(),
            act: self.act,
            action: self.action,
            urn: self.urn,
            why: self.why,
            count: 1,
        }
    }
}

impl Recorder {
    pub fn add(&self, actor: &Actor, event: Event, at: Timestamp) {
        self.waiting().fold(event.by(actor, at));
    }

    /// What waits, in the order in which it came.
    pub fn take(&self) -> Vec<Noted> {
        std::mem::take(&mut *self.waiting()).lines.into_values().collect()
    }

    /// Gives back what could not be written.
    pub fn put_back(&self, lines: Vec<Noted>) {
        let mut waiting = self.waiting();
        let since = std::mem::take(&mut *waiting);
        for noted in lines.into_iter().chain(since.lines.into_values()) {
            waiting.fold(noted);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn fold(&mut self, noted: Noted) {
        let alike = Alike::of(&noted);
        if let Some(known) = self.lines.get_mut(&alike) {
            return known.take_in(&noted);
        }
        let is_anonymous = noted.who == Who::Anonymous;
        let is_full = self.lines.len() >= MOST || (is_anonymous && self.anonymous >= MOST_ANONYMOUS);
        if is_full && noted.why != OTHERS {
            return self.fold(noted.among_others());
        }
        // Lines for the rest may be as many more as there are people, ways in and acts.
        self.anonymous += usize::from(is_anonymous);
        self.lines.insert(alike, noted);
    }
}

impl Alike {
    fn of(noted: &Noted) -> Self {
        let is_known = noted.who != Who::Anonymous;
        Self {
            actor: noted.actor.clone(),
            who: noted.who,
            door: noted.door,
            origin: noted.origin.clone(),
            act: noted.act,
            action: noted.action,
            urn: noted.urn.clone().filter(|_| is_known),
            // The line that stands for the rest is not that of one of them.
            why: if is_known || noted.why == OTHERS { noted.why.clone() } else { String::new() },
        }
    }
}

impl Noted {
    fn take_in(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.until = self.until.max(other.until);
    }

    fn among_others(self) -> Self {
        let actor = match self.who {
            Who::Anonymous => Actor::anonymous(self.door).key,
            _ => self.actor,
        };
        Self { actor, origin: None, action: None, urn: None, why: OTHERS.to_owned(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(second)
    }

    fn table(place: usize) -> Urn {
        format!("urn:loggia:asset:db;t{place}").parse().unwrap()
    }

    #[test]
    fn what_is_alike_is_one_line_with_a_count() {
        let (recorder, ana) = (Recorder::default(), Actor::person("ana".parse().unwrap(), Door::Browser));
        for second in 1..=3 {
            recorder.add(&ana, Event::refused(Action::Read, &table(1), "no"), at(second));
        }
        recorder.add(&ana, Event::refused(Action::Edit, &table(1), "no"), at(4));

        let lines = recorder.take();

        let told: Vec<_> = lines.iter().map(|line| (line.action, line.count, line.at, line.until)).collect();
        assert_eq!(told, [(Some(Action::Read), 3, at(1), at(3)), (Some(Action::Edit), 1, at(4), at(4))]);
        assert!(recorder.take().is_empty());
    }

    #[test]
    fn who_tries_all_names_from_all_places_has_few_lines_and_each_try_counts() {
        let recorder = Recorder::default();
        for place in 0..50_000 {
            let from = format!("2001:db8::{:x}", place % 5_000);
            let nobody = Actor::anonymous(Door::Browser).from_address(Some(from.into()));
            recorder.add(&nobody, Event::refused(Action::Read, &table(place), "no"), at(1));
        }

        let lines = recorder.take();

        assert_eq!(lines.len(), MOST_ANONYMOUS + 1);
        assert_eq!(lines.iter().map(|line| line.count).sum::<u64>(), 50_000);
        assert_eq!(lines.last().map(|line| line.why.as_str()), Some(OTHERS));
    }

    #[test]
    fn a_person_who_tries_everything_is_named_with_the_rest() {
        let (recorder, eve) = (Recorder::default(), Actor::person("eve".parse().unwrap(), Door::Browser));
        for place in 0..MOST + 500 {
            recorder.add(&eve, Event::refused(Action::Read, &table(place), "no"), at(1));
        }

        let lines = recorder.take();

        assert_eq!(lines.len(), MOST + 1);
        let rest = lines.last().unwrap();
        assert_eq!((rest.actor.as_str(), rest.count), ("eve", 500));
    }

    #[test]
    fn what_is_given_back_comes_first_and_folds_with_what_came_since() {
        let (recorder, ana) = (Recorder::default(), Actor::person("ana".parse().unwrap(), Door::Browser));
        recorder.add(&ana, Event::refused(Action::Read, &table(1), "no"), at(1));
        let taken = recorder.take();
        recorder.add(&ana, Event::refused(Action::Read, &table(2), "no"), at(2));
        recorder.add(&ana, Event::refused(Action::Read, &table(1), "no"), at(3));

        recorder.put_back(taken);

        let told: Vec<_> = recorder.take().into_iter().map(|line| (line.urn, line.count)).collect();
        assert_eq!(told, [(Some(table(1)), 2), (Some(table(2)), 1)]);
    }
}
