//! What happened to an entity: who changed what, when and by which door; and taking it back.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use indexmap::IndexMap;
use loggia_model::compatibility::{ColumnChange, column_changes};
use loggia_model::facts::{ColumnFacts, Listing};
use loggia_model::{
    Actor, Body, Change, ColumnPath, Difference, Expected, Filter, Kind, Op, Seq, Timestamp, Urn,
    differences, fitted, revert,
};
use loggia_policy::{Action, Resource};
use serde::Deserialize;
use serde_json::Value;

use crate::access::{Permits, changing};
use crate::attributes::Attributes;
use crate::edit::last;
use crate::ports::{Card, Entry};
use crate::{Catalog, CatalogError, Result};

/// An entity on which a change is to be built.
pub(crate) struct Stands {
    /// `None` where it was removed.
    pub body: Option<Arc<Body>>,
    /// As it stands, or last stood.
    pub last: Arc<Body>,
    pub expected: Expected,
}

/// What an actor sees of the revisions of a thing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sees {
    /// What was being written.
    Drafts,
    /// What others saw then; and, for who works on it, what had not been published.
    Published { inventory: bool },
}

/// What showed of a revision.
#[derive(Default, PartialEq)]
struct Shown {
    facts: Value,
    /// For whoever does not see drafts: what was said of the listing.
    listing: Option<Listing>,
}

/// Revisions that are gone through for those that somebody sees.
const LOOKED_AT: usize = 500;

/// How the reason of an undo begins; the number of the revision follows.
const UNDID: &str = "undid revision ";

pub struct HistoryEntry {
    pub entry: Entry,
    pub by_name: String,
    /// Of what shows: a fact that another source's word hides is none.
    pub differences: Vec<Difference>,
    /// Columns that are not as they were; none where the table came to be, or went.
    pub columns: Vec<ColumnChange>,
}

impl Catalog {
    /// Newest first, each with what it changed.
    ///
    /// # Errors
    /// `NotFound` where the entity never was.
    pub async fn history(
        &self,
        actor: &Actor,
        urn: &Urn,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<HistoryEntry>> {
        let permits = self.permits(actor).await?;
        let names = self.names(actor).await?;
        let stands = self.check_known(&permits, Action::Read, urn).await?;
        let sees = self.sees(&permits, urn, &stands).await?;
        let mut entries = VecDeque::from(self.store.history(urn, before, limit).await?);
        if entries.is_empty() && before.is_none() {
            return Err(CatalogError::no(urn));
        }
        let mut history = Vec::with_capacity(entries.len());
        let mut newer: Option<(u64, Shown)> = None;
        let mut looked_at = 0;
        while let Some(entry) = entries.pop_front() {
            looked_at += 1;
            // Whoever does not see drafts is shown as many revisions of those that they do.
            if entries.is_empty() && history.len() + 1 < limit as usize && looked_at < LOOKED_AT {
                entries.extend(self.store.history(urn, Some(entry.revision), limit).await?);
            }
            let after = match newer.take() {
                Some((revision, shown)) if revision == entry.revision => shown,
                _ => self.shown_at(urn, entry.revision, sees).await?,
            };
            let before = self.shown_at(urn, entry.revision - 1, sees).await?;
            if sees != Sees::Drafts && before == after {
                newer = Some((entry.revision - 1, before));
                continue;
            }
            let changed = self.seen(&permits, differences(&before.facts, &after.facts)).await?;
            let columns = match (columns_of(&before.facts), columns_of(&after.facts)) {
                (Some(before), Some(after)) => column_changes(&before, &after),
                _ => Vec::new(),
            };
            newer = Some((entry.revision - 1, before));
            let by_name = names.of_actor(&entry.actor);
            history.push(HistoryEntry { by_name, differences: changed, columns, entry });
            if history.len() >= limit as usize {
                break;
            }
        }
        Ok(history)
    }

    /// What showed differently in two revisions of an entity.
    ///
    /// # Errors
    /// `NotFound` where it has no such revision.
    pub async fn compare(&self, actor: &Actor, urn: &Urn, from: u64, to: u64) -> Result<Vec<Difference>> {
        let permits = self.permits(actor).await?;
        let stands = self.check_known(&permits, Action::Read, urn).await?;
        let sees = self.sees(&permits, urn, &stands).await?;
        let (from, to) = (self.shown_at(urn, from, sees).await?, self.shown_at(urn, to, sees).await?);
        let found = differences(&from.facts, &to.facts);
        self.seen(&permits, found).await
    }

    /// Makes an earlier revision the newest again.
    ///
    /// # Errors
    /// `NotFound` where there is no such revision.
    pub async fn restore_revision(&self, actor: &Actor, urn: &Urn, revision: u64) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stands = self.check_known(&permits, changing(urn.kind()), urn).await?;
        let record = self.store.read_revision(urn, revision).await?;
        let record = record.ok_or_else(|| CatalogError::NotFound(format!("revision {revision} of {urn}")))?;
        self.check_change(&permits, urn, stands.body.as_deref(), body_in(&record.op)).await?;
        let reason = format!("restored revision {revision}");
        // What has been checked is what is replaced.
        let expected = stands.expected;
        let change = Change { urn: urn.clone(), expected, op: record.op, reason };
        Ok(last(&self.store.append(actor, vec![change]).await?))
    }

    /// Takes the actor's own last change of an entity back, leaving what others have changed since.
    ///
    /// # Errors
    /// `Refused` where the actor changed nothing here, or somebody has since changed the same field.
    pub async fn undo(&self, actor: &Actor, urn: &Urn) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        self.check_known(&permits, changing(urn.kind()), urn).await?;
        let entries = self.store.history(urn, None, 200).await?;
        // What has been undone already is stepped over, so that undoing again goes further back.
        let undone: Vec<&str> = entries.iter().filter_map(|entry| entry.reason.strip_prefix(UNDID)).collect();
        let is_own = |entry: &&Entry| {
            entry.actor == actor.key
                && entry.door == actor.door
                && !entry.reason.starts_with(UNDID)
                && !undone.contains(&entry.revision.to_string().as_str())
        };
        let own = entries.iter().find(is_own);
        let own = own.ok_or_else(|| {
            CatalogError::Refused("you have changed nothing here that could be undone".into())
        })?;
        let before = self.value_at(urn, own.revision - 1).await?;
        let after = self.value_at(urn, own.revision).await?;
        let reason = format!("{UNDID}{}", own.revision);
        let expected = Expected::Revision(entries.first().map_or(0, |entry| entry.revision));
        let head = self.head(urn).await?;
        if before.is_null() {
            // What it is made of now may have been changed and changed back, and is then as it was made.
            if head.body.shown() != self.shown_at(urn, own.revision, Sees::Drafts).await?.facts {
                return Err(CatalogError::Refused(
                    "the change to undo is the one that made this, and it has been changed since: deprecate it instead"
                        .into(),
                ));
            }
            self.check_change(&permits, urn, Some(&head.body), None).await?;
            let removal = Change::remove(urn.clone(), expected, reason);
            return Ok(last(&self.store.append(actor, vec![removal]).await?));
        }
        let mut current = serde_json::to_value(head.body.as_ref()).unwrap_or_default();
        let made = differences(&before, &after);
        if revert(&mut current, &made).is_err() {
            // Somebody else has spoken in the same layer since: then its fields count, and not who spoke last.
            let mut made = fitted(&current, made);
            made.retain(
                |change| !matches!(change.path.as_slice(), [_, note] if note == "at" || note == "by"),
            );
            revert(&mut current, &made).map_err(|moved| CatalogError::moved(&moved))?;
        }
        let body = Body::parse(urn.kind(), &current.to_string())
            .map_err(|error| CatalogError::Refused(format!("this cannot be undone by itself: {error}")))?;
        self.check_change(&permits, urn, Some(&head.body), Some(&body)).await?;
        Ok(last(&self.store.append(actor, vec![Change::put(urn.clone(), expected, body, reason)]).await?))
    }

    /// Decides by the entity as it stands or, where it was removed, as it last stood.
    pub(crate) async fn check_known(&self, permits: &Permits, action: Action, urn: &Urn) -> Result<Stands> {
        // What was taken back of a post is for nobody who only reads.
        let action = if urn.kind() == Kind::Post { changing(Kind::Post) } else { action };
        let canonical = self.directory.asset(urn);
        if canonical != *urn {
            self.head_by(permits, action, &canonical).await.map_err(|_| CatalogError::no(urn))?;
        }
        let newest = self.store.history(urn, None, 1).await?.pop().ok_or_else(|| CatalogError::no(urn))?;
        let last = if newest.removed { newest.revision - 1 } else { newest.revision };
        let record = self.store.read_revision(urn, last).await?;
        let last = record.and_then(|record| match record.op {
            Op::Put(body) => Some(body),
            Op::Remove => None,
        });
        let last = last.ok_or_else(|| CatalogError::no(urn))?;
        self.check(permits, action, urn, &last).await?;
        if newest.removed {
            return Ok(Stands { body: None, last, expected: Expected::Absent });
        }
        Ok(Stands { body: Some(last.clone()), last, expected: Expected::Revision(newest.revision) })
    }

    /// Whether the actor sees what was being written of an asset, or what others saw of it.
    async fn sees(&self, permits: &Permits, urn: &Urn, stands: &Stands) -> Result<Sees> {
        if urn.kind() != Kind::Asset {
            return Ok(Sees::Drafts);
        }
        let resource = self.resource(urn, &stands.last).await?;
        if permits.may(Action::Edit, &resource) {
            return Ok(Sees::Drafts);
        }
        let unpublished = Resource { inventory: true, ..resource };
        Ok(Sees::Published { inventory: permits.may(Action::Read, &unpublished) })
    }

    /// Without the names of what the actor may not know of.
    pub(crate) async fn seen(
        &self,
        permits: &Permits,
        mut found: Vec<Difference>,
    ) -> Result<Vec<Difference>> {
        if *permits.filter(Action::Discover) == Filter::Everything {
            return Ok(found);
        }
        let mut named = BTreeSet::new();
        for difference in &found {
            named.extend(difference.path.iter().filter_map(|part| part.parse().ok()));
            for value in [&difference.before, &difference.after].into_iter().flatten() {
                urns_in(value, &mut named);
            }
        }
        let hidden = self.hidden(permits, named.into_iter().collect()).await?;
        let says = |value: &Option<Value>| {
            let mut urns = BTreeSet::new();
            value.iter().for_each(|value| urns_in(value, &mut urns));
            urns.iter().any(|urn| hidden.contains(urn))
        };
        found.retain(|difference| {
            let in_the_path =
                difference.path.iter().any(|part| part.parse().is_ok_and(|urn| hidden.contains(&urn)));
            !in_the_path && !says(&difference.before) && !says(&difference.after)
        });
        Ok(found)
    }

    /// Those of these that are in the catalog, and that the actor may not know of.
    pub(crate) async fn hidden(&self, permits: &Permits, urns: Vec<Urn>) -> Result<HashSet<Urn>> {
        let allowed = permits.filter(Action::Discover);
        if *allowed == Filter::Everything {
            return Ok(HashSet::new());
        }
        let (assets, others): (Vec<Urn>, Vec<Urn>) =
            urns.into_iter().partition(|urn| urn.kind() == Kind::Asset);
        // A name may lead to an asset by way of another.
        let leads: Vec<(Urn, Urn)> =
            assets.into_iter().map(|urn| (self.directory.asset(&urn), urn)).collect();
        let targets: Vec<Urn> = leads.iter().map(|(asset, _)| asset.clone()).collect();
        let urns_of = |cards: Vec<Card>| cards.into_iter().map(|card| card.urn).collect::<HashSet<Urn>>();
        let known = urns_of(self.index.cards(&targets, &Filter::Everything).await?);
        let seen = urns_of(self.cards(permits, &targets).await?);
        let mut hidden: HashSet<Urn> =
            others.into_iter().filter(|urn| !self.may_know(permits, urn)).collect();
        // What the index does not have yet, the store may.
        let unknown: Vec<Urn> = targets.iter().filter(|urn| !known.contains(*urn)).cloned().collect();
        for stored in self.store.read(&unknown).await?.into_iter().flatten() {
            let resource = self.directory.resource(&stored.urn, &Attributes::of(&stored.body));
            if !permits.may(Action::Discover, &resource) {
                let names = leads.iter().filter(|(asset, _)| *asset == stored.urn);
                hidden.extend(names.map(|(_, name)| name.clone()));
            }
        }
        hidden.extend(
            leads
                .into_iter()
                .filter(|(asset, _)| known.contains(asset) && !seen.contains(asset))
                .map(|(_, urn)| urn),
        );
        Ok(hidden)
    }

    /// The body as it stood at an instant, or stands.
    pub(crate) async fn body_of(
        &self,
        urn: &Urn,
        as_of: Option<Timestamp>,
    ) -> Result<(std::sync::Arc<Body>, u64, Seq)> {
        let Some(at) = as_of else {
            let stored = self.head(urn).await?;
            return Ok((stored.body, stored.revision, stored.seq));
        };
        let record = self.store.read_as_of(urn, at).await?;
        let Some(record) = record else {
            let first = self.store.read_revision(urn, 1).await?.ok_or_else(|| CatalogError::no(urn))?;
            let since = first.at.long();
            return Err(CatalogError::NotFound(format!(
                "{} as of {}: it is known since {since}",
                self.directory.name(urn),
                at.long()
            )));
        };
        match record.op {
            Op::Put(body) => Ok((body, record.revision, record.seq)),
            Op::Remove => Err(CatalogError::NotFound(format!("{urn} as of {at}: it had been removed"))),
        }
    }

    /// What showed of a revision; nothing for none and for a removal, and for what had not been published.
    async fn shown_at(&self, urn: &Urn, revision: u64, sees: Sees) -> Result<Shown> {
        if revision == 0 {
            return Ok(Shown::default());
        }
        let record = self.store.read_revision(urn, revision).await?;
        let record = record.ok_or_else(|| CatalogError::NotFound(format!("revision {revision} of {urn}")))?;
        Ok(match (record.op, sees) {
            (Op::Remove, _) => Shown::default(),
            (Op::Put(body), Sees::Published { inventory }) => as_published(&body, inventory),
            (Op::Put(body), Sees::Drafts) => Shown { facts: body.shown(), listing: None },
        })
    }

    /// A revision as JSON; `Null` for none and for a removal.
    async fn value_at(&self, urn: &Urn, revision: u64) -> Result<Value> {
        if revision == 0 {
            return Ok(Value::Null);
        }
        let record = self.store.read_revision(urn, revision).await?;
        let record = record.ok_or_else(|| CatalogError::NotFound(format!("revision {revision} of {urn}")))?;
        Ok(match record.op {
            Op::Put(body) => serde_json::to_value(body.as_ref()).unwrap_or_default(),
            Op::Remove => Value::Null,
        })
    }
}

fn body_in(op: &Op) -> Option<&Body> {
    match op {
        Op::Put(body) => Some(body),
        Op::Remove => None,
    }
}

fn as_published(body: &Body, inventory: bool) -> Shown {
    let Body::Asset(layers) = body else { return Shown { facts: body.shown(), listing: None } };
    let is_in_a_project = layers.view().project.is_some();
    let facts = match layers.as_published() {
        Some(published) => Body::Asset(published).shown(),
        None if is_in_a_project && !inventory => Value::Null,
        None => body.shown(),
    };
    Shown { facts, listing: layers.listing().cloned() }
}

fn urns_in(value: &Value, urns: &mut BTreeSet<Urn>) {
    match value {
        Value::String(text) => urns.extend(text.parse::<Urn>().ok()),
        Value::Array(values) => values.iter().for_each(|value| urns_in(value, urns)),
        Value::Object(fields) => {
            for (name, value) in fields {
                urns.extend(name.parse::<Urn>().ok());
                urns_in(value, urns);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The columns of what showed of a table; `None` where it was none, or had none yet.
fn columns_of(shown: &Value) -> Option<IndexMap<ColumnPath, ColumnFacts>> {
    let columns = shown.get("columns")?.as_object()?;
    let read =
        |(path, facts): (&String, &Value)| Some((path.parse().ok()?, ColumnFacts::deserialize(facts).ok()?));
    Some(columns.iter().filter_map(read).collect())
}
