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
mod migrations;
mod origin;
mod postgres;
mod profiles;
mod provisioned;
mod read;
mod rows;
mod secrets;
mod sqlite;
mod tokens;
mod verify;
mod writer;

use std::collections::HashSet;
use std::path::Path;

use async_trait::async_trait;
use loggia_catalog::ports::{
    Account, Accounts, Act, AppendError, AuditFilter, AuditLine, AuditStream, Batch, Before, Entry,
    FederatedSession, Finding, HarvestRun, Heads, Identities, Identity, LoggedChange, Noted, Provisioned,
    ProvisionedGroup, ProvisionedUser, RawRecord, SealedSecret, Secrets, Session, Store, StoreError, Stored,
    Token, Tokens, Written,
};
use loggia_model::{Actor, ActorKey, Change, ColumnPath, Kind, Record, Secret, Seq, Source, Timestamp, Urn};
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
        let last = read::last(&db).await?;
        Ok(Self { writer: Writer::start(db.clone(), last), db })
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
impl Secrets for SqlStore {
    async fn put_secret(&self, secret: &SealedSecret) -> Result<(), StoreError> {
        secrets::put(&self.db, secret).await
    }

    async fn secret(&self, name: &str) -> Result<Option<SealedSecret>, StoreError> {
        secrets::one(&self.db, name).await
    }

    async fn secrets(&self) -> Result<Vec<SealedSecret>, StoreError> {
        secrets::all(&self.db).await
    }

    async fn remove_secret(&self, name: &str) -> Result<bool, StoreError> {
        secrets::remove(&self.db, name).await
    }

    async fn replace_secrets(&self, pairs: &[(SealedSecret, SealedSecret)]) -> Result<bool, StoreError> {
        secrets::replace(&self.db, pairs).await
    }
}

#[async_trait]
impl AuditStream for SqlStore {
    async fn record(&self, lines: &[Noted], chance: &Secret) -> Result<(), StoreError> {
        audit::record(&self.db, lines, chance).await
    }

    async fn audit(
        &self,
        filter: &AuditFilter,
        act: Option<Act>,
        before: Option<Before>,
        limit: u32,
    ) -> Result<Vec<AuditLine>, StoreError> {
        audit::lines(&self.db, filter, act, before, limit).await
    }

    async fn changes(
        &self,
        filter: &AuditFilter,
        before: Option<Before>,
        limit: u32,
    ) -> Result<Vec<LoggedChange>, StoreError> {
        audit::changes(&self.db, filter, before, limit).await
    }

    async fn verify_audit(&self) -> Result<Vec<Finding>, StoreError> {
        audit::verify(&self.db).await
    }
}

#[async_trait]
impl Accounts for SqlStore {
    async fn put_account(&self, account: &Account) -> Result<bool, StoreError> {
        accounts::put(&self.db, account).await
    }

    async fn change_password(&self, person: &ActorKey, old: &str, new: &str) -> Result<bool, StoreError> {
        accounts::change_password(&self.db, person, old, new).await
    }

    async fn set_disabled(&self, person: &ActorKey, disabled: bool) -> Result<bool, StoreError> {
        accounts::set_disabled(&self.db, person, disabled).await
    }

    async fn set_password(&self, person: &ActorKey, password: Option<&str>) -> Result<bool, StoreError> {
        accounts::set_password(&self.db, person, password).await
    }

    async fn account(&self, person: &ActorKey) -> Result<Option<Account>, StoreError> {
        accounts::one(&self.db, person).await
    }

    async fn account_by_login(&self, login: &str) -> Result<Option<Account>, StoreError> {
        accounts::by_login(&self.db, login).await
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        accounts::all(&self.db).await
    }

    async fn put_session(&self, session: &Session) -> Result<(), StoreError> {
        accounts::put_session(&self.db, session).await
    }

    async fn session(&self, id: &str) -> Result<Option<Session>, StoreError> {
        accounts::session(&self.db, id).await
    }

    async fn see_session(&self, id: &str, seen: Timestamp) -> Result<(), StoreError> {
        accounts::see(&self.db, id, seen).await
    }

    async fn sessions(&self, person: &ActorKey) -> Result<Vec<Session>, StoreError> {
        accounts::sessions(&self.db, person).await
    }

    async fn end_session(&self, id: &str) -> Result<bool, StoreError> {
        accounts::end(&self.db, id).await
    }

    async fn end_sessions(&self, person: &ActorKey, but: Option<&str>) -> Result<(), StoreError> {
        accounts::end_all(&self.db, person, but).await
    }

    async fn forget_sessions(&self, begun: Timestamp, seen: Timestamp) -> Result<(), StoreError> {
        accounts::forget(&self.db, begun, seen).await
    }
}

#[async_trait]
impl Identities for SqlStore {
    async fn add_identity(&self, identity: &Identity) -> Result<bool, StoreError> {
        identities::add(&self.db, identity).await
    }

    async fn see_identity(&self, identity: &Identity) -> Result<(), StoreError> {
        identities::see(&self.db, identity).await
    }

    async fn identity(&self, issuer: &str, subject: &str) -> Result<Option<Identity>, StoreError> {
        identities::one(&self.db, issuer, subject).await
    }

    async fn identities(&self, person: &ActorKey) -> Result<Vec<Identity>, StoreError> {
        identities::of(&self.db, person).await
    }

    async fn put_federated_session(&self, session: &FederatedSession) -> Result<(), StoreError> {
        identities::put_session(&self.db, session).await
    }

    async fn federated_session(&self, id: &str) -> Result<Option<FederatedSession>, StoreError> {
        identities::session(&self.db, id).await
    }

    async fn end_sessions_of_subject(&self, provider: &str, subject: &str) -> Result<u64, StoreError> {
        identities::end_of_subject(&self.db, provider, subject).await
    }

    async fn end_sessions_of_sid(&self, provider: &str, sid: &str) -> Result<u64, StoreError> {
        identities::end_of_sid(&self.db, provider, sid).await
    }
}

#[async_trait]
impl Provisioned for SqlStore {
    async fn put_provisioned_user(&self, user: &ProvisionedUser) -> Result<bool, StoreError> {
        provisioned::put_user(&self.db, user).await
    }

    async fn provisioned_user(
        &self,
        service: &ActorKey,
        person: &ActorKey,
    ) -> Result<Option<ProvisionedUser>, StoreError> {
        provisioned::user(&self.db, service, person).await
    }

    async fn provisioned_user_named(
        &self,
        service: &ActorKey,
        name: &str,
    ) -> Result<Option<ProvisionedUser>, StoreError> {
        provisioned::user_named(&self.db, service, name).await
    }

    async fn provisioned_users_of(
        &self,
        service: &ActorKey,
        external_id: &str,
        limit: u32,
    ) -> Result<Vec<ProvisionedUser>, StoreError> {
        provisioned::users_of(&self.db, service, external_id, limit).await
    }

    async fn provisioned_users(
        &self,
        service: &ActorKey,
        after: Option<&ActorKey>,
        limit: u32,
    ) -> Result<Vec<ProvisionedUser>, StoreError> {
        provisioned::users(&self.db, service, after, limit).await
    }

    async fn provisioned_among(
        &self,
        service: &ActorKey,
        people: &[ActorKey],
    ) -> Result<HashSet<ActorKey>, StoreError> {
        provisioned::among(&self.db, service, people).await
    }

    async fn forget_kept_out(&self, person: &ActorKey) -> Result<(), StoreError> {
        provisioned::forget_kept_out(&self.db, person).await
    }

    async fn forget_provisioned_user(&self, service: &ActorKey, person: &ActorKey) -> Result<(), StoreError> {
        provisioned::forget_user(&self.db, service, person).await
    }

    async fn put_provisioned_group(&self, group: &ProvisionedGroup) -> Result<(), StoreError> {
        provisioned::put_group(&self.db, group).await
    }

    async fn provisioned_group(
        &self,
        service: &ActorKey,
        urn: &Urn,
    ) -> Result<Option<ProvisionedGroup>, StoreError> {
        provisioned::group(&self.db, service, urn).await
    }

    async fn provisioned_groups(
        &self,
        service: &ActorKey,
        after: Option<&Urn>,
        limit: u32,
    ) -> Result<Vec<ProvisionedGroup>, StoreError> {
        provisioned::groups(&self.db, service, after, limit).await
    }

    async fn forget_provisioned_group(&self, service: &ActorKey, urn: &Urn) -> Result<(), StoreError> {
        provisioned::forget_group(&self.db, service, urn).await
    }
}

#[async_trait]
impl Tokens for SqlStore {
    async fn put_token(&self, token: &Token) -> Result<(), StoreError> {
        tokens::put(&self.db, token).await
    }

    async fn token(&self, id: &str) -> Result<Option<Token>, StoreError> {
        tokens::one(&self.db, id).await
    }

    async fn token_by_digest(&self, digest: &str) -> Result<Option<Token>, StoreError> {
        tokens::by_digest(&self.db, digest).await
    }

    async fn tokens_of(&self, owner: &ActorKey) -> Result<Vec<Token>, StoreError> {
        tokens::of(&self.db, owner).await
    }

    async fn all_tokens(&self) -> Result<Vec<Token>, StoreError> {
        tokens::all(&self.db).await
    }

    async fn use_token(&self, id: &str, used: Timestamp) -> Result<(), StoreError> {
        tokens::mark_used(&self.db, id, used).await
    }

    async fn remove_token(&self, id: &str) -> Result<bool, StoreError> {
        tokens::remove(&self.db, id).await
    }

    async fn forget_tokens(&self, expired: Timestamp) -> Result<(), StoreError> {
        tokens::forget(&self.db, expired).await
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

    async fn read_revision(&self, urn: &Urn, revision: u64) -> Result<Option<Record>, StoreError> {
        read::revision(&self.db, urn, revision).await
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
        read::heads(&self.db).await
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
