//! Writing the end of the log, inside one transaction.

use std::collections::HashMap;
use std::time::SystemTime;

use loggia_catalog::ports::{AppendError, Conflict, Heads, RawRecord, StoreError, Written};
use loggia_model::{Actor, ActorKey, Body, Change, Expected, Kind, Op, Seq, Timestamp, Urn};
use sqlx::QueryBuilder;

use crate::chain;
use crate::db::{Db, Tx, on_tx};
use crate::erase;
use crate::errors::{corrupt, corrupt_body, store_error};
use crate::origin::{Chance, Origin};
use crate::rows::{self, Fields, number, signed};

/// Rows in one INSERT: well below SQLite's 32,766 parameters.
const ROWS_AT_ONCE: usize = 500;

/// The end of the log, locked until the transaction ends: sequences come in the order of commits.
pub struct Tail {
    tx: Tx,
    seq: u64,
    at: Timestamp,
    chain: String,
    chance: Chance,
    /// The last record that changes who may do what.
    policies: u64,
}

/// Where entities stand, as of a tail and of what it has admitted since.
pub struct Standing(HashMap<Urn, Head>);

/// Where an entity stands, as far as its next revision must know.
#[derive(Clone)]
struct Head {
    revision: u64,
    seq: u64,
    removed: bool,
    is_alias: bool,
    /// Who brought it there, and when, of what the log may not have yet.
    admitted: Option<(ActorKey, Timestamp)>,
}

/// A change made ready for the log: what takes a processor's time, and no database.
pub struct Prepared {
    pub urn: Urn,
    expected: Expected,
    reason: String,
    body: Option<String>,
    kept: Kept,
}

/// What the `document` table keeps of a body, and what the log has beside it.
struct Kept {
    body_digest: String,
    sources: String,
    alias_of: Option<String>,
    /// From where it came, which is known when it has its place in the log.
    origin: Origin,
}

/// One line of the log.
pub struct Line {
    record: RawRecord,
    kept: Kept,
    chain: String,
}

pub fn prepare(changes: Vec<Change>) -> Vec<Prepared> {
    let prepared = |change: Change| {
        let Change { urn, expected, op, reason } = change;
        let body = match &op {
            Op::Put(body) => Some(body.as_ref()),
            Op::Remove => None,
        };
        let text = body.map(Body::to_json);
        let kept = Kept::of(text.as_deref(), body);
        Prepared { urn, expected, reason: reason.replace('\0', ""), body: text, kept }
    };
    changes.into_iter().map(prepared).collect()
}

impl Kept {
    fn of(text: Option<&str>, body: Option<&Body>) -> Self {
        Self {
            body_digest: chain::body_digest(text),
            sources: body.map(listed_sources).unwrap_or_default(),
            alias_of: body.and_then(Body::alias_of).map(|urn| urn.to_string()),
            origin: Origin::default(),
        }
    }
}

impl Tail {
    pub async fn begin(db: &Db) -> Result<Self, StoreError> {
        let chance = Chance::new()?;
        let mut tx = db.begin().await?;
        let (seq, at, chain, policies) = on_tx!(&mut tx, connection => {
            // The update is what takes the lock, in both engines.
            let row = sqlx::query("UPDATE head SET seq = seq WHERE one = 1 RETURNING seq, at, chain, policies")
                .fetch_one(connection)
                .await
                .map_err(store_error)?;
            (row.integer("seq")?, row.integer("at")?, row.text("chain")?, row.integer("policies")?)
        });
        let (seq, policies) = (number(seq)?, number(policies)?);
        Ok(Self { tx, seq, at: Timestamp::from_micros(at), chain, chance, policies })
    }

    /// Appends all the changes, or none where one of them meets a conflict: nothing is written before all
    /// have been checked.
    pub async fn append(&mut self, by: &Actor, changes: Vec<Change>) -> Result<Vec<Written>, AppendError> {
        let changes = prepare(changes);
        let mut standing = self.standing(changes.iter().map(|change| &change.urn)).await?;
        let (written, lines) = self.admit(by, changes, &mut standing).await?;
        self.write(lines).await?;
        Ok(written)
    }

    /// Checks all the changes against where their entities stand and gives them their places in the log, where
    /// [`Tail::write`] puts them; they then stand there, or where they did where one meets a conflict.
    pub async fn admit(
        &mut self,
        by: &Actor,
        changes: Vec<Prepared>,
        standing: &mut Standing,
    ) -> Result<(Vec<Written>, Vec<Line>), AppendError> {
        let mut moved: HashMap<Urn, Head> = HashMap::with_capacity(changes.len());
        let mut policies = self.policies;
        // A clock that goes back must not make the log's times do so: `as of` relies on their order.
        let at = self.at.max(Timestamp::from_system(SystemTime::now()));
        let mut admitted = Vec::with_capacity(changes.len());
        for change in changes {
            let head = moved.get(&change.urn).or_else(|| standing.0.get(&change.urn));
            if !is_expected(change.expected, head) {
                let head = head.cloned();
                return Err(self.conflict(change.urn, head).await?);
            }
            let revision = head.map_or(0, |head| head.revision) + 1;
            let seq = self.seq + 1 + u64::try_from(admitted.len()).unwrap_or(0);
            let is_alias = change.kept.alias_of.is_some();
            let was_alias = head.is_some_and(|head| head.is_alias);
            if says_who_may(change.urn.kind()) || is_alias || was_alias {
                policies = seq;
            }
            let removed = change.body.is_none();
            let admitted_by = Some((by.key.clone(), at));
            let head = Head { revision, seq, removed, is_alias, admitted: admitted_by };
            moved.insert(change.urn.clone(), head);
            let record = RawRecord {
                seq: Seq(seq),
                at,
                actor: by.key.clone(),
                door: by.door,
                urn: change.urn,
                revision,
                reason: change.reason,
                body: change.body,
                erased: None,
                origin: None,
            };
            let origin = Origin::of(by.from.as_deref(), &self.chance, seq);
            admitted.push((record, Kept { origin, ..change.kept }));
        }
        let written = |(record, _): &(RawRecord, Kept)| Written {
            urn: record.urn.clone(),
            revision: record.revision,
            seq: record.seq,
        };
        let written = admitted.iter().map(written).collect();
        standing.0.extend(moved);
        self.policies = policies;
        let lines = admitted.into_iter().map(|(record, kept)| self.chained(record, kept)).collect();
        Ok((written, lines))
    }

    /// Takes away what is known of a person, whose removal has been appended.
    pub async fn erase(&mut self, person: &Urn, key: &ActorKey) -> Result<(), StoreError> {
        erase::take_away(&mut self.tx, person, key).await
    }

    /// Puts records back as they were; their sequences must go on where the log ends.
    pub async fn load(&mut self, records: Vec<RawRecord>) -> Result<(), StoreError> {
        let mut lines = Vec::with_capacity(records.len());
        for record in records {
            if record.seq.0 != self.seq + 1 {
                let expected = self.seq + 1;
                return Err(StoreError::Unavailable(format!(
                    "record {} comes where record {expected} should be",
                    record.seq
                )));
            }
            let body = record.body.as_deref().map(|body| Body::parse(record.urn.kind(), body));
            let body = body.transpose().map_err(corrupt_body)?;
            let mut kept = Kept::of(record.body.as_deref(), body.as_ref());
            if let (None, Some(digest)) = (&record.body, &record.erased) {
                kept.body_digest.clone_from(digest);
            }
            kept.origin = Origin::loaded(record.origin.as_ref());
            lines.push(self.chained(record, kept));
        }
        self.policies = self.seq;
        self.write(lines).await
    }

    pub async fn commit(mut self) -> Result<Heads, StoreError> {
        let (seq, policies) = (signed(self.seq)?, signed(self.policies)?);
        on_tx!(&mut self.tx, connection => {
            sqlx::query("UPDATE head SET seq = $1, at = $2, chain = $3, policies = $4 WHERE one = 1")
                .bind(seq)
                .bind(self.at.micros())
                .bind(&self.chain)
                .bind(policies)
                .execute(connection)
                .await
                .map_err(store_error)?;
        });
        if let Tx::Postgres(transaction) = &mut self.tx {
            sqlx::query("SELECT pg_notify($1, '')")
                .bind(crate::postgres::CHANNEL)
                .execute(&mut **transaction)
                .await
                .map_err(store_error)?;
        }
        self.tx.commit().await?;
        Ok(Heads { last: Seq(self.seq), policies: Seq(self.policies) })
    }

    pub async fn standing(&mut self, urns: impl Iterator<Item = &Urn>) -> Result<Standing, StoreError> {
        let names: Vec<&Urn> = urns.collect();
        let mut heads = HashMap::with_capacity(names.len());
        for some in names.chunks(ROWS_AT_ONCE) {
            on_tx!(&mut self.tx, connection => {
                let mut query = QueryBuilder::new("SELECT urn, revision, seq, removed, alias_of FROM document WHERE urn IN (");
                let mut list = query.separated(", ");
                for urn in some {
                    list.push_bind(urn.as_str().to_owned());
                }
                query.push(")");
                for row in query.build().fetch_all(connection).await.map_err(store_error)? {
                    let head = Head {
                        revision: number(row.integer("revision")?)?,
                        seq: number(row.integer("seq")?)?,
                        removed: row.integer("removed")? != 0,
                        is_alias: row.optional_text("alias_of")?.is_some(),
                        admitted: None,
                    };
                    heads.insert(rows::urn(&row.text("urn")?)?, head);
                }
            });
        }
        Ok(Standing(heads))
    }

    async fn conflict(&mut self, urn: Urn, head: Option<Head>) -> Result<AppendError, StoreError> {
        let Some(head) = head else {
            return Err(StoreError::Unavailable(format!("there is no {urn} to change")));
        };
        if let Some((by, at)) = head.admitted {
            return Ok(AppendError::Conflict(Box::new(Conflict { urn, revision: head.revision, by, at })));
        }
        let seq = signed(head.seq)?;
        let (by, at) = on_tx!(&mut self.tx, connection => {
            let row = sqlx::query("SELECT actor, at FROM log WHERE seq = $1")
                .bind(seq)
                .fetch_one(connection)
                .await
                .map_err(store_error)?;
            (row.text("actor")?, row.integer("at")?)
        });
        let by = by.parse().map_err(corrupt)?;
        let at = Timestamp::from_micros(at);
        Ok(AppendError::Conflict(Box::new(Conflict { urn, revision: head.revision, by, at })))
    }

    /// Takes the record into the chain; this tail then ends with it.
    fn chained(&mut self, record: RawRecord, kept: Kept) -> Line {
        self.chain = chain::next(&self.chain, &record, &kept.body_digest, &kept.origin.digest);
        self.seq = record.seq.0;
        self.at = record.at;
        Line { chain: self.chain.clone(), record, kept }
    }

    pub async fn write(&mut self, lines: Vec<Line>) -> Result<(), StoreError> {
        for some in lines.chunks(ROWS_AT_ONCE) {
            self.write_log(some).await?;
        }
        // One statement may touch a document once only, so of several changes to one the last counts.
        let mut last: HashMap<&Urn, &Line> = HashMap::with_capacity(lines.len());
        for line in &lines {
            last.insert(&line.record.urn, line);
        }
        let mut last: Vec<&Line> = last.into_values().collect();
        last.sort_by(|one, other| one.record.urn.cmp(&other.record.urn));
        for some in last.chunks(ROWS_AT_ONCE) {
            self.write_documents(some).await?;
        }
        Ok(())
    }

    async fn write_log(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        on_tx!(&mut self.tx, connection => {
            let mut query = QueryBuilder::new(
                "INSERT INTO log (seq, at, actor, door, urn, kind, revision, reason, body, body_digest, origin, salt, \
                 origin_digest, chain) ",
            );
            query.push_values(lines, |mut row, line| {
                row.push_bind(line.record.seq.0.cast_signed())
                    .push_bind(line.record.at.micros())
                    .push_bind(line.record.actor.as_str().to_owned())
                    .push_bind(line.record.door.as_str())
                    .push_bind(line.record.urn.as_str().to_owned())
                    .push_bind(line.record.urn.kind().as_str())
                    .push_bind(line.record.revision.cast_signed())
                    .push_bind(line.record.reason.clone())
                    .push_bind(line.record.body.clone())
                    .push_bind(line.kept.body_digest.clone())
                    .push_bind(line.kept.origin.address.clone())
                    .push_bind(line.kept.origin.salt.clone())
                    .push_bind(line.kept.origin.digest.clone())
                    .push_bind(line.chain.clone());
            });
            query.build().execute(connection).await.map_err(store_error)?;
        });
        Ok(())
    }

    async fn write_documents(&mut self, lines: &[&Line]) -> Result<(), StoreError> {
        on_tx!(&mut self.tx, connection => {
            let mut query = QueryBuilder::new(
                "INSERT INTO document (urn, kind, revision, seq, removed, sources, alias_of) ",
            );
            query.push_values(lines, |mut row, line| {
                row.push_bind(line.record.urn.as_str().to_owned())
                    .push_bind(line.record.urn.kind().as_str())
                    .push_bind(line.record.revision.cast_signed())
                    .push_bind(line.record.seq.0.cast_signed())
                    .push_bind(i64::from(line.record.body.is_none()))
                    .push_bind(line.kept.sources.clone())
                    .push_bind(line.kept.alias_of.clone());
            });
            query.push(
                " ON CONFLICT (urn) DO UPDATE SET revision = excluded.revision, seq = excluded.seq, \
                 removed = excluded.removed, sources = excluded.sources, alias_of = excluded.alias_of",
            );
            query.build().execute(connection).await.map_err(store_error)?;
        });
        Ok(())
    }
}

/// `|dbt:shop|person|`, so that one source can be found between its bars.
pub fn listed_sources(body: &Body) -> String {
    let mut list = String::from("|");
    for source in body.sources() {
        list.push_str(source.as_str());
        list.push('|');
    }
    list
}

/// Whether an entity of this kind can change who may do what to others, as an asset does only where it is another
/// name of one.
fn says_who_may(kind: Kind) -> bool {
    match kind {
        Kind::Organisation
        | Kind::DomainUnit
        | Kind::Person
        | Kind::Group
        | Kind::Service
        | Kind::Policy
        | Kind::Project
        | Kind::Glossary
        | Kind::Term => true,
        Kind::Asset | Kind::DataProduct | Kind::Rule | Kind::MetadataForm | Kind::Post => false,
    }
}

fn is_expected(expected: Expected, head: Option<&Head>) -> bool {
    let alive = head.filter(|head| !head.removed);
    match expected {
        Expected::Any => true,
        Expected::Absent => alive.is_none(),
        Expected::Revision(revision) => alive.is_some_and(|head| head.revision == revision),
    }
}
