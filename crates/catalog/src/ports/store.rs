//! The change log and the documents.

use std::sync::Arc;

use async_trait::async_trait;
use loggia_model::{
    Actor, ActorKey, Body, Change, ColumnPath, Door, Kind, Record, Seq, Source, Timestamp, Urn,
};
use loggia_quality::profile::{ColumnProfile, ProfileHead, TableProfile};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::{Accounts, AuditStream, Identities, Inbox, Outbox, Provisioned, Secrets, Tokens};

/// A document as it stands.
#[derive(Debug, Clone)]
pub struct Stored {
    pub urn: Urn,
    pub revision: u64,
    pub seq: Seq,
    /// When this revision was written.
    pub at: Timestamp,
    pub body: Arc<Body>,
}

/// One line of an entity's history, without the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub seq: Seq,
    pub at: Timestamp,
    pub actor: ActorKey,
    pub door: Door,
    pub revision: u64,
    pub removed: bool,
    pub reason: String,
}

/// A record exactly as the log has it, down to the letters of the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRecord {
    pub seq: Seq,
    pub at: Timestamp,
    pub actor: ActorKey,
    pub door: Door,
    pub urn: Urn,
    pub revision: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// JSON; `None` for a removal, and where it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The digest of a body that was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<String>,
    /// From where it came, where that is known or was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<RawOrigin>,
}

/// The address that a record came from, as the chain has it: by a digest, which the salt keeps from telling it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RawOrigin {
    Known {
        address: String,
        salt: String,
    },
    /// Of somebody who was erased.
    Erased {
        digest: String,
    },
}

/// The reason of the record that says that a person was erased, and no other's: after it, the bodies of the records
/// before may be gone.
pub const ERASED: &str = "erased";

/// What an append made of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub urn: Urn,
    pub revision: u64,
    pub seq: Seq,
}

/// Somebody else changed the entity first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{by} changed {urn} at {at} (revision {revision}): read it again, then change that")]
pub struct Conflict {
    pub urn: Urn,
    pub revision: u64,
    pub by: ActorKey,
    pub at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error(transparent)]
    Conflict(Box<Conflict>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{0}")]
    Unavailable(String),
    #[error("the disk is full: nothing of this write was kept; free some space and try again")]
    DiskFull,
    #[error(
        "the database is from a newer Loggia (it has migration {theirs}, this program knows {ours}): use that version, or restore a backup of it into this one"
    )]
    Newer { theirs: i64, ours: i64 },
    #[error("the store holds something that cannot be read: {0}; run 'loggia verify'")]
    Corrupt(String),
}

/// One run of a harvest, kept so that people can see what it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarvestRun {
    pub source: Source,
    pub started: Timestamp,
    pub finished: Timestamp,
    pub by: ActorKey,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Found missing in this run.
    pub missing: u64,
    pub refused: Vec<Refusal>,
    /// What the sources file calls what was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Why it could not run to its end; what it had taken in before stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    pub what: String,
    pub why: String,
}

/// Something that `verify` found not to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub what: String,
    pub differs: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// The last sequence.
    pub last: Seq,
    /// The last that changed who may do what: the tree, roles, groups, people, words, names of assets.
    pub policies: Seq,
}

#[async_trait]
pub trait Store:
    Accounts + AuditStream + Identities + Inbox + Outbox + Provisioned + Secrets + Tokens + Send + Sync + 'static
{
    /// The documents of these names, in their order; `None` where there is none or it was removed.
    async fn read(&self, urns: &[Urn]) -> Result<Vec<Option<Stored>>, StoreError>;

    /// The last record of an entity that is not after the instant; it may be its removal.
    async fn read_as_of(&self, urn: &Urn, at: Timestamp) -> Result<Option<Record>, StoreError>;

    /// These revisions of these entities, in no order; those that there are.
    async fn read_revisions(&self, revisions: &[(Urn, u64)]) -> Result<Vec<Record>, StoreError>;

    async fn read_revision(&self, urn: &Urn, revision: u64) -> Result<Option<Record>, StoreError> {
        Ok(self.read_revisions(&[(urn.clone(), revision)]).await?.pop())
    }

    /// Newest first, from before the given revision.
    async fn history(&self, urn: &Urn, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, StoreError>;

    /// The documents of a kind, by URN, after the given one.
    async fn list(&self, kind: Kind, after: Option<&Urn>, limit: u32) -> Result<Vec<Stored>, StoreError>;

    /// The URNs of all documents of a kind, in order.
    async fn urns(&self, kind: Kind) -> Result<Vec<Urn>, StoreError>;

    /// The URNs of what this source has stated something about, missing or not.
    async fn stated_by(&self, source: &Source) -> Result<Vec<Urn>, StoreError>;

    /// Every asset that is only another name of one, as (alias, asset).
    async fn aliases(&self) -> Result<Vec<(Urn, Urn)>, StoreError>;

    /// The records after a sequence, in order.
    async fn follow(&self, after: Seq, limit: u32) -> Result<Vec<Record>, StoreError>;

    async fn last(&self) -> Result<Seq, StoreError>;

    /// How far the log is. Of a store that others write too, theirs counts as soon as it is committed.
    async fn heads(&self) -> Result<Heads, StoreError>;

    /// The highest sequence known to be committed; changes wake whoever waits on it.
    fn committed(&self) -> watch::Receiver<Seq>;

    /// Appends all of the changes or none, durably, in one transaction.
    async fn append(&self, by: &Actor, changes: Vec<Change>) -> Result<Vec<Written>, AppendError>;

    /// Opens one transaction for more changes than fit in memory. Other writers wait until it ends.
    async fn begin(&self, by: &Actor) -> Result<Box<dyn Batch>, StoreError>;

    async fn record_run(&self, run: &HarvestRun) -> Result<(), StoreError>;

    /// Newest first.
    async fn runs(&self, limit: u32) -> Result<Vec<HarvestRun>, StoreError>;

    /// Says that a source of the sources file is not to be run by its schedule, or is again.
    async fn pause(&self, label: &str, paused: bool) -> Result<(), StoreError>;

    /// Those that are paused, by name.
    async fn paused(&self) -> Result<Vec<String>, StoreError>;

    /// Keeps a profile in place of one of the same version, and of all those of the asset the newest so many.
    async fn record_profile(&self, urn: &Urn, profile: &TableProfile, keep: u32) -> Result<(), StoreError>;

    /// The profiles of an asset, the last that was taken first, without their columns: data may well become older,
    /// as when a file is restored.
    async fn profiles(&self, urn: &Urn, limit: u32) -> Result<Vec<ProfileHead>, StoreError>;

    /// Columns of one profile in their order, and how many it has.
    async fn profile_columns(
        &self,
        urn: &Urn,
        version: &str,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<ColumnProfile>, u64), StoreError>;

    /// These columns of one profile, as far as it has them, in no order.
    async fn profile_columns_of(
        &self,
        urn: &Urn,
        version: &str,
        paths: &[ColumnPath],
    ) -> Result<Vec<ColumnProfile>, StoreError>;

    /// One column in every profile of its asset that has it, the last that was taken first.
    async fn column_profiles(
        &self,
        urn: &Urn,
        path: &ColumnPath,
        limit: u32,
    ) -> Result<Vec<(ProfileHead, ColumnProfile)>, StoreError>;

    /// Every profile by asset and version, after the given one, for a backup.
    async fn all_profiles(
        &self,
        after: Option<(&Urn, &str)>,
        limit: u32,
    ) -> Result<Vec<(Urn, TableProfile)>, StoreError>;

    /// Adds to the visits of a day (days since the epoch).
    async fn add_visits(&self, day: i64, visits: &[(Urn, u64)]) -> Result<(), StoreError>;

    /// The most visited since a day, most first.
    async fn most_visited(&self, since_day: i64, limit: u32) -> Result<Vec<(Urn, u64)>, StoreError>;

    /// What must survive between two requests of one browser, such as a refused form.
    async fn keep(&self, key: &str, value: &str, until: Timestamp) -> Result<(), StoreError>;

    /// What is kept, which stays there.
    async fn kept(&self, key: &str, now: Timestamp) -> Result<Option<String>, StoreError>;

    /// Keeps `is` until then in place of `was`, where that is what is kept; `false`, and nothing changed, where it is not.
    async fn keep_instead(
        &self,
        key: &str,
        was: Option<&str>,
        is: Option<(&str, Timestamp)>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Takes it out again, once.
    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<String>, StoreError>;

    /// Checks the chain of the log, and the documents against the log.
    async fn verify(&self) -> Result<Vec<Finding>, StoreError>;

    /// The records after a sequence as they were written, for a backup.
    async fn dump(&self, after: Seq, limit: u32) -> Result<Vec<RawRecord>, StoreError>;

    /// Puts such records back, sequence and time included, after those that are there already.
    async fn load(&self, records: Vec<RawRecord>) -> Result<(), StoreError>;

    /// Removes a person, and takes away what is known of them: the bodies of all their records, whose digests stay,
    /// the account, the sessions, and the addresses that they changed anything from or that the audit has of them. All of it, or nothing.
    async fn erase_person(&self, by: &Actor, person: &Urn, key: &ActorKey) -> Result<Seq, AppendError>;

    /// Those who were erased.
    async fn erased(&self) -> Result<Vec<Urn>, StoreError>;

    /// All visits as (day, entity, count), for a backup.
    async fn visits(&self) -> Result<Vec<(i64, Urn, u64)>, StoreError>;
}

/// A transaction under way. Dropped without [`Batch::commit`], it leaves nothing.
#[async_trait]
pub trait Batch: Send {
    async fn append(&mut self, changes: Vec<Change>) -> Result<Vec<Written>, AppendError>;
    async fn commit(self: Box<Self>) -> Result<Seq, StoreError>;
}
