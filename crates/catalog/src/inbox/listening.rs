//! The count of what somebody has not read, and of what waits for them, as it changes.

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
/// What there is to do is counted anew soon.
const COUNTING: Duration = Duration::from_secs(1);

/// What the header tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// Of what they were told.
    pub unread: u64,
    /// What waits for something that they do.
    pub to_do: u64,
}

/// One who waits for news.
pub struct Listening {
    catalog: Catalog,
    actor: Actor,
    heard: Receiver<Arc<BTreeSet<ActorKey>>>,
    ending: watch::Receiver<bool>,
    /// What they know.
    known: Option<Waits>,
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

    /// What waits for the actor.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn waits(&self, actor: &Actor) -> Result<Waits> {
        let unread = self.unread(actor).await?;
        Ok(Waits { unread, to_do: self.to_do_by_now(actor, unread).await.count })
    }

    /// Lets whoever listens go: the program ends.
    pub fn end_listening(&self) {
        self.ending.send_replace(true);
    }
}

impl Listening {
    /// The counts: at once the first time, then whenever they are others. `None` where the program ends or the store cannot be
    /// read: whoever listens comes again. It may be dropped while it waits, and asked again.
    pub async fn next(&mut self) -> Option<Waits> {
        loop {
            if self.is_due {
                let unread = self.catalog.unread(&self.actor).await.ok()?;
                // What they are told may be that somebody wants something of them.
                let to_do = self.catalog.to_do(&self.actor, unread).await;
                let waits = Waits { unread, to_do: to_do.count };
                self.is_due = false;
                self.next_look = Instant::now() + if to_do.is_due { COUNTING } else { LOOK };
                if self.known != Some(waits) {
                    self.known = Some(waits);
                    return Some(waits);
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
