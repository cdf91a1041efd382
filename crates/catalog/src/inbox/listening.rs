//! The count of what somebody has not read, as it changes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use loggia_model::{Actor, ActorKey};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::Instant;

use super::a_person;
use crate::{Catalog, Result};

/// Another process may have told them.
const LOOK: Duration = Duration::from_secs(15);

/// One who waits for news.
pub struct Listening {
    catalog: Catalog,
    actor: Actor,
    heard: Receiver<Arc<BTreeSet<ActorKey>>>,
    ending: watch::Receiver<bool>,
    /// What they know.
    known: Option<u64>,
    /// They may have been told something since.
    is_due: bool,
    /// When they are asked for in any case.
    next_look: Instant,
}

impl Catalog {
    /// From now on.
    ///
    /// # Errors
    /// `Refused` for whoever has no inbox.
    pub fn listen(&self, actor: &Actor) -> Result<Listening> {
        a_person(actor)?;
        Ok(Listening {
            catalog: self.clone(),
            actor: actor.clone(),
            heard: self.heard.listen(),
            ending: self.ending.subscribe(),
            known: None,
            is_due: true,
            next_look: Instant::now() + LOOK,
        })
    }

    /// Lets whoever listens go: the program ends.
    pub fn end_listening(&self) {
        self.ending.send_replace(true);
    }
}

impl Listening {
    /// The count: at once the first time, then whenever it is another. `None` where the program ends or the store cannot be
    /// read: whoever listens comes again. It may be dropped while it waits, and asked again.
    pub async fn next(&mut self) -> Option<u64> {
        loop {
            if self.is_due {
                let unread = self.catalog.unread(&self.actor).await.ok()?;
                self.is_due = false;
                self.next_look = Instant::now() + LOOK;
                if self.known != Some(unread) {
                    self.known = Some(unread);
                    return Some(unread);
                }
            }
            tokio::select! {
                heard = self.heard.recv() => match heard {
                    Ok(who) => self.is_due |= who.contains(&self.actor.key),
                    Err(RecvError::Lagged(_)) => self.is_due = true,
                    Err(RecvError::Closed) => return None,
                },
                ended = self.ending.wait_for(|is_ending| *is_ending) => {
                    drop(ended);
                    return None;
                }
                () = tokio::time::sleep_until(self.next_look) => self.is_due = true,
            }
        }
    }
}
