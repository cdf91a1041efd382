//! Reading documents, revisions and the log.

use std::collections::HashMap;

use loggia_catalog::ports::{Entry, Heads, RawRecord, StoreError, Stored};
use loggia_model::{Kind, Record, Seq, Source, Timestamp, Urn};
use sqlx::{QueryBuilder, Row};

use crate::db::{Db, on_read};
use crate::errors::store_error;
use crate::rows::{self, Fields, number, signed};

/// How many names go into one statement; both engines allow far more.
const NAMES_AT_ONCE: usize = 500;

pub async fn documents(db: &Db, urns: &[Urn]) -> Result<Vec<Option<Stored>>, StoreError> {
    let mut found = HashMap::with_capacity(urns.len());
    for some in urns.chunks(NAMES_AT_ONCE) {
        let stored = on_read!(db, pool => {
            let mut query = QueryBuilder::new(
                "SELECT d.urn, d.revision, d.seq, l.at, l.body FROM document d JOIN log l ON l.seq = d.seq \
                 WHERE d.removed = 0 AND d.urn IN (",
            );
            let mut names = query.separated(", ");
            for urn in some {
                names.push_bind(urn.as_str().to_owned());
            }
            query.push(")");
            let rows = query.build().fetch_all(pool).await.map_err(store_error)?;
            rows.iter().map(rows::stored).collect::<Result<Vec<_>, _>>()
        })?;
        found.extend(stored.into_iter().map(|stored| (stored.urn.clone(), stored)));
    }
    Ok(urns.iter().map(|urn| found.get(urn).cloned()).collect())
}

pub async fn as_of(db: &Db, urn: &Urn, at: Timestamp) -> Result<Option<Record>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT seq, at, actor, door, urn, revision, reason, body FROM log \
             WHERE urn = $1 AND at <= $2 ORDER BY revision DESC LIMIT 1",
        )
        .bind(urn.as_str())
        .bind(at.micros())
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.as_ref().map(rows::record).transpose()
    })
}

pub async fn revisions(db: &Db, revisions: &[(Urn, u64)]) -> Result<Vec<Record>, StoreError> {
    let mut found = Vec::with_capacity(revisions.len());
    for some in revisions.chunks(NAMES_AT_ONCE) {
        let records: Vec<Record> = on_read!(db, pool => {
            let mut query = QueryBuilder::new("WITH wanted (urn, revision) AS (VALUES ");
            let mut list = query.separated(", ");
            for (urn, revision) in some {
                list.push("(");
                list.push_bind_unseparated(urn.as_str());
                list.push_unseparated(", ");
                list.push_bind_unseparated(signed(*revision)?);
                list.push_unseparated(")");
            }
            query.push(
                ") SELECT seq, at, actor, door, log.urn, log.revision, reason, body \
                 FROM wanted JOIN log ON log.urn = wanted.urn AND log.revision = wanted.revision",
            );
            let rows = query.build().fetch_all(pool).await.map_err(store_error)?;
            rows.iter().map(rows::record).collect::<Result<_, StoreError>>()?
        });
        found.extend(records);
    }
    Ok(found)
}

pub async fn history(db: &Db, urn: &Urn, before: Option<u64>, limit: u32) -> Result<Vec<Entry>, StoreError> {
    let before = before.map_or(Ok(i64::MAX), signed)?;
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT seq, at, actor, door, revision, reason, \
             CAST(CASE WHEN body IS NULL THEN 1 ELSE 0 END AS BIGINT) AS removed \
             FROM log WHERE urn = $1 AND revision < $2 ORDER BY revision DESC LIMIT $3",
        )
        .bind(urn.as_str())
        .bind(before)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(rows::entry).collect()
    })
}

pub async fn list(db: &Db, kind: Kind, after: Option<&Urn>, limit: u32) -> Result<Vec<Stored>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT d.urn, d.revision, d.seq, l.at, l.body FROM document d JOIN log l ON l.seq = d.seq \
             WHERE d.kind = $1 AND d.removed = 0 AND d.urn > $2 ORDER BY d.urn LIMIT $3",
        )
        .bind(kind.as_str())
        .bind(after.map_or("", Urn::as_str))
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(rows::stored).collect()
    })
}

pub async fn urns(db: &Db, kind: Kind) -> Result<Vec<Urn>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT urn FROM document WHERE kind = $1 AND removed = 0 ORDER BY urn")
            .bind(kind.as_str())
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(|row| rows::urn(&row.text("urn")?)).collect()
    })
}

pub async fn stated_by(db: &Db, source: &Source) -> Result<Vec<Urn>, StoreError> {
    // `%` and `_` may stand in a source's name; what LIKE lets through too much is dropped below. `\` may too,
    // and it is PostgreSQL's escape unless another is named: `|` cannot stand in one.
    let wanted = format!("|{source}|");
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT urn, sources FROM document WHERE removed = 0 AND sources LIKE $1 ESCAPE '|' ORDER BY urn")
            .bind(format!("%||{source}||%"))
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        let mut urns = Vec::with_capacity(rows.len());
        for row in &rows {
            if row.text("sources")?.contains(&wanted) {
                urns.push(rows::urn(&row.text("urn")?)?);
            }
        }
        Ok(urns)
    })
}

pub async fn aliases(db: &Db) -> Result<Vec<(Urn, Urn)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT urn, alias_of FROM document WHERE removed = 0 AND alias_of IS NOT NULL ORDER BY urn",
        )
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(|row| Ok((rows::urn(&row.text("urn")?)?, rows::urn(&row.text("alias_of")?)?))).collect()
    })
}

pub async fn follow(db: &Db, after: Seq, limit: u32) -> Result<Vec<Record>, StoreError> {
    let after = signed(after.0)?;
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT seq, at, actor, door, urn, revision, reason, body FROM log \
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(rows::record).collect()
    })
}

pub async fn dump(db: &Db, after: Seq, limit: u32) -> Result<Vec<RawRecord>, StoreError> {
    let after = signed(after.0)?;
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT seq, at, actor, door, urn, revision, reason, body, body_digest, origin, salt, origin_digest FROM log \
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(rows::dumped).collect()
    })
}

pub async fn heads(db: &Db) -> Result<Heads, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT seq, policies FROM head WHERE one = 1");
        let row = row.fetch_one(pool).await.map_err(store_error)?;
        Ok(Heads {
            last: Seq(number(row.integer("seq")?)?),
            policies: Seq(number(row.integer("policies")?)?),
        })
    })
}

pub async fn last(db: &Db) -> Result<Seq, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT seq FROM head WHERE one = 1").fetch_one(pool).await.map_err(store_error)?;
        let seq: i64 = row.try_get("seq").map_err(store_error)?;
        Ok(Seq(number(seq)?))
    })
}
