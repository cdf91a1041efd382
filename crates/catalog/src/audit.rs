//! The audit: who did what, and what they were kept from. Changes are the log; refusals, readings of data and comings
//! and goings are a stream beside it, which is written here and nowhere else.

mod read;
mod recorder;
mod written;

use std::time::Duration;

use loggia_model::{Actor, ActorKey};

pub use self::read::{AuditCursor, AuditEntry, AuditPage, AuditQuery, ChangedAt, What};
pub(crate) use self::recorder::{Event, Recorder};
pub use self::written::{CSV_HEAD, csv_line, json_line};
use crate::clock::now;
use crate::ports::{Act, StoreError};
use crate::sessions::random;
use crate::{Catalog, PATIENCE, Result};

/// How long a line waits for others that are alike.
const WINDOW: Duration = Duration::from_secs(1);

pub(crate) fn start(catalog: &Catalog) {
    let catalog = catalog.clone();
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(WINDOW);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            // What could not be written waits for the next second; that it does is in the program's own log.
            let _waits = catalog.flush_audit().await;
        }
    });
}

impl Catalog {
    /// Notes it; it is written within a second or so, with what is alike.
    pub(crate) fn note(&self, actor: &Actor, event: Event) {
        self.audit.add(actor, event, now());
    }

    /// Notes it, and returns when it cannot be lost any more. Whoever else waits shares the write.
    pub(crate) async fn note_for_good(&self, actor: &Actor, event: Event) -> Result<()> {
        self.note(actor, event);
        self.flush_audit().await
    }

    /// Writes what has been noted.
    ///
    /// # Errors
    /// Where the store cannot be written; nothing is lost by it.
    pub async fn flush_audit(&self) -> Result<()> {
        let catalog = self.clone();
        // By itself: whoever asked may go away in the midst, and what was taken must not go with them.
        let written = tokio::spawn(async move { catalog.write_audit().await }).await;
        let ended =
            || StoreError::Unavailable("the audit could not be written: the program is ending".into());
        Ok(written.map_err(|_| ended())??)
    }

    /// The same, as far as it does not take long: who reads sees what is there.
    pub(crate) async fn flush_audit_or_not(&self) {
        let _late = tokio::time::timeout(PATIENCE, self.flush_audit()).await;
    }

    async fn write_audit(&self) -> std::result::Result<(), StoreError> {
        let _turn = self.audit.writing.lock().await;
        let lines = self.audit.take();
        if lines.is_empty() {
            return Ok(());
        }
        let written = self.store.record(&lines, &random()).await;
        if let Err(error) = &written {
            tracing::error!(%error, "the audit was not written, and waits");
            self.audit.put_back(lines);
        }
        written
    }

    /// Notes that a door sent somebody away who has not signed in.
    pub fn turned_away(&self, actor: &Actor) {
        self.note(actor, Event::of(Act::TurnedAway, "had not signed in"));
    }

    /// Notes that a page of another site asked for a change.
    pub fn came_from_elsewhere(&self, actor: &Actor) {
        self.note(actor, Event::of(Act::FromElsewhere, "was not sent by a page of this catalog"));
    }

    /// Notes that somebody asked for another host than this catalog's. Which one was theirs to type, and is not in it.
    pub fn misdirected(&self, actor: &Actor) {
        self.note(actor, Event::of(Act::Misdirected, "is not a name of this catalog"));
    }

    /// The same, of what says that something stands in front where nothing is known to.
    pub fn led_here(&self, actor: &Actor) {
        self.note(actor, Event::of(Act::Misdirected, "came through what is not known to stand in front"));
    }

    /// Notes that somebody has signed in, and how.
    pub(crate) fn signed_in(&self, by: &Actor, person: &ActorKey, why: &str) {
        let actor = Actor::person(person.clone(), by.door).from_address(by.from.clone());
        self.note(&actor, Event::of(Act::SignedIn, why));
    }

    /// Notes that somebody has not; `login` is whose they said that they were, where there is such a one.
    pub(crate) fn not_signed_in(&self, by: &Actor, login: Option<&ActorKey>, why: &str) {
        let mut actor = Actor::anonymous(by.door).from_address(by.from.clone());
        if let Some(login) = login {
            actor.key = login.clone();
        }
        self.note(&actor, Event::of(Act::NotSignedIn, why));
    }
}
