//! Publishing many at once: all that a search finds and the actor may publish. First what would come of each, then the
//! publishing itself, which goes on by itself, tells how far it is, and can be stopped.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use loggia_model::{Actor, ActorKey, Body, Change, Expected, Filter, Kind, Seq, Timestamp, Trait, Urn};
use loggia_policy::Action;

use crate::clock::now;
use crate::edit::{last, long_text};
use crate::error::FieldError;
use crate::find::SearchRequest;
use crate::ports::{Query, Sort, Stored};
use crate::publishing::{Candidate, reason};
use crate::{Catalog, CatalogError, Permits, Result};

/// So many at once; whoever has more narrows the search.
pub const MOST: u32 = 10_000;
/// Lines that are told of one by one.
pub const TOLD: usize = 100;
const BATCH: usize = 250;
/// What is over is told of for so long, and of so many.
const REMEMBERED: Duration = Duration::from_secs(3_600);
const KEPT: usize = 200;

/// How far it is; of a plan, where it ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bulk {
    /// What the search finds and the actor may publish, and how many more there are than are taken at once.
    pub all: u64,
    pub left_out: u64,
    pub looked_at: u64,
    /// Published, or what would be.
    pub published: u64,
    /// They are out as they are.
    pub unchanged: u64,
    /// They had been published and taken back: each comes out again by itself.
    pub taken_back: u64,
    pub lacking: u64,
    /// The first of those that lack something.
    pub told: Vec<Lacking>,
    /// Why it could not go on; what had been published before is.
    pub failed: Option<String>,
    pub is_stopped: bool,
    pub is_done: bool,
    /// Of the last that was published.
    pub seq: Seq,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Lacking {
    pub urn: Urn,
    pub name: String,
    pub what: Vec<FieldError>,
}

/// Those that are going on, and the last that were.
#[derive(Default)]
pub(crate) struct Publications(Mutex<HashMap<(ActorKey, String), Arc<Job>>>);

struct Job {
    begun: Timestamp,
    bulk: Mutex<Bulk>,
    is_to_stop: AtomicBool,
}

impl Catalog {
    /// What publishing all that is found, of a project or of all, would do. Nothing is written.
    ///
    /// # Errors
    /// Where the store or the index cannot be read.
    pub async fn plan_publishing(
        &self,
        actor: &Actor,
        request: &SearchRequest,
        of: Option<&Urn>,
    ) -> Result<Bulk> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let (urns, mut bulk) = self.publishable(&permits, request, of).await?;
        for some in urns.chunks(BATCH) {
            self.sift(&permits, some, "", &mut bulk).await?;
        }
        bulk.is_done = true;
        Ok(bulk)
    }

    /// Begins to publish all that is found. The ticket asks how far it is.
    ///
    /// # Errors
    /// `Invalid` where the note is too long; `Refused` where there is nothing to publish, and while another of the
    /// actor's is going on.
    pub async fn begin_publishing(
        &self,
        actor: &Actor,
        request: &SearchRequest,
        of: Option<&Urn>,
        note: &str,
    ) -> Result<String> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let note = long_text("note", note)?.unwrap_or_default();
        let (urns, bulk) = self.publishable(&permits, request, of).await?;
        if urns.is_empty() {
            return Err(CatalogError::Refused("there is nothing here that you may publish".into()));
        }
        let begun = now();
        let ticket = format!("{:x}", begun.micros());
        let job = Arc::new(Job { begun, bulk: Mutex::new(bulk), is_to_stop: AtomicBool::new(false) });
        self.publications.begin(actor, &ticket, job.clone())?;
        let (catalog, actor) = (self.clone(), actor.clone());
        tokio::spawn(async move {
            let over = Over(job.clone());
            let ended = catalog.publish_all(&actor, &urns, &note, &job).await;
            job.tell(|bulk| bulk.failed = ended.err().map(|error| error.to_string()));
            drop(over);
        });
        Ok(ticket)
    }

    /// How far the actor's own is; `None` where there is none of this ticket any more.
    pub fn publishing_of(&self, actor: &Actor, ticket: &str) -> Option<Bulk> {
        Some(self.publications.job(actor, ticket)?.bulk().clone())
    }

    /// Stops the actor's own; what has been published stays so.
    ///
    /// # Errors
    /// `NotFound` where there is none of this ticket any more.
    pub fn stop_publishing(&self, actor: &Actor, ticket: &str) -> Result<()> {
        let job = self.publications.job(actor, ticket);
        let job = job.ok_or_else(|| CatalogError::NotFound("publication under way".to_owned()))?;
        job.is_to_stop.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn publish_all(&self, actor: &Actor, urns: &[Urn], note: &str, job: &Job) -> Result<()> {
        for some in urns.chunks(BATCH) {
            if job.is_to_stop.load(Ordering::Relaxed) {
                job.tell(|bulk| bulk.is_stopped = true);
                return Ok(());
            }
            // Who may publish may have changed since it began.
            let permits = self.permits(actor).await?;
            let mut bulk = job.bulk().clone();
            let published = bulk.published;
            let changes = self.sift(&permits, some, note, &mut bulk).await?;
            // What is counted as published is.
            bulk.published = published;
            job.tell(|told| *told = bulk);
            self.append_those_that_stand(actor, changes, job).await?;
        }
        Ok(())
    }

    /// All of them together; where somebody has been faster with one, each by itself.
    async fn append_those_that_stand(&self, actor: &Actor, changes: Vec<Change>, job: &Job) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        match self.store.append(actor, changes.clone()).await.map_err(CatalogError::from) {
            Ok(written) => {
                job.tell(|bulk| bulk.publish(written.len() as u64, last(&written)));
                return Ok(());
            }
            Err(CatalogError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
        for change in changes {
            let urn = change.urn.clone();
            match self.store.append(actor, vec![change]).await.map_err(CatalogError::from) {
                Ok(written) => job.tell(|bulk| bulk.publish(1, last(&written))),
                Err(CatalogError::Conflict(_)) => {
                    let name = self.directory.name(&urn);
                    let message = "somebody has just changed it".to_owned();
                    let what = vec![FieldError { field: "revision".to_owned(), message }];
                    job.tell(|bulk| bulk.lack(Lacking { urn, name, what }));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What is found, by name, of what the actor may publish.
    async fn publishable(
        &self,
        permits: &Permits,
        request: &SearchRequest,
        of: Option<&Urn>,
    ) -> Result<(Vec<Urn>, Bulk)> {
        let of = of.map(|project| Filter::Has(Trait::In(project.clone())));
        let is_asset = Filter::Has(Trait::Kind(Kind::Asset));
        let theirs =
            [Action::Discover, Action::Edit, Action::Publish].map(|action| permits.filter(action).clone());
        let query = Query {
            text: request.text.clone(),
            choices: request.choices.clone(),
            sort: Sort::Name,
            offset: 0,
            limit: MOST,
            values: 0,
            now: now(),
            allowed: Filter::all(theirs.into_iter().chain([is_asset]).chain(of)),
        };
        let found = self.index.search(query).await?;
        // What only resembles what was asked for is nothing to publish.
        let hits = if found.loosened { Vec::new() } else { found.hits };
        let total = if found.loosened { 0 } else { found.total };
        let urns: Vec<Urn> = hits.into_iter().map(|hit| hit.card.urn).collect();
        let all = urns.len() as u64;
        Ok((urns, Bulk { all, left_out: total.saturating_sub(all), ..Bulk::default() }))
    }

    /// What comes of each of these, counted; and what would be written.
    async fn sift(
        &self,
        permits: &Permits,
        urns: &[Urn],
        note: &str,
        bulk: &mut Bulk,
    ) -> Result<Vec<Change>> {
        self.until_known(permits.as_of()).await;
        let mut changes = Vec::new();
        for stored in self.store.read(urns).await?.into_iter().flatten() {
            bulk.looked_at += 1;
            let resource = self.resource(&stored.urn, &stored.body).await?;
            let may = [Action::Discover, Action::Edit, Action::Publish];
            if !may.into_iter().all(|action| permits.may(action, &resource)) {
                bulk.all = bulk.all.saturating_sub(1);
                continue;
            }
            if is_taken_back(&stored.body) {
                bulk.taken_back += 1;
                continue;
            }
            match self.candidate(permits, &stored, note).await? {
                Candidate::Ready { body, version } => {
                    self.check_change(permits, &stored.urn, Some(&stored.body), Some(&body)).await?;
                    bulk.published += 1;
                    let expected = Expected::Revision(stored.revision);
                    changes.push(Change::put(stored.urn, expected, body, reason(version, note)));
                }
                Candidate::Lacking(what) => bulk.lack(lacking(&stored, what)),
                Candidate::Unchanged(_) | Candidate::OtherName => bulk.unchanged += 1,
            }
        }
        Ok(changes)
    }
}

fn is_taken_back(body: &Body) -> bool {
    matches!(body, Body::Asset(layers) if layers.listing().is_some_and(|listing| !listing.is_out()))
}

/// However it ends, it is over.
struct Over(Arc<Job>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.tell(|bulk| bulk.is_done = true);
    }
}

fn lacking(stored: &Stored, what: Vec<FieldError>) -> Lacking {
    Lacking { name: stored.body.name(&stored.urn), urn: stored.urn.clone(), what }
}

impl Bulk {
    fn publish(&mut self, count: u64, seq: Seq) {
        self.published += count;
        self.seq = self.seq.max(seq);
    }

    fn lack(&mut self, lacking: Lacking) {
        self.lacking += 1;
        if self.told.len() < TOLD {
            self.told.push(lacking);
        }
    }
}

impl Publications {
    fn begin(&self, actor: &Actor, ticket: &str, job: Arc<Job>) -> Result<()> {
        let mut known = self.known();
        let is_old = |job: &Job| {
            job.bulk().is_done && now() > job.begun.plus_seconds(REMEMBERED.as_secs().cast_signed())
        };
        known.retain(|_, job| !is_old(job));
        if known.iter().any(|((who, _), job)| *who == actor.key && !job.bulk().is_done) {
            return Err(CatalogError::Refused(
                "you are publishing already: wait until that is done, or stop it".into(),
            ));
        }
        if known.len() >= KEPT {
            known.retain(|_, job| !job.bulk().is_done);
        }
        known.insert((actor.key.clone(), ticket.to_owned()), job);
        Ok(())
    }

    fn job(&self, actor: &Actor, ticket: &str) -> Option<Arc<Job>> {
        self.known().get(&(actor.key.clone(), ticket.to_owned())).cloned()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<(ActorKey, String), Arc<Job>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn bulk(&self) -> MutexGuard<'_, Bulk> {
        self.bulk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: impl FnOnce(&mut Bulk)) {
        change(&mut self.bulk());
    }
}
