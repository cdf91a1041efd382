//! Writing the end of the log, inside one transaction.

use std::collections::HashMap;
use std::time::SystemTime;

use loggia_catalog::ports::{AppendError, Conflict, RawRecord, StoreError, Written};
use loggia_model::{Actor, Body, Change, Expected, Op, Seq, Timestamp, Urn};
use sqlx::QueryBuilder;

use crate::chain;
use crate::db::{Db, Tx, on_tx};
use crate::errors::{corrupt, corrupt_body, store_error};
use crate::rows::{self, Fields, number, signed};

/// Rows in one INSERT: well below SQLite's 32,766 parameters.
const ROWS_AT_ONCE: usize = 500;

/// The end of the log, locked until the transaction ends: sequences come in the order of commits.
pub struct Tail {
    tx: Tx,
    seq: u64,
    at: Timestamp,
    chain: String,
}

/// Where an entity stands, as far as its next revision must know.
#[derive(Clone, Copy)]
struct Head {
    revision: u64,
    seq: u64,
    removed: bool,
}

/// One line of the log with what the `document` table keeps of it.
struct Line {
    record: RawRecord,
    body_digest: String,
    chain: String,
    sources: String,
    alias_of: Option<String>,
}

impl Tail {
    pub async fn begin(db: &Db) -> Result<Self, StoreError> {
        let mut tx = db.begin().await?;
        let (seq, at, chain) = on_tx!(&mut tx, connection => {
            // The update is what takes the lock, in both engines.
            let row = sqlx::query("UPDATE head SET seq = seq WHERE one = 1 RETURNING seq, at, chain")
                .fetch_one(connection)
                .await
                .map_err(store_error)?;
            (row.integer("seq")?, row.integer("at")?, row.text("chain")?)
        });
        Ok(Self { tx, seq: number(seq)?, at: Timestamp::from_micros(at), chain })
    }

    /// Appends all the changes, or none where one of them meets a conflict: nothing is written before all
    /// have been checked.
    pub async fn append(&mut self, by: &Actor, changes: Vec<Change>) -> Result<Vec<Written>, AppendError> {
        let mut heads = self.heads(changes.iter().map(|change| &change.urn)).await?;
        // A clock that goes back must not make the log's times do so: `as of` relies on their order.
        let at = self.at.max(Timestamp::from_system(SystemTime::now()));
        let mut records = Vec::with_capacity(changes.len());
        let mut bodies = Vec::with_capacity(changes.len());
        for change in changes {
            let head = heads.get(&change.urn).copied();
            if !is_expected(change.expected, head) {
                return Err(self.conflict(by, at, change.urn, head).await?);
            }
            let revision = head.map_or(0, |head| head.revision) + 1;
            let seq = self.seq + 1 + u64::try_from(records.len()).unwrap_or(0);
            let removed = matches!(change.op, Op::Remove);
            heads.insert(change.urn.clone(), Head { revision, seq, removed });
            let body = match &change.op {
                Op::Put(body) => Some(body.clone()),
                Op::Remove => None,
            };
            records.push(RawRecord {
                seq: Seq(seq),
                at,
                actor: by.key.clone(),
                door: by.door,
                urn: change.urn,
                revision,
                reason: change.reason.replace('\0', ""),
                body: body.as_ref().map(|body| body.to_json()),
            });
            bodies.push(body);
        }
        let written = records.iter().map(|record| Written {
            urn: record.urn.clone(),
            revision: record.revision,
            seq: record.seq,
        });
        let written = written.collect();
        let mut lines = Vec::with_capacity(records.len());
        for (record, body) in records.into_iter().zip(&bodies) {
            lines.push(self.chained(record, body.as_deref()));
        }
        self.write(lines).await?;
        Ok(written)
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
            lines.push(self.chained(record, body.as_ref()));
        }
        self.write(lines).await
    }

    pub async fn commit(mut self) -> Result<Seq, StoreError> {
        let seq = signed(self.seq)?;
        on_tx!(&mut self.tx, connection => {
            sqlx::query("UPDATE head SET seq = $1, at = $2, chain = $3 WHERE one = 1")
                .bind(seq)
                .bind(self.at.micros())
                .bind(&self.chain)
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
        Ok(Seq(self.seq))
    }

    async fn heads(&mut self, urns: impl Iterator<Item = &Urn>) -> Result<HashMap<Urn, Head>, StoreError> {
        let names: Vec<&Urn> = urns.collect();
        let mut heads = HashMap::with_capacity(names.len());
        for some in names.chunks(ROWS_AT_ONCE) {
            on_tx!(&mut self.tx, connection => {
                let mut query = QueryBuilder::new("SELECT urn, revision, seq, removed FROM document WHERE urn IN (");
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
                    };
                    heads.insert(rows::urn(&row.text("urn")?)?, head);
                }
            });
        }
        Ok(heads)
    }

    async fn conflict(
        &mut self,
        own: &Actor,
        now: Timestamp,
        urn: Urn,
        head: Option<Head>,
    ) -> Result<AppendError, StoreError> {
        let Some(head) = head else {
            return Err(StoreError::Unavailable(format!("there is no {urn} to change")));
        };
        if head.seq > self.seq {
            // With an earlier change of the same append, which the log does not have.
            let conflict = Conflict { urn, revision: head.revision, by: own.key.clone(), at: now };
            return Ok(AppendError::Conflict(Box::new(conflict)));
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
    fn chained(&mut self, record: RawRecord, body: Option<&Body>) -> Line {
        let body_digest = chain::body_digest(record.body.as_deref());
        self.chain = chain::next(&self.chain, &record, &body_digest);
        self.seq = record.seq.0;
        self.at = record.at;
        Line {
            body_digest,
            chain: self.chain.clone(),
            sources: body.map(listed_sources).unwrap_or_default(),
            alias_of: body.and_then(Body::alias_of).map(|urn| urn.to_string()),
            record,
        }
    }

    async fn write(&mut self, lines: Vec<Line>) -> Result<(), StoreError> {
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
                "INSERT INTO log (seq, at, actor, door, urn, kind, revision, reason, body, body_digest, chain) ",
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
                    .push_bind(line.body_digest.clone())
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
                    .push_bind(line.sources.clone())
                    .push_bind(line.alias_of.clone());
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

fn is_expected(expected: Expected, head: Option<Head>) -> bool {
    let alive = head.filter(|head| !head.removed);
    match expected {
        Expected::Any => true,
        Expected::Absent => alive.is_none(),
        Expected::Revision(revision) => alive.is_some_and(|head| head.revision == revision),
    }
}
