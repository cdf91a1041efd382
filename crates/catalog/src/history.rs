//! What happened to an entity: who changed what, when and by which door; and taking it back.

use loggia_model::{
    Actor, ActorKey, Body, Change, Difference, Expected, Op, Seq, Timestamp, Urn, differences, fitted, revert,
};
use serde_json::Value;

use crate::edit::last;
use crate::ports::Entry;
use crate::{Catalog, CatalogError, Result};

/// How the reason of an undo begins; the number of the revision follows.
const UNDID: &str = "undid revision ";

pub struct HistoryEntry {
    pub entry: Entry,
    pub by_name: String,
    /// Of what shows: a fact that another source's word hides is none.
    pub differences: Vec<Difference>,
}

impl Catalog {
    /// Newest first, each with what it changed.
    ///
    /// # Errors
    /// `NotFound` where the entity never was.
    pub async fn history(
        &self,
        _actor: &Actor,
        urn: &Urn,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<HistoryEntry>> {
        let entries = self.store.history(urn, before, limit).await?;
        if entries.is_empty() && before.is_none() {
            return Err(CatalogError::no(urn));
        }
        let mut history = Vec::with_capacity(entries.len());
        let mut newer: Option<(u64, Value)> = None;
        for entry in entries {
            let after = match newer.take() {
                Some((revision, value)) if revision == entry.revision => value,
                _ => self.shown_at(urn, entry.revision).await?,
            };
            let value = self.shown_at(urn, entry.revision - 1).await?;
            let changed = differences(&value, &after);
            newer = Some((entry.revision - 1, value));
            history.push(HistoryEntry {
                by_name: self.actor_name(&entry.actor),
                differences: changed,
                entry,
            });
        }
        Ok(history)
    }

    /// What showed differently in two revisions of an entity.
    ///
    /// # Errors
    /// `NotFound` where it has no such revision.
    pub async fn compare(&self, _actor: &Actor, urn: &Urn, from: u64, to: u64) -> Result<Vec<Difference>> {
        Ok(differences(&self.shown_at(urn, from).await?, &self.shown_at(urn, to).await?))
    }

    /// Makes an earlier revision the newest again.
    ///
    /// # Errors
    /// `NotFound` where there is no such revision.
    pub async fn restore_revision(&self, actor: &Actor, urn: &Urn, revision: u64) -> Result<Seq> {
        let record = self.store.read_revision(urn, revision).await?;
        let record = record.ok_or_else(|| CatalogError::NotFound(format!("revision {revision} of {urn}")))?;
        let reason = format!("restored revision {revision}");
        let change = Change { urn: urn.clone(), expected: Expected::Any, op: record.op, reason };
        Ok(last(&self.store.append(actor, vec![change]).await?))
    }

    /// Takes the actor's own last change of an entity back, leaving what others have changed since.
    ///
    /// # Errors
    /// `Refused` where the actor changed nothing here, or somebody has since changed the same field.
    pub async fn undo(&self, actor: &Actor, urn: &Urn) -> Result<Seq> {
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
            if head.body.shown() != self.shown_at(urn, own.revision).await? {
                return Err(CatalogError::Refused(
                    "the change to undo is the one that made this, and it has been changed since: deprecate it instead"
                        .into(),
                ));
            }
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
        Ok(last(&self.store.append(actor, vec![Change::put(urn.clone(), expected, body, reason)]).await?))
    }

    /// The name of whoever did something.
    pub fn actor_name(&self, key: &ActorKey) -> String {
        if key.as_str() == "local" {
            return "Someone at this machine".into();
        }
        key.person().map_or_else(|| key.to_string(), |person| self.directory.name(&person))
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

    /// What showed of a revision, as JSON; `Null` for none and for a removal.
    async fn shown_at(&self, urn: &Urn, revision: u64) -> Result<Value> {
        if revision == 0 {
            return Ok(Value::Null);
        }
        let record = self.store.read_revision(urn, revision).await?;
        let record = record.ok_or_else(|| CatalogError::NotFound(format!("revision {revision} of {urn}")))?;
        Ok(match record.op {
            Op::Put(body) => body.shown(),
            Op::Remove => Value::Null,
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
