//! How far trials are that are going on.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use loggia_model::{Actor, ActorKey};

use crate::Catalog;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// People and services that somebody looked at, and how many there are.
    pub looked_at: usize,
    pub all: usize,
}

/// By who began them, and what they call them.
#[derive(Default)]
pub(crate) struct Trials(Mutex<HashMap<(ActorKey, String), Progress>>);

/// One that is going on; it is forgotten when this is dropped.
pub(super) struct Going<'a> {
    trials: &'a Trials,
    name: (ActorKey, String),
}

impl Catalog {
    /// How far the actor's own trial of this ticket is; `None` where none is going on.
    pub fn trial_progress(&self, actor: &Actor, ticket: &str) -> Option<Progress> {
        self.trials.known().get(&(actor.key.clone(), ticket.to_owned())).copied()
    }
}

impl Trials {
    pub(super) fn begin(&self, actor: &Actor, ticket: &str) -> Going<'_> {
        Going { trials: self, name: (actor.key.clone(), ticket.to_owned()) }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<(ActorKey, String), Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Going<'_> {
    pub fn tell(&self, looked_at: usize, all: usize) {
        self.trials.known().insert(self.name.clone(), Progress { looked_at, all });
    }
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        self.trials.known().remove(&self.name);
    }
}
