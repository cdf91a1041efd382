//! The change log and the documents, in SQLite or PostgreSQL: the adapter for the port
//! `loggia_catalog::ports::Store`.
//!
//! Every change is one line of an append-only log, written in the same transaction as the document it
//! changes. SQL is portable between the two engines and written once; what cannot be shared (opening,
//! locking, hearing of other replicas' commits) is in one small file a dialect.

mod accounts;
mod append;
mod audit;
mod chain;
mod db;
mod erase;
mod errors;
mod extras;
mod identities;
mod inbox;
mod migrations;
mod origin;
mod outbox;
mod postgres;
mod profiles;
mod projections;
mod provisioned;
mod read;
mod rows;
mod secrets;
mod sqlite;
mod tokens;
mod verify;
mod writer;

use std::path::Path;

use async_trait::async_trait;
use loggia_catalog::ports::{
    AppendError, Batch, Entry, Finding, HarvestRun, Heads, RawRecord, Store, StoreError, Stored, Written,
};
use loggia_model::{Actor, ActorKey, Change, ColumnPath, Kind, Record, Seq, Source, Timestamp, Urn};
use loggia_quality::profile::{ColumnProfile, ProfileHead, TableProfile};
use tokio::sync::watch;

use crate::db::Db;
use crate::writer::Writer;

pub struct SqlStore {
    db: Db,
    writer: Writer,
}

impl SqlStore {
    /// Opens the file, makes it where it is not there, and brings it to this version's schema.
    ///
    /// # Errors
    /// Where the file cannot be opened or written, or is from a newer version.
    pub async fn sqlite(file: &Path) -> Result<Self, StoreError> {
        Self::over(sqlite::open(file).await?).await
    }

    /// Opens a database by its `postgres://` address.
    ///
    /// # Errors
    /// Where it cannot be reached, or is from a newer version.
    pub async fn postgres(url: &str) -> Result<Self, StoreError> {
        let store = Self::over(postgres::open(url).await?).await?;
        postgres::hear_commits(&store.db, store.writer.announcer());
        Ok(store)
    }

    async fn over(db: Db) -> Result<Self, StoreError> {
        migrations::run(&db).await?;
        let heads = read::heads(&db).await?;
        Ok(Self { writer: Writer::start(db.clone(), heads), db })
    }

    /// Takes the schema back to what it was before the first migration. All data goes.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub async fn migrate_back(self) -> Result<(), StoreError> {
        migrations::undo(&self.db).await
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn read(&self, urns: &[Urn]) -> Result<Vec<Option<Stored>>, StoreError> {
        read::documents(&self.db, urns).await
    }

    async fn read_as_of(&self, urn: &Urn, at: Timestamp) -> Result<Option<Record>, StoreError> {
        read::as_of(&self.db, urn, at).await
    }

    async fn read_revisions(&self, revisions: &[(Urn, u64)]) -> Result<Vec<Record>, StoreError> {
        read::revisions(&self.db, revisions).await
    }

    async fn history(&self, urn: &Urn, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, StoreError> {
        read::history(&self.db, urn, before, limit).await
    }

    async fn list(&self, kind: Kind, after: Option<&Urn>, limit: u32) -> Result<Vec<Stored>, StoreError> {
        read::list(&self.db, kind, after, limit).await
    }

    async fn urns(&self, kind: Kind) -> Result<Vec<Urn>, StoreError> {
        read::urns(&self.db, kind).await
    }

    async fn stated_by(&self, source: &Source) -> Result<Vec<Urn>, StoreError> {
        read::stated_by(&self.db, source).await
    }

    async fn aliases(&self) -> Result<Vec<(Urn, Urn)>, StoreError> {
        read::aliases(&self.db).await
    }

    async fn follow(&self, after: Seq, limit: u32) -> Result<Vec<Record>, StoreError> {
        read::follow(&self.db, after, limit).await
    }

    async fn last(&self) -> Result<Seq, StoreError> {
        read::last(&self.db).await
    }

    async fn heads(&self) -> Result<Heads, StoreError> {
        match &self.db {
            // A file has one process that writes it, which knows; every request asks.
            Db::Sqlite { .. } => Ok(self.writer.heads()),
            Db::Postgres(_) => read::heads(&self.db).await,
        }
    }

    fn committed(&self) -> watch::Receiver<Seq> {
        self.writer.committed()
    }

    async fn append(&self, by: &Actor, changes: Vec<Change>) -> Result<Vec<Written>, AppendError> {
        self.writer.append(by, changes).await
    }

    async fn begin(&self, by: &Actor) -> Result<Box<dyn Batch>, StoreError> {
        self.writer.begin(by).await
    }

    async fn record_run(&self, run: &HarvestRun) -> Result<(), StoreError> {
        extras::record_run(&self.db, run).await
    }

    async fn runs(&self, limit: u32) -> Result<Vec<HarvestRun>, StoreError> {
        extras::runs(&self.db, limit).await
    }

    async fn pause(&self, label: &str, paused: bool) -> Result<(), StoreError> {
        extras::pause(&self.db, label, paused).await
    }

    async fn paused(&self) -> Result<Vec<String>, StoreError> {
        extras::paused(&self.db).await
    }

    async fn record_profile(&self, urn: &Urn, profile: &TableProfile, keep: u32) -> Result<(), StoreError> {
        profiles::record(&self.db, urn, profile, keep).await
    }

    async fn profiles(&self, urn: &Urn, limit: u32) -> Result<Vec<ProfileHead>, StoreError> {
        profiles::heads(&self.db, urn, limit).await
    }

    async fn profile_columns(
        &self,
        urn: &Urn,
        version: &str,
        offset: u64,
        limit: u32,
    ) -> Result<(Vec<ColumnProfile>, u64), StoreError> {
        profiles::columns(&self.db, urn, version, offset, limit).await
    }

    async fn profile_columns_of(
        &self,
        urn: &Urn,
        version: &str,
        paths: &[ColumnPath],
    ) -> Result<Vec<ColumnProfile>, StoreError> {
        profiles::columns_of(&self.db, urn, version, paths).await
    }

    async fn column_profiles(
        &self,
        urn: &Urn,
        path: &ColumnPath,
        limit: u32,
    ) -> Result<Vec<(ProfileHead, ColumnProfile)>, StoreError> {
        profiles::of_column(&self.db, urn, path, limit).await
    }

    async fn all_profiles(
        &self,
        after: Option<(&Urn, &str)>,
        limit: u32,
    ) -> Result<Vec<(Urn, TableProfile)>, StoreError> {
        profiles::all(&self.db, after, limit).await
    }

    async fn add_visits(&self, day: i64, visits: &[(Urn, u64)]) -> Result<(), StoreError> {
        extras::add_visits(&self.db, day, visits).await
    }

    async fn most_visited(&self, since_day: i64, limit: u32) -> Result<Vec<(Urn, u64)>, StoreError> {
        extras::most_visited(&self.db, since_day, limit).await
    }

    async fn keep(&self, key: &str, value: &str, until: Timestamp) -> Result<(), StoreError> {
        extras::keep(&self.db, key, value, until).await
    }

    async fn kept(&self, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        extras::kept(&self.db, key, now).await
    }

    async fn keep_instead(
        &self,
        key: &str,
        was: Option<&str>,
        is: Option<(&str, Timestamp)>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        extras::keep_instead(&self.db, key, was, is, now).await
    }

    async fn take(&self, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        extras::take(&self.db, key, now).await
    }

    async fn verify(&self) -> Result<Vec<Finding>, StoreError> {
        verify::verify(&self.db).await
    }

    async fn dump(&self, after: Seq, limit: u32) -> Result<Vec<RawRecord>, StoreError> {
        read::dump(&self.db, after, limit).await
    }

    async fn load(&self, records: Vec<RawRecord>) -> Result<(), StoreError> {
        self.writer.load(records).await
    }

    async fn erase_person(&self, by: &Actor, person: &Urn, key: &ActorKey) -> Result<Seq, AppendError> {
        self.writer.erase(by, person, key).await
    }

    async fn erased(&self) -> Result<Vec<Urn>, StoreError> {
        erase::all(&self.db).await
    }

    async fn visits(&self) -> Result<Vec<(i64, Urn, u64)>, StoreError> {
        extras::visits(&self.db).await
    }
}
