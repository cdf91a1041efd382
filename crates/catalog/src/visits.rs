//! Counting visits: in memory at once, in the store every few seconds, never in the log.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use loggia_model::{Actor, Timestamp, Urn};
use loggia_policy::Action;

use crate::clock::now;
use crate::{Catalog, Result};

const FLUSH_EVERY: Duration = Duration::from_secs(5);

#[derive(Default)]
pub struct Visits(Mutex<HashMap<Urn, u64>>);

impl Visits {
    fn add(&self, urn: &Urn) {
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *visits.entry(urn.clone()).or_default() += 1;
    }

    fn drain(&self) -> Vec<(Urn, u64)> {
        let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        visits.drain().collect()
    }
}

/// Days since the epoch.
pub(crate) fn day(at: Timestamp) -> i64 {
    Timestamp::EPOCH.seconds_until(at) / 86_400
}

pub(crate) fn start(catalog: &Catalog) {
    let catalog = catalog.clone();
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(FLUSH_EVERY);
        loop {
            tick.tick().await;
            catalog.flush_visits().await;
        }
    });
}

impl Catalog {
    /// Notes that somebody opened a page. Not for prerenders: nobody has seen those yet.
    pub fn visit(&self, urn: &Urn) {
        self.visits.add(urn);
    }

    /// The same, where it is a browser's word that somebody did.
    ///
    /// # Errors
    /// `NotFound` where there is no such thing that the actor may know of.
    pub async fn visit_of(&self, actor: &Actor, urn: &Urn) -> Result<()> {
        let permits = self.permits(actor).await?;
        self.head_by(&permits, Action::Discover, urn).await?;
        self.visit(urn);
        Ok(())
    }

    /// Writes what has been counted. A count that cannot be written is lost, and nothing waits for it.
    pub async fn flush_visits(&self) {
        let visits = self.visits.drain();
        if visits.is_empty() {
            return;
        }
        if let Err(error) = self.store.add_visits(day(now()), &visits).await {
            tracing::warn!(%error, "visits were not written");
        }
    }
}
