//! Taking in what a source states: its own layer of each asset, and nothing else.

use std::collections::HashSet;

use loggia_model::facts::{AssetFacts, PersonFacts};
use loggia_model::{Actor, Body, Change, Expected, Layered, Source, Timestamp, Urn};
use loggia_policy::Action;

use crate::clock::now;
use crate::ports::{AppendError, HarvestRun, Refusal, Stored};
use crate::{Catalog, CatalogError, Result};

/// Everything that one run of a source brought.
#[derive(Debug)]
pub struct Harvested {
    pub source: Source,
    pub assets: Vec<(Urn, AssetFacts)>,
    pub people: Vec<(Urn, PersonFacts)>,
    pub refused: Vec<Refusal>,
    /// There, but could not be read this time: not missing.
    pub unreadable: Vec<Urn>,
    /// What the sources file calls it, where it is run from there.
    pub label: Option<String>,
}

/// Assets in one append: acknowledged together, so that a run that is killed has lost at most these.
const BATCH: usize = 500;

/// Somebody who edits at the same time makes a batch meet a conflict; it is then read again.
const TRIES: u32 = 8;

#[derive(Default)]
struct Tally {
    added: u64,
    changed: u64,
    unchanged: u64,
}

impl Catalog {
    /// Writes what is new, marks what has vanished, and records the run. `progress` hears how many of how
    /// many assets are done.
    ///
    /// # Errors
    /// Where the store cannot be written. What was acknowledged before stands, and a second run resumes.
    pub async fn harvest(
        &self,
        actor: &Actor,
        mut harvested: Harvested,
        mut progress: impl FnMut(usize, usize) + Send,
    ) -> Result<HarvestRun> {
        self.check_all(actor, Action::Administer).await?;
        let started = now();
        harvested.assets = each_once(harvested.assets, &mut harvested.refused);
        harvested.people = each_once(harvested.people, &mut harvested.refused);
        let source = &harvested.source;
        let seen: HashSet<&Urn> =
            harvested.assets.iter().map(|(urn, _)| urn).chain(&harvested.unreadable).collect();
        let vanished: Vec<Urn> = self
            .store
            .stated_by(source)
            .await?
            .into_iter()
            .filter(|urn| urn.dataset().is_some() && !seen.contains(urn))
            .collect();

        if harvested.assets.is_empty() && harvested.unreadable.is_empty() && !vanished.is_empty() {
            return Err(CatalogError::Refused(format!(
                "{source} came back empty, and had {} before: a disk that is not there looks like this, so \
                 nothing was marked missing; if it is really empty, remove them with 'apply --prune'",
                vanished.len()
            )));
        }

        let mut tally = Tally::default();
        for some in harvested.people.chunks(BATCH) {
            self.state(actor, source, some, &mut Tally::default(), Body::Person, as_person).await?;
        }
        for (batch, some) in harvested.assets.chunks(BATCH).enumerate() {
            self.state(actor, source, some, &mut tally, Body::Asset, as_asset).await?;
            progress(batch * BATCH + some.len(), harvested.assets.len());
        }
        let mut missing = 0;
        for some in vanished.chunks(BATCH) {
            missing += self.miss(actor, source, some).await?;
        }
        let run = HarvestRun {
            source: source.clone(),
            started,
            finished: now(),
            by: actor.key.clone(),
            added: tally.added,
            changed: tally.changed,
            unchanged: tally.unchanged,
            missing,
            refused: harvested.refused,
            label: harvested.label,
            failed: None,
        };
        self.store.record_run(&run).await?;
        Ok(run)
    }

    /// Records a run of the sources file that came to nothing, with the reason.
    ///
    /// # Errors
    /// Where the store cannot be written, or the label can name no source.
    pub async fn record_failed_run(
        &self,
        actor: &Actor,
        label: &str,
        started: Timestamp,
        why: &str,
    ) -> Result<()> {
        self.check_all(actor, Action::Administer).await?;
        let source = Source::harvest("sources", label)
            .map_err(|error| CatalogError::invalid("name", error.to_string()))?;
        let run = HarvestRun {
            source,
            started,
            finished: now(),
            by: actor.key.clone(),
            added: 0,
            changed: 0,
            unchanged: 0,
            missing: 0,
            refused: Vec::new(),
            label: Some(label.to_owned()),
            failed: Some(why.to_owned()),
        };
        Ok(self.store.record_run(&run).await?)
    }

    /// # Errors
    /// Where the store cannot be read.
    pub async fn harvest_runs(&self, actor: &Actor, limit: u32) -> Result<Vec<HarvestRun>> {
        self.check_all(actor, Action::Administer).await?;
        Ok(self.store.runs(limit).await?)
    }

    async fn state<F: loggia_model::Facts>(
        &self,
        actor: &Actor,
        source: &Source,
        statements: &[(Urn, F)],
        tally: &mut Tally,
        wrap: fn(Layered<F>) -> Body,
        unwrap: fn(&Body) -> Option<&Layered<F>>,
    ) -> Result<()> {
        let urns: Vec<Urn> = statements.iter().map(|(urn, _)| urn.clone()).collect();
        for attempt in 1.. {
            let heads = self.store.read(&urns).await?;
            let at = now();
            let mut changes = Vec::new();
            let mut counted = Tally::default();
            for ((urn, facts), head) in statements.iter().zip(heads) {
                let mut layers =
                    head.as_ref().and_then(|head| unwrap(&head.body)).cloned().unwrap_or_default();
                let expected = expected(head.as_ref());
                if !layers.state(source, facts.clone(), &actor.key, at) {
                    counted.unchanged += 1;
                    continue;
                }
                if head.is_some() {
                    counted.changed += 1
                } else {
                    counted.added += 1
                }
                changes.push(Change::put(
                    urn.clone(),
                    expected,
                    wrap(layers),
                    format!("harvested from {source}"),
                ));
            }
            if self.appended(actor, changes, attempt).await? {
                tally.added += counted.added;
                tally.changed += counted.changed;
                tally.unchanged += counted.unchanged;
                return Ok(());
            }
        }
        Ok(())
    }

    async fn miss(&self, actor: &Actor, source: &Source, urns: &[Urn]) -> Result<u64> {
        for attempt in 1.. {
            let at: Timestamp = now();
            let mut changes = Vec::new();
            for head in self.store.read(urns).await?.into_iter().flatten() {
                let Body::Asset(layers) = head.body.as_ref() else { continue };
                let mut layers = layers.clone();
                if layers.miss(source, at) {
                    let reason = format!("{source} no longer has it");
                    changes.push(Change::put(
                        head.urn,
                        Expected::Revision(head.revision),
                        Body::Asset(layers),
                        reason,
                    ));
                }
            }
            let missing = changes.len() as u64;
            if self.appended(actor, changes, attempt).await? {
                return Ok(missing);
            }
        }
        Ok(0)
    }

    /// `false` where somebody was faster and it is worth another try.
    async fn appended(&self, actor: &Actor, changes: Vec<Change>, attempt: u32) -> Result<bool> {
        match self.store.append(actor, changes).await {
            Ok(_) => Ok(true),
            Err(AppendError::Conflict(_)) if attempt < TRIES => Ok(false),
            Err(error) => Err(CatalogError::from(error)),
        }
    }
}

/// What a run states twice would conflict with itself: the first counts, and the run says so.
fn each_once<F>(statements: Vec<(Urn, F)>, refused: &mut Vec<Refusal>) -> Vec<(Urn, F)> {
    let mut known = HashSet::with_capacity(statements.len());
    let (once, again): (Vec<_>, Vec<_>) =
        statements.into_iter().partition(|(urn, _)| known.insert(urn.clone()));
    let refusal = |(urn, _): (Urn, F)| Refusal {
        what: urn.to_string(),
        why: "is stated more than once in this run, and the first counts".into(),
    };
    refused.extend(again.into_iter().map(refusal));
    once
}

fn expected(head: Option<&Stored>) -> Expected {
    head.map_or(Expected::Absent, |head| Expected::Revision(head.revision))
}

fn as_asset(body: &Body) -> Option<&Layered<AssetFacts>> {
    match body {
        Body::Asset(layers) => Some(layers),
        _ => None,
    }
}

fn as_person(body: &Body) -> Option<&Layered<PersonFacts>> {
    match body {
        Body::Person(layers) => Some(layers),
        _ => None,
    }
}
