//! The audit stream, and the log as it is asked together with it.

use std::collections::HashSet;

use async_trait::async_trait;
use loggia_catalog::Action;
use loggia_catalog::ports::{
    Act, AuditFilter, AuditLine, AuditStream, Before, Finding, LoggedChange, Noted, StoreError,
};
use loggia_model::{Secret, Timestamp, Urn};
use sqlx::QueryBuilder;

use crate::SqlStore;
use crate::chain;
use crate::db::{Db, Tx, on_read, on_tx};
use crate::erase;
use crate::errors::{corrupt, corrupt_name, store_error};
use crate::rows::{self, Fields, number, signed};

#[async_trait]
impl AuditStream for SqlStore {
    async fn record(&self, lines: &[Noted], chance: &Secret) -> Result<(), StoreError> {
        record(&self.db, lines, chance).await
    }

    async fn audit(
        &self,
        filter: &AuditFilter,
        act: Option<Act>,
        before: Option<Before>,
        limit: u32,
    ) -> Result<Vec<AuditLine>, StoreError> {
        lines(&self.db, filter, act, before, limit).await
    }

    async fn changes(
        &self,
        filter: &AuditFilter,
        before: Option<Before>,
        limit: u32,
    ) -> Result<Vec<LoggedChange>, StoreError> {
        changes(&self.db, filter, before, limit).await
    }

    async fn verify_audit(&self) -> Result<Vec<Finding>, StoreError> {
        verify(&self.db).await
    }
}

/// Rows in one INSERT: well below SQLite's 32,766 parameters.
const ROWS_AT_ONCE: usize = 500;
const LINES_AT_ONCE: i64 = 2_000;

/// A line, with what only the store has of it.
struct Chained {
    line: AuditLine,
    salt: String,
    origin_digest: String,
    chain: String,
}

async fn record(db: &Db, lines: &[Noted], chance: &Secret) -> Result<(), StoreError> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    let (seq, mut chain) = on_tx!(&mut tx, connection => {
        // The update is what takes the lock, in both engines.
        let row = sqlx::query("UPDATE audit_head SET seq = seq WHERE one = 1 RETURNING seq, chain")
            .fetch_one(connection)
            .await
            .map_err(store_error)?;
        (number(row.integer("seq")?)?, row.text("chain")?)
    });
    let mut chained = Vec::with_capacity(lines.len());
    let mut last = seq;
    for (seq, noted) in (seq + 1..).zip(lines) {
        let line = AuditLine { seq, noted: Noted { why: noted.why.replace('\0', ""), ..noted.clone() } };
        let salt = match &noted.origin {
            Some(_) => chain::salt(chance.reveal(), seq),
            None => String::new(),
        };
        let origin_digest = chain::origin_digest(&salt, noted.origin.as_deref());
        chain = chain::next_of_audit(&chain, &line, &origin_digest);
        last = seq;
        chained.push(Chained { line, salt, origin_digest, chain: chain.clone() });
    }
    for some in chained.chunks(ROWS_AT_ONCE) {
        write(&mut tx, some).await?;
    }
    let last = signed(last)?;
    on_tx!(&mut tx, connection => {
        sqlx::query("UPDATE audit_head SET seq = $1, chain = $2 WHERE one = 1")
            .bind(last)
            .bind(&chain)
            .execute(connection)
            .await
            .map_err(store_error)?;
    });
    tx.commit().await
}

async fn write(tx: &mut Tx, lines: &[Chained]) -> Result<(), StoreError> {
    on_tx!(tx, connection => {
        let mut query = QueryBuilder::new(
            "INSERT INTO audit (seq, at, until, actor, who, door, origin, salt, origin_digest, act, action, urn, why, \
             count, chain) ",
        );
        query.push_values(lines, |mut row, Chained { line: AuditLine { seq, noted }, salt, origin_digest, chain }| {
            row.push_bind(seq.cast_signed())
                .push_bind(noted.at.micros())
                .push_bind(noted.until.micros())
                .push_bind(noted.actor.as_str().to_owned())
                .push_bind(noted.who.as_str())
                .push_bind(noted.door.as_str())
                .push_bind(noted.origin.as_deref().map(ToOwned::to_owned))
                .push_bind(salt.clone())
                .push_bind(origin_digest.clone())
                .push_bind(noted.act.as_str())
                .push_bind(noted.action.map_or("", |action| action.as_str()))
                .push_bind(noted.urn.as_ref().map(|urn| urn.as_str().to_owned()))
                .push_bind(noted.why.clone())
                .push_bind(noted.count.cast_signed())
                .push_bind(chain.clone());
        });
        query.build().execute(connection).await.map_err(store_error)?;
    });
    Ok(())
}

/// Pushes the conditions of a question onto a query that ends in `WHERE 1 = 1`.
macro_rules! where_asked {
    ($query:ident, $filter:expr, $before:expr) => {
        if let Some(who) = &$filter.who {
            $query.push(" AND actor = ").push_bind(who.as_str().to_owned());
        }
        if let Some(urn) = &$filter.urn {
            $query.push(" AND urn = ").push_bind(urn.as_str().to_owned());
        }
        if let Some(door) = $filter.door {
            $query.push(" AND door = ").push_bind(door.as_str());
        }
        if let Some(from) = $filter.from {
            $query.push(" AND at >= ").push_bind(from.micros());
        }
        if let Some(to) = $filter.to {
            $query.push(" AND at < ").push_bind(to.micros());
        }
        if let Some(Before { at, seq }) = $before {
            let seq = i64::try_from(seq).unwrap_or(i64::MAX);
            $query.push(" AND (at, seq) < (").push_bind(at.micros());
            $query.push(", ").push_bind(seq).push(")");
        }
    };
}

async fn lines(
    db: &Db,
    filter: &AuditFilter,
    act: Option<Act>,
    before: Option<Before>,
    limit: u32,
) -> Result<Vec<AuditLine>, StoreError> {
    on_read!(db, pool => {
        let mut query = QueryBuilder::new(
            "SELECT seq, at, until, actor, who, door, origin, act, action, urn, why, count FROM audit WHERE 1 = 1",
        );
        where_asked!(query, filter, before);
        if let Some(act) = act {
            query.push(" AND act = ").push_bind(act.as_str());
        }
        query.push(" ORDER BY at DESC, seq DESC LIMIT ").push_bind(i64::from(limit));
        let rows = query.build().fetch_all(pool).await.map_err(store_error)?;
        rows.iter().map(line).collect()
    })
}

async fn changes(
    db: &Db,
    filter: &AuditFilter,
    before: Option<Before>,
    limit: u32,
) -> Result<Vec<LoggedChange>, StoreError> {
    on_read!(db, pool => {
        let mut query = QueryBuilder::new(
            "SELECT seq, at, actor, door, origin, urn, revision, reason, \
             CAST(CASE WHEN body_digest = '' THEN 1 ELSE 0 END AS BIGINT) AS removed FROM log WHERE 1 = 1",
        );
        where_asked!(query, filter, before);
        query.push(" ORDER BY at DESC, seq DESC LIMIT ").push_bind(i64::from(limit));
        let rows = query.build().fetch_all(pool).await.map_err(store_error)?;
        rows.iter()
            .map(|row| {
                let (urn, origin) = (rows::urn(&row.text("urn")?)?, row.optional_text("origin")?);
                Ok(LoggedChange { urn, entry: rows::entry(row)?, origin: origin.map(Into::into) })
            })
            .collect()
    })
}

/// Reads the whole stream once.
async fn verify(db: &Db) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let erased: HashSet<Urn> = erase::all(db).await?.into_iter().collect();
    let (mut seq, mut chain) = (0, String::new());
    loop {
        let some = chained_after(db, seq).await?;
        if some.is_empty() {
            break;
        }
        for Chained { line, salt, origin_digest, chain: written } in some {
            let place = format!("audit line {}", line.seq);
            if line.seq != seq + 1 {
                findings.push(finding(&place, format!("comes after line {seq}: lines are gone")));
            }
            seq = line.seq;
            let is_blank = line.noted.origin.is_none() && salt.is_empty() && !origin_digest.is_empty();
            let is_erased =
                is_blank && line.noted.actor.person().is_some_and(|person| erased.contains(&person));
            if !is_erased && chain::origin_digest(&salt, line.noted.origin.as_deref()) != origin_digest {
                findings.push(finding(&place, "does not come from the address that was written"));
            }
            chain = chain::next_of_audit(&chain, &line, &origin_digest);
            if chain != written {
                findings
                    .push(finding(&place, "the chain does not hold: this line or one before it was changed"));
                // One finding is enough; go on from what stands there.
                chain = written;
            }
        }
    }
    let (ends, head) = on_read!(db, pool => {
        let row = sqlx::query("SELECT seq, chain FROM audit_head WHERE one = 1")
            .fetch_one(pool)
            .await
            .map_err(store_error)?;
        (number(row.integer("seq")?)?, row.text("chain")?)
    });
    let place = "the head of the audit stream";
    // Lines may have come since the last was read, and then there are such.
    let is_cut = ends < seq || (ends > seq && chained_after(db, seq).await?.is_empty());
    if is_cut {
        findings.push(finding(place, format!("says it ends at {ends}, but it ends at {seq}")));
    } else if ends == seq && head != chain {
        findings.push(finding(place, "has another chain than the last line"));
    }
    Ok(findings)
}

fn finding(what: &str, differs: impl Into<String>) -> Finding {
    Finding { what: what.to_owned(), differs: differs.into() }
}

async fn chained_after(db: &Db, seq: u64) -> Result<Vec<Chained>, StoreError> {
    let after = signed(seq)?;
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT seq, at, until, actor, who, door, origin, salt, origin_digest, act, action, urn, why, count, chain \
             FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(LINES_AT_ONCE)
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            lines.push(Chained {
                line: line(row)?,
                salt: row.text("salt")?,
                origin_digest: row.text("origin_digest")?,
                chain: row.text("chain")?,
            });
        }
        Ok(lines)
    })
}

fn line(row: &impl Fields) -> Result<AuditLine, StoreError> {
    Ok(AuditLine {
        seq: number(row.integer("seq")?)?,
        noted: Noted {
            at: Timestamp::from_micros(row.integer("at")?),
            until: Timestamp::from_micros(row.integer("until")?),
            actor: row.text("actor")?.parse().map_err(corrupt_name)?,
            who: row.text("who")?.parse().map_err(corrupt_name)?,
            door: row.text("door")?.parse().map_err(corrupt_name)?,
            origin: row.optional_text("origin")?.map(Into::into),
            act: row.text("act")?.parse().map_err(corrupt)?,
            action: action(&row.text("action")?)?,
            urn: row.optional_text("urn")?.map(|urn| rows::urn(&urn)).transpose()?,
            why: row.text("why")?,
            count: number(row.integer("count")?)?,
        },
    })
}

fn action(text: &str) -> Result<Option<Action>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    let known = Action::ALL.into_iter().find(|action| action.as_str() == text);
    known.map(Some).ok_or_else(|| corrupt(format!("'{text}' is no action")))
}
